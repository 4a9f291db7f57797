//! How else an entity is written: "Zelensky" beside "Volodymyr Zelenskyy".

use std::collections::HashSet;

use rusqlite::{Connection, params};

use super::{Result, analyze};
use crate::article::{Article, Label};

/// Spellings kept of one entity: a name that is written in more ways is a tagger's mistake.
const MOST: i64 = 16;
/// Longest spelling kept, in bytes.
const LONGEST: usize = 100;

/// The other spellings the kept text has of its entities: index of the entity, and how it is written.
pub(super) fn in_article(article: &Article) -> Vec<(usize, &str)> {
    let (mut found, mut seen) = (Vec::new(), HashSet::new());
    for mention in article.mentions.iter().filter(|mention| article.keeps(mention.place)) {
        let Some(entity) = article.entities.get(mention.entity as usize) else { continue };
        let span = mention.start as usize..mention.end as usize;
        let Some(written) = article.text_at(mention.place).get(span) else { continue };
        let written = written.trim();
        let other = (mention.entity as usize, written);
        if is_other(&entity.name, entity.label, written) && seen.insert(other) {
            found.push(other);
        }
    }
    found
}

/// Dates and sums are written as they please, and shouting is no spelling.
fn is_other(name: &str, label: Label, written: &str) -> bool {
    let counted = matches!(label, Label::Date | Label::Money);
    let short = written.chars().count() < 2 || written.len() > LONGEST;
    !counted && !short && written != name && written.to_lowercase() != name.to_lowercase()
}

/// Keeps a spelling, unless there are enough.
pub(super) fn keep(sql: &Connection, entity: i64, spelling: &str) -> Result<()> {
    sql.prepare_cached(
        "INSERT INTO spelling (entity, name) SELECT ?1, ?2
         WHERE (SELECT count(*) FROM spelling WHERE entity = ?1) < ?3
           AND NOT EXISTS (SELECT 1 FROM spelling WHERE entity = ?1 AND name = ?2)",
    )?
    .execute(params![entity, spelling, MOST])?;
    Ok(())
}

/// The spellings of an entity, in the order in which they were first seen.
pub(super) fn of(sql: &Connection, entity: i64) -> Result<Vec<String>> {
    read(sql, "SELECT name FROM spelling WHERE entity = ? AND apart = 0 ORDER BY id", entity)
}

/// Those that the reader has taken off it.
pub(super) fn apart(sql: &Connection, entity: i64) -> Result<Vec<String>> {
    let text = "SELECT name FROM spelling INDEXED BY spelling_apart
        WHERE entity = ? AND apart = 1 ORDER BY name";
    read(sql, text, entity)
}

fn read(sql: &Connection, text: &str, entity: i64) -> Result<Vec<String>> {
    let mut find = sql.prepare_cached(text)?;
    Ok(find.query_map([entity], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}

/// Calls `found` with entity and spelling of all after `last`, and moves `last` on.
pub(super) fn read_on(
    sql: &Connection,
    last: &mut i64,
    mut found: impl FnMut(i64, &str),
) -> Result<()> {
    let mut find =
        sql.prepare_cached("SELECT id, entity, name FROM spelling WHERE id > ? ORDER BY id")?;
    let mut rows = find.query([*last])?;
    while let Some(row) = rows.next()? {
        found(row.get(1)?, row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?);
        *last = row.get(0)?;
    }
    Ok(())
}

/// The entities that are written so somewhere.
pub(super) fn equal(sql: &Connection, folded: &str) -> Result<Vec<i64>> {
    let mut find = sql.prepare_cached("SELECT entity, name FROM spelling WHERE apart = 0")?;
    let mut rows = find.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let name = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
        if analyze::folds_to(name, folded) {
            found.push(row.get(0)?);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shouting_dates_and_initials_are_no_spellings() {
        let other = |written| is_other("Volodymyr Zelenskyy", Label::Person, written);
        assert!(other("Zelensky") && other("Volodymyr Zelensky"));
        assert!(!other("VOLODYMYR ZELENSKYY") && !other("V") && !other(&"x".repeat(200)));
        assert!(!is_other("Monday", Label::Date, "last Monday"));
    }
}
