//! The library at scale: every figure of the README's table, at 10,000 articles as it stands.
//!
//! ```text
//! cargo bench --bench scale                                  # 10,000
//! GAZETTE_SCALE=10000,100000,1000000 cargo bench --bench scale   # and how the figures grow
//! GAZETTE_SCALE_LIBRARY=DIR GAZETTE_SCALE_QUERIES=FILE …     # a library there already; a JSON
//!                                                            # object of kinds and their queries
//! ```
//!
//! Times are CPU time of the thread, in milliseconds, the second of two runs: the first warms.
//! Rows against `LIKE` and `rg` are left out above 100,000 articles, where they take minutes;
//! imports into new libraries are killed at 10,000, and with GAZETTE_SCALE_KILLS=1 imports into
//! copies of the one that is measured.

use std::path::{Path, PathBuf};
use std::time::Instant;

use gazette::app::{App, KeyMap, Options};
use gazette::article::ArticleId;
use gazette::library::query::parse;
use gazette::library::search::Searcher;
use gazette::library::{Anchor, Change, Filter, Library, Order, View};
use gazette::ui::{self, Theme};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

#[path = "scale/against.rs"]
mod against;
#[path = "scale/build.rs"]
mod build;
#[path = "wire/corpus.rs"]
mod corpus;
#[path = "scale/kills.rs"]
mod kills;
#[path = "scale/memory.rs"]
mod memory;
#[path = "scale/sample.rs"]
mod sample;

use sample::{Sample, cpu};

/// A library and what it is asked.
struct Subject {
    dir: PathBuf,
    articles: usize,
    queries: Vec<(String, Vec<String>)>,
}

fn main() {
    if memory::is_child() {
        return;
    }
    let mut tables = Vec::new();
    match std::env::var_os("GAZETTE_SCALE_LIBRARY") {
        Some(dir) => {
            let subject = build::existing(Path::new(&dir));
            tables.push(measure(&subject, &mut Vec::new()));
        }
        None => {
            for size in build::sizes() {
                let mut rows = Vec::new();
                let folder = tempfile::tempdir().expect("a temporary folder");
                let subject = build::made(folder.path(), size, &mut rows);
                tables.push(measure(&subject, &mut rows));
            }
        }
    }
    if let [first, .., last] = tables.as_slice() {
        sample::growth(first, last);
    }
}

type Rows = Vec<(String, Sample)>;

fn measure(subject: &Subject, rows: &mut Rows) -> Rows {
    println!("\n{} articles in {}", subject.articles, subject.dir.display());
    let library = Library::open(&subject.dir).expect("the library opens");
    searches(subject, &library, rows);
    snippets(subject, &library, rows);
    lists(&library, rows);
    start(subject, rows);
    toggles(subject, rows);
    memory::measure(subject, rows);
    build::adding(subject, rows);
    if subject.articles <= 100_000 {
        against::like(subject, rows);
        against::ripgrep(subject, rows);
    }
    match std::env::var_os("GAZETTE_SCALE_KILLS").is_some() {
        true => kills::measure(Some(subject), rows),
        false if subject.articles <= 10_000 => kills::measure(None, rows),
        false => {}
    }
    sample::print(rows);
    std::mem::take(rows)
}

/// Every kind of query, 50 newest, 50 best, and only counted.
fn searches(subject: &Subject, library: &Library, rows: &mut Rows) {
    let opened = Instant::now();
    let searcher = Searcher::open(library).expect("the index is there");
    rows.push(("open the index, wall".into(), Sample::of(vec![sample::since(opened)])));
    for (kind, texts) in &subject.queries {
        for (how, order, limit) in
            [("newest", Order::Newest, 50), ("best", Order::Best, 50), ("count", Order::Newest, 1)]
        {
            let view = View { order, ..View::default() };
            let typing = kind.contains("prefix");
            let run = |text: &String| {
                let (query, _) = parse(text, typing, corpus::NOW);
                cpu(|| drop(searcher.search(&query, &view, limit).expect("the index answers")))
            };
            let mut times: Vec<f64> = texts.iter().map(run).collect();
            // The first round has warmed what the second one finds warm.
            times.clear();
            times.extend(texts.iter().map(run));
            rows.push((format!("{kind}: {how}"), Sample::of(times)));
        }
    }
}

