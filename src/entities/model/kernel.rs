//! The arithmetic: matrix products in whole numbers, and squashing functions.
//!
//! Products are taken of 16-bit numbers, so their sums are exact and a text gives the same bits on
//! every machine; with AVX2 they run sixteen at once, at twice the speed of floats. Squashing has
//! separate multiplications and additions in one fixed order.

use pulp::{cast, i16x16};

/// Columns worked on at once.
const PANEL: usize = 16;
/// Rows worked on at once; with [`PANEL`] they fill the registers of AVX2.
const BLOCK: usize = 4;
/// Weights lie within this, and so do activations within the next: 200 products fit 32 bits.
const MOST_WEIGHT: f32 = 4095.0;
const MOST_ACTIVATION: f32 = 2047.0;

/// A matrix laid out in panels of columns, for [`add_product`]: two rows of it at a time, side by side.
#[derive(Clone, Debug)]
pub struct Panels {
    pairs: usize,
    columns: usize,
    scale: f32,
    values: Vec<[i16x16; 2]>,
}

impl Panels {
    /// From a row-major matrix.
    pub fn new(values: &[f32], rows: usize, columns: usize) -> Self {
        let most = values.iter().fold(0f32, |most, v| most.max(v.abs())).max(1e-6);
        let scale = most / MOST_WEIGHT;
        let at = |row: usize, column: usize| match row < rows && column < columns {
            true => (values[row * columns + column] / scale).round() as i16,
            false => 0,
        };
        let pairs = rows.div_ceil(2);
        let mut panels = Vec::with_capacity(pairs * columns.div_ceil(PANEL));
        for first in (0..columns).step_by(PANEL) {
            for pair in 0..pairs {
                let half = |h: usize| -> i16x16 {
                    let of = |n: usize| at(2 * pair + n % 2, first + h * PANEL / 2 + n / 2);
                    cast(std::array::from_fn::<i16, PANEL, _>(of))
                };
                panels.push([half(0), half(1)]);
            }
        }
        Self { pairs, columns, scale, values: panels }
    }
}

/// Rows of whole numbers, two in each element.
#[derive(Clone, Debug, Default)]
pub struct Packed {
    values: Vec<i32>,
    scale: f32,
}

impl Packed {
    /// Rounds rows of `width` numbers that lie within `most` of zero; what lies outside is cut.
    #[inline(always)]
    pub fn new(rows: &[f32], width: usize, most: f32) -> Self {
        let mut packed = Self::default();
        packed.pack(rows, width, most);
        packed
    }

    /// As [`Packed::new`], into the memory at hand.
    #[inline(always)]
    pub fn pack(&mut self, rows: &[f32], width: usize, most: f32) {
        self.scale = most / MOST_ACTIVATION;
        let times = 1.0 / self.scale;
        self.values.clear();
        for row in rows.chunks_exact(width) {
            let (pairs, rest) = row.as_chunks::<2>();
            self.values.extend(pairs.iter().map(|[a, b]| pair(a * times, b * times)));
            self.values.extend(rest.iter().map(|a| pair(a * times, 0.0)));
        }
    }

    /// The rows whose numbers are given, in that order; `pairs` elements make a row.
    #[inline(always)]
    pub fn select(&self, rows: &[u32], width: usize) -> Self {
        let pairs = width.div_ceil(2);
        let mut values = Vec::with_capacity(rows.len() * pairs);
        for row in rows {
            values.extend_from_slice(&self.values[*row as usize * pairs..][..pairs]);
        }
        Self { values, scale: self.scale }
    }
}

#[inline(always)]
fn pair(a: f32, b: f32) -> i32 {
    let whole = |v: f32| (v.clamp(-MOST_ACTIVATION, MOST_ACTIVATION) + ROUND).to_bits() & 0xffff;
    (whole(a) | whole(b) << 16) as i32
}

/// 1.5 * 2^23: adding it leaves the nearest whole number in the low bits.
const ROUND: f32 = 12_582_912.0;

