//! Names to entities: the table of entities only grows, so what is new in it is read on and on.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::digest::hash;
use super::lately::Lately;
use super::same::{self, Groups};
use super::{Result, analyze, known, spellings};
use crate::article::Label;

/// Numbers of labels in the database. Only ever add.
pub(super) fn number(label: Label) -> i64 {
    match label {
        Label::Person => 0,
        Label::Organization => 1,
        Label::Location => 2,
        Label::Facility => 3,
        Label::Group => 4,
        Label::Product => 5,
        Label::Date => 6,
        Label::Money => 7,
        Label::Misc => 8,
    }
}

pub(super) fn label(number: i64) -> Label {
    Label::ALL.into_iter().find(|label| self::number(*label) == number).unwrap_or(Label::Misc)
}

/// Calls `read` with id, label and name of every entity after `last`, and moves `last` on.
pub(super) fn read_on(
    sql: &Connection,
    last: &mut i64,
    mut read: impl FnMut(i64, i64, &str),
) -> Result<()> {
    let mut find =
        sql.prepare_cached("SELECT id, label, name FROM entity WHERE id > ? ORDER BY id")?;
    let mut rows = find.query([*last])?;
    while let Some(row) = rows.next()? {
        let id = row.get(0)?;
        read(id, row.get(1)?, row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?);
        *last = id;
    }
    Ok(())
}

/// The entities called just so: a scan that compares without folding what is plain ASCII.
pub(super) fn equal(sql: &Connection, folded: &str) -> Result<Vec<i64>> {
    let mut found = Vec::new();
    read_on(sql, &mut 0, |id, _, name| {
        if analyze::folds_to(name, folded) {
            found.push(id);
        }
    })?;
    Ok(found)
}

/// Names remembered, and spellings: some hundred articles' worth that come again all the time.
const REMEMBERED: usize = 30_000;

/// Gives entities their numbers, and keeps how else they are written. Holds the newest names and
/// those met lately; the others are looked up in the blocks of `known.rs`.
pub(super) struct Names {
    /// Names that the blocks do not have yet, by a hash of folded name and label.
    new: HashMap<u64, i64>,
    lately: Lately,
    /// Hashes of entity and spelling that are kept already.
    spelt: Lately,
    last: i64,
    /// Up to which entity the blocks know all.
    upto: i64,
}

impl Default for Names {
    fn default() -> Self {
        let (lately, spelt) = (Lately::new(REMEMBERED), Lately::new(REMEMBERED));
        Self { new: HashMap::new(), lately, spelt, last: 0, upto: 0 }
    }
}

impl Names {
    /// Takes in what other processes have added: belongs at the beginning of a transaction.
    pub fn catch_up(&mut self, sql: &Connection) -> Result<()> {
        let upto = known::upto(sql)?;
        if upto != self.upto {
            self.new.retain(|_, id| *id > upto);
            (self.upto, self.last) = (upto, self.last.max(upto));
        }
        let new = &mut self.new;
        read_on(sql, &mut self.last, |id, number, name| {
            new.entry(key(&analyze::fold(name), number)).or_insert(id);
        })?;
        if known::are_many(self.new.len(), self.upto) {
            self.upto = known::lay_in(sql)?;
            self.new.clear();
        }
        Ok(())
    }

    /// Keeps how else an entity is written.
    pub fn spell(&mut self, sql: &Connection, entity: i64, spelling: &str) -> Result<()> {
        let key = key(spelling, entity);
        if self.spelt.get(key).is_none() {
            spellings::keep(sql, entity, spelling)?;
            self.spelt.put(key, entity);
        }
        Ok(())
    }

    /// The number of a name, given out when it is new. `None` when nothing of it can be searched.
    pub fn number(&mut self, sql: &Connection, name: &str, label: Label) -> Result<Option<i64>> {
        let (folded, label) = (analyze::fold(name), number(label));
        if folded.is_empty() {
            return Ok(None);
        }
        let key = key(&folded, label);
        if let Some(id) = self.lately.get(key).or_else(|| self.new.get(&key).copied()) {
            return Ok(Some(id));
        }
        if let Some(id) = known::find(sql, key, &folded, label)? {
            self.lately.put(key, id);
            return Ok(Some(id));
        }
        sql.prepare_cached("INSERT INTO entity (label, name) VALUES (?, ?)")?
            .execute(params![label, name])?;
        let id = sql.last_insert_rowid();
        self.new.insert(key, id);
        self.last = id;
        Ok(Some(id))
    }
}

