//! What a file is, by its first bytes; its name only breaks ties.

use std::path::Path;

use super::{Format, charset, feed, mail};

/// What the start of an input turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sniffed {
    Gzip,
    Zstd,
    Empty,
    Binary,
    /// A format that other programs read; what to call it.
    Foreign(&'static str),
    Format(Format),
}

/// First bytes of what is no text.
const MAGIC: &[&[u8]] = &[
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"RIFF",
    b"\x7fELF",
    b"MZ\x90",
    b"BZh",
    b"\xfd7zXZ",
    b"7z\xbc\xaf",
    b"Rar!",
    b"SQLite format 3",
    b"OggS",
    b"ID3",
    b"\xca\xfe\xba\xbe",
    b"wOFF",
    b"wOF2",
    b"\x00asm",
    b"\x00\x00\x00\x18ftyp",
    b"\x00\x00\x00\x20ftyp",
    b"!<arch>",
];

/// First bytes of documents that another program can turn into text.
const FOREIGN: &[(&[u8], &str)] = &[
    (b"%PDF-", "a PDF"),
    (b"{\\rtf", "an RTF document"),
    (b"PK\x03\x04", "an office document, a book or a ZIP archive"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
];

/// Tags that open a page or a fragment of one.
const PAGE_TAGS: &[&str] = &[
    "!doctype html",
    "html",
    "head",
    "body",
    "div",
    "p",
    "article",
    "section",
    "main",
    "meta",
    "title",
    "h1",
    "h2",
    "h3",
    "span",
    "table",
    "ul",
    "ol",
    "header",
    "nav",
    "script",
    "style",
    "link",
    "base",
    "blockquote",
    "figure",
    "img",
    "a",
    "center",
    "font",
    "strong",
    "b",
    "em",
    "i",
    "br",
];

/// Looks at the first bytes, `head`, of a file called `path`.
pub(super) fn sniff(head: &[u8], path: Option<&Path>) -> Sniffed {
    if head.starts_with(b"\x1f\x8b") {
        return Sniffed::Gzip;
    }
    if head.starts_with(b"\x28\xb5\x2f\xfd") {
        return Sniffed::Zstd;
    }
    // Its first record may be a picture.
    if head.starts_with(b"WARC/") {
        return Sniffed::Format(Format::Warc);
    }
    if let Some((_, what)) = FOREIGN.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Sniffed::Foreign(what);
    }
    if is_binary(head) {
        return Sniffed::Binary;
    }
    let text = charset::decode(whole_signs(head).to_vec());
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if text.is_empty() && head.len() < 1024 {
        return Sniffed::Empty;
    }
    Sniffed::Format(format(text, path.and_then(extension)))
}

/// The bytes without the first ones of a sign of UTF-8 that is cut at their end.
fn whole_signs(head: &[u8]) -> &[u8] {
    match std::str::from_utf8(head) {
        Err(error) if error.error_len().is_none() => &head[..error.valid_up_to()],
        _ => head,
    }
}

/// The extension that names the format: under `.gz` the one before it.
fn extension(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    let name: &str =
        [".gz", ".gzip", ".zst"].iter().fold(name.as_str(), |name, end| name.trim_end_matches(end));
    Some(name.rsplit_once('.')?.1.to_string())
}

/// Whether a byte is a control character that no text holds, but for zero.
const ODD: [bool; 256] = {
    let mut odd = [false; 256];
    let mut byte = 1;
    while byte < 256 {
        odd[byte] = matches!(byte, 0x01..=0x06 | 0x0e..=0x1a | 0x1c..=0x1f | 0x7f);
        byte += 1;
    }
    odd
};

fn is_binary(head: &[u8]) -> bool {
    if MAGIC.iter().any(|magic| head.starts_with(magic)) {
        return true;
    }
    if head.starts_with(b"\xff\xfe")
        || head.starts_with(b"\xfe\xff")
        || charset::wide(head).is_some()
    {
        return false;
    }
    let zeros = head.iter().filter(|b| **b == 0).count();
    let odd: usize = head.iter().map(|b| usize::from(ODD[usize::from(*b)])).sum();
    zeros * 200 > head.len() || odd * 20 > head.len()
}

fn format(text: &str, extension: Option<String>) -> Format {
    if feed::is_feed(text) {
        return Format::Feed;
    }
    if mail::is_mail(text) {
        return Format::Mail;
    }
    if mail::is_mailbox(text) {
        return Format::Mailbox;
    }
    if let Some(json) = json(text, extension.as_deref()) {
        return json;
    }
    match extension.as_deref() {
        Some("md" | "markdown" | "mdown" | "mkd") => Format::Markdown,
        Some("html" | "htm" | "xhtml" | "shtml") if text.contains('<') => Format::Html,
        _ if is_page(text) => Format::Html,
        _ if has_front_matter(text) => Format::Markdown,
        _ => Format::Text,
    }
}

