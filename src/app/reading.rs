//! The reading pane: one article, laid out, with a place in it.

use std::ops::Range;
use std::sync::Arc;

use crate::article::{Article, ArticleId, Label, Place};
use crate::library::search::Marker;
use crate::page::{Page, PageOptions};

/// A hit of a search in the article on screen; the span is in bytes of the place's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    pub place: Place,
    pub span: Range<u32>,
}

#[derive(Clone, Debug, Default)]
pub struct Reading {
    pub article: Option<Arc<Article>>,
    pub page: Page,
    /// First row of the page on the screen.
    pub top: usize,
    /// Rows of the pane.
    pub height: usize,
    /// Sorted by place, then start; only in places the page shows.
    pub hits: Vec<Hit>,
    /// Hits in places the page does not show.
    pub hidden_hits: usize,
    /// The hit the reader went to: an index in `hits`.
    pub hit: Option<usize>,
    /// The mention the reader went to: an index in the article's mentions.
    pub mention: Option<usize>,
    /// The paragraph under the cursor, while the text is being explained.
    pub paragraph: Option<u32>,
    marker: Option<Arc<Marker>>,
    options: Option<PageOptions>,
    /// The place that was asked for on top and the row it got: laying the page anew time and again
    /// goes back to the place itself, so that the text does not creep.
    anchor: Option<((u32, u32), usize)>,
    /// The place when the page was opened or last noted, to tell a move from none.
    noted: (u32, u32),
}

impl Reading {
    pub fn id(&self) -> Option<ArticleId> {
        self.article.as_ref().map(|article| article.id)
    }

    /// Shows an article from its remembered place on.
    pub fn open(&mut self, article: Arc<Article>, place: Option<(u32, u32)>, options: PageOptions) {
        self.page = Page::lay(&article, &options);
        self.options = Some(options);
        self.article = Some(article);
        (self.hit, self.mention, self.paragraph) = (None, None, None);
        self.go_to(place.unwrap_or_default());
        self.set_cursor();
        self.find_hits();
        self.noted = self.place();
    }

    /// Shows the first hit, as an article found by a search is opened.
    pub fn to_first_hit(&mut self) {
        if self.hits.is_empty() {
            return;
        }
        (self.top, self.hit) = (0, None);
        self.next_hit(false);
        self.noted = self.place();
    }

    /// Puts a place on top.
    fn go_to(&mut self, place: (u32, u32)) {
        self.top = self.page.row_at(place);
        self.clamp();
        self.anchor = Some((place, self.top));
    }

    /// The place on top.
    fn place(&self) -> (u32, u32) {
        match self.anchor {
            Some((place, row)) if row == self.top => place,
            _ if self.top == 0 => (0, 0),
            _ => self.page.place_of(self.top),
        }
    }

    pub fn close(&mut self) {
        *self = Self { height: self.height, marker: self.marker.take(), ..Self::default() };
    }

    /// Lays the page anew when the width or what is shown has changed; what was at the top stays
    /// there.
    pub fn relay(&mut self, options: PageOptions) {
        let Some(article) = self.article.clone() else { return };
        if self.options.as_ref() == Some(&options) {
            return;
        }
        let place = self.place();
        self.page = Page::lay(&article, &options);
        self.options = Some(options);
        self.go_to(place);
        self.set_cursor();
        self.show_paragraph();
        self.find_hits();
    }

    /// Shows the same article with other marks, from the same place on.
    pub fn renew(&mut self, article: Arc<Article>) {
        let Some(options) = self.options.take() else { return };
        self.article = Some(article);
        self.relay(options);
    }

    /// The cursor is there while the text is explained, on a paragraph that is on the screen.
    fn set_cursor(&mut self) {
        if !self.options.as_ref().is_some_and(|options| options.explain) {
            self.paragraph = None;
            return;
        }
        let shown = |n: &u32| !self.page.rows_of(*n).is_empty();
        if self.paragraph.filter(shown).is_none() {
            self.paragraph = self.first_on_screen();
        }
    }

    /// The first paragraph that begins on the screen, or else the one that fills it.
    fn first_on_screen(&self) -> Option<u32> {
        let all = self.page.paragraphs();
        let from = all.partition_point(|n| self.page.rows_of(*n).start < self.top);
        let begins =
            all.get(from).filter(|n| self.page.rows_of(**n).start < self.top + self.height.max(1));
        begins.or_else(|| all.get(from.saturating_sub(1))).copied()
    }

