//! What the whole article says of a word: lower case elsewhere, behind a title, in brackets.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::super::evidence::is_loud;
use super::super::gazetteer::Kinds;
use super::super::tokens::{Shape, Text};
use super::hash;

/// Seen in lower case.
const LOWER: u32 = 1;
/// With a capital in the middle of a sentence.
const CAPITAL: u32 = 1 << 1;
/// Right behind a title, or behind a first name.
const TITLED: u32 = 1 << 2;
const FIRST_NAMED: u32 = 1 << 3;
/// In one run of capitals with a word that closes or opens organisations, places or facilities.
const WITH_ORGANISATION: u32 = 1 << 4;
const WITH_PLACE: u32 = 1 << 5;
/// Behind `in`, `at`, `from` and the like.
const WHERE: u32 = 1 << 6;
/// In brackets behind a name; its letters are the initials of a run of capitals.
const BRACKETED: u32 = 1 << 7;
const INITIALS: u32 = 1 << 8;
/// Before a verb of saying.
const SAYS: u32 = 1 << 9;
/// With the article: `the Fed`.
const WITH_THE: u32 = 1 << 10;
/// Behind and before another capital.
const CONTINUES: u32 = 1 << 11;
const GOES_ON: u32 = 1 << 12;
/// Four times or more.
const OFTEN: u32 = 1 << 13;

const PLACES_FOLLOW: [&str; 9] =
    ["in", "at", "from", "near", "to", "across", "around", "into", "via"];
const SAYING: [&str; 12] = [
    "said",
    "says",
    "told",
    "added",
    "who",
    "noted",
    "explained",
    "stated",
    "stressed",
    "has",
    "insisted",
    "announced",
];

#[derive(Debug, Default)]
pub struct Traces {
    seen: HashMap<u64, Trace, RandomState>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Trace {
    bits: u32,
    times: u32,
}

impl Traces {
    pub fn of(texts: &[Text]) -> Self {
        let mut traces = Self::default();
        for text in texts {
            let loud = is_loud(text);
            let mut at = 0;
            while at < text.tokens.len() {
                at = traces.see(text, at, loud);
            }
        }
        traces
    }

    /// Looks at the word or run of capitals at `at`; says where to go on.
    fn see(&mut self, text: &Text, at: usize, loud: bool) -> usize {
        if text.shape(at) == Shape::Lower {
            if text.tokens[at].end - text.tokens[at].start > 2 {
                self.entry(text, at).bits |= LOWER;
            }
            return at + 1;
        }
        if !text.name_like(at) || loud {
            return at + 1;
        }
        let to = run_end(text, at);
        let shared = of_run(text, at, to);
        for n in (at..to).filter(|n| text.name_like(*n)) {
            let bits = shared | of_place(text, n, at, to);
            let trace = self.entry(text, n);
            trace.bits |= bits;
            trace.times += 1;
        }
        self.initials(text, at, to);
        to
    }

    fn entry(&mut self, text: &Text, n: usize) -> &mut Trace {
        self.seen.entry(hash::of(text.fold(n).bytes())).or_default()
    }

    /// `Kenya Rugby Union` accounts for `KRU` anywhere in the article.
    fn initials(&mut self, text: &Text, from: usize, to: usize) {
        if to < from + 2 {
            return;
        }
        let initial = |n: usize| text.fold(n).bytes().next();
        let long = (from..to).filter(|n| text.name_like(*n)).filter_map(initial);
        self.seen.entry(hash::of(long)).or_default().bits |= INITIALS;
    }

    /// The bits of token `n`: none for words in lower case.
    pub fn at(&self, text: &Text, n: usize) -> u32 {
        if !text.name_like(n) {
            return 0;
        }
        let Some(trace) = self.seen.get(&hash::of(text.fold(n).bytes())) else { return 0 };
        let initials = if text.shape(n) == Shape::Upper { 0 } else { INITIALS };
        let often = if trace.times > 3 { OFTEN } else { 0 };
        trace.bits & !initials | often
    }
}

/// A run of capitals with `of`, `and`, `&` and hyphens inside.
fn run_end(text: &Text, from: usize) -> usize {
    let mut to = from + 1;
    while to < text.tokens.len() {
        let small = matches!(text.word(to), "of" | "and" | "for" | "&" | "-" | "al" | "de" | "the");
        to += match () {
            () if text.name_like(to) => 1,
            () if small && text.name_like(to + 1) => 2,
            () => break,
        };
    }
    to
}

fn of_run(text: &Text, from: usize, to: usize) -> u32 {
    let mut bits = 0;
    for n in from..to {
        let kinds = text.kinds(n);
        if to > from + 1 && kinds.any(Kinds::ORG_LAST | Kinds::ORG_FIRST) {
            bits |= WITH_ORGANISATION;
        }
        if to > from + 1 && kinds.any(Kinds::PLACE_LAST | Kinds::FACILITY_LAST | Kinds::PLACE_FIRST)
        {
            bits |= WITH_PLACE;
        }
    }
    if from > 0 && text.shape(from - 1) == Shape::Lower {
        let before = text.fold(from - 1);
        bits |= if PLACES_FOLLOW.contains(&before) { WHERE } else { 0 };
        bits |= if before == "the" { WITH_THE } else { 0 };
    }
    if text.shape(to) == Shape::Lower && SAYING.contains(&text.fold(to)) {
        bits |= SAYS;
    }
    if from > 0 && text.is(from - 1, "(") && text.is(to, ")") {
        bits |= BRACKETED;
    }
    bits
}

fn of_place(text: &Text, n: usize, from: usize, to: usize) -> u32 {
    let mut bits = if text.tokens[n].opens { 0 } else { CAPITAL };
    bits |= if n > from { CONTINUES } else { 0 };
    bits |= if n + 1 < to { GOES_ON } else { 0 };
    let Some(before) = n.checked_sub(1) else { return bits };
    let before = if text.is(before, ".") && before > 0 { before - 1 } else { before };
    let kinds = text.kinds(before);
    bits |= if kinds.any(Kinds::TITLE) { TITLED } else { 0 };
    bits | if n > from && kinds.any(Kinds::FIRST_NAME) { FIRST_NAMED } else { 0 }
}
