//! Keys of articles, kept so that a million articles take a few megabytes and an import writes each
//! page of them a few times only: new ones lie in a table as they come; once there are enough, they
//! are sorted into shelves, each of which holds a range of keys.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, params};

use super::sieve::Sieve;
use super::sketch::MOST_KEYS;
use crate::library::{Result, store};

/// Shelves: a power of two.
const SHELVES: u32 = 1 << 12;
/// Articles whose keys are not on shelves, at least, and as a share of those that are.
const FRESH: usize = 8_192;
const SHARE: usize = 24;
/// Articles of one key that are looked at, at most: a form letter has thousands.
const OF_ONE_KEY: usize = 32;
/// Bytes of an article's number.
const NUMBER: usize = 6;

/// The keys that are not on a shelf, in memory.
#[derive(Default)]
pub(super) struct Fresh {
    /// Sorted by key, then article.
    entries: Vec<(u32, i64)>,
    /// Those that came since it was sorted.
    newest: BTreeSet<(u32, i64)>,
    articles: usize,
    /// Of the table.
    last: i64,
    /// How often shelves were filled.
    filled: i64,
    /// Of the keys on shelves; known to whoever has filled them.
    sieve: Option<Sieve>,
}

impl Fresh {
    /// Takes in what others have added: belongs at the beginning of a transaction.
    pub fn catch_up(&mut self, sql: &Connection) -> Result<()> {
        let filled = store::number(sql, "shelved")?;
        if filled != self.filled {
            *self = Self { filled, ..Self::default() };
        }
        let mut find =
            sql.prepare_cached("SELECT id, article, keys FROM sketch WHERE id > ? ORDER BY id")?;
        let mut rows = find.query([self.last])?;
        let before = self.entries.len();
        while let Some(row) = rows.next()? {
            let article = row.get(1)?;
            let keys = row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
            self.entries.extend(keys_of(keys).map(|key| (key, article)));
            self.articles += 1;
            self.last = row.get(0)?;
        }
        if self.entries.len() > before {
            self.entries.sort_unstable();
        }
        Ok(())
    }

    /// Articles that have a key.
    pub fn having(&self, sql: &Connection, key: u32) -> Result<Vec<i64>> {
        let from = self.entries.partition_point(|entry| entry.0 < key);
        let lying = self.entries[from..].iter().take_while(|entry| entry.0 == key);
        let mut found: Vec<i64> = lying.map(|entry| entry.1).take(OF_ONE_KEY).collect();
        let newest = self.newest.range((key, i64::MIN)..=(key, i64::MAX));
        found.extend(newest.map(|entry| entry.1).take(OF_ONE_KEY));
        let on_shelves = self.sieve.as_ref().is_none_or(|sieve| sieve.may_have(key));
        if on_shelves && found.len() < OF_ONE_KEY {
            found.extend(on_shelf(sql, key)?);
        }
        Ok(found)
    }

    pub fn add(&mut self, sql: &Connection, article: i64, keys: &[u32]) -> Result<()> {
        let packed: Vec<u8> = keys.iter().flat_map(|key| key.to_le_bytes()).collect();
        sql.prepare_cached("INSERT INTO sketch (article, keys) VALUES (?, ?)")?
            .execute(params![article, packed])?;
        self.last = sql.last_insert_rowid();
        self.newest.extend(keys.iter().map(|key| (*key, article)));
        self.articles += 1;
        Ok(())
    }

    /// Sorts the keys into the shelves once there are many.
    pub fn settle(&mut self, sql: &Connection) -> Result<()> {
        let shelved = store::number(sql, "shelved articles")?;
        if self.articles < FRESH.max(shelved as usize / SHARE) {
            return Ok(());
        }
        self.entries.extend(std::mem::take(&mut self.newest));
        self.entries.sort_unstable();
        let articles = shelved as usize + self.articles;
        let mut sieve = Sieve::new(articles * MOST_KEYS);
        let mut rest = self.entries.as_slice();
        for shelf in 0..SHELVES {
            let more;
            (more, rest) = rest.split_at(rest.partition_point(|entry| shelf_of(entry.0) <= shelf));
            fill(sql, shelf, more, &mut sieve)?;
        }
        sql.execute("DELETE FROM sketch", [])?;
        sql.execute(
            "INSERT OR REPLACE INTO meta (key, value) VALUES ('shelved articles', ?)",
            [articles as i64],
        )?;
        store::count_up(sql, "shelved")?;
        let (filled, sieve) = (store::number(sql, "shelved")?, Some(sieve));
        *self = Self { filled, sieve, ..Self::default() };
        Ok(())
    }
}

