//! Earlier searches, called back into the search bar.

use super::App;
use super::input::{Input, Purpose};
use super::prompt::Prompt;
use crate::library::Result;

/// The searches that begin as what was typed, and which of them stands in the prompt.
#[derive(Clone, Debug)]
pub(super) struct Recall {
    /// What was typed before: it comes back after the newest.
    typed: String,
    /// The newest first.
    found: Vec<String>,
    /// Counted from one; zero is what was typed.
    at: usize,
}

impl Recall {
    fn new(typed: &str, fresh: bool, searches: Vec<String>) -> Self {
        // The search on screen is no beginning of another: any may follow.
        let begin = if fresh { "" } else { typed };
        let fits = |text: &String| text.starts_with(begin) && text != typed;
        let found = searches.into_iter().filter(fits).collect();
        Self { typed: typed.to_owned(), found, at: 0 }
    }

    /// One search back, or forward again; `None` at the end.
    fn step(&mut self, back: bool) -> Option<&str> {
        let at = match back {
            true => Some(self.at + 1).filter(|at| *at <= self.found.len())?,
            false => self.at.checked_sub(1)?,
        };
        self.at = at;
        Some(at.checked_sub(1).map_or(&self.typed, |n| &self.found[n]))
    }
}

impl App {
    /// Puts the search before the one in the prompt there, or the one after it.
    pub(super) fn recall(&mut self, back: bool) -> Result<()> {
        let Some(Input { purpose: Purpose::Library, .. }) = self.input else { return Ok(()) };
        let searches = self.library.searches()?;
        let Some(input) = &mut self.input else { return Ok(()) };
        let fresh = std::mem::take(&mut input.fresh);
        let typed = input.prompt.text().to_owned();
        let recall = input.recall.get_or_insert_with(|| Recall::new(&typed, fresh, searches));
        let Some(text) = recall.step(back) else { return Ok(()) };
        input.prompt = Prompt::new(text);
        self.typed();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_goes_back_and_down_forward_to_what_was_typed() {
        let searches = ["ferry strike", "snow", "ferry", "fe"].map(String::from).to_vec();
        let mut recall = Recall::new("fe", false, searches.clone());
        assert_eq!(recall.step(false), None);
        assert_eq!(recall.step(true), Some("ferry strike"));
        assert_eq!(recall.step(true), Some("ferry"));
        assert_eq!(recall.step(true), None, "the oldest stays");
        assert_eq!(recall.step(false), Some("ferry strike"));
        assert_eq!(recall.step(false), Some("fe"));
        let mut shown = Recall::new("snow", true, searches);
        assert_eq!(shown.step(true), Some("ferry strike"), "another than the one on screen");
    }
}
