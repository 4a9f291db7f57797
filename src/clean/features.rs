//! What can be seen of a line by itself, and of its document: facts, no judgement.

use std::collections::HashSet;
use std::hash::BuildHasher;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use super::cues::{self, Hit};
use super::fold::{fold, fold_onto, hash, is_alphanumeric};
use super::long::beginning;
use super::signs::{self, Capitals, Ending, Letters};
use super::wording;
use super::words::{Holds, Lists, Word, words};
use crate::article::{Article, Kind, Paragraph};

/// Function words, and words of time.
static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    Lists::of(&[
        include_str!("../../assets/clean/stops.txt"),
        include_str!("../../assets/clean/times.txt"),
    ])
});
const STOP: u8 = 1;
const TIME: u8 = 2;

/// One paragraph as the rules see it.
#[derive(Clone, Debug)]
pub struct Line {
    pub kind: Kind,
    pub words: usize,
    pub ending: Ending,
    /// Shares of its words, 0 to 1: capitalised, holding a digit, function words, words of time.
    pub capitals: f32,
    pub digits: f32,
    pub stops: f32,
    pub times: f32,
    /// The share of its text that is link.
    pub links: f32,
    /// The share of its text that is addresses, handles or unbroken machine text.
    pub machine: f32,
    /// Holds a year, a clock time or a date in figures.
    pub dated: bool,
    /// A date as the east writes it, and nothing else.
    pub is_date: bool,
    /// Begins with a bullet or dash, or is a list item or a row of a table.
    pub bullet: bool,
    /// "Label: value".
    pub labelled: bool,
    /// Signs that part menu entries: | › » ·
    pub separators: usize,
    /// Ends with a name in brackets, as an agency signs: "(ILKHA)".
    pub signed: bool,
    /// Equal to a line above it.
    pub again: bool,
    /// Says what the title says.
    pub is_title: bool,
    pub cues: Vec<Hit>,
    /// Its words that carry meaning, as sorted hashes.
    pub content: Vec<u32>,
    /// Opens with a preposition that bylines open with.
    pub by: bool,
    /// Its words with a capital, less those that open a sentence, as sorted hashes.
    pub names: Vec<u32>,
    /// How many sentences it holds.
    pub sentences: usize,
    /// Holds a quotation mark.
    pub quotes: bool,
    /// Begins with a lower-case letter.
    pub lower: bool,
    /// The share of its letters that are capitals, 0 to 1.
    pub shout: f32,
    pub characters: usize,
    /// What it opens with, as a hash: its first word, or that it is a number.
    pub opening: u32,
    /// What it says, as buckets of the word model: see [`super::wording`].
    pub tokens: Vec<u16>,
}

impl Line {
    /// Running text of some length.
    pub fn is_prose(&self) -> bool {
        self.words >= 12 && self.ending == Ending::Sentence && self.links < 0.6
    }

    pub fn is_sentence(&self) -> bool {
        self.ending == Ending::Sentence && self.words >= 4
    }

    /// Two to four capitalised words: what a name looks like.
    pub fn looks_like_name(&self) -> bool {
        (2..=4).contains(&self.words)
            && self.capitals > 0.99
            && self.digits == 0.0
            && self.stops == 0.0
            && self.ending == Ending::Open
    }

    /// How much of its meaning the core words hold, 0 to 1.
    pub fn kinship(&self, core: &impl Holds) -> f32 {
        share_in(&self.content, core)
    }
}

/// The share of the words, sorted hashes, that are among the others.
pub fn share_in(words: &[u32], others: &impl Holds) -> f32 {
    share(others.held(words), words.len())
}

/// The lines of an article, in order.
pub fn lines(article: &Article) -> Vec<Line> {
    let mut desk = Desk { title: fold(&article.title), ..Desk::default() };
    article.paragraphs.iter().map(|paragraph| desk.line(paragraph)).collect()
}

/// The words of a text that carry meaning, as sorted hashes.
pub fn meaning(text: &str) -> Vec<u32> {
    let mut counts = Counts::default();
    counts.read(&fold(text));
    counts.content()
}

/// What lines are read at.
#[derive(Default)]
struct Desk {
    title: String,
    /// The lines read so far, as hashes.
    seen: HashSet<u64, FixedState>,
    /// Room that each line takes in its turn.
    folded: String,
    counts: Counts,
}

impl Desk {
    fn line(&mut self, paragraph: &Paragraph) -> Line {
        let whole = paragraph.text.as_str();
        let text = beginning(whole);
        let Self { title, seen, folded, counts } = self;
        folded.clear();
        fold_onto(text, folded);
        counts.clear();
        counts.read(folded);
        // Of two that begin alike and go on, only one as long may be the other again.
        let beyond = (whole.len() - text.len()) as u64;
        let again = !seen.insert(FixedState::default().hash_one(folded.as_bytes()) ^ beyond);
        let capitals = Capitals::of(text);
        let letters = Letters::of(text);
        Line {
            kind: paragraph.kind,
            words: counts.words,
            ending: signs::ending(whole),
            capitals: share(capitals.capital, capitals.words),
            digits: share(counts.digits, counts.words),
            stops: share(counts.stops, counts.words),
            times: share(counts.times, counts.words),
            links: link_density(paragraph),
            machine: signs::machine(text),
            dated: signs::is_dated(folded),
            is_date: signs::is_eastern_date(folded),
            bullet: is_bullet(paragraph),
            labelled: is_labelled(folded),
            separators: letters.separators,
            signed: signs::is_signed(whole),
            again,
            is_title: same_words(folded, title),
            cues: cues::find(folded),
            by: opens_byline(folded),
            names: capitals.names,
            sentences: signs::sentences(text),
            quotes: letters.quotes,
            lower: text.chars().find(|c| is_alphanumeric(*c)).is_some_and(char::is_lowercase),
            shout: share(letters.upper, letters.letters),
            characters: letters.characters,
            opening: opening(folded),
            tokens: wording::tokens(&counts.order, counts.words),
            content: counts.content(),
        }
    }
}

