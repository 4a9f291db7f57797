//! Tells of most keys that no article has them, so that shelves need not be read for them.

use super::sketch::stirred;

/// Keys for each word: the more, the more often a key passes that nobody has; of eight, one in
/// thirty.
const KEYS: usize = 8;
/// Bits that a key sets.
const BITS: u32 = 4;

/// A set of keys that forgets nothing, and sometimes takes a key for one of its own: a Bloom filter
/// in which all bits of a key lie in one word, after Putze, Sanders and Singler, "Cache-, Hash- and
/// Space-Efficient Bloom Filters", 2007.
#[derive(Debug)]
pub(super) struct Sieve {
    words: Vec<u64>,
}

impl Sieve {
    /// Nothing yet, with room for so many keys.
    pub fn new(keys: usize) -> Self {
        Self { words: vec![0; keys / KEYS + 1] }
    }

    pub fn add(&mut self, key: u32) {
        let (word, bits) = self.place(key);
        self.words[word] |= bits;
    }

    /// False when the key was never added.
    pub fn may_have(&self, key: u32) -> bool {
        let (word, bits) = self.place(key);
        self.words[word] & bits == bits
    }

    fn place(&self, key: u32) -> (usize, u64) {
        let spread = stirred(u64::from(key));
        let word = ((spread >> 32) * self.words.len() as u64) >> 32;
        let bits = (0..BITS).fold(0, |bits, n| bits | 1 << (spread >> (6 * n) & 63));
        (word as usize, bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passes_what_is_in_it_and_little_else() {
        let mut sieve = Sieve::new(10_000);
        (0..10_000).for_each(|key| sieve.add(key * 7));
        assert!((0..10_000).all(|key| sieve.may_have(key * 7)));
        let passed = (0..10_000).filter(|key| sieve.may_have(key * 7 + 1)).count();
        assert!(passed < 600, "{passed}");
    }
}
