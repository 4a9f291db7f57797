//! Gives out article ids: the date, then a tie-breaker.

use std::collections::HashMap;

use rusqlite::{Connection, params};

use super::Result;
use crate::article::{ArticleId, TIE_BITS};

const PER_SECOND: i64 = 1 << TIE_BITS;
/// Dates before 1600 are typing errors or the epoch of some format.
const EARLIEST: i64 = -11_676_096_000;
/// Announced events are dated ahead, but not by more than this.
const AHEAD: i64 = 400 * 86_400;
/// How many full seconds are remembered.
const REMEMBERED: usize = 65_536;

/// Remembers which seconds are full: ten thousand articles dated to one midnight must not look for
/// a free number through all the seconds before them.
#[derive(Default)]
pub(super) struct Ids {
    /// A second to the first one that may have room.
    room: HashMap<i64, i64>,
}

/// The second an id carries: the date if it is a sane one, else the time first seen.
pub(super) fn second(published: Option<i64>, now: i64) -> i64 {
    published.filter(|at| (EARLIEST..now.saturating_add(AHEAD)).contains(at)).unwrap_or(now)
}

impl Ids {
    /// A free id at `second`, or in the first second after it that has room.
    pub fn free(&mut self, sql: &Connection, second: i64) -> Result<ArticleId> {
        let mut at = self.room.get(&second).copied().unwrap_or(second);
        let mut last =
            sql.prepare_cached("SELECT max(id) FROM article WHERE id >= ? AND id < ?")?;
        loop {
            let from = ArticleId::at(at).0;
            let end = from + PER_SECOND;
            let used: Option<i64> = last.query_row(params![from, end], |row| row.get(0))?;
            let next = used.map_or(from, |id| id + 1);
            if next < end {
                self.remember(second, at);
                return Ok(ArticleId(next));
            }
            at = self.room.get(&at).copied().filter(|known| *known > at).unwrap_or(at + 1);
        }
    }

    fn remember(&mut self, second: i64, at: i64) {
        if at == second {
            return;
        }
        if self.room.len() >= REMEMBERED {
            self.room.clear();
        }
        self.room.insert(second, at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library(rows: &[i64]) -> Connection {
        let sql = Connection::open_in_memory().unwrap();
        sql.execute_batch("CREATE TABLE article (id INTEGER PRIMARY KEY)").unwrap();
        for id in rows {
            sql.execute("INSERT INTO article VALUES (?)", [id]).unwrap();
        }
        sql
    }

    #[test]
    fn ten_thousand_articles_of_one_second_spill_into_the_next() {
        let sql = library(&[]);
        let mut ids = Ids::default();
        let mut given = Vec::new();
        for _ in 0..10_000 {
            let id = ids.free(&sql, 1_000).unwrap();
            sql.execute("INSERT INTO article VALUES (?)", [id.0]).unwrap();
            given.push(id);
        }
        assert!(given.is_sorted() && given[0] == ArticleId::at(1_000));
        assert_eq!(given[9_999].seconds(), 1_000 + 10_000 / PER_SECOND);
        assert_eq!(Ids::default().free(&sql, 1_000).unwrap().0, given[9_999].0 + 1);
    }

    #[test]
    fn what_another_process_took_is_not_given_again() {
        let sql = library(&[ArticleId::at(5).0]);
        assert_eq!(Ids::default().free(&sql, 5).unwrap().0, ArticleId::at(5).0 + 1);
    }

    #[test]
    fn impossible_dates_count_as_undated() {
        let now = 1_750_000_000;
        assert_eq!(second(None, now), now);
        assert_eq!(second(Some(0), now), 0);
        assert_eq!(second(Some(-20_000_000_000), now), now);
        assert_eq!(second(Some(i64::MAX), now), now);
        assert_eq!(second(Some(now + 86_400), now), now + 86_400);
    }
}
