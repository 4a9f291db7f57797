//! Reads the inputs of a source: finds what changed, loads, cleans and packs it, in parallel, a
//! batch at a time.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};

use rayon::prelude::*;
use rusqlite::{Connection, OptionalExtension, params};

use super::bodies::{Packed, Packer};
use super::digest::{digest, hash};
use super::inputs::{Open, Reading};
use super::prepare::{self, Tagging};
use super::put::Prepared;
use super::vast::{Behind, Room};
use super::{IngestOptions, LibraryError, Result, Source, vast};
use crate::article::{Article, Document};
use crate::clean::shape::{self, Look};
use crate::entities;
use crate::load::{self, FileStamp, Limits, LoadError, sanitize};

/// The first batch is small, so that a list fills at once; then they grow.
const FIRST_BATCH: usize = 32;
const UNLEARNED_BATCH: usize = 64;
const LARGEST_BATCH: usize = 256;
/// Bytes of input, or of text, that end a batch early: what keeps memory bounded.
const BATCH_BYTES: u64 = 4 << 20;
/// Records of one file that are read at once; a file with more is streamed.
const AT_ONCE: usize = 16;
/// Records jumped over at once.
const JUMP: u64 = 20_000;

/// What a batch says of a file.
pub(super) struct FilePart {
    pub path: String,
    pub size: u64,
    pub modified: i64,
    /// Records read so far, from the file's beginning.
    pub records: u64,
    pub complete: bool,
    /// The file was in already when this reading of it began.
    pub again: bool,
    /// The file's first part since it changed: errors of earlier readings are forgotten.
    pub first: bool,
    pub articles: Vec<Prepared>,
    pub unchanged: u64,
    /// Bytes of the file read so far.
    pub bytes: u64,
    pub errors: Vec<LoadError>,
}

/// What one transaction takes in.
#[derive(Default)]
pub(super) struct Batch {
    pub files: Vec<FilePart>,
    /// Inputs finished with this batch, skipped ones included.
    pub done: u64,
}

/// What the library knows of a file.
#[derive(Default)]
struct Known {
    /// Records to jump over: they are in.
    skip: u64,
    /// The file was in before this reading of it began.
    again: bool,
    /// Digests by record, where the file was read before in another state.
    digests: HashMap<i64, i64>,
    /// The records that are in, sorted, where they are jumped over unread.
    taken: Vec<i64>,
}

pub(super) struct Gatherer<'a> {
    pub sql: &'a Connection,
    pub source: &'a Source,
    pub options: &'a IngestOptions,
    pub open: &'a Open,
    pub packer: &'a RwLock<Packer>,
    /// Files in which something was wrong are read again, though they have not changed.
    pub retries: bool,
    /// For what is very long.
    pub room: Room,
    /// Takes a batch; false to stop.
    pub send: &'a mut dyn FnMut(Batch) -> bool,
}

