//! Completing what is typed: values of a query, names to merge, spellings to take off.

use std::ops::Range;

use super::input::Purpose;
use super::{App, Effect};
use crate::article::Label;
use crate::library::query::{self, Wanted};
use crate::library::{Choice, EntityId};

/// Matches shown.
pub const CHOICES: usize = 8;

/// What the value at the cursor may become.
#[derive(Clone, Debug, Default)]
pub struct Completion {
    /// Answers with another number are dropped.
    number: u64,
    /// The bytes of the prompt that a choice takes the place of.
    pub span: Range<usize>,
    /// The best first.
    pub choices: Vec<Choice>,
    /// The one that stands in the prompt.
    pub at: Option<usize>,
}

impl Completion {
    /// A choice that has been made.
    pub(super) fn of(choice: Choice) -> Self {
        Self { number: 0, span: 0..choice.text.len(), choices: vec![choice], at: Some(0) }
    }
}

impl App {
    /// Asks for what the text being typed may become, or drops it where nothing can be completed.
    pub(super) fn ask_completion(&mut self) {
        let Some(input) = &mut self.input else { return };
        let (text, cursor) = (input.prompt.text(), input.prompt.cursor());
        let (wanted, value, span) = match input.purpose {
            Purpose::Library => match query::typed(text, cursor) {
                Some(typed) => (typed.wanted, typed.value, typed.span),
                None => return input.completion = None,
            },
            Purpose::Same if !text.is_empty() => {
                let named = |label: &Label| !matches!(label, Label::Date | Label::Money);
                let labels = Label::ALL.into_iter().filter(named).collect();
                (Wanted::Entity(labels), text.to_owned(), 0..text.len())
            }
            Purpose::NotSame => return self.complete_spelling(),
            _ => return input.completion = None,
        };
        if input.completion.is_none() && input.purpose == Purpose::Library {
            // Only now: whoever searches for words alone need not hold all names in memory.
            self.effects.push(Effect::WarmUp);
        }
        self.lookups += 1;
        let number = self.lookups;
        let choices = input.completion.take().map(|old| old.choices).unwrap_or_default();
        input.completion = Some(Completion { number, span, choices, at: None });
        self.effects.push(Effect::Complete { number, wanted, value });
    }

    /// The other spellings of the entity of the page, those that hold what is typed.
    fn complete_spelling(&mut self) {
        let spellings = self.entity_on_page().and_then(|page| page.about.as_ref());
        let spellings = spellings.map_or(Vec::new(), |about| about.spellings.clone());
        let Some(input) = &mut self.input else { return };
        let typed = input.prompt.text().to_lowercase();
        let fits = spellings.into_iter().filter(|name| name.to_lowercase().contains(&typed));
        let choice = |text| Choice { text, articles: None, entity: None };
        let choices: Vec<Choice> = fits.take(CHOICES).map(choice).collect();
        let span = 0..input.prompt.text().len();
        input.completion = Some(Completion { number: 0, span, choices, at: None });
    }

    pub(super) fn completed(
        &mut self,
        number: u64,
        choices: std::result::Result<Vec<Choice>, String>,
    ) {
        let completion = self.input.as_mut().and_then(|input| input.completion.as_mut());
        let Some(completion) = completion.filter(|completion| completion.number == number) else {
            return;
        };
        match choices {
            Ok(choices) => completion.choices = choices,
            Err(message) => self.trouble(message),
        }
    }

    /// Puts the next or previous choice in the prompt; false when there is none.
    pub(super) fn next_choice(&mut self, back: bool) -> bool {
        let Some(input) = &mut self.input else { return false };
        let plain = input.purpose != Purpose::Library;
        let Some(completion) = input.completion.as_mut().filter(|c| !c.choices.is_empty()) else {
            return false;
        };
        let count = completion.choices.len();
        let at = match (completion.at, back) {
            (None, false) => 0,
            (None, true) => count - 1,
            (Some(at), false) => (at + 1) % count,
            (Some(at), true) => (at + count - 1) % count,
        };
        // An answer still under way is to what was typed before.
        completion.number = 0;
        completion.at = Some(at);
        let value = &completion.choices[at].text;
        let value = if plain { value.clone() } else { query::quoted(value) };
        let end = completion.span.start + value.len();
        input.prompt.replace(completion.span.clone(), &value);
        completion.span.end = end;
        true
    }

    /// The entity whose name was chosen, unless it was changed since.
    pub(super) fn chosen_entity(completion: &Option<Completion>) -> Option<EntityId> {
        let completion = completion.as_ref()?;
        let choice = completion.choices.get(completion.at?)?;
        choice.entity.map(|(id, _)| id)
    }
}
