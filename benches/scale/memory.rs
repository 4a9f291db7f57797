//! Memory that a process takes which only reads and searches, and one that adds a hundred.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use gazette::app::{App, KeyMap, Options};
use gazette::library::query::parse;
use gazette::library::search::Searcher;
use gazette::library::{IngestOptions, Library, View};

use super::sample::Sample;
use super::{Rows, Subject, build, corpus};

/// What a child process is for, and the library it works on.
const CHILD: &str = "GAZETTE_SCALE_CHILD";
const LIBRARY: &str = "GAZETTE_SCALE_CHILD_LIBRARY";
const FILE: &str = "GAZETTE_SCALE_CHILD_FILE";

/// Carries out what this process was started for by another one; false when it was by a person.
pub fn is_child() -> bool {
    let Ok(job) = std::env::var(CHILD) else { return false };
    let path = |name| std::env::var_os(name).map(PathBuf::from).unwrap_or_default();
    match job.as_str() {
        "read" => read(&path(LIBRARY)),
        _ => add(&path(LIBRARY), &path(FILE)),
    }
    true
}

/// This program, started anew to do a job.
pub fn child(job: &str, library: &Path, file: &Path) -> Command {
    let mut child = Command::new(std::env::current_exe().expect("a bench is a file"));
    child.env(CHILD, job).env(LIBRARY, library).env(FILE, file);
    child
}

fn told(mut child: Command) -> Option<f64> {
    let output = child.output().ok()?;
    String::from_utf8_lossy(&output.stdout).lines().last()?.trim().parse().ok()
}

pub fn measure(subject: &Subject, rows: &mut Rows) {
    let mut reader = child("read", &subject.dir, Path::new(""));
    reader.env("GAZETTE_SCALE_ARTICLES", subject.articles.to_string());
    if let Some(megabytes) = told(reader) {
        rows.push(("memory of its own, reading, MB".into(), Sample::one(megabytes)));
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("hundred.jsonl");
    let mut out = File::create(&file).expect("the folder can be written");
    corpus::write(&mut out, 60_000_000..60_000_100).expect("there is room");
    if let Some(megabytes) = told(child("add", &subject.dir, &file)) {
        rows.push(("memory in all, adding 100, MB".into(), Sample::one(megabytes)));
    }
    let mut library = Library::open(&subject.dir).expect("the library opens");
    let name = file.to_string_lossy();
    if let Ok(source) = library.find_source(&name) {
        library.remove_source(source.id).expect("it goes again");
    }
}

/// Adds a file, and says the most memory that took.
fn add(dir: &Path, file: &Path) {
    let mut library = Library::open(dir).expect("the library opens");
    let source = library.add_path(file).expect("the file is there");
    let go_on = &mut |_: &_| std::ops::ControlFlow::Continue(());
    library.ingest(source.id, &IngestOptions::default(), go_on).expect("it reads");
    println!("{:.1}", status("VmHWM:"));
}

/// Reads the list down, searches for everything, and says how much memory that took.
fn read(dir: &Path) {
    let articles = std::env::var("GAZETTE_SCALE_ARTICLES").ok();
    let articles = articles.and_then(|articles| articles.parse().ok()).unwrap_or(1);
    let queries = match std::env::var_os("GAZETTE_SCALE_LIBRARY") {
        Some(_) => build::existing(dir).queries,
        None => {
            let made = corpus::queries(articles).into_iter();
            made.map(|(kind, texts)| (kind.to_owned(), texts)).collect()
        }
    };
    let library = Library::open(dir).expect("the library opens");
    let searcher = Searcher::open(&library).expect("the index is there");
    let mut app = App::new(library, KeyMap::default(), Options::default(), View::default())
        .expect("the library reads");
    (app.width, app.height, app.now) = (100, 40, corpus::NOW);
    let mut most = 0.0_f64;
    for _ in 0..300 {
        app.update(gazette::app::Action::NextArticle).expect("it reads");
        app.settle();
        most = most.max(status("RssAnon:"));
    }
    for text in queries.iter().flat_map(|(_, texts)| texts) {
        let (query, _) = parse(text, true, corpus::NOW);
        searcher.search(&query, &View::default(), 1_000).expect("the index answers");
        most = most.max(status("RssAnon:"));
    }
    println!("{most:.1}");
}

/// Megabytes by a line of what the system says of this process: `RssAnon` are those of no file.
fn status(name: &str) -> f64 {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    kilobytes.unwrap_or(f64::NAN) / 1_024.0
}
