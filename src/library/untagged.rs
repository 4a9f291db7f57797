//! The outbox of the tagger: articles whose names are still to be looked for.

use rusqlite::{Connection, params};

use super::Result;
use crate::article::ArticleId;

pub(super) fn add(sql: &Connection, id: ArticleId) -> rusqlite::Result<()> {
    sql.prepare_cached("INSERT OR IGNORE INTO untagged (article) VALUES (?)")?.execute([id.0])?;
    Ok(())
}

pub(super) fn drop(sql: &Connection, id: ArticleId) -> rusqlite::Result<()> {
    sql.prepare_cached("DELETE FROM untagged WHERE article = ?")?.execute([id.0])?;
    Ok(())
}

pub(super) fn has(sql: &Connection, id: ArticleId) -> Result<bool> {
    let mut find = sql.prepare_cached("SELECT 1 FROM untagged WHERE article = ?")?;
    Ok(find.exists([id.0])?)
}

pub(super) fn count(sql: &Connection) -> Result<u64> {
    let mut count = sql.prepare_cached("SELECT count(*) FROM untagged")?;
    Ok(count.query_row([], |row| row.get(0))?)
}

/// The newest that are older than `before`.
pub(super) fn newest(sql: &Connection, before: i64, limit: usize) -> Result<Vec<ArticleId>> {
    let mut find = sql.prepare_cached(
        "SELECT article FROM untagged WHERE article < ? ORDER BY article DESC LIMIT ?",
    )?;
    let rows = find.query_map(params![before, limit as i64], |row| row.get(0).map(ArticleId))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
