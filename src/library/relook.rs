//! Looks through a source for paragraphs whose standing has changed, so that the index follows
//! and a rule knows how many articles it is about. Bounded steps, each a transaction: a kill costs
//! one step, and several gazettes may be at it.

use std::collections::{BTreeSet, HashSet};
use std::ops::ControlFlow;

use rusqlite::{Connection, OptionalExtension, params};

use super::{Library, LibraryError, Result, RuleId, SourceId, put, turns};
use crate::article::{Article, ArticleId};
use crate::clean::shape;

/// Articles looked at in a step.
const AT_ONCE: usize = 500;

/// What is looked for.
#[derive(Clone, Copy, Debug)]
pub(super) enum What {
    /// A repeated line.
    Line(u64),
    /// The paragraph of a rule, and the rule, unless it was taken back.
    Rule(u64, Option<RuleId>),
}

struct Task {
    id: i64,
    source: i64,
    what: What,
    after: i64,
    newest: i64,
}

/// Asks for a look; it takes the place of an earlier one for the same paragraph.
pub(super) fn ask(sql: &Connection, source: SourceId, what: What) -> Result<()> {
    let (line, shape, rule) = match what {
        What::Line(shape) => (true, shape, None),
        What::Rule(shape, rule) => (false, shape, rule.map(|rule| rule.0)),
    };
    sql.prepare_cached("DELETE FROM relook WHERE source = ? AND line = ? AND shape = ?")?
        .execute(params![source.0, line, shape as i64])?;
    sql.prepare_cached(
        "INSERT INTO relook (source, line, shape, rule, after, newest)
         VALUES (?, ?, ?, ?, ?, (SELECT coalesce(max(id), 0) FROM body))",
    )?
    .execute(params![source.0, line, shape as i64, rule, i64::MIN])?;
    Ok(())
}

/// Looks waiting.
pub(super) fn waiting(sql: &Connection) -> Result<u64> {
    Ok(sql.prepare_cached("SELECT count(*) FROM relook")?.query_row([], |row| row.get(0))?)
}

/// Carries out what waits; false when `tell` broke it off.
pub(super) fn run(
    library: &mut Library,
    tell: &mut dyn FnMut(u64, u64) -> ControlFlow<()>,
) -> Result<bool> {
    let mut done = 0;
    loop {
        let tasks = next(&library.sql)?;
        let Some(first) = tasks.iter().min_by_key(|task| task.after) else { return Ok(true) };
        let total = "SELECT articles FROM source WHERE id = ?";
        let total = library.sql.query_row(total, [first.source], |row| row.get(0)).optional()?;
        done = if first.after == i64::MIN { 0 } else { done };
        done += step(library, &tasks)?;
        if tell(done, total.unwrap_or(0).max(done)).is_break() {
            return Ok(false);
        }
    }
}

/// What waits for the source that has waited longest: all of it is looked for in one go.
fn next(sql: &Connection) -> Result<Vec<Task>> {
    let mut find = sql.prepare_cached(
        "SELECT id, source, line, shape, rule, after, newest FROM relook
         WHERE source = (SELECT source FROM relook ORDER BY id LIMIT 1)",
    )?;
    let tasks = find.query_map([], |row| {
        let shape = row.get::<_, i64>(3)? as u64;
        let rule = row.get::<_, Option<i64>>(4)?.map(RuleId);
        let what = if row.get(2)? { What::Line(shape) } else { What::Rule(shape, rule) };
        let (id, source) = (row.get(0)?, row.get(1)?);
        Ok(Task { id, source, what, after: row.get(5)?, newest: row.get(6)? })
    })?;
    Ok(tasks.collect::<rusqlite::Result<_>>()?)
}

