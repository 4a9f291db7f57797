//! Entities across the library: their pages, from one to the next and back, and what the reader
//! says of them.

use super::complete::Completion;
use super::entity_page::{EntityPage, PageLine};
use super::input::Purpose;
use super::list::List;
use super::overlay::{Content, Overlay};
use super::panes::Panes;
use super::prompt::Prompt;
use super::search::Search;
use super::{App, Effect, Focus};
use crate::article::{ArticleId, Label};
use crate::library::{About, Choice, EntityId, Named, Result};

/// Pages and articles one can go back through.
const DEPTH: usize = 30;

/// Where the reader was when a page led to an article.
#[derive(Clone, Debug)]
pub(super) struct Detour {
    page: Overlay,
    trail: Vec<Overlay>,
    search: Option<Search>,
    list: List,
    focus: Focus,
    zoom: bool,
}

impl App {
    /// The entity that is meant: of the page, of the line in the overlay, of the current mention.
    fn entity_meant(&self) -> Result<Option<Named>> {
        if let Some(page) = self.entity_on_page() {
            return Ok(Some(Named { id: page.id, name: page.name.clone(), label: page.label }));
        }
        let Some(article) = &self.reading.article else { return Ok(None) };
        let entity = self.entity_chosen().and_then(|n| article.entities.get(n as usize));
        match entity {
            Some(entity) => self.library.named_in(article.id, &entity.name, entity.label),
            None => Ok(None),
        }
    }

    /// The entity of the article that the overlay's line or the current mention names.
    fn entity_chosen(&self) -> Option<u32> {
        match &self.overlay {
            Some(Overlay { content: Content::Entities(lines), selected, .. }) => {
                lines.get(*selected).map(|line| line.entity)
            }
            Some(_) => None,
            None => {
                let mentions = &self.reading.article.as_ref()?.mentions;
                mentions.get(self.reading.mention?).map(|mention| mention.entity)
            }
        }
    }

