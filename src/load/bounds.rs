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
    text.bytes().filter(|byte| *byte == sign).count()
}

/// About how many attributes the longest tag has: white space outside of its quotes.
fn attributes(page: &str) -> usize {
    let (mut most, mut here) = (0, 0);
    let (mut in_tag, mut quote, mut before) = (false, None, b' ');
    for byte in page.bytes() {
        match (in_tag, quote, byte) {
            (false, _, letter) => {
                in_tag = before == b'<' && letter.is_ascii_alphabetic();
                here = 0;
            }
            (true, Some(open), byte) if byte == open => quote = None,
            (true, Some(_), _) => {}
            (true, None, b'"' | b'\'') if before == b'=' => quote = Some(byte),
            (true, None, b'>') => in_tag = false,
            (true, None, byte) => here += usize::from(byte.is_ascii_whitespace() || byte == b'/'),
        }
        most = most.max(here);
        before = byte;
    }
    most
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
