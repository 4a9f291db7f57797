//! The list: a window of rows over a view or over the hits of a search.
//!
//! Only rows near the selection are ever loaded; the window slides as the selection nears its edge.

use crate::article::ArticleId;
use crate::library::{Anchor, Filter, Library, Result, Row, View};

/// Rows fetched at a time.
const CHUNK: usize = 120;
/// Fetch more when the selection comes this near the edge of the window.
const MARGIN: usize = 40;
/// Rows kept around the selection; what lies further off is dropped again.
const KEEP: usize = 1_000;

/// Where rows come from.
#[derive(Clone, Debug, PartialEq)]
enum Supply {
    View(View),
    /// Hits in their order; `first` is the place of the window's first row among them.
    Hits {
        ids: Vec<ArticleId>,
        first: usize,
    },
}

#[derive(Clone, Debug)]
pub struct List {
    /// The loaded window.
    pub rows: Vec<Row>,
    /// Index of the selected row in `rows`.
    pub selected: usize,
    /// Index of the first row on the screen.
    pub top: usize,
    /// True once the reader has moved: from then on nothing moves by itself.
    pub touched: bool,
    supply: Supply,
}

impl Default for List {
    fn default() -> Self {
        let supply = Supply::View(View::default());
        Self { rows: Vec::new(), selected: 0, top: 0, touched: false, supply }
    }
}

impl List {
    /// The top of a view.
    pub fn of_view(library: &Library, view: &View) -> Result<Self> {
        let rows = library.rows(view, Anchor::Top, CHUNK)?;
        Ok(Self { rows, supply: Supply::View(view.clone()), ..Self::default() })
    }

    /// The hits of a search, in their order.
    pub fn of_hits(library: &Library, ids: Vec<ArticleId>) -> Result<Self> {
        let rows = library.rows_of(&ids[..ids.len().min(CHUNK)])?;
        Ok(Self { rows, supply: Supply::Hits { ids, first: 0 }, ..Self::default() })
    }

    pub fn selected_row(&self) -> Option<&Row> {
        self.rows.get(self.selected)
    }

    pub fn selected_id(&self) -> Option<ArticleId> {
        self.selected_row().map(|row| row.id)
    }

    /// Ids of every row, those not loaded too.
    pub fn all_ids(&self, library: &Library) -> Result<Vec<ArticleId>> {
        match &self.supply {
            Supply::View(view) => library.ids(view),
            Supply::Hits { ids, .. } => Ok(ids.clone()),
        }
    }

    /// Moves the selection by rows, as far as there are any.
    pub fn move_by(&mut self, library: &Library, by: isize) -> Result<()> {
        self.touched = true;
        let target = self.selected.saturating_add_signed(by);
        self.selected = target.min(self.rows.len().saturating_sub(1));
        self.slide(library)
    }

    pub fn to_top(&mut self, library: &Library) -> Result<()> {
        self.rows = match &mut self.supply {
            Supply::View(view) => library.rows(view, Anchor::Top, CHUNK)?,
            Supply::Hits { ids, first } => {
                *first = 0;
                library.rows_of(&ids[..ids.len().min(CHUNK)])?
            }
        };
        (self.selected, self.top, self.touched) = (0, 0, true);
        Ok(())
    }

    pub fn to_bottom(&mut self, library: &Library) -> Result<()> {
        self.rows = match &mut self.supply {
            Supply::View(view) => library.rows(view, Anchor::Bottom, CHUNK)?,
            Supply::Hits { ids, first } => {
                *first = ids.len().saturating_sub(CHUNK);
                library.rows_of(&ids[*first..])?
            }
        };
        self.selected = self.rows.len().saturating_sub(1);
        (self.top, self.touched) = (self.selected, true);
        Ok(())
    }

