//! Makes text safe to print: nothing it lets through moves a cursor, fakes a colour, turns the
//! writing direction round or hides letters. White space is folded; words are never dropped.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;

/// Accents that pile up on one letter of an alphabet; more is a tower, not a spelling.
const ACCENTS: usize = 4;
/// Marks on one letter in scripts that stack them by nature (Tibetan, Hebrew with points).
const MARKS: usize = 8;
/// How far the end of an escape string (OSC, DCS) is looked for. Past it the start alone goes, so
/// that a stray control character cannot swallow a story.
const STRING_REACH: usize = 2048;

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

/// As [`line`], and carries byte offsets of `text`, sorted, over to the result.
pub(super) fn line_with_offsets(text: &str, offsets: &mut [u32]) -> String {
    if is_clean(text) { text.to_string() } else { clean(text, false, offsets) }
}

/// Nothing to do: printable, single spaces inside only, no character that needs its neighbours.
fn is_clean(text: &str) -> bool {
    let mut spaced = true;
    let mut rest = text.as_bytes();
    while let Some(&byte) = rest.first() {
        let length = match byte {
            b' ' if spaced => return false,
            b' ' | 0x21..=0x7e => 1,
            _ => match text[text.len() - rest.len()..].chars().next() {
                Some(c) if !is_suspect(c) => c.len_utf8(),
                _ => return false,
            },
        };
        spaced = byte == b' ';
        rest = &rest[length..];
    }
    !spaced || text.is_empty()
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
        0xa000..=0xabff | 0xe000..=0xf8ff | 0xfdd0..=0xfdef | 0xfe00..=0xfe2f => true,
        0xfeff | 0xffa0 | 0xfff0..=0xffff => true,
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
        let skipped = escape_length(rest, c);
        if skipped > 0 {
            rest = &rest[skipped..];
            continue;
        }
        rest = &rest[c.len_utf8()..];
        out.push(c, rest.chars().next());
    }
    let end = out.text.len() as u32;
    offsets[carried..].fill(end);
    offsets.iter_mut().for_each(|offset| *offset = (*offset).min(end));
    out.text
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
    /// The last character put out.
    last: Option<char>,
    /// Marks put out since the last base character.
    marks: usize,
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
        } else if is_combining_mark(c) {
            self.mark(c);
        } else if let Some(c) = visible(c) {
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
        if self.space {
            if !self.text.is_empty() {
                self.text.push(' ');
            }
            self.space = false;
        }
        self.text.push(c);
        self.last = Some(c);
    }

    /// A mark needs a letter under it, and not too many others.
    fn mark(&mut self, c: char) {
        let most = if is_accent(c) { ACCENTS } else { MARKS };
        let base = self.last.filter(|_| !self.space);
        if self.marks >= most || (is_accent(c) && base.is_none()) {
            return;
        }
        self.marks += 1;
        self.put(c);
    }

    /// Zero-width joiners hold emoji together and shape Arabic and Indic letters; anywhere else
    /// they only split words that look whole.
    fn joins(&self, c: char, next: Option<char>) -> bool {
        let (Some(last), Some(next), false) = (self.last, next, self.space) else { return false };
        let emoji = c == '\u{200d}' && (is_emoji(last) || last == '\u{fe0f}') && is_emoji(next);
        emoji || (is_shaped(last) && is_shaped(next))
    }

    /// One selector, and only on what has variants.
    fn selects(&self, c: char) -> bool {
        let Some(last) = self.last.filter(|_| !self.space) else { return false };
        match c as u32 {
            0xfe0e | 0xfe0f => is_emoji(last) || matches!(last, '0'..='9' | '#' | '*'),
            0x180b..=0x180d | 0x180f => matches!(last as u32, 0x1820..=0x18aa),
            _ => matches!(last as u32, 0x3400..=0x9fff | 0xf900..=0xfaff | 0x2_0000..=0x3_ffff),
        }
    }
}

/// Length in bytes of the escape sequence that `rest` starts with; 0 when it starts with none.
fn escape_length(rest: &str, first: char) -> usize {
    let start = first.len_utf8();
    let after = &rest[start..];
    match first {
        '\u{1b}' => start + escape_tail(after),
        '\u{9b}' => start + csi_tail(after),
        '\u{90}' | '\u{98}' | '\u{9d}'..='\u{9f}' => start + string_tail(after),
        _ => 0,
    }
}

