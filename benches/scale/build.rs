//! Libraries to measure: one made for it, or one that is there.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::ops::{ControlFlow, Range};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use gazette::library::query::parse;
use gazette::library::search::Searcher;
use gazette::library::{Change, IngestOptions, Library, View};

use super::sample::{self, Sample};
use super::{Rows, Subject, corpus};

pub const GO_ON: ControlFlow<()> = ControlFlow::Continue(());

/// Sizes asked for; 10,000 where none is.
pub fn sizes() -> Vec<usize> {
    let asked = std::env::var("GAZETTE_SCALE").unwrap_or_else(|_| "10000".to_owned());
    asked.split(',').map(|size| size.trim().parse().expect("sizes are numbers")).collect()
}

/// A new library; half of it is read, one in a hundred starred.
pub fn made(folder: &Path, articles: usize, rows: &mut Rows) -> Subject {
    let (file, dir) = (folder.join("wire.jsonl"), folder.join("library"));
    write(&file, 0..articles);
    let mut library = Library::open(&dir).expect("a new library");
    let source = library.add_path(&file).expect("the file is there");
    let (before, began) = (process_cpu(), Instant::now());
    library.ingest(source.id, &IngestOptions::default(), &mut |_| GO_ON).expect("it reads");
    library.sync_index(&mut |_, _| GO_ON).expect("it indexes");
    let each = |milliseconds: f64| Sample::one(milliseconds / articles as f64);
    if let (Some(before), Some(after)) = (before, process_cpu()) {
        rows.push(("ingest, CPU an article".into(), each(after - before)));
    }
    rows.push(("ingest, wall an article".into(), each(sample::since(began))));
    let ids = library.ids(&View::default()).expect("it reads");
    let read = ids.iter().step_by(2).copied().collect();
    library.apply(&Change::Read { ids: read, read: true }).expect("it changes");
    let starred = ids.iter().step_by(100).copied().collect();
    library.apply(&Change::Star { ids: starred, starred: true }).expect("it changes");
    let share = size(&dir) as f64 / size(&file) as f64;
    rows.push(("disk, share of the JSON lines".into(), Sample::one(share)));
    let queries = corpus::queries(articles);
    let queries = queries.into_iter().map(|(kind, texts)| (kind.to_owned(), texts)).collect();
    Subject { dir, articles, queries }
}

/// Writes a file of articles.
pub fn write(file: &Path, articles: Range<usize>) {
    let mut out = BufWriter::new(File::create(file).expect("the folder can be written"));
    corpus::write(&mut out, articles).expect("there is room");
    out.flush().expect("there is room");
}

/// A library that is there, with the queries of a file.
pub fn existing(dir: &Path) -> Subject {
    let library = Library::open(dir).expect("the library opens");
    let articles = library.counts(&[]).expect("it reads").articles as usize;
    let queries = match std::env::var_os("GAZETTE_SCALE_QUERIES") {
        Some(file) => asked(&fs::read_to_string(file).expect("the queries can be read")),
        None => Vec::new(),
    };
    Subject { dir: dir.to_path_buf(), articles, queries }
}

/// The kinds of the file; sources and entities, which it gives by name, and the filters are asked
/// together with its common words.
fn asked(text: &str) -> Vec<(String, Vec<String>)> {
    let kinds: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(text).expect("the queries are a JSON object");
    let of = |kind: &str| -> Vec<String> {
        let list = kinds.get(kind).and_then(|list| list.as_array());
        let texts = list.into_iter().flatten().filter_map(|text| text.as_str());
        texts.map(str::to_owned).collect()
    };
    let common = of("common");
    let with = |part: &dyn Fn(usize) -> String| -> Vec<String> {
        common.iter().enumerate().map(|(n, word)| format!("{word} {}", part(n))).collect()
    };
    let mut all: Vec<(String, Vec<String>)> = Vec::new();
    for kind in kinds.keys().filter(|kind| !matches!(kind.as_str(), "source" | "entity")) {
        let texts = match kind.as_str() {
            "phrase" => of(kind).iter().map(|text| format!("\"{text}\"")).collect(),
            _ => of(kind),
        };
        all.push((kind.clone(), texts));
    }
    let (prefixes, sources, entities) = (of("prefix"), of("source"), of("entity"));
    let nth =
        |list: &[String], n: usize| list.get(n % list.len().max(1)).cloned().unwrap_or_default();
    for (kind, part) in [
        ("word + prefix", &(|n: usize| nth(&prefixes, n * 7)) as &dyn Fn(usize) -> String),
        ("with source", &|n| format!("source:{}", nth(&sources, n))),
        ("with entity", &|n| format!("entity:\"{}\"", nth(&entities, n))),
        ("with tag", &|n| format!("tag:{}", ["politics", "world", "sport", "law"][n % 4])),
        ("with date", &|n| format!("after:20{}-03 before:20{}", 16 + n % 8, 18 + n % 8)),
        ("with language", &|_| "lang:en".to_owned()),
        ("with unread", &|_| "is:unread".to_owned()),
        ("with starred", &|_| "is:starred".to_owned()),
    ] {
        all.push((kind.to_owned(), with(part)));
    }
    all
}

