//! What is tagged when, and what a change or another process in between makes of it.

use super::super::testing::Desk;
use super::*;
use crate::article::Label;
use crate::library::index;
use crate::library::query::parse;
use crate::library::search::Searcher;
use crate::library::{Change, EntityOrder, View};

const GO_ON: ControlFlow<()> = ControlFlow::Continue(());

/// A wire of stories that each name a person, not tagged yet.
fn wire(count: usize) -> String {
    let one = |n| {
        format!(
            "settled: no\nurl: https://wire.test/{n}\ndate: {}\nlang: en\nFerry {n} returns\n\
             Captain Elsa Brandt{n} brought ferry zq{n}x back to Norway on Monday.\n",
            n * 60
        )
    };
    (0..count).map(one).collect::<Vec<_>>().join("---\n")
}

fn named(desk: &Desk, id: ArticleId) -> Vec<String> {
    let article = desk.library.article(id).unwrap().unwrap();
    article.entities.into_iter().map(|entity| entity.name).collect()
}

fn ids(desk: &Desk) -> Vec<ArticleId> {
    desk.library.ids(&View::default()).unwrap()
}

fn hits(desk: &mut Desk, query: &str) -> usize {
    desk.library.sync_index(&mut |_, _| GO_ON).unwrap();
    let searcher = Searcher::open(&desk.library).unwrap();
    searcher.search(&parse(query, false, 0).0, &View::default(), 9).unwrap().total
}

#[test]
fn an_import_leaves_names_to_the_tagger_and_all_is_found_in_the_end() {
    let mut desk = Desk::with(&wire(40));
    assert_eq!(desk.library.untagged().unwrap(), 40);
    assert_eq!(hits(&mut desk, "zq7x"), 1, "words are found before names");
    assert_eq!(hits(&mut desk, "place:norway"), 0);
    assert!(named(&desk, ids(&desk)[0]).is_empty());
    let mut told = Vec::new();
    let status = desk.library.tag(&mut |left| {
        told.push(left);
        GO_ON
    });
    assert_eq!(status.unwrap(), TagStatus { tagged: 40, left: 0, busy: false });
    assert_eq!(told.last(), Some(&0));
    assert!(named(&desk, ids(&desk)[0]).contains(&"Norway".to_owned()));
    assert_eq!((hits(&mut desk, "place:norway"), hits(&mut desk, "zq7x")), (40, 1));
    let places = [Label::Location];
    let rows = desk.library.entities(None, &places, EntityOrder::Articles, 9).unwrap();
    assert_eq!((&*rows[0].name, rows[0].articles), ("Norway", 40));
    assert_eq!(desk.library.tag(&mut |_| GO_ON).unwrap(), TagStatus::default());
}

#[test]
fn the_newest_come_first_and_breaking_off_keeps_what_is_done() {
    let count = 3 * BATCH * threads();
    let mut desk = Desk::with(&wire(count));
    let status = desk.library.tag(&mut |_| ControlFlow::Break(())).unwrap();
    assert!(status.tagged > 0 && status.left == count as u64 - status.tagged, "{status:?}");
    let ids = ids(&desk);
    let (done, waiting) = ids.split_at(status.tagged as usize);
    assert!(done.iter().all(|id| !named(&desk, *id).is_empty()));
    assert!(waiting.iter().all(|id| desk.library.is_untagged(*id).unwrap()));
    let rest = desk.library.tag(&mut |_| GO_ON).unwrap();
    assert_eq!((rest.tagged + status.tagged, rest.left), (count as u64, 0));
}

#[test]
fn one_at_a_time_unless_it_is_on_the_screen() {
    let mut desk = Desk::with(&wire(3));
    let mut other = desk.other();
    let lock = turns::alone(other.dir(), LOCK).unwrap();
    let status = desk.library.tag(&mut |_| GO_ON).unwrap();
    assert_eq!(status, TagStatus { tagged: 0, left: 3, busy: true });
    let id = ids(&desk)[1];
    desk.library.tag_one(id).unwrap();
    assert!(!named(&desk, id).is_empty() && !desk.library.is_untagged(id).unwrap());
    assert_eq!(desk.library.tag_anyway(&mut |_| GO_ON).unwrap().tagged, 2);
    drop(lock);
    assert_eq!(other.tag(&mut |_| GO_ON).unwrap(), TagStatus::default());
    // Once more for what is done already, and for what is not there.
    desk.library.tag_one(id).unwrap();
    desk.library.tag_one(ArticleId(5)).unwrap();
}