    /// Moves the cursor to the next or previous paragraph; through one that is longer than the
    /// screen, by screens.
    pub fn step_paragraph(&mut self, back: bool) {
        let Some(current) = self.paragraph else { return };
        let rows = self.page.rows_of(current);
        let bottom = self.top + self.height;
        let screen = self.height.saturating_sub(1).max(1);
        if !back && rows.start < bottom && rows.end > bottom {
            self.top = (rows.end - self.height).min(self.top + screen);
            return;
        }
        if back && rows.start < self.top && rows.end > self.top {
            self.top = rows.start.max(self.top.saturating_sub(screen));
            return;
        }
        let all = self.page.paragraphs();
        let at = all.partition_point(|n| *n < current);
        let next = if back { at.checked_sub(1) } else { Some(at + 1) };
        match next.and_then(|at| all.get(at)) {
            Some(next) => {
                self.paragraph = Some(*next);
                self.show_paragraph();
            }
            // The title above the first paragraph, the note below the last.
            None => {
                self.top = if back { 0 } else { self.last_top() };
                self.clamp();
            }
        }
    }

    /// Puts the cursor on the paragraph of a row of the screen.
    pub fn point_at(&mut self, row: usize) {
        if self.paragraph.is_some() {
            self.paragraph = self.page.paragraph_at(self.top + row).or(self.paragraph);
        }
    }

    /// Brings the paragraph under the cursor on the screen, its beginning before all else.
    fn show_paragraph(&mut self) {
        let Some(rows) = self.paragraph.map(|n| self.page.rows_of(n)) else { return };
        if rows.end > self.top + self.height {
            self.top = rows.end - self.height;
        }
        self.top = self.top.min(rows.start);
        self.clamp();
    }

    /// After scrolling, the cursor is on the screen again.
    fn keep_cursor(&mut self) {
        let Some(rows) = self.paragraph.map(|n| self.page.rows_of(n)) else { return };
        if rows.end <= self.top || rows.start >= self.top + self.height {
            self.paragraph = self.first_on_screen();
        }
    }

    /// Words to mark from now on; `None` marks none.
    pub fn mark(&mut self, marker: Option<Arc<Marker>>) {
        let same = match (&self.marker, &marker) {
            (Some(old), Some(new)) => Arc::ptr_eq(old, new),
            (None, None) => true,
            _ => false,
        };
        if !same {
            self.marker = marker;
            self.hit = None;
            self.find_hits();
        }
    }

    pub fn marked(&self) -> bool {
        self.marker.is_some()
    }

    pub fn scroll_by(&mut self, rows: isize) {
        self.top = self.top.saturating_add_signed(rows);
        self.clamp();
        self.keep_cursor();
    }

    pub fn to_top(&mut self) {
        self.top = 0;
        if self.paragraph.is_some() {
            self.paragraph = self.page.paragraphs().first().copied();
        }
    }

    pub fn to_bottom(&mut self) {
        self.top = usize::MAX;
        self.clamp();
        if self.paragraph.is_some() {
            self.paragraph = self.page.paragraphs().last().copied();
        }
    }

    /// The place at the top of the pane, when it has moved since it was last asked for.
    pub fn moved_to(&mut self) -> Option<(u32, u32)> {
        let place = self.place();
        if self.noted == place || self.article.is_none() {
            return None;
        }
        self.noted = place;
        Some(place)
    }

    /// How far the reader is, in percent of the rows; `None` when all of it is on the screen.
    pub fn percent(&self) -> Option<usize> {
        (self.last_top() > 0).then(|| self.top * 100 / self.last_top())
    }

    /// Goes to the next or previous hit from the current one or the top of the pane; wraps around.
    /// False when there is no hit.
    pub fn next_hit(&mut self, back: bool) -> bool {
        if self.hits.is_empty() {
            return false;
        }
        let rows: Vec<usize> =
            self.hits.iter().map(|hit| self.page.row_of(hit.place, hit.span.start)).collect();
        let at = step(self.hit, &rows, self.top, back);
        self.hit = Some(at);
        self.show_row(rows[at]);
        true
    }

