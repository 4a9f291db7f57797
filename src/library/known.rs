//! Numbers of entities by name, on disk: blocks of hash and number.
//!
//! An index of names would be a tenth of the library, and a batch would write a page of it for each
//! new name. New names are read from the table of entities itself; once they are many they are
//! laid into the blocks in one go. So each is written a few times in all, and none but the new ones
//! are held in memory.

use rusqlite::{Connection, OptionalExtension, params};

use super::called::read_on;
use super::{Result, analyze, called, named, names, store};

/// In `meta`: the entity up to which the blocks know all.
const UPTO: &str = "known";
/// Blocks there are: a block of a million names is a kilobyte.
const BLOCKS: u64 = 1 << 12;
/// New names that are worth a laying in, at least; else one in so many of those known.
const FEW: i64 = 4_096;
const SHARE: i64 = 8;

/// The entity up to which the blocks know all.
pub(super) fn upto(sql: &Connection) -> Result<i64> {
    Ok(store::number(sql, UPTO)?)
}

/// True when so many new names after `upto` should be laid in.
pub(super) fn are_many(new: usize, upto: i64) -> bool {
    new as i64 > FEW.max(upto / SHARE)
}

/// True when so many new names may be read by each who asks for one.
pub(super) fn are_few(new: i64) -> bool {
    new <= FEW
}

fn block_of(key: u64) -> i64 {
    (key % BLOCKS) as i64
}

/// The part of a hash that tells most names of a block apart.
fn tag_of(key: u64) -> [u8; 2] {
    ((key >> 32) as u16).to_le_bytes()
}

/// Tags and numbers of a block: of each two bytes, then the step from the number before. Ends where
/// it is damaged.
fn entries(mut block: &[u8]) -> impl Iterator<Item = ([u8; 2], i64)> {
    let mut id = 0_i64;
    std::iter::from_fn(move || {
        let (tag, rest) = block.split_first_chunk()?;
        block = rest;
        id = id.wrapping_add(named::take(&mut block)? as i64);
        Some((*tag, id))
    })
}

/// The number of a name with this hash, if the blocks have it.
pub(super) fn find(sql: &Connection, key: u64, folded: &str, label: i64) -> Result<Option<i64>> {
    let mut find = sql.prepare_cached("SELECT pairs FROM known WHERE block = ?")?;
    let mut rows = find.query([block_of(key)])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let block = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
    for (_, id) in entries(block).filter(|(tag, _)| *tag == tag_of(key)) {
        if is_called(sql, id, folded, label)? {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// A tag is shared by some of thousands.
fn is_called(sql: &Connection, id: i64, folded: &str, label: i64) -> Result<bool> {
    let named = called::of(sql, id)?.filter(|named| named.0 == label);
    Ok(named.is_some_and(|(_, name)| analyze::fold(&name) == folded))
}

/// Lays all names after those that are known into the blocks; gives back up to which they now go.
pub(super) fn lay_in(sql: &Connection) -> Result<i64> {
    let mut upto = upto(sql)?;
    let mut fresh = vec![Vec::new(); BLOCKS as usize];
    read_on(sql, &mut upto, |id, label, name| {
        let key = names::key(&analyze::fold(name), label);
        fresh[block_of(key) as usize].push((tag_of(key), id));
    })?;
    let mut find = sql.prepare_cached("SELECT pairs FROM known WHERE block = ?")?;
    let mut put =
        sql.prepare_cached("INSERT OR REPLACE INTO known (block, pairs) VALUES (?, ?)")?;
    for (number, names) in (0_i64..).zip(fresh).filter(|(_, names)| !names.is_empty()) {
        let block: Option<Vec<u8>> = find.query_row([number], |row| row.get(0)).optional()?;
        let mut block = block.unwrap_or_default();
        let mut before = entries(&block).last().map_or(0, |(_, id)| id);
        for (tag, id) in names {
            block.extend_from_slice(&tag);
            named::put(id.wrapping_sub(before) as u64, &mut block);
            before = id;
        }
        put.execute(params![number, block])?;
    }
    store::set_number(sql, UPTO, upto)?;
    Ok(upto)
}
