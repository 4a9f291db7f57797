//! Which segments of the index are joined while it is written.
//!
//! A search looks into each segment, so there should be few; but joining writes every word of them
//! once more, and large ones take memory. So an import in bulk joins each article with others once,
//! and large segments are written anew only to let go of what was deleted.

use tantivy::SegmentMeta;
use tantivy::index::SegmentId;
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
/// Part that is gone and from which on it is once there is nothing else to do: one in so many.
const DELETED_AT_REST: u32 = 40;
/// Documents that are then joined, at most: joining takes as much room again until it is done.
const JOINED_AT_REST: u32 = 200_000;

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

/// Which segments to write anew, and each group as one, once there is nothing else to do: those of
/// which some articles have gone. They would lie there until as many others come, and each segment
/// has the words of names once more.
pub(super) fn at_rest(mut segments: Vec<SegmentMeta>) -> Vec<Vec<SegmentId>> {
    segments.retain(|segment| segment.num_deleted_docs() * DELETED_AT_REST > segment.max_doc());
    segments.sort_by_key(|segment| segment.num_docs());
    let mut groups: Vec<Vec<SegmentId>> = Vec::new();
    let mut joined = 0_u32;
    for segment in segments {
        joined = joined.saturating_add(segment.num_docs());
        match groups.last_mut().filter(|_| joined <= JOINED_AT_REST) {
            Some(group) => group.push(segment.id()),
            None => {
                joined = segment.num_docs();
                groups.push(vec![segment.id()]);
            }
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use tantivy::Index;
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

    #[test]
    fn at_rest_what_has_gaps_is_joined_up_to_a_size() {
        let (_index, all) = segments(&[(9_000, 1_000), (150_000, 9_000), (90_000, 9_000), (50, 0)]);
        let ids: Vec<SegmentId> = all.iter().map(SegmentMeta::id).collect();
        assert_eq!(at_rest(all), [vec![ids[0], ids[2]], vec![ids[1]]]);
        let (_index, whole) = segments(&[(9_000, 200), (50, 0)]);
        assert!(at_rest(whole).is_empty());
    }
}
