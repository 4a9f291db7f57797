//! The list: a mark, the title, where it comes from, how old it is; under a hit, its snippet.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use super::text::{Layer, fit, styled};
use super::{Role, Theme};
use crate::app::{App, Focus};
use crate::library::search::Snippet;
use crate::library::{Filter, Row};
use crate::page::{columns, wrap};

/// Columns of the mark and the space behind it.
const MARK: u16 = 2;
/// Columns of an age: "16 May", "May 2024".
const AGE: u16 = 8;
/// The most a source takes where it stands beside the title.
const SOURCE: u16 = 16;

pub fn draw(buffer: &mut Buffer, area: Rect, app: &App, theme: &Theme) {
    if area.is_empty() {
        return;
    }
    if app.list.rows.is_empty() {
        let text = nothing(app);
        for (line, y) in wrap(text, area.width).into_iter().zip(area.top()..area.bottom()) {
            buffer.set_line(area.x, y, &Line::styled(&text[line], theme[Role::Dim]), area.width);
        }
        return;
    }
    let lines = app.row_lines();
    let shown = app.list.rows.iter().enumerate().skip(app.list.top);
    for ((n, row), line) in shown.zip((0..area.height).step_by(lines.max(1).into())) {
        let item = Rect { y: area.y + line, height: lines.min(area.height - line), ..area };
        draw_item(buffer, item, app, row, theme);
        if n == app.list.selected {
            buffer.set_style(Rect { height: 1, ..item }, selected(app, theme));
        }
    }
}

fn selected(app: &App, theme: &Theme) -> Style {
    let active = app.focus == Focus::List;
    theme[if active { Role::Selected } else { Role::SelectedInactive }]
}

/// Why the list is empty.
fn nothing(app: &App) -> &'static str {
    let searching = app.search.as_ref().is_some_and(|search| search.hits.is_some());
    match app.view.filter {
        _ if searching => "nothing found",
        _ if app.status.loading.is_some() => "reading the first articles…",
        Filter::All => "no articles yet: gazette FOLDER brings some in",
        Filter::Unread => "nothing unread",
        Filter::Starred => "nothing starred",
    }
}

fn draw_item(buffer: &mut Buffer, area: Rect, app: &App, row: &Row, theme: &Theme) {
    let snippets = app.shows_snippets();
    let one_line = app.row_lines() == 1 + u16::from(snippets);
    let mut below = Rect { y: area.y + 1, height: area.height - 1, ..area };
    draw_mark(buffer, area, row, theme);
    if one_line {
        draw_in_one(buffer, indented(area), row, app.now, theme);
    } else {
        let alone = app.status.sources.as_slice() == std::slice::from_ref(&row.source);
        if alone {
            draw_title_in_two(buffer, indented(area), indented(below), row, app.now, theme);
        } else {
            draw_title(buffer, indented(area), row, theme);
            draw_origin(buffer, indented(below), row, app.now, theme);
        }
        below = Rect { y: below.y + 1, height: below.height.saturating_sub(1), ..below };
    }
    if let Some(snippet) = app.snippets.get(&row.id).filter(|_| snippets) {
        draw_snippet(buffer, indented(below), snippet, theme);
    }
}

/// The area right of the mark, with a column free before the divider.
fn indented(area: Rect) -> Rect {
    let mark = MARK.min(area.width);
    Rect { x: area.x + mark, width: (area.width - mark).saturating_sub(1), ..area }
}

fn draw_mark(buffer: &mut Buffer, area: Rect, row: &Row, theme: &Theme) {
    let (mark, role) = match (row.starred, row.read) {
        (true, _) => ("★", Role::Starred),
        (false, false) => ("●", Role::Unread),
        (false, true) => return,
    };
    buffer.set_line(area.x, area.y, &Line::styled(mark, theme[role]), area.width);
}

fn title_style(row: &Row, theme: &Theme) -> Style {
    theme[if row.read { Role::Text } else { Role::Unread }]
}

fn draw_title(buffer: &mut Buffer, area: Rect, row: &Row, theme: &Theme) {
    let title = Line::styled(fit(&row.title, area.width.into()), title_style(row, theme));
    put(buffer, area, &title);
}

