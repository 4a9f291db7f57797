//! Bodies of articles in the database: postcard, compressed with a dictionary trained on the
//! library's own first articles.
//!
//! News of one library is alike (credits, menus, names), and an article is too short for a
//! compressor to learn that by itself: the dictionary takes a third off.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::Read;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use zstd::dict::{DecoderDictionary, EncoderDictionary};

use super::{LibraryError, Result};
use crate::article::{Article, ArticleId, Entity, Mention, Paragraph};

/// First byte of a body. Count up when [`Stored`] or what it holds changes shape, and go on
/// reading the old ones.
const VERSION: u8 = 1;
const LEVEL: i32 = 4;
const DICTIONARY_BYTES: usize = 64 << 10;
/// A dictionary is trained once so many articles are in.
const SAMPLES: i64 = 400;

/// What an article holds beside its row.
#[derive(Serialize, Deserialize)]
struct Stored<P, E, M, T> {
    title_is_own: bool,
    settled: bool,
    byline: Option<T>,
    agency: Option<T>,
    dateline: Option<T>,
    tags: Vec<T>,
    paragraphs: P,
    entities: E,
    mentions: M,
}

type Owned = Stored<Vec<Paragraph>, Vec<Entity>, Vec<Mention>, String>;

/// A body ready to be stored.
pub(super) struct Packed {
    pub dictionary: i64,
    pub bytes: Vec<u8>,
}

/// Packs bodies: shared by the threads of an ingest.
#[derive(Clone, Default)]
pub(super) struct Packer {
    dictionary: Option<(i64, Arc<EncoderDictionary<'static>>)>,
}

impl Packer {
    /// With the newest dictionary of the library, if it has one yet.
    pub fn new(sql: &Connection) -> Result<Self> {
        let newest = "SELECT id, bytes FROM dictionary ORDER BY id DESC LIMIT 1";
        let found = sql
            .query_row(newest, [], |row| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?)))
            .optional()?;
        let dictionary =
            found.map(|(id, bytes)| (id, Arc::new(EncoderDictionary::copy(&bytes, LEVEL))));
        Ok(Self { dictionary })
    }

    pub fn has_dictionary(&self) -> bool {
        self.dictionary.is_some()
    }

    pub fn pack(&self, article: &Article) -> Result<Packed> {
        let raw = encode(article)?;
        let (dictionary, packed) = match &self.dictionary {
            Some((id, dictionary)) => {
                let compressor = zstd::bulk::Compressor::with_prepared_dictionary(dictionary);
                (*id, compressor.and_then(|mut c| c.compress(&raw)))
            }
            None => (0, zstd::bulk::compress(&raw, LEVEL)),
        };
        let bytes = packed.map_err(|e| LibraryError::Damaged(format!("packing a body: {e}")))?;
        Ok(Packed { dictionary, bytes })
    }
}

fn encode(article: &Article) -> Result<Vec<u8>> {
    let stored = Stored {
        title_is_own: article.title_is_own,
        settled: article.settled,
        byline: article.byline.as_deref(),
        agency: article.agency.as_deref(),
        dateline: article.dateline.as_deref(),
        tags: article.tags.iter().map(String::as_str).collect(),
        paragraphs: &article.paragraphs,
        entities: &article.entities,
        mentions: &article.mentions,
    };
    postcard::to_extend(&stored, vec![VERSION])
        .map_err(|e| LibraryError::Damaged(format!("packing a body: {e}")))
}

/// Reads bodies; keeps the dictionaries it has met.
#[derive(Default)]
pub(super) struct Unpacker {
    dictionaries: RefCell<HashMap<i64, Arc<DecoderDictionary<'static>>>>,
}

