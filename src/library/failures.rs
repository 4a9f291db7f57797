//! Inputs that could not be read: remembered with what was wrong, until they can be, or are gone.

use std::fmt;
use std::path::Path;

use rusqlite::{Connection, params};

use super::gather::{self, FilePart};
use super::{Result, SourceId, digest, store};
use crate::load::{Limits, sanitize};

/// Failures kept of one file: of a broken file of a million records the first say enough.
const KEPT: usize = 100;

/// An input that could not be read when it was last tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Name of the source.
    pub source: String,
    /// Path of the file, and the place in it if that is an archive; safe to print.
    pub name: String,
    /// 1-based, of a record that the rest of the file was read without.
    pub line: Option<u64>,
    /// What is wrong, in words.
    pub said: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}, line {line}: {}", self.name, self.said),
            None => write!(f, "{}: {}", self.name, self.said),
        }
    }
}

/// Notes what was wrong in a part of a file; its first part since it changed makes a new start.
pub(super) fn note(sql: &Connection, file: i64, part: &FilePart) -> Result<()> {
    let FilePart { path, errors, .. } = part;
    if part.first {
        sql.prepare_cached("DELETE FROM failure WHERE file = ?")?.execute([file])?;
    }
    if errors.is_empty() {
        return Ok(());
    }
    let mut count = sql.prepare_cached("SELECT count(*) FROM failure WHERE file = ?")?;
    let kept: usize = count.query_row([file], |row| row.get(0))?;
    let mut add =
        sql.prepare_cached("INSERT INTO failure (file, member, line, said) VALUES (?, ?, ?, ?)")?;
    for error in errors.iter().take(KEPT.saturating_sub(kept)) {
        let member = gather::inside(&error.name, path);
        add.execute(params![file, member, error.line, error.cause.to_string()])?;
    }
    Ok(())
}

/// The first of all that is remembered, by source and file.
pub(super) fn all(sql: &Connection, limit: usize) -> Result<Vec<Failure>> {
    let mut find = sql.prepare_cached(
        "SELECT source.name, file.path, member, failure.line, failure.said
         FROM failure JOIN file ON file.id = failure.file JOIN source ON source.id = file.source
         ORDER BY source.name, file.path, failure.id LIMIT ?",
    )?;
    let failure = |row: &rusqlite::Row| {
        let mut name = sanitize::line(row.get_ref(1)?.as_str()?);
        let member = row.get_ref(2)?.as_str()?;
        if !member.is_empty() {
            name = format!("{name}/{member}");
        }
        Ok(Failure { source: row.get(0)?, name, line: row.get(3)?, said: row.get(4)? })
    };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    Ok(find.query_map([limit], failure)?.collect::<rusqlite::Result<_>>()?)
}

/// A scan begins: folders and pipes that failed are no files, and will fail again if they do.
pub(super) fn begin(sql: &Connection, source: SourceId) -> Result<()> {
    forget(
        sql,
        "SELECT id FROM file INDEXED BY file_failed
         WHERE source = ? AND failed > 0 AND complete = 0 AND records = 0 AND modified = 0",
        source,
    )
}

/// A scan has ended: files that are gone fail no more.
pub(super) fn end(sql: &Connection, source: SourceId) -> Result<()> {
    let mut find = sql.prepare_cached(
        "SELECT id, path FROM file INDEXED BY file_failed WHERE source = ? AND failed > 0",
    )?;
    let failed = find.query_map([source.0], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
    let failed: Vec<(i64, String)> = failed.collect::<rusqlite::Result<_>>()?;
    for (file, path) in failed {
        let gone = Path::new(&path)
            .symlink_metadata()
            .is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound);
        // The text of a path that is no Unicode leads nowhere.
        if gone && !path.contains("\\x") {
            sql.prepare_cached("DELETE FROM failure WHERE file = ?")?.execute([file])?;
            sql.prepare_cached("UPDATE file SET failed = 0 WHERE id = ?")?.execute([file])?;
        }
    }
    Ok(())
}

/// Whether the limits are others than when all of the source was last read: then what failed may
/// have been cut off by one that was too tight.
pub(super) fn may_differ(sql: &Connection, source: SourceId, limits: &Limits) -> Result<bool> {
    Ok(store::number(sql, &key(source))? != number(limits))
}

/// All of the source has been read within these limits.
pub(super) fn keep_limits(sql: &Connection, source: SourceId, limits: &Limits) -> Result<()> {
    Ok(store::set_number(sql, &key(source), number(limits))?)
}

fn key(source: SourceId) -> String {
    format!("limits:{}", source.0)
}

/// Told by what they are, whichever there come to be.
fn number(limits: &Limits) -> i64 {
    digest::hash(format!("{limits:?}").as_bytes()) as i64
}

/// The source leaves.
pub(super) fn leave(sql: &Connection, source: SourceId) -> Result<()> {
    sql.execute(
        "DELETE FROM failure WHERE file IN (SELECT id FROM file WHERE source = ?)",
        [source.0],
    )?;
    sql.execute("DELETE FROM meta WHERE key = ?", [key(source)])?;
    Ok(())
}

fn forget(sql: &Connection, files: &str, source: SourceId) -> Result<()> {
    let failures = format!("DELETE FROM failure WHERE file IN ({files})");
    sql.prepare_cached(&failures)?.execute([source.0])?;
    let files = format!("DELETE FROM file WHERE id IN ({files})");
    sql.prepare_cached(&files)?.execute([source.0])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing::Desk;
    use super::*;

    fn said(desk: &Desk) -> Vec<String> {
        let name = |failure: Failure| {
            let words = failure.to_string();
            words.rsplit_once('/').map_or(words.clone(), |(_, name)| name.to_owned())
        };
        all(&desk.library.sql, 10).unwrap().into_iter().map(name).collect()
    }

    #[test]
    fn what_failed_is_remembered_until_it_is_well() {
        let mut desk = Desk::new();
        desk.write("good.txt", "Ferry returns\n");
        desk.write("bad.txt", "");
        desk.write("worse.txt", "");
        desk.ingest();
        assert_eq!(said(&desk), ["bad.txt: has no text in it", "worse.txt: has no text in it"]);
        desk.ingest();
        assert_eq!(said(&desk).len(), 2, "unchanged files still fail");
        desk.write("bad.txt", "Snow comes early\n");
        std::fs::remove_file(desk.dir.path().join("news/worse.txt")).unwrap();
        desk.ingest();
        assert_eq!(said(&desk), [""; 0]);
        assert_eq!(desk.number("SELECT coalesce(sum(failed), 0) FROM file"), 0);
    }

    #[test]
    fn a_source_takes_its_failures_along() {
        let mut desk = Desk::new();
        desk.write("bad.txt", "");
        desk.ingest();
        let source = desk.source();
        desk.library.remove_source(source).unwrap();
        assert_eq!(desk.number("SELECT count(*) FROM failure"), 0);
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_that_is_gone_is_forgotten() {
        let mut desk = Desk::new();
        let pipe = desk.dir.path().join("news/pipe");
        let socket = std::os::unix::net::UnixListener::bind(&pipe).unwrap();
        desk.ingest();
        assert!(said(&desk)[0].starts_with("pipe: is no regular file"), "{:?}", said(&desk));
        assert_eq!(desk.ingest().failed.len(), 1);
        assert_eq!(said(&desk).len(), 1);
        drop(socket);
        std::fs::remove_file(pipe).unwrap();
        desk.ingest();
        assert_eq!(said(&desk), [""; 0]);
    }
}
