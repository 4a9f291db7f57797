//! What a terminal may draw as one sign: a letter and all that joins it, of which there is an end.

use super::classes::{is_attached, is_joiner, is_linker, is_plain, is_selector, is_unseen, merges};
use super::{MARKS, printable};

/// Characters that may be drawn as one sign. A family of four with the colours of their skin has
/// eleven, the longest Sanskrit ligature about as many.
pub const CLUSTER: usize = 24;

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
    /// True when `c` stands for itself, like what came before it.
    #[inline]
    fn stays_alone(&self, c: char) -> bool {
        is_plain(c) && self.last.is_none_or(is_plain)
    }

    /// True when `c` would be drawn as one with what came before it.
    pub fn takes(&self, c: char) -> bool {
        if self.stays_alone(c) {
            return false;
        }
        let joined = |last| is_attached(c) || self.linked || last == '\u{200d}' || merges(last, c);
        self.last.is_some_and(joined)
    }

    pub fn is_full(&self) -> bool {
        self.size >= CLUSTER
    }

    /// Takes a character in; `apart`, and a new sign begins with it.
    pub fn put(&mut self, c: char, apart: bool) {
        if self.stays_alone(c) {
            *self = Sign { last: Some(c), size: 1, linked: false };
            return;
        }
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

impl Pile {
    /// Takes in what `text` begins with, as far as nothing of it is to be escaped for a reason that
    /// is seen at once; gives back its length in bytes.
    pub fn plain(&mut self, text: &str) -> usize {
        let Some(first) = text.chars().next().filter(|c| self.sign.stays_alone(*c)) else {
            return 0;
        };
        let length = plain(text);
        self.marks = 0;
        self.sign.put(first, false);
        self.sign.put(text[..length].chars().next_back().unwrap_or(first), false);
        length
    }
}

/// How many bytes of signs that stand for themselves a text begins with.
fn plain(text: &str) -> usize {
    let mut at = 0;
    loop {
        at += printable(&text.as_bytes()[at..]);
        match text[at..].chars().next().filter(|c| is_plain(*c)) {
            Some(c) => at += c.len_utf8(),
            None => return at,
        }
    }
}

/// True for what `--json` writes as an escape, since it is hidden here or piles up on one sign.
pub fn is_to_escape(c: char, pile: &mut Pile) -> bool {
    if pile.sign.stays_alone(c) {
        pile.marks = 0;
        pile.sign.put(c, false);
        return false;
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_plain_needs_no_neighbours() {
        for c in ('\0'..=char::MAX).filter(|c| is_plain(*c)) {
            assert!(!is_unseen(c) && !is_attached(c) && !is_linker(c), "{c:?}");
            // A letter, a letter of Korean, half of one and a mark.
            for next in ['a', '한', '\u{1161}', '\u{301}'] {
                assert!(!merges(c, next), "{c:?}");
            }
        }
    }
}
