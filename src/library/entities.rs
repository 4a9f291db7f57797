//! Entities across the library: which articles name whom, and how often.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::names::Names;
use super::same::Groups;
use super::tally::Tallies;
use super::{EntityOrder, EntityRow, Result, named, spellings};
use crate::article::{Article, ArticleId, Label};

/// Notes who an article names, and how they are written; gives back their numbers. A surname alone
/// counts for the full name that the article gives it.
pub(super) fn note(
    sql: &Connection,
    names: &mut Names,
    id: ArticleId,
    article: &Article,
) -> Result<Vec<i64>> {
    let mut mentions = BTreeMap::<i64, u64>::new();
    let mut numbers = Vec::with_capacity(article.entities.len());
    for entity in &article.entities {
        numbers.push(names.number(sql, &entity.name, entity.label)?);
    }
    for mention in &article.mentions {
        if let Some(Some(number)) = numbers.get(mention.entity as usize) {
            *mentions.entry(*number).or_default() += 1;
        }
    }
    for (entity, written) in spellings::in_article(article) {
        if let Some(Some(number)) = numbers.get(entity) {
            names.spell(sql, *number, written)?;
        }
    }
    let packed = named::pack(mentions.iter().map(|(entity, count)| (*entity, *count)));
    sql.prepare_cached("INSERT OR REPLACE INTO named (article, entities) VALUES (?, ?)")?
        .execute(params![id.0, packed])?;
    Ok(mentions.into_keys().collect())
}

/// Nobody knows any more whom an article names.
pub(super) fn forget(sql: &Connection, id: ArticleId) -> Result<()> {
    sql.prepare_cached("DELETE FROM named WHERE article = ?")?.execute([id.0])?;
    Ok(())
}

/// The numbers of those an article names.
pub(super) fn of_article(sql: &Connection, id: ArticleId) -> Result<Vec<i64>> {
    let mut find = sql.prepare_cached("SELECT entities FROM named WHERE article = ?")?;
    let packed: Option<Vec<u8>> = find.query_row([id.0], |row| row.get(0)).optional()?;
    Ok(named::pairs(&packed.unwrap_or_default()).map(|(entity, _)| entity).collect())
}

/// Who is named in how many articles.
pub(super) fn list(
    sql: &Connection,
    within: Option<&[ArticleId]>,
    labels: &[Label],
    order: EntityOrder,
    limit: usize,
) -> Result<Vec<EntityRow>> {
    let groups = Groups::read(sql)?;
    let tallies = match within {
        None => Tallies::of_library(sql, &groups)?,
        Some(ids) => Tallies::of_articles(sql, &groups, ids)?,
    };
    tallies.first(sql, labels, order, limit)
}
