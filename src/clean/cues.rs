//! Cue phrases: the words by which boilerplate gives itself away, by reason, place and strength.

use std::sync::LazyLock;

use super::fold::{fold, is_alphabetic, is_alphanumeric, is_unspaced};
use super::phrases::Phrases;
use crate::article::Reason;

static TABLE: &str = include_str!("../../assets/clean/cues.txt");

/// Where in its line a phrase counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Whole,
    Opens,
    Closes,
    Has,
}

/// How much a phrase says on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    Hint,
    Likely,
    Sure,
}

/// A phrase found where it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    pub reason: Reason,
    pub place: Place,
    pub strength: Strength,
    /// The phrase as the table writes it.
    pub phrase: &'static str,
    /// Letters and digits of the line that the phrase does not cover.
    pub rest: usize,
}

struct Cue {
    reason: Reason,
    place: Place,
    strength: Strength,
    phrase: &'static str,
    /// Folded; what must follow after a few words, for a phrase with a gap ("follow … on x").
    tail: Option<String>,
}

/// The sign for a few words of any kind within a phrase.
const GAP: char = '…';

/// How far apart the two parts of a phrase with a gap may stand, in bytes.
const GAP_BYTES: usize = 60;

struct Cues {
    cues: Vec<Cue>,
    phrases: Phrases,
}

static CUES: LazyLock<Cues> = LazyLock::new(|| {
    let cues = parse(TABLE);
    let head = |phrase: &'static str| phrase.split(GAP).next().unwrap_or(phrase).trim();
    let phrases = Phrases::new(cues.iter().map(|cue| fold(head(cue.phrase))));
    Cues { cues, phrases }
});

/// Lines that a test keeps well-formed; a section with an unknown word is passed over.
fn parse(table: &'static str) -> Vec<Cue> {
    let mut section = None;
    let mut cues = Vec::new();
    for line in table.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
        if let Some(header) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            section = parse_header(header);
        } else if let Some((reason, place, strength)) = section {
            let tail = line.split_once(GAP).map(|(_, tail)| fold(tail.trim()));
            cues.push(Cue { reason, place, strength, phrase: line, tail });
        }
    }
    cues
}

fn parse_header(header: &str) -> Option<(Reason, Place, Strength)> {
    let mut words = header.split(' ');
    let reason = Reason::from_name(words.next()?)?;
    let place = match words.next()? {
        "whole" => Place::Whole,
        "opens" => Place::Opens,
        "closes" => Place::Closes,
        "has" => Place::Has,
        _ => return None,
    };
    let strength = match words.next()? {
        "sure" => Strength::Sure,
        "likely" => Strength::Likely,
        "hint" => Strength::Hint,
        _ => return None,
    };
    Some((reason, place, strength))
}

/// The head and the tail of a long paragraph are searched, not its middle: boilerplate says what
/// it is where it begins or ends.
const WINDOW: usize = 240;

/// The cues of a folded line.
pub fn find(line: &str) -> Vec<Hit> {
    let mut search = Search { line, hits: Vec::new(), whole: Vec::new() };
    if line.len() <= 2 * WINDOW {
        search.scan(0, line.len());
    } else {
        search.scan(0, boundary(line, WINDOW));
        search.scan(boundary(line, line.len() - WINDOW), line.len());
    }
    search.finish()
}

/// The char boundary at or before a place.
fn boundary(line: &str, mut at: usize) -> usize {
    while !line.is_char_boundary(at) {
        at -= 1;
    }
    at
}

struct Search<'a> {
    line: &'a str,
    hits: Vec<Hit>,
    /// Whole-line phrases: start, end, cue.
    whole: Vec<(usize, usize, usize)>,
}

