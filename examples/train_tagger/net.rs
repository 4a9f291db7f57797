//! The network while it learns: the forward pass of the tagger, and its gradients.

use std::thread;

use gazette::entities::model::codes;
use gazette::entities::model::decode::{self, Name};
use gazette::entities::model::labels::TAGS;
use gazette::entities::model::weights::{Direction, Sizes, Table, Weights};
use gazette::entities::model::words::Words;
use ndarray::{Array1, Array2, Axis, Slice, concatenate};

use crate::adam::{Pace, Parameter};
use crate::crf;
use crate::data::Example;
use crate::lstm::{Lstm, Slopes};
use crate::random::Random;

/// How much is left out at random while learning.
#[derive(Clone, Copy, Debug)]
pub struct Dropout {
    pub word: f32,
    pub input: f32,
    pub output: f32,
}

pub struct Net {
    words: Words,
    /// Static vectors as they will be read back from the file.
    fixed: Array2<f32>,
    table: Table,
    learnt: Parameter,
    directions: [Lstm; 2],
    output: Parameter,
    output_bias: Parameter,
    steps: Parameter,
    units: usize,
    steps_taken: usize,
}

/// A batch is learnt in this many parts, on as many threads; what comes out depends on the number of
/// parts, but not on the machine's cores.
const PARTS: usize = 4;

/// What a part of a batch teaches.
struct Lesson<'a> {
    layout: Layout<'a>,
    dropped: Vec<bool>,
    loss: f32,
    output: Array2<f32>,
    output_bias: Array1<f32>,
    steps: Array2<f32>,
    directions: [Slopes; 2],
    by_input: Array2<f32>,
}

/// Examples side by side, the longest first, as the batch order of both directions.
struct Layout<'a> {
    examples: Vec<&'a Example>,
    starts: Vec<usize>,
    active: Vec<usize>,
    orders: [Vec<usize>; 2],
}

impl<'a> Layout<'a> {
    fn new(examples: &[&'a Example]) -> Self {
        let mut examples = examples.to_vec();
        examples.sort_by_key(|e| std::cmp::Reverse(e.words.len()));
        let mut starts = vec![0];
        for example in &examples {
            starts.push(starts[starts.len() - 1] + example.words.len());
        }
        let longest = examples.first().map_or(0, |e| e.words.len());
        let (mut active, mut orders) = (Vec::new(), [Vec::new(), Vec::new()]);
        for t in 0..longest {
            let now = examples.partition_point(|e| e.words.len() > t);
            for n in 0..now {
                orders[0].push(starts[n] + t);
                orders[1].push(starts[n + 1] - 1 - t);
            }
            active.push(now);
        }
        Self { examples, starts, active, orders }
    }

    fn tokens(&self) -> usize {
        self.starts[self.starts.len() - 1]
    }
}

/// Numbers that are left out (0) or made up for those (above 1).
fn mask(rows: usize, columns: usize, dropped: f32, random: &mut Random) -> Array2<f32> {
    let kept = 1.0 / (1.0 - dropped);
    Array2::from_shape_fn((rows, columns), |_| if random.unit() < dropped { 0.0 } else { kept })
}

impl Net {
    pub fn new(
        words: Words,
        vectors: &Array2<f32>,
        learnt: usize,
        units: usize,
        random: &mut Random,
    ) -> Self {
        let width = vectors.ncols();
        let values: Vec<f32> = vectors.iter().copied().collect();
        let table = Table::new(&values, width);
        let fixed = Array2::from_shape_fn(vectors.raw_dim(), |(row, n)| {
            let (values, scale) = table.row(row);
            f32::from(values[n]) * scale
        });
        let lstm = |random: &mut Random| Lstm::new(width + learnt, units, random);
        Self {
            words,
            fixed,
            table,
            learnt: Parameter::random(codes::ROWS as usize, learnt, 0.1, random),
            directions: [lstm(random), lstm(random)],
            output: Parameter::random(2 * units, TAGS, 0.1, random),
            output_bias: Parameter::new(Array2::zeros((1, TAGS))),
            steps: Parameter::new(Array2::zeros((TAGS, TAGS))),
            units,
            steps_taken: 0,
        }
    }

