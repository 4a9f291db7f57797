//! The arithmetic: matrix products in whole numbers, and squashing functions.
//!
//! Products are taken of 16-bit numbers, so their sums are exact and a text gives the same bits on
//! every machine, whatever `units` multiply with. Squashing has separate multiplications and
//! additions in one fixed order.

use pulp::{cast, i16x16};

use super::units::{Piece, Unit};

/// Columns that lie side by side.
pub const PANEL: usize = 16;
/// Rows of the left matrix that are multiplied with all panels before the next: they stay in the
/// nearest cache meanwhile.
const NEAR: usize = 48;
/// Weights lie within this, and so do activations within the next: 200 products fit 32 bits.
const MOST_WEIGHT: f32 = 4095.0;
const MOST_ACTIVATION: f32 = 2047.0;

/// Two rows of sixteen columns, number by number side by side.
pub type Pair = [i16x16; 2];

/// A matrix laid out in panels of columns, for [`add_product`]: two rows of it at a time, side by side.
#[derive(Clone, Debug)]
pub struct Panels {
    pairs: usize,
    columns: usize,
    scale: f32,
    values: Vec<Pair>,
}

impl Panels {
    /// From a row-major matrix.
    pub fn new(values: &[f32], rows: usize, columns: usize) -> Self {
        let most = values.iter().fold(0f32, |most, v| most.max(v.abs())).max(1e-6);
        let scale = most / MOST_WEIGHT;
        let whole: Vec<i16> = values.iter().map(|v| nearest(v / scale)).collect();
        let at = |row: usize, column: usize| match row < rows && column < columns {
            true => whole[row * columns + column],
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

/// The nearest whole number, as `f32::round` has it: with the greatest number below a half, since
/// the sum of a half and that would be rounded up.
fn nearest(v: f32) -> i16 {
    (v + 0.499_999_97f32.copysign(v)) as i16
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
}

#[inline(always)]
fn pair(a: f32, b: f32) -> i32 {
    let whole = |v: f32| (v.clamp(-MOST_ACTIVATION, MOST_ACTIVATION) + ROUND).to_bits() & 0xffff;
    (whole(a) | whole(b) << 16) as i32
}

/// 1.5 * 2^23: adding it leaves the nearest whole number in the low bits.
const ROUND: f32 = 12_582_912.0;

/// `out += left * right`.
#[inline(always)]
pub fn add_product<U: Unit>(unit: U, left: &Packed, right: &Panels, out: &mut [f32]) {
    let (pairs, width) = (right.pairs, right.columns);
    let scale = left.scale * right.scale;
    let near = left.values.chunks(NEAR * pairs);
    for (left, out) in near.zip(out.chunks_mut(NEAR * width)) {
        unit.add(Piece { left, right: &right.values, pairs, scale, out, width });
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
    use super::super::units::Plain;
    #[cfg(target_arch = "x86_64")]
    use super::super::units::Vnni;
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
    fn vector_units_and_plain_code_agree_to_the_bit() {
        let value = |n: usize| ((n * 7919 % 113) as f32 - 56.0) / 14.0;
        for (rows, columns) in [(1, 37), (7, 37), (23, 16), (150, 100)] {
            let left: Vec<f32> = (0..rows * 30).map(value).collect();
            let right: Vec<f32> = (0..30 * columns).map(|n| value(n + 5)).collect();
            let (packed, panels) = (Packed::new(&left, 30, 4.0), Panels::new(&right, 30, columns));
            let start = vec![0.5; rows * columns];
            let (mut plain, mut wide, mut wider) = (start.clone(), start.clone(), start);
            add_product(Plain, &packed, &panels, &mut plain);
            if let Some(unit) = pulp::x86::V3::try_new() {
                add_product(unit, &packed, &panels, &mut wide);
                assert_eq!(plain, wide);
            }
            if let Some(unit) = Vnni::try_new() {
                add_product(unit, &packed, &panels, &mut wider);
                assert_eq!(plain, wider);
            }
        }
    }

    #[test]
    fn halves_are_rounded_away_from_zero() {
        let below = f32::from_bits(0.5f32.to_bits() - 1);
        for v in [0.0, 0.5, below, 1.5, 1.499, 4094.5, 4095.0, 2.5, 1e-9] {
            assert_eq!((nearest(v), nearest(-v)), (v.round() as i16, (-v).round() as i16), "{v}");
        }
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