/// Where every row comes from one source that the status line names, its title goes on below.
fn draw_title_in_two(
    buffer: &mut Buffer,
    area: Rect,
    below: Rect,
    row: &Row,
    now: i64,
    theme: &Theme,
) {
    let age = match row.copies {
        0 => age(row.published, now),
        copies => format!("+{copies} {}", age(row.published, now)),
    };
    let room = usize::from(below.width).saturating_sub(columns(&age) + 1);
    match wrap(&row.title, area.width).as_slice() {
        [first, second, ..] if !below.is_empty() => {
            let style = title_style(row, theme);
            put(buffer, area, &Line::styled(&row.title[first.clone()], style));
            let rest = fit(&row.title[second.start..], room);
            put(buffer, below, &Line::styled(rest, style));
        }
        _ => draw_title(buffer, area, row, theme),
    }
    put_right(buffer, below, age, theme);
}

/// Source left and age right, on the line below the title.
fn draw_origin(buffer: &mut Buffer, area: Rect, row: &Row, now: i64, theme: &Theme) {
    let age = age(row.published, now);
    let room = usize::from(area.width).saturating_sub(columns(&age) + 1);
    put(buffer, area, &Line::styled(origin(row, room), theme[Role::Dim]));
    put_right(buffer, area, age, theme);
}

/// "Harbour Post +2": the source, and how many copies there are besides.
fn origin(row: &Row, room: usize) -> String {
    if row.copies == 0 {
        return fit(&row.source, room).into_owned();
    }
    let copies = format!(" +{}", row.copies);
    format!("{}{copies}", fit(&row.source, room.saturating_sub(columns(&copies))))
}

/// Title, source and age beside one another.
fn draw_in_one(buffer: &mut Buffer, area: Rect, row: &Row, now: i64, theme: &Theme) {
    let beside = (SOURCE + AGE + 2).min(area.width);
    let title = Rect { width: area.width - beside, ..area };
    let source = Rect { x: title.right() + 1, width: SOURCE.min(beside), ..area };
    draw_title(buffer, title, row, theme);
    let name = origin(row, SOURCE.into());
    put(buffer, source.intersection(area), &Line::styled(name, theme[Role::Dim]));
    let age = age(row.published, now);
    put_right(buffer, area, age, theme);
}

fn draw_snippet(buffer: &mut Buffer, area: Rect, snippet: &Snippet, theme: &Theme) {
    let hits = snippet.hits.iter().map(|hit| (hit.clone(), theme.over(Role::Hit)));
    let layers: Vec<Layer> = hits.collect();
    // A prefix of the text, so the hits stand where they stood.
    let text = fit(&snippet.text, area.width.into());
    put(buffer, area, &Line::from(styled(&text, theme[Role::Dim], &layers)));
}

/// Puts a line on the first row of an area, if there is one; what does not fit is cut off.
fn put(buffer: &mut Buffer, area: Rect, line: &Line) {
    if !area.is_empty() {
        buffer.set_line(area.x, area.y, line, area.width);
    }
}

fn put_right(buffer: &mut Buffer, area: Rect, text: String, theme: &Theme) {
    let width = area.width.min(columns(&text) as u16);
    let place = Rect { x: area.right() - width, width, ..area };
    put(buffer, place, &Line::styled(text, theme[Role::Dim]));
}

/// How long ago, shortly: "5m", "3h", "2d", then the day, then the month. In UTC, as the page
/// shows dates.
pub(super) fn age(published: Option<i64>, now: i64) -> String {
    let Some(published) = published else { return String::new() };
    match now.saturating_sub(published) {
        0..60 => "now".to_owned(),
        passed @ 60..3_600 => format!("{}m", passed / 60),
        passed @ 3_600..86_400 => format!("{}h", passed / 3_600),
        passed @ 86_400..604_800 => format!("{}d", passed / 86_400),
        _ => day(published, now).unwrap_or_default(),
    }
}

fn day(published: i64, now: i64) -> Option<String> {
    let at = |seconds| Some(Timestamp::from_second(seconds).ok()?.to_zoned(TimeZone::UTC));
    let (then, now) = (at(published)?, at(now)?);
    let format = if then.year() == now.year() { "%-d %b" } else { "%b %Y" };
    Some(then.strftime(format).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_short() {
        let now = 1_747_410_360; // 16 May 2025, 15:46
        let ago = |seconds: i64| age(Some(now - seconds), now);
        assert_eq!(ago(0), "now");
        assert_eq!(ago(61), "1m");
        assert_eq!(ago(3 * 3_600 + 59), "3h");
        assert_eq!(ago(2 * 86_400), "2d");
        assert_eq!(ago(30 * 86_400), "16 Apr");
        assert_eq!(ago(365 * 86_400), "May 2024");
        assert_eq!(ago(-86_400), "17 May", "dated ahead");
        assert_eq!(age(None, now), "");
        assert_eq!(age(Some(i64::MIN), now), "");
    }
}