/// A hundred articles added at a time, durably, while another thread searches.
pub fn adding(subject: &Subject, rows: &mut Rows) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let done = &AtomicBool::new(false);
    let (adds, searches) = std::thread::scope(|scope| {
        let searching = scope.spawn(move || search_until(done, subject));
        let adds = (0..12).map(|n| add(subject, folder.path(), n)).collect();
        done.store(true, Ordering::Relaxed);
        (adds, searching.join().expect("the search goes on"))
    });
    rows.push(("add 100 while searching, wall".into(), Sample::of(adds)));
    rows.push(("search while adding, wall".into(), Sample::of(searches)));
}

fn search_until(done: &AtomicBool, subject: &Subject) -> Vec<f64> {
    let library = Library::open(&subject.dir).expect("the library opens");
    let mut searcher = Searcher::open(&library).expect("the index is there");
    let kinds = subject.queries.iter().filter(|(kind, _)| kind == "middle" || kind == "common");
    let texts: Vec<&String> = kinds.flat_map(|(_, texts)| texts).collect();
    let mut times = Vec::new();
    for text in texts.iter().cycle().take_while(|_| !done.load(Ordering::Relaxed)) {
        let (query, _) = parse(text, false, corpus::NOW);
        let began = Instant::now();
        searcher.reload().expect("the index is there");
        searcher.search(&query, &View::default(), 50).expect("it answers");
        times.push(sample::since(began));
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    times
}

fn add(subject: &Subject, folder: &Path, n: usize) -> f64 {
    let from = 50_000_000 + n * 100;
    let file = folder.join(format!("more-{n}.jsonl"));
    let mut out = File::create(&file).expect("the folder can be written");
    corpus::write(&mut out, from..from + 100).expect("there is room");
    let mut library = Library::open(&subject.dir).expect("the library opens");
    let began = Instant::now();
    let source = library.add_path(&file).expect("the file is there");
    let report =
        library.ingest(source.id, &IngestOptions::default(), &mut |_| GO_ON).expect("it reads");
    let took = sample::since(began);
    assert_eq!(report.added, 100);
    library.remove_source(source.id).expect("it goes again");
    took
}

/// Milliseconds that all threads of this process have run.
fn process_cpu() -> Option<f64> {
    cpu_of([11, 12])
}

/// Milliseconds that the programs run by it have taken, which have ended.
pub fn children_cpu() -> Option<f64> {
    cpu_of([13, 14])
}

/// The sum of two fields, counted from behind the name, which may hold anything; in hundredths of a
/// second.
fn cpu_of(fields: [usize; 2]) -> Option<f64> {
    let text = fs::read_to_string("/proc/self/stat").ok()?;
    let all: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |n: usize| all.get(n)?.parse::<f64>().ok();
    Some((ticks(fields[0])? + ticks(fields[1])?) * 10.0)
}

/// Bytes of a file, or of all in a folder.
pub fn size(path: &Path) -> u64 {
    match fs::read_dir(path) {
        Ok(entries) => entries.flatten().map(|entry| size(&entry.path())).sum(),
        Err(_) => fs::metadata(path).map_or(0, |facts| facts.len()),
    }
}

/// Has the system forget the files it has in memory; false where we may not.
pub fn drop_caches() -> bool {
    // What is not on the disk yet cannot be forgotten.
    let _ = std::process::Command::new("sync").status();
    fs::write("/proc/sys/vm/drop_caches", "3").is_ok()
}
