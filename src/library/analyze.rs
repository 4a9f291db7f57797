//! Cuts text into terms: one analysis for the index, for queries and for marking hits.
//!
//! A term is a run of letters and digits, lower case, accents folded. Everything else parts terms,
//! so that "Biden's" is found by `biden` and `U.S.` asks for "u" right before "s". Scripts written
//! without spaces give a term a character; a query for several of them is a phrase.

use std::ops::Range;

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// Longest term kept, in bytes; what is longer (base64, long links) is cut there.
const LONGEST: usize = 64;

/// Calls `found` with each term and the bytes it stands for, in order.
pub fn terms(text: &str, mut found: impl FnMut(&str, Range<usize>)) {
    let mut term = String::new();
    let mut start = None;
    for (at, c) in text.char_indices() {
        let class = class(c);
        let ends = match class {
            Class::Letter | Class::Mark => false,
            Class::Alone | Class::Gap => true,
        };
        if ends && let Some(from) = start.take() {
            emit(&mut term, from..at, &mut found);
        }
        match class {
            Class::Letter => push(c, &mut term),
            // A mark belongs to the letter before it; a lone one is no term.
            Class::Mark if start.is_some() => push(c, &mut term),
            Class::Alone => push(c, &mut term),
            _ => continue,
        }
        start = start.or(Some(at));
        if class == Class::Alone && !followed_by_mark(text, at + c.len_utf8()) {
            emit(&mut term, start.take().unwrap_or(at)..at + c.len_utf8(), &mut found);
        }
    }
    if let Some(from) = start {
        emit(&mut term, from..text.len(), &mut found);
    }
}

fn emit(term: &mut String, span: Range<usize>, found: &mut impl FnMut(&str, Range<usize>)) {
    if !term.is_empty() {
        found(term, span);
    }
    term.clear();
}

fn followed_by_mark(text: &str, at: usize) -> bool {
    text[at..].chars().next().is_some_and(|c| !c.is_ascii() && is_combining_mark(c))
}

/// Where a text may be cut without cutting a term, from some byte on.
pub fn gap(text: &str, from: usize) -> usize {
    let from = text.ceil_char_boundary(from.min(text.len()));
    let mut behind = text[from..].char_indices();
    let end = behind.find(|(_, c)| matches!(class(*c), Class::Alone | Class::Gap));
    end.map_or(text.len(), |(at, _)| from + at)
}

/// The terms of a text.
pub fn terms_of(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    terms(text, |term, _| all.push(term.to_owned()));
    all
}

/// The terms of a name, apart by one space: equal for names that differ in case, accents or
/// punctuation only.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    terms(text, |term, _| {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(term);
    });
    folded
}

/// True when a text folds to just this. Most names are plain ASCII, and are told without folding.
pub fn folds_to(text: &str, folded: &str) -> bool {
    if !text.is_ascii() || text.len() > LONGEST {
        return fold(text) == folded;
    }
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut rest = folded;
    for (n, word) in words.enumerate() {
        let gap = if n == 0 { "" } else { " " };
        let after = rest.strip_prefix(gap).and_then(|rest| rest.split_at_checked(word.len()));
        match after {
            Some((same, after)) if same.eq_ignore_ascii_case(word) => rest = after,
            _ => return false,
        }
    }
    rest.is_empty()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    /// Joins the letter before it.
    Mark,
    /// A term by itself: scripts without spaces.
    Alone,
    Gap,
}

fn class(c: char) -> Class {
    if c.is_ascii() {
        return if c.is_ascii_alphanumeric() { Class::Letter } else { Class::Gap };
    }
    if is_combining_mark(c) {
        return Class::Mark;
    }
    match c {
        // Soft hyphens and joiners stand within words and are not seen.
        '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' => Class::Mark,
        '\u{E00}'..='\u{EFF}'
        | '\u{1000}'..='\u{109F}'
        | '\u{1780}'..='\u{17FF}'
        | '\u{3005}'..='\u{3007}'
        | '\u{3040}'..='\u{30FF}'
        | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FF66}'..='\u{FF9F}'
        | '\u{20000}'..='\u{3FFFF}'
            if c.is_alphanumeric() =>
        {
            Class::Alone
        }
        _ if c.is_alphanumeric() => Class::Letter,
        _ => Class::Gap,
    }
}

