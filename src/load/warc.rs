//! Web archives (ISO 28500): the pages of a crawl, one record at a time.
//!
//! Pages come as `response` records with the server's headers, as bare `resource` records, or as
//! text taken out of them, `conversion` records. Other records say nothing a reader wants.

use std::collections::HashMap;
use std::io::{self, BufRead, Read};

use flate2::read::{MultiGzDecoder, ZlibDecoder};

use super::input::Bytes;
use super::records::read_line;
use super::{
    Format, Limits, LoadCause, LoadError, Origin, address, bounds, charset, html, seal, text,
};
use crate::article::Document;

/// Longest line of headers.
const HEADER: u64 = 64 << 10;
/// Most lines of headers.
const HEADERS: usize = 1_000;

type Headers = HashMap<String, String>;

/// The pages of an archive, one held at a time. A record that cannot be read is named, and the
/// next one is read; an archive that is cut off ends with an error.
pub(super) struct Archive {
    bytes: Bytes,
    origin: Origin,
    limits: Limits,
    ended: bool,
}

impl Archive {
    pub fn new(bytes: Bytes, origin: Origin, limits: Limits) -> Self {
        Self { bytes, origin, limits, ended: false }
    }

    /// The headers of the next record; `None` at the end.
    fn headers(&mut self) -> Result<Option<Headers>, LoadCause> {
        loop {
            let Some(line) = self.line()? else { return Ok(None) };
            if line.is_empty() {
                continue;
            }
            if !line.starts_with("WARC/") {
                return Err(LoadCause::malformed("a record does not begin with WARC/"));
            }
            return self.fields().map(Some);
        }
    }

    fn line(&mut self) -> Result<Option<String>, LoadCause> {
        let mut line = Vec::new();
        match read_line(&mut self.bytes, &mut line, HEADER).map_err(LoadCause::from_io)? {
            0 => Ok(None),
            length if length > HEADER => Err(LoadCause::malformed("a header without an end")),
            _ => Ok(Some(String::from_utf8_lossy(&line).trim_end().to_owned())),
        }
    }

    fn fields(&mut self) -> Result<Headers, LoadCause> {
        let mut fields = Headers::new();
        for _ in 0..HEADERS {
            let Some(line) = self.line()? else { return Err(cut_off()) };
            if line.is_empty() {
                return Ok(fields);
            }
            note_field(&mut fields, &line);
        }
        Err(LoadCause::malformed("a record with too many headers"))
    }

    /// The record's content; `None` for one that is read past: no page, or too large.
    fn content(&mut self, headers: &Headers) -> Result<Option<Vec<u8>>, LoadCause> {
        let length = headers.get("content-length").and_then(|text| text.parse::<u64>().ok());
        let length = length.ok_or_else(|| LoadCause::malformed("a record without its length"))?;
        let kind = headers.get("warc-type").map_or("", String::as_str);
        let wanted = matches!(kind, "response" | "resource" | "conversion");
        let mut part = self.bytes.by_ref().take(length);
        if !wanted || length > self.limits.record_bytes {
            let passed = io::copy(&mut part, &mut io::sink()).map_err(LoadCause::from_io)?;
            if passed < length {
                return Err(cut_off());
            }
            let limit = self.limits.record_bytes;
            return if wanted {
                Err(LoadCause::TooLarge { bytes: length, limit })
            } else {
                Ok(None)
            };
        }
        let mut content = Vec::new();
        part.read_to_end(&mut content).map_err(LoadCause::from_io)?;
        if (content.len() as u64) < length { Err(cut_off()) } else { Ok(Some(content)) }
    }

    /// The next record that is a page; `None` at the end.
    fn page(&mut self) -> Option<Result<Document, LoadCause>> {
        loop {
            let headers = match self.headers() {
                Ok(headers) => headers?,
                Err(cause) => {
                    self.ended = true;
                    return Some(Err(cause));
                }
            };
            match self.content(&headers) {
                Ok(Some(content)) => match document(&headers, content, &self.limits) {
                    Some(document) => return Some(document),
                    None => continue,
                },
                Ok(None) => continue,
                Err(cause) => {
                    self.ended = !matches!(cause, LoadCause::TooLarge { .. });
                    return Some(Err(cause));
                }
            }
        }
    }
}

impl Iterator for Archive {
    type Item = Result<Document, LoadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let read = match self.page()? {
            Ok(document) => seal::seal(document, &self.origin),
            Err(cause) => Err(LoadError::new(&self.origin.name, cause)),
        };
        Some(read)
    }
}

