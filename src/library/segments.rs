//! What is worked out once of each segment of the index, which never changes but for what is deleted.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tantivy::index::{SegmentId, SegmentReader};
use tantivy::schema::IndexRecordOption;
use tantivy::{Searcher, Term};

use super::bits::{BITS, Bits};
use super::index::PART_FACET;

/// The dates of a segment, roughly: whole runs of hits cannot be among the newest fifty.
#[derive(Default)]
pub(super) struct Dates {
    /// Of each run of documents the greatest and the least id.
    runs: Vec<(i64, i64)>,
}

impl Dates {
    fn read(reader: &SegmentReader) -> tantivy::Result<Self> {
        let ids = reader.fast_fields().i64("id")?;
        let mut runs = Vec::with_capacity(reader.max_doc().div_ceil(BITS) as usize);
        for first in (0..reader.max_doc()).step_by(BITS as usize) {
            let end = reader.max_doc().min(first + BITS);
            let (mut newest, mut oldest) = (i64::MIN, i64::MAX);
            for id in (first..end).filter_map(|doc| ids.first(doc)) {
                (newest, oldest) = (newest.max(id), oldest.min(id));
            }
            runs.push((newest, oldest));
        }
        Ok(Self { runs })
    }

    /// The greatest id of a run.
    pub fn newest(&self, run: u32) -> i64 {
        self.runs.get(run as usize).map_or(i64::MAX, |run| run.0)
    }

    /// The least.
    pub fn oldest(&self, run: u32) -> i64 {
        self.runs.get(run as usize).map_or(i64::MIN, |run| run.1)
    }
}

/// What is known of a segment.
#[derive(Clone)]
pub(super) struct Known {
    pub dates: Arc<Dates>,
    /// Documents that are deleted; how many they were when that was looked up.
    pub gone: Option<Arc<Bits>>,
    /// Documents that hold a part of an article each.
    pub parts: Option<Arc<Bits>>,
    deleted: u32,
}

/// By segment; kept from search to search.
#[derive(Default)]
pub(super) struct Segments(Mutex<HashMap<SegmentId, Known>>);

impl Segments {
    pub fn of(&self, reader: &SegmentReader) -> tantivy::Result<Known> {
        let (segment, deleted) = (reader.segment_id(), reader.num_deleted_docs());
        let before = self.0.lock().ok().and_then(|known| known.get(&segment).cloned());
        if let Some(known) = before.as_ref().filter(|known| known.deleted == deleted) {
            return Ok(known.clone());
        }
        let (dates, parts) = match before {
            Some(known) => (known.dates, known.parts),
            None => (Arc::new(Dates::read(reader)?), having(reader, PART_FACET)?.map(Arc::new)),
        };
        let known = Known { dates, gone: gone(reader), parts, deleted };
        if let Ok(mut all) = self.0.lock() {
            all.insert(segment, known.clone());
        }
        Ok(known)
    }

    /// Forgets segments that are no more.
    pub fn forget_others(&self, searcher: &Searcher) {
        let there = |id: &SegmentId| {
            searcher.segment_readers().iter().any(|reader| reader.segment_id() == *id)
        };
        if let Ok(mut known) = self.0.lock() {
            known.retain(|id, _| there(id));
        }
    }
}

/// The documents of a segment with a facet, unless there are none.
pub(super) fn having(reader: &SegmentReader, facet: &str) -> tantivy::Result<Option<Bits>> {
    let term = Term::from_field_text(reader.schema().get_field("facet")?, facet);
    let index = reader.inverted_index(term.field())?;
    let list = index.read_block_postings(&term, IndexRecordOption::Basic)?;
    Ok(list.map(|mut list| {
        let mut docs = Bits::new(reader.max_doc());
        docs.insert_all(&mut list);
        docs
    }))
}

fn gone(reader: &SegmentReader) -> Option<Arc<Bits>> {
    let alive = reader.alive_bitset()?;
    let mut gone = Bits::new(reader.max_doc());
    let deleted = (0..reader.max_doc()).filter(|doc| alive.is_deleted(*doc));
    deleted.for_each(|doc| gone.insert(doc));
    Some(Arc::new(gone))
}
