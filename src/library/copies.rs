//! Copies: the same file under two paths, one address in two feeds, a wire story in three papers.
//!
//! An article that comes in is compared with those that share a key with it, so that it takes the
//! same time however many there are. One found to be a copy stays, with all that is in it; lists and
//! searches show one article for all of them, and the reader can say that it is none.

mod address;
mod shelves;
mod sieve;
mod sketch;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use rayon::prelude::*;
use rusqlite::{Connection, OptionalExtension, params};

use super::docset::Members;
use super::put::{Outcome, Prepared, Put};
use super::{Change, Result, Row, bodies, rows, store};
use crate::article::{Article, ArticleId};
use shelves::Fresh;
use sketch::Words;

pub use sketch::How;

/// Articles that one is compared with, at most: those that share most keys with it.
const COMPARED: usize = 12;
/// Nearly the same words printed more than a week later are another day's column.
const WEEK: i64 = 7 * 86_400;

/// One of several copies of an article.
#[derive(Clone, Debug, PartialEq)]
pub struct Copy {
    pub row: Row,
    /// The file that it lies in; the sample edition has none.
    pub path: Option<String>,
    /// How it is a copy of the one that stands for all; `None` for that one.
    pub how: Option<How>,
}

/// Finds the copies among articles that come in; kept for an ingest.
#[derive(Default)]
pub(super) struct Copies {
    fresh: Fresh,
    bodies: bodies::Unpacker,
}

/// What articles say, for [`Copies::note`]: found out before others have to wait for it.
pub(super) fn words(batch: &[(Put, Prepared)]) -> Vec<Words> {
    batch.par_iter().map(|(_, prepared)| Words::of(&prepared.article)).collect()
}

impl Copies {
    /// Compares articles that were just written with all that are there; belongs in their
    /// transaction, and before what the library knows of boilerplate is laid over them.
    pub fn note(
        &mut self,
        sql: &Connection,
        batch: &[(Put, Prepared)],
        words: &[Words],
    ) -> Result<()> {
        self.fresh.catch_up(sql)?;
        for ((put, prepared), words) in batch.iter().zip(words) {
            let keys = words.keys();
            if put.outcome == Outcome::Changed {
                leave(sql, put.id.0)?;
            }
            if !is_apart(sql, put.id.0)?
                && let Some((other, how)) = self.copied(sql, put, prepared, words, &keys)?
            {
                join(sql, put.id.0, other, how)?;
            }
            if !keys.is_empty() {
                self.fresh.add(sql, put.id.0, &keys)?;
            }
        }
        self.fresh.settle(sql)
    }

    /// The article that one is a copy of.
    fn copied(
        &self,
        sql: &Connection,
        put: &Put,
        prepared: &Prepared,
        words: &Words,
        keys: &[u32],
    ) -> Result<Option<(i64, How)>> {
        let mut shared = BTreeMap::<i64, usize>::new();
        for key in keys {
            for other in self.fresh.having(sql, *key)? {
                *shared.entry(other).or_default() += 1;
            }
        }
        shared.remove(&put.id.0);
        let mut others: Vec<(usize, i64)> = shared.into_iter().map(|(id, n)| (n, id)).collect();
        others.sort_unstable_by(|a, b| b.cmp(a));
        for (shared, other) in others.into_iter().take(COMPARED) {
            let Some(mut article) = row(sql, other)? else { continue };
            let days = prepared.article.published.zip(article.published);
            let far = days.is_some_and(|(a, b)| a.abs_diff(b) > WEEK as u64);
            if far && !words.may_be_same(article.url.as_deref(), shared, keys.len()) {
                continue;
            }
            // Keys outlive articles, and a damaged one is no copy.
            if !matches!(self.bodies.fill(sql, &mut article), Ok(true)) {
                continue;
            }
            match words.copy(&Words::of(&article)) {
                Some(How::Nearly) if far => {}
                Some(how) if !is_apart(sql, other)? => return Ok(Some((other, how))),
                _ => {}
            }
        }
        Ok(None)
    }
}

/// An article without its text; `None` when it has gone.
fn row(sql: &Connection, id: i64) -> Result<Option<Article>> {
    let mut find = sql.prepare_cached("SELECT title, url, published FROM article WHERE id = ?")?;
    let found = find.query_row([id], |row| {
        let (title, url, published) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(Article { id: ArticleId(id), title, url, published, ..Article::default() })
    });
    Ok(found.optional()?)
}

fn is_apart(sql: &Connection, article: i64) -> Result<bool> {
    Ok(sql.prepare_cached("SELECT 1 FROM apart WHERE article = ?")?.exists([article])?)
}

/// The article that stands for this one; itself where it has no other.
fn head_of(sql: &Connection, article: i64) -> Result<i64> {
    let mut find = sql.prepare_cached("SELECT head FROM copy WHERE article = ?")?;
    Ok(find.query_row([article], |row| row.get(0)).optional()?.unwrap_or(article))
}

