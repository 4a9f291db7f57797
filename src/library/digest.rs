//! Numbers that tell articles apart: kept in the database, so what they come to must never change.

use postcard::ser_flavors::{Flavor, Size};

use crate::article::Document;

/// Tells whether a document is still the one that is in.
pub(super) fn digest(document: &Document) -> i64 {
    // Once for the length, once for the bytes, so that those of a long article are never held.
    let length = postcard::serialize_with_flavor(&document.article, Size::default());
    let hash = length
        .and_then(|length| postcard::serialize_with_flavor(&document.article, Hash::begin(length)));
    // An article that cannot be encoded counts as changed each time; packing it says why.
    hash.map_or(0, |hash| hash as i64)
}

/// FNV-1a on eight bytes at a time.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    let mut hash = Hash::begin(bytes.len());
    hash.take(bytes);
    hash.end()
}

const PRIME: u64 = 0x100_0000_01B3;

/// A hash of bytes that come bit by bit, whose number is known before.
struct Hash {
    hash: u64,
    /// Bytes that make no whole word yet.
    word: [u8; 8],
    filled: usize,
}

impl Hash {
    fn begin(length: usize) -> Self {
        Self { hash: 0xCBF2_9CE4_8422_2325 ^ length as u64, word: [0; 8], filled: 0 }
    }

    fn take(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if let (0, Some((word, rest))) = (self.filled, bytes.split_first_chunk()) {
                self.turn(*word);
                bytes = rest;
                continue;
            }
            let count = bytes.len().min(8 - self.filled);
            self.word[self.filled..self.filled + count].copy_from_slice(&bytes[..count]);
            self.filled += count;
            bytes = &bytes[count..];
            if self.filled == 8 {
                self.turn(self.word);
                self.filled = 0;
            }
        }
    }

    fn turn(&mut self, word: [u8; 8]) {
        self.hash = (self.hash ^ u64::from_le_bytes(word)).wrapping_mul(PRIME);
        self.hash ^= self.hash >> 29;
    }

    fn end(self) -> u64 {
        let rest = self.word[..self.filled].iter();
        let hash = rest.fold(self.hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(PRIME));
        hash ^ hash >> 32
    }
}

impl Flavor for Hash {
    type Output = u64;

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.take(bytes);
        Ok(())
    }

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.take(&[byte]);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<u64> {
        Ok(self.end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Article, Paragraph};

    /// As the first version of the program made them.
    const HASHES: [u64; 3] = [0xcbf2_9ce4_4fd0_bfc1, 0x70f9_5a5e_4a1e_20fa, 0x8366_b511_95c5_139d];

    #[test]
    fn what_was_once_kept_stands() {
        assert_eq!(hash(b""), HASHES[0]);
        assert_eq!(hash(b"ferry"), HASHES[1]);
        assert_eq!(hash(b"https://wire.example/ferry?id=3"), HASHES[2]);
    }

    #[test]
    fn a_document_is_hashed_as_its_bytes_are() {
        for length in 0..40 {
            let paragraph = Paragraph { text: "ğ".repeat(length), ..Paragraph::default() };
            let paragraphs = vec![paragraph; length % 3];
            let article = Article { title: "x".repeat(length), paragraphs, ..Article::default() };
            let bytes = postcard::to_allocvec(&article).unwrap();
            assert_eq!(digest(&Document::of(article)), hash(&bytes) as i64);
        }
    }
}
