//! Names that no list knows: what stands in and around them decides.

use super::gazetteer::Kinds;
use super::names::Proposer;
use super::tokens::Shape;
use super::{Sure, Writing, guess};
use crate::article::Label;

impl Proposer<'_> {
    pub(super) fn unlisted(&mut self, at: usize, to: usize, titled: bool) {
        let text = self.text;
        let ends_name = |n: usize| {
            let tail = n >= 2 && text.is(n - 2, "-") && text.joined(n - 1);
            text.name_like(n - 1) || text.shape(n - 1) == Shape::Number || tail
        };
        let mut to = to;
        while to > at + 1 && !ends_name(to) {
            to -= 1;
        }
        if to == at + 1 { self.single(at, titled) } else { self.several(at, to, titled) }
    }

    fn single(&mut self, at: usize, titled: bool) {
        let text = self.text;
        let kinds = text.kinds(at);
        let shape = text.shape(at);
        if is_plural_of_letters(text.word(at)) {
            return;
        }
        if shape == Shape::Initial || text.tokens[at].end - text.tokens[at].start < 2 {
            return;
        }
        if titled && !kinds.any(Kinds::COMMON) {
            return self.push(at, at + 1, Label::Person, Sure::Known);
        }
        let common = kinds.any(
            Kinds::COMMON | Kinds::TITLE | Kinds::HEADS | Kinds::ORG_FIRST | Kinds::PLACE_FIRST,
        );
        if self.loud {
            return;
        }
        if common && shape != Shape::Upper {
            // `Park` may be the surname of somebody named in full elsewhere.
            if kinds.any(Kinds::HEADS) && !text.tokens[at].opens {
                self.push(at, at + 1, Label::Person, Sure::Doubtful);
            }
            return;
        }
        let (label, sure) =
            guess::single(text, at, self.writing, self.evidence.lower(text.fold(at)));
        self.push(at, at + 1, label, sure);
    }

    fn several(&mut self, at: usize, to: usize, titled: bool) {
        let text = self.text;
        let common = (at..to).filter(|n| text.kinds(*n).any(Kinds::COMMON)).count();
        let first_name = text.kinds(at).any(Kinds::FIRST_NAME);
        if titled
            || first_name && (at + 1..to).all(|n| !text.kinds(n).any(Kinds::COMMON))
            || first_name && to == at + 2 && !self.loud && !text.kinds(at).any(Kinds::COMMON)
        {
            return self.push(at, to, Label::Person, Sure::Known);
        }
        if self.loud || self.writing == Writing::German && !first_name {
            return;
        }
        let kinds = text.kinds(at);
        if kinds.any(Kinds::MISC_LEAD) {
            return self.push(at, to, Label::Misc, Sure::Known);
        }
        if kinds.any(Kinds::PLACE_LEAD) {
            return self.push(at, to, Label::Location, Sure::Guess);
        }
        let (label, sure) = guess::several(text, at, to, common);
        self.push(at, to, label, sure);
    }
}

/// `POWs`, `NGOs`: several of what is no name.
fn is_plural_of_letters(word: &str) -> bool {
    let letters = word.strip_suffix('s').unwrap_or("");
    letters.len() > 1 && letters.bytes().all(|b| b.is_ascii_uppercase())
}