/// Something that multiplies: a vector unit, or plain code.
pub trait Unit: Copy {
    /// Products of some rows with the columns of a panel.
    fn sums<const ROWS: usize>(
        self,
        left: [&[i32]; ROWS],
        panel: &[[i16x16; 2]],
    ) -> [[i32; PANEL]; ROWS];
}

/// Plain code, for machines without AVX2.
#[derive(Clone, Copy, Debug)]
pub struct Plain;

impl Unit for Plain {
    #[inline(always)]
    fn sums<const ROWS: usize>(
        self,
        left: [&[i32]; ROWS],
        panel: &[[i16x16; 2]],
    ) -> [[i32; PANEL]; ROWS] {
        let mut sums = [[0i32; PANEL]; ROWS];
        for (k, weights) in panel.iter().enumerate() {
            let weights: [i16; 2 * PANEL] = cast(*weights);
            for (sums, left) in sums.iter_mut().zip(left) {
                let (a, b) = (i32::from(left[k] as i16), left[k] >> 16);
                for c in 0..PANEL {
                    sums[c] += a * i32::from(weights[2 * c]) + b * i32::from(weights[2 * c + 1]);
                }
            }
        }
        sums
    }
}

#[cfg(target_arch = "x86_64")]
impl Unit for pulp::x86::V3 {
    #[inline(always)]
    fn sums<const ROWS: usize>(
        self,
        left: [&[i32]; ROWS],
        panel: &[[i16x16; 2]],
    ) -> [[i32; PANEL]; ROWS] {
        let left = left.map(|row| &row[..panel.len()]);
        let zero = self.avx._mm256_setzero_si256();
        let mut sums = [[zero; 2]; ROWS];
        for (k, weights) in panel.iter().enumerate() {
            let weights = [cast(weights[0]), cast(weights[1])];
            for (sums, left) in sums.iter_mut().zip(left) {
                let both = self.avx._mm256_set1_epi32(left[k]);
                for h in 0..2 {
                    let products = self.avx2._mm256_madd_epi16(both, weights[h]);
                    sums[h] = self.avx2._mm256_add_epi32(sums[h], products);
                }
            }
        }
        sums.map(|halves| cast([cast::<_, pulp::i32x8>(halves[0]), cast(halves[1])]))
    }
}

/// `out += left * right`.
#[inline(always)]
pub fn add_product<U: Unit>(unit: U, left: &Packed, right: &Panels, out: &mut [f32]) {
    let (pairs, width) = (right.pairs, right.columns);
    let scale = left.scale * right.scale;
    for (p, panel) in right.values.chunks_exact(pairs).enumerate() {
        let from = p * PANEL;
        let mut lefts = left.values.chunks_exact(pairs * BLOCK);
        let mut outs = out.chunks_exact_mut(width * BLOCK);
        for (rows, out) in lefts.by_ref().zip(outs.by_ref()) {
            let rows: [&[i32]; BLOCK] = std::array::from_fn(|n| &rows[n * pairs..(n + 1) * pairs]);
            for (n, sums) in unit.sums(rows, panel).iter().enumerate() {
                add_scaled(sums, scale, &mut out[n * width..(n + 1) * width], from);
            }
        }
        let rest = lefts.remainder().chunks_exact(pairs);
        for (row, out) in rest.zip(outs.into_remainder().chunks_exact_mut(width)) {
            add_scaled(&unit.sums([row], panel)[0], scale, out, from);
        }
    }
}

#[inline(always)]
fn add_scaled(sums: &[i32; PANEL], scale: f32, out: &mut [f32], from: usize) {
    let out = &mut out[from..];
    match out.first_chunk_mut::<PANEL>() {
        Some(out) => out.iter_mut().zip(sums).for_each(|(out, sum)| *out += *sum as f32 * scale),
        None => out.iter_mut().zip(sums).for_each(|(out, sum)| *out += *sum as f32 * scale),
    }
}

