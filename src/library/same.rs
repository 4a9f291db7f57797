//! What the reader says of entities: these are one, these are not.
//!
//! Nothing is written into the articles or the index: an entity keeps its number, and is looked up
//! under the head of its group. So a merge costs a row, is undone by taking the row away, and
//! outlives articles that go and come again.

use std::collections::HashMap;

use rusqlite::{Connection, params};

use super::names::{self, label};
use super::{Change, EntityId, LibraryError, Move, Result, analyze, called, spellings, store};
use crate::article::Label;

/// The tables that version 2 adds for entities.
pub(super) const TABLES: &str = "
-- Which entities the reader says are one: each but the head of a group, and the head.
CREATE TABLE same (
    entity INTEGER PRIMARY KEY,
    head   INTEGER NOT NULL
);
CREATE INDEX same_head ON same (head);

-- How else an entity is written in its articles; only ever grows. Looked up in memory.
CREATE TABLE spelling (
    id     INTEGER PRIMARY KEY,
    entity INTEGER NOT NULL,
    name   TEXT NOT NULL,
    apart  INTEGER NOT NULL DEFAULT 0  -- the reader says that this is somebody else
);
CREATE INDEX spelling_entity ON spelling (entity);
CREATE INDEX spelling_apart  ON spelling (entity) WHERE apart = 1;

-- Articles whose id does not carry their own date.
CREATE INDEX article_undated ON article (published) WHERE published IS NULL;
";

/// An entity as it is called.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    pub id: EntityId,
    pub name: String,
    pub label: Label,
}

/// What the reader said of one entity.
#[derive(Clone, Debug, PartialEq)]
pub struct Merge {
    pub head: Named,
    /// Those that are the same, in the order in which they were first named.
    pub same: Vec<Named>,
    /// Spellings that are somebody else's.
    pub apart: Vec<String>,
}

/// The groups of a library. There are as many as the reader has had patience for.
#[derive(Clone, Debug, Default)]
pub(super) struct Groups {
    heads: HashMap<i64, i64>,
    members: HashMap<i64, Vec<i64>>,
}

impl Groups {
    pub fn read(sql: &Connection) -> Result<Self> {
        let mut find = sql.prepare_cached("SELECT entity, head FROM same ORDER BY entity")?;
        let mut rows = find.query([])?;
        let mut groups = Self::default();
        while let Some(row) = rows.next()? {
            let (entity, head) = (row.get(0)?, row.get(1)?);
            groups.heads.insert(entity, head);
            groups.members.entry(head).or_default().push(entity);
        }
        Ok(groups)
    }

    pub fn head(&self, entity: i64) -> i64 {
        self.heads.get(&entity).copied().unwrap_or(entity)
    }

    /// The whole group of an entity, its head first.
    pub fn all(&self, entity: i64) -> Vec<i64> {
        let head = self.head(entity);
        let others = self.members.get(&head).map_or(&[][..], Vec::as_slice);
        std::iter::once(head).chain(others.iter().copied()).collect()
    }

    /// Each entity that has a head, and the head.
    pub fn pairs(&self) -> impl Iterator<Item = (i64, i64)> + '_ {
        self.heads.iter().map(|(entity, head)| (*entity, *head))
    }
}

/// Counts up when groups or spellings change hands.
pub(super) fn version(sql: &Connection) -> Result<i64> {
    Ok(store::number(sql, "same")?)
}

pub(super) fn named(sql: &Connection, entity: i64) -> Result<Option<Named>> {
    let named = called::of(sql, entity)?;
    Ok(named.map(|(number, name)| Named { id: EntityId(entity), name, label: label(number) }))
}

fn known(sql: &Connection, entity: i64) -> Result<Named> {
    named(sql, entity)?.ok_or_else(|| LibraryError::NoSuchEntity(entity.to_string()))
}

/// The change that makes an entity, with all that are the same as it, one with another.
pub(super) fn join(sql: &Connection, head: EntityId, other: EntityId) -> Result<Change> {
    let groups = Groups::read(sql)?;
    let (to, from) = (groups.head(head.0), groups.head(other.0));
    let said = format!("{} is the same as {}", known(sql, from)?.name, known(sql, to)?.name);
    let step = |entity: i64| Move::Join {
        entity: EntityId(entity),
        from: EntityId(from),
        to: EntityId(to),
    };
    let moves =
        if to == from { Vec::new() } else { groups.all(from).into_iter().map(step).collect() };
    Ok(Change::Entities { said, moves })
}