    /// Goes to the next or previous mention of these labels in the text shown; wraps around.
    /// False when there is none.
    pub fn next_mention(&mut self, back: bool, labels: &[Label]) -> bool {
        let Some(article) = self.article.clone() else { return false };
        let shown: Vec<usize> = (0..article.mentions.len())
            .filter(|n| labels.contains(&article.mentions[*n].label))
            .filter(|n| self.shows(article.mentions[*n].place))
            .collect();
        if shown.is_empty() {
            return false;
        }
        let row =
            |n: &usize| self.page.row_of(article.mentions[*n].place, article.mentions[*n].start);
        let rows: Vec<usize> = shown.iter().map(row).collect();
        let current = self.mention.and_then(|mention| shown.iter().position(|n| *n == mention));
        // From a mention that has been scrolled away one starts anew, from what is on the screen.
        let on_screen = self.top..self.top + self.height.max(1);
        let current = current.filter(|at| on_screen.contains(&rows[*at]));
        let at = step(current, &rows, self.top, back);
        self.mention = Some(shown[at]);
        self.show_row(rows[at]);
        true
    }

    /// Goes to the next mention of an entity in the text shown, after the current one or from the
    /// top of the pane; wraps around. False when there is none.
    pub fn go_to_entity(&mut self, entity: u32) -> bool {
        let Some(article) = self.article.clone() else { return false };
        let of = |n: &usize| article.mentions[*n].entity == entity;
        let shown = |n: &usize| self.shows(article.mentions[*n].place);
        let all: Vec<usize> = (0..article.mentions.len()).filter(of).filter(shown).collect();
        let row = |n: usize| self.page.row_of(article.mentions[n].place, article.mentions[n].start);
        let after = |n: &&usize| match self.mention {
            Some(current) => **n > current,
            None => row(**n) >= self.top,
        };
        let Some(next) = all.iter().find(after).or(all.first()).copied() else { return false };
        let row = row(next);
        self.mention = Some(next);
        self.show_row(row);
        true
    }

    /// The paragraph the reader means: that under the cursor, of the current hit or mention, else
    /// the top one.
    pub fn passage(&self) -> Option<&str> {
        let article = self.article.as_ref()?;
        let hit = self.hit.and_then(|at| self.hits.get(at)).map(|hit| hit.place);
        let mention = self.mention.and_then(|n| article.mentions.get(n)).map(|m| m.place);
        let rows = self.page.rows.get(self.top..).unwrap_or(&[]);
        let top = rows.iter().find_map(|row| row.place);
        let cursor = self.paragraph.map(Place::Paragraph);
        let place = cursor.or(hit).or(mention).or(top)?;
        Some(article.text_at(place))
    }

    /// False for what is hidden.
    pub fn shows(&self, place: Place) -> bool {
        let kept = self.article.as_ref().is_none_or(|article| article.keeps(place));
        let all = self.options.as_ref().is_some_and(|o| o.boilerplate || o.explain);
        kept || all
    }

    /// Brings a row to a third of the pane unless it is on the screen already.
    fn show_row(&mut self, row: usize) {
        let last = self.top + self.height.saturating_sub(1);
        if row < self.top || row > last {
            self.top = row.saturating_sub(self.height / 3);
            self.clamp();
            self.keep_cursor();
        }
    }

    fn find_hits(&mut self) {
        self.hits.clear();
        self.hidden_hits = 0;
        let (Some(article), Some(marker)) = (self.article.clone(), self.marker.clone()) else {
            return;
        };
        let body = (0..article.paragraphs.len()).map(|n| Place::Paragraph(n as u32));
        let mut hits = Vec::new();
        for place in std::iter::once(Place::Title).chain(body) {
            let spans = marker.spans(article.text_at(place));
            if self.shows(place) {
                let hit = |s: Range<usize>| Hit { place, span: s.start as u32..s.end as u32 };
                hits.extend(spans.into_iter().map(hit));
            } else {
                self.hidden_hits += spans.len();
            }
        }
        self.hits = hits;
        self.hit = self.hit.filter(|at| *at < self.hits.len());
    }

    fn last_top(&self) -> usize {
        self.page.rows.len().saturating_sub(self.height)
    }

    pub fn clamp(&mut self) {
        self.top = self.top.min(self.last_top());
    }
}

/// The next of some rows: from the current one, or from the first at or below the top.
fn step(current: Option<usize>, rows: &[usize], top: usize, back: bool) -> usize {
    let count = rows.len();
    match (current, back) {
        (Some(at), false) => (at + 1) % count,
        (Some(at), true) => (at + count - 1) % count,
        (None, false) => rows.iter().position(|row| *row >= top).unwrap_or(0),
        (None, true) => rows.iter().rposition(|row| *row < top).unwrap_or(count - 1),
    }
}
