//! Cuts a text into words, numbers and signs, with byte offsets and what each word is known as.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::gazetteer::{Gazetteer, Kinds};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Lower,
    /// First letter upper case, the rest lower: `Paris`.
    Capitalised,
    /// Two letters or more, all upper case: `NATO`, `U.S.`.
    Upper,
    /// One upper-case letter: an initial, or `A`.
    Initial,
    /// Upper case further in: `McDonald`, `iPhone`.
    Mixed,
    /// Letters of a script without case.
    Caseless,
    Number,
    /// `'s` and the like after a word.
    Suffix,
    Sign,
}

#[derive(Clone, Copy, Debug)]
pub struct Token {
    pub start: u32,
    pub end: u32,
    pub shape: Shape,
    /// No white space before it.
    pub joined: bool,
    /// First word of a sentence, of a quotation or after a colon: capitals say nothing here.
    pub opens: bool,
    pub kinds: Kinds,
    /// Some listed name of several words opens with this one.
    pub begins: bool,
    fold_start: u32,
    fold_end: u32,
}

/// A text with its tokens.
#[derive(Debug)]
pub struct Text<'a> {
    pub raw: &'a str,
    pub tokens: Vec<Token>,
    folds: String,
}

impl<'a> Text<'a> {
    pub fn new(raw: &'a str, gazetteer: &Gazetteer) -> Self {
        let mut text = cut(raw);
        for n in 0..text.tokens.len() {
            let token = &text.tokens[n];
            if matches!(token.shape, Shape::Number | Shape::Suffix) {
                continue;
            }
            let (kinds, begins) = gazetteer.word(text.fold(n), token.shape == Shape::Upper);
            text.tokens[n].kinds = kinds;
            text.tokens[n].begins = begins;
        }
        mark_openings(&mut text);
        text
    }

    /// The token's letters without case and accents.
    pub fn fold(&self, n: usize) -> &str {
        let token = &self.tokens[n];
        &self.folds[token.fold_start as usize..token.fold_end as usize]
    }

    pub fn word(&self, n: usize) -> &'a str {
        let token = &self.tokens[n];
        &self.raw[token.start as usize..token.end as usize]
    }

    /// The token's own letters, if there is one.
    pub fn word_at(&self, n: usize) -> Option<&'a str> {
        (n < self.tokens.len()).then(|| self.word(n))
    }

    /// The folded words from `from` up to `to`, apart by one space.
    pub fn phrase(&self, from: usize, to: usize) -> String {
        let mut phrase = String::new();
        for n in from..to {
            push_word(&mut phrase, self.fold(n));
        }
        phrase
    }

    pub fn is(&self, n: usize, sign: &str) -> bool {
        self.tokens.get(n).is_some() && self.word(n) == sign
    }

    pub fn kinds(&self, n: usize) -> Kinds {
        self.tokens.get(n).map_or(Kinds::default(), |token| token.kinds)
    }

    pub fn shape(&self, n: usize) -> Shape {
        self.tokens.get(n).map_or(Shape::Sign, |token| token.shape)
    }

    pub fn joined(&self, n: usize) -> bool {
        self.tokens.get(n).is_some_and(|token| token.joined)
    }

    /// Written as a name is: with a capital.
    pub fn name_like(&self, n: usize) -> bool {
        use Shape::{Capitalised, Initial, Mixed, Upper};
        matches!(self.shape(n), Capitalised | Upper | Mixed | Initial)
    }
}

/// Adds the folded words of a phrase that is not part of an article, such as a line of a word list;
/// says whether it is written in capitals.
pub fn push_phrase(raw: &str, out: &mut String) -> bool {
    if raw.bytes().all(|b| b.is_ascii_alphabetic() || b == b' ') {
        return push_plain(raw, out);
    }
    let text = cut(raw);
    out.push_str(&text.phrase(0, text.tokens.len()));
    capitals(text.tokens.iter().map(|token| token.shape))
}

/// A phrase of plain letters, the most of them: no need to cut it as a text.
fn push_plain(raw: &str, out: &mut String) -> bool {
    let words = || raw.split(' ').filter(|word| !word.is_empty());
    for (n, word) in words().enumerate() {
        out.push_str(if n > 0 { " " } else { "" });
        fold_into(word, out);
    }
    capitals(words().map(shape_of))
}

