//! What overlays do: showing them, moving in them, choosing a line.

use super::action::Action;
use super::input::Purpose;
use super::overlay::{self, Content, HelpLine, Overlay};
use super::panes::Panes;
use super::{App, Effect, Focus};
use crate::library::query;
use crate::library::{Result, Rule};

/// Failures that the overlay lists.
const FAILURES: usize = 10_000;

impl App {
    pub(super) fn lay_over(&mut self, content: Content) {
        self.overlay = Some(Overlay::new(content));
    }

    pub(super) fn show_entities(&mut self) {
        let lines = match &self.reading.article {
            Some(article) => {
                overlay::entities(article, &self.options.labels, |place| self.reading.shows(place))
            }
            None => Vec::new(),
        };
        if lines.is_empty() {
            self.say("nobody and nothing is named in the text shown");
        } else {
            self.lay_over(Content::Entities(lines));
        }
    }

    /// The inputs that could not be read, whoever read them. Of some it says only how many there
    /// are: an older gazette did not keep the words, and of a file the first are enough.
    pub(super) fn show_errors(&mut self) -> Result<()> {
        let failures = self.library.failures(FAILURES)?;
        let skipped: u64 = self.library.sources()?.iter().map(|source| source.failed).sum();
        let more = skipped.saturating_sub(failures.len() as u64);
        let mut lines: Vec<String> = failures.iter().map(ToString::to_string).collect();
        lines.extend(self.failures.iter().cloned());
        let told = format!("{more} more: `gazette update --force` names them");
        match (lines.is_empty(), more) {
            (true, 0) => self.say("every input could be read"),
            (true, _) => self.say(told),
            (false, 0) => self.lay_over(Content::Errors(lines)),
            (false, _) => {
                lines.push(told);
                self.lay_over(Content::Errors(lines));
            }
        }
        Ok(())
    }

    /// Lines of an overlay inside its border.
    pub(super) fn overlay_lines(&self) -> usize {
        // The overlay may be another than the one that was on the screen.
        let panes = Panes::lay(&self.arrangement());
        usize::from(panes.overlay.height.saturating_sub(2)).max(1)
    }

