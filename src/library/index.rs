//! The search index beside the database: derived, and built anew whenever it is missing, broken
//! or of another version.

use std::fs;
use std::mem;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};
use tantivy::directory::{Directory, DirectoryLock, Lock, MmapDirectory};
use tantivy::index::SegmentId;
use tantivy::indexer::{IndexWriterOptions, NoMergePolicy};
use tantivy::schema::{
    Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::{Index, IndexSettings, IndexWriter, TantivyDocument, Term};

use super::index_files::Files;
use super::merges::{self, Merges};
use super::sound::is_sound;
use super::tokens::News;
use super::{LibraryError, Result, SourceId, outbox, store, turns, vast};
use crate::article::{Article, ArticleId, Paragraph};

/// Count up when the schema or the analysis of text changes: the index is then built anew.
const VERSION: u32 = 1;
const FOLDER: &str = "index";
/// Holds version and library; written last, so that a half-made index is not taken for a whole one.
const STAMP: &str = "gazette-version";
const LOCK: &str = "index.lock";
const ANALYZER: &str = "news";

/// Memory of the writer before it writes a segment.
const HEAP: usize = 32 << 20;
/// A commit makes a segment, so in bulk there are few.
const COMMIT_ARTICLES: usize = 20_000;
const COMMIT_AFTER: Duration = Duration::from_secs(5);
/// Articles added from which on an import is one in bulk.
const BULK: usize = COMMIT_ARTICLES;

#[derive(Clone, Copy)]
pub(super) struct Fields {
    pub id: Field,
    pub title: Field,
    /// The title and the kept paragraphs: what a plain word is looked for in.
    pub body: Field,
    /// The hidden paragraphs.
    pub hidden: Field,
    /// Exact values: see the functions below.
    pub facet: Field,
}

pub(super) fn source_facet(source: SourceId) -> String {
    format!("s/{}", source.0)
}

pub(super) fn outlet_facet(outlet: i64) -> String {
    format!("o/{outlet}")
}

pub(super) fn entity_facet(entity: i64) -> String {
    format!("e/{entity}")
}

pub(super) fn language_facet(code: &str) -> String {
    format!("l/{code}")
}

/// Articles with hidden paragraphs.
pub(super) const HIDDEN_FACET: &str = "h";
/// Documents that hold a part of a long article each, and those of them that are not its first.
pub(super) const PART_FACET: &str = "p";
pub(super) const FURTHER_FACET: &str = "p/f";

fn schema() -> (Schema, Fields) {
    let text = |record| {
        let indexing = TextFieldIndexing::default().set_tokenizer(ANALYZER);
        TextOptions::default().set_indexing_options(indexing.set_index_option(record))
    };
    let exact = TextFieldIndexing::default()
        .set_tokenizer("raw")
        .set_index_option(IndexRecordOption::Basic)
        .set_fieldnorms(false);
    let mut schema = Schema::builder();
    let fields = Fields {
        id: schema.add_i64_field("id", NumericOptions::default().set_fast().set_indexed()),
        title: schema.add_text_field("title", text(IndexRecordOption::WithFreqsAndPositions)),
        body: schema.add_text_field("body", text(IndexRecordOption::WithFreqsAndPositions)),
        hidden: schema.add_text_field("hidden", text(IndexRecordOption::WithFreqsAndPositions)),
        facet: schema.add_text_field("facet", TextOptions::default().set_indexing_options(exact)),
    };
    (schema.build(), fields)
}

/// What tells whether the index belongs to this gazette and to this library.
fn stamp(sql: &Connection) -> Result<String> {
    Ok(format!("{VERSION} {}\n", store::identity(sql)?))
}

/// The index as it lies there; `None` when it is missing, broken or of another version.
pub(super) fn open(dir: &Path, sql: &Connection) -> Result<Option<(Index, Fields)>> {
    open_in(dir, sql, |folder| Index::open_in_dir(folder))
}

fn open_in(
    dir: &Path,
    sql: &Connection,
    open: impl Fn(&Path) -> tantivy::Result<Index>,
) -> Result<Option<(Index, Fields)>> {
    let folder = dir.join(FOLDER);
    if fs::read_to_string(folder.join(STAMP)).ok() != Some(stamp(sql)?) {
        return Ok(None);
    }
    let (_, fields) = schema();
    let sound = |index: &Index| is_sound(index, &folder);
    Ok(open(&folder).ok().filter(sound).map(|index| {
        index.tokenizers().register(ANALYZER, News::default());
        (index, fields)
    }))
}

/// Makes an empty index and puts every article in the outbox, the newest first.
fn create(dir: &Path, sql: &mut Connection) -> Result<(Index, Fields)> {
    let mut before = Some(i64::MAX);
    while let Some(id) = before {
        let transaction = turns::begin(dir, sql)?;
        before = outbox::add_before(&transaction, id)?;
        transaction.commit()?;
    }
    let folder = dir.join(FOLDER);
    let failed = |error: std::io::Error| LibraryError::Index(error.to_string());
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(failed)?;
    }
    fs::create_dir_all(&folder).map_err(failed)?;
    let (schema, fields) = schema();
    let index = Index::create(Files::open(&folder)?, schema, IndexSettings::default())?;
    index.tokenizers().register(ANALYZER, News::default());
    fs::write(folder.join(STAMP), stamp(sql)?).map_err(failed)?;
    Ok((index, fields))
}

