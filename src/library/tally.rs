//! Counts who is named how often, by reading whom articles name: see `named.rs`.

use std::cmp::Reverse;
use std::collections::binary_heap::PeekMut;
use std::collections::{BinaryHeap, HashMap};

use rusqlite::Connection;

use super::names::label;
use super::same::{self, Groups};
use super::{EntityId, EntityOrder, EntityRow, Result, named};
use crate::article::{ArticleId, Label};

/// From so many rows on it is faster to read all names than each by its number.
const MANY: usize = 5_000;

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
pub(super) struct Tallies {
    tallies: Vec<Tally>,
    articles: Vec<i64>,
    /// The head of each entity; empty while nobody is said to be the same as another.
    heads: Vec<i64>,
}

/// The greatest first; among equals, the first by name.
type Rank = (u64, u64);

impl Tallies {
    pub fn new(sql: &Connection, groups: &Groups) -> Result<Self> {
        let newest = "SELECT coalesce(max(id), 0) FROM entity";
        let newest: usize = sql.query_row(newest, [], |row| row.get(0))?;
        let mut heads = Vec::new();
        if !groups.is_empty() {
            heads = (0..=newest as i64).collect();
            for (entity, head) in groups.pairs() {
                if let Some(of) = usize::try_from(entity).ok().and_then(|at| heads.get_mut(at)) {
                    *of = head;
                }
            }
        }
        Ok(Self { tallies: vec![Tally::default(); newest + 1], articles: Vec::new(), heads })
    }

    /// Articles come in order.
    pub fn add(&mut self, article: i64, packed: &[u8]) {
        let number = self.articles.len() as u32;
        self.articles.push(article);
        for (entity, mentions) in named::pairs(packed) {
            let Ok(at) = usize::try_from(entity) else { continue };
            let at = self.heads.get(at).map_or(at, |head| *head as usize);
            let Some(tally) = self.tallies.get_mut(at) else { continue };
            if tally.articles == 0 {
                tally.first = number;
            }
            // Two that are one may stand in one article.
            if tally.articles == 0 || tally.last != number {
                tally.articles += 1;
            }
            tally.last = number;
            tally.mentions = tally.mentions.saturating_add(mentions as u32);
        }
    }

    /// Reads all of the library.
    pub fn of_library(sql: &Connection, groups: &Groups) -> Result<Self> {
        let mut tallies = Self::new(sql, groups)?;
        let mut find =
            sql.prepare_cached("SELECT article, entities FROM named ORDER BY article")?;
        let mut rows = find.query([])?;
        while let Some(row) = rows.next()? {
            tallies.add(row.get(0)?, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?);
        }
        Ok(tallies)
    }

    pub fn of_articles(sql: &Connection, groups: &Groups, ids: &[ArticleId]) -> Result<Self> {
        let mut tallies = Self::new(sql, groups)?;
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

    pub fn mentions(&self, id: i64) -> u64 {
        self.tallies.get(id as usize).map_or(0, |tally| tally.mentions.into())
    }

    /// In how many articles each is named, by number.
    pub fn articles(&self) -> impl Iterator<Item = u32> + '_ {
        self.tallies.iter().map(|tally| tally.articles)
    }

    pub fn forget(&mut self, id: i64) {
        if let Some(tally) = self.tallies.get_mut(id as usize) {
            *tally = Tally::default();
        }
    }

    fn row(&self, id: i64, name: String, label: Label) -> EntityRow {
        let tally = &self.tallies[id as usize];
        let article = |number: u32| ArticleId(self.articles[number as usize]);
        EntityRow {
            id: EntityId(id),
            name,
            label,
            articles: tally.articles.into(),
            mentions: tally.mentions.into(),
            first: article(tally.first),
            last: article(tally.last),
        }
    }

    /// The first `limit` with these labels (all, when empty); equals come by name.
    pub fn first(
        &self,
        sql: &Connection,
        labels: &[Label],
        order: EntityOrder,
        limit: usize,
    ) -> Result<Vec<EntityRow>> {
        let mut names =
            NamesOf::new(sql, limit.min(self.tallies.len()) > MANY || order == EntityOrder::Name)?;
        let counted = (0_i64..).zip(&self.tallies).filter(|(_, tally)| tally.articles > 0);
        // A heap: few of many are asked for.
        let mut most: BinaryHeap<(Rank, Reverse<i64>)> =
            counted.map(|(id, tally)| (rank(order, tally), Reverse(id))).collect();
        let mut rows = Vec::new();
        while rows.len() < limit
            && let Some(rank) = most.peek().map(|(rank, _)| *rank)
        {
            let equals = rows.len();
            while let Some(next) = most.peek_mut().filter(|next| next.0 == rank) {
                let (_, Reverse(id)) = PeekMut::pop(next);
                // A damaged number names nobody.
                let Some((name, label)) = names.of(id)? else { continue };
                if labels.is_empty() || labels.contains(&label) {
                    rows.push(self.row(id, name, label));
                }
            }
            by_name(&mut rows[equals..]);
        }
        rows.truncate(limit);
        Ok(rows)
    }
}

/// Without regard to case, so that `eBay` stands where one looks for it.
fn by_name(rows: &mut [EntityRow]) {
    rows.sort_by_cached_key(|row| (row.name.to_lowercase(), row.label, row.id.0));
}

fn rank(order: EntityOrder, tally: &Tally) -> Rank {
    let (articles, mentions) = (u64::from(tally.articles), u64::from(tally.mentions));
    match order {
        EntityOrder::Articles => (articles, mentions),
        EntityOrder::Mentions => (mentions, articles),
        EntityOrder::Name => (0, 0),
        EntityOrder::First => (u64::from(u32::MAX - tally.first), articles),
        EntityOrder::Last => (tally.last.into(), articles),
    }
}

/// Names by number: each looked up, or all read before.
struct NamesOf<'a> {
    sql: &'a Connection,
    all: Option<HashMap<i64, (String, Label)>>,
}

impl<'a> NamesOf<'a> {
    fn new(sql: &'a Connection, all: bool) -> Result<Self> {
        if !all {
            return Ok(Self { sql, all: None });
        }
        let mut find = sql.prepare_cached("SELECT id, name, label FROM entity")?;
        let rows =
            find.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, label(row.get(2)?)))))?;
        Ok(Self { sql, all: Some(rows.collect::<rusqlite::Result<_>>()?) })
    }

    fn of(&mut self, id: i64) -> Result<Option<(String, Label)>> {
        match &mut self.all {
            Some(all) => Ok(all.remove(&id)),
            None => Ok(same::named(self.sql, id)?.map(|named| (named.name, named.label))),
        }
    }
}
