//! Changes of state, each of which can be undone.

use super::input::Purpose;
use super::{App, history};
use crate::library::{Change, Result};

impl App {
    pub(super) fn toggle_read(&mut self) -> Result<()> {
        let Some(row) = self.list.selected_row() else { return Ok(()) };
        self.change(&Change::Read { ids: vec![row.id], read: !row.read })
    }

    pub(super) fn toggle_star(&mut self) -> Result<()> {
        let Some(row) = self.list.selected_row() else { return Ok(()) };
        self.change(&Change::Star { ids: vec![row.id], starred: !row.starred })
    }

    /// Marks all read, after asking for the hits not known yet.
    pub(super) fn mark_all(&mut self) -> Result<()> {
        let hits = self.search.as_ref().and_then(|search| search.hits.as_ref());
        match hits.map(|hits| (hits.known, hits.total)) {
            Some((known, total)) if known < total => {
                self.mark_all_pending = true;
                self.grow_search(Some(total));
                Ok(())
            }
            _ => self.mark_all_read(),
        }
    }

    pub(super) fn mark_all_read(&mut self) -> Result<()> {
        let ids = self.list.all_ids(&self.library)?;
        self.change(&Change::Read { ids, read: true })
    }

    pub(super) fn ask_for_tag(&mut self, purpose: Purpose) {
        if self.list.selected_row().is_none() {
            self.say("no article to tag");
        } else if purpose == Purpose::Untag && self.state.tags.is_empty() {
            self.say("this article has no tags");
        } else {
            self.ask_for(purpose);
        }
    }

    pub(super) fn undo(&mut self) -> Result<()> {
        match self.history.undo(&mut self.library)? {
            Some(change) => {
                self.say(format!("undone: {}", history::describe(&change.inverted())));
                self.changed(&change)
            }
            None => {
                self.say("nothing to undo");
                Ok(())
            }
        }
    }

    pub(super) fn redo(&mut self) -> Result<()> {
        match self.history.redo(&mut self.library)? {
            Some(change) => {
                self.say(format!("done again: {}", history::describe(&change)));
                self.changed(&change)
            }
            None => {
                self.say("nothing to do again");
                Ok(())
            }
        }
    }

    pub(super) fn tag(&mut self, tag: String, on: bool) -> Result<()> {
        let Some(id) = self.list.selected_id() else { return Ok(()) };
        let ids = vec![id];
        let change = if on { Change::Tag { ids, tag } } else { Change::Untag { ids, tag } };
        self.change(&change)
    }

    /// Carries out a change that can be undone, and says so.
    pub(super) fn change(&mut self, change: &Change) -> Result<()> {
        let done = self.history.apply(&mut self.library, change)?;
        match done {
            Some(done) => {
                self.say(history::describe(&done));
                self.changed(&done)
            }
            None => {
                self.say("nothing to change");
                Ok(())
            }
        }
    }

    /// Shows what a change did.
    pub(super) fn changed(&mut self, change: &Change) -> Result<()> {
        self.list.reread(&self.library, change.ids())?;
        self.status.counts = self.library.counts(&self.view.sources)?;
        if matches!(change, Change::Entities { .. }) {
            self.ask_about();
        }
        if let Some(id) = self.reading.id() {
            self.state = self.library.state(id)?;
        }
        Ok(())
    }
}
