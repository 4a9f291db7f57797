//! `gazette export`: articles as JSON lines or Markdown, or the whole library in one file.
//!
//! What it writes `gazette add` takes in. Articles are read one at a time, however many there are.

mod markdown;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::Outcome;
use super::arguments::{ExportArguments, ExportFormat};
use super::cat::json::Object;
use super::output::{self, Failure, complain, count};
use super::{find, opml, progress, search};
use crate::article::{Article, ArticleId};
use crate::config::Config;
use crate::library::{Library, Order, State, View};

/// What `cat --json` says of an article, and what the library knows besides.
#[derive(Serialize)]
struct Exported<'a> {
    #[serde(flatten)]
    object: Object<'a>,
    tags: &'a [String],
    read: bool,
    starred: bool,
    /// Ids of other articles that are copies of this one, or that it is a copy of.
    copies: Vec<i64>,
}

pub fn run(
    arguments: &ExportArguments,
    config: &Config,
    library: &mut Library,
) -> Result<Outcome, Failure> {
    if let Some(file) = &arguments.backup {
        return backup(file, library);
    }
    if arguments.opml {
        return opml::export(library);
    }
    let ids = match arguments.query.is_empty() {
        true => library.ids(&View { copies: true, ..View::default() })?,
        false => {
            let asked = find::asked(&arguments.query, config);
            if !asked.sound {
                complain("gazette: nothing was exported");
                return Err(Failure::Said);
            }
            let hits = find::hits(library, &asked.query, Order::Newest, None)?;
            find::explain(&hits.how);
            hits.ids
        }
    };
    if ids.is_empty() {
        complain("gazette: no articles to export");
        return Ok(Outcome::Partly);
    }
    match (arguments.format, &arguments.output) {
        (ExportFormat::Jsonl, None) => {
            let mut out = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
            let written = lines(&ids, library, arguments.all, &mut out);
            out.flush()?;
            written
        }
        (ExportFormat::Jsonl, Some(file)) => into_file(&ids, library, arguments.all, file),
        (ExportFormat::Markdown, Some(folder)) => documents(&ids, library, arguments.all, folder),
        (ExportFormat::Markdown, None) if ids.len() > 1 => Err(Failure::Usage(format!(
            "Markdown is a file for each article, and there are {}; name a folder with --output",
            ids.len()
        ))),
        (ExportFormat::Markdown, None) => {
            let article = library.article(ids[0])?.map(|article| tagged(library, article));
            let text =
                article.transpose()?.map(|article| markdown::document(&article, arguments.all));
            output::print(text.map(|text| text.trim_end().to_owned()))?;
            Ok(Outcome::Done)
        }
    }
}

/// With the reader's tags, which hold the document's own.
fn tagged(library: &Library, mut article: Article) -> Result<Article, Failure> {
    article.tags = library.state(article.id)?.tags;
    Ok(article)
}

fn lines(
    ids: &[ArticleId],
    library: &Library,
    all: bool,
    out: &mut impl Write,
) -> Result<Outcome, Failure> {
    each(ids, library, &mut |article| {
        let state = library.state(article.id)?;
        let object = Object::new(article, all);
        let copies = search::others(library, article.id)?;
        let State { tags, read, starred, .. } = &state;
        let exported = Exported { object, tags, read: *read, starred: *starred, copies };
        out.write_all(output::json(&exported).as_bytes())?;
        Ok(out.write_all(b"\n")?)
    })
}

/// Calls `write` with each article. One that cannot be read is named, and the rest goes on.
fn each(
    ids: &[ArticleId],
    library: &Library,
    write: &mut dyn FnMut(&Article) -> Result<(), Failure>,
) -> Result<Outcome, Failure> {
    let (bar, stop) = (progress::bar("export"), progress::interrupted());
    bar.set_length(ids.len() as u64);
    let mut outcome = Outcome::Done;
    for id in ids {
        match library.article(*id) {
            Ok(Some(article)) => write(&article)?,
            // Another process has taken it out since.
            Ok(None) => {}
            Err(error) => {
                complain(&format!("gazette: {error}"));
                outcome = Outcome::Partly;
            }
        }
        bar.inc(1);
        if progress::unless(&stop).is_break() {
            complain("gazette: stopped before all articles were written");
            outcome = Outcome::Partly;
            break;
        }
    }
    bar.finish_and_clear();
    Ok(outcome)
}

/// JSON lines in a file that is there whole or not at all.
fn into_file(
    ids: &[ArticleId],
    library: &Library,
    all: bool,
    file: &Path,
) -> Result<Outcome, Failure> {
    refuse_existing(file)?;
    let part = PathBuf::from(format!("{}.part", file.display()));
    let cannot = |error: io::Error| cannot_write(file, &error);
    let mut out = io::BufWriter::new(fs::File::create(&part).map_err(cannot)?);
    let written = lines(ids, library, all, &mut out).and_then(|outcome| {
        out.flush().map_err(cannot)?;
        fs::rename(&part, file).map_err(cannot)?;
        Ok(outcome)
    });
    if written.is_err() {
        let _ = fs::remove_file(&part);
    }
    complain(&format!("gazette: {} into {}", count(ids.len() as u64, "article"), file.display()));
    written
}

/// Articles as files of a folder. A file is named by the article's date, title and number, so that
/// exporting again writes the same files.
fn documents(
    ids: &[ArticleId],
    library: &Library,
    all: bool,
    folder: &Path,
) -> Result<Outcome, Failure> {
    fs::create_dir_all(folder).map_err(|error| cannot_write(folder, &error))?;
    let outcome = each(ids, library, &mut |article| {
        let article = tagged(library, article.clone())?;
        let path = folder.join(markdown::name(&article));
        fs::write(&path, markdown::document(&article, all))
            .map_err(|error| cannot_write(&path, &error))
    })?;
    complain(&format!("gazette: {} into {}", count(ids.len() as u64, "file"), folder.display()));
    Ok(outcome)
}

/// The whole library, state and all, in one file.
fn backup(file: &Path, library: &Library) -> Result<Outcome, Failure> {
    if file.is_dir() {
        return Err(Failure::Usage(format!(
            "{}: this is a folder; after `export`, --library names the file to write; the library \
             to read is named before: gazette --library DIR export …",
            file.display()
        )));
    }
    refuse_existing(file)?;
    let (bar, stop) = (progress::bar("backup"), progress::interrupted());
    let whole = library.backup(file, &mut |done, total| {
        bar.set_length(total);
        bar.set_position(done);
        progress::unless(&stop)
    });
    bar.finish_and_clear();
    if !whole? {
        complain("gazette: stopped; no backup was written");
        return Ok(Outcome::Partly);
    }
    let size = fs::metadata(file).map_or(0, |facts| facts.len());
    complain(&format!("gazette: {} MiB into {}", size.div_ceil(1 << 20), file.display()));
    Ok(Outcome::Done)
}

fn refuse_existing(file: &Path) -> Result<(), Failure> {
    match file.exists() {
        true => Err(Failure::Usage(format!(
            "{} is there already; name another file, or move it away",
            file.display()
        ))),
        false => Ok(()),
    }
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    Failure::Failed(format!("cannot write {}: {error}", path.display()))
}
