//! Who writes first. SQLite lets one write at a time and takes whoever comes at the right moment,
//! which is mostly the one who has just written: a reader who stars an article would wait for an
//! import to end. So whoever is waited for holds a lock while he writes; long work passes through
//! that lock before each of its transactions, and ends one as soon as somebody holds the lock.

use std::path::Path;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tantivy::directory::{Directory, DirectoryLock, Lock, MmapDirectory};

const TURN: &str = "turn.lock";

/// Holds long work back until it is dropped. Where it cannot be had, things go on without.
pub(super) fn first(dir: &Path) -> Option<DirectoryLock> {
    lock(dir, TURN, true)
}

/// Lets those go first who are waited for.
pub(super) fn after_others(dir: &Path) {
    drop(first(dir));
}

/// Begins a transaction of long work, after those who are waited for. Who waits to begin holds the
/// lock, so that two imports take turns.
pub(super) fn begin<'a>(dir: &Path, sql: &'a mut Connection) -> rusqlite::Result<Transaction<'a>> {
    let _turn = first(dir);
    sql.transaction_with_behavior(TransactionBehavior::Immediate)
}

/// True when somebody waits: a transaction of long work had better end.
pub(super) fn wanted(dir: &Path) -> bool {
    lock(dir, TURN, false).is_none()
}

/// Work that one process at a time does; `None` while another is at it. A process that dies lets
/// go of it.
pub(super) fn alone(dir: &Path, name: &str) -> Option<DirectoryLock> {
    lock(dir, name, false)
}

fn lock(dir: &Path, name: &str, wait: bool) -> Option<DirectoryLock> {
    let lock = Lock { filepath: name.into(), is_blocking: wait };
    MmapDirectory::open(dir).ok()?.acquire_lock(&lock).ok()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use super::*;

    #[test]
    fn long_work_waits_for_who_goes_first() {
        let dir = tempfile::tempdir().unwrap();
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let turn = first(dir.path());
            assert!(turn.is_some());
            scope.spawn(|| {
                after_others(dir.path());
                assert!(done.load(Ordering::SeqCst));
            });
            std::thread::sleep(Duration::from_millis(30));
            done.store(true, Ordering::SeqCst);
            drop(turn);
        });
    }

    #[test]
    fn long_work_is_told_that_somebody_waits() {
        let dir = tempfile::tempdir().unwrap();
        assert!(!wanted(dir.path()));
        let turn = first(dir.path());
        assert!(wanted(dir.path()));
        drop(turn);
        let mut sql = Connection::open_in_memory().unwrap();
        let work = begin(dir.path(), &mut sql).unwrap();
        assert!(!wanted(dir.path()), "others are let in as soon as it has begun");
        work.commit().unwrap();
    }

    #[test]
    fn one_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let one = alone(dir.path(), "tagger.lock");
        assert!(one.is_some() && alone(dir.path(), "tagger.lock").is_none());
        drop(one);
        assert!(alone(dir.path(), "tagger.lock").is_some());
    }
}