    /// Selects the nearest unread row after (or with `back` before) the selection. False when
    /// there is none.
    pub fn to_unread(&mut self, library: &Library, back: bool) -> Result<bool> {
        let Some(from) = self.selected_id() else { return Ok(false) };
        let found = match &self.supply {
            Supply::View(view) => {
                let unread = View { filter: Filter::Unread, ..view.clone() };
                let anchor = if back { Anchor::Before(from) } else { Anchor::After(from) };
                library.rows(&unread, anchor, 1)?.first().map(|row| row.id)
            }
            Supply::Hits { ids, .. } => unread_hit(library, ids, from, back)?,
        };
        let Some(id) = found else { return Ok(false) };
        self.touched = true;
        self.go_to(library, id)?;
        Ok(true)
    }

    /// Selects an article, loading the rows around it when it lies outside the window.
    pub fn go_to(&mut self, library: &Library, id: ArticleId) -> Result<()> {
        if let Some(at) = self.rows.iter().position(|row| row.id == id) {
            self.selected = at;
            return self.slide(library);
        }
        match &mut self.supply {
            Supply::View(view) => {
                let mut rows = library.rows(view, Anchor::Before(id), CHUNK)?;
                let at = rows.len();
                rows.extend(library.rows_of(&[id])?);
                rows.extend(library.rows(view, Anchor::After(id), CHUNK)?);
                self.rows = rows;
                self.selected = at.min(self.rows.len().saturating_sub(1));
            }
            Supply::Hits { ids, first } => {
                let Some(at) = ids.iter().position(|hit| *hit == id) else { return Ok(()) };
                *first = at.saturating_sub(CHUNK);
                self.rows = library.rows_of(&ids[*first..ids.len().min(at + CHUNK)])?;
                self.selected = self.rows.iter().position(|row| row.id == id).unwrap_or(0);
            }
        }
        self.top = self.selected;
        Ok(())
    }

    /// Takes in what arrived in the library. What is on the screen stays where it is, but until the
    /// reader has moved a screen of `visible` rows fills up, and shows the top once all is `done`.
    pub fn refresh(&mut self, library: &Library, visible: usize, done: bool) -> Result<()> {
        let Supply::View(view) = &self.supply else { return Ok(()) };
        let Some(selected) = self.selected_id().filter(|_| self.touched || !done) else {
            *self = Self::of_view(library, view)?;
            return Ok(());
        };
        if !self.touched && self.rows.len() < visible {
            *self = Self::of_view(library, view)?;
            let at = self.rows.iter().position(|row| row.id == selected);
            self.selected = at.unwrap_or(0);
            return Ok(());
        }
        let Some(first) = self.rows.get(self.top).map(|row| row.id) else { return Ok(()) };
        let mut rows = library.rows(view, Anchor::Before(first), CHUNK)?;
        let top = rows.len();
        rows.extend(self.rows[self.top..=self.selected.max(self.top)].iter().cloned());
        let last = rows.last().map_or(first, |row| row.id);
        rows.extend(library.rows(view, Anchor::After(last), CHUNK)?);
        // Articles that arrived between two rows on the screen show when the list is drawn anew.
        self.selected = rows.iter().position(|row| row.id == selected).unwrap_or(top);
        (self.rows, self.top) = (rows, top);
        Ok(())
    }

    /// More hits of the same search: the window stays, the way down gets longer.
    pub fn grow(&mut self, longer: Vec<ArticleId>) {
        if let Supply::Hits { ids, .. } = &mut self.supply {
            *ids = longer;
        }
    }

    /// Shows another article in the place of the selected one.
    pub fn show_instead(&mut self, row: Row) {
        let Some(shown) = self.rows.get_mut(self.selected) else { return };
        if let Supply::Hits { ids, .. } = &mut self.supply
            && let Some(at) = ids.iter().position(|id| *id == shown.id)
        {
            ids[at] = row.id;
        }
        *shown = row;
    }

    /// Place of the selected hit among all, from 1; `None` in a view, which is never counted through.
    pub fn position(&self) -> Option<usize> {
        match &self.supply {
            Supply::Hits { first, .. } if !self.rows.is_empty() => Some(first + self.selected + 1),
            _ => None,
        }
    }

    /// True when the selection nears the last hit known.
    pub fn near_end(&self) -> bool {
        match &self.supply {
            Supply::Hits { ids, first } => first + self.selected + CHUNK >= ids.len(),
            Supply::View(_) => false,
        }
    }

