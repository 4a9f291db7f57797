//! What the reader did: read, star, tags, place. Every change gives back what undoes it.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::{Change, Move, Result, State, copies, rules, same, store};
use crate::article::ArticleId;

pub(super) fn state(sql: &Connection, id: ArticleId) -> Result<State> {
    let mut find = sql.prepare_cached(
        "SELECT read, starred, place_paragraph, place_byte FROM article WHERE id = ?",
    )?;
    let found = find.query_row([id.0], |row| {
        let place = row.get::<_, Option<u32>>(2)?.zip(row.get::<_, Option<u32>>(3)?);
        Ok(State { read: row.get(0)?, starred: row.get(1)?, tags: Vec::new(), place })
    });
    let Some(mut state) = found.optional()? else { return Ok(State::default()) };
    let mut find = sql.prepare_cached(
        "SELECT tag.name FROM article_tag JOIN tag ON tag.id = article_tag.tag
         WHERE article_tag.article = ? ORDER BY tag.name",
    )?;
    let names = find.query_map([id.0], |row| row.get(0))?;
    state.tags = names.collect::<rusqlite::Result<_>>()?;
    Ok(state)
}

pub(super) fn tags(sql: &Connection) -> Result<BTreeMap<String, u64>> {
    let mut find = sql.prepare_cached(
        "SELECT tag.name, count(*) FROM article_tag JOIN tag ON tag.id = article_tag.tag
         GROUP BY article_tag.tag",
    )?;
    let counts = find.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(counts.collect::<rusqlite::Result<_>>()?)
}

/// Carries out a change; the answer undoes it and names only the articles that did change.
pub(super) fn apply(sql: &mut Connection, change: &Change) -> Result<Change> {
    let transaction = sql.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let undo = match change {
        Change::Read { ids, read } => Change::Read {
            ids: flag(
                &transaction,
                "UPDATE article SET read = ?2 WHERE id = ?1 AND read <> ?2",
                ids,
                *read,
            )?,
            read: !read,
        },
        Change::Star { ids, starred } => Change::Star {
            ids: flag(
                &transaction,
                "UPDATE article SET starred = ?2 WHERE id = ?1 AND starred <> ?2",
                ids,
                *starred,
            )?,
            starred: !starred,
        },
        Change::Tag { ids, tag } => {
            Change::Untag { ids: add_tag(&transaction, ids, tag)?, tag: tag.clone() }
        }
        Change::Untag { ids, tag } => {
            Change::Tag { ids: remove_tag(&transaction, ids, tag)?, tag: tag.clone() }
        }
        Change::Teach { lesson, to, .. } => {
            let before = rules::teach(&transaction, lesson, *to)?;
            Change::Teach { lesson: lesson.clone(), from: *to, to: before }
        }
        Change::Copy { article, of, how, apart } => {
            copies::carry_out(&transaction, *article, *of, *how, *apart)?
        }
        Change::Entities { said, moves } => {
            let done = same::carry_out_all(&transaction, moves)?;
            Change::Entities { said: said.clone(), moves: Move::all_inverted(&done) }
        }
    };
    if !undo.ids().is_empty() {
        store::count_up(&transaction, "state")?;
    }
    transaction.commit()?;
    Ok(undo)
}

fn flag(sql: &Connection, text: &str, ids: &[ArticleId], on: bool) -> Result<Vec<ArticleId>> {
    let mut update = sql.prepare_cached(text)?;
    let mut changed = Vec::new();
    for id in ids {
        if update.execute(params![id.0, on])? > 0 {
            changed.push(*id);
        }
    }
    Ok(changed)
}

fn add_tag(sql: &Connection, ids: &[ArticleId], tag: &str) -> Result<Vec<ArticleId>> {
    let tag = tag_id(sql, tag)?;
    let mut insert = sql.prepare_cached(
        "INSERT OR IGNORE INTO article_tag (tag, article)
         SELECT ?1, id FROM article WHERE id = ?2",
    )?;
    let mut changed = Vec::new();
    for id in ids {
        if insert.execute(params![tag, id.0])? > 0 {
            changed.push(*id);
        }
    }
    Ok(changed)
}

/// The number of a tag, given out when it is new.
pub(super) fn tag_id(sql: &Connection, name: &str) -> rusqlite::Result<i64> {
    let mut find = sql.prepare_cached("SELECT id FROM tag WHERE name = ?")?;
    if let Some(id) = find.query_row([name], |row| row.get(0)).optional()? {
        return Ok(id);
    }
    sql.prepare_cached("INSERT INTO tag (name) VALUES (?)")?.execute([name])?;
    Ok(sql.last_insert_rowid())
}

fn remove_tag(sql: &Connection, ids: &[ArticleId], tag: &str) -> Result<Vec<ArticleId>> {
    let mut delete = sql.prepare_cached(
        "DELETE FROM article_tag WHERE article = ?2
         AND tag = (SELECT id FROM tag WHERE name = ?1)",
    )?;
    let mut changed = Vec::new();
    for id in ids {
        if delete.execute(params![tag, id.0])? > 0 {
            changed.push(*id);
        }
    }
    Ok(changed)
}

pub(super) fn set_place(sql: &Connection, id: ArticleId, place: (u32, u32)) -> Result<()> {
    sql.prepare_cached("UPDATE article SET place_paragraph = ?2, place_byte = ?3 WHERE id = ?1")?
        .execute(params![id.0, place.0, place.1])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing::Desk;
    use super::*;
    use crate::library::View;

    fn desk() -> (Desk, Vec<ArticleId>) {
        let desk = Desk::with("date: 1\nOne\n---\ndate: 2\nTwo\n---\ndate: 3\nThree\n");
        let ids = desk.library.ids(&View::default()).unwrap();
        (desk, ids)
    }

    #[test]
    fn undo_touches_only_what_changed() {
        let (mut desk, ids) = desk();
        desk.library.apply(&Change::Read { ids: vec![ids[1]], read: true }).unwrap();
        let undo = desk.library.apply(&Change::Read { ids: ids.clone(), read: true }).unwrap();
        assert_eq!(undo, Change::Read { ids: vec![ids[0], ids[2]], read: false });
        assert_eq!(desk.library.counts(&[]).unwrap().unread, 0);
        let redo = desk.library.apply(&undo).unwrap();
        assert_eq!(redo, Change::Read { ids: vec![ids[0], ids[2]], read: true });
        assert_eq!(desk.library.counts(&[]).unwrap().unread, 2);
    }

    #[test]
    fn tags_come_and_go() {
        let (mut desk, ids) = desk();
        let tag = |tag: &str| Change::Tag { ids: ids.clone(), tag: tag.into() };
        let undo = desk.library.apply(&tag("sea")).unwrap();
        desk.library.apply(&tag("harbour")).unwrap();
        assert_eq!(desk.library.state(ids[0]).unwrap().tags, ["harbour", "sea"]);
        assert_eq!(desk.library.apply(&tag("sea")).unwrap().ids(), []);
        desk.library.apply(&undo).unwrap();
        assert_eq!(desk.library.tags().unwrap(), BTreeMap::from([("harbour".into(), 3)]));
    }

    #[test]
    fn another_connection_sees_it() {
        let (mut desk, ids) = desk();
        let other = desk.other();
        desk.library.apply(&Change::Star { ids: vec![ids[0]], starred: true }).unwrap();
        assert!(other.state(ids[0]).unwrap().starred);
        assert_eq!(other.counts(&[]).unwrap().starred, 1);
        let nobody = ArticleId(7);
        assert_eq!(other.state(nobody).unwrap(), State::default());
    }
}
