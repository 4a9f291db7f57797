//! What a character is to a terminal: shown, hidden, a sign that changes the one before it.

use unicode_normalization::char::is_combining_mark;

/// The character to show, if any. Letters of Windows-1252 that a wrong decoding left among the
/// C1 controls are put right, since they are the quotes and dashes of the story.
pub(super) fn visible(c: char) -> Option<char> {
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
        _ if is_unseen(c) => None,
        _ => Some(c),
    }
}

/// Never shown and never of use: controls, turns of the writing direction, fillers, tags, and what
/// is no character at all.
pub(super) fn is_unseen(c: char) -> bool {
    match c as u32 {
        0x20..=0x7e => false,
        0..=0x1f | 0x7f..=0x9f | 0xad | 0x34f | 0x61c | 0x115f | 0x1160 | 0x17b4 | 0x17b5 => true,
        0x180e | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0x3164 => true,
        0xfdd0..=0xfdef | 0xfeff | 0xffa0 | 0xfff0..=0xfffc | 0xfffe | 0xffff => true,
        0x1_bca0..=0x1_bca3 | 0x1_d173..=0x1_d17a | 0xe_0000..=0xe_0fff => true,
        code => code & 0xfffe == 0xfffe,
    }
}

/// Letters, figures and signs of scripts that stand one by one: what most text is made of. None is
/// hidden, and none joins another of its kind.
#[inline]
pub(super) fn is_plain(c: char) -> bool {
    matches!(c as u32, 0x20..=0x7e | 0xa0..=0xac | 0xae..=0x2ff | 0x400..=0x482 | 0x48a..=0x52f
        | 0x1e00..=0x1eff | 0x2010..=0x2027 | 0x2030..=0x205e | 0x20a0..=0x20bf
        | 0x3041..=0x3096 | 0x30a0..=0x30ff | 0x3400..=0x9fff | 0xff01..=0xff5e)
}

pub(super) fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

pub(super) fn is_selector(c: char) -> bool {
    matches!(c as u32, 0x180b..=0x180d | 0x180f | 0xfe00..=0xfe0f | 0xe_0100..=0xe_01ef)
}

/// Marks of the alphabets, which stack as high as one likes.
pub(super) fn is_accent(c: char) -> bool {
    matches!(c as u32, 0x300..=0x36f | 0x483..=0x489 | 0x1ab0..=0x1aff | 0x1dc0..=0x1dff
        | 0x20d0..=0x20ff | 0xfe20..=0xfe2f)
}

pub(super) fn is_emoji(c: char) -> bool {
    matches!(c as u32, 0xa9 | 0xae | 0x203c..=0x3299 | 0x1_f000..=0x1_faff)
}

/// The colour of a skin.
pub(super) fn is_skin(c: char) -> bool {
    matches!(c as u32, 0x1_f3fb..=0x1_f3ff)
}

/// Letters of scripts in which a joiner changes the shape: Arabic, Syriac, the Indic family.
pub(super) fn is_shaped(c: char) -> bool {
    matches!(c as u32, 0x600..=0x8ff | 0x900..=0xdff | 0xf00..=0xfff | 0x1000..=0x109f
        | 0x1780..=0x18af | 0xfb50..=0xfdcf | 0xfdf0..=0xfdff | 0xfe70..=0xfefc)
}

/// Means something only to those who agreed on it: icons, mostly.
pub(super) fn is_private(c: char) -> bool {
    matches!(c as u32, 0xe000..=0xf8ff | 0xf_0000..=0xf_fffd | 0x10_0000..=0x10_fffd)
}

/// Takes no column of its own: it belongs to the character before it.
pub(super) fn is_attached(c: char) -> bool {
    is_combining_mark(c)
        || is_joiner(c)
        || is_selector(c)
        || is_skin(c)
        || matches!(c, '\u{e33}' | '\u{eb3}' | '\u{ff9e}' | '\u{ff9f}')
}

/// Ties the consonant before it to the one behind it.
pub(super) fn is_linker(c: char) -> bool {
    matches!(
        c as u32,
        0x94d
            | 0x9cd
            | 0xa4d
            | 0xacd
            | 0xb4d
            | 0xbcd
            | 0xc4d
            | 0xccd
            | 0xd4d
            | 0xdca
            | 0x1039
            | 0x17d2
            | 0x1a60
            | 0x1b44
            | 0x1bab
            | 0xa9c0
            | 0xaaf6
            | 0x1_0a3f
            | 0x1_1133
            | 0x1_13d0
            | 0x1_193e
            | 0x1_1a47
            | 0x1_1a99
            | 0x1_1f42
    )
}

/// True when `c` may be drawn as one sign with `last`, which is no mark: parts of a Korean
/// syllable, and signs that take what follows them along.
pub(super) fn merges(last: char, c: char) -> bool {
    (is_jamo(last) && is_korean(c)) || (is_korean(last) && is_jamo(c)) || is_prefix(last)
}

fn is_jamo(c: char) -> bool {
    matches!(c as u32, 0x1100..=0x11ff | 0xa960..=0xa97f | 0xd7b0..=0xd7ff)
}

fn is_korean(c: char) -> bool {
    is_jamo(c) || matches!(c as u32, 0xac00..=0xd7a3)
}

/// The number signs of Arabic and their like.
fn is_prefix(c: char) -> bool {
    matches!(c as u32, 0x600..=0x605 | 0x6dd | 0x70f | 0x890 | 0x891 | 0x8e2 | 0xd4e
        | 0x1_10bd | 0x1_10cd | 0x1_11c2 | 0x1_11c3 | 0x1_193f | 0x1_1941 | 0x1_1a3a
        | 0x1_1a84..=0x1_1a89 | 0x1_1d46 | 0x1_1f02)
}
