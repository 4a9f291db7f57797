//! Bytes in, documents out: reads files of every format into the model.
//!
//! A loader never judges what is boilerplate; it gives every block of a page, with where it stood.
//! It does see to it that nothing it hands on can move a cursor or fake a colour ([`sanitize`]).

mod address;
mod archive;
mod bounds;
mod charset;
mod credit_words;
mod credits;
mod date;
mod date_words;
mod epub;
mod error;
mod feed;
mod feed_loose;
mod front_matter;
mod header;
mod html;
mod html_blocks;
mod html_feed;
mod html_meta;
mod html_tags;
mod html_title;
mod html_unshown;
mod html_walk;
mod input;
mod json;
mod json_list;
mod json_own;
mod language;
mod mail;
mod markdown;
mod mhtml;
mod mojibake;
mod newsboat;
mod packed;
mod reach;
mod records;
pub mod sanitize;
mod seal;
mod several;
mod sniff;
mod subscriptions;
mod table;
mod tar;
#[cfg(test)]
pub(crate) mod testing;
mod text;
mod unwanted;
mod walk;
mod warc;
mod wide;
mod wrap;
mod xml;
mod zip;

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::article::Document;

use input::Input;
use reach::Reach;

pub use error::{LoadCause, LoadError};
pub use input::ReadSeek;
pub use json::{TEXT as TEXT_FIELDS, record};
pub use subscriptions::{Subscription, Subscriptions, subscriptions};
pub use walk::{FileStamp, walk};

/// How much of one input is read, and how deep.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// Largest file read, in bytes, after unpacking.
    pub file_bytes: u64,
    /// Largest record of a file of many articles (a line of JSON lines), in bytes.
    pub record_bytes: u64,
    /// Deepest nesting of a page or a JSON value that is followed.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { file_bytes: 4 << 30, record_bytes: 64 << 20, depth: 512 }
    }
}

/// Where bytes come from, for titles, dates and error messages.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The file, `None` for standard input and the sample edition.
    pub path: Option<PathBuf>,
    /// What to call it in an error: the path, or "standard input".
    pub name: String,
    /// Unix seconds: when the file was last written. Never taken for the publication date.
    pub modified: Option<i64>,
    /// Set when the caller knows better than the content: `--from jsonl`.
    pub format: Option<Format>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Text,
    Html,
    Markdown,
    Json,
    JsonLines,
    /// RSS, Atom, RDF or JSON Feed, kept as a file.
    Feed,
    /// One message of mail.
    Mail,
    /// Many of them in one file.
    Mailbox,
    /// A web archive.
    Warc,
    /// A page that a browser saved whole, pictures and all.
    Mhtml,
    /// Rows under a line of names.
    Table,
    /// A list of feeds: OPML, or newsboat's `urls`.
    Subscriptions,
}

/// The documents of one input, read as they are asked for: a file of many articles is never held
/// whole. An error of one record does not end the iteration.
pub struct Documents(Box<dyn Iterator<Item = Result<Document, LoadError>> + Send>);

impl Iterator for Documents {
    type Item = Result<Document, LoadError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }

    /// Jumps over records without taking them apart, where the format allows it.
    fn nth(&mut self, n: usize) -> Option<Self::Item> {
        self.0.nth(n)
    }
}

/// Reads a file: its format by content first, by extension second.
pub fn file(path: &Path, limits: &Limits) -> Documents {
    let name = path.to_string_lossy().into_owned();
    let (file, meta) = match input::open(path) {
        Ok(opened) => opened,
        Err(cause) => return Documents(input::failed(LoadError::new(&name, cause))),
    };
    let modified = meta.modified().ok().and_then(unix_seconds);
    let origin = Origin { path: Some(path.to_path_buf()), name, modified, format: None };
    seekable(Box::new(file), origin, limits)
}

fn unix_seconds(time: std::time::SystemTime) -> Option<i64> {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).ok(),
        Err(before) => i64::try_from(before.duration().as_secs()).ok().map(|seconds| -seconds),
    }
}

/// Reads an open stream, such as standard input.
pub fn stream(input: Box<dyn Read + Send>, origin: Origin, limits: &Limits) -> Documents {
    Documents(input::documents(Input::Stream(input), origin, &Reach::new(limits)))
}

/// Reads an open file. An archive that would have to be held whole as a stream is read in its
/// place.
pub fn seekable(input: Box<dyn ReadSeek>, origin: Origin, limits: &Limits) -> Documents {
    Documents(input::documents(Input::File(input), origin, &Reach::new(limits)))
}
