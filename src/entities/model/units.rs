//! What multiplies: the vector units of processors, and plain code for those without.
//!
//! All of them add up the same whole numbers; they differ in how many they take at once.

use pulp::cast;

use super::kernel::{PANEL, Pair};

/// A part of a product: `out += left * right * scale`.
pub struct Piece<'a> {
    /// Rows of pairs of 16-bit numbers, one after the other.
    pub left: &'a [i32],
    /// Panels of columns, one after the other.
    pub right: &'a [Pair],
    /// Pairs in a row and in a panel.
    pub pairs: usize,
    pub scale: f32,
    pub out: &'a mut [f32],
    /// Columns of `out`.
    pub width: usize,
}

/// Sums of products, for some rows and some panels.
type Sums<const ROWS: usize, const PANELS: usize> = [[[i32; PANEL]; PANELS]; ROWS];

/// Something that multiplies.
pub trait Unit: Copy {
    /// Products of some rows with the columns of some panels.
    fn sums<const ROWS: usize, const PANELS: usize>(
        self,
        left: [&[i32]; ROWS],
        right: [&[Pair]; PANELS],
    ) -> Sums<ROWS, PANELS>;

    /// Takes as many rows and panels at a time as the registers of the unit hold.
    fn add(self, piece: Piece);
}

/// Plain code.
#[derive(Clone, Copy, Debug)]
pub struct Plain;

impl Unit for Plain {
    #[inline(always)]
    fn sums<const ROWS: usize, const PANELS: usize>(
        self,
        left: [&[i32]; ROWS],
        right: [&[Pair]; PANELS],
    ) -> Sums<ROWS, PANELS> {
        let mut sums = [[[0i32; PANEL]; PANELS]; ROWS];
        for k in 0..left[0].len() {
            for (p, panel) in right.iter().enumerate() {
                let weights: [i16; 2 * PANEL] = cast(panel[k]);
                for (sums, left) in sums.iter_mut().zip(left) {
                    let (a, b) = (i32::from(left[k] as i16), left[k] >> 16);
                    for (c, sum) in sums[p].iter_mut().enumerate() {
                        *sum += a * i32::from(weights[2 * c]) + b * i32::from(weights[2 * c + 1]);
                    }
                }
            }
        }
        sums
    }

    #[inline(always)]
    fn add(self, mut piece: Piece) {
        let rest = piece.blocks::<_, 4, 1>(self, 0);
        piece.blocks::<_, 1, 1>(self, rest);
    }
}

#[cfg(target_arch = "x86_64")]
impl Unit for pulp::x86::V3 {
    #[inline(always)]
    fn sums<const ROWS: usize, const PANELS: usize>(
        self,
        left: [&[i32]; ROWS],
        right: [&[Pair]; PANELS],
    ) -> Sums<ROWS, PANELS> {
        let pairs = left[0].len();
        let (left, right) = (left.map(|row| &row[..pairs]), right.map(|panel| &panel[..pairs]));
        let mut sums = [[[self.avx._mm256_setzero_si256(); 2]; PANELS]; ROWS];
        for k in 0..pairs {
            let weights = right.map(|panel| panel[k].map(cast));
            for (sums, left) in sums.iter_mut().zip(left) {
                let both = self.avx._mm256_set1_epi32(left[k]);
                for (sums, weights) in sums.iter_mut().zip(weights) {
                    for (sum, weights) in sums.iter_mut().zip(weights) {
                        let products = self.avx2._mm256_madd_epi16(both, weights);
                        *sum = self.avx2._mm256_add_epi32(*sum, products);
                    }
                }
            }
        }
        sums.map(|sums| sums.map(|halves| cast(halves.map(cast::<_, pulp::i32x8>))))
    }

    #[inline(always)]
    fn add(self, mut piece: Piece) {
        let rest = piece.blocks::<_, 4, 1>(self, 0);
        let rest = piece.blocks::<_, 2, 2>(self, rest);
        piece.blocks::<_, 1, 4>(self, rest);
    }
}

