//! Rows walked down the trees of a forest side by side.
//!
//! A walk waits at every split for the one before. Eight rows at a time keep the processor busy
//! meanwhile, and a split chooses by index where a branch would be guessed wrong half the time.

use super::forest::Node;

/// Rows that are walked side by side.
const ABREAST: usize = 8;

/// Trees as they are walked: leaves are splits that lead to themselves, so that all walks of a tree
/// are of one length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Walks {
    trees: Vec<Tree>,
    nodes: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq)]
struct Tree {
    nodes: std::ops::Range<usize>,
    /// Splits on the longest way down.
    depth: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Step {
    /// The threshold of a split, the value of a leaf.
    value: f32,
    feature: u8,
    /// Where to go with values up to the threshold, and with others.
    next: [u8; 2],
}

impl Walks {
    /// Adds a tree, given as the nodes of a sound [`super::forest::Forest`].
    pub fn push(&mut self, tree: &[Node]) {
        let first = self.nodes.len();
        self.nodes.extend(tree.iter().enumerate().map(|(at, node)| step(at, node)));
        self.trees.push(Tree { nodes: first..self.nodes.len(), depth: depth(tree) });
    }

    /// Adds to each row's score the leaves that it falls to, tree by tree.
    pub fn add(&self, rows: &[f32], width: usize, scores: &mut [f32]) {
        let mut groups = rows.chunks_exact(width * ABREAST);
        let mut to = scores.chunks_exact_mut(ABREAST);
        for (rows, scores) in groups.by_ref().zip(to.by_ref()) {
            self.walk::<ABREAST>(
                std::array::from_fn(|n| &rows[n * width..(n + 1) * width]),
                scores,
            );
        }
        let rest = groups.remainder().chunks_exact(width);
        for (row, score) in rest.zip(to.into_remainder()) {
            self.walk([row], std::slice::from_mut(score));
        }
    }

    #[inline(always)]
    fn walk<const ROWS: usize>(&self, rows: [&[f32]; ROWS], scores: &mut [f32]) {
        let mut sums = [0.0f32; ROWS];
        for tree in &self.trees {
            let nodes = &self.nodes[tree.nodes.clone()];
            let mut at = [0u8; ROWS];
            for _ in 0..tree.depth {
                for (at, row) in at.iter_mut().zip(rows) {
                    let step = &nodes[usize::from(*at)];
                    let goes_left = row[usize::from(step.feature)] <= step.value;
                    *at = step.next[usize::from(!goes_left)];
                }
            }
            for (sum, at) in sums.iter_mut().zip(at) {
                *sum += nodes[usize::from(at)].value;
            }
        }
        scores.iter_mut().zip(sums).for_each(|(score, sum)| *score += sum);
    }
}

fn step(at: usize, node: &Node) -> Step {
    match *node {
        Node::Leaf(value) => Step { value, feature: 0, next: [at as u8; 2] },
        Node::Split { feature, left, right, threshold } => {
            Step { value: threshold, feature, next: [left, right] }
        }
    }
}

/// A child stands behind its parent, so that one pass from the end finds all.
fn depth(tree: &[Node]) -> usize {
    let mut below = vec![0; tree.len()];
    for (at, node) in tree.iter().enumerate().rev() {
        if let Node::Split { left, right, .. } = node {
            below[at] = 1 + below[usize::from(*left)].max(below[usize::from(*right)]);
        }
    }
    below.first().copied().unwrap_or(0)
}
