//! `gazette entities`: who and what is in the news, or in the articles of a query.

use serde::Serialize;

use super::Outcome;
use super::arguments::EntitiesArguments;
use super::find;
use super::output::{self, Failure, timestamp};
use super::table::{self, Column};
use crate::article::Label;
use crate::config::Config;
use crate::library::{EntityRow, Library, Order};

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
    let found = library.entities(within.as_deref(), &labels, limit)?;
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
