//! Learns, as articles arrive, which lines come again in a source.

use rusqlite::{Connection, OptionalExtension, params};

use super::lessons::VERSION;
use super::put::{Outcome, Prepared, Put};
use super::sightings::Sightings;
use super::{Result, SourceId, put, relook, store};
use crate::article::ArticleId;

/// Counts the lines of articles just written, in their transaction. Articles that showed a line
/// now known as repeated go to the outbox of the index; where one is taken back, the source is
/// looked through for it later.
pub(super) fn learn(sql: &Connection, source: SourceId, batch: &[(Put, Prepared)]) -> Result<()> {
    // What came settled teaches nothing and is taught nothing.
    let articles = || batch.iter().filter(|(_, prepared)| !prepared.article.settled);
    if articles().next().is_none() {
        return Ok(());
    }
    let mut tally = load(sql, source)?;
    for (put, prepared) in articles() {
        if let Some(gone) = put.gone {
            tally.rename(gone.0, put.id.0);
        }
        tally.note(put.id.0, &prepared.look, put.outcome == Outcome::Changed);
    }
    let standings = tally.settle();
    sql.prepare_cached("INSERT OR REPLACE INTO tally (source, lines) VALUES (?, ?)")?
        .execute(params![source.0, tally.encode()])?;
    for line in &standings {
        let shape = line.shape as i64;
        match line.articles {
            Some(articles) => sql
                .prepare_cached("INSERT OR REPLACE INTO repeated VALUES (?, ?, ?)")?
                .execute(params![source.0, shape, articles])?,
            None => sql
                .prepare_cached("DELETE FROM repeated WHERE source = ? AND shape = ?")?
                .execute(params![source.0, shape])?,
        };
        let earlier = |id: &&i64| !batch.iter().any(|(put, _)| put.id.0 == **id);
        for article in line.newly.iter().filter(earlier) {
            put::dirty(sql, ArticleId(*article))?;
        }
        if line.undone {
            relook::ask(sql, source, relook::What::Line(line.shape))?;
        }
    }
    if !standings.is_empty() {
        store::count_up(sql, VERSION)?;
    }
    Ok(())
}

fn load(sql: &Connection, source: SourceId) -> Result<Sightings> {
    let mut find = sql.prepare_cached("SELECT lines FROM tally WHERE source = ?")?;
    let lines: Option<Vec<u8>> = find.query_row([source.0], |row| row.get(0)).optional()?;
    Ok(lines.map(|lines| Sightings::decode(&lines)).unwrap_or_default())
}
