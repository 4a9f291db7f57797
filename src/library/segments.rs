//! What is worked out once of each segment of the index, which never changes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tantivy::index::{SegmentId, SegmentReader};
use tantivy::{DocId, Searcher};

/// Documents of which it is known how new and how old they are together.
const SPAN: u32 = 128;

/// The dates of a segment, roughly: whole runs of hits cannot be among the newest fifty.
#[derive(Default)]
pub(super) struct Dates {
    /// Of each run of documents the greatest and the least id.
    newest: Vec<i64>,
    oldest: Vec<i64>,
}

impl Dates {
    fn read(reader: &SegmentReader) -> tantivy::Result<Self> {
        let ids = reader.fast_fields().i64("id")?;
        let mut dates = Self::default();
        for first in (0..reader.max_doc()).step_by(SPAN as usize) {
            let end = reader.max_doc().min(first + SPAN);
            let (mut newest, mut oldest) = (i64::MIN, i64::MAX);
            for id in (first..end).filter_map(|doc| ids.first(doc)) {
                (newest, oldest) = (newest.max(id), oldest.min(id));
            }
            dates.newest.push(newest);
            dates.oldest.push(oldest);
        }
        Ok(dates)
    }

    /// No document near this one has a greater id.
    pub fn newest_near(&self, doc: DocId) -> i64 {
        self.newest.get((doc / SPAN) as usize).copied().unwrap_or(i64::MAX)
    }

    /// Nor a lesser one.
    pub fn oldest_near(&self, doc: DocId) -> i64 {
        self.oldest.get((doc / SPAN) as usize).copied().unwrap_or(i64::MIN)
    }
}

/// By segment; shared by the searches of a searcher.
#[derive(Clone, Default)]
pub(super) struct Segments {
    known: Arc<Mutex<HashMap<SegmentId, Arc<Dates>>>>,
}

impl Segments {
    pub fn dates(&self, reader: &SegmentReader) -> tantivy::Result<Arc<Dates>> {
        let segment = reader.segment_id();
        let known = || self.known.lock().ok();
        if let Some(dates) = known().as_ref().and_then(|known| known.get(&segment)) {
            return Ok(dates.clone());
        }
        let dates = Arc::new(Dates::read(reader)?);
        if let Some(mut known) = known() {
            known.insert(segment, dates.clone());
        }
        Ok(dates)
    }

    /// Forgets segments that are no more.
    pub fn forget_others(&self, searcher: &Searcher) {
        let there = |id: &SegmentId| {
            searcher.segment_readers().iter().any(|reader| reader.segment_id() == *id)
        };
        if let Ok(mut known) = self.known.lock() {
            known.retain(|id, _| there(id));
        }
    }
}