/// Looks at the next articles for all tasks of a source; gives back how many.
fn step(library: &mut Library, tasks: &[Task]) -> Result<u64> {
    let rows = read(&library.sql, tasks)?;
    let mut found: Vec<Vec<(i64, i64)>> = tasks.iter().map(|_| Vec::new()).collect();
    for (id, body) in &rows {
        let shapes = match library.as_cleaned(ArticleId(*id)) {
            Ok(Some((_, article))) => Shapes::of(&article, tasks),
            // One that cannot be read is for whoever opens it to say.
            Ok(None) | Err(LibraryError::Damaged(_)) => continue,
            Err(error) => return Err(error),
        };
        for (task, found) in tasks.iter().zip(&mut found) {
            if *id > task.after && shapes.have(task.what) {
                found.push((*id, *body));
            }
        }
    }
    let last = rows.last().filter(|_| rows.len() == AT_ONCE).map(|(id, _)| *id);
    let transaction = turns::begin(&library.dir, &mut library.sql)?;
    let mut changed = BTreeSet::new();
    for (task, found) in tasks.iter().zip(found) {
        // Another gazette may have taken this step meanwhile, or asked for another look instead.
        if !advance(&transaction, task, last)? {
            continue;
        }
        if let What::Rule(_, Some(rule)) = task.what {
            let counted = found.iter().filter(|(_, body)| *body <= task.newest).count();
            count(&transaction, rule, counted)?;
        }
        changed.extend(found.into_iter().map(|(id, _)| id));
    }
    for id in changed {
        put::dirty(&transaction, ArticleId(id))?;
    }
    transaction.commit()?;
    Ok(rows.len() as u64)
}

/// Notes how far a task is, or that it is done; false when it is no longer this one's to do.
fn advance(sql: &Connection, task: &Task, last: Option<i64>) -> Result<bool> {
    let rows = match last {
        Some(last) => sql
            .prepare_cached("UPDATE relook SET after = max(after, ?) WHERE id = ? AND after = ?")?
            .execute(params![last, task.id, task.after])?,
        None => sql
            .prepare_cached("DELETE FROM relook WHERE id = ? AND after = ?")?
            .execute(params![task.id, task.after])?,
    };
    Ok(rows > 0)
}

/// More articles have the paragraph of a rule.
pub(super) fn count(sql: &Connection, rule: RuleId, articles: usize) -> Result<()> {
    sql.prepare_cached("UPDATE rule SET articles = articles + ? WHERE id = ?")?
        .execute(params![articles as i64, rule.0])?;
    Ok(())
}

/// Article and body, from where the task begins that is least far.
fn read(sql: &Connection, tasks: &[Task]) -> Result<Vec<(i64, i64)>> {
    let Some(first) = tasks.iter().min_by_key(|task| task.after) else { return Ok(Vec::new()) };
    let mut find = sql.prepare_cached(
        "SELECT id, body FROM article INDEXED BY article_source WHERE source = ? AND id > ?
         ORDER BY id LIMIT ?",
    )?;
    let values = params![first.source, first.after, AT_ONCE as i64];
    let rows = find.query_map(values, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// What an article has that may be looked for.
#[derive(Default)]
struct Shapes {
    lines: HashSet<u64>,
    paragraphs: HashSet<u64>,
}

impl Shapes {
    fn of(article: &Article, tasks: &[Task]) -> Self {
        let mut shapes = Self::default();
        if tasks.iter().any(|task| matches!(task.what, What::Line(_))) && !article.settled {
            shapes.lines = shape::look(article).edges.iter().map(|edge| edge.shape).collect();
        }
        if tasks.iter().any(|task| matches!(task.what, What::Rule(..))) {
            let texts = article.paragraphs.iter().map(|paragraph| &paragraph.text);
            shapes.paragraphs = texts.map(|text| shape::masked(text)).collect();
        }
        shapes
    }

    fn have(&self, what: What) -> bool {
        match what {
            What::Line(shape) => self.lines.contains(&shape),
            What::Rule(shape, _) => self.paragraphs.contains(&shape),
        }
    }
}