    /// Reads the state of some articles again; those that are gone leave the list.
    pub fn reread(&mut self, library: &Library, ids: &[ArticleId]) -> Result<()> {
        if let [id] = ids {
            for fresh in library.rows_of(&[*id])? {
                self.rows
                    .iter_mut()
                    .filter(|row| row.id == *id)
                    .for_each(|row| *row = fresh.clone());
            }
            return Ok(());
        }
        let selected = self.selected_id();
        let all: Vec<ArticleId> = self.rows.iter().map(|row| row.id).collect();
        self.rows = library.rows_of(&all)?;
        let at = self.rows.iter().position(|row| Some(row.id) == selected);
        self.selected = at.unwrap_or(self.selected.min(self.rows.len().saturating_sub(1)));
        Ok(())
    }

    /// Keeps the selection on a screen of `visible` rows.
    pub fn scroll(&mut self, visible: usize) {
        let visible = visible.max(1);
        self.selected = self.selected.min(self.rows.len().saturating_sub(1));
        self.top = self.top.min(self.selected).max((self.selected + 1).saturating_sub(visible));
        // No empty space below the last row while there are rows above to fill it.
        self.top = self.top.min(self.rows.len().saturating_sub(visible));
    }

    /// Loads rows ahead of the selection and drops those far behind it.
    fn slide(&mut self, library: &Library) -> Result<()> {
        if self.selected + MARGIN >= self.rows.len() {
            let more = self.after(library)?;
            self.rows.extend(more);
        }
        if self.selected < MARGIN {
            let more = self.before(library)?;
            self.selected += more.len();
            self.top += more.len();
            self.rows.splice(0..0, more);
        }
        self.trim();
        Ok(())
    }

    fn after(&self, library: &Library) -> Result<Vec<Row>> {
        let Some(last) = self.rows.last() else { return Ok(Vec::new()) };
        match &self.supply {
            Supply::View(view) => library.rows(view, Anchor::After(last.id), CHUNK),
            Supply::Hits { ids, first } => {
                let from = ids[*first..].iter().position(|id| *id == last.id);
                let from = from.map_or(ids.len(), |at| first + at + 1);
                library.rows_of(&ids[from..ids.len().min(from + CHUNK)])
            }
        }
    }

    fn before(&mut self, library: &Library) -> Result<Vec<Row>> {
        let Some(front) = self.rows.first() else { return Ok(Vec::new()) };
        match &mut self.supply {
            Supply::View(view) => library.rows(view, Anchor::Before(front.id), CHUNK),
            Supply::Hits { ids, first } => {
                let from = first.saturating_sub(CHUNK);
                let rows = library.rows_of(&ids[from..*first])?;
                *first = from;
                Ok(rows)
            }
        }
    }

    fn trim(&mut self) {
        if self.rows.len() <= 2 * KEEP {
            return;
        }
        self.rows.truncate(self.selected + KEEP);
        let far = self.selected.min(self.top).saturating_sub(KEEP);
        if let (Supply::Hits { ids, first }, Some(row)) = (&mut self.supply, self.rows.get(far)) {
            *first += ids[*first..].iter().position(|id| *id == row.id).unwrap_or(0);
        }
        self.rows.drain(..far);
        self.selected -= far;
        self.top -= far;
    }
}

/// The nearest unread hit beyond `from`, read in chunks.
fn unread_hit(
    library: &Library,
    ids: &[ArticleId],
    from: ArticleId,
    back: bool,
) -> Result<Option<ArticleId>> {
    let Some(at) = ids.iter().position(|id| *id == from) else { return Ok(None) };
    let beyond: Vec<ArticleId> = match back {
        true => ids[..at].iter().rev().copied().collect(),
        false => ids[at + 1..].to_vec(),
    };
    for chunk in beyond.chunks(CHUNK) {
        let rows = library.rows_of(chunk)?;
        if let Some(row) = rows.iter().find(|row| !row.read) {
            return Ok(Some(row.id));
        }
    }
    Ok(None)
}
