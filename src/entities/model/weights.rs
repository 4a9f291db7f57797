//! The file of weights: `assets/entities/tagger.bin`.
//!
//! Little-endian: a mark, six sizes, the table of words, then every matrix as whole numbers with
//! their scales: one byte a number and a scale a row for the two tables, two bytes and one scale for
//! the rest.

//!
//! The tables are not unpacked: they are read where they lie in the program.

use std::borrow::Cow;

use super::words::Words;

const MARK: &[u8; 8] = b"gztag001";

/// Rows of bytes with a scale each.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    pub width: usize,
    pub scales: Vec<f32>,
    pub values: Cow<'static, [i8]>,
}

/// Sizes of the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    /// Numbers of a static vector.
    pub fixed: usize,
    /// Numbers of a learnt row.
    pub learnt: usize,
    /// Units of each direction.
    pub units: usize,
    pub tags: usize,
}

impl Sizes {
    /// Numbers that stand for a token.
    pub fn input(&self) -> usize {
        self.fixed + self.learnt
    }
}

/// One direction of the recurrent layer: gates are columns, in the order input, forget, cell, output.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Direction {
    pub input: Vec<f32>,
    pub recurrent: Vec<f32>,
    pub bias: Vec<f32>,
}

/// Everything the tagger has learnt.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weights {
    pub sizes: Sizes,
    pub words: Words,
    pub fixed: Table,
    pub learnt: Table,
    pub directions: [Direction; 2],
    pub output: Vec<f32>,
    pub output_bias: Vec<f32>,
    /// Score of each tag behind each: row the first, column the second.
    pub steps: Vec<f32>,
}

impl Table {
    /// Rounds each row to whole numbers within 127.
    pub fn new(values: &[f32], width: usize) -> Self {
        let (mut scales, mut whole) = (Vec::new(), Vec::new());
        for row in values.chunks_exact(width) {
            let most = row.iter().fold(0f32, |most, v| most.max(v.abs()));
            let scale = short_float(most / 127.0 * 1.004);
            scales.push(scale);
            let round = |v: &f32| if scale > 0.0 { (v / scale).round() as i8 } else { 0 };
            whole.extend(row.iter().map(round));
        }
        Self { width, scales, values: whole.into() }
    }

    pub fn rows(&self) -> usize {
        self.scales.len()
    }

    pub fn row(&self, n: usize) -> (&[i8], f32) {
        (&self.values[n * self.width..(n + 1) * self.width], self.scales[n])
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.scales.iter().for_each(|s| out.extend(&s.to_le_bytes()[2..]));
        out.extend(self.values.iter().map(|v| v.to_le_bytes()[0]));
    }

    fn read(bytes: &mut &'static [u8], rows: usize, width: usize) -> Option<Self> {
        let scales = take(bytes, rows * 2)?.as_chunks::<2>().0;
        let scales = scales.iter().map(|s| f32::from_le_bytes([0, 0, s[0], s[1]])).collect();
        let values: &'static [i8] = bytemuck::cast_slice(take(bytes, rows * width)?);
        Some(Self { width, scales, values: values.into() })
    }
}

/// The float cut to its first two bytes.
fn short_float(value: f32) -> f32 {
    f32::from_bits(value.to_bits() & 0xffff_0000)
}

impl Weights {
    pub fn write(&self) -> Vec<u8> {
        let Sizes { fixed, learnt, units, tags } = self.sizes;
        let mut out = MARK.to_vec();
        let numbers = [fixed, learnt, units, tags, self.fixed.rows(), self.learnt.rows()];
        numbers.iter().for_each(|n| out.extend((*n as u32).to_le_bytes()));
        self.words.write(&mut out);
        self.fixed.write(&mut out);
        self.learnt.write(&mut out);
        for direction in &self.directions {
            for matrix in [&direction.input, &direction.recurrent, &direction.bias] {
                write_matrix(matrix, &mut out);
            }
        }
        for matrix in [&self.output, &self.output_bias, &self.steps] {
            write_matrix(matrix, &mut out);
        }
        out
    }

