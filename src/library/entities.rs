//! Entities across the library: which articles name whom, and how often.

use std::collections::{BTreeMap, HashMap};

use rusqlite::{Connection, OptionalExtension, Row as SqlRow, params};

use super::analyze;
use super::{EntityId, EntityRow, Result};
use crate::article::{Article, ArticleId, Label};

/// How many names an ingest remembers: most mentions are of few.
const REMEMBERED: usize = 40_000;

/// Numbers of labels in the database. Only ever add.
fn number(label: Label) -> i64 {
    match label {
        Label::Person => 0,
        Label::Organization => 1,
        Label::Location => 2,
        Label::Facility => 3,
        Label::Group => 4,
        Label::Product => 5,
        Label::Date => 6,
        Label::Money => 7,
        Label::Misc => 8,
    }
}

fn label(number: i64) -> Label {
    Label::ALL.into_iter().find(|label| self::number(*label) == number).unwrap_or(Label::Misc)
}

/// Names to numbers, and the counts that a transaction has yet to write.
#[derive(Default)]
pub(super) struct Names {
    known: HashMap<(String, Label), i64>,
    counts: HashMap<i64, (i64, i64)>,
}

impl Names {
    /// Notes who an article names; gives back their numbers.
    pub fn add(&mut self, sql: &Connection, id: ArticleId, article: &Article) -> Result<Vec<i64>> {
        let mut mentions = BTreeMap::<i64, i64>::new();
        let mut numbers = Vec::with_capacity(article.entities.len());
        for entity in &article.entities {
            numbers.push(self.entity(sql, &entity.name, entity.label)?);
        }
        for mention in &article.mentions {
            if let Some(Some(number)) = numbers.get(mention.entity as usize) {
                *mentions.entry(*number).or_default() += 1;
            }
        }
        let mut insert = sql.prepare_cached(
            "INSERT OR REPLACE INTO article_entity (entity, article, mentions) VALUES (?, ?, ?)",
        )?;
        for (entity, count) in &mentions {
            insert.execute(params![entity, id.0, count])?;
            self.count(*entity, 1, *count);
        }
        Ok(mentions.into_keys().collect())
    }

    /// Takes an article's names away again.
    pub fn remove(&mut self, sql: &Connection, article: i64) -> Result<()> {
        let mut find =
            sql.prepare_cached("SELECT entity, mentions FROM article_entity WHERE article = ?")?;
        let pairs: Vec<(i64, i64)> = find
            .query_map([article], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let mut delete =
            sql.prepare_cached("DELETE FROM article_entity WHERE entity = ? AND article = ?")?;
        for (entity, mentions) in pairs {
            delete.execute(params![entity, article])?;
            self.count(entity, -1, -mentions);
        }
        Ok(())
    }

    fn count(&mut self, entity: i64, articles: i64, mentions: i64) {
        let counts = self.counts.entry(entity).or_default();
        counts.0 += articles;
        counts.1 += mentions;
    }

    /// Writes the counts; belongs into the transaction that changed them.
    pub fn flush(&mut self, sql: &Connection) -> Result<()> {
        let mut update = sql.prepare_cached(
            "UPDATE entity SET articles = articles + ?2, mentions = mentions + ?3 WHERE id = ?1",
        )?;
        for (entity, (articles, mentions)) in self.counts.drain() {
            if (articles, mentions) != (0, 0) {
                update.execute(params![entity, articles, mentions])?;
            }
        }
        Ok(())
    }

    /// The number of a name, given out when it is new. `None` when nothing of it can be searched.
    fn entity(&mut self, sql: &Connection, name: &str, label: Label) -> Result<Option<i64>> {
        let key = (analyze::fold(name), label);
        if key.0.is_empty() {
            return Ok(None);
        }
        if let Some(id) = self.known.get(&key) {
            return Ok(Some(*id));
        }
        let id = find_or_add(sql, &key.0, label, name)?;
        if self.known.len() >= REMEMBERED {
            self.known.clear();
        }
        self.known.insert(key, id);
        Ok(Some(id))
    }
}

fn find_or_add(sql: &Connection, folded: &str, label: Label, name: &str) -> Result<i64> {
    let find = "SELECT id FROM entity WHERE folded = ? AND label = ?";
    let found = sql
        .prepare_cached(find)?
        .query_row(params![folded, number(label)], |row| row.get(0))
        .optional()?;
    if let Some(id) = found {
        return Ok(id);
    }
    sql.prepare_cached("INSERT INTO entity (folded, label, name) VALUES (?, ?, ?)")?
        .execute(params![folded, number(label), name])?;
    let id = sql.last_insert_rowid();
    let mut word =
        sql.prepare_cached("INSERT OR IGNORE INTO entity_word (word, entity) VALUES (?, ?)")?;
    for one in folded.split(' ') {
        word.execute(params![one, id])?;
    }
    Ok(id)
}

/// The entities with these labels (all, when empty) whose name has these words.
pub(super) fn named(sql: &Connection, labels: &[Label], name: &str) -> Result<Vec<i64>> {
    let words = analyze::terms_of(name);
    let Some((first, rest)) = words.split_first() else { return Ok(Vec::new()) };
    let mut text = "SELECT entity.id, entity.label FROM entity_word
        JOIN entity ON entity.id = entity_word.entity WHERE word = ?"
        .to_owned();
    for _ in rest {
        text.push_str(" AND EXISTS (SELECT 1 FROM entity_word AS other WHERE other.word = ? AND other.entity = entity_word.entity)");
    }
    let mut find = sql.prepare_cached(&text)?;
    let values = std::iter::once(first).chain(rest);
    let rows = find.query_map(rusqlite::params_from_iter(values), |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
    })?;
    let mut ids = Vec::new();
    for pair in rows {
        let (id, number) = pair?;
        if labels.is_empty() || labels.contains(&label(number)) {
            ids.push(id);
        }
    }
    Ok(ids)
}

