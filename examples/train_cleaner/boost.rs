//! Grows the trees: second-order gradient boosting on binned values, leaf by leaf, as in LightGBM
//! (Ke et al., 2017). Single-threaded, and the same for the same seed.

use gazette::clean::forest::{Forest, Node};

pub struct Settings {
    pub trees: usize,
    pub leaves: usize,
    pub rate: f32,
    /// Least sum of second derivatives in a leaf.
    pub least: f32,
    pub lambda: f32,
    /// Share of the features a tree may use.
    pub features: f32,
    /// How many forests are grown, each with other features for its trees; they count as one.
    pub seeds: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            trees: 120,
            leaves: 24,
            rate: 0.1,
            least: 3.0,
            lambda: 2.0,
            features: 0.35,
            seeds: 1,
        }
    }
}

/// Rows of equal width, one after the other.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    width: usize,
    values: Vec<f32>,
}

impl Rows {
    pub fn push(&mut self, row: &[f32]) {
        self.width = row.len();
        self.values.extend(row);
    }

    pub fn row(&self, at: usize) -> &[f32] {
        &self.values[at * self.width..(at + 1) * self.width]
    }

    pub fn len(&self) -> usize {
        self.values.len().checked_div(self.width).unwrap_or(0)
    }
}

/// One document's rows, with what each line is: 1 boilerplate, 0 story; and how much it counts.
pub struct Batch<'a> {
    pub rows: &'a Rows,
    pub truth: &'a [f32],
    pub weight: &'a [f32],
}

const BINS: usize = 64;

struct Table {
    edges: Vec<Vec<f32>>,
    /// Feature by feature.
    bins: Vec<Vec<u8>>,
    truth: Vec<f32>,
    weight: Vec<f32>,
}

/// Where values are told apart, from all rows of all batches.
fn edges(batches: &[Batch], feature: usize) -> Vec<f32> {
    let mut values = Vec::new();
    for batch in batches {
        for at in 0..batch.rows.len() {
            if batch.weight[at] > 0.0 {
                values.push(batch.rows.row(at)[feature]);
            }
        }
    }
    values.sort_unstable_by(f32::total_cmp);
    let mut distinct = values.clone();
    distinct.dedup();
    if distinct.len() <= BINS {
        return distinct.windows(2).map(|pair| (pair[0] + pair[1]) / 2.0).collect();
    }
    let mut edges: Vec<f32> = (1..BINS).map(|bin| values[bin * values.len() / BINS]).collect();
    edges.dedup();
    edges
}

fn bin(edges: &[f32], value: f32) -> u8 {
    edges.partition_point(|&edge| edge < value) as u8
}

impl Table {
    fn new(batches: &[Batch]) -> Self {
        let width = batches.iter().map(|batch| batch.rows.width).max().unwrap_or(0);
        let edges: Vec<Vec<f32>> = (0..width).map(|feature| edges(batches, feature)).collect();
        let mut bins = vec![Vec::new(); width];
        let (mut truth, mut weight) = (Vec::new(), Vec::new());
        for batch in batches {
            for at in (0..batch.rows.len()).filter(|&at| batch.weight[at] > 0.0) {
                let row = batch.rows.row(at);
                for (feature, bins) in bins.iter_mut().enumerate() {
                    bins.push(bin(&edges[feature], row[feature]));
                }
                truth.push(batch.truth[at]);
                weight.push(batch.weight[at]);
            }
        }
        Self { edges, bins, truth, weight }
    }
}

#[derive(Clone, Copy, Default)]
struct Sum {
    gradient: f32,
    hessian: f32,
}

type Histogram = Vec<[Sum; BINS]>;

struct Leaf {
    node: usize,
    rows: Vec<u32>,
    sum: Sum,
    histogram: Histogram,
    best: Option<Split>,
}

#[derive(Clone, Copy)]
struct Split {
    gain: f32,
    feature: usize,
    bin: u8,
}

