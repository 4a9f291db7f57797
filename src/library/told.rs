//! What a library tells and is told, as data: sources, rows of lists, views, rules, progress.

use crate::article::{ArticleId, Label};
use crate::clean;
use crate::load::{Limits, LoadError};

/// A folder, a file, a feed or the sample edition.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    pub id: SourceId,
    pub kind: SourceKind,
    /// Absolute path or URL; `sample:` for the sample edition.
    pub location: String,
    /// What the list and `source:` call it: the last part of the location unless renamed.
    pub name: String,
    pub counts: Counts,
    /// Unix seconds of the last complete scan.
    pub scanned: Option<i64>,
    /// Inputs of the last scan that could not be read.
    pub failed: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub i64);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityId(pub i64);

/// The number of a rule, as `gazette rules` lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(pub i64);

/// What the reader said of a paragraph: it wins over the cleaner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub id: RuleId,
    pub source: SourceId,
    pub source_name: String,
    /// The one article it holds in, and its title; `None`: it holds in all of the source.
    pub article: Option<(ArticleId, String)>,
    pub keep: bool,
    /// The paragraph as it stood where the reader said so.
    pub text: String,
    /// Articles that have such a paragraph.
    pub articles: u64,
    /// They are still being counted.
    pub counting: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    Folder,
    File,
    /// Kept by its address and not fetched.
    Feed,
    Sample,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub articles: u64,
    pub unread: u64,
    pub starred: u64,
}

/// One line of the list. Small: no body.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub id: ArticleId,
    pub source: String,
    pub title: String,
    pub published: Option<i64>,
    pub read: bool,
    pub starred: bool,
    /// Other articles that it stands for, or that it is one of.
    pub copies: u32,
}

/// Which articles a list shows, and in which order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    pub filter: Filter,
    /// Only these sources; empty means all.
    pub sources: Vec<SourceId>,
    pub order: Order,
    /// Each copy of an article; else one stands for all of them.
    pub copies: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    #[default]
    All,
    Unread,
    Starred,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    Newest,
    Oldest,
    /// By bm25; lists without a search take it as [`Order::Newest`].
    Best,
}

/// From where a window of a list is read, in the order of the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    Top,
    Bottom,
    /// The rows that follow this article, which need not be in the view any more.
    After(ArticleId),
    /// The rows right before it; they come in the view's order too.
    Before(ArticleId),
}

/// What the reader did to an article.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    pub read: bool,
    pub starred: bool,
    /// Sorted.
    pub tags: Vec<String>,
    /// Where reading stopped: paragraph, then byte in its text.
    pub place: Option<(u32, u32)>,
}

/// An entity across the library, as `gazette entities` lists it.
#[derive(Clone, Debug, PartialEq)]
pub struct EntityRow {
    pub id: EntityId,
    pub name: String,
    pub label: Label,
    pub articles: u64,
    pub mentions: u64,
    /// Ids of the oldest and the newest article that name it: they carry the dates.
    pub first: ArticleId,
    pub last: ArticleId,
}

/// In which order entities are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EntityOrder {
    /// Most articles first.
    #[default]
    Articles,
    /// Most mentions first.
    Mentions,
    Name,
    /// First seen longest ago.
    First,
    /// Last seen most recently.
    Last,
}

impl EntityOrder {
    pub const ALL: [EntityOrder; 5] = [
        EntityOrder::Articles,
        EntityOrder::Mentions,
        EntityOrder::Name,
        EntityOrder::First,
        EntityOrder::Last,
    ];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            EntityOrder::Articles => "articles",
            EntityOrder::Mentions => "mentions",
            EntityOrder::Name => "name",
            EntityOrder::First => "first",
            EntityOrder::Last => "last",
        }
    }
}

/// How ingest works, from the configuration.
#[derive(Clone, Debug, Default)]
pub struct IngestOptions {
    pub limits: Limits,
    pub clean: clean::Options,
    /// Read again what looks unchanged too.
    pub force: bool,
}

/// Told now and then while a source is read. `Break` ends the ingest after what is committed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    /// Inputs looked at so far, skipped ones included.
    pub done: u64,
    /// Inputs in all, once the folder has been walked.
    pub total: Option<u64>,
    /// Bytes read so far of one big file, and its size.
    pub bytes: Option<(u64, u64)>,
    /// Articles committed since the ingest began.
    pub articles: u64,
}

/// What an ingest did.
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub added: u64,
    pub changed: u64,
    pub unchanged: u64,
    /// Inputs that could not be read, the first ten thousand of them.
    pub failed: Vec<LoadError>,
    /// How many more there were.
    pub unnamed: u64,
    /// False when the caller broke it off.
    pub complete: bool,
}