/// What belongs to an ESC after it.
fn escape_tail(after: &str) -> usize {
    match after.as_bytes().first() {
        Some(b'[') => 1 + csi_tail(&after[1..]),
        Some(b']' | b'P' | b'X' | b'^' | b'_') => 1 + string_tail(&after[1..]),
        Some(0x20..=0x2f) => {
            let middle = after.bytes().take_while(|b| matches!(b, 0x20..=0x2f)).count();
            let last = after.as_bytes().get(middle).is_some_and(|b| matches!(b, 0x30..=0x7e));
            if last { middle + 1 } else { 0 }
        }
        Some(0x30..=0x7e) => 1,
        _ => 0,
    }
}

/// Parameters, intermediates and the final byte of a control sequence; 0 when it is not whole.
fn csi_tail(after: &str) -> usize {
    let parameters = after.bytes().take_while(|b| matches!(b, 0x20..=0x3f)).count();
    match after.as_bytes().get(parameters) {
        Some(0x40..=0x7e) => parameters + 1,
        _ => 0,
    }
}

/// Up to and with the terminator of an escape string; 0 when none is near.
fn string_tail(after: &str) -> usize {
    for (at, c) in after.char_indices().take_while(|(at, _)| *at < STRING_REACH) {
        match c {
            '\u{7}' | '\u{9c}' => return at + c.len_utf8(),
            '\u{1b}' if after[at + 1..].starts_with('\\') => return at + 2,
            '\u{1b}' => return at,
            '\n' => return 0,
            _ => {}
        }
    }
    0
}

