//! Collects hits: the newest, oldest or best few, and the exact number of all.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, HashMap};
use std::sync::{Arc, Mutex};

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::index::SegmentReader;
use tantivy::query::{Scorer, Weight};
use tantivy::schema::Field;
use tantivy::{DocId, Score};

use super::Order;
use super::bits::{BITS, Bits, docs_of};
use super::copies::Groups;
use super::docset::{Docs, Every, Prefix};
use super::segments::{Known, Segments};

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

/// One hit in so many documents with its word is looked at by itself.
const FEW: u32 = 8;

/// How the best hits are found without giving each of them a score.
pub(super) struct Within {
    /// All hits, without scores. What the engine scores then are words of which every hit has one,
    /// or none at all.
    pub hits: Box<dyn Weight>,
    pub scored: bool,
    /// What documents have on top of the score of their words, and how much.
    pub bonus: Vec<(Prefix, Score)>,
}

pub(super) struct Top<'a> {
    pub order: Order,
    pub limit: usize,
    pub within: Option<Within>,
    /// What all hits are, where that is words and beginnings of words and nothing else.
    pub every: Option<Every>,
    /// The field of ids.
    pub field: Field,
    /// Where one article stands for its copies.
    pub groups: Option<Arc<Groups>>,
    pub segments: &'a Segments,
    /// What a hit has to beat to be among the first of those found in the segments before.
    pub lowest: Mutex<Option<Rank>>,
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
    known: Known,
    order: Order,
    limit: usize,
    groups: Option<Arc<Groups>>,
    /// Which documents are of a group: of copies, or of parts of one article.
    in_groups: Option<Arc<Bits>>,
    grouped: HashMap<i64, Rank>,
    total: usize,
    /// The lowest of the best so far on top.
    best: BinaryHeap<Reverse<Rank>>,
    /// So many as good as this one are found already.
    lowest: Option<Rank>,
}