    /// Learns from a batch; gives back its loss.
    pub fn learn(
        &mut self,
        batch: &[&Example],
        dropout: Dropout,
        rate: f32,
        random: &mut Random,
    ) -> f32 {
        let part = batch.len().div_ceil(PARTS).max(1);
        let parts: Vec<_> = batch.chunks(part).map(|part| (part, Random(random.next()))).collect();
        let net = &*self;
        let lessons: Vec<Lesson> = thread::scope(|scope| {
            let threads: Vec<_> = parts
                .into_iter()
                .map(|(part, mut random)| {
                    scope.spawn(move || net.lesson(part, dropout, &mut random))
                })
                .collect();
            threads.into_iter().map(|t| t.join().expect("no lesson panics")).collect()
        });
        let rows: usize = lessons.iter().map(|lesson| lesson.dropped.len()).sum();
        let loss: f32 = lessons.iter().map(|lesson| lesson.loss).sum();
        lessons.iter().for_each(|lesson| self.add(lesson));
        self.step(rate, batch.len());
        loss / rows as f32
    }

    /// The gradients of a part of a batch.
    fn lesson<'a>(
        &self,
        part: &[&'a Example],
        dropout: Dropout,
        random: &mut Random,
    ) -> Lesson<'a> {
        let layout = Layout::new(part);
        let rows = layout.tokens();
        let dropped: Vec<bool> = (0..rows).map(|_| random.unit() < dropout.word).collect();
        let mut input = self.inputs(&layout, &dropped);
        let input_mask = mask(rows, input.ncols(), dropout.input, random);
        input *= &input_mask;
        let memories = [0, 1].map(|side| {
            self.directions[side]
                .forward(input.select(Axis(0), &layout.orders[side]), &layout.active)
        });
        let mut hidden = self.hidden(&layout, [&memories[0].hidden, &memories[1].hidden]);
        let hidden_mask = mask(rows, hidden.ncols(), dropout.output, random);
        hidden *= &hidden_mask;
        let scores = hidden.dot(&self.output.value) + &self.output_bias.value;
        let mut steps = Array2::zeros(self.steps.value.raw_dim());
        let (loss, by_score) = self.loss(&layout, &scores, &mut steps);

        let by_hidden = by_score.dot(&self.output.value.t()) * &hidden_mask;
        let mut by_input = Array2::<f32>::zeros(input.raw_dim());
        let directions = [0, 1].map(|side| {
            let columns = Slice::from(side * self.units..(side + 1) * self.units);
            let ordered =
                by_hidden.slice_axis(Axis(1), columns).select(Axis(0), &layout.orders[side]);
            let (slopes, by_ordered) =
                self.directions[side].backward(&memories[side], &ordered, &layout.active);
            for (row, token) in layout.orders[side].iter().enumerate() {
                by_input.row_mut(*token).scaled_add(1.0, &by_ordered.row(row));
            }
            slopes
        });
        by_input *= &input_mask;
        Lesson {
            output: hidden.t().dot(&by_score),
            output_bias: by_score.sum_axis(Axis(0)),
            layout,
            dropped,
            loss,
            steps,
            directions,
            by_input,
        }
    }

    fn add(&mut self, lesson: &Lesson) {
        self.output.gradient += &lesson.output;
        self.output_bias.gradient.row_mut(0).scaled_add(1.0, &lesson.output_bias);
        self.steps.gradient += &lesson.steps;
        for (lstm, slopes) in self.directions.iter_mut().zip(&lesson.directions) {
            lstm.add(slopes);
        }
        self.learn_rows(&lesson.layout, &lesson.dropped, &lesson.by_input);
    }

    fn inputs(&self, layout: &Layout, dropped: &[bool]) -> Array2<f32> {
        let width = self.fixed.ncols();
        let mut input = Array2::zeros((layout.tokens(), width + self.learnt.value.ncols()));
        for (example, start) in layout.examples.iter().zip(&layout.starts) {
            for (n, (words, rows)) in example.words.iter().zip(&example.rows).enumerate() {
                let known = !dropped[start + n];
                let vector = || self.words.vector(words.0).or_else(|| self.words.vector(words.1));
                if let Some(vector) = known.then(vector).flatten() {
                    let mut row = input.row_mut(start + n);
                    row.slice_axis_mut(Axis(0), Slice::from(..width))
                        .assign(&self.fixed.row(usize::from(vector)));
                }
                let mut row = input.row_mut(start + n);
                let mut learnt = row.slice_axis_mut(Axis(0), Slice::from(width..));
                for row in rows.iter().skip(usize::from(!known)) {
                    learnt.scaled_add(1.0, &self.learnt.value.row(*row as usize));
                }
            }
        }
        input
    }

    fn learn_rows(&mut self, layout: &Layout, dropped: &[bool], by_input: &Array2<f32>) {
        let width = self.fixed.ncols();
        for (example, start) in layout.examples.iter().zip(&layout.starts) {
            for (n, rows) in example.rows.iter().enumerate() {
                let slope = by_input.row(start + n);
                let slope = slope.slice_axis(Axis(0), Slice::from(width..));
                for row in rows.iter().skip(usize::from(dropped[start + n])) {
                    self.learnt.gradient.row_mut(*row as usize).scaled_add(1.0, &slope);
                }
            }
        }
    }

