//! Brings the index up to date from the outbox, and says how far behind it is.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use rusqlite::{Connection, OptionalExtension, params};

use super::index::{self, Facets, Indexer};
use super::{Library, LibraryError, Result, SourceId, entities, relook, store, untagged};
use crate::article::ArticleId;

/// Rows of the outbox read at once.
const AT_ONCE: i64 = 500;

/// Articles put in the outbox in one transaction: a few milliseconds.
const RENEWED: i64 = 5_000;

/// How the search index stands to the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexState {
    /// Every article can be found.
    Ready,
    /// So many changes are not in it yet.
    Behind(u64),
    /// Missing, broken, or of another version: it has to be built anew.
    Missing,
}

/// What bringing the index up to date came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexStatus {
    /// Articles taken in or out.
    pub articles: u64,
    /// Another process is writing the index; it takes care of it.
    pub busy: bool,
    /// The outbox is empty.
    pub complete: bool,
}

pub(super) fn state(library: &Library) -> Result<IndexState> {
    if index::open(&library.dir, &library.sql)?.is_none() {
        return Ok(IndexState::Missing);
    }
    Ok(match behind(library)? + relook::waiting(&library.sql)? {
        0 => IndexState::Ready,
        changes => IndexState::Behind(changes),
    })
}

/// Rows in the outbox, counted up to a million.
pub(super) fn behind(library: &Library) -> Result<u64> {
    let count = "SELECT count(*) FROM (SELECT 1 FROM dirty LIMIT 1000000)";
    Ok(library.sql.query_row(count, [], |row| row.get(0))?)
}

pub(super) fn sync(
    library: &mut Library,
    tell: &mut dyn FnMut(u64, u64) -> ControlFlow<()>,
) -> Result<IndexStatus> {
    if state(library)? == IndexState::Ready {
        return Ok(IndexStatus { articles: 0, busy: false, complete: true });
    }
    if !relook::run(library, tell)? {
        return Ok(IndexStatus { articles: 0, busy: false, complete: false });
    }
    // All of the library may be read: mapped, it would count as memory of ours.
    store::map(&library.sql, false)?;
    let status = fill(library, tell);
    store::map(&library.sql, true)?;
    status
}

fn fill(
    library: &mut Library,
    tell: &mut dyn FnMut(u64, u64) -> ControlFlow<()>,
) -> Result<IndexStatus> {
    let Some(mut indexer) = Indexer::open(&library.dir, &mut library.sql)? else {
        return Ok(IndexStatus { articles: 0, busy: true, complete: false });
    };
    let status = drain(library, &mut indexer, tell)?;
    indexer.close();
    // Each name that is found has an article indexed anew.
    if status.complete && untagged::count(&library.sql)? == 0 {
        index::tidy(&library.dir, &mut library.sql)?;
    }
    Ok(status)
}

/// Indexes what the outbox names, and the indexer has not taken in yet, until there is no more or
/// `tell` breaks it off.
pub(super) fn drain(
    library: &Library,
    indexer: &mut Indexer,
    tell: &mut dyn FnMut(u64, u64) -> ControlFlow<()>,
) -> Result<IndexStatus> {
    let total = behind(library)?;
    let mut status = IndexStatus { articles: 0, busy: false, complete: false };
    let mut after = 0;
    loop {
        let mut rows = read(library, after)?;
        let Some(&(last, _)) = rows.last() else {
            indexer.commit(&library.sql)?;
            return Ok(IndexStatus { complete: true, ..status });
        };
        rows.retain(|(seq, _)| !indexer.has_settled(*seq));
        let articles: BTreeSet<i64> = rows.iter().map(|(_, article)| *article).collect();
        for article in &articles {
            renew(library, indexer, ArticleId(*article))?;
        }
        // Rows between these may belong to an ingest that has not committed them: name each run.
        for (seq, _) in &rows {
            indexer.settles(*seq, *seq);
        }
        after = last;
        status.articles += articles.len() as u64;
        if indexer.is_due() {
            indexer.commit(&library.sql)?;
        }
        if tell(status.articles, total.max(status.articles)).is_break() {
            indexer.commit(&library.sql)?;
            return Ok(status);
        }
    }
}

/// Puts the newest articles that are older than `before` in the outbox; gives back the oldest of
/// them, unless there are no more.
pub(super) fn add_before(sql: &Connection, before: i64) -> Result<Option<i64>> {
    let mut add = sql.prepare_cached(
        "INSERT INTO dirty (article) SELECT id FROM article WHERE id < ? ORDER BY id DESC LIMIT ?
         RETURNING article",
    )?;
    let added = add.query_map(params![before, RENEWED], |row| row.get(0))?;
    let added: Vec<i64> = added.collect::<rusqlite::Result<_>>()?;
    Ok(added.into_iter().min())
}

fn read(library: &Library, after: i64) -> Result<Vec<(i64, i64)>> {
    let text = "SELECT seq, article FROM dirty WHERE seq > ? ORDER BY seq LIMIT ?";
    let mut find = library.sql.prepare_cached(text)?;
    let rows = find.query_map(params![after, AT_ONCE], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Puts an article into the index as it now is, exactly once.
pub(super) fn renew(library: &Library, indexer: &mut Indexer, id: ArticleId) -> Result<()> {
    indexer.remove(id);
    let article = match library.article(id) {
        Ok(Some(article)) => article,
        // Gone, or unreadable: then it can be listed but not found, and healing goes on.
        Ok(None) | Err(LibraryError::Damaged(_)) => return Ok(()),
        Err(error) => return Err(error),
    };
    let find = "SELECT source, outlet FROM article WHERE id = ?";
    let row = |row: &rusqlite::Row| Ok((SourceId(row.get(0)?), row.get(1)?));
    let found = library.sql.prepare_cached(find)?.query_row([id.0], row).optional()?;
    let Some((source, outlet)) = found else { return Ok(()) };
    let entities = entities::of_article(&library.sql, id)?;
    let facets = Facets { source, outlet, entities: &entities };
    indexer.add(&library.sql, article, id, &facets)
}
