//! Changes of state, each of which can be undone.

use std::sync::Arc;

use super::input::Purpose;
use super::{Action, App, Effect, Focus, history};
use crate::article::ArticleId;
use crate::library::{Change, Result};

impl App {
    pub(super) fn toggle_read(&mut self) -> Result<()> {
        let Some(row) = self.list.selected_row() else { return Ok(()) };
        let (id, read) = (row.id, !row.read);
        self.change(&Change::Read { ids: self.meant(vec![id])?, read })
    }

    pub(super) fn toggle_star(&mut self) -> Result<()> {
        let Some(row) = self.list.selected_row() else { return Ok(()) };
        let (id, starred) = (row.id, !row.starred);
        self.change(&Change::Star { ids: self.meant(vec![id])?, starred })
    }

    /// These articles, with all that they stand for in the list.
    pub(super) fn meant(&self, ids: Vec<ArticleId>) -> Result<Vec<ArticleId>> {
        if self.view.copies { Ok(ids) } else { self.library.with_copies(&ids) }
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
        self.change(&Change::Read { ids: self.meant(ids)?, read: true })
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

    /// Hides the paragraph under the cursor of the explain view, or keeps it: here, or in all of
    /// its source. Outside of that view, opens it: what is hidden has to be seen to be chosen.
    pub(super) fn turn_paragraph(&mut self, everywhere: bool) -> Result<()> {
        let Some(id) = self.reading.id() else {
            self.say("no article here");
            return Ok(());
        };
        let on_screen = !self.panes.reading.is_empty();
        let Some(paragraph) = self.reading.paragraph.filter(|_| self.explain && on_screen) else {
            (self.explain, self.focus) = (true, Focus::Reading);
            self.say(self.how_to_turn());
            return Ok(());
        };
        let Some(change) = self.library.turn(id, paragraph, everywhere)? else {
            self.say("this paragraph is no longer there");
            return Ok(());
        };
        self.change(&change)?;
        let kept = self.reading.article.as_ref().and_then(|article| {
            article.paragraphs.get(paragraph as usize).map(|paragraph| paragraph.mark.kept())
        });
        if let Change::Teach { to: Some(keep), .. } = change
            && kept != Some(keep)
        {
            self.say(format!(
                "{}; here stands what you said of it here",
                history::describe(&change)
            ));
        }
        Ok(())
    }

    /// "j and k choose a paragraph, - hides or keeps it here, _ in all of its source"
    fn how_to_turn(&self) -> String {
        let key = |action| self.keys.keys_of(action).into_iter().next().unwrap_or_default();
        format!(
            "{} {} choose a paragraph, {} hides or keeps it, {} in all of its source",
            key(Action::Down),
            key(Action::Up),
            key(Action::TurnHere),
            key(Action::TurnEverywhere)
        )
    }

    /// What is on screen follows at once what the reader taught; the rest of the library follows in
    /// the background.
    fn taught(&mut self) -> Result<()> {
        if let Some(id) = self.reading.id()
            && let Some(article) = self.library.article(id)?
        {
            self.reading.renew(Arc::new(article));
        }
        self.snippets.clear();
        self.effects.push(Effect::CatchUp);
        self.reread_rules()
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
        if let Change::Copy { article, .. } = change {
            return self.regrouped(*article);
        }
        self.list.reread(&self.library, change.ids())?;
        if let Change::Teach { .. } = change {
            self.taught()?;
        }
        self.status.counts = self.library.entries(&self.view)?;
        if matches!(change, Change::Entities { .. }) {
            self.ask_about();
        }
        if let Some(id) = self.reading.id() {
            self.state = self.library.state(id)?;
        }
        Ok(())
    }
}
