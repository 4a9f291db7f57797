//! What lies in a folder, by name, however much it is: ten million names are looked through more
//! than once rather than held at once.

use std::collections::BinaryHeap;
use std::ffi::OsString;
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};

/// Names held at a time, of all folders that are open.
const HELD: usize = 400_000;
/// Names of one folder that are always held.
const LEAST: usize = 1_000;

/// Something in a folder that is no folder.
pub(super) struct Entry {
    pub path: PathBuf,
    pub kind: FileType,
}

/// Everything under a folder, by name within each, what is hidden left out. Links are not followed.
/// A folder that may not be read is an error and the rest goes on.
pub(super) struct Names {
    open: Vec<Folder>,
    held: usize,
    passed_over: fn(&Path) -> bool,
}

struct Folder {
    path: PathBuf,
    /// The next names, in order.
    names: std::vec::IntoIter<Name>,
    /// The last of those that were taken in.
    last: Option<OsString>,
    /// There are more behind these.
    more: bool,
    /// How many are held at a time.
    room: usize,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    name: OsString,
    kind: Kind,
}

/// Two names of one folder always differ, so this never decides an order.
struct Kind(FileType);

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Kind {}

impl PartialOrd for Kind {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Kind {
    fn cmp(&self, _: &Self) -> std::cmp::Ordering {
        std::cmp::Ordering::Equal
    }
}

/// What could not be looked into, and why.
pub(super) type Failed = (PathBuf, io::Error);

impl Names {
    /// Folders within it may be passed over.
    pub(super) fn under(folder: &Path, passed_over: fn(&Path) -> bool) -> Self {
        Self::holding(folder, HELD, passed_over)
    }

    fn holding(folder: &Path, held: usize, passed_over: fn(&Path) -> bool) -> Self {
        let root = Folder {
            path: folder.to_path_buf(),
            names: Vec::new().into_iter(),
            last: None,
            more: true,
            room: (held / 2).max(LEAST.min(held)),
        };
        Self { open: vec![root], held, passed_over }
    }

    /// Opens a folder within the one at hand. What it may hold is half of what is left.
    fn enter(&mut self, path: PathBuf) {
        let taken: usize = self.open.iter().map(|folder| folder.names.len()).sum();
        let room = (self.held.saturating_sub(taken) / 2).max(LEAST.min(self.held));
        let names = Vec::new().into_iter();
        self.open.push(Folder { path, names, last: None, more: true, room });
    }
}

impl Iterator for Names {
    type Item = Result<Entry, Failed>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let folder = self.open.last_mut()?;
            let Some(Name { name, kind: Kind(kind) }) = folder.names.next() else {
                if !folder.more {
                    self.open.pop();
                } else if let Err(error) = folder.read_on() {
                    return Some(Err((folder.path.clone(), error)));
                }
                continue;
            };
            let path = folder.path.join(&name);
            if folder.names.len() == 0 {
                folder.last = Some(name);
            }
            if !kind.is_dir() {
                return Some(Ok(Entry { path, kind }));
            }
            if !(self.passed_over)(&path) {
                self.enter(path);
            }
        }
    }
}

impl Folder {
    /// Takes in the first of the names that come after the last.
    fn read_on(&mut self) -> io::Result<()> {
        self.more = false;
        let mut first = BinaryHeap::new();
        let outcome = self.gather(&mut first);
        self.names = first.into_sorted_vec().into_iter();
        outcome
    }

    fn gather(&mut self, first: &mut BinaryHeap<Name>) -> io::Result<()> {
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            let name = entry.file_name();
            let hidden = name.as_encoded_bytes().starts_with(b".");
            if hidden || self.last.as_ref().is_some_and(|last| name <= *last) {
                continue;
            }
            // Gone since it was listed.
            let Ok(kind) = entry.file_type() else { continue };
            first.push(Name { name, kind: Kind(kind) });
            if first.len() > self.room {
                self.more = true;
                first.pop();
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path, held: usize) -> Vec<String> {
        let name =
            |entry: Entry| entry.path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
        Names::holding(folder, held, |_| false).map(|entry| entry.map(name).unwrap()).collect()
    }

    #[test]
    fn few_or_many_at_a_time_the_order_is_the_same() {
        let folder = tempfile::tempdir().unwrap();
        for n in 0..30 {
            let inside = folder.path().join(format!("{}", n % 7)).join(format!("{}", n % 3));
            fs::create_dir_all(&inside).unwrap();
            for name in ["a", "b.txt", "c"] {
                fs::write(inside.join(format!("{n}{name}")), "").unwrap();
            }
            fs::write(folder.path().join(format!("{n}.txt")), "").unwrap();
        }
        let all = names(folder.path(), HELD);
        assert_eq!(all.len(), 120);
        assert!(all.iter().position(|n| n == "1.txt") > all.iter().position(|n| n == "1/0/15a"));
        for held in [1, 2, 3, 10, 50] {
            assert_eq!(names(folder.path(), held), all, "{held} held");
        }
    }
}
