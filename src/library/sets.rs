//! Sets of articles that only SQLite knows: read, starred, tagged. Kept between keystrokes.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{Connection, params};

use super::docset::Members;
use super::{Result, analyze, store};

/// How many sets are kept.
const KEPT: usize = 8;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Set {
    Read,
    Unread,
    Starred,
    /// Folded.
    Tag(String),
}

type Ids = Arc<Members>;

/// Sets by what they are; good until the library counts up its `state`.
#[derive(Default)]
pub(super) struct Sets {
    known: RefCell<(i64, HashMap<Set, Ids>)>,
}

impl Sets {
    pub fn get(&self, sql: &Connection, set: &Set) -> Result<Ids> {
        let version = store::number(sql, "state")?;
        let mut known = self.known.borrow_mut();
        if known.0 != version || known.1.len() > KEPT {
            *known = (version, HashMap::new());
        }
        if let Some(ids) = known.1.get(set) {
            return Ok(ids.clone());
        }
        let ids = Arc::new(Members::new(read(sql, set)?));
        known.1.insert(set.clone(), ids.clone());
        Ok(ids)
    }
}

fn read(sql: &Connection, set: &Set) -> Result<Vec<i64>> {
    match set {
        Set::Read => {
            ids(sql, "SELECT id FROM article INDEXED BY article_read WHERE read = 1 ORDER BY id")
        }
        Set::Unread => {
            ids(sql, "SELECT id FROM article INDEXED BY article_unread WHERE read = 0 ORDER BY id")
        }
        Set::Starred => ids(
            sql,
            "SELECT id FROM article INDEXED BY article_starred WHERE starred = 1 ORDER BY id",
        ),
        Set::Tag(folded) => tagged(sql, folded),
    }
}

fn ids(sql: &Connection, text: &str) -> Result<Vec<i64>> {
    let mut find = sql.prepare_cached(text)?;
    Ok(find.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}

/// The articles with any tag that reads the same, case and accents aside.
fn tagged(sql: &Connection, folded: &str) -> Result<Vec<i64>> {
    let mut find = sql.prepare_cached("SELECT id, name FROM tag")?;
    let tags = find.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
    let mut find = sql.prepare_cached("SELECT article FROM article_tag WHERE tag = ?")?;
    let mut all = Vec::new();
    for pair in tags {
        let (tag, name) = pair?;
        if analyze::fold(&name) == folded {
            let articles = find.query_map(params![tag], |row| row.get::<_, i64>(0))?;
            all.extend(articles.collect::<rusqlite::Result<Vec<_>>>()?);
        }
    }
    all.sort_unstable();
    all.dedup();
    Ok(all)
}
