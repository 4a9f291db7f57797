//! Proposes names: runs of capitalised words, cut at titles and listed names, labelled by what
//! stands in and around them.

use super::evidence::{Evidence, is_loud};
use super::gazetteer::{Gazetteer, Kinds};
use super::tokens::{Shape, Text};
use super::{Found, Sure, Writing, dates, money, runs};
use crate::article::Label;

/// Everything a text's names, dates and sums are proposed from.
pub(super) struct Proposer<'a> {
    pub(super) text: &'a Text<'a>,
    gazetteer: &'a Gazetteer,
    pub(super) evidence: &'a Evidence,
    pub(super) writing: Writing,
    pub(super) loud: bool,
    found: Vec<Found>,
}

/// Sorted, disjoint.
pub fn propose(
    text: &Text,
    gazetteer: &Gazetteer,
    evidence: &Evidence,
    writing: Writing,
) -> Vec<Found> {
    let loud = is_loud(text);
    let mut proposer = Proposer { text, gazetteer, evidence, writing, loud, found: Vec::new() };
    let mut at = 0;
    while at < text.tokens.len() {
        at = proposer.step(at);
    }
    proposer.label_bracketed();
    proposer.found
}

/// Listed adjectives and the like that open names although they are common words.
const OPENERS: [&str; 28] = [
    "red",
    "blue",
    "black",
    "white",
    "green",
    "golden",
    "national",
    "central",
    "federal",
    "international",
    "world",
    "general",
    "royal",
    "united",
    "new",
    "north",
    "south",
    "east",
    "west",
    "northern",
    "southern",
    "eastern",
    "western",
    "supreme",
    "high",
    "global",
    "state",
    "great",
];