/// Learns a forest.
pub fn grow(batches: &[Batch], settings: &Settings) -> Forest {
    let table = Table::new(batches);
    let total: f32 = table.weight.iter().sum();
    let yes: f32 = table.truth.iter().zip(&table.weight).map(|(t, w)| t * w).sum();
    let bias = ((yes + 1.0) / (total - yes + 1.0)).ln();
    let mut forest = Forest::new(bias, typical(batches));
    for seed in 1..=settings.seeds {
        let trees = trees(&table, bias, settings, seed);
        trees.into_iter().for_each(|tree| forest.push(shared(tree, settings.seeds)));
    }
    forest
}

/// A tree that says one part of what it did.
fn shared(mut tree: Vec<Node>, parts: u64) -> Vec<Node> {
    for node in &mut tree {
        if let Node::Leaf(value) = node {
            *value /= parts as f32;
        }
    }
    tree
}

fn trees(table: &Table, bias: f32, settings: &Settings, seed: u64) -> Vec<Vec<Node>> {
    let count = table.truth.len();
    let mut odds = vec![bias; count];
    let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut gradients = vec![Sum::default(); count];
    let mut grown = Vec::with_capacity(settings.trees);
    for _ in 0..settings.trees {
        for at in 0..count {
            let p = 1.0 / (1.0 + (-odds[at]).exp());
            let weight = table.weight[at];
            gradients[at] =
                Sum { gradient: weight * (p - table.truth[at]), hessian: weight * p * (1.0 - p) };
        }
        let features = draw(table.bins.len(), settings.features, &mut random);
        let ground = Ground { table, gradients: &gradients, features: &features, settings };
        grown.push(ground.tree(&mut odds));
    }
    grown
}

/// The mean row of the lines of stories.
fn typical(batches: &[Batch]) -> Vec<f32> {
    let mut sums = Vec::new();
    let mut total = 0.0;
    for batch in batches {
        sums.resize(batch.rows.width.max(sums.len()), 0.0f64);
        for at in (0..batch.rows.len()).filter(|&at| batch.truth[at] < 0.5) {
            let weight = f64::from(batch.weight[at]);
            total += weight;
            for (sum, value) in sums.iter_mut().zip(batch.rows.row(at)) {
                *sum += weight * f64::from(*value);
            }
        }
    }
    sums.iter().map(|sum| (sum / f64::max(total, 1.0)) as f32).collect()
}

fn draw(width: usize, share: f32, random: &mut u64) -> Vec<usize> {
    let mut features: Vec<usize> = (0..width).collect();
    let wanted = ((width as f32 * share).ceil() as usize).clamp(1, width);
    for at in 0..wanted {
        *random ^= *random << 13;
        *random ^= *random >> 7;
        *random ^= *random << 17;
        let other = at + (*random % (width - at) as u64) as usize;
        features.swap(at, other);
    }
    features.truncate(wanted);
    features
}

/// What one tree grows on.
struct Ground<'a> {
    table: &'a Table,
    gradients: &'a [Sum],
    features: &'a [usize],
    settings: &'a Settings,
}

