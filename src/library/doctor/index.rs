//! The search index against the articles: each exactly once, but for what the outbox still holds.

use std::collections::HashSet;
use std::ops::ControlFlow;

use rusqlite::{Connection, TransactionBehavior, params};
use tantivy::{Index, ReloadPolicy};

use super::{Check, Cure, Finding, Tell, counted};
use crate::article::ArticleId;
use crate::library::index::{self, FURTHER_FACET};
use crate::library::segments::having;
use crate::library::{Library, Result, outbox, put, relook};

/// How the index differs from the articles.
#[derive(Default)]
struct Differs {
    /// Articles it does not hold.
    lacking: Vec<i64>,
    /// Articles it holds more than once.
    twice: Vec<i64>,
    /// What it holds of articles that are gone.
    stale: Vec<i64>,
}

impl Differs {
    fn all(&self) -> impl Iterator<Item = i64> {
        [&self.lacking, &self.twice, &self.stale].into_iter().flatten().copied()
    }
}

pub(super) fn check(library: &Library, tell: &mut Tell) -> Result<Vec<Finding>> {
    let _ = tell(Check::Index, 0, 1);
    let waiting = outbox::behind(library)? + relook::waiting(&library.sql)?;
    let mut found = Vec::new();
    let opened = index::open(&library.dir, &library.sql)?;
    match opened.and_then(|(index, _)| whole(&index).then_some(index)) {
        None => found.push(missing(library)?),
        Some(index) => match differs(library, &index)? {
            None => found.push(missing(library)?),
            Some(differs) => found.extend(told(&differs)),
        },
    }
    if waiting > 0 {
        found.push(Finding {
            check: Check::Index,
            fault: "waiting",
            count: waiting,
            message: format!(
                "{} not in the search index yet; the next search takes them in",
                match waiting {
                    1 => "1 change is".to_owned(),
                    some => format!("{some} changes are"),
                }
            ),
            cure: Cure::None,
        });
    }
    Ok(found)
}

/// True when no file of the index was changed since it was written.
fn whole(index: &Index) -> bool {
    index.validate_checksum().is_ok_and(|damaged| damaged.is_empty())
}

/// An index that is not there yet belongs to a library in which nothing has been searched.
fn missing(library: &Library) -> Result<Finding> {
    let articles = library.counts(&[])?.articles;
    let never = !library.dir.join("index").exists();
    let (fault, message, cure) = match (articles, never) {
        (0, true) => ("none", "there is no search index yet", Cure::None),
        (_, true) => ("missing", "the search index is missing", Cure::Repair),
        _ => ("damaged", "the search index is damaged or of another version", Cure::Repair),
    };
    Ok(Finding { check: Check::Index, fault, count: articles, message: message.to_owned(), cure })
}

fn told(differs: &Differs) -> Vec<Finding> {
    let finding = |fault, ids: &Vec<i64>, means: &str| {
        let count = ids.len() as u64;
        let message = format!("{} {means}", counted(count, "article"));
        (count > 0).then_some(Finding {
            check: Check::Index,
            fault,
            count,
            message,
            cure: Cure::Repair,
        })
    };
    [
        finding("lacking", &differs.lacking, "that no search finds"),
        finding("twice", &differs.twice, "in the search index more than once"),
        finding("stale", &differs.stale, "in the search index that are no longer in the library"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Compares by number. The articles are read before the index and looked at once more after it, so
/// that what another process does meanwhile is not taken for a fault. `None`: it cannot be read.
fn differs(library: &Library, index: &Index) -> Result<Option<Differs>> {
    let sql = &library.sql;
    let (articles, waiting) = lists(sql)?;
    let Some(mut indexed) = indexed(index) else { return Ok(None) };
    indexed.sort_unstable();
    let mut differs = Differs::default();
    let there = |id: i64| -> Result<bool> {
        let mut find = sql.prepare_cached("SELECT 1 FROM article WHERE id = ?")?;
        Ok(find.exists([id])?)
    };
    let idle = |id: &i64| !waiting.contains(id);
    for pair in indexed.windows(2).filter(|pair| pair[0] == pair[1] && idle(&pair[0])) {
        differs.twice.push(pair[0]);
    }
    differs.twice.dedup();
    for id in articles.iter().filter(|id| indexed.binary_search(id).is_err() && idle(id)) {
        // Articles that came since may be named in no outbox we know, but they are not here either.
        if there(*id)? {
            differs.lacking.push(*id);
        }
    }
    indexed.dedup();
    for id in indexed.iter().filter(|id| articles.binary_search(id).is_err() && idle(id)) {
        if !there(*id)? && !is_waiting(sql, *id)? {
            differs.stale.push(*id);
        }
    }
    Ok(Some(differs))
}

/// Articles in order, and those in the outbox, as of one moment.
fn lists(sql: &Connection) -> Result<(Vec<i64>, HashSet<i64>)> {
    let transaction = sql.unchecked_transaction()?;
    let read = |text: &str| -> rusqlite::Result<Vec<i64>> {
        transaction.prepare(text)?.query_map([], |row| row.get(0))?.collect()
    };
    let articles = read("SELECT id FROM article ORDER BY id")?;
    let waiting = read("SELECT DISTINCT article FROM dirty")?;
    Ok((articles, waiting.into_iter().collect()))
}

fn is_waiting(sql: &Connection, id: i64) -> Result<bool> {
    Ok(sql.prepare_cached("SELECT 1 FROM dirty WHERE article = ?")?.exists(params![id])?)
}

/// Numbers of all documents, less those that hold a further part of an article.
fn indexed(index: &Index) -> Option<Vec<i64>> {
    let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().ok()?;
    let mut all = Vec::new();
    for segment in reader.searcher().segment_readers() {
        let ids = segment.fast_fields().i64("id").ok()?;
        let further = having(segment, FURTHER_FACET).ok()?.unwrap_or_default();
        let first = segment.doc_ids_alive().filter(|doc| !further.contains(*doc));
        all.extend(first.filter_map(|doc| ids.first(doc)));
    }
    Some(all)
}

/// Puts what differs into the outbox, and empties that.
pub(super) fn mend(library: &mut Library, tell: &mut Tell) -> Result<()> {
    let opened = index::open(&library.dir, &library.sql)?;
    let Some(index) = opened.and_then(|(index, _)| whole(&index).then_some(index)) else {
        return rebuild(library, tell);
    };
    let Some(differs) = differs(library, &index)? else { return rebuild(library, tell) };
    let transaction = library.sql.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for id in differs.all() {
        put::dirty(&transaction, ArticleId(id))?;
    }
    transaction.commit()?;
    catch_up(library, tell)
}

/// Makes the index anew.
pub(super) fn rebuild(library: &mut Library, tell: &mut Tell) -> Result<()> {
    index::forget(&library.dir)?;
    catch_up(library, tell)
}

fn catch_up(library: &mut Library, tell: &mut Tell) -> Result<()> {
    let mut go_on = |done, total| match tell(Check::Index, done, total) {
        ControlFlow::Continue(()) => ControlFlow::Continue(()),
        ControlFlow::Break(()) => ControlFlow::Break(()),
    };
    library.sync_index(&mut go_on)?;
    Ok(())
}
