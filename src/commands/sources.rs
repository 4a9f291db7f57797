//! `gazette sources` and `gazette remove`.

use serde::Serialize;

use super::Outcome;
use super::arguments::{RemoveArguments, SourcesArguments};
use super::output::{self, Failure, complain, count, timestamp};
use super::table::{self, Column};
use crate::library::{self, Library, Source};

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

#[derive(Serialize)]
struct Failed<'a> {
    source: &'a str,
    name: &'a str,
    line: Option<u64>,
    error: String,
}

pub fn list(arguments: &SourcesArguments, library: &Library) -> Result<Outcome, Failure> {
    if arguments.failed {
        return failed(arguments.json, library);
    }
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

/// What could not be read when it was last tried.
fn failed(as_json: bool, library: &Library) -> Result<Outcome, Failure> {
    let failures = library.failures(usize::MAX)?;
    let object = |failure: &library::Failure| {
        output::json(&Failed {
            source: &failure.source,
            name: &failure.name,
            line: failure.line,
            error: failure.to_string(),
        })
    };
    match as_json {
        true => output::print(failures.iter().map(object))?,
        false => output::print(failures.iter().map(ToString::to_string))?,
    }
    if failures.is_empty() {
        complain("gazette: every input could be read");
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
            format!("{} failed", source.failed),
            output::safe(&source.location),
        ]
    };
    let columns = [
        Column::Left(30),
        Column::Left(6),
        Column::Right,
        Column::Right,
        Column::Right,
        Column::Left(0),
    ];
    let rows: Vec<_> = sources.iter().map(row).collect();
    table::lines(&columns, &rows, output::is_terminal())
}