impl Ground<'_> {
    /// Grows a tree at the leaf that gains most, and moves the odds by it.
    fn tree(&self, odds: &mut [f32]) -> Vec<Node> {
        let mut nodes = vec![Node::Leaf(0.0)];
        let mut leaves = vec![self.leaf(0, (0..self.gradients.len() as u32).collect())];
        while leaves.len() < self.settings.leaves {
            let open = leaves.iter().enumerate().filter_map(|(at, l)| l.best.map(|b| (at, b.gain)));
            let Some((at, _)) = open.max_by(|a, b| a.1.total_cmp(&b.1)) else { break };
            let parent = leaves.swap_remove(at);
            let Some(split) = parent.best else { break };
            leaves.extend(self.part(parent, split, &mut nodes));
        }
        for leaf in leaves {
            let slope = leaf.sum.gradient / (leaf.sum.hessian + self.settings.lambda);
            let value = -self.settings.rate * slope;
            nodes[leaf.node] = Node::Leaf(value);
            for row in leaf.rows {
                odds[row as usize] += value;
            }
        }
        nodes
    }

    /// Parts a leaf in two. Sums are taken of the smaller half; the larger has the rest.
    fn part(&self, parent: Leaf, split: Split, nodes: &mut Vec<Node>) -> [Leaf; 2] {
        let bins = &self.table.bins[split.feature];
        let (left, right): (Vec<u32>, Vec<u32>) =
            parent.rows.iter().partition(|&&row| bins[row as usize] <= split.bin);
        let (to_left, to_right) = (nodes.len(), nodes.len() + 1);
        nodes[parent.node] = Node::Split {
            feature: split.feature as u8,
            threshold: self.table.edges[split.feature][split.bin as usize],
            left: to_left as u8,
            right: to_right as u8,
        };
        nodes.extend([Node::Leaf(0.0), Node::Leaf(0.0)]);
        let (small, large) = if left.len() <= right.len() {
            ((to_left, left), (to_right, right))
        } else {
            ((to_right, right), (to_left, left))
        };
        let small = self.leaf(small.0, small.1);
        let large = self.rest(large.0, large.1, parent.histogram, parent.sum, &small);
        [large, small]
    }

    fn leaf(&self, node: usize, rows: Vec<u32>) -> Leaf {
        let mut histogram = vec![[Sum::default(); BINS]; self.features.len()];
        for (histogram, &feature) in histogram.iter_mut().zip(self.features) {
            let bins = &self.table.bins[feature];
            for &row in &rows {
                let slot = &mut histogram[bins[row as usize] as usize];
                slot.gradient += self.gradients[row as usize].gradient;
                slot.hessian += self.gradients[row as usize].hessian;
            }
        }
        let sum = rows.iter().fold(Sum::default(), |sum, &row| Sum {
            gradient: sum.gradient + self.gradients[row as usize].gradient,
            hessian: sum.hessian + self.gradients[row as usize].hessian,
        });
        let best = self.best(&histogram, sum);
        Leaf { node, rows, sum, histogram, best }
    }

    /// The sibling of a leaf: what the parent has and the leaf has not.
    fn rest(
        &self,
        node: usize,
        rows: Vec<u32>,
        mut histogram: Histogram,
        whole: Sum,
        other: &Leaf,
    ) -> Leaf {
        for (mine, theirs) in histogram.iter_mut().flatten().zip(other.histogram.iter().flatten()) {
            mine.gradient -= theirs.gradient;
            mine.hessian -= theirs.hessian;
        }
        let sum = Sum {
            gradient: whole.gradient - other.sum.gradient,
            hessian: whole.hessian - other.sum.hessian,
        };
        let best = self.best(&histogram, sum);
        Leaf { node, rows, sum, histogram, best }
    }

    fn best(&self, histogram: &Histogram, sum: Sum) -> Option<Split> {
        let worth = |s: Sum| s.gradient * s.gradient / (s.hessian + self.settings.lambda);
        let whole = worth(sum);
        let mut best: Option<Split> = None;
        for (bins, &feature) in histogram.iter().zip(self.features) {
            let mut left = Sum::default();
            for (bin, slot) in bins.iter().enumerate().take(self.table.edges[feature].len()) {
                left.gradient += slot.gradient;
                left.hessian += slot.hessian;
                let right = Sum {
                    gradient: sum.gradient - left.gradient,
                    hessian: sum.hessian - left.hessian,
                };
                if left.hessian < self.settings.least || right.hessian < self.settings.least {
                    continue;
                }
                let gain = worth(left) + worth(right) - whole;
                if gain > 1e-3 && best.is_none_or(|b| gain > b.gain) {
                    best = Some(Split { gain, feature, bin: bin as u8 });
                }
            }
        }
        best
    }
}