fn capitals(shapes: impl Iterator<Item = Shape>) -> bool {
    let (mut upper, mut other) = (false, false);
    for shape in shapes {
        upper |= shape == Shape::Upper;
        other |= matches!(shape, Shape::Lower | Shape::Capitalised | Shape::Mixed);
    }
    upper && !other
}

pub fn push_word(phrase: &mut String, word: &str) {
    if !phrase.is_empty() {
        phrase.push(' ');
    }
    phrase.push_str(word);
}

/// Lower case, without accents: `Şırnak` gives `sirnak`.
pub fn fold_into(word: &str, out: &mut String) {
    if word.is_ascii() {
        out.extend(word.bytes().map(|b| char::from(b.to_ascii_lowercase())));
        return;
    }
    for c in word.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            'ı' => out.push('i'),
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            'đ' | 'ð' => out.push('d'),
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            '’' | 'ʼ' | '`' => out.push('\''),
            c if is_combining_mark(c) => {}
            c => out.push(c),
        }
    }
}

fn cut(raw: &str) -> Text<'_> {
    let mut text = Text { raw, tokens: Vec::with_capacity(raw.len() / 5), folds: String::new() };
    let mut at = 0;
    let mut spaced = true;
    while let Some(c) = raw[at..].chars().next() {
        if c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}') {
            spaced = true;
            at += c.len_utf8();
            continue;
        }
        let (len, shape) = token_at(&raw[at..], c);
        let fold_start = text.folds.len() as u32;
        fold_into(&raw[at..at + len], &mut text.folds);
        text.tokens.push(Token {
            start: at as u32,
            end: (at + len) as u32,
            shape,
            joined: !spaced,
            opens: false,
            kinds: Kinds::default(),
            begins: false,
            fold_start,
            fold_end: text.folds.len() as u32,
        });
        spaced = false;
        at += len;
    }
    text
}

fn token_at(rest: &str, c: char) -> (usize, Shape) {
    if c.is_numeric() {
        return (number_len(rest), Shape::Number);
    }
    if let Some(len) = suffix_len(rest, c) {
        return (len, Shape::Suffix);
    }
    if matches!(c, '年' | '月' | '日') {
        return (c.len_utf8(), Shape::Caseless);
    }
    if c.is_alphabetic() {
        let len = dotted_len(rest).unwrap_or_else(|| word_len(rest));
        return (len, shape_of(&rest[..len]));
    }
    (c.len_utf8(), Shape::Sign)
}

/// Digits, with points and commas between them.
fn number_len(rest: &str) -> usize {
    let mut len = 0;
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let digit_follows = chars.peek().is_some_and(|(_, next)| next.is_numeric());
        if !(c.is_numeric() || matches!(c, '.' | ',') && digit_follows) {
            break;
        }
        len = at + c.len_utf8();
    }
    len
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ')
}

/// `'s`, `'ll` and so on, standing right where a word has just ended.
fn suffix_len(rest: &str, c: char) -> Option<usize> {
    if !is_apostrophe(c) {
        return None;
    }
    let letters: String = rest.chars().skip(1).take_while(|c| c.is_alphabetic()).collect();
    suffix(&letters).then_some(c.len_utf8() + letters.len())
}

/// What a word leaves behind an apostrophe. Turkish case endings (`Ankara'da`) are among them.
fn suffix(letters: &str) -> bool {
    const ENGLISH: [&str; 8] = ["s", "S", "ll", "re", "ve", "d", "m", "t"];
    const TURKISH: [&str; 38] = [
        "da", "de", "ta", "te", "dan", "den", "tan", "ten", "ya", "ye", "na", "ne", "nin", "nın",
        "nun", "nün", "in", "ın", "un", "ün", "yi", "yı", "yu", "yü", "deki", "daki", "teki",
        "taki", "ndan", "nden", "nda", "nde", "yla", "yle", "nu", "nü", "lı", "li",
    ];
    ENGLISH.contains(&letters) || TURKISH.contains(&letters)
}

fn word_len(rest: &str) -> usize {
    let mut len = 0;
    for (at, c) in rest.char_indices() {
        let inner = is_apostrophe(c) && at > 0 && {
            let after: String =
                rest[at + c.len_utf8()..].chars().take_while(|c| c.is_alphabetic()).collect();
            !after.is_empty() && (!suffix(&after) || after == "t")
        };
        if !(c.is_alphabetic() || is_combining_mark(c) || inner) {
            break;
        }
        len = at + c.len_utf8();
    }
    len
}

