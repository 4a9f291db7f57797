//! What the network proposes, made fit: brackets whole, plain dates and sums it passed over added.

use super::model::decode::Name;
use super::model::labels::CLASSES;
use super::tokens::{Shape, Text};
use super::{Found, Sure, dates, money, runs};
use crate::article::Label;

/// The names of a text, sorted and disjoint.
pub fn names(text: &Text, proposed: &[Name]) -> Vec<Found> {
    let mut found: Vec<Found> = proposed.iter().filter_map(|name| fit(text, name)).collect();
    let free = |e: &Found| !found.iter().any(|f| f.from < e.to && e.from < f.to);
    let more: Vec<Found> = by_grammar(text).into_iter().filter(free).collect();
    found.extend(more);
    found.sort_by_key(|name| name.from);
    let mut end = 0;
    found.retain(|name| {
        let free = name.from >= end;
        end = if free { name.to } else { end };
        free
    });
    found
}

fn by_grammar(text: &Text) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.tokens.len() {
        let sum = money::at(text, at).map(|to| (to, Label::Money));
        match sum.or_else(|| dates::at(text, at).map(|to| (to, Label::Date))) {
            Some((to, label)) => {
                // A bare year or weekday the network has seen as well, and knows better.
                if label == Label::Money || to > at + 2 {
                    found.push(Found { from: at, to, label, sure: Sure::Known });
                }
                at = to;
            }
            None => at += 1,
        }
    }
    found
}

/// `None` if nothing of it can be a name.
fn fit(text: &Text, name: &Name) -> Option<Found> {
    let (from, mut to) = whole(text, name.from, name.to);
    if CLASSES[name.class] == Label::Person && from < to {
        to = with_tail(text, from, to);
    }
    let named = |n: usize| text.name_like(n) || matches!(text.shape(n), Shape::Number);
    let found = Found { from, to, label: CLASSES[name.class], sure: Sure::Told };
    (from..to).any(named).then_some(found)
}

/// Syllables and surnames that the network leaves off: `Chun Doo-hwan`, `Kathryn E. Stoner`.
fn with_tail(text: &Text, from: usize, mut to: usize) -> usize {
    if text.is(to, "-")
        && text.joined(to)
        && text.joined(to + 1)
        && runs::given_name_tail(text, from, to)
    {
        to += 2;
    }
    let initial = text.shape(to - 1) == Shape::Initial && text.is(to, ".") && text.joined(to);
    if initial && text.name_like(to + 1) && !text.tokens[to + 1].opens {
        to += 2;
    }
    to
}

/// Cuts a name at a bracket whose partner is outside, and signs off its ends.
fn whole(text: &Text, mut from: usize, mut to: usize) -> (usize, usize) {
    let (mut open, mut n) = (None, from);
    while n < to {
        match text.word(n) {
            "(" | "[" => open = Some(n),
            ")" | "]" if open.is_none() => to = n,
            ")" | "]" => open = None,
            // `Doha: Hospitals` is a place and what is said of it.
            ":" => to = n,
            _ => {}
        }
        n += 1;
    }
    to = open.map_or(to, |open| open.max(from));
    let outer = |n: usize| {
        matches!(
            text.word(n),
            "," | ";" | ":" | "(" | "[" | "-" | "–" | "—" | "\"" | "“" | "”" | "‘"
        )
    };
    while from < to && (outer(from) || text.is(from, ".")) {
        from += 1;
    }
    while from < to && outer(to - 1) {
        to -= 1;
    }
    (from, to)
}

#[cfg(test)]
mod tests {
    use super::super::gazetteer::Gazetteer;
    use super::*;

    /// What is left of a name proposed from token `from` to `to`.
    fn fitted(raw: &str, from: usize, to: usize, label: Label) -> Vec<String> {
        let text = Text::new(raw, Gazetteer::get());
        let class = CLASSES.iter().position(|c| *c == label).unwrap();
        let of = |f: &Found| {
            raw[text.tokens[f.from].start as usize..text.tokens[f.to - 1].end as usize].to_owned()
        };
        names(&text, &[Name { from, to, class }]).iter().map(of).collect()
    }

    #[test]
    fn names_keep_their_brackets_whole() {
        let org = Label::Organization;
        assert_eq!(fitted("The Kenya Union (KRU) met", 1, 4, org), ["Kenya Union"]);
        assert_eq!(fitted("The Kenya Union (KRU) met", 1, 6, org), ["Kenya Union (KRU)"]);
        assert_eq!(fitted("by Ada) Lovelock", 1, 4, org), ["Ada"]);
        assert!(fitted("it (was", 1, 2, org).is_empty());
    }

    #[test]
    fn names_keep_their_last_syllable_and_surname() {
        let person = Label::Person;
        assert_eq!(fitted("General Chun Doo-hwan left", 1, 3, person), ["Chun Doo-hwan"]);
        assert_eq!(fitted("with Kathryn E. Stoner there", 1, 3, person), ["Kathryn E. Stoner"]);
        assert_eq!(fitted("the Ada Lovelock-led party", 1, 3, person), ["Ada Lovelock"]);
    }

    #[test]
    fn the_point_of_the_sentence_before_is_no_part_of_a_name() {
        let found = fitted("Tarnby won . Rovers lost", 2, 4, Label::Organization);
        assert_eq!(found, ["Rovers"]);
    }

    #[test]
    fn a_name_ends_at_a_colon() {
        assert_eq!(fitted("Doha: Hospitals open", 0, 3, Label::Location), ["Doha"]);
    }

    #[test]
    fn sums_and_dates_that_were_passed_over_are_added() {
        let text = "It paid $5 million on 16 May 2025 there";
        assert_eq!(fitted(text, 0, 0, Label::Misc), ["$5 million", "16 May 2025"]);
    }
}