impl Search<'_> {
    fn scan(&mut self, from: usize, to: usize) {
        for (end, start, id) in self.candidates(from, to) {
            if self.splits_word(end) {
                continue;
            }
            let Some(end) = self.end_of_tail(id, end) else { continue };
            let counts = match CUES.cues[id].place {
                Place::Whole => {
                    self.whole.push((start, end, id));
                    false
                }
                Place::Opens if self.signs(id, start, end) => {
                    self.push_at(id, Place::Closes, start, end);
                    false
                }
                Place::Opens => !self.line[..start].contains(is_alphanumeric),
                Place::Closes => !self.line[end..].contains(is_alphanumeric),
                Place::Has => true,
            };
            if counts {
                self.push(id, start, end);
            }
        }
    }

    /// End, start and number of the phrases that begin no word in its midst; in order of their
    /// ends, the longest of one end first.
    fn candidates(&self, from: usize, to: usize) -> Vec<(usize, usize, usize)> {
        let mut found = Vec::new();
        let phrases = &CUES.phrases;
        let mut before = self.line[..from].chars().next_back().map_or(Class::Apart, class);
        let bytes = &self.line.as_bytes()[..to];
        let mut start = from;
        while let Some(&byte) = bytes.get(start) {
            let (own, length) = match CLASSES.get(usize::from(byte)) {
                Some(class) => (*class, 1),
                None => {
                    let c = self.line[start..].chars().next().unwrap_or(' ');
                    (class(c), c.len_utf8())
                }
            };
            if byte != b' ' && !before.joins(own) {
                phrases
                    .begin(&bytes[start..], |id, length| found.push((start + length, start, id)));
            }
            (before, start) = (own, start + length);
            if own == Class::Letter {
                // No phrase begins within a word.
                start += bytes[start..].iter().take_while(|b| b.is_ascii_alphabetic()).count();
            }
        }
        found.sort_unstable();
        found
    }

    fn push(&mut self, id: usize, start: usize, end: usize) {
        self.push_at(id, CUES.cues[id].place, start, end);
    }

    fn push_at(&mut self, id: usize, place: Place, start: usize, end: usize) {
        let rest = letters(&self.line[..start]) + letters(&self.line[end..]);
        let Cue { reason, strength, phrase, .. } = CUES.cues[id];
        self.hits.push(Hit { reason, place, strength, phrase, rest });
    }

    /// Where a phrase really ends: for one with a gap, behind its second part.
    fn end_of_tail(&self, id: usize, end: usize) -> Option<usize> {
        let Some(tail) = &CUES.cues[id].tail else { return Some(end) };
        let reach = boundary(self.line, self.line.len().min(end + GAP_BYTES));
        let at = end + self.line[end..reach].find(tail.as_str())?;
        let end = at + tail.len();
        (!self.splits_word(at) && !self.splits_word(end)).then_some(end)
    }

    /// "Nobody was hurt. Photo: Anna Writer/Press": a credit behind the last sentence of a line.
    fn signs(&self, id: usize, start: usize, end: usize) -> bool {
        let credit = CUES.cues[id].reason == Reason::Credit && CUES.cues[id].phrase.ends_with(':');
        let before = self.line[..start].trim_end();
        let name = self.line[end..].trim();
        credit
            && before.ends_with(['.', '!', '?', ')', '"', '|', '('])
            && name.len() <= 60
            && (1..=6).contains(&name.split(' ').count())
            && !name.ends_with(['.', '!', '?'])
    }

    /// A place within a word: no phrase begins or ends there.
    fn splits_word(&self, at: usize) -> bool {
        joined(self.line[..at].chars().next_back(), self.line[at..].chars().next())
    }

    /// A line counts as whole when whole-line phrases cover all its words: "Share", and also
    /// "Facebook Twitter WhatsApp".
    fn finish(mut self) -> Vec<Hit> {
        if self.whole.is_empty() {
            return self.hits;
        }
        self.whole.sort_by_key(|&(start, end, _)| (start, usize::MAX - end));
        let (mut at, mut covered, mut chosen) = (0, 0, Vec::new());
        for &(start, end, id) in &self.whole {
            if start >= at {
                covered += alphabetic(&self.line[start..end]).count();
                at = end;
                chosen.push(id);
            }
        }
        // One more is enough to tell that there are more.
        if covered > 0 && alphabetic(self.line).take(covered + 1).count() == covered {
            self.push_whole(&chosen);
        }
        self.hits
    }

    fn push_whole(&mut self, ids: &[usize]) {
        let Some(&best) = ids.iter().max_by_key(|id| CUES.cues[**id].strength) else { return };
        let Cue { reason, place, mut strength, phrase, .. } = CUES.cues[best];
        if ids.len() >= 3 {
            strength = Strength::Sure;
        }
        self.hits.push(Hit { reason, place, strength, phrase, rest: 0 });
    }
}

