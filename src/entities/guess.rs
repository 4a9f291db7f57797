//! Labels for names that no list and no head word tells: by shape and by the words around them.

use super::gazetteer::Kinds;
use super::tokens::{Shape, Text};
use super::{Sure, Writing};
use crate::article::Label;

const SAYING: [&str; 22] = [
    "said",
    "says",
    "told",
    "added",
    "adds",
    "stated",
    "noted",
    "explained",
    "argued",
    "insisted",
    "stressed",
    "recalled",
    "wrote",
    "who",
    "replied",
    "tweeted",
    "urged",
    "claimed",
    "thanked",
    "himself",
    "herself",
    "admitted",
];

/// `in_lower`: the word stands in lower case elsewhere in the article.
pub fn single(text: &Text, at: usize, writing: Writing, in_lower: bool) -> (Label, Sure) {
    let before = if at > 0 { text.fold(at - 1) } else { "" };
    let after = if at + 1 < text.tokens.len() { text.fold(at + 1) } else { "" };
    let doubtful = text.tokens[at].opens || writing == Writing::German || in_lower;
    let sure = if doubtful { Sure::Doubtful } else { Sure::Guess };
    let told = if writing == Writing::German { sure } else { Sure::Told };
    let said = SAYING.contains(&after) || text.is(at + 1, ",") && text.is(at + 2, "who");
    match text.shape(at) {
        Shape::Upper if writing == Writing::German => (Label::Organization, Sure::Guess),
        Shape::Upper => (Label::Organization, sure.max(Sure::Guess)),
        Shape::Capitalised if is_following(text.fold(at)) => (Label::Group, sure),
        _ if said => (Label::Person, told),
        _ if text.kinds(at).any(Kinds::FIRST_NAME) => (Label::Person, sure),
        Shape::Mixed => (Label::Organization, sure),
        _ if in_place_of(text, at) => (Label::Location, told),
        _ if where_it_is(before) => (Label::Location, if doubtful { sure } else { told }),
        _ if matches!(before, "at" | "from" | "to") => (Label::Location, sure),
        _ if before == "the" => (Label::Location, sure),
        _ => (Label::Person, sure),
    }
}

/// `the town of Kulu`
fn in_place_of(text: &Text, at: usize) -> bool {
    at > 1
        && text.fold(at - 1) == "of"
        && matches!(
            text.fold(at - 2),
            "town"
                | "city"
                | "village"
                | "port"
                | "province"
                | "district"
                | "region"
                | "island"
                | "state"
                | "county"
                | "municipality"
                | "suburb"
                | "towns"
                | "cities"
                | "villages"
                | "coast"
                | "outskirts"
        )
}

/// Words before a place that hardly stand before a person.
fn where_it_is(before: &str) -> bool {
    matches!(before, "in" | "near" | "around" | "outside" | "across" | "throughout")
}

/// `common`: how many of its words are common ones.
pub fn several(text: &Text, at: usize, to: usize, common: usize) -> (Label, Sure) {
    let before = if at > 0 { text.fold(at - 1) } else { "" };
    let after = if to < text.tokens.len() { text.fold(to) } else { "" };
    let plain =
        |n: usize| matches!(text.shape(n), Shape::Capitalised | Shape::Mixed | Shape::Initial);
    let words = (at..to).filter(|n| text.name_like(*n)).count();
    let linked = (at..to).any(|n| matches!(text.fold(n), "of" | "for" | "&" | "and"));
    let place = where_it_is(before) || before == "at" || in_place_of(text, at);
    let said = SAYING.contains(&after) || text.is(to, ",") && text.is(to + 1, "who");
    let plain = common == 0 && !linked && (at..to).all(|n| plain(n) || !text.name_like(n));
    match () {
        () if plain && place && words < 3 => (Label::Location, Sure::Told),
        () if plain && words <= 4 && said => (Label::Person, Sure::Told),
        () if plain && words <= 4 && before == "the" => (Label::Organization, Sure::Guess),
        () if plain && words <= 4 => (Label::Person, Sure::Guess),
        () if common == words => (Label::Misc, Sure::Guess),
        () => (Label::Organization, Sure::Guess),
    }
}

/// `Castroism`, `Peronists`: followers and what they follow.
fn is_following(fold: &str) -> bool {
    fold.len() > 6 && ["ism", "ist", "ists"].iter().any(|end| fold.ends_with(end))
}

#[cfg(test)]
mod tests {
    use crate::entities::tests::check;

    #[test]
    fn who_speaks_is_a_person() {
        check("Yesterday [PER Wielgosz] said no.");
    }

    #[test]
    fn where_it_happens_is_a_place() {
        check("A fire broke out in [LOC Tarnby].");
        check("It struck near the town of [LOC Kulu] at noon.");
    }

    #[test]
    fn followers_are_groups() {
        check("Many [GRP Lovelockists] cheered.");
    }
}