/// Joins the segments of which some articles have gone, as [`merges::at_rest`] says.
pub(super) fn tidy(dir: &Path, sql: &mut Connection) -> Result<()> {
    let Some((index, _)) = open(dir, sql)? else { return Ok(()) };
    let groups = merges::at_rest(index.searchable_segment_metas()?);
    if groups.is_empty() {
        return Ok(());
    }
    if let Some(mut indexer) = Indexer::open(dir, sql)? {
        indexer.write_anew(&groups);
        indexer.close();
    }
    Ok(())
}

/// Has the index made anew the next time it is opened for writing.
pub(super) fn forget(dir: &Path) -> Result<()> {
    match fs::remove_file(dir.join(FOLDER).join(STAMP)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(LibraryError::Index(error.to_string()))
        }
        _ => Ok(()),
    }
}

/// What the index holds of an article besides its words.
pub(super) struct Facets<'a> {
    pub source: SourceId,
    pub outlet: i64,
    pub entities: &'a [i64],
}

/// The one writer of the index, in this process and all others.
pub(super) struct Indexer {
    writer: IndexWriter,
    fields: Fields,
    /// Rows of the outbox that the next commit settles: first and last.
    settled: Vec<(i64, i64)>,
    articles: usize,
    since: Instant,
    /// Articles added in all.
    added: usize,
    _lock: DirectoryLock,
}

impl Indexer {
    /// Opens the index for writing, making it anew where it has to be. `None` when another process
    /// is writing it: that one, or the next to come, takes care of the outbox.
    pub fn open(dir: &Path, sql: &mut Connection) -> Result<Option<Self>> {
        let lock = Lock { filepath: LOCK.into(), is_blocking: false };
        let folder = MmapDirectory::open(dir).map_err(|e| LibraryError::Index(e.to_string()))?;
        let Ok(lock) = folder.acquire_lock(&lock) else { return Ok(None) };
        let writable = |folder: &Path| Index::open(Files::open(folder)?);
        let usable = open_in(dir, sql, writable)?.filter(|(index, _)| index.reader().is_ok());
        let (index, fields) = match usable {
            Some(usable) => usable,
            None => create(dir, sql)?,
        };
        let options = IndexWriterOptions::builder()
            .memory_budget_per_thread(HEAP)
            .num_worker_threads(1)
            .num_merge_threads(1)
            .build();
        let writer = index.writer_with_options(options)?;
        writer.set_merge_policy(Box::new(Merges::new(false)));
        Ok(Some(Self {
            writer,
            fields,
            settled: Vec::new(),
            articles: 0,
            since: Instant::now(),
            added: 0,
            _lock: lock,
        }))
    }

    /// Adds an article that the index does not hold; it is let go of text by text, so that a long
    /// one is not held twice. Of a very long one each part is committed before the next comes, or all
    /// of it would wait for the writer at once; what a kill leaves of it is still in the outbox.
    pub fn add(
        &mut self,
        sql: &Connection,
        article: Article,
        id: ArticleId,
        facets: &Facets,
    ) -> Result<()> {
        let (documents, several) = documents(&self.fields, article, id, facets);
        for document in documents {
            // Before the first, too: the last of another long one may be waiting.
            if several {
                store::sync(sql)?;
                self.writer.commit()?;
            }
            self.writer.add_document(document)?;
        }
        self.articles += 1;
        self.added += 1;
        if self.added == BULK {
            self.writer.set_merge_policy(Box::new(Merges::new(true)));
        }
        Ok(())
    }