/// The copies that a head stands for, in the order in which they are to stand for it.
fn under(sql: &Connection, head: i64) -> Result<Vec<(i64, i64)>> {
    let mut find =
        sql.prepare_cached("SELECT article, how FROM copy WHERE head = ? ORDER BY article")?;
    let all = find.query_map([head], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(all.collect::<rusqlite::Result<_>>()?)
}

/// Has an article be a copy of another, or of the one which stands for that. What was read stays
/// read, and what was starred starred.
fn join(sql: &Connection, article: i64, other: i64, how: How) -> Result<()> {
    let head = head_of(sql, other)?;
    // The source of one of them may just be leaving.
    let mut there = sql.prepare_cached("SELECT count(*) = 2 FROM article WHERE id IN (?, ?)")?;
    if head == article || !there.query_row([article, head], |row| row.get::<_, bool>(0))? {
        return Ok(());
    }
    // Whoever stood for others brings them along.
    let own = under(sql, article)?;
    sql.prepare_cached("DELETE FROM copy WHERE article = ?1 OR head = ?1")?.execute([article])?;
    sql.prepare_cached(
        "UPDATE article SET read = 1 WHERE id = ?1 AND read = 0
         AND EXISTS (SELECT 1 FROM article WHERE id = ?2 AND read = 1)",
    )?
    .execute(params![article, head])?;
    sql.prepare_cached(
        "UPDATE article SET starred = 1 WHERE id IN (?1, ?2) AND starred = 0
         AND EXISTS (SELECT 1 FROM article WHERE id IN (?1, ?2) AND starred = 1)",
    )?
    .execute(params![article, head])?;
    insert(sql, article, head, how.number())?;
    for (copy, how) in own {
        insert(sql, copy, head, how)?;
    }
    changed(sql)
}

fn insert(sql: &Connection, article: i64, head: i64, how: i64) -> Result<()> {
    let mut source = sql.prepare_cached("SELECT source FROM article WHERE id = ?")?;
    let mut source = |id: i64| source.query_row([id], |row| row.get::<_, i64>(0)).optional();
    let (own, of_head) = (source(article)?, source(head)?);
    let first = match own == of_head {
        true => Some(head),
        false => sql
            .prepare_cached(
                "SELECT first FROM copy JOIN article ON article.id = copy.article
                 WHERE copy.head = ? AND article.source = ? LIMIT 1",
            )?
            .query_row(params![head, own], |row| row.get(0))
            .optional()?,
    };
    // Its row of before is gone: one that is replaced would still be counted.
    sql.prepare_cached("INSERT INTO copy (article, head, first, how) VALUES (?, ?, ?, ?)")?
        .execute(params![article, head, first.unwrap_or(article), how])?;
    Ok(())
}

/// Takes an article out of its copies, which go on without it: belongs before it goes, or gets
/// another number.
pub(super) fn leave(sql: &Connection, article: i64) -> Result<()> {
    let head = head_of(sql, article)?;
    let mut others = under(sql, head)?;
    if others.is_empty() {
        return Ok(());
    }
    sql.prepare_cached("DELETE FROM copy WHERE head = ?")?.execute([head])?;
    others.retain(|(other, _)| *other != article);
    let head = match (head == article, others.is_empty()) {
        (_, true) => return changed(sql),
        (true, false) => others.remove(0).0,
        (false, false) => head,
    };
    for (other, how) in others {
        insert(sql, other, head, how)?;
    }
    changed(sql)
}

fn changed(sql: &Connection) -> Result<()> {
    store::count_up(sql, "copies")?;
    Ok(store::count_up(sql, "state")?)
}

/// Carries out [`Change::Copy`]; gives back what undoes it.
pub(super) fn carry_out(
    sql: &Connection,
    article: ArticleId,
    of: ArticleId,
    how: How,
    apart: bool,
) -> Result<Change> {
    if apart {
        leave(sql, article.0)?;
        sql.execute("INSERT OR IGNORE INTO apart (article) VALUES (?)", [article.0])?;
    } else {
        sql.execute("DELETE FROM apart WHERE article = ?", [article.0])?;
        join(sql, article.0, of.0, how)?;
    }
    changed(sql)?;
    Ok(Change::Copy { article, of, how, apart: !apart })
}

fn how_of(sql: &Connection, article: i64) -> Result<Option<How>> {
    let mut find = sql.prepare_cached("SELECT how FROM copy WHERE article = ?")?;
    let number: Option<i64> = find.query_row([article], |row| row.get(0)).optional()?;
    Ok(number.map(How::from_number))
}

/// The article to join again: the head, or of a head the first of the others.
fn companion(sql: &Connection, article: i64) -> Result<Option<i64>> {
    match head_of(sql, article)? {
        head if head != article => Ok(Some(head)),
        head => Ok(under(sql, head)?.first().map(|(other, _)| *other)),
    }
}

/// The change that says an article is no copy; `None` when it is none anyway.
pub(super) fn apart(sql: &Connection, article: ArticleId) -> Result<Option<Change>> {
    let Some(of) = companion(sql, article.0)? else { return Ok(None) };
    let how = how_of(sql, article.0)?.or(how_of(sql, of)?).unwrap_or(How::Words);
    Ok(Some(Change::Copy { article, of: ArticleId(of), how, apart: true }))
}

/// An article and all its copies, the one that stands for them first; empty when there are none.
pub(super) fn all(sql: &Connection, article: ArticleId) -> Result<Vec<Copy>> {
    let head = head_of(sql, article.0)?;
    let others = under(sql, head)?;
    if others.is_empty() {
        return Ok(Vec::new());
    }
    let mut hows: HashMap<i64, How> =
        others.iter().map(|(id, how)| (*id, How::from_number(*how))).collect();
    let ids: Vec<ArticleId> =
        std::iter::once(head).chain(others.iter().map(|(id, _)| *id)).map(ArticleId).collect();
    let mut file = sql.prepare_cached(
        "SELECT path FROM file JOIN article ON file.id = file WHERE article.id = ?",
    )?;
    let copy = |row: Row| {
        let path = file.query_row([row.id.0], |row| row.get(0)).optional()?;
        Ok(Copy { how: hows.remove(&row.id.0), path: super::path(path), row })
    };
    rows::rows_of(sql, &ids)?.into_iter().map(copy).collect()
}

/// These articles with all their copies: what is done to one is done to all.
pub(super) fn with_copies(sql: &Connection, ids: &[ArticleId]) -> Result<Vec<ArticleId>> {
    if !are_any(sql)? {
        return Ok(ids.to_vec());
    }
    let mut all = Vec::with_capacity(ids.len());
    let mut find = sql.prepare_cached(
        "SELECT article FROM copy WHERE head = ?1 AND article <> ?2
         UNION ALL SELECT ?1 WHERE ?1 <> ?2",
    )?;
    for id in ids {
        all.push(*id);
        let head = head_of(sql, id.0)?;
        let others = find.query_map([head, id.0], |row| row.get(0).map(ArticleId))?;
        all.extend(others.collect::<rusqlite::Result<Vec<_>>>()?);
    }
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// False in a library that has no copies, which costs nothing then.
pub(super) fn are_any(sql: &Connection) -> Result<bool> {
    let mut find = sql.prepare_cached("SELECT articles > 0 FROM copy_count WHERE source = 0")?;
    Ok(find.query_row([], |row| row.get(0)).optional()?.unwrap_or(false))
}

/// Articles that have copies, and copies.
pub(super) struct Groups {
    /// By number the one that stands for them.
    pub heads: HashMap<i64, i64, BuildHasherDefault<Spread>>,
    pub members: Members,
}

/// Numbers of articles are spread by one multiplication: they are looked up once a hit.
#[derive(Default)]
pub(super) struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, number: u64) {
        let spread = (self.0 ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = spread ^ spread >> 32;
    }

    fn write_i64(&mut self, number: i64) {
        self.write_u64(number as u64);
    }
}

/// The groups of a library, read again when they have changed.
#[derive(Default)]
pub(super) struct Cache {
    known: RefCell<(i64, [Option<Arc<Groups>>; 2])>,
}

impl Cache {
    /// By the article that stands for all, or for those of its own source. `None`: there are none.
    pub fn get(&self, sql: &Connection, of_source: bool) -> Result<Option<Arc<Groups>>> {
        if !are_any(sql)? {
            return Ok(None);
        }
        let version = store::number(sql, "copies")?;
        let mut known = self.known.borrow_mut();
        if known.0 != version {
            *known = (version, [None, None]);
        }
        let place = &mut known.1[usize::from(of_source)];
        if place.is_none() {
            *place = Some(Arc::new(read(sql, if of_source { "first" } else { "head" })?));
        }
        Ok(place.clone())
    }
}

fn read(sql: &Connection, column: &str) -> Result<Groups> {
    let mut find = sql.prepare_cached(&format!("SELECT article, {column} FROM copy"))?;
    let mut rows = find.query([])?;
    let mut heads = HashMap::default();
    while let Some(row) = rows.next()? {
        let (article, head) = (row.get(0)?, row.get(1)?);
        heads.insert(article, head);
        heads.insert(head, head);
    }
    let mut ids: Vec<i64> = heads.keys().copied().collect();
    ids.sort_unstable();
    Ok(Groups { heads, members: Members::new(ids) })
}

#[cfg(test)]
mod tests;
