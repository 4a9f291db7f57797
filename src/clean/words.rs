//! The words of a folded text, each read once: where it lies, its hash, its stem.

use super::fold::{FIRST, fold, fold_onto, hash, is_alphanumeric, is_unspaced, mix};

/// A run of letters and figures.
pub struct Word<'a> {
    pub text: &'a str,
    pub hash: u32,
    pub stem: u32,
    pub has_digit: bool,
    /// Of a script without spaces, by its first sign.
    pub is_unspaced: bool,
}

/// How much of a word stands for its meaning, in letters: endings go, so that "Ukraine" and
/// "Ukrainian", "Zelensky" and "Zelenskyy" count as kin.
const STEM: usize = 5;

pub fn stem(word: &str) -> u32 {
    let end = word.char_indices().nth(STEM).map_or(word.len(), |(at, _)| at);
    hash(&word[..end])
}

/// The stem of what stands between white space, folded, without the signs around it; `room` is
/// overwritten.
pub fn stem_of_piece(piece: &str, room: &mut String) -> u32 {
    let bytes = piece.as_bytes();
    if !piece.is_ascii() {
        room.clear();
        fold_onto(piece, room);
        return stem(room.trim_matches(|c: char| !is_alphanumeric(c)));
    }
    let from = bytes.iter().position(u8::is_ascii_alphanumeric).unwrap_or(bytes.len());
    let to = bytes.iter().rposition(u8::is_ascii_alphanumeric).map_or(from, |last| last + 1);
    let letters = bytes[from..to].iter().take(STEM);
    letters.fold(FIRST, |hash, byte| mix(hash, byte.to_ascii_lowercase()))
}

/// The words of a folded text, in order.
pub fn words(folded: &str) -> impl Iterator<Item = Word<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        at = opening(folded, at)?;
        let word = word(folded, at);
        at += word.text.len();
        Some(word)
    })
}

/// What a byte is to those who look for words.
#[derive(Clone, Copy, PartialEq)]
enum Sign {
    /// A letter or a figure.
    Word,
    Other,
    /// The first or a later byte of a sign that is not ASCII.
    Foreign,
}

const SIGNS: [Sign; 256] = {
    let mut signs = [Sign::Foreign; 256];
    let mut byte = 0;
    while byte < 128 {
        signs[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => Sign::Word,
            _ => Sign::Other,
        };
        byte += 1;
    }
    signs
};

/// Where the first word from a place on begins.
fn opening(text: &str, from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        match SIGNS[usize::from(*text.as_bytes().get(at)?)] {
            Sign::Word => return Some(at),
            Sign::Other => at += 1,
            Sign::Foreign => match text[at..].chars().next()? {
                c if is_alphanumeric(c) => return Some(at),
                c => at += c.len_utf8(),
            },
        }
    }
}

/// The word that begins at a place.
fn word(text: &str, from: usize) -> Word<'_> {
    let text = &text[from..];
    let (mut hash, mut stem, mut length, mut has_digit) = (FIRST, FIRST, 0, false);
    // One loop with one end, that cannot be foreseen.
    for &byte in text.as_bytes() {
        match SIGNS[usize::from(byte)] {
            Sign::Word => {}
            Sign::Other => break,
            Sign::Foreign => return foreign_word(text),
        }
        hash = mix(hash, byte);
        stem = if length < STEM { hash } else { stem };
        has_digit |= byte.is_ascii_digit();
        length += 1;
    }
    Word { text: &text[..length], hash, stem, has_digit, is_unspaced: false }
}

/// The word that a text begins with, not all of which is ASCII, perhaps.
fn foreign_word(text: &str) -> Word<'_> {
    let end = text.find(|c: char| !is_alphanumeric(c)).unwrap_or(text.len());
    let text = &text[..end];
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    let (hash, stem) = (hash(text), stem(text));
    Word { text, hash, stem, has_digit, is_unspaced: text.starts_with(is_unspaced) }
}

/// What stands between white space.
pub fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let (end, length) = white(rest).unwrap_or((rest.len(), 0));
            let piece = &rest[..end];
            rest = &rest[end + length..];
            if !piece.is_empty() {
                return Some(piece);
            }
            if length == 0 {
                return None;
            }
        }
    })
}

/// Whether white space may begin with a byte: that of ASCII is one byte long, all other of Unicode
/// begins with one of a few.
const MAY_PART: [bool; 256] = {
    let mut parts = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        parts[byte] = matches!(byte, 0x20 | 0x09..=0x0d | 0xc2 | 0xe1..=0xe3);
        byte += 1;
    }
    parts
};

/// Where the first white space lies, and its length.
fn white(text: &str) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        at += bytes[at..].iter().position(|byte| MAY_PART[usize::from(*byte)])?;
        if bytes[at].is_ascii() {
            return Some((at, 1));
        }
        if let Some(c) = text[at..].chars().next().filter(|c| c.is_whitespace()) {
            return Some((at, c.len_utf8()));
        }
        at += 1;
    }
}

/// Bits of the filter of [`Hashes`], as a power of two.
const FILTER: u32 = 13;

/// Words that are asked for, as hashes.
pub trait Holds {
    /// How many of the words, sorted hashes, are among these.
    fn held(&self, words: &[u32]) -> usize;
}

/// Sorted hashes.
impl Holds for Vec<u32> {
    fn held(&self, words: &[u32]) -> usize {
        let (mut own, mut other, mut count) = (0, 0, 0);
        while let (Some(a), Some(b)) = (self.get(own), words.get(other)) {
            count += usize::from(a == b);
            own += usize::from(a <= b);
            other += usize::from(b <= a);
        }
        count
    }
}

