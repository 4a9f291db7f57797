//! From codes to tag scores: a recurrent layer read forwards and backwards, and one linear layer.
//!
//! Half of the tokens of an article are coded like another one, commas and small words above all:
//! what the layer makes of their input is worked out once.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::codes::Coded;
use super::kernel::{Packed, Panels, add_product, gated, sigmoid};
use super::units::Unit;
use super::weights::{Direction, Sizes, Table, Weights};
use super::words::Words;

/// Inputs beyond this are cut; what the network was trained on lies well within.
const MOST_INPUT: f32 = 8.0;

/// The weights as they are computed with.
#[derive(Debug)]
pub struct Network {
    sizes: Sizes,
    words: Words,
    fixed: Table,
    learnt: Table,
    directions: [Layer; 2],
    output: Panels,
    output_bias: Vec<f32>,
    pub(super) steps: Vec<f32>,
}

#[derive(Debug)]
struct Layer {
    input: Panels,
    recurrent: Panels,
    bias: Vec<f32>,
}

/// A stretch of one text that is read as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    pub text: usize,
    pub from: usize,
    pub to: usize,
}

/// What stands for the tokens of some stretches laid end to end.
struct Inputs {
    /// Different rows.
    rows: Vec<f32>,
    /// For each token the number of its row.
    of: Vec<u32>,
}

/// Stretches side by side: at each step the next token of all that are still going on.
struct Batch {
    /// For each row, the token's number when stretches are laid end to end.
    tokens: Vec<u32>,
    /// How many stretches go on at each step.
    active: Vec<usize>,
}

impl Network {
    pub fn new(weights: Weights) -> Self {
        let Weights { sizes, words, fixed, learnt, directions, output, output_bias, steps } =
            weights;
        let layer = |direction: Direction| Layer {
            input: Panels::new(&direction.input, sizes.input(), 4 * sizes.units),
            recurrent: Panels::new(&direction.recurrent, sizes.units, 4 * sizes.units),
            bias: direction.bias,
        };
        Self {
            sizes,
            words,
            fixed,
            learnt,
            directions: directions.map(layer),
            output: Panels::new(&output, 2 * sizes.units, sizes.tags),
            output_bias,
            steps,
        }
    }

    /// Scores of every tag for every token of the stretches, which must be sorted by length, the
    /// longest first; rows lie stretch by stretch.
    #[inline(always)]
    pub fn scores<U: Unit>(&self, unit: U, coded: &[Coded], stretches: &[Stretch]) -> Vec<f32> {
        let inputs = self.inputs(coded, stretches);
        let packed = Packed::new(&inputs.rows, self.sizes.input(), MOST_INPUT);
        let tokens = inputs.of.len();
        let width = 2 * self.sizes.units;
        let mut hidden = vec![0.0; tokens * width];
        for (side, layer) in self.directions.iter().enumerate() {
            let different = inputs.rows.len() / self.sizes.input();
            let mut projected = layer.bias.repeat(different);
            add_product(unit, &packed, &layer.input, &mut projected);
            let projected = Projected { rows: projected, of: &inputs.of };
            let batch = Batch::new(stretches, side == 1);
            self.read(unit, layer, &batch, &projected, &mut hidden, side * self.sizes.units);
        }
        let mut scores = self.output_bias.repeat(tokens);
        add_product(unit, &Packed::new(&hidden, width, 1.0), &self.output, &mut scores);
        scores
    }

    #[inline(always)]
    fn inputs(&self, coded: &[Coded], stretches: &[Stretch]) -> Inputs {
        let Sizes { fixed, .. } = self.sizes;
        let width = self.sizes.input();
        let tokens = stretches.iter().flat_map(|s| (s.from..s.to).map(|n| (&coded[s.text], n)));
        let mut inputs = Inputs { rows: Vec::new(), of: Vec::new() };
        let mut seen: HashMap<(Option<u16>, &[u32]), u32, RandomState> = HashMap::default();
        for (coded, n) in tokens {
            let (spelled, plain) = coded.words[n];
            let vector = self.words.vector(spelled).or_else(|| self.words.vector(plain));
            let next = seen.len() as u32;
            let number = *seen.entry((vector, coded.rows(n))).or_insert(next);
            inputs.of.push(number);
            if number < next {
                continue;
            }
            let from = inputs.rows.len();
            inputs.rows.resize(from + width, 0.0);
            let (head, tail) = inputs.rows[from..].split_at_mut(fixed);
            if let Some(vector) = vector {
                add_row(&self.fixed, usize::from(vector), head);
            }
            for row in coded.rows(n) {
                add_row(&self.learnt, *row as usize, tail);
            }
        }
        inputs
    }

