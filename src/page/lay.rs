//! From an article to rows, top to bottom.

use std::ops::Range;

use super::wrap::{columns, wrap};
use super::{Page, PageOptions, PageRow, RowKind, chrome};
use crate::article::{Article, Kind, Paragraph, Place};

/// Below this many columns bullets and indents would cost more than they tell.
const NARROW: u16 = 12;
/// From so many columns on, evidence stands in a column of its own.
const ALIGNED: u16 = 44;

/// What stands before the rows of a place.
#[derive(Clone, Copy, Default)]
struct Margin {
    indent: u16,
    first: &'static str,
    rest: &'static str,
}

pub fn lay(article: &Article, options: &PageOptions) -> Page {
    let mut layout = Layout {
        page: Page { columns: options.columns(), ..Page::default() },
        article,
        last: None,
        show: options.boilerplate || options.explain,
        explain: options.explain,
    };
    layout.head();
    for (n, paragraph) in article.paragraphs.iter().enumerate() {
        layout.paragraph(n as u32, paragraph);
    }
    layout.foot();
    layout.page
}

struct Layout<'a> {
    page: Page,
    article: &'a Article,
    /// The paragraph laid last, for what stands between it and the next.
    last: Option<&'a Paragraph>,
    show: bool,
    explain: bool,
}

impl<'a> Layout<'a> {
    fn head(&mut self) {
        self.place(Place::Title, RowKind::Title, Margin::default());
        self.says(RowKind::Meta, &chrome::meta(self.article));
    }

    fn paragraph(&mut self, n: u32, paragraph: &'a Paragraph) {
        if paragraph.text.is_empty() || (!paragraph.mark.kept() && !self.show) {
            return;
        }
        if !self.joins(paragraph) {
            self.blank();
        }
        self.reason(paragraph);
        let (kind, margin) = match paragraph.mark.reason {
            Some(_) => (RowKind::Hidden, boilerplate_margin()),
            None => (RowKind::Text(paragraph.kind), kept_margin(paragraph.kind)),
        };
        self.place(Place::Paragraph(n), kind, margin);
        self.last = Some(paragraph);
    }

    fn foot(&mut self) {
        if let Some(note) = chrome::note(self.article, self.show) {
            self.blank();
            self.says(RowKind::Note, &note);
        }
    }

    /// Items of one list and rows of one table stand together.
    fn joins(&self, paragraph: &Paragraph) -> bool {
        let listed = matches!(paragraph.kind, Kind::ListItem | Kind::TableRow);
        let explained = self.explain && chrome::is_explained(&paragraph.mark);
        let alike = |last: &Paragraph| {
            last.kind == paragraph.kind && last.mark.reason == paragraph.mark.reason
        };
        listed && !explained && self.last.is_some_and(alike)
    }

    /// Why the paragraph that follows is hidden: in full when explaining, else its reason, once
    /// for several of one reason.
    fn reason(&mut self, paragraph: &Paragraph) {
        if self.explain {
            if chrome::is_explained(&paragraph.mark) {
                self.explanation(paragraph);
            }
        } else if paragraph.mark.reason != self.last.and_then(|last| last.mark.reason)
            && let Some(reason) = paragraph.mark.reason
        {
            self.says(RowKind::Hidden, &format!("[{}]", reason.name()));
        }
    }

    /// "legal      0.93  opens with “legal warning”", the evidence in a column of its own. On a
    /// narrow page it stands behind the verdict or, when there is no room for it, below.
    fn explanation(&mut self, paragraph: &Paragraph) {
        let wide = self.page.columns;
        let evidence = paragraph.mark.evidence.as_deref().unwrap_or("");
        let verdict = chrome::verdict(&paragraph.mark, wide >= ALIGNED);
        let room = usize::from(wide).saturating_sub(columns(&verdict) + 2);
        if columns(evidence) <= room {
            let line = format!("{verdict}  {evidence}");
            return self.says(RowKind::Explain, line.trim_end());
        }
        let indent = match wide {
            ALIGNED.. => chrome::VERDICT,
            NARROW.. => 2,
            _ => 0,
        };
        let mut lines = wrap(evidence, wide - indent).into_iter();
        if wide >= ALIGNED {
            let first = lines.next().map_or("", |span| &evidence[span]);
            self.page.rows.push(chrome_row(RowKind::Explain, format!("{verdict}  {first}")));
        } else {
            self.says(RowKind::Explain, &verdict);
        }
        for line in lines {
            let row = chrome_row(RowKind::Explain, evidence[line].to_owned());
            self.page.rows.push(PageRow { indent, ..row });
        }
    }

    /// The rows of a place.
    fn place(&mut self, place: Place, kind: RowKind, margin: Margin) {
        let columns_of = |lead: &str| columns(lead) as u16;
        let margin = if self.page.columns < NARROW { Margin::default() } else { margin };
        let hang = columns_of(margin.first).max(columns_of(margin.rest));
        let width = self.page.columns - margin.indent - hang;
        for (n, span) in wrap(self.article.text_at(place), width).into_iter().enumerate() {
            let lead = if n == 0 { margin.first } else { margin.rest };
            let indent = margin.indent + hang - columns_of(lead);
            self.page.text_rows.push(self.page.rows.len() as u32);
            let span = narrow(span);
            self.page.rows.push(PageRow {
                kind,
                place: Some(place),
                span,
                indent,
                lead,
                text: String::new(),
            });
        }
    }

    /// Rows that say something of our own.
    fn says(&mut self, kind: RowKind, text: &str) {
        for span in wrap(text, self.page.columns) {
            let line = text[span].replace(chrome::GLUE, " ");
            self.page.rows.push(chrome_row(kind, line));
        }
    }

    fn blank(&mut self) {
        if !self.page.rows.is_empty() {
            self.page.rows.push(chrome_row(RowKind::Blank, String::new()));
        }
    }
}

fn chrome_row(kind: RowKind, text: String) -> PageRow {
    PageRow { kind, place: None, span: 0..0, indent: 0, lead: "", text }
}

/// Spans are kept as `u32` as everywhere in the model; a paragraph of 4 GB is beyond the loader's
/// limits.
fn narrow(span: Range<usize>) -> Range<u32> {
    span.start as u32..span.end as u32
}

fn kept_margin(kind: Kind) -> Margin {
    match kind {
        Kind::ListItem => Margin { first: "• ", ..Margin::default() },
        Kind::Quote => Margin { first: "│ ", rest: "│ ", ..Margin::default() },
        Kind::Code => Margin { indent: 2, ..Margin::default() },
        Kind::Heading | Kind::Paragraph | Kind::Caption | Kind::TableRow => Margin::default(),
    }
}

fn boilerplate_margin() -> Margin {
    Margin { first: "┊ ", rest: "┊ ", ..Margin::default() }
}
