//! What only many articles show: the shape of a line, so that it is known again in the next
//! article, and which lines of an article may be boilerplate of its whole source.
//!
//! Shapes are kept in libraries. Whoever changes how one is made makes old ones mean nothing, which
//! costs what was learned and nothing else.

use std::collections::HashSet;

use super::fold::{fold_char, is_unspaced};
use super::long;
use crate::article::{Article, Kind, Label, Mention, Place};

/// Words, or three characters of a script without spaces each, that make a paragraph prose.
const PROSE: usize = 12;
/// A story begins with so many paragraphs of prose that are never taken for boilerplate here.
const LEAD: usize = 2;
/// Lines before the story and at its end that may be boilerplate.
const HEAD: usize = 4;
const TAIL: usize = 6;
/// Paragraphs behind the first ones that are looked at as parts of the story.
const INSIDE: usize = 4;
/// A shape holds at least so many words that are no names or numbers, of so many letters together.
const WORDS: usize = 2;
const LETTERS: u32 = 8;
/// A word of the title so long tells what the story is about.
const TELLING: u32 = 5;
/// Words of the story that go into its sketch: no more than a byte counts.
const SKETCHED: usize = 200;
/// Bits in which sketches of one story may differ: half as many as those of two stories do.
const ALIKE: u32 = 16;
/// What a name is replaced by before a line is folded; the loader lets no such character in.
const NAME: char = '\u{1}';

/// What one article can teach about its source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Look {
    /// Kept lines at its edges that do not speak of its story.
    pub edges: Vec<Edge>,
    /// Shapes of the story's own first paragraphs: what stands here is no boilerplate.
    pub inside: Vec<u64>,
    pub story: Story,
    /// Bytes of all that is kept.
    pub bytes: usize,
}

/// A line that may be boilerplate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    pub paragraph: u32,
    pub shape: u64,
    pub bytes: usize,
}

/// What tells one story from another, however often it is issued.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Story {
    /// Of the title, with its numbers masked: tomorrow's edition of a column is the same column.
    pub title: u32,
    /// Similar texts have sketches that differ in few bits.
    pub sketch: u64,
}

impl Story {
    /// True for two issues of one story: the same title, or nearly the same words.
    pub fn is_copy_of(&self, other: &Story) -> bool {
        self.title == other.title || (self.sketch ^ other.sketch).count_ones() <= ALIKE
    }
}

/// Looks at an article as the cleaner has marked it. Of a long one, only at its beginning and end.
pub fn look(article: &Article) -> Look {
    let texts = &article.paragraphs;
    let kept: Vec<usize> =
        (0..texts.len()).filter(|&n| texts[n].mark.kept() && !texts[n].text.is_empty()).collect();
    let mut look =
        Look { bytes: kept.iter().map(|&n| texts[n].text.len()).sum(), ..Look::default() };
    look.story.title = low(hash_of(&masked_words(&article.title, &[])));
    let mut lead = Vec::new();
    let mut lines: Vec<(usize, Vec<Word>)> = Vec::new();
    for (at, &n) in kept.iter().enumerate() {
        let near = lead.len() < LEAD || lead.last().is_some_and(|last| at <= last + INSIDE);
        if !near && at + TAIL < kept.len() {
            continue;
        }
        let words = words_of(&texts[n].text);
        if lead.len() < LEAD && is_prose(texts[n].kind, &words) {
            lead.push(at);
        }
        lines.push((at, words));
    }
    let Some(&first) = lead.first() else { return look };
    let about = About::of(article, lead.iter().map(|&at| kept[at]));
    let mut sketch = Sketch::default();
    for (at, words) in &lines {
        let (at, n) = (*at, kept[*at]);
        let at_edge = at < first.min(HEAD) || at > first && at + TAIL >= kept.len();
        if lead.contains(&at) || !at_edge {
            sketch.add(words);
            look.inside.extend(line_shape(article, n, words));
        } else if let Some(shape) = line_shape(article, n, words)
            && !about.is_spoken_of(article, n, words)
        {
            let bytes = texts[n].text.len();
            look.edges.push(Edge { paragraph: n as u32, shape, bytes });
        }
    }
    look.story.sketch = sketch.bits();
    look
}