/// What a sign is to those beside it.
#[derive(Clone, Copy, PartialEq)]
enum Class {
    /// No part of a word, or a word by itself, as in scripts without spaces.
    Apart,
    Letter,
    Figure,
}

impl Class {
    /// The two are of one word; "copyright 20" may go on to a year.
    fn joins(self, next: Class) -> bool {
        self != Class::Apart
            && next != Class::Apart
            && (self, next) != (Class::Figure, Class::Figure)
    }
}

/// Those of ASCII.
const CLASSES: [Class; 128] = {
    let mut classes = [Class::Apart; 128];
    let mut byte = 0;
    while byte < 128 {
        classes[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' => Class::Letter,
            b'0'..=b'9' => Class::Figure,
            _ => Class::Apart,
        };
        byte += 1;
    }
    classes
};

fn class(c: char) -> Class {
    match CLASSES.get(c as usize) {
        Some(class) => *class,
        None if is_alphanumeric(c) && !is_unspaced(c) => Class::Letter,
        None => Class::Apart,
    }
}

fn joined(before: Option<char>, after: Option<char>) -> bool {
    let class = |c: Option<char>| c.map_or(Class::Apart, class);
    class(before).joins(class(after))
}

fn alphabetic(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| is_alphabetic(*c))
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| is_alphanumeric(*c)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reasons(line: &str) -> Vec<(Reason, Place)> {
        find(&fold(line)).iter().map(|hit| (hit.reason, hit.place)).collect()
    }

    #[test]
    fn every_line_of_the_table_is_read() {
        let headers = TABLE.lines().filter_map(|l| l.strip_prefix('[')?.strip_suffix(']'));
        assert!(headers.clone().all(|header| parse_header(header).is_some()));
        assert!(headers.count() > 25);
        assert!(CUES.cues.len() > 1500);
        assert!(CUES.cues.iter().all(|cue| !fold(cue.phrase).is_empty()));
    }

    #[test]
    fn a_phrase_counts_only_in_its_place() {
        assert!(reasons("Share").contains(&(Reason::Share, Place::Whole)));
        assert!(reasons("Facebook | Twitter | WhatsApp").contains(&(Reason::Share, Place::Whole)));
        assert!(
            !reasons("Facebook lost a third of its users").contains(&(Reason::Share, Place::Whole))
        );
        assert!(reasons("• Photo: A. Writer").contains(&(Reason::Credit, Place::Opens)));
        let captioned = "The last coach at dusk. Photo: A. Writer/Press";
        assert!(reasons(captioned).contains(&(Reason::Credit, Place::Closes)));
        assert!(reasons("Copyright 2026 The Lantern").contains(&(Reason::Legal, Place::Opens)));
        assert!(reasons("She kept the photo: it was old").iter().all(|r| r.1 != Place::Opens));
    }

    #[test]
    fn a_phrase_may_have_a_gap() {
        let share = (Reason::Share, Place::Opens);
        assert!(reasons("Follow the Harbour Press on Instagram for boats").contains(&share));
        assert!(!reasons("Follow the path on foot").contains(&share));
    }

    #[test]
    fn a_phrase_is_whole_words() {
        assert!(reasons("Shareholders").is_empty());
        assert!(reasons("关于本站，版权所有").contains(&(Reason::Legal, Place::Has)));
    }
}