impl Proposer<'_> {
    /// Proposes what begins at `at`; says where to go on.
    fn step(&mut self, at: usize) -> usize {
        if let Some(to) = money::at(self.text, at) {
            self.push(at, to, Label::Money, Sure::Known);
            return to;
        }
        if let Some(to) = dates::at(self.text, at) {
            self.push(at, to, Label::Date, Sure::Known);
            return to;
        }
        if !self.text.name_like(at) {
            return at + 1;
        }
        let to = self.run_end(at);
        match self.opening(at, to) {
            Some(Opening::Dateline) => self.push(at, to, Label::Location, Sure::Known),
            Some(Opening::Heading) => self.listed_only(at, to),
            None => self.cut_run(at, to),
        }
        to
    }

    /// What the capitals that open a paragraph are: `OSLO (AFP) —`, `READ MORE:`.
    fn opening(&self, at: usize, to: usize) -> Option<Opening> {
        let text = self.text;
        let capitals = (at..to).all(|n| matches!(text.shape(n), Shape::Upper | Shape::Sign));
        if at > 0 || !capitals {
            return None;
        }
        let dash = |n: usize| !text.joined(n) && ["-", "–", "—"].iter().any(|d| text.is(n, d));
        let signed = text.is(to, "(") && text.is(to + 2, ")") && dash(to + 3);
        let named = (at..to).any(|n| text.kinds(n).any(Kinds::NAMED));
        match () {
            () if (dash(to) || signed) && !named && to < at + 4 => Some(Opening::Dateline),
            () if text.is(to, ":") => Some(Opening::Heading),
            () => None,
        }
    }

    /// Only names of the lists.
    fn listed_only(&mut self, from: usize, to: usize) {
        let mut at = from;
        while at < to {
            at = match self.gazetteer.longest(self.text, at, to, Kinds::NAMED) {
                Some((end, kinds)) => {
                    if let Some(label) = kinds.label() {
                        self.push(at, end, label, Sure::Known);
                    }
                    end
                }
                None => at + 1,
            };
        }
    }

    /// The end of the run, past a title with small words in it: `Secretary of State Ada Lovelock`.
    fn run_end(&self, at: usize) -> usize {
        let text = self.text;
        let to = runs::end(text, at);
        let all = text.tokens.len();
        let titles = (at..to).filter(|n| text.tokens[*n].begins);
        let ends = titles.filter_map(|n| self.gazetteer.longest(text, n, all, Kinds::TITLE));
        match ends.map(|(end, _)| end).max() {
            Some(end) if end > to => runs::end(text, end - 1),
            _ => to,
        }
    }

    pub(super) fn push(&mut self, from: usize, to: usize, label: Label, sure: Sure) {
        self.found.push(Found { from, to, label, sure });
    }

    /// Cuts a run at titles and listed names and proposes its pieces.
    fn cut_run(&mut self, from: usize, to: usize) {
        let mut at = from;
        let mut titled = self.title_before(from);
        while at < to {
            let next = self.piece(at, to, titled);
            titled = matches!(next, Piece::Title(_));
            at = next.end().max(at + 1);
        }
    }

    fn piece(&mut self, at: usize, to: usize, titled: bool) -> Piece {
        let text = self.text;
        if text.shape(at) == Shape::Lower || matches!(text.shape(at), Shape::Sign | Shape::Number) {
            return Piece::Other(at + 1);
        }
        if self.opens_with_common(at, to) {
            return Piece::Other(at + 1);
        }
        if let Some(end) = self.listed(at, to, titled) {
            return Piece::Other(end);
        }
        if !titled && let Some((end, label)) = self.headed(at, to) {
            self.push(at, end, label, Sure::Known);
            return Piece::Other(end);
        }
        if let Some((end, _)) = self.gazetteer.longest(text, at, to, Kinds::TITLE) {
            let end = end + usize::from(text.is(end, ".") && end < to);
            return Piece::Title(end);
        }
        let end = self.piece_end(at, to);
        self.unlisted(at, end, titled);
        Piece::Other(end)
    }

    /// A common word that has its capital from the sentence's beginning.
    fn opens_with_common(&self, at: usize, to: usize) -> bool {
        let text = self.text;
        if text.fold(at) == "the" && to > at + 1 {
            return true;
        }
        let opens = text.tokens[at].opens || self.loud;
        let common = text.kinds(at).any(Kinds::COMMON) || self.evidence.lower(text.fold(at));
        let capitals = text.shape(at) == Shape::Upper && !self.loud;
        let first_name = text.kinds(at).any(Kinds::FIRST_NAME)
            && text.name_like(at + 1)
            && !text.kinds(at + 1).any(Kinds::COMMON | Kinds::NAMED)
            && !matches!(
                text.fold(at),
                "will" | "may" | "can" | "so" | "an" | "long" | "most" | "in" | "do" | "no"
            );
        if !opens || !common || capitals || first_name {
            return false;
        }
        let opener = OPENERS.contains(&text.fold(at)) && to > at + 1
            || text.kinds(at).any(Kinds::ORG_FIRST) && text.is(at + 1, "of");
        let listed = self.gazetteer.longest(text, at, to, Kinds::NAMED | Kinds::TITLE);
        !opener && !listed.is_some_and(|(end, _)| end > at + 1 || text.kinds(at).any(Kinds::TITLE))
    }

    /// A listed name from `at`, or one that a listed name opens: `Kenya Rugby Union`.
    fn listed(&mut self, at: usize, to: usize, titled: bool) -> Option<usize> {
        let text = self.text;
        let (end, kinds) = self.gazetteer.longest(text, at, to, Kinds::NAMED)?;
        let single = end == at + 1;
        if single
            && (text.shape(at) == Shape::Initial || kinds.any(Kinds::COMMON) && !self.surely(at))
        {
            return None;
        }
        let name = kinds.any(Kinds::FIRST_NAME) || titled;
        if single
            && end < to
            && name
            && !text.kinds(end).any(Kinds::HEADS | Kinds::TITLE | Kinds::NAMED)
        {
            return None;
        }
        if let Some((end, label)) = self.headed(at, to).filter(|(headed, _)| *headed > end) {
            self.push(at, end, label, Sure::Known);
            return Some(end);
        }
        self.push(at, end, kinds.label()?, Sure::Known);
        Some(end)
    }

    /// A listed word that is also common counts where its capital means something.
    fn surely(&self, at: usize) -> bool {
        !self.text.tokens[at].opens && !self.loud || self.text.shape(at) == Shape::Upper
    }

    /// A name whose last or first word tells what it is.
    fn headed(&self, at: usize, to: usize) -> Option<(usize, Label)> {
        let text = self.text;
        if text.kinds(at).any(Kinds::TITLE) && self.person_in(at, to) {
            return None;
        }
        if text.is(at + 1, "of") || text.is(at + 1, "for") {
            return self.headed_by_first(at, to);
        }
        let head = (at + 1..to).rev().find(|n| text.kinds(*n).any(Kinds::HEADS))?;
        let person = text.kinds(at).any(Kinds::FIRST_NAME)
            && !text.kinds(head).any(Kinds::ORG_LAST | Kinds::FACILITY_LAST);
        if person || self.person_in(at + 1, head) || self.loud && !self.known_start(at) {
            return None;
        }
        let label = label_of_head(text.kinds(head))?;
        if head + 1 < to && !matches!(text.fold(head + 1), "of" | "for" | "and" | "&") {
            return Some((head + 1, label));
        }
        Some((to, label))
    }

    fn known_start(&self, at: usize) -> bool {
        self.text.kinds(at).any(Kinds::NAMED) && !self.text.kinds(at).any(Kinds::COMMON)
    }

    fn headed_by_first(&self, at: usize, to: usize) -> Option<(usize, Label)> {
        let kinds = self.text.kinds(at);
        if kinds.any(Kinds::ORG_FIRST) {
            return Some((to, Label::Organization));
        }
        kinds.any(Kinds::PLACE_FIRST).then_some((to, Label::Location))
    }

    /// A title with a first name behind it lies between the two tokens.
    fn person_in(&self, from: usize, to: usize) -> bool {
        let text = self.text;
        (from..to.saturating_sub(1))
            .any(|n| text.kinds(n).any(Kinds::TITLE) && text.kinds(n + 1).any(Kinds::FIRST_NAME))
    }

    /// Where a new title or people begins inside a run.
    fn piece_end(&self, at: usize, to: usize) -> usize {
        let text = self.text;
        let breaks = |n: &usize| {
            let kinds = text.kinds(*n);
            text.name_like(*n)
                && (kinds.any(Kinds::TITLE)
                    && !kinds.any(Kinds::FIRST_NAME)
                    && text.fold(*n).len() > 4
                    || kinds.any(Kinds::GROUP))
        };
        (at + 1..to).find(breaks).unwrap_or(to)
    }

    /// A title outside the run: lower case, with the name right behind it.
    fn title_before(&self, from: usize) -> bool {
        let Some(before) = from.checked_sub(1) else { return false };
        let text = self.text;
        let at = before - usize::from(text.is(before, ".") && before > 0);
        let kinds = text.kinds(at);
        text.shape(at) == Shape::Lower
            && kinds.any(Kinds::TITLE)
            && !text.tokens[from].opens
            && !matches!(
                text.fold(at),
                "general" | "private" | "forward" | "chief" | "major" | "chair" | "count"
            )
    }

    /// `Kenya Rugby Union (KRU)`: the short form is what the long one is.
    fn label_bracketed(&mut self) {
        for n in 1..self.found.len() {
            let (long, short) = (self.found[n - 1], self.found[n]);
            let bracketed = long.to + 1 == short.from
                && self.text.is(long.to, "(")
                && self.text.is(short.to, ")");
            let takes = matches!(
                long.label,
                Label::Organization | Label::Misc | Label::Facility | Label::Product
            );
            if bracketed
                && takes
                && short.to == short.from + 1
                && self.text.shape(short.from) == Shape::Upper
            {
                self.found[n].label = long.label;
                self.found[n].sure = Sure::Known;
            }
        }
    }
}

