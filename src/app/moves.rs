//! Moving: in the list, in the text, from one to the other and out.

use super::panes::SPLIT;
use super::{Action, App, Focus};
use crate::library::{Change, Filter, Result};

impl App {
    pub(super) fn page_rows(&self) -> isize {
        let rows = match self.focus {
            Focus::List => self.visible_rows(),
            // One line stays on the screen to find the place again.
            Focus::Reading => self.reading.height.saturating_sub(1).max(1),
        };
        rows as isize
    }

    pub(super) fn scroll(&mut self, by: isize) -> Result<()> {
        match self.focus {
            Focus::List => {
                self.list.move_by(&self.library, by)?;
                self.note_growth();
            }
            Focus::Reading => self.reading.scroll_by(by),
        }
        Ok(())
    }

    /// A line of the list or the text; while the text is explained, a paragraph.
    pub(super) fn step(&mut self, by: isize) -> Result<()> {
        match self.focus {
            Focus::Reading if self.reading.paragraph.is_some() => {
                self.reading.step_paragraph(by < 0);
                Ok(())
            }
            _ => self.scroll(by),
        }
    }

    /// Asks for more hits when the list comes near the last one known.
    pub(super) fn note_growth(&mut self) {
        if self.list.near_end() {
            self.grow_search(None);
        }
    }

    pub(super) fn go_to_top(&mut self) -> Result<()> {
        match self.focus {
            Focus::List => self.list.to_top(&self.library),
            Focus::Reading => {
                self.reading.to_top();
                Ok(())
            }
        }
    }

    pub(super) fn go_to_bottom(&mut self) -> Result<()> {
        match self.focus {
            Focus::List => {
                self.list.to_bottom(&self.library)?;
                self.note_growth();
            }
            Focus::Reading => self.reading.to_bottom(),
        }
        Ok(())
    }

    pub(super) fn scroll_text(&mut self, by: isize) -> Result<()> {
        self.open_selected()?;
        self.reading.scroll_by(by);
        Ok(())
    }

    pub(super) fn open(&mut self) -> Result<()> {
        if self.list.selected_row().is_none() {
            return Ok(());
        }
        self.focus = Focus::Reading;
        self.read_selected()
    }

    /// Opening an article marks it read, unless the reader wants to do that by hand.
    pub(super) fn read_selected(&mut self) -> Result<()> {
        match self.list.selected_row() {
            Some(row) if !row.read && self.options.mark_read => {
                let change = Change::Read { ids: self.meant(vec![row.id])?, read: true };
                if let Some(done) = self.history.apply(&mut self.library, &change)? {
                    self.changed(&done)?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// One step back; false at the root.
    pub(super) fn step_back(&mut self) -> bool {
        if self.focus == Focus::Reading || self.zoom {
            (self.focus, self.zoom) = (Focus::List, false);
        } else if self.search.is_some() {
            self.end_search();
        } else {
            return false;
        }
        true
    }

    pub(super) fn back(&mut self) -> Result<()> {
        if !self.return_to_page()? {
            self.step_back();
        }
        Ok(())
    }

    pub(super) fn close(&mut self) -> Result<()> {
        if !self.return_to_page()? && !self.step_back() {
            self.running = false;
        }
        Ok(())
    }

    pub(super) fn quit(&mut self) -> Result<()> {
        self.running = false;
        Ok(())
    }

    pub(super) fn other_pane(&mut self) -> Result<()> {
        self.focus = match self.focus {
            Focus::List if self.reading.article.is_some() => Focus::Reading,
            _ => Focus::List,
        };
        if self.focus == Focus::List {
            self.zoom = false;
        }
        Ok(())
    }

    pub(super) fn toggle_zoom(&mut self) {
        self.zoom = !self.zoom && self.reading.article.is_some();
        if self.zoom {
            self.focus = Focus::Reading;
        }
    }

    pub(super) fn next_article(&mut self, by: isize) -> Result<()> {
        let before = self.list.selected_id();
        self.list.move_by(&self.library, by)?;
        self.note_growth();
        if self.list.selected_id() == before {
            self.say(if by > 0 { "this is the last article" } else { "this is the first article" });
        }
        if self.focus == Focus::Reading { self.read_selected() } else { Ok(()) }
    }

    pub(super) fn next_unread(&mut self, back: bool) -> Result<()> {
        if !self.list.to_unread(&self.library, back)? {
            self.say(if back { "nothing unread before this" } else { "nothing unread after this" });
            return Ok(());
        }
        self.note_growth();
        if self.focus == Focus::Reading { self.read_selected() } else { Ok(()) }
    }

    pub(super) fn next_hit(&mut self, back: bool) -> Result<()> {
        if self.focus == Focus::List && self.search.is_some() {
            self.list.move_by(&self.library, if back { -1 } else { 1 })?;
            self.note_growth();
        } else if !self.reading.marked() {
            self.say("no search yet");
        } else if !self.reading.next_hit(back) {
            self.say(self.no_hit());
        }
        Ok(())
    }

    /// Why there is no hit to go to.
    pub(super) fn no_hit(&self) -> String {
        let key = self.keys.keys_of(Action::ToggleBoilerplate);
        let shows = |what| key.first().map(|key| format!(": {key} shows {what}"));
        match self.reading.hidden_hits {
            0 => "no hit in this text".to_owned(),
            1 => format!("1 hit in hidden text{}", shows("it").unwrap_or_default()),
            hits => format!("{hits} hits in hidden text{}", shows("them").unwrap_or_default()),
        }
    }

    pub(super) fn next_mention(&mut self, back: bool) {
        let labels = self.labels().to_vec();
        if labels.is_empty() {
            self.say("entities are off");
        } else if !self.reading.next_mention(back, &labels) {
            self.say("nobody and nothing is named in the text shown");
        }
    }

    pub(super) fn show(&mut self, filter: Filter) -> Result<()> {
        self.view.filter = filter;
        self.focus = Focus::List;
        self.zoom = false;
        self.forget_list()
    }

    /// Gives the list more of the screen, in percent points.
    pub(super) fn widen(&mut self, by: i16) {
        self.split = self.split.saturating_add_signed(by).clamp(SPLIT.0, SPLIT.1);
    }
}
