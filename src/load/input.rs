//! Opens inputs: refuses what is no file, unpacks what is packed, counts bytes, hands each to its
//! format.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

use super::archive::Archive;
use super::epub::Book;
use super::mail::{self, Mailbox};
use super::newsboat::Cache;
use super::reach::{Reach, Unpacked};
use super::records::{Lines, Values};
use super::sniff::{Sniffed, sniff};
use super::table::Rows;
use super::tar::Tar;
use super::wide::Wide;
use super::zip::{self, Inside, Zip};
use super::{
    Format, Limits, LoadCause, LoadError, Origin, bounds, charset, feed, html, markdown, mhtml,
    seal, several, text, warc,
};
use crate::article::Document;

/// How much of an input decides its format. A page may carry a long comment before its first tag.
const HEAD: usize = 16 * 1024;

pub(super) type Bytes = Box<dyn BufRead + Send>;
pub(super) type Results = Box<dyn Iterator<Item = Result<Document, LoadError>> + Send>;

/// What can be read from any place of it.
pub trait ReadSeek: Read + Seek + Send {}

impl<T: Read + Seek + Send> ReadSeek for T {}

/// An open input.
pub(super) enum Input {
    Stream(Box<dyn Read + Send>),
    /// A file: an archive's table stands at its end.
    File(Box<dyn ReadSeek>),
}

/// Opens a regular file.
pub(super) fn open(path: &Path) -> Result<(fs::File, fs::Metadata), LoadCause> {
    // Asked before opening: opening a pipe would wait for its writer.
    let meta = fs::metadata(path).map_err(LoadCause::from_io)?;
    if !meta.is_file() {
        return Err(LoadCause::NotAFile);
    }
    let file = fs::File::open(path).map_err(LoadCause::from_io)?;
    Ok((file, meta))
}

/// The documents of an open input.
pub(super) fn documents(input: Input, origin: Origin, reach: &Reach) -> Results {
    let name = origin.name.clone();
    opened(input, origin, reach).unwrap_or_else(|cause| failed(LoadError::new(&name, cause)))
}

pub(super) fn failed(error: LoadError) -> Results {
    Box::new(std::iter::once(Err(error)))
}

/// Unpacks as needed, finds the format and gives the input to it.
fn opened(input: Input, origin: Origin, reach: &Reach) -> Result<Results, LoadCause> {
    let limits = &reach.limits;
    let ratio = reach.ratio();
    let mut bytes = match input {
        Input::Stream(stream) => reach.limited(ratio.counted(stream)),
        Input::File(mut file) => match is_zip(&mut file).map_err(LoadCause::from_io)? {
            true => return zipped(file, origin, reach),
            false => reach.limited(ratio.counted(Box::new(file))),
        },
    };
    for layer in 0..=limits.layers {
        let (head, whole) = peek(bytes).map_err(LoadCause::from_io)?;
        match (sniff(&head, origin.path.as_deref()), origin.format) {
            (Sniffed::Packed(packing), _) => {
                bytes = reach.limited(ratio.layer().held(packing.unpacked(whole)?));
            }
            (Sniffed::Zip, _) => {
                // Its table stands at the end, so all of it is needed.
                let whole = read_whole(whole, limits)?;
                return zipped(Box::new(io::Cursor::new(whole)), origin, reach);
            }
            (Sniffed::Tar, _) => {
                return Ok(Box::new(Archive::new(Tar::new(whole, ratio), origin, reach)?));
            }
            (Sniffed::Database, _) => return database(origin, reach),
            (Sniffed::Empty, _) => return Err(LoadCause::Empty),
            (Sniffed::Binary, _) => return Err(LoadCause::Binary),
            (Sniffed::Foreign(what), _) => return Err(LoadCause::Foreign(what)),
            (Sniffed::Format(found), told) => {
                let (format, bytes) = narrow(told.unwrap_or(found), &head, whole);
                let name = origin.name.clone();
                let documents = dispatch(format, bytes, origin, reach);
                return Ok(match layer > 0 || reach.is_nested() {
                    true => Box::new(Unpacked::new(documents, ratio, &name)),
                    false => documents,
                });
            }
        }
    }
    let times = limits.layers;
    Err(LoadCause::malformed(format!("packed more than {times} times over; unpack it first")))
}

/// Looks without moving on.
fn is_zip(file: &mut Box<dyn ReadSeek>) -> io::Result<bool> {
    let mut head = Vec::new();
    file.take(4).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(zip::is_zip(&head))
}

