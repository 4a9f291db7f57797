//! Gradient-boosted trees (Friedman, "Greedy Function Approximation", 2001): the form in which what
//! was learnt is kept and asked. How they are grown is the trainer's business.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::leaves::{self, Leaves};

/// Trees whose leaves add up to log-odds of boilerplate.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Forest {
    /// How many numbers a row has.
    pub width: usize,
    pub bias: f32,
    /// Tree after tree, the root of each first; a child stands behind its parent.
    nodes: Vec<Node>,
    /// Where each tree begins.
    roots: Vec<u32>,
    /// The mean row of lines that are of a story.
    pub typical: Vec<f32>,
    /// The trees as many rows at once are asked of them, made when first needed.
    #[serde(skip)]
    leaves: OnceLock<Leaves>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Node {
    /// Left when the value is at most the threshold, right otherwise; children are counted from
    /// the root.
    Split {
        feature: u8,
        left: u8,
        right: u8,
        threshold: f32,
    },
    Leaf(f32),
}

impl Forest {
    /// A forest without trees.
    pub fn new(bias: f32, typical: Vec<f32>) -> Self {
        Self { width: typical.len(), bias, typical, ..Self::default() }
    }

    /// Plants a tree, given as its nodes.
    pub fn push(&mut self, tree: Vec<Node>) {
        self.roots.push(self.nodes.len() as u32);
        self.nodes.extend(tree);
        self.leaves.take();
    }

    /// How many trees it has.
    pub fn trees(&self) -> usize {
        self.roots.len()
    }

    /// Log-odds of a row of [`Forest::width`] numbers.
    pub fn score(&self, row: &[f32]) -> f32 {
        let leaf = |root: &u32| self.leaf(*root as usize, row);
        self.bias + self.roots.iter().map(leaf).sum::<f32>()
    }

    /// Log-odds of each of several rows of `width` numbers: the same as one by one, and quicker.
    pub fn scores(&self, rows: &[f32], width: usize) -> Vec<f32> {
        let mut scores = vec![0.0; rows.len().checked_div(width).unwrap_or(0)];
        self.leaves.get_or_init(|| self.leaves()).add(rows, width, &mut scores);
        scores.iter_mut().for_each(|score| *score += self.bias);
        scores
    }

    fn leaves(&self) -> Leaves {
        let mut leaves = Leaves::default();
        self.trees_of().for_each(|tree| leaves.push(tree));
        leaves
    }

    /// The nodes of each tree.
    fn trees_of(&self) -> impl Iterator<Item = &[Node]> {
        let ends = self.roots.iter().skip(1).copied().chain([self.nodes.len() as u32]);
        let tree = |(root, end): (&u32, u32)| self.nodes.get(*root as usize..end as usize);
        self.roots.iter().zip(ends).filter_map(tree)
    }

    fn leaf(&self, root: usize, row: &[f32]) -> f32 {
        let mut at = root;
        loop {
            match self.nodes[at] {
                Node::Leaf(value) => return value,
                Node::Split { feature, threshold, left, right } => {
                    let goes_left = row[feature as usize] <= threshold;
                    at = root + if goes_left { left } else { right } as usize;
                }
            }
        }
    }

    /// No split looks past the row, back up its tree or into another, so that every walk ends;
    /// no node has two parents, and no tree more leaves than can be told apart.
    pub fn is_sound(&self) -> bool {
        let ends = self.roots.iter().skip(1).copied().chain([self.nodes.len() as u32]);
        self.typical.len() == self.width
            && self.roots.iter().zip(ends).all(|(root, end)| {
                let tree = self.nodes.get(*root as usize..end as usize);
                tree.is_some_and(|tree| self.is_sound_tree(tree))
            })
    }

    fn is_sound_tree(&self, tree: &[Node]) -> bool {
        let sound = |(at, node): (usize, &Node)| match *node {
            Node::Leaf(_) => true,
            Node::Split { feature, left, right, .. } => {
                let below = |child: u8| (at + 1..tree.len()).contains(&(child as usize));
                (feature as usize) < self.width && below(left) && below(right)
            }
        };
        let mut children: Vec<u8> = tree.iter().flat_map(children).collect();
        children.sort_unstable();
        let leaves = tree.iter().filter(|node| matches!(node, Node::Leaf(_))).count();
        !tree.is_empty()
            && tree.iter().enumerate().all(sound)
            && children.windows(2).all(|two| two[0] < two[1])
            && leaves <= leaves::MOST
    }
}

fn children(node: &Node) -> impl Iterator<Item = u8> + use<> {
    let both = match *node {
        Node::Leaf(_) => None,
        Node::Split { left, right, .. } => Some([left, right]),
    };
    both.into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: [Node; 3] = [
        Node::Split { feature: 1, left: 1, right: 2, threshold: 0.5 },
        Node::Leaf(-1.0),
        Node::Leaf(2.0),
    ];

    fn forest(trees: &[&[Node]]) -> Forest {
        let mut forest = Forest::new(0.25, vec![0.0, 0.0]);
        trees.iter().for_each(|tree| forest.push(tree.to_vec()));
        forest
    }

    #[test]
    fn a_row_falls_to_a_leaf_of_each_tree() {
        assert_eq!(forest(&[&TREE]).score(&[9.0, 0.5]), -0.75);
        assert_eq!(forest(&[&TREE]).score(&[9.0, 0.6]), 2.25);
        assert_eq!(forest(&[&TREE, &TREE]).score(&[9.0, 0.6]), 4.25);
        assert_eq!(forest(&[&TREE]).score(&[9.0, f32::NAN]), 2.25, "what is no number goes right");
    }

    #[test]
    fn rows_side_by_side_score_as_one_by_one() {
        let deep = [
            Node::Split { feature: 0, left: 1, right: 2, threshold: 3.0 },
            Node::Leaf(0.125),
            TREE[0],
            Node::Leaf(-1.0),
            Node::Split { feature: 0, left: 5, right: 6, threshold: 7.0 },
            Node::Leaf(0.3),
            Node::Leaf(f32::from_bits(0x3dcc_cccd)),
        ];
        let deep = deep.map(|node| match node {
            Node::Split { feature: 1, threshold, .. } => {
                Node::Split { feature: 1, left: 3, right: 4, threshold }
            }
            node => node,
        });
        let forest = forest(&[&deep, &TREE, &deep]);
        assert!(forest.is_sound());
        let rows: Vec<f32> = (0..38).map(|n| (n * 7 % 13) as f32 / 2.0 + 0.25).collect();
        let one_by_one: Vec<f32> = rows.chunks(2).map(|row| forest.score(row)).collect();
        assert_eq!(forest.scores(&rows, 2), one_by_one);
        assert!(forest.scores(&[], 2).is_empty());
    }

    #[test]
    fn unsound_trees_are_told() {
        assert!(forest(&[&TREE, &TREE]).is_sound());
        let mut narrow = forest(&[&TREE]);
        (narrow.width, narrow.typical) = (1, vec![0.0]);
        assert!(!narrow.is_sound());
        let round = Node::Split { feature: 0, left: 1, right: 2, threshold: 0.0 };
        assert!(!forest(&[&[TREE[0], TREE[1], round]]).is_sound());
        assert!(!forest(&[&TREE[..2]]).is_sound());
        let twin = Node::Split { feature: 0, left: 1, right: 1, threshold: 0.0 };
        assert!(!forest(&[&[twin, TREE[1]]]).is_sound());
        assert!(!forest(&[&TREE, &[]]).is_sound());
    }
}
