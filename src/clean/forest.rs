//! Gradient-boosted trees (Friedman, "Greedy Function Approximation", 2001): the form in which what
//! was learnt is kept and asked. How they are grown is the trainer's business.

use serde::{Deserialize, Serialize};

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

    /// No split looks past the row, back up its tree or into another, so that every walk ends.
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
        !tree.is_empty() && tree.iter().enumerate().all(sound)
    }
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
    fn unsound_trees_are_told() {
        assert!(forest(&[&TREE, &TREE]).is_sound());
        let mut narrow = forest(&[&TREE]);
        (narrow.width, narrow.typical) = (1, vec![0.0]);
        assert!(!narrow.is_sound());
        let round = Node::Split { feature: 0, left: 1, right: 2, threshold: 0.0 };
        assert!(!forest(&[&[TREE[0], TREE[1], round]]).is_sound());
        assert!(!forest(&[&TREE[..2]]).is_sound());
        assert!(!forest(&[&TREE, &[]]).is_sound());
    }
}