fn zipped(file: Box<dyn ReadSeek>, origin: Origin, reach: &Reach) -> Result<Results, LoadCause> {
    let (zip, inside) = Zip::open(file, reach.ratio())?;
    match inside {
        Inside::Files => Ok(Box::new(Archive::new(zip, origin, reach)?)),
        Inside::Epub => Ok(Box::new(Book::open(zip, origin, reach)?)),
        Inside::Office => Err(LoadCause::Foreign("an office document")),
    }
}

/// A database is opened by its path.
fn database(origin: Origin, reach: &Reach) -> Result<Results, LoadCause> {
    let path = origin.path.clone().filter(|path| !reach.is_nested() && path.is_file());
    let Some(path) = path else {
        let why = "a database within something else; unpack it first, and name its file";
        return Err(LoadCause::Unreadable(why.to_owned()));
    };
    Ok(Box::new(Cache::open(&path, origin, &reach.limits)?))
}

/// Records are cut by bytes, so UTF-16 is turned into UTF-8 first; a page or text is read whole.
fn narrow(format: Format, head: &[u8], bytes: Bytes) -> (Format, Bytes) {
    let records = matches!(format, Format::Json | Format::JsonLines | Format::Table);
    match charset::utf16(head) {
        Some(encoding) if records => (format, Box::new(BufReader::new(Wide::new(bytes, encoding)))),
        _ => (format, bytes),
    }
}

/// The first bytes, and the input from its start.
fn peek(mut bytes: Bytes) -> io::Result<(Vec<u8>, Bytes)> {
    let mut head = Vec::with_capacity(HEAD);
    while head.len() < HEAD && fill(&mut bytes, &mut head, HEAD)? {}
    let whole = io::Cursor::new(head.clone()).chain(bytes);
    Ok((head, Box::new(whole)))
}

/// Moves on what lies ready, up to so many bytes in all; false at the end.
fn fill(bytes: &mut Bytes, to: &mut Vec<u8>, most: usize) -> io::Result<bool> {
    let ready = loop {
        match bytes.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            ready => break ready?,
        }
    };
    let count = ready.len().min(most - to.len());
    to.extend_from_slice(&ready[..count]);
    bytes.consume(count);
    Ok(count > 0)
}

fn dispatch(format: Format, bytes: Bytes, origin: Origin, reach: &Reach) -> Results {
    let limits = &reach.limits;
    match format {
        Format::JsonLines => Box::new(Lines::new(bytes, origin, limits.clone())),
        Format::Json => Box::new(Values::new(bytes, origin, limits.clone())),
        Format::Warc => Box::new(warc::Archive::new(bytes, origin, limits.clone())),
        Format::Table => Box::new(Rows::new(bytes, origin, limits.clone())),
        Format::Subscriptions => failed(LoadError::new(&origin.name, LoadCause::Subscriptions)),
        Format::Feed => feeds(bytes, &origin, limits),
        Format::Mail => Box::new(std::iter::once(letter(bytes, &origin, limits, mail::message))),
        Format::Mhtml => Box::new(std::iter::once(letter(bytes, &origin, limits, mhtml::read))),
        Format::Mailbox => Box::new(Mailbox::new(bytes, origin, limits.clone())),
        Format::Text | Format::Html | Format::Markdown => whole(format, bytes, origin, limits),
    }
}

/// One message, read by what knows its kind.
fn letter(
    bytes: Bytes,
    origin: &Origin,
    limits: &Limits,
    read: fn(Vec<u8>, &Origin, &Limits) -> Result<Document, LoadError>,
) -> Result<Document, LoadError> {
    let whole = read_whole(bytes, limits);
    read(whole.map_err(|cause| LoadError::new(&origin.name, cause))?, origin, limits)
}

/// A feed is read whole: its entries are small.
fn feeds(bytes: Bytes, origin: &Origin, limits: &Limits) -> Results {
    match read_whole(bytes, limits) {
        Ok(whole) => feed::read(&charset::decode(whole), origin, limits),
        Err(cause) => failed(LoadError::new(&origin.name, cause)),
    }
}

