//! One keystroke in the search bar, for every kind of query, on a small library.

use std::fs;
use std::ops::ControlFlow;
use std::sync::OnceLock;

use gazette::library::query::parse;
use gazette::library::search::Searcher;
use gazette::library::{IngestOptions, Library, View};
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
        let file = dir.path().join("wire.jsonl");
        fs::write(&file, wire::lines(ARTICLES)).expect("the folder can be written");
        let mut library = Library::open(&dir.path().join("library")).expect("a new library");
        let source = library.add_path(&file).expect("the file is there");
        let go_on = &mut |_: &_| ControlFlow::Continue(());
        library.ingest(source.id, &IngestOptions::default(), go_on).expect("it reads");
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
