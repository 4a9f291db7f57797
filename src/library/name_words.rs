//! Finds entities by a part of their name, or of another spelling: `person:zelensky`.
//!
//! The words of names lie on disk in blocks, each word with the numbers of those who have it. As in
//! `known.rs` names that are new are read from their own tables, and once they are many laid into
//! the blocks in one go: a search reads a block for each word, and the newest names once.

use std::sync::Arc;

use rusqlite::{Connection, params};

use super::called::{self, AtHand, read_on};
use super::digest::hash;
use super::docset::Who;
use super::names::label;
use super::same::{self, Groups};
use super::{Result, analyze, named, spellings, store};
use crate::article::Label;

/// In `meta`: entity and spelling up to which the blocks know all.
const ENTITIES: &str = "worded";
const SPELLINGS: &str = "worded spellings";
/// Blocks there are: one of a million articles has some ten kilobytes.
const BLOCKS: u32 = 1 << 12;
/// Bits of a hash that are kept; who has another word of the same hash is told by the name itself.
const KEPT: u64 = (1 << 28) - 1;

fn key(word: &str) -> u32 {
    (hash(word.as_bytes()) & KEPT) as u32
}

/// Keys of words and who has them, of all names after these; moves these on.
fn read(sql: &Connection, upto: &mut (i64, i64), pairs: &mut Vec<(u32, u32)>) -> Result<()> {
    let mut add = |id: i64, name: &str| {
        // Four thousand million names are more than there are.
        let Ok(id) = u32::try_from(id) else { return };
        analyze::terms(name, |word, _| {
            let pair = (key(word), id);
            // "Baden-Baden" has its word twice.
            if !pairs.iter().rev().take_while(|(_, other)| *other == id).any(|p| *p == pair) {
                pairs.push(pair);
            }
        });
    };
    read_on(sql, &mut upto.0, |id, _, name| add(id, name))?;
    spellings::read_on(sql, &mut upto.1, add)
}

fn upto(sql: &Connection) -> Result<(i64, i64)> {
    Ok((store::number(sql, ENTITIES)?, store::number(sql, SPELLINGS)?))
}

/// Lays all names that are new into the blocks; belongs in a transaction.
pub(super) fn lay_in(sql: &Connection) -> Result<()> {
    let (mut upto, mut pairs) = (upto(sql)?, Vec::new());
    read(sql, &mut upto, &mut pairs)?;
    pairs.sort_unstable_by_key(|(key, id)| (key % BLOCKS, key / BLOCKS, *id));
    pairs.dedup();
    let mut add = sql.prepare_cached(
        "INSERT INTO word (block, entries) VALUES (?1, ?2)
         ON CONFLICT (block) DO UPDATE SET entries = CAST(entries || ?2 AS BLOB)",
    )?;
    for block in pairs.chunk_by(|a, b| a.0 % BLOCKS == b.0 % BLOCKS) {
        let mut entries = Vec::new();
        for word in block.chunk_by(|a, b| a.0 == b.0) {
            named::put(u64::from(word[0].0 / BLOCKS), &mut entries);
            named::put(word.len() as u64, &mut entries);
            let mut before = 0;
            for (_, id) in word {
                named::put(u64::from(id - before), &mut entries);
                before = *id;
            }
        }
        add.execute(params![block[0].0 % BLOCKS, entries])?;
    }
    store::set_number(sql, ENTITIES, upto.0)?;
    Ok(store::set_number(sql, SPELLINGS, upto.1)?)
}

/// Those in the blocks who have a word of this key.
fn laid_in(sql: &Connection, key: u32) -> Result<Vec<u32>> {
    let mut find = sql.prepare_cached("SELECT entries FROM word WHERE block = ?")?;
    let mut rows = find.query([key % BLOCKS])?;
    let Some(row) = rows.next()? else { return Ok(Vec::new()) };
    let mut entries = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
    let mut ids = Vec::new();
    // Damaged entries end it.
    while let Some((word, count)) = named::take(&mut entries).zip(named::take(&mut entries)) {
        let mut before = 0_u64;
        for _ in 0..count {
            let Some(step) = named::take(&mut entries) else { return Ok(ids) };
            before = before.wrapping_add(step);
            if word == u64::from(key / BLOCKS) {
                ids.push(before as u32);
            }
        }
    }
    Ok(ids)
}

