//! The line being typed, and what becomes of it.

use std::sync::Arc;

use super::complete::Completion;
use super::keys::{Code, Key};
use super::prompt::{Edit, Prompt};
use super::search::Search;
use super::{App, Effect, Focus};
use crate::library::Result;
use crate::library::query;
use crate::library::search::Marker;

/// A prompt at the foot of the screen.
#[derive(Clone, Debug)]
pub struct Input {
    pub purpose: Purpose,
    pub prompt: Prompt,
    /// The text is that of the search on screen, as it was: typing replaces it, Esc keeps it.
    pub fresh: bool,
    /// What the value at the cursor may become.
    pub completion: Option<Completion>,
    /// Where the reading pane stood, to go back to.
    top: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Search the library.
    Library,
    /// Search the text on screen.
    Text,
    Tag,
    Untag,
    /// Who is the same as the entity of the page.
    Same,
    /// What the entity of the page is not called.
    NotSame,
}

impl App {
    pub(super) fn ask_for(&mut self, purpose: Purpose) {
        let text = match (purpose, &self.search) {
            (Purpose::Library, Some(search)) => search.text.clone(),
            _ => String::new(),
        };
        let (prompt, fresh) = (Prompt::new(&text), !text.is_empty());
        let top = self.reading.top;
        self.input = Some(Input { purpose, prompt, fresh, completion: None, top });
        match purpose {
            Purpose::Same => self.effects.push(Effect::WarmUp),
            Purpose::NotSame => self.ask_completion(),
            Purpose::Library | Purpose::Text | Purpose::Tag | Purpose::Untag => {}
        }
    }

    /// Searches as far as the focus says: the library from the list, the text from the text.
    pub(super) fn ask_for_search(&mut self) {
        let text = self.focus == Focus::Reading && self.reading.article.is_some();
        self.ask_for(if text { Purpose::Text } else { Purpose::Library });
    }

    /// A key while a prompt is open.
    pub(super) fn type_key(&mut self, key: Key) -> Result<()> {
        let Some(input) = &mut self.input else { return Ok(()) };
        let replaces = matches!(key.code, Code::Char(_) | Code::Backspace) && !key.ctrl && !key.alt;
        if std::mem::take(&mut input.fresh) {
            if key.code == Code::Esc {
                self.input = None;
                return Ok(());
            }
            if replaces {
                input.prompt = Prompt::default();
                input.completion = None;
                if key.code == Code::Backspace {
                    self.typed();
                    return Ok(());
                }
            }
        }
        match (key.code, key.ctrl) {
            (Code::Enter, _) => return self.enter(),
            (Code::Esc, _) | (Code::Char('c' | 'g'), true) => {
                self.cancel();
                return Ok(());
            }
            (Code::Backspace, false) if input.prompt.text().is_empty() => {
                self.cancel();
                return Ok(());
            }
            (Code::Up, _) | (Code::Char('p'), true) => return self.move_in_results(-1),
            (Code::Down, _) | (Code::Char('n'), true) => return self.move_in_results(1),
            (Code::PageUp, _) => return self.move_in_results(-(self.visible_rows() as isize)),
            (Code::PageDown, _) => return self.move_in_results(self.visible_rows() as isize),
            (Code::Tab, _) => return self.complete(false),
            (Code::BackTab, _) => return self.complete(true),
            _ => {}
        }
        match (input.prompt.key(key), key.after_esc()) {
            (Edit::Changed, _) => self.typed(),
            (Edit::Ignored, Some(after)) => {
                self.cancel();
                return self.key(after);
            }
            _ => {}
        }
        Ok(())
    }

    /// Text pasted into the prompt.
    pub(super) fn paste(&mut self, text: &str) {
        if let Some(input) = &mut self.input {
            if std::mem::take(&mut input.fresh) {
                input.prompt = Prompt::default();
            }
            input.prompt.insert(text);
            self.typed();
        }
    }