/// The character to show, if any. Letters of Windows-1252 that a wrong decoding left among the
/// C1 controls are put right, since they are the quotes and dashes of the story.
fn visible(c: char) -> Option<char> {
    match c as u32 {
        0x80 => Some('€'),
        0x91 => Some('‘'),
        0x92 => Some('’'),
        0x93 => Some('“'),
        0x94 => Some('”'),
        0x95 => Some('•'),
        0x96 => Some('–'),
        0x97 => Some('—'),
        0x99 => Some('™'),
        0..=0x1f | 0x7f..=0x9f | 0xad | 0x34f | 0x61c | 0x115f | 0x1160 | 0x17b4 | 0x17b5 => None,
        0x180e | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x206f | 0x3164 => None,
        0xfdd0..=0xfdef | 0xfeff | 0xffa0 | 0xfff0..=0xfffc | 0xfffe | 0xffff => None,
        0x1_bca0..=0x1_bca3 | 0x1_d173..=0x1_d17a | 0xe_0000..=0xe_0fff => None,
        code if code & 0xfffe == 0xfffe => None,
        _ => Some(c),
    }
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

fn is_selector(c: char) -> bool {
    matches!(c as u32, 0x180b..=0x180d | 0x180f | 0xfe00..=0xfe0f | 0xe_0100..=0xe_01ef)
}

/// Marks of the alphabets, which stack as high as one likes.
fn is_accent(c: char) -> bool {
    matches!(c as u32, 0x300..=0x36f | 0x483..=0x489 | 0x1ab0..=0x1aff | 0x1dc0..=0x1dff
        | 0x20d0..=0x20ff | 0xfe20..=0xfe2f)
}

fn is_emoji(c: char) -> bool {
    matches!(c as u32, 0xa9 | 0xae | 0x203c..=0x3299 | 0x1_f000..=0x1_faff)
}

/// Letters of scripts in which a joiner changes the shape: Arabic, Syriac, the Indic family.
fn is_shaped(c: char) -> bool {
    matches!(c as u32, 0x600..=0x8ff | 0x900..=0xdff | 0xf00..=0xfff | 0x1000..=0x109f
        | 0x1780..=0x18af | 0xfb50..=0xfdcf | 0xfdf0..=0xfdff | 0xfe70..=0xfefc)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(raw: &str, safe: &str) {
        assert_eq!(line(raw), safe, "{raw:?}");
    }

    #[test]
    fn plain_text_is_untouched() {
        for text in
            ["Ferry returns to Kos", "Çiğdem’s «ağaç» – 5 €", "日本の首相", "Київ, Україна", ""]
        {
            assert!(matches!(line_cow(text), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn white_space_folds() {
        check("  The \t ferry\u{a0}is\r\nback \u{3000}", "The ferry is back");
    }

    #[test]
    fn colours_and_cursor_moves_go() {
        check("\x1b[31mred\x1b[0m and \x1b[2J\x1b[1;1Hhome", "red and home");
        check("\u{9b}31mred", "red");
        check("\x1b]0;new title\x07Ferry\x1b]8;;http://x\x1b\\ back", "Ferry back");
        check("\x1bPq#0;2;0\x1b\\ Ferry\x1b(B \x1b7back\x08\x07", "Ferry back");
    }

    #[test]
    fn an_open_escape_swallows_nothing() {
        check("\x1b]0;The ferry is back", "0;The ferry is back");
        check("\x1b[", "");
        check("\x1b", "");
        check("\x1b[31é", "31é");
    }

    #[test]
    fn bidi_controls_and_invisible_letters_go() {
        check("safe\u{202e}txt.exe\u{2066}\u{200f}", "safetxt.exe");
        check("pass\u{200b}\u{200b}word\u{feff}\u{ad}\u{2060}", "password");
        check("flag\u{e0041}\u{e007f}\u{fffe}\u{fdd0}", "flag");
    }

    #[test]
    fn wrongly_decoded_quotes_are_put_right() {
        check("the minister\u{92}s \u{93}plan\u{94}", "the minister’s “plan”");
    }

    #[test]
    fn joiners_stay_where_they_shape_letters() {
        check(
            "👩\u{200d}🚀 ❤\u{fe0f} 1\u{fe0f}\u{20e3}",
            "👩\u{200d}🚀 ❤\u{fe0f} 1\u{fe0f}\u{20e3}",
        );
        check("می\u{200c}خواهم क\u{94d}\u{200d}ष", "می\u{200c}خواهم क\u{94d}\u{200d}ष");
        check("pass\u{200d}word\u{fe0f}", "password");
    }

    #[test]
    fn towers_of_accents_are_capped() {
        let tower = format!("z{}algo", "\u{301}".repeat(50));
        assert_eq!(line(&tower).chars().count(), "zalgo".len() + ACCENTS);
        check("\u{301}e\u{301}", "e\u{301}");
    }

    #[test]
    fn code_keeps_its_lines() {
        assert_eq!(block("\nif x:\r\n\treturn\x1b[1m 1\n\n"), "if x:\n    return 1");
    }

    #[test]
    fn offsets_follow_their_words() {
        let raw = " The  \x1b[1mferry\x1b[0m  is";
        let (start, end) = (raw.find("ferry").unwrap(), raw.find("ferry").unwrap() + 5);
        let mut offsets = [start as u32, end as u32, raw.len() as u32];
        let text = line_with_offsets(raw, &mut offsets);
        assert_eq!(&text[offsets[0] as usize..offsets[1] as usize], "ferry");
        assert_eq!(offsets[2] as usize, text.len());
    }

    fn is_safe(c: char) -> bool {
        !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    }

    proptest! {
        #[test]
        fn the_result_is_safe_and_stays_as_it_is(raw in any::<String>()) {
            let safe = line(&raw);
            prop_assert!(safe.chars().all(is_safe));
            prop_assert_eq!(line(&safe), safe.clone());
            prop_assert!(block(&raw).chars().all(|c| c == '\n' || is_safe(c)));
        }

        #[test]
        fn offsets_stay_on_char_boundaries(raw in "[ a-ż\\x1b\\[\\]\u{200b}\u{301}🚀]{0,40}", cut in 0usize..40) {
            let cut = (0..=cut.min(raw.len())).rev().find(|&at| raw.is_char_boundary(at)).unwrap();
            let mut offsets = [cut as u32, raw.len() as u32];
            let text = line_with_offsets(&raw, &mut offsets);
            prop_assert!(offsets[0] <= offsets[1]);
            prop_assert!(offsets.iter().all(|&at| text.is_char_boundary(at as usize)));
        }
    }
}
