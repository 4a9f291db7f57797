//! Queries that the index engine does not have: all terms with a prefix, such together with plain
//! words, and a set of ids.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::BuildHasherDefault;
use std::sync::{Arc, Mutex};

use tantivy::index::{SegmentId, SegmentReader};
use tantivy::postings::BlockSegmentPostings;
use tantivy::query::{ConstScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Score, TantivyError, Term};

use super::bits::{Bits, BitsDocs};
use super::copies::Spread;
use super::index::entity_facet;

/// Gives the documents of one segment.
pub(super) trait Docs: Clone + Send + Sync + fmt::Debug + 'static {
    fn docs(&self, reader: &SegmentReader) -> tantivy::Result<Arc<Bits>>;
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
        Ok(Box::new(ConstScorer::new(BitsDocs::from(self.0.docs(reader)?), boost)))
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
    fn docs(&self, reader: &SegmentReader) -> tantivy::Result<Arc<Bits>> {
        let mut docs = Bits::new(reader.max_doc());
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
            docs.insert_all(postings);
        }
        Ok(Arc::new(docs))
    }
}

/// From so many documents for each hit on it pays to lay hits out as bits.
const RARE: u32 = 64;

/// Documents that have every one of these words and beginnings of words. Walking lists side by side
/// costs more than laying them over one another, once there are beginnings that thousands have.
#[derive(Clone, Debug)]
pub(super) struct Every {
    pub field: Field,
    pub words: Vec<String>,
    pub prefixes: Vec<String>,
}

impl Every {
    /// True when it is one word that few documents of a segment have.
    pub fn is_rare(&self, reader: &SegmentReader) -> tantivy::Result<bool> {
        let ([word], []) = (self.words.as_slice(), self.prefixes.as_slice()) else {
            return Ok(false);
        };
        let having = reader
            .inverted_index(self.field)?
            .doc_freq(&Term::from_field_text(self.field, word))?;
        Ok(having < reader.max_doc() / RARE)
    }
}

impl Docs for Every {
    fn docs(&self, reader: &SegmentReader) -> tantivy::Result<Arc<Bits>> {
        let index = reader.inverted_index(self.field)?;
        let mut all: Option<Bits> = None;
        for word in &self.words {
            let mut docs = Bits::new(reader.max_doc());
            let term = Term::from_field_text(self.field, word);
            let Some(mut list) = index.read_block_postings(&term, IndexRecordOption::Basic)? else {
                return Ok(Arc::new(Bits::new(reader.max_doc())));
            };
            docs.insert_all(&mut list);
            all.iter().for_each(|all| docs.keep(all));
            all = Some(docs);
        }
        for prefix in &self.prefixes {
            let prefix = Prefix { field: self.field, prefix: prefix.clone() };
            let mut docs = Arc::unwrap_or_clone(prefix.docs(reader)?);
            all.iter().for_each(|all| docs.keep(all));
            all = Some(docs);
        }
        Ok(Arc::new(all.unwrap_or_default()))
    }
}

/// The first text that sorts after everything with this prefix.
fn after(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|byte| *byte < u8::MAX)?;
    let mut end = prefix[..=last].to_vec();
    end[last] += 1;
    Some(end)
}

/// What was found in segments; these never change.
#[derive(Default)]
struct Kept(Mutex<HashMap<SegmentId, Arc<Bits>>>);

impl Kept {
    fn get(
        &self,
        reader: &SegmentReader,
        find: impl FnOnce() -> tantivy::Result<Bits>,
    ) -> tantivy::Result<Arc<Bits>> {
        let segment = reader.segment_id();
        if let Some(docs) = self.0.lock().ok().and_then(|kept| kept.get(&segment).cloned()) {
            return Ok(docs);
        }
        let docs = Arc::new(find()?);
        if let Ok(mut kept) = self.0.lock() {
            kept.insert(segment, docs.clone());
        }
        Ok(docs)
    }
}

/// Articles by id, and which documents they are, as far as that was asked before.
pub(super) struct Members {
    /// Sorted.
    pub ids: Vec<i64>,
    docs: Kept,
}

impl Members {
    pub fn new(ids: Vec<i64>) -> Self {
        Self { ids, docs: Kept::default() }
    }

    pub fn docs(&self, field: Field, reader: &SegmentReader) -> tantivy::Result<Arc<Bits>> {
        self.docs.get(reader, || match self.ids.len() * LOOKUP < reader.max_doc() as usize {
            true => any(reader, field, self.ids.iter().map(|id| Term::from_field_i64(field, *id))),
            false => self.compare(reader),
        })
    }

    fn compare(&self, reader: &SegmentReader) -> tantivy::Result<Bits> {
        let ids: HashSet<i64, BuildHasherDefault<Spread>> = self.ids.iter().copied().collect();
        let column = reader.fast_fields().i64("id")?;
        let mut docs = Bits::new(reader.max_doc());
        for doc in 0..reader.max_doc() {
            if column.first(doc).is_some_and(|id| ids.contains(&id)) {
                docs.insert(doc);
            }
        }
        Ok(docs)
    }
}

/// Documents with any of these terms.
fn any(
    reader: &SegmentReader,
    field: Field,
    terms: impl Iterator<Item = Term>,
) -> tantivy::Result<Bits> {
    let index = reader.inverted_index(field)?;
    let mut docs = Bits::new(reader.max_doc());
    for term in terms {
        if let Some(mut list) = index.read_block_postings(&term, IndexRecordOption::Basic)? {
            docs.insert_all(&mut list);
        }
    }
    Ok(docs)
}

/// Entities that a name means, some of which have a word in common with thousands, and the
/// documents that name any of them, as far as that was asked before.
#[derive(Default)]
pub(super) struct Who {
    pub ids: Vec<i64>,
    docs: Kept,
}

impl Who {
    pub fn new(ids: Vec<i64>) -> Self {
        Self { ids, docs: Kept::default() }
    }
}

/// A query for them.
#[derive(Clone)]
pub(super) struct Naming {
    /// That of facets.
    pub field: Field,
    pub who: Arc<Who>,
}

impl fmt::Debug for Naming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} entities", self.who.ids.len())
    }
}

impl Docs for Naming {
    fn docs(&self, reader: &SegmentReader) -> tantivy::Result<Arc<Bits>> {
        let facets = self.who.ids.iter().map(|id| entity_facet(*id));
        let terms = facets.map(|facet| Term::from_field_text(self.field, &facet));
        self.who.docs.get(reader, || any(reader, self.field, terms))
    }
}

/// A query for articles.
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
    fn docs(&self, reader: &SegmentReader) -> tantivy::Result<Arc<Bits>> {
        self.members.docs(self.field, reader)
    }
}
