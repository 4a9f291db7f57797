//! How entities are called, by their numbers.
//!
//! Names come as rows and are laid, sixty-four at a time, into rolls that are compressed: names are
//! a twentieth of a library, and as rows they take nearly three times the room. Numbers are given
//! out one after another, so a roll is found by its number and never changes.

use std::cell::RefCell;

use rusqlite::{Connection, OptionalExtension, params};
use zstd::bulk::Decompressor;

use super::{LibraryError, Result};

/// Entities in a roll.
const ROLL: i64 = 64;
const LEVEL: i32 = 12;
/// Bytes of a roll, unpacked: names have a bound each. What is more is damaged.
const MOST: usize = 1 << 20;
/// The label of a number that nobody has.
const NOBODY: u8 = u8::MAX;

thread_local! {
    static UNPACKER: RefCell<Option<Decompressor<'static>>> = RefCell::new(Decompressor::new().ok());
}

/// Labels, then names. `None` when the roll is damaged, which then names nobody.
type Roll<'a> = (Vec<u8>, Vec<&'a str>);

fn unpack(bytes: &[u8]) -> Option<Vec<u8>> {
    UNPACKER.with_borrow_mut(|unpacker| unpacker.as_mut()?.decompress(bytes, MOST).ok())
}

fn read_roll(raw: &[u8]) -> Option<Roll<'_>> {
    postcard::from_bytes(raw).ok()
}

/// Gives an entity its number.
pub(super) fn add(sql: &Connection, label: i64, name: &str) -> Result<i64> {
    sql.prepare_cached("INSERT INTO entity (label, name) VALUES (?, ?)")?
        .execute(params![label, name])?;
    Ok(sql.last_insert_rowid())
}

/// The greatest number given out; zero when there is none.
pub(super) fn newest(sql: &Connection) -> Result<i64> {
    // The newest is never in a roll: see `roll_up`.
    let newest = "SELECT coalesce(max(id), 0) FROM entity";
    Ok(sql.prepare_cached(newest)?.query_row([], |row| row.get(0))?)
}

/// Label and name of an entity; `None` when there is no such.
pub(super) fn of(sql: &Connection, id: i64) -> Result<Option<(i64, String)>> {
    AtHand::default().of(sql, id)
}

/// Looks up several whose numbers ascend: the roll last read is kept at hand.
#[derive(Default)]
pub(super) struct AtHand {
    roll: Option<i64>,
    raw: Vec<u8>,
}

impl AtHand {
    pub fn of(&mut self, sql: &Connection, id: i64) -> Result<Option<(i64, String)>> {
        // Rows first: one that is laid into a roll meanwhile is found there.
        let mut find = sql.prepare_cached("SELECT label, name FROM entity WHERE id = ?")?;
        let row = find.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        if row.is_some() {
            return Ok(row);
        }
        let roll = id.div_euclid(ROLL);
        if self.roll != Some(roll) {
            let mut find = sql.prepare_cached("SELECT bytes FROM roll WHERE number = ?")?;
            let mut rows = find.query([roll])?;
            let Some(row) = rows.next()? else { return Ok(None) };
            let bytes = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
            (self.roll, self.raw) = (Some(roll), unpack(bytes).unwrap_or_default());
        }
        let at = id.rem_euclid(ROLL) as usize;
        let Some((labels, names)) = read_roll(&self.raw) else { return Ok(None) };
        let named = labels.get(at).zip(names.get(at)).filter(|(label, _)| **label != NOBODY);
        Ok(named.map(|(label, name)| (i64::from(*label), (*name).to_owned())))
    }
}

