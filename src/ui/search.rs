//! The line being typed, in place of the status line: a query with its count of hits, or a tag.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation;

use super::status::hits;
use super::text::{Layer, fit, styled};
use super::{Role, Theme};
use crate::app::App;
use crate::app::input::{Input, Purpose};
use crate::library::query::QueryError;
use crate::library::search::How;
use crate::page::columns;

/// Draws the line and says where the cursor stands.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    app: &App,
    input: &Input,
    theme: &Theme,
) -> Option<Position> {
    if area.is_empty() {
        return None;
    }
    let sign = sign(input.purpose);
    let typed = columns(input.prompt.text()) + columns(sign) + 1;
    draw_right(buffer, area, typed, app, input, theme);
    buffer.set_line(area.x, area.y, &Line::styled(sign, theme[Role::Prompt]), area.width);
    let taken = (columns(sign) as u16).min(area.width - 1);
    let room = Rect { x: area.x + taken, width: area.width - taken, ..area };
    Some(draw_text(buffer, room, app, input, theme))
}

pub fn sign(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Library | Purpose::Text => "/",
        Purpose::Tag => "tag: ",
        Purpose::Untag => "untag: ",
        Purpose::Same => "the same as: ",
        Purpose::NotSame => "not the same as: ",
    }
}

/// The text, scrolled so that the cursor is on the screen.
fn draw_text(buffer: &mut Buffer, area: Rect, app: &App, input: &Input, theme: &Theme) -> Position {
    let (text, cursor) = (input.prompt.text(), input.prompt.cursor());
    let from = scrolled(text, cursor, usize::from(area.width) - 1);
    let wrong = error(app, input).map(|error| {
        // An error at the end, such as a quote left open, is shown where it would go on.
        let span = error.start.max(from) - from..error.end.max(from) - from;
        (span, theme[Role::QueryError])
    });
    let layers: Vec<Layer> = wrong.into_iter().collect();
    // Typing replaces what is selected.
    let base = theme[if input.fresh { Role::Selected } else { Role::Text }];
    let line = Line::from(styled(&text[from..], base, &layers));
    buffer.set_line(area.x, area.y, &line, area.width);
    let column = columns(&text[from..cursor]) as u16;
    Position::new(area.x + column.min(area.width - 1), area.y)
}

/// The byte from which a text is shown so that at most `width` columns stand before its cursor.
fn scrolled(text: &str, cursor: usize, width: usize) -> usize {
    let mut before = columns(&text[..cursor]);
    for (at, grapheme) in text[..cursor].grapheme_indices(true) {
        if before <= width {
            return at;
        }
        before -= columns(grapheme);
    }
    cursor
}

fn error<'a>(app: &'a App, input: &Input) -> Option<&'a QueryError> {
    let search = app.search.as_ref().filter(|search| search.text == input.prompt.text())?;
    search.error.as_ref().filter(|_| input.purpose == Purpose::Library)
}

/// What is wrong with the query, else how many hits it has, right of the text where there is room.
fn draw_right(
    buffer: &mut Buffer,
    area: Rect,
    typed: usize,
    app: &App,
    input: &Input,
    theme: &Theme,
) {
    let room = usize::from(area.width).saturating_sub(typed + 1);
    let asked = input.purpose != Purpose::Library;
    let message = app.status.message.as_ref().filter(|message| asked || message.error);
    let spans = match (message, error(app, input)) {
        (Some(message), _) => vec![Span::raw(fit(&message.text, room))],
        (None, Some(error)) => {
            vec![Span::styled(fit(&error.message, room), theme[Role::QueryError])]
        }
        (None, None) => {
            vec![Span::styled(fit(&count(app, input), room).into_owned(), theme[Role::Dim])]
        }
    };
    let line = Line::from(spans);
    let width = line.width().min(room) as u16;
    buffer.set_line(area.right() - width, area.y, &line, width);
}

fn count(app: &App, input: &Input) -> String {
    match input.purpose {
        Purpose::Tag | Purpose::Untag | Purpose::Same | Purpose::NotSame => {
            "tab completes".to_owned()
        }
        Purpose::Text if input.prompt.text().is_empty() => "in this text".to_owned(),
        Purpose::Text => match app.reading.hits.len() {
            0 => "not in this text".to_owned(),
            all => format!("{} of {all}", app.reading.hit.map_or(0, |at| at + 1)),
        },
        Purpose::Library => match &app.search {
            Some(search) => found(search),
            None => "title: source: person: org: place: is: after:".to_owned(),
        },
    }
}

/// The count alone while the words stand right beside it, but how they were found in full.
fn found(search: &crate::app::search::Search) -> String {
    match &search.hits {
        _ if search.held => "one letter more, or enter".to_owned(),
        None => "searching…".to_owned(),
        Some(answer) if answer.how != How::Exactly => hits(search),
        Some(answer) if answer.total == 1 => "1 hit".to_owned(),
        Some(answer) => format!("{} hits", answer.total),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_stays_on_the_line() {
        assert_eq!(scrolled("ferry", 5, 10), 0);
        assert_eq!(scrolled("ferry", 5, 5), 0);
        assert_eq!(scrolled("ferry", 5, 3), 2);
        assert_eq!(scrolled("ferry", 2, 3), 0);
        assert_eq!(scrolled("渡し船", 9, 3), 6);
        assert_eq!(scrolled("ferry", 5, 0), 5);
        assert_eq!(scrolled("", 0, 0), 0);
    }
}
