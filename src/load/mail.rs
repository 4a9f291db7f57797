//! Mail kept as files: a message (`.eml`) or a mailbox (`.mbox`). A newsletter is an article.

use std::io;

use mail_parser::{Message, MessageParser, PartType};
use serde_json::{Map, Value, json};

use super::input::Bytes;
use super::records::read_line;
use super::{Limits, LoadCause, LoadError, Origin, bounds, json};
use crate::article::Document;

/// Headers that only mail has; `Subject:` and `Date:` alone may head a scraped text.
const MAIL_ONLY: [&str; 11] = [
    "received",
    "return-path",
    "message-id",
    "mime-version",
    "delivered-to",
    "dkim-signature",
    "list-unsubscribe",
    "list-id",
    "x-mailer",
    "content-transfer-encoding",
    "envelope-to",
];
/// What opens a message in a mailbox.
const ENVELOPE: &str = "From ";

/// True when a text opens with the headers of a message.
pub(super) fn is_mail(text: &str) -> bool {
    let (mut known, mut sender) = (false, false);
    for line in text.lines().take_while(|line| !line.trim().is_empty()) {
        if line.starts_with([' ', '\t']) {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else { return false };
        if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return false;
        }
        let name = name.to_ascii_lowercase();
        known |= MAIL_ONLY.contains(&name.as_str());
        sender |= matches!(name.as_str(), "from" | "subject");
    }
    known && sender
}

/// True when a text opens as a mailbox does: an envelope line, then headers.
pub(super) fn is_mailbox(text: &str) -> bool {
    text.starts_with(ENVELOPE) && text.split_once('\n').is_some_and(|(_, rest)| is_mail(rest))
}

/// Reads one message. Its parts name their own charsets, so it comes as bytes.
pub(super) fn message(
    bytes: Vec<u8>,
    origin: &Origin,
    limits: &Limits,
) -> Result<Document, LoadError> {
    let failed = |cause| LoadError::new(&origin.name, cause);
    let record = record(&parsed(&bytes, limits).map_err(failed)?);
    drop(bytes);
    if !record.contains_key("content_html") && !record.contains_key("text") {
        return Err(failed(LoadCause::malformed("a message without text")));
    }
    json::record(&record, origin, limits)
}

/// The parts of a message, if there are not too many.
pub(super) fn parsed<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Message<'a>, LoadCause> {
    bounds::check_mail(bytes, limits)?;
    let message = MessageParser::default().parse(bytes);
    message.ok_or_else(|| LoadCause::malformed("no message that can be read"))
}

/// A message under the field names of a record. Who sent it is its source, as with a newsletter.
fn record(message: &Message) -> Map<String, Value> {
    let mut record = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            record.insert(key.to_owned(), value);
        }
    };
    put("title", message.subject().map(Value::from));
    let sender = message.from().and_then(|from| from.first());
    put("source", sender.and_then(|sender| sender.name().or(sender.address())).map(Value::from));
    let date = message.date().filter(|date| date.is_valid());
    put("date", date.map(|date| json!(date.to_timestamp())));
    let parts = |ids: &[u32], text: fn(&PartType) -> Option<String>| {
        let parts = ids.iter().filter_map(|id| message.parts.get(*id as usize));
        let texts = parts.filter_map(|part| text(&part.body));
        let texts: Vec<String> = texts.filter(|text| !text.trim().is_empty()).collect();
        (!texts.is_empty()).then(|| Value::from(texts.join("\n\n")))
    };
    let page = parts(&message.html_body, |body| match body {
        PartType::Html(html) => Some(html.to_string()),
        _ => None,
    });
    match page {
        Some(page) => put("content_html", Some(page)),
        None => put(
            "text",
            parts(&message.text_body, |body| match body {
                PartType::Text(text) => Some(text.to_string()),
                _ => None,
            }),
        ),
    }
    record
}

/// The messages of a mailbox, one held at a time.
pub(super) struct Mailbox {
    bytes: Bytes,
    origin: Origin,
    limits: Limits,
    /// Lines read so far, and the line on which the message at hand begins.
    line: u64,
    start: u64,
    ended: bool,
}

