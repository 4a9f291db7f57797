//! Who is in the news, an entity's page, and a keystroke that completes a name, on a library of
//! 10,000 articles. `GAZETTE_BENCH_ARTICLES` makes it another number, `GAZETTE_BENCH_LIBRARY` names
//! the folder of a library to measure instead.

use std::fmt::Write;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::OnceLock;

use gazette::article::Label;
use gazette::library::query::Wanted;
use gazette::library::{Completer, EntityOrder, IngestOptions, Library};
use tempfile::TempDir;

/// People, places and the like; the first are in most articles, as in the news.
const NAMES: usize = 40_000;
const IN_AN_ARTICLE: usize = 15;

fn main() {
    divan::main();
}

fn articles() -> usize {
    std::env::var("GAZETTE_BENCH_ARTICLES").ok().and_then(|n| n.parse().ok()).unwrap_or(10_000)
}

/// The library, made once for all benches.
fn library() -> Library {
    if let Some(dir) = std::env::var_os("GAZETTE_BENCH_LIBRARY") {
        return Library::open(Path::new(&dir)).expect("it opens");
    }
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    let dir = FOLDER.get_or_init(|| {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let file = dir.path().join("wire.jsonl");
        fs::write(&file, lines(articles())).expect("the folder can be written");
        let mut library = Library::open(&dir.path().join("library")).expect("a new library");
        let source = library.add_path(&file).expect("the file is there");
        let go_on = &mut |_: &_| ControlFlow::Continue(());
        library.ingest(source.id, &IngestOptions::default(), go_on).expect("it reads");
        dir
    });
    Library::open(&dir.path().join("library")).expect("it opens again")
}

/// Articles that are nothing but names, tagged already.
fn lines(count: usize) -> String {
    let mut state = 42_u64;
    let mut name = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let part = (state >> 33) as f64 / f64::from(1_u32 << 31);
        // The fourth power favours the first names heavily.
        (part.powi(4) * NAMES as f64) as usize
    };
    let mut lines = String::new();
    for number in 0..count {
        let (mut text, mut entities) = (String::new(), String::new());
        for _ in 0..IN_AN_ARTICLE {
            let n = name();
            let written = format!("Bearer b{n}z");
            let start = text.len() + 6;
            let comma = if entities.is_empty() { "" } else { "," };
            let _ = write!(
                entities,
                "{comma}{{\"start\":{start},\"end\":{},\"label\":\"person\",\"id\":\"{n}\",\
                 \"text\":\"{written}\",\"name\":\"{written}\"}}",
                start + written.len()
            );
            let _ = write!(text, "{written} came. ");
        }
        let text = text.trim_end();
        let _ = writeln!(
            lines,
            "{{\"url\":\"https://wire.test/{number}\",\"title\":\"Story\",\"language\":\"en\",\
             \"published\":{},\"text\":\"Story\\n{text}\",\"paragraphs\":[{{\"text\":\"{text}\",\
             \"kind\":\"paragraph\",\"kept\":true,\"reason\":null,\"score\":0.0}}],\
             \"entities\":[{entities}]}}",
            1_750_000_000 - number * 3_600
        );
    }
    lines
}

#[divan::bench(args = [EntityOrder::Articles, EntityOrder::Name, EntityOrder::Last])]
fn list(bencher: divan::Bencher, order: EntityOrder) {
    let library = library();
    bencher.bench_local(|| {
        let rows = library.entities(None, &[], order, 50).expect("it reads");
        assert_eq!(rows.len(), 50);
    });
}

#[divan::bench]
fn page(bencher: divan::Bencher) {
    let library = library();
    let first = library.entities(None, &[], EntityOrder::Articles, 1).expect("it reads").remove(0);
    bencher.bench_local(|| {
        let about = library.about(first.id).expect("it reads").expect("it is there");
        assert_eq!(about.articles.len() as u64, first.articles);
    });
}

#[divan::bench]
fn warm_up(bencher: divan::Bencher) {
    let library = library();
    bencher.bench_local(|| {
        let mut completer = Completer::open(&library).expect("it opens");
        completer.refresh().expect("it reads");
        completer
    });
}

#[divan::bench(args = ["b", "be", "bearer", "bearer b12", ""])]
fn keystroke(bencher: divan::Bencher, typed: &str) {
    let mut completer = Completer::open(&library()).expect("it opens");
    completer.refresh().expect("it reads");
    let wanted = Wanted::Entity(vec![Label::Person]);
    bencher.bench_local(|| completer.complete(&wanted, typed, 8).expect("it reads"));
}
