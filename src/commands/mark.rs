//! `gazette mark`: changes the state of the articles that match a query.

use super::Outcome;
use super::arguments::{MarkArguments, What};
use super::find;
use super::output::{self, Failure, complain, count};
use crate::article::ArticleId;
use crate::config::Config;
use crate::library::search::How;
use crate::library::{Change, Library, Order};

pub fn run(
    arguments: &MarkArguments,
    config: &Config,
    library: &mut Library,
) -> Result<Outcome, Failure> {
    let asked = find::asked(&arguments.query, config);
    if !asked.sound {
        complain("gazette: nothing was marked");
        return Err(Failure::Said);
    }
    if asked.query.root.is_none() {
        let message = "say which articles to mark; `is:read OR is:unread` is every one";
        return Err(Failure::Usage(message.into()));
    }
    let hits = find::hits(library, &asked.query, Order::Newest, None)?;
    // A guess is fine for looking, not for changing what the reader has marked.
    let ids = match hits.how {
        How::Corrected(_) => Vec::new(),
        _ => hits.ids,
    };
    if ids.is_empty() {
        output::print(["marked 0 articles".into()])?;
        return Ok(Outcome::Partly);
    }
    let found = ids.len() as u64;
    let changed = library.apply(&change(&arguments.what, ids))?.ids().len() as u64;
    output::print([summary(changed, found)])?;
    Ok(Outcome::Done)
}

fn change(what: &What, ids: Vec<ArticleId>) -> Change {
    match what.clone() {
        What::Read(read) => Change::Read { ids, read },
        What::Star(starred) => Change::Star { ids, starred },
        What::Tag(tag) => Change::Tag { ids, tag },
        What::Untag(tag) => Change::Untag { ids, tag },
    }
}

fn summary(changed: u64, found: u64) -> String {
    let marked = format!("marked {}", count(changed, "article"));
    match found.saturating_sub(changed) {
        0 => marked,
        1 => format!("{marked}, 1 was so already"),
        already => format!("{marked}, {already} were so already"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts_what_changed() {
        assert_eq!(summary(12, 12), "marked 12 articles");
        assert_eq!(summary(1, 3), "marked 1 article, 2 were so already");
    }
}
