//! What the network proposes, made fit: brackets whole, plain dates and sums it passed over added.

use super::model::decode::Name;
use super::model::labels::CLASSES;
use super::tokens::{Shape, Text};
use super::{Found, Sure, dates, money};
use crate::article::Label;

/// The names of a text, sorted and disjoint.
pub fn names(text: &Text, proposed: &[Name]) -> Vec<Found> {
    let mut found: Vec<Found> = proposed.iter().filter_map(|name| fit(text, name)).collect();
    let free = |e: &Found| !found.iter().any(|f| f.from < e.to && e.from < f.to);
    let more: Vec<Found> = by_grammar(text).into_iter().filter(free).collect();
    found.extend(more);
    found.sort_by_key(|name| name.from);
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
    let (from, to) = whole(text, name.from, name.to);
    let named = |n: usize| text.name_like(n) || matches!(text.shape(n), Shape::Number);
    let found = Found { from, to, label: CLASSES[name.class], sure: Sure::Told };
    (from..to).any(named).then_some(found)
}

/// Cuts a name at a bracket whose partner is outside, and signs off its ends.
fn whole(text: &Text, mut from: usize, mut to: usize) -> (usize, usize) {
    let (mut open, mut n) = (None, from);
    while n < to {
        match text.word(n) {
            "(" | "[" => open = Some(n),
            ")" | "]" if open.is_none() => to = n,
            ")" | "]" => open = None,
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
    while from < to && outer(from) {
        from += 1;
    }
    while from < to && outer(to - 1) {
        to -= 1;
    }
    (from, to)
}