fn is_bullet(paragraph: &Paragraph) -> bool {
    let sign = paragraph.text.starts_with(['•', '-', '–', '—', '*', '·', '|']);
    sign || matches!(paragraph.kind, Kind::ListItem | Kind::TableRow)
}

fn is_labelled(folded: &str) -> bool {
    let colons = memchr::memchr_iter(b':', folded.as_bytes());
    let Some(end) = colons.map(|at| at + 1).find(|&end| folded[end..].starts_with(' ')) else {
        return false;
    };
    folded[..end].split(' ').count() <= 5 && !folded[end..].trim().is_empty()
}

fn share(part: usize, whole: usize) -> f32 {
    if whole == 0 { 0.0 } else { part as f32 / whole as f32 }
}

#[derive(Default)]
struct Counts {
    words: usize,
    digits: usize,
    stops: usize,
    times: usize,
    content: Vec<u32>,
    /// The words in order, as hashes.
    order: Vec<u32>,
}

impl Counts {
    fn clear(&mut self) {
        let Self { content, order, .. } = std::mem::take(self);
        *self = Self { content, order, ..Self::default() };
        self.content.clear();
        self.order.clear();
    }

    fn read(&mut self, folded: &str) {
        let lists = &*LISTS;
        for word in words(folded) {
            if word.is_unspaced {
                self.read_unspaced(word.text);
            } else {
                self.read_word(&word, lists.holding(word.hash));
            }
        }
    }

    fn read_word(&mut self, word: &Word, holding: u8) {
        self.words += 1;
        self.order.push(word.hash);
        let is_stop = holding & STOP != 0;
        self.stops += usize::from(is_stop);
        self.digits += usize::from(word.has_digit);
        self.times += usize::from(word.has_digit || holding & TIME != 0);
        // In and out again, as no guess at it is better than another.
        self.content.push(word.stem);
        let holds_meaning = !is_stop && word.text.len() > 3;
        self.content.truncate(self.content.len() - usize::from(!holds_meaning));
    }

    /// Two signs make about a word; pairs of signs stand for its meaning.
    fn read_unspaced(&mut self, run: &str) {
        let signs: Vec<(usize, char)> = run.char_indices().collect();
        self.words += signs.len().div_ceil(2);
        for pair in signs.windows(2) {
            let end = pair[1].0 + pair[1].1.len_utf8();
            let pair = hash(&run[pair[0].0..end]);
            self.order.push(pair);
            self.content.push(pair);
        }
    }

    /// The words of meaning, sorted.
    fn content(&mut self) -> Vec<u32> {
        self.content.sort_unstable();
        self.content.dedup();
        self.content.clone()
    }
}

fn link_density(paragraph: &Paragraph) -> f32 {
    let linked: u32 = paragraph.links.iter().map(|l| l.end.saturating_sub(l.start)).sum();
    share(linked as usize, paragraph.text.trim().len()).min(1.0)
}

fn opening(folded: &str) -> u32 {
    let word = folded.split(|c: char| !is_alphanumeric(c)).find(|word| !word.is_empty());
    match word {
        Some(word) if word.bytes().all(|b| b.is_ascii_digit()) => 1,
        Some(word) => hash(word),
        None => 0,
    }
}

fn opens_byline(folded: &str) -> bool {
    let openers = [
        "by ",
        "von ",
        "par ",
        "por ",
        "di ",
        "av ",
        "af ",
        "door ",
        "oleh ",
        "przez ",
        "από ",
        "בקלם ",
        "بقلم ",
        "de ",
    ];
    let bare = folded.trim_start_matches(|c: char| !is_alphanumeric(c));
    openers.iter().any(|opener| bare.starts_with(opener))
}

/// Equal but for signs and spaces.
fn same_words(a: &str, b: &str) -> bool {
    let words = |t: &str| -> Vec<char> { t.chars().filter(|c| c.is_alphanumeric()).collect() };
    a.len().abs_diff(b.len()) <= 12 && !b.is_empty() && words(a) == words(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Line {
        let paragraph = Paragraph { text: text.into(), ..Paragraph::default() };
        Desk { title: "harbour bridge reopens".into(), ..Desk::default() }.line(&paragraph)
    }

    #[test]
    fn shares_of_a_line() {
        assert!(of("Published 3 May 2024, 10:15 GMT").times > 0.9);
        assert!(of("Anna de Boer").looks_like_name() != of("Anna Boer").looks_like_name());
        assert!(of("https://example.org/a/b").machine > 0.9);
        assert!(of("They walked to the bridge and sang.").stops > 0.4);
        assert!(of("Harbour bridge reopens!").is_title);
        assert!(of("It is over now. (NORTH PRESS)").signed);
        assert!(!of("It is over now (for a year)").signed);
    }

    #[test]
    fn kin_words_survive_their_endings() {
        let core = of("Ukraine and Zelensky agreed").content;
        assert!(of("Ukrainian Zelenskyy").kinship(&core) > 0.9);
        assert_eq!(of("Completely unrelated matters").kinship(&core), 0.0);
    }

    #[test]
    fn unspaced_scripts_have_words() {
        assert!(
            of("東京で新しい橋が開通した。市民は喜んでいる。").is_prose()
                || of("東京で新しい橋が開通した。市民は喜んでいる。").words >= 8
        );
    }
}