    /// Both directions in the order of the tokens.
    fn hidden(&self, layout: &Layout, sides: [&Array2<f32>; 2]) -> Array2<f32> {
        let ordered = [0, 1].map(|side| {
            let mut out = Array2::zeros((layout.tokens(), self.units));
            for (row, token) in layout.orders[side].iter().enumerate() {
                out.row_mut(*token).assign(&sides[side].row(row));
            }
            out
        });
        concatenate(Axis(1), &[ordered[0].view(), ordered[1].view()]).expect("equal rows")
    }

    fn loss(
        &self,
        layout: &Layout,
        scores: &Array2<f32>,
        by_step: &mut Array2<f32>,
    ) -> (f32, Array2<f32>) {
        let mut by_score = Array2::zeros(scores.raw_dim());
        let slopes: &mut [f32] = by_score.as_slice_mut().expect("owned");
        let scores = scores.as_slice().expect("owned");
        let mut loss = 0.0;
        for (example, start) in layout.examples.iter().zip(&layout.starts) {
            let range = start * TAGS..(start + example.words.len()) * TAGS;
            loss += crf::gradients(
                &scores[range.clone()],
                self.steps.value.as_slice().expect("owned"),
                &example.targets,
                &mut slopes[range],
                by_step.as_slice_mut().expect("owned"),
            );
        }
        (loss, by_score)
    }

    fn parameters(&mut self) -> Vec<&mut Parameter> {
        let [a, b] = &mut self.directions;
        let mut all =
            vec![&mut self.learnt, &mut self.output, &mut self.output_bias, &mut self.steps];
        for lstm in [a, b] {
            all.extend([&mut lstm.input, &mut lstm.recurrent, &mut lstm.bias]);
        }
        all
    }

    fn step(&mut self, rate: f32, examples: usize) {
        const MOST: f32 = 5.0;
        self.steps_taken += 1;
        let pace = Pace::new(rate, self.steps_taken);
        let scale = 1.0 / examples as f32;
        let mut parameters = self.parameters();
        let power: f32 = parameters.iter().map(|p| p.power_of_gradient()).sum();
        let norm = power.sqrt() * scale;
        let scale = if norm > MOST { scale * MOST / norm } else { scale };
        parameters.iter_mut().for_each(|p| p.step(pace, scale));
    }

    /// The names of each example.
    pub fn names(&self, batch: &[&Example]) -> Vec<(usize, Vec<Name>)> {
        let numbered: Vec<usize> = {
            let mut order: Vec<usize> = (0..batch.len()).collect();
            order.sort_by_key(|n| std::cmp::Reverse(batch[*n].words.len()));
            order
        };
        let layout = Layout::new(batch);
        let input = self.inputs(&layout, &vec![false; layout.tokens()]);
        let hidden = [0, 1].map(|side| {
            let ordered = input.select(Axis(0), &layout.orders[side]);
            self.directions[side].forward(ordered, &layout.active).hidden
        });
        let hidden = self.hidden(&layout, [&hidden[0], &hidden[1]]);
        let scores = hidden.dot(&self.output.value) + &self.output_bias.value;
        let scores = scores.as_slice().expect("owned");
        let steps = decode::legal_steps(self.steps.value.as_slice().expect("owned"));
        let of = |n: usize| &scores[layout.starts[n] * TAGS..layout.starts[n + 1] * TAGS];
        let found = numbered.iter().enumerate();
        found.map(|(n, number)| (*number, decode::names(of(n), &steps))).collect()
    }

    /// As the file has them.
    pub fn weights(&self) -> Weights {
        let all = |p: &Parameter| p.value.iter().copied().collect::<Vec<f32>>();
        let direction = |lstm: &Lstm| Direction {
            input: all(&lstm.input),
            recurrent: all(&lstm.recurrent),
            bias: all(&lstm.bias),
        };
        let learnt = self.learnt.value.ncols();
        Weights {
            sizes: Sizes { fixed: self.fixed.ncols(), learnt, units: self.units, tags: TAGS },
            words: self.words.clone(),
            fixed: self.table.clone(),
            learnt: Table::new(&all(&self.learnt), learnt),
            directions: [direction(&self.directions[0]), direction(&self.directions[1])],
            output: all(&self.output),
            output_bias: all(&self.output_bias),
            steps: all(&self.steps),
        }
    }
}
