//! Entities across the library: which articles name whom, and how often.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};

use rusqlite::{Connection, OptionalExtension, params};

use super::gather::hash;
use super::{EntityId, EntityRow, Result, analyze, named};
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

/// Names to numbers.
#[derive(Default)]
pub(super) struct Names {
    known: HashMap<(String, Label), i64>,
}

impl Names {
    /// Notes who an article names; gives back their numbers.
    pub fn add(&mut self, sql: &Connection, id: ArticleId, article: &Article) -> Result<Vec<i64>> {
        let mut mentions = BTreeMap::<i64, u64>::new();
        let mut numbers = Vec::with_capacity(article.entities.len());
        for entity in &article.entities {
            numbers.push(self.entity(sql, &entity.name, entity.label)?);
        }
        for mention in &article.mentions {
            if let Some(Some(number)) = numbers.get(mention.entity as usize) {
                *mentions.entry(*number).or_default() += 1;
            }
        }
        let packed = named::pack(mentions.iter().map(|(entity, count)| (*entity, *count)));
        sql.prepare_cached("INSERT OR REPLACE INTO named (article, entities) VALUES (?, ?)")?
            .execute(params![id.0, packed])?;
        Ok(mentions.into_keys().collect())
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

/// Where a name is looked up: few enough bits to stay small on disk, so that two names may meet.
fn key(folded: &str, label: Label) -> i64 {
    (hash(folded.as_bytes()) << 4 & 0xFF_FFFF_FFFF) as i64 + number(label)
}

/// A part of a name: as above, and looked at again when found.
fn word_key(word: &str) -> i64 {
    (hash(word.as_bytes()) & 0x7F_FFFF) as i64
}

fn find_or_add(sql: &Connection, folded: &str, label: Label, name: &str) -> Result<i64> {
    let mut find = sql.prepare_cached(
        "SELECT entity.id, label, name FROM entity_key JOIN entity ON entity.id = entity
         WHERE key = ?",
    )?;
    let mut key = key(folded, label);
    while let Some(found) = find
        .query_row([key], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?)))
        .optional()?
    {
        let (id, other, name): (i64, i64, String) = found;
        if other == number(label) && analyze::fold(&name) == folded {
            return Ok(id);
        }
        key += 1;
    }
    sql.prepare_cached("INSERT INTO entity (label, name) VALUES (?, ?)")?
        .execute(params![number(label), name])?;
    let id = sql.last_insert_rowid();
    sql.prepare_cached("INSERT INTO entity_key (key, entity) VALUES (?, ?)")?
        .execute([key, id])?;
    let mut word =
        sql.prepare_cached("INSERT OR IGNORE INTO entity_word (word, entity) VALUES (?, ?)")?;
    for one in folded.split(' ') {
        word.execute([word_key(one), id])?;
    }
    Ok(id)
}

/// The entities with these labels (all, when empty) whose name has these words.
pub(super) fn having(sql: &Connection, labels: &[Label], name: &str) -> Result<Vec<i64>> {
    let words = analyze::terms_of(name);
    // The longest word is likely to be the rarest.
    let Some(rarest) = words.iter().max_by_key(|word| word.len()) else { return Ok(Vec::new()) };
    let mut find = sql.prepare_cached(
        "SELECT entity.id, label, name FROM entity_word JOIN entity ON entity.id = entity
         WHERE word = ?",
    )?;
    let mut rows = find.query([word_key(rarest)])?;
    let mut ids = Vec::new();
    while let Some(row) = rows.next()? {
        let name = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
        let named = analyze::terms_of(name);
        let labelled = labels.is_empty() || labels.contains(&label(row.get(1)?));
        if labelled && words.iter().all(|word| named.contains(word)) {
            ids.push(row.get(0)?);
        }
    }
    Ok(ids)
}

