//! The library from outside: real files in, lists, articles, searches and state out.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use gazette::app::Event;
use gazette::article::{ArticleId, Label};
use gazette::library::query::{Wanted, parse};
use gazette::library::search::{Hits, How, Searcher};
use gazette::library::{
    Anchor, Change, Completer, EntityOrder, EntityRow, IndexState, IngestOptions, Library, Report,
    SourceKind, View,
};
use gazette::worker::Worker;

const GO_ON: ControlFlow<()> = ControlFlow::Continue(());

fn ingest(library: &mut Library, path: &Path) -> Report {
    let source = library.add_path(path).unwrap();
    library.ingest(source.id, &IngestOptions::default(), &mut |_| GO_ON).unwrap()
}

fn search(library: &Library, text: &str) -> Hits {
    let searcher = Searcher::open(library).unwrap();
    searcher.search(&parse(text, false, 1_750_000_000).0, &View::default(), 50).unwrap()
}

fn titles(library: &Library, ids: &[ArticleId]) -> Vec<String> {
    library.rows_of(ids).unwrap().into_iter().map(|row| row.title).collect()
}

fn line(number: usize) -> String {
    format!(
        "{{\"url\":\"https://wire.test/{number}\",\"lang\":\"en\",\"title\":\"Story {number}\",\
         \"published\":\"2025-05-01T00:00:00Z\",\"text\":\"Word zq{number}x stands here.\"}}\n"
    )
}

fn lines(numbers: std::ops::Range<usize>) -> String {
    numbers.map(line).collect()
}

#[test]
fn the_sample_edition_can_be_read_and_searched_and_steps_aside() {
    let dir = tempfile::tempdir().unwrap();
    let mut library = Library::open(&dir.path().join("library")).unwrap();
    assert!(library.is_empty().unwrap());
    let source = library.add_sample().unwrap();
    assert_eq!(source.kind, SourceKind::Sample);
    let report = library.ingest(source.id, &IngestOptions::default(), &mut |_| GO_ON).unwrap();
    assert!(report.added >= 12 && report.failed.is_empty(), "{report:?}");
    let rows = library.rows(&View::default(), Anchor::Top, 100).unwrap();
    assert_eq!(rows.len() as u64, report.added);
    for row in &rows {
        let article = library.article(row.id).unwrap().unwrap();
        assert!(!article.title.is_empty() && article.path.is_none());
    }
    let hits = search(&library, "ferry");
    assert!(hits.total > 0 && hits.how == How::Exactly);
    let again = library.ingest(source.id, &IngestOptions::default(), &mut |_| GO_ON).unwrap();
    assert_eq!((again.added, again.changed), (0, 0));

    fs::write(dir.path().join("own.txt"), "My own\n\nA text of mine.\n").unwrap();
    ingest(&mut library, &dir.path().join("own.txt"));
    assert_eq!(titles(&library, &library.ids(&View::default()).unwrap()), ["My own"]);
    library.sync_index(&mut |_, _| GO_ON).unwrap();
    assert_eq!(search(&library, "ferry").total, 0);
}

/// A line in which one person is named, tagged already.
fn naming(number: usize, name: &str) -> String {
    let title = format!("Story {number}");
    let start = title.len() + 1;
    format!(
        "{{\"url\":\"https://wire.test/{number}\",\"title\":\"{title}\",\"language\":\"en\",\
         \"published\":\"2025-05-01T00:00:00Z\",\"text\":\"{title}\\n{name} came.\",\
         \"paragraphs\":[{{\"text\":\"{name} came.\",\"kind\":\"paragraph\",\"kept\":true,\
         \"reason\":null,\"score\":0.0}}],\"entities\":[{{\"start\":{start},\"end\":{},\
         \"label\":\"person\",\"id\":\"1\",\"text\":\"{name}\",\"name\":\"{name}\"}}]}}\n",
        start + name.len()
    )
}

fn people(library: &Library) -> String {
    let rows = library.entities(None, &[Label::Person], EntityOrder::Name, 10).unwrap();
    let row = |row: &EntityRow| format!("{} {}", row.name, row.articles);
    rows.iter().map(row).collect::<Vec<_>>().join(", ")
}

