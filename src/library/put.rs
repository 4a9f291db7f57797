//! Writes one article with everything that hangs on it, and takes one out.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::bodies::{self, Packed};
use super::ids::{self, Ids};
use super::names::Names;
use super::vast::Behind;
use super::{Result, SourceId, copies, entities, rules, state, store, untagged};
use crate::article::{Article, ArticleId, Seen};
use crate::clean::shape::Look;

/// Tags taken over from a document, at most: pages stuffed with keywords exist.
const TAGS: usize = 32;
/// How many outlets an ingest remembers.
const OUTLETS: usize = 10_000;

/// An article loaded, cleaned and packed.
pub(super) struct Prepared {
    /// Which article of its file it is: a hash of its link, or its number.
    pub record: i64,
    /// Records of the file read with this one.
    pub read: u64,
    /// Of the document as read.
    pub digest: i64,
    pub seen: Seen,
    pub article: Article,
    /// What the article, being very long, stands there without.
    pub behind: Behind,
    /// What it teaches about its source.
    pub look: Look,
    pub body: Packed,
}

/// What became of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Added,
    Changed,
}

/// An article in the library, with the numbers the index wants.
pub(super) struct Put {
    pub id: ArticleId,
    pub outcome: Outcome,
    pub outlet: i64,
    pub entities: Vec<i64>,
    /// The id that is no more: the article got another date.
    pub gone: Option<ArticleId>,
}

/// Where an article comes from.
#[derive(Clone, Copy)]
pub(super) struct From<'a> {
    pub source: SourceId,
    /// Stands in where the document names no outlet.
    pub name: &'a str,
    pub file: i64,
    pub now: i64,
}

/// Writes articles; remembers names and full seconds between transactions.
#[derive(Default)]
pub(super) struct Writer {
    names: Names,
    /// The names are as of this transaction.
    caught_up: bool,
    ids: Ids,
    outlets: HashMap<String, i64>,
}

struct Old {
    id: ArticleId,
    published: Option<i64>,
    body: i64,
    digest: i64,
}

impl Writer {
    pub fn put(&mut self, sql: &Connection, from: From, new: &Prepared) -> Result<Put> {
        let article = &new.article;
        let outlet = match article.source.trim() {
            "" => self.outlet(sql, from.name)?,
            named => self.outlet(sql, named)?,
        };
        let old = find(sql, from.file, new.record)?;
        let (id, gone) = match &old {
            Some(old) if old.published == article.published => (old.id, None),
            _ => {
                let second = ids::second(article.published, from.now);
                (self.ids.free(sql, second)?, old.as_ref().map(|old| old.id))
            }
        };
        if let Some(gone) = gone {
            move_row(sql, gone, id)?;
        }
        let body = bodies::store(sql, old.as_ref().map(|old| old.body), &new.body)?;
        if old.is_some() {
            fill_row(sql, id, outlet, body, new)?;
        } else {
            insert_row(sql, id, from, outlet, body, new)?;
            add_tags(sql, id, article)?;
        }
        let entities = self.put_names(sql, id, body, new, old.as_ref())?;
        dirty(sql, id)?;
        let outcome = if old.is_some() { Outcome::Changed } else { Outcome::Added };
        Ok(Put { id, outcome, outlet, entities, gone })
    }

    /// Belongs at the beginning of every transaction.
    pub fn begin(&mut self) {
        self.caught_up = false;
    }

    /// Names that came along are taken as they are; others are for the tagger to look for.
    fn put_names(
        &mut self,
        sql: &Connection,
        id: ArticleId,
        body: i64,
        new: &Prepared,
        old: Option<&Old>,
    ) -> Result<Vec<i64>> {
        if let Some(names) = &new.body.names {
            if !self.caught_up {
                self.names.catch_up(sql)?;
                self.caught_up = true;
            }
            bodies::store_names(sql, body, &self.names.packer.pack(names))?;
            if old.is_some() {
                untagged::drop(sql, id)?;
            }
            return entities::note(sql, &mut self.names, id, &new.article);
        }
        untagged::add(sql, id)?;
        match old {
            None => Ok(Vec::new()),
            // The same text names the same until the tagger says better.
            Some(old) if old.digest == new.digest => entities::of_article(sql, id),
            Some(_) => {
                bodies::drop_names(sql, body)?;
                entities::forget(sql, id)?;
                Ok(Vec::new())
            }
        }
    }

