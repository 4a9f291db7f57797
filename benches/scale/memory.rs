//! Memory of its own that a reader takes: a process that only reads and searches.

use std::process::Command;

use gazette::app::{App, KeyMap, Options};
use gazette::library::query::parse;
use gazette::library::search::Searcher;
use gazette::library::{Library, View};

use super::sample::Sample;
use super::{Rows, Subject, build, corpus};

const CHILD: &str = "GAZETTE_SCALE_CHILD";

pub fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}

/// Starts this program anew on the library.
pub fn reading(subject: &Subject, rows: &mut Rows) {
    let program = std::env::current_exe().expect("a bench is a file");
    let mut child = Command::new(program);
    child.env(CHILD, &subject.dir).env("GAZETTE_SCALE_ARTICLES", subject.articles.to_string());
    let Ok(output) = child.output() else { return };
    let text = String::from_utf8_lossy(&output.stdout);
    if let Some(megabytes) = text.lines().last().and_then(|line| line.trim().parse().ok()) {
        rows.push(("memory, reading and searching, MB".into(), Sample::one(megabytes)));
    }
}

/// Reads the list down, searches for everything, and says how much memory that took.
pub fn child() {
    let Some(dir) = std::env::var_os(CHILD) else { return };
    let dir = std::path::PathBuf::from(dir);
    let articles = std::env::var("GAZETTE_SCALE_ARTICLES").ok();
    let articles = articles.and_then(|articles| articles.parse().ok()).unwrap_or(1);
    let queries = match std::env::var_os("GAZETTE_SCALE_LIBRARY") {
        Some(_) => build::existing(&dir).queries,
        None => {
            let made = corpus::queries(articles).into_iter();
            made.map(|(kind, texts)| (kind.to_owned(), texts)).collect()
        }
    };
    let library = Library::open(&dir).expect("the library opens");
    let searcher = Searcher::open(&library).expect("the index is there");
    let mut app = App::new(library, KeyMap::default(), Options::default(), View::default())
        .expect("the library reads");
    (app.width, app.height, app.now) = (100, 40, corpus::NOW);
    let mut most = 0.0_f64;
    for _ in 0..300 {
        app.update(gazette::app::Action::NextArticle).expect("it reads");
        app.settle();
        most = most.max(own());
    }
    for text in queries.iter().flat_map(|(_, texts)| texts) {
        let (query, _) = parse(text, true, corpus::NOW);
        searcher.search(&query, &View::default(), 1_000).expect("the index answers");
        most = most.max(own());
    }
    println!("{most:.1}");
}

/// Megabytes that are no file's.
fn own() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    kilobytes.unwrap_or(f64::NAN) / 1_024.0
}
