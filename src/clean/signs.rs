//! What the signs of a text show before its words are read: stops, capitals, figures, quotation
//! marks, addresses. Every paragraph passes through here several times, so that what is ASCII is
//! counted many bytes at a time.

use super::fold::{ascii, is_alphabetic, is_alphanumeric};
use super::words::{pieces, stem_of_piece};

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

/// "2024", "10:15", "3.5.", "12/24": a digit, then a sign that parts figures, then a digit; or a
/// year.
pub fn is_dated(folded: &str) -> bool {
    let mut rest = folded.as_bytes();
    while let Some(from) = find(rest, |byte| byte.is_ascii_digit()) {
        let (figures, behind) = rest[from..].split_at(digits(&rest[from..]));
        let year = figures.len() == 4 && (figures.starts_with(b"19") || figures.starts_with(b"20"));
        let parted = matches!(behind, [b':' | b'/' | b'.' | b'-', b'0'..=b'9', ..]);
        if year || parted {
            return true;
        }
        rest = behind;
    }
    false
}

/// "2024年5月12日 14時05分更新": a year, a month and a day as the east writes them, and nothing that
/// a date does not hold.
pub fn is_eastern_date(text: &str) -> bool {
    const SIGNS: &str = "年月日時分秒曜火水木金土午前後更新公開配信년월일시분초오전후입력수정";
    let known = |c: char| !is_alphanumeric(c) || c.is_ascii_digit() || SIGNS.contains(c);
    text.len() <= 90
        && text.starts_with(|c: char| !c.is_ascii_alphabetic())
        && text.contains(['年', '년'])
        && text.contains(['日', '일'])
        && text.bytes().filter(u8::is_ascii_digit).count() >= 4
        && text.chars().all(known)
}

/// Where the first byte lies that is so. Much is looked at together, so `is` has no branches.
#[inline]
fn find(bytes: &[u8], is: impl Fn(u8) -> bool) -> Option<usize> {
    const ABREAST: usize = 16;
    let none = |run: &&[u8; ABREAST]| !run.iter().fold(false, |any, byte| any | is(*byte));
    let (runs, _) = bytes.as_chunks();
    let past = runs.iter().take_while(none).count() * ABREAST;
    bytes[past..].iter().position(|byte| is(*byte)).map(|at| past + at)
}

fn digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

pub fn ending(text: &str) -> Ending {
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

pub fn is_signed(text: &str) -> bool {
    let Some(before) = without_signature(text) else { return false };
    let name = text[before.len()..].trim().trim_matches(['(', ')', '.']);
    let ends = before.ends_with(['.', '!', '?', '”', '"', '’']);
    let capital = name.chars().next().is_some_and(char::is_uppercase);
    ends && capital
        && name.split([' ', '/', ',']).count() <= 4
        && !name.contains(|c: char| c.is_ascii_digit())
}

/// The signs of a line, counted.
#[derive(Default)]
pub struct Letters {
    pub characters: usize,
    pub letters: usize,
    pub upper: usize,
    /// Signs that part menu entries.
    pub separators: usize,
    pub quotes: bool,
}

impl Letters {
    pub fn of(text: &str) -> Self {
        let mut found = Letters::default();
        let (chunks, rest) = text.as_bytes().as_chunks();
        chunks.iter().for_each(|chunk| found.count(chunk));
        // Filled up, so that it is counted as quickly as the others; a zero is a sign of its own.
        let mut last = [0; CHUNK];
        last[..rest.len()].copy_from_slice(rest);
        found.count(&last);
        found.characters -= CHUNK - rest.len();
        if found.characters < text.len() {
            foreign(text).for_each(|c| found.add(c));
        }
        found
    }

    /// What is ASCII, and how many signs there are.
    fn count(&mut self, bytes: &[u8; CHUNK]) {
        let upper = count(bytes, |byte| byte.is_ascii_uppercase());
        self.upper += upper;
        self.letters += upper + count(bytes, |byte| byte.is_ascii_lowercase());
        // All bytes but those that go on with a sign.
        self.characters += count(bytes, |byte| byte & 0xc0 != 0x80);
        self.separators += count(bytes, |byte| (byte == b'|') | (byte == b'>'));
        self.quotes |= count(bytes, |byte| byte == b'"') > 0;
    }

    /// A sign that is not ASCII.
    fn add(&mut self, c: char) {
        self.separators += usize::from(matches!(c, '›' | '·' | '»'));
        self.quotes |= matches!(c, '“' | '”' | '„' | '«' | '»' | '「' | '『');
        if is_alphanumeric(c) {
            self.letters += usize::from(is_alphabetic(c));
            self.upper += usize::from(c.is_uppercase());
        }
    }
}

/// Bytes that are counted side by side: so few that a byte holds their number.
const CHUNK: usize = 64;

/// How many bytes are so.
fn count(bytes: &[u8; CHUNK], is: impl Fn(u8) -> bool) -> usize {
    usize::from(bytes.iter().map(|byte| u8::from(is(*byte))).sum::<u8>())
}

/// The signs that are not ASCII.
fn foreign(text: &str) -> impl Iterator<Item = char> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut signs = rest[ascii(rest)..].chars();
        let c = signs.next()?;
        rest = signs.as_str();
        Some(c)
    })
}

#[derive(Default)]
pub struct Capitals {
    pub words: usize,
    pub capital: usize,
    /// Words with a capital, less those that open a sentence, as sorted hashes.
    pub names: Vec<u32>,
}

/// Words that are looked at for their capitals.
const READ: usize = 60;