#[test]
fn merges_outlive_articles_and_are_seen_by_others() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("wire.jsonl");
    fs::write(&file, naming(1, "Ada Moss") + &naming(2, "Dame Ada")).unwrap();
    let place = dir.path().join("library");
    let mut library = Library::open(&place).unwrap();
    ingest(&mut library, &file);
    // Another process has looked already, and has everything warm.
    let other = Library::open(&place).unwrap();
    let searcher = Searcher::open(&other).unwrap();
    let mut completer = Completer::open(&other).unwrap();
    let wanted = Wanted::Entity(vec![Label::Person]);
    let total =
        |text: &str| searcher.search(&parse(text, false, 0).0, &View::default(), 50).unwrap().total;
    assert_eq!((total("person:dame"), people(&other)), (1, "Ada Moss 1, Dame Ada 1".to_owned()));
    assert_eq!(completer.complete(&wanted, "dame", 8).unwrap()[0].text, "Dame Ada");

    let called = |name: &str| other.called(&[], name).unwrap()[0].id;
    let change = library.same(called("Ada Moss"), called("Dame Ada")).unwrap();
    let undo = library.apply(&change).unwrap();
    assert_eq!((total("person:dame"), people(&other)), (2, "Ada Moss 2".to_owned()));
    completer.refresh().unwrap();
    assert_eq!(completer.complete(&wanted, "dame", 8).unwrap()[0].text, "Ada Moss");

    // Read again in full, with another article: it still holds.
    fs::write(&file, naming(1, "Ada Moss") + &naming(2, "Dame Ada") + &naming(3, "Dame Ada"))
        .unwrap();
    let source = library.add_path(&file).unwrap().id;
    let force = IngestOptions { force: true, ..IngestOptions::default() };
    library.ingest(source, &force, &mut |_| GO_ON).unwrap();
    assert_eq!(people(&library), "Ada Moss 3");
    // Taken out and brought back.
    library.remove_source(source).unwrap();
    assert_eq!(people(&library), "");
    assert_eq!(library.merges().unwrap().len(), 1);
    ingest(&mut library, &file);
    assert_eq!(people(&library), "Ada Moss 3");
    drop(library);
    let mut library = Library::open(&place).unwrap();
    library.apply(&undo).unwrap();
    assert_eq!(people(&other), "Ada Moss 1, Dame Ada 2");
}

#[test]
fn lines_appended_to_a_file_are_taken_in_and_nothing_twice() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("wire.jsonl");
    let mut library = Library::open(&dir.path().join("library")).unwrap();
    fs::write(&file, lines(0..200)).unwrap();
    assert_eq!(ingest(&mut library, &file).added, 200);
    fs::write(&file, lines(0..210)).unwrap();
    let report = ingest(&mut library, &file);
    assert_eq!((report.added, report.changed), (10, 0));
    for number in [0, 150, 199, 209] {
        assert_eq!(search(&library, &format!("zq{number}x")).total, 1, "{number}");
    }
}

/// Copies a library while it is being written: what a disk holds after `kill -9`.
fn snapshot(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            snapshot(&entry.path(), &to);
        } else if fs::copy(entry.path(), &to).is_err() {
            // The index engine just deleted it: a kill would not have left it either.
        }
    }
}

#[test]
fn what_a_kill_leaves_behind_heals() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("wire.jsonl");
    fs::write(&file, lines(0..250)).unwrap();
    let mut library = Library::open(&dir.path().join("library")).unwrap();
    let source = library.add_path(&file).unwrap().id;
    let mut left = Vec::new();
    let progress = &mut |progress: &gazette::library::Progress| {
        let to = dir.path().join(format!("killed-{}", left.len()));
        snapshot(&dir.path().join("library"), &to);
        left.push((to, progress.articles));
        GO_ON
    };
    library.ingest(source, &IngestOptions::default(), progress).unwrap();
    assert!(left.len() >= 4, "{} batches", left.len());
    for (place, committed) in left {
        let mut library = Library::open(&place).unwrap();
        assert_eq!(library.counts(&[]).unwrap().articles, committed);
        let report = ingest(&mut library, &file);
        assert_eq!(report.added + committed, 250);
        library.sync_index(&mut |_, _| GO_ON).unwrap();
        assert_eq!(library.index_state().unwrap(), IndexState::Ready);
        assert_eq!(search(&library, "word").total, 250);
        for number in [0, 31, 32, 33, 200, 249] {
            assert_eq!(search(&library, &format!("zq{number}x")).total, 1, "{number}");
        }
    }
}

/// Every article that is in can be read and is found by its own word, exactly once.
fn assert_whole(library: &Library, articles: u64) {
    let ids = library.ids(&View::default()).unwrap();
    assert_eq!(ids.len() as u64, articles);
    let searcher = Searcher::open(library).unwrap();
    let found = |text: &str| {
        let query = parse(text, false, 1_750_000_000).0;
        searcher.search(&query, &View::default(), 2).unwrap()
    };
    assert_eq!(found("word").total as u64, articles);
    for id in ids {
        let article = library.article(id).unwrap().unwrap();
        let number = article.title.strip_prefix("Story ").unwrap();
        assert_eq!(article.paragraphs[0].text, format!("Word zq{number}x stands here."));
        let hits = found(&format!("zq{number}x"));
        assert_eq!((hits.total, &*hits.ids), (1, &[id][..]), "{number}");
    }
}

