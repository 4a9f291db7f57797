//! Answers queries from the search index.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tantivy::query::{EmptyQuery, EnableScoring};
use tantivy::{Index, IndexReader, ReloadPolicy, Term};

use super::collect::{Top, Within};
use super::index::{self, Fields};
use super::name_words::Words;
use super::plan::{Place, Plan, Ranking};
use super::query::Query;
use super::segments::Segments;
use super::sets::Sets;
use super::{Library, Order, Result, View, copies, typos};
use crate::article::ArticleId;

pub use super::marker::{Marker, Snippet};

/// The open search index with a library connection of its own: one for a thread.
pub struct Searcher {
    library: Library,
    index: Option<OpenIndex>,
    sets: Sets,
    words: RefCell<Words>,
    groups: copies::Cache,
    segments: Segments,
}

struct OpenIndex {
    _index: Index,
    reader: IndexReader,
    fields: Fields,
}

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

impl Searcher {
    /// Opens the index beside the library, rebuilding nothing. What is not in the index yet is not
    /// found yet: see [`Library::sync_index`].
    pub fn open(library: &Library) -> Result<Self> {
        let library = Library::open(library.dir())?;
        let index = open(&library)?;
        Ok(Self {
            library,
            index,
            sets: Sets::default(),
            words: RefCell::default(),
            groups: copies::Cache::default(),
            segments: Segments::default(),
        })
    }

    /// Has the system read in what every search needs: the upper parts of the dictionaries, the
    /// numbers of articles. Belongs before the first key.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn warm(&self) -> Result<()> {
        let Some(open) = &self.index else { return Ok(()) };
        for reader in open.reader.searcher().segment_readers() {
            let words = reader.inverted_index(open.fields.body)?;
            for letter in 'a'..='z' {
                let term = Term::from_field_text(open.fields.body, letter.encode_utf8(&mut [0; 4]));
                words.get_term_info(&term).map_err(tantivy::TantivyError::from)?;
            }
            self.segments.of(reader)?;
        }
        Ok(())
    }

    /// Sees what other threads and processes have committed since.
    pub fn reload(&mut self) -> Result<()> {
        // An index that was built anew lies in the same folder; one that was deleted does not.
        let stale = match &self.index {
            Some(open) => open.reader.reload().is_err(),
            None => true,
        };
        if stale || index::open(&self.library.dir, &self.library.sql)?.is_none() {
            self.index = open(&self.library)?;
        }
        if let Some(open) = &self.index {
            self.segments.forget_others(&open.reader.searcher());
        }
        Ok(())
    }

    /// `view` narrows the query further (sources, unread, starred) and gives the order.
    pub fn search(&self, query: &Query, view: &View, limit: usize) -> Result<Hits> {
        let marker = Marker::new(query);
        if query.root.is_none() {
            return self.everything(view, limit, marker);
        }
        let Some(open) = &self.index else {
            return Ok(hits((0, Vec::new()), How::Exactly, marker));
        };
        let found = self.run(open, query, view, Place::Kept, limit)?;
        if found.0 > 0 {
            return Ok(hits(found, How::Exactly, marker));
        }
        let found = self.run(open, query, view, Place::Hidden, limit)?;
        if found.0 > 0 {
            return Ok(hits(found, How::InHidden, marker));
        }
        let none = hits((0, Vec::new()), How::Exactly, marker);
        let Some(fixes) = typos::fixes(&open.reader.searcher(), open.fields, query)? else {
            return Ok(none);
        };
        let corrected = typos::correct(query, &fixes);
        let found = self.run(open, &corrected, view, Place::Kept, limit)?;
        if found.0 == 0 {
            return Ok(none);
        }
        let how = How::Corrected(words(&fixes));
        Ok(hits(found, how, Marker::new(&corrected)))
    }

    fn run(
        &self,
        open: &OpenIndex,
        query: &Query,
        view: &View,
        place: Place,
        limit: usize,
    ) -> Result<(usize, Vec<ArticleId>)> {
        let groups = match view.copies {
            true => None,
            false => self.groups.get(&self.library.sql, !view.sources.is_empty())?,
        };
        let searcher = open.reader.searcher();
        let plan = |scoring| Plan {
            sql: &self.library.sql,
            fields: open.fields,
            sets: &self.sets,
            words: &self.words,
            segments: &self.segments,
            place,
            scoring,
        };
        let best = view.order == Order::Best;
        let ranking = Ranking::of(query).filter(|_| best && place == Place::Kept);
        let every = plan(false).only_words(query, view).filter(|_| !best || ranking.is_some());
        let (asked, within): (Box<dyn tantivy::query::Query>, _) = match ranking {
            None => (plan(best).query(query, view)?, None),
            Some(ranking) => {
                let (scores, bonus) = plan(true).ranking(&ranking);
                let hits = plan(false).query(query, view)?;
                let hits = hits.weight(EnableScoring::disabled_from_searcher(&searcher))?;
                let within = Within { hits, scored: scores.is_some(), bonus };
                (scores.unwrap_or_else(|| Box::new(EmptyQuery)), Some(within))
            }
        };
        let (order, field, segments) = (view.order, open.fields.id, &self.segments);
        let lowest = Mutex::default();
        let top = Top { order, limit, within, every, field, groups, segments, lowest };
        let (total, best) = searcher.search(&asked, &top)?;
        Ok((total, best.iter().map(|rank| ArticleId(rank.id())).collect()))
    }

    /// A query that asks for nothing is the list itself.
    fn everything(&self, view: &View, limit: usize, marker: Marker) -> Result<Hits> {
        let rows = self.library.rows(view, super::Anchor::Top, limit)?;
        let counts = self.library.entries(view)?;
        let total = match view.filter {
            super::Filter::All => counts.articles,
            super::Filter::Unread => counts.unread,
            super::Filter::Starred => counts.starred,
        };
        let ids = rows.into_iter().map(|row| row.id).collect();
        Ok(hits((total as usize, ids), How::Exactly, marker))
    }
}

fn open(library: &Library) -> Result<Option<OpenIndex>> {
    let Some((index, fields)) = index::open(&library.dir, &library.sql)? else { return Ok(None) };
    let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into();
    // A broken index counts as a missing one: the next sync builds it anew.
    Ok(reader.ok().map(|reader| OpenIndex { _index: index, reader, fields }))
}

fn hits((total, ids): (usize, Vec<ArticleId>), how: How, marker: Marker) -> Hits {
    Hits { total, ids, how, marker: Arc::new(marker) }
}

fn words(fixes: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    fixes.values().flatten().cloned().collect()
}

#[cfg(test)]
mod tests;