/// A paragraph's exact words: case, accents and signs make no difference, unless there is nothing
/// else.
pub fn exact(text: &str) -> u64 {
    match words_of(text) {
        words if words.is_empty() => {
            let mut word = Word::EMPTY;
            text.trim().chars().for_each(|c| word.push(c));
            stirred(word.hash)
        }
        words => hash_of(&words),
    }
}

/// A paragraph's words with every number the same; exact where it has nothing but numbers.
pub fn masked(text: &str) -> u64 {
    match masked_words(text, &[]) {
        words if words.iter().all(Word::is_mask) => exact(text),
        words => hash_of(&words),
    }
}

/// The shape of a line. A sentence is itself and nothing else: "The index closed at 7,123 points"
/// is news each time. A line that is no sentence has its names and numbers masked: "Reporting by
/// Ada Moss" is the same every day.
fn line_shape(article: &Article, n: usize, words: &[Word]) -> Option<u64> {
    let paragraph = &article.paragraphs[n];
    if matches!(paragraph.kind, Kind::Heading | Kind::TableRow | Kind::Code) {
        return None;
    }
    if is_sentence(&paragraph.text) {
        return says_enough(words).then(|| hash_of(words));
    }
    let names = article.mentions_at(Place::Paragraph(n as u32));
    let words = masked_words(&paragraph.text, names);
    says_enough(&words).then(|| hash_of(&words))
}

fn says_enough(words: &[Word]) -> bool {
    let own = || words.iter().filter(|word| !word.is_mask());
    own().count() >= WORDS && own().map(|word| word.letters).sum::<u32>() >= LETTERS
}

fn is_sentence(text: &str) -> bool {
    let end = text.trim_end_matches(['"', '”', '’', '»', '」', '』', ')', ' ']).chars().last();
    end.is_some_and(|c| {
        matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '؟' | '۔' | '।' | '։')
    })
}

fn masked_words(text: &str, names: &[Mention]) -> Vec<Word> {
    let text = long::beginning(text);
    let mut masked = String::with_capacity(text.len());
    let mut at = 0;
    for name in names.iter().filter(|name| hides(name.label)) {
        let (start, end) = (name.start as usize, name.end as usize);
        let Some(before) = text.get(at..start) else { continue };
        masked.push_str(before);
        masked.push(NAME);
        at = end;
    }
    masked.push_str(text.get(at..).unwrap_or(""));
    let mut words = words_of(&masked);
    words.iter_mut().for_each(|word| *word = word.masked());
    // "1,304" and "12" are both one number.
    words.dedup_by(|a, b| a == b && a.is_mask());
    words
}

fn hides(label: Label) -> bool {
    matches!(label, Label::Person | Label::Organization | Label::Location | Label::Date)
}

/// A word of a text, folded: all that matters is whether another is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Word {
    hash: u64,
    letters: u32,
    kind: WordKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WordKind {
    Plain,
    /// A character of a script without spaces.
    Unspaced,
    /// It has a digit.
    Number,
    /// It stands for a name.
    Name,
}

impl Word {
    const EMPTY: Self = Self { hash: 0xCBF2_9CE4_8422_2325, letters: 0, kind: WordKind::Plain };

    /// FNV-1a.
    fn push(&mut self, c: char) {
        self.hash = (self.hash ^ u64::from(c)).wrapping_mul(PRIME);
        self.letters += 1;
    }

    fn of_kind(kind: WordKind, c: char) -> Self {
        let mut word = Self { kind, ..Self::EMPTY };
        word.push(c);
        word
    }

    /// The same for every number, and for every name.
    fn masked(self) -> Self {
        match self.kind {
            WordKind::Number => Self::of_kind(WordKind::Number, '#'),
            _ => self,
        }
    }

    fn is_mask(&self) -> bool {
        matches!(self.kind, WordKind::Number | WordKind::Name)
    }
}