/// Adds a character, folded.
fn push(c: char, term: &mut String) {
    if term.len() >= LONGEST {
        return;
    }
    match c {
        'a'..='z' | '0'..='9' => term.push(c),
        'A'..='Z' => term.push(c.to_ascii_lowercase()),
        _ => match plain(c) {
            Some(plain) => term.push_str(plain),
            None => decompose_compatible(c, |part| fold_part(part, term)),
        },
    }
}

/// Letters that do not decompose though readers type them without their stroke.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' | 'ẞ' => "ss",
        'ø' | 'Ø' => "o",
        'ı' | 'İ' => "i",
        'ł' | 'Ł' => "l",
        'đ' | 'Đ' | 'ð' | 'Ð' => "d",
        'ħ' | 'Ħ' => "h",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'þ' | 'Þ' => "th",
        'ŋ' | 'Ŋ' => "n",
        'ŧ' | 'Ŧ' => "t",
        'ə' | 'Ə' => "e",
        'ς' => "σ",
        _ => return None,
    })
}

fn fold_part(part: char, term: &mut String) {
    let accent = matches!(
        part,
        '\u{300}'..='\u{36F}'       // Latin, Greek, Cyrillic
            | '\u{591}'..='\u{5C7}' // Hebrew points
            | '\u{610}'..='\u{61A}' // Arabic
            | '\u{640}'
            | '\u{64B}'..='\u{65F}'
            | '\u{670}'
            | '\u{AD}'
            | '\u{200B}'..='\u{200D}'
            | '\u{2060}'
            | '\u{FEFF}'
    );
    if accent {
        return;
    }
    for lower in part.to_lowercase() {
        // "İ" and the like leave a dot behind; symbols out of a compatibility form are no letters.
        if lower.is_alphanumeric() || is_combining_mark(lower) && !is_accent(lower) {
            term.push(lower);
        }
    }
}

fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(fold(text), expected, "{text}");
        terms(text, |_, span| assert!(text.get(span).is_some_and(|t| !t.is_empty())));
    }

    #[test]
    fn words() {
        check("The ferry is back.", "the ferry is back");
        check("Biden's U.S. co-operation, don’t", "biden s u s co operation don t");
        check("G20 3.5% 12:30", "g20 3 5 12 30");
        check("", "");
        check(" … — ", "");
    }

    #[test]
    fn accents_and_case() {
        check("Erdoğan İstanbul DIYARBAKIR Diyarbakır", "erdogan istanbul diyarbakir diyarbakir");
        check("Großstadt Tromsø Łódź Đà Nẵng", "grossstadt tromso lodz da nang");
        check("Müller Mu\u{308}ller", "muller muller");
        check("ΟΔΟΣ οδος Ёлка", "οδοσ οδοσ елка");
        check("ﬁne ½", "fine 12");
        check("мо\u{AD}сква", "москва");
    }

    #[test]
    fn scripts_without_spaces_give_a_term_a_character() {
        check("北京のニュース", "北 京 の ニ ュ ー ス");
        check("東京2020", "東 京 2020");
        check("ข่าว", "ข\u{e48} า ว");
        assert_eq!(terms_of("서울 서울시").len(), 2);
    }

    #[test]
    fn spans_are_those_of_the_text() {
        let text = "Das Großfeuer, Ölpreis";
        let mut seen = Vec::new();
        terms(text, |_, span| seen.push(&text[span]));
        assert_eq!(seen, ["Das", "Großfeuer", "Ölpreis"]);
    }

    #[test]
    fn names_are_compared_as_they_fold() {
        let names =
            ["U.S.", "Biden's", "Ada  Moss", "ADA MOSS", "Ada Mos", "Ada Mosse", "Émile", "", "-"];
        for folded in ["u s", "us", "biden s", "ada moss", "emile", ""] {
            for name in names {
                assert_eq!(folds_to(name, folded), fold(name) == folded, "{name} {folded}");
            }
        }
        let long = "Ada ".repeat(LONGEST);
        assert!(folds_to(&long, &fold(&long)));
    }

    #[test]
    fn a_text_is_cut_between_terms() {
        for (text, from, cut) in [
            ("ab cd", 1, 2),
            ("ab cd", 2, 2),
            ("ab cd", 3, 5),
            ("ab", 9, 2),
            ("渡船が", 4, 6),
            ("がé渡", 1, 5),
        ] {
            assert_eq!(gap(text, from), cut, "{text}");
        }
    }

    #[test]
    fn endless_words_are_cut() {
        assert_eq!(terms_of(&"a".repeat(10_000)), ["a".repeat(LONGEST)]);
    }
}
