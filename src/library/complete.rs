//! Completes what is being typed after `person:`, `source:` and the like.
//!
//! Names are kept in memory while somebody types, sorted by word, with the number of their
//! articles: to find those that begin so in the database would take a table a tenth of its size.

use rusqlite::Connection;

use super::query::Wanted;
use super::same::{self, Groups};
use super::tally::Tallies;
use super::word_index::WordIndex;
use super::{About, EntityId, Library, Result, analyze};
use crate::article::Label;

/// Outlets and languages kept, those of the most articles.
const OTHERS: usize = 20_000;
const IS: [&str; 4] = ["unread", "read", "starred", "hidden"];

/// What a value may be completed to.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    pub text: String,
    /// In how many articles; `None` where that says nothing.
    pub articles: Option<u64>,
    /// Of an entity, with its number.
    pub entity: Option<(EntityId, Label)>,
}

/// Names to complete, with a library connection of its own: one for a thread.
pub struct Completer {
    library: Library,
    /// What the names below were read at.
    version: Option<(u64, i64, i64)>,
    entities: WordIndex,
    outlets: Vec<(String, u64)>,
    languages: Vec<(String, u64)>,
}

impl Completer {
    /// Opens the library, reading nothing yet.
    pub fn open(library: &Library) -> Result<Self> {
        Ok(Self {
            library: Library::open(library.dir())?,
            version: None,
            entities: WordIndex::default(),
            outlets: Vec::new(),
            languages: Vec::new(),
        })
    }

    /// Reads the names anew if articles or merges have come or gone since. Takes some tenths of a
    /// second where there are a hundred thousand articles, so it belongs before the first key.
    pub fn refresh(&mut self) -> Result<()> {
        let sql = &self.library.sql;
        let (articles, body) = self.library.arrivals()?;
        let version = Some((articles, body, same::version(sql)?));
        if self.version == version {
            return Ok(());
        }
        let groups = Groups::read(sql)?;
        let tallies = Tallies::of_library(sql, &groups)?;
        self.entities = WordIndex::read(sql, &groups, &tallies)?;
        drop(tallies);
        let outlets = "SELECT name, count FROM
            (SELECT outlet, count(*) AS count FROM article GROUP BY outlet)
            JOIN outlet ON outlet.id = outlet ORDER BY count DESC, name LIMIT ?";
        self.outlets = counted(sql, outlets)?;
        for source in self.library.sources()? {
            let folded = analyze::fold(&source.name);
            if !self.outlets.iter().any(|(name, _)| analyze::folds_to(name, &folded)) {
                self.outlets.push((source.name, source.counts.articles));
            }
        }
        let languages = "SELECT lang, count(*) AS count FROM article WHERE lang IS NOT NULL
            GROUP BY lang ORDER BY count DESC, lang LIMIT ?";
        self.languages = counted(sql, languages)?;
        self.version = version;
        Ok(())
    }

    /// What an entity's page shows.
    pub fn about(&self, entity: EntityId) -> Result<Option<About>> {
        self.library.about(entity)
    }

    /// The best matches: those of the most articles first.
    pub fn complete(&mut self, wanted: &Wanted, value: &str, limit: usize) -> Result<Vec<Choice>> {
        if self.version.is_none() {
            self.refresh()?;
        }
        let typed = analyze::terms_of(value);
        match wanted {
            Wanted::Entity(labels) => self.entities(labels, &typed, limit),
            Wanted::Source => Ok(matching(&self.outlets, &typed, limit)),
            Wanted::Language => Ok(matching(&self.languages, &typed, limit)),
            Wanted::Tag => {
                let mut tags: Vec<_> = self.library.tags()?.into_iter().collect();
                tags.sort_by_key(|(_, articles)| std::cmp::Reverse(*articles));
                Ok(matching(&tags, &typed, limit))
            }
            // They are the reader's, not the library's.
            Wanted::Filter => Ok(Vec::new()),
            Wanted::Is => {
                let begins = |name: &&&str| name.starts_with(&value.trim().to_lowercase());
                let choice =
                    |name: &&str| Choice { text: (*name).to_owned(), articles: None, entity: None };
                Ok(IS.iter().filter(begins).map(choice).take(limit).collect())
            }
        }
    }