/// Of a text that is no line, only its beginning is looked at.
fn words_of(text: &str) -> Vec<Word> {
    let text = long::beginning(text);
    let mut words = Vec::with_capacity(text.len() / 6);
    let mut word = Word::EMPTY;
    let mut close = |word: &mut Word| {
        let word = std::mem::replace(word, Word::EMPTY);
        if word.letters > 0 {
            words.push(word);
        }
    };
    for c in text.chars() {
        match c {
            'a'..='z' => word.push(c),
            'A'..='Z' => word.push(c.to_ascii_lowercase()),
            '0'..='9' => {
                word.kind = WordKind::Number;
                word.push(c);
            }
            NAME => {
                close(&mut word);
                close(&mut Word::of_kind(WordKind::Name, '*'));
            }
            _ if c.is_ascii() => close(&mut word),
            _ => match fold_char(c) {
                None => {}
                Some(c) if is_unspaced(c) => {
                    close(&mut word);
                    close(&mut Word::of_kind(WordKind::Unspaced, c));
                }
                Some(c) if c.is_alphanumeric() => {
                    if c.is_numeric() {
                        word.kind = WordKind::Number;
                    }
                    word.push(c);
                }
                Some(_) => close(&mut word),
            },
        }
    }
    close(&mut word);
    words
}

fn hash_of(words: &[Word]) -> u64 {
    let hash = words.iter().fold(0, |hash: u64, word| (hash ^ word.hash).wrapping_mul(PRIME));
    stirred(hash)
}

fn is_prose(kind: Kind, words: &[Word]) -> bool {
    if !matches!(kind, Kind::Paragraph | Kind::Quote) {
        return false;
    }
    let characters = words.iter().filter(|word| word.kind == WordKind::Unspaced).count();
    words.len() - characters + characters / 3 >= PROSE
}

/// What a story is about: who its title and its first paragraphs name, and the title's words.
struct About {
    named: HashSet<u32>,
    title: Vec<u64>,
}

impl About {
    fn of(article: &Article, lead: impl Iterator<Item = usize>) -> Self {
        let places = std::iter::once(Place::Title).chain(lead.map(|n| Place::Paragraph(n as u32)));
        let mentions = places.flat_map(|place| article.mentions_at(place));
        let named = mentions.filter(|m| is_name(m.label)).map(|m| m.entity).collect();
        let telling = |word: &Word| word.letters >= TELLING;
        let words = words_of(&article.title).into_iter().filter(telling);
        let title = words.map(|word| word.hash).collect();
        Self { named, title }
    }

    /// A line that names whom the story names belongs to it, however often it is printed: "The
    /// ferry Aurelia was built in 1998."
    fn is_spoken_of(&self, article: &Article, n: usize, words: &[Word]) -> bool {
        let names = article.mentions_at(Place::Paragraph(n as u32));
        names.iter().any(|m| is_name(m.label) && self.named.contains(&m.entity))
            || words.iter().any(|word| self.title.contains(&word.hash))
    }
}

fn is_name(label: Label) -> bool {
    !matches!(label, Label::Date | Label::Money | Label::Misc)
}

/// A simhash of three words at a time.
#[derive(Default)]
struct Sketch {
    /// How many have each bit, eight bits' counts in each number: bit `n` of a hash is counted in
    /// byte `n / 8` of number `n % 8`.
    votes: [u64; 8],
    cast: u64,
    words: usize,
}

impl Sketch {
    fn add(&mut self, words: &[Word]) {
        let words = &words[..words.len().min(SKETCHED - self.words)];
        self.words += words.len();
        for three in words.windows(3) {
            let turned = three[1].hash.rotate_left(21) ^ three[2].hash.rotate_left(42);
            let hash = stirred(three[0].hash ^ turned);
            for (bit, votes) in self.votes.iter_mut().enumerate() {
                *votes += hash >> bit & 0x0101_0101_0101_0101;
            }
            self.cast += 1;
        }
    }

    fn bits(&self) -> u64 {
        let votes = |bit: usize| self.votes[bit % 8].to_le_bytes()[bit / 8];
        let set = (0..64).filter(|bit| u64::from(votes(*bit)) * 2 > self.cast);
        set.fold(0, |bits, bit| bits | 1 << bit)
    }
}

const PRIME: u64 = 0x100_0000_01B3;

/// Every bit depends on every other.
fn stirred(hash: u64) -> u64 {
    let hash = (hash ^ hash >> 32).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    hash ^ hash >> 29
}

fn low(hash: u64) -> u32 {
    (hash & u64::from(u32::MAX)) as u32
}

#[cfg(test)]
mod tests;
