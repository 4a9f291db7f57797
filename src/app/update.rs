//! From events and actions to what the reader shows next.

use super::action::Action;
use super::event::{Effect, Event};
use super::input::Purpose;
use super::keys::{Code, Key, Match};
use super::overlay::{self, Content, HelpLine, Overlay};
use super::panes::SPLIT;
use super::{App, Focus, history};
use crate::library::{Change, Filter, Report, Result};

/// Failures kept for the overlay.
const FAILURES: usize = 10_000;

impl App {
    pub(super) fn take_in(&mut self, event: Event) -> Result<()> {
        match event {
            Event::Key(key) => return self.key(key),
            Event::Mouse(mouse) => return self.mouse(mouse),
            Event::Paste(text) => self.paste(&text),
            Event::Resize { width, height } => (self.width, self.height) = (width, height),
            Event::Found { number, hits } => return self.found(number, hits),
            Event::Reading { name, progress } => {
                let arrived = match &self.status.loading {
                    Some((old, before)) => *old != name || before.articles != progress.articles,
                    None => progress.articles > 0,
                };
                self.status.loading = Some((name, progress));
                if arrived {
                    return self.refresh();
                }
            }
            Event::Read { name, report } => return self.source_read(&name, &report),
            Event::ReadFailed { name, message } => {
                self.status.loading = None;
                self.failures.push(format!("{name}: {message}"));
                self.trouble(message);
            }
            Event::Index(busy) => return self.index_is(busy),
            Event::Trouble(message) => self.trouble(message),
            Event::Hangup => self.running = false,
        }
        Ok(())
    }

    fn source_read(&mut self, name: &str, report: &Report) -> Result<()> {
        self.status.loading = None;
        let room = FAILURES.saturating_sub(self.failures.len());
        self.failures.extend(report.failed.iter().take(room).map(ToString::to_string));
        self.refresh()?;
        let mut parts = Vec::new();
        for (count, what) in [(report.added, "new"), (report.changed, "changed")] {
            if count > 0 {
                parts.push(format!("{count} {what}"));
            }
        }
        if !report.failed.is_empty() {
            let keys = self.keys.keys_of(Action::Errors);
            let key = keys.first().map(|key| format!(" ({key} lists them)"));
            parts.push(format!("{} skipped{}", report.failed.len(), key.unwrap_or_default()));
        }
        if !parts.is_empty() {
            self.say(format!("{name}: {}", parts.join(", ")));
        }
        Ok(())
    }

