//! The whole behaviour of the reader, without a terminal.
//!
//! An [`Event`] goes in through [`App::handle`] and [`Effect`]s come out; [`App::settle`] makes
//! ready what the next frame shows, once for however many events came before it. Nothing here
//! draws, waits or starts a thread. The smallest file to copy from is `panes.rs`.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::article::{ArticleId, Label};
use crate::library::query::Filters;
use crate::library::search::Snippet;
use crate::library::{Counts, Library, Result, SourceId, State, View};
use crate::page::PageOptions;

pub mod action;
mod arrivals;
mod choices;
pub mod complete;
mod copies;
pub mod entity_page;
pub mod event;
pub mod history;
pub mod input;
pub mod keys;
pub mod list;
mod marks;
mod mouse;
mod moves;
mod outside;
pub mod overlay;
pub mod panes;
pub mod prompt;
pub mod reading;
mod recall;
pub mod search;
mod shows;
mod update;
mod who;

pub use action::Action;
pub use arrivals::Loading;
pub use event::{Effect, Event};
pub use keys::KeyMap;

use history::History;
use input::Input;
use keys::Key;
use list::List;
use overlay::Overlay;
use panes::{Arrangement, Over, Panes};
use reading::Reading;
use search::Search;

/// Columns left of a text that is being explained: a cursor and a gap.
pub const GUTTER: u16 = 2;

/// What the configuration says about the reader's behaviour.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Widest line of text, in columns.
    pub measure: u16,
    /// Show boilerplate from the start.
    pub boilerplate: bool,
    /// Colour entities from the start.
    pub labels_on: bool,
    /// Labels that are coloured, listed and stepped through.
    pub labels: Vec<Label>,
    /// Share of the list in percent.
    pub split: u16,
    /// Take the mouse from the start.
    pub mouse: bool,
    /// Opening an article marks it read.
    pub mark_read: bool,
    /// Show a snippet under each hit.
    pub snippets: bool,
    /// Order of the list from the start.
    pub order: crate::library::Order,
    /// Each copy of an article has a line of its own.
    pub copies: bool,
    /// Saved queries.
    pub filters: Filters,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            measure: 72,
            boilerplate: false,
            labels_on: true,
            labels: Label::ALL.to_vec(),
            split: 40,
            mouse: true,
            mark_read: true,
            snippets: true,
            order: crate::library::Order::Newest,
            copies: false,
            filters: Filters::default(),
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Focus {
    #[default]
    List,
    Reading,
}

/// What the status line says besides what is shown.
#[derive(Clone, Debug, Default)]
pub struct Status {
    /// Stays until the next key.
    pub message: Option<Message>,
    /// The source being read.
    pub loading: Option<Loading>,
    /// What the search index is busy with.
    pub index: Option<String>,
    /// Articles whose names are still to be looked for.
    pub untagged: u64,
    /// Of the sources shown.
    pub counts: Counts,
    /// Names of the sources shown; empty when all of several are.
    pub sources: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub text: String,
    pub error: bool,
}

pub struct App {
    pub library: Library,
    pub keys: KeyMap,
    pub options: Options,
    /// Unix seconds, as the terminal last said.
    pub now: i64,
    pub running: bool,

    pub width: u16,
    pub height: u16,
    pub split: u16,
    pub zoom: bool,
    pub panes: Panes,
    pub focus: Focus,

    pub view: View,
    pub list: List,
    /// Snippets of hits on the screen.
    pub snippets: HashMap<ArticleId, Snippet>,
    pub reading: Reading,
    /// The reader's state of the article in the reading pane.
    pub state: State,
    pub search: Option<Search>,
    pub input: Option<Input>,
    pub overlay: Option<Overlay>,
    pub status: Status,
    /// Sources that could not be read at all, in words; the library remembers inputs.
    pub failures: Vec<String>,

    pub boilerplate: bool,
    pub explain: bool,
    pub labels_on: bool,
    pub mouse: bool,

