//! Finds the files of a folder.

use std::path::Path;
use std::time::UNIX_EPOCH;

use super::gather::Stamp;
use crate::load::{LoadCause, LoadError};

type Found = std::result::Result<Stamp, LoadError>;

/// The files below a folder, hidden ones left out, in a steady order.
pub(super) fn walk(folder: &Path) -> impl Iterator<Item = Found> + use<> {
    let mut walk = ignore::WalkBuilder::new(folder);
    walk.standard_filters(false).hidden(true).sort_by_file_name(|a, b| a.cmp(b));
    walk.build().filter_map(|entry| match entry {
        Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
            Some(stamp(entry.path()))
        }
        Ok(_) => None,
        Err(error) => Some(Err(failure("folder", error.to_string()))),
    })
}

/// Size and time of a file.
pub(super) fn stamp(path: &Path) -> Found {
    let facts = std::fs::metadata(path)
        .map_err(|error| failure(&path.to_string_lossy(), error.to_string()))?;
    let modified = facts.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    // In microseconds: a file written twice in one second must not pass for unchanged.
    let modified = modified.map_or(0, |since| since.as_micros() as i64);
    Ok(Stamp { path: path.to_path_buf(), size: facts.len(), modified })
}

fn failure(name: &str, cause: String) -> LoadError {
    LoadError { name: name.to_owned(), line: None, cause: LoadCause::Unreadable(cause) }
}
