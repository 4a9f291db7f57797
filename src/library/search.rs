//! Answers queries from the search index.

use std::ops::Range;
use std::sync::Arc;

use super::query::Query;
use super::{Library, Result, View};
use crate::article::{Article, ArticleId};

/// The open search index with a library connection of its own: one for a thread.
pub struct Searcher {}

/// The answer to a query.
#[derive(Clone, Debug)]
pub struct Hits {
    /// How many articles match, exactly.
    pub total: usize,
    /// The first `limit` of them, in the view's order.
    pub ids: Vec<ArticleId>,
    pub how: How,
    /// Finds the query's words in a text.
    pub marker: Arc<Marker>,
}

/// How the hits were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// As asked.
    Exactly,
    /// Nothing in the stories: these have the words in hidden paragraphs.
    InHidden,
    /// Nothing at all: one typo forgiven. The corrected words.
    Corrected(Vec<String>),
}

/// Finds the words of a query in a text, with the analysis of the index: case and accents folded.
#[derive(Clone, Debug, Default)]
pub struct Marker {}

/// A line of text around the first hits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snippet {
    pub text: String,
    /// Byte spans of hits in `text`: sorted, disjoint, on char boundaries.
    pub hits: Vec<Range<usize>>,
}

#[allow(unused_variables)]
impl Searcher {
    /// Opens the index beside the library, rebuilding nothing. What is not in the index yet is not
    /// found yet: see [`super::Library::ingest`].
    pub fn open(library: &Library) -> Result<Self> {
        Ok(Self {})
    }

    /// Sees what other threads and processes have committed since.
    pub fn reload(&mut self) -> Result<()> {
        Ok(())
    }

    /// `view` narrows the query further (sources, unread, starred) and gives the order.
    pub fn search(&self, query: &Query, view: &View, limit: usize) -> Result<Hits> {
        Ok(Hits {
            total: 0,
            ids: Vec::new(),
            how: How::Exactly,
            marker: Arc::new(Marker::default()),
        })
    }
}

#[allow(unused_variables)]
impl Marker {
    /// The marker of a query that has not been run: for searching within one text.
    pub fn new(query: &Query) -> Self {
        Self {}
    }

    /// Byte spans of the query's words and phrases in a text: sorted, disjoint.
    pub fn spans(&self, text: &str) -> Vec<Range<usize>> {
        Vec::new()
    }

    /// The best line of the article's kept text (its hidden text where only that matches), about
    /// `width` columns wide.
    pub fn snippet(&self, article: &Article, width: usize) -> Snippet {
        Snippet::default()
    }
}
