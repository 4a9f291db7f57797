//! From events and actions to what the reader shows next.

use super::App;
use super::action::Action;
use super::event::{Effect, Event};
use super::input::Purpose;
use super::keys::{Code, Key, Match};
use super::overlay::{self, Content};
use crate::library::{Filter, Result};

impl App {
    pub(super) fn take_in(&mut self, event: Event) -> Result<()> {
        match event {
            Event::Key(key) => return self.key(key),
            Event::Mouse(mouse) => return self.mouse(mouse),
            Event::Paste(text) => self.paste(&text),
            Event::Resize { width, height } => {
                (self.width, self.height) = (width, height);
                // A terminal that shrank and grew again has lost what lay outside.
                self.effects.push(Effect::Redraw);
            }
            Event::Found { number, hits } => return self.found(number, hits),
            Event::Reading { name, progress } => return self.source_goes_on(name, progress),
            Event::Read { name, report } => return self.source_read(&name, &report),
            Event::TakenIn { name, report } => return self.files_taken_in(&name, &report),
            Event::ReadFailed { name, message } => {
                self.status.loading = None;
                self.asked.take();
                self.failures.push(format!("{name}: {message}"));
                self.trouble(message);
            }
            Event::Tagged(id) => return self.tagged(id),
            Event::Tagging(left) => self.tagging(left),
            Event::Changed => return self.refresh(false),
            Event::About { number, about } => self.told_about(number, about),
            Event::Completed { number, choices } => self.completed(number, choices),
            Event::Index(busy) => return self.index_is(busy),
            Event::Trouble(message) => self.trouble(message),
            Event::Hangup => self.running = false,
        }
        Ok(())
    }

    /// The index has caught up: a search on screen may have more hits now.
    fn index_is(&mut self, busy: Option<String>) -> Result<()> {
        let done = busy.is_none() && self.status.index.is_some();
        self.status.index = busy;
        if done {
            self.search_again();
        }
        self.reread_rules()
    }

    pub(super) fn key(&mut self, key: Key) -> Result<()> {
        self.status.message = None;
        if self.input.is_some() {
            return self.type_key(key);
        }
        self.pending.push(key);
        match self.keys.lookup(&self.pending) {
            Match::Prefix => Ok(()),
            Match::Action(action) => {
                self.pending.clear();
                self.update(action)
            }
            Match::Nothing => {
                let alone = self.pending.len() == 1;
                self.pending.clear();
                if let Some(after) = key.after_esc() {
                    self.key(Key::plain(Code::Esc))?;
                    return self.key(after);
                }
                // Esc leaves a half-typed sequence, whatever it is bound to.
                if alone || key.code == Code::Esc { Ok(()) } else { self.key(key) }
            }
        }
    }

    /// Carries out one action.
    ///
    /// # Errors
    /// When the library cannot be read or written.
    pub fn update(&mut self, action: Action) -> Result<()> {
        if self.overlay.is_some() {
            return self.update_overlay(action);
        }
        self.trail.clear();
        // From the first key on nothing moves by itself.
        self.list.touched = true;
        match action {
            Action::Down => self.step(1),
            Action::Up => self.step(-1),
            Action::HalfPageDown => self.scroll(self.page_rows() / 2),
            Action::HalfPageUp => self.scroll(-(self.page_rows() / 2)),
            Action::PageDown => self.scroll(self.page_rows()),
            Action::PageUp => self.scroll(-self.page_rows()),
            Action::Top => self.go_to_top(),
            Action::Bottom => self.go_to_bottom(),
            Action::ScrollTextDown => self.scroll_text(1),
            Action::ScrollTextUp => self.scroll_text(-1),
            Action::Open => self.open(),
            Action::Back => self.back(),
            Action::Close => self.close(),
            Action::Quit => self.quit(),
            Action::NextPane | Action::PreviousPane => self.other_pane(),
            Action::NextArticle => self.next_article(1),
            Action::PreviousArticle => self.next_article(-1),
            Action::NextUnread => self.next_unread(false),
            Action::PreviousUnread => self.next_unread(true),
            Action::ShowAll => self.show(Filter::All),
            Action::ShowUnread => self.show(Filter::Unread),
            Action::ShowStarred => self.show(Filter::Starred),
            Action::Sort => self.next_order(),
            Action::Undo => self.undo(),
            Action::Redo => self.redo(),
            Action::ToggleRead => self.toggle_read(),
            Action::ToggleStar => self.toggle_star(),
            Action::MarkAllRead => self.mark_all(),
            _ => self.update_more(action),
        }
    }

    /// Actions that look at the article on screen, or at nothing.
    fn update_more(&mut self, action: Action) -> Result<()> {
        self.open_selected()?;
        match action {
            Action::Search => self.ask_for_search(),
            Action::NextHit => return self.next_hit(false),
            Action::PreviousHit => return self.next_hit(true),
            Action::Tag => self.ask_for_tag(Purpose::Tag),
            Action::Untag => self.ask_for_tag(Purpose::Untag),
            Action::ToggleBoilerplate => self.toggle_boilerplate(),
            Action::Explain => self.toggle_explain(),
            Action::TurnHere => return self.turn_paragraph(false),
            Action::TurnEverywhere => return self.turn_paragraph(true),
            Action::Rules => return self.show_rules(),
            Action::DropRule => self.say("there is no list of rules here"),
            Action::ToggleLabels => self.toggle_labels(),
            Action::NextMention => self.next_mention(false),
            Action::PreviousMention => self.next_mention(true),
            Action::Entities => self.show_entities(),
            Action::EntityPage => return self.entity_page(),
            Action::EntityArticles => return self.entity_articles(),
            Action::SameEntity => return self.ask_who(Purpose::Same),
            Action::NotSameEntity => return self.ask_who(Purpose::NotSame),
            Action::OpenLink => self.open_link(),
            Action::CopyLink => self.copy_link(),
            Action::CopyPassage => self.copy_passage(),
            Action::Zoom => self.toggle_zoom(),
            Action::Narrower => self.widen(-5),
            Action::Wider => self.widen(5),
            Action::ToggleMouse => self.toggle_mouse(),
            Action::RefreshSource => return self.refresh_source(),
            Action::RefreshAll => self.read_again(Vec::new()),
            Action::Sources => return self.show_source_list(),
            Action::Filters => self.show_filters(),
            Action::Copies => return self.show_copies(),
            Action::Errors => return self.show_errors(),
            Action::Redraw => self.effects.push(Effect::Redraw),
            Action::Suspend => self.effects.push(Effect::Suspend),
            Action::Help => self.lay_over(Content::Help(overlay::help(&self.keys))),
            _ => {}
        }
        Ok(())
    }
}