    pending: Vec<Key>,
    history: History,
    searches: u64,
    /// When articles that arrived last set off a search, in unix seconds.
    searched_at: i64,
    /// Sources still to be read before the reader, who asked, is told that nothing is new.
    asked: Option<usize>,
    /// Mark all hits read as soon as all of them are known.
    mark_all_pending: bool,
    effects: Vec<Effect>,
    /// Overlays to come back to from the one on screen.
    trail: Vec<Overlay>,
    /// Where pages of entities led away from, the last at the end.
    detours: Vec<who::Detour>,
    /// Questions asked about entities and names.
    lookups: u64,
}

impl App {
    /// A reader on a view of a library, with the first rows loaded.
    ///
    /// # Errors
    /// When the library cannot be read.
    pub fn new(library: Library, keys: KeyMap, options: Options, view: View) -> Result<Self> {
        let list = List::of_view(&library, &view)?;
        let counts = library.entries(&view)?;
        let sources = names_of(&library, &view.sources)?;
        let status = Status { counts, sources, ..Status::default() };
        Ok(Self {
            library,
            keys,
            now: 0,
            running: true,
            width: 80,
            height: 24,
            split: options.split,
            zoom: false,
            panes: Panes::default(),
            focus: Focus::List,
            view,
            list,
            snippets: HashMap::new(),
            reading: Reading::default(),
            state: State::default(),
            search: None,
            input: None,
            overlay: None,
            status,
            failures: Vec::new(),
            boilerplate: options.boilerplate,
            explain: false,
            labels_on: options.labels_on,
            mouse: options.mouse,
            pending: Vec::new(),
            history: History::default(),
            searches: 0,
            searched_at: 0,
            asked: None,
            mark_all_pending: false,
            effects: Vec::new(),
            trail: Vec::new(),
            detours: Vec::new(),
            lookups: 0,
            options,
        })
    }

    /// Takes in one event and gives back the work it asks for.
    pub fn handle(&mut self, event: Event) -> Vec<Effect> {
        if let Err(error) = self.take_in(event) {
            self.trouble(error.to_string());
        }
        std::mem::take(&mut self.effects)
    }

    /// What the last frame asks for.
    pub fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// Makes ready what the next frame shows: panes, the selected article, its rows, snippets.
    pub fn settle(&mut self) {
        self.panes = Panes::lay(&self.arrangement());
        self.list.scroll(self.visible_rows());
        if let Err(error) = self.settle_page().and_then(|()| self.open_selected()) {
            self.trouble(error.to_string());
        }
        self.reading.height = usize::from(self.panes.reading_size().1);
        self.reading.relay(self.page_options());
        self.reading.clamp();
        self.cut_snippets();
    }

    /// Notes where the reader is, before the program ends.
    pub fn leave(&mut self) {
        if let Err(error) = self.note_place() {
            self.trouble(error.to_string());
        }
    }

    pub(super) fn arrangement(&self) -> Arrangement {
        let over = match &self.overlay {
            None => Over::Nothing,
            Some(_) if self.entity_on_page().is_some() => Over::Page,
            Some(overlay) => Over::Lines(overlay.len()),
        };
        Arrangement {
            width: self.width,
            height: self.height,
            split: self.split,
            zoom: self.zoom,
            reading_first: self.focus == Focus::Reading,
            over,
        }
    }

    /// Rows of the list that fit on the screen.
    pub fn visible_rows(&self) -> usize {
        usize::from(self.panes.list.height / self.row_lines()).max(1)
    }

    /// Lines of one row of the list.
    pub fn row_lines(&self) -> u16 {
        self.panes.row_lines(self.shows_snippets())
    }

    pub fn shows_snippets(&self) -> bool {
        self.options.snippets && self.search.as_ref().is_some_and(|search| search.hits.is_some())
    }

    /// Labels drawn, listed and stepped through just now.
    pub fn labels(&self) -> &[Label] {
        if self.labels_on { &self.options.labels } else { &[] }
    }

    fn page_options(&self) -> PageOptions {
        let width = self.panes.reading_size().0;
        PageOptions {
            // The cursor of the explain view stands in columns of its own.
            width: if self.explain { width.saturating_sub(GUTTER) } else { width },
            measure: self.options.measure,
            boilerplate: self.boilerplate,
            explain: self.explain,
        }
    }

