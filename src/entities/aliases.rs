//! Joins the mentions of one entity: `Zelensky` is `Volodymyr Zelenskyy`, `KRU` the rugby union.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::gazetteer::Gazetteer;
use super::tokens::{Shape, Text};
use super::{Found, Tagged, place_of};
use crate::article::{Entity, Label, Mention};

/// An entity while it is being put together.
#[derive(Debug)]
struct Draft {
    label: Label,
    /// Folded words of its fullest form.
    words: Vec<String>,
    name: String,
    /// Where it is first named: text and token.
    first: (usize, usize),
}

#[derive(Debug, Default)]
struct Joiner {
    drafts: Vec<Draft>,
    by_key: HashMap<(Label, String), usize, RandomState>,
}

/// Abbreviations and what they stand for: a country has one name in all articles, in those too that
/// never write it out.
const SHORT: [(&str, &str); 9] = [
    ("us", "United States"),
    ("u.s.", "United States"),
    ("usa", "United States"),
    ("uk", "United Kingdom"),
    ("u.k.", "United Kingdom"),
    ("uae", "United Arab Emirates"),
    ("un", "United Nations"),
    ("u.n.", "United Nations"),
    ("drc", "Democratic Republic of Congo"),
];

/// Other forms that no rule finds.
const SAME: [(&str, &str); 6] = [
    ("america", "united states"),
    ("united states of america", "united states"),
    ("britain", "united kingdom"),
    ("great britain", "united kingdom"),
    ("turkiye", "turkey"),
    ("kiev", "kyiv"),
];

/// `found[n]` are the names of `texts[n]`, sorted and disjoint.
pub fn join(texts: &[Text], found: &[Vec<Found>]) -> Tagged {
    let mut joiner = Joiner::default();
    let mut entity_of: HashMap<(usize, usize), usize, RandomState> = HashMap::default();
    // Full names first, so that a headline's surname finds the bearer named below it.
    for full in [true, false] {
        for (n, text) in texts.iter().enumerate() {
            for (k, name) in found[n].iter().enumerate() {
                if (name.to - name.from > 1) == full {
                    entity_of.insert((n, k), joiner.entity(text, &found[n], k, n));
                }
            }
        }
    }
    tagged(texts, found, joiner, &entity_of)
}

fn tagged(
    texts: &[Text],
    found: &[Vec<Found>],
    joiner: Joiner,
    entity_of: &HashMap<(usize, usize), usize, RandomState>,
) -> Tagged {
    let mut number: HashMap<usize, u32, RandomState> = HashMap::default();
    let mut tagged = Tagged::default();
    for (n, names) in found.iter().enumerate() {
        for (k, name) in names.iter().enumerate() {
            let draft = entity_of[&(n, k)];
            let entity = *number.entry(draft).or_insert_with(|| {
                let Draft { label, name, .. } = &joiner.drafts[draft];
                tagged.entities.push(Entity { name: name.clone(), label: *label });
                tagged.entities.len() as u32 - 1
            });
            tagged.mentions.push(Mention {
                place: place_of(n),
                start: texts[n].tokens[name.from].start,
                end: texts[n].tokens[name.to - 1].end,
                label: name.label,
                entity,
            });
        }
    }
    tagged
}

impl Joiner {
    /// The entity of `found[k]`, new if nothing fits.
    fn entity(&mut self, text: &Text, found: &[Found], k: usize, n: usize) -> usize {
        let name = found[k];
        let at = (n, name.from);
        let words: Vec<String> = (name.from..name.to)
            .filter(|n| text.shape(*n) != Shape::Sign)
            .map(|n| text.fold(n).to_owned())
            .collect();
        let key = same_name(words.join(" "));
        let written =
            &text.raw[text.tokens[name.from].start as usize..text.tokens[name.to - 1].end as usize];
        if let Some(&draft) = self.by_key.get(&(name.label, key.clone())) {
            self.soften(draft, written);
            return draft;
        }
        let draft = match self.alias(text, found, k, &words, at) {
            Some(draft) => {
                self.lengthen(draft, &words, written);
                draft
            }
            None => {
                let names_a_place = matches!(name.label, Label::Location | Label::Organization);
                let full = words.first().filter(|_| names_a_place && words.len() == 1);
                let shown = full.and_then(|word| in_full(word)).unwrap_or(written).to_owned();
                self.drafts.push(Draft { label: name.label, words, name: shown, first: at });
                self.drafts.len() - 1
            }
        };
        self.by_key.insert((name.label, key), draft);
        draft
    }

    /// A dateline shouts its place; elsewhere the name is written as it is.
    fn soften(&mut self, draft: usize, written: &str) {
        let loud = |name: &str| !name.chars().any(char::is_lowercase);
        let name = &mut self.drafts[draft].name;
        if loud(name) && !loud(written) && name.chars().count() == written.chars().count() {
            *name = written.to_owned();
        }
    }

