//! Copies as they come in, from one source and from several.

use super::*;
use crate::library::search::Searcher;
use crate::library::testing::Desk;
use crate::library::{Filter, Library, View, query, sources};

/// Sixty words without a figure, all of a story's own.
fn story(of: &str) -> String {
    let word = |n: usize| {
        format!("{of}{}", char::from(b'a' + (n % 26) as u8).to_string().repeat(1 + n / 26))
    };
    (0..60).map(word).collect::<Vec<_>>().join(" ")
}

fn article(url: &str, date: i64, title: &str, text: &str) -> String {
    format!("url: {url}\ndate: {date}\noutlet: {title} Post\n{title}\n{text}\n")
}

/// Two papers with a wire story, and a story of their own each.
fn desk() -> Desk {
    let mut desk = Desk::new();
    let wire = story("wire");
    desk.write(
        "a.txt",
        &[
            article("https://a.test/1", 1_000, "Ferry", &wire),
            article("https://a.test/2", 2_000, "Snow", &story("snow")),
        ]
        .join("---\n"),
    );
    desk.write(
        "b.txt",
        &[
            article("https://b.test/1", 1_500, "Ferry back", &format!("Harbour (Wire) {wire}")),
            article("https://b.test/2", 2_500, "Train", &story("train")),
        ]
        .join("---\n"),
    );
    desk.ingest();
    desk
}

fn titles(library: &Library, view: &View) -> Vec<String> {
    let rows = library.rows(view, crate::library::Anchor::Top, 50).unwrap();
    let title = |row: Row| match row.copies {
        0 => row.title,
        copies => format!("{} +{copies}", row.title),
    };
    rows.into_iter().map(title).collect()
}

fn shown(desk: &Desk) -> Vec<String> {
    titles(&desk.library, &View::default())
}

fn id(desk: &Desk, title: &str) -> ArticleId {
    let each = View { copies: true, ..View::default() };
    let rows = desk.library.rows(&each, crate::library::Anchor::Top, 50).unwrap();
    rows.into_iter().find(|row| row.title == title).unwrap().id
}

fn found(desk: &Desk, text: &str, view: &View) -> (usize, Vec<String>) {
    let searcher = Searcher::open(&desk.library).unwrap();
    let hits = searcher.search(&query::parse(text, false, 0).0, view, 10).unwrap();
    let rows = desk.library.rows_of(&hits.ids).unwrap();
    (hits.total, rows.into_iter().map(|row| row.title).collect())
}

#[test]
fn many_copies_within_a_source_are_counted() {
    let mut desk = Desk::new();
    for n in 0..4 {
        let url = format!("https://a.test/{n}");
        desk.write(&format!("{n}.txt"), &article(&url, 1_000, "Ferry", &story("wire")));
    }
    desk.ingest();
    let source = View { sources: vec![desk.source()], ..View::default() };
    for view in [View::default(), source] {
        assert_eq!(titles(&desk.library, &view), ["Ferry +3"]);
        let entries = desk.library.entries(&view).unwrap();
        assert_eq!((entries.articles, entries.unread), (1, 1));
    }
}

#[test]
fn a_wire_story_is_one_entry_and_loses_nothing() {
    let desk = desk();
    assert_eq!(shown(&desk), ["Train", "Snow", "Ferry +1"]);
    let each = View { copies: true, ..View::default() };
    assert_eq!(titles(&desk.library, &each), ["Train", "Snow", "Ferry back +1", "Ferry +1"]);
    let copies = desk.library.copies(id(&desk, "Ferry back")).unwrap();
    let told: Vec<_> = copies.iter().map(|copy| (copy.row.title.as_str(), copy.how)).collect();
    assert_eq!(told, [("Ferry", None), ("Ferry back", Some(How::Nearly))]);
    let entries = desk.library.entries(&View::default()).unwrap();
    assert_eq!((entries.articles, entries.unread), (3, 3));
    assert_eq!(desk.library.entries(&each).unwrap().articles, 4);
    assert!(desk.library.copies(id(&desk, "Snow")).unwrap().is_empty());
}

#[test]
fn a_search_shows_one_of_them_and_finds_each_by_its_own_words() {
    let desk = desk();
    let all = View::default();
    assert_eq!(found(&desk, "wirea", &all), (1, vec!["Ferry".into()]));
    assert_eq!(found(&desk, "back", &all), (1, vec!["Ferry back".into()]));
    assert_eq!(found(&desk, "wirea OR snowa", &all), (2, vec!["Snow".into(), "Ferry".into()]));
    let each = View { copies: true, ..View::default() };
    assert_eq!(found(&desk, "wirea", &each).0, 2);
    let best = View { order: crate::library::Order::Best, ..View::default() };
    assert_eq!(found(&desk, "wirea", &best), (1, vec!["Ferry".into()]));
    for view in [&all, &best, &each] {
        for nothing in ["zebra", "zebra ferr*", "wirea zebr*", "zebr*"] {
            assert_eq!(found(&desk, nothing, view), (0, vec![]), "{nothing}");
        }
        assert!(found(&desk, "wir*", view).0 > 0);
    }
    assert_eq!(found(&desk, "", &all).0, 3);
}

#[test]
fn what_is_done_to_an_entry_is_done_to_its_copies() {
    let mut desk = desk();
    let ids = desk.library.with_copies(&[id(&desk, "Ferry")]).unwrap();
    assert_eq!(ids.len(), 2);
    let undo = desk.library.apply(&Change::Read { ids, read: true }).unwrap();
    assert_eq!(desk.library.entries(&View::default()).unwrap().unread, 2);
    assert!(desk.library.state(id(&desk, "Ferry back")).unwrap().read);
    let unread = View { filter: Filter::Unread, ..View::default() };
    assert_eq!(titles(&desk.library, &unread), ["Train", "Snow"]);
    desk.library.apply(&undo).unwrap();
    assert_eq!(desk.library.entries(&View::default()).unwrap().unread, 3);
}

