//! Entities across the library: which articles name whom, and how often.

use std::cmp::Reverse;
use std::collections::binary_heap::PeekMut;
use std::collections::{BTreeMap, BinaryHeap};

use rusqlite::{Connection, OptionalExtension, params};

use super::names::{Names, label};
use super::{EntityId, EntityRow, Result, named};
use crate::article::{Article, ArticleId, Label};

/// Notes who an article names; gives back their numbers.
pub(super) fn note(
    sql: &Connection,
    names: &mut Names,
    id: ArticleId,
    article: &Article,
) -> Result<Vec<i64>> {
    let mut mentions = BTreeMap::<i64, u64>::new();
    let mut numbers = Vec::with_capacity(article.entities.len());
    for entity in &article.entities {
        numbers.push(names.number(sql, &entity.name, entity.label)?);
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

/// How often an entity is named. Small: there are as many as names, and they are hit at random.
#[derive(Clone, Copy, Default)]
struct Tally {
    articles: u32,
    mentions: u32,
    /// Which of the articles read.
    first: u32,
    last: u32,
}

/// Tallies by the number of the entity: numbers are given out one after another.
struct Tallies {
    tallies: Vec<Tally>,
    articles: Vec<i64>,
}

impl Tallies {
    fn new(sql: &Connection) -> Result<Self> {
        let newest = "SELECT coalesce(max(id), 0) FROM entity";
        let newest: usize = sql.query_row(newest, [], |row| row.get(0))?;
        Ok(Self { tallies: vec![Tally::default(); newest + 1], articles: Vec::new() })
    }

    /// Articles come in order.
    fn add(&mut self, article: i64, packed: &[u8]) {
        let number = self.articles.len() as u32;
        self.articles.push(article);
        for (entity, mentions) in named::pairs(packed) {
            let found = usize::try_from(entity).ok().and_then(|at| self.tallies.get_mut(at));
            let Some(tally) = found else { continue };
            if tally.articles == 0 {
                tally.first = number;
            }
            tally.last = number;
            tally.articles += 1;
            tally.mentions = tally.mentions.saturating_add(mentions as u32);
        }
    }
}

impl Tallies {
    /// `None` for a damaged number, which names nobody.
    fn row(&self, sql: &Connection, id: i64) -> Result<Option<EntityRow>> {
        let tally = &self.tallies[id as usize];
        let article = |number: u32| ArticleId(self.articles[number as usize]);
        let mut find = sql.prepare_cached("SELECT name, label FROM entity WHERE id = ?")?;
        let row = find.query_row([id], |row| {
            Ok(EntityRow {
                id: EntityId(id),
                name: row.get(0)?,
                label: label(row.get(1)?),
                articles: tally.articles.into(),
                mentions: tally.mentions.into(),
                first: article(tally.first),
                last: article(tally.last),
            })
        });
        Ok(row.optional()?)
    }
}

fn of_library(sql: &Connection) -> Result<Tallies> {
    let mut tallies = Tallies::new(sql)?;
    let mut find = sql.prepare_cached("SELECT article, entities FROM named ORDER BY article")?;
    let mut rows = find.query([])?;
    while let Some(row) = rows.next()? {
        tallies.add(row.get(0)?, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?);
    }
    Ok(tallies)
}

fn of_articles(sql: &Connection, ids: &[ArticleId]) -> Result<Tallies> {
    let mut tallies = Tallies::new(sql)?;
    let mut find = sql.prepare_cached("SELECT entities FROM named WHERE article = ?")?;
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    for id in ids {
        let mut rows = find.query([id.0])?;
        if let Some(row) = rows.next()? {
            tallies.add(id.0, row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?);
        }
    }
    Ok(tallies)
}

/// The first `limit` with these labels (all, when empty); those named as often come by name.
fn first(
    sql: &Connection,
    tallies: Tallies,
    labels: &[Label],
    limit: usize,
) -> Result<Vec<EntityRow>> {
    let named = (0..).zip(&tallies.tallies).filter(|(_, tally)| tally.articles > 0);
    // A heap: few of many are asked for.
    let mut most: BinaryHeap<_> = named
        .map(|(id, tally): (i64, &Tally)| (tally.articles, tally.mentions, Reverse(id)))
        .collect();
    let mut rows = Vec::new();
    while rows.len() < limit
        && let Some(rank) = most.peek().map(|(articles, mentions, _)| (*articles, *mentions))
    {
        let equals = rows.len();
        while let Some(next) = most.peek_mut().filter(|next| (next.0, next.1) == rank) {
            let (_, _, Reverse(id)) = PeekMut::pop(next);
            let row = tallies.row(sql, id)?;
            rows.extend(row.filter(|row| labels.is_empty() || labels.contains(&row.label)));
        }
        rows[equals..].sort_by(|a, b| a.name.cmp(&b.name));
    }
    rows.truncate(limit);
    Ok(rows)
}
