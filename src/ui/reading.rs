//! The reading pane: the rows of the page, with mentions, hits and where the reader is.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::text::{Layer, fit, styled};
use super::{Role, Theme};
use crate::app::reading::Hit;
use crate::app::{Action, App, GUTTER};
use crate::article::{Article, Kind, Link, Mention, Place};
use crate::page::{PageRow, RowKind, columns};

/// Columns left free on the left where there is room.
const MARGIN: u16 = 1;
/// Left of the paragraph that the keys of the explain view are about.
const CURSOR: &str = "▌";

pub fn draw(buffer: &mut Buffer, area: Rect, app: &App, theme: &Theme) {
    if area.is_empty() {
        return;
    }
    let page = &app.reading.page;
    let spare = area.width.saturating_sub(page.columns);
    let margin = if app.explain { GUTTER.min(spare) } else { MARGIN.min(spare.div_ceil(2)) };
    let text = Rect { x: area.x + margin, width: area.width - margin, ..area };
    let Some(article) = &app.reading.article else {
        let line = Line::styled(fit("no article", area.width.into()), theme[Role::Dim]);
        buffer.set_line(area.x, area.y, &line, area.width);
        return;
    };
    let cursor = app.reading.paragraph.map(|n| page.rows_of(n)).unwrap_or_default();
    let rows = page.rows.iter().enumerate().skip(app.reading.top);
    for ((n, row), y) in rows.zip(text.top()..text.bottom()) {
        let mut line = line_of(app, article, row, theme);
        let hides = || article.paragraphs.iter().any(|paragraph| !paragraph.mark.kept());
        if row.kind == RowKind::Note && n + 1 == page.rows.len() && hides() {
            line.spans.extend(note_key(app, row, text.width, theme).unwrap_or_default());
        }
        buffer.set_line(text.x, y, &line, text.width);
        if margin > 0 && cursor.contains(&n) {
            buffer.set_string(area.x, y, CURSOR, theme[Role::Key]);
        }
    }
}

fn line_of<'a>(app: &'a App, article: &'a Article, row: &'a PageRow, theme: &Theme) -> Line<'a> {
    let base = theme[Role::of_row(row.kind)];
    let text = app.reading.page.text_of(article, row);
    let lead =
        [Span::raw(" ".repeat(row.indent.into())), Span::styled(row.lead, lead_style(row, theme))];
    let layers = match row.place {
        Some(place) => layers(app, article, place, &row.span, theme),
        None => Vec::new(),
    };
    Line::from_iter(lead.into_iter().chain(styled(text, base, &layers)))
}

/// " · b shows", where there is room for it behind the note.
fn note_key(app: &App, row: &PageRow, width: u16, theme: &Theme) -> Option<Vec<Span<'static>>> {
    let (action, does) = match (app.explain, app.boilerplate) {
        (true, _) | (_, true) => (Action::ToggleBoilerplate, "hides"),
        (false, false) => (Action::ToggleBoilerplate, "shows"),
    };
    let key = app.keys.keys_of(action).into_iter().next()?;
    let taken = columns(&row.text) + columns(&key) + columns(does) + 4;
    let hint = || {
        let dim = theme[Role::Dim];
        let does = Span::styled(format!(" {does}"), dim);
        vec![Span::styled(" · ", dim), Span::styled(key, theme[Role::Key]), does]
    };
    (taken <= usize::from(width)).then(hint)
}

fn lead_style(row: &PageRow, theme: &Theme) -> Style {
    let dim = matches!(row.kind, RowKind::Hidden | RowKind::Text(Kind::Quote));
    theme[if dim { Role::Dim } else { Role::Text }]
}

/// What lies over a row's text, lowest first: links, mentions, hits.
fn layers(
    app: &App,
    article: &Article,
    place: Place,
    row: &Range<u32>,
    theme: &Theme,
) -> Vec<Layer> {
    let mut layers = Vec::new();
    let mut lay =
        |span: Range<u32>, style| layers.extend(within(row, &span).map(|span| (span, style)));
    for link in links(article, place) {
        lay(link.start..link.end, theme[Role::Link]);
    }
    for (n, mention) in mentions(article, place, row) {
        let span = mention.start..mention.end;
        if app.labels().contains(&mention.label) {
            lay(span.clone(), theme.label(mention.label));
        }
        if app.reading.mention == Some(n) {
            lay(span, theme.over(Role::MentionCurrent));
        }
    }
    let hits = &app.reading.hits;
    let from = hits.partition_point(|hit| (hit.place, hit.span.end) <= (place, row.start));
    let on_row = |hit: &&Hit| hit.place == place && hit.span.start < row.end;
    for (n, hit) in hits[from..].iter().take_while(on_row).enumerate() {
        let current = app.reading.hit == Some(from + n);
        lay(hit.span.clone(), theme.over(if current { Role::HitCurrent } else { Role::Hit }));
    }
    layers
}

fn links(article: &Article, place: Place) -> &[Link] {
    let paragraph = match place {
        Place::Paragraph(n) => article.paragraphs.get(n as usize),
        Place::Title => None,
    };
    paragraph.map_or(&[], |paragraph| &paragraph.links)
}

/// The mentions that touch a row, with their number in the article.
fn mentions<'a>(
    article: &'a Article,
    place: Place,
    row: &Range<u32>,
) -> impl Iterator<Item = (usize, &'a Mention)> + use<'a> {
    let all = &article.mentions;
    let from = all.partition_point(|mention| (mention.place, mention.end) <= (place, row.start));
    let end = row.end;
    let on_row =
        move |(_, mention): &(usize, &Mention)| mention.place == place && mention.start < end;
    all.iter().enumerate().skip(from).take_while(on_row)
}

/// The part of a span that lies on a row, counted from the row's start.
fn within(row: &Range<u32>, span: &Range<u32>) -> Option<Range<usize>> {
    let (start, end) = (span.start.max(row.start), span.end.min(row.end));
    (start < end).then(|| (start - row.start) as usize..(end - row.start) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_cut_to_the_row() {
        assert_eq!(within(&(10..20), &(5..12)), Some(0..2));
        assert_eq!(within(&(10..20), &(12..30)), Some(2..10));
        assert_eq!(within(&(10..20), &(20..30)), None);
        assert_eq!(within(&(10..20), &(3..10)), None);
    }
}