fn cut_off() -> LoadCause {
    LoadCause::malformed("the archive is cut off; fetch it again")
}

/// A folded header line, which some writers still use, is passed over.
fn note_field(fields: &mut Headers, line: &str) {
    if let Some((name, value)) = line.split_once(':') {
        fields.insert(name.trim().to_ascii_lowercase(), value.trim().to_owned());
    }
}

/// What a record holds, as an article; `None` for pictures, scripts, redirects and errors.
fn document(
    headers: &Headers,
    content: Vec<u8>,
    limits: &Limits,
) -> Option<Result<Document, LoadCause>> {
    let url = headers.get("warc-target-uri").map(|uri| uri.trim_matches(['<', '>']).to_owned());
    let (kind, body) = match headers.get("warc-type").map(String::as_str) {
        Some("response") => match response(content, limits) {
            Ok(found) => found?,
            Err(cause) => return Some(Err(cause)),
        },
        _ => (headers.get("content-type").cloned().unwrap_or_default(), content),
    };
    let mut document = match kind.split(';').next().unwrap_or("").trim() {
        "text/html" | "application/xhtml+xml" => {
            html::read(&decode(body, &kind), url.as_deref(), limits)
        }
        "text/plain" => plain(&decode(body, &kind), limits),
        _ => return None,
    };
    if let Ok(document) = &mut document
        && document.article.url.is_none()
    {
        document.article.url = url.filter(|url| address::is_web(url));
    }
    Some(document)
}

fn plain(body: &str, limits: &Limits) -> Result<Document, LoadCause> {
    bounds::check(Format::Text, body, limits)?;
    Ok(text::read(body))
}

/// The charset that the server names holds unless the bytes say otherwise.
fn decode(body: Vec<u8>, kind: &str) -> String {
    let kind = kind.to_ascii_lowercase();
    let named = kind
        .split_once("charset=")
        .map(|(_, name)| name.split(';').next().unwrap_or("").trim_matches(['"', '\'', ' ']));
    charset::decode_named(body, named)
}

/// Kind and body of a server's answer, unpacked; `None` unless it is a page.
fn response(content: Vec<u8>, limits: &Limits) -> Result<Option<(String, Vec<u8>)>, LoadCause> {
    let mut rest = io::Cursor::new(content);
    let mut fields = Headers::new();
    let mut status = String::new();
    rest.read_line(&mut status).map_err(LoadCause::from_io)?;
    loop {
        let mut line = Vec::new();
        if rest.read_until(b'\n', &mut line).map_err(LoadCause::from_io)? == 0 {
            break;
        }
        let line = String::from_utf8_lossy(&line);
        if line.trim().is_empty() {
            break;
        }
        note_field(&mut fields, &line);
    }
    if status.split(' ').nth(1) != Some("200") {
        return Ok(None);
    }
    let from = rest.position() as usize;
    let mut body = rest.into_inner().split_off(from);
    if fields.get("transfer-encoding").is_some_and(|how| how.contains("chunked")) {
        body = joined(&body);
    }
    let body = unpacked(body, fields.get("content-encoding"), limits)?;
    let kind =
        fields.get("content-type").map_or("text/html".to_owned(), |kind| kind.to_lowercase());
    Ok(body.map(|body| (kind, body)))
}

/// A body sent in chunks; archives often keep the header and join the body, so what has no chunks
/// stays as it is.
fn joined(body: &[u8]) -> Vec<u8> {
    let mut whole = Vec::with_capacity(body.len());
    let mut rest = body;
    loop {
        let Some(end) = rest.iter().position(|b| *b == b'\n') else { return body.to_vec() };
        let size = String::from_utf8_lossy(&rest[..end.min(18)]).trim().to_owned();
        let size = size.split(';').next().unwrap_or("");
        let Ok(size) = usize::from_str_radix(size, 16) else { return body.to_vec() };
        let Some(chunk) = rest[end + 1..].get(..size) else { return body.to_vec() };
        if size == 0 {
            return whole;
        }
        whole.extend_from_slice(chunk);
        let after = &rest[end + 1 + size..];
        rest = after.strip_prefix(b"\r\n").or_else(|| after.strip_prefix(b"\n")).unwrap_or(after);
    }
}