fn keys_of(packed: &[u8]) -> impl Iterator<Item = u32> {
    packed.chunks_exact(4).map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
}

fn shelf_of(key: u32) -> u32 {
    key / (u32::MAX / SHELVES + 1)
}

/// Adds sorted entries to a shelf, and the keys of all that lies there to a sieve.
fn fill(sql: &Connection, shelf: u32, more: &[(u32, i64)], sieve: &mut Sieve) -> Result<()> {
    let mut entries = more.to_vec();
    if let Some(lying) = read(sql, shelf)? {
        walk(&lying, |key, article| {
            entries.push((key, article));
            true
        });
        entries.sort_unstable();
    }
    entries.dedup();
    entries.iter().for_each(|entry| sieve.add(entry.0));
    if more.is_empty() {
        return Ok(());
    }
    let mut packed = Vec::with_capacity(entries.len() * (NUMBER + 3));
    let mut before = 0;
    for (key, article) in entries {
        // The step from the key before, seven bits a byte.
        let mut step = key - before;
        while step >= 0x80 {
            packed.push(step as u8 | 0x80);
            step >>= 7;
        }
        packed.push(step as u8);
        packed.extend_from_slice(&article.to_le_bytes()[..NUMBER]);
        before = key;
    }
    sql.prepare_cached("INSERT OR REPLACE INTO shelf (id, entries) VALUES (?, ?)")?
        .execute(params![shelf, packed])?;
    Ok(())
}

fn read(sql: &Connection, shelf: u32) -> Result<Option<Vec<u8>>> {
    let mut find = sql.prepare_cached("SELECT entries FROM shelf WHERE id = ?")?;
    Ok(find.query_row([shelf], |row| row.get(0)).optional()?)
}

fn on_shelf(sql: &Connection, wanted: u32) -> Result<Vec<i64>> {
    let Some(packed) = read(sql, shelf_of(wanted))? else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    walk(&packed, |key, article| {
        if key == wanted {
            found.push(article);
        }
        key <= wanted && found.len() < OF_ONE_KEY
    });
    Ok(found)
}

/// Calls `found` with each entry until it says no; ends where the bytes make no sense.
fn walk(packed: &[u8], mut found: impl FnMut(u32, i64) -> bool) {
    let (mut rest, mut key) = (packed, 0_u32);
    loop {
        let (mut step, mut shift) = (0_u32, 0);
        loop {
            let Some((byte, after)) = rest.split_first() else { return };
            rest = after;
            step |= u32::from(byte & 0x7F) << shift;
            if *byte < 0x80 {
                break;
            }
            shift += 7;
            if shift > 28 {
                return;
            }
        }
        key = key.wrapping_add(step);
        let Some((number, after)) = rest.split_at_checked(NUMBER) else { return };
        rest = after;
        let mut bytes = [0; 8];
        bytes[..NUMBER].copy_from_slice(number);
        // Dates before 1970 have a number below zero.
        let article = i64::from_le_bytes(bytes) << 16 >> 16;
        if !found(key, article) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::Desk;
    use super::*;

    #[test]
    fn keys_are_found_on_the_table_and_on_the_shelves() {
        let desk = Desk::new();
        let sql = &desk.library.sql;
        let mut fresh = Fresh::default();
        fresh.catch_up(sql).unwrap();
        let key = |n: i64, kind: u32| (n as u32).wrapping_mul(2_654_435_761) ^ kind << 4;
        let number = |n: i64| (n - 5_000) * 1_000_003;
        let count = FRESH as i64 + 300;
        for n in 0..count {
            fresh.add(sql, number(n), &[key(n, 0), key(n, 1), u32::MAX]).unwrap();
            if n == 100 || n == FRESH as i64 {
                fresh.settle(sql).unwrap();
            }
        }
        let filled: i64 =
            sql.query_row("SELECT count(*) FROM shelf", [], |row| row.get(0)).unwrap();
        assert!(filled > 1_000 && fresh.articles < 400, "{filled} {}", fresh.articles);
        let mut other = Fresh::default();
        other.catch_up(sql).unwrap();
        for fresh in [&fresh, &other] {
            for n in [0, 1, 100, 8_000, count - 1] {
                assert!(fresh.having(sql, key(n, 1)).unwrap().contains(&number(n)), "{n}");
            }
            assert!(fresh.having(sql, 5).unwrap().is_empty());
            assert!(fresh.having(sql, u32::MAX).unwrap().len() <= 2 * OF_ONE_KEY);
        }
    }
}