/// Of millions of names no two are likely to share one.
pub(super) fn key(folded: &str, number: i64) -> u64 {
    hash(folded.as_bytes()) ^ (number as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// Finds entities by a part of their name, or of another spelling: `person:zelensky`.
#[derive(Default)]
pub(super) struct Words {
    /// Hash of a word and number of an entity, as they came: reading all takes a millisecond, and
    /// sorting them a tenth of a second.
    pairs: Vec<(u32, u32)>,
    last: i64,
    last_spelling: i64,
    /// What the reader has merged, and its version.
    groups: (i64, Groups),
    /// What was asked last, while nothing has come since: somebody types on behind a name.
    asked: Vec<Asked>,
}

/// Labels and name, and who is meant.
type Asked = (Vec<Label>, String, Vec<i64>);

/// Names in one query, and a few more.
const ASKED: usize = 8;

impl Words {
    fn catch_up(&mut self, sql: &Connection) -> Result<()> {
        let before = (self.last, self.last_spelling, self.groups.0);
        let pairs = &mut self.pairs;
        let mut read = |id: i64, name: &str| {
            // Four thousand million names are more than there are.
            let Ok(id) = u32::try_from(id) else { return };
            analyze::terms(name, |word, _| {
                let pair = (word_hash(word), id);
                // "Baden-Baden" has its word twice.
                if !pairs.iter().rev().take_while(|(_, other)| *other == id).any(|p| *p == pair) {
                    pairs.push(pair);
                }
            });
        };
        read_on(sql, &mut self.last, |id, _, name| read(id, name))?;
        spellings::read_on(sql, &mut self.last_spelling, read)?;
        let version = same::version(sql)?;
        if self.groups.0 != version {
            self.groups = (version, Groups::read(sql)?);
        }
        if before != (self.last, self.last_spelling, self.groups.0) {
            self.asked.clear();
        }
        Ok(())
    }

    /// The entities with these labels (all, when empty) whose name or other spelling has these
    /// words, and all that the reader says are the same.
    pub fn having(&mut self, sql: &Connection, labels: &[Label], name: &str) -> Result<Vec<i64>> {
        self.catch_up(sql)?;
        if let Some((.., ids)) =
            self.asked.iter().find(|asked| asked.0 == labels && asked.1 == name)
        {
            return Ok(ids.clone());
        }
        let ids = self.look_for(sql, labels, name)?;
        if self.asked.len() == ASKED {
            self.asked.remove(0);
        }
        self.asked.push((labels.to_vec(), name.to_owned(), ids.clone()));
        Ok(ids)
    }

    fn look_for(&self, sql: &Connection, labels: &[Label], name: &str) -> Result<Vec<i64>> {
        let words = analyze::terms_of(name);
        let Some(rarest) = self.rarest(&words) else { return Ok(Vec::new()) };
        let groups = &self.groups.1;
        let mut ids = Vec::new();
        for (_, id) in self.pairs.iter().filter(|(hash, _)| *hash == rarest) {
            let id = i64::from(*id);
            if is_meant(sql, groups, id, labels)? && has_words(sql, id, &words)? {
                ids.extend(groups.all(id));
            }
        }
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }

    /// The hash of the word that the fewest have: thousands are airways, one is Doswors Airways.
    fn rarest(&self, words: &[String]) -> Option<u32> {
        let hashes: Vec<u32> = words.iter().map(|word| word_hash(word)).collect();
        if let [only] = *hashes {
            return Some(only);
        }
        let mut counts = vec![0_usize; hashes.len()];
        for (hash, _) in &self.pairs {
            if let Some(n) = hashes.iter().position(|wanted| wanted == hash) {
                counts[n] += 1;
            }
        }
        // A word that is said twice is counted where it stands first.
        let counted = hashes.iter().zip(&counts).enumerate();
        let first = counted.filter(|(n, (hash, _))| !hashes[..*n].contains(hash));
        first.min_by_key(|(_, (_, count))| **count).map(|(_, (hash, _))| *hash)
    }
}

/// An entity goes by its own label, and by that of the one it is the same as.
fn is_meant(sql: &Connection, groups: &Groups, id: i64, labels: &[Label]) -> Result<bool> {
    if labels.is_empty() {
        return Ok(true);
    }
    let mut find = sql.prepare_cached("SELECT label FROM entity WHERE id = ?")?;
    let mut meant = |id: i64| -> Result<bool> {
        let number = find.query_row([id], |row| row.get(0)).optional()?;
        Ok(number.is_some_and(|number| labels.contains(&label(number))))
    };
    Ok(meant(id)? || groups.head(id) != id && meant(groups.head(id))?)
}

fn has_words(sql: &Connection, id: i64, words: &[String]) -> Result<bool> {
    let has = |name: &str| {
        let own = analyze::terms_of(name);
        words.iter().all(|word| own.contains(word))
    };
    let mut find = sql.prepare_cached("SELECT name FROM entity WHERE id = ?")?;
    let name: Option<String> = find.query_row([id], |row| row.get(0)).optional()?;
    Ok(match name {
        Some(name) => has(&name) || spellings::of(sql, id)?.iter().any(|other| has(other)),
        None => false,
    })
}

fn word_hash(word: &str) -> u32 {
    hash(word.as_bytes()) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart_by_label_and_found_by_words() {
        let sql = Connection::open_in_memory().unwrap();
        let table = "CREATE TABLE entity (id INTEGER PRIMARY KEY, label INTEGER, name TEXT);
            CREATE TABLE article (id INTEGER PRIMARY KEY, published INTEGER);
            CREATE TABLE file (id INTEGER PRIMARY KEY);
            CREATE TABLE meta (key TEXT PRIMARY KEY, value);";
        sql.execute_batch(table).unwrap();
        sql.execute_batch(same::TABLES).unwrap();
        sql.execute_batch(include_str!("tagging.sql")).unwrap();
        let (mut names, mut words) = (Names::default(), Words::default());
        let mut give = |name, label| names.number(&sql, name, label).unwrap();
        let moss = give("Ada Moss", Label::Person);
        assert_eq!(give("ADA MOSS", Label::Person), moss);
        let city = give("Ada Moss", Label::Location);
        assert!(city != moss && city.is_some() && give("—", Label::Person).is_none());
        let mut having = |labels: &[Label], name| words.having(&sql, labels, name).unwrap();
        assert_eq!(having(&[], "moss"), [moss.unwrap(), city.unwrap()]);
        assert_eq!(having(&[Label::Person], "moss ada"), [moss.unwrap()]);
        assert!(having(&[], "roy").is_empty() && having(&[], "").is_empty());
        // Another process has its own memory, and both see what the other added.
        let mut other = Names::default();
        other.catch_up(&sql).unwrap();
        let roy = other.number(&sql, "Émile Roy", Label::Person).unwrap();
        names.catch_up(&sql).unwrap();
        assert_eq!(names.number(&sql, "emile roy", Label::Person).unwrap(), roy);
        assert_eq!(words.having(&sql, &[], "roy").unwrap(), [roy.unwrap()]);
    }

    #[test]
    fn what_was_asked_is_known_until_something_comes() {
        let dir = tempfile::tempdir().unwrap();
        let sql = crate::library::store::open(dir.path()).unwrap();
        let (mut names, mut words) = (Names::default(), Words::default());
        let mut give = |name: &str| names.number(&sql, name, Label::Organization).unwrap().unwrap();
        let airways: Vec<i64> = (0..20).map(|n| give(&format!("Kos{n} Airways"))).collect();
        let mut labelled = |labels: &[Label], name: &str| words.having(&sql, labels, name).unwrap();
        let mut having = |name: &str| labelled(&[], name);
        for _ in 0..2 {
            assert_eq!(having("airways"), airways);
            assert_eq!(having("kos7 airways"), [airways[7]]);
            assert_eq!(having("airways kos7 airways"), [airways[7]]);
            assert!(having("airways osk").is_empty());
        }
        let new = give("Osk Airways");
        assert_eq!(having("airways osk"), [new]);
        assert_eq!(having("airways").len(), 21);
        for (n, id) in airways.iter().enumerate() {
            assert_eq!(having(&format!("kos{n}")), [*id]);
        }
        assert_eq!(having("kos0"), [airways[0]]);
        assert!(labelled(&[Label::Person], "airways").is_empty(), "of another label");
        assert_eq!(labelled(&[Label::Organization], "airways").len(), 21);
    }

    #[test]
    fn thousands_of_names_keep_their_numbers_on_disk() {
        let dir = tempfile::tempdir().unwrap();
        let sql = crate::library::store::open(dir.path()).unwrap();
        let mut names = Names::default();
        let mut give = |n: u32| {
            if n.is_multiple_of(100) {
                names.catch_up(&sql).unwrap();
            }
            names.number(&sql, &format!("Ada Moss {n}"), Label::Person).unwrap().unwrap()
        };
        let first: Vec<i64> = (0..12_000).map(&mut give).collect();
        let again: Vec<i64> = (0..12_000).map(&mut give).collect();
        assert_eq!(first, again);
        assert!(names.new.len() < 5_000, "{}", names.new.len());
        // Another process begins with what is on the disk.
        let mut other = Names::default();
        other.catch_up(&sql).unwrap();
        for n in [0, 4_097, 8_000, 11_999] {
            let found = other.number(&sql, &format!("ada moss {n}"), Label::Person).unwrap();
            assert_eq!(found, Some(first[n as usize]));
        }
        let city = other.number(&sql, "Ada Moss 0", Label::Location).unwrap();
        assert!(city.is_some_and(|id| id > 12_000), "{city:?}");
    }
}
