//! What a terminal may draw as one sign: a letter and all that joins it, of which there is an end.

use super::MARKS;
use super::classes::{is_attached, is_joiner, is_linker, is_selector, is_unseen, merges};

/// Characters that may be drawn as one sign. A family of four with the colours of their skin has
/// eleven, the longest Sanskrit ligature about as many.
pub(super) const CLUSTER: usize = 24;

/// The sign that the last character is a part of.
#[derive(Default)]
pub(super) struct Sign {
    /// The last character put out.
    pub last: Option<char>,
    size: usize,
    /// A linker was put out since the last letter.
    linked: bool,
}

impl Sign {
    /// True when `c` would be drawn as one with what came before it.
    pub fn takes(&self, c: char) -> bool {
        let joined = |last| is_attached(c) || self.linked || last == '\u{200d}' || merges(last, c);
        self.last.is_some_and(joined)
    }

    pub fn is_full(&self) -> bool {
        self.size >= CLUSTER
    }

    /// Takes a character in; `apart`, and a new sign begins with it.
    pub fn put(&mut self, c: char, apart: bool) {
        self.size = if self.takes(c) && !apart { self.size + 1 } else { 1 };
        self.linked = is_linker(c) || (self.linked && is_attached(c));
        self.last = Some(c);
    }
}

/// What has piled up so far while JSON is written.
#[derive(Default)]
pub struct Pile {
    marks: usize,
    sign: Sign,
}

/// True for what `--json` writes as an escape, since it is hidden here or piles up on one sign.
pub fn is_to_escape(c: char, pile: &mut Pile) -> bool {
    pile.marks = if is_attached(c) { pile.marks + 1 } else { 0 };
    let unseen = is_unseen(c) && !is_joiner(c) && !is_selector(c);
    let escape = unseen || pile.marks > MARKS || (pile.sign.is_full() && pile.sign.takes(c));
    if escape {
        // An escape is letters of its own, which end the sign.
        pile.sign = Sign::default();
    } else {
        pile.sign.put(c, false);
    }
    escape
}