/// Calls `read` with id, label and name of every entity after `last`, and moves `last` on.
pub(super) fn read_on(
    sql: &Connection,
    last: &mut i64,
    mut read: impl FnMut(i64, i64, &str),
) -> Result<()> {
    // Both tables as of one moment: names move from one to the other.
    let _moment = sql.is_autocommit().then(|| sql.unchecked_transaction()).transpose()?;
    let mut find =
        sql.prepare_cached("SELECT number, bytes FROM roll WHERE number >= ? ORDER BY number")?;
    let mut rolls = find.query([(*last + 1).div_euclid(ROLL)])?;
    while let Some(row) = rolls.next()? {
        let first = row.get::<_, i64>(0)? * ROLL;
        let bytes = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        let raw = unpack(bytes).unwrap_or_default();
        let (labels, names) = read_roll(&raw).unwrap_or_default();
        for ((id, label), name) in (first..).zip(labels).zip(names) {
            if id > *last && label != NOBODY {
                read(id, i64::from(label), name);
            }
        }
        *last = (*last).max(first + ROLL - 1);
    }
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

/// Lays the rows of whole rolls into these; belongs in a transaction. The newest entity stays a
/// row, since the next one is numbered after it.
pub(super) fn roll_up(sql: &Connection) -> Result<()> {
    let next = "SELECT coalesce(max(number) + 1, 0) FROM roll";
    let (mut roll, newest): (i64, i64) = (sql.query_row(next, [], |row| row.get(0))?, newest(sql)?);
    let mut find =
        sql.prepare_cached("SELECT id, label, name FROM entity WHERE id < ? ORDER BY id")?;
    let mut add = sql.prepare_cached("INSERT INTO roll (number, bytes) VALUES (?, ?)")?;
    let mut remove = sql.prepare_cached("DELETE FROM entity WHERE id < ?")?;
    while (roll + 1) * ROLL <= newest {
        let (first, end) = (roll * ROLL, (roll + 1) * ROLL);
        let (mut labels, mut names) =
            (vec![NOBODY; ROLL as usize], vec![String::new(); ROLL as usize]);
        let mut rows = find.query([end])?;
        while let Some(row) = rows.next()? {
            let at = usize::try_from(row.get::<_, i64>(0)? - first).ok();
            if let Some(at) = at.filter(|at| *at < labels.len()) {
                labels[at] = u8::try_from(row.get::<_, i64>(1)?).unwrap_or(NOBODY - 1);
                names[at] = row.get(2)?;
            }
        }
        drop(rows);
        let raw = postcard::to_allocvec(&(labels, names)).map_err(|e| unpackable(&e))?;
        let bytes = zstd::bulk::compress(&raw, LEVEL).map_err(|e| unpackable(&e))?;
        add.execute(params![roll, bytes])?;
        remove.execute([end])?;
        roll += 1;
    }
    Ok(())
}

fn unpackable(error: &dyn std::fmt::Display) -> LibraryError {
    LibraryError::Damaged(format!("packing names: {error}"))
}

#[cfg(test)]
mod tests {
    use super::super::store;
    use super::*;

    fn all(sql: &Connection, mut last: i64) -> Vec<(i64, i64, String)> {
        let mut found = Vec::new();
        read_on(sql, &mut last, |id, label, name| found.push((id, label, name.to_owned())))
            .unwrap();
        assert_eq!(last, newest(sql).unwrap().max(last));
        found
    }

    #[test]
    fn names_are_the_same_in_rows_and_in_rolls() {
        let dir = tempfile::tempdir().unwrap();
        let sql = store::open(dir.path()).unwrap();
        let mut given = Vec::new();
        for count in [0, 1, 62, 1, 1, 63, 1, 200] {
            for _ in 0..count {
                let n = given.len() as i64;
                let name = format!("Ada {n}\nMøss");
                assert_eq!(add(&sql, n % 9, &name).unwrap(), n + 1, "after all that were given");
                given.push((n + 1, n % 9, name));
            }
            roll_up(&sql).unwrap();
            assert_eq!(newest(&sql).unwrap(), given.len() as i64);
            for last in [0, 1, 63, 64, 65, 127, 300] {
                assert_eq!(all(&sql, last), given.get(last as usize..).unwrap_or_default());
            }
            let mut at_hand = AtHand::default();
            for (id, label, name) in &given {
                let expected = Some((*label, name.clone()));
                assert_eq!(of(&sql, *id).unwrap(), expected);
                assert_eq!(at_hand.of(&sql, *id).unwrap(), expected);
            }
            for nobody in [0, -1, -64, given.len() as i64 + 1, 1 << 40] {
                assert_eq!(of(&sql, nobody).unwrap(), None);
            }
        }
        let count = |text: &str| sql.query_row(text, [], |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(count("SELECT count(*) FROM roll"), 5);
        assert_eq!(count("SELECT count(*) FROM entity"), given.len() as i64 + 1 - 5 * ROLL);
        sql.execute("UPDATE roll SET bytes = x'00' WHERE number = 1", []).unwrap();
        assert_eq!(of(&sql, 70).unwrap(), None);
        assert_eq!(all(&sql, 0).len(), given.len() - ROLL as usize);
    }
}