    /// The index has caught up: a search on screen may have more hits now.
    fn index_is(&mut self, busy: Option<String>) -> Result<()> {
        let done = busy.is_none() && self.status.index.is_some();
        self.status.index = busy;
        let untouched = !self.list.touched;
        match &self.search {
            Some(search) if done && untouched => {
                let (text, typing) = (search.text.clone(), search.typing);
                self.start_search(text, typing);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn key(&mut self, key: Key) -> Result<()> {
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
        match action {
            Action::Down => self.scroll(1),
            Action::Up => self.scroll(-1),
            Action::HalfPageDown => self.scroll(self.page_rows() / 2),
            Action::HalfPageUp => self.scroll(-(self.page_rows() / 2)),
            Action::PageDown => self.scroll(self.page_rows()),
            Action::PageUp => self.scroll(-self.page_rows()),
            Action::Top => self.to_top(),
            Action::Bottom => self.to_bottom(),
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
            Action::ToggleBoilerplate => self.boilerplate = !self.boilerplate,
            Action::Explain => self.explain = !self.explain,
            Action::ToggleLabels => self.labels_on = !self.labels_on,
            Action::NextMention => self.next_mention(false),
            Action::PreviousMention => self.next_mention(true),
            Action::Entities => self.show_entities(),
            Action::EntityArticles => self.entity_articles(),
            Action::OpenLink => self.open_link(),
            Action::CopyLink => self.copy_link(),
            Action::CopyPassage => self.copy_passage(),
            Action::Zoom => self.toggle_zoom(),
            Action::Narrower => self.split = self.split.saturating_sub(5).max(SPLIT.0),
            Action::Wider => self.split = (self.split + 5).min(SPLIT.1),
            Action::ToggleMouse => self.toggle_mouse(),
            Action::RefreshSource => return self.refresh_source(),
            Action::RefreshAll => self.effects.push(Effect::Refresh(Vec::new())),
            Action::Sources => return self.show_source_list(),
            Action::Errors => self.show_errors(),
            Action::Redraw => self.effects.push(Effect::Redraw),
            Action::Suspend => self.effects.push(Effect::Suspend),
            Action::Help => self.lay_over(Content::Help(overlay::help(&self.keys))),
            _ => {}
        }
        Ok(())
    }

    // --- moving ---

    fn page_rows(&self) -> isize {
        let rows = match self.focus {
            Focus::List => self.visible_rows(),
            // One line stays on the screen to find the place again.
            Focus::Reading => self.reading.height.saturating_sub(1).max(1),
        };
        rows as isize
    }

    fn scroll(&mut self, by: isize) -> Result<()> {
        match self.focus {
            Focus::List => {
                self.list.move_by(&self.library, by)?;
                self.note_growth();
            }
            Focus::Reading => self.reading.scroll_by(by),
        }
        Ok(())
    }

    /// Asks for more hits when the list comes near the last one known.
    pub(super) fn note_growth(&mut self) {
        if self.list.near_end() {
            self.grow_search(None);
        }
    }

    fn to_top(&mut self) -> Result<()> {
        match self.focus {
            Focus::List => self.list.to_top(&self.library),
            Focus::Reading => {
                self.reading.to_top();
                Ok(())
            }
        }
    }

    fn to_bottom(&mut self) -> Result<()> {
        match self.focus {
            Focus::List => {
                self.list.to_bottom(&self.library)?;
                self.note_growth();
            }
            Focus::Reading => self.reading.to_bottom(),
        }
        Ok(())
    }

    fn scroll_text(&mut self, by: isize) -> Result<()> {
        self.open_selected()?;
        self.reading.scroll_by(by);
        Ok(())
    }

    fn open(&mut self) -> Result<()> {
        if self.list.selected_row().is_none() {
            return Ok(());
        }
        self.focus = Focus::Reading;
        self.read_selected()
    }

    /// Opening an article marks it read, unless the reader wants to do that by hand.
    fn read_selected(&mut self) -> Result<()> {
        match self.list.selected_row() {
            Some(row) if !row.read && self.options.mark_read => {
                let change = Change::Read { ids: vec![row.id], read: true };
                if let Some(done) = self.history.apply(&mut self.library, &change)? {
                    self.changed(&done)?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// One step back; false at the root.
    fn step_back(&mut self) -> bool {
        if self.focus == Focus::Reading || self.zoom {
            (self.focus, self.zoom) = (Focus::List, false);
        } else if self.search.is_some() {
            self.end_search();
        } else {
            return false;
        }
        true
    }

    fn back(&mut self) -> Result<()> {
        self.step_back();
        Ok(())
    }

    fn close(&mut self) -> Result<()> {
        if !self.step_back() {
            self.running = false;
        }
        Ok(())
    }

    fn quit(&mut self) -> Result<()> {
        self.running = false;
        Ok(())
    }

    fn other_pane(&mut self) -> Result<()> {
        self.focus = match self.focus {
            Focus::List if self.reading.article.is_some() => Focus::Reading,
            _ => Focus::List,
        };
        if self.focus == Focus::List {
            self.zoom = false;
        }
        Ok(())
    }

    fn toggle_zoom(&mut self) {
        self.zoom = !self.zoom && self.reading.article.is_some();
        if self.zoom {
            self.focus = Focus::Reading;
        }
    }

    fn next_article(&mut self, by: isize) -> Result<()> {
        let before = self.list.selected_id();
        self.list.move_by(&self.library, by)?;
        self.note_growth();
        if self.list.selected_id() == before {
            self.say(if by > 0 { "this is the last article" } else { "this is the first article" });
        }
        if self.focus == Focus::Reading { self.read_selected() } else { Ok(()) }
    }

    fn next_unread(&mut self, back: bool) -> Result<()> {
        if !self.list.to_unread(&self.library, back)? {
            self.say(if back { "nothing unread before this" } else { "nothing unread after this" });
            return Ok(());
        }
        self.note_growth();
        if self.focus == Focus::Reading { self.read_selected() } else { Ok(()) }
    }

    fn next_hit(&mut self, back: bool) -> Result<()> {
        if self.focus == Focus::List && self.search.is_some() {
            self.list.move_by(&self.library, if back { -1 } else { 1 })?;
            self.note_growth();
        } else if !self.reading.marked() {
            self.say("no search yet");
        } else if !self.reading.next_hit(back) {
            self.say("no hit in the text shown");
        }
        Ok(())
    }

    fn next_mention(&mut self, back: bool) {
        let labels = self.labels().to_vec();
        if labels.is_empty() {
            self.say("entities are off");
        } else if !self.reading.next_mention(back, &labels) {
            self.say("nobody and nothing is named in the text shown");
        }
    }

    // --- what the list shows ---

    fn show(&mut self, filter: Filter) -> Result<()> {
        self.view.filter = filter;
        self.focus = Focus::List;
        self.zoom = false;
        self.forget_list()
    }

    fn show_source_list(&mut self) -> Result<()> {
        let lines = overlay::sources(self.library.sources()?, &self.view.sources);
        self.lay_over(Content::Sources(lines));
        Ok(())
    }

    // --- changes ---

    fn toggle_read(&mut self) -> Result<()> {
        let Some(row) = self.list.selected_row() else { return Ok(()) };
        self.change(&Change::Read { ids: vec![row.id], read: !row.read })
    }

    fn toggle_star(&mut self) -> Result<()> {
        let Some(row) = self.list.selected_row() else { return Ok(()) };
        self.change(&Change::Star { ids: vec![row.id], starred: !row.starred })
    }

    /// Marks all read, after asking for the hits not known yet.
    fn mark_all(&mut self) -> Result<()> {
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

    fn ask_for_tag(&mut self, purpose: Purpose) {
        if self.list.selected_row().is_none() {
            self.say("no article to tag");
        } else if purpose == Purpose::Untag && self.state.tags.is_empty() {
            self.say("this article has no tags");
        } else {
            self.ask_for(purpose);
        }
    }

    fn undo(&mut self) -> Result<()> {
        match self.history.undo(&mut self.library)? {
            Some(change) => {
                self.say(format!("undone: {}", history::describe(&change)));
                self.changed(&change)
            }
            None => {
                self.say("nothing to undo");
                Ok(())
            }
        }
    }

    fn redo(&mut self) -> Result<()> {
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

    // --- overlays ---

    fn lay_over(&mut self, content: Content) {
        self.overlay = Some(Overlay::new(content));
    }

    fn show_entities(&mut self) {
        let lines = match &self.reading.article {
            Some(article) => overlay::entities(article, &self.options.labels),
            None => Vec::new(),
        };
        if lines.is_empty() {
            self.say("nobody and nothing is named in this article");
        } else {
            self.lay_over(Content::Entities(lines));
        }
    }

    fn show_errors(&mut self) {
        if self.failures.is_empty() {
            self.say("every input could be read");
        } else {
            self.lay_over(Content::Errors(self.failures.clone()));
        }
    }

    /// Lines of an overlay inside its border.
    pub(super) fn overlay_lines(&self) -> usize {
        usize::from(self.panes.overlay.height.saturating_sub(2)).max(1)
    }

    fn update_overlay(&mut self, action: Action) -> Result<()> {
        let visible = self.overlay_lines();
        let page = visible as isize;
        let Some(overlay) = &mut self.overlay else { return Ok(()) };
        match action {
            Action::Down | Action::NextArticle | Action::ScrollTextDown => {
                overlay.move_by(1, visible)
            }
            Action::Up | Action::PreviousArticle | Action::ScrollTextUp => {
                overlay.move_by(-1, visible)
            }
            Action::HalfPageDown => overlay.move_by(page / 2, visible),
            Action::HalfPageUp => overlay.move_by(-page / 2, visible),
            Action::PageDown => overlay.move_by(page, visible),
            Action::PageUp => overlay.move_by(-page, visible),
            Action::Top => overlay.move_by(isize::MIN / 2, visible),
            Action::Bottom => overlay.move_by(isize::MAX / 2, visible),
            Action::Open => return self.choose(),
            Action::EntityArticles => return self.choose_entity_articles(),
            Action::RefreshSource => return self.refresh_chosen(),
            Action::RefreshAll => self.effects.push(Effect::Refresh(Vec::new())),
            Action::Quit => self.running = false,
            Action::Redraw => self.effects.push(Effect::Redraw),
            Action::Back | Action::Close => self.overlay = None,
            Action::Help | Action::Entities | Action::Sources | Action::Errors => {
                let again = opens(action, &overlay.content);
                self.overlay = None;
                if !again {
                    return self.update(action);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Enter on a line of an overlay.
    pub(super) fn choose(&mut self) -> Result<()> {
        let Some(overlay) = self.overlay.take() else { return Ok(()) };
        match &overlay.content {
            Content::Help(lines) => match lines.get(overlay.selected) {
                Some(HelpLine::Key { action, .. }) => self.update(*action),
                _ => Ok(()),
            },
            Content::Entities(lines) => {
                let Some(line) = lines.get(overlay.selected) else { return Ok(()) };
                self.focus = Focus::Reading;
                if !self.reading.go_to_entity(line.entity) {
                    self.say(format!("{} is named in hidden text only", line.name));
                }
                self.read_selected()
            }
            Content::Sources(lines) => {
                let Some(line) = lines.get(overlay.selected) else { return Ok(()) };
                self.focus = Focus::List;
                self.zoom = false;
                self.view.sources = line.id.into_iter().collect();
                self.forget_list()
            }
            Content::Errors(_) => Ok(()),
        }
    }

    fn choose_entity_articles(&mut self) -> Result<()> {
        let Some(Overlay { content: Content::Entities(lines), selected, .. }) = &self.overlay
        else {
            return Ok(());
        };
        let chosen = lines.get(*selected).map(|line| (line.label, line.name.clone()));
        self.overlay = None;
        if let Some((label, name)) = chosen {
            self.search_entity(label, &name);
        }
        Ok(())
    }

    /// Articles about the entity of the current mention; without one, asks which.
    fn entity_articles(&mut self) {
        let article = self.reading.article.clone();
        let entity = article.as_ref().and_then(|article| {
            let mention = article.mentions.get(self.reading.mention?)?;
            article.entities.get(mention.entity as usize)
        });
        match entity {
            Some(entity) => self.search_entity(entity.label, &entity.name),
            None => self.show_entities(),
        }
    }

    // --- the outside ---

    fn refresh_chosen(&mut self) -> Result<()> {
        if let Some(Overlay { content: Content::Sources(lines), selected, .. }) = &self.overlay {
            let sources = lines.get(*selected).and_then(|line| line.id).into_iter().collect();
            self.effects.push(Effect::Refresh(sources));
        }
        Ok(())
    }

    /// Reads again the sources shown, else the one of the selected article.
    fn refresh_source(&mut self) -> Result<()> {
        let sources = match (self.view.sources.is_empty(), self.list.selected_id()) {
            (false, _) => self.view.sources.clone(),
            (true, Some(id)) => self.library.source_of(id)?.into_iter().collect(),
            (true, None) => Vec::new(),
        };
        self.effects.push(Effect::Refresh(sources));
        Ok(())
    }

    fn open_link(&mut self) {
        let url = self.reading.article.as_ref().and_then(|article| article.url.clone());
        match url {
            Some(url) if may_open(&url) => {
                self.say(format!("opening {url}"));
                self.effects.push(Effect::Browse(url));
            }
            Some(url) => {
                self.trouble(format!("will not open {url}: not a web, mail or gemini link"))
            }
            None => self.say("this article has no link"),
        }
    }

    fn copy_link(&mut self) {
        let article = self.reading.article.as_ref();
        let link = article.and_then(|article| article.url.clone().or_else(|| article.path.clone()));
        match link {
            Some(link) => {
                self.say(format!("copied {link}"));
                self.effects.push(Effect::Copy(link));
            }
            None => self.say("this article has no link"),
        }
    }

    fn copy_passage(&mut self) {
        match self.reading.passage().map(str::to_owned) {
            Some(passage) => {
                self.say("copied the passage");
                self.effects.push(Effect::Copy(passage));
            }
            None => self.say("no text to copy"),
        }
    }

    fn toggle_mouse(&mut self) {
        self.mouse = !self.mouse;
        self.effects.push(Effect::Mouse(self.mouse));
        self.say(match self.mouse {
            true => "mouse: gazette's",
            false => "mouse: the terminal's, for selecting text",
        });
    }
}

/// True when the action is the one that shows this overlay: pressing it again closes it.
fn opens(action: Action, content: &Content) -> bool {
    matches!(
        (action, content),
        (Action::Help, Content::Help(_))
            | (Action::Entities, Content::Entities(_))
            | (Action::Sources, Content::Sources(_))
            | (Action::Errors, Content::Errors(_))
    )
}

/// Only links of these kinds are handed to another program.
fn may_open(url: &str) -> bool {
    let scheme = url.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    let known = ["http", "https", "mailto", "gemini"];
    scheme.is_some_and(|scheme| known.contains(&scheme.as_str()))
}
