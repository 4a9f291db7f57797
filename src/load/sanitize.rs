//! Makes text safe to print: nothing it lets through moves a cursor, fakes a colour, turns the
//! writing direction round or hides letters. White space is folded; words are never dropped.

mod classes;
mod escapes;
mod sign;

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;

use classes::{
    is_accent, is_attached, is_emoji, is_joiner, is_private, is_selector, is_shaped, is_skin,
    is_unseen, visible,
};
use escapes::escape_length;
use sign::Sign;

pub use sign::{CLUSTER, Pile, is_to_escape};

/// Accents that pile up on one letter of an alphabet; more is a tower, not a spelling.
const ACCENTS: usize = 4;
/// Marks on one letter in scripts that stack them by nature (Tibetan, Hebrew with points).
const MARKS: usize = 8;
/// Private characters in a row: icons stand alone, and the letters of old Chinese encodings among
/// others.
const PRIVATE: usize = 4;
/// Characters of the tags that make a black flag that of England: "gbeng" and an end.
const FLAG: std::ops::RangeInclusive<usize> = 4..=7;

/// One line: safe, every run of white space one space, none at the ends.
pub fn line(text: &str) -> String {
    line_cow(text).into_owned()
}

/// Several lines: as [`line()`], but line breaks stay and so do the spaces that indent and align.
/// Tabs become spaces.
pub fn block(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\t', "    ");
    let text = clean(&text, true, &mut []);
    text.trim_end().trim_start_matches('\n').to_string()
}

/// A path as it stands, so that a program can find the file by it, unless something in it could
/// harm a terminal.
pub fn path(text: &str) -> Cow<'_, str> {
    if is_harmless(text) { Cow::Borrowed(text) } else { line_cow(text) }
}

/// True for what may reach a terminal: no control, no turn of the writing direction, nothing
/// invisible but the joiners that shape letters.
pub fn is_harmless(text: &str) -> bool {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if is_unseen(c) && !is_joiner(c) && !is_selector(c) {
            return false;
        }
        rest = &rest[c.len_utf8()..];
        rest = &rest[if c == BLACK_FLAG { flag_tags(rest) } else { 0 }..];
    }
    true
}

/// As [`line`], without copying what is fine as it stands.
pub(super) fn line_cow(text: &str) -> Cow<'_, str> {
    if is_clean(text) { Cow::Borrowed(text) } else { Cow::Owned(clean(text, false, &mut [])) }
}

/// As [`line`], in place.
pub(super) fn line_in_place(text: &mut String) {
    if !is_clean(text) {
        *text = clean(text, false, &mut []);
    }
}

/// As [`line_in_place`], and carries byte offsets of the text, sorted, over to the result.
pub(super) fn line_with_offsets(text: &mut String, offsets: &mut [u32]) {
    if !is_clean(text) {
        *text = clean(text, false, offsets);
    }
}

/// How many bytes of printable ASCII a text begins with.
pub fn printable(text: &[u8]) -> usize {
    let shown = |byte: &u8| byte.wrapping_sub(b' ') <= b'~' - b' ';
    let all = |run: &&[u8]| run.iter().fold(true, |all, byte| all & shown(byte));
    let whole = text.chunks_exact(RUN).take_while(all).count() * RUN;
    whole + text[whole..].iter().take_while(|byte| shown(byte)).count()
}

/// Nothing to do: printable, single spaces inside only, no character that needs its neighbours.
pub(super) fn is_clean(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut at, mut spaced, mut look) = (0, true, 0);
    while let Some(&byte) = bytes.get(at) {
        if byte == b' ' && spaced {
            return false;
        }
        // Much at once, and after what did not pass so, as much one by one.
        if at >= look {
            if let Some(run) = bytes[at..].first_chunk().filter(|run| is_plain_run(run)) {
                at += RUN;
                spaced = run[RUN - 1] == b' ';
                continue;
            }
            look = at + RUN;
        }
        at += match byte {
            0x20..=0x7e => 1,
            _ => match text[at..].chars().next() {
                Some(c) if !is_suspect(c) => c.len_utf8(),
                _ => return false,
            },
        };
        spaced = byte == b' ';
    }
    !spaced || text.is_empty()
}

