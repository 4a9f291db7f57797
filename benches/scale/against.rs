//! The same questions put to what readers use elsewhere: `LIKE` in SQLite, as newsboat searches,
//! and `rg` over files.

use std::fs;
use std::process::Command;
use std::time::Instant;

use gazette::library::query::parse;
use gazette::library::search::Searcher;
use gazette::library::{Library, View};
use rusqlite::{Connection, params};

use super::sample::{self, Sample, cpu};
use super::{Rows, Subject, build, corpus};

/// Searches of each kind: they take long.
const SOME: usize = 5;

fn words(subject: &Subject) -> Vec<String> {
    let kinds = subject.queries.iter().filter(|(kind, _)| kind == "common" || kind == "middle");
    kinds.flat_map(|(_, texts)| texts.iter().take(SOME).cloned()).collect()
}

/// How often the median of one is that of the other.
fn times(subject: &Subject, theirs: &Sample) -> Sample {
    let library = Library::open(&subject.dir).expect("the library opens");
    let searcher = Searcher::open(&library).expect("the index is there");
    let ours = words(subject).into_iter().map(|word| {
        let (query, _) = parse(&word, false, corpus::NOW);
        cpu(|| drop(searcher.search(&query, &View::default(), 50).expect("it answers")))
    });
    Sample::one(theirs.p50() / Sample::of(ours.collect()).p50().max(0.001))
}

pub fn like(subject: &Subject, rows: &mut Rows) {
    let library = Library::open(&subject.dir).expect("the library opens");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut sql = Connection::open(folder.path().join("cache.db")).expect("a new database");
    sql.execute_batch("CREATE TABLE item (title TEXT, content TEXT, pubDate INTEGER)")
        .expect("a new table");
    let filling = sql.transaction().expect("a new database");
    for id in library.ids(&View::default()).expect("it reads") {
        let article = library.article(id).expect("it reads").expect("it is there");
        let values = params![article.title, article.text(false), article.published];
        filling.execute("INSERT INTO item VALUES (?, ?, ?)", values).expect("there is room");
    }
    filling.commit().expect("there is room");
    let text = "SELECT rowid FROM item WHERE title LIKE ?1 OR content LIKE ?1
                ORDER BY pubDate DESC";
    let theirs = words(subject).into_iter().map(|word| {
        cpu(|| {
            let mut find = sql.prepare(text).expect("it is SQL");
            let pattern = format!("%{word}%");
            let found = find.query_map([pattern], |row| row.get::<_, i64>(0)).expect("it is SQL");
            assert!(found.count() < usize::MAX);
        })
    });
    let theirs = Sample::of(theirs.collect());
    rows.push(("LIKE in SQLite".into(), theirs.clone()));
    rows.push(("LIKE in SQLite, times ours".into(), times(subject, &theirs)));
}

pub fn ripgrep(subject: &Subject, rows: &mut Rows) {
    if Command::new("rg").arg("--version").output().is_err() {
        println!("rg is not installed: its row is left out");
        return;
    }
    let library = Library::open(&subject.dir).expect("the library opens");
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (n, id) in library.ids(&View::default()).expect("it reads").into_iter().enumerate() {
        let article = library.article(id).expect("it reads").expect("it is there");
        let place = folder.path().join(format!("{:04}", n / 1_000));
        fs::create_dir_all(&place).expect("there is room");
        fs::write(place.join(format!("{n}.txt")), article.text(false)).expect("there is room");
    }
    let theirs = words(subject).into_iter().map(|word| {
        let before = build::children_cpu();
        let mut search = Command::new("rg");
        search.args(["-j1", "-liF", &word]).arg(folder.path());
        let began = Instant::now();
        search.output().expect("rg runs");
        let after = build::children_cpu();
        after.zip(before).map_or(sample::since(began), |(after, before)| after - before)
    });
    let theirs = Sample::of(theirs.collect());
    rows.push(("rg -liF over files".into(), theirs.clone()));
    rows.push(("rg -liF, times ours".into(), times(subject, &theirs)));
}
