//! The words of a folded text, each read once: where it lies, its hash, its stem.

use super::fold::{FIRST, fold, hash, is_alphanumeric, is_unspaced, mix};

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

/// Where the first word from a place on begins.
fn opening(text: &str, from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        match text.as_bytes().get(at)? {
            byte if byte.is_ascii_alphanumeric() => return Some(at),
            byte if byte.is_ascii() => at += 1,
            _ => match text[at..].chars().next()? {
                c if is_alphanumeric(c) => return Some(at),
                c => at += c.len_utf8(),
            },
        }
    }
}

/// The word that begins at a place.
fn word(text: &str, from: usize) -> Word<'_> {
    let bytes = text.as_bytes();
    let (mut at, mut letters, mut has_digit) = (from, 0, false);
    let (mut hash, mut stem) = (FIRST, FIRST);
    while let Some(&byte) = bytes.get(at) {
        let end = match byte {
            b'a'..=b'z' | b'A'..=b'Z' => at + 1,
            b'0'..=b'9' => {
                has_digit = true;
                at + 1
            }
            _ if byte.is_ascii() => break,
            _ => match text[at..].chars().next() {
                Some(c) if is_alphanumeric(c) => at + c.len_utf8(),
                _ => break,
            },
        };
        hash = bytes[at..end].iter().fold(hash, |hash, byte| mix(hash, *byte));
        letters += 1;
        if letters <= STEM {
            stem = hash;
        }
        at = end;
    }
    let text = &text[from..at];
    let is_unspaced = !text.as_bytes()[0].is_ascii() && text.starts_with(is_unspaced);
    Word { text, hash, stem, has_digit, is_unspaced }
}

/// What stands between white space.
pub fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        while let Some((_, length)) = white(rest).filter(|(at, _)| *at == 0) {
            rest = &rest[length..];
        }
        let (end, length) = white(rest).unwrap_or((rest.len(), 0));
        let piece = &rest[..end];
        rest = &rest[end + length..];
        Some(piece).filter(|piece| !piece.is_empty())
    })
}

/// Where the first white space lies, and its length.
fn white(text: &str) -> Option<(usize, usize)> {
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b' ' | b'\t'..=b'\r' => return Some((at, 1)),
            // All other white space of Unicode begins with one of these.
            0xc2 | 0xe1..=0xe3 => {
                let c = text[at..].chars().next().filter(|c| c.is_whitespace());
                if let Some(c) = c {
                    return Some((at, c.len_utf8()));
                }
            }
            _ => {}
        }
    }
    None
}

/// Bits of the filter of [`Hashes`], as a power of two.
const FILTER: u32 = 13;

/// Words that are asked for, as hashes.
pub trait Holds {
    fn holds(&self, hash: u32) -> bool;
}

/// Sorted hashes.
impl Holds for Vec<u32> {
    fn holds(&self, hash: u32) -> bool {
        self.binary_search(&hash).is_ok()
    }
}

/// Many words, as hashes; most others are told by one bit.
pub struct Hashes {
    sorted: Vec<u32>,
    filter: [u64; 1 << (FILTER - 6)],
}

impl Hashes {
    /// From hashes in any order.
    pub fn new(mut hashes: Vec<u32>) -> Self {
        hashes.sort_unstable();
        hashes.dedup();
        let mut filter = [0; 1 << (FILTER - 6)];
        hashes.iter().for_each(|hash| filter[bit(*hash) >> 6] |= 1 << (bit(*hash) & 63));
        Self { sorted: hashes, filter }
    }

    /// From lines of words; those that open with `#` say something of the list.
    pub fn of(list: &str) -> Self {
        let lines = list.lines().filter(|line| !line.starts_with('#'));
        Self::new(lines.flat_map(|line| line.split(' ')).map(|word| hash(&fold(word))).collect())
    }
}

impl Holds for Hashes {
    fn holds(&self, hash: u32) -> bool {
        self.filter[bit(hash) >> 6] & (1 << (bit(hash) & 63)) != 0 && self.sorted.holds(hash)
    }
}

fn bit(hash: u32) -> usize {
    (hash.wrapping_mul(0x9e37_79b1) >> (32 - FILTER)) as usize
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
    fn a_list_holds_its_words() {
        let list = Hashes::of("# a list\nthe of\nUnd");
        assert!(["the", "of", "und"].iter().all(|word| list.holds(hash(word))));
        assert!(!list.holds(hash("list")) && !list.holds(hash("ferry")));
    }
}
