//! Holds articles, finds them and keeps the reader's state.
//!
//! SQLite is the truth; the search index beside it is derived and can be deleted at any time.
//! Marks in the database are the cleaner's; `lessons` lays over them what comes again in a source
//! (`tally` counts it, `repeats` keeps it) and what the reader said (`rules`) when an article is
//! read. [`Library`] is one connection: cheap to open, used by one thread; open another for another
//! thread. Several processes may have one library open.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension};

use crate::article::{Article, ArticleId, Label};
use crate::load::Subscription;

mod about;
mod analyze;
mod bits;
mod bodies;
mod called;
mod change;
mod collect;
mod complete;
pub mod copies;
mod digest;
mod docset;
pub mod doctor;
mod entities;
mod error;
mod export;
mod failures;
mod feeds;
mod gather;
mod ids;
mod index;
mod index_files;
mod ingest;
mod inputs;
mod known;
mod lately;
mod lessons;
mod marker;
mod merges;
mod name_packs;
mod name_words;
mod named;
mod names;
mod outbox;
mod packing;
mod plan;
pub mod prepare;
mod put;
pub mod query;
mod relook;
mod repeats;
mod rows;
mod rules;
mod same;
pub mod search;
mod searches;
mod segments;
mod sets;
mod sightings;
mod sound;
mod sources;
mod spellings;
mod state;
mod store;
mod tagger;
mod tally;
#[cfg(test)]
mod testing;
mod tokens;
mod told;
mod turns;
mod typos;
mod untagged;
mod vast;
mod word_index;

pub use about::About;
pub use change::{Change, Move};
pub use complete::{Choice, Completer};
use copies::Copy;
pub use error::{LibraryError, Result};
pub use failures::Failure;
pub use outbox::{IndexState, IndexStatus};
pub use rules::Lesson;
pub use same::{Merge, Named};
pub use tagger::TagStatus;
pub use told::{
    Anchor, Counts, EntityId, EntityOrder, EntityRow, Filter, IngestOptions, Order, Progress,
    Report, Row, Rule, RuleId, Source, SourceId, SourceKind, State, View,
};

pub use crate::load::is_guarded;
pub use crate::load::sanitize::{CLUSTER, is_harmless, line as harmless};

/// The sample edition has names, but no paths.
fn path(stored: Option<String>) -> Option<String> {
    stored.filter(|path| !path.starts_with(inputs::SAMPLE))
}

/// One connection to a library.
pub struct Library {
    dir: PathBuf,
    sql: Connection,
    bodies: bodies::Unpacker,
    lessons: lessons::Cache,
    names: names::Names,
}

