//! What can be seen of a line by itself, and of its document: facts, no judgement.

use std::collections::HashSet;
use std::sync::LazyLock;

use foldhash::fast::RandomState;

use super::cues::{self, Hit};
use super::fold::{fold, fold_onto, hash};
use super::long::beginning;
use super::wording;
use super::words::{Hashes, Holds, Word, stem, words};
use crate::article::{Article, Kind, Paragraph};

static STOPS: LazyLock<Hashes> =
    LazyLock::new(|| Hashes::of(include_str!("../../assets/clean/stops.txt")));
static TIMES: LazyLock<Hashes> =
    LazyLock::new(|| Hashes::of(include_str!("../../assets/clean/times.txt")));

/// How a line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Full stop, question or exclamation mark, perhaps with a closing quote or bracket.
    Sentence,
    Colon,
    /// Cut off with "…".
    Ellipsis,
    Open,
}

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

/// The share of the words that are among the others.
pub fn share_in(words: &[u32], others: &impl Holds) -> f32 {
    share(words.iter().filter(|word| others.holds(**word)).count(), words.len())
}

/// The lines of an article, in order.
pub fn lines(article: &Article) -> Vec<Line> {
    let title = fold(&article.title);
    let mut seen = HashSet::default();
    article.paragraphs.iter().map(|paragraph| line(paragraph, &title, &mut seen)).collect()
}

/// The words of a text that carry meaning, as sorted hashes.
pub fn meaning(text: &str) -> Vec<u32> {
    let mut counts = Counts::default();
    counts.read(&fold(text));
    counts.into_content()
}

fn line(paragraph: &Paragraph, title: &str, seen: &mut HashSet<u32, RandomState>) -> Line {
    let whole = paragraph.text.as_str();
    let text = beginning(whole);
    let folded = fold(text);
    let mut counts = Counts::default();
    counts.read(&folded);
    let again = !seen.insert(hash(&folded) ^ whole.len() as u32);
    let capitals = Capitals::of(text);
    let letters = Letters::of(text);
    Line {
        kind: paragraph.kind,
        words: counts.words,
        ending: ending(whole),
        capitals: share(capitals.capital, capitals.words),
        digits: share(counts.digits, counts.words),
        stops: share(counts.stops, counts.words),
        times: share(counts.times, counts.words),
        links: link_density(paragraph),
        machine: machine(text),
        dated: is_dated(&folded),
        bullet: is_bullet(paragraph),
        labelled: is_labelled(&folded),
        separators: letters.separators,
        signed: is_signed(whole),
        again,
        is_title: same_words(&folded, title),
        cues: cues::find(&folded),
        by: opens_byline(&folded),
        names: capitals.names,
        sentences: sentences(text),
        quotes: letters.quotes,
        lower: text.chars().find(|c| c.is_alphanumeric()).is_some_and(char::is_lowercase),
        shout: share(letters.upper, letters.letters),
        characters: letters.characters,
        opening: opening(&folded),
        tokens: wording::tokens(&counts.order, counts.words),
        content: counts.into_content(),
    }
}

fn is_bullet(paragraph: &Paragraph) -> bool {
    let sign = paragraph.text.starts_with(['•', '-', '–', '—', '*', '·', '|']);
    sign || matches!(paragraph.kind, Kind::ListItem | Kind::TableRow)
}

fn is_labelled(folded: &str) -> bool {
    let Some((label, value)) = folded.split_once(": ") else { return false };
    label.split(' ').count() <= 5 && !value.trim().is_empty()
}