    fn outlet(&mut self, sql: &Connection, name: &str) -> Result<i64> {
        if let Some(id) = self.outlets.get(name) {
            return Ok(*id);
        }
        sql.prepare_cached("INSERT OR IGNORE INTO outlet (name) VALUES (?)")?.execute([name])?;
        let mut find = sql.prepare_cached("SELECT id FROM outlet WHERE name = ?")?;
        let id = find.query_row([name], |row| row.get(0))?;
        if self.outlets.len() >= OUTLETS {
            self.outlets.clear();
        }
        self.outlets.insert(name.to_owned(), id);
        Ok(id)
    }
}

fn find(sql: &Connection, file: i64, record: i64) -> Result<Option<Old>> {
    let mut find = sql.prepare_cached(
        "SELECT id, published, body, digest FROM article WHERE file = ? AND record = ?",
    )?;
    let found = find.query_row(params![file, record], |row| {
        let (id, published) = (ArticleId(row.get(0)?), row.get(1)?);
        Ok(Old { id, published, body: row.get(2)?, digest: row.get(3)? })
    });
    Ok(found.optional()?)
}

fn insert_row(
    sql: &Connection,
    id: ArticleId,
    from: From,
    outlet: i64,
    body: i64,
    new: &Prepared,
) -> Result<()> {
    let article = &new.article;
    sql.prepare_cached(
        "INSERT INTO article (id, source, file, record, digest, outlet, url, title, published,
             lang, body, read, starred)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        id.0,
        from.source.0,
        from.file,
        new.record,
        new.digest,
        outlet,
        article.url,
        article.title,
        article.published,
        article.language,
        body,
        new.seen.read,
        new.seen.starred,
    ])?;
    if new.seen != Seen::default() {
        store::count_up(sql, "state")?;
    }
    Ok(())
}

fn fill_row(sql: &Connection, id: ArticleId, outlet: i64, body: i64, new: &Prepared) -> Result<()> {
    let article = &new.article;
    sql.prepare_cached(
        "UPDATE article SET digest = ?2, outlet = ?3, url = ?4, title = ?5, published = ?6,
         lang = ?7, body = ?8 WHERE id = ?1",
    )?
    .execute(params![
        id.0,
        new.digest,
        outlet,
        article.url,
        article.title,
        article.published,
        article.language,
        body
    ])?;
    Ok(())
}

/// Gives an article another id; what the reader did to it goes along.
fn move_row(sql: &Connection, old: ArticleId, new: ArticleId) -> Result<()> {
    copies::leave(sql, old.0)?;
    sql.prepare_cached("UPDATE article SET id = ?2 WHERE id = ?1")?.execute([old.0, new.0])?;
    sql.prepare_cached("UPDATE article_tag SET article = ?2 WHERE article = ?1")?
        .execute([old.0, new.0])?;
    entities::forget(sql, old)?;
    untagged::drop(sql, old)?;
    rules::rename(sql, old, new)?;
    store::count_up(sql, "state")?;
    dirty(sql, old)
}

fn add_tags(sql: &Connection, id: ArticleId, article: &Article) -> Result<()> {
    let mut insert =
        sql.prepare_cached("INSERT OR IGNORE INTO article_tag (tag, article) VALUES (?, ?)")?;
    for tag in article.tags.iter().map(|tag| tag.trim()).filter(|tag| !tag.is_empty()).take(TAGS) {
        insert.execute(params![state::tag_id(sql, tag)?, id.0])?;
    }
    if !article.tags.is_empty() {
        store::count_up(sql, "state")?;
    }
    Ok(())
}

/// Puts an article in the outbox of the index.
pub(super) fn dirty(sql: &Connection, id: ArticleId) -> Result<()> {
    sql.prepare_cached("INSERT INTO dirty (article) VALUES (?)")?.execute([id.0])?;
    Ok(())
}

/// Takes an article out.
pub(super) fn remove(sql: &Connection, article: i64) -> Result<()> {
    copies::leave(sql, article)?;
    for text in [
        "DELETE FROM tagged WHERE body = (SELECT body FROM article WHERE id = ?)",
        "DELETE FROM body WHERE id = (SELECT body FROM article WHERE id = ?)",
        "DELETE FROM untagged WHERE article = ?",
        "DELETE FROM named WHERE minus = -?",
        "DELETE FROM article WHERE id = ?",
        "DELETE FROM article_tag WHERE article = ?",
        "INSERT INTO dirty (article) VALUES (?)",
    ] {
        sql.prepare_cached(text)?.execute([article])?;
    }
    Ok(())
}
