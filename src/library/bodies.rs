//! Bodies of articles in the database: postcard, compressed with a dictionary trained on the
//! library's own first articles.
//!
//! News of one library is alike (credits, menus, names), and an article is too short for a
//! compressor to learn that by itself: the dictionary takes a third off.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::io::{self, Read};
use std::sync::Arc;

use rusqlite::blob::ZeroBlob;
use rusqlite::{Connection, OptionalExtension, params};
use zstd::dict::{DecoderDictionary, EncoderDictionary};
use zstd::zstd_safe::{self, CCtx, DCtx};

use super::{LibraryError, Result, name_packs, packing};
use crate::article::{Article, ArticleId};

/// With a dictionary level 5 takes half the time and an eighth more room, level 9 a quarter more time
/// for 4 % less.
const LEVEL: i32 = 7;
/// A long one needs no dictionary, and the tables of higher levels are held for it besides.
const LEVEL_OF_LONG: i32 = 5;

/// How many articles teach a dictionary, and how large it gets: a first one soon, better ones once
/// there is more to learn from.
const LESSONS: [Lesson; 3] = [
    Lesson { articles: 300, bytes: 64 << 10 },
    Lesson { articles: 2_500, bytes: 192 << 10 },
    Lesson { articles: 8_000, bytes: 2 << 20 },
];
/// Bytes of articles that one lesson looks at: some twelve times the dictionary is enough.
const SAMPLES: usize = 24 << 20;

/// Bytes of text from which on an article is packed as it is encoded.
const STREAMED: usize = 1 << 20;
/// Bytes of a body that are unpacked at once.
const LONG: usize = 4 << 20;

/// Bytes of a body from which on it is written into its row a piece at a time.
const LONG_BODY: usize = 1 << 20;

struct Lesson {
    articles: i64,
    bytes: usize,
}

/// A body ready to be stored.
pub(super) struct Packed {
    pub dictionary: i64,
    pub bytes: Vec<u8>,
    /// Whom it names; `None` as long as nobody has looked.
    pub names: Option<Vec<u8>>,
}

thread_local! {
    /// Their tables take longer to make than an article to pack or to unpack.
    static CONTEXT: RefCell<CCtx<'static>> = RefCell::new(CCtx::create());
    static UNPACKING: RefCell<DCtx<'static>> = RefCell::new(DCtx::create());
}

/// Packs bodies: shared by the threads of an ingest.
#[derive(Clone, Default)]
pub(super) struct Packer {
    dictionary: Option<(i64, Arc<EncoderDictionary<'static>>)>,
    without: bool,
}

impl Packer {
    /// With the newest dictionary of the library, if it has one yet.
    pub fn new(sql: &Connection) -> Result<Self> {
        // Below zero are those for names.
        let newest = "SELECT id, bytes FROM dictionary WHERE id > 0 ORDER BY id DESC LIMIT 1";
        let found = sql
            .query_row(newest, [], |row| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?)))
            .optional()?;
        let dictionary =
            found.map(|(id, bytes)| (id, Arc::new(EncoderDictionary::copy(&bytes, LEVEL))));
        Ok(Self { dictionary, without: false })
    }

    /// False as long as a first dictionary may still come.
    pub fn is_ready(&self) -> bool {
        self.dictionary.is_some() || self.without
    }

    /// No dictionary is to be expected.
    pub fn do_without(&mut self) {
        self.without = true;
    }

    /// With the names, if somebody has looked for them. `member` is where in an archive the article
    /// lies.
    pub fn pack(&self, article: &Article, member: &str) -> Result<Packed> {
        let names = if article.unnamed { None } else { Some(pack_names(article)?) };
        let length: usize = article.paragraphs.iter().map(|p| p.text.len()).sum();
        let packed =
            if length > STREAMED { long(article, member) } else { self.short(article, member) };
        let (dictionary, bytes) = packed.map_err(|e| unpackable(&e))?;
        Ok(Packed { dictionary, bytes, names })
    }

    fn short(&self, article: &Article, member: &str) -> io::Result<(i64, Vec<u8>)> {
        let raw = packing::encode(article, member).map_err(io::Error::other)?;
        let Some((id, dictionary)) = &self.dictionary else {
            return Ok((0, zstd::bulk::compress(&raw, LEVEL)?));
        };
        let mut packed = Vec::with_capacity(zstd_safe::compress_bound(raw.len()));
        CONTEXT
            .with_borrow_mut(|context| {
                context.compress_using_cdict(&mut packed, &raw, dictionary.as_cdict())
            })
            .map_err(|code| io::Error::other(zstd_safe::get_error_name(code)))?;
        packed.shrink_to_fit();
        Ok((*id, packed))
    }
}