/// The body as the server meant it; `None` where the packing is not known. As with chunks, what
/// does not look packed is not.
fn unpacked(
    body: Vec<u8>,
    how: Option<&String>,
    limits: &Limits,
) -> Result<Option<Vec<u8>>, LoadCause> {
    let input: Box<dyn Read + '_> = match how.map(|how| how.trim().to_ascii_lowercase()).as_deref()
    {
        None | Some("" | "identity") => return Ok(Some(body)),
        Some("gzip" | "x-gzip") if body.starts_with(b"\x1f\x8b") => {
            Box::new(MultiGzDecoder::new(body.as_slice()))
        }
        Some("deflate") if body.starts_with(b"\x78") => Box::new(ZlibDecoder::new(body.as_slice())),
        _ if body.trim_ascii_start().starts_with(b"<") => return Ok(Some(body)),
        _ => return Ok(None),
    };
    let limit = limits.record_bytes;
    let mut whole = Vec::new();
    let read = input.take(limit + 1).read_to_end(&mut whole);
    if whole.len() as u64 > limit {
        return Err(LoadCause::TooLarge { bytes: whole.len() as u64, limit });
    }
    // A page that was cut off is still most of a page.
    Ok((read.is_ok() || !whole.is_empty()).then_some(whole))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::load::stream;

    fn record(kind: &str, headers: &str, content: &[u8]) -> Vec<u8> {
        let head = format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\n{headers}Content-Length: {}\r\n\r\n",
            content.len()
        );
        [head.as_bytes(), content, b"\r\n\r\n"].concat()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn load(bytes: Vec<u8>) -> Vec<Result<Document, LoadError>> {
        let origin = Origin { name: "crawl.warc".into(), ..Origin::default() };
        stream(Box::new(io::Cursor::new(bytes)), origin, &Limits::default()).collect()
    }

    const PAGE: &str = "<html><title>Ferry returns</title><body><p>The ferry is back in the harbour.</p></body></html>";

    fn crawl() -> Vec<Vec<u8>> {
        let uri = "WARC-Target-URI: https://wire.example/1\r\n";
        let ok = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=iso-8859-1\r\n";
        let plain = [ok.as_bytes(), b"\r\n", PAGE.as_bytes(), b"<p>caf\xe9"].concat();
        let packed =
            [ok.as_bytes(), b"Content-Encoding: gzip\r\n\r\n", &gzip(PAGE.as_bytes())].concat();
        let chunks = format!(
            "{ok}Transfer-Encoding: chunked\r\n\r\n20\r\n{}\r\n{:x}\r\n{}\r\n0\r\n\r\n",
            &PAGE[..32],
            PAGE.len() - 32,
            &PAGE[32..]
        );
        let moved = "HTTP/1.1 301 Moved\r\nLocation: /\r\n\r\n";
        let picture = "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n\u{89}PNG";
        vec![
            record("warcinfo", "", b"software: test\r\n"),
            record("response", uri, &plain),
            record("response", uri, moved.as_bytes()),
            record("response", uri, picture.as_bytes()),
            record("response", uri, &packed),
            record("response", uri, chunks.as_bytes()),
            record("resource", &format!("{uri}Content-Type: text/html\r\n"), PAGE.as_bytes()),
            record(
                "conversion",
                "Content-Type: text/plain\r\n",
                b"Ferry returns\n\nThe ferry is back in the harbour.\n",
            ),
        ]
    }

    #[test]
    fn pages_come_out_of_an_archive() {
        let read = load(crawl().concat());
        assert_eq!(read.len(), 5);
        for document in &read {
            let article = &document.as_ref().unwrap().article;
            assert_eq!(article.title, "Ferry returns");
            assert_eq!(article.paragraphs[0].text, "The ferry is back in the harbour.");
        }
        let first = &read[0].as_ref().unwrap().article;
        assert_eq!(first.url.as_deref(), Some("https://wire.example/1"));
        assert_eq!(first.paragraphs[1].text, "café");
    }

    #[test]
    fn each_record_may_be_packed_by_itself() {
        let members: Vec<Vec<u8>> = crawl().iter().map(|record| gzip(record)).collect();
        assert_eq!(load(members.concat()).len(), 5);
    }

    #[test]
    fn a_broken_archive_gives_what_it_has() {
        let whole = crawl().concat();
        for cut in [whole.len() - 20, whole.len() / 2, 40] {
            let read = load(whole[..cut].to_vec());
            assert!(read.last().unwrap().is_err(), "cut at {cut}");
        }
        let junk = [whole.as_slice(), b"junk\r\n"].concat();
        let read = load(junk);
        assert!(read.len() == 6 && read[5].is_err());
    }
}