/// "2024", "10:15", "3.5.", "12/24": a digit, then a sign that parts figures, then a digit; or a
/// year.
fn is_dated(folded: &str) -> bool {
    let figures = |w: &str| w.len() == 4 && (w.starts_with("19") || w.starts_with("20"));
    let Some(first) = folded.bytes().position(|byte| byte.is_ascii_digit()) else { return false };
    let folded = &folded[first..];
    let mut words = folded.split(|c: char| !c.is_ascii_digit());
    let parted = |bytes: &[u8]| {
        bytes[0].is_ascii_digit()
            && matches!(bytes[1], b':' | b'/' | b'.' | b'-')
            && bytes[2].is_ascii_digit()
    };
    words.any(figures) || folded.as_bytes().windows(3).any(parted)
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
    fn read(&mut self, folded: &str) {
        for word in words(folded) {
            if word.is_unspaced {
                self.read_unspaced(word.text);
            } else {
                self.read_word(&word);
            }
        }
    }

    fn read_word(&mut self, word: &Word) {
        self.words += 1;
        self.order.push(word.hash);
        let is_stop = STOPS.holds(word.hash);
        self.stops += usize::from(is_stop);
        if word.has_digit {
            self.digits += 1;
            self.times += 1;
        } else if TIMES.holds(word.hash) {
            self.times += 1;
        }
        if !is_stop && word.text.len() > 3 {
            self.content.push(word.stem);
        }
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

    fn into_content(mut self) -> Vec<u32> {
        self.content.sort_unstable();
        self.content.dedup();
        self.content
    }
}

fn ending(text: &str) -> Ending {
    let closers = ['"', '\'', '”', '’', '»', ')', ']', '“', '」', '』', '）'];
    let bare = text.trim_end_matches(closers).trim_end();
    if bare.ends_with("...") || bare.ends_with('…') {
        return Ending::Ellipsis;
    }
    let bare = without_signature(text).unwrap_or(bare).trim_end_matches(closers);
    match bare.chars().next_back() {
        Some('.' | '!' | '?' | '。' | '！' | '？' | '؟' | '۔' | '।' | '։') => {
            Ending::Sentence
        }
        Some(':' | '：') => Ending::Colon,
        _ => Ending::Open,
    }
}

/// The text before a closing "(AGENCY)".
fn without_signature(text: &str) -> Option<&str> {
    let inner = text.trim_end().trim_end_matches('.').strip_suffix(')')?;
    let open = inner.rfind('(')?;
    (inner.len() - open <= 40).then(|| inner[..open].trim_end())
}

fn is_signed(text: &str) -> bool {
    let Some(before) = without_signature(text) else { return false };
    let name = text[before.len()..].trim().trim_matches(['(', ')', '.']);
    let ends = before.ends_with(['.', '!', '?', '”', '"', '’']);
    let capital = name.chars().next().is_some_and(char::is_uppercase);
    ends && capital
        && name.split([' ', '/', ',']).count() <= 4
        && !name.contains(|c: char| c.is_ascii_digit())
}

/// What one walk over the signs of a line counts.
#[derive(Default)]
struct Letters {
    characters: usize,
    letters: usize,
    upper: usize,
    separators: usize,
    quotes: bool,
}

impl Letters {
    fn of(text: &str) -> Self {
        let mut found = Letters::default();
        for c in text.chars() {
            found.characters += 1;
            match c {
                'a'..='z' => found.letters += 1,
                'A'..='Z' => {
                    found.letters += 1;
                    found.upper += 1;
                }
                '|' | '›' | '·' | '>' => found.separators += 1,
                '»' => {
                    found.separators += 1;
                    found.quotes = true;
                }
                '"' | '“' | '”' | '„' | '«' | '「' | '『' => found.quotes = true,
                c if !c.is_ascii() => {
                    found.letters += usize::from(c.is_alphabetic());
                    found.upper += usize::from(c.is_uppercase());
                }
                _ => {}
            }
        }
        found
    }
}

#[derive(Default)]
struct Capitals {
    words: usize,
    capital: usize,
    names: Vec<u32>,
}

impl Capitals {
    /// Of the first words of a text; a name is a capital that no sentence begins with.
    fn of(text: &str) -> Self {
        let mut found = Capitals::default();
        let mut opens = true;
        let mut folded = String::new();
        for word in text.split_whitespace().take(60) {
            let Some(first) = word.chars().find(|c| c.is_alphabetic()) else { continue };
            found.words += 1;
            if first.is_uppercase() {
                found.capital += 1;
                if !opens {
                    folded.clear();
                    fold_onto(word, &mut folded);
                    found.names.push(stem(folded.trim_matches(|c: char| !c.is_alphanumeric())));
                }
            }
            opens = word.ends_with(['.', '!', '?', ':', '“', '"']);
        }
        found.names.sort_unstable();
        found.names.dedup();
        found
    }
}

/// Full stops and their like that something follows, and the end.
fn sentences(text: &str) -> usize {
    let mut count = 1;
    let mut rest = text;
    while let Some(at) = rest.find(['.', '!', '?', '。', '؟', '।']) {
        rest = rest[at..].trim_start_matches(|c: char| !c.is_alphanumeric() && c != ' ');
        let more = rest.trim_start();
        let next = more.chars().find(|c| c.is_alphanumeric());
        count += usize::from(more.len() < rest.len() && next.is_some_and(char::is_uppercase));
    }
    count
}

fn link_density(paragraph: &Paragraph) -> f32 {
    let linked: u32 = paragraph.links.iter().map(|l| l.end.saturating_sub(l.start)).sum();
    share(linked as usize, paragraph.text.trim().len()).min(1.0)
}

fn machine(text: &str) -> f32 {
    let plain = |word: &str| {
        word.len() <= 45
            && !word.bytes().any(|byte| matches!(byte, b'@' | b'/'))
            && !word.starts_with("www.")
    };
    let odd = |word: &&str| {
        if plain(word) {
            return false;
        }
        word.contains("://")
            || word.starts_with("www.")
            || (word.starts_with('@') && word.len() > 2)
            || (word.contains('@') && word.contains('.'))
            || (word.len() > 45 && word.is_ascii())
            || word.contains("pic.twitter")
    };
    let bytes: usize = text.split_whitespace().filter(odd).map(str::len).sum();
    share(bytes, text.len())
}

fn opening(folded: &str) -> u32 {
    let word = folded.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty());
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
    let bare = folded.trim_start_matches(|c: char| !c.is_alphanumeric());
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
        line(&paragraph, "harbour bridge reopens", &mut HashSet::default())
    }

    #[test]
    fn endings() {
        assert_eq!(ending("It ended."), Ending::Sentence);
        assert_eq!(ending("“It ended.”"), Ending::Sentence);
        assert_eq!(ending("It ended well. (HABER)"), Ending::Sentence);
        assert_eq!(ending("It goes on…"), Ending::Ellipsis);
        assert_eq!(ending("The rules:"), Ending::Colon);
        assert_eq!(ending("Main menu"), Ending::Open);
        assert_eq!(ending("これは文です。"), Ending::Sentence);
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
