//! Whether the pages of the database file hold together.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::{Check, Cure, Finding};
use crate::library::Result;

/// Faults that SQLite is asked to name at most.
const NAMED: &str = "PRAGMA integrity_check(100)";

pub(super) fn check(path: &Path) -> Result<Vec<Finding>> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let asked = Connection::open_with_flags(path, flags).and_then(|sql| {
        sql.busy_timeout(Duration::from_secs(30))?;
        let faults = faults(&sql)?;
        let only_indexes = faults.iter().all(|fault| is_of_index(&sql, fault));
        Ok((faults, only_indexes))
    });
    Ok(match asked {
        Ok((faults, _)) if faults.is_empty() => Vec::new(),
        Ok((faults, true)) => vec![indexes(&faults)],
        Ok((faults, false)) => vec![damaged(faults.len() as u64, &faults[0])],
        Err(error) => match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => vec![unreadable()],
            Some(ErrorCode::DatabaseCorrupt) => vec![damaged(1, &error.to_string())],
            _ => return Err(error.into()),
        },
    })
}

fn faults(sql: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut ask = sql.prepare(NAMED)?;
    let lines = ask.query_map([], |row| row.get::<_, String>(0))?;
    let mut faults = lines.collect::<rusqlite::Result<Vec<_>>>()?;
    faults.retain(|line| line != "ok");
    Ok(faults)
}

/// True for a fault that making the indexes anew takes away: nothing is lost by it.
fn is_of_index(sql: &Connection, fault: &str) -> bool {
    let said = ["missing from index", "entries in index", "entry in index"];
    said.iter().any(|words| fault.contains(words)) || tree(fault).is_some_and(|n| is_index(sql, n))
}

/// The number in "Tree 12 page 34: …".
fn tree(fault: &str) -> Option<i64> {
    let (_, rest) = fault.split_once("Tree ")?;
    rest.split(' ').next()?.parse().ok()
}

fn is_index(sql: &Connection, root: i64) -> bool {
    let text = "SELECT type = 'index' FROM sqlite_schema WHERE rootpage = ?";
    sql.query_row(text, [root], |row| row.get(0)).unwrap_or(false)
}

fn indexes(faults: &[String]) -> Finding {
    Finding {
        check: Check::Database,
        fault: "indexes-wrong",
        count: faults.len() as u64,
        message: format!("indexes of the database do not fit its tables: {}", faults[0]),
        cure: Cure::Repair,
    }
}

fn damaged(count: u64, fault: &str) -> Finding {
    let fault = fault.lines().last().unwrap_or(fault);
    let message = format!(
        "the database is damaged ({fault}); a backup is best: see `gazette export --help`; \
         --rebuild saves what can still be read"
    );
    Finding { check: Check::Database, fault: "damaged", count, message, cure: Cure::Rebuild }
}

fn unreadable() -> Finding {
    let message = "library.db is not a gazette library, or its first page is destroyed; put a \
                   backup in its place, or move it away to start afresh";
    Finding {
        check: Check::Database,
        fault: "unreadable",
        count: 1,
        message: message.to_owned(),
        cure: Cure::Restore,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_found_in_the_words_of_sqlite() {
        assert_eq!(tree("Tree 12 page 34 cell 5: Rowid 7 out of order"), Some(12));
        assert_eq!(tree("*** in database main ***\nTree 3 page 3: btreeInitPage()"), Some(3));
        assert_eq!(tree("row 3 missing from index article_read"), None);
    }
}