    pub(super) fn update_overlay(&mut self, action: Action) -> Result<()> {
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
            Action::TurnHere | Action::TurnEverywhere => return self.turn_rule(),
            Action::DropRule => return self.drop_rule(),
            Action::NextPane => overlay.next_part(false, visible),
            Action::PreviousPane => overlay.next_part(true, visible),
            Action::EntityPage | Action::EntityArticles => return self.of_chosen_entity(action),
            Action::SameEntity => return self.ask_who(Purpose::Same),
            Action::NotSameEntity if matches!(overlay.content, Content::Copies(_)) => {
                return self.say_no_copy();
            }
            Action::NotSameEntity => return self.ask_who(Purpose::NotSame),
            Action::Undo => return self.undo(),
            Action::Redo => return self.redo(),
            Action::RefreshSource => return self.refresh_chosen(),
            Action::RefreshAll => self.read_again(Vec::new()),
            Action::Quit => self.running = false,
            Action::Redraw => self.effects.push(Effect::Redraw),
            Action::Back | Action::Close => self.leave_overlay(),
            Action::Help
            | Action::Entities
            | Action::Sources
            | Action::Filters
            | Action::Copies
            | Action::Rules
            | Action::Errors => {
                if opens(action, &overlay.content) {
                    self.leave_overlay();
                    return Ok(());
                }
                // A page is come back to.
                let (page, trail) = (self.overlay.take(), std::mem::take(&mut self.trail));
                self.update(action)?;
                self.trail = trail;
                match page.filter(|page| matches!(page.content, Content::Page(_))) {
                    Some(page) if self.overlay.is_some() => self.remember(page),
                    Some(page) => self.overlay = Some(page),
                    None => {}
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Enter on a line of an overlay.
    pub(super) fn choose(&mut self) -> Result<()> {
        if self.rule_chosen().is_some() {
            return self.turn_rule();
        }
        let Some(overlay) = self.overlay.take() else { return Ok(()) };
        match &overlay.content {
            Content::Page(_) => self.choose_on_page(overlay),
            Content::Help(lines) => match lines.get(overlay.selected) {
                Some(HelpLine::Key { action, .. }) => self.update(*action),
                _ => Ok(()),
            },
            Content::Entities(lines) => {
                let Some(line) = lines.get(overlay.selected) else { return Ok(()) };
                self.trail.clear();
                self.focus = Focus::Reading;
                if !self.reading.go_to_entity(line.entity) {
                    self.say(format!("{} is named in hidden text only", line.name));
                }
                self.read_selected()
            }
            Content::Sources(lines) => {
                let Some(line) = lines.get(overlay.selected) else { return Ok(()) };
                self.trail.clear();
                self.focus = Focus::List;
                self.zoom = false;
                self.view.sources = line.id.into_iter().collect();
                self.forget_list()
            }
            Content::Copies(lines) => {
                let Some(copy) = lines.get(overlay.selected) else { return Ok(()) };
                self.trail.clear();
                self.read_copy(copy.row.id)
            }
            Content::Filters(lines) => {
                let Some((name, _)) = lines.get(overlay.selected) else { return Ok(()) };
                self.trail.clear();
                self.focus = Focus::List;
                self.zoom = false;
                self.forget_detours();
                self.start_search(format!("filter:{}", query::quoted(name)), false);
                Ok(())
            }
            Content::Rules(_) | Content::Errors(_) => Ok(()),
        }
    }

    /// The saved queries.
    pub(super) fn show_filters(&mut self) {
        let filters = self.options.filters.iter();
        let lines: Vec<_> = filters.map(|(name, query)| (name.into(), query.into())).collect();
        match lines.is_empty() {
            true => self.say("no filters yet: [filters] in the configuration names queries"),
            false => self.lay_over(Content::Filters(lines)),
        }
    }

    /// What the reader hid and kept, newest first.
    pub(super) fn show_rules(&mut self) -> Result<()> {
        let mut rules = self.library.rules()?;
        rules.reverse();
        let key = |action| self.keys.keys_of(action).into_iter().next().unwrap_or_default();
        let (turn, drop) = (key(Action::TurnHere), key(Action::DropRule));
        match rules.is_empty() {
            true => {
                let explain = key(Action::Explain);
                self.say(format!(
                    "no rules yet: {explain} explains a text, {turn} there makes one"
                ));
            }
            false => {
                self.lay_over(Content::Rules(rules));
                self.say(format!("{turn} hides or keeps, {drop} takes a rule back"));
            }
        }
        Ok(())
    }

    fn rule_chosen(&self) -> Option<&Rule> {
        match &self.overlay {
            Some(Overlay { content: Content::Rules(rules), selected, .. }) => rules.get(*selected),
            _ => None,
        }
    }

    /// Has the rule selected hide what it kept, or keep what it hid.
    fn turn_rule(&mut self) -> Result<()> {
        match self.rule_chosen().map(|rule| rule.to(Some(!rule.keep))) {
            Some(change) => self.change(&change),
            None => Ok(()),
        }
    }

    fn drop_rule(&mut self) -> Result<()> {
        match self.rule_chosen().map(|rule| rule.to(None)) {
            Some(change) => self.change(&change),
            None => Ok(()),
        }
    }

    /// Brings the list of rules up to date while it is on the screen.
    pub(super) fn reread_rules(&mut self) -> Result<()> {
        let visible = self.overlay_lines();
        if let Some(overlay) = &mut self.overlay
            && let Content::Rules(rules) = &mut overlay.content
        {
            *rules = self.library.rules()?;
            rules.reverse();
            overlay.move_by(0, visible);
        }
        Ok(())
    }

    /// The page of the entity of this line, or its articles.
    fn of_chosen_entity(&mut self, action: Action) -> Result<()> {
        match (&self.overlay, action) {
            (Some(Overlay { content: Content::Page(_), .. }), Action::EntityPage) => self.choose(),
            (Some(Overlay { content: Content::Entities(_), .. }), Action::EntityPage) => {
                self.entity_page()
            }
            (Some(Overlay { content: Content::Entities(_) | Content::Page(_), .. }), _) => {
                self.entity_articles()
            }
            _ => Ok(()),
        }
    }

    pub(super) fn show_source_list(&mut self) -> Result<()> {
        let lines = overlay::sources(self.library.sources()?, &self.view.sources);
        self.lay_over(Content::Sources(lines));
        Ok(())
    }

    pub(super) fn refresh_chosen(&mut self) -> Result<()> {
        if let Some(Overlay { content: Content::Sources(lines), selected, .. }) = &self.overlay {
            let sources = lines.get(*selected).and_then(|line| line.id).into_iter().collect();
            self.read_again(sources);
        }
        Ok(())
    }
}

/// True when the action is the one that shows this overlay: pressing it again closes it.
fn opens(action: Action, content: &Content) -> bool {
    matches!(
        (action, content),
        (Action::Help, Content::Help(_))
            | (Action::Entities, Content::Entities(_))
            | (Action::Sources, Content::Sources(_))
            | (Action::Filters, Content::Filters(_))
            | (Action::Copies, Content::Copies(_))
            | (Action::Rules, Content::Rules(_))
            | (Action::Errors, Content::Errors(_))
    )
}
