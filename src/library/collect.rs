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
use super::docset::{Docs, Prefix};
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

/// The hits of a search whose best are to be found without giving each a score: what the engine
/// scores then is a choice of words of which every hit has one.
pub(super) struct Within {
    /// All hits, without scores.
    pub hits: Box<dyn Weight>,
    /// What such documents have on top of the score of their words, and how much.
    pub bonus: Vec<(Prefix, Score)>,
}

pub(super) struct Top<'a> {
    pub order: Order,
    pub limit: usize,
    pub within: Option<Within>,
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
        match (self.order, &self.within) {
            (_, Some(within)) => top.rank_within(within, weight, reader)?,
            (Order::Best, None) => {
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

    /// Counts the hits, then collects the best of them block by block, and passes by those blocks
    /// that cannot have one. Hits of groups, of which any may be the one that is shown, and those
    /// with a bonus are looked at one by one.
    fn rank_within(
        &mut self,
        within: &Within,
        weight: &dyn Weight,
        reader: &SegmentReader,
    ) -> tantivy::Result<()> {
        let mut hits = Bits::new(reader.max_doc());
        within.hits.for_each_no_score(reader, &mut |docs| {
            docs.iter().filter(|doc| !self.is_gone(**doc)).for_each(|doc| hits.insert(*doc));
        })?;
        let mut apart = Bits::new(reader.max_doc());
        self.in_groups.iter().for_each(|grouped| apart.join(grouped));
        let mut bonus = Vec::new();
        for (prefix, score) in &within.bonus {
            let docs = prefix.docs(reader)?;
            apart.join(&docs);
            bonus.push((docs, score));
        }
        apart.keep(&hits);
        hits.remove(&apart);
        self.total += hits.count() as usize;
        let mut scores = weight.scorer(reader, 1.0)?;
        for doc in apart.iter() {
            let at = if scores.doc() < doc { scores.seek(doc) } else { scores.doc() };
            let own = if at == doc { scores.score() } else { 0.0 };
            let more = bonus.iter().filter(|(docs, _)| docs.contains(doc));
            let score = more.fold(own, |sum, (_, score)| sum + **score);
            if self.is_grouped(doc) {
                self.offer_for_group(doc, score);
            } else {
                self.total += 1;
                self.offer(doc, score);
            }
        }
        if self.limit == 0 {
            return Ok(());
        }
        weight.for_each_pruning(self.threshold(), reader, &mut |doc, score| {
            if hits.contains(doc) {
                self.offer(doc, score);
            }
            self.threshold()
        })
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
