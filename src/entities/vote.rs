//! One label for a name throughout its article, and its uses that were passed over.
//!
//! The network reads a paragraph at a time; what it says of a name's clear uses settles the unclear.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use super::evidence::is_loud;
use super::gazetteer::Kinds;
use super::tokens::{Shape, Text, push_word};
use super::{Found, Sure};
use crate::article::Label;

/// Longest name looked for again, in tokens.
const LONGEST: usize = 6;

/// How often the article has a name under each label.
#[derive(Debug, Default)]
struct Votes {
    labels: HashMap<String, Vec<(Label, u32)>, RandomState>,
    /// First words of names that stand elsewhere.
    openings: HashSet<String, RandomState>,
    /// Names of running text, surnames too.
    running: HashSet<String, RandomState>,
}

/// `found[n]` are the names of `texts[n]`; sorted and disjoint before and after.
pub fn settle(texts: &[Text], found: &mut [Vec<Found>]) {
    let mut votes = Votes::default();
    for (text, names) in texts.iter().zip(found.iter()) {
        let loud = is_loud(text);
        for name in names.iter().filter(|name| is_name(name.label)) {
            votes.count(text, name, loud);
        }
        votes.count_short_forms(text, names);
    }
    for (text, names) in texts.iter().zip(found.iter_mut()) {
        for name in names.iter_mut().filter(|name| is_name(name.label)) {
            name.label = votes.label(&text.phrase(name.from, name.to), name.label);
        }
        if is_loud(text) {
            names.retain(|name| !votes.swallows(text, name));
        }
        votes.add_missed(text, names);
    }
}

impl Votes {
    fn count(&mut self, text: &Text, name: &Found, loud: bool) {
        let phrase = text.phrase(name.from, name.to);
        if !loud {
            if name.label == Label::Person {
                self.running.insert(text.fold(name.to - 1).to_owned());
            }
            self.running.insert(phrase.clone());
        }
        self.add(phrase, name.label, if loud { 1 } else { 2 });
        self.openings.insert(text.fold(name.from).to_owned());
        // A full name speaks for the surname that stands alone elsewhere.
        if name.label == Label::Person && name.to > name.from + 1 {
            self.add(text.fold(name.to - 1).to_owned(), Label::Person, 2);
            self.openings.insert(text.fold(name.to - 1).to_owned());
        }
    }

    fn add(&mut self, phrase: String, label: Label, weight: u32) {
        let labels = self.labels.entry(phrase).or_default();
        match labels.iter_mut().find(|(l, _)| *l == label) {
            Some((_, votes)) => *votes += weight,
            None => labels.push((label, weight)),
        }
    }

    /// `Kenya Rugby Union (KRU)`: the long form speaks for the short one.
    fn count_short_forms(&mut self, text: &Text, names: &[Found]) {
        for pair in names.windows(2) {
            let [long, short] = pair else { continue };
            let bracketed = long.to + 1 == short.from
                && text.is(long.to, "(")
                && text.is(short.to, ")")
                && short.to == short.from + 1
                && text.shape(short.from) == Shape::Upper;
            if bracketed && long.to > long.from + 1 && is_name(long.label) {
                self.add(text.fold(short.from).to_owned(), long.label, 2);
            }
        }
    }

    /// A headline's run of capitals around a name of the body: `Lovelock Opens Great Shiny Bridge`.
    fn swallows(&self, text: &Text, name: &Found) -> bool {
        let known = |n: usize| self.running.contains(text.fold(n)) && text.name_like(n);
        name.to > name.from + 2
            && is_name(name.label)
            && !self.running.contains(&text.phrase(name.from, name.to))
            && known(name.from)
    }

    /// The label most uses have; on a tie the use's own.
    fn label(&self, phrase: &str, own: Label) -> Label {
        let Some(labels) = self.labels.get(phrase) else { return own };
        let votes_of = |label: Label| labels.iter().find(|l| l.0 == label).map_or(0, |l| l.1);
        let best = labels.iter().rev().max_by_key(|(_, votes)| *votes);
        best.filter(|(_, votes)| *votes > votes_of(own)).map_or(own, |(label, _)| *label)
    }

    /// Names of the article in text that has none of them marked.
    fn add_missed(&self, text: &Text, names: &mut Vec<Found>) {
        let mut added = Vec::new();
        let mut taken = names.iter().peekable();
        let mut n = 0;
        while n < text.tokens.len() {
            if let Some(name) = taken.peek().filter(|name| name.from <= n) {
                n = name.to;
                taken.next();
                continue;
            }
            let free = taken.peek().map_or(text.tokens.len(), |name| name.from);
            match self.missed(text, n, free) {
                Some(name) => {
                    n = name.to;
                    added.push(name);
                }
                None => n += 1,
            }
        }
        if !added.is_empty() {
            names.append(&mut added);
            names.sort_by_key(|name| name.from);
        }
    }

    /// The longest known name from `from`, not past `free`.
    fn missed(&self, text: &Text, from: usize, free: usize) -> Option<Found> {
        if !text.name_like(from) || !self.openings.contains(text.fold(from)) {
            return None;
        }
        let mut phrase = String::new();
        let mut best = None;
        for to in from + 1..=free.min(from + LONGEST) {
            push_word(&mut phrase, text.fold(to - 1));
            let known = self.labels.contains_key(&phrase);
            if known && text.name_like(to - 1) && self.stands_alone(text, from, to) {
                best = Some(to);
            }
        }
        let to = best?;
        let phrase = text.phrase(from, to);
        let label = self.label(&phrase, Label::Misc);
        Some(Found { from, to, label, sure: Sure::Told })
    }

    /// One word alone must be no common one, and no part of a longer run of capitals.
    fn stands_alone(&self, text: &Text, from: usize, to: usize) -> bool {
        if to > from + 1 {
            return true;
        }
        let common = text.kinds(from).any(Kinds::COMMON | Kinds::TITLE | Kinds::HEADS);
        let beside = |n: Option<usize>| n.is_some_and(|n| text.name_like(n));
        let alone = !beside(from.checked_sub(1)) && !beside(Some(to));
        !common && (alone || is_loud(text)) && text.shape(from) != Shape::Initial
    }
}

fn is_name(label: Label) -> bool {
    !matches!(label, Label::Date | Label::Money)
}
