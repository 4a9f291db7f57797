//! Two queries that the index engine does not have: all terms with a prefix, and a set of ids.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::BuildHasherDefault;
use std::sync::{Arc, Mutex};

use tantivy::index::{SegmentId, SegmentReader};
use tantivy::postings::BlockSegmentPostings;
use tantivy::query::{
    BitSetDocSet, ConstScorer, EnableScoring, Explanation, Query, Scorer, Weight,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{BitSet, DocId, DocSet, Score, TantivyError, Term};

use super::copies::Spread;

/// Gives the documents of one segment.
pub(super) trait Docs: Clone + Send + Sync + fmt::Debug + 'static {
    fn fill(&self, reader: &SegmentReader, docs: &mut BitSet) -> tantivy::Result<()>;
}

/// A query for documents worked out a segment at a time; all score the same.
#[derive(Clone, Debug)]
pub(super) struct DocsQuery<D>(pub D);

impl<D: Docs> Query for DocsQuery<D> {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl<D: Docs> Weight for DocsQuery<D> {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut docs = BitSet::with_max_value(reader.max_doc());
        self.0.fill(reader, &mut docs)?;
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(docs), boost)))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(reader, 1.0)?;
        if scorer.doc() <= doc && scorer.seek(doc) == doc {
            return Ok(Explanation::new("in the set", 1.0));
        }
        Err(TantivyError::InvalidArgument(format!("document {doc} does not match")))
    }
}

/// Documents with a term that begins so.
#[derive(Clone, Debug)]
pub(super) struct Prefix {
    pub field: Field,
    pub prefix: String,
}

impl Docs for Prefix {
    fn fill(&self, reader: &SegmentReader, docs: &mut BitSet) -> tantivy::Result<()> {
        let index = reader.inverted_index(self.field)?;
        let mut range = index.terms().range().ge(&self.prefix);
        let end = after(self.prefix.as_bytes());
        if let Some(end) = &end {
            range = range.lt(end);
        }
        let mut terms = range.into_stream()?;
        let mut postings: Option<BlockSegmentPostings> = None;
        while terms.advance() {
            let info = terms.value();
            // Opening a list costs more than walking a short one: one reader serves all.
            let postings = match &mut postings {
                Some(open) => {
                    index.reset_block_postings_from_terminfo(info, open)?;
                    open
                }
                none => none.insert(
                    index.read_block_postings_from_terminfo(info, IndexRecordOption::Basic)?,
                ),
            };
            while !postings.docs().is_empty() {
                for doc in postings.docs() {
                    docs.insert(*doc);
                }
                postings.advance();
            }
        }
        Ok(())
    }
}

/// The first text that sorts after everything with this prefix.
fn after(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|byte| *byte < u8::MAX)?;
    let mut end = prefix[..=last].to_vec();
    end[last] += 1;
    Some(end)
}

/// Articles by id, and which documents they are, as far as that was asked before.
pub(super) struct Members {
    /// Sorted.
    pub ids: Vec<i64>,
    docs: Mutex<HashMap<SegmentId, BitSet>>,
}

impl Members {
    pub fn new(ids: Vec<i64>) -> Self {
        Self { ids, docs: Mutex::default() }
    }
}

/// A query for them.
#[derive(Clone)]
pub(super) struct Ids {
    pub field: Field,
    pub members: Arc<Members>,
}

impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ids", self.members.ids.len())
    }
}

/// Looking an id up costs about as much as comparing so many.
const LOOKUP: usize = 16;

impl Docs for Ids {
    /// A segment never changes, so what was found in it once holds as long as the ids do.
    fn fill(&self, reader: &SegmentReader, docs: &mut BitSet) -> tantivy::Result<()> {
        let segment = reader.segment_id();
        let known = || self.members.docs.lock().ok();
        if let Some(known) = known().as_ref().and_then(|known| known.get(&segment)) {
            docs.clone_from(known);
            return Ok(());
        }
        match self.members.ids.len() * LOOKUP < reader.max_doc() as usize {
            true => self.look_up(reader, docs)?,
            false => self.compare(reader, docs)?,
        }
        if let Some(mut known) = known() {
            known.insert(segment, docs.clone());
        }
        Ok(())
    }
}

impl Ids {
    fn look_up(&self, reader: &SegmentReader, docs: &mut BitSet) -> tantivy::Result<()> {
        let index = reader.inverted_index(self.field)?;
        for id in &self.members.ids {
            let term = Term::from_field_i64(self.field, *id);
            let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? else {
                continue;
            };
            while postings.doc() != tantivy::TERMINATED {
                docs.insert(postings.doc());
                postings.advance();
            }
        }
        Ok(())
    }

    fn compare(&self, reader: &SegmentReader, docs: &mut BitSet) -> tantivy::Result<()> {
        let ids: HashSet<i64, BuildHasherDefault<Spread>> =
            self.members.ids.iter().copied().collect();
        let column = reader.fast_fields().i64("id")?;
        for doc in 0..reader.max_doc() {
            if column.first(doc).is_some_and(|id| ids.contains(&id)) {
                docs.insert(doc);
            }
        }
        Ok(())
    }
}
