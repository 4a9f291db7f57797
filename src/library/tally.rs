//! Counts who is named how often, by reading whom articles name: see `named.rs`.

use std::cmp::Reverse;
use std::collections::binary_heap::PeekMut;
use std::collections::{BinaryHeap, HashMap};

use rusqlite::Connection;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::names::label;
use super::same::{self, Groups};
use super::{EntityId, EntityOrder, EntityRow, Result, called, named};
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
    heads: Heads,
}

/// Heads of entities. A bit for each says whether it has one: nearly all have none, and the bits
/// stay in the fastest memory.
struct Heads {
    bits: Vec<u64>,
    heads: HashMap<usize, usize>,
}

impl Heads {
    fn new(groups: &Groups, newest: usize) -> Self {
        let number = |id: i64| usize::try_from(id).ok().filter(|id| *id <= newest);
        let pairs = groups.pairs().filter_map(|(one, head)| Some((number(one)?, number(head)?)));
        let heads: HashMap<usize, usize> = pairs.collect();
        let mut bits = vec![0; if heads.is_empty() { 0 } else { newest / 64 + 1 }];
        for entity in heads.keys() {
            bits[entity / 64] |= 1 << (entity % 64);
        }
        Self { bits, heads }
    }

    fn of(&self, entity: usize) -> usize {
        match self.bits.get(entity / 64) {
            Some(bits) if bits >> (entity % 64) & 1 == 1 => self.heads[&entity],
            _ => entity,
        }
    }
}

/// The greatest first; among equals, the first by name.
type Rank = (u64, u64);

impl Tallies {
    pub fn new(sql: &Connection, groups: &Groups) -> Result<Self> {
        let newest = usize::try_from(called::newest(sql)?).unwrap_or(0);
        let tallies = vec![Tally::default(); newest + 1];
        Ok(Self { tallies, articles: Vec::new(), heads: Heads::new(groups, newest) })
    }

    /// Articles come in order.
    pub fn add(&mut self, article: i64, packed: &[u8]) {
        let number = self.articles.len() as u32;
        self.articles.push(article);
        for (entity, mentions) in named::pairs(packed) {
            let Ok(at) = usize::try_from(entity) else { continue };
            let Some(tally) = self.tallies.get_mut(self.heads.of(at)) else { continue };
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
            sql.prepare_cached("SELECT -minus, entities FROM named ORDER BY minus DESC")?;
        let mut rows = find.query([])?;
        while let Some(row) = rows.next()? {
            tallies.add(row.get(0)?, row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?);
        }
        Ok(tallies)
    }

    pub fn of_articles(sql: &Connection, groups: &Groups, ids: &[ArticleId]) -> Result<Self> {
        let mut tallies = Self::new(sql, groups)?;
        let mut find = sql.prepare_cached("SELECT entities FROM named WHERE minus = -?")?;
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
        if order == EntityOrder::Name {
            return self.first_by_name(sql, labels, limit);
        }
        let mut names = NamesOf::new(sql, limit.min(self.tallies.len()) > MANY)?;
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

    /// One pass over all names, of which the first ones are kept.
    fn first_by_name(
        &self,
        sql: &Connection,
        labels: &[Label],
        limit: usize,
    ) -> Result<Vec<EntityRow>> {
        let mut first: BinaryHeap<(String, Label, i64, String)> = BinaryHeap::new();
        called::read_on(sql, &mut 0, |id, number, name| {
            let named = self.tallies.get(id as usize).is_some_and(|tally| tally.articles > 0);
            let label = label(number);
            let last = first.peek().filter(|_| first.len() >= limit);
            let late = last.is_some_and(|last| small(name).gt(last.0.chars()));
            if !named || late || limit == 0 || !labels.is_empty() && !labels.contains(&label) {
                return;
            }
            first.push((small(name).collect(), label, id, name.to_owned()));
            if first.len() > limit {
                first.pop();
            }
        })?;
        let rows = first.into_sorted_vec().into_iter();
        Ok(rows.map(|(_, label, id, name)| self.row(id, name, label)).collect())
    }
}

/// Small letters without accents, so that `eBay` and `Émile` stand where one looks for them.
fn small(name: &str) -> impl Iterator<Item = char> + '_ {
    name.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase)
}

fn by_name(rows: &mut [EntityRow]) {
    rows.sort_by_cached_key(|row| (small(&row.name).collect::<String>(), row.label, row.id.0));
}

fn rank(order: EntityOrder, tally: &Tally) -> Rank {
    let (articles, mentions) = (u64::from(tally.articles), u64::from(tally.mentions));
    match order {
        EntityOrder::Articles => (articles, mentions),
        EntityOrder::Mentions => (mentions, articles),
        EntityOrder::Name => (0, 0), // see `first_by_name`
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
        let mut names = HashMap::new();
        called::read_on(sql, &mut 0, |id, number, name| {
            names.insert(id, (name.to_owned(), label(number)));
        })?;
        Ok(Self { sql, all: Some(names) })
    }

    fn of(&mut self, id: i64) -> Result<Option<(String, Label)>> {
        match &mut self.all {
            Some(all) => Ok(all.remove(&id)),
            None => Ok(same::named(self.sql, id)?.map(|named| (named.name, named.label))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Desk;
    use super::*;

    const NEWS: &str = "\
url: 1\ndate: 1000\nperson: Moss\nperson: eBay\nOne\n---
url: 2\ndate: 2000\nperson: Moss\nperson: Émile\nTwo\n---
url: 3\ndate: 3000\nperson: Zoë\nperson: Zoë\nperson: Zoë\nperson: Dupont\nThree\n";

    #[test]
    fn every_order_with_and_without_a_limit() {
        let desk = Desk::with(NEWS);
        let list = |order, limit| {
            let rows = desk.library.entities(None, &[], order, limit).unwrap();
            rows.into_iter().map(|row| row.name).collect::<Vec<_>>().join(" ")
        };
        let orders = [
            (EntityOrder::Articles, "Moss Zoë Dupont eBay Émile"),
            (EntityOrder::Mentions, "Zoë Moss Dupont eBay Émile"),
            (EntityOrder::Name, "Dupont eBay Émile Moss Zoë"),
            (EntityOrder::First, "Moss eBay Émile Dupont Zoë"),
            (EntityOrder::Last, "Dupont Zoë Moss Émile eBay"),
        ];
        for (order, expected) in orders {
            assert_eq!(list(order, 9), expected, "{order:?}");
            let three: Vec<&str> = expected.split(' ').take(3).collect();
            assert_eq!(list(order, 3), three.join(" "), "{order:?}");
            assert_eq!(list(order, 0), "");
        }
        let people = desk.library.entities(None, &[Label::Location], EntityOrder::Name, 9);
        assert!(people.unwrap().is_empty());
    }
}