impl Unpacker {
    /// Fills in what the article's row does not hold. False when there is no body.
    pub fn fill(&self, sql: &Connection, article: &mut Article) -> Result<bool> {
        let mut find =
            sql.prepare_cached("SELECT dictionary, bytes FROM body WHERE article = ?")?;
        let mut rows = find.query([article.id.0])?;
        let Some(row) = rows.next()? else { return Ok(false) };
        let bytes = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        let raw = self.unpack(sql, row.get(0)?, bytes, article.id)?;
        let stored = decode(&raw).ok_or_else(|| damaged(article.id))?;
        article.title_is_own = stored.title_is_own;
        article.settled = stored.settled;
        article.byline = stored.byline;
        article.agency = stored.agency;
        article.dateline = stored.dateline;
        article.tags = stored.tags;
        article.paragraphs = stored.paragraphs;
        article.entities = stored.entities;
        article.mentions = stored.mentions;
        Ok(true)
    }

    fn unpack(
        &self,
        sql: &Connection,
        dictionary: i64,
        bytes: &[u8],
        id: ArticleId,
    ) -> Result<Vec<u8>> {
        let mut raw = Vec::with_capacity(bytes.len() * 4);
        let read = match dictionary {
            0 => zstd::Decoder::new(bytes).and_then(|mut d| d.read_to_end(&mut raw)),
            known => {
                let dictionary = self.dictionary(sql, known)?.ok_or_else(|| damaged(id))?;
                zstd::Decoder::with_prepared_dictionary(bytes, &dictionary)
                    .and_then(|mut d| d.read_to_end(&mut raw))
            }
        };
        read.map_err(|_| damaged(id))?;
        Ok(raw)
    }

    fn dictionary(
        &self,
        sql: &Connection,
        id: i64,
    ) -> Result<Option<Arc<DecoderDictionary<'static>>>> {
        if let Some(known) = self.dictionaries.borrow().get(&id) {
            return Ok(Some(known.clone()));
        }
        let find = "SELECT bytes FROM dictionary WHERE id = ?";
        let bytes: Option<Vec<u8>> = sql.query_row(find, [id], |row| row.get(0)).optional()?;
        let Some(bytes) = bytes else { return Ok(None) };
        let dictionary = Arc::new(DecoderDictionary::copy(&bytes));
        self.dictionaries.borrow_mut().insert(id, dictionary.clone());
        Ok(Some(dictionary))
    }
}

fn decode(raw: &[u8]) -> Option<Owned> {
    let (version, body) = raw.split_first()?;
    match *version {
        VERSION => postcard::from_bytes(body).ok(),
        _ => None,
    }
}

pub(super) fn damaged(id: ArticleId) -> LibraryError {
    LibraryError::Damaged(format!(
        "the text of article {id} cannot be read; read its source again with `gazette update --force`"
    ))
}

/// Trains the dictionary once there is enough to learn from. True when there is a new one.
pub(super) fn train(sql: &Connection) -> Result<bool> {
    let count = "SELECT count(*) FROM (SELECT 1 FROM body LIMIT ?)";
    let count: i64 = sql.query_row(count, [SAMPLES], |row| row.get(0))?;
    if count < SAMPLES {
        return Ok(false);
    }
    let mut find = sql.prepare(
        "SELECT bytes FROM body WHERE dictionary = 0 AND length(bytes) < 65536 LIMIT 1000",
    )?;
    let mut samples = Vec::new();
    let mut rows = find.query([])?;
    while let Some(row) = rows.next()? {
        let packed = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
        if let Ok(raw) = zstd::decode_all(packed) {
            samples.push(raw);
        }
    }
    // Articles that are all alike or nearly empty teach nothing: then there is none, for now.
    let Ok(bytes) = zstd::dict::from_samples(&samples, DICTIONARY_BYTES) else { return Ok(false) };
    sql.execute("INSERT INTO dictionary (bytes) VALUES (?)", params![bytes])?;
    Ok(true)
}

pub(super) fn store(sql: &Connection, id: ArticleId, body: &Packed) -> rusqlite::Result<()> {
    sql.prepare_cached(
        "INSERT OR REPLACE INTO body (article, dictionary, bytes) VALUES (?, ?, ?)",
    )?
    .execute(params![id.0, body.dictionary, body.bytes])?;
    Ok(())
}
