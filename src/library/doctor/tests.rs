//! Damage of each kind is planted, found, and put right.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::ops::ControlFlow;

use rusqlite::Connection;

use super::*;
use crate::library::index::{Facets, Indexer};
use crate::library::search::Searcher;
use crate::library::testing::Desk;
use crate::library::{SourceId, View, query};

const NEWS: &str = "url: 1\ndate: 1000\ntag: sea\nperson: Ada Moss\nFerry returns\nThe old ferry is back.\n---\n\
    url: 2\ndate: 2000\nStrike at the port\nThe ferry stays in harbour.\n---\n\
    url: 3\ndate: 3000\nSnow comes early\nSnow fell on the hills.\n";

fn go_on(_: Check, _: u64, _: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn found(desk: &Desk) -> Vec<Finding> {
    examine(desk.library.dir(), &mut go_on).unwrap()
}

fn faults(desk: &Desk) -> Vec<&'static str> {
    found(desk).iter().map(|finding| finding.fault).collect()
}

fn mend(desk: &Desk) {
    repair(desk.library.dir(), &found(desk), &mut go_on).unwrap();
}

fn finds(desk: &Desk, text: &str) -> usize {
    let searcher = Searcher::open(&desk.library).unwrap();
    searcher.search(&query::parse(text, false, 0).0, &View::default(), 10).unwrap().total
}

#[test]
fn a_sound_library_has_nothing_wrong() {
    let mut desk = Desk::with(NEWS);
    assert_eq!(faults(&desk), [""; 0]);
    desk.library.sql.execute("INSERT INTO dirty (article) VALUES (5)", []).unwrap();
    assert_eq!(faults(&desk), ["waiting"]);
    assert!(found(&desk)[0].is_note());
    desk.library.sync_index(&mut |_, _| ControlFlow::Continue(())).unwrap();
    assert_eq!(faults(&desk), [""; 0]);
}

#[test]
fn no_library_is_made_by_looking_for_one() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("none");
    let error = examine(&missing, &mut go_on).unwrap_err().to_string();
    assert!(error.contains("there is no library") && !missing.exists(), "{error}");
}

#[test]
fn rows_that_do_not_fit_are_found_and_mended() {
    for (damage, expected) in [
        ("INSERT INTO body (dictionary, bytes) VALUES (0, x'00')", "texts-loose"),
        ("INSERT INTO named VALUES (7, x'')", "names-loose"),
        ("INSERT INTO article_tag (article, tag) VALUES (7, 1)", "tags-loose"),
        ("UPDATE article SET outlet = 99 WHERE url = '1'", "outlet-gone"),
        ("DELETE FROM source", "source-gone"),
        (
            "INSERT INTO copy VALUES (7, 8, 8, 0); UPDATE copy_count SET articles = 0, unread = 0,
          starred = 0",
            "copies-loose",
        ),
        ("UPDATE copy_count SET articles = 9", "copies-counted-wrong"),
        ("UPDATE source SET unread = 9", "counts-wrong"),
        ("UPDATE source SET articles = 0, starred = 2", "counts-wrong"),
    ] {
        let desk = Desk::with(NEWS);
        desk.library.sql.execute_batch(damage).unwrap();
        assert_eq!(faults(&desk), [expected], "{damage}");
        mend(&desk);
        assert_eq!(faults(&desk), [""; 0], "{damage}");
        assert_eq!(desk.titles().len(), 3, "nothing is lost: {damage}");
    }
}

#[test]
fn texts_that_cannot_be_read_come_back_from_their_files() {
    for (damage, expected) in [
        ("DELETE FROM body WHERE id = 1", &["text-gone"][..]),
        ("UPDATE body SET bytes = x'0102' WHERE id = 1", &["text-damaged"]),
        ("UPDATE body SET dictionary = 9 WHERE id = 1", &["dictionary-gone", "text-damaged"]),
    ] {
        let mut desk = Desk::with(NEWS);
        desk.library.sql.execute(damage, []).unwrap();
        assert_eq!(faults(&desk), expected, "{damage}");
        mend(&desk);
        let report = desk.ingest();
        assert_eq!((report.added, report.changed), (0, 1), "{damage}");
        assert_eq!(faults(&desk), [""; 0], "{damage}");
        assert_eq!(finds(&desk, "ferry"), 2);
    }
}

/// Does something to the index that its outbox knows nothing of.
fn meddle(desk: &mut Desk, meddling: impl FnOnce(&mut Indexer, &Library)) {
    let dir = desk.library.dir().to_path_buf();
    let mut indexer = Indexer::open(&dir, &mut desk.library.sql).unwrap().unwrap();
    meddling(&mut indexer, &desk.library);
    indexer.settles(0, 0);
    indexer.commit(&desk.library.sql).unwrap();
    indexer.close();
}

#[test]
fn an_index_that_differs_is_found_and_mended() {
    let mut lacking = Desk::with(NEWS);
    let id = lacking.library.ids(&View::default()).unwrap()[1];
    meddle(&mut lacking, |indexer, _| indexer.remove(id));
    let mut twice = Desk::with(NEWS);
    meddle(&mut twice, |indexer, library| {
        let article = library.article(id).unwrap().unwrap();
        let facets = Facets { source: SourceId(1), outlet: 1, entities: &[] };
        indexer.add(&library.sql, article, id, &facets).unwrap();
    });
    let mut stale = Desk::with(NEWS);
    meddle(&mut stale, |indexer, library| {
        let mut article = library.article(id).unwrap().unwrap();
        article.id = crate::article::ArticleId(77);
        let facets = Facets { source: SourceId(1), outlet: 1, entities: &[] };
        let id = article.id;
        indexer.add(&library.sql, article, id, &facets).unwrap();
    });
    for (desk, expected) in [(lacking, "lacking"), (twice, "twice"), (stale, "stale")] {
        assert_eq!(faults(&desk), [expected]);
        mend(&desk);
        assert_eq!(faults(&desk), [""; 0], "{expected}");
        assert_eq!(finds(&desk, "strike"), 1);
    }
}