/// The numbers of those an article names.
pub(super) fn of_article(sql: &Connection, id: ArticleId) -> Result<Vec<i64>> {
    let mut find = sql.prepare_cached("SELECT entities FROM named WHERE article = ?")?;
    let packed: Option<Vec<u8>> = find.query_row([id.0], |row| row.get(0)).optional()?;
    Ok(named::pairs(&packed.unwrap_or_default()).map(|(entity, _)| entity).collect())
}

/// Who is named in how many articles, most articles first, then most mentions.
pub(super) fn list(
    sql: &Connection,
    within: Option<&[ArticleId]>,
    labels: &[Label],
    limit: usize,
) -> Result<Vec<EntityRow>> {
    let tallies = match within {
        None => of_library(sql)?,
        Some(ids) => of_articles(sql, ids)?,
    };
    first(sql, tallies, labels, limit)
}

/// How often an entity is named.
#[derive(Clone, Copy, Debug)]
struct Tally {
    articles: u64,
    mentions: u64,
    first: i64,
    last: i64,
}

/// Tallies by the number of the entity: numbers are given out one after another.
struct Tallies(Vec<Tally>);

impl Tallies {
    const NONE: Tally = Tally { articles: 0, mentions: 0, first: i64::MAX, last: i64::MIN };

    fn new(sql: &Connection) -> Result<Self> {
        let newest = "SELECT coalesce(max(id), 0) FROM entity";
        let newest: usize = sql.query_row(newest, [], |row| row.get(0))?;
        Ok(Self(vec![Self::NONE; newest + 1]))
    }

    fn add(&mut self, article: i64, packed: &[u8]) {
        for (entity, mentions) in named::pairs(packed) {
            let found = usize::try_from(entity).ok().and_then(|entity| self.0.get_mut(entity));
            let Some(tally) = found else { continue };
            tally.articles += 1;
            tally.mentions += mentions;
            tally.first = tally.first.min(article);
            tally.last = tally.last.max(article);
        }
    }
}

fn of_library(sql: &Connection) -> Result<Tallies> {
    let mut tallies = Tallies::new(sql)?;
    let mut find = sql.prepare_cached("SELECT article, entities FROM named")?;
    let mut rows = find.query([])?;
    while let Some(row) = rows.next()? {
        tallies.add(row.get(0)?, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?);
    }
    Ok(tallies)
}

fn of_articles(sql: &Connection, ids: &[ArticleId]) -> Result<Tallies> {
    let mut tallies = Tallies::new(sql)?;
    let mut find = sql.prepare_cached("SELECT entities FROM named WHERE article = ?")?;
    for id in ids {
        let mut rows = find.query([id.0])?;
        if let Some(row) = rows.next()? {
            tallies.add(id.0, row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?);
        }
    }
    Ok(tallies)
}

/// The first `limit` with these labels (all, when empty).
fn first(
    sql: &Connection,
    tallies: Tallies,
    labels: &[Label],
    limit: usize,
) -> Result<Vec<EntityRow>> {
    let named = (0..).zip(&tallies.0).filter(|(_, tally)| tally.articles > 0);
    // A heap: few of many are asked for.
    let mut most: BinaryHeap<_> = named
        .map(|(id, tally): (i64, &Tally)| (tally.articles, tally.mentions, Reverse(id)))
        .collect();
    let mut find = sql.prepare_cached("SELECT name, label FROM entity WHERE id = ?")?;
    let mut rows = Vec::new();
    while rows.len() < limit
        && let Some((articles, mentions, Reverse(id))) = most.pop()
    {
        let tally = &tallies.0[id as usize];
        // A damaged number names nobody.
        let found = find.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let Some((name, number)) = found else { continue };
        let label = label(number);
        if labels.is_empty() || labels.contains(&label) {
            let (first, last) = (ArticleId(tally.first), ArticleId(tally.last));
            rows.push(EntityRow { id: EntityId(id), name, label, articles, mentions, first, last });
        }
    }
    Ok(rows)
}
