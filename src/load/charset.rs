//! Bytes to text: byte order mark, declaration, valid UTF-8, then detection.

use std::str::from_utf8;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, WINDOWS_1254};

/// How far into a page its declaration is looked for.
const DECLARATION_REACH: usize = 4096;
/// How much is given to the detector; the rest of a large file says nothing new.
const DETECTION_REACH: usize = 1 << 20;

/// The text of `bytes`, with line ends as `\n`. Broken sequences become U+FFFD; never fails.
pub(super) fn decode(bytes: Vec<u8>) -> String {
    unix_lines(decode_raw(bytes))
}

/// As [`decode`], where something beside the bytes names their charset: that holds unless they say
/// otherwise themselves, by a mark or by being UTF-8.
pub(super) fn decode_named(bytes: Vec<u8>, label: Option<&str>) -> String {
    let encoding = label.and_then(|label| Encoding::for_label(label.trim().as_bytes()));
    match encoding {
        Some(encoding) if Encoding::for_bom(&bytes).is_none() && from_utf8(&bytes).is_err() => {
            unix_lines(decoded(encoding, &bytes))
        }
        _ => decode(bytes),
    }
}

/// The charset of a file by a part of it; `None` for UTF-8.
pub(super) fn of_part(head: &[u8]) -> Option<&'static Encoding> {
    // The part may end within a character.
    let whole = match from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    };
    if whole || Encoding::for_bom(head).is_some() { None } else { Some(detected(head)) }
}

fn decode_raw(bytes: Vec<u8>) -> String {
    if let Some((encoding, length)) = Encoding::for_bom(&bytes) {
        return decode_as(encoding, bytes, length);
    }
    if let Some(encoding) = wide(&bytes) {
        return decoded(encoding, &bytes);
    }
    if is_iso_2022_jp(&bytes) {
        return decoded(ISO_2022_JP, &bytes);
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return text,
        Err(error) => error.into_bytes(),
    };
    let encoding = declared(&bytes).filter(|encoding| fits(encoding, &bytes));
    let encoding = encoding.unwrap_or_else(|| detected(&bytes));
    decoded(encoding, &bytes)
}

/// Bytes that are decoded at a time: the decoder fills three times the room.
const PIECE: usize = 64 << 10;

fn decoded(encoding: &'static Encoding, bytes: &[u8]) -> String {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let room = decoder.max_utf8_buffer_length(bytes.len().min(PIECE)).unwrap_or(PIECE * 3);
    let (mut text, mut part) = (String::with_capacity(bytes.len()), String::with_capacity(room));
    let mut pieces = bytes.chunks(PIECE).peekable();
    while let Some(piece) = pieces.next() {
        part.clear();
        let _ = decoder.decode_to_string(piece, &mut part, pieces.peek().is_none());
        text.push_str(&part);
    }
    text
}

/// Japanese in seven bits, which passes for ASCII but for the signs that switch to it.
fn is_iso_2022_jp(bytes: &[u8]) -> bool {
    let switches = || bytes.windows(3).any(|three| matches!(three, b"\x1b$B" | b"\x1b$@"));
    bytes.contains(&0x1b) && bytes.is_ascii() && switches()
}

fn decode_as(encoding: &'static Encoding, mut bytes: Vec<u8>, skip: usize) -> String {
    if encoding == UTF_8 {
        bytes.drain(..skip);
        return String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    }
    decoded(encoding, &bytes[skip..])
}

/// UTF-16, with a mark or without.
pub(super) fn utf16(head: &[u8]) -> Option<&'static Encoding> {
    let marked = Encoding::for_bom(head).map(|(encoding, _)| encoding);
    marked.or_else(|| wide(head)).filter(|encoding| *encoding != UTF_8)
}

