//! Looks through a source for a paragraph whose standing has changed, so that the index follows
//! and a rule knows how many articles it is about. Bounded steps, each a transaction: a kill costs
//! one step, and several gazettes may be at it.

use std::ops::ControlFlow;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::{Library, LibraryError, Result, RuleId, SourceId, put};
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
    while let Some(task) = next(&library.sql)? {
        let total = "SELECT articles FROM source WHERE id = ?";
        let total = library.sql.query_row(total, [task.source], |row| row.get(0)).optional()?;
        done = if task.after == i64::MIN { 0 } else { done };
        done += step(library, &task)?;
        if tell(done, total.unwrap_or(0).max(done)).is_break() {
            return Ok(false);
        }
    }
    Ok(true)
}

fn next(sql: &Connection) -> Result<Option<Task>> {
    let mut find = sql.prepare_cached(
        "SELECT id, source, line, shape, rule, after, newest FROM relook ORDER BY id LIMIT 1",
    )?;
    let task = find.query_row([], |row| {
        let shape = row.get::<_, i64>(3)? as u64;
        let rule = row.get::<_, Option<i64>>(4)?.map(RuleId);
        let what = if row.get(2)? { What::Line(shape) } else { What::Rule(shape, rule) };
        let (id, source) = (row.get(0)?, row.get(1)?);
        Ok(Task { id, source, what, after: row.get(5)?, newest: row.get(6)? })
    });
    Ok(task.optional()?)
}

/// Looks at some articles; gives back how many.
fn step(library: &mut Library, task: &Task) -> Result<u64> {
    let rows = read(&library.sql, task)?;
    let mut found = Vec::new();
    for (id, body) in &rows {
        match library.as_cleaned(ArticleId(*id)) {
            Ok(Some((_, article))) if has(&article, task.what) => found.push((*id, *body)),
            // One that cannot be read is for whoever opens it to say.
            Ok(_) | Err(LibraryError::Damaged(_)) => {}
            Err(error) => return Err(error),
        }
    }
    let transaction = library.sql.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let last = rows.last().filter(|_| rows.len() == AT_ONCE).map(|(id, _)| *id);
    // Another gazette may have taken this step meanwhile, or asked for another look instead.
    let mine = match last {
        Some(last) => transaction
            .prepare_cached("UPDATE relook SET after = ? WHERE id = ? AND after = ?")?
            .execute(params![last, task.id, task.after])?,
        None => transaction
            .prepare_cached("DELETE FROM relook WHERE id = ? AND after = ?")?
            .execute(params![task.id, task.after])?,
    };
    if mine > 0 {
        for (id, _) in &found {
            put::dirty(&transaction, ArticleId(*id))?;
        }
        if let What::Rule(_, Some(rule)) = task.what {
            let counted = found.iter().filter(|(_, body)| *body <= task.newest).count();
            count(&transaction, rule, counted)?;
        }
        transaction.commit()?;
    }
    Ok(rows.len() as u64)
}

/// More articles have the paragraph of a rule.
pub(super) fn count(sql: &Connection, rule: RuleId, articles: usize) -> Result<()> {
    sql.prepare_cached("UPDATE rule SET articles = articles + ? WHERE id = ?")?
        .execute(params![articles as i64, rule.0])?;
    Ok(())
}

fn read(sql: &Connection, task: &Task) -> Result<Vec<(i64, i64)>> {
    let mut find = sql.prepare_cached(
        "SELECT id, body FROM article INDEXED BY article_source WHERE source = ? AND id > ?
         ORDER BY id LIMIT ?",
    )?;
    let values = params![task.source, task.after, AT_ONCE as i64];
    let rows = find.query_map(values, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn has(article: &Article, what: What) -> bool {
    match what {
        What::Rule(wanted, _) => {
            article.paragraphs.iter().any(|paragraph| shape::masked(&paragraph.text) == wanted)
        }
        What::Line(_) if article.settled => false,
        What::Line(wanted) => shape::look(article).edges.iter().any(|edge| edge.shape == wanted),
    }
}