impl Mailbox {
    pub fn new(bytes: Bytes, origin: Origin, limits: Limits) -> Self {
        Self { bytes, origin, limits, line: 0, start: 0, ended: false }
    }

    /// The bytes of the next message without its envelope line; `None` at the end. One that is too
    /// large is read past, not held.
    fn next_message(&mut self) -> io::Result<Option<Result<Vec<u8>, LoadCause>>> {
        let (mut message, mut size, mut blank) = (Vec::new(), 0, true);
        let limit = self.limits.record_bytes;
        // The envelope line ended the message before.
        self.start = self.line.max(1);
        loop {
            let mut line = Vec::new();
            let length = read_line(&mut self.bytes, &mut line, limit)?;
            if length == 0 {
                self.ended = true;
                break;
            }
            self.line += 1;
            if blank && line.starts_with(ENVELOPE.as_bytes()) {
                if size > 0 {
                    break;
                }
                continue;
            }
            blank = line.iter().all(u8::is_ascii_whitespace);
            size += length;
            if size <= limit {
                message.extend_from_slice(unquoted(&line));
            }
        }
        Ok(match size {
            0 => None,
            _ if size > limit => Some(Err(LoadCause::TooLarge { bytes: size, limit })),
            _ => Some(Ok(message)),
        })
    }
}

impl Iterator for Mailbox {
    type Item = Result<Document, LoadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let read = match self.next_message() {
            Ok(None) => return None,
            Ok(Some(Ok(bytes))) => message(bytes, &self.origin, &self.limits),
            Ok(Some(Err(cause))) => Err(LoadError::new(&self.origin.name, cause)),
            Err(error) => {
                self.ended = true;
                Err(LoadError::new(&self.origin.name, LoadCause::from_io(error)))
            }
        };
        Some(read.map_err(|error| error.at_line(self.start)))
    }
}

