//! What the network sees of a token: numbers of rows whose sum stands for it.
//!
//! Words and affixes are hashed into a fixed number of rows; spelling, word lists and what the rest
//! of the article says have a row each. Row order is part of the weights: append, then train anew.

use super::super::evidence::is_loud;
use super::super::gazetteer::{Gazetteer, Kinds};
use super::super::tokens::{Shape, Text};
use super::hash;
use super::traces::Traces;

/// Rows of hashed words.
pub const WORDS: u32 = 16_384;
/// Rows of hashed beginnings and ends of words.
pub const AFFIXES: u32 = 12_288;
const SHAPES: u32 = WORDS + AFFIXES;
const KINDS: u32 = SHAPES + 9 * 8;
const PHRASES: u32 = KINDS + 32;
const TRACES: u32 = PHRASES + 16;
const SIGNS: u32 = TRACES + 16;
/// Rows in all.
pub const ROWS: u32 = SIGNS + 8;

/// The codes of one text, token by token.
#[derive(Clone, Debug, Default)]
pub struct Coded {
    /// Hash of the word as the table of static vectors has it, and without accents.
    pub words: Vec<(u64, u64)>,
    rows: Vec<u32>,
    ends: Vec<u32>,
}

impl Coded {
    /// Rows of token `n`; the first is its word's.
    pub fn rows(&self, n: usize) -> &[u32] {
        let from = if n == 0 { 0 } else { self.ends[n - 1] };
        &self.rows[from as usize..self.ends[n] as usize]
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

/// Codes every text of one article.
pub fn of(texts: &[Text], gazetteer: &Gazetteer) -> Vec<Coded> {
    let traces = Traces::of(texts);
    texts.iter().map(|text| code(text, gazetteer, &traces)).collect()
}

fn code(text: &Text, gazetteer: &Gazetteer, traces: &Traces) -> Coded {
    let loud = is_loud(text);
    let phrases = phrases(text, gazetteer);
    let mut coded = Coded::default();
    for (n, phrase) in phrases.into_iter().enumerate() {
        push_word(&mut coded, text, n);
        push_affixes(&mut coded, text, n);
        push_spelling(&mut coded, text, n, loud);
        push_bits(&mut coded.rows, KINDS, text.kinds(n).bits());
        push_bits(&mut coded.rows, PHRASES, phrase);
        push_bits(&mut coded.rows, TRACES, traces.at(text, n));
        coded.ends.push(coded.rows.len() as u32);
    }
    coded
}

fn push_bits(rows: &mut Vec<u32>, first: u32, bits: u32) {
    let mut left = bits;
    while left != 0 {
        rows.push(first + left.trailing_zeros());
        left &= left - 1;
    }
}

fn push_word(coded: &mut Coded, text: &Text, n: usize) {
    let fold = text.fold(n);
    let word = text.word(n);
    let plain = hash::of(fold.bytes());
    let spelled = if word.is_ascii() { plain } else { spelled_hash(word) };
    coded.words.push((spelled, plain));
    let row = if text.shape(n) == Shape::Number { hash::of(digits(fold)) } else { plain };
    coded.rows.push((row % u64::from(WORDS)) as u32);
}

/// Lower case, accents kept, as the table of static vectors spells its words.
fn spelled_hash(word: &str) -> u64 {
    let mut buffer = [0; 4];
    let mut bytes = Vec::with_capacity(word.len());
    for c in word.chars().flat_map(char::to_lowercase) {
        let c = if matches!(c, '’' | 'ʼ') { '\'' } else { c };
        bytes.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
    }
    hash::of(bytes)
}

/// The pattern of a number; years keep their century.
fn digits(fold: &str) -> impl Iterator<Item = u8> {
    let year = fold.len() == 4 && (fold.starts_with("19") || fold.starts_with("20"));
    let kept = if year { 2 } else { 0 };
    fold.bytes().enumerate().map(move |(n, b)| match b {
        b'0'..=b'9' if n >= kept => b'0',
        b => b,
    })
}

/// Hashes of beginnings and ends of words by their length, to be joined with what they are.
const HEADS: [u64; 5] = [0, 0, hash::before(2), hash::before(3), hash::before(4)];
const TAILS: [u64; 5] = [0, 0, hash::before(10), hash::before(11), hash::before(12)];

fn push_affixes(coded: &mut Coded, text: &Text, n: usize) {
    if matches!(text.shape(n), Shape::Number | Shape::Sign) {
        return;
    }
    let fold = text.fold(n);
    for size in 2..=4 {
        let Some((end, _)) = fold.char_indices().nth(size) else { break };
        let Some((start, _)) = fold.char_indices().rev().nth(size - 1) else { break };
        let head = hash::join_to(HEADS[size], hash::of(fold[..end].bytes()));
        let tail = hash::join_to(TAILS[size], hash::of(fold[start..].bytes()));
        for affix in [head, tail] {
            coded.rows.push(WORDS + (affix % u64::from(AFFIXES)) as u32);
        }
    }
}

fn push_spelling(coded: &mut Coded, text: &Text, n: usize, loud: bool) {
    let token = &text.tokens[n];
    let how = u32::from(token.opens) | u32::from(token.joined) << 1 | u32::from(loud) << 2;
    coded.rows.push(SHAPES + token.shape as u32 * 8 + how);
    if n == 0 {
        coded.rows.push(SIGNS);
    }
    if n + 1 == text.tokens.len() {
        coded.rows.push(SIGNS + 1);
    }
}

/// For each token, which listed phrases of several words it opens or goes on with.
fn phrases(text: &Text, gazetteer: &Gazetteer) -> Vec<u32> {
    const LISTS: [Kinds; 6] = [
        Kinds::PLACE,
        Kinds::ORGANISATION,
        Kinds::GROUP,
        Kinds::MISC,
        Kinds::PRODUCT,
        Kinds::TITLE,
    ];
    let mut bits = vec![0; text.tokens.len()];
    for from in (0..text.tokens.len()).filter(|n| text.tokens[*n].begins && text.name_like(*n)) {
        for (k, list) in LISTS.into_iter().enumerate() {
            let Some((to, _)) = gazetteer.longest(text, from, text.tokens.len(), list) else {
                continue;
            };
            if to > from + 1 {
                bits[from] |= 1 << (2 * k);
                bits[from + 1..to].iter_mut().for_each(|b| *b |= 2 << (2 * k));
            }
        }
    }
    bits
}
