//! What is too much for one article, seen before it is taken apart: a log of a million lines has
//! no place in the list, and would cost a hundred times its size in memory.

use super::{Format, LoadCause};

/// Lines of a text, each of which may become a paragraph.
const LINES: usize = 1_000_000;
/// Tags of a page.
const TAGS: usize = 1_000_000;
/// Attributes of one tag: a parser compares each with all before it.
const ATTRIBUTES: usize = 10_000;

/// Says what is too much of.
pub(super) fn check(format: Format, text: &str) -> Result<(), LoadCause> {
    match format {
        Format::Html => {
            within("tags", count(text, b'<'), TAGS)?;
            within("attributes in one tag", attributes(text), ATTRIBUTES)
        }
        _ => within("lines", count(text, b'\n'), LINES),
    }
}

fn within(what: &str, found: usize, most: usize) -> Result<(), LoadCause> {
    if found <= most {
        return Ok(());
    }
    let words = format!("{found} {what} are no article ({most} at most); split it into articles");
    Err(LoadCause::malformed(words))
}

fn count(text: &str, sign: u8) -> usize {
    memchr::memchr_iter(sign, text.as_bytes()).count()
}

/// About how many attributes the longest tag has: white space outside of its quotes.
fn attributes(page: &str) -> usize {
    let mut most = 0;
    let mut rest = page.as_bytes();
    while let Some(at) = memchr::memchr(b'<', rest) {
        rest = &rest[at + 1..];
        if rest.first().is_some_and(u8::is_ascii_alphabetic) {
            let (here, length) = attributes_of(rest);
            most = most.max(here);
            rest = &rest[length..];
        }
    }
    most
}

/// The same of the tag that begins here, and how long that tag is.
fn attributes_of(tag: &[u8]) -> (usize, usize) {
    let (mut here, mut at) = (0, 0);
    let mut before = b'<';
    while let Some(&byte) = tag.get(at) {
        match byte {
            b'"' | b'\'' if before == b'=' => match memchr::memchr(byte, &tag[at + 1..]) {
                Some(length) => at += length + 1,
                None => return (here, tag.len()),
            },
            b'>' => return (here, at),
            byte => here += usize::from(byte.is_ascii_whitespace() || byte == b'/'),
        }
        before = tag[at];
        at += 1;
    }
    (here, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_much_is_named() {
        let refused = |format, text: &str| check(format, text).unwrap_err().to_string();
        let log = refused(Format::Text, &"x\n".repeat(LINES + 1));
        assert!(log.contains("1000001 lines are no article"), "{log}");
        assert!(refused(Format::Html, &"<p>".repeat(TAGS + 1)).contains("tags"));
        let tag = format!("<p {}>x", "a=1 ".repeat(ATTRIBUTES + 1));
        assert!(refused(Format::Html, &tag).contains("attributes in one tag"));
    }

    #[test]
    fn long_values_are_no_attributes() {
        let page = format!("<p a=\"{0}\" b='{0}'>{0}</p>", "a b ".repeat(2 * ATTRIBUTES));
        assert_eq!(check(Format::Html, &page), Ok(()));
        assert_eq!(check(Format::Text, &page), Ok(()));
    }
}
