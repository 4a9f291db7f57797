//! Everything about one entity: other spellings, when, with whom, where.

use std::collections::{BTreeMap, HashSet};

use rusqlite::Connection;

use super::same::{self, Groups};
use super::tally::Tallies;
use super::{EntityId, EntityOrder, EntityRow, Result, analyze, named, spellings};
use crate::article::{ArticleId, Label};

/// Companions named.
const COMPANIONS: usize = 50;
const DAY: i64 = 86_400;

/// An entity, with all that the reader says are the same, across the library.
#[derive(Clone, Debug, PartialEq)]
pub struct About {
    /// The head of the group.
    pub id: EntityId,
    pub name: String,
    pub label: Label,
    /// The other names and spellings, in the order in which they were first seen.
    pub spellings: Vec<String>,
    pub mentions: u64,
    /// Unix seconds of the oldest and the newest article that has a date; `None` when none has.
    pub seen: Option<(i64, i64)>,
    /// Mentions in dated articles by week: its Monday in Unix seconds. Weeks without are left out.
    pub weeks: Vec<(i64, u64)>,
    /// Who and what is named in the same articles, most of them first; dates and sums left out.
    pub companions: Vec<EntityRow>,
    /// Newest first.
    pub articles: Vec<ArticleId>,
}

pub(super) fn about(sql: &Connection, entity: EntityId) -> Result<Option<About>> {
    let groups = Groups::read(sql)?;
    let head = groups.head(entity.0);
    let Some(own) = same::named(sql, head)? else { return Ok(None) };
    let mut found = Found { tallies: Tallies::new(sql, &groups)?, articles: Vec::new() };
    found.read(sql, groups.all(head))?;
    let Found { mut tallies, articles } = found;
    let mentions = tallies.mentions(head);
    tallies.forget(head);
    let labels = Label::ALL.into_iter().filter(|l| !matches!(l, Label::Date | Label::Money));
    let labels: Vec<Label> = labels.collect();
    let dated = dated(sql, &articles)?;
    Ok(Some(About {
        id: own.id,
        spellings: spellings(sql, &groups, head)?,
        name: own.name,
        label: own.label,
        mentions,
        seen: dated.first().zip(dated.last()).map(|(first, last)| (first.0, last.0)),
        weeks: weeks(&dated),
        companions: tallies.first(sql, &labels, EntityOrder::Articles, COMPANIONS)?,
        articles: articles.iter().rev().map(|(id, _)| ArticleId(*id)).collect(),
    }))
}

/// The articles of a group, and who else is in them.
struct Found {
    tallies: Tallies,
    /// Ids in order, with the mentions of the group.
    articles: Vec<(i64, u64)>,
}

impl Found {
    /// One pass over whom articles name. It is some fifty bytes an article: to read all of it takes
    /// less than a table by entity would cost every import.
    fn read(&mut self, sql: &Connection, mut group: Vec<i64>) -> Result<()> {
        group.sort_unstable();
        let mut find =
            sql.prepare_cached("SELECT -minus, entities FROM named ORDER BY minus DESC")?;
        let mut rows = find.query([])?;
        while let Some(row) = rows.next()? {
            let packed = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
            let mentions = mentions(packed, &group);
            if mentions > 0 {
                let article = row.get(0)?;
                self.tallies.add(article, packed);
                self.articles.push((article, mentions));
            }
        }
        Ok(())
    }
}

/// How often an article names one of a group, which is sorted.
fn mentions(packed: &[u8], group: &[i64]) -> u64 {
    let last = group.last().copied().unwrap_or(i64::MIN);
    let within = named::pairs(packed).take_while(|(entity, _)| *entity <= last);
    within.filter(|(entity, _)| group.contains(entity)).map(|(_, mentions)| mentions).sum()
}

/// Seconds and mentions of the articles that have a date, in order.
fn dated(sql: &Connection, articles: &[(i64, u64)]) -> Result<Vec<(i64, u64)>> {
    let (Some(first), Some(last)) = (articles.first(), articles.last()) else {
        return Ok(Vec::new());
    };
    let mut find = sql.prepare_cached(
        "SELECT id FROM article INDEXED BY article_undated
         WHERE published IS NULL AND id BETWEEN ? AND ?",
    )?;
    let undated = find.query_map([first.0, last.0], |row| row.get(0))?;
    let undated: HashSet<i64> = undated.collect::<rusqlite::Result<_>>()?;
    let dated = articles.iter().filter(|(id, _)| !undated.contains(id));
    Ok(dated.map(|(id, mentions)| (ArticleId(*id).seconds(), *mentions)).collect())
}

