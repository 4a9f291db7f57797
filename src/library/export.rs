//! A copy of the library in one file, made while others read and write.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::{Library, LibraryError, Result};

/// Pages copied between two looks at the clock: 16 MiB.
const STEP: i32 = 1_024;

/// Copies the database as it is at this moment. It is written under another name first, so that
/// there is never half a copy under its own. False when `tell` broke it off.
pub(super) fn backup(
    library: &Library,
    to: &Path,
    tell: &mut dyn FnMut(u64, u64) -> ControlFlow<()>,
) -> Result<bool> {
    let part = PathBuf::from(format!("{}.part", to.display()));
    let cannot = |cause: String| LibraryError::Open { path: to.to_path_buf(), cause };
    let written = copy(library, &part, tell);
    if !matches!(written, Ok(true)) {
        let _ = std::fs::remove_file(&part);
        return written;
    }
    let file = std::fs::File::open(&part).map_err(|e| cannot(e.to_string()))?;
    file.sync_all().map_err(|e| cannot(e.to_string()))?;
    std::fs::rename(&part, to).map_err(|e| cannot(e.to_string()))?;
    Ok(true)
}

fn copy(
    library: &Library,
    part: &Path,
    tell: &mut dyn FnMut(u64, u64) -> ControlFlow<()>,
) -> Result<bool> {
    let _ = std::fs::remove_file(part);
    let mut new = Connection::open(part).map_err(|error| LibraryError::Open {
        path: part.to_path_buf(),
        cause: error.to_string(),
    })?;
    // As long as this read goes on, what others write is not seen: without it the copy would begin
    // anew whenever they do.
    let moment = library.sql.unchecked_transaction()?;
    moment.query_row("SELECT count(*) FROM meta", [], |_| Ok(()))?;
    {
        let copying = Backup::new(&library.sql, &mut new)?;
        loop {
            let step = copying.step(STEP)?;
            let progress = copying.progress();
            let (left, total) = (progress.remaining as u64, progress.pagecount as u64);
            if step == StepResult::Done {
                break;
            }
            if tell(total.saturating_sub(left), total).is_break() {
                return Ok(false);
            }
            if matches!(step, StepResult::Busy | StepResult::Locked) {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }
    drop(moment);
    // One file, without a log beside it.
    new.pragma_update(None, "journal_mode", "delete")?;
    new.close().map_err(|(_, error)| error)?;
    Ok(true)
}
