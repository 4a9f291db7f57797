//! Collects hits: the newest, oldest or best few, and the exact number of all.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, HashMap};

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::index::SegmentReader;
use tantivy::{DocId, Score};

use super::Order;
use super::copies::Groups;

/// How high an article ranks: by score where scores count, then by id in the order asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rank {
    score: Score,
    id: i64,
    oldest_first: bool,
}

impl Rank {
    pub fn id(&self) -> i64 {
        self.id
    }
}

impl Eq for Rank {}

impl Ord for Rank {
    /// Greater comes first in the list.
    fn cmp(&self, other: &Self) -> Ordering {
        let by_id = self.id.cmp(&other.id);
        let by_id = if self.oldest_first { by_id.reverse() } else { by_id };
        self.score.total_cmp(&other.score).then(by_id)
    }
}

impl PartialOrd for Rank {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

pub(super) struct Top {
    pub order: Order,
    pub limit: usize,
    /// Where one article stands for its copies.
    pub groups: Option<Groups>,
}

/// What a segment has found.
pub(super) struct Found {
    /// Articles without copies.
    total: usize,
    best: Vec<Rank>,
    /// By the article that stands for its copies, the one that is shown of those found: itself, or
    /// the best.
    grouped: HashMap<i64, Rank>,
}

/// Of two hits of one group the one that is shown.
fn shown(head: i64, a: Rank, b: Rank) -> Rank {
    match (a.id == head, b.id == head) {
        (true, _) => a,
        (_, true) => b,
        _ => a.max(b),
    }
}

pub(super) struct SegmentTop {
    ids: Column<i64>,
    order: Order,
    limit: usize,
    groups: Option<Groups>,
    grouped: HashMap<i64, Rank>,
    total: usize,
    /// The lowest of the best so far on top.
    best: BinaryHeap<Reverse<Rank>>,
}

impl Collector for Top {
    type Fruit = (usize, Vec<Rank>);
    type Child = SegmentTop;

    fn for_segment(&self, _: u32, reader: &SegmentReader) -> tantivy::Result<SegmentTop> {
        let ids = reader.fast_fields().i64("id")?;
        let best = BinaryHeap::with_capacity(self.limit.min(1_000) + 1);
        Ok(SegmentTop {
            ids,
            order: self.order,
            limit: self.limit,
            groups: self.groups.clone(),
            grouped: HashMap::new(),
            total: 0,
            best,
        })
    }

    fn requires_scoring(&self) -> bool {
        self.order == Order::Best
    }

    fn merge_fruits(&self, fruits: Vec<Found>) -> tantivy::Result<Self::Fruit> {
        let (mut total, mut best, mut grouped) = (0, Vec::new(), HashMap::<i64, Rank>::new());
        for found in fruits {
            total += found.total;
            best.extend(found.best);
            for (head, rank) in found.grouped {
                let known = grouped.entry(head).or_insert(rank);
                *known = shown(head, *known, rank);
            }
        }
        total += grouped.len();
        if self.limit > 0 {
            best.extend(grouped.into_values());
        }
        best.sort_unstable_by(|a, b| b.cmp(a));
        best.truncate(self.limit);
        Ok((total, best))
    }
}

impl SegmentCollector for SegmentTop {
    type Fruit = Found;

    fn collect(&mut self, doc: DocId, score: Score) {
        let score = if self.order == Order::Best { score } else { 0.0 };
        let Some(id) = self.ids.first(doc) else { return };
        let rank = Rank { score, id, oldest_first: self.order == Order::Oldest };
        if let Some(head) = self.groups.as_ref().and_then(|groups| groups.get(&id)) {
            let known = self.grouped.entry(*head).or_insert(rank);
            *known = shown(*head, *known, rank);
            return;
        }
        self.total += 1;
        if self.limit == 0 {
            return;
        }
        if self.best.len() < self.limit {
            self.best.push(Reverse(rank));
        } else if let Some(mut lowest) = self.best.peek_mut()
            && rank > lowest.0
        {
            *lowest = Reverse(rank);
        }
    }

    fn harvest(self) -> Found {
        let best = self.best.into_iter().map(|Reverse(rank)| rank).collect();
        Found { total: self.total, best, grouped: self.grouped }
    }
}
