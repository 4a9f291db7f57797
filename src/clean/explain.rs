//! Why a paragraph is hidden, first as data, then in words for the explain view.

use super::cues::{Hit, Place};

/// What spoke for boilerplate.
#[derive(Clone, Debug, PartialEq)]
pub enum Clue {
    Cue(Hit),
    Time,
    Author,
    Links(f32),
    Machine,
    Separators,
    Again,
    Title,
    Caption,
    /// Introduces the author.
    Bio,
    /// Below a line that announces other stories.
    Listed,
    BeforeStory,
    AfterStory,
    /// Between paragraphs of the story.
    Among,
    /// Words that are used in boilerplate far more than in stories, as the line writes them.
    Words(Vec<String>),
    /// Shares little with title and story.
    Stranger,
    Short,
    /// The names of the page's blocks around it.
    Block,
    /// Behind a line that ends the story, which is named here; true for prose that shares few names
    /// with the story.
    Behind(&'static str, bool),
    /// Where in the page it stands.
    Region(String),
}

/// The clue in words.
pub fn words(clue: &Clue) -> String {
    match clue {
        Clue::Cue(hit) => cue(hit),
        Clue::Time => "it is a date or a time and nothing else".into(),
        Clue::Author => "names the author and says nothing else".into(),
        Clue::Links(share) => format!("{:.0} % of it is links", share * 100.0),
        Clue::Machine => "mostly addresses or machine text".into(),
        Clue::Separators => "entries parted by signs, like a menu".into(),
        Clue::Again => "repeats a line above it".into(),
        Clue::Title => "repeats the title".into(),
        Clue::Caption => "the caption of a picture".into(),
        Clue::Bio => "introduces the author".into(),
        Clue::Listed => "listed below a line that announces other stories".into(),
        Clue::BeforeStory => "stands before the story begins".into(),
        Clue::AfterStory => "stands after the end of the story".into(),
        Clue::Among => "breaks into the story like the lines around it".into(),
        Clue::Words(words) => format!("words as in boilerplate: {}", quoted(words)),
        Clue::Stranger => "shares few words and names with the story".into(),
        Clue::Short => "a short line without the form of a sentence".into(),
        Clue::Block => "the page's blocks around it are not named or laid out like a story".into(),
        Clue::Behind(what, true) => format!("follows {what} and shares few names with the story"),
        Clue::Behind(what, false) => format!("follows {what}, which ends the story"),
        Clue::Region(region) => region.clone(),
    }
}

fn quoted(words: &[String]) -> String {
    words.iter().map(|word| format!("“{word}”")).collect::<Vec<_>>().join(", ")
}

fn cue(hit: &Hit) -> String {
    let verb = match hit.place {
        Place::Whole => "says only",
        Place::Opens => "opens with",
        Place::Closes => "ends with",
        Place::Has => "says",
    };
    format!("{verb} “{}”", hit.phrase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clues_read_as_plain_words() {
        assert_eq!(words(&Clue::Links(0.82)), "82 % of it is links");
        let telling = Clue::Words(vec!["Sign".into(), "inbox".into()]);
        assert_eq!(words(&telling), "words as in boilerplate: “Sign”, “inbox”");
        assert!(words(&Clue::Behind("a legal notice", true)).starts_with("follows a legal notice"));
    }
}
