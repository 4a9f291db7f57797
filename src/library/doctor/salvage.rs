//! Saves what can still be read of a damaged database into a new one.
//!
//! Rows are copied in the order of their numbers. Where reading fails, the next number that reads is
//! looked for in ever longer steps and then closer by: a page that is lost costs its own rows.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, Statement, params_from_iter};

use super::{Check, Tell};
use crate::library::{LibraryError, Result, index, store};

/// Rows copied in one go.
const AT_ONCE: i64 = 1_000;
/// No row has a lower number: the earliest date there is, as an article carries it.
const LOWEST: i64 = -(1 << 44);
/// Gaps in one table before the rest of it is given up.
const GAPS: u64 = 100_000;

/// What was saved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Salvaged {
    pub articles: u64,
    /// Places in tables that could not be read.
    pub gaps: u64,
    /// Where the damaged database now is.
    pub kept: PathBuf,
}

/// A table of a new library.
struct Table {
    name: String,
    columns: Vec<String>,
    /// False for a table that is kept in the order of a key of its own.
    numbered: bool,
}

/// How far a run of rows came.
struct Run {
    rows: i64,
    /// The number of the last row that was read.
    last: Option<i64>,
    /// The next one could not be.
    broken: bool,
}

pub(super) fn salvage(dir: &Path, tell: &mut Tell) -> Result<Salvaged> {
    let (path, fresh) = (store::path(dir), dir.join("library.db.new"));
    remove(&fresh)?;
    let old = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let mut saved = Salvaged::default();
    {
        let mut new = store::create(&fresh)?;
        let transaction = new.transaction()?;
        for table in tables(&transaction)? {
            saved.gaps += copy(&old, &transaction, &table, tell)?;
        }
        transaction.commit()?;
        saved.articles = new.query_row("SELECT count(*) FROM article", [], |row| row.get(0))?;
    }
    drop(old);
    saved.kept = keep(dir)?;
    std::fs::rename(&fresh, &path).map_err(|error| cannot(&path, &error))?;
    index::forget(dir)?;
    Ok(saved)
}

/// Moves the damaged database aside, with what belongs to it.
fn keep(dir: &Path) -> Result<PathBuf> {
    let name = |n: u32| dir.join(format!("library.db.damaged-{n}"));
    let kept = (1..).map(name).find(|path| !path.exists()).unwrap_or_else(|| name(0));
    for end in ["", "-wal", "-shm"] {
        let from = dir.join(format!("library.db{end}"));
        let to = PathBuf::from(format!("{}{end}", kept.display()));
        match std::fs::rename(&from, &to) {
            Err(error) if end.is_empty() => return Err(cannot(&from, &error)),
            _ => {}
        }
    }
    Ok(kept)
}

fn remove(path: &Path) -> Result<()> {
    for end in ["", "-wal", "-shm", "-journal"] {
        let path = PathBuf::from(format!("{}{end}", path.display()));
        if path.exists() {
            std::fs::remove_file(&path).map_err(|error| cannot(&path, &error))?;
        }
    }
    Ok(())
}

fn cannot(path: &Path, error: &std::io::Error) -> LibraryError {
    LibraryError::Open { path: path.to_path_buf(), cause: error.to_string() }
}

/// The tables of a new library. `source` comes last: its counts go by triggers while articles come.
fn tables(sql: &Connection) -> Result<Vec<Table>> {
    let mut find = sql.prepare(
        "SELECT name, sql NOT LIKE '%WITHOUT ROWID%' FROM sqlite_schema
         WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name = 'source', name",
    )?;
    let all = find.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
    let mut tables = Vec::new();
    for pair in all {
        let (name, numbered) = pair?;
        let mut find = sql.prepare("SELECT name FROM pragma_table_info(?)")?;
        let columns = find.query_map([&name], |row| row.get(0))?;
        let columns = columns.collect::<rusqlite::Result<_>>()?;
        tables.push(Table { name, columns, numbered });
    }
    Ok(tables)
}

/// Copies what can be read of a table; gives back how many places could not be.
fn copy(old: &Connection, new: &Connection, table: &Table, tell: &mut Tell) -> Result<u64> {
    let known = columns(old, &table.name)?;
    let shared: Vec<&String> = table.columns.iter().filter(|name| known.contains(name)).collect();
    if shared.is_empty() {
        return Ok(0);
    }
    let listed = shared.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
    let marks = vec!["?"; shared.len()].join(", ");
    let put = format!("INSERT OR REPLACE INTO {} ({listed}) VALUES ({marks})", table.name);
    let mut put = new.prepare(&put)?;
    if !table.numbered {
        let mut all = old.prepare(&format!("SELECT 0, {listed} FROM {}", table.name))?;
        return Ok(u64::from(run(&mut all, &[], &mut put)?.broken));
    }
    let mut some = old.prepare(&format!(
        "SELECT rowid, {listed} FROM {} WHERE rowid >= ? ORDER BY rowid LIMIT {AT_ONCE}",
        table.name
    ))?;
    let (mut from, mut gaps) = (LOWEST, 0);
    loop {
        let copied = run(&mut some, &[from], &mut put)?;
        let beyond = copied.last.and_then(|last| last.checked_add(1));
        let next = match copied.broken {
            true => {
                gaps += 1;
                let from = beyond.unwrap_or(from);
                readable(&mut some, from).filter(|_| gaps < GAPS)
            }
            false => beyond.filter(|_| copied.rows == AT_ONCE),
        };
        let Some(next) = next else { return Ok(gaps) };
        from = next;
        if tell(Check::Database, 0, 0) == ControlFlow::Break(()) {
            return Err(LibraryError::Damaged("broken off; nothing was changed".to_owned()));
        }
    }
}

fn columns(sql: &Connection, table: &str) -> Result<Vec<String>> {
    let mut find = sql.prepare("SELECT name FROM pragma_table_info(?)")?;
    Ok(find.query_map([table], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}

/// Copies the rows of a query as far as they can be read. Its first column is their number.
fn run(find: &mut Statement, values: &[i64], put: &mut Statement) -> Result<Run> {
    let width = find.column_count();
    let mut copied = Run { rows: 0, last: None, broken: false };
    let Ok(mut rows) = find.query(params_from_iter(values)) else {
        return Ok(Run { broken: true, ..copied });
    };
    loop {
        let row = match rows.next() {
            Ok(Some(row)) => row,
            Ok(None) => return Ok(copied),
            Err(_) => return Ok(Run { broken: true, ..copied }),
        };
        let cells: rusqlite::Result<Vec<Value>> = (1..width).map(|n| row.get(n)).collect();
        let Ok(cells) = cells else { return Ok(Run { broken: true, ..copied }) };
        put.execute(params_from_iter(cells))?;
        copied.last = row.get(0).ok();
        copied.rows += 1;
    }
}

/// The smallest number from `from` on from which rows can be read again, or nothing is left.
fn readable(find: &mut Statement, from: i64) -> Option<i64> {
    let mut reads = |at: i64| -> bool {
        let Ok(mut rows) = find.query([at]) else { return false };
        rows.next().is_ok()
    };
    let (mut bad, mut good) = (from, None);
    for shift in 0..62 {
        let at = from.checked_add(1 << shift)?;
        if reads(at) {
            good = Some(at);
            break;
        }
        bad = at;
    }
    let mut good = good?;
    while good - bad > 1 {
        let middle = bad + (good - bad) / 2;
        if reads(middle) { good = middle } else { bad = middle }
    }
    Some(good)
}
