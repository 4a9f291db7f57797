//! Collects hits: the newest, oldest or best few, and the exact number of all.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, HashMap};
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::fastfield::AliveBitSet;
use tantivy::index::SegmentReader;
use tantivy::query::Weight;
use tantivy::schema::Field;
use tantivy::{DocId, DocSet, Score};

use super::Order;
use super::bits::Bits;
use super::copies::Groups;
use super::segments::{Dates, Segments};

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

/// What is collected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// The first and the number of all.
    All,
    /// The best few alone: hits that cannot be among them are passed by, and the total is of no
    /// use.
    BestOnly,
}

pub(super) struct Top<'a> {
    pub order: Order,
    pub limit: usize,
    pub what: What,
    /// The field of ids.
    pub field: Field,
    /// Where one article stands for its copies.
    pub groups: Option<Arc<Groups>>,
    pub segments: &'a Segments,
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
    dates: Arc<Dates>,
    alive: Option<AliveBitSet>,
    order: Order,
    limit: usize,
    groups: Option<Arc<Groups>>,
    /// Which documents are of a group.
    in_groups: Option<Arc<Bits>>,
    grouped: HashMap<i64, Rank>,
    total: usize,
    /// The lowest of the best so far on top.
    best: BinaryHeap<Reverse<Rank>>,
}

impl Collector for Top<'_> {
    type Fruit = (usize, Vec<Rank>);
    type Child = SegmentTop;

    fn for_segment(&self, _: u32, reader: &SegmentReader) -> tantivy::Result<SegmentTop> {
        let in_groups = self.groups.as_ref().map(|groups| groups.members.docs(self.field, reader));
        Ok(SegmentTop {
            ids: reader.fast_fields().i64("id")?,
            dates: self.segments.dates(reader)?,
            alive: reader.alive_bitset().cloned(),
            order: self.order,
            limit: self.limit,
            groups: self.groups.clone(),
            in_groups: in_groups.transpose()?,
            grouped: HashMap::new(),
            total: 0,
            best: BinaryHeap::with_capacity(self.limit.min(1_000) + 1),
        })
    }

    fn requires_scoring(&self) -> bool {
        self.order == Order::Best
    }

    fn collect_segment(
        &self,
        weight: &dyn Weight,
        segment: u32,
        reader: &SegmentReader,
    ) -> tantivy::Result<Found> {
        let mut top = self.for_segment(segment, reader)?;
        match (self.order, self.what) {
            (Order::Best, What::BestOnly) => top.prune(weight, reader)?,
            (Order::Best, What::All) => {
                weight.for_each(reader, &mut |doc, score| top.collect(doc, score))?;
            }
            _ => weight.for_each_no_score(reader, &mut |docs| top.collect_block(docs))?,
        }
        Ok(top.harvest())
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

impl SegmentTop {
    fn is_gone(&self, doc: DocId) -> bool {
        self.alive.as_ref().is_some_and(|alive| !alive.is_alive(doc))
    }

    fn is_grouped(&self, doc: DocId) -> bool {
        self.in_groups.as_ref().is_some_and(|docs| docs.contains(doc))
    }

    fn rank(&self, doc: DocId, score: Score) -> Option<Rank> {
        let id = self.ids.first(doc)?;
        Some(Rank { score, id, oldest_first: self.order == Order::Oldest })
    }

    /// True when nothing near this document can be among the first by date.
    fn is_too_late(&self, doc: DocId) -> bool {
        let Some(Reverse(lowest)) = self.best.peek().filter(|_| self.best.len() >= self.limit)
        else {
            return self.limit == 0;
        };
        match self.order {
            Order::Newest => self.dates.newest_near(doc) < lowest.id,
            Order::Oldest => self.dates.oldest_near(doc) > lowest.id,
            Order::Best => false,
        }
    }

    fn offer(&mut self, doc: DocId, score: Score) {
        let Some(rank) = self.rank(doc, score).filter(|_| self.limit > 0) else { return };
        if self.best.len() < self.limit {
            self.best.push(Reverse(rank));
        } else if let Some(mut lowest) = self.best.peek_mut()
            && rank > lowest.0
        {
            *lowest = Reverse(rank);
        }
    }

    fn offer_for_group(&mut self, doc: DocId, score: Score) {
        let Some(rank) = self.rank(doc, score) else { return };
        let heads = self.groups.as_ref().map(|groups| &groups.heads);
        let head = heads.and_then(|heads| heads.get(&rank.id)).copied().unwrap_or(rank.id);
        let known = self.grouped.entry(head).or_insert(rank);
        *known = shown(head, *known, rank);
    }

    /// What a score has to beat; equals may still come first by their date.
    fn threshold(&self) -> Score {
        match self.best.peek() {
            Some(Reverse(lowest)) if self.best.len() >= self.limit => lowest.score.next_down(),
            _ => Score::MIN,
        }
    }

    /// Collects the best by their scores, block by block, of which those are passed by that cannot
    /// have one. Of a group any member may be the one that is shown, so each is looked at.
    fn prune(&mut self, weight: &dyn Weight, reader: &SegmentReader) -> tantivy::Result<()> {
        if self.limit == 0 {
            return Ok(());
        }
        weight.for_each_pruning(Score::MIN, reader, &mut |doc, score| {
            if !self.is_gone(doc) && !self.is_grouped(doc) {
                self.offer(doc, score);
            }
            self.threshold()
        })?;
        let Some(grouped) = self.in_groups.clone() else { return Ok(()) };
        let mut hits = weight.scorer(reader, 1.0)?;
        for doc in grouped.iter() {
            let at = if hits.doc() < doc { hits.seek(doc) } else { hits.doc() };
            if at == doc && !self.is_gone(doc) {
                self.offer_for_group(doc, hits.score());
            }
        }
        Ok(())
    }
}

impl SegmentCollector for SegmentTop {
    type Fruit = Found;

    fn collect(&mut self, doc: DocId, score: Score) {
        if self.is_gone(doc) {
            return;
        }
        if self.is_grouped(doc) {
            return self.offer_for_group(doc, score);
        }
        self.total += 1;
        if !self.is_too_late(doc) {
            self.offer(doc, score);
        }
    }

    fn collect_block(&mut self, docs: &[DocId]) {
        docs.iter().for_each(|doc| self.collect(*doc, 0.0));
    }

    fn harvest(self) -> Found {
        let best = self.best.into_iter().map(|Reverse(rank)| rank).collect();
        Found { total: self.total, best, grouped: self.grouped }
    }
}
