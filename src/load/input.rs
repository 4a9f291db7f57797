//! Opens inputs: refuses what is no file, unpacks gzip, counts bytes, hands each to its format.

use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

use super::records::{Lines, Values};
use super::sniff::{Sniffed, sniff};
use super::{Format, Limits, LoadCause, LoadError, Origin, charset, html, markdown, seal, text};
use crate::article::Document;

/// How much of an input decides its format. A page may carry a long comment before its first tag.
const HEAD: usize = 16 * 1024;
/// A gzip in a gzip is seen in the wild (`.gz` served gzipped); deeper is a trap.
const GZIP_LAYERS: usize = 2;

pub(super) type Bytes = Box<dyn BufRead + Send>;
pub(super) type Results = Box<dyn Iterator<Item = Result<Document, LoadError>> + Send>;

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
pub(super) fn documents(input: Box<dyn Read + Send>, origin: Origin, limits: &Limits) -> Results {
    match start(input, &origin, limits) {
        Ok((format, bytes)) => dispatch(format, bytes, origin, limits),
        Err(cause) => failed(LoadError::new(&origin.name, cause)),
    }
}

pub(super) fn failed(error: LoadError) -> Results {
    Box::new(std::iter::once(Err(error)))
}

/// Unpacks as needed and finds the format.
fn start(
    input: Box<dyn Read + Send>,
    origin: &Origin,
    limits: &Limits,
) -> Result<(Format, Bytes), LoadCause> {
    let mut bytes: Bytes = limited(input, limits);
    for _ in 0..=GZIP_LAYERS {
        let (head, whole) = peek(bytes).map_err(LoadCause::from_io)?;
        match (sniff(&head, origin.path.as_deref()), origin.format) {
            (Sniffed::Gzip, _) => bytes = limited(Box::new(MultiGzDecoder::new(whole)), limits),
            (Sniffed::Empty, _) => return Err(LoadCause::Empty),
            (Sniffed::Binary, _) => return Err(LoadCause::Binary),
            (Sniffed::Format(_), Some(told)) => return Ok((told, whole)),
            (Sniffed::Format(found), None) => return Ok((found, whole)),
        }
    }
    Err(LoadCause::malformed("gzip within gzip within gzip; unpack it first"))
}

/// The first bytes, and the input from its start.
fn peek(mut bytes: Bytes) -> io::Result<(Vec<u8>, Bytes)> {
    let mut head = Vec::new();
    bytes.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    let whole = io::Cursor::new(head.clone()).chain(bytes);
    Ok((head, Box::new(whole)))
}

fn limited(input: Box<dyn Read + Send>, limits: &Limits) -> Bytes {
    let limit = limits.file_bytes;
    Box::new(BufReader::with_capacity(64 * 1024, Limited { input, left: limit, limit }))
}

/// Fails rather than stops at the limit: half an archive is no archive.
struct Limited {
    input: Box<dyn Read + Send>,
    left: u64,
    limit: u64,
}

impl Read for Limited {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        match self.left.checked_sub(count as u64) {
            Some(left) => self.left = left,
            None => {
                let bytes = self.limit + 1;
                return Err(io::Error::other(LoadCause::TooLarge { bytes, limit: self.limit }));
            }
        }
        Ok(count)
    }
}

fn dispatch(format: Format, bytes: Bytes, origin: Origin, limits: &Limits) -> Results {
    match format {
        Format::JsonLines => Box::new(Lines::new(bytes, origin, limits.clone())),
        Format::Json => Box::new(Values::new(bytes, origin, limits.clone())),
        Format::Text | Format::Html | Format::Markdown => {
            Box::new(std::iter::once(single(format, bytes, &origin, limits)))
        }
    }
}

/// A file that is one article.
fn single(
    format: Format,
    bytes: Bytes,
    origin: &Origin,
    limits: &Limits,
) -> Result<Document, LoadError> {
    let decoded = charset::decode(
        read_whole(bytes, limits).map_err(|cause| LoadError::new(&origin.name, cause))?,
    );
    let document = match format {
        Format::Html => html::read(decoded, limits),
        Format::Markdown => markdown::read(&decoded, limits),
        _ => text::read(&decoded),
    };
    seal::seal(document, origin)
}

/// All bytes of one article, as many as a record may have.
fn read_whole(bytes: Bytes, limits: &Limits) -> Result<Vec<u8>, LoadCause> {
    let mut whole = Vec::new();
    let limit = limits.record_bytes;
    bytes.take(limit + 1).read_to_end(&mut whole).map_err(LoadCause::from_io)?;
    if whole.len() as u64 > limit {
        return Err(LoadCause::TooLarge { bytes: whole.len() as u64, limit });
    }
    Ok(whole)
}