#[test]
fn what_changed_under_the_tagger_is_looked_at_again() {
    let mut desk = Desk::with(&wire(1));
    let id = ids(&desk)[0];
    let old = tag(job(&desk.library, id).unwrap().unwrap()).unwrap();
    desk.write("wire.txt", &wire(1).replace("Norway", "Denmark"));
    assert_eq!(desk.ingest().changed, 1);
    assert_eq!(keep(&mut desk.library, &[old]).unwrap(), 0);
    assert!(desk.library.is_untagged(id).unwrap() && named(&desk, id).is_empty());
    desk.library.tag(&mut |_| GO_ON).unwrap();
    assert!(named(&desk, id).contains(&"Denmark".to_owned()));
    assert_eq!((hits(&mut desk, "place:norway"), hits(&mut desk, "place:denmark")), (0, 1));
}

#[test]
fn read_again_unchanged_it_keeps_its_names_till_then() {
    let mut desk = Desk::with(&wire(2));
    desk.library.tag(&mut |_| GO_ON).unwrap();
    let id = ids(&desk)[0];
    let names = named(&desk, id);
    let force = crate::library::IngestOptions { force: true, ..Default::default() };
    assert_eq!(desk.ingest_until(&force, &mut |_| GO_ON).changed, 2);
    assert_eq!((named(&desk, id), desk.library.untagged().unwrap()), (names.clone(), 2));
    assert_eq!(hits(&mut desk, "place:norway"), 2);
    desk.library.tag(&mut |_| GO_ON).unwrap();
    assert_eq!(named(&desk, id), names);
}

#[test]
fn articles_that_go_or_get_another_number_are_not_waited_for() {
    let mut desk = Desk::with(&wire(2));
    desk.write("wire.txt", &wire(2).replace("date: 60", "date: 7777"));
    assert_eq!(desk.ingest().changed, 1);
    assert_eq!(desk.library.untagged().unwrap(), 2);
    assert!(desk.library.is_untagged(ids(&desk)[0]).unwrap());
    let source = desk.source();
    desk.library.remove_source(source).unwrap();
    assert_eq!(desk.library.untagged().unwrap(), 0);
    assert_eq!(desk.number("SELECT count(*) FROM tagged"), 0);
}

#[test]
fn what_came_with_names_is_not_waited_for() {
    let mut desk = Desk::with("date: 5\nperson: Ada Moss\nFerry\nText.\n");
    assert_eq!(desk.library.untagged().unwrap(), 0);
    assert_eq!(named(&desk, ids(&desk)[0]), ["Ada Moss"]);
    // Edited by hand, it is no longer what gazette wrote.
    desk.write("wire.txt", "settled: no\ndate: 5\nFerry\nText of Oslo.\n");
    desk.ingest();
    assert!(desk.library.untagged().unwrap() == 1 && named(&desk, ids(&desk)[0]).is_empty());
    assert_eq!(hits(&mut desk, "person:moss"), 0);
}

#[test]
fn a_damaged_article_does_not_hold_up_the_others() {
    let mut desk = Desk::with(&wire(3));
    desk.library.sql.execute("UPDATE body SET bytes = x'00' WHERE id = 2", []).unwrap();
    let status = desk.library.tag(&mut |_| GO_ON).unwrap();
    assert_eq!((status.tagged, status.left), (2, 0));
}

#[test]
fn what_the_reader_does_meanwhile_stays() {
    let mut desk = Desk::with(&wire(2));
    let id = ids(&desk)[0];
    let jobs = [tag(job(&desk.library, id).unwrap().unwrap()).unwrap()];
    desk.library.apply(&Change::Star { ids: vec![id], starred: true }).unwrap();
    assert_eq!(keep(&mut desk.library, &jobs).unwrap(), 1);
    assert!(desk.library.state(id).unwrap().starred);
}

#[test]
fn the_index_keeps_nothing_of_before_the_names() {
    let mut desk = Desk::with(&wire(60));
    desk.library.tag(&mut |_| GO_ON).unwrap();
    assert_eq!(hits(&mut desk, "place:norway"), 60);
    let (index, _) = index::open(desk.library.dir(), &desk.library.sql).unwrap().unwrap();
    let segments = index.searchable_segment_metas().unwrap();
    let gone: u32 = segments.iter().map(|segment| segment.num_deleted_docs()).sum();
    let all: u32 = segments.iter().map(|segment| segment.max_doc()).sum();
    assert_eq!((all, gone), (60, 0));
    let files = std::fs::read_dir(desk.library.dir().join("index")).unwrap().flatten();
    let of_no_segment = |name: &str| {
        let stem = name.split('.').next().unwrap_or_default();
        stem.len() == 32 && !segments.iter().any(|segment| segment.id().uuid_string() == stem)
    };
    let left: Vec<String> = files
        .map(|file| file.file_name().to_string_lossy().into_owned())
        .filter(|name| of_no_segment(name))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}