/// A file that is one article, or a text of several.
fn whole(format: Format, bytes: Bytes, origin: Origin, limits: &Limits) -> Results {
    let text = match read_whole(bytes, limits) {
        Ok(bytes) => charset::decode(bytes),
        Err(cause) => return failed(LoadError::new(&origin.name, cause)),
    };
    let limits = limits.clone();
    // Checked by its reader, wherever a page comes from.
    if format == Format::Html {
        let read = html::read(&text, None, &limits);
        // A long page is held no longer than it has to be.
        drop(text);
        let read = read.map_err(|cause| LoadError::new(&origin.name, cause));
        return Box::new(std::iter::once(read.and_then(|page| seal::seal(page, &origin))));
    }
    let parts = several::articles(&text, limits.lines);
    let check = |part: &Range<usize>| bounds::check(format, &text[part.clone()], &limits);
    if let Err(cause) = parts.iter().try_for_each(check) {
        return failed(LoadError::new(&origin.name, cause));
    }
    let mut parts = parts.into_iter().peekable();
    let mut text = Some(text);
    Box::new(std::iter::from_fn(move || {
        let part = parts.next()?;
        let document = match (format, text.as_deref()?) {
            (Format::Markdown, text) => markdown::read(&text[part], &limits),
            (_, text) => text::read(&text[part]),
        };
        if parts.peek().is_none() {
            // As with a page: what is made of the last part needs the room.
            text = None;
        }
        Some(seal::seal(document, &origin))
    }))
}