/// Packs as it encodes, so that a long article is not held once more.
fn long(article: &Article, member: &str) -> io::Result<(i64, Vec<u8>)> {
    // All that it may need at once: only what is written to counts as memory, and what grows leaves
    // holes behind, which the allocator keeps.
    let length = article.paragraphs.iter().map(|p| p.text.len()).sum();
    let packed = Vec::with_capacity(zstd_safe::compress_bound(length));
    let mut packer = zstd::Encoder::new(packed, LEVEL_OF_LONG)?;
    packing::write(article, member, &mut packer)?;
    let mut packed = packer.finish()?;
    packed.shrink_to_fit();
    Ok((0, packed))
}

pub(super) fn pack_names(article: &Article) -> Result<Vec<u8>> {
    packing::encode_names(article).map_err(|e| unpackable(&e))
}

fn unpackable(error: &dyn std::fmt::Display) -> LibraryError {
    LibraryError::Damaged(format!("packing a body: {error}"))
}

/// Reads bodies; keeps the dictionaries it has met.
#[derive(Default)]
pub(super) struct Unpacker {
    dictionaries: RefCell<HashMap<i64, Arc<DecoderDictionary<'static>>>>,
}

impl Unpacker {
    /// Fills in what the article's row does not hold. False when there is no body.
    pub fn fill(&self, sql: &Connection, article: &mut Article) -> Result<bool> {
        let mut find = sql.prepare_cached(
            "SELECT dictionary, body.bytes, tagged.bytes FROM article
             JOIN body ON body.id = article.body LEFT JOIN tagged ON tagged.body = article.body
             WHERE article.id = ?",
        )?;
        let mut rows = find.query([article.id.0])?;
        let Some(row) = rows.next()? else { return Ok(false) };
        let bytes = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        let names = row.get_ref(2)?.as_blob_or_null().map_err(rusqlite::Error::from)?;
        let known = self.known(sql, row.get(0)?, article.id)?;
        let names = match names {
            Some(names) => Some(self.names(sql, names)?.ok_or_else(|| damaged(article.id))?),
            None => None,
        };
        let read = read(known.as_deref(), bytes, names.as_deref(), article);
        read.ok_or_else(|| damaged(article.id)).map(|()| true)
    }

    /// Names as they were before they were compressed; `None` when they are damaged.
    pub fn names<'a>(&self, sql: &Connection, bytes: &'a [u8]) -> Result<Option<Cow<'a, [u8]>>> {
        let mut failed = None;
        let names = name_packs::unpack(bytes, |id| {
            self.dictionary(sql, id).unwrap_or_else(|error| {
                failed = Some(error);
                None
            })
        });
        failed.map_or(Ok(names), Err)
    }

    fn unpack(
        &self,
        sql: &Connection,
        dictionary: i64,
        bytes: &[u8],
        id: ArticleId,
    ) -> Result<Vec<u8>> {
        let known = self.known(sql, dictionary, id)?;
        unpack(known.as_deref(), bytes).map_err(|_| damaged(id))
    }

    /// The dictionary that a body was packed with.
    fn known(
        &self,
        sql: &Connection,
        dictionary: i64,
        id: ArticleId,
    ) -> Result<Option<Arc<DecoderDictionary<'static>>>> {
        match dictionary {
            0 => Ok(None),
            known => self.dictionary(sql, known)?.map(Some).ok_or_else(|| damaged(id)),
        }
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