/// Many words, as hashes; most others are told by one bit.
pub struct Hashes {
    sorted: Vec<u32>,
    /// Too much to be moved about.
    filter: Box<[u64; 1 << (FILTER - 6)]>,
}

impl Hashes {
    /// From hashes in any order.
    pub fn new(mut hashes: Vec<u32>) -> Self {
        hashes.sort_unstable();
        hashes.dedup();
        let mut filter = Box::new([0; 1 << (FILTER - 6)]);
        hashes.iter().for_each(|hash| filter[bit(*hash) >> 6] |= 1 << (bit(*hash) & 63));
        Self { sorted: hashes, filter }
    }
}

impl Hashes {
    fn holds(&self, hash: u32) -> bool {
        self.filter[bit(hash) >> 6] & (1 << (bit(hash) & 63)) != 0
            && self.sorted.binary_search(&hash).is_ok()
    }
}

impl Holds for Hashes {
    fn held(&self, words: &[u32]) -> usize {
        words.iter().filter(|word| self.holds(**word)).count()
    }
}

fn bit(hash: u32) -> usize {
    spread(hash, FILTER)
}

/// A number of so many bits that depends on all of the hash.
fn spread(hash: u32, bits: u32) -> usize {
    (hash.wrapping_mul(0x9e37_79b1) >> (32 - bits)) as usize
}

/// Slots of [`Lists`], as a power of two: several times the words, so that the first slot tells.
const SLOTS: u32 = 12;

/// Lists of words that a text's words are looked up in all at once.
pub struct Lists {
    /// A word's hash, and a bit for each list that it is in; no bit in a slot without a word.
    slots: Vec<(u32, u8)>,
}

impl Lists {
    /// From lists of lines of words; lines that open with `#` say something of the list.
    pub fn of(lists: &[&str]) -> Self {
        let mut found = Self { slots: vec![(0, 0); 1 << SLOTS] };
        for (number, list) in lists.iter().enumerate() {
            let lines = list.lines().filter(|line| !line.starts_with('#'));
            for word in lines.flat_map(|line| line.split(' ')) {
                let slot = found.slot(hash(&fold(word)));
                found.slots[slot] = (hash(&fold(word)), found.slots[slot].1 | 1 << number);
            }
        }
        found
    }

    /// Of each list, whether it holds a word: bits from the lowest on.
    pub fn holding(&self, hash: u32) -> u8 {
        self.slots[self.slot(hash)].1
    }

    /// Where a word stands, or would.
    fn slot(&self, hash: u32) -> usize {
        let mut at = spread(hash, SLOTS);
        while self.slots[at].1 != 0 && self.slots[at].0 != hash {
            at = (at + 1) % self.slots.len();
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_cut_and_hashed_once() {
        let text = "  ferry no. 12b, баржа-2026 東京 x";
        let expected = ["ferry", "no", "12b", "баржа", "2026", "東京", "x"];
        let found: Vec<Word> = words(text).collect();
        assert!(found.iter().map(|word| word.text).eq(expected));
        for word in &found {
            assert_eq!((word.hash, word.stem), (hash(word.text), stem(word.text)), "{}", word.text);
            assert_eq!(word.has_digit, word.text.contains(|c: char| c.is_ascii_digit()));
            assert_eq!(word.is_unspaced, word.text == "東京");
        }
        assert_eq!(words("").count() + words(" .… ").count(), 0);
    }

    #[test]
    fn pieces_stand_between_white_space() {
        for text in ["", " ", "a", " a  b ", "a\u{a0}b", "\u{3000}á\u{2003}\nb – c", "â\u{1680}"]
        {
            assert!(pieces(text).eq(text.split_whitespace()), "{text:?}");
        }
        for c in ('\0'..=char::MAX).filter(|c| c.is_whitespace()) {
            assert!(pieces(&format!("a{c}b")).eq(["a", "b"]), "{c:?}");
        }
    }

    #[test]
    fn lists_hold_their_words() {
        let lists = Lists::of(&["# a list\nthe of\nUnd", "monday of"]);
        let holding = |word: &str| lists.holding(hash(word));
        assert_eq!(["the", "und", "monday", "of"].map(holding), [1, 1, 2, 3]);
        assert_eq!(["list", "ferry", ""].map(holding), [0; 3]);
    }

    #[test]
    fn words_held_are_counted() {
        let sorted = |text: &str| {
            let mut hashes: Vec<u32> = text.split(' ').map(hash).collect();
            hashes.sort_unstable();
            hashes
        };
        let own = sorted("the ferry of kos");
        for (text, count) in [("the ferry", 2), ("of rhodes to kos", 2), ("bread", 0)] {
            assert_eq!(own.held(&sorted(text)), count, "{text}");
            assert_eq!(Hashes::new(own.clone()).held(&sorted(text)), count, "{text}");
        }
        assert_eq!(Vec::new().held(&own) + own.held(&[]), 0);
    }

    #[test]
    fn a_stem_is_that_of_the_folded_word() {
        let mut room = String::new();
        for piece in ["Zelensky", "(Kos)", "“Ünal’s", "U.S.-led,", "O’Neill", "O'Neill", "--", "É"]
        {
            let folded = fold(piece);
            let bare = folded.trim_matches(|c: char| !c.is_alphanumeric());
            assert_eq!(stem_of_piece(piece, &mut room), stem(bare), "{piece}");
        }
    }
}
