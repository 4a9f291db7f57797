//! Which segments of the index are joined while it is written.
//!
//! A search looks into each segment, so there should be few; but joining writes every word of them
//! once more, and large ones take memory. So an article is joined with others once or twice, and
//! then only to let go of what was deleted.

use tantivy::SegmentMeta;
use tantivy::indexer::{LogMergePolicy, MergeCandidate, MergePolicy};

/// Segments of a size that are joined.
const AT_ONCE: usize = 8;
/// And while a great many articles come in: those that lie about meanwhile are joined at the end.
const AT_ONCE_IN_BULK: usize = 32;
/// Documents of a segment that is joined with others, at most.
const JOINED: u32 = 75_000;
/// Share of deleted documents from which on a segment is written anew without them, in percent.
/// Every article comes twice: as it was read, and once it is known whom it names.
const DELETED: u32 = 40;

#[derive(Debug)]
pub(super) struct Merges(LogMergePolicy);

impl Merges {
    pub fn new(bulk: bool) -> Self {
        let mut by_size = LogMergePolicy::default();
        by_size.set_min_num_segments(if bulk { AT_ONCE_IN_BULK } else { AT_ONCE });
        by_size.set_max_docs_before_merge(JOINED as usize);
        by_size.set_del_docs_ratio_before_merge(DELETED as f32 / 100.0);
        Self(by_size)
    }
}

impl MergePolicy for Merges {
    fn compute_merge_candidates(&self, segments: &[SegmentMeta]) -> Vec<MergeCandidate> {
        let mut found = self.0.compute_merge_candidates(segments);
        let wasted = |segment: &&SegmentMeta| {
            let deleted = u64::from(segment.num_deleted_docs()) * 100;
            segment.num_docs() > JOINED
                && deleted > u64::from(segment.max_doc()) * u64::from(DELETED)
        };
        let alone = segments.iter().filter(wasted);
        found.extend(alone.map(|segment| MergeCandidate(vec![segment.id()])));
        found
    }
}

#[cfg(test)]
mod tests {
    use tantivy::Index;
    use tantivy::index::SegmentId;
    use tantivy::schema::Schema;

    use super::*;

    /// Segments by documents that came, and documents that are gone.
    fn segments(sizes: &[(u32, u32)]) -> (Index, Vec<SegmentMeta>) {
        let index = Index::create_in_ram(Schema::builder().build());
        let segment = |(all, gone): &(u32, u32)| {
            let id = SegmentId::generate_random();
            index.new_segment_meta(id, *all).with_delete_meta(*gone, 1)
        };
        let metas = sizes.iter().map(segment).collect();
        (index, metas)
    }

    /// How many segments each join would take.
    fn joins(bulk: bool, sizes: &[(u32, u32)]) -> Vec<usize> {
        let (_index, segments) = segments(sizes);
        let found = Merges::new(bulk).compute_merge_candidates(&segments);
        found.into_iter().map(|join| join.0.len()).collect()
    }

    #[test]
    fn an_import_joins_many_at_once() {
        let written = [(7_000, 0); AT_ONCE_IN_BULK];
        assert!(joins(true, &written[1..]).is_empty());
        assert_eq!(joins(true, &written), [AT_ONCE_IN_BULK]);
        assert!(joins(false, &written[..7]).is_empty());
        assert_eq!(joins(false, &written[..8]), [8]);
    }

    #[test]
    fn large_segments_stay_unless_much_of_them_is_gone() {
        assert!(joins(false, &[(90_000, 0); 30]).is_empty());
        assert_eq!(joins(false, &[(200_000, 70_000), (200_000, 90_000)]), [1]);
        assert_eq!(joins(false, &[(20_000, 9_000)]), [1]);
    }
}
