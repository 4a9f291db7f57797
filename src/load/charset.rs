//! Bytes to text: byte order mark, declaration, valid UTF-8, then detection.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// How far into a page its declaration is looked for.
const DECLARATION_REACH: usize = 4096;
/// How much is given to the detector; the rest of a large file says nothing new.
const DETECTION_REACH: usize = 1 << 20;

/// The text of `bytes`, with line ends as `\n`. Broken sequences become U+FFFD; never fails.
pub(super) fn decode(bytes: Vec<u8>) -> String {
    unix_lines(decode_raw(bytes))
}

fn decode_raw(bytes: Vec<u8>) -> String {
    if let Some((encoding, length)) = Encoding::for_bom(&bytes) {
        return decode_as(encoding, bytes, length);
    }
    if let Some(encoding) = wide(&bytes) {
        return encoding.decode_without_bom_handling(&bytes).0.into_owned();
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return text,
        Err(error) => error.into_bytes(),
    };
    let encoding = declared(&bytes).unwrap_or_else(|| detected(&bytes));
    encoding.decode_without_bom_handling(&bytes).0.into_owned()
}

fn decode_as(encoding: &'static Encoding, mut bytes: Vec<u8>, skip: usize) -> String {
    if encoding == UTF_8 {
        bytes.drain(..skip);
        return String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    }
    encoding.decode_without_bom_handling(&bytes[skip..]).0.into_owned()
}

/// UTF-16, with a mark or without.
pub(super) fn utf16(head: &[u8]) -> Option<&'static Encoding> {
    let marked = Encoding::for_bom(head).map(|(encoding, _)| encoding);
    marked.or_else(|| wide(head)).filter(|encoding| *encoding != UTF_8)
}

/// UTF-16 without a mark: the text of most languages then has a zero in every other byte.
pub(super) fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(1024) & !1];
    if head.len() < 8 {
        return None;
    }
    let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|&&b| b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let most = head.len() / 2 * 7 / 10;
    match (even, odd) {
        (0, odd) if odd >= most => Some(UTF_16LE),
        (even, 0) if even >= most => Some(UTF_16BE),
        _ => None,
    }
}

/// What a `<meta charset>`, its `http-equiv` form or an XML declaration says.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(DECLARATION_REACH)];
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    if !head.trim_start().starts_with('<') {
        return None;
    }
    let label = label_after(&head, "<?xml", "encoding=").or_else(|| {
        head.match_indices("<meta").find_map(|(at, _)| {
            let tag = head[at..].split('>').next().unwrap_or("");
            label_after(tag, "<meta", "charset=")
        })
    })?;
    let encoding = Encoding::for_label(label.as_bytes())?;
    // The declaration was readable as ASCII, so the page cannot be UTF-16 whatever it says.
    if encoding == UTF_16LE || encoding == UTF_16BE { None } else { Some(encoding) }
}

fn label_after<'a>(text: &'a str, start: &str, key: &str) -> Option<&'a str> {
    let from = text.find(start)?;
    let tag = text[from..].split('>').next()?;
    let value = &tag[tag.find(key)? + key.len()..];
    let value = value.trim_start_matches([' ', '"', '\'']);
    let end = value.find(|c: char| !(c.is_ascii_alphanumeric() || "-_:.".contains(c)));
    Some(&value[..end.unwrap_or(value.len())]).filter(|label| !label.is_empty())
}

fn detected(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&bytes[..bytes.len().min(DETECTION_REACH)], true);
    // Mostly valid UTF-8 with a few broken bytes is still UTF-8: a truncated download, or two
    // texts pasted together.
    if mostly_utf8(&bytes[..bytes.len().min(DETECTION_REACH)]) {
        return UTF_8;
    }
    detector.guess(None, Utf8Detection::Allow)
}

/// More than nine in ten sequences outside ASCII are whole.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut whole, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        whole += chunk.valid().bytes().filter(|b| *b >= 0xc0).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    whole > 9 * broken
}

/// CRLF and lone CR become `\n`.
pub(super) fn unix_lines(text: String) -> String {
    let mut parts = text.split('\r');
    let first = parts.next().unwrap_or_default();
    if first.len() == text.len() {
        return text;
    }
    let mut lines = String::with_capacity(text.len());
    lines.push_str(first);
    for part in parts {
        lines.push('\n');
        lines.push_str(part.strip_prefix('\n').unwrap_or(part));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(encoding: &'static Encoding, text: &str) -> Vec<u8> {
        encoding.encode(text).0.into_owned()
    }

    #[test]
    fn a_mark_comes_first() {
        assert_eq!(decode(b"\xef\xbb\xbfDe Volkskrant".to_vec()), "De Volkskrant");
        assert_eq!(decode(b"\xff\xfeN\0o\0".to_vec()), "No");
        assert_eq!(decode(b"\xfe\xff\0N\0o".to_vec()), "No");
    }

    #[test]
    fn utf16_without_a_mark() {
        let text = "The ferry is back in Kos";
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(wide), text);
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decode(wide), text);
    }

    #[test]
    fn a_declaration_is_believed_unless_the_bytes_are_utf8() {
        let page = |meta: &str| format!("<html><head>{meta}</head><p>Şişli'de çığ</p>");
        let turkish = encoding_rs::WINDOWS_1254;
        for meta in [
            "<meta charset=windows-1254>",
            "<meta charset = 'iso-8859-9'>".replace(" = ", "=").as_str(),
            "<META http-equiv=Content-Type content=\"text/html; charset=ISO-8859-9\">",
        ] {
            let text = page(meta);
            assert_eq!(decode(encoded(turkish, &text)), text);
        }
        let text = page("<meta charset=windows-1254>");
        assert_eq!(decode(text.clone().into_bytes()), text);
    }

    #[test]
    fn an_undeclared_charset_is_detected() {
        let text =
            "Премьер-министр заявил в понедельник, что переговоры продолжатся на следующей неделе.";
        assert_eq!(decode(encoded(encoding_rs::WINDOWS_1251, text)), text);
        let text = "Der Bürgermeister der Gemeinde Lübbenau erklärte, die Brücke müsse schließen.";
        assert_eq!(decode(encoded(encoding_rs::WINDOWS_1252, text)), text);
    }

    #[test]
    fn one_broken_byte_does_not_turn_utf8_into_something_else() {
        let mut bytes = "Kılıçdaroğlu İstanbul’da konuştu ".repeat(4).into_bytes();
        bytes.push(0xc4);
        assert!(decode(bytes).starts_with("Kılıçdaroğlu İstanbul’da"));
    }

    #[test]
    fn line_ends_become_one() {
        assert_eq!(decode(b"a\r\nb\rc\n".to_vec()), "a\nb\nc\n");
        assert_eq!(decode(b"\r\r\n\n\r".to_vec()), "\n\n\n\n");
    }
}