impl Collector for Top<'_> {
    type Fruit = (usize, Vec<Rank>);
    type Child = SegmentTop;

    fn for_segment(&self, _: u32, reader: &SegmentReader) -> tantivy::Result<SegmentTop> {
        let known = self.segments.of(reader)?;
        let grouped = self.groups.as_ref().map(|groups| groups.members.docs(self.field, reader));
        let in_groups = match (grouped.transpose()?, known.parts.clone()) {
            (Some(grouped), Some(parts)) => {
                let mut all = Arc::unwrap_or_clone(grouped);
                all.join(&parts);
                Some(Arc::new(all))
            }
            (grouped, parts) => grouped.or(parts),
        };
        Ok(SegmentTop {
            ids: reader.fast_fields().i64("id")?,
            known,
            order: self.order,
            limit: self.limit,
            groups: self.groups.clone(),
            in_groups,
            grouped: HashMap::new(),
            total: 0,
            best: BinaryHeap::with_capacity(self.limit.min(1_000) + 1),
            lowest: self.lowest.lock().map_or(None, |lowest| *lowest),
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
        let scored = self.within.as_ref().is_none_or(|within| within.scored);
        let rare = self.every.as_ref().map(|every| every.is_rare(reader)).transpose()?;
        let one_by_one = self.within.is_none() || rare == Some(true);
        if self.order == Order::Best && scored && one_by_one {
            weight.for_each(reader, &mut |doc, score| top.collect(doc, score))?;
        } else if rare == Some(true) {
            weight.for_each_no_score(reader, &mut |docs| top.collect_block(docs))?;
        } else {
            let mut hits = self.hits(weight, reader)?;
            top.known.gone.iter().for_each(|gone| hits.remove(gone));
            top.collect_all(hits, self.within.as_ref(), weight, reader)?;
        }
        if let (Some(Reverse(rank)), Ok(mut lowest)) = (top.best.peek(), self.lowest.lock())
            && top.best.len() >= self.limit
        {
            *lowest = (*lowest).max(Some(*rank));
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

impl Top<'_> {
    /// All hits of a segment, and what is deleted of them.
    fn hits(&self, weight: &dyn Weight, reader: &SegmentReader) -> tantivy::Result<Bits> {
        if let Some(every) = &self.every {
            return Ok(Arc::unwrap_or_clone(every.docs(reader)?));
        }
        let weight = self.within.as_ref().map_or(weight, |within| &*within.hits);
        let mut hits = Bits::new(reader.max_doc());
        weight.for_each_no_score(reader, &mut |docs| {
            docs.iter().for_each(|doc| hits.insert(*doc));
        })?;
        Ok(hits)
    }
}

impl SegmentTop {
    fn is_gone(&self, doc: DocId) -> bool {
        self.known.gone.as_ref().is_some_and(|gone| gone.contains(doc))
    }

    fn is_grouped(&self, doc: DocId) -> bool {
        self.in_groups.as_ref().is_some_and(|docs| docs.contains(doc))
    }

    fn rank(&self, doc: DocId, score: Score) -> Option<Rank> {
        let id = self.ids.first(doc)?;
        Some(Rank { score, id, oldest_first: self.order == Order::Oldest })
    }

    /// What a hit has to beat.
    fn to_beat(&self) -> Option<Rank> {
        let own = self.best.peek().filter(|_| self.best.len() >= self.limit);
        own.map(|Reverse(lowest)| *lowest).max(self.lowest)
    }

    /// True when no document of a run can be among the first, all having this score.
    fn is_too_late(&self, run: u32, score: Score) -> bool {
        let Some(lowest) = self.to_beat() else { return false };
        let oldest_first = self.order == Order::Oldest;
        let dates = &self.known.dates;
        let id = if oldest_first { dates.oldest(run) } else { dates.newest(run) };
        Rank { score, id, oldest_first } < lowest
    }

    fn offer(&mut self, doc: DocId, score: Score) {
        let Some(rank) = self.rank(doc, score).filter(|_| self.limit > 0) else { return };
        if self.lowest.is_some_and(|lowest| rank < lowest) {
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

    fn offer_for_group(&mut self, doc: DocId, score: Score) {
        let Some(rank) = self.rank(doc, score) else { return };
        let heads = self.groups.as_ref().map(|groups| &groups.heads);
        let head = heads.and_then(|heads| heads.get(&rank.id)).copied().unwrap_or(rank.id);
        let known = self.grouped.entry(head).or_insert(rank);
        *known = shown(head, *known, rank);
    }

    /// What a score has to beat; equals may still come first by their date.
    fn threshold(&self) -> Score {
        self.to_beat().map_or(Score::MIN, |lowest| lowest.score.next_down())
    }

    /// Counts the hits and collects the first of them. Hits of groups, of which any may be the one
    /// that is shown, and those with a bonus are looked at one by one; others only where they can be
    /// among the first.
    fn collect_all(
        &mut self,
        mut hits: Bits,
        within: Option<&Within>,
        weight: &dyn Weight,
        reader: &SegmentReader,
    ) -> tantivy::Result<()> {
        let mut apart = Bits::new(reader.max_doc());
        self.in_groups.iter().for_each(|grouped| apart.join(grouped));
        let mut bonus = Vec::new();
        for (prefix, score) in within.iter().flat_map(|within| &within.bonus) {
            let docs = prefix.docs(reader)?;
            apart.join(&docs);
            bonus.push((docs, *score));
        }
        let scored = within.is_some_and(|within| within.scored);
        let mut scores = if scored { Some(weight.scorer(reader, 1.0)?) } else { None };
        // Few hits among many documents with the word: blocks would be scored for nothing.
        if scores.as_ref().is_some_and(|scores| hits.count() < scores.size_hint() / FEW) {
            apart.join(&hits);
        }
        apart.keep(&hits);
        hits.remove(&apart);
        let left = hits.count();
        self.total += left as usize;
        for doc in apart.iter() {
            let own = scores.as_mut().map_or(0.0, |scores| score_of(&mut **scores, doc));
            let more = bonus.iter().filter(|(docs, _)| docs.contains(doc));
            let score = more.fold(own, |sum, (_, score)| sum + score);
            if self.is_grouped(doc) {
                self.offer_for_group(doc, score);
            } else {
                self.total += 1;
                self.offer(doc, score);
            }
        }
        if self.limit == 0 || left == 0 {
            return Ok(());
        }
        if scored {
            return weight.for_each_pruning(self.threshold(), reader, &mut |doc, score| {
                if hits.contains(doc) {
                    self.offer(doc, score);
                }
                self.threshold()
            });
        }
        for (run, docs) in hits.runs() {
            if !self.is_too_late(run, 0.0) {
                docs_of(run, docs).for_each(|doc| self.offer(doc, 0.0));
            }
        }
        Ok(())
    }
}

/// The score of a document; zero when it has none. Asked for in order.
fn score_of(scores: &mut dyn Scorer, doc: DocId) -> Score {
    let at = if scores.doc() < doc { scores.seek(doc) } else { scores.doc() };
    if at == doc { scores.score() } else { 0.0 }
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
        if self.order == Order::Best || !self.is_too_late(doc / BITS, score) {
            self.offer(doc, score);
        }
    }

    fn harvest(self) -> Found {
        let best = self.best.into_iter().map(|Reverse(rank)| rank).collect();
        Found { total: self.total, best, grouped: self.grouped }
    }
}
