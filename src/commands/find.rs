//! Runs a query for `search`, `entities` and `mark`, and says what is odd about it.

use std::time::{SystemTime, UNIX_EPOCH};

use unicode_width::UnicodeWidthStr;

use super::output::{Failure, complain, safe};
use super::{names, progress};
use crate::library::query::{self, Query, QueryError};
use crate::library::search::{Hits, How, Searcher};
use crate::library::{Library, Order, View};

/// A query as typed and as understood.
pub struct Asked {
    pub query: Query,
    /// False when a part of it was not understood; that has been said.
    pub sound: bool,
}

/// Parses a query and says what could not be understood, pointing at it.
pub fn asked(words: &[String]) -> Asked {
    let text = words.join(" ");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs());
    let (query, error) = query::parse(&text, false, now as i64);
    if let Some(error) = &error {
        complain(&pointed(&text, error));
    }
    Asked { query, sound: error.is_none() }
}

/// The message, the query, and carets under the part that is meant.
fn pointed(text: &str, error: &QueryError) -> String {
    let message = format!("gazette: {}", error.message);
    let (before, meant) = (text.get(..error.start), text.get(error.start..error.end));
    match (before, meant) {
        // A query that cannot be shown as it stands has no columns to point at.
        (Some(before), Some(meant)) if safe(text) == text && !text.contains('\n') => {
            let carets = "^".repeat(meant.width().max(1));
            format!("{message}\n    {text}\n    {}{carets}", " ".repeat(before.width()))
        }
        _ => message,
    }
}

/// The articles that match, in order; all of them without a limit.
pub fn hits(
    library: &mut Library,
    query: &Query,
    order: Order,
    limit: Option<usize>,
) -> Result<Hits, Failure> {
    let articles = library.counts(&[])?.articles;
    if articles == 0 {
        complain("gazette: the library is empty; `gazette add FOLDER` puts articles in");
    }
    if query.asks_for_names() {
        names::before_asking(library)?;
    }
    sync(library)?;
    let most = usize::try_from(articles).unwrap_or(usize::MAX);
    let limit = limit.unwrap_or(most).min(most).max(1);
    let searcher = Searcher::open(library)?;
    let view = View { order, ..View::default() };
    Ok(searcher.search(query, &view, limit)?)
}

/// Brings the search index up to date, so that nothing in the library is missed.
pub fn sync(library: &mut Library) -> Result<(), Failure> {
    let bar = progress::bar("index");
    let stop = progress::interrupted();
    let status = library.sync_index(&mut |done, total| {
        bar.set_length(total);
        bar.set_position(done);
        progress::unless(&stop)
    });
    bar.finish_and_clear();
    let status = status?;
    if status.busy {
        complain("gazette: another gazette is writing the search index; the newest may be missing");
    } else if !status.complete {
        complain("gazette: stopped before the search index was up to date; some may be missing");
    }
    Ok(())
}

/// Says it when the articles are not quite what was asked for.
pub fn explain(how: &How) {
    match how {
        How::Exactly => {}
        How::InHidden => complain("gazette: found in hidden paragraphs only"),
        How::Corrected(words) => {
            complain(&format!("gazette: nothing found; showing {} instead", words.join(" ")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_points_at_its_words() {
        let error = QueryError { start: 7, end: 18, message: "wants a date".into() };
        let expected = "gazette: wants a date\n    köprü before:soon\n          ^^^^^^^^^^^";
        assert_eq!(
            pointed("köprü before:soon", &QueryError { end: 19, start: 8, ..error.clone() }),
            expected
        );
        assert_eq!(pointed("a", &error), "gazette: wants a date");
        assert_eq!(pointed("a\x1b[2J before:soon", &error).lines().count(), 1);
    }
}