    fn lengthen(&mut self, draft: usize, words: &[String], written: &str) {
        let draft = &mut self.drafts[draft];
        if words.len() > draft.words.len() {
            draft.words = words.to_vec();
            draft.name = written.to_owned();
        }
    }

    fn alias(
        &self,
        text: &Text,
        found: &[Found],
        k: usize,
        words: &[String],
        at: (usize, usize),
    ) -> Option<usize> {
        let name = found[k];
        let by_rule = match name.label {
            Label::Person => self.person(words, at),
            Label::Date | Label::Money | Label::Group => return None,
            _ => self.bracketed(text, found, k).or_else(|| self.acronym(text, name)),
        };
        by_rule.or_else(|| self.misspelt(name.label, words))
    }

    /// Part of a full name. A surname that two bear is that of the one the story has introduced by
    /// then; of a first name only, the latest bearer wins.
    fn person(&self, words: &[String], at: (usize, usize)) -> Option<usize> {
        let people = || self.drafts.iter().enumerate().filter(|(_, d)| d.label == Label::Person);
        let last = words.last()?;
        let bearers: Vec<(usize, &Draft)> = people()
            .filter(|(_, d)| {
                d.words.last().is_some_and(|w| near(w, last))
                    && (words.len() == 1 || compatible(&d.words, words))
            })
            .collect();
        match *bearers {
            [] => {}
            [(draft, _)] => return Some(draft),
            // A full name that fits two is nobody's.
            _ if words.len() > 1 => return None,
            // Drafts of full names come in the order of the story.
            [(draft, first), (_, second), ..] => {
                // Of two that one paragraph introduces, a surname means neither.
                let apart = first.first.0 < second.first.0;
                let between = first.first < at && at < second.first;
                let headline = at < first.first && apart;
                return (between || headline).then_some(draft);
            }
        }
        let inner = people().filter(|(_, d)| {
            d.words.len() > words.len() && d.words.windows(words.len()).any(|w| w == words)
        });
        inner.map(|(draft, _)| draft).next_back()
    }

    /// `(KRU)` right behind the name it shortens.
    fn bracketed(&self, text: &Text, found: &[Found], k: usize) -> Option<usize> {
        let (long, short) = (found.get(k.checked_sub(1)?)?, found[k]);
        let bracketed =
            long.to + 1 == short.from && text.is(long.to, "(") && text.is(short.to, ")");
        // A credit such as "(REUTERS)" stands at the very end and shortens nothing.
        let credit = short.to + 2 >= text.tokens.len()
            && !initials_fit(text.fold(short.from), &folds(text, *long));
        if !bracketed
            || credit
            || long.label != short.label
            || text.shape(short.from) != Shape::Upper
        {
            return None;
        }
        self.by_key.get(&(long.label, same_name(folds(text, *long).join(" ")))).copied()
    }

    fn acronym(&self, text: &Text, name: Found) -> Option<usize> {
        if name.to != name.from + 1 || text.shape(name.from) != Shape::Upper {
            return None;
        }
        let short = text.fold(name.from).replace('.', "");
        let fits =
            |d: &&(usize, &Draft)| d.1.label == name.label && initials_fit(&short, &d.1.words);
        let drafts: Vec<(usize, &Draft)> = self.drafts.iter().enumerate().collect();
        drafts.iter().rev().find(fits).map(|(draft, _)| *draft)
    }

    /// One letter apart, unless both are listed names of their own.
    fn misspelt(&self, label: Label, words: &[String]) -> Option<usize> {
        let phrase = words.join(" ");
        let listed = Gazetteer::get().names(&phrase);
        let fits = |d: &Draft| {
            if d.label != label || d.words.len() != words.len() {
                return false;
            }
            let other = d.words.join(" ");
            near(&other, &phrase) && !(listed && Gazetteer::get().names(&other))
        };
        self.drafts.iter().position(fits)
    }
}

fn folds(text: &Text, name: Found) -> Vec<String> {
    (name.from..name.to)
        .filter(|n| text.shape(*n) != Shape::Sign)
        .map(|n| text.fold(n).to_owned())
        .collect()
}

fn same_name(key: String) -> String {
    let state = key.strip_prefix("state of ").or(key.strip_prefix("republic of ")).unwrap_or(&key);
    if let Some(name) = in_full(state) {
        return name.to_lowercase();
    }
    SAME.iter().find(|(from, _)| *from == state).map_or(state, |(_, to)| to).to_owned()
}

/// The name that a listed abbreviation stands for.
fn in_full(word: &str) -> Option<&'static str> {
    SHORT.iter().find(|(short, _)| *short == word).map(|(_, full)| *full)
}