/// The bytes of a body before they were compressed.
pub(super) fn unpack(
    dictionary: Option<&DecoderDictionary<'static>>,
    bytes: &[u8],
) -> std::io::Result<Vec<u8>> {
    if let Some(raw) = at_once(dictionary, bytes) {
        return Ok(raw);
    }
    let mut raw = Vec::with_capacity(bytes.len() * 4);
    unpacking(dictionary, bytes)?.read_to_end(&mut raw)?;
    Ok(raw)
}

/// A body that is not long and says how long it is; `None` for all others, damaged ones too.
fn at_once(dictionary: Option<&DecoderDictionary<'static>>, bytes: &[u8]) -> Option<Vec<u8>> {
    let length = zstd_safe::get_frame_content_size(bytes).ok()??;
    let mut raw = Vec::with_capacity(usize::try_from(length).ok().filter(|l| *l < LONG)?);
    let unpacked = UNPACKING.with_borrow_mut(|context| match dictionary {
        Some(known) => context.decompress_using_ddict(&mut raw, bytes, known.as_ddict()),
        None => context.decompress(&mut raw, bytes),
    });
    unpacked.ok().map(|_| raw)
}

/// Unpacks as it is read.
fn unpacking<'a>(
    dictionary: Option<&'a DecoderDictionary<'static>>,
    bytes: &'a [u8],
) -> io::Result<zstd::Decoder<'a, &'a [u8]>> {
    match dictionary {
        None => zstd::Decoder::with_buffer(bytes),
        Some(known) => zstd::Decoder::with_prepared_dictionary(bytes, known),
    }
}

/// Fills in an article from its body; `None` when that is damaged.
fn read(
    dictionary: Option<&DecoderDictionary<'static>>,
    bytes: &[u8],
    names: Option<&[u8]>,
    article: &mut Article,
) -> Option<()> {
    if let Some(raw) = at_once(dictionary, bytes) {
        return packing::decode(&raw, names, article);
    }
    let mut unpacked = unpacking(dictionary, bytes).ok()?;
    let mut raw = Vec::with_capacity((bytes.len() * 4).min(LONG));
    unpacked.by_ref().take(LONG as u64).read_to_end(&mut raw).ok()?;
    if raw.len() < LONG {
        packing::decode(&raw, names, article)
    } else {
        packing::read(raw, unpacked, names, article)
    }
}

pub(super) fn damaged(id: ArticleId) -> LibraryError {
    LibraryError::Damaged(format!(
        "the text of article {id} cannot be read; read its source again with `gazette update --force`"
    ))
}

/// What came of a lesson.
pub(super) enum Taught {
    TooFew,
    /// Articles that are all alike or nearly empty teach nothing.
    Nothing,
    Dictionary,
}

/// Trains the next dictionary once there is enough to learn from.
pub(super) fn train(sql: &Connection) -> Result<Taught> {
    let learned = "SELECT count(*) FROM dictionary WHERE id > 0";
    let learned: usize = sql.query_row(learned, [], |row| row.get(0))?;
    let Some(lesson) = LESSONS.get(learned) else { return Ok(Taught::TooFew) };
    // Bodies are numbered as they come.
    let newest = "SELECT coalesce(max(id), 0) FROM body";
    if sql.query_row(newest, [], |row| row.get::<_, i64>(0))? < lesson.articles {
        return Ok(Taught::TooFew);
    }
    let samples = samples(sql)?;
    let Ok(bytes) = zstd::dict::from_samples(&samples, lesson.bytes) else {
        return Ok(Taught::Nothing);
    };
    sql.execute("INSERT INTO dictionary (bytes) VALUES (?)", params![bytes])?;
    Ok(Taught::Dictionary)
}