fn weeks(dated: &[(i64, u64)]) -> Vec<(i64, u64)> {
    let mut weeks = BTreeMap::<i64, u64>::new();
    for (seconds, mentions) in dated {
        *weeks.entry(monday(*seconds)).or_default() += mentions;
    }
    weeks.into_iter().collect()
}

/// The Monday of a second's week. The first of January 1970 was a Thursday.
fn monday(seconds: i64) -> i64 {
    let day = seconds.div_euclid(DAY);
    (day - (day + 3).rem_euclid(7)) * DAY
}

pub(super) fn spellings(sql: &Connection, groups: &Groups, entity: i64) -> Result<Vec<String>> {
    let all = groups.all(entity);
    let mut names = Vec::new();
    for member in &all {
        names.extend(same::named(sql, *member)?.map(|named| named.name));
        names.extend(spellings::of(sql, *member)?);
    }
    let mut seen = HashSet::new();
    // Names that differ by label or by accents only are one spelling too many.
    names.retain(|name| seen.insert(analyze::fold(name)));
    names.remove(0);
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::super::testing::Desk;
    use super::*;

    const NEWS: &str = "\
url: 1\ndate: 1715000000\nperson: Ada Moss\nperson: Émile Roy\nOne\n---
url: 2\ndate: 1715100000\nperson: Ada Moss\nTwo\n---
url: 3\ndate: 1716000000\nperson: Dame Ada\nperson: Émile Roy\nThree\n---
url: 4\nperson: Ada Moss\nFour\n";

    fn page(desk: &Desk, name: &str) -> About {
        let id = desk.library.called(&[], name).unwrap()[0].id;
        desk.library.about(id).unwrap().unwrap()
    }

    #[test]
    fn who_where_when_with_whom() {
        let desk = Desk::with(NEWS);
        let about = page(&desk, "ada moss");
        assert_eq!((about.articles.len(), about.mentions), (3, 3));
        assert!(about.articles.is_sorted_by(|a, b| a > b), "newest first");
        assert_eq!(about.seen, Some((1_715_000_000, 1_715_100_000)), "the undated one counts not");
        let companions: Vec<_> = about.companions.iter().map(|c| (&*c.name, c.articles)).collect();
        assert_eq!(companions, [("Émile Roy", 1)]);
        // 6 May 2024 was a Monday.
        assert_eq!(about.weeks, [(1_714_953_600, 2)]);
    }

    #[test]
    fn those_that_are_one_have_one_page() {
        let mut desk = Desk::with(NEWS);
        let (ada, dame) = (page(&desk, "Ada Moss").id, page(&desk, "Dame Ada").id);
        let change = desk.library.same(ada, dame).unwrap();
        let undo = desk.library.apply(&change).unwrap();
        let about = page(&desk, "dame ada");
        assert_eq!(
            (about.id, about.articles.len(), &*about.spellings),
            (ada, 4, &["Dame Ada".to_owned()][..])
        );
        assert_eq!(about.weeks.len(), 2);
        assert_eq!(about.companions[0].articles, 2);
        desk.library.apply(&undo).unwrap();
        assert_eq!(page(&desk, "dame ada").articles.len(), 1);
    }

    #[test]
    fn weeks_begin_on_monday() {
        assert_eq!(monday(0), -3 * DAY);
        assert_eq!(monday(4 * DAY), 4 * DAY);
        assert_eq!(monday(11 * DAY - 1), 4 * DAY);
        assert_eq!(monday(-3 * DAY - 1), -10 * DAY);
    }

    #[test]
    fn no_plan_sorts_or_reads_an_article() {
        let desk = Desk::with(NEWS);
        let plan = |text: &str| {
            let mut find = desk.library.sql.prepare(&format!("EXPLAIN QUERY PLAN {text}")).unwrap();
            let lines = find.query_map([], |row| row.get::<_, String>(3)).unwrap();
            lines.map(|line| line.unwrap()).collect::<Vec<_>>().join("; ")
        };
        assert_eq!(plan("SELECT -minus, entities FROM named ORDER BY minus DESC"), "SCAN named");
        let undated = plan(
            "SELECT id FROM article INDEXED BY article_undated
             WHERE published IS NULL AND id BETWEEN 1 AND 9",
        );
        assert!(undated.contains("COVERING INDEX article_undated"), "{undated}");
        let spelt = plan("SELECT name FROM spelling WHERE entity = 1 AND apart = 0 ORDER BY id");
        assert!(spelt.contains("INDEX spelling_entity") && !spelt.contains("B-TREE"), "{spelt}");
    }
}
