//! Runs of capitalised words with the small words and signs that hold them together.

use super::dates;
use super::gazetteer::Kinds;
use super::tokens::{Shape, Text};

const PARTICLES: [&str; 22] = [
    "al", "el", "bin", "ibn", "bint", "de", "da", "do", "dos", "das", "du", "van", "von", "der",
    "den", "la", "ul", "di", "del", "della", "ter", "ben",
];

/// Where the capitalised words that belong together end.
pub fn end(text: &Text, from: usize) -> usize {
    let mut to = from + 1;
    while to < text.tokens.len() {
        match link(text, from, to) {
            Some(next) if !is_dated(text, next - 1) => to = next,
            _ => break,
        }
    }
    to
}

fn is_dated(text: &Text, at: usize) -> bool {
    let calendar = Kinds::MONTH | Kinds::WEEKDAY | Kinds::FOREIGN_MONTH | Kinds::FOREIGN_WEEKDAY;
    text.kinds(at).any(calendar) && dates::at(text, at).is_some()
}

/// The end of the run if the token at `to`, with the word it leads to, goes on with it.
fn link(text: &Text, from: usize, to: usize) -> Option<usize> {
    let named = |n: usize| text.name_like(n);
    if named(to) {
        // `In Passau I woke`, but `Elizabeth I`.
        let pronoun = text.word(to) == "I"
            && text.shape(to + 1) == Shape::Lower
            && !text.kinds(to - 1).any(Kinds::FIRST_NAME);
        return (!pronoun).then_some(to + 1);
    }
    let joined = text.joined(to) && text.joined(to + 1);
    if text.is(to, "-") && joined {
        let number = text.shape(to + 1) == Shape::Number && text.shape(to - 1) != Shape::Lower;
        let tail = text.shape(to + 1) == Shape::Lower && named(to + 3) && text.is(to + 2, "-");
        if given_name_tail(text, from, to) {
            return Some(to + 2);
        }
        return match tail {
            true => Some(to + 4),
            false => (named(to + 1) || number).then_some(to + 2),
        };
    }
    if text.is(to, ".") && text.joined(to) && named(to + 1) && !text.tokens[to + 1].opens {
        return Some(to + 2);
    }
    if text.is(to, "&") && named(to + 1) {
        return Some(to + 2);
    }
    if text.shape(to) != Shape::Lower {
        return None;
    }
    link_by_word(text, from, to)
}

fn link_by_word(text: &Text, from: usize, to: usize) -> Option<usize> {
    let after = to
        + 1
        + usize::from(matches!(text.shape(to + 1), Shape::Lower) && text.fold(to + 1) == "the");
    let opens = |kinds| (from..to).any(|n| text.kinds(n).any(kinds));
    match text.fold(to) {
        "of" if opens(Kinds::ORG_FIRST | Kinds::PLACE_FIRST) && continues(text, after) => {
            Some(after + 1)
        }
        "for"
            if text
                .kinds(to - 1)
                .any(Kinds::ORG_FIRST | Kinds::ORG_LAST | Kinds::FACILITY_LAST)
                && continues(text, after) =>
        {
            Some(after + 1)
        }
        "and" if lists_fields(text, from, to) && continues(text, to + 1) => Some(to + 2),
        word if PARTICLES.contains(&word) => link_by_particle(text, to),
        _ => None,
    }
}

fn link_by_particle(text: &Text, to: usize) -> Option<usize> {
    let mut next = to + 1;
    while text.shape(next) == Shape::Lower && PARTICLES.contains(&text.fold(next)) {
        next += 1;
    }
    next += usize::from(text.is(next, "-") && text.joined(next));
    (next <= to + 4 && text.name_like(next)).then_some(next + 1)
}

fn continues(text: &Text, at: usize) -> bool {
    text.name_like(at) && !text.kinds(at).any(Kinds::TITLE | Kinds::FIRST_NAME)
}

/// `Ministry of Finance and …`: the word before `and` is a field, not a place.
fn lists_fields(text: &Text, from: usize, to: usize) -> bool {
    let of = (from + 1..to).any(|n| matches!(text.fold(n), "of" | "for"));
    let place = text.kinds(to - 1).any(Kinds::PLACE) || text.kinds(to + 1).any(Kinds::NAMED);
    of && !place && text.kinds(from).any(Kinds::ORG_FIRST)
}

/// `Suk-yeol`: the second syllable of a given name, in lower case. `London-based` is none.
/// `Chun Doo-hwan`: the hyphen at `to` and the small word behind it belong to the name.
pub fn given_name_tail(text: &Text, from: usize, to: usize) -> bool {
    const ADJECTIVES: [&str; 14] = [
        "based", "led", "born", "era", "run", "style", "wide", "bound", "made", "owned", "like",
        "type", "held", "only",
    ];
    let name = to > from + 1
        && text.shape(to - 1) == Shape::Capitalised
        && !text.kinds(to - 1).any(Kinds::NAMED | Kinds::HEADS);
    let tail = text.shape(to + 1) == Shape::Lower
        && text.fold(to + 1).len() <= 5
        && !text.kinds(to + 1).any(Kinds::COMMON)
        && !ADJECTIVES.contains(&text.fold(to + 1));
    name && tail
}

#[cfg(test)]
mod tests {
    use crate::entities::tests::check;

    #[test]
    fn given_names_in_two_syllables() {
        check("We met [PER Yoon Suk-yeol] and [LOC London]-based traders.");
    }

    #[test]
    fn a_pronoun_ends_a_name() {
        check("Somewhere after [LOC Paris] I woke up.");
    }

    #[test]
    fn fields_of_a_ministry_stay_together() {
        check("She runs the [ORG Ministry of Trade and Industry] well.");
    }
}