/// `e^x` to seven digits for |x| up to 43, which is all that squashing needs; without branches so that it runs in vector registers.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    let x = x.clamp(-43.0, 43.0);
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let whole = shifted - ROUND;
    let r = x - whole * 0.693_359_4 - whole * -2.121_944_4e-4;
    let p = 1.987_569_1e-4 * r + 1.398_2e-3;
    let p = p * r + 8.333_452e-3;
    let p = p * r + 4.166_579_6e-2;
    let p = p * r + 1.666_666_5e-1;
    let p = p * r + 0.5;
    let power = f32::from_bits(shifted.to_bits().wrapping_add(127).wrapping_shl(23));
    (p * r * r + r + 1.0) * power
}

#[inline(always)]
pub fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    2.0 / (1.0 + exp(-2.0 * x)) - 1.0
}

/// `sigmoid(gate) * tanh(x)` with one division.
#[inline(always)]
pub fn gated(gate: f32, x: f32) -> f32 {
    let (closed, back) = (exp(-gate), exp(-2.0 * x));
    (1.0 - back) / ((1.0 + closed) * (1.0 + back))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_of_any_size_are_right() {
        for (rows, inner, columns) in [(1, 1, 1), (5, 3, 17), (8, 20, 32), (9, 7, 37)] {
            let value = |n: usize| ((n * 37 % 19) as f32 - 9.0) / 4.0;
            let left: Vec<f32> = (0..rows * inner).map(value).collect();
            let right: Vec<f32> = (0..inner * columns).map(|n| value(n + 5)).collect();
            let (packed, panels) =
                (Packed::new(&left, inner, 4.0), Panels::new(&right, inner, columns));
            let mut out = vec![1.0; rows * columns];
            add_product(Plain, &packed, &panels, &mut out);
            for (n, found) in out.iter().enumerate() {
                let (row, column) = (n / columns, n % columns);
                let sum: f32 =
                    (0..inner).map(|k| left[row * inner + k] * right[k * columns + column]).sum();
                assert!((found - sum - 1.0).abs() < 0.05, "{found} {sum}");
            }
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn the_vector_unit_and_plain_code_agree_to_the_bit() {
        let Some(unit) = pulp::x86::V3::try_new() else { return };
        let value = |n: usize| ((n * 7919 % 113) as f32 - 56.0) / 14.0;
        let left: Vec<f32> = (0..7 * 30).map(value).collect();
        let right: Vec<f32> = (0..30 * 37).map(|n| value(n + 5)).collect();
        let (packed, panels) = (Packed::new(&left, 30, 4.0), Panels::new(&right, 30, 37));
        let (mut plain, mut vector) = (vec![0.5; 7 * 37], vec![0.5; 7 * 37]);
        add_product(Plain, &packed, &panels, &mut plain);
        add_product(unit, &packed, &panels, &mut vector);
        assert_eq!(plain, vector);
    }

    #[test]
    fn what_lies_outside_is_cut() {
        let packed = Packed::new(&[100.0, -100.0], 2, 8.0);
        let mut out = vec![0.0; 2];
        add_product(Plain, &packed, &Panels::new(&[1.0, 0.0, 0.0, 1.0], 2, 2), &mut out);
        assert!((out[0] - 8.0).abs() < 0.1 && (out[1] + 8.0).abs() < 0.1, "{out:?}");
    }

    #[test]
    fn squashing_is_close_to_the_exact_functions() {
        for n in -400..400 {
            let x = n as f32 / 20.0;
            assert!((exp(x) / x.exp() - 1.0).abs() < 1e-5, "{x}");
            assert!((tanh(x) - x.tanh()).abs() < 1e-5, "{x}");
            assert!((sigmoid(x) - 1.0 / (1.0 + (-x).exp())).abs() < 1e-5, "{x}");
            assert!((gated(x, 3.0 - x) - sigmoid(x) * tanh(3.0 - x)).abs() < 1e-5, "{x}");
        }
    }
}
