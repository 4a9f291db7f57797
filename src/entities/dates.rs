//! Dates by grammar: `May 16, 2025`, `Jan. 12`, `Friday`, `2021`; `last year` is none.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::gazetteer::Kinds;
use super::tokens::{Shape, Text};

/// The end of the date that begins at token `at`.
pub fn at(text: &Text, at: usize) -> Option<usize> {
    if text.shape(at) == Shape::Number {
        return numeric(text, at);
    }
    if is_weekday(text, at) || is_foreign(text, at, Kinds::FOREIGN_WEEKDAY) {
        let comma = at + 1 + usize::from(text.is(at + 1, ","));
        let alone = (!text.kinds(at).any(Kinds::FOREIGN_WEEKDAY)).then_some(at + 1);
        return date_after_weekday(text, comma).or(alone);
    }
    is_month(text, at).then(|| month_first(text, at)).flatten()
}

/// Foreign months and weekdays as they are spelled, in lower case.
static FOREIGN: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let lines = include_str!("../../assets/entities/dates.txt").lines();
    let lists = lines.filter_map(|line| line.strip_prefix("foreign ")?.split_once(':'));
    lists.flat_map(|(_, names)| names.split(',')).map(|name| name.trim().to_lowercase()).collect()
});

/// Without its accents `março` is a first name, so a foreign word counts only as spelled, and not
/// behind another word of a name.
fn is_foreign(text: &Text, at: usize, kind: Kinds) -> bool {
    let named = at > 0
        && text.name_like(at - 1)
        && !text.kinds(at - 1).any(Kinds::FOREIGN_WEEKDAY | Kinds::WEEKDAY)
        && !text.tokens[at].opens;
    let hyphened = at > 0 && text.joined(at) && text.is(at - 1, "-");
    text.kinds(at).any(kind)
        && !named
        && !hyphened
        && FOREIGN.contains(&text.word(at).to_lowercase())
}

fn date_after_weekday(text: &Text, at: usize) -> Option<usize> {
    if is_month(text, at) {
        return month_first(text, at);
    }
    day_first(text, at)
}

/// `May 16`, `May 16, 2025`, `May 2025`, `July 3-5`, and a month alone where it is surely one.
fn month_first(text: &Text, at: usize) -> Option<usize> {
    let next = at + 1 + usize::from(text.is(at + 1, ".") && text.joined(at + 1));
    if is_year(text, next) {
        return Some(next + 1);
    }
    if let Some(end) = day(text, next) {
        return Some(with_year(text, days_range(text, end)));
    }
    let doubtful =
        matches!(text.fold(at), "may" | "march" | "mar" | "jan" | "dec" | "sep" | "jun" | "august");
    let foreign = !text.kinds(at).any(Kinds::MONTH);
    let alone = !foreign && (!doubtful || surely_month(text, at));
    alone.then_some(at + 1)
}

/// A month that is also a word or a name counts after `in`, `since` and the like.
fn surely_month(text: &Text, at: usize) -> bool {
    const BEFORE: [&str; 14] = [
        "in", "since", "until", "by", "of", "from", "last", "next", "this", "early", "late", "mid",
        "im", "en",
    ];
    at > 0 && BEFORE.contains(&text.fold(at - 1)) && !text.name_like(at + 1)
}

fn numeric(text: &Text, at: usize) -> Option<usize> {
    slashed(text, at)
        .or_else(|| han(text, at))
        .or_else(|| day_first(text, at))
        .or_else(|| bare_year(text, at))
}

/// `16 May 2025`, `16th of May`, `16. Mai`.
fn day_first(text: &Text, at: usize) -> Option<usize> {
    let mut next = days_range(text, day(text, at)?);
    next += usize::from(text.is(next, ".") && text.joined(next));
    next += usize::from(matches!(word(text, next), "of" | "de"));
    if !is_month(text, next) {
        return None;
    }
    let end = next + 1 + usize::from(text.is(next + 1, ".") && is_year(text, next + 2));
    let end = end + usize::from(matches!(word(text, end), "de") && is_year(text, end + 1));
    Some(with_year(text, end))
}

/// `2025-05-16`, `16/05/2025`, `16.05.2025`.
fn slashed(text: &Text, at: usize) -> Option<usize> {
    let dotted = text.word(at).split('.').map(str::len).collect::<Vec<_>>();
    if matches!(dotted[..], [1 | 2, 1 | 2, 4]) {
        return Some(at + 1);
    }
    let sign =
        ["-", "/"].into_iter().find(|sign| text.is(at + 1, sign) && text.is(at + 3, sign))?;
    let digits = |n: usize| {
        (text.shape(n) == Shape::Number && text.joined(n) || n == at).then(|| text.word(n).len())
    };
    let parts = (digits(at)?, digits(at + 2)?, digits(at + 4)?);
    let fits = matches!(parts, (4, 2, 2)) || sign == "/" && matches!(parts, (1 | 2, 1 | 2, 2 | 4));
    fits.then_some(at + 5)
}

/// `2025年5月16日` and its parts.
fn han(text: &Text, at: usize) -> Option<usize> {
    let mut end = at;
    for unit in ["年", "月", "日"] {
        let follows = text.shape(end) == Shape::Number && text.joined(end + 1);
        if follows && word(text, end + 1).starts_with(unit) {
            if word(text, end + 1) != unit {
                return (end > at).then_some(end);
            }
            end += 2;
        }
    }
    (end > at).then_some(end)
}