    /// What was typed has changed: search at once.
    fn typed(&mut self) {
        let Some(input) = &self.input else { return };
        let text = input.prompt.text().to_owned();
        match input.purpose {
            Purpose::Library => {
                self.forget_detours();
                self.start_search(text, true);
            }
            Purpose::Text => self.search_text(&text, true),
            Purpose::Tag | Purpose::Untag | Purpose::Same | Purpose::NotSame => {}
        }
        self.ask_completion();
    }

    fn search_text(&mut self, text: &str, typing: bool) {
        let (query, _) = query::parse(text, typing, self.now);
        let empty = text.trim().is_empty();
        self.reading.mark((!empty).then(|| Arc::new(Marker::new(&query))));
        if let Some(input) = &self.input {
            self.reading.top = input.top;
        }
        self.reading.next_hit(false);
    }

    fn move_in_results(&mut self, by: isize) -> Result<()> {
        if self.input.as_ref().is_some_and(|input| input.purpose == Purpose::Library) {
            self.list.move_by(&self.library, by)?;
            self.note_growth();
        }
        Ok(())
    }

    fn enter(&mut self) -> Result<()> {
        let Some(input) = self.input.take() else { return Ok(()) };
        let text = input.prompt.text().trim().to_owned();
        match input.purpose {
            // The hits are on the screen already, those of the last word's prefix too.
            Purpose::Library => self.focus = Focus::List,
            Purpose::Text if text.is_empty() => {}
            Purpose::Text if self.reading.hits.is_empty() && self.reading.hidden_hits > 0 => {
                self.say(self.no_hit());
            }
            Purpose::Text if self.reading.hits.is_empty() => {
                self.trouble(format!("not in this text: {text}"));
            }
            Purpose::Text => {}
            Purpose::Tag | Purpose::Untag if text.is_empty() => {}
            Purpose::Tag => self.tag(text, true)?,
            Purpose::Untag => self.tag(text, false)?,
            Purpose::Same | Purpose::NotSame if text.is_empty() => {}
            Purpose::Same => self.say_same(&text, Self::chosen_entity(&input.completion))?,
            Purpose::NotSame => self.say_not_same(&text)?,
        }
        Ok(())
    }

    fn cancel(&mut self) {
        let Some(input) = self.input.take() else { return };
        match input.purpose {
            Purpose::Library => self.end_search(),
            Purpose::Text => {
                self.reading.mark(self.search.as_ref().and_then(Search::marker));
                self.reading.top = input.top;
            }
            Purpose::Tag | Purpose::Untag | Purpose::Same | Purpose::NotSame => {}
        }
    }

    /// Puts the next choice in; the search goes on with it. Tags are completed from those in use.
    fn complete(&mut self, back: bool) -> Result<()> {
        if self.next_choice(back) {
            if let Some(input) = self.input.as_ref().filter(|i| i.purpose == Purpose::Library) {
                let text = input.prompt.text().to_owned();
                self.forget_detours();
                self.start_search(text, true);
            }
            return Ok(());
        }
        let Some(input) = &mut self.input else { return Ok(()) };
        let candidates: Vec<String> = match input.purpose {
            Purpose::Tag => self.library.tags()?.into_keys().collect(),
            Purpose::Untag => self.state.tags.clone(),
            Purpose::Library | Purpose::Text | Purpose::Same | Purpose::NotSame => return Ok(()),
        };
        let typed = input.prompt.text();
        let fits: Vec<&String> = candidates.iter().filter(|tag| tag.starts_with(typed)).collect();
        match fits.as_slice() {
            [] => self.trouble("no tag begins like this"),
            [tag] => input.prompt = Prompt::new(tag),
            several => {
                let names: Vec<&str> = several.iter().map(|tag| tag.as_str()).collect();
                let names = names.join("  ");
                self.say(names);
            }
        }
        Ok(())
    }
}
