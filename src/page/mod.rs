//! Lays an article out as rows: what stands on which row, as byte spans of the article's own text.
//!
//! Pure: an article, options and a width in, rows out. Nothing here knows of colours, keys or the
//! terminal; `ui` paints the rows and `app` scrolls over them.

mod chrome;
mod lay;
mod spark;
mod wrap;

use std::ops::Range;

use crate::article::{Article, Kind, Place};

pub use chrome::{date, is_spared};
pub use spark::{Spark, sparkline};
pub use wrap::{columns, wrap};

/// Longest line, in columns, that is comfortable to read.
pub const MEASURE: u16 = 72;

/// How an article is to be laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageOptions {
    /// Columns there are.
    pub width: u16,
    /// Columns the text takes at most, however wide the pane.
    pub measure: u16,
    /// Hidden paragraphs are shown, marked as what they are.
    pub boilerplate: bool,
    /// Above each paragraph that was not kept without a doubt stands why: reason, score, evidence.
    /// Shows hidden paragraphs too, since a reason without its paragraph explains nothing.
    pub explain: bool,
}

impl Default for PageOptions {
    fn default() -> Self {
        Self { width: MEASURE, measure: MEASURE, boilerplate: false, explain: false }
    }
}

impl PageOptions {
    /// Columns the text takes.
    pub fn columns(&self) -> u16 {
        self.width.min(self.measure).max(1)
    }
}

/// An article as rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    pub rows: Vec<PageRow>,
    /// Columns the rows were laid out for.
    pub columns: u16,
    /// Rows that hold article text: indexes in `rows`, in order of place and byte.
    text_rows: Vec<u32>,
}

/// One row of a page.
#[derive(Clone, Debug, PartialEq)]
pub struct PageRow {
    pub kind: RowKind,
    /// Where the row's text comes from; `None` for rows the article does not hold.
    pub place: Option<Place>,
    /// Half-open byte span in the place's text, on grapheme boundaries, without the white space it
    /// was broken at. Empty where `place` is `None`.
    pub span: Range<u32>,
    /// Columns left free before `lead`.
    pub indent: u16,
    /// Stands before the text, on the first row of a list item and all rows of a quotation.
    pub lead: &'static str,
    /// What a row without a place says; empty for rows of the article.
    pub text: String,
}

/// What a row is, for its style.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RowKind {
    Title,
    /// Byline, agency, dateline, date, source.
    Meta,
    Blank,
    Text(Kind),
    /// Of a boilerplate paragraph that is being shown, or its reason above it.
    Hidden,
    /// Why a paragraph is marked.
    Explain,
    /// "3 paragraphs hidden (legal 1, teaser 2)".
    Note,
}

impl Page {
    /// Lays out an article. Linear in its length.
    pub fn lay(article: &Article, options: &PageOptions) -> Page {
        lay::lay(article, options)
    }

    /// The row on which a byte of a place stands: for white space at a line's end the row before
    /// it, for a place that is not shown the next one that is.
    pub fn row_of(&self, place: Place, byte: u32) -> usize {
        let after = self.text_rows.partition_point(|&row| self.start_of(row) <= (place, byte));
        let holding = after.checked_sub(1).map(|n| self.text_rows[n]);
        match holding {
            Some(row) if self.start_of(row).0 == place => row as usize,
            _ => self.text_rows.get(after).copied().or(holding).unwrap_or(0) as usize,
        }
    }

    /// The paragraph and byte that stand on a row, or else on the next that holds a paragraph: what
    /// to hand to [`Page::row_at`] of the same article laid out anew.
    pub fn place_of(&self, row: usize) -> (u32, u32) {
        let from = self.text_rows.partition_point(|&r| (r as usize) < row);
        let below = self.text_rows[from..].iter().map(|&row| self.start_of(row));
        let above = self.text_rows[..from].iter().rev().map(|&row| self.start_of(row));
        let in_body = |(place, byte)| match place {
            Place::Paragraph(n) => Some((n, byte)),
            Place::Title => None,
        };
        below.chain(above).find_map(in_body).unwrap_or((0, 0))
    }

    /// The row to put on top for a place that [`Page::place_of`] gave: the start of the body is the
    /// head of the page, so that an article opened at its beginning shows its title.
    pub fn row_at(&self, (paragraph, byte): (u32, u32)) -> usize {
        match (paragraph, byte) {
            (0, 0) => 0,
            _ => self.with_reason(self.row_of(Place::Paragraph(paragraph), byte)),
        }
    }

    /// The row, or the first of those of the reason which stand right above it.
    fn with_reason(&self, row: usize) -> usize {
        let reason = |row: &PageRow| {
            row.place.is_none() && matches!(row.kind, RowKind::Hidden | RowKind::Explain)
        };
        let above = self.rows[..row.min(self.rows.len())].iter().rev();
        row - above.take_while(|row| reason(row)).count()
    }

    /// The rows of a paragraph with those of the reason above it; empty when it is not shown.
    pub fn rows_of(&self, paragraph: u32) -> Range<usize> {
        let place = Place::Paragraph(paragraph);
        let from = self.text_rows.partition_point(|&row| self.start_of(row).0 < place);
        let to = self.text_rows.partition_point(|&row| self.start_of(row).0 <= place);
        if from == to {
            return 0..0;
        }
        self.with_reason(self.text_rows[from] as usize)..self.text_rows[to - 1] as usize + 1
    }

    /// The paragraph a row belongs to, that of a reason to the paragraph below.
    pub fn paragraph_at(&self, row: usize) -> Option<u32> {
        let rows = self.rows.get(row..)?;
        let stops = |row: &&PageRow| row.kind != RowKind::Blank || row.place.is_some();
        match rows.iter().take_while(stops).find_map(|row| row.place)? {
            Place::Paragraph(n) => Some(n),
            Place::Title => None,
        }
    }

    /// The paragraphs that are shown, in order.
    pub fn paragraphs(&self) -> Vec<u32> {
        let places = self.text_rows.iter().filter_map(|&row| match self.start_of(row).0 {
            Place::Paragraph(n) => Some(n),
            Place::Title => None,
        });
        let mut paragraphs: Vec<u32> = places.collect();
        paragraphs.dedup();
        paragraphs
    }

    /// What a row says.
    pub fn text_of<'a>(&self, article: &'a Article, row: &'a PageRow) -> &'a str {
        match row.place {
            Some(place) => {
                let span = row.span.start as usize..row.span.end as usize;
                article.text_at(place).get(span).unwrap_or("")
            }
            None => &row.text,
        }
    }

    /// Place and byte where a text row starts.
    fn start_of(&self, row: u32) -> (Place, u32) {
        let row = &self.rows[row as usize];
        (row.place.unwrap_or(Place::Title), row.span.start)
    }
}

#[cfg(test)]
mod tests;
