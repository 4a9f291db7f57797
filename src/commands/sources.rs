//! `gazette sources` and `gazette remove`.

use serde::Serialize;

use super::Outcome;
use super::arguments::{ListArguments, RemoveArguments};
use super::output::{self, Failure, complain, count, timestamp};
use super::table::{self, Column};
use crate::library::{Library, Source};

#[derive(Serialize)]
struct Listed<'a> {
    name: &'a str,
    kind: &'static str,
    location: &'a str,
    articles: u64,
    unread: u64,
    starred: u64,
    failed: u64,
    scanned: Option<String>,
}

pub fn list(arguments: &ListArguments, library: &Library) -> Result<Outcome, Failure> {
    let sources = library.sources()?;
    match arguments.json {
        true => output::print(sources.iter().map(json))?,
        false => output::print(lines(&sources))?,
    }
    if sources.is_empty() {
        complain("gazette: no sources yet; `gazette add FOLDER` adds one");
        return Ok(Outcome::Partly);
    }
    Ok(Outcome::Done)
}

pub fn remove(arguments: &RemoveArguments, library: &mut Library) -> Result<Outcome, Failure> {
    // Find them all before the first goes: a slip in the last name should cost nothing.
    let found: Result<Vec<_>, _> =
        arguments.sources.iter().map(|name| library.find_source(name)).collect();
    for source in found? {
        library.remove_source(source.id)?;
        let articles = count(source.counts.articles, "article");
        output::print([format!("removed {} with {articles}; its files stay", source.name)])?;
    }
    Ok(Outcome::Done)
}

fn json(source: &Source) -> String {
    output::json(&Listed {
        name: &source.name,
        kind: source.kind.name(),
        location: &source.location,
        articles: source.counts.articles,
        unread: source.counts.unread,
        starred: source.counts.starred,
        failed: source.failed,
        scanned: source.scanned.and_then(timestamp),
    })
}

fn lines(sources: &[Source]) -> Vec<String> {
    let row = |source: &Source| {
        vec![
            output::safe(&source.name),
            source.kind.name().to_owned(),
            count(source.counts.articles, "article"),
            format!("{} unread", source.counts.unread),
            output::safe(&source.location),
        ]
    };
    let columns =
        [Column::Left(30), Column::Left(6), Column::Right, Column::Right, Column::Left(0)];
    let rows: Vec<_> = sources.iter().map(row).collect();
    table::lines(&columns, &rows, output::is_terminal())
}
