//! How long the escape sequences of terminals are.

/// How far the end of an escape string (OSC, DCS) is looked for. Past it the start alone goes, so
/// that a stray control character cannot swallow a story.
const STRING_REACH: usize = 2048;

/// Length in bytes of the escape sequence that `rest` starts with; 0 when it starts with none.
pub(super) fn escape_length(rest: &str, first: char) -> usize {
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
