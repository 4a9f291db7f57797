//! What is worked out once of each segment of the index, which never changes but for what is deleted.

use std::collections::HashMap;
use std::fmt;
use std::ops::{Bound, RangeBounds};
use std::sync::{Arc, Mutex, OnceLock};

use tantivy::index::{SegmentId, SegmentReader};
use tantivy::schema::IndexRecordOption;
use tantivy::{Searcher, Term};

use super::bits::{BITS, Bits, docs_of};
use super::docset::Docs;
use super::index::PART_FACET;
use crate::article::ArticleId;

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

/// The day of each document of a segment, which tells of most whether they lie within a range of
/// dates without their id being looked up: read once a date is asked for.
#[derive(Default)]
struct Days(OnceLock<Vec<u16>>);

/// Sunday, 31 December 1899, in seconds: the first of 179 years of days.
const FIRST_DAY: i64 = -2_209_075_200;

/// The day of an id; the first and the last day stand for all before and after them too.
fn day(id: i64) -> u16 {
    let day = (ArticleId(id).seconds() - FIRST_DAY).div_euclid(86_400);
    day.clamp(0, i64::from(u16::MAX)) as u16
}

impl Days {
    fn of(&self, reader: &SegmentReader) -> tantivy::Result<&[u16]> {
        if self.0.get().is_none() {
            let ids = reader.fast_fields().i64("id")?;
            let days = (0..reader.max_doc()).map(|doc| ids.first(doc).map_or(0, day));
            // Another thread may have been quicker; it found the same.
            let _ = self.0.set(days.collect());
        }
        Ok(self.0.get().map_or(&[], Vec::as_slice))
    }
}

/// Documents dated so.
#[derive(Clone)]
pub(super) struct Published {
    /// Ids, which carry the date.
    pub from: Bound<i64>,
    pub to: Bound<i64>,
    pub segments: Segments,
}

impl fmt::Debug for Published {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} to {:?}", self.from, self.to)
    }
}

impl Docs for Published {
    fn docs(&self, reader: &SegmentReader) -> tantivy::Result<Arc<Bits>> {
        let known = self.segments.of(reader)?;
        let days = known.days.of(reader)?;
        let ids = reader.fast_fields().i64("id")?;
        let edge = |bound: &Bound<i64>| match bound {
            Bound::Included(id) | Bound::Excluded(id) => Some(i32::from(day(*id))),
            Bound::Unbounded => None,
        };
        let first = edge(&self.from).unwrap_or(-1);
        let last = edge(&self.to).unwrap_or(i32::MAX);
        let mut docs = Bits::new(reader.max_doc());
        for (run, days) in (0u32..).zip(days.chunks(BITS as usize)) {
            let (mut within, mut edges) = (0u64, 0u64);
            for (bit, day) in days.iter().map(|day| i32::from(*day)).enumerate() {
                within |= u64::from(day > first && day < last) << bit;
                edges |= u64::from(day == first || day == last) << bit;
            }
            docs.insert_run(run, within);
            let dated =
                |doc: &u32| ids.first(*doc).is_some_and(|id| (self.from, self.to).contains(&id));
            docs_of(run, edges).filter(dated).for_each(|doc| docs.insert(doc));
        }
        Ok(Arc::new(docs))
    }
}

/// What is known of a segment.
#[derive(Clone)]
pub(super) struct Known {
    pub dates: Arc<Dates>,
    days: Arc<Days>,
    /// Documents that are deleted; how many they were when that was looked up.
    pub gone: Option<Arc<Bits>>,
    /// Documents that hold a part of an article each.
    pub parts: Option<Arc<Bits>>,
    deleted: u32,
}

/// By segment; kept from search to search.
#[derive(Clone, Default)]
pub(super) struct Segments(Arc<Mutex<HashMap<SegmentId, Known>>>);

impl Segments {
    pub fn of(&self, reader: &SegmentReader) -> tantivy::Result<Known> {
        let (segment, deleted) = (reader.segment_id(), reader.num_deleted_docs());
        let before = self.0.lock().ok().and_then(|known| known.get(&segment).cloned());
        if let Some(known) = before.as_ref().filter(|known| known.deleted == deleted) {
            return Ok(known.clone());
        }
        let known = match before {
            Some(known) => Known { gone: gone(reader), deleted, ..known },
            None => Known {
                dates: Arc::new(Dates::read(reader)?),
                days: Arc::default(),
                gone: gone(reader),
                parts: having(reader, PART_FACET)?.map(Arc::new),
                deleted,
            },
        };
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

#[cfg(test)]
mod tests {
    use std::ops::Bound::{Excluded, Included, Unbounded};

    use tantivy::schema::{FAST, INDEXED, STRING, Schema};
    use tantivy::{Index, TantivyDocument};

    use super::*;

    const DAY: i64 = 86_400;

    /// An index of ids with two hundred documents around each of these seconds.
    fn index(around: &[i64]) -> (Index, Vec<i64>) {
        let mut schema = Schema::builder();
        let id = schema.add_i64_field("id", FAST | INDEXED);
        schema.add_text_field("facet", STRING);
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, 15_000_000).unwrap();
        let near = (-100..100).flat_map(|n| around.iter().map(move |at| at + n * 4_001));
        let ids: Vec<i64> = near.map(|second| ArticleId::at(second).0 + 7).collect();
        for own in &ids {
            let mut document = TantivyDocument::new();
            document.add_i64(id, *own);
            writer.add_document(document).unwrap();
        }
        writer.commit().unwrap();
        (index, ids)
    }

    #[test]
    fn documents_are_found_by_their_dates() {
        let seconds = [FIRST_DAY, 0, 1_750_000_000, FIRST_DAY + 65_535 * DAY, -11_000_000_000];
        let (index, ids) = index(&seconds);
        let searcher = index.reader().unwrap().searcher();
        let mut bounds = vec![Unbounded];
        for second in seconds {
            let at = |second| ArticleId::at(second).0 + 7;
            bounds.extend([Included(at(second)), Excluded(at(second)), Included(at(second + DAY))]);
            bounds.push(Excluded(at(second - second.rem_euclid(DAY))));
        }
        let segments = Segments::default();
        let mut several = 0;
        for from in &bounds {
            for to in &bounds {
                let published = Published { from: *from, to: *to, segments: segments.clone() };
                let mut found = 0;
                for reader in searcher.segment_readers() {
                    let column = reader.fast_fields().i64("id").unwrap();
                    let docs = published.docs(reader).unwrap();
                    for doc in 0..reader.max_doc() {
                        let id = column.first(doc).unwrap();
                        assert_eq!(
                            docs.contains(doc),
                            (*from, *to).contains(&id),
                            "{id} {published:?}"
                        );
                    }
                    found += docs.count();
                }
                several += usize::from(found > 200 && found < ids.len() as u32);
            }
        }
        assert!(several > 20, "{several}");
    }
}