    /// Why the library does not know who is chosen.
    fn why_unknown(&self) -> &'static str {
        let chosen = self.entity_chosen();
        let is_kept = self.reading.article.as_ref().is_some_and(|article| {
            let mut mentions = article.mentions.iter().filter(|m| Some(m.entity) == chosen);
            mentions.any(|mention| article.keeps(mention.place))
        });
        match is_kept {
            true => "this name is not in the library: read the source again",
            false => "names in hidden text are not counted",
        }
    }

    /// Shows the page of the entity of the line or mention; without one, asks which.
    pub(super) fn entity_page(&mut self) -> Result<()> {
        match self.entity_meant()? {
            Some(named) => self.open_page(named),
            None if self.overlay.is_none() && self.reading.mention.is_none() => {
                self.show_entities();
            }
            None => self.say(self.why_unknown()),
        }
        Ok(())
    }

    /// Lays a page over what is there, which Esc comes back to.
    pub(super) fn open_page(&mut self, named: Named) {
        if let Some(overlay) = self.overlay.take() {
            self.remember(overlay);
        }
        self.lay_over(Content::Page(Box::new(EntityPage::new(named))));
        self.ask_about();
    }

    pub(super) fn remember(&mut self, overlay: Overlay) {
        if self.trail.len() >= DEPTH {
            self.trail.remove(0);
        }
        self.trail.push(overlay);
    }

    /// Closes the overlay, or goes back to the one it came from.
    pub(super) fn leave_overlay(&mut self) {
        self.overlay = self.trail.pop();
        self.ask_about();
    }

    /// Asks the library for what the page on screen shows; what it shows stays until the answer.
    pub(super) fn ask_about(&mut self) {
        let Some(Overlay { content: Content::Page(page), .. }) = &mut self.overlay else { return };
        self.lookups += 1;
        page.number = self.lookups;
        self.effects.push(Effect::About { number: self.lookups, entity: page.id });
    }

    pub(super) fn told_about(
        &mut self,
        number: u64,
        about: std::result::Result<Option<About>, String>,
    ) {
        let visible = self.overlay_lines();
        let width = Panes::lay(&self.arrangement()).overlay.width.saturating_sub(2);
        let Some(overlay) = &mut self.overlay else { return };
        let Content::Page(page) = &mut overlay.content else { return };
        if page.number != number {
            return;
        }
        match about {
            Ok(Some(about)) => {
                let new = page.about.is_none();
                let article = overlay.selected.checked_sub(page.first_article()).filter(|_| !new);
                page.tell(about, width);
                let selected = match article {
                    Some(article) => page.first_article() + article,
                    // Articles at once, unless the facts would be out of sight.
                    None if new && page.first_article() < visible => page.first_article(),
                    None if new => 0,
                    None => overlay.selected,
                };
                overlay.selected = selected;
                overlay.move_by(0, visible);
            }
            Ok(None) => self.say("nobody and nothing is called so any more"),
            Err(message) => self.trouble(message),
        }
    }

    /// Enter on a line of the page.
    pub(super) fn choose_on_page(&mut self, overlay: Overlay) -> Result<()> {
        let line = match &overlay.content {
            Content::Page(page) => page.line(overlay.selected),
            _ => None,
        };
        match line {
            Some(PageLine::Companion(row)) => {
                self.overlay = Some(overlay);
                self.open_page(Named { id: row.id, name: row.name, label: row.label });
                Ok(())
            }
            Some(PageLine::Article(n)) => self.open_from_page(overlay, n),
            _ => {
                self.overlay = Some(overlay);
                Ok(())
            }
        }
    }

    /// Opens an article of the page, with the others around it in the list.
    fn open_from_page(&mut self, overlay: Overlay, n: usize) -> Result<()> {
        let Content::Page(page) = &overlay.content else { return Ok(()) };
        let (ids, text) = (page.articles().to_vec(), query_for(page.label, &page.name));
        let Some(id) = ids.get(n).copied() else { return Ok(()) };
        self.note_place()?;
        let detour = Detour {
            page: overlay,
            trail: std::mem::take(&mut self.trail),
            search: self.search.clone(),
            list: self.list.clone(),
            focus: self.focus,
            zoom: self.zoom,
        };
        if self.detours.len() >= DEPTH {
            self.detours.remove(0);
        }
        self.detours.push(detour);
        self.show_articles(text, ids, id)
    }

    fn show_articles(&mut self, text: String, ids: Vec<ArticleId>, id: ArticleId) -> Result<()> {
        self.list_articles(text, ids)?;
        self.list.touched = true;
        self.list.go_to(&self.library, id)?;
        (self.focus, self.zoom) = (Focus::Reading, false);
        self.read_selected()
    }

    /// Back from an article to the page that led to it; false when none did.
    pub(super) fn return_to_page(&mut self) -> Result<bool> {
        let Some(detour) = self.detours.pop() else { return Ok(false) };
        self.note_place()?;
        (self.search, self.list) = (detour.search, detour.list);
        (self.focus, self.zoom) = (detour.focus, detour.zoom);
        self.snippets.clear();
        self.reading.mark(self.search.as_ref().and_then(Search::marker));
        self.list.reread(&self.library, &[])?;
        if let Some(search) = self.search.clone().filter(|search| search.hits.is_none()) {
            // Its answer came, if it did, while another search was on the screen.
            self.start_search(search.text, search.typing);
        }
        (self.overlay, self.trail) = (Some(detour.page), detour.trail);
        self.ask_about();
        Ok(true)
    }

    /// The articles about the entity meant, in the list; without one, asks which.
    pub(super) fn entity_articles(&mut self) -> Result<()> {
        match self.entity_meant()? {
            Some(named) => self.search_entity(named.label, &named.name),
            None => self.show_entities(),
        }
        Ok(())
    }

    /// Shows the articles about an entity.
    fn search_entity(&mut self, label: Label, name: &str) {
        self.overlay = None;
        self.forget_detours();
        (self.focus, self.zoom) = (Focus::List, false);
        self.start_search(query_for(label, name), false);
    }

    /// From here on Esc goes back the usual way.
    pub(super) fn forget_detours(&mut self) {
        self.trail.clear();
        self.detours.clear();
    }

    /// Asks who else the entity is, or is not; on its page, which is opened first.
    pub(super) fn ask_who(&mut self, purpose: Purpose) -> Result<()> {
        if self.entity_on_page().is_none() {
            self.entity_page()?;
        }
        if self.entity_on_page().is_none() {
            return Ok(());
        }
        self.ask_for(purpose);
        // What is likely to be meant stands there already: typing replaces it.
        let likely = match purpose {
            Purpose::Same => self.chosen_companion(),
            _ => self.only_choice(),
        };
        if let (Some(choice), Some(input)) = (likely, &mut self.input) {
            (input.prompt, input.fresh) = (Prompt::new(&choice.text), true);
            input.completion = Some(Completion::of(choice));
        }
        Ok(())
    }

    /// The companion that is selected on the page.
    fn chosen_companion(&self) -> Option<Choice> {
        let overlay = self.overlay.as_ref()?;
        match self.entity_on_page()?.line(overlay.selected)? {
            PageLine::Companion(row) => Some(Choice {
                text: row.name,
                articles: Some(row.articles),
                entity: Some((row.id, row.label)),
            }),
            _ => None,
        }
    }

    fn only_choice(&self) -> Option<Choice> {
        match self.input.as_ref()?.completion.as_ref()?.choices.as_slice() {
            [choice] => Some(choice.clone()),
            _ => None,
        }
    }

    /// The entity of the page on screen.
    pub(super) fn entity_on_page(&self) -> Option<&EntityPage> {
        match self.overlay.as_ref()?.content {
            Content::Page(ref page) => Some(page),
            _ => None,
        }
    }

    /// The entity of the page is the same as another.
    pub(super) fn say_same(&mut self, name: &str, chosen: Option<EntityId>) -> Result<()> {
        let Some((id, label)) = self.entity_on_page().map(|page| (page.id, page.label)) else {
            return Ok(());
        };
        let other = match chosen {
            Some(chosen) => Some(chosen),
            None => {
                let called = self.library.called(&[], name)?;
                let namesake = called.iter().find(|other| other.label == label && other.id != id);
                namesake.or(called.first()).map(|other| other.id)
            }
        };
        let Some(other) = other else {
            self.trouble(format!("nobody and nothing is called {name}: tab completes"));
            return Ok(());
        };
        let change = self.library.same(id, other)?;
        if change.is_empty() {
            self.say("these are the same already");
            return Ok(());
        }
        self.change(&change)
    }

    /// A name or spelling is not that of the entity of the page.
    pub(super) fn say_not_same(&mut self, name: &str) -> Result<()> {
        let Some((id, own)) = self.entity_on_page().map(|page| (page.id, page.name.clone())) else {
            return Ok(());
        };
        match self.library.not_same(id, &[], name)? {
            Some(change) => self.change(&change),
            None => {
                self.trouble(format!("{own} is not called {name}: tab completes"));
                Ok(())
            }
        }
    }

    /// Lines of the page that are on the screen get their rows.
    pub(super) fn settle_page(&mut self) -> Result<()> {
        let (width, visible) = (self.panes.overlay.width.saturating_sub(2), self.overlay_lines());
        let Some(overlay) = &mut self.overlay else { return Ok(()) };
        if let Content::Page(page) = &mut overlay.content {
            let before = page.first_article();
            page.settle(&self.library, width, overlay.top..overlay.top + visible)?;
            // Another width has other lines above the articles.
            if overlay.selected >= before && page.first_article() != before {
                overlay.selected = overlay.selected - before + page.first_article();
            }
        }
        overlay.move_by(0, visible);
        if let Content::Page(page) = &mut overlay.content {
            page.settle(&self.library, width, overlay.top..overlay.top + visible)?;
        }
        Ok(())
    }
}

/// The query that finds the articles about an entity.
fn query_for(label: Label, name: &str) -> String {
    let field = match label {
        Label::Person => "person",
        Label::Organization => "org",
        Label::Location | Label::Facility => "place",
        Label::Group => "group",
        Label::Product => "product",
        Label::Date | Label::Money | Label::Misc => "entity",
    };
    let name = name.replace('"', " ");
    format!("{field}:\"{}\"", name.trim())
}
