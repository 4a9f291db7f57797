//! Searching: the library as the reader types, or the text on screen.

use std::sync::Arc;

use super::list::List;
use super::{App, Effect, Focus};
use crate::article::ArticleId;
use crate::library::query::{self, QueryError};
use crate::library::search::{Hits, How, Marker};
use crate::library::{Order, Result};

/// Hits asked for at first; more when the selection nears their end.
const FIRST_HITS: usize = 1_000;
/// How much further each asking for more goes.
const GROWTH: usize = 16;

/// The search whose hits the list shows.
#[derive(Clone, Debug)]
pub struct Search {
    /// Answers with another number are dropped.
    pub number: u64,
    pub text: String,
    /// What could not be understood of it.
    pub error: Option<QueryError>,
    /// The answer depends on whom articles name.
    pub asks_for_names: bool,
    /// `None` until the first answer.
    pub hits: Option<Answer>,
    /// The last word is still being typed.
    pub typing: bool,
    limit: usize,
    /// The list as it was before.
    pub(super) before: Box<List>,
}

/// What the status line and the reading pane need of an answer.
#[derive(Clone, Debug)]
pub struct Answer {
    pub total: usize,
    /// How many of them the list can reach.
    pub known: usize,
    pub how: How,
    pub marker: Arc<Marker>,
}

impl Search {
    pub fn marker(&self) -> Option<Arc<Marker>> {
        self.hits.as_ref().map(|hits| hits.marker.clone())
    }
}

impl App {
    /// Asks for the hits of a query; the list shows them when they come. An empty query shows
    /// the whole view again.
    pub(super) fn start_search(&mut self, text: String, typing: bool) {
        if text.trim().is_empty() {
            self.end_search();
            return;
        }
        let (query, error) = query::parse(&text, typing, self.now);
        let before = match self.search.take() {
            Some(old) => (old.before, old.hits),
            None => (Box::new(self.list.clone()), None),
        };
        self.searches += 1;
        self.search = Some(Search {
            number: self.searches,
            text: text.clone(),
            error,
            asks_for_names: query.asks_for_names(),
            hits: before.1,
            typing,
            limit: FIRST_HITS,
            before: before.0,
        });
        self.ask(text, typing, FIRST_HITS);
    }

    /// Searches again after articles have come in, unless that would move what is looked at.
    pub(super) fn search_again(&mut self) {
        let Some(search) = &self.search else { return };
        let none = search.hits.as_ref().is_some_and(|hits| hits.total == 0);
        let reading = self.list.touched || self.focus == Focus::Reading;
        if reading && !none {
            return;
        }
        self.searched_at = self.now;
        let (text, typing) = (search.text.clone(), search.typing);
        self.start_search(text, typing);
    }

    /// Gives the list back as it was before the search.
    pub(super) fn end_search(&mut self) {
        if let Some(search) = self.search.take() {
            self.list = *search.before;
            self.snippets.clear();
            self.reading.mark(None);
        }
    }

    fn ask(&mut self, text: String, typing: bool, limit: usize) {
        let (number, view) = (self.searches, self.view.clone());
        self.effects.push(Effect::Search { number, text, typing, view, limit });
    }

    /// Asks for more hits when the selection nears the last one known.
    pub(super) fn grow_search(&mut self, limit: Option<usize>) {
        let Some(search) = &mut self.search else { return };
        let Some(answer) = &search.hits else { return };
        let wanted = limit.unwrap_or(search.limit.saturating_mul(GROWTH)).min(answer.total);
        if wanted <= search.limit || answer.known >= answer.total {
            return;
        }
        self.searches += 1;
        (search.number, search.limit) = (self.searches, wanted);
        let (text, typing) = (search.text.clone(), search.typing);
        self.ask(text, typing, wanted);
    }

    /// Takes in the answer to the search of this number; an old one is dropped.
    pub(super) fn found(
        &mut self,
        number: u64,
        hits: std::result::Result<Hits, String>,
    ) -> Result<()> {
        let Some(search) = &mut self.search else { return Ok(()) };
        if search.number != number {
            return Ok(());
        }
        let hits = match hits {
            Ok(hits) => hits,
            Err(message) => {
                self.trouble(message);
                return Ok(());
            }
        };
        let grown = search.limit > FIRST_HITS && search.hits.is_some();
        let (known, total, marker) = (hits.ids.len(), hits.total, hits.marker.clone());
        search.hits = Some(Answer { total, known, how: hits.how, marker: hits.marker });
        if grown {
            self.list.grow(hits.ids);
        } else {
            self.list = List::of_hits(&self.library, hits.ids)?;
            self.snippets.clear();
        }
        self.reading.mark(Some(marker));
        if !grown && self.focus == Focus::List {
            self.reading.to_first_hit();
        }
        if std::mem::take(&mut self.mark_all_pending) {
            self.mark_all_read()?;
        }
        Ok(())
    }

    /// Shows articles known already as the hits of a query that finds them.
    pub(super) fn list_articles(&mut self, text: String, ids: Vec<ArticleId>) -> Result<()> {
        let (query, error) = query::parse(&text, false, self.now);
        let before = match self.search.take() {
            Some(old) => old.before,
            None => Box::new(self.list.clone()),
        };
        self.searches += 1;
        let total = ids.len();
        let marker = Arc::new(Marker::new(&query));
        self.search = Some(Search {
            number: self.searches,
            text,
            error,
            asks_for_names: query.asks_for_names(),
            hits: Some(Answer { total, known: total, how: How::Exactly, marker }),
            typing: false,
            limit: total.max(FIRST_HITS),
            before,
        });
        self.list = List::of_hits(&self.library, ids)?;
        self.snippets.clear();
        self.reading.mark(self.search.as_ref().and_then(Search::marker));
        Ok(())
    }

    /// Newest, oldest, and for a search best first, in turn.
    pub(super) fn next_order(&mut self) -> Result<()> {
        self.view.order = match (self.view.order, self.search.is_some()) {
            (Order::Newest, _) => Order::Oldest,
            (Order::Oldest, true) => Order::Best,
            _ => Order::Newest,
        };
        self.say(match self.view.order {
            Order::Newest => "newest first",
            Order::Oldest => "oldest first",
            Order::Best => "best first",
        });
        self.forget_list()
    }

    /// Fills the list anew, the one behind a search too.
    pub(super) fn forget_list(&mut self) -> Result<()> {
        self.forget_detours();
        if let Some(search) = &mut self.search {
            *search.before = List::of_view(&self.library, &self.view)?;
        }
        self.relist()
    }
}