/// `U.S.`, `D.C.`: single capitals with points between them.
fn dotted_len(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let mut len = 0;
    while bytes.get(len).is_some_and(u8::is_ascii_uppercase) && bytes.get(len + 1) == Some(&b'.') {
        len += 2;
    }
    let goes_on = rest[len..].chars().next().is_some_and(char::is_alphabetic);
    (len >= 4 && !goes_on).then_some(len)
}

fn shape_of(word: &str) -> Shape {
    let (mut upper, mut lower, mut first_upper) = (0, 0, false);
    for (n, c) in word.chars().filter(|c| c.is_alphabetic()).enumerate() {
        if c.is_uppercase() {
            upper += 1;
            first_upper |= n == 0;
        } else if c.is_lowercase() {
            lower += 1;
        }
    }
    match (upper, lower) {
        (0, 0) => Shape::Caseless,
        (0, _) => Shape::Lower,
        (1, 0) => Shape::Initial,
        (_, 0) => Shape::Upper,
        (1, _) if first_upper => Shape::Capitalised,
        _ => Shape::Mixed,
    }
}

fn mark_openings(text: &mut Text) {
    let mut opening = true;
    for n in 0..text.tokens.len() {
        let token = &text.tokens[n];
        match token.shape {
            Shape::Sign => opening = sign_opens(text, n, opening),
            _ => {
                text.tokens[n].opens = opening;
                opening = false;
            }
        }
    }
}

fn sign_opens(text: &Text, n: usize, opening: bool) -> bool {
    match text.word(n) {
        "." => !abbreviates(text, n),
        "!" | "?" | "…" | ":" | "•" | "‘" | "“" | "„" | "«" | "*" | "–" | "—" | "|" => {
            true
        }
        "\"" | "'" => opening || !text.tokens[n].joined,
        "(" | "[" | ")" | "]" | "”" | "’" | "-" => opening,
        _ => false,
    }
}

/// The point at `n` belongs to the word before it: `Dr.`, `Jan.`, `J.`
fn abbreviates(text: &Text, n: usize) -> bool {
    if n == 0 || !text.tokens[n].joined {
        return false;
    }
    let before = n - 1;
    let short = text.word(before).len() <= 4;
    text.shape(before) == Shape::Initial
        || short && text.kinds(before).any(Kinds::TITLE | Kinds::MONTH)
        || matches!(text.fold(before), "st" | "mt" | "vs" | "no" | "gov" | "ft")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(raw: &str) -> Vec<&str> {
        let text = cut(raw);
        (0..text.tokens.len()).map(|n| text.word(n)).collect()
    }

    #[test]
    fn possessives_stand_apart() {
        assert_eq!(words("Zelensky's aide"), ["Zelensky", "'s", "aide"]);
        assert_eq!(words("Ankara’da don't"), ["Ankara", "’da", "don't"]);
        assert_eq!(words("O'Brien, Qur'an"), ["O'Brien", ",", "Qur'an"]);
    }

    #[test]
    fn numbers_keep_their_points() {
        assert_eq!(words("$1.65m, 5,000."), ["$", "1.65", "m", ",", "5,000", "."]);
        assert_eq!(words("U.S. envoy J. Smith"), ["U.S.", "envoy", "J", ".", "Smith"]);
    }

    #[test]
    fn folding_drops_case_and_accents() {
        let fold = |phrase| {
            let mut folded = String::new();
            push_phrase(phrase, &mut folded);
            folded
        };
        assert_eq!(fold("İzmir Şırnak ÖZEL Łódź"), "izmir sirnak ozel lodz");
        assert_eq!(fold("Straße"), "strasse");
        assert_eq!(fold("World  Health Body"), "world health body");
    }

    #[test]
    fn phrases_in_capitals_are_told() {
        let capitals = |phrase| push_phrase(phrase, &mut String::new());
        assert!(capitals("WHO") && capitals("A WHO") && capitals("U.S.") && !capitals("A"));
        assert!(!capitals("WHO team") && !capitals("Who"));
    }

    #[test]
    fn openings_follow_sentence_ends_not_abbreviations() {
        let text = Text::new("Dr. Ada left. Then J. Fox said: \"Stay here.\"", Gazetteer::get());
        let opens: Vec<&str> = (0..text.tokens.len())
            .filter(|n| text.tokens[*n].opens)
            .map(|n| text.word(n))
            .collect();
        assert_eq!(opens, ["Dr", "Then", "Stay"]);
    }
}