/// The numbers of those an article names.
pub(super) fn of_article(sql: &Connection, id: ArticleId) -> Result<Vec<i64>> {
    let mut find = sql.prepare_cached("SELECT entity FROM article_entity WHERE article = ?")?;
    Ok(find.query_map([id.0], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn list(
    sql: &Connection,
    within: Option<&[ArticleId]>,
    limit: usize,
) -> Result<Vec<EntityRow>> {
    match within {
        None => of_library(sql, limit),
        Some(ids) => of_articles(sql, ids, limit),
    }
}

const COLUMNS: &str = "SELECT id, name, label, articles, mentions,
    (SELECT min(article) FROM article_entity WHERE entity = entity.id),
    (SELECT max(article) FROM article_entity WHERE entity = entity.id)";

/// Reads the head of the index of common names, and everything only if that is not enough.
fn of_library(sql: &Connection, limit: usize) -> Result<Vec<EntityRow>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    for (index, least) in [("INDEXED BY entity_common", 3), ("NOT INDEXED", 0)] {
        let text = format!(
            "{COLUMNS} FROM entity {index} WHERE articles > {least}
             ORDER BY articles DESC, mentions DESC, name LIMIT ?"
        );
        let mut find = sql.prepare_cached(&text)?;
        let rows: Vec<EntityRow> =
            find.query_map([limit], entity_row)?.collect::<rusqlite::Result<_>>()?;
        if rows.len() as i64 == limit || least == 0 {
            return Ok(rows);
        }
    }
    Ok(Vec::new())
}

fn entity_row(row: &SqlRow) -> rusqlite::Result<EntityRow> {
    Ok(EntityRow {
        id: EntityId(row.get(0)?),
        name: row.get(1)?,
        label: label(row.get(2)?),
        articles: row.get(3)?,
        mentions: row.get(4)?,
        first: ArticleId(row.get::<_, Option<i64>>(5)?.unwrap_or(0)),
        last: ArticleId(row.get::<_, Option<i64>>(6)?.unwrap_or(0)),
    })
}

struct Tally {
    articles: u64,
    mentions: u64,
    first: ArticleId,
    last: ArticleId,
}

fn of_articles(sql: &Connection, ids: &[ArticleId], limit: usize) -> Result<Vec<EntityRow>> {
    let mut find =
        sql.prepare_cached("SELECT entity, mentions FROM article_entity WHERE article = ?")?;
    let mut tallies = HashMap::<i64, Tally>::new();
    for id in ids {
        let mut rows = find.query([id.0])?;
        while let Some(row) = rows.next()? {
            let new = Tally { articles: 0, mentions: 0, first: *id, last: *id };
            let tally = tallies.entry(row.get(0)?).or_insert(new);
            tally.articles += 1;
            tally.mentions += row.get::<_, u64>(1)?;
            tally.first = tally.first.min(*id);
            tally.last = tally.last.max(*id);
        }
    }
    let mut most: Vec<(i64, Tally)> = tallies.into_iter().collect();
    most.sort_by_key(|(id, tally)| (u64::MAX - tally.articles, u64::MAX - tally.mentions, *id));
    most.truncate(limit);
    most.into_iter().map(|(id, tally)| named_row(sql, id, tally)).collect()
}

fn named_row(sql: &Connection, id: i64, tally: Tally) -> Result<EntityRow> {
    let mut find = sql.prepare_cached("SELECT name, label FROM entity WHERE id = ?")?;
    let (name, number) = find.query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let Tally { articles, mentions, first, last } = tally;
    Ok(EntityRow { id: EntityId(id), name, label: label(number), articles, mentions, first, last })
}