/// A mailbox writes `>From ` for a line of a message that begins so, and one more `>` for each time
/// it was written again (the "mboxrd" form).
fn unquoted(line: &[u8]) -> &[u8] {
    let signs = line.iter().take_while(|b| **b == b'>').count();
    if signs > 0 && line[signs..].starts_with(ENVELOPE.as_bytes()) { &line[1..] } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::stream;

    fn load(text: &str) -> Vec<Result<Document, LoadError>> {
        let origin = Origin { name: "inbox".into(), ..Origin::default() };
        let bytes = text.as_bytes().to_vec();
        stream(Box::new(io::Cursor::new(bytes)), origin, &Limits::default()).collect()
    }

    const LETTER: &str = "Return-Path: <desk@wire.example>\r\n\
        From: =?UTF-8?Q?Harbour_Wire_=E2=9A=93?= <desk@wire.example>\r\n\
        Subject: =?ISO-8859-1?Q?Caf=E9_reopens?=\r\n\
        Date: Wed, 18 Nov 2026 07:15:00 +0100\r\n\
        MIME-Version: 1.0\r\n\
        Content-Type: multipart/alternative; boundary=\"cut\"\r\n\r\n\
        --cut\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nPlain words.\r\n\
        --cut\r\nContent-Type: text/html; charset=iso-8859-1\r\n\
        Content-Transfer-Encoding: quoted-printable\r\n\r\n\
        <p>The caf=E9 has <b>opened</b> again=\r\n.</p>\r\n--cut--\r\n";

    #[test]
    fn a_newsletter_is_an_article() {
        let read = load(LETTER);
        assert_eq!(read.len(), 1);
        let article = &read[0].as_ref().unwrap().article;
        assert_eq!(
            (article.title.as_str(), article.source.as_str()),
            ("Café reopens", "Harbour Wire ⚓")
        );
        assert_eq!(article.published, Some(1_794_982_500));
        assert_eq!(article.paragraphs[0].text, "The café has opened again.");
    }

    #[test]
    fn a_mailbox_gives_its_messages() {
        let plain = "From: a@b.example\nMessage-ID: <1@b>\nSubject: Ferry\n\nThe ferry is back.\n\
                     >From Monday it sails.\n";
        let empty = "From: a@b.example\nMessage-ID: <2@b>\nSubject: Nothing\n\n";
        let text = format!(
            "From a@b Wed Nov 18 07:15:00 2026\n{plain}\nFrom a@b Thu Nov 19\n{empty}\n\
                            From c@d Fri Nov 20\n{LETTER}\n"
        );
        let read = load(&text);
        assert_eq!(read.len(), 3);
        let first = &read[0].as_ref().unwrap().article;
        assert_eq!(first.text(true), "Ferry\nThe ferry is back.\nFrom Monday it sails.");
        assert_eq!(read[1].as_ref().unwrap_err().line, Some(9), "{:?}", read[1]);
        assert_eq!(read[2].as_ref().unwrap().article.title, "Café reopens");
    }

    #[test]
    fn a_message_that_is_too_large_is_read_past() {
        let limits = Limits { record_bytes: 200, ..Limits::default() };
        let letter = |words: &str| {
            format!("From x\nFrom: a@b.example\nX-Mailer: pen\nSubject: S\n\n{words}\n\n")
        };
        let text = letter(&"word ".repeat(100)) + &letter("The ferry is back.");
        let origin = Origin { name: "inbox".into(), ..Origin::default() };
        let read: Vec<_> = Mailbox::new(Box::new(io::Cursor::new(text)), origin, limits).collect();
        assert!(matches!(read[0].as_ref().unwrap_err().cause, LoadCause::TooLarge { .. }));
        assert_eq!(read[1].as_ref().unwrap().article.paragraphs[0].text, "The ferry is back.");
    }

    #[test]
    fn odd_letters_are_read() {
        let head = "From: =?utf-8?B?S29zIFDDtnN0?= <a@b.example>\nMessage-ID: <1@b>\nDate: Fri, 16 May 2025 02:00:00 +0200\n";
        // A subject in two encoded words, folded between them.
        let folded = format!(
            "{head}Subject: =?utf-8?Q?Ferry_?=\n =?utf-8?Q?f=C3=A4hrt?=\n\nThe ferry is back.\n"
        );
        // Raw eight-bit text under a named charset, and quoted-printable with soft breaks.
        let quoted = format!(
            "{head}Subject: Ferry\nContent-Type: text/plain; charset=iso-8859-2\nContent-Transfer-Encoding: quoted-printable\n\n\
            =A3=F3d=BC is ba=\nck.\n"
        );
        // Mixed, with an attachment and a forwarded letter within related parts.
        let mixed = format!(
            "{head}Subject: Ferry\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"a\"\n\n\
            --a\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nPlain.\n\
            --b\nContent-Type: multipart/related; boundary=c\n\n--c\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\n\
            PHA+RGllIEbDpGhyZSBpc3QgPGI+enVyw7xjazwvYj4uPC9wPg==\n--c\nContent-Type: image/png\n\nxx\n--c--\n--b--\n\
            --a\nContent-Type: application/pdf; name=x.pdf\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64\n\nJVBERg==\n--a--\n"
        );
        for (letter, title, text) in [
            (&folded, "Ferry fährt", "The ferry is back."),
            (&quoted, "Ferry", "Łódź is back."),
            (&mixed, "Ferry", "Die Fähre ist zurück."),
        ] {
            let read = load(letter);
            let article = &read[0].as_ref().unwrap().article;
            assert_eq!(
                (article.title.as_str(), article.source.as_str()),
                (title, "Kos Pöst"),
                "{letter}"
            );
            assert_eq!(article.paragraphs[0].text, text);
            assert_eq!((article.paragraphs.len(), article.published), (1, Some(1_747_353_600)));
        }
        // Cut off within its page: the plain text stands.
        let cut = mixed.split("PHA+").next().unwrap().to_owned() + "PHA+RGllIEbDpGhyZS4=";
        assert_eq!(
            load(&cut.replace('\n', "\r\n"))[0].as_ref().unwrap().article.paragraphs[0].text,
            "Plain."
        );
    }

    #[test]
    fn headers_of_a_scrape_are_no_mail() {
        assert!(!is_mail("Subject: Ferry\nDate: 2026-11-18\nFrom: the harbour\n\nText."));
        assert!(!is_mail("From Monday on: it sails\n\nText."));
        assert!(!is_mailbox("From Monday on, the ferry sails.\n\nIt does."));
        assert!(is_mail(LETTER));
    }
}