enum Opening {
    Dateline,
    Heading,
}

enum Piece {
    Title(usize),
    Other(usize),
}

impl Piece {
    fn end(&self) -> usize {
        let (Piece::Title(end) | Piece::Other(end)) = *self;
        end
    }
}

fn label_of_head(kinds: Kinds) -> Option<Label> {
    [
        (Kinds::ORG_LAST, Label::Organization),
        (Kinds::FACILITY_LAST, Label::Facility),
        (Kinds::PLACE_LAST, Label::Location),
        (Kinds::MISC_LAST, Label::Misc),
    ]
    .into_iter()
    .find_map(|(kind, label)| kinds.any(kind).then_some(label))
}

#[cfg(test)]
mod tests {
    use crate::entities::tests::check;

    #[test]
    fn title_is_not_part_of_the_name() {
        check("Chancellor [PER Angela Merkel] flew to [LOC Paris].");
        check("He met Dr. [PER Ada Lovelock] and Mr [PER Fenwick].");
        check("[GRP Turkish] President [PER Recep Tayyip Erdoğan]'s visit ended.");
    }

    #[test]
    fn organisations_by_their_head_word() {
        check(
            "She joined the [ORG Ministry of Finance and Economic Planning] and the [ORG University of Ghent].",
        );
        check("The [ORG Kenya Rugby Union] ([ORG KRU]) met.");
        check("The deal with [ORG Harrow Widgets Ltd] failed.");
    }

    #[test]
    fn places_and_facilities() {
        check("Boats left [LOC Lake Tarn] for [LOC Santa Brava].");
        check("Crowds filled [FAC Hill Farm Stadium] near the [LOC Tarn River].");
    }

    #[test]
    fn nationalities_are_groups() {
        check("The [GRP Ukrainian] team met [GRP South African] players.");
    }

    #[test]
    fn names_with_particles() {
        check("We met [PER Ursula von der Leyen] and [PER Mohammed bin Salman] there.");
    }

    #[test]
    fn capitals_that_open_a_paragraph() {
        check("[LOC TARNBY] ([ORG NORPA]) — The ferry to [LOC Tarnby] is back.");
        check("[LOC TARNBY] — The ferry is back.");
        check("READ MORE: The ferry is back.");
        check("LEGAL WARNING: All rights are reserved.");
    }

    #[test]
    fn an_opening_word_may_belong_to_the_name() {
        check(
            "The owner, [ORG Little Anchor Lines], is glad.\n[ORG Little Anchor Lines] sails on.",
        );
        check("[ORG Blue Anchor Lines] sails on.");
    }

    #[test]
    fn opening_words_are_no_names() {
        check("Swaps of POWs and talks with NGOs went on.");
        check("However, the ferry was late. Passengers waited.");
        check("The Government and the President agreed.");
    }
}