/// The newest bodies, unpacked.
fn samples(sql: &Connection) -> Result<Vec<Vec<u8>>> {
    let unpacker = Unpacker::default();
    let mut find = sql.prepare(
        "SELECT dictionary, bytes FROM body WHERE length(bytes) < 65536 ORDER BY id DESC",
    )?;
    let (mut samples, mut room) = (Vec::new(), SAMPLES);
    let mut rows = find.query([])?;
    while let Some(row) = rows.next()? {
        let packed = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        let Ok(raw) = unpacker.unpack(sql, row.get(0)?, packed, ArticleId(0)) else { continue };
        let Some(left) = room.checked_sub(raw.len()) else { break };
        room = left;
        samples.push(raw);
    }
    Ok(samples)
}

/// Stores a body, under its old number if it has one; gives back the number.
pub(super) fn store(sql: &Connection, old: Option<i64>, body: &Packed) -> rusqlite::Result<i64> {
    let mut insert =
        sql.prepare_cached("INSERT OR REPLACE INTO body (id, dictionary, bytes) VALUES (?, ?, ?)")?;
    if body.bytes.len() < LONG_BODY {
        insert.execute(params![old, body.dictionary, body.bytes])?;
        return Ok(sql.last_insert_rowid());
    }
    // SQLite would hold a long one twice more, as a value and as a row.
    let room = ZeroBlob(body.bytes.len() as u64);
    insert.execute(params![old, body.dictionary, room])?;
    let id = sql.last_insert_rowid();
    sql.blob_open(rusqlite::MAIN_DB, "body", "bytes", id, false)?.write_all_at(&body.bytes, 0)?;
    Ok(id)
}

/// Forgets whom a body names.
pub(super) fn drop_names(sql: &Connection, body: i64) -> rusqlite::Result<()> {
    sql.prepare_cached("DELETE FROM tagged WHERE body = ?")?.execute([body])?;
    Ok(())
}

/// Stores whom a body names, as [`name_packs`] packed it.
pub(super) fn store_names(sql: &Connection, body: i64, names: &[u8]) -> rusqlite::Result<()> {
    sql.prepare_cached("INSERT OR REPLACE INTO tagged (body, bytes) VALUES (?, ?)")?
        .execute(params![body, names])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing::Desk;
    use super::{LONG, LONG_BODY};

    #[test]
    fn a_long_article_comes_back_whole() {
        let line = "The ferry came back. ".repeat(LONG / 20 + 1);
        let desk = Desk::with(&format!("Ferry returns\n{line}\n"));
        let id = desk.library.ids(&Default::default()).unwrap()[0];
        let article = desk.library.article(id).unwrap().unwrap();
        assert!(
            article.paragraphs[0].text == line.trim_end() || article.paragraphs[0].text == line
        );
    }

    #[test]
    fn a_body_that_hardly_packs_comes_back_whole_and_is_replaced() {
        let mut seed = 7u64;
        let mut letter = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            char::from(b'a' + (seed >> 59) as u8 % 26)
        };
        let mut words = || -> String {
            let word = |n| if n % 6 == 0 { ' ' } else { letter() };
            (1..LONG).map(word).collect::<String>().trim_end().to_owned()
        };
        let mut desk = Desk::new();
        for text in [words(), words()] {
            desk.write("ferry.txt", &format!("Ferry returns\n{text}\n"));
            desk.ingest();
            let id = desk.library.ids(&Default::default()).unwrap()[0];
            let article = desk.library.article(id).unwrap().unwrap();
            assert!(article.paragraphs[0].text == text);
            let packed = desk.number("SELECT max(length(bytes)) FROM body");
            assert!(packed as usize > LONG_BODY, "{packed}");
            assert_eq!(desk.number("SELECT count(*) FROM body"), 1);
        }
    }
}
