//! What the reading pane shows besides the text: boilerplate, reasons, entities.

use super::{Action, App};
use crate::page::is_spared;

const SPARED: &str = "nothing hidden: hardly anything of this text would be left";

impl App {
    /// Shows boilerplate or hides it. While it is being explained it is on the screen already, so
    /// the key hides it.
    pub(super) fn toggle_boilerplate(&mut self) {
        self.boilerplate = !(self.boilerplate || self.explain);
        self.explain = false;
        self.say(match (self.hidden(), self.boilerplate) {
            (0, _) if self.reading.article.as_deref().is_some_and(is_spared) => SPARED.to_owned(),
            (0, _) => "nothing is hidden in this article".to_owned(),
            (count, true) => format!("boilerplate shown: {}", paragraphs(count)),
            (count, false) => format!("boilerplate hidden: {}", paragraphs(count)),
        });
    }

    pub(super) fn toggle_explain(&mut self) {
        self.explain = !self.explain;
        self.say(match (self.explain, self.hidden()) {
            (true, 0) if self.reading.article.as_deref().is_some_and(is_spared) => {
                SPARED.to_owned()
            }
            (true, 0) => "nothing is hidden in this article".to_owned(),
            (true, count) => format!("why {} hidden{}", are(count), self.turns()),
            (false, _) => "no more reasons".to_owned(),
        });
    }

    /// "; - hides or keeps one": what can be done about it.
    fn turns(&self) -> String {
        let keys = self.keys.keys_of(Action::TurnHere);
        keys.first().map(|key| format!("; {key} hides or keeps one")).unwrap_or_default()
    }

    pub(super) fn toggle_labels(&mut self) {
        self.labels_on = !self.labels_on;
        self.say(if self.labels_on { "entities highlighted" } else { "entities plain" });
    }

    /// Paragraphs of the article on screen that are boilerplate.
    fn hidden(&self) -> usize {
        let article = self.reading.article.as_ref();
        article.map_or(0, |article| article.paragraphs.iter().filter(|p| !p.mark.kept()).count())
    }
}

fn paragraphs(count: usize) -> String {
    if count == 1 { "1 paragraph".to_owned() } else { format!("{count} paragraphs") }
}

fn are(count: usize) -> String {
    let verb = if count == 1 { "is" } else { "are" };
    format!("{} {verb}", paragraphs(count))
}
