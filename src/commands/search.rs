//! `gazette search`: the articles that match, with the line that shows why.

use std::ops::Range;

use ratatui::style::Style;
use serde::Serialize;

use super::Outcome;
use super::ansi::painted;
use super::arguments::SearchArguments;
use super::find;
use super::output::{self, Failure, complain, timestamp};
use super::table::{self, Column};
use crate::article::{Article, ArticleId};
use crate::config::Config;
use crate::library::search::{Hits, Snippet};
use crate::library::{Library, Order, View};
use crate::ui::Role;

/// Articles printed on a terminal unless it is said.
const SCREENFUL: usize = 25;

/// Width of a snippet where no terminal has one.
const SNIPPET: usize = 160;

/// The object of an article found; the order of the fields is the order of the keys.
#[derive(Serialize)]
struct Found<'a> {
    id: i64,
    source: &'a str,
    title: &'a str,
    url: Option<&'a str>,
    path: Option<&'a str>,
    published: Option<String>,
    snippet: &'a str,
    /// Code points of the snippet, half-open.
    hits: Vec<[usize; 2]>,
    /// Ids of the other articles that it stands for, or that it is one of.
    copies: Vec<i64>,
}

/// A line of the history.
#[derive(Serialize)]
struct Searched<'a> {
    query: &'a str,
}

pub fn run(
    arguments: &SearchArguments,
    config: &Config,
    library: &mut Library,
) -> Result<Outcome, Failure> {
    if arguments.history || arguments.forget_history {
        return history(arguments, library);
    }
    let asked = find::asked(&arguments.query, config);
    let order = if arguments.best { Order::Best } else { Order::Newest };
    let copies = arguments.copies || config.list.copies;
    let view = View { order, copies, ..View::default() };
    let hits = find::view_hits(library, &asked.query, view, limit(arguments))?;
    match arguments.count {
        true => output::print([hits.total.to_string()])?,
        false => list(arguments, config, library, &hits)?,
    }
    match (asked.sound, hits.total) {
        (false, _) => Err(Failure::Said),
        (true, 0) => Ok(Outcome::Partly),
        (true, _) => Ok(Outcome::Done),
    }
}

/// What was searched for in the reader: listed, or forgotten.
fn history(arguments: &SearchArguments, library: &Library) -> Result<Outcome, Failure> {
    if arguments.forget_history {
        let forgotten = library.forget_searches()?;
        let what = if forgotten == 1 { "search" } else { "searches" };
        output::print([format!("forgot {forgotten} {what}")])?;
        return Ok(Outcome::Done);
    }
    let searches = library.searches()?;
    let some = searches.iter().take(arguments.limit.unwrap_or(usize::MAX));
    output::print(some.map(|query| match arguments.json {
        true => output::json(&Searched { query }),
        false => output::safe(query),
    }))?;
    Ok(if searches.is_empty() { Outcome::Partly } else { Outcome::Done })
}

fn limit(arguments: &SearchArguments) -> Option<usize> {
    let screenful = || (output::is_terminal() && !arguments.json).then_some(SCREENFUL);
    if arguments.count { Some(1) } else { arguments.limit.or_else(screenful) }
}

fn list(
    arguments: &SearchArguments,
    config: &Config,
    library: &Library,
    hits: &Hits,
) -> Result<(), Failure> {
    find::explain(&hits.how);
    let theme = output::depth(arguments.color).map(|depth| config.theme.theme(depth));
    let style = theme.map_or(Style::new(), |theme| theme[Role::Hit]);
    for id in hits.ids.iter().take(arguments.limit.unwrap_or(usize::MAX)) {
        // Another process may have taken it out since.
        let Some(article) = library.article(*id)? else { continue };
        output::print_styled(match arguments.json {
            true => {
                let others = others(library, article.id)?;
                vec![json(&article, &hits.marker.snippet(&article, SNIPPET), others)]
            }
            false => lines(&article, hits, style),
        })?;
    }
    let (shown, total) = (hits.ids.len(), hits.total);
    if output::is_terminal() && arguments.limit.is_none() && shown < total {
        complain(&format!("{shown} of {total} articles; --limit {total} shows them all"));
    }
    Ok(())
}

/// The copies of an article.
pub fn others(library: &Library, id: ArticleId) -> Result<Vec<i64>, Failure> {
    let copies = library.copies(id)?.into_iter().map(|copy| copy.row.id);
    Ok(copies.filter(|other| *other != id).map(|other| other.0).collect())
}

fn json(article: &Article, snippet: &Snippet, copies: Vec<i64>) -> String {
    output::json(&Found {
        id: article.id.0,
        source: &article.source,
        title: &article.title,
        url: article.url.as_deref(),
        path: article.path.as_deref(),
        published: article.published.and_then(timestamp),
        snippet: &snippet.text,
        hits: snippet.hits.iter().filter_map(|hit| points(&snippet.text, hit)).collect(),
        copies,
    })
}

/// A span of bytes as one of code points.
fn points(text: &str, hit: &Range<usize>) -> Option<[usize; 2]> {
    let start = text.get(..hit.start)?.chars().count();
    Some([start, start + text.get(hit.clone())?.chars().count()])
}

/// On a terminal the snippet has a line of its own; in a pipe an article is one line.
fn lines(article: &Article, hits: &Hits, style: Style) -> Vec<String> {
    let day = article.published.map_or_else(|| " ".repeat(10), output::day);
    let row = vec![day, output::safe(&article.source), output::safe(&article.title)];
    let columns = [Column::Left(10), Column::Left(20), Column::Left(0)];
    match output::columns() {
        Some(width) => {
            let snippet =
                hits.marker.snippet(article, usize::from(width.saturating_sub(4).max(20)));
            let mut lines = table::lines(&columns, &[row], true);
            if !snippet.text.is_empty() {
                lines.push(format!("    {}", marked(&snippet, style)));
            }
            lines
        }
        None => {
            let snippet = hits.marker.snippet(article, SNIPPET);
            let cells = row.into_iter().chain([marked(&snippet, style)]);
            let cells: Vec<_> = cells.filter(|cell| !cell.is_empty()).collect();
            vec![cells.join("  ")]
        }
    }
}

/// The snippet with its hits in a style.
fn marked(snippet: &Snippet, style: Style) -> String {
    let (text, mut at, mut out) = (&snippet.text, 0, String::new());
    for hit in &snippet.hits {
        let (Some(before), Some(words)) = (text.get(at..hit.start), text.get(hit.clone())) else {
            continue;
        };
        out.push_str(before);
        out.push_str(&painted(words, style));
        at = hit.end;
    }
    out + &text[at..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hits_are_marked_and_counted_in_code_points() {
        let snippet =
            Snippet { text: "Žofie’s köprü".into(), hits: std::iter::once(11..18).collect() };
        assert_eq!(marked(&snippet, Style::new().bold()), "Žofie’s \x1b[1mköprü\x1b[0m");
        assert_eq!(marked(&snippet, Style::new()), "Žofie’s köprü");
        let json: serde_json::Value =
            serde_json::from_str(&json(&Article::default(), &snippet, Vec::new())).unwrap();
        assert_eq!(json["hits"], serde_json::json!([[8, 13]]));
        let keys =
            ["id", "source", "title", "url", "path", "published", "snippet", "hits", "copies"];
        assert!(json.as_object().unwrap().keys().eq(keys));
    }
}
