//! From a word's hash to its static vector.
//!
//! Words lie in 65,536 drawers by the top 16 bits of their hash; in a drawer each has 16 more bits
//! and the number of its vector. One word in some ten thousand unknown ones finds another's vector.

use std::borrow::Cow;

/// Drawers of the table.
const DRAWERS: usize = 1 << 16;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Words {
    /// Where each drawer begins; one more than there are drawers.
    starts: Vec<u32>,
    /// Hash bits and vector, by drawer, as the file has them.
    entries: Cow<'static, [[u8; 4]]>,
}

impl Words {
    /// From hashes and the vectors they lead to.
    pub fn new(mut words: Vec<(u64, u16)>) -> Self {
        words.sort_unstable();
        words.dedup_by_key(|(hash, _)| *hash >> 32);
        let mut starts = vec![0; DRAWERS + 1];
        for (hash, _) in &words {
            starts[drawer(*hash) + 1] += 1;
        }
        for n in 1..starts.len() {
            starts[n] += starts[n - 1];
        }
        let entries = words.into_iter().map(|(hash, vector)| entry(mark(hash), vector)).collect();
        Self { starts, entries }
    }

    pub fn vector(&self, hash: u64) -> Option<u16> {
        let drawer = drawer(hash);
        let range = self.starts[drawer] as usize..self.starts[drawer + 1] as usize;
        let [a, b] = mark(hash).to_le_bytes();
        let found = self.entries[range].iter().find(|entry| entry[..2] == [a, b])?;
        Some(u16::from_le_bytes([found[2], found[3]]))
    }

    /// As the file has them: the size of each drawer, then its entries.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.starts.windows(2).map(|w| (w[1] - w[0]) as u8));
        out.extend(self.entries.as_flattened());
    }

    /// Reads what [`Words::write`] wrote off the front of `bytes`.
    pub fn read(bytes: &mut &'static [u8]) -> Option<Self> {
        let (sizes, rest) = bytes.split_at_checked(DRAWERS)?;
        let mut starts = Vec::with_capacity(DRAWERS + 1);
        starts.push(0);
        let mut sum = 0;
        starts.extend(sizes.iter().map(|size| {
            sum += u32::from(*size);
            sum
        }));
        let (entries, rest) = rest.split_at_checked(sum as usize * 4)?;
        let entries = entries.as_chunks::<4>().0.into();
        *bytes = rest;
        Some(Self { starts, entries })
    }
}

fn drawer(hash: u64) -> usize {
    (hash >> 48) as usize
}

fn entry(mark: u16, vector: u16) -> [u8; 4] {
    let ([a, b], [c, d]) = (mark.to_le_bytes(), vector.to_le_bytes());
    [a, b, c, d]
}

fn mark(hash: u64) -> u16 {
    (hash >> 32) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_after_a_journey_through_bytes() {
        let hash = |n: u16| super::super::hash::of(n.to_le_bytes());
        let words = Words::new((0..2000).map(|n| (hash(n), n)).collect());
        let mut bytes = Vec::new();
        words.write(&mut bytes);
        let bytes: &'static [u8] = bytes.leak();
        let read = Words::read(&mut { bytes }).unwrap();
        assert_eq!(read, words);
        assert!((0..2000).all(|n| read.vector(hash(n)) == Some(n)));
        assert_eq!((3000..9000).filter(|n| read.vector(hash(*n)).is_some()).count(), 0);
        assert!(Words::read(&mut &bytes[..bytes.len() - 1]).is_none());
    }
}
