//! Lines that break into a story and are told by no word of their own: what the author is
//! introduced by, and headlines below a line that announces them.

use super::explain::Clue;
use super::features::Line;
use super::rules::Verdict;
use super::signs::Ending;
use crate::article::{Article, Reason};

/// Lines told so, in order.
#[derive(Default)]
pub struct Asides {
    /// "Elsa Brandt is a reporter in Norrvik.", below the story that she wrote.
    bios: Vec<usize>,
    /// Headlines below "ALSO READ:".
    listed: Vec<usize>,
}

impl Asides {
    pub fn of(article: &Article, lines: &[Line], verdicts: &[Verdict]) -> Self {
        Self { bios: bios(article, lines), listed: listed(lines, verdicts) }
    }

    /// What is told of a line, and by what.
    pub fn reason(&self, line: usize) -> Option<(Reason, Clue)> {
        let among = |lines: &[usize]| lines.binary_search(&line).is_ok();
        match () {
            () if among(&self.bios) => Some((Reason::Byline, Clue::Bio)),
            () if among(&self.listed) => Some((Reason::Teaser, Clue::Listed)),
            () => None,
        }
    }
}

/// Words of the shortest line that introduces somebody.
const INTRODUCED: usize = 6;

/// In the second half of what an author wrote, a line that opens with the author's full name and
/// goes on in small letters: no reporter speaks so within the story.
fn bios(article: &Article, lines: &[Line]) -> Vec<usize> {
    let byline = article.byline.as_deref().unwrap_or("");
    let names = byline.split([',', ';', '&', '|']).flat_map(|part| part.split(" and "));
    let full = |name: &&str| name.split_whitespace().count() >= 2;
    let names: Vec<&str> = names.map(str::trim).filter(full).collect();
    if names.is_empty() {
        return Vec::new();
    }
    let introduces = |at: &usize| {
        let text = article.paragraphs[*at].text.as_str();
        let rest = names.iter().find_map(|name| text.strip_prefix(name)?.strip_prefix(' '));
        rest.is_some_and(|rest| rest.starts_with(char::is_lowercase))
            && lines[*at].words >= INTRODUCED
    };
    (lines.len() / 2..lines.len()).filter(introduces).collect()
}

/// Words of the longest line that says nothing but that other stories follow.
const ANNOUNCED: usize = 5;
/// Words of a headline, and how many stand in one list.
const HEADLINE: std::ops::RangeInclusive<usize> = 5..=25;
const LIST: std::ops::RangeInclusive<usize> = 2..=8;

/// Below a line that says nothing but that other stories follow, and ends in a colon, those lines
/// up to the next sentence that have the form of headlines. One alone may be a heading.
fn listed(lines: &[Line], verdicts: &[Verdict]) -> Vec<usize> {
    let headline = |line: &&Line| {
        HEADLINE.contains(&line.words) && matches!(line.ending, Ending::Open) && !line.bullet
    };
    let announces = |at: &usize| {
        let told = &verdicts[*at].strongest;
        lines[*at].ending == Ending::Colon
            && lines[*at].words <= ANNOUNCED
            && matches!(told, Some((_, Reason::Teaser, Clue::Cue(_))))
    };
    let mut found = Vec::new();
    for at in (0..lines.len()).filter(announces) {
        let count = lines[at + 1..].iter().take_while(headline).count();
        if LIST.contains(&count) {
            found.extend(at + 1..=at + count);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Document, Paragraph};
    use crate::clean::observed::Observed;

    const PROSE: &str = "The ferry came back to Norrvik on Monday after eleven weeks in the yard.";

    fn asides(byline: &str, texts: &[&str]) -> Asides {
        let paragraph = |text: &&str| Paragraph { text: text.to_string(), ..Paragraph::default() };
        let article = Article {
            byline: Some(byline.into()),
            paragraphs: texts.iter().map(paragraph).collect(),
            ..Article::default()
        };
        Observed::of(&Document::of(article)).asides
    }

    #[test]
    fn the_author_is_introduced_below_the_story() {
        let bio = "Elsa Brandt hails from Norrvik and has sailed on every ferry of the sound.";
        let found = asides("Elsa Brandt and Otto Lind", &[PROSE, PROSE, bio]);
        assert_eq!(found.bios, [2]);
        assert_eq!(found.reason(2), Some((Reason::Byline, Clue::Bio)));
        let second = bio.replace("Elsa Brandt", "Otto Lind");
        assert_eq!(asides("Elsa Brandt and Otto Lind", &[PROSE, PROSE, &second]).bios, [2]);
        let none: [(&str, [&str; 3]); 4] = [
            ("Elsa Brandt", [bio, PROSE, PROSE]),
            ("Otto Lind", [PROSE, PROSE, bio]),
            ("Elsa", [PROSE, PROSE, "Elsa hails from Norrvik and has sailed on every ferry."]),
            ("Elsa Brandt", [PROSE, PROSE, "Elsa Brandt Street was closed for the whole of May."]),
        ];
        for (byline, texts) in none {
            assert!(asides(byline, &texts).bios.is_empty(), "{byline}: {texts:?}");
        }
    }

    #[test]
    fn headlines_are_listed_below_what_announces_them() {
        let (first, second) =
            ("Norrvik doubles its fund for bridges and quays", "Sound closed to tankers for a day");
        let found = asides("", &[PROSE, "ALSO READ:", first, second, PROSE]);
        assert_eq!(found.listed, [2, 3]);
        assert_eq!(found.reason(3), Some((Reason::Teaser, Clue::Listed)));
        let none: [&[&str]; 4] = [
            &[PROSE, "ALSO READ:", first, PROSE],
            &[PROSE, "What the council wants:", first, second, PROSE],
            &[PROSE, "ALSO READ:", PROSE, first, second],
            &[PROSE, "ALSO READ:", "The works", "The costs", PROSE],
        ];
        for texts in none {
            assert!(asides("", texts).listed.is_empty(), "{texts:?}");
        }
    }
}