#[test]
fn an_import_killed_again_and_again_ends_whole() {
    let dir = tempfile::tempdir().unwrap();
    let (place, file) = (dir.path().join("library"), dir.path().join("wire.jsonl"));
    fs::write(&file, lines(0..600)).unwrap();
    for pause in [40, 90, 140, 200, 260] {
        let mut import = Command::new(env!("CARGO_BIN_EXE_gazette"));
        import.arg("--library").arg(&place).arg("add").arg(&file);
        let mut import = import.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(pause));
        import.kill().unwrap();
        import.wait().unwrap();
        let mut library = Library::open(&place).unwrap();
        let articles = library.counts(&[]).unwrap().articles;
        assert!(library.sync_index(&mut |_, _| GO_ON).unwrap().complete);
        assert_whole(&library, articles);
    }
    let mut library = Library::open(&place).unwrap();
    let before = library.counts(&[]).unwrap().articles;
    let report = ingest(&mut library, &file);
    assert_eq!((report.added + before, report.changed), (600, 0));
    assert_whole(&library, 600);
}

#[test]
fn an_open_reader_learns_what_another_process_brings() {
    let dir = tempfile::tempdir().unwrap();
    let (place, file) = (dir.path().join("library"), dir.path().join("wire.jsonl"));
    fs::write(&file, lines(0..100)).unwrap();
    let mut other = Library::open(&place).unwrap();
    let (send, events) = mpsc::channel();
    let worker = Worker::start(&place, Box::new(|_| IngestOptions::default()), send);
    std::thread::sleep(Duration::from_millis(200));
    // As if another process had died before its index was written.
    let source = other.add_path(&file).unwrap();
    other.ingest(source.id, &IngestOptions::default(), &mut |_| GO_ON).unwrap();
    fs::remove_dir_all(place.join("index")).unwrap();
    // It may see first that there are names to look for.
    let mut events = std::iter::from_fn(|| events.recv_timeout(Duration::from_secs(5)).ok());
    let event = events.find(|event| !matches!(event, Event::Tagging(_)));
    assert!(matches!(event, Some(Event::Changed)), "{event:?}");
    let deadline = Instant::now() + Duration::from_secs(10);
    while other.index_state().unwrap() != IndexState::Ready && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_whole(&other, 100);
    worker.stop();
}

#[test]
fn two_libraries_open_at_once_write_in_turns() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("library");
    fs::write(dir.path().join("a.jsonl"), lines(0..400)).unwrap();
    fs::write(dir.path().join("b.jsonl"), lines(400..800)).unwrap();
    Library::open(&place).unwrap();
    std::thread::scope(|scope| {
        for name in ["a.jsonl", "b.jsonl"] {
            let (place, file) = (place.clone(), dir.path().join(name));
            scope.spawn(move || {
                let mut library = Library::open(&place).unwrap();
                assert_eq!(ingest(&mut library, &file).added, 400);
            });
        }
        let place = place.clone();
        scope.spawn(move || {
            let mut library = Library::open(&place).unwrap();
            for _ in 0..50 {
                let rows = library.rows(&View::default(), Anchor::Top, 5).unwrap();
                let ids = rows.into_iter().map(|row| row.id).collect();
                library.apply(&Change::Read { ids, read: true }).unwrap();
            }
        });
    });
    let mut library = Library::open(&place).unwrap();
    library.sync_index(&mut |_, _| GO_ON).unwrap();
    assert_eq!(search(&library, "word").total, 800);
    let ids = library.ids(&View::default()).unwrap();
    let counts = library.counts(&[]).unwrap();
    let read = ids.iter().filter(|id| library.state(**id).unwrap().read).count() as u64;
    assert_eq!((ids.len(), counts.articles, counts.unread), (800, 800, 800 - read));
}

#[test]
fn hundreds_of_undated_files_keep_their_order() {
    let dir = tempfile::tempdir().unwrap();
    let news = dir.path().join("news");
    fs::create_dir(&news).unwrap();
    for number in 0..250 {
        let text = format!("Headline number {number}\n\nThe text of number {number}.\n");
        fs::write(news.join(format!("{number:04}.txt")), text).unwrap();
    }
    let mut library = Library::open(&dir.path().join("library")).unwrap();
    assert_eq!(ingest(&mut library, &news).added, 250);
    let rows = library.rows(&View::default(), Anchor::Top, 2).unwrap();
    assert_eq!(rows[0].title, "Headline number 249");
    assert!(rows[0].published.is_none());
    // A file that goes away takes nothing along.
    fs::remove_file(news.join("0249.txt")).unwrap();
    ingest(&mut library, &news);
    assert_eq!(library.counts(&[]).unwrap().articles, 250);
}
