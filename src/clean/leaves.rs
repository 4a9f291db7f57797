//! The leaves that rows fall to, found without walking down the trees.
//!
//! A split that sends a row right rules out the leaves on its left; of those left over in the end
//! the leftmost is the row's ("QuickScorer", Lucchese et al., 2015). No step waits for the one
//! before it or is guessed, and rows are looked at side by side, as wide as the processor can.

use super::forest::Node;

/// Rows that are looked at side by side.
const ABREAST: usize = 16;
/// Most leaves of a tree: each is a bit of a number.
pub const MOST: usize = u32::BITS as usize;

/// Trees as splits and bits of leaves.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Leaves {
    trees: Vec<Tree>,
    splits: Vec<Split>,
}

#[derive(Clone, Debug, PartialEq)]
struct Tree {
    splits: std::ops::Range<usize>,
    /// What each leaf says, from the left.
    says: [f32; MOST],
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Split {
    feature: usize,
    threshold: f32,
    /// The leaves on its left.
    left: u32,
}

impl Leaves {
    /// Adds a tree, given as the nodes of a sound [`super::forest::Forest`].
    pub fn push(&mut self, tree: &[Node]) {
        let from = self.splits.len();
        let mut says = [0.0; MOST];
        self.descend(tree, 0, 0, &mut says);
        self.trees.push(Tree { splits: from..self.splits.len(), says });
    }

    /// Takes in what stands under a node; `at` is the number of its leftmost leaf. Gives back the
    /// number behind its last one.
    fn descend(&mut self, tree: &[Node], node: usize, at: usize, says: &mut [f32; MOST]) -> usize {
        match tree[node] {
            Node::Leaf(value) => {
                says[at] = value;
                at + 1
            }
            Node::Split { feature, left, right, threshold } => {
                let middle = self.descend(tree, left.into(), at, says);
                let left = (at..middle).fold(0, |bits, leaf| bits | 1 << leaf);
                self.splits.push(Split { feature: feature.into(), threshold, left });
                self.descend(tree, right.into(), middle, says)
            }
        }
    }

    /// Adds to each row's score the leaves that it falls to, tree by tree.
    pub fn add(&self, rows: &[f32], width: usize, scores: &mut [f32]) {
        let mut columns = vec![[0.0; ABREAST]; width];
        for (rows, scores) in rows.chunks(width * ABREAST).zip(scores.chunks_mut(ABREAST)) {
            for (at, row) in rows.chunks_exact(width).enumerate() {
                columns.iter_mut().zip(row).for_each(|(column, value)| column[at] = *value);
            }
            let sums = pulp::Arch::new().dispatch(Abreast { leaves: self, columns: &columns });
            scores.iter_mut().zip(sums).for_each(|(score, sum)| *score += sum);
        }
    }
}

/// Some rows, column by column.
struct Abreast<'a> {
    leaves: &'a Leaves,
    columns: &'a [[f32; ABREAST]],
}

impl pulp::NullaryFnOnce for Abreast<'_> {
    type Output = [f32; ABREAST];

    #[inline(always)]
    fn call(self) -> Self::Output {
        let mut sums = [0.0; ABREAST];
        for tree in &self.leaves.trees {
            let mut over = [u32::MAX; ABREAST];
            for split in &self.leaves.splits[tree.splits.clone()] {
                let column = &self.columns[split.feature];
                for (over, value) in over.iter_mut().zip(column) {
                    // What is no number goes right.
                    let goes_left = *value <= split.threshold;
                    *over &= u32::from(goes_left).wrapping_neg() | !split.left;
                }
            }
            for (sum, over) in sums.iter_mut().zip(over) {
                *sum += tree.says[over.trailing_zeros() as usize % MOST];
            }
        }
        sums
    }
}
