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
mod guard;
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
mod json_keys;
mod json_list;
mod json_own;
mod json_values;
mod language;
mod mail;
mod markdown;
mod mhtml;
mod mojibake;
mod names;
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
pub use guard::{guarded, is_guarded};
pub use input::ReadSeek;
pub use json::record;
pub use json_keys::TEXT as TEXT_FIELDS;
pub use json_values::object;
pub use subscriptions::{Subscription, Subscriptions, subscriptions};
pub use walk::{FileStamp, count, path_text, walk};

/// How much of one input is read, and how deep. What is over is an error with a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// Largest file read, in bytes, after unpacking.
    pub file_bytes: u64,
    /// Largest article, in bytes: a text, a page, a message, a line of JSON lines.
    pub record_bytes: u64,
    /// How many times over a file may be packed: a gzip in a gzip is seen in the wild. As deep may
    /// archives lie in an archive.
    pub layers: usize,
    /// How many times its size a packed file may unpack to.
    pub ratio: u64,
    /// Deepest nesting of a page that is followed; what stands deeper counts as standing there.
    pub depth: usize,
    /// Lines of a text, each of which may become a paragraph.
    pub lines: usize,
    /// Tags of a page.
    pub tags: usize,
    /// Values in one record of JSON: each takes up to seventy times the room that it has there.
    pub values: usize,
    /// Parts of one input: files of an archive, entries of a feed, parts of a message.
    pub members: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 4 << 30,
            record_bytes: 64 << 20,
            layers: 2,
            ratio: 200,
            depth: 512,
            lines: 200_000,
            tags: 200_000,
            values: 500_000,
            members: 50_000,
        }
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
/// whole. An error of one record does not end the iteration; a bug in a reader ends it, as an error
/// of this one input.
pub struct Documents {
    name: String,
    results: Option<input::Results>,
    /// Something was asked for before.
    begun: bool,
}

impl Documents {
    fn new(name: &str, results: input::Results) -> Self {
        Self { name: name.to_owned(), results: Some(results), begun: false }
    }

    fn step(
        &mut self,
        step: impl FnOnce(&mut input::Results) -> Option<Result<Document, LoadError>>,
    ) -> Option<Result<Document, LoadError>> {
        self.begun = true;
        let results = self.results.as_mut()?;
        match guarded(&self.name, || step(results)) {
            Ok(next) => next,
            Err(bug) => {
                self.results = None;
                Some(Err(bug))
            }
        }
    }
}

impl Iterator for Documents {
    type Item = Result<Document, LoadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let begun = self.begun;
        let next = self.step(Iterator::next);
        // Whatever holds records may hold none: that is said once, of all formats alike.
        let empty = || Err(LoadError::new(&self.name, LoadCause::Empty));
        next.or_else(|| (!begun).then(empty))
    }

    /// Jumps over records without taking them apart, where the format allows it.
    fn nth(&mut self, n: usize) -> Option<Self::Item> {
        self.step(|results| results.nth(n))
    }
}

/// Reads a file: its format by content first, by extension second.
pub fn file(path: &Path, limits: &Limits) -> Documents {
    let name = path_text(path).into_owned();
    let (file, meta) = match input::open(path) {
        Ok(opened) => opened,
        Err(cause) => return failed(&name, cause),
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
    opened(Input::Stream(input), origin, &Reach::new(limits))
}

/// What a stream of gzip unpacks to, as far as it is no trap.
pub fn gunzipped(packed: Box<dyn Read + Send>, limits: &Limits) -> Box<dyn Read + Send> {
    let ratio = Reach::new(limits).ratio();
    let packed = std::io::BufReader::new(ratio.counted(packed));
    ratio.held(Box::new(flate2::bufread::MultiGzDecoder::new(packed)))
}

/// Reads an open file. An archive that would have to be held whole as a stream is read in its
/// place.
pub fn seekable(input: Box<dyn ReadSeek>, origin: Origin, limits: &Limits) -> Documents {
    opened(Input::File(input), origin, &Reach::new(limits))
}

fn failed(name: &str, cause: LoadCause) -> Documents {
    Documents::new(name, input::failed(LoadError::new(name, cause)))
}

fn opened(input: Input, origin: Origin, reach: &Reach) -> Documents {
    let name = origin.name.clone();
    let opened = guarded(&name, || input::documents(input, origin, reach));
    Documents::new(&name, opened.unwrap_or_else(input::failed))
}
