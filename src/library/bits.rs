//! A set of documents of one segment, a bit for each.

use std::sync::Arc;

use tantivy::postings::BlockSegmentPostings;
use tantivy::{DocId, DocSet, TERMINATED};

/// Documents in a run.
pub(super) const BITS: u32 = u64::BITS;

/// Cheaper to fill than the engine's own set, which counts as it goes.
#[derive(Clone, Debug, Default)]
pub(super) struct Bits {
    words: Vec<u64>,
}

impl Bits {
    /// An empty set, for documents below `max_doc`.
    pub fn new(max_doc: u32) -> Self {
        Self { words: vec![0; max_doc.div_ceil(BITS) as usize] }
    }

    pub fn insert(&mut self, doc: DocId) {
        if let Some(word) = self.words.get_mut((doc / BITS) as usize) {
            *word |= 1 << (doc % BITS);
        }
    }

    /// Takes in documents of a run of sixty-four, a bit for each.
    pub fn insert_run(&mut self, run: u32, docs: u64) {
        if let Some(word) = self.words.get_mut(run as usize) {
            *word |= docs;
        }
    }

    pub fn contains(&self, doc: DocId) -> bool {
        self.words.get((doc / BITS) as usize).is_some_and(|word| word >> (doc % BITS) & 1 == 1)
    }

    /// Takes in a whole list.
    pub fn insert_all(&mut self, postings: &mut BlockSegmentPostings) {
        while !postings.docs().is_empty() {
            postings.docs().iter().for_each(|doc| self.insert(*doc));
            postings.advance();
        }
    }

    /// Leaves what is in the other one as well.
    pub fn keep(&mut self, other: &Self) {
        // A shorter one has nothing further on.
        let others = other.words.iter().copied().chain(std::iter::repeat(0));
        self.words.iter_mut().zip(others).for_each(|(word, other)| *word &= other);
    }

    /// Takes in what is in the other one.
    pub fn join(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word |= other);
    }

    /// Takes out what is in the other one.
    pub fn remove(&mut self, other: &Self) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word &= !other);
    }

    pub fn count(&self) -> u32 {
        self.words.iter().map(|word| word.count_ones()).sum()
    }

    /// The documents of a run of sixty-four, a bit for each, and of which run.
    pub fn runs(&self) -> impl Iterator<Item = (u32, u64)> + '_ {
        (0..).zip(self.words.iter().copied()).filter(|(_, word)| *word != 0)
    }

    pub fn iter(&self) -> impl Iterator<Item = DocId> + '_ {
        self.runs().flat_map(|(run, docs)| docs_of(run, docs))
    }
}

/// The documents of a run: see [`Bits::runs`].
pub(super) fn docs_of(run: u32, mut docs: u64) -> impl Iterator<Item = DocId> {
    std::iter::from_fn(move || {
        (docs != 0).then(|| {
            let bit = docs.trailing_zeros();
            docs &= docs - 1;
            run * BITS + bit
        })
    })
}

/// Walks them.
pub(super) struct BitsDocs {
    bits: Arc<Bits>,
    /// The word being walked, and what of it is still to come.
    at: usize,
    rest: u64,
    doc: DocId,
    count: u32,
}

impl From<Arc<Bits>> for BitsDocs {
    fn from(bits: Arc<Bits>) -> Self {
        let (rest, count) = (bits.words.first().copied().unwrap_or(0), bits.count());
        let mut docs = Self { bits, at: 0, rest, doc: 0, count };
        docs.advance();
        docs
    }
}

impl DocSet for BitsDocs {
    fn advance(&mut self) -> DocId {
        while self.rest == 0 {
            self.at += 1;
            let Some(word) = self.bits.words.get(self.at) else {
                self.at = self.bits.words.len();
                self.doc = TERMINATED;
                return TERMINATED;
            };
            self.rest = *word;
        }
        self.doc = self.at as u32 * BITS + self.rest.trailing_zeros();
        self.rest &= self.rest - 1;
        self.doc
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc >= target {
            return self.doc;
        }
        let at = (target / BITS) as usize;
        if at != self.at {
            self.at = at;
            self.rest = self.bits.words.get(at).copied().unwrap_or(0);
        }
        self.rest &= u64::MAX << (target % BITS);
        self.advance()
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.count
    }

    fn count_including_deleted(&mut self) -> u32 {
        let before = self.bits.words.get(self.at.saturating_add(1)..).unwrap_or_default();
        let rest: u32 = before.iter().map(|word| word.count_ones()).sum();
        let own = u32::from(self.doc != TERMINATED) + self.rest.count_ones();
        (self.at, self.rest, self.doc) = (self.bits.words.len(), 0, TERMINATED);
        own + rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCS: [DocId; 8] = [0, 1, 63, 64, 200, 255, 256, 999];

    fn some() -> Bits {
        let mut bits = Bits::new(1_000);
        DOCS.iter().chain(&[1, 5_000]).for_each(|doc| bits.insert(*doc));
        bits
    }

    fn walk(bits: &Bits) -> BitsDocs {
        BitsDocs::from(Arc::new(bits.clone()))
    }

    #[test]
    fn what_was_put_in_comes_out_in_order() {
        let bits = some();
        assert_eq!(bits.iter().collect::<Vec<_>>(), DOCS);
        assert_eq!(bits.count(), 8);
        assert!(bits.contains(64) && !bits.contains(65) && !bits.contains(5_000));
        let mut docs = walk(&bits);
        let mut walked = Vec::new();
        while docs.doc() != TERMINATED {
            walked.push(docs.doc());
            docs.advance();
        }
        assert_eq!(walked, DOCS);
        assert_eq!(docs.advance(), TERMINATED);
        let none = Bits::new(0);
        assert!(walk(&none).doc() == TERMINATED && none.count() == 0);
    }

    #[test]
    fn seeking_finds_the_first_that_is_not_before() {
        for target in 0..1_100 {
            let expected = DOCS.into_iter().find(|doc| *doc >= target).unwrap_or(TERMINATED);
            for first in [0, target / 2, target] {
                let mut docs = walk(&some());
                docs.seek(first);
                assert_eq!(docs.seek(target), expected, "{first} {target}");
                let left = DOCS.into_iter().filter(|doc| *doc >= target).count();
                assert_eq!(docs.count_including_deleted() as usize, left);
                assert_eq!(docs.doc(), TERMINATED);
            }
        }
        assert_eq!(walk(&some()).seek(TERMINATED), TERMINATED);
    }

    #[test]
    fn what_both_have_is_kept() {
        let (mut bits, mut other) = (some(), Bits::new(1_000));
        [1, 2, 255, 998, 999].iter().for_each(|doc| other.insert(*doc));
        bits.keep(&other);
        assert_eq!(bits.iter().collect::<Vec<_>>(), [1, 255, 999]);
        other.remove(&bits);
        assert_eq!(other.iter().collect::<Vec<_>>(), [2, 998]);
        bits.join(&other);
        assert_eq!(bits.iter().collect::<Vec<_>>(), [1, 2, 255, 998, 999]);
        bits.keep(&Bits::default());
        assert_eq!(bits.count(), 0, "an empty set has no length");
    }
}