/// Bytes that are looked at together.
const RUN: usize = 32;

/// Printable ASCII without two spaces in a row; the last byte is only looked at as a neighbour.
fn is_plain_run(run: &[u8; RUN + 1]) -> bool {
    let odd = |at: usize| {
        let shown = run[at].wrapping_sub(b' ') <= b'~' - b' ';
        !shown | ((run[at] == b' ') & (run[at + 1] == b' '))
    };
    !(0..RUN).fold(false, |found, at| found | odd(at))
}

/// Characters that are removed, folded or kept only in company; wide ranges, since being wrong
/// only costs the slow path.
fn is_suspect(c: char) -> bool {
    match c as u32 {
        0x21..=0x7e => false,
        0..=0xa0 | 0xad => true,
        0xa1..=0x2ff => false,
        0x300..=0x36f | 0x483..=0x489 | 0x590..=0x1dff => true,
        0x2000..=0x200f | 0x2028..=0x202f | 0x205f..=0x206f | 0x20d0..=0x20ff => true,
        0x3000 | 0x302a..=0x302f | 0x3099..=0x309a | 0x3164 => true,
        0xa000..=0xabff | 0xd7b0..=0xf8ff | 0xfdd0..=0xfdef | 0xfe00..=0xfe2f => true,
        0xfeff | 0xff9e..=0xffa0 | 0xfff0..=0xffff | 0x1_f3fb..=0x1_f3ff => true,
        code => code >= 0x1_0000 && (code & 0xfffe == 0xfffe || is_far_mark(code)),
    }
}

/// Marks, tags and selectors outside the first plane.
fn is_far_mark(code: u32) -> bool {
    !matches!(code, 0x1_f000..=0x1_faff | 0x2_0000..=0x3_ffff)
}

/// The work. `offsets` are byte offsets of `text`, sorted; they come back as offsets of the result.
fn clean(text: &str, keep_layout: bool, offsets: &mut [u32]) -> String {
    let mut out = Cleaned { text: String::with_capacity(text.len()), ..Cleaned::default() };
    out.keep_layout = keep_layout;
    let mut carried = 0;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let here = text.len() - rest.len();
        carried += carry(&mut offsets[carried..], here, out.position());
        let run = shown(rest);
        if run > 1 && offsets.get(carried).is_none_or(|next| *next as usize >= here + run) {
            out.run(&rest[..run]);
            rest = &rest[run..];
            continue;
        }
        let skipped = escape_length(rest, c);
        if skipped > 0 {
            rest = &rest[skipped..];
            continue;
        }
        rest = &rest[c.len_utf8()..];
        out.push(c, rest.chars().next());
        let tags = if c == BLACK_FLAG { flag_tags(rest) } else { 0 };
        out.text.push_str(&rest[..tags]);
        rest = &rest[tags..];
    }
    let end = out.text.len() as u32;
    offsets[carried..].fill(end);
    offsets.iter_mut().for_each(|offset| *offset = (*offset).min(end));
    out.text
}

/// How many signs of ASCII stand at the start of a text that are neither space nor control.
fn shown(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_graphic).count()
}

const BLACK_FLAG: char = '\u{1f3f4}';

/// Length in bytes of the tags that name the country of a flag; 0 where they name none.
fn flag_tags(rest: &str) -> usize {
    let tags =
        rest.chars().take_while(|c| matches!(*c as u32, 0xe_0030..=0xe_0039 | 0xe_0061..=0xe_007a));
    let count = tags.count();
    let ends = rest.chars().nth(count) == Some('\u{e007f}');
    // Each of them takes four bytes.
    if ends && FLAG.contains(&(count + 1)) { (count + 1) * 4 } else { 0 }
}

