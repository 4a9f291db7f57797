//! Turns the reader into cells. Remembers nothing and decides nothing: what stands where is laid
//! down in `app` and `page`, what it looks like in `theme.rs`. The smallest file to copy from is
//! `entities.rs`.

mod choices;
pub mod colour;
mod copies;
mod entities;
mod entity_page;
mod errors;
mod filters;
mod help;
mod list;
mod overlay;
mod reading;
mod rules;
mod search;
mod sources;
mod status;
mod text;
pub mod theme;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Block, Borders, Widget};

use crate::app::App;
use crate::app::panes::Panes;
use crate::library::is_harmless;

pub use colour::Depth;
pub use theme::{ROLES, Role, Theme};

/// Draws the reader as [`App::settle`] left it.
pub fn draw(frame: &mut Frame, app: &App, theme: &Theme) {
    let screen = frame.area();
    let on_screen = |pane: Rect| pane.intersection(screen);
    let panes = &app.panes;
    let buffer = frame.buffer_mut();
    buffer.set_style(screen, theme[Role::Text]);
    let (list, line) = apart(panes);
    list::draw(buffer, on_screen(list), app, theme);
    divider(buffer, on_screen(line), theme);
    reading::draw(buffer, on_screen(panes.reading), app, theme);
    if let Some(content) = &app.overlay {
        overlay::draw(buffer, on_screen(panes.overlay), content, app.now, theme);
    }
    match &app.input {
        Some(input) => {
            choices::draw(buffer, on_screen(panes.above_status()), input, theme);
            let cursor = search::draw(buffer, on_screen(panes.status), app, input, theme);
            if let Some(cursor) = cursor {
                frame.set_cursor_position(cursor);
            }
        }
        None => status::draw(buffer, on_screen(panes.status), app, theme),
    }
    tame(frame.buffer_mut());
}

/// What stands in a cell that no loader has seen to (a name of a file or folder, a tag, what is
/// being typed) must not turn the writing direction of the line or hide in it.
fn tame(buffer: &mut Buffer) {
    let wide = |symbol: &str| symbol.len() > 1 && symbol != "\u{a0}";
    for cell in buffer.content.iter_mut().filter(|cell| wide(cell.symbol())) {
        if !is_harmless(cell.symbol()) {
            cell.set_symbol("\u{fffd}");
        }
    }
}

/// The list, and the column of the line right of it. The line takes the list's last column, which
/// leaves that of the divider free: text right against a line is hard to read.
fn apart(panes: &Panes) -> (Rect, Rect) {
    if !panes.both() {
        return (panes.list, Rect::default());
    }
    let list = Rect { width: panes.list.width - 1, ..panes.list };
    (list, Rect { x: list.right(), width: 1, ..list })
}

fn divider(buffer: &mut Buffer, area: Rect, theme: &Theme) {
    Block::new().borders(Borders::LEFT).border_style(theme[Role::Border]).render(area, buffer);
}
