//! A list laid over the panes: its border, its rows, the selected one.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, Borders, Clear, Widget};

use super::text::fit;
use super::{Role, Theme, copies, entities, entity_page, errors, filters, help, rules, sources};
use crate::app::overlay::{Content, Overlay};
use crate::page::{columns, wrap};

pub fn draw(buffer: &mut Buffer, area: Rect, overlay: &Overlay, now: i64, theme: &Theme) {
    uncover(buffer, area);
    Clear.render(area, buffer);
    buffer.set_style(area, theme[Role::Text]);
    let block = Block::bordered().border_style(theme[Role::BorderActive]);
    let room = usize::from(area.width).saturating_sub(2);
    let block = block.title(Line::styled(title(overlay, room), theme[Role::Title]));
    let inside = block.inner(area);
    block.render(area, buffer);
    if inside.is_empty() {
        return;
    }
    if overlay.is_empty() {
        let line = Line::styled(nothing(&overlay.content), theme[Role::Dim]);
        buffer.set_line(inside.x, inside.y, &line, inside.width);
    }
    for (n, y) in (overlay.top..overlay.len()).zip(inside.top()..inside.bottom()) {
        let row = Rect { y, height: 1, ..inside };
        draw_row(buffer, row, &overlay.content, n, now, theme);
        if n == overlay.selected {
            buffer.set_style(row, theme[Role::Selected]);
        }
    }
    draw_in_full(buffer, inside, overlay, theme);
}

/// The selected line again, in full, where it was cut: at the end of the overlay that it is
/// farther from.
fn draw_in_full(buffer: &mut Buffer, inside: Rect, overlay: &Overlay, theme: &Theme) {
    let at = overlay.selected.saturating_sub(overlay.top).min(usize::from(u16::MAX)) as u16;
    let text = overlay.in_full();
    if text.is_empty() || at >= inside.height || !is_cut(buffer, inside, inside.y + at, &text) {
        return;
    }
    let lines = wrap(&text, inside.width);
    let upper = at < inside.height / 2;
    let most = if upper { inside.height - at - 1 } else { at };
    let height = (lines.len() as u16).saturating_add(1).min(most);
    let y = if upper { inside.bottom() - height } else { inside.y };
    let area = Rect { y, height, ..inside };
    Clear.render(area, buffer);
    buffer.set_style(area, theme[Role::Text]);
    let side = if upper { Borders::TOP } else { Borders::BOTTOM };
    let block = Block::new().borders(side).border_style(theme[Role::BorderActive]);
    let free = block.inner(area);
    block.render(area, buffer);
    for (line, y) in lines.into_iter().zip(free.top()..free.bottom()) {
        let line = Line::styled(&text[line], theme[Role::Text]);
        buffer.set_line(free.x, y, &line, free.width);
    }
}

/// True when a row on the screen ends in `…` which its text does not.
fn is_cut(buffer: &Buffer, inside: Rect, y: u16, text: &str) -> bool {
    let dots = |x| buffer[(x, y)].symbol() == "…";
    !text.contains('…') && (inside.left()..inside.right()).any(dots)
}

/// Takes away wide characters whose right half the overlay covers: the terminal would draw them
/// over its border.
pub fn uncover(buffer: &mut Buffer, area: Rect) {
    let Some(x) = area.x.checked_sub(1) else { return };
    for y in area.top()..area.bottom() {
        if columns(buffer[(x, y)].symbol()) > 1 {
            buffer[(x, y)].set_symbol(" ");
        }
    }
}

/// " Keys 3/54 ": what it is, and where in it the reader is.
fn title(overlay: &Overlay, room: usize) -> String {
    let name = match &overlay.content {
        Content::Help(_) => "Keys",
        Content::Entities(_) => "In this article",
        Content::Page(page) => &page.name,
        Content::Sources(_) => "Sources",
        Content::Copies(_) => "Copies",
        Content::Filters(_) => "Filters",
        Content::Rules(_) => "You hid and kept",
        Content::Errors(_) => "Could not be read",
    };
    let (at, all) = match &overlay.content {
        Content::Page(page) => {
            let all = page.articles().len();
            // Above the articles there is nothing to count.
            let above = page.len() - all;
            (overlay.selected.checked_sub(above), all)
        }
        _ => (Some(overlay.selected), overlay.len()),
    };
    let at = match at {
        Some(at) if all > 0 => format!(" {}/{all} ", at + 1),
        _ => " ".to_owned(),
    };
    format!(" {}{at}", fit(name, room.saturating_sub(columns(&at) + 1)))
}

fn nothing(content: &Content) -> &'static str {
    match content {
        Content::Help(_) => "no keys are bound",
        Content::Entities(_) => "nobody and nothing is named",
        Content::Page(_) => "counting…",
        Content::Sources(_) => "no sources yet",
        Content::Copies(_) => "no copies",
        Content::Filters(_) => "no filters yet",
        Content::Rules(_) => "no rules any more",
        Content::Errors(_) => "everything could be read",
    }
}

fn draw_row(buffer: &mut Buffer, row: Rect, content: &Content, n: usize, now: i64, theme: &Theme) {
    let width = usize::from(row.width);
    let (left, right) = match content {
        Content::Help(lines) => (help::line(&lines[n], width, theme), None),
        Content::Entities(lines) => entities::line(&lines[n], width, theme),
        Content::Page(page) => entity_page::line(page, n, width, now, theme),
        Content::Sources(lines) => sources::line(&lines[n], width, theme),
        Content::Copies(lines) => copies::line(&lines[n], width, now, theme),
        Content::Filters(lines) => (filters::line(&lines[n], width, theme), None),
        Content::Rules(lines) => rules::line(&lines[n], width, theme),
        Content::Errors(lines) => (errors::line(&lines[n], width, theme), None),
    };
    buffer.set_line(row.x, row.y, &left, row.width);
    if let Some(right) = right {
        let width = row.width.min(right.width() as u16);
        buffer.set_line(row.right() - width, row.y, &right, width);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_wide_character_hangs_over_the_border() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 3));
        for y in 0..3 {
            buffer.set_string(1, y, "渡し船", Theme::default()[Role::Text]);
        }
        let overlay = Overlay::new(Content::Errors(vec!["empty.txt: no text".into()]));
        draw(&mut buffer, Rect::new(4, 0, 8, 3), &overlay, 0, &Theme::default());
        assert_eq!(buffer[(1, 1)].symbol(), "渡");
        assert_eq!((buffer[(3, 1)].symbol(), buffer[(4, 1)].symbol()), (" ", "│"));
    }
}