/// The snippets of a screen.
fn snippets(subject: &Subject, library: &Library, rows: &mut Rows) {
    let searcher = Searcher::open(library).expect("the index is there");
    let texts = subject.queries.iter().filter(|(kind, _)| kind == "common" || kind == "middle");
    let mut times = Vec::new();
    for text in texts.flat_map(|(_, texts)| texts) {
        let (query, _) = parse(text, true, corpus::NOW);
        let hits = searcher.search(&query, &View::default(), 20).expect("the index answers");
        times.push(cpu(|| {
            for id in &hits.ids {
                let article = library.article(*id).expect("it reads").expect("it is there");
                hits.marker.snippet(&article, 100);
            }
        }));
    }
    rows.push(("20 snippets".into(), Sample::of(times)));
}

/// A screenful of each list, from the top and from the middle.
fn lists(library: &Library, rows: &mut Rows) {
    let sources = library.sources().expect("it reads");
    let of_source = sources.iter().map(|source| vec![source.id]).next().unwrap_or_default();
    for (what, filter, sources) in [
        ("all", Filter::All, Vec::new()),
        ("unread", Filter::Unread, Vec::new()),
        ("starred", Filter::Starred, Vec::new()),
        ("of a source", Filter::All, of_source),
    ] {
        let view = View { filter, sources, ..View::default() };
        let middle = ArticleId::at(corpus::NOW - 100_000_000);
        let times = (0..20).map(|n| {
            let anchor = if n % 2 == 0 { Anchor::Top } else { Anchor::After(middle) };
            cpu(|| drop(library.rows(&view, anchor, 120).expect("it reads")))
        });
        rows.push((format!("list, 120 rows: {what}"), Sample::of(times.skip(2).collect())));
        rows.push((
            format!("count of a list: {what}"),
            Sample::of((0..5).map(|_| cpu(|| assert!(library.entries(&view).is_ok()))).collect()),
        ));
    }
}

/// From nothing to the first frame, without the start of the process itself.
fn start(subject: &Subject, rows: &mut Rows) {
    let first_frame = || {
        let began = Instant::now();
        let library = Library::open(&subject.dir).expect("the library opens");
        let mut app = App::new(library, KeyMap::default(), Options::default(), View::default())
            .expect("the library reads");
        (app.width, app.height, app.now) = (100, 40, corpus::NOW);
        app.settle();
        let mut terminal = Terminal::new(TestBackend::new(100, 40)).expect("a test screen");
        let theme = Theme::default();
        terminal.draw(|frame| ui::draw(frame, &app, &theme)).expect("it draws");
        sample::since(began)
    };
    first_frame();
    let warm = (0..10).map(|_| first_frame()).collect();
    rows.push(("first frame, warm, wall".into(), Sample::of(warm)));
    let cold: Vec<f64> = (0..5).filter_map(|_| build::drop_caches().then(&first_frame)).collect();
    if !cold.is_empty() {
        rows.push(("first frame, file cache dropped, wall".into(), Sample::of(cold)));
    }
}

/// Read, star, tag, and each taken back; waited for by the wall, as the reader waits.
fn toggles(subject: &Subject, rows: &mut Rows) {
    let mut library = Library::open(&subject.dir).expect("the library opens");
    let ids = library.rows(&View::default(), Anchor::Top, 60).expect("it reads");
    let mut times = Vec::new();
    for row in ids.chunks(3).map(|rows| rows[0].id) {
        let ids = vec![row];
        for change in [
            Change::Read { ids: ids.clone(), read: true },
            Change::Star { ids: ids.clone(), starred: true },
            Change::Tag { ids, tag: "bench".into() },
        ] {
            let began = Instant::now();
            let undo = library.apply(&change).expect("it changes");
            times.push(sample::since(began));
            let began = Instant::now();
            library.apply(&undo).expect("it changes back");
            times.push(sample::since(began));
        }
    }
    rows.push(("toggle, and undo, wall".into(), Sample::of(times)));
}