#[test]
fn an_index_gone_or_written_over_is_made_anew() {
    let desk = Desk::with(NEWS);
    let index = desk.library.dir().join("index");
    fs::remove_dir_all(&index).unwrap();
    assert_eq!(faults(&desk), ["missing"]);
    mend(&desk);
    assert_eq!(faults(&desk), [""; 0]);
    for file in fs::read_dir(&index).unwrap().map(|entry| entry.unwrap().path()) {
        if file.extension().is_some_and(|end| end == "idx") {
            let mut file = File::options().write(true).open(file).unwrap();
            file.write_all(b"!").unwrap();
        }
    }
    assert_eq!(faults(&desk), ["damaged"]);
    mend(&desk);
    assert_eq!((faults(&desk).len(), finds(&desk, "ferry")), (0, 2));
}

/// Has the database forget what an index is about, or remember it.
fn redefine(desk: &Desk, from: &str, to: &str) {
    let sql = Connection::open(store::path(desk.library.dir())).unwrap();
    sql.pragma_update(None, "writable_schema", true).unwrap();
    let text = "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE name = 'article_unread'";
    sql.execute(text, [from, to]).unwrap();
    let version: i64 = sql.query_row("PRAGMA schema_version", [], |row| row.get(0)).unwrap();
    sql.pragma_update(None, "schema_version", version + 1).unwrap();
}

#[test]
fn an_index_of_the_database_is_made_anew() {
    let mut desk = Desk::with(NEWS);
    redefine(&desk, "read = 0", "read = 7");
    desk.library = desk.other();
    desk.write("more.txt", "date: 4000\nTrain is late\nThe train is late.\n");
    desk.ingest();
    redefine(&desk, "read = 7", "read = 0");
    desk.library = desk.other();
    assert_eq!(faults(&desk), ["indexes-wrong"]);
    mend(&desk);
    assert_eq!(faults(&desk), [""; 0]);
    let unread = View { filter: crate::library::Filter::Unread, ..View::default() };
    assert_eq!(desk.other().ids(&unread).unwrap().len(), 4);
}

/// Writes zeros over a page of a table: its first leaf.
fn destroy_page_of(desk: &Desk, table: &str) {
    let sql = Connection::open(store::path(desk.library.dir())).unwrap();
    sql.query_row("PRAGMA wal_checkpoint(truncate)", [], |_| Ok(())).unwrap();
    let number = |text: &str| sql.query_row(text, [], |row| row.get::<_, u64>(0)).unwrap();
    let root = number(&format!("SELECT rootpage FROM sqlite_schema WHERE name = '{table}'"));
    let size = number("PRAGMA page_size");
    drop(sql);
    let path = store::path(desk.library.dir());
    let bytes = fs::read(&path).unwrap();
    let page = &bytes[((root - 1) * size) as usize..];
    let big_endian = |at: usize, length: usize| {
        page[at..at + length].iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte))
    };
    // An inner page names its leaves.
    let leaf = if page[0] == 5 { big_endian(big_endian(12, 2) as usize, 4) } else { root };
    let mut file = File::options().write(true).open(&path).unwrap();
    file.seek(SeekFrom::Start((leaf - 1) * size)).unwrap();
    file.write_all(&vec![0; size as usize]).unwrap();
}

#[test]
fn what_can_be_read_of_a_damaged_database_is_saved() {
    let story = |n: usize| {
        let words: Vec<String> =
            (0..150).map(|word| format!("w{}", n * 7_919 + word * 104_729)).collect();
        format!("url: {n}\ndate: {}\nStory {n}\n{}\n", 1_000 + n, words.join(" "))
    };
    let news: Vec<String> = (0..200).map(story).collect();
    let mut desk = Desk::with(&news.join("---\n"));
    let ids = desk.library.ids(&View::default()).unwrap();
    let star = crate::library::Change::Star { ids: vec![ids[7]], starred: true };
    desk.library.apply(&star).unwrap();
    desk.library.note_search("ferry").unwrap();
    destroy_page_of(&desk, "body");
    let damage = found(&desk);
    assert_eq!((damage.len(), damage[0].fault, damage[0].cure), (1, "damaged", Cure::Rebuild));

    let dir = desk.library.dir().to_path_buf();
    let saved = rebuild(&dir, &damage, &mut go_on).unwrap().unwrap();
    assert_eq!((saved.articles, saved.gaps), (200, 1));
    assert!(saved.kept.ends_with("library.db.damaged-1") && saved.kept.exists());
    desk.library = desk.other();
    assert!(desk.library.state(ids[7]).unwrap().starred, "what the reader did is still there");
    assert_eq!(desk.library.searches().unwrap(), ["ferry"]);
    assert_eq!(faults(&desk), ["text-gone", "lacking"], "of the page that is lost");
    mend(&desk);
    let report = desk.ingest();
    assert!(report.added == 0 && (1..200).contains(&report.changed), "{report:?}");
    assert_eq!(faults(&desk), [""; 0]);
    assert_eq!(desk.library.ids(&View::default()).unwrap(), ids);
    assert!(desk.library.state(ids[7]).unwrap().starred);
}

#[test]
fn a_file_that_is_no_database_is_said_to_be_none() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(store::path(dir.path()), "The ferry is back.\n".repeat(999)).unwrap();
    let found = examine(dir.path(), &mut go_on).unwrap();
    assert_eq!(found.iter().map(|f| f.fault).collect::<Vec<_>>(), ["unreadable"]);
}
