//! Numbers of entities by name, on disk: blocks of hash and number.
//!
//! An index of names would be a tenth of the library, and a batch would write a page of it for each
//! new name. New names are read from the table of entities itself; once they are many they are
//! laid into the blocks in one go. So each is written a few times in all, and none but the new ones
//! are held in memory.

use rusqlite::{Connection, params};

use super::called::read_on;
use super::{Result, analyze, called, names, store};

/// In `meta`: the entity up to which the blocks know all.
const UPTO: &str = "known";
/// Blocks there are: a block of a million names is eight kilobytes.
const BLOCKS: u64 = 1 << 10;
/// New names that are worth a laying in, at least; else one in so many of those known.
const FEW: i64 = 4_096;
const SHARE: i64 = 8;
/// Bytes of a pair: half of the hash, and the number.
const PAIR: usize = 8;

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

/// The part of a hash that tells the names of a block apart.
fn half(key: u64) -> u32 {
    (key >> 32) as u32
}

/// The number of a name with this hash, if the blocks have it.
pub(super) fn find(sql: &Connection, key: u64, folded: &str, label: i64) -> Result<Option<i64>> {
    let mut find = sql.prepare_cached("SELECT pairs FROM known WHERE block = ?")?;
    let mut rows = find.query([block_of(key)])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let pairs = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
    let wanted = half(key).to_le_bytes();
    for pair in pairs.chunks_exact(PAIR).filter(|pair| pair[..4] == wanted) {
        let number = [pair[4], pair[5], pair[6], pair[7]];
        let id = i64::from(u32::from_le_bytes(number));
        if is_called(sql, id, folded, label)? {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// Half a hash is shared by some of millions.
fn is_called(sql: &Connection, id: i64, folded: &str, label: i64) -> Result<bool> {
    let named = called::of(sql, id)?.filter(|named| named.0 == label);
    Ok(named.is_some_and(|(_, name)| analyze::fold(&name) == folded))
}

/// Lays all names after those that are known into the blocks; gives back up to which they now go.
pub(super) fn lay_in(sql: &Connection) -> Result<i64> {
    let mut upto = upto(sql)?;
    let mut fresh = vec![Vec::new(); BLOCKS as usize];
    read_on(sql, &mut upto, |id, label, name| {
        // Four thousand million names are more than there are.
        let Ok(number) = u32::try_from(id) else { return };
        let key = names::key(&analyze::fold(name), label);
        let pairs: &mut Vec<u8> = &mut fresh[block_of(key) as usize];
        pairs.extend_from_slice(&half(key).to_le_bytes());
        pairs.extend_from_slice(&number.to_le_bytes());
    })?;
    let mut add = sql.prepare_cached(
        "INSERT INTO known (block, pairs) VALUES (?1, ?2)
         ON CONFLICT (block) DO UPDATE SET pairs = CAST(pairs || ?2 AS BLOB)",
    )?;
    for (block, pairs) in (0_i64..).zip(&fresh).filter(|(_, pairs)| !pairs.is_empty()) {
        add.execute(params![block, pairs])?;
    }
    store::set_number(sql, UPTO, upto)?;
    Ok(upto)
}