/// A year alone, where nothing is counted by it.
fn bare_year(text: &Text, at: usize) -> Option<usize> {
    const BEFORE: [&str; 30] = [
        "in", "since", "of", "by", "until", "till", "from", "to", "during", "after", "before",
        "early", "late", "mid", "and", "between", "through", "for", "circa", "year", "anno", "im",
        "jahr", "seit", "en", "depuis", "desde", "nel", "than", "the",
    ];
    if !is_year(text, at) || at > 0 && text.kinds(at - 1).any(Kinds::SIGN | Kinds::CODE) {
        return None;
    }
    let counts = matches!(text.shape(at + 1), Shape::Lower)
        && !text.joined(at + 1)
        && !text.kinds(at + 1).any(Kinds::COMMON);
    let after = at > 0 && BEFORE.contains(&text.fold(at - 1));
    let measured = text.kinds(at + 1).any(Kinds::UNIT | Kinds::SCALE) || text.is(at + 1, "%");
    let glued = text.joined(at)
        && at > 0
        && !matches!(word(text, at - 1), "(" | "[" | "–" | "\"" | "'" | "“" | "/");
    (!measured && !glued && (after || !counts) && !text.joined_number(at + 1)).then_some(at + 1)
}

/// `16`, `16th`: where the day of a month ends.
fn day(text: &Text, at: usize) -> Option<usize> {
    let number = word(text, at);
    let fits = text.shape(at) == Shape::Number
        && number.len() <= 2
        && number.parse::<u8>().is_ok_and(|n| (1..=31).contains(&n));
    let ordinal = text.joined(at + 1) && matches!(word(text, at + 1), "st" | "nd" | "rd" | "th");
    let part_of_more = text.is(at + 1, "%") || text.is(at + 1, ":");
    (fits && !part_of_more).then_some(at + 1 + usize::from(ordinal))
}

/// `3-5`, `3–5`, `3 to 5`: past the second day.
fn days_range(text: &Text, end: usize) -> usize {
    if matches!(word(text, end), "-" | "–" | "to") {
        return day(text, end + 1).unwrap_or(end);
    }
    end
}

fn with_year(text: &Text, end: usize) -> usize {
    let year = end + usize::from(text.is(end, ","));
    if is_year(text, year) { year + 1 } else { end }
}

fn is_year(text: &Text, at: usize) -> bool {
    let number = word(text, at);
    number.len() == 4 && number.parse::<u16>().is_ok_and(|n| (1800..2100).contains(&n))
}

fn is_month(text: &Text, at: usize) -> bool {
    let known = text.kinds(at).any(Kinds::MONTH) || is_foreign(text, at, Kinds::FOREIGN_MONTH);
    known && text.shape(at) != Shape::Upper && cased(text, at)
}

fn is_weekday(text: &Text, at: usize) -> bool {
    text.kinds(at).any(Kinds::WEEKDAY) && cased(text, at)
}

/// English and German write months and weekdays with a capital; a lower-case word counts only
/// where it is no word or name elsewhere.
fn cased(text: &Text, at: usize) -> bool {
    text.name_like(at)
        || text.shape(at) == Shape::Lower && lower_case_month(text, at)
        || text.shape(at) == Shape::Caseless
}

fn lower_case_month(text: &Text, at: usize) -> bool {
    let dated = at > 0
        && (text.shape(at - 1) == Shape::Number || matches!(text.fold(at - 1), "de" | "en" | "le"));
    dated
        && !matches!(text.fold(at), "may" | "march" | "mar" | "sep" | "jun" | "dec" | "sun" | "mai")
}

fn word<'a>(text: &Text<'a>, at: usize) -> &'a str {
    if at < text.tokens.len() { text.word(at) } else { "" }
}

impl Text<'_> {
    fn joined_number(&self, at: usize) -> bool {
        self.joined(at) && self.shape(at) == Shape::Number
    }
}

#[cfg(test)]
mod tests {
    use crate::entities::tests::{check, check_in};

    #[test]
    fn days_and_months() {
        check("It ended on [DATE May 16, 2025], a [DATE Friday].");
        check("On [DATE Jan. 12] and [DATE 3 March 2020] it rained.");
        check("From [DATE July 3-5] to [DATE 16th of June].");
        check("Rents rose in [DATE March] and [DATE September].");
    }

    #[test]
    fn years() {
        check("He left in [DATE 2021].");
        check("It holds 2000 books and cost more last year.");
        check("You may march in line.");
    }

    #[test]
    fn figures() {
        check("Updated [DATE 2025-05-16] and [DATE 16.05.2025].");
        check("会议于[DATE 2025年5月16日]举行");
    }

    #[test]
    fn other_languages() {
        check("Er kam am [DATE 16. Mai 2025] an.");
        check("Le vote du [DATE 7 juillet] est clos.");
        check("وصلت القافلة في [DATE 9 نوفمبر 2026] صباحا");
        check_in(Some("tr"), "Feribot [DATE 16 Mayıs 2025] sabahı geldi.");
    }

    #[test]
    fn names_that_are_months_elsewhere() {
        check("They met Secretary of State [PER Marco Rubio] there.");
        check("We saw [PER Mart Stam] and [PER Julio Cortez] in [LOC Paris].");
        check("Rovers beat [PER Marco] twice.");
    }
}