/// Finds entities; for a connection that searches.
#[derive(Default)]
pub(super) struct Words {
    /// Up to which names the blocks know all, and up to which those below go on.
    upto: (i64, i64),
    read: (i64, i64),
    /// Keys of words and numbers of entities, as they came.
    new: Vec<(u32, u32)>,
    /// What the reader has merged, and its version.
    groups: (i64, Groups),
    /// What was asked last, while nothing has come since: somebody types on behind a name.
    asked: Vec<Asked>,
}

/// Labels and name, and who is meant.
type Asked = (Vec<Label>, String, Arc<Who>);

/// Names in one query, and a few more.
const ASKED: usize = 8;

impl Words {
    fn catch_up(&mut self, sql: &Connection) -> Result<()> {
        let before = (self.read, self.groups.0);
        let upto = upto(sql)?;
        if upto != self.upto {
            (self.upto, self.read) = (upto, upto);
            self.new.clear();
        }
        read(sql, &mut self.read, &mut self.new)?;
        let version = same::version(sql)?;
        if self.groups.0 != version {
            self.groups = (version, Groups::read(sql)?);
        }
        if before != (self.read, self.groups.0) {
            self.asked.clear();
        }
        Ok(())
    }

    /// The entities with these labels (all, when empty) whose name or other spelling has these
    /// words, and all that the reader says are the same.
    pub fn having(&mut self, sql: &Connection, labels: &[Label], name: &str) -> Result<Arc<Who>> {
        self.catch_up(sql)?;
        if let Some((.., who)) =
            self.asked.iter().find(|asked| asked.0 == labels && asked.1 == name)
        {
            return Ok(who.clone());
        }
        let who = Arc::new(Who::new(self.look_for(sql, labels, name)?));
        if self.asked.len() == ASKED {
            self.asked.remove(0);
        }
        self.asked.push((labels.to_vec(), name.to_owned(), who.clone()));
        Ok(who)
    }

    fn look_for(&self, sql: &Connection, labels: &[Label], name: &str) -> Result<Vec<i64>> {
        let words = analyze::terms_of(name);
        let mut rarest: Option<Vec<u32>> = None;
        // Thousands are airways, one is Doswors Airways.
        for word in &words {
            let having = self.having_word(sql, word)?;
            if rarest.as_ref().is_none_or(|rarest| having.len() < rarest.len()) {
                rarest = Some(having);
            }
        }
        let groups = &self.groups.1;
        let (mut ids, mut names) = (Vec::new(), AtHand::default());
        for id in rarest.unwrap_or_default().into_iter().map(i64::from) {
            let Some((own, name)) = names.of(sql, id)? else { continue };
            if is_meant(sql, groups, id, own, labels)? && has_words(sql, id, &name, &words)? {
                ids.extend(groups.all(id));
            }
        }
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }

    fn having_word(&self, sql: &Connection, word: &str) -> Result<Vec<u32>> {
        let wanted = key(word);
        let mut ids = laid_in(sql, wanted)?;
        ids.extend(self.new.iter().filter(|(key, _)| *key == wanted).map(|(_, id)| *id));
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }
}

/// An entity goes by its own label, and by that of the one it is the same as.
fn is_meant(
    sql: &Connection,
    groups: &Groups,
    id: i64,
    own: i64,
    labels: &[Label],
) -> Result<bool> {
    if labels.is_empty() || labels.contains(&label(own)) {
        return Ok(true);
    }
    let head = groups.head(id);
    let other = if head == id { None } else { called::of(sql, head)? };
    Ok(other.is_some_and(|(number, _)| labels.contains(&label(number))))
}

fn has_words(sql: &Connection, id: i64, name: &str, words: &[String]) -> Result<bool> {
    let has = |name: &str| {
        let own = analyze::terms_of(name);
        words.iter().all(|word| own.contains(word))
    };
    Ok(has(name) || spellings::of(sql, id)?.iter().any(|other| has(other)))
}