    /// Takes an article out, if it is in.
    pub fn remove(&mut self, id: ArticleId) {
        self.writer.delete_term(Term::from_field_i64(self.fields.id, id.0));
    }

    /// Notes rows of the outbox that what was added settles.
    pub fn settles(&mut self, first: i64, last: i64) {
        match self.settled.last_mut() {
            Some((_, end)) if *end + 1 == first => *end = last,
            _ => self.settled.push((first, last)),
        }
    }

    /// True when the next commit settles a row of the outbox.
    pub fn has_settled(&self, row: i64) -> bool {
        self.settled.iter().any(|(first, last)| (*first..=*last).contains(&row))
    }

    /// True when it is time to commit.
    pub fn is_due(&self) -> bool {
        self.articles >= COMMIT_ARTICLES
            || !self.settled.is_empty() && self.since.elapsed() >= COMMIT_AFTER
    }

    /// Makes everything added searchable, then clears it from the outbox. A kill in between leaves
    /// rows in the outbox; indexing those articles again changes nothing.
    pub fn commit(&mut self, sql: &Connection) -> Result<()> {
        if !self.settled.is_empty() {
            // The index must never know more than the database remembers after a power cut.
            store::sync(sql)?;
            self.writer.commit()?;
            let mut clear = sql.prepare_cached("DELETE FROM dirty WHERE seq BETWEEN ? AND ?")?;
            for (first, last) in self.settled.drain(..) {
                clear.execute(params![first, last])?;
            }
        }
        self.articles = 0;
        self.since = Instant::now();
        Ok(())
    }

    /// Writes the segments of each group anew as one. Nothing else may be joining them, else what
    /// comes of it is left lying: belongs right behind the opening.
    fn write_anew(&mut self, groups: &[Vec<SegmentId>]) {
        self.writer.set_merge_policy(Box::new(NoMergePolicy));
        for group in groups {
            // One that fails stays as it is.
            let _ = self.writer.merge(group).wait();
        }
        let _ = self.writer.garbage_collect_files().wait();
    }

    /// Waits for merges under way, so that they are not begun anew next time.
    pub fn close(mut self) {
        // What was added and not committed is for the outbox: the database may not have it yet.
        if self.added >= BULK && self.articles == 0 {
            self.writer.set_merge_policy(Box::new(Merges::new(false)));
            // So that it is asked.
            let _ = self.writer.commit();
        }
        // A merge that fails leaves the segments it meant to join: nothing is lost.
        let _ = self.writer.wait_merging_threads();
    }
}

/// An article as documents: one, or for a very long one several, so that what is known of its words
/// can be written down in between: true then.
fn documents(
    fields: &Fields,
    mut article: Article,
    id: ArticleId,
    facets: &Facets,
) -> (impl Iterator<Item = TantivyDocument>, bool) {
    let parts = vast::parts(mem::take(&mut article.paragraphs));
    let several = parts.several;
    let documents = parts.enumerate().map(move |(number, paragraphs)| {
        let mut document = document(fields, &article, paragraphs, id, facets);
        if several {
            document.add_text(fields.facet, PART_FACET);
        }
        if number > 0 {
            document.add_text(fields.facet, FURTHER_FACET);
        }
        document
    });
    (documents, several)
}

fn document(
    fields: &Fields,
    article: &Article,
    paragraphs: Vec<Paragraph>,
    id: ArticleId,
    facets: &Facets,
) -> TantivyDocument {
    let mut document = TantivyDocument::default();
    document.add_i64(fields.id, id.0);
    document.add_text(fields.title, &article.title);
    document.add_text(fields.body, &article.title);
    let mut has_hidden = false;
    for paragraph in paragraphs {
        let kept = paragraph.mark.kept();
        has_hidden |= !kept;
        document.add_text(if kept { fields.body } else { fields.hidden }, paragraph.text);
    }
    let mut facet = |value: &str| document.add_text(fields.facet, value);
    facet(&source_facet(facets.source));
    facet(&outlet_facet(facets.outlet));
    facets.entities.iter().for_each(|entity| facet(&entity_facet(*entity)));
    if let Some(code) = &article.language {
        facet(&language_facet(code));
    }
    if has_hidden {
        facet(HIDDEN_FACET);
    }
    document
}
