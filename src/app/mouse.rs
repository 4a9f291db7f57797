//! The mouse: the wheel scrolls what is under it, a click selects.

use ratatui::layout::{Position, Rect};

use super::event::{Mouse, MouseKind};
use super::{App, Focus};
use crate::library::Result;

/// Lines a notch of the wheel scrolls.
const NOTCH: isize = 3;

impl App {
    pub(super) fn mouse(&mut self, mouse: Mouse) -> Result<()> {
        let at = Position::new(mouse.column, mouse.row);
        match mouse.what {
            MouseKind::WheelDown => self.wheel(at, NOTCH),
            MouseKind::WheelUp => self.wheel(at, -NOTCH),
            MouseKind::Click => self.click(at),
        }
    }

    fn wheel(&mut self, at: Position, by: isize) -> Result<()> {
        let visible = self.overlay_lines();
        self.list.touched = true;
        if let Some(overlay) = &mut self.overlay {
            overlay.move_by(by, visible);
        } else if self.panes.reading.contains(at) {
            self.reading.scroll_by(by);
        } else if self.panes.list.contains(at) {
            self.list.move_by(&self.library, by.signum())?;
            self.note_growth();
        }
        Ok(())
    }

    fn click(&mut self, at: Position) -> Result<()> {
        self.status.message = None;
        if self.overlay.is_some() {
            return self.click_overlay(at);
        }
        if self.panes.reading.contains(at) && self.reading.article.is_some() {
            self.focus = Focus::Reading;
            self.list.touched = true;
            self.reading.point_at(usize::from(at.y - self.panes.reading.y));
        } else if self.panes.list.contains(at) {
            return self.click_row(usize::from((at.y - self.panes.list.y) / self.row_lines()));
        }
        Ok(())
    }

    /// Selects the row on the screen; a click on the selected row opens it.
    fn click_row(&mut self, line: usize) -> Result<()> {
        let row = self.list.top + line;
        if row >= self.list.rows.len() {
            return Ok(());
        }
        if row == self.list.selected && self.list.touched {
            return self.update(super::Action::Open);
        }
        self.focus = Focus::List;
        let by = row as isize - self.list.selected as isize;
        self.list.move_by(&self.library, by)?;
        self.note_growth();
        Ok(())
    }

    fn click_overlay(&mut self, at: Position) -> Result<()> {
        let area = self.panes.overlay;
        let Rect { x, y, width, height } = area;
        let inside = Rect::new(x + 1, y + 1, width.saturating_sub(2), height.saturating_sub(2));
        let visible = self.overlay_lines();
        let Some(overlay) = &mut self.overlay else { return Ok(()) };
        if !area.contains(at) {
            self.leave_overlay();
        } else if inside.contains(at) {
            let line = overlay.top + usize::from(at.y - inside.y);
            if line >= overlay.len() {
                return Ok(());
            }
            if line == overlay.selected {
                return self.choose();
            }
            overlay.move_by(line as isize - overlay.selected as isize, visible);
        }
        Ok(())
    }
}