impl Gatherer<'_> {
    /// Reads all inputs; false when the taker stopped it.
    pub fn run(
        &mut self,
        stamps: impl Iterator<Item = std::result::Result<FileStamp, LoadError>>,
    ) -> Result<bool> {
        let mut batch = Batch::default();
        let mut chunk = Vec::new();
        let mut size = FIRST_BATCH;
        let mut bytes = 0;
        for stamp in stamps {
            match stamp {
                Ok(stamp) => match self.known(&stamp)? {
                    None => batch.done += 1,
                    Some(known) => {
                        bytes += stamp.size;
                        chunk.push((stamp, known));
                    }
                },
                Err(error) => batch.files.push(FilePart::failed(error)),
            }
            let looked_at = batch.done as usize + batch.files.len();
            if chunk.len() >= size || bytes >= BATCH_BYTES || looked_at >= 1_000 {
                size = self.larger(size);
                bytes = 0;
                if !self.read(std::mem::take(&mut chunk), std::mem::take(&mut batch))? {
                    return Ok(false);
                }
            }
        }
        self.read(chunk, batch)
    }

    /// The size of the next batch. Small as long as there is no dictionary to pack with: what is
    /// read ahead of it takes half as much again.
    fn larger(&self, size: usize) -> usize {
        let learned = self.packer.read().is_ok_and(|packer| packer.is_ready());
        (size * 2).min(if learned { LARGEST_BATCH } else { UNLEARNED_BATCH })
    }

    /// What is known of a file; `None` when it is in as it stands.
    fn known(&self, stamp: &FileStamp) -> Result<Option<Known>> {
        let path = load::path_text(&stamp.path);
        let mut find = self.sql.prepare_cached(
            "SELECT id, size, modified, records, complete, again, failed FROM file
             WHERE source = ? AND path = ?",
        )?;
        let found = find
            .query_row(params![self.source.id.0, path], |row| {
                let same = row.get::<_, i64>(1)? == stamp.size as i64
                    && row.get::<_, i64>(2)? == stamp.modified
                    && !(self.retries && row.get::<_, i64>(6)? > 0);
                Ok((row.get(0)?, same, row.get(3)?, row.get::<_, bool>(4)?, row.get(5)?))
            })
            .optional()?;
        let known = Known::default();
        Ok(match found {
            None => Some(known),
            Some(_) if self.options.force => Some(Known { again: true, ..known }),
            Some((_, true, _, true, _)) => None,
            Some((_, true, skip, false, true)) => Some(Known { skip, again: true, ..known }),
            Some((id, true, skip, false, false)) => {
                Some(Known { skip, taken: self.records(id)?, ..known })
            }
            Some((id, false, ..)) => {
                Some(Known { again: true, digests: self.digests(id)?, ..known })
            }
        })
    }

    /// The records of a file that are in.
    fn records(&self, file: i64) -> Result<Vec<i64>> {
        let mut find =
            self.sql.prepare_cached("SELECT record FROM article WHERE file = ? ORDER BY record")?;
        let records = find.query_map([file], |row| row.get(0))?;
        Ok(records.collect::<rusqlite::Result<_>>()?)
    }

    fn digests(&self, file: i64) -> Result<HashMap<i64, i64>> {
        let mut find =
            self.sql.prepare_cached("SELECT record, digest FROM article WHERE file = ?")?;
        let pairs = find.query_map([file], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(pairs.collect::<rusqlite::Result<_>>()?)
    }

    /// Reads some files, the small ones side by side, and hands them on.
    fn read(&mut self, chunk: Vec<(FileStamp, Known)>, mut batch: Batch) -> Result<bool> {
        let Self { options, open, .. } = *self;
        let room = &self.room;
        let packer = self.packer.read().map_err(|_| stopped())?.clone();
        let opened: Vec<_> = chunk
            .into_par_iter()
            .map(|(stamp, known)| {
                let mut file = FileReader::new(stamp, known, open, &options.limits, room);
                let part = file.part(AT_ONCE, options, &packer);
                (file, part)
            })
            .collect();
        let mut long = Vec::new();
        for (file, part) in opened {
            let part = part?;
            if part.complete {
                batch.done += 1;
                batch.files.push(part);
            } else {
                batch.files.push(part);
                long.push(file);
            }
        }
        if !(self.send)(batch) {
            return Ok(false);
        }
        for file in long {
            if !self.stream(file)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Reads a file of many articles to its end.
    fn stream(&mut self, mut file: FileReader) -> Result<bool> {
        let mut size = FIRST_BATCH;
        loop {
            let packer = self.packer.read().map_err(|_| stopped())?.clone();
            let part = file.part(size, self.options, &packer)?;
            size = self.larger(size);
            let complete = part.complete;
            let batch = Batch { files: vec![part], done: u64::from(complete) };
            if !(self.send)(batch) {
                return Ok(false);
            }
            if complete {
                return Ok(true);
            }
        }
    }
}

fn stopped() -> LibraryError {
    LibraryError::Damaged("a thread of the ingest stopped; run it again".to_owned())
}

impl FilePart {
    /// Cuts off what comes after the first `limit` articles, if anything does.
    pub fn split(&mut self, limit: usize) -> Option<FilePart> {
        if self.articles.len() <= limit {
            return None;
        }
        let rest = self.articles.split_off(limit);
        let read = self.articles.last().map_or(0, |last| last.read);
        let rest = FilePart {
            path: self.path.clone(),
            first: false,
            articles: rest,
            errors: std::mem::take(&mut self.errors),
            ..*self
        };
        // As if this were all that has been read so far.
        (self.records, self.complete, self.unchanged) = (read, false, 0);
        Some(rest)
    }

    /// An input that could not even be opened.
    fn failed(error: LoadError) -> Self {
        Self {
            path: error.name.clone(),
            size: 0,
            modified: 0,
            records: 0,
            complete: false,
            again: false,
            first: true,
            articles: Vec::new(),
            unchanged: 0,
            bytes: 0,
            errors: vec![error],
        }
    }
}

/// A file being read.
struct FileReader {
    stamp: FileStamp,
    known: Known,
    documents: std::iter::Peekable<Reading>,
    records: u64,
    read: Arc<AtomicU64>,
    /// Hashes of the links that have come, and how often those that came again: one feed may name a
    /// link twice. A file may have a million, and a table of them would take memory by leaps.
    links: BTreeSet<u64>,
    repeated: HashMap<u64, u32>,
    room: Room,
}

impl FileReader {
    fn new(stamp: FileStamp, known: Known, open: &Open, limits: &Limits, room: &Room) -> Self {
        let read = Arc::new(AtomicU64::new(0));
        let documents = open(&stamp.path, limits, read.clone()).peekable();
        let room = room.clone();
        let (links, repeated) = (BTreeSet::new(), HashMap::new());
        Self { stamp, known, documents, records: 0, read, links, repeated, room }
    }

    /// Reads up to `limit` records on.
    fn part(&mut self, limit: usize, options: &IngestOptions, packer: &Packer) -> Result<FilePart> {
        let first = self.records == 0;
        if !self.known.again && self.records < self.known.skip {
            return Ok(self.jump());
        }
        let mut errors = Vec::new();
        let mut unchanged = 0;
        let mut fresh = Vec::new();
        let mut bytes = 0;
        for _ in 0..limit.max(1) {
            let Some(document) = self.documents.next() else { break };
            self.records += 1;
            let document = match document {
                Ok(document) => document,
                Err(error) => {
                    errors.push(error);
                    continue;
                }
            };
            let record = self.record(&document);
            if self.records <= self.known.skip {
                continue;
            }
            let digest = digest(&document);
            if self.known.digests.get(&record) == Some(&digest) {
                unchanged += 1;
                continue;
            }
            bytes += document.article.paragraphs.iter().map(|p| p.text.len() as u64).sum::<u64>();
            fresh.push((record, self.records, digest, document));
            if bytes >= BATCH_BYTES {
                break;
            }
        }
        if self.documents.peek().is_none() {
            // The loader may hold the whole file, which nobody needs any more.
            let nothing: Reading = Box::new(std::iter::empty());
            self.documents = nothing.peekable();
        }
        let name = load::path_text(&self.stamp.path);
        let prepared: Vec<_> = fresh
            .into_par_iter()
            .map(|(record, read, digest, document)| {
                load::guarded(&name, || {
                    let seen = document.seen;
                    let prepared = prepare(document, &self.stamp, options, packer, &self.room);
                    prepared.map(|(article, behind, look, body)| Prepared {
                        record,
                        read,
                        digest,
                        seen,
                        article,
                        behind,
                        look,
                        body,
                    })
                })
            })
            .collect();
        let mut articles = Vec::with_capacity(prepared.len());
        for prepared in prepared {
            match prepared {
                Ok(prepared) => articles.push(prepared?),
                Err(bug) => errors.push(bug),
            }
        }
        Ok(FilePart { first, articles, unchanged, errors, ..self.so_far() })
    }

    /// Jumps over records that are in, without looking into them.
    fn jump(&mut self) -> FilePart {
        let step = (self.known.skip - self.records).min(JUMP);
        // Records that are fewer than they were end the reading.
        let _ = self.documents.nth(step as usize - 1);
        self.records += step;
        // Errors among them have been told of, and stay counted.
        self.so_far()
    }

    fn so_far(&mut self) -> FilePart {
        FilePart {
            path: load::path_text(&self.stamp.path).into_owned(),
            size: self.stamp.size,
            modified: self.stamp.modified,
            // Catching up with what is in, the file has been read further than this.
            records: self.records.max(self.known.skip),
            complete: self.documents.peek().is_none(),
            again: self.known.again,
            first: false,
            articles: Vec::new(),
            unchanged: 0,
            bytes: self.read.load(Ordering::Relaxed),
            errors: Vec::new(),
        }
    }

    /// What tells the articles of a file apart from one reading to the next: the link, where there
    /// is one, since feeds put new articles first, and the member of an archive; else the number.
    fn record(&mut self, document: &Document) -> i64 {
        let member = member(&document.article, &self.stamp);
        let hash = match (&document.article.url, member) {
            (None, "") => return self.records as i64 - 1,
            (Some(url), "") => hash(url.as_bytes()),
            (url, member) => {
                hash(format!("{member}\n{}", url.as_deref().unwrap_or_default()).as_bytes())
            }
        };
        let number = |times: u32| {
            let step = u64::from(times).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            // Far from the small numbers of articles without a link.
            (hash.wrapping_add(step) | 1 << 62) as i64
        };
        let taken = &self.known.taken;
        // Those that were jumped over have come before.
        let is_free = |record: &i64| taken.binary_search(record).is_err();
        if self.links.insert(hash) && is_free(&number(1)) {
            return number(1);
        }
        let times = self.repeated.entry(hash).or_insert(1);
        loop {
            *times += 1;
            if is_free(&number(*times)) {
                return number(*times);
            }
        }
    }
}

/// Load is done: clean, pack. What gazette itself wrote stands as it is.
fn prepare(
    document: Document,
    stamp: &FileStamp,
    options: &IngestOptions,
    packer: &Packer,
    room: &Room,
) -> Result<(Article, Behind, Look, Packed)> {
    let mut article = prepare::prepare(document, &options.clean, Tagging::None);
    let look = if article.settled { Look::default() } else { shape::look(&article) };
    article.unnamed &= !entities::is_too_long(&article);
    let body = packer.pack(&article, member(&article, stamp))?;
    // What compares it has no use for the rest, which may wait long for its turn.
    let behind = vast::shorten(&mut article, room);
    Ok((article, behind, look, body))
}

/// Where in an archive an article lies; empty for one that is a file, or a record of it.
fn member<'a>(article: &'a Article, stamp: &FileStamp) -> &'a str {
    article.path.as_deref().map_or("", |path| inside(path, &load::path_text(&stamp.path)))
}

/// What a name adds to that of a file, where the file is an archive; else empty.
pub(super) fn inside<'a>(name: &'a str, file: &str) -> &'a str {
    let inside = name.strip_prefix(&*sanitize::path(file));
    inside.and_then(|inside| inside.strip_prefix('/')).unwrap_or_default()
}