/// UTF-16 without a mark: the text of most languages then has a zero in every other byte.
pub(super) fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(1024) & !1];
    if head.len() < 8 || memchr::memchr(0, head).is_none() {
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

/// False where the bytes contradict what is said of them.
fn fits(encoding: &'static Encoding, bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(DETECTION_REACH)];
    if encoding == UTF_8 {
        return mostly_utf8(head);
    }
    if encoding.is_single_byte() {
        // No language of the West writes a third of its letters with accents.
        let high = head.iter().filter(|byte| **byte >= 0x80).count();
        let letters = prose(head).filter(|byte| byte.is_ascii_alphabetic()).count();
        let foreign = encoding == WINDOWS_1252 && high > 20 && high * 2 > letters;
        return !foreign || detected(bytes) == WINDOWS_1252;
    }
    let text = encoding.decode_without_bom_handling(head).0;
    let broken = text.chars().filter(|c| *c == '\u{fffd}').count();
    // A few are a page cut off, or letters newer than the charset.
    broken * 20 <= text.chars().filter(|c| !c.is_ascii()).count()
}

/// The bytes of a page outside of its tags.
fn prose(page: &[u8]) -> impl Iterator<Item = &u8> {
    let mut in_tag = false;
    page.iter().filter(move |byte| {
        match byte {
            b'<' => in_tag = true,
            b'>' => in_tag = false,
            _ => return !in_tag,
        }
        false
    })
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
    // Turkish pages say that they are Western, which is off by six letters.
    let turkish = ["lang=\"tr", "lang='tr", "lang=tr"].iter().any(|lang| head.contains(lang));
    if encoding == WINDOWS_1252 && turkish {
        return Some(WINDOWS_1254);
    }
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
    let mut returns = memchr::memchr_iter(b'\r', text.as_bytes()).peekable();
    if returns.peek().is_none() {
        return text;
    }
    let mut lines = String::with_capacity(text.len());
    let mut from = 0;
    for at in returns {
        lines.push_str(&text[from..at]);
        lines.push('\n');
        from = at + 1 + usize::from(text[at + 1..].starts_with('\n'));
    }
    lines.push_str(&text[from..]);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(encoding: &'static Encoding, text: &str) -> Vec<u8> {
        encoding.encode(text).0.into_owned()
    }

    #[test]
    fn a_long_text_is_decoded_in_pieces() {
        let text = "Фермы и паромы 渡し船が戻った à Kos.\n".repeat(9_000);
        for encoding in
            [encoding_rs::GB18030, encoding_rs::SHIFT_JIS, ISO_2022_JP, encoding_rs::EUC_KR]
        {
            let bytes = encoding.encode(&text).0;
            assert!(bytes.len() > 3 * PIECE);
            assert_eq!(decoded(encoding, &bytes), encoding.decode_without_bom_handling(&bytes).0);
        }
        assert_eq!(decoded(WINDOWS_1252, b""), "");
        assert_eq!(decoded(UTF_8, b"Kos\xc3"), "Kos\u{fffd}");
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

    const RUSSIAN: &str =
        "Премьер-министр заявил в понедельник, что переговоры продолжатся на следующей неделе.";
    const JAPANESE: &str =
        "首相は月曜日、会談は来週も続くと述べた。港の事務所によると、けが人はいなかった。";
    const CHINESE: &str =
        "总理星期一表示，会谈将于下周继续。港务局说，没有人受伤，渡轮已经回来了。";
    const TAIWANESE: &str =
        "總理星期一表示，會談將於下週繼續。港務局說，沒有人受傷，渡輪已經回來了。";
    const KOREAN: &str =
        "총리는 월요일 회담이 다음 주에도 계속될 것이라고 말했다. 다친 사람은 없었다.";

    /// A text that each charset of the WHATWG can write.
    fn charsets() -> Vec<(&'static str, &'static str)> {
        let latin = "Der Bürgermeister der Gemeinde Lübbenau erklärte, die Brücke müsse schließen.";
        let polish = "Prezydent Łodzi ogłosił, że most zostanie zamknięty w środę, już od świtu.";
        let greek = "Ο πρωθυπουργός δήλωσε τη Δευτέρα ότι οι συνομιλίες θα συνεχιστούν.";
        let hebrew = "ראש הממשלה אמר ביום שני כי השיחות יימשכו בשבוע הבא, לדברי המשרד.";
        let arabic = "قال رئيس الوزراء يوم الاثنين إن المحادثات ستستمر الأسبوع المقبل.";
        let turkish = "Kılıçdaroğlu pazartesi günü Şişli'de görüşmelerin süreceğini söyledi.";
        let baltic =
            "Ministru prezidents pirmdien paziņoja, ka sarunas turpināsies nākamnedēļ šādi.";
        let thai = "นายกรัฐมนตรีกล่าวเมื่อวันจันทร์ว่าการเจรจาจะดำเนินต่อไปในสัปดาห์หน้า";
        let ukrainian =
            "Прем'єр-міністр заявив у понеділок, що переговори триватимуть і їхній перебіг добрий.";
        let mut all = vec![("ibm866", RUSSIAN), ("koi8-r", RUSSIAN), ("windows-1251", RUSSIAN)];
        all.extend([("iso-8859-5", RUSSIAN), ("x-mac-cyrillic", RUSSIAN), ("koi8-u", ukrainian)]);
        all.extend([("iso-8859-2", polish), ("windows-1250", polish), ("iso-8859-16", polish)]);
        all.extend([("iso-8859-3", latin), ("iso-8859-10", latin), ("iso-8859-14", latin)]);
        all.extend([("iso-8859-15", latin), ("windows-1252", latin), ("macintosh", latin)]);
        all.extend([("iso-8859-4", baltic), ("iso-8859-13", baltic), ("windows-1257", baltic)]);
        all.extend([("iso-8859-6", arabic), ("windows-1256", arabic), ("iso-8859-7", greek)]);
        all.extend([("windows-1253", greek), ("iso-8859-8", hebrew), ("iso-8859-8-i", hebrew)]);
        all.extend([("windows-1255", hebrew), ("windows-1254", turkish), ("windows-874", thai)]);
        all.extend([("windows-1258", latin), ("gbk", CHINESE), ("gb18030", CHINESE)]);
        all.extend([("big5", TAIWANESE), ("euc-kr", KOREAN), ("euc-jp", JAPANESE)]);
        all.extend([("shift_jis", JAPANESE), ("iso-2022-jp", JAPANESE)]);
        all
    }

    #[test]
    fn every_charset_of_the_web_is_read_where_it_is_declared() {
        for (label, text) in charsets() {
            let encoding = Encoding::for_label(label.as_bytes()).unwrap();
            let page = format!("<html><head><meta charset=\"{label}\"></head><p>{text}</p>");
            let (bytes, _, failed) = encoding.encode(&page);
            assert!(!failed, "{label} cannot write its text");
            assert_eq!(decode(bytes.into_owned()), page, "{label}");
        }
    }

    #[test]
    fn charsets_are_told_apart_where_nothing_or_something_wrong_is_said() {
        let known = [
            "koi8-r",
            "windows-1251",
            "gbk",
            "big5",
            "euc-kr",
            "euc-jp",
            "shift_jis",
            "windows-1253",
        ];
        for (label, text) in charsets().into_iter().filter(|(label, _)| known.contains(label)) {
            let encoding = Encoding::for_label(label.as_bytes()).unwrap();
            let bytes = |page: &str| encoding.encode(page).0.into_owned();
            assert_eq!(decode(bytes(text)), text, "{label}, undeclared");
            for wrong in ["utf-8", "iso-8859-1"] {
                let page = format!("<html><head><meta charset={wrong}></head><p>{text}</p>");
                assert_eq!(decode(bytes(&page)), page, "{label}, declared as {wrong}");
            }
        }
    }

    #[test]
    fn western_pages_with_many_accents_stay_western() {
        let french = "<html><meta charset=iso-8859-1><p>L'été où l'élève a été blessé à l'école à côté, ça a créé un émoi.</p>";
        assert_eq!(decode(encoded(WINDOWS_1252, french)), french);
        let turkish = "<html lang=\"tr\"><meta charset=iso-8859-1><p>Şişli'de çığ düştü, ağaçlar kırıldı.</p>";
        assert_eq!(decode(encoded(WINDOWS_1254, turkish)), turkish);
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
