//! What an ingest keeps, skips, resumes and says.

use super::super::testing::{Desk, OPEN};
use super::*;
use crate::article::{ArticleId, Label};
use crate::library::{Anchor, Change, EntityOrder, Filter, View, index};
use crate::load::{Limits, LoadCause, LoadError};

fn wire(count: usize) -> String {
    let one = |n| format!("url: https://wire.test/{n}\ndate: {}\nStory {n}\nText {n}.\n", n * 60);
    (0..count).map(one).collect::<Vec<_>>().join("---\n")
}

#[test]
fn a_folder_is_read_once() {
    let mut desk = Desk::new();
    desk.write("a.txt", "Ferry returns\nThe ferry is back.\n");
    desk.write("b.txt", &wire(100));
    desk.write("broken.txt", "");
    let report = desk.ingest();
    assert_eq!((report.added, report.failed.len(), report.complete), (101, 1, true));
    let report = desk.ingest();
    assert_eq!((report.added, report.changed, report.failed.len()), (0, 0, 0));
    let source = &desk.library.sources().unwrap()[0];
    assert_eq!((source.counts.articles, source.failed), (101, 1));
    assert!(source.scanned.is_some());
}

#[test]
fn a_grown_file_brings_only_what_is_new() {
    let mut desk = Desk::with(&wire(40));
    desk.write("wire.txt", &wire(45));
    let report = desk.ingest();
    assert_eq!((report.added, report.changed, report.unchanged), (5, 0, 40));
}

#[test]
fn new_articles_at_the_head_of_a_feed_leave_the_others_in_place() {
    let mut desk = Desk::with(&wire(10));
    let flash = format!("url: https://wire.test/new\ndate: 9000\nFlash\nNew.\n---\n{}", wire(10));
    desk.write("wire.txt", &flash);
    let report = desk.ingest();
    assert_eq!((report.added, report.unchanged), (1, 10));
    assert_eq!(desk.titles()[0], "Flash");
}

#[test]
fn a_changed_article_keeps_its_state() {
    let mut desk = Desk::with("url: u\ndate: 100\ntag: sea\nFerry\nOld text.\n");
    let id = desk.library.ids(&View::default()).unwrap()[0];
    desk.library.apply(&Change::Star { ids: vec![id], starred: true }).unwrap();
    desk.library.set_place(id, (3, 7)).unwrap();
    desk.write("wire.txt", "url: u\ndate: 100\nFerry again\nNew text.\n");
    assert_eq!(desk.ingest().changed, 1);
    let article = desk.library.article(id).unwrap().unwrap();
    assert_eq!((&*article.title, &*article.paragraphs[0].text), ("Ferry again", "New text."));
    // Another date is another id; what the reader did goes along.
    desk.write("wire.txt", "url: u\ndate: 500\nFerry again\nNew text.\n");
    assert_eq!(desk.ingest().changed, 1);
    let ids = desk.library.ids(&View::default()).unwrap();
    assert_eq!(ids.iter().map(|id| id.seconds()).collect::<Vec<_>>(), [500]);
    let state = desk.library.state(ids[0]).unwrap();
    assert!(state.starred && state.place == Some((3, 7)) && state.tags == ["sea"]);
    assert_eq!(desk.library.counts(&[]).unwrap().starred, 1);
    assert_eq!(desk.number("SELECT count(*) FROM body"), 1);
}

#[test]
fn breaking_off_keeps_what_is_in_and_the_next_run_goes_on() {
    let mut desk = Desk::new();
    desk.write("wire.txt", &wire(1_000));
    let report = desk.ingest_until(&IngestOptions::default(), &mut |_| ControlFlow::Break(()));
    assert!(!report.complete && report.added > 0 && report.added < 1_000);
    let rest = desk.ingest();
    assert_eq!(report.added + rest.added, 1_000);
    assert_eq!(rest.changed + rest.unchanged, 0);
    assert_eq!(desk.number("SELECT count(*) FROM article"), 1_000);
    assert_eq!(
        desk.number("SELECT count(*) FROM dictionary WHERE id > 0"),
        1,
        "learned on the way"
    );
    for id in desk.library.ids(&View::default()).unwrap() {
        let article = desk.library.article(id).unwrap().unwrap();
        assert_eq!(article.paragraphs[0].text, article.title.replace("Story", "Text") + ".");
    }
}