/// The change that takes a name, or a spelling, off an entity. `None` when it has none such.
pub(super) fn part(
    sql: &Connection,
    entity: EntityId,
    labels: &[Label],
    name: &str,
) -> Result<Option<Change>> {
    let groups = Groups::read(sql)?;
    let all = groups.all(entity.0);
    let folded = analyze::fold(name);
    let head = known(sql, all[0])?;
    let said = |what: &str, of: &str| format!("{what} is not the same as {of}");
    // The head last: its namesakes under another label are more likely to be meant.
    for member in all[1..].iter().chain(&all[..1]) {
        let named = known(sql, *member)?;
        let meant = labels.is_empty() || labels.contains(&named.label);
        if !meant || analyze::fold(&named.name) != folded || all.len() == 1 {
            continue;
        }
        let moves = parted(&all, *member);
        let rest = if *member == all[0] { known(sql, all[1])? } else { head };
        return Ok(Some(Change::Entities { said: said(&named.name, &rest.name), moves }));
    }
    let mut moves = Vec::new();
    for member in &all {
        let taken = |spelling: &String| analyze::fold(spelling) == folded;
        for spelling in spellings::of(sql, *member)?.into_iter().filter(taken) {
            moves.push(Move::Spelling { entity: EntityId(*member), spelling, apart: true });
        }
    }
    let said = said(name.trim(), &head.name);
    Ok((!moves.is_empty()).then_some(Change::Entities { said, moves }))
}

/// Takes one out of a group; when it is the head, the next takes its place.
fn parted(all: &[i64], out: i64) -> Vec<Move> {
    let (head, next) = (EntityId(all[0]), all[1]);
    let step = |entity: i64, to: i64| Move::Join {
        entity: EntityId(entity),
        from: head,
        to: EntityId(to),
    };
    match out == all[0] {
        true => all[1..].iter().map(|entity| step(*entity, next)).collect(),
        false => vec![step(out, out)],
    }
}

/// Carries out one move; false when things are no longer as it found them.
fn carry_out(sql: &Connection, step: &Move) -> Result<bool> {
    let done = match step {
        Move::Join { entity, from, to } => {
            let groups = Groups::read(sql)?;
            if groups.head(entity.0) != from.0
                || from == to
                || entity != to && groups.head(to.0) != to.0
            {
                return Ok(false);
            }
            match entity == to {
                true => {
                    sql.prepare_cached("DELETE FROM same WHERE entity = ?")?.execute([entity.0])?
                }
                false => sql
                    .prepare_cached("INSERT OR REPLACE INTO same (entity, head) VALUES (?, ?)")?
                    .execute([entity.0, to.0])?,
            }
        }
        Move::Spelling { entity, spelling, apart } => sql
            .prepare_cached(
                "UPDATE spelling SET apart = ?3 WHERE entity = ?1 AND name = ?2 AND apart <> ?3",
            )?
            .execute(params![entity.0, spelling, apart])?,
    };
    if done > 0 {
        store::count_up(sql, "same")?;
    }
    Ok(done > 0)
}

/// Carries out several moves and gives back those that were done. Whoever joined one of them
/// meanwhile goes along, so that a group never has a head which has one itself.
pub(super) fn carry_out_all(sql: &Connection, moves: &[Move]) -> Result<Vec<Move>> {
    let mut done = Vec::new();
    for step in moves {
        if carry_out(sql, step)? {
            done.push(step.clone());
        }
    }
    for step in &done {
        if let Move::Join { entity, to, .. } = step
            && entity != to
        {
            sql.prepare_cached("UPDATE same SET head = ?2 WHERE head = ?1")?
                .execute([entity.0, to.0])?;
        }
    }
    Ok(done)
}

/// All that the reader has said, by name.
pub(super) fn merges(sql: &Connection) -> Result<Vec<Merge>> {
    let groups = Groups::read(sql)?;
    let mut heads: Vec<i64> = groups.members.keys().copied().collect();
    heads.extend(ids(
        sql,
        "SELECT DISTINCT entity FROM spelling INDEXED BY spelling_apart WHERE apart = 1",
    )?);
    heads.iter_mut().for_each(|entity| *entity = groups.head(*entity));
    heads.sort_unstable();
    heads.dedup();
    let mut merges = Vec::new();
    for head in heads {
        let all = groups.all(head);
        let mut apart = Vec::new();
        for member in &all {
            apart.extend(spellings::apart(sql, *member)?);
        }
        let same: Result<Vec<Named>> = all[1..].iter().map(|member| known(sql, *member)).collect();
        merges.push(Merge { head: known(sql, head)?, same: same?, apart });
    }
    merges.sort_by(|a, b| a.head.name.cmp(&b.head.name));
    Ok(merges)
}