    /// Shows the selected article in the reading pane, from its remembered place on.
    fn open_selected(&mut self) -> Result<()> {
        let selected = self.list.selected_id();
        if selected == self.reading.id() {
            return Ok(());
        }
        self.note_place()?;
        let Some(id) = selected else {
            self.reading.close();
            return Ok(());
        };
        self.state = self.library.state(id)?;
        let Some(article) = self.library.article(id)? else {
            self.reading.close();
            return Ok(());
        };
        self.reading.mark(self.search.as_ref().and_then(Search::marker));
        self.reading.height = usize::from(self.panes.reading_size().1);
        self.reading.open(Arc::new(article), self.state.place, self.page_options());
        if self.search.is_some() {
            self.reading.to_first_hit();
        }
        if self.library.is_untagged(id)? {
            self.effects.push(Effect::Tag(id));
        }
        Ok(())
    }

    pub(super) fn note_place(&mut self) -> Result<()> {
        match (self.reading.id(), self.reading.moved_to()) {
            (Some(id), Some(place)) => self.library.set_place(id, place),
            _ => Ok(()),
        }
    }

    /// Cuts the snippets of the hits on the screen that have none yet.
    fn cut_snippets(&mut self) {
        if !self.shows_snippets() {
            return;
        }
        let Some(marker) = self.search.as_ref().and_then(Search::marker) else { return };
        let width = usize::from(self.panes.list.width).saturating_sub(4);
        let visible = self.visible_rows();
        let rows = self.list.rows.iter().skip(self.list.top).take(visible);
        let missing: Vec<ArticleId> =
            rows.map(|row| row.id).filter(|id| !self.snippets.contains_key(id)).collect();
        for id in missing {
            let article = self.library.article(id).ok().flatten();
            let snippet = article.map(|article| marker.snippet(&article, width));
            self.snippets.insert(id, snippet.unwrap_or_default());
        }
    }

    /// Fills the list anew after the view or the search has changed.
    fn relist(&mut self) -> Result<()> {
        self.snippets.clear();
        self.status.counts = self.library.entries(&self.view)?;
        self.status.sources = names_of(&self.library, &self.view.sources)?;
        match &self.search {
            Some(search) => {
                let (text, typing) = (search.text.clone(), search.typing);
                self.start_search(text, typing);
            }
            None => self.list = List::of_view(&self.library, &self.view)?,
        }
        Ok(())
    }

    /// Takes in what arrived in the library without moving what is on the screen; `done` when no
    /// more of it is to come.
    fn refresh(&mut self, done: bool) -> Result<()> {
        self.status.counts = self.library.entries(&self.view)?;
        if done {
            self.ask_about();
        }
        let visible = self.visible_rows();
        // However the reader came there: what is read stays.
        self.list.touched |= self.focus == Focus::Reading;
        match &mut self.search {
            Some(search) => search.before.refresh(&self.library, visible, done),
            None => self.list.refresh(&self.library, visible, done),
        }
    }

    pub fn say(&mut self, text: impl Into<String>) {
        self.status.message = Some(Message { text: text.into(), error: false });
    }

    pub fn trouble(&mut self, text: impl Into<String>) {
        self.status.message = Some(Message { text: text.into(), error: true });
    }

    /// The keys pressed so far of a sequence not finished yet, for the status line.
    pub fn pending(&self) -> String {
        self.pending.iter().map(Key::to_string).collect::<Vec<_>>().join(" ")
    }

    /// The library's folder, for a worker's own connection.
    pub fn library_dir(&self) -> PathBuf {
        self.library.dir().to_path_buf()
    }
}

fn names_of(library: &Library, shown: &[SourceId]) -> Result<Vec<String>> {
    let mut all = library.sources()?;
    if shown.is_empty() && all.len() > 1 {
        return Ok(Vec::new());
    }
    all.retain(|source| shown.is_empty() || shown.contains(&source.id));
    Ok(all.into_iter().map(|source| source.name).collect())
}
