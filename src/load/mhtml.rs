//! Pages that a browser saved whole (MHTML): the page is the article, its pictures and frames are
//! not. A browser signs as the sender and dates the saving; neither is a fact of the story.

use std::borrow::Cow;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Encoding, Message, MessagePart, MimeHeaders, PartType};

use super::{Limits, LoadCause, LoadError, Origin, charset, html, mail, seal};
use crate::article::Document;

/// True when a text opens with the headers that a browser writes.
pub(super) fn is_mhtml(text: &str) -> bool {
    let head = text.split("\n\n").next().unwrap_or_default();
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in head.lines() {
        match (line.starts_with([' ', '\t']), line.split_once(':'), fields.last_mut()) {
            (true, _, Some((_, value))) => value.push_str(line.trim_end()),
            (false, Some((name, value)), _) => {
                fields.push((name.to_ascii_lowercase(), value.trim().to_ascii_lowercase()));
            }
            _ => return false,
        }
    }
    let find = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, v)| v.as_str());
    let kind = find("content-type").unwrap_or_default();
    let saved = find("from").is_some_and(|from| from.contains("saved by"));
    // Other mail of related parts is a letter with pictures: it has been received or sent.
    let sent = ["received", "return-path", "to", "message-id", "list-id"];
    kind.starts_with("multipart/related")
        && (saved
            || find("snapshot-content-location").is_some()
            || (find("mime-version").is_some() && sent.iter().all(|name| find(name).is_none())))
        || (kind.starts_with("text/html") && saved)
}

/// Reads a saved page.
pub(super) fn read(
    bytes: Vec<u8>,
    origin: &Origin,
    limits: &Limits,
) -> Result<Document, LoadError> {
    let failed = |cause| LoadError::new(&origin.name, cause);
    let (text, place) = page(&bytes, limits).map_err(failed)?;
    drop(bytes);
    let read = html::read(&text, place.as_deref(), limits);
    drop(text);
    seal::seal(read.map_err(failed)?, origin)
}

/// The page, and where it was found.
fn page(bytes: &[u8], limits: &Limits) -> Result<(String, Option<String>), LoadCause> {
    let message = mail::parsed(bytes, limits)?;
    let snapshot = header(&message, "Snapshot-Content-Location");
    let page = root(&message, snapshot.as_deref());
    let page =
        page.ok_or_else(|| LoadCause::malformed("a saved page without its page; save it again"))?;
    let place = snapshot.or_else(|| page.content_location().map(str::to_owned));
    Ok((page_text(page, bytes), place))
}

fn header(message: &Message, name: &'static str) -> Option<String> {
    message.header_raw(name).map(|value| value.trim().to_owned())
}

/// The page itself among its frames: what lies at the address that was saved, else the first.
fn root<'a>(message: &'a Message, place: Option<&str>) -> Option<&'a MessagePart<'a>> {
    let mut pages = message.parts.iter().filter(|part| matches!(part.body, PartType::Html(_)));
    let at = |part: &&MessagePart| place.is_some() && part.content_location() == place;
    pages.clone().find(at).or_else(|| pages.next())
}

/// The page by the charset that its part names, and as any other page where it names none.
fn page_text(part: &MessagePart, bytes: &[u8]) -> String {
    let body = bytes.get(part.offset_body as usize..part.offset_end as usize).unwrap_or_default();
    let body = match part.encoding {
        Encoding::QuotedPrintable => quoted_printable_decode(body).map(Cow::from),
        Encoding::Base64 => base64_decode(body).map(Cow::from),
        _ => Some(Cow::from(body)),
    };
    match (body, &part.body) {
        (Some(body), _) => {
            let kind = part.content_type().and_then(|kind| kind.attribute("charset"));
            charset::decode_named(body.into_owned(), kind)
        }
        (None, PartType::Html(text)) => charset::unix_lines(text.to_string()),
        (None, _) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::stream;

    const SAVED: &str = "From: <Saved by Blink>\r\n\
        Snapshot-Content-Location: https://kos.example/ferry\r\n\
        Subject: =?utf-8?Q?Caf=C3=A9=20reopens?=\r\n\
        Date: Fri, 27 Nov 2026 10:00:00 -0000\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"--cut--\"\r\n\r\n\r\n\
        ----cut--\r\nContent-Type: text/html\r\nContent-ID: <frame-1@mhtml.blink>\r\n\
        Content-Transfer-Encoding: quoted-printable\r\n\
        Content-Location: https://kos.example/frame\r\n\r\n<p>Buy a boat.</p>\r\n\
        ----cut--\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\
        Content-Location: https://kos.example/ferry\r\n\r\n\
        <html><head><meta charset=3D\"windows-1252\"><title>Caf=C3=A9 reopens</title></head>\r\n\
        <h1>Caf=C3=A9 reopens</h1><p>The caf=C3=A9 has <a href=3D\"/menu\">opened</a> ag=\r\nain.</p></html>\r\n\
        ----cut--\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\
        Content-Location: https://kos.example/a.png\r\n\r\niVBORw0KGgo=\r\n\
        ----cut----\r\n";

    fn load(bytes: &[u8]) -> Vec<Result<Document, LoadError>> {
        let origin = Origin { name: "page.mhtml".into(), ..Origin::default() };
        stream(Box::new(std::io::Cursor::new(bytes.to_vec())), origin, &Limits::default()).collect()
    }

    #[test]
    fn a_page_saved_by_a_browser_is_an_article() {
        let read = load(SAVED.as_bytes());
        assert_eq!(read.len(), 1);
        let article = &read[0].as_ref().unwrap().article;
        assert_eq!((article.title.as_str(), article.source.as_str()), ("Café reopens", ""));
        assert_eq!(article.url.as_deref(), Some("https://kos.example/ferry"));
        assert_eq!((article.published, article.paragraphs.len()), (None, 1));
        assert_eq!(article.paragraphs[0].text, "The café has opened again.");
        assert_eq!(article.paragraphs[0].links[0].href, "https://kos.example/menu");
    }

    #[test]
    fn older_browsers_name_the_charset_or_save_the_page_alone() {
        let alone = b"From: \"Saved by Windows Internet Explorer 8\"\r\nMIME-Version: 1.0\r\n\
            Content-Type: text/html; charset=\"windows-1254\"\r\nContent-Transfer-Encoding: 8bit\r\n\
            Content-Location: https://kos.example/1\r\n\r\n<p>\xdei\xfeli'de \xe7\xfd\xf0 d\xfc\xfeer.</p>";
        let read = load(alone);
        let article = &read[0].as_ref().unwrap().article;
        assert_eq!(article.paragraphs[0].text, "Şişli'de çığ düşer.");
        assert_eq!(article.url.as_deref(), Some("https://kos.example/1"));
        let packed = SAVED.replace("quoted-printable", "base64").replace("<p>Buy", "");
        assert_eq!(load(packed.as_bytes()).len(), 1);
    }

    #[test]
    fn a_letter_with_pictures_is_mail() {
        assert!(!is_mhtml(
            "From: a@b\nTo: c@d\nMIME-Version: 1.0\nContent-Type: multipart/related\n\n"
        ));
        assert!(!is_mhtml("Content-Type: multipart/related is what it says\n\nText"));
        assert!(is_mhtml("MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x"));
        let cut = &SAVED[..SAVED.find("----cut--\r\nContent-Type: text/html").unwrap()];
        assert!(load(cut.as_bytes())[0].as_ref().unwrap_err().to_string().contains("saved page"));
    }
}
