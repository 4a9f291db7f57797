//! Finds people, organisations, places, groups, dates and money, and says which mentions are one.
//!
//! Text in, mentions out; cannot fail, reads nothing at run time, keeps no state between articles.
//!
//! `tokens` cuts a text, `gazetteer` knows words, `dates` and `money` are grammars. English is read by
//! the trained network in `model`; `proposed` makes its names fit, `vote` settles them by the rest of
//! the article, `towns` and `results` know when a town stands for its team. For other languages `runs` and `names` propose names, `unlisted` and `guess` label
//! the unknown ones and `evidence` settles them. `aliases` joins mentions. The smallest to copy from
//! is `money.rs`.

mod aliases;
mod dates;
mod evidence;
mod gazetteer;
#[cfg(test)]
mod gold;
mod guess;
pub mod model;
mod money;
mod names;
mod proposed;
mod results;
mod runs;
mod tokens;
mod towns;
mod unlisted;
mod vote;

use crate::article::{Article, Entity, Label, Mention, Place};
use evidence::Evidence;
pub use gazetteer::Gazetteer;
pub use tokens::Text;

/// What the tagger found in one article: see [`Article::entities`] and [`Article::mentions`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tagged {
    pub entities: Vec<Entity>,
    pub mentions: Vec<Mention>,
}

/// How sure a rule is of a name it proposes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sure {
    /// Stands only if the article uses the name elsewhere.
    Doubtful,
    /// A name, but its label is a guess.
    Guess,
    /// The words around it tell its label: `in Tarnby`, `Wielgosz said`.
    Told,
    Known,
}

/// A name as proposed, in tokens of its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Found {
    from: usize,
    to: usize,
    label: Label,
    sure: Sure,
}

/// How far capitals give names away where rules find them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Writing {
    /// Every noun has a capital.
    German,
    Other,
}

/// Longest text that is tagged, in bytes: two novels. What is longer is no article, and what is known
/// of words that are all different takes forty times their room.
const LONGEST: usize = 2 << 20;

/// True when nothing is tagged in it.
pub fn is_too_long(article: &Article) -> bool {
    article.paragraphs.iter().map(|p| p.text.len()).sum::<usize>() > LONGEST
}

/// Tags the title and every paragraph, hidden ones too. Deterministic.
pub fn tag(article: &Article) -> Tagged {
    if is_too_long(article) {
        return Tagged::default();
    }
    let gazetteer = Gazetteer::get();
    let body = article.paragraphs.iter().map(|p| p.text.as_str());
    let texts: Vec<Text> = std::iter::once(article.title.as_str())
        .chain(body)
        .map(|raw| Text::new(raw, gazetteer))
        .collect();
    let settled = match writing_of(article.language.as_deref()) {
        None => by_network(&texts, gazetteer),
        Some(writing) => by_rules(&texts, gazetteer, writing),
    };
    aliases::join(&texts, &settled)
}

/// English: the network reads paragraphs, then the article settles its names.
fn by_network(texts: &[Text], gazetteer: &Gazetteer) -> Vec<Vec<Found>> {
    let coded = model::codes::of(texts, gazetteer);
    let names = model::Model::get().names(texts, &coded);
    let mut found: Vec<Vec<Found>> =
        texts.iter().zip(names).map(|(text, names)| proposed::names(text, &names)).collect();
    vote::settle(texts, &mut found);
    towns::settle(texts, &mut found, gazetteer);
    for (text, names) in texts.iter().zip(&mut found) {
        results::mark_teams(text, names);
    }
    found
}

/// Other languages by word lists and what stands around a name.
fn by_rules(texts: &[Text], gazetteer: &Gazetteer, writing: Writing) -> Vec<Vec<Found>> {
    let mut evidence = Evidence::of(texts);
    let proposed: Vec<Vec<Found>> =
        texts.iter().map(|text| names::propose(text, gazetteer, &evidence, writing)).collect();
    evidence.learn(texts, &proposed);
    let settled = texts.iter().zip(proposed);
    settled.map(|(text, found)| evidence.settle(text, found, gazetteer)).collect()
}

fn place_of(text: usize) -> Place {
    match text {
        0 => Place::Title,
        n => Place::Paragraph(n as u32 - 1),
    }
}