    fn entities(&self, labels: &[Label], typed: &[String], limit: usize) -> Result<Vec<Choice>> {
        let found = self.entities.find(&self.library.sql, labels, typed, limit)?;
        let mut choices = Vec::with_capacity(found.len());
        for (id, articles) in found {
            let Some(named) = same::named(&self.library.sql, id)? else { continue };
            choices.push(Choice {
                text: named.name,
                articles: Some(articles.into()),
                entity: Some((named.id, named.label)),
            });
        }
        Ok(choices)
    }
}

fn counted(sql: &Connection, text: &str) -> Result<Vec<(String, u64)>> {
    let mut find = sql.prepare_cached(text)?;
    let rows = find.query_map([OTHERS], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn matching(names: &[(String, u64)], typed: &[String], limit: usize) -> Vec<Choice> {
    let fits = names.iter().filter(|(name, _)| begins(name, typed));
    let choice = |(name, articles): &(String, u64)| Choice {
        text: name.clone(),
        articles: Some(*articles),
        entity: None,
    };
    fits.map(choice).take(limit).collect()
}

/// True when each typed word is the beginning of a word of the name.
pub(super) fn begins(name: &str, typed: &[String]) -> bool {
    let words = analyze::terms_of(name);
    typed.iter().all(|typed| words.iter().any(|word| word.starts_with(typed.as_str())))
}

#[cfg(test)]
mod tests {
    use super::super::testing::Desk;
    use super::*;
    use crate::library::Change;

    const NEWS: &str = "\
url: 1\nlang: en\noutlet: Harbour Post\nperson: Ada Moss\nperson: Émile Roy\ntag: sea\nOne\n---
url: 2\nlang: en\noutlet: Harbour Post\nperson: Ada Moss\nTwo\n---
url: 3\nlang: tr\noutlet: Daily Tide\nperson: Ada Roy-Moss\nThree\n";

    fn texts(completer: &mut Completer, wanted: Wanted, value: &str) -> Vec<String> {
        let choices = completer.complete(&wanted, value, 8).unwrap();
        choices.into_iter().map(|choice| choice.text).collect()
    }

    #[test]
    fn any_word_of_a_name_completes_without_case_and_accents() {
        let desk = Desk::with(NEWS);
        let mut completer = Completer::open(&desk.library).unwrap();
        let mut people = |value| texts(&mut completer, Wanted::Entity(vec![Label::Person]), value);
        assert_eq!(people("mo"), ["Ada Moss", "Ada Roy-Moss"], "most articles first");
        assert_eq!(people("EM"), ["Émile Roy"]);
        assert_eq!(people("ada r"), ["Ada Roy-Moss"]);
        assert_eq!(people(""), ["Ada Moss", "Émile Roy", "Ada Roy-Moss"]);
        assert!(people("oss").is_empty() && people("ada x").is_empty());
        assert!(texts(&mut completer, Wanted::Entity(vec![Label::Location]), "a").is_empty());
    }

    #[test]
    fn sources_tags_languages_and_states_complete() {
        let desk = Desk::with(NEWS);
        let mut completer = Completer::open(&desk.library).unwrap();
        assert_eq!(texts(&mut completer, Wanted::Source, "post"), ["Harbour Post"]);
        assert_eq!(texts(&mut completer, Wanted::Source, "ne"), ["news"], "the folder too");
        assert_eq!(texts(&mut completer, Wanted::Tag, "s"), ["sea"]);
        assert_eq!(texts(&mut completer, Wanted::Language, ""), ["en", "tr"]);
        assert_eq!(texts(&mut completer, Wanted::Is, "un"), ["unread"]);
    }

    #[test]
    fn those_that_are_one_complete_to_the_head() {
        let mut desk = Desk::with(NEWS);
        let mut completer = Completer::open(&desk.library).unwrap();
        let id = |name: &str| desk.library.called(&[], name).unwrap()[0].id;
        let change: Change = desk.library.same(id("Ada Moss"), id("Émile Roy")).unwrap();
        completer.refresh().unwrap();
        desk.library.apply(&change).unwrap();
        completer.refresh().unwrap();
        let wanted = Wanted::Entity(vec![Label::Person]);
        let choices = completer.complete(&wanted, "emi", 8).unwrap();
        assert_eq!((&*choices[0].text, choices[0].articles), ("Ada Moss", Some(2)));
    }
}
