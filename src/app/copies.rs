//! Copies of the article on screen: listed, opened, said to be none.

use super::overlay::{Content, Overlay};
use super::{Action, App, Focus};
use crate::article::ArticleId;
use crate::library::Result;

impl App {
    /// Lists the other articles of this story.
    pub(super) fn show_copies(&mut self) -> Result<()> {
        let Some(id) = self.list.selected_id() else {
            self.say("no article here");
            return Ok(());
        };
        let copies = self.library.copies(id)?;
        if copies.is_empty() {
            self.say("no copy of this article is known");
            return Ok(());
        }
        let at = copies.iter().position(|copy| copy.row.id == id).unwrap_or(0);
        self.lay_over(Content::Copies(copies));
        if let Some(overlay) = &mut self.overlay {
            overlay.selected = at;
        }
        if let Some(key) = self.keys.keys_of(Action::NotSameEntity).first() {
            self.say(format!("{key} says that the one selected is no copy"));
        }
        let visible = self.overlay_lines();
        if let Some(overlay) = &mut self.overlay {
            overlay.move_by(0, visible);
        }
        Ok(())
    }

    /// Reads the copy of this line, in the place of the one that the list shows.
    pub(super) fn read_copy(&mut self, id: ArticleId) -> Result<()> {
        if let Some(row) = self.library.rows_of(&[id])?.pop() {
            self.list.show_instead(row);
            self.focus = Focus::Reading;
            self.read_selected()?;
        }
        Ok(())
    }

    /// Says that the article of this line is no copy.
    pub(super) fn say_no_copy(&mut self) -> Result<()> {
        let Some(Overlay { content: Content::Copies(copies), selected, .. }) = &self.overlay else {
            return Ok(());
        };
        let Some(id) = copies.get(*selected).map(|copy| copy.row.id) else { return Ok(()) };
        match self.library.no_copy(id)? {
            Some(change) => self.change(&change),
            None => Ok(()),
        }
    }

    /// Draws up the list, and the copies over it, after an article was said to be one or none.
    pub(super) fn regrouped(&mut self, article: ArticleId) -> Result<()> {
        let selected = self.list.selected_id();
        self.status.counts = self.library.entries(&self.view)?;
        self.forget_list()?;
        if let Some(id) = selected.filter(|_| self.view.sources.is_empty()) {
            // The article itself, unless another stands for it now.
            let head = self.library.copies(id)?.first().map_or(id, |copy| copy.row.id);
            let shown = if self.view.copies { id } else { head };
            self.list.go_to(&self.library, shown)?;
        }
        let visible = self.overlay_lines();
        let Some(Overlay { content: Content::Copies(copies), .. }) = &self.overlay else {
            return Ok(());
        };
        // Of those that were listed, some one still has the others.
        let known: Vec<ArticleId> = copies.iter().map(|copy| copy.row.id).collect();
        let mut left = Vec::new();
        for id in known.into_iter().filter(|id| *id != article) {
            left = self.library.copies(id)?;
            if !left.is_empty() {
                break;
            }
        }
        match &mut self.overlay {
            Some(overlay) if !left.is_empty() => {
                overlay.content = Content::Copies(left);
                overlay.move_by(0, visible);
            }
            _ => self.leave_overlay(),
        }
        Ok(())
    }
}