/// `None` for English, and for what is not known to be something else.
fn writing_of(language: Option<&str>) -> Option<Writing> {
    match language {
        None | Some("en") => None,
        Some("de" | "lb") => Some(Writing::German),
        Some(_) => Some(Writing::Other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Paragraph;
    use proptest::prelude::*;

    pub const MARKS: [(&str, Label); 9] = [
        ("PER", Label::Person),
        ("ORG", Label::Organization),
        ("LOC", Label::Location),
        ("FAC", Label::Facility),
        ("GRP", Label::Group),
        ("PROD", Label::Product),
        ("DATE", Label::Date),
        ("MONEY", Label::Money),
        ("MISC", Label::Misc),
    ];

    pub fn article(paragraphs: &[&str]) -> Article {
        let paragraph = |text: &&str| Paragraph { text: (*text).into(), ..Paragraph::default() };
        Article { paragraphs: paragraphs.iter().map(paragraph).collect(), ..Article::default() }
    }

    fn strip(marked: &str) -> String {
        let mut plain = marked.to_owned();
        for (mark, _) in MARKS {
            plain = plain.replace(&format!("[{mark} "), "");
        }
        plain.replace(']', "")
    }

    fn mark(article: &Article, tagged: &Tagged, place: Place) -> String {
        let text = article.text_at(place);
        let (mut out, mut at) = (String::new(), 0);
        for mention in tagged.mentions.iter().filter(|m| m.place == place) {
            let name = MARKS.iter().find(|(_, label)| *label == mention.label).unwrap().0;
            let (start, end) = (mention.start as usize, mention.end as usize);
            out += &format!("{}[{name} {}]", &text[at..start], &text[start..end]);
            at = end;
        }
        out + &text[at..]
    }

    /// Each line is a paragraph of one article; by rules, in a language the network has not learnt.
    pub fn check(marked: &str) {
        check_in(Some("nl"), marked);
    }

    /// By the network.
    pub fn check_english(marked: &str) {
        check_in(None, marked);
    }

    pub fn check_in(language: Option<&str>, marked: &str) {
        let plain = strip(marked);
        let mut article = article(&plain.lines().collect::<Vec<_>>());
        article.language = language.map(Into::into);
        let tagged = tag(&article);
        let lines: Vec<String> = (0..article.paragraphs.len())
            .map(|n| mark(&article, &tagged, Place::Paragraph(n as u32)))
            .collect();
        assert_eq!(lines.join("\n"), marked);
    }

    #[test]
    fn a_headline_in_capitals_shows_only_names_of_the_body() {
        let mut article = article(&["Mayor Ada Lovelock opened a bridge in Oxford."]);
        article.language = Some("nl".into());
        article.title = "Big Crowds Cheer As Lovelock Opens Great Shiny Bridge".into();
        let tagged = tag(&article);
        let marked = mark(&article, &tagged, Place::Title);
        assert_eq!(marked, "Big Crowds Cheer As [PER Lovelock] Opens Great Shiny Bridge");
    }

    #[test]
    fn german_nouns_are_no_names() {
        check_in(
            Some("de"),
            "Die Regierung in [LOC Berlin] will mit [PER Angela Merkel] über Geld reden.",
        );
    }

    #[test]
    fn scripts_without_case_stay_quiet() {
        for text in ["今日の会議は東京で開かれた", "انعقد الاجتماع اليوم في العاصمة"]
        {
            check(text);
            check_english(text);
        }
    }

    fn valid(article: &Article) {
        let tagged = tag(article);
        let mut last = (Place::Title, 0);
        for mention in &tagged.mentions {
            let text = article.text_at(mention.place);
            assert!((mention.place, mention.start) >= last, "sorted and disjoint");
            assert!(
                text.get(mention.start as usize..mention.end as usize)
                    .is_some_and(|t| !t.is_empty())
            );
            assert!((mention.entity as usize) < tagged.entities.len());
            last = (mention.place, mention.end);
        }
        assert_eq!(tag(article), tagged, "deterministic");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_text_gives_valid_spans(title in "\\PC{0,60}", body in "\\PC{0,200}") {
            let mut article = article(&[&body]);
            article.title = title;
            valid(&article);
        }

        #[test]
        fn news_like_text_gives_valid_spans(
            words in prop::collection::vec(prop::sample::select(vec![
                "President", "Mr", ".", ",", "of", "the", "Bank", "and", "Ada", "U.S.", "(", ")", "NATO",
                "May", "16", "2021", "$", "5", "m", "-", "al", "bin", "'s", "Kenya", "Ministry", "\"", "St",
                "Turkish", "İzmir", "ǅ", "e\u{301}", "年", "Rs", "crore", "for", "University", "J", "&",
            ]), 0..40),
            apart in prop::sample::select(vec![" ", ""]),
        ) {
            valid(&article(&[&words.join(apart)]));
        }
    }
}
