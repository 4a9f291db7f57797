//! Which of many phrases begin at a place of a text.
//!
//! Phrases lie sorted, so that those with the same first bytes lie together; a filter of bits sends
//! most places away at once. It is made in a tenth of the time that an automaton takes, which is
//! what counts where one short text is read.

/// Bytes of a phrase that lead to it; shorter ones are filled up with zeros.
const KEY: usize = 4;
/// Bits of the filter, as a power of two.
const FILTER: u32 = 15;

pub struct Phrases {
    /// All phrases, one after the other.
    text: String,
    /// Where each phrase lies in the text, and its number; sorted by what it says.
    sorted: Vec<(u32, u32, u32)>,
    /// The first bytes of phrases, and which of [`Self::sorted`] begin with them; by [`slot`], with
    /// room between them.
    keys: Vec<(u32, u32, u32)>,
    /// Of each of [`Self::sorted`], as many bytes as can be compared at once: what they are, and
    /// which of a text's count.
    heads: Vec<(u64, u64)>,
    filter: Vec<u64>,
    /// Lengths below [`KEY`] that some phrase has, and the bytes that such phrases begin with.
    short: Vec<usize>,
    opens_short: [bool; 256],
}

impl Phrases {
    /// Phrases that are not empty, numbered from 0.
    pub fn new(phrases: impl Iterator<Item = String>) -> Self {
        let (mut text, mut sorted) = (String::new(), Vec::new());
        for (number, phrase) in phrases.enumerate() {
            let from = text.len() as u32;
            text.push_str(&phrase);
            sorted.push((from, text.len() as u32, number as u32));
        }
        let bytes = |&(from, to, _): &(u32, u32, u32)| &text.as_bytes()[from as usize..to as usize];
        sorted.sort_unstable_by(|a, b| bytes(a).cmp(bytes(b)).then(a.2.cmp(&b.2)));
        let mut runs: Vec<(u32, u32, u32)> = Vec::new();
        let mut filter = vec![0; 1 << (FILTER - 6)];
        let (mut short, mut opens_short): (Vec<usize>, _) = (Vec::new(), [false; 256]);
        for (at, phrase) in sorted.iter().enumerate() {
            let key = key(bytes(phrase));
            match runs.last_mut().filter(|last| last.0 == key) {
                Some(last) => last.2 += 1,
                None => runs.push((key, at as u32, at as u32 + 1)),
            }
            filter[bit(key) >> 6] |= 1 << (bit(key) & 63);
            let length = bytes(phrase).len();
            if length < KEY {
                opens_short[usize::from(bytes(phrase)[0])] = true;
            }
            if length < KEY && !short.contains(&length) {
                short.push(length);
            }
        }
        let keys = table(runs);
        let heads =
            sorted.iter().map(|phrase| (head(bytes(phrase)), mask(bytes(phrase)))).collect();
        Self { text, sorted, keys, heads, filter, short, opens_short }
    }

    /// Gives the number and the length of every phrase that `text` begins with.
    #[inline]
    pub fn begin(&self, text: &[u8], mut found: impl FnMut(usize, usize)) {
        let Some(first) = text.first() else { return };
        let whole = key(text);
        if text.len() >= KEY && self.may_begin(whole) {
            self.with_key(whole, text, &mut found);
        }
        if !self.opens_short[usize::from(*first)] {
            return;
        }
        for &length in self.short.iter().filter(|length| **length <= text.len()) {
            let key = whole & ((1 << (8 * length)) - 1);
            if self.may_begin(key) {
                self.with_key(key, text, &mut found);
            }
        }
    }

    /// False for most keys of no phrase.
    #[inline]
    fn may_begin(&self, key: u32) -> bool {
        self.filter[bit(key) >> 6] & (1 << (bit(key) & 63)) != 0
    }

    fn with_key(&self, key: u32, text: &[u8], found: &mut impl FnMut(usize, usize)) {
        let mut at = slot(key, self.keys.len());
        // A run that ends before it begins is none.
        while self.keys[at].0 != key && self.keys[at].2 > 0 {
            at = (at + 1) % self.keys.len();
        }
        let run = self.keys[at].1 as usize..self.keys[at].2 as usize;
        let own = head(text);
        for (head, &(from, to, number)) in self.heads[run.clone()].iter().zip(&self.sorted[run]) {
            let length = (to - from) as usize;
            if own & head.1 != head.0 || text.len() < length {
                continue;
            }
            let phrase = &self.text.as_bytes()[from as usize..to as usize];
            if length <= HEAD || text.starts_with(phrase) {
                found(number as usize, length);
            }
        }
    }
}

/// Keys with their runs, each in its slot or, where that is taken, in one behind it.
fn table(runs: Vec<(u32, u32, u32)>) -> Vec<(u32, u32, u32)> {
    let mut slots = vec![(0, 0, 0); (4 * runs.len()).next_power_of_two()];
    for run in runs {
        let mut at = slot(run.0, slots.len());
        while slots[at].2 > 0 {
            at = (at + 1) % slots.len();
        }
        slots[at] = run;
    }
    slots
}

/// Where a key is looked for first, of so many slots: a power of two.
fn slot(key: u32, slots: usize) -> usize {
    (key.wrapping_mul(0x9e37_79b1) >> 7) as usize & (slots - 1)
}

/// The first bytes as a number.
fn key(text: &[u8]) -> u32 {
    match text.first_chunk::<KEY>() {
        Some(first) => u32::from_le_bytes(*first),
        None => text.iter().rev().fold(0, |key, byte| key << 8 | u32::from(*byte)),
    }
}

/// Bytes that are compared at once.
const HEAD: usize = 8;

/// The first [`HEAD`] bytes as a number, filled up with zeros.
fn head(text: &[u8]) -> u64 {
    match text.first_chunk() {
        Some(first) => u64::from_le_bytes(*first),
        None => text.iter().rev().fold(0, |head, byte| head << 8 | u64::from(*byte)),
    }
}

/// The bits of a text's head that a phrase has a say in.
fn mask(phrase: &[u8]) -> u64 {
    u64::MAX >> (8 * (HEAD - phrase.len().min(HEAD)))
}

fn bit(key: u32) -> usize {
    (key.wrapping_mul(0x9e37_79b1) >> (32 - FILTER)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begin(text: &str) -> Vec<&'static str> {
        const PHRASES: [&str; 8] =
            ["read more", "read", "re", "a", "©", "read more here", "advert", "read"];
        let phrases = Phrases::new(PHRASES.iter().map(|phrase| phrase.to_string()));
        let mut found = Vec::new();
        phrases.begin(text.as_bytes(), |number, length| {
            assert_eq!(PHRASES[number].len(), length);
            found.push(PHRASES[number]);
        });
        found.sort_unstable();
        found
    }

    #[test]
    fn all_phrases_that_begin_there_are_found() {
        assert_eq!(begin("read more news"), ["re", "read", "read", "read more"]);
        assert_eq!(begin("re"), ["re"]);
        assert_eq!(begin("© 2026"), ["©"]);
        assert_eq!(begin("adverts"), ["a", "advert"]);
        assert!(begin("bread").is_empty() && begin("").is_empty());
    }
}
