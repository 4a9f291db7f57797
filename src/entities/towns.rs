//! A town or country stands for its team only where an article is about sport.
//!
//! The network reads a sentence at a time, and `will visit Ankara and Cairo` could be a fixture.

use super::gazetteer::{Gazetteer, Kinds};
use super::tokens::Text;
use super::{Found, Sure};
use crate::article::Label;

/// An article is about sport from this many different words of it on.
const ENOUGH: usize = 2;

const SPORT: [&str; 48] = [
    "match",
    "matches",
    "goal",
    "goals",
    "league",
    "season",
    "coach",
    "striker",
    "midfielder",
    "defender",
    "goalkeeper",
    "wicket",
    "wickets",
    "innings",
    "halftime",
    "playoff",
    "playoffs",
    "scored",
    "cup",
    "champions",
    "championship",
    "tournament",
    "semifinal",
    "semifinals",
    "qualifier",
    "team",
    "teams",
    "squad",
    "player",
    "players",
    "tennis",
    "soccer",
    "football",
    "cricket",
    "rugby",
    "baseball",
    "basketball",
    "hockey",
    "golf",
    "handball",
    "volleyball",
    "standings",
    "fixtures",
    "relegated",
    "penalties",
    "cycling",
    "athletics",
    "boxing",
];

/// Makes listed places of organisations that are named as they are, unless the article is about sport.
pub fn settle(texts: &[Text], found: &mut [Vec<Found>], gazetteer: &Gazetteer) {
    if is_about_sport(texts) {
        return;
    }
    for (text, names) in texts.iter().zip(found) {
        for name in names.iter_mut().filter(|name| name.label == Label::Organization) {
            if is_place(text, name, gazetteer) {
                *name = Found { label: Label::Location, sure: Sure::Told, ..*name };
            }
        }
    }
}

fn is_about_sport(texts: &[Text]) -> bool {
    let mut seen: Vec<&str> = Vec::new();
    for text in texts {
        for n in 0..text.tokens.len() {
            let word = text.fold(n);
            if let Some(word) = SPORT.iter().find(|w| **w == word)
                && !seen.contains(word)
            {
                seen.push(word);
            }
        }
    }
    seen.len() >= ENOUGH
}

fn is_place(text: &Text, name: &Found, gazetteer: &Gazetteer) -> bool {
    gazetteer
        .longest(text, name.from, name.to, Kinds::PLACE)
        .is_some_and(|(to, kinds)| to == name.to && !kinds.any(Kinds::ORGANISATION))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(lines: &[&str], word: &str) -> Label {
        let gazetteer = Gazetteer::get();
        let texts: Vec<Text> = lines.iter().map(|raw| Text::new(raw, gazetteer)).collect();
        let first = &texts[0];
        let at = (0..first.tokens.len()).find(|n| first.word(*n) == word).unwrap();
        let name = Found { from: at, to: at + 1, label: Label::Organization, sure: Sure::Told };
        let mut found = vec![Vec::new(); texts.len()];
        found[0].push(name);
        settle(&texts, &mut found, gazetteer);
        found[0][0].label
    }

    #[test]
    fn a_town_is_a_place_where_nobody_plays() {
        let visit = "The minister will visit Ankara next week.";
        assert_eq!(label(&[visit], "Ankara"), Label::Location);
        assert_eq!(
            label(&["The team will visit Ankara next season."], "Ankara"),
            Label::Organization
        );
        assert_eq!(label(&[visit, "The coach named his squad."], "Ankara"), Label::Organization);
    }

    #[test]
    fn an_unlisted_name_stays_what_it_was() {
        assert_eq!(
            label(&["The minister will visit Odrika next week."], "Odrika"),
            Label::Organization
        );
    }
}
