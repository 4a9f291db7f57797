//! Names to entities: the table of entities only grows, so what is new in it is read on and on.

use std::collections::HashMap;

use rusqlite::{Connection, TransactionBehavior};

use super::called::{self, read_on};
use super::digest::hash;
use super::lately::Lately;
use super::name_packs::NamePacker;
use super::{Result, analyze, known, name_words, spellings};
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
    /// Packs the names of an article.
    pub packer: NamePacker,
}

impl Default for Names {
    fn default() -> Self {
        let (lately, spelt) = (Lately::new(REMEMBERED), Lately::new(REMEMBERED));
        Self { new: HashMap::new(), lately, spelt, last: 0, upto: 0, packer: NamePacker::default() }
    }
}

impl Names {
    /// Takes in what other processes have added: belongs at the beginning of a transaction.
    pub fn catch_up(&mut self, sql: &Connection) -> Result<()> {
        self.packer.catch_up(sql)?;
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
            self.upto = lay_in(sql)?;
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
        let id = called::add(sql, label, name)?;
        self.new.insert(key, id);
        self.last = id;
        Ok(Some(id))
    }
}

/// Lays all names that are new into the blocks, by which they and their words are looked up; gives
/// back up to which those go.
fn lay_in(sql: &Connection) -> Result<i64> {
    name_words::lay_in(sql)?;
    let upto = known::lay_in(sql)?;
    called::roll_up(sql)?;
    Ok(upto)
}

/// The same where no more names are to come for now, and it is worth it: else the first who asks
/// for a name in each process reads them.
pub(super) fn settle(sql: &mut Connection) -> Result<()> {
    if known::are_few(called::newest(sql)? - known::upto(sql)?) {
        return Ok(());
    }
    let transaction = sql.transaction_with_behavior(TransactionBehavior::Immediate)?;
    lay_in(&transaction)?;
    Ok(transaction.commit()?)
}

/// Of millions of names no two are likely to share one.
pub(super) fn key(folded: &str, number: i64) -> u64 {
    hash(folded.as_bytes()) ^ (number as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

#[cfg(test)]
mod tests {
    use super::*;

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