#[cfg(test)]
mod tests {
    use super::super::names::Names;
    use super::*;

    #[test]
    fn names_are_told_apart_by_label_and_found_by_words() {
        let dir = tempfile::tempdir().unwrap();
        let sql = store::open(dir.path()).unwrap();
        let (mut names, mut words) = (Names::default(), Words::default());
        let mut give = |name, label| names.number(&sql, name, label).unwrap();
        let moss = give("Ada Moss", Label::Person);
        assert_eq!(give("ADA MOSS", Label::Person), moss);
        let city = give("Ada Moss", Label::Location);
        assert!(city != moss && city.is_some() && give("—", Label::Person).is_none());
        let mut having =
            |labels: &[Label], name| words.having(&sql, labels, name).unwrap().ids.clone();
        assert_eq!(having(&[], "moss"), [moss.unwrap(), city.unwrap()]);
        assert_eq!(having(&[Label::Person], "moss ada"), [moss.unwrap()]);
        assert!(having(&[], "roy").is_empty() && having(&[], "").is_empty());
        // Another process has its own memory, and both see what the other added.
        let mut other = Names::default();
        other.catch_up(&sql).unwrap();
        let roy = other.number(&sql, "Émile Roy", Label::Person).unwrap();
        names.catch_up(&sql).unwrap();
        assert_eq!(names.number(&sql, "emile roy", Label::Person).unwrap(), roy);
        assert_eq!(words.having(&sql, &[], "roy").unwrap().ids, [roy.unwrap()]);
    }

    #[test]
    fn what_was_asked_is_known_until_something_comes() {
        let dir = tempfile::tempdir().unwrap();
        let sql = store::open(dir.path()).unwrap();
        let (mut names, mut words) = (Names::default(), Words::default());
        let mut give = |name: &str| names.number(&sql, name, Label::Organization).unwrap().unwrap();
        let airways: Vec<i64> = (0..20).map(|n| give(&format!("Kos{n} Airways"))).collect();
        let mut labelled =
            |labels: &[Label], name: &str| words.having(&sql, labels, name).unwrap().ids.clone();
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
    fn names_are_found_in_the_blocks_and_behind_them() {
        let dir = tempfile::tempdir().unwrap();
        let mut sql = store::open(dir.path()).unwrap();
        let (mut names, mut words) = (Names::default(), Words::default());
        let mut first = Vec::new();
        for n in 0..5_000 {
            let id = names.number(&sql, &format!("Ada Moss{n}"), Label::Person).unwrap().unwrap();
            names.spell(&sql, id, &format!("Dame{n}")).unwrap();
            first.push(id);
        }
        let mut early = Words::default();
        let check = |words: &mut Words, sql: &Connection| {
            let mut having = |name: &str| words.having(sql, &[], name).unwrap().ids.clone();
            assert_eq!(having("moss7"), [first[7]]);
            assert_eq!(having("ada dame4999"), [] as [i64; 0], "in no one name");
            assert_eq!(having("dame4999"), [first[4_999]]);
            assert_eq!(having("ada"), first);
            assert!(having("moss5000").is_empty());
        };
        check(&mut early, &sql);
        super::super::names::settle(&mut sql).unwrap();
        assert_eq!(store::number(&sql, ENTITIES).unwrap(), first[4_999]);
        check(&mut words, &sql);
        assert!(words.new.is_empty(), "nothing was read but blocks");
        check(&mut early, &sql);
        // What comes next is found as well, and once it has been laid in too.
        let new = names.number(&sql, "Émile Moss7", Label::Person).unwrap().unwrap();
        for _ in 0..2 {
            for words in [&mut words, &mut early, &mut Words::default()] {
                assert_eq!(words.having(&sql, &[], "moss7").unwrap().ids, [first[7], new]);
                assert_eq!(words.having(&sql, &[], "emile").unwrap().ids, [new]);
            }
            lay_in(&sql).unwrap();
        }
        sql.execute("UPDATE word SET entries = x'FFFFFF'", []).unwrap();
        assert!(Words::default().having(&sql, &[], "moss7").unwrap().ids.is_empty());
    }
}
