//! `gazette entities`: who and what is in the news, or in the articles of a query. `--about` and
//! the commands that merge and split are in files of their own.

use serde::Serialize;

mod about;
mod merges;

use super::Outcome;
use super::arguments::EntitiesArguments;
use super::output::{self, Failure, timestamp};
use super::table::{self, Column};
use super::{find, names};
use crate::article::Label;
use crate::config::Config;
use crate::library::query::{self, Wanted};
use crate::library::{EntityRow, Library, LibraryError, Named, Order};

/// Entities printed on a terminal unless it is said.
const SCREENFUL: usize = 50;

#[derive(Serialize)]
struct Found<'a> {
    entity: &'a str,
    label: &'static str,
    articles: u64,
    mentions: u64,
    first: Option<String>,
    last: Option<String>,
}

pub fn run(
    arguments: &EntitiesArguments,
    config: &Config,
    library: &mut Library,
) -> Result<Outcome, Failure> {
    names::before_asking(library)?;
    match (&arguments.command, &arguments.about) {
        (Some(command), _) => merges::run(command, library),
        (None, Some(name)) => about::run(name, arguments, library),
        (None, None) => list(arguments, config, library),
    }
}

fn list(
    arguments: &EntitiesArguments,
    config: &Config,
    library: &mut Library,
) -> Result<Outcome, Failure> {
    let asked = find::asked(&arguments.query);
    let within = match asked.query.root {
        Some(_) => {
            let hits = find::hits(library, &asked.query, Order::Newest, None)?;
            find::explain(&hits.how);
            Some(hits.ids)
        }
        None => None,
    };
    let labels = match arguments.label.is_empty() {
        true => who_and_what(&config.entities.labels),
        false => arguments.label.clone(),
    };
    let screenful = || (output::is_terminal() && !arguments.json).then_some(SCREENFUL);
    let limit = arguments.limit.or_else(screenful).unwrap_or(usize::MAX);
    // No labels at all are asked for: then none are found, rather than all.
    let limit = if labels.is_empty() { 0 } else { limit };
    let found = library.entities(within.as_deref(), &labels, arguments.sort, limit)?;
    match arguments.json {
        true => output::print(found.iter().map(json))?,
        false => output::print(lines(&found))?,
    }
    match (asked.sound, found.is_empty()) {
        (false, _) => Err(Failure::Said),
        (true, true) => Ok(Outcome::Partly),
        (true, false) => Ok(Outcome::Done),
    }
}

/// Weekdays and sums would fill the first screen; whoever wants them names them.
fn who_and_what(labels: &[Label]) -> Vec<Label> {
    let named = |label: &Label| !matches!(label, Label::Date | Label::Money);
    labels.iter().copied().filter(named).collect()
}

/// One of the entities called so: a name, with `person:` or another label before it where two
/// share it.
fn named(library: &Library, labels: &[Label], text: &str) -> Result<Vec<Named>, Failure> {
    let found = match labelled(text) {
        (Some(labels), name) => library.called(&labels, name)?,
        (None, name) => library.called(labels, name)?,
    };
    if found.is_empty() {
        return Err(LibraryError::NoSuchEntity(text.to_owned()).into());
    }
    Ok(found)
}

/// A name, and the labels that stand before it, if any do.
fn labelled(text: &str) -> (Option<Vec<Label>>, &str) {
    let field = text.split_once(':').and_then(|(field, name)| Some((of_field(field)?, name)));
    field.map_or((None, text), |(labels, name)| (Some(labels), name))
}

/// The labels that a word before a name asks for: a field of a query, or a label itself.
fn of_field(name: &str) -> Option<Vec<Label>> {
    let field = format!("{name}:");
    match query::typed(&field, field.len()).map(|typed| typed.wanted) {
        Some(Wanted::Entity(labels)) => Some(labels),
        _ => Label::from_name(&name.to_lowercase()).map(|label| vec![label]),
    }
}

fn json(row: &EntityRow) -> String {
    output::json(&Found {
        entity: &row.name,
        label: row.label.name(),
        articles: row.articles,
        mentions: row.mentions,
        first: timestamp(row.first.seconds()),
        last: timestamp(row.last.seconds()),
    })
}

fn lines(found: &[EntityRow]) -> Vec<String> {
    let columns = [
        Column::Left(40),
        Column::Left(12),
        Column::Right,
        Column::Right,
        Column::Left(10),
        Column::Left(10),
    ];
    let mut rows: Vec<_> = found.iter().map(row).collect();
    if output::is_terminal() && !rows.is_empty() {
        let head = ["entity", "label", "articles", "mentions", "first", "last"];
        rows.insert(0, head.map(String::from).to_vec());
    }
    table::lines(&columns, &rows, output::is_terminal())
}

fn row(row: &EntityRow) -> Vec<String> {
    vec![
        row.name.clone(),
        row.label.name().to_owned(),
        row.articles.to_string(),
        row.mentions.to_string(),
        output::day(row.first.seconds()),
        output::day(row.last.seconds()),
    ]
}
