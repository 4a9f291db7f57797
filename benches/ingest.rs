//! Ingest per 1,000 articles: load, clean, store, index, from one file of JSON lines; and the names,
//! which are looked for behind it.

use std::fs;
use std::ops::ControlFlow;

use divan::counter::ItemsCount;
use gazette::library::{IngestOptions, Library};

mod wire;

const ARTICLES: usize = 1_000;

fn main() {
    divan::main();
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn json_lines(bencher: divan::Bencher) {
    let text = wire::lines(ARTICLES);
    let folder = || {
        let dir = tempfile::tempdir().expect("a temporary folder");
        fs::write(dir.path().join("wire.jsonl"), &text).expect("the folder can be written");
        dir
    };
    bencher.counter(ItemsCount::new(ARTICLES)).with_inputs(folder).bench_values(|dir| {
        let mut library = Library::open(&dir.path().join("library")).expect("a new library");
        let source = library.add_path(&dir.path().join("wire.jsonl")).expect("the file is there");
        let go_on = &mut |_: &_| ControlFlow::Continue(());
        let report = library.ingest(source.id, &IngestOptions::default(), go_on).expect("it reads");
        assert_eq!(report.added as usize, ARTICLES);
        dir
    });
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn names(bencher: divan::Bencher) {
    let text = wire::lines(ARTICLES);
    let untagged = || {
        let dir = tempfile::tempdir().expect("a temporary folder");
        fs::write(dir.path().join("wire.jsonl"), &text).expect("the folder can be written");
        let mut library = Library::open(&dir.path().join("library")).expect("a new library");
        let source = library.add_path(&dir.path().join("wire.jsonl")).expect("the file is there");
        let go_on = &mut |_: &_| ControlFlow::Continue(());
        library.ingest(source.id, &IngestOptions::default(), go_on).expect("it reads");
        (dir, library)
    };
    bencher.counter(ItemsCount::new(ARTICLES)).with_inputs(untagged).bench_values(
        |(dir, mut library)| {
            let status = library.tag(&mut |_| ControlFlow::Continue(())).expect("names are found");
            assert_eq!(status.tagged as usize, ARTICLES);
            (dir, library)
        },
    );
}
