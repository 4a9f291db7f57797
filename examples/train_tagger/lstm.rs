//! One direction of the recurrent layer, with its gradients.

use gazette::entities::model::kernel::{sigmoid, tanh};
use ndarray::{Array1, Array2, ArrayView2, Axis, Slice, linalg::general_mat_mul};

use crate::adam::Parameter;
use crate::random::Random;

#[derive(Debug)]
pub struct Lstm {
    pub input: Parameter,
    pub recurrent: Parameter,
    pub bias: Parameter,
    units: usize,
}

/// Gradients of one direction's matrices.
pub struct Slopes {
    pub input: Array2<f32>,
    pub recurrent: Array2<f32>,
    pub bias: Array1<f32>,
}

/// What the backward pass needs of the forward pass; rows in the order of the batch.
pub struct Memory {
    input: Array2<f32>,
    /// Gates after squashing.
    gates: Array2<f32>,
    cells: Array2<f32>,
    pub hidden: Array2<f32>,
}

impl Lstm {
    pub fn new(inputs: usize, units: usize, random: &mut Random) -> Self {
        let mut bias = Array2::zeros((1, 4 * units));
        // Remembering comes first.
        bias.slice_axis_mut(Axis(1), Slice::from(units..2 * units)).fill(1.0);
        let width = |n: usize| (3.0 / n as f32).sqrt();
        Self {
            input: Parameter::random(inputs, 4 * units, width(inputs) * 0.8, random),
            recurrent: Parameter::random(units, 4 * units, width(units) * 0.6, random),
            bias: Parameter::new(bias),
            units,
        }
    }

    /// `active[t]` sequences go on at step `t`; rows of `input` are step by step.
    pub fn forward(&self, input: Array2<f32>, active: &[usize]) -> Memory {
        let (rows, units) = (input.nrows(), self.units);
        let mut gates = Array2::zeros((rows, 4 * units));
        gates.assign(&self.bias.value.broadcast((rows, 4 * units)).expect("one row of biases"));
        general_mat_mul(1.0, &input, &self.input.value, 1.0, &mut gates);
        let mut cells = Array2::zeros((rows, units));
        let mut hidden = Array2::zeros((rows, units));
        let mut row = 0;
        let mut before = 0;
        for (t, &now) in active.iter().enumerate() {
            let mut current = gates.slice_axis_mut(Axis(0), Slice::from(row..row + now));
            if t > 0 {
                let state: ArrayView2<f32> =
                    hidden.slice_axis(Axis(0), Slice::from(row - before..row - before + now));
                general_mat_mul(1.0, &state, &self.recurrent.value, 1.0, &mut current);
            }
            for n in 0..now {
                let mut gate = current.row_mut(n);
                let gate = gate.as_slice_mut().expect("rows lie together");
                let past = (t > 0).then(|| cells.row(row - before + n).to_vec());
                squash(gate, units);
                let mut cell = cells.row_mut(row + n);
                let mut state = hidden.row_mut(row + n);
                let (cell, state) = (
                    cell.as_slice_mut().expect("rows lie together"),
                    state.as_slice_mut().expect("rows lie together"),
                );
                for u in 0..units {
                    let old = past.as_ref().map_or(0.0, |p| p[u]);
                    cell[u] = gate[units + u] * old + gate[u] * gate[2 * units + u];
                    state[u] = gate[3 * units + u] * tanh(cell[u]);
                }
            }
            row += now;
            before = now;
        }
        Memory { input, gates, cells, hidden }
    }

    /// The gradients of the matrices, and the one by the input.
    pub fn backward(
        &self,
        memory: &Memory,
        by_hidden: &Array2<f32>,
        active: &[usize],
    ) -> (Slopes, Array2<f32>) {
        let units = self.units;
        let rows = memory.input.nrows();
        let mut by_gates = Array2::<f32>::zeros((rows, 4 * units));
        let mut past = Array2::<f32>::zeros((rows, units));
        let most = active[0];
        let mut by_state = Array2::<f32>::zeros((most, units));
        let mut by_cell = Array2::<f32>::zeros((most, units));
        let mut end = rows;
        for t in (0..active.len()).rev() {
            let now = active[t];
            let start = end - now;
            let before = if t > 0 { active[t - 1] } else { 0 };
            for n in 0..now {
                let cell = memory.cells.row(start + n);
                let gate = memory.gates.row(start + n);
                let old = (t > 0).then(|| memory.cells.row(start - before + n));
                let mut by_gate = by_gates.row_mut(start + n);
                for u in 0..units {
                    let (i, f) = (gate[u], gate[units + u]);
                    let (g, o) = (gate[2 * units + u], gate[3 * units + u]);
                    let squashed = tanh(cell[u]);
                    let dh = by_hidden[[start + n, u]] + by_state[[n, u]];
                    let dc = by_cell[[n, u]] + dh * o * (1.0 - squashed * squashed);
                    by_gate[u] = dc * g * i * (1.0 - i);
                    by_gate[units + u] = dc * old.map_or(0.0, |c| c[u]) * f * (1.0 - f);
                    by_gate[2 * units + u] = dc * i * (1.0 - g * g);
                    by_gate[3 * units + u] = dh * squashed * o * (1.0 - o);
                    by_cell[[n, u]] = dc * f;
                }
            }
            if t > 0 {
                let current = by_gates.slice_axis(Axis(0), Slice::from(start..end));
                let mut state = by_state.slice_axis_mut(Axis(0), Slice::from(..now));
                general_mat_mul(1.0, &current, &self.recurrent.value.t(), 0.0, &mut state);
                let from = memory
                    .hidden
                    .slice_axis(Axis(0), Slice::from(start - before..start - before + now));
                past.slice_axis_mut(Axis(0), Slice::from(start..end)).assign(&from);
            }
            end = start;
        }
        let slopes = Slopes {
            input: memory.input.t().dot(&by_gates),
            recurrent: past.t().dot(&by_gates),
            bias: by_gates.sum_axis(Axis(0)),
        };
        (slopes, by_gates.dot(&self.input.value.t()))
    }

    pub fn add(&mut self, slopes: &Slopes) {
        self.input.gradient += &slopes.input;
        self.recurrent.gradient += &slopes.recurrent;
        self.bias.gradient.row_mut(0).scaled_add(1.0, &slopes.bias);
    }
}

fn squash(gate: &mut [f32], units: usize) {
    let (first, rest) = gate.split_at_mut(2 * units);
    let (cell, output) = rest.split_at_mut(units);
    first.iter_mut().for_each(|v| *v = sigmoid(*v));
    cell.iter_mut().for_each(|v| *v = tanh(*v));
    output.iter_mut().for_each(|v| *v = sigmoid(*v));
}