/// Settles the offsets that lie at or before `here`, and says how many.
fn carry(offsets: &mut [u32], here: usize, to: usize) -> usize {
    let passed = offsets.iter().take_while(|&&offset| offset as usize <= here).count();
    offsets[..passed].fill(to as u32);
    passed
}

#[derive(Default)]
struct Cleaned {
    text: String,
    keep_layout: bool,
    /// White space seen since the last character.
    space: bool,
    sign: Sign,
    /// Marks put out since the last base character.
    marks: usize,
    /// Private characters put out in a row.
    private: usize,
}

impl Cleaned {
    /// Where the next character will stand.
    fn position(&self) -> usize {
        self.text.len() + usize::from(self.space && !self.text.is_empty())
    }

    fn push(&mut self, c: char, next: Option<char>) {
        if self.keep_layout && matches!(c, '\n' | ' ') {
            self.put(c);
        } else if c.is_whitespace() {
            self.white();
        } else if is_joiner(c) {
            if self.joins(c, next) {
                self.put(c);
            }
        } else if is_selector(c) {
            if self.selects(c) {
                self.put(c);
            }
        } else if is_combining_mark(c) && !is_unseen(c) {
            self.mark(c);
        } else if let Some(c) = visible(c) {
            self.letter(c);
        }
    }

    /// Several signs of ASCII, which only the first may have to do with what came before.
    fn run(&mut self, signs: &str) {
        let mut rest = signs.chars();
        let (Some(first), Some(last)) = (rest.next(), signs.chars().next_back()) else { return };
        self.letter(first);
        self.text.push_str(rest.as_str());
        self.sign.put(last, false);
    }

    /// What stands for itself; but a skin needs a face, and one is enough.
    fn letter(&mut self, c: char) {
        let last = self.sign.last.filter(|_| !self.space);
        if is_skin(c) && last.is_some_and(is_skin) {
            return;
        }
        self.private = if is_private(c) { self.private + 1 } else { 0 };
        if self.private <= PRIVATE {
            self.marks = 0;
            self.put(c);
        }
    }

    fn white(&mut self) {
        if self.keep_layout {
            self.put(' ');
        } else {
            self.space = true;
        }
    }

    fn put(&mut self, c: char) {
        if !self.space && self.sign.is_full() && self.sign.takes(c) {
            // A tower: what only adorns it goes, what is a letter starts anew behind a space.
            if is_attached(c) {
                return;
            }
            self.space = true;
        }
        self.sign.put(c, self.space);
        if std::mem::take(&mut self.space) && !self.text.is_empty() {
            self.text.push(' ');
        }
        self.text.push(c);
    }

    /// A mark needs a letter under it, and not too many others.
    fn mark(&mut self, c: char) {
        let most = if is_accent(c) { ACCENTS } else { MARKS };
        let base = self.sign.last.filter(|_| !self.space);
        if self.marks >= most || (is_accent(c) && base.is_none()) {
            return;
        }
        self.marks += 1;
        self.put(c);
    }

    /// Zero-width joiners hold emoji together and shape Arabic and Indic letters; anywhere else
    /// they only split words that look whole.
    fn joins(&self, c: char, next: Option<char>) -> bool {
        let (Some(last), Some(next), false) = (self.sign.last, next, self.space) else {
            return false;
        };
        let emoji = c == '\u{200d}' && (is_emoji(last) || last == '\u{fe0f}') && is_emoji(next);
        emoji || (is_shaped(last) && is_shaped(next))
    }

    /// One selector, and only on what has variants.
    fn selects(&self, c: char) -> bool {
        let Some(last) = self.sign.last.filter(|_| !self.space) else { return false };
        match c as u32 {
            0xfe0e | 0xfe0f => is_emoji(last) || matches!(last, '0'..='9' | '#' | '*'),
            0x180b..=0x180d | 0x180f => matches!(last as u32, 0x1820..=0x18aa),
            _ => matches!(last as u32, 0x3400..=0x9fff | 0xf900..=0xfaff | 0x2_0000..=0x3_ffff),
        }
    }
}

#[cfg(test)]
mod tests;
