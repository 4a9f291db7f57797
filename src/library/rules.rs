//! What the reader said of a paragraph: keep it or hide it, here or in all of its source.

use rusqlite::{Connection, params};

use super::lessons::{Lessons, Upto, VERSION};
use super::relook::{self, What};
use super::{Change, Library, LibraryError, Result, Rule, RuleId, SourceId, put, store};
use crate::article::ArticleId;
use crate::clean::shape;

/// What a rule is about. In one article it holds for a paragraph of exactly these words; in all of
/// a source, of these words with any numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    pub source: SourceId,
    /// `None`: all of the source.
    pub article: Option<ArticleId>,
    pub text: String,
}

impl Lesson {
    fn key(&self) -> u64 {
        match self.article {
            Some(_) => shape::exact(&self.text),
            None => shape::masked(&self.text),
        }
    }
}

impl Rule {
    /// The change that makes it say this from now on; `None` takes it back.
    pub fn to(&self, keep: Option<bool>) -> Change {
        let lesson = Lesson {
            source: self.source,
            article: self.article.as_ref().map(|(id, _)| *id),
            text: self.text.clone(),
        };
        Change::Teach { lesson, from: Some(self.keep), to: keep }
    }
}

/// Every rule, the newest last.
pub(super) fn all(sql: &Connection) -> Result<Vec<Rule>> {
    let mut find = sql.prepare_cached(
        "SELECT rule.id, rule.source, source.name, article, article.title, keep, text,
             rule.articles,
             EXISTS (SELECT 1 FROM relook WHERE relook.rule = rule.id)
         FROM rule JOIN source ON source.id = rule.source
         LEFT JOIN article ON article.id = rule.article ORDER BY rule.id",
    )?;
    let rows = find.query_map([], |row| {
        let article: Option<i64> = row.get(3)?;
        let title: Option<String> = row.get(4)?;
        Ok(Rule {
            id: RuleId(row.get(0)?),
            source: SourceId(row.get(1)?),
            source_name: row.get(2)?,
            article: article.map(|id| (ArticleId(id), title.unwrap_or_default())),
            keep: row.get(5)?,
            text: row.get(6)?,
            articles: if article.is_some() { 1 } else { row.get(7)? },
            counting: row.get(8)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The change that turns a paragraph round: hides what is shown, keeps what is hidden. Where that
/// is what it would be without the reader's word, the word is taken back instead.
pub(super) fn turn(
    library: &Library,
    id: ArticleId,
    paragraph: u32,
    everywhere: bool,
) -> Result<Option<Change>> {
    let Some((source, mut article)) = library.as_cleaned(id)? else { return Ok(None) };
    let Some(text) = article.paragraphs.get(paragraph as usize).map(|p| p.text.clone()) else {
        return Ok(None);
    };
    let below = if everywhere { Upto::Repeated } else { Upto::Source };
    Lessons::load(&library.sql, source)?.apply(id, &mut article, None, below);
    let otherwise = article.paragraphs[paragraph as usize].mark.kept();
    let lesson = Lesson { source, article: (!everywhere).then_some(id), text };
    let from = find(&library.sql, &lesson)?.map(|(_, keep)| keep);
    let wanted = !from.unwrap_or(otherwise);
    let to = (wanted != otherwise).then_some(wanted);
    Ok(Some(Change::Teach { lesson, from, to }))
}

/// Sets or takes back a rule; gives back what it said before.
pub(super) fn teach(sql: &Connection, lesson: &Lesson, keep: Option<bool>) -> Result<Option<bool>> {
    let before = find(sql, lesson)?;
    let there = "SELECT EXISTS (SELECT 1 FROM source WHERE id = ?)";
    let there: bool = sql.prepare_cached(there)?.query_row([lesson.source.0], |row| row.get(0))?;
    if before.map(|(_, keep)| keep) == keep || !there {
        return Ok(keep);
    }
    let rule = match (before, keep) {
        (Some((rule, _)), Some(keep)) => {
            sql.prepare_cached("UPDATE rule SET keep = ?, articles = 0 WHERE id = ?")?
                .execute(params![keep, rule.0])?;
            Some(rule)
        }
        (Some((rule, _)), None) => {
            sql.prepare_cached("DELETE FROM rule WHERE id = ?")?.execute([rule.0])?;
            None
        }
        (None, keep) => {
            sql.prepare_cached(
                "INSERT INTO rule (source, article, keep, text) VALUES (?, ?, ?, ?)",
            )?
            .execute(params![
                lesson.source.0,
                lesson.article.map(|id| id.0),
                keep,
                lesson.text
            ])?;
            Some(RuleId(sql.last_insert_rowid()))
        }
    };
    match lesson.article {
        Some(article) => put::dirty(sql, article)?,
        None => relook::ask(sql, lesson.source, What::Rule(lesson.key(), rule))?,
    }
    store::count_up(sql, VERSION)?;
    Ok(before.map(|(_, keep)| keep))
}

/// The rule that is about the same paragraph.
fn find(sql: &Connection, lesson: &Lesson) -> Result<Option<(RuleId, bool)>> {
    let text = "SELECT id, keep, text FROM rule WHERE source = ? AND article IS ?";
    let mut find = sql.prepare_cached(text)?;
    let mut rows = find.query(params![lesson.source.0, lesson.article.map(|id| id.0)])?;
    let key = lesson.key();
    while let Some(row) = rows.next()? {
        let other = Lesson { text: row.get(2)?, ..lesson.clone() };
        if other.key() == key {
            return Ok(Some((RuleId(row.get(0)?), row.get(1)?)));
        }
    }
    Ok(None)
}

/// The rule of this number.
pub(super) fn get(sql: &Connection, id: RuleId) -> Result<Rule> {
    let found = all(sql)?.into_iter().find(|rule| rule.id == id);
    found.ok_or(LibraryError::NoSuchRule(id.0))
}

/// Rules follow an article to its new number.
pub(super) fn rename(sql: &Connection, old: ArticleId, new: ArticleId) -> rusqlite::Result<()> {
    let rules = sql
        .prepare_cached("UPDATE rule SET article = ?2 WHERE article = ?1")?
        .execute([old.0, new.0])?;
    if rules > 0 { store::count_up(sql, VERSION) } else { Ok(()) }
}

/// Forgets all that was learned and taught of a source.
pub(super) fn forget(sql: &Connection, source: SourceId) -> rusqlite::Result<()> {
    for table in ["tally", "repeated", "rule", "relook"] {
        sql.execute(&format!("DELETE FROM {table} WHERE source = ?"), params![source.0])?;
    }
    store::count_up(sql, VERSION)
}