#[test]
fn a_copy_of_what_was_read_comes_read() {
    let mut desk = desk();
    let ids = vec![id(&desk, "Snow")];
    desk.library.apply(&Change::Read { ids, read: true }).unwrap();
    desk.write("c.txt", &article("https://c.test/9", 2_100, "Snow again", &story("snow")));
    desk.ingest();
    assert_eq!(shown(&desk), ["Train", "Snow +1", "Ferry +1"]);
    assert!(desk.library.state(id(&desk, "Snow again")).unwrap().read);
    assert_eq!(desk.library.entries(&View::default()).unwrap().unread, 2);
}

#[test]
fn the_reader_has_the_last_word() {
    let mut desk = desk();
    for title in ["Ferry back", "Ferry"] {
        let copy = id(&desk, title);
        let change = desk.library.no_copy(copy).unwrap().unwrap();
        let undo = desk.library.apply(&change).unwrap();
        assert_eq!(shown(&desk), ["Train", "Snow", "Ferry back", "Ferry"]);
        assert_eq!(found(&desk, "wirea", &View::default()).0, 2);
        assert!(desk.library.no_copy(copy).unwrap().is_none());
        // Not even when it comes in anew.
        desk.library.ingest_anew();
        assert_eq!(shown(&desk).len(), 4);
        let redo = desk.library.apply(&undo).unwrap();
        assert_eq!(shown(&desk).len(), 3);
        assert!(matches!(redo, Change::Copy { apart: true, .. }));
    }
}

impl Library {
    /// Has everything compared again, as a forced update does.
    fn ingest_anew(&mut self) {
        let source = sources::all(&self.sql).unwrap().remove(0);
        self.sql.execute("UPDATE article SET digest = 0", []).unwrap();
        self.sql.execute("UPDATE file SET size = -1", []).unwrap();
        let open = crate::library::testing::OPEN;
        let mut go_on = |_: &_| std::ops::ControlFlow::Continue(());
        let options = Default::default();
        crate::library::ingest::ingest(self, &source, None, &options, open, &mut go_on).unwrap();
    }
}

#[test]
fn copies_go_on_without_the_one_that_stood_for_them() {
    let mut desk = desk();
    desk.write("c.txt", &article("https://c.test/1", 1_700, "Ferry home", &story("wire")));
    desk.ingest();
    assert_eq!(shown(&desk), ["Train", "Snow", "Ferry +2"]);
    super::super::put::remove(&desk.library.sql, id(&desk, "Ferry").0).unwrap();
    assert_eq!(shown(&desk), ["Train", "Snow", "Ferry back +1"]);
    assert_eq!(desk.library.entries(&View::default()).unwrap().articles, 3);
    // An article that is dated anew gets another number.
    desk.write("c.txt", &article("https://c.test/1", 1_800, "Ferry home", &story("wire")));
    desk.ingest();
    assert_eq!(shown(&desk), ["Train", "Snow", "Ferry back +1"]);
    desk.write("c.txt", &article("https://c.test/1", 1_800, "Ferry home", &story("other")));
    desk.ingest();
    assert_eq!(shown(&desk), ["Train", "Snow", "Ferry home", "Ferry back"]);
    let entries = desk.library.entries(&View::default()).unwrap();
    assert_eq!((entries.articles, entries.unread), (4, 4));
}

#[test]
fn a_source_shows_its_own_though_another_has_the_story_too() {
    let mut desk = Desk::new();
    let wire = story("wire");
    let one = article("https://a.test/1", 1_000, "Ferry", &wire);
    let two = [
        article("https://b.test/1", 1_500, "Ferry back", &wire),
        article("https://b.test/2", 1_600, "Ferry home", &wire),
    ];
    desk.write("a.txt", &one);
    desk.ingest();
    let other = desk.dir.path().join("other");
    std::fs::create_dir(&other).unwrap();
    std::fs::write(other.join("b.txt"), two.join("---\n")).unwrap();
    let source = desk.library.add_path(&other).unwrap();
    let mut go_on = |_: &_| std::ops::ControlFlow::Continue(());
    let open = crate::library::testing::OPEN;
    crate::library::ingest::ingest(
        &mut desk.library,
        &source,
        None,
        &Default::default(),
        open,
        &mut go_on,
    )
    .unwrap();
    assert_eq!(shown(&desk), ["Ferry +2"]);
    let of_other = View { sources: vec![source.id], ..View::default() };
    assert_eq!(titles(&desk.library, &of_other), ["Ferry back +2"]);
    assert_eq!(desk.library.entries(&of_other).unwrap().articles, 1);
    assert_eq!(found(&desk, "wirea", &of_other), (1, vec!["Ferry back".into()]));
    desk.library.remove_source(source.id).unwrap();
    assert_eq!(shown(&desk), ["Ferry"]);
    assert_eq!(desk.library.entries(&View::default()).unwrap().articles, 1);
}

#[test]
fn an_older_library_is_compared_when_it_is_read_again() {
    let mut desk = desk();
    desk.library.sql.execute_batch("DELETE FROM copy; DELETE FROM sketch").unwrap();
    assert_eq!(shown(&desk).len(), 4);
    desk.library.ingest_anew();
    assert_eq!(shown(&desk).len(), 3);
}