impl Library {
    /// Opens the library in `dir`, creating or migrating it. Never touches the search index, so it
    /// takes a millisecond at any size.
    pub fn open(dir: &Path) -> Result<Self> {
        let sql = store::open(dir)?;
        let (bodies, lessons) = (bodies::Unpacker::default(), lessons::Cache::default());
        let names = names::Names::default();
        Ok(Self { dir: dir.to_path_buf(), sql, bodies, lessons, names })
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// True when there is nothing to read: no article is in, and no source but feeds that are kept.
    pub fn is_empty(&self) -> Result<bool> {
        let text = "SELECT NOT EXISTS (SELECT 1 FROM source WHERE kind <> 'feed')
             AND NOT EXISTS (SELECT 1 FROM article)";
        Ok(self.sql.query_row(text, [], |row| row.get(0))?)
    }

    /// Up to `limit` rows of a view; reads only these from disk.
    pub fn rows(&self, view: &View, from: Anchor, limit: usize) -> Result<Vec<Row>> {
        rows::rows(&self.sql, view, from, limit)
    }

    /// The rows of these articles, in the order asked; one that is gone is left out.
    pub fn rows_of(&self, ids: &[ArticleId]) -> Result<Vec<Row>> {
        rows::rows_of(&self.sql, ids)
    }

    /// All ids of a view, in its order.
    pub fn ids(&self, view: &View) -> Result<Vec<ArticleId>> {
        rows::ids(&self.sql, view)
    }

    /// Counts of these sources, or of the library when empty. Constant time.
    pub fn counts(&self, sources: &[SourceId]) -> Result<Counts> {
        rows::counts(&self.sql, sources)
    }

    /// How many entries a view has of each state: articles, less the copies of those it shows.
    /// Constant time.
    pub fn entries(&self, view: &View) -> Result<Counts> {
        rows::entries(&self.sql, view)
    }

    /// An article and all its copies, the one that stands for them first; empty when it has none.
    pub fn copies(&self, id: ArticleId) -> Result<Vec<Copy>> {
        copies::all(&self.sql, id)
    }

    /// These articles with all their copies.
    pub fn with_copies(&self, ids: &[ArticleId]) -> Result<Vec<ArticleId>> {
        copies::with_copies(&self.sql, ids)
    }

    /// The change that says an article is no copy of another; `None` when it has no copies.
    pub fn no_copy(&self, id: ArticleId) -> Result<Option<Change>> {
        copies::apart(&self.sql, id)
    }

    /// An article as the reader is to see it: marked by the cleaner, by what comes again in its
    /// source, and by what the reader said of it.
    pub fn article(&self, id: ArticleId) -> Result<Option<Article>> {
        let Some((source, mut article)) = self.as_cleaned(id)? else { return Ok(None) };
        self.lessons.of(&self.sql, source)?.apply(id, &mut article, None, lessons::Upto::Article);
        Ok(Some(article))
    }

    /// An article as the cleaner marked it, and its source.
    fn as_cleaned(&self, id: ArticleId) -> Result<Option<(SourceId, Article)>> {
        let Some((source, mut article)) = rows::article(&self.sql, id)? else {
            return Ok(None);
        };
        if !self.bodies.fill(&self.sql, &mut article)? {
            return Err(bodies::damaged(id));
        }
        Ok(Some((source, article)))
    }

    /// The source an article belongs to; `None` when it is gone.
    pub fn source_of(&self, id: ArticleId) -> Result<Option<SourceId>> {
        let mut find = self.sql.prepare_cached("SELECT source FROM article WHERE id = ?")?;
        Ok(find.query_row([id.0], |row| row.get(0).map(SourceId)).optional()?)
    }

    pub fn state(&self, id: ArticleId) -> Result<State> {
        state::state(&self.sql, id)
    }

    /// Every tag in use with the number of its articles.
    pub fn tags(&self) -> Result<BTreeMap<String, u64>> {
        state::tags(&self.sql)
    }

    /// Carries out a change durably and gives back the change that undoes it: only the articles
    /// whose state really changed are in there.
    pub fn apply(&mut self, change: &Change) -> Result<Change> {
        let _turn = turns::first(&self.dir);
        state::apply(&mut self.sql, change)
    }

    /// The change that hides a paragraph which is shown, or keeps one which is hidden: in this
    /// article, or everywhere in its source. `None` when the paragraph is gone.
    pub fn turn(&self, id: ArticleId, paragraph: u32, everywhere: bool) -> Result<Option<Change>> {
        rules::turn(self, id, paragraph, everywhere)
    }

    /// What the reader taught, in the order taught.
    pub fn rules(&self) -> Result<Vec<Rule>> {
        rules::all(&self.sql)
    }

    /// The rule of this number.
    pub fn rule(&self, id: RuleId) -> Result<Rule> {
        rules::get(&self.sql, id)
    }

    pub fn set_place(&mut self, id: ArticleId, place: (u32, u32)) -> Result<()> {
        let _turn = turns::first(&self.dir);
        state::set_place(&self.sql, id, place)
    }

    /// Keeps a query to be asked again.
    pub fn note_search(&self, text: &str) -> Result<()> {
        searches::note(&self.sql, text)
    }

    /// What was searched for, the newest first.
    pub fn searches(&self) -> Result<Vec<String>> {
        searches::all(&self.sql, -1)
    }

    /// Forgets what was searched for; gives back how many searches that were.
    pub fn forget_searches(&self) -> Result<u64> {
        searches::forget(&self.sql)
    }

    /// Copies the whole library into one file as it is at this moment, while others read and write.
    /// Told how many pages of how many are done; `Break` ends it without a copy, and gives false.
    pub fn backup(
        &self,
        to: &Path,
        progress: &mut dyn FnMut(u64, u64) -> ControlFlow<()>,
    ) -> Result<bool> {
        export::backup(self, to, progress)
    }

    pub fn sources(&self) -> Result<Vec<Source>> {
        sources::all(&self.sql)
    }

    /// Finds a source by exact location, path, or name.
    pub fn find_source(&self, what: &str) -> Result<Source> {
        sources::find(&self.sql, what)
    }

    /// Adds a folder or file, or finds it again; reads nothing yet. The sample edition steps aside
    /// when the first source of the reader's own arrives.
    pub fn add_path(&mut self, path: &Path) -> Result<Source> {
        sources::add_path(&self.dir, &mut self.sql, path)
    }

    /// Keeps a feed as a source, with its tags; true when it was not known.
    pub fn keep_feed(&mut self, feed: &Subscription) -> Result<(Source, bool)> {
        feeds::keep(&mut self.sql, feed)
    }

    /// The feeds that are kept, by name.
    pub fn feeds(&self) -> Result<Vec<Subscription>> {
        feeds::all(&self.sql)
    }

    /// Adds the sample edition.
    pub fn add_sample(&mut self) -> Result<Source> {
        sources::add(&self.sql, SourceKind::Sample, inputs::SAMPLE, "sample")
    }

    /// Takes a source and its articles out of the library. Files are not touched.
    pub fn remove_source(&mut self, id: SourceId) -> Result<()> {
        sources::remove(&self.dir, &mut self.sql, id)
    }

    /// Reads what is new or changed in a source: load, clean, store; names are for
    /// [`Library::tag`]. Batches begin small, so that a list fills at once. Resumable: a second run
    /// goes on where a killed one stopped.
    pub fn ingest(
        &mut self,
        source: SourceId,
        options: &IngestOptions,
        progress: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
    ) -> Result<Report> {
        let source = sources::get(&self.sql, source)?;
        if source.kind == SourceKind::Feed {
            return Ok(Report { complete: true, ..Report::default() });
        }
        ingest::ingest(self, &source, None, options, &inputs::open, progress)
    }

    /// Reads these files of a folder, and what lies in these folders within it. Those that a walk
    /// through the source would leave out, or that are gone, are left out.
    pub fn ingest_files(
        &mut self,
        source: SourceId,
        files: &[PathBuf],
        options: &IngestOptions,
        progress: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
    ) -> Result<Report> {
        let source = sources::get(&self.sql, source)?;
        ingest::ingest(self, &source, Some(files), options, &inputs::open, progress)
    }

    /// Inputs that could not be read when they were last tried, at most so many.
    pub fn failures(&self, limit: usize) -> Result<Vec<Failure>> {
        failures::all(&self.sql, limit)
    }

    /// Changes when articles come or go, whoever brings them. Cheap enough to ask every second.
    pub fn arrivals(&self) -> Result<(u64, i64)> {
        let mut find = self.sql.prepare_cached(
            "SELECT (SELECT coalesce(sum(articles), 0) FROM source),
                    (SELECT coalesce(max(id), 0) FROM body)",
        )?;
        Ok(find.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    /// How the search index stands to the library. Cheap.
    pub fn index_state(&self) -> Result<IndexState> {
        outbox::state(self)
    }

    /// Looks through sources for what was taught of them, then brings the search index up to date,
    /// building it anew where it is missing, broken or of another version. Told now and then how
    /// many articles of how many are done; `Break` ends it after what is done. Leaves the index
    /// alone while another process writes it.
    pub fn sync_index(
        &mut self,
        progress: &mut dyn FnMut(u64, u64) -> ControlFlow<()>,
    ) -> Result<IndexStatus> {
        outbox::sync(self, progress)
    }

    /// Articles whose names are still to be looked for.
    pub fn untagged(&self) -> Result<u64> {
        untagged::count(&self.sql)
    }

    /// True when the names of this article are still to be looked for.
    pub fn is_untagged(&self, id: ArticleId) -> Result<bool> {
        untagged::has(&self.sql, id)
    }

    /// Looks for the names of what is [`Library::untagged`], the newest first, on all cores but
    /// one. Told after each batch how many articles are left; `Break` ends it after what is
    /// written. A kill costs a batch. Leaves it to another process that is at it already.
    pub fn tag(&mut self, tell: &mut dyn FnMut(u64) -> ControlFlow<()>) -> Result<TagStatus> {
        tagger::run(self, true, tell)
    }

    /// The same, though another process seems to be at it, and gets nowhere.
    pub fn tag_anyway(
        &mut self,
        tell: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<TagStatus> {
        tagger::run(self, false, tell)
    }

    /// Looks for the names of one article now, whoever else is at it.
    pub fn tag_one(&mut self, id: ArticleId) -> Result<()> {
        tagger::one(self, id)
    }

    /// Who and what is named; `within` narrows to these articles, `labels` to these labels where
    /// there are any.
    pub fn entities(
        &self,
        within: Option<&[ArticleId]>,
        labels: &[Label],
        order: EntityOrder,
        limit: usize,
    ) -> Result<Vec<EntityRow>> {
        entities::list(&self.sql, within, labels, order, limit)
    }

    /// Everything an entity's page shows; `None` when there is no such entity.
    pub fn about(&self, entity: EntityId) -> Result<Option<About>> {
        about::about(&self.sql, entity)
    }

    /// Names and spellings of an entity and of all that are the same, but the one it goes by.
    pub fn spellings(&self, entity: EntityId) -> Result<Vec<String>> {
        about::spellings(&self.sql, &same::Groups::read(&self.sql)?, entity.0)
    }

    /// The entities that are called just so, case and accents aside; where there are none, those
    /// written so somewhere.
    pub fn called(&self, labels: &[Label], name: &str) -> Result<Vec<Named>> {
        same::called(&self.sql, labels, name)
    }

    /// The entity that goes by this name and label in an article.
    pub fn named_in(&self, article: ArticleId, name: &str, label: Label) -> Result<Option<Named>> {
        same::in_article(&self.sql, article.0, name, label)
    }

    /// The change that makes `other` one with `head`, to be carried out by [`Library::apply`].
    pub fn same(&self, head: EntityId, other: EntityId) -> Result<Change> {
        same::join(&self.sql, head, other)
    }

    /// The change that takes a name or another spelling off an entity; `None` when it has none
    /// such.
    pub fn not_same(
        &self,
        entity: EntityId,
        labels: &[Label],
        name: &str,
    ) -> Result<Option<Change>> {
        same::part(&self.sql, entity, labels, name)
    }

    /// What the reader has said of entities, by name.
    pub fn merges(&self) -> Result<Vec<Merge>> {
        same::merges(&self.sql)
    }
}