/// All bytes of one article, as many as a record may have.
fn read_whole(mut bytes: Bytes, limits: &Limits) -> Result<Vec<u8>, LoadCause> {
    let mut whole = Vec::new();
    let limit = limits.record_bytes;
    let most = usize::try_from(limit).map_or(usize::MAX, |limit| limit.saturating_add(1));
    while fill(&mut bytes, &mut whole, most).map_err(LoadCause::from_io)? {}
    if whole.len() as u64 > limit {
        return Err(LoadCause::TooLarge { bytes: whole.len() as u64, limit });
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Article, Kind};
    use crate::load::{file, seekable, stream};
    use proptest::prelude::*;
    use std::io::Write;

    fn read(bytes: &[u8], name: &str) -> Vec<Result<Document, LoadError>> {
        let origin =
            Origin { path: Some(name.into()), name: name.to_string(), ..Origin::default() };
        seekable(Box::new(io::Cursor::new(bytes.to_vec())), origin, &Limits::default()).collect()
    }

    fn cause(bytes: &[u8], name: &str) -> LoadCause {
        read(bytes, name).remove(0).unwrap_err().cause
    }

    fn gzipped(text: &str) -> Vec<u8> {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(text.as_bytes()).unwrap();
        gz.finish().unwrap()
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        assert_eq!(cause(b"", "a.txt"), LoadCause::Empty);
        assert_eq!(cause(b" \r\n\xef\xbb\xbf", "a.txt"), LoadCause::Empty);
        assert_eq!(cause(b"<html><script>x</script></html>", "a.html"), LoadCause::Empty);
        assert_eq!(cause(b"%PDF-1.7", "a.txt"), LoadCause::Foreign("a PDF"));
        let pdf = read(b"%PDF-1.7", "a.txt").remove(0).unwrap_err().to_string();
        assert!(pdf.ends_with("is a PDF; turn it into text first: pdftotext FILE"), "{pdf}");
        assert_eq!(cause(b"{\\rtf1 Ferry}", "a.txt"), LoadCause::Foreign("an RTF document"));
        assert_eq!(cause(b"\x7fELF\x02", "a.txt"), LoadCause::Binary);
        assert_eq!(cause(b"[]", "a.json"), LoadCause::Empty);
        // Whatever holds records, and holds none.
        let record = b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n";
        for (bytes, name) in
            [(&record[..], "a.warc"), (b"title,text\n\n", "a.csv"), (b"{", "a.jsonl")]
        {
            let lines = read(bytes, name);
            assert!(lines.len() == 1 && lines[0].is_err(), "{name}: {lines:?}");
        }
        assert!(matches!(cause(b"\x1f\x8b\x08 broken", "a.gz"), LoadCause::Unreadable(_)));
    }

    #[test]
    fn folders_and_missing_files_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let first = |path: &Path| file(path, &Limits::default()).next().unwrap().unwrap_err();
        assert_eq!(first(folder.path()).cause, LoadCause::NotAFile);
        let missing = first(&folder.path().join("no\x1b[2J.txt"));
        assert!(
            missing.to_string().ends_with("no.txt: cannot be read: no such file; check the name")
        );
    }

    #[test]
    fn zstd_is_unpacked_too() {
        let text = "Ferry returns to Kos\n\nThe ferry is back.\nNobody was hurt.\n";
        let packed = zstd::encode_all(text.as_bytes(), 3).unwrap();
        let read = read(&packed, "story.txt.zst");
        assert_eq!(read[0].as_ref().unwrap().article.title, "Ferry returns to Kos");
        let cause = cause(&packed[..12], "story.zst");
        assert!(matches!(cause, LoadCause::Unreadable(_)), "{cause:?}");
    }

    #[test]
    fn gzip_is_unpacked_under_any_name() {
        let text = "Ferry returns to Kos\n\nThe ferry is back.\nNobody was hurt.\n";
        for name in ["a.txt.gz", "a.txt", "a"] {
            let article = read(&gzipped(text), name).remove(0).unwrap().article;
            assert_eq!(
                (article.title.as_str(), article.paragraphs.len()),
                ("Ferry returns to Kos", 2)
            );
        }
        let page = gzipped("<p>The ferry is back.</p><p>It sails.</p>");
        assert_eq!(read(&page, "a.html.gz").remove(0).unwrap().article.paragraphs.len(), 2);
    }

    #[test]
    fn records_in_utf_16_are_read() {
        let lines = "{\"title\": \"Köln\", \"text\": \"The ferry is back.\"}\n".repeat(2);
        let array = format!("[{}]", lines.trim().replace('\n', ","));
        for (text, name) in [(&lines, "a.jsonl"), (&array, "a.json")] {
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> =
                format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect();
            for bytes in [little, big] {
                let read = read(&bytes, name);
                let titles: Vec<&str> =
                    read.iter().map(|d| d.as_ref().unwrap().article.title.as_str()).collect();
                assert_eq!(titles, ["Köln", "Köln"]);
            }
        }
    }

    #[test]
    fn a_large_text_is_too_large_not_endless() {
        let limits = Limits { record_bytes: 1000, ..Limits::default() };
        let input = Box::new(io::Cursor::new("word ".repeat(1000).into_bytes()));
        let error = stream(input, Origin::default(), &limits).next().unwrap().unwrap_err();
        assert!(matches!(error.cause, LoadCause::TooLarge { limit: 1000, .. }));
    }

    fn strings(article: &Article) -> Vec<&str> {
        let optional = [&article.path, &article.url, &article.byline, &article.agency];
        let optional = optional.into_iter().chain([&article.dateline, &article.language]);
        let mut all: Vec<&str> = optional.flatten().map(String::as_str).collect();
        all.extend([article.source.as_str(), article.title.as_str()]);
        all.extend(article.tags.iter().map(String::as_str));
        let links = article.paragraphs.iter().flat_map(|p| &p.links);
        all.extend(links.map(|link| link.href.as_str()));
        all
    }

    fn check_article(article: &Article) {
        let control = |text: &str| {
            text.chars().any(|c| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c))
        };
        assert!(!article.title.is_empty());
        assert!(strings(article).into_iter().all(|text| !control(text)));
        for paragraph in &article.paragraphs {
            let text = paragraph.text.replace('\n', "");
            assert!(!control(&text) && (paragraph.kind == Kind::Code || text == paragraph.text));
            for link in &paragraph.links {
                assert!(paragraph.text.get(link.start as usize..link.end as usize).is_some());
            }
        }
    }

    fn check_all(bytes: &[u8]) {
        for name in ["a.txt", "a.html", "a.md", "a.json", "a\x1b[31m.jsonl"] {
            for found in read(bytes, name) {
                match found {
                    Ok(document) => check_article(&document.article),
                    Err(error) => assert!(!error.to_string().chars().any(char::is_control)),
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn any_bytes_give_a_safe_article_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            check_all(&bytes);
        }

        #[test]
        fn markup_soup_gives_a_safe_article_or_an_error(
            parts in proptest::collection::vec(prop_oneof![
                Just("<p>"), Just("</p>"), Just("<a href='/x'>"), Just("</a>"), Just("<td>"), Just("<table>"),
                Just("<pre>"), Just("<br>"), Just("<li>"), Just("<h1>"), Just("</div>"), Just("\u{1b}[31m"),
                Just("---\n"), Just("{\"title\": \"a\", \"text\": \"b\"}"), Just("\n\n"), Just("By Jane Doe\n"),
                Just("\u{202e}"), Just("&#27;[2J"), Just(" Ferry returns "), Just("title: x\n"), Just("> "), Just("# "),
                Just("| a | b |\n"), Just("KOS, 16 May (AFP) - "), Just("ğ\u{301}"), Just("</"), Just("Date: 1/1/20\n"),
            ], 0..30),
        ) {
            check_all(parts.concat().as_bytes());
        }

        #[test]
        fn no_word_of_a_text_is_lost(lines in proptest::collection::vec("[a-zA-Z.,-]{0,6}( [a-zA-Z.]{1,9}){0,14}", 1..12)) {
            let text = lines.join("\n");
            let Some(Ok(document)) = read(text.as_bytes(), "a.txt").pop() else { return Ok(()) };
            let article = document.article;
            let mut kept = article.text(true);
            kept.retain(|c| c.is_alphanumeric());
            let mut words = text;
            words.retain(|c| c.is_alphanumeric());
            prop_assert_eq!(kept, words);
        }
    }
}
