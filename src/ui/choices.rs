//! What the value being typed may become: a small box above the prompt.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Widget};

use super::overlay::uncover;
use super::search::sign;
use super::text::fit;
use super::{Role, Theme};
use crate::app::input::Input;
use crate::library::Choice;
use crate::page::columns;

/// Columns inside the border, at most.
const WIDEST: usize = 48;

pub fn draw(buffer: &mut Buffer, screen: Rect, input: &Input, theme: &Theme) {
    let Some(completion) = input.completion.as_ref().filter(|c| !c.choices.is_empty()) else {
        return;
    };
    let choices = &completion.choices;
    let before = input.prompt.text().get(..completion.span.start).unwrap_or("");
    let at = columns(sign(input.purpose)) + columns(before);
    let area = place(screen, at, choices);
    if area.height < 3 || area.width < 4 {
        return;
    }
    uncover(buffer, area);
    Clear.render(area, buffer);
    buffer.set_style(area, theme[Role::Text]);
    let block = Block::bordered().border_style(theme[Role::BorderActive]);
    let inside = block.inner(area);
    block.render(area, buffer);
    // The chosen one stays on the screen where not all fit.
    let least = completion.at.map_or(0, |at| (at + 1).saturating_sub(usize::from(inside.height)));
    let shown = choices.iter().enumerate().skip(least).zip(inside.top()..inside.bottom());
    for ((n, choice), y) in shown {
        let row = Rect { y, height: 1, ..inside };
        draw_choice(buffer, row, choice, theme);
        if completion.at == Some(n) {
            buffer.set_style(row, theme[Role::Selected]);
        }
    }
}

/// Right above the prompt, with its text where the value stands if there is room.
fn place(screen: Rect, at: usize, choices: &[Choice]) -> Rect {
    let wide = |choice: &Choice| columns(&choice.text) + columns(&figure(choice)) + 2;
    let widest = choices.iter().map(wide).max().unwrap_or(0).min(WIDEST) as u16;
    let width = (widest + 2).min(screen.width);
    let height = (choices.len() as u16 + 2).min(screen.height);
    let x = (at.min(usize::from(u16::MAX)) as u16).saturating_sub(1).min(screen.width - width);
    Rect::new(x, screen.height - height, width, height)
}

/// In how many articles: "person 12".
fn figure(choice: &Choice) -> String {
    let label = choice.entity.map_or("", |(_, label)| label.name());
    let articles = choice.articles.map(|articles| articles.to_string()).unwrap_or_default();
    [label, &articles].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn draw_choice(buffer: &mut Buffer, row: Rect, choice: &Choice, theme: &Theme) {
    let width = usize::from(row.width);
    let mut figure = figure(choice);
    if columns(&figure) + 8 > width {
        figure = choice.articles.map(|articles| articles.to_string()).unwrap_or_default();
    }
    let room = width.saturating_sub(columns(&figure) + 1);
    let style = choice.entity.map_or(theme[Role::Text], |(_, label)| theme.label(label));
    let name = Line::from(Span::styled(fit(&choice.text, room), style));
    buffer.set_line(row.x, row.y, &name, row.width);
    let taken = (columns(&figure) as u16).min(row.width);
    let right = Line::styled(figure, theme[Role::Dim]);
    buffer.set_line(row.right() - taken, row.y, &right, taken);
}
