//! `gazette import`: the feeds of OPML, and of newsboat's `urls`, kept as sources.

use serde::Serialize;

use super::Outcome;
use super::arguments::ImportArguments;
use super::output::{self, Failure, complain, count};
use crate::config::Config;
use crate::library::Library;
use crate::load::{self, Subscription};

#[derive(Serialize)]
struct Kept<'a> {
    url: &'a str,
    name: &'a str,
    tags: &'a [String],
    new: bool,
}

pub fn run(
    arguments: &ImportArguments,
    config: &Config,
    library: &mut Library,
) -> Result<Outcome, Failure> {
    let (mut new, mut known, mut failed) = (0, 0, false);
    for path in &arguments.files {
        let list = match load::subscriptions(path, &config.limits) {
            Ok(list) => list,
            Err(error) => {
                complain(&format!("gazette: {error}"));
                failed = true;
                continue;
            }
        };
        for line in &list.passed_over {
            complain(&format!("gazette: {}: {line}: no feed; passed over", path.display()));
        }
        for feed in &list.feeds {
            let is_new = keep(feed, library, arguments.json)?;
            new += u64::from(is_new);
            known += u64::from(!is_new);
        }
    }
    if new + known == 0 {
        return Ok(Outcome::Partly);
    }
    if !arguments.json {
        let known = if known > 0 { format!(", {known} known") } else { String::new() };
        output::print([format!(
            "kept {}{known}; `gazette sources` lists them",
            count(new, "feed")
        )])?;
    }
    complain("gazette: feeds are kept, not fetched: gazette makes no network connection yet");
    Ok(if failed { Outcome::Partly } else { Outcome::Done })
}

fn keep(feed: &Subscription, library: &mut Library, json: bool) -> Result<bool, Failure> {
    let (source, new) = library.keep_feed(feed)?;
    if json {
        let kept = Kept { url: &feed.url, name: &source.name, tags: &feed.tags, new };
        output::print([output::json(&kept)])?;
    }
    Ok(new)
}