/// An object or an array of them; `{` alone may open a template or a joke.
fn json(text: &str, extension: Option<&str>) -> Option<Format> {
    let named = matches!(extension, Some("json" | "jsonl" | "ndjson"));
    let inner = match text.as_bytes().first() {
        Some(b'{') => text[1..].trim_start(),
        Some(b'[') => {
            let inner = text[1..].trim_start();
            let opens = inner.starts_with('{') || (named && inner.starts_with(']'));
            return opens.then_some(Format::Json);
        }
        _ => return named.then_some(Format::JsonLines),
    };
    if !(named || inner.starts_with('"') || inner.starts_with('}')) {
        return None;
    }
    let first = text.lines().next().unwrap_or("").trim_end();
    let whole = first.ends_with('}') && first.len() > 1;
    // A head that holds no line end is one long record: the reader of lines copes with both.
    let lines = whole || !text.contains('\n') || extension == Some("jsonl");
    Some(if lines { Format::JsonLines } else { Format::Json })
}

/// Opens with a tag of HTML, after comments and an XML declaration.
fn is_page(text: &str) -> bool {
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let skip = if rest.starts_with("<!--") {
            rest.find("-->").map(|at| at + 3)
        } else if rest.starts_with("<?xml") {
            rest.find('>').map(|at| at + 1)
        } else {
            None
        };
        match skip {
            Some(skip) => rest = &rest[skip..],
            None => break,
        }
    }
    rest.strip_prefix('<').is_some_and(opens_page)
}

fn opens_page(tag: &str) -> bool {
    let head = tag.get(..16).unwrap_or(tag).to_ascii_lowercase();
    PAGE_TAGS.iter().any(|name| {
        head.strip_prefix(name)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '>', '/', '\n', '\t']))
    })
}

/// A fence, `key:` or `key =` lines, and the fence again.
fn has_front_matter(text: &str) -> bool {
    let mut lines = text.lines();
    let fence = match lines.next().map(str::trim_end) {
        Some("---") => ("---", ':'),
        Some("+++") => ("+++", '='),
        _ => return false,
    };
    let mut keyed = false;
    for line in lines.take(200) {
        if line.trim_end() == fence.0 {
            return keyed;
        }
        keyed |= line.contains(fence.1);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(head: impl AsRef<[u8]>, name: &str, expected: Format) {
        let found = sniff(head.as_ref(), Some(Path::new(name)));
        assert_eq!(found, Sniffed::Format(expected), "{name}");
    }

    #[test]
    fn content_comes_before_extension() {
        check("<!DOCTYPE html><html>", "story.txt", Format::Html);
        check("\u{feff}\n <!-- saved -->\n<html lang=tr>", "story.txt", Format::Html);
        check("{\"title\": \"a\"}\n{\"title\": \"b\"}\n", "all.json", Format::JsonLines);
        check("{\n \"title\": \"a\"\n}\n", "all.txt", Format::Json);
        check("[{\"title\": 1}]", "all", Format::Json);
        check("---\ntitle: Ferry\n---\nIt sails.", "ferry.txt", Format::Markdown);
    }

    #[test]
    fn the_extension_breaks_ties() {
        check("# Ferry\n\nIt *sails*.", "ferry.md.gz", Format::Markdown);
        check("# Ferry\n\nIt *sails*.", "ferry.txt", Format::Text);
        check("Ferry <b>sails</b>", "ferry.html", Format::Html);
        check("not json", "all.jsonl", Format::JsonLines);
    }

    #[test]
    fn prose_that_looks_like_something_is_prose() {
        check("[Updated] The ferry is back.", "a.txt", Format::Text);
        check("{ferry} is back", "a.txt", Format::Text);
        check("<3 from Kos, the ferry is back", "a.txt", Format::Text);
        check("--- The ferry ---\nis back", "a.txt", Format::Text);
        check("caf\u{e9} \x1b[31mred", "a", Format::Text);
    }

    #[test]
    fn a_sign_cut_in_two_is_left_out() {
        assert_eq!(whole_signs(&"Kılıç".as_bytes()[..7]), "Kılı".as_bytes());
        assert_eq!(whole_signs(b"caf\xe9 noir"), b"caf\xe9 noir");
    }

    #[test]
    fn what_is_no_text_is_told() {
        let path = Some(Path::new("a.txt"));
        for head in [&b"\x89PNG\r\n"[..], b"a\0b\0\0\0c\x01", b"\x7fELF"] {
            assert_eq!(sniff(head, path), Sniffed::Binary);
        }
        for head in [&b"%PDF-1.7 text"[..], b"PK\x03\x04", b"{\\rtf1\\ansi"] {
            assert!(matches!(sniff(head, path), Sniffed::Foreign(_)));
        }
        assert_eq!(sniff(b"\x1f\x8b\x08", path), Sniffed::Gzip);
        assert_eq!(sniff(b"\x28\xb5\x2f\xfd\x04", path), Sniffed::Zstd);
        assert_eq!(sniff(b" \r\n\t", path), Sniffed::Empty);
        assert_eq!(sniff(b"\xef\xbb\xbf", path), Sniffed::Empty);
        assert_eq!(sniff(b"\xff\xfeN\0o\0", path), Sniffed::Format(Format::Text));
    }
}