    /// Reads the stretches in one direction; writes states beside those of the other.
    #[inline(always)]
    fn read<U: Unit>(
        &self,
        unit: U,
        layer: &Layer,
        batch: &Batch,
        projected: &Projected,
        hidden: &mut [f32],
        at: usize,
    ) {
        let units = self.sizes.units;
        let most = batch.active.first().copied().unwrap_or(0);
        let (mut cells, mut state) = (vec![0.0; most * units], vec![0.0; most * units]);
        let mut gates = vec![0.0; most * 4 * units];
        let mut packed = Packed::default();
        let mut row = 0;
        for active in &batch.active {
            let tokens = &batch.tokens[row..row + active];
            let gates = &mut gates[..active * 4 * units];
            for (token, gates) in tokens.iter().zip(gates.chunks_exact_mut(4 * units)) {
                gates.copy_from_slice(projected.row(*token, 4 * units));
            }
            if row > 0 {
                packed.pack(&state[..active * units], units, 1.0);
                add_product(unit, &packed, &layer.recurrent, gates);
            }
            step(gates, &mut cells, &mut state, units);
            for (token, state) in tokens.iter().zip(state.chunks_exact(units)) {
                let out = *token as usize * 2 * units + at;
                hidden[out..out + units].copy_from_slice(state);
            }
            row += active;
        }
    }
}

/// What a layer makes of the different inputs.
struct Projected<'a> {
    rows: Vec<f32>,
    of: &'a [u32],
}

impl Projected<'_> {
    #[inline(always)]
    fn row(&self, token: u32, width: usize) -> &[f32] {
        &self.rows[self.of[token as usize] as usize * width..][..width]
    }
}

#[inline(always)]
fn add_row(table: &Table, n: usize, out: &mut [f32]) {
    let (row, scale) = table.row(n);
    out.iter_mut().zip(row).for_each(|(out, v)| *out += f32::from(*v) * scale);
}

/// One token further: gates to cells and states.
#[inline(always)]
fn step(gates: &[f32], cells: &mut [f32], state: &mut [f32], units: usize) {
    let rows = gates.chunks_exact(4 * units);
    let states = cells.chunks_exact_mut(units).zip(state.chunks_exact_mut(units));
    for (gates, (cells, state)) in rows.zip(states) {
        let (input, rest) = gates.split_at(units);
        let (forget, rest) = rest.split_at(units);
        let (cell, output) = rest.split_at(units);
        let gates = input.iter().zip(forget).zip(cell).zip(output);
        for ((((i, f), c), o), (cell, state)) in gates.zip(cells.iter_mut().zip(state)) {
            let kept = sigmoid(*f) * *cell + gated(*i, *c);
            *cell = kept;
            *state = gated(*o, kept);
        }
    }
}

impl Batch {
    fn new(stretches: &[Stretch], backwards: bool) -> Self {
        let len = |s: &Stretch| s.to - s.from;
        let longest = stretches.first().map_or(0, len);
        let mut starts = Vec::with_capacity(stretches.len());
        let mut all = 0;
        for stretch in stretches {
            starts.push(all);
            all += len(stretch);
        }
        let mut batch = Self { tokens: Vec::with_capacity(all), active: Vec::new() };
        for step in 0..longest {
            let active = stretches.partition_point(|s| len(s) > step);
            for (stretch, start) in stretches[..active].iter().zip(&starts) {
                let n = if backwards { len(stretch) - 1 - step } else { step };
                batch.tokens.push((start + n) as u32);
            }
            batch.active.push(active);
        }
        batch
    }
}
