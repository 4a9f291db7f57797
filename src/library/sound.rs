//! Tells a whole index from one whose files were cut short or written over.
//!
//! tantivy takes the end of a file at its word and panics where it lies. Every file it finishes
//! ends with a footer, its length and a fixed number (tantivy's `directory/footer.rs`); that much
//! is looked at before the index is opened for reading, and costs a few bytes a file.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use tantivy::Index;
use tantivy::index::SegmentId;

/// The number that ends every file.
const MAGIC: u32 = 1337;
/// No footer is longer.
const LONGEST_FOOTER: u64 = 50_000;
/// Length and number.
const TAIL: u64 = 8;

/// True when every file of the committed segments ends as tantivy ends a file. One that is not
/// there is left to tantivy, which says so: a merge may have replaced it meanwhile.
pub(super) fn is_sound(index: &Index, folder: &Path) -> bool {
    let Ok(segments) = index.searchable_segment_ids() else { return false };
    let names: Vec<String> = segments.iter().map(SegmentId::uuid_string).collect();
    let Ok(files) = fs::read_dir(folder) else { return false };
    files.flatten().filter(|file| is_of(&names, &file.file_name())).all(|file| {
        match ends_well(&file.path()) {
            Ok(well) => well,
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        }
    })
}

/// True for a finished file of one of these segments: `<segment>.term`.
fn is_of(segments: &[String], file: &OsStr) -> bool {
    let name = file.to_string_lossy();
    let segment = name.split('.').next().unwrap_or("");
    !name.ends_with(".temp") && segments.iter().any(|known| known == segment)
}

fn ends_well(path: &Path) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    if length < TAIL {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-(TAIL as i64)))?;
    let mut tail = [0; TAIL as usize];
    file.read_exact(&mut tail)?;
    let number =
        |at: usize| u32::from_le_bytes([tail[at], tail[at + 1], tail[at + 2], tail[at + 3]]);
    let footer = u64::from(number(0));
    Ok(number(4) == MAGIC && footer <= LONGEST_FOOTER && footer + TAIL <= length)
}

#[cfg(test)]
mod tests {
    use super::super::search::Searcher;
    use super::super::testing::Desk;
    use super::super::{IndexState, query};
    use super::*;

    #[test]
    fn a_file_cut_short_is_seen_and_healed() {
        for damage in [&b""[..], b"junk", b"junk that is longer than the end of a file"] {
            let mut desk = Desk::with("date: 100\nFerry\nThe ferry is back.\n");
            let folder = desk.library.dir().join("index");
            for file in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
                if file.extension().is_some_and(|end| end == "idx" || end == "term") {
                    fs::write(file, damage).unwrap();
                }
            }
            assert_eq!(desk.library.index_state().unwrap(), IndexState::Missing, "{damage:?}");
            let (query, _) = query::parse("ferry", false, 0);
            let search = |desk: &Desk| {
                let searcher = Searcher::open(&desk.library).unwrap();
                searcher.search(&query, &Default::default(), 10).unwrap().total
            };
            assert_eq!(search(&desk), 0, "a broken index counts as a missing one");
            desk.library.sync_index(&mut |_, _| std::ops::ControlFlow::Continue(())).unwrap();
            assert_eq!(search(&desk), 1);
        }
    }
}