#[test]
fn breaking_off_again_while_catching_up_loses_no_ground() {
    let mut desk = Desk::new();
    desk.write("wire.txt", &wire(1_000));
    let mut batches = 0;
    let options = IngestOptions::default();
    desk.ingest_until(&options, &mut |_| {
        batches += 1;
        if batches < 4 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    let (articles, records) =
        ("SELECT count(*) FROM article", "SELECT records FROM file WHERE complete = 0");
    let (before, read) = (desk.number(articles), desk.number(records));
    assert!(before > 16 && read == before);
    desk.ingest_until(&options, &mut |_| ControlFlow::Break(()));
    assert!(desk.number(records) >= read, "{} < {read}", desk.number(records));
    assert_eq!(desk.ingest().changed, 0);
    assert_eq!(desk.number(articles), 1_000);
}

#[test]
fn what_is_jumped_over_counts_for_links_that_come_twice() {
    let mut desk = Desk::new();
    let again = wire(300).replace("wire.test/299\n", "wire.test/3\n");
    let twice = again.replace("Story 299", "Story 3 again");
    desk.write("wire.txt", &format!("{twice}---\nNo link\nText.\n"));
    let mut batches = 0;
    desk.ingest_until(&IngestOptions::default(), &mut |_| {
        batches += 1;
        if batches < 3 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    let before = desk.number("SELECT count(*) FROM article");
    assert!(before > 3 && before < 299, "{before}");
    let rest = desk.ingest();
    assert_eq!((rest.added as i64 + before, rest.changed), (301, 0));
    let ids = desk.library.ids(&View::default()).unwrap();
    let url = |id: &ArticleId| desk.library.article(*id).unwrap().unwrap().url;
    let same = ids.iter().filter(|id| url(id).as_deref() == Some("https://wire.test/3")).count();
    assert_eq!(same, 2);
    assert_eq!(desk.ingest().added, 0);
    desk.write("wire.txt", &format!("{twice}---\nNo link\nOther text.\n"));
    let report = desk.ingest();
    assert_eq!((report.added, report.changed, report.unchanged), (0, 1, 300));
}

#[test]
fn a_changed_file_broken_off_doubles_nothing() {
    let mut desk = Desk::with(&wire(200));
    desk.write("wire.txt", &wire(300).replace("Text", "Words"));
    let mut batches = 0;
    desk.ingest_until(&IngestOptions::default(), &mut |_| {
        batches += 1;
        if batches < 3 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    desk.ingest();
    assert_eq!(desk.number("SELECT count(*) FROM article"), 300);
    for id in desk.library.ids(&View::default()).unwrap() {
        let article = desk.library.article(id).unwrap().unwrap();
        assert!(article.paragraphs[0].text.starts_with("Words"), "{}", article.title);
    }
}

#[test]
fn a_forced_run_reads_everything_again_and_doubles_nothing() {
    let mut desk = Desk::with(&wire(50));
    let options = IngestOptions { force: true, ..IngestOptions::default() };
    let report = desk.ingest_until(&options, &mut |_| ControlFlow::Continue(()));
    assert_eq!((report.added, report.changed), (0, 50));
    assert_eq!(desk.number("SELECT count(*) FROM article"), 50);
}

#[test]
fn removing_a_source_takes_everything_along() {
    let mut desk = Desk::with("date: 5\nperson: Ada Moss\ntag: sea\nFerry\nText.\n");
    let source = desk.source();
    desk.library.remove_source(source).unwrap();
    assert!(desk.library.is_empty().unwrap() && desk.titles().is_empty());
    for table in ["body", "named", "article_tag", "file"] {
        assert_eq!(desk.number(&format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
    assert!(desk.library.remove_source(source).is_err());
}

#[test]
fn windows_of_the_list() {
    let mut desk = Desk::with(&wire(30));
    let source = desk.source();
    let view = View::default();
    let all = desk.library.ids(&view).unwrap();
    let window = |view: &View, from, limit| -> Vec<_> {
        desk.library.rows(view, from, limit).unwrap().into_iter().map(|row| row.id).collect()
    };
    assert_eq!(window(&view, Anchor::Top, 5), all[..5]);
    assert_eq!(window(&view, Anchor::Bottom, 5), all[25..]);
    assert_eq!(window(&view, Anchor::After(all[9]), 3), all[10..13]);
    assert_eq!(window(&view, Anchor::Before(all[9]), 3), all[6..9]);
    let oldest = View { order: crate::library::Order::Oldest, ..View::default() };
    assert_eq!(window(&oldest, Anchor::After(all[9]), 2), [all[8], all[7]]);
    let unread = View { filter: Filter::Unread, sources: vec![source], ..View::default() };
    assert_eq!(window(&unread, Anchor::Top, 2), all[..2]);
    let starred = View { filter: Filter::Starred, ..View::default() };
    assert!(window(&starred, Anchor::Top, 2).is_empty());
}

#[test]
fn entities_of_the_library_and_of_a_choice() {
    let desk = Desk::with(
        "date: 5\nperson: Ada Moss\nperson: Émile Roy\nOne\n---\n\
         date: 9\nperson: ada moss\nTwo\n---\ndate: 7\nThree\n",
    );
    let all = desk.library.entities(None, &[], EntityOrder::Articles, 10).unwrap();
    assert_eq!((&*all[0].name, all[0].articles, all.len()), ("Ada Moss", 2, 2));
    assert!(
        desk.library
            .entities(None, &[Label::Location], EntityOrder::Articles, 10)
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        desk.library.entities(None, &[Label::Person], EntityOrder::Articles, 1).unwrap(),
        all[..1]
    );
    assert_eq!((all[0].first.seconds(), all[0].last.seconds()), (5, 9));
    let ids = desk.library.ids(&View::default()).unwrap();
    let newest = desk.library.entities(Some(&ids[..1]), &[], EntityOrder::Articles, 10).unwrap();
    assert_eq!((newest.len(), newest[0].articles), (1, 1));
}

#[test]
fn a_source_that_is_removed_meanwhile_takes_nothing_more_in() {
    let mut desk = Desk::new();
    desk.write("wire.txt", &wire(1_000));
    let id = desk.source();
    let source = sources::get(&desk.library.sql, id).unwrap();
    let mut other = desk.other();
    let mut remove = |_: &Progress| {
        // Whoever comes next gets its number.
        if other.sources().unwrap().iter().any(|known| known.location == source.location) {
            other.remove_source(id).unwrap();
            other.add_sample().unwrap();
        }
        ControlFlow::Continue(())
    };
    let options = IngestOptions::default();
    let ended = ingest(&mut desk.library, &source, None, &options, OPEN, &mut remove);
    assert!(matches!(ended, Err(LibraryError::NoSuchSource(_))));
    for table in ["article", "file", "copy", "body"] {
        assert_eq!(desk.number(&format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
    assert_eq!(desk.library.sources().unwrap()[0].counts.articles, 0);
}

/// Segments are joined by eight. An article that is renewed leaves the one it was alone in empty.
#[test]
fn no_segments_are_joined_while_one_of_them_is_about_to_go() {
    let mut desk = Desk::new();
    let segments = |desk: &Desk| {
        let (index, _) = index::open(desk.library.dir(), &desk.library.sql).unwrap().unwrap();
        index.searchable_segment_ids().unwrap().len()
    };
    for story in 1..=10_usize {
        if story > 7 {
            let renew = "INSERT INTO dirty (article) SELECT id FROM article WHERE published = ?";
            assert_eq!(desk.library.sql.execute(renew, [story - 7]).unwrap(), 1);
        }
        desk.write(&format!("{story}.txt"), &format!("date: {story}\nStory {story}\nText.\n"));
        assert_eq!(desk.ingest().added, 1);
        assert_eq!(segments(&desk), story.min(7), "after story {story}");
    }
    assert_eq!(desk.number("SELECT count(*) FROM dirty"), 0);
}

/// Each segment has the words of its names once more, and keeps those who have gone.
#[test]
fn segments_with_gaps_are_joined_at_rest() {
    let mut desk = Desk::new();
    for story in 1..=12 {
        desk.write(&format!("{story}.txt"), &format!("date: {story}\nStory {story}\nText.\n"));
        if story % 4 == 0 {
            desk.ingest();
        }
    }
    desk.library.sql.execute("DELETE FROM untagged", []).unwrap();
    let renew = "INSERT INTO dirty (article) SELECT id FROM article WHERE published % 4 = 0";
    assert_eq!(desk.library.sql.execute(renew, []).unwrap(), 3);
    desk.library.sync_index(&mut |_, _| ControlFlow::Continue(())).unwrap();
    let (index, _) = index::open(desk.library.dir(), &desk.library.sql).unwrap().unwrap();
    let segments = index.searchable_segment_metas().unwrap();
    let mut docs: Vec<u32> = segments.iter().map(|segment| segment.max_doc()).collect();
    docs.sort_unstable();
    assert_eq!(docs, [3, 9]);
}

#[test]
fn a_file_that_was_cut_off_is_read_again_once_the_limits_are_others() {
    // So many bytes are so many articles.
    let open: &Open = &|path, limits, read| {
        let room = limits.file_bytes as usize;
        let name = path.to_string_lossy().into_owned();
        let cut = move |number, article| match number < room {
            true => article,
            false => Err(LoadError { name: name.clone(), line: None, cause: LoadCause::Empty }),
        };
        let all = OPEN(path, limits, read).enumerate().take(room + 1);
        Box::new(all.map(move |(number, article)| cut(number, article)))
    };
    let mut desk = Desk::new();
    desk.write("wire.txt", &wire(9));
    desk.write("whole.txt", "Ferry\nIt sails.\n");
    let id = desk.source();
    let source = sources::get(&desk.library.sql, id).unwrap();
    let mut read = |room: u64| {
        let limits = Limits { file_bytes: room, ..Limits::default() };
        let options = IngestOptions { limits, ..IngestOptions::default() };
        let go = &mut |_: &Progress| ControlFlow::Continue(());
        let report = ingest(&mut desk.library, &source, None, &options, open, go).unwrap();
        (report.added, report.changed, report.failed.len())
    };
    assert_eq!(read(4), (5, 0, 1));
    assert_eq!(read(4), (0, 0, 0), "the same again would fail again");
    assert_eq!(read(6), (2, 0, 1));
    assert_eq!(read(9), (3, 0, 0));
    assert_eq!(read(12), (0, 0, 0));
    assert_eq!(desk.titles().len(), 10);
    assert_eq!(desk.library.sources().unwrap()[0].failed, 0);
    desk.library.remove_source(id).unwrap();
    assert_eq!(desk.number("SELECT count(*) FROM meta WHERE key LIKE 'limits:%'"), 0);
}

#[test]
fn what_newsboat_knew_to_be_read_or_flagged_is_so_until_the_reader_says_otherwise() {
    let mut desk = Desk::new();
    let cache = Connection::open(desk.dir.path().join("news/cache.db")).unwrap();
    cache
        .execute_batch(
            "CREATE TABLE rss_feed (rssurl VARCHAR(1024), url VARCHAR(1024), title VARCHAR(1024));
             CREATE TABLE rss_item (id INTEGER PRIMARY KEY, guid VARCHAR(64), title VARCHAR(1024),
                 author VARCHAR(1024), url VARCHAR(1024), feedurl VARCHAR(1024), pubDate INTEGER,
                 content VARCHAR(65535), unread INTEGER(1), flags VARCHAR(52));
             INSERT INTO rss_item VALUES
                 (1, 'a', 'Read', '', 'https://a.test/1', 'f', 1747353400, 'It sails.', 0, NULL),
                 (2, 'b', 'Flagged', '', 'https://a.test/2', 'f', 1747353300, 'It sails.', 1, 's'),
                 (3, 'c', 'Both', '', 'https://a.test/3', 'f', 1747353200, 'It sails.', 0, 'x'),
                 (4, 'd', 'New', '', 'https://a.test/4', 'f', 1747353100, 'It sails.', 1, '');",
        )
        .unwrap();
    drop(cache);
    let source = desk.source();
    let read = |library: &mut Library, force| {
        let options = IngestOptions { force, ..IngestOptions::default() };
        let report = library.ingest(source, &options, &mut |_| ControlFlow::Continue(())).unwrap();
        (report.added, report.failed.len())
    };
    let rows = |library: &Library| {
        let rows = library.rows(&View::default(), Anchor::Top, 9).unwrap();
        rows.into_iter().map(|row| (row.title, row.read, row.starred)).collect::<Vec<_>>()
    };
    let of = |title: &str, read, starred| (title.to_owned(), read, starred);
    assert_eq!(read(&mut desk.library, false), (4, 0));
    let brought = [
        of("Read", true, false),
        of("Flagged", false, true),
        of("Both", true, true),
        of("New", false, false),
    ];
    assert_eq!(rows(&desk.library), brought);
    let counts = desk.library.counts(&[]).unwrap();
    assert_eq!((counts.unread, counts.starred), (2, 2));
    // The reader opens what was new, and has done with the rest.
    let ids = desk.library.ids(&View::default()).unwrap();
    desk.library.apply(&Change::Read { ids: ids[..2].to_vec(), read: false }).unwrap();
    desk.library.apply(&Change::Read { ids: ids[3..].to_vec(), read: true }).unwrap();
    desk.library.apply(&Change::Star { ids: ids[1..3].to_vec(), starred: false }).unwrap();
    desk.library.apply(&Change::Star { ids: ids[..1].to_vec(), starred: true }).unwrap();
    let said = [
        of("Read", false, true),
        of("Flagged", false, false),
        of("Both", true, false),
        of("New", true, false),
    ];
    assert_eq!(rows(&desk.library), said);
    assert_eq!(read(&mut desk.library, true).0, 0);
    assert_eq!(rows(&desk.library), said);
}