#[cfg(target_arch = "x86_64")]
pulp::simd_type! {
    /// AVX-512 with the instruction that multiplies and adds up in one: the compiler makes it of
    /// the two below.
    pub struct Vnni {
        pub sse: "sse",
        pub sse2: "sse2",
        pub fxsr: "fxsr",
        pub sse3: "sse3",
        pub ssse3: "ssse3",
        pub sse4_1: "sse4.1",
        pub sse4_2: "sse4.2",
        pub popcnt: "popcnt",
        pub avx: "avx",
        pub avx2: "avx2",
        pub bmi1: "bmi1",
        pub bmi2: "bmi2",
        pub fma: "fma",
        pub lzcnt: "lzcnt",
        pub avx512f: "avx512f",
        pub avx512bw: "avx512bw",
        pub avx512cd: "avx512cd",
        pub avx512dq: "avx512dq",
        pub avx512vl: "avx512vl",
        pub avx512vnni: "avx512vnni",
    }
}

#[cfg(target_arch = "x86_64")]
impl Unit for Vnni {
    #[inline(always)]
    fn sums<const ROWS: usize, const PANELS: usize>(
        self,
        left: [&[i32]; ROWS],
        right: [&[Pair]; PANELS],
    ) -> Sums<ROWS, PANELS> {
        let pairs = left[0].len();
        let (left, right) = (left.map(|row| &row[..pairs]), right.map(|panel| &panel[..pairs]));
        let mut sums = [[self.avx512f._mm512_setzero_si512(); PANELS]; ROWS];
        for k in 0..pairs {
            let weights = right.map(|panel| cast(panel[k]));
            for (sums, left) in sums.iter_mut().zip(left) {
                let both = self.avx512f._mm512_set1_epi32(left[k]);
                for (sum, weights) in sums.iter_mut().zip(weights) {
                    let products = self.avx512bw._mm512_madd_epi16(both, weights);
                    *sum = self.avx512f._mm512_add_epi32(*sum, products);
                }
            }
        }
        sums.map(|sums| sums.map(cast))
    }

    #[inline(always)]
    fn add(self, mut piece: Piece) {
        let rest = piece.blocks::<_, 6, 4>(self, 0);
        // What is left goes in one block: each takes all of the right matrix through the caches.
        match piece.rows() - rest {
            5 => piece.blocks::<_, 5, 4>(self, rest),
            4 => piece.blocks::<_, 4, 4>(self, rest),
            3 => piece.blocks::<_, 3, 4>(self, rest),
            2 => piece.blocks::<_, 2, 8>(self, rest),
            1 => piece.blocks::<_, 1, 8>(self, rest),
            _ => rest,
        };
    }
}

impl Piece<'_> {
    fn rows(&self) -> usize {
        self.out.len() / self.width
    }

    /// Multiplies the rows from `first` on, `ROWS` at a time, and says with which of them to go on.
    #[inline(always)]
    fn blocks<U: Unit, const ROWS: usize, const PANELS: usize>(
        &mut self,
        unit: U,
        first: usize,
    ) -> usize {
        let count = (self.rows() - first) / ROWS;
        if count > 0 {
            let wide = self.strips::<U, ROWS, PANELS>(unit, (first, count), 0);
            self.strips::<U, ROWS, 1>(unit, (first, count), wide);
        }
        first + count * ROWS
    }

    /// Multiplies with the panels from `panel` on, `PANELS` at a time, and says with which of them
    /// to go on.
    #[inline(always)]
    fn strips<U: Unit, const ROWS: usize, const PANELS: usize>(
        &mut self,
        unit: U,
        (first, count): (usize, usize),
        mut panel: usize,
    ) -> usize {
        let (pairs, width) = (self.pairs, self.width);
        while (panel + PANELS) * pairs <= self.right.len() {
            let of = |p: usize| &self.right[(panel + p) * pairs..(panel + p + 1) * pairs];
            let right: [&[Pair]; PANELS] = std::array::from_fn(of);
            for block in 0..count {
                let row = first + block * ROWS;
                let of = |n: usize| &self.left[(row + n) * pairs..(row + n + 1) * pairs];
                let sums = unit.sums::<ROWS, PANELS>(std::array::from_fn(of), right);
                for (n, sums) in sums.iter().enumerate() {
                    let out = &mut self.out[(row + n) * width..(row + n + 1) * width];
                    for (p, sums) in sums.iter().enumerate() {
                        add_scaled(sums, self.scale, out, (panel + p) * PANEL);
                    }
                }
            }
            panel += PANELS;
        }
        panel
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