    /// `None` if `bytes` are not, from first to last, what [`Weights::write`] writes.
    pub fn read(bytes: &'static [u8]) -> Option<Self> {
        let rest = &mut { bytes };
        if take(rest, MARK.len())? != MARK {
            return None;
        }
        let mut number = || Some(u32::from_le_bytes(*take(rest, 4)?.first_chunk()?) as usize);
        let (fixed, learnt, units, tags) = (number()?, number()?, number()?, number()?);
        let (fixed_rows, learnt_rows) = (number()?, number()?);
        let sizes = Sizes { fixed, learnt, units, tags };
        let words = Words::read(rest)?;
        let fixed = Table::read(rest, fixed_rows, fixed)?;
        let learnt = Table::read(rest, learnt_rows, learnt)?;
        let directions = [read_direction(rest, &sizes)?, read_direction(rest, &sizes)?];
        let output = read_matrix(rest, 2 * units * tags)?;
        let output_bias = read_matrix(rest, tags)?;
        let steps = read_matrix(rest, tags * tags)?;
        let weights = Self { sizes, words, fixed, learnt, directions, output, output_bias, steps };
        rest.is_empty().then_some(weights)
    }
}

fn read_direction(rest: &mut &[u8], sizes: &Sizes) -> Option<Direction> {
    let gates = 4 * sizes.units;
    Some(Direction {
        input: read_matrix(rest, sizes.input() * gates)?,
        recurrent: read_matrix(rest, sizes.units * gates)?,
        bias: read_matrix(rest, gates)?,
    })
}

fn take<'a>(bytes: &mut &'a [u8], len: usize) -> Option<&'a [u8]> {
    let (head, rest) = bytes.split_at_checked(len)?;
    *bytes = rest;
    Some(head)
}

fn write_matrix(values: &[f32], out: &mut Vec<u8>) {
    let most = values.iter().fold(0f32, |most, v| most.max(v.abs())).max(1e-6);
    let scale = most / f32::from(i16::MAX);
    out.extend(scale.to_le_bytes());
    values.iter().for_each(|v| out.extend(((v / scale).round() as i16).to_le_bytes()));
}

fn read_matrix(bytes: &mut &[u8], len: usize) -> Option<Vec<f32>> {
    let scale = f32::from_le_bytes(*take(bytes, 4)?.first_chunk()?);
    let values = take(bytes, len * 2)?.as_chunks::<2>().0;
    Some(values.iter().map(|v| f32::from(i16::from_le_bytes(*v)) * scale).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Small weights with something in every field.
    fn weights() -> Weights {
        let sizes = Sizes { fixed: 3, learnt: 2, units: 4, tags: 5 };
        let value = |n: usize| (n % 7) as f32 - 3.0;
        let matrix = |len: usize| (0..len).map(value).collect::<Vec<f32>>();
        let direction =
            || Direction { input: matrix(5 * 16), recurrent: matrix(4 * 16), bias: matrix(16) };
        Weights {
            sizes,
            words: Words::new(vec![(5 << 50, 1), (9 << 40, 0)]),
            fixed: Table::new(&matrix(6), 3),
            learnt: Table::new(&matrix(8), 2),
            directions: [direction(), direction()],
            output: matrix(8 * 5),
            output_bias: matrix(5),
            steps: matrix(25),
        }
    }

    #[test]
    fn weights_come_back_as_written() {
        let written = weights();
        let read = Weights::read(written.write().leak()).unwrap();
        assert_eq!(
            (read.sizes, &read.fixed, &read.words),
            (written.sizes, &written.fixed, &written.words)
        );
        for (a, b) in read.steps.iter().zip(&written.steps) {
            assert!((a - b).abs() < 1e-3, "{a} {b}");
        }
    }

    #[test]
    fn damaged_bytes_are_refused() {
        let bytes: &'static [u8] = weights().write().leak();
        assert!(Weights::read(&bytes[..bytes.len() - 1]).is_none());
        assert!(Weights::read([bytes, &[0]].concat().leak()).is_none());
        assert!(Weights::read(b"gztag000").is_none());
    }
}
