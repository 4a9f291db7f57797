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
use crate::library::{CLUSTER, is_harmless};

pub use colour::Depth;
pub use text::{Layer, styled};
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
/// being typed or pasted) must not turn the writing direction of the line, hide in it or pile up.
fn tame(buffer: &mut Buffer) {
    let wide = |symbol: &str| symbol.len() > 1 && symbol != "\u{a0}";
    for cell in buffer.content.iter_mut().filter(|cell| wide(cell.symbol())) {
        if !is_harmless(cell.symbol()) {
            cell.set_symbol("\u{fffd}");
        } else if cell.symbol().len() > CLUSTER {
            let symbol: String = cell.symbol().chars().take(CLUSTER).collect();
            cell.set_symbol(&symbol);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_holds_a_tower() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 3, 1));
        let family = "👩🏽\u{200d}👩🏽\u{200d}👧🏽\u{200d}👦🏽";
        buffer[(0, 0)].set_symbol(&"क\u{94d}".repeat(90));
        buffer[(1, 0)].set_symbol(family);
        buffer[(2, 0)].set_symbol("a\u{202e}");
        tame(&mut buffer);
        assert!(buffer[(0, 0)].symbol().chars().count() <= CLUSTER, "{}", buffer[(0, 0)].symbol());
        assert_eq!((buffer[(1, 0)].symbol(), buffer[(2, 0)].symbol()), (family, "\u{fffd}"));
    }
}
