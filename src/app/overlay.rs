//! What lies over the panes: help, entities, sources, rules, inputs that failed.

use super::action::Action;
use super::entity_page::{EntityPage, PageLine};
use super::keys::KeyMap;
use crate::article::{Article, Label, Place};
use crate::library::copies::Copy;
use crate::library::{Counts, Rule, Source, SourceId, SourceKind};

/// A list laid over the panes.
#[derive(Clone, Debug)]
pub struct Overlay {
    pub content: Content,
    pub selected: usize,
    /// First line on the screen.
    pub top: usize,
}

#[derive(Clone, Debug)]
pub enum Content {
    /// Every key; Enter carries out the action.
    Help(Vec<HelpLine>),
    /// Who and what is in the article; Enter goes to the next mention.
    Entities(Vec<EntityLine>),
    /// An entity across the library; Enter opens an article or the page of a companion.
    Page(Box<EntityPage>),
    /// Enter shows the articles of the source.
    Sources(Vec<SourceLine>),
    /// An article and its copies; Enter opens one, and one may be said to be none.
    Copies(Vec<Copy>),
    /// Saved queries, name and query; Enter searches.
    Filters(Vec<(String, String)>),
    /// What the reader hid and kept, newest first; Enter turns a rule round.
    Rules(Vec<Rule>),
    /// Inputs that could not be read, newest last.
    Errors(Vec<String>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HelpLine {
    Group(&'static str),
    Key { keys: String, action: Action },
}

impl HelpLine {
    fn in_full(&self) -> String {
        match self {
            Self::Group(name) => (*name).to_owned(),
            Self::Key { keys, action } => format!("{keys}: {}", action.help()),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityLine {
    /// Index in the article's entities.
    pub entity: u32,
    pub name: String,
    pub label: Label,
    pub mentions: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SourceLine {
    /// `None`: all sources.
    pub id: Option<SourceId>,
    pub name: String,
    pub kind: Option<SourceKind>,
    pub counts: Counts,
    pub failed: u64,
    /// It is what the list shows.
    pub shown: bool,
}

impl Overlay {
    pub fn new(content: Content) -> Self {
        let mut overlay = Self { content, selected: 0, top: 0 };
        overlay.skip_gaps(1);
        overlay
    }

    pub fn len(&self) -> usize {
        match &self.content {
            Content::Help(lines) => lines.len(),
            Content::Entities(lines) => lines.len(),
            Content::Page(page) => page.len(),
            Content::Sources(lines) => lines.len(),
            Content::Filters(lines) => lines.len(),
            Content::Copies(lines) => lines.len(),
            Content::Rules(lines) => lines.len(),
            Content::Errors(lines) => lines.len(),
        }
    }

    /// All that the selected line says, for screens on which it does not fit.
    pub fn in_full(&self) -> String {
        let at = self.selected;
        let said = match &self.content {
            Content::Help(lines) => lines.get(at).map(HelpLine::in_full),
            Content::Entities(lines) => {
                lines.get(at).map(|line| format!("{} ({})", line.name, line.label.name()))
            }
            // Elsewhere it would hide more than it tells.
            Content::Page(page) if !page.is_narrow() => None,
            Content::Page(page) => page.line(at).map(|line| match line {
                PageLine::Companion(row) => format!("{} ({})", row.name, row.label.name()),
                PageLine::Article(n) => page
                    .row(n)
                    .map_or(String::new(), |row| format!("{} · {}", row.title, row.source)),
                _ => String::new(),
            }),
            Content::Sources(lines) => lines.get(at).map(|line| line.name.clone()),
            Content::Copies(lines) => lines.get(at).map(|Copy { row, path, .. }| {
                let path = path.as_deref().unwrap_or_default();
                format!("{} · {} · {path}", row.title, row.source)
            }),
            Content::Filters(lines) => {
                lines.get(at).map(|(name, query)| format!("{name}  {query}"))
            }
            Content::Rules(lines) => lines.get(at).map(rule_in_full),
            Content::Errors(lines) => lines.get(at).cloned(),
        };
        said.unwrap_or_default()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Moves the selection and keeps it within `visible` lines.
    pub fn move_by(&mut self, by: isize, visible: usize) {
        self.selected = self.selected.saturating_add_signed(by).min(self.len().saturating_sub(1));
        self.skip_gaps(by);
        let visible = visible.max(1);
        let least = (self.selected + 1).saturating_sub(visible);
        self.top = self.top.min(self.selected).max(least);
        if self.top > 0 && self.is_gap(self.top - 1) && self.selected + 1 < self.top + visible {
            // The heading above the first line on the screen.
            self.top -= 1;
        }
    }

    /// To the next part of the page, or the previous one.
    pub fn next_part(&mut self, back: bool, visible: usize) {
        if let Content::Page(page) = &self.content {
            self.selected = page.next_part(self.selected, back);
            self.move_by(0, visible);
        }
    }

    fn is_gap(&self, n: usize) -> bool {
        match &self.content {
            Content::Help(lines) => matches!(lines.get(n), Some(HelpLine::Group(_))),
            Content::Page(page) => page.line(n).is_some_and(|line| line.is_gap()),
            _ => false,
        }
    }

    /// Headings and blank lines can't be selected.
    fn skip_gaps(&mut self, by: isize) {
        let last = self.len().saturating_sub(1);
        let mut step = if by < 0 { -1 } else { 1 };
        while self.is_gap(self.selected) {
            let next = self.selected.saturating_add_signed(step).min(last);
            if next == self.selected {
                if step > 0 {
                    return;
                }
                step = 1;
            } else {
                self.selected = next;
            }
        }
    }
}

/// "hide in all of Harbour Press (14 articles): Sign up for our letter"
fn rule_in_full(rule: &Rule) -> String {
    let verb = if rule.keep { "keep" } else { "hide" };
    let Rule { source_name, text, .. } = rule;
    match &rule.article {
        Some((_, title)) => format!("{verb} in “{title}” of {source_name}: {text}"),
        None => format!("{verb} in all of {source_name} ({}): {text}", articles(rule)),
    }
}

/// "14 articles", or that they are being counted.
fn articles(rule: &Rule) -> String {
    match (rule.counting, rule.articles) {
        (true, _) => "articles being counted".to_owned(),
        (false, 1) => "1 article".to_owned(),
        (false, all) => format!("{all} articles"),
    }
}

/// The live key map, by group; actions without a key are left out.
pub fn help(keys: &KeyMap) -> Vec<HelpLine> {
    let mut lines = Vec::new();
    let mut group = "";
    for action in Action::ALL {
        let bound = keys.keys_of(*action);
        if bound.is_empty() {
            continue;
        }
        if action.group() != group {
            group = action.group();
            lines.push(HelpLine::Group(group));
        }
        lines.push(HelpLine::Key { keys: bound.join("  "), action: *action });
    }
    lines
}

/// The article's entities of these labels in the text that is shown, most mentioned first.
pub fn entities(
    article: &Article,
    labels: &[Label],
    shows: impl Fn(Place) -> bool,
) -> Vec<EntityLine> {
    let mut counts = vec![0; article.entities.len()];
    for mention in article.mentions.iter().filter(|mention| shows(mention.place)) {
        if let Some(count) = counts.get_mut(mention.entity as usize) {
            *count += 1;
        }
    }
    let lines = article.entities.iter().zip(counts).enumerate();
    let lines = lines.filter(|(_, (entity, n))| *n > 0 && labels.contains(&entity.label));
    let mut lines: Vec<EntityLine> = lines
        .map(|(n, (entity, mentions))| EntityLine {
            entity: n as u32,
            name: entity.name.clone(),
            label: entity.label,
            mentions,
        })
        .collect();
    lines.sort_by_key(|line| (std::cmp::Reverse(line.mentions), line.label, line.entity));
    lines
}

/// All sources together, then each.
pub fn sources(sources: Vec<Source>, shown: &[SourceId]) -> Vec<SourceLine> {
    let mut all = SourceLine {
        id: None,
        name: "All sources".to_owned(),
        kind: None,
        counts: Counts::default(),
        failed: 0,
        shown: shown.is_empty(),
    };
    let mut lines = Vec::with_capacity(sources.len() + 1);
    for source in sources {
        all.counts.articles += source.counts.articles;
        all.counts.unread += source.counts.unread;
        all.counts.starred += source.counts.starred;
        all.failed += source.failed;
        lines.push(SourceLine {
            id: Some(source.id),
            name: source.name,
            kind: Some(source.kind),
            counts: source.counts,
            failed: source.failed,
            shown: shown.contains(&source.id),
        });
    }
    lines.insert(0, all);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_shows_what_is_bound_and_nothing_else() {
        let mut keys = KeyMap::default();
        keys.bind("z", "none").unwrap();
        keys.bind("x", "toggle-star").unwrap();
        let lines = help(&keys);
        let shows = |wanted: Action| {
            lines.iter().find_map(|line| match line {
                HelpLine::Key { keys, action } if *action == wanted => Some(keys.clone()),
                _ => None,
            })
        };
        assert_eq!(shows(Action::Zoom), None);
        assert_eq!(shows(Action::ToggleStar), Some("s  x".to_owned()));
    }

    #[test]
    fn the_selection_skips_headings() {
        let mut overlay = Overlay::new(Content::Help(help(&KeyMap::default())));
        for by in [1, 1, -1, -1, -1, 100, -100] {
            overlay.move_by(by, 5);
            let Content::Help(lines) = &overlay.content else { unreachable!() };
            assert!(matches!(lines[overlay.selected], HelpLine::Key { .. }), "after {by}");
        }
    }
}
