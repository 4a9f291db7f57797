//! `gazette add` and `gazette update`: sources are read into the library.

use indicatif::ProgressBar;
use serde::Serialize;

use super::Outcome;
use super::arguments::{AddArguments, UpdateArguments};
use super::output::{self, Failed, Failure, complain, count};
use super::progress;
use super::{find, paths};
use crate::config::Config;
use crate::library::{Library, Progress, Report, Source};

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
    let outcome = read(&sources, config, library, false, arguments.json)?;
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
    if sources.is_empty() {
        complain("gazette: no sources yet; `gazette add FOLDER` adds one");
        return Ok(Outcome::Partly);
    }
    read(&sources, config, library, arguments.force, arguments.json)
}

fn read(
    sources: &[Source],
    config: &Config,
    library: &mut Library,
    force: bool,
    json: bool,
) -> Result<Outcome, Failure> {
    let stop = progress::interrupted();
    let mut all = Report { complete: true, ..Report::default() };
    for source in sources {
        let options = config.ingest_options(&source.name, force);
        let bar = progress::bar(&source.name);
        let report = library.ingest(source.id, &options, &mut |now| {
            show(&bar, now);
            progress::unless(&stop)
        });
        bar.finish_and_clear();
        let report = report?;
        for error in &report.failed {
            output::complain_of(error, json);
        }
        if report.unnamed > 0 {
            complain(&format!("gazette: and {} more that could not be read", report.unnamed));
        }
        if json {
            output::print([object(source, &report)])?;
        }
        gather(&mut all, report);
        if !all.complete {
            break;
        }
    }
    if all.complete {
        find::sync(library)?;
    }
    if !json && !sources.is_empty() {
        output::print([summary(&all)])?;
    }
    if !all.complete {
        complain("gazette: stopped; what was read is in, `gazette update` reads the rest");
    }
    let whole = all.complete && all.failed.is_empty();
    Ok(if whole { Outcome::Done } else { Outcome::Partly })
}

fn show(bar: &ProgressBar, progress: &Progress) {
    if let Some(total) = progress.total {
        bar.set_length(total);
    }
    bar.set_position(progress.done);
    let megabytes = |bytes: u64| bytes >> 20;
    bar.set_message(match progress.bytes {
        Some((read, size)) => {
            let articles = count(progress.articles, "article");
            format!("{articles}, {} of {} MiB", megabytes(read), megabytes(size))
        }
        None => count(progress.articles, "article"),
    });
}

fn gather(all: &mut Report, report: Report) {
    all.added += report.added;
    all.changed += report.changed;
    all.unchanged += report.unchanged;
    all.failed.extend(report.failed);
    all.unnamed += report.unnamed;
    all.complete &= report.complete;
}

fn object(source: &Source, report: &Report) -> String {
    output::json(&Read {
        source: &source.name,
        location: &source.location,
        added: report.added,
        changed: report.changed,
        unchanged: report.unchanged,
        failed: report.failed.iter().map(Failed::new).collect(),
        unnamed: report.unnamed,
        complete: report.complete,
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
