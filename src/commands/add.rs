//! `gazette add` and `gazette update`: sources are read into the library.

use std::time::Instant;

use indicatif::ProgressBar;
use serde::Serialize;

use super::Outcome;
use super::arguments::{AddArguments, UpdateArguments};
use super::output::{self, Failed, Failure, complain, count};
use super::progress::{self, Pace};
use super::{find, names, paths};
use crate::config::Config;
use crate::library::{Library, Progress, Report, Source, SourceKind};

/// What reading one source did.
#[derive(Serialize)]
struct Read<'a> {
    source: &'a str,
    location: &'a str,
    added: u64,
    changed: u64,
    unchanged: u64,
    failed: Vec<Failed<'a>>,
    /// Inputs that failed besides those.
    unnamed: u64,
    complete: bool,
    /// Articles of the library whose names are still to be looked for.
    untagged: u64,
}

/// How sources are read.
#[derive(Clone, Copy)]
struct How {
    force: bool,
    wait: bool,
    json: bool,
}

pub fn add(
    arguments: &AddArguments,
    config: &Config,
    library: &mut Library,
) -> Result<Outcome, Failure> {
    if let Some(url) = arguments.paths.iter().find(|path| paths::is_url(path)) {
        return Err(paths::no_network(url));
    }
    let mut missing = false;
    let mut sources = Vec::new();
    for path in &arguments.paths {
        match library.add_path(path) {
            Ok(source) => sources.push(source),
            Err(error) => {
                complain(&format!("gazette: {error}"));
                missing = true;
            }
        }
    }
    let how = How { force: false, wait: arguments.wait, json: arguments.json };
    let outcome = read(&sources, config, library, how)?;
    Ok(if missing { Outcome::Partly } else { outcome })
}

pub fn update(
    arguments: &UpdateArguments,
    config: &Config,
    library: &mut Library,
) -> Result<Outcome, Failure> {
    let sources = match arguments.sources.is_empty() {
        true => library.sources()?,
        false => {
            let named = arguments.sources.iter().map(|name| library.find_source(name));
            named.collect::<Result<Vec<_>, _>>()?
        }
    };
    let (feeds, sources): (Vec<_>, Vec<_>) =
        sources.into_iter().partition(|source| source.kind == SourceKind::Feed);
    if !feeds.is_empty() {
        let feeds = count(feeds.len() as u64, "feed");
        complain(&format!(
            "gazette: {feeds} kept and not fetched: gazette makes no network connection yet"
        ));
        if sources.is_empty() {
            return Ok(Outcome::Partly);
        }
    }
    if sources.is_empty() {
        complain("gazette: no sources yet; `gazette add FOLDER` adds one");
        return Ok(Outcome::Partly);
    }
    let UpdateArguments { force, wait, json, .. } = *arguments;
    read(&sources, config, library, How { force, wait, json })
}

fn read(
    sources: &[Source],
    config: &Config,
    library: &mut Library,
    how: How,
) -> Result<Outcome, Failure> {
    let stop = progress::interrupted();
    let mut all = Report { complete: true, ..Report::default() };
    let mut reports = Vec::new();
    for source in sources {
        let options = config.ingest_options(&source.name, how.force);
        let (bar, mut pace) = (progress::bar(&source.name), Pace::default());
        let report = library.ingest(source.id, &options, &mut |now| {
            show(&bar, &mut pace, now);
            progress::unless(&stop)
        });
        bar.finish_and_clear();
        let report = report?;
        output::complain_of_all(&report.failed, how.json);
        if report.unnamed > 0 {
            complain(&format!("gazette: and {} more that could not be read", report.unnamed));
        }
        if !report.complete {
            all.complete = false;
        }
        reports.push(report);
        if !all.complete {
            break;
        }
    }
    if all.complete {
        find::sync(library)?;
        if how.wait {
            names::find_all(library)?
        } else {
            names::find_few(library)?
        };
    }
    for (source, report) in sources.iter().zip(reports) {
        if how.json {
            output::print([object(source, &report, library.untagged()?)])?;
        }
        gather(&mut all, report);
    }
    if !how.json {
        if !sources.is_empty() {
            output::print([summary(&all)])?;
        }
        // A program finds it in the object.
        names::say_left(library)?;
    }
    if !all.complete {
        complain("gazette: stopped; what was read is in, `gazette update` reads the rest");
    }
    let whole = all.complete && all.failed.is_empty();
    Ok(if whole { Outcome::Done } else { Outcome::Partly })
}

/// A folder goes by its files, one big file by its bytes.
fn show(bar: &ProgressBar, pace: &mut Pace, progress: &Progress) {
    let articles = count(progress.articles, "article");
    let (done, whole) = match (progress.bytes, progress.total) {
        // Files and bytes do not add up: a file among others does not move the bar.
        (Some((read, size)), Some(1)) => (read, Some(size)),
        (_, total) => (progress.done, total),
    };
    if let Some(whole) = whole {
        bar.set_length(whole);
    }
    bar.set_position(done);
    let pace = pace.tell(Instant::now(), progress.articles, done, whole);
    let megabytes = |bytes: u64| bytes >> 20;
    let read = progress.bytes.map(|(read, size)| {
        if whole == Some(size) {
            progress::without_numbers(bar);
        }
        format!("{} of {} MiB", megabytes(read), megabytes(size))
    });
    let parts = [Some(articles), read, Some(pace).filter(|pace| !pace.is_empty())];
    bar.set_message(parts.into_iter().flatten().collect::<Vec<_>>().join(", "));
}

fn gather(all: &mut Report, report: Report) {
    all.added += report.added;
    all.changed += report.changed;
    all.unchanged += report.unchanged;
    all.failed.extend(report.failed);
    all.unnamed += report.unnamed;
    all.complete &= report.complete;
}

fn object(source: &Source, report: &Report, untagged: u64) -> String {
    output::json(&Read {
        source: &source.name,
        location: &source.location,
        added: report.added,
        changed: report.changed,
        unchanged: report.unchanged,
        failed: report.failed.iter().map(Failed::new).collect(),
        unnamed: report.unnamed,
        complete: report.complete,
        untagged,
    })
}

/// "added 998 articles, 3 changed, 2 inputs skipped"
fn summary(report: &Report) -> String {
    let mut parts = vec![format!("added {}", count(report.added, "article"))];
    let mut part = |number: u64, text: String| {
        if number > 0 {
            parts.push(text);
        }
    };
    part(report.changed, format!("{} changed", report.changed));
    part(report.unchanged, format!("{} unchanged", report.unchanged));
    let (files, records) = skipped(report);
    part(files, format!("{} skipped", count(files, "file")));
    part(records, format!("{} skipped", count(records, "record")));
    parts.join(", ")
}

/// Whole files, and records of files that else went in.
fn skipped(report: &Report) -> (u64, u64) {
    let files = report.failed.iter().filter(|error| error.line.is_none()).count() as u64;
    (files + report.unnamed, report.failed.len() as u64 - files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::{LoadCause, LoadError};

    #[test]
    fn the_summary_says_what_happened() {
        let failed = |line| LoadError { name: "a".into(), line, cause: LoadCause::Empty };
        let report = Report {
            added: 998,
            failed: vec![failed(None), failed(None)],
            complete: true,
            ..Report::default()
        };
        assert_eq!(summary(&report), "added 998 articles, 2 files skipped");
        let report = Report {
            added: 1,
            changed: 2,
            unchanged: 3,
            failed: vec![failed(Some(4))],
            complete: true,
            ..Report::default()
        };
        assert_eq!(summary(&report), "added 1 article, 2 changed, 3 unchanged, 1 record skipped");
    }
}
