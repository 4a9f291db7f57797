//! Folders, files and the sample edition.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Row as SqlRow, params};

use super::{
    Counts, LibraryError, Result, Source, SourceId, SourceKind, analyze, failures, feeds, inputs,
    put, rules, store, turns,
};
use crate::load::sanitize;

/// How many articles leave in one transaction, and after how many it is asked whether somebody
/// waits to write.
const LEAVE: usize = 2_000;
const AT_ONCE: usize = 16;

const COLUMNS: &str = "SELECT id, kind, location, name, scanned, articles, unread, starred,
    (SELECT coalesce(sum(failed), 0) FROM file INDEXED BY file_failed
     WHERE file.source = source.id AND failed > 0) FROM source";

pub(super) fn all(sql: &Connection) -> Result<Vec<Source>> {
    let mut find = sql.prepare_cached(&format!("{COLUMNS} ORDER BY name, id"))?;
    Ok(find.query_map([], source)?.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn get(sql: &Connection, id: SourceId) -> Result<Source> {
    let mut find = sql.prepare_cached(&format!("{COLUMNS} WHERE id = ?"))?;
    let found = find.query_row([id.0], source).optional()?;
    found.ok_or_else(|| LibraryError::NoSuchSource(id.0.to_string()))
}

fn source(row: &SqlRow) -> rusqlite::Result<Source> {
    Ok(Source {
        id: SourceId(row.get(0)?),
        kind: SourceKind::from_name(&row.get::<_, String>(1)?),
        location: row.get(2)?,
        name: row.get(3)?,
        scanned: row.get(4)?,
        counts: Counts { articles: row.get(5)?, unread: row.get(6)?, starred: row.get(7)? },
        failed: row.get(8)?,
    })
}

impl SourceKind {
    /// The name in the database and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            SourceKind::Folder => "folder",
            SourceKind::File => "file",
            SourceKind::Feed => "feed",
            SourceKind::Sample => "sample",
        }
    }

    fn from_name(name: &str) -> Self {
        match name {
            "folder" => SourceKind::Folder,
            "feed" => SourceKind::Feed,
            "sample" => SourceKind::Sample,
            _ => SourceKind::File,
        }
    }
}

/// By exact location, by path, by name: in this order.
pub(super) fn find(sql: &Connection, what: &str) -> Result<Source> {
    let path = std::fs::canonicalize(what).ok();
    let path = path.as_deref().and_then(Path::to_str).unwrap_or(what);
    let absolute = std::path::absolute(what).ok();
    let absolute = absolute.as_deref().and_then(Path::to_str).unwrap_or(what);
    let mut find = sql.prepare_cached(&format!(
        "{COLUMNS} WHERE location IN (?1, ?2, ?3) OR name = ?1
         ORDER BY location = ?1 DESC, location = ?2 DESC, location = ?3 DESC, id LIMIT 1"
    ))?;
    let found = find.query_row(params![what, path, absolute], source).optional()?;
    found.ok_or_else(|| LibraryError::NoSuchSource(what.to_owned()))
}

pub(super) fn add_path(dir: &Path, sql: &mut Connection, path: &Path) -> Result<Source> {
    let missing = || LibraryError::NoSuchPath(path.to_path_buf());
    let absolute: PathBuf = std::fs::canonicalize(path).map_err(|_| missing())?;
    let kind = if absolute.is_dir() { SourceKind::Folder } else { SourceKind::File };
    // Paths are kept as text: a name that is no Unicode cannot be asked for again.
    let not_text = || LibraryError::NotText(path.to_path_buf());
    let location = absolute.to_str().ok_or_else(not_text)?;
    let name = absolute.file_name().and_then(|name| name.to_str()).map(sanitize::line);
    let name = name.filter(|name| !name.is_empty()).unwrap_or_else(|| location.to_owned());
    let source = add(sql, kind, location, &name)?;
    if let Ok(sample) = find(sql, inputs::SAMPLE) {
        remove(dir, sql, sample.id)?;
    }
    Ok(source)
}

pub(super) fn add(
    sql: &Connection,
    kind: SourceKind,
    location: &str,
    name: &str,
) -> Result<Source> {
    sql.execute(
        "INSERT INTO source (kind, location, name) VALUES (?1, ?2, ?3)
         ON CONFLICT (location) DO UPDATE SET kind = ?1",
        params![kind.name(), location, name],
    )?;
    find(sql, location)
}

/// An error when a source has been removed, by whomever, since it was looked up: another one may
/// have its number by now.
pub(super) fn still(sql: &Connection, source: &Source) -> Result<()> {
    let mut find = sql.prepare_cached("SELECT 1 FROM source WHERE id = ? AND location = ?")?;
    match find.exists(params![source.id.0, source.location])? {
        true => Ok(()),
        false => Err(LibraryError::NoSuchSource(source.location.clone())),
    }
}

/// Takes a source and its articles out, a part at a time: a kill in between leaves a smaller
/// source, and removing it again goes on.
pub(super) fn remove(dir: &Path, sql: &mut Connection, id: SourceId) -> Result<()> {
    get(sql, id)?;
    loop {
        let transaction = turns::begin(dir, sql)?;
        let whole = remove_some(dir, &transaction, id)?;
        store::count_up(&transaction, "state")?;
        if whole {
            failures::leave(&transaction, id)?;
            transaction.execute("DELETE FROM file WHERE source = ?", [id.0])?;
            rules::forget(&transaction, id)?;
            feeds::forget(&transaction, id)?;
            transaction.execute("DELETE FROM source WHERE id = ?", [id.0])?;
        }
        transaction.commit()?;
        if whole {
            return Ok(());
        }
    }
}

/// Takes articles of a source out until others want to write; true when none is left.
fn remove_some(dir: &Path, sql: &Connection, id: SourceId) -> Result<bool> {
    let some = "SELECT id FROM article INDEXED BY article_source WHERE source = ? LIMIT ?";
    let ids: Vec<i64> = sql
        .prepare_cached(some)?
        .query_map(params![id.0, LEAVE as i64], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for (n, articles) in ids.chunks(AT_ONCE).enumerate() {
        if n > 0 && turns::wanted(dir) {
            return Ok(false);
        }
        articles.iter().try_for_each(|article| put::remove(sql, *article))?;
    }
    Ok(ids.len() < LEAVE)
}

/// Sources and outlets whose name holds these folded words in a row.
pub(super) fn named(sql: &Connection, words: &str) -> Result<(Vec<SourceId>, Vec<i64>)> {
    let matching = |table: &str| -> Result<Vec<i64>> {
        let mut find = sql.prepare_cached(&format!("SELECT id, name FROM {table}"))?;
        let mut rows = find.query([])?;
        let mut ids = Vec::new();
        while let Some(row) = rows.next()? {
            let name = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
            if analyze::fold(name).contains(words) {
                ids.push(row.get(0)?);
            }
        }
        Ok(ids)
    };
    let sources = matching("source")?.into_iter().map(SourceId).collect();
    Ok((sources, matching("outlet")?))
}
