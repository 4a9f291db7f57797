//! The files of a folder, in an order that is the same on every machine.

use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

use super::{LoadCause, LoadError, unix_seconds, unwanted};

/// A file with what tells whether it changed since it was last read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileStamp {
    pub path: PathBuf,
    /// In bytes.
    pub size: u64,
    /// Unix seconds; 0 where the file system does not say.
    pub modified: i64,
}

/// Every regular file under `folder`, by name within each folder. Hidden files and those of
/// version control are left out, and what a saved page brings along: its scripts and style sheets,
/// and the folder beside it. Links are not followed; pipes and devices, and folders that may not be
/// read, come as errors and the rest goes on.
///
/// `.gitignore` is not honoured: a folder of news is no repository, and one that lies in a
/// repository is often ignored there.
pub fn walk(folder: &Path) -> impl Iterator<Item = Result<FileStamp, LoadError>> + Send + use<> {
    let walk = WalkBuilder::new(folder)
        .standard_filters(false)
        .hidden(true)
        .follow_links(false)
        .sort_by_file_name(std::ffi::OsStr::cmp)
        .filter_entry(|entry| entry.depth() == 0 || !belongs_to_page(entry))
        .build();
    let folder = folder.to_path_buf();
    walk.filter_map(move |entry| match entry {
        Ok(entry) => stamp(&entry),
        Err(error) => Some(Err(named(&folder, error))),
    })
}

/// Code for a browser, or the folder beside a page that was saved whole.
fn belongs_to_page(entry: &DirEntry) -> bool {
    let path = entry.path().to_string_lossy();
    if !entry.file_type().is_some_and(|kind| kind.is_dir()) {
        return unwanted::is_code(&path);
    }
    let page = |stem: &str| ["html", "htm", "xhtml", "HTM"].map(|end| format!("{stem}.{end}"));
    let stem = unwanted::folder_stem(&path);
    stem.is_some_and(|stem| page(stem).iter().any(|page| Path::new(page).is_file()))
}

/// `None` for what is passed over in silence.
fn stamp(entry: &DirEntry) -> Option<Result<FileStamp, LoadError>> {
    let path = entry.path();
    let name = path.to_string_lossy();
    let kind = entry.file_type()?;
    if kind.is_dir() || (kind.is_symlink() && !stays_inside(entry)) {
        return None;
    }
    let meta = match std::fs::metadata(path) {
        Ok(meta) => meta,
        Err(error) => return Some(Err(LoadError::from_io(&name, error))),
    };
    if meta.is_dir() {
        return None;
    }
    if !meta.is_file() {
        return Some(Err(LoadError::new(&name, LoadCause::NotAFile)));
    }
    let modified = meta.modified().ok().and_then(unix_seconds).unwrap_or(0);
    Some(Ok(FileStamp { path: path.to_path_buf(), size: meta.len(), modified }))
}

/// Only the folder itself may be named through a link: what lies behind one within it is either
/// outside, or walked where it really is.
fn stays_inside(entry: &DirEntry) -> bool {
    entry.depth() == 0
}

/// The walker's error with the path it is about.
fn named(folder: &Path, error: ignore::Error) -> LoadError {
    let path = path_of(&error).unwrap_or(folder).to_string_lossy().into_owned();
    let words = error.to_string();
    match error.into_io_error() {
        Some(error) => LoadError::from_io(&path, error),
        None => LoadError::new(&path, LoadCause::Unreadable(super::sanitize::line(&words))),
    }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            path_of(err)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn names(folder: &Path) -> Vec<String> {
        let name = |stamp: FileStamp| {
            stamp.path.strip_prefix(folder).unwrap().to_string_lossy().into_owned()
        };
        walk(folder).map(|stamp| stamp.map_or_else(|e| format!("{:?}", e.cause), name)).collect()
    }

    #[test]
    fn files_come_in_order_without_the_hidden() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for dir in ["b", ".git", "a"] {
            fs::create_dir(root.join(dir)).unwrap();
        }
        for file in ["b/2.txt", "b/1.txt", "a.txt", "a/z.txt", ".git/x", ".hidden", ".gitignore"] {
            fs::write(root.join(file), "*.txt\n").unwrap();
        }
        assert_eq!(names(root), ["a/z.txt", "a.txt", "b/1.txt", "b/2.txt"]);
    }

    #[test]
    fn what_a_saved_page_brings_along_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for dir in ["Ferry_files", "Old_files", "Fähre-Dateien"] {
            fs::create_dir(root.join(dir)).unwrap();
            fs::write(root.join(dir).join("frame.html"), "<p>x").unwrap();
        }
        for file in ["Ferry.html", "Fähre.htm", "app.js", "Old_files/style.css"] {
            fs::write(root.join(file), "x").unwrap();
        }
        assert_eq!(names(root), ["Ferry.html", "Fähre.htm", "Old_files/frame.html"]);
    }

    #[test]
    fn a_stamp_tells_size_and_time() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.txt"), "ferry").unwrap();
        let stamp = walk(folder.path()).next().unwrap().unwrap();
        assert_eq!(stamp.size, 5);
        assert!(stamp.modified > 1_600_000_000);
    }

    #[cfg(unix)]
    #[test]
    fn links_out_are_not_followed_and_sockets_are_named() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret.txt"), "secret").unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(outside.path(), folder.path().join("out")).unwrap();
        std::os::unix::fs::symlink(
            outside.path().join("secret.txt"),
            folder.path().join("out.txt"),
        )
        .unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("pipe")).unwrap();
        assert_eq!(names(folder.path()), ["NotAFile"]);
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        let error = walk(Path::new("/no/such/folder")).next().unwrap().unwrap_err();
        assert!(
            error.to_string().starts_with("/no/such/folder: cannot be read: no such file"),
            "{error}"
        );
    }
}