impl Capitals {
    /// Of the first words of a text; a name is a capital that no sentence begins with.
    pub fn of(text: &str) -> Self {
        let mut found = Capitals::default();
        let mut opens = true;
        let mut folded = String::new();
        let (mut names, mut count) = ([0; READ], 0);
        for word in pieces(text).take(READ) {
            let first = word.as_bytes()[0];
            let small = first.is_ascii_lowercase();
            let letter = || word.chars().find(|c| is_alphabetic(*c));
            let Some(first) = (if small { Some(first.into()) } else { letter() }) else { continue };
            found.words += 1;
            if !small && first.is_uppercase() {
                found.capital += 1;
                if !opens {
                    names[count] = stem_of_piece(word, &mut folded);
                    count += 1;
                }
            }
            opens = match word.as_bytes()[word.len() - 1] {
                b'.' | b'!' | b'?' | b':' | b'"' => true,
                last => !last.is_ascii() && word.ends_with('“'),
            };
        }
        names[..count].sort_unstable();
        found.names = names[..count].to_vec();
        found.names.dedup();
        found
    }
}

/// Full stops and their like that something follows, and the end.
pub fn sentences(text: &str) -> usize {
    let mut count = 1;
    let mut rest = text;
    while let Some(at) = stop(rest) {
        rest = rest[at..].trim_start_matches(|c: char| !is_alphanumeric(c) && c != ' ');
        let more = rest.trim_start();
        let next = more.chars().find(|c| is_alphanumeric(*c));
        count += usize::from(more.len() < rest.len() && next.is_some_and(char::is_uppercase));
    }
    count
}

/// Where the first full stop or its like lies.
fn stop(text: &str) -> Option<usize> {
    let foreign = |at: usize| text[at..].starts_with(['。', '؟', '।']);
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        at += find(&bytes[at..], may_stop)?;
        if bytes[at].is_ascii() || foreign(at) {
            return Some(at);
        }
        at += 1;
    }
}

/// Whether a full stop or its like may begin with a byte.
fn may_stop(byte: u8) -> bool {
    let foreign = (byte == 0xe3) | (byte == 0xd8) | (byte == 0xe0);
    foreign | (byte == b'.') | (byte == b'!') | (byte == b'?')
}

/// The share of a text that is addresses, handles or unbroken machine text.
pub fn machine(text: &str) -> f32 {
    let marked = memchr::memchr2(b'@', b'/', text.as_bytes()).is_some();
    if !marked && !has_long_word(text) && !text.contains("www.") {
        return 0.0;
    }
    let odd = |word: &&str| {
        if word.len() <= LONG && !marked {
            return word.starts_with("www.");
        }
        word.contains("://")
            || word.starts_with("www.")
            || (word.starts_with('@') && word.len() > 2)
            || (word.contains('@') && word.contains('.'))
            || (word.len() > LONG && word.is_ascii())
            || word.contains("pic.twitter")
    };
    let bytes: usize = pieces(text).filter(odd).map(str::len).sum();
    if bytes == 0 { 0.0 } else { bytes as f32 / text.len() as f32 }
}

/// No word that people write is longer, in bytes.
const LONG: usize = 45;

/// No space for more than [`LONG`] bytes.
fn has_long_word(text: &str) -> bool {
    let mut rest = text.as_bytes();
    while rest.len() > LONG {
        match memchr::memrchr(b' ', &rest[..=LONG]) {
            Some(space) => rest = &rest[space + 1..],
            None => return true,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn dates_and_times_are_told() {
        for dated in ["in 2024", "at 10:15", "3.5.", "12/24", "a 12 b 1-2", "7 of 1999"] {
            assert!(is_dated(dated), "{dated}");
        }
        for undated in ["", "no figures", "3 ferries", "20245", "1 : 2", "no. 3456", "5."] {
            assert!(!is_dated(undated), "{undated}");
        }
    }

    #[test]
    fn dates_of_the_east_are_told() {
        for date in [
            "2024年5月12日 14時05分",
            "2024年5月12日（日）",
            "更新：2024年5月12日",
            "2024년 5월 12일 14:05",
        ] {
            assert!(is_eastern_date(date), "{date}");
        }
        for other in ["", "2024年5月12日に船が戻った。", "五月十二日", "12 May 2024", "日 年"]
        {
            assert!(!is_eastern_date(other), "{other}");
        }
    }

    #[test]
    fn signs_are_counted_in_every_script() {
        let of = |text: &str| {
            let found = Letters::of(text);
            (found.characters, found.letters, found.upper, found.separators, found.quotes)
        };
        assert_eq!(of("Kos | Ferry 2"), (13, 8, 2, 1, false));
        assert_eq!(of("“Çığ” › Паром"), (13, 8, 2, 1, true));
        assert_eq!(of("「東京」"), (4, 2, 0, 0, true));
        assert_eq!(of(&"Ab \"".repeat(100)), (400, 200, 100, 0, true));
    }

    #[test]
    fn sentences_end_where_a_capital_follows() {
        assert_eq!(sentences("It sails. Nobody knew! Why? He left"), 4);
        assert_eq!(sentences("It cost 3.50 euros, or approx. four dollars"), 1);
        assert_eq!(sentences("“It sails.” Паром ушел. Все"), 3);
        assert_eq!(sentences(""), 1);
    }

    #[test]
    fn addresses_are_machine_text() {
        assert_eq!(machine("https://kos.example/a"), 1.0);
        assert!(machine("write to desk@kos.example now") > 0.5);
        assert!(machine("www.kos.example has it") > 0.5);
        assert_eq!(machine("either/or, he said @ noon"), 0.0);
        assert_eq!(machine(""), 0.0);
        assert_eq!(machine(&"x".repeat(50)), 1.0);
    }
}
