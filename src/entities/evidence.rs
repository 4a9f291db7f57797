//! What the rest of the article says of a name: the same word in lower case, the same name
//! mid-sentence, the full name of a surname.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use super::gazetteer::{Gazetteer, Kinds};
use super::tokens::{Shape, Text, push_word};
use super::{Found, Sure};
use crate::article::Label;

/// Longest name looked up in a headline, in tokens.
const LONGEST: usize = 8;

#[derive(Debug, Default)]
pub struct Evidence {
    lower: HashSet<String, RandomState>,
    names: HashMap<String, (Label, Sure), RandomState>,
    /// Single words of people's names.
    parts: HashSet<String, RandomState>,
}

/// A headline or a line in capitals, where capitals say nothing.
pub fn is_loud(text: &Text) -> bool {
    let (mut upper, mut capital, mut lower) = (0, 0, 0);
    for token in text.tokens.iter().filter(|t| t.end - t.start >= 4) {
        match token.shape {
            Shape::Lower => lower += 1,
            Shape::Upper => upper += 1,
            Shape::Capitalised | Shape::Mixed => capital += 1,
            _ => {}
        }
    }
    let all = upper + capital + lower;
    // A sentence full of names has its full stop; a headline has none.
    let sentence = text.raw.trim_end().ends_with(['.', '”', '"', ')']);
    all >= 4 && (upper * 10 >= all * 7 || !sentence && (upper + capital) * 10 >= all * 7)
}

impl Evidence {
    pub fn of(texts: &[Text]) -> Self {
        let mut lower = HashSet::default();
        for text in texts {
            for n in (0..text.tokens.len()).filter(|n| text.shape(*n) == Shape::Lower) {
                if !text.kinds(n).any(Kinds::COMMON) && !lower.contains(text.fold(n)) {
                    lower.insert(text.fold(n).to_owned());
                }
            }
        }
        Self { lower, ..Self::default() }
    }

    /// The word also stands in lower case somewhere in the article.
    pub fn lower(&self, fold: &str) -> bool {
        self.lower.contains(fold)
    }

    /// Collects the names proposed in running text.
    pub fn learn(&mut self, texts: &[Text], proposed: &[Vec<Found>]) {
        for (text, found) in texts.iter().zip(proposed) {
            if is_loud(text) {
                continue;
            }
            for name in found.iter().filter(|f| f.sure > Sure::Doubtful && is_name(f.label)) {
                self.learn_name(text, name);
            }
        }
    }

    fn learn_name(&mut self, text: &Text, name: &Found) {
        let known =
            self.names.entry(text.phrase(name.from, name.to)).or_insert((name.label, name.sure));
        if name.sure > known.1 {
            *known = (name.label, name.sure);
        }
        if name.label == Label::Person && name.to - name.from > 1 {
            for n in name.from..name.to {
                if matches!(text.shape(n), Shape::Capitalised | Shape::Mixed) {
                    self.parts.insert(text.fold(n).to_owned());
                }
            }
        }
    }

    /// Labels guesses by the surest use of the same name, drops what stayed doubtful and finds the
    /// article's names in headlines.
    pub fn settle(&self, text: &Text, found: Vec<Found>, gazetteer: &Gazetteer) -> Vec<Found> {
        let mut settled: Vec<Found> = Vec::with_capacity(found.len());
        for name in found.into_iter().filter_map(|name| self.settle_one(text, name)) {
            let free = settled.last().map_or(0, |last| last.to);
            settled.push(Found { from: self.with_opening_word(text, &name, free), ..name });
        }
        if is_loud(text) {
            self.add_headline_names(text, &mut settled, gazetteer);
        }
        settled
    }

    fn settle_one(&self, text: &Text, name: Found) -> Option<Found> {
        if name.sure == Sure::Known {
            return Some(name);
        }
        let phrase = text.phrase(name.from, name.to);
        let full = self.names.get(&phrase).copied();
        let label = match full {
            Some((label, Sure::Known)) => label,
            _ if self.parts.contains(&phrase) => Label::Person,
            found => found?.0,
        };
        Some(Found { label, sure: Sure::Known, ..name })
    }

    /// `Blue Anchor Lines sails`: a word that opens the sentence is part of the name if the article
    /// uses the longer name elsewhere.
    fn with_opening_word(&self, text: &Text, name: &Found, free: usize) -> usize {
        let before = name.from.saturating_sub(1);
        if before < free || before == name.from || !is_name(name.label) {
            return name.from;
        }
        let opens = text.tokens[before].opens && text.name_like(before);
        let longer = opens && self.names.contains_key(&text.phrase(before, name.to));
        if longer { before } else { name.from }
    }

    fn add_headline_names(&self, text: &Text, found: &mut Vec<Found>, gazetteer: &Gazetteer) {
        let mut n = 0;
        while n < text.tokens.len() {
            if let Some(taken) = found.iter().find(|f| f.from <= n && n < f.to) {
                n = taken.to;
                continue;
            }
            match self.headline_name(text, n, gazetteer) {
                Some(name) if !found.iter().any(|f| f.from < name.to && name.from < f.to) => {
                    found.push(name);
                    n = name.to;
                }
                _ => n += 1,
            }
        }
        found.sort_by_key(|name| name.from);
    }

    fn headline_name(&self, text: &Text, from: usize, gazetteer: &Gazetteer) -> Option<Found> {
        if !text.name_like(from) {
            return None;
        }
        let mut best = gazetteer
            .longest(text, from, text.tokens.len(), Kinds::NAMED)
            .filter(|(_, kinds)| !kinds.any(Kinds::COMMON))
            .and_then(|(to, kinds)| Some((to, kinds.label()?)));
        let mut phrase = String::new();
        for to in from + 1..=text.tokens.len().min(from + LONGEST) {
            push_word(&mut phrase, text.fold(to - 1));
            let part = self.parts.contains(&phrase) && !text.kinds(from).any(Kinds::COMMON);
            let name = self.names.get(&phrase).map(|(label, _)| *label);
            let name = name.or(part.then_some(Label::Person));
            if let Some(label) = name {
                best = Some((to, label));
            }
        }
        best.map(|(to, label)| Found { from, to, label, sure: Sure::Known })
    }
}

fn is_name(label: Label) -> bool {
    !matches!(label, Label::Date | Label::Money)
}

#[cfg(test)]
mod tests {
    use crate::entities::tests::check;

    #[test]
    fn a_surname_is_the_person_of_its_full_name() {
        check("The envoy met [PER Tomasz Wielgosz] twice.\n[PER Wielgosz] smiled.");
    }

    #[test]
    fn an_opening_word_needs_company() {
        check("Ferries were late. Crowds waited for ferries.");
    }
}
