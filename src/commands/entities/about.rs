//! `gazette entities --about`: what the entity's page shows, printed.

use serde::Serialize;

use super::super::Outcome;
use super::super::arguments::EntitiesArguments;
use super::super::output::{self, Failure, complain, count, timestamp};
use super::super::table::{self, Column};
use super::{SCREENFUL, named};
use crate::library::{About, EntityRow, Library, Row};
use crate::page::sparkline;

/// Companions printed as text; JSON has all.
const COMPANIONS: usize = 10;
/// Weeks printed where nobody says how wide the screen is.
const WEEKS: usize = 52;

#[derive(Serialize)]
struct Told<'a> {
    entity: &'a str,
    label: &'static str,
    spellings: &'a [String],
    articles: usize,
    mentions: u64,
    first: Option<String>,
    last: Option<String>,
    weeks: Vec<Week>,
    companions: Vec<Companion<'a>>,
    newest: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Week {
    week: String,
    mentions: u64,
}

#[derive(Serialize)]
struct Companion<'a> {
    entity: &'a str,
    label: &'static str,
    articles: u64,
}

#[derive(Serialize)]
struct Line<'a> {
    id: i64,
    title: &'a str,
    source: &'a str,
    published: Option<String>,
}

pub fn run(
    name: &str,
    arguments: &EntitiesArguments,
    library: &Library,
) -> Result<Outcome, Failure> {
    let mut found = Vec::new();
    for one in named(library, &arguments.label, name)? {
        found.extend(library.about(one.id)?);
    }
    found.sort_by_key(|about| std::cmp::Reverse(about.articles.len()));
    let Some((about, others)) = found.split_first() else { return Ok(Outcome::Partly) };
    for other in others {
        let (label, name) = (other.label.name(), &other.name);
        let articles = count(other.articles.len() as u64, "article");
        complain(&format!("gazette: there is {label}:{name} too, in {articles}"));
    }
    let screenful = || (output::is_terminal() && !arguments.json).then_some(SCREENFUL);
    let limit = arguments.limit.or_else(screenful).unwrap_or(usize::MAX);
    let rows = library.rows_of(&about.articles[..about.articles.len().min(limit)])?;
    match arguments.json {
        true => output::print([json(about, &rows)])?,
        false => output::print(text(about, &rows))?,
    }
    Ok(if about.articles.is_empty() { Outcome::Partly } else { Outcome::Done })
}

fn json(about: &About, rows: &[Row]) -> String {
    output::json(&Told {
        entity: &about.name,
        label: about.label.name(),
        spellings: &about.spellings,
        articles: about.articles.len(),
        mentions: about.mentions,
        first: about.seen.and_then(|(first, _)| timestamp(first)),
        last: about.seen.and_then(|(_, last)| timestamp(last)),
        weeks: about
            .weeks
            .iter()
            .map(|(monday, mentions)| Week { week: output::day(*monday), mentions: *mentions })
            .collect(),
        companions: about.companions.iter().map(companion).collect(),
        newest: rows.iter().map(article).collect(),
    })
}

fn companion(row: &EntityRow) -> Companion<'_> {
    Companion { entity: &row.name, label: row.label.name(), articles: row.articles }
}

fn article(row: &Row) -> Line<'_> {
    Line {
        id: row.id.0,
        title: &row.title,
        source: &row.source,
        published: row.published.and_then(timestamp),
    }
}

fn text(about: &About, rows: &[Row]) -> Vec<String> {
    let mut lines = vec![about.name.clone()];
    let articles = count(about.articles.len() as u64, "article");
    let mentions = count(about.mentions, "mention");
    lines.push(format!("{}, {articles}, {mentions}", about.label.name()));
    lines.extend(about.seen.map(|(first, last)| {
        format!("first seen {}, last {}", output::day(first), output::day(last))
    }));
    if !about.spellings.is_empty() {
        lines.push(format!("also {}", about.spellings.join(", ")));
    }
    let columns = output::columns().map_or(WEEKS, usize::from);
    lines.extend(sparkline(&about.weeks, columns).map(|spark| {
        let (from, to) = (output::day(spark.span.0), output::day(spark.span.1));
        format!("{}\nmentions a week from {from} to {to}, at most {}", spark.bars, spark.most)
    }));
    if !about.companions.is_empty() {
        lines.extend([String::new(), "with".to_owned()]);
        let row = |row: &EntityRow| {
            vec![row.name.clone(), row.label.name().to_owned(), row.articles.to_string()]
        };
        let rows: Vec<_> = about.companions.iter().take(COMPANIONS).map(row).collect();
        let columns = [Column::Left(40), Column::Left(12), Column::Right];
        lines.extend(table::lines(&columns, &rows, output::is_terminal()));
    }
    if !rows.is_empty() {
        lines.extend([String::new(), "articles".to_owned()]);
        let row = |row: &Row| {
            let day = row.published.map_or("-".repeat(10), output::day);
            vec![day, output::safe(&row.source), row.title.clone()]
        };
        let rows: Vec<_> = rows.iter().map(row).collect();
        let columns = [Column::Left(10), Column::Left(24), Column::Left(0)];
        lines.extend(table::lines(&columns, &rows, output::is_terminal()));
    }
    lines
}