/// First letters, with or without the small words.
fn initials_fit(short: &str, words: &[String]) -> bool {
    const SMALL: [&str; 10] = ["of", "the", "and", "for", "in", "on", "de", "la", "und", "et"];
    let initial = |word: &String| word.chars().next();
    let all: String = words.iter().filter_map(initial).collect();
    let large: String =
        words.iter().filter(|w| !SMALL.contains(&w.as_str())).filter_map(initial).collect();
    words.len() > 1 && short.len() > 1 && (short == all || short == large)
}

/// Every word of the shorter name is in the longer one, in order; initials count as their word.
fn compatible(a: &[String], b: &[String]) -> bool {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    let mut rest = long.iter();
    short.iter().all(|word| {
        rest.any(|other| near(other, word) || word.len() == 1 && other.starts_with(word.as_str()))
    })
}

/// Equal, or one edit apart from six letters up.
fn near(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    if short.len() < 6 || long.len() > short.len() + 4 || long.chars().any(char::is_numeric) {
        return false;
    }
    one_edit(&long.chars().collect::<Vec<_>>(), &short.chars().collect::<Vec<_>>())
}

fn one_edit(long: &[char], short: &[char]) -> bool {
    let (long, short) = if long.len() >= short.len() { (long, short) } else { (short, long) };
    let head = long.iter().zip(short).take_while(|(a, b)| a == b).count();
    match long.len() - short.len() {
        0 => long[head + 1..] == short[head + 1..],
        1 => long[head + 1..] == short[head..],
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::article::Article;
    use crate::entities::tag;
    use crate::entities::tests::article;

    #[test]
    fn a_shouted_name_is_shown_as_it_is_written_elsewhere() {
        let found = names(&["PARIS (NPA) — The river rose.", "In Paris the quays were closed."]);
        assert!(found.contains(&"Paris".to_owned()), "{found:?}");
        assert!(!found.contains(&"PARIS".to_owned()), "{found:?}");
    }

    /// Names of the entities of a text, in order of appearance.
    fn names(paragraphs: &[&str]) -> Vec<String> {
        // By rules, so that what is joined does not hang on what the network was trained with.
        let article = Article { language: Some("nl".into()), ..article(paragraphs) };
        tag(&article).entities.into_iter().map(|e| e.name).collect()
    }

    #[test]
    fn a_surname_is_its_bearer() {
        let text =
            ["President Zelensky spoke.", "Volodymyr Zelenskyy left. Zelenskyy's aide stayed."];
        assert_eq!(names(&text), ["Volodymyr Zelenskyy"]);
    }

    #[test]
    fn two_bearers_keep_a_surname_apart() {
        let text = ["Bill Fenwick met Anna Fenwick.", "Later Mr Fenwick smiled."];
        assert_eq!(names(&text), ["Bill Fenwick", "Anna Fenwick", "Fenwick"]);
    }

    #[test]
    fn a_surname_goes_on_meaning_the_one_it_meant() {
        let text = [
            "Bill Fenwick opened the bridge.",
            "Fenwick smiled.",
            "His aunt Anna Fenwick was there.",
            "Fenwick waved, and Anna Fenwick waved back.",
        ];
        assert_eq!(names(&text), ["Bill Fenwick", "Anna Fenwick"]);
    }

    #[test]
    fn a_surname_before_its_bearers_is_the_first_ones() {
        let text = ["Fenwick opens bridge", "Bill Fenwick cut a ribbon.", "Anna Fenwick sang."];
        assert_eq!(names(&text), ["Bill Fenwick", "Anna Fenwick"]);
        let text = ["Fenwick opens bridge", "Bill Fenwick met Anna Fenwick."];
        assert_eq!(names(&text), ["Fenwick", "Bill Fenwick", "Anna Fenwick"]);
    }

    #[test]
    fn acronyms_are_what_they_shorten() {
        assert_eq!(
            names(&["The Kenya Rugby Union (KRU) met.", "The KRU agreed."]),
            ["Kenya Rugby Union"]
        );
        assert_eq!(names(&["The Tarn Ferry Board met.", "The TFB agreed."]), ["Tarn Ferry Board"]);
    }

    #[test]
    fn a_credit_shortens_nothing() {
        assert_eq!(
            names(&["He wrote to the Tarn Ferry Board (ILKHA)"]),
            ["Tarn Ferry Board", "ILKHA"]
        );
    }

    #[test]
    fn countries_by_other_names() {
        assert_eq!(names(&["The US and France talked."]), ["United States", "France"]);
        assert_eq!(names(&["The US and the United States"]).len(), 1);
        assert_eq!(names(&["Slovakia met Slovenia, Niger met Nigeria."]).len(), 4);
    }
}
