//! What is too much for one article, seen before it is taken apart: a log of a million lines has
//! no place in the list, and would cost a hundred times its size in memory.

use super::{Format, Limits, LoadCause};

/// Attributes of one tag: a parser compares each with all before it.
const ATTRIBUTES: usize = 10_000;

/// Says what is too much of.
pub(super) fn check(format: Format, text: &str, limits: &Limits) -> Result<(), LoadCause> {
    match format {
        Format::Html => {
            within("tags", count(text, b'<'), limits.tags)?;
            within("attributes in one tag", attributes(text), ATTRIBUTES)
        }
        Format::Markdown => {
            let signs = |byte: &u8| b"*_[]`<>!|&\\~^".contains(byte);
            within("signs of Markdown", text.bytes().filter(signs).count(), limits.tags)?;
            within("lines", count(text, b'\n'), limits.lines)
        }
        _ => within("lines", count(text, b'\n'), limits.lines),
    }
}

/// A feed is held whole, and an entry without a word takes a thousand times its size.
pub(super) fn check_feed(text: &str, limits: &Limits) -> Result<(), LoadCause> {
    if text.trim_start().starts_with('{') {
        // An item has an author and attachments of its own.
        return within("objects", count(text, b'{'), limits.members * 4);
    }
    // The parser holds an entry three times over.
    within("bytes in one entry", longest_entry(text), limits.record_bytes as usize / 4)?;
    let opens = |name: &str| text.matches(name).count();
    within("entries", opens("<item").max(opens("<entry")), limits.members)?;
    // As many as that many entries have.
    within("tags", count(text, b'<'), limits.members.saturating_mul(20))
}

fn longest_entry(text: &str) -> usize {
    let entries = memchr::memchr_iter(b'<', text.as_bytes()).filter(|at| {
        let tag = &text.as_bytes()[at + 1..];
        tag.starts_with(b"item") || tag.starts_with(b"entry")
    });
    let mut last = 0;
    let gaps = entries.chain([text.len()]).map(|at| at - std::mem::replace(&mut last, at));
    gaps.max().unwrap_or(0)
}

/// A message is held whole, and a part or header without a word takes a hundred times its size.
pub(super) fn check_mail(message: &[u8], limits: &Limits) -> Result<(), LoadCause> {
    let (mut parts, mut headers, mut nested) = (0, 0, 0);
    for line in message.split(|byte| *byte == b'\n') {
        parts += usize::from(line.starts_with(b"--"));
        let name = line.iter().take_while(|byte| byte.is_ascii_graphic() && **byte != b':');
        headers += usize::from(line.get(name.count()) == Some(&b':'));
        nested += usize::from(line.contains(&b'/') && holds_message(line));
    }
    // A message in a message in a message is dropped by recursion.
    within("messages in messages", nested, limits.depth)?;
    within("parts", parts, limits.members)?;
    within("headers", headers, limits.lines)
}

/// Says that a part is a message, or a digest of them.
fn holds_message(line: &[u8]) -> bool {
    let named = |kind: &[u8]| line.windows(kind.len()).any(|part| part.eq_ignore_ascii_case(kind));
    named(b"message/") || named(b"/digest")
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
    while let Some(skipped) = tag[at..].iter().position(|byte| TELLS[usize::from(*byte)]) {
        at += skipped;
        before = if skipped > 0 { tag[at - 1] } else { before };
        match tag[at] {
            b'"' | b'\'' if before == b'=' => match memchr::memchr(tag[at], &tag[at + 1..]) {
                Some(length) => at += length + 1,
                None => return (here, tag.len()),
            },
            b'>' => return (here, at),
            b'"' | b'\'' => {}
            _ => here += 1,
        }
        before = tag[at];
        at += 1;
    }
    (here, tag.len())
}

/// Whether a byte of a tag tells of attributes: quotes, what parts them, the end.
const TELLS: [bool; 256] = {
    let mut tells = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        let sign = byte as u8;
        tells[byte] = sign.is_ascii_whitespace() || matches!(sign, b'"' | b'\'' | b'>' | b'/');
        byte += 1;
    }
    tells
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_much_is_named() {
        let limits = Limits::default();
        let refused = |format, text: &str| check(format, text, &limits).unwrap_err().to_string();
        let log = refused(Format::Text, &"x\n".repeat(1_000_001));
        assert!(log.contains("1000001 lines are no article"), "{log}");
        assert!(refused(Format::Html, &"<p>".repeat(limits.tags + 1)).contains("tags"));
        let tag = format!("<p {}>x", "a=1 ".repeat(ATTRIBUTES + 1));
        assert!(refused(Format::Html, &tag).contains("attributes in one tag"));
    }

    #[test]
    fn a_feed_and_a_message_have_only_so_many_parts() {
        let limits = Limits { members: 3, lines: 5, ..Limits::default() };
        let refused = |what: Result<(), LoadCause>| what.unwrap_err().to_string();
        assert!(refused(check_feed(&"<item/>".repeat(4), &limits)).contains("4 entries"));
        assert!(refused(check_feed(&"<entry/>".repeat(4), &limits)).contains("4 entries"));
        assert!(refused(check_feed(&"{".repeat(13), &limits)).contains("13 objects"));
        let short = Limits { record_bytes: 400, ..Limits::default() };
        let long =
            |words: usize| format!("<rss><item>{}</item><item>Short.", "word ".repeat(words));
        assert!(refused(check_feed(&long(30), &short)).contains("bytes in one entry"));
        assert_eq!(check_feed(&long(10), &short), Ok(()));
        assert!(refused(check_mail(&b"--cut\n\n".repeat(4), &limits)).contains("4 parts"));
        assert!(refused(check_mail(&b"a: b\n".repeat(6), &limits)).contains("6 headers"));
        let deep = b"Content-Type: Message/RFC822\n\n".repeat(513);
        assert!(refused(check_mail(&deep, &Limits::default())).contains("513 messages"));
        assert_eq!(check_mail(b"a: b\n\nIt sails: at 7\n-- \nJo", &limits), Ok(()));
    }

    #[test]
    fn signs_of_markdown_are_counted() {
        let limits = Limits { tags: 10, ..Limits::default() };
        assert!(check(Format::Markdown, &"*a".repeat(11), &limits).is_err());
        assert!(check(Format::Markdown, "*a* [b](c)", &limits).is_ok());
    }

    #[test]
    fn long_values_are_no_attributes() {
        let page = format!("<p a=\"{0}\" b='{0}'>{0}</p>", "a b ".repeat(2 * ATTRIBUTES));
        assert_eq!(check(Format::Html, &page, &Limits::default()), Ok(()));
        assert_eq!(check(Format::Text, &page, &Limits::default()), Ok(()));
    }
}
