//! One keystroke in the search bar, for every kind of query, on a small library.

use std::sync::OnceLock;

use gazette::library::query::parse;
use gazette::library::search::Searcher;
use gazette::library::{Library, View};
use tempfile::TempDir;

mod wire;

const ARTICLES: usize = 2_000;

fn main() {
    divan::main();
}

/// The library, made once for all benches.
fn folder() -> &'static TempDir {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let dir = tempfile::tempdir().expect("a temporary folder");
        wire::library(dir.path(), ARTICLES);
        dir
    })
}

#[divan::bench(args = [
    "harbour", "harbour council", "\"harbour council\"", "h", "ha", "harb", "council ha",
    "harbuor", "title:harbour", "harbour -council", "since:30d harbour", "is:unread harbour",
])]
fn keystroke(bencher: divan::Bencher, text: &str) {
    let library = Library::open(&folder().path().join("library")).expect("it opens again");
    let searcher = Searcher::open(&library).expect("the index is there");
    let view = View::default();
    bencher.bench_local(|| {
        let (query, _) = parse(text, true, wire::NOW);
        searcher.search(&query, &view, 50).expect("the index answers")
    });
}