fn ids(sql: &Connection, text: &str) -> Result<Vec<i64>> {
    let mut find = sql.prepare_cached(text)?;
    Ok(find.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}

/// The heads of all entities that are called just so, case and accents aside, or else written so.
pub(super) fn called(sql: &Connection, labels: &[Label], name: &str) -> Result<Vec<Named>> {
    let folded = analyze::fold(name);
    if folded.is_empty() {
        return Ok(Vec::new());
    }
    let groups = Groups::read(sql)?;
    let mut found = names::equal(sql, &folded)?;
    if found.is_empty() {
        found = spellings::equal(sql, &folded)?;
    }
    let mut all = Vec::new();
    for entity in found {
        let (own, head) = (known(sql, entity)?, known(sql, groups.head(entity))?);
        let meant = |label| labels.is_empty() || labels.contains(&label);
        if (meant(own.label) || meant(head.label)) && !all.contains(&head) {
            all.push(head);
        }
    }
    Ok(all)
}

/// The entity of an article that goes by this name and label there: the head of its group.
pub(super) fn in_article(
    sql: &Connection,
    article: i64,
    name: &str,
    label: Label,
) -> Result<Option<Named>> {
    let groups = Groups::read(sql)?;
    let folded = analyze::fold(name);
    for entity in super::entities::of_article(sql, crate::article::ArticleId(article))? {
        let Some(found) = named(sql, entity)? else { continue };
        if found.label == label && analyze::folds_to(&found.name, &folded) {
            return named(sql, groups.head(entity));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::super::testing::Desk;
    use super::*;
    use crate::library::EntityOrder;

    const NEWS: &str = "\
url: 1\ndate: 1000\nperson: Ada Moss\nperson: Dame Ada\nOne\n---
url: 2\ndate: 2000\nperson: Dame Ada\nTwo\n---
url: 3\ndate: 3000\nperson: A. Moss\nThree\n";

    fn id(desk: &Desk, name: &str) -> EntityId {
        called(&desk.library.sql, &[], name).unwrap()[0].id
    }

    fn list(desk: &Desk) -> String {
        let rows = desk.library.entities(None, &[], EntityOrder::Articles, 10).unwrap();
        let row = |row: &super::super::EntityRow| format!("{} {}", row.name, row.articles);
        rows.iter().map(row).collect::<Vec<_>>().join(", ")
    }

    fn merge(desk: &mut Desk, head: &str, other: &str) -> Change {
        let change = desk.library.same(id(desk, head), id(desk, other)).unwrap();
        desk.library.apply(&change).unwrap()
    }

    #[test]
    fn an_article_that_names_both_counts_once() {
        let mut desk = Desk::with(NEWS);
        assert_eq!(list(&desk), "Dame Ada 2, A. Moss 1, Ada Moss 1");
        merge(&mut desk, "Ada Moss", "Dame Ada");
        assert_eq!(list(&desk), "Ada Moss 2, A. Moss 1");
        // The group goes along when its head is merged.
        let undo = merge(&mut desk, "A. Moss", "dame ada");
        assert_eq!(list(&desk), "A. Moss 3");
        let redo = desk.library.apply(&undo).unwrap();
        assert_eq!(list(&desk), "Ada Moss 2, A. Moss 1");
        desk.library.apply(&redo).unwrap();
        assert_eq!(list(&desk), "A. Moss 3");
        assert!(
            desk.library.same(id(&desk, "Ada Moss"), id(&desk, "Dame Ada")).unwrap().is_empty()
        );
    }

    #[test]
    fn a_head_may_leave_its_group() {
        let mut desk = Desk::with(NEWS);
        merge(&mut desk, "Ada Moss", "Dame Ada");
        merge(&mut desk, "Ada Moss", "A. Moss");
        let ada = id(&desk, "Ada Moss");
        let change = desk.library.not_same(ada, &[], "ada moss").unwrap().unwrap();
        let undo = desk.library.apply(&change).unwrap();
        assert_eq!(list(&desk), "Dame Ada 3, Ada Moss 1");
        desk.library.apply(&undo).unwrap();
        assert_eq!(list(&desk), "Ada Moss 3");
        let change = desk.library.not_same(ada, &[], "A MOSS").unwrap().unwrap();
        desk.library.apply(&change).unwrap();
        assert_eq!(list(&desk), "Ada Moss 2, A. Moss 1");
        assert_eq!(desk.library.not_same(ada, &[], "Émile").unwrap(), None);
    }

    #[test]
    fn an_undo_that_comes_too_late_changes_nothing() {
        let mut desk = Desk::with(NEWS);
        let undo = merge(&mut desk, "Ada Moss", "Dame Ada");
        let mut other = desk.other();
        let dame = other.called(&[], "A. Moss").unwrap()[0].id;
        let change = other.same(dame, id(&desk, "Ada Moss")).unwrap();
        other.apply(&change).unwrap();
        assert_eq!(list(&desk), "A. Moss 3");
        assert!(desk.library.apply(&undo).unwrap().is_empty());
        assert_eq!(list(&desk), "A. Moss 3");
    }

    #[test]
    fn a_spelling_can_be_taken_off_and_given_back() {
        let mut desk = Desk::with(NEWS);
        let ada = id(&desk, "Ada Moss");
        spellings::keep(&desk.library.sql, ada.0, "Mossy").unwrap();
        assert_eq!(id(&desk, "mossy"), ada);
        let change = desk.library.not_same(ada, &[], "MOSSY").unwrap().unwrap();
        let undo = desk.library.apply(&change).unwrap();
        assert!(called(&desk.library.sql, &[], "mossy").unwrap().is_empty());
        assert_eq!(desk.library.merges().unwrap()[0].apart, ["Mossy"]);
        desk.library.apply(&undo).unwrap();
        assert!(desk.library.merges().unwrap().is_empty());
        assert_eq!(desk.library.spellings(ada).unwrap(), ["Mossy"]);
    }
}
