//! Entities across the library: which articles name whom, and how often.

use std::collections::{BTreeMap, HashMap};

use rusqlite::{Connection, OptionalExtension, params};

use super::names::Names;
use super::same::Groups;
use super::tally::Tallies;
use super::{EntityOrder, EntityRow, Result, named, spellings};
use crate::article::{Article, ArticleId, Entity, Label};

/// Notes who an article names, and how they are written; gives back their numbers. A surname alone
/// counts for the full name that the article gives it, and what the cleaner hides does not count:
/// else share lines and menus would be what the news is about.
pub(super) fn note(
    sql: &Connection,
    names: &mut Names,
    id: ArticleId,
    article: &Article,
) -> Result<Vec<i64>> {
    let mut named = BTreeMap::<u32, u64>::new();
    for mention in article.mentions.iter().filter(|mention| article.keeps(mention.place)) {
        *named.entry(mention.entity).or_default() += 1;
    }
    let mut mentions = BTreeMap::<i64, u64>::new();
    let mut numbers = HashMap::new();
    for (entity, times) in named {
        let Some(Entity { name, label }) = article.entities.get(entity as usize) else { continue };
        if let Some(number) = names.number(sql, name, *label)? {
            numbers.insert(entity as usize, number);
            *mentions.entry(number).or_default() += times;
        }
    }
    for (entity, written) in spellings::in_article(article) {
        if let Some(number) = numbers.get(&entity) {
            names.spell(sql, *number, written)?;
        }
    }
    let packed = named::pack(mentions.iter().map(|(entity, count)| (*entity, *count)));
    sql.prepare_cached("INSERT OR REPLACE INTO named (minus, entities) VALUES (-?, ?)")?
        .execute(params![id.0, packed])?;
    Ok(mentions.into_keys().collect())
}

/// Nobody knows any more whom an article names.
pub(super) fn forget(sql: &Connection, id: ArticleId) -> Result<()> {
    sql.prepare_cached("DELETE FROM named WHERE minus = -?")?.execute([id.0])?;
    Ok(())
}

/// The numbers of those an article names.
pub(super) fn of_article(sql: &Connection, id: ArticleId) -> Result<Vec<i64>> {
    let mut find = sql.prepare_cached("SELECT entities FROM named WHERE minus = -?")?;
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

#[cfg(test)]
mod tests {
    use super::super::testing::Desk;
    use super::*;
    use crate::article::{Label, Mark, Mention, Paragraph, Place, Reason};

    #[test]
    fn hidden_text_names_nobody() {
        let desk = Desk::new();
        let entity = |name: &str| Entity { name: name.into(), label: Label::Organization };
        let share = Mark::boilerplate(Reason::Share, 1.0, "says only “share”");
        let mention = |n, entity, end| Mention {
            place: Place::Paragraph(n),
            start: 0,
            end,
            label: Label::Organization,
            entity,
        };
        let article = Article {
            paragraphs: vec![
                Paragraph { text: "Tarn Ferry Board met.".into(), ..Paragraph::default() },
                Paragraph { text: "Chirper".into(), mark: share, ..Paragraph::default() },
            ],
            entities: vec![entity("Tarn Ferry Board"), entity("Chirper")],
            mentions: vec![mention(0, 0, 16), mention(1, 1, 7)],
            ..Article::default()
        };
        let mut names = Names::default();
        let sql = &desk.library.sql;
        assert_eq!(note(sql, &mut names, ArticleId(1), &article).unwrap().len(), 1);
        assert_eq!(desk.number("SELECT count(*) FROM entity WHERE name = 'Chirper'"), 0);
        let shown = Article {
            paragraphs: article
                .paragraphs
                .iter()
                .cloned()
                .map(|p| Paragraph { mark: Mark::default(), ..p })
                .collect(),
            ..article
        };
        assert_eq!(note(&desk.library.sql, &mut names, ArticleId(1), &shown).unwrap().len(), 2);
    }
}
