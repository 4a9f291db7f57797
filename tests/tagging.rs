//! Names are looked for behind the import: with real processes, killed, two at once, and with
//! questions in between.

use std::fs;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use gazette::app::Event;
use gazette::article::Label;
use gazette::library::query::parse;
use gazette::library::search::Searcher;
use gazette::library::{Change, EntityOrder, IngestOptions, Library, View};
use gazette::worker::Worker;
use tempfile::TempDir;

const GO_ON: ControlFlow<()> = ControlFlow::Continue(());

/// A library, and a file of JSON lines that each name one place.
struct Wire {
    dir: TempDir,
    articles: usize,
}

impl Wire {
    fn new(articles: usize) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let line = |n: usize| {
            format!(
                "{{\"url\":\"https://wire.test/{n}\",\"title\":\"Ferry {n} returns\",\
                 \"published\":\"2025-05-01T00:00:00Z\",\"language\":\"en\",\
                 \"text\":\"The ferry zq{n}x came back to Norway on Monday after the storm.\"}}\n"
            )
        };
        fs::write(dir.path().join("wire.jsonl"), (0..articles).map(line).collect::<String>())
            .unwrap();
        Self { dir, articles }
    }

    fn file(&self) -> PathBuf {
        self.dir.path().join("wire.jsonl")
    }

    fn library(&self) -> Library {
        Library::open(&self.dir.path().join("library")).unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gazette"));
        command.arg("--library").arg(self.dir.path().join("library")).args(arguments);
        command.env("HOME", self.dir.path()).env_remove("GAZETTE_CONFIG");
        command.env_remove("XDG_CONFIG_HOME").stdin(Stdio::null());
        command
    }

    fn start(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Puts the articles in, their names unknown.
    fn import(&self) {
        let mut library = self.library();
        let source = library.add_path(&self.file()).unwrap();
        let report = library.ingest(source.id, &IngestOptions::default(), &mut |_| GO_ON).unwrap();
        assert_eq!(report.added as usize, self.articles);
        assert_eq!(library.untagged().unwrap() as usize, self.articles);
    }

    /// Every article is in once, is found by its own word once, and by the one place it names.
    fn assert_whole(&self) {
        let mut library = self.library();
        assert!(library.sync_index(&mut |_, _| GO_ON).unwrap().complete);
        assert_eq!(library.untagged().unwrap(), 0);
        let ids = library.ids(&View::default()).unwrap();
        assert_eq!(ids.len(), self.articles);
        let searcher = Searcher::open(&library).unwrap();
        let total = |text: &str| {
            searcher.search(&parse(text, false, 0).0, &View::default(), 2).unwrap().total
        };
        assert_eq!(total("place:norway"), self.articles);
        for (n, id) in ids.iter().enumerate() {
            assert_eq!(total(&format!("zq{n}x")), 1, "{n}");
            let article = library.article(*id).unwrap().unwrap();
            let names = article.entities.iter().filter(|entity| entity.name == "Norway").count();
            assert_eq!(names, 1, "{}", article.title);
        }
        let rows = library.entities(None, &[Label::Location], EntityOrder::Articles, 2).unwrap();
        assert_eq!((&*rows[0].name, rows[0].articles), ("Norway", self.articles as u64));
        let sql = rusqlite::Connection::open(library.dir().join("library.db")).unwrap();
        let number = |text: &str| sql.query_row(text, [], |row| row.get::<_, String>(0)).unwrap();
        assert_eq!(number("PRAGMA integrity_check"), "ok");
        for table in ["tagged", "named", "body"] {
            let count = format!("SELECT CAST(count(*) AS TEXT) FROM {table}");
            assert_eq!(number(&count), self.articles.to_string(), "{table}");
        }
    }
}

fn error_of(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_tagger_killed_again_and_again_ends_whole() {
    let wire = Wire::new(300);
    wire.import();
    for pause in [60, 150, 240, 330] {
        let mut tagger = wire.start(&["update", "--wait"]);
        std::thread::sleep(Duration::from_millis(pause));
        tagger.kill().unwrap();
        tagger.wait().unwrap();
        assert_eq!(wire.library().counts(&[]).unwrap().articles as usize, wire.articles);
    }
    let ended = wire.run(&["update", "--wait"]);
    assert!(ended.status.success(), "{}", error_of(&ended));
    wire.assert_whole();
}

#[test]
fn an_import_killed_with_names_underway_ends_whole() {
    let wire = Wire::new(300);
    let file = wire.file();
    let add = ["add", "--wait", file.to_str().unwrap()];
    for pause in [80, 160, 320, 500] {
        let mut import = wire.start(&add);
        std::thread::sleep(Duration::from_millis(pause));
        import.kill().unwrap();
        import.wait().unwrap();
    }
    let ended = wire.run(&add);
    assert!(ended.status.success(), "{}", error_of(&ended));
    wire.assert_whole();
}

#[test]
fn two_processes_and_a_reader_do_each_article_once() {
    let wire = Wire::new(300);
    wire.import();
    let (send, events) = mpsc::channel();
    let mut both = [wire.start(&["update", "--wait"]), wire.start(&["update", "--wait"])];
    let place = wire.library().dir().to_path_buf();
    let worker = Worker::start(&place, Box::new(|_| IngestOptions::default()), send);
    let mut library = wire.library();
    for id in library.ids(&View::default()).unwrap().into_iter().step_by(10) {
        // What is on the screen is not waited for long, whoever is at it.
        worker.tag(id);
        library.apply(&Change::Read { ids: vec![id], read: true }).unwrap();
        let deadline = Instant::now() + Duration::from_secs(20);
        while library.is_untagged(id).unwrap() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(1));
        }
        assert!(!library.article(id).unwrap().unwrap().entities.is_empty());
    }
    for process in &mut both {
        assert!(process.wait().unwrap().success());
    }
    worker.stop();
    drop(events);
    wire.assert_whole();
    let counts = library.counts(&[]).unwrap();
    assert_eq!(counts.articles - counts.unread, 30);
}

#[test]
fn an_open_reader_tags_what_waits_and_tells_how_much() {
    let wire = Wire::new(100);
    wire.import();
    let (send, events) = mpsc::channel();
    let place = wire.library().dir().to_path_buf();
    let worker = Worker::start(&place, Box::new(|_| IngestOptions::default()), send);
    let deadline = Instant::now() + Duration::from_secs(60);
    let mut told = Vec::new();
    while told.last() != Some(&0) && Instant::now() < deadline {
        if let Ok(Event::Tagging(left)) = events.recv_timeout(Duration::from_secs(1)) {
            told.push(left);
        }
    }
    assert!(told.len() > 1 && told.is_sorted_by(|one, next| one > next), "{told:?}");
    worker.stop();
    wire.assert_whole();
}

#[test]
fn what_is_not_known_yet_is_said_and_a_few_are_looked_for_at_once() {
    let wire = Wire::new(200);
    let file = wire.file();
    let added = wire.run(&["add", "--json", file.to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&added.stdout).contains("\"untagged\":200"), "{added:?}");
    for ask in [&["entities"][..], &["search", "place:norway"], &["search", "-place:norway"]] {
        let asked = wire.run(ask);
        assert!(error_of(&asked).contains("the names in 200 articles"), "{ask:?}: {asked:?}");
    }
    assert_eq!(error_of(&wire.run(&["search", "zq7x"])), "");
    wire.run(&["update", "--wait"]);
    let asked = wire.run(&["search", "--count", "place:norway"]);
    assert_eq!((&*asked.stdout, &*error_of(&asked)), (&b"200\n"[..], ""));

    let few = Wire::new(20);
    few.import();
    let asked = few.run(&["search", "--count", "place:norway"]);
    assert_eq!((&*asked.stdout, &*error_of(&asked)), (&b"20\n"[..], ""));
    few.assert_whole();
}

#[test]
fn lines_that_gazette_wrote_on_two_machines_keep_their_names() {
    let wire = Wire::new(80);
    let text = fs::read_to_string(wire.file()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let mut parts = Vec::new();
    for (some, options) in lines.chunks(40).zip([&["--all"][..], &[]]) {
        let part = wire.dir.path().join(format!("part{}.jsonl", parts.len()));
        fs::write(&part, some.join("\n")).unwrap();
        let mut cat = vec!["cat", "--json"];
        cat.extend(options);
        cat.push(part.to_str().unwrap());
        let written = wire.run(&cat);
        fs::write(&part, written.stdout).unwrap();
        parts.push(part);
    }
    let mut add = vec!["add", "--json"];
    add.extend(parts.iter().map(|part| part.to_str().unwrap()));
    let added = wire.run(&add);
    assert!(String::from_utf8_lossy(&added.stdout).contains("\"untagged\":0"), "{added:?}");
    wire.assert_whole();
}

#[test]
fn lines_written_without_names_get_them_in_the_library() {
    let wire = Wire::new(60);
    let written = wire.run(&["cat", "--json", "--no-entities", wire.file().to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&written.stdout).contains("\"entities\":null"));
    fs::write(wire.file(), written.stdout).unwrap();
    wire.import();
    wire.library().tag(&mut |_| GO_ON).unwrap();
    wire.assert_whole();
}

/// Waits until the library has so many articles.
fn wait_for(library: &Library, articles: u64) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while library.counts(&[]).unwrap().articles != articles {
        assert!(Instant::now() < deadline, "{:?}", library.counts(&[]));
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_folder_being_written_to_is_read_as_it_settles() {
    let dir = tempfile::tempdir().unwrap();
    let (news, place) = (dir.path().join("news"), dir.path().join("library"));
    fs::create_dir(&news).unwrap();
    let mut library = Library::open(&place).unwrap();
    library.add_path(&news).unwrap();
    let (send, events) = mpsc::channel();
    let worker = Worker::start(&place, Box::new(|_| IngestOptions::default()), send);
    worker.watch();
    // The watch is set by a thread of its own.
    std::thread::sleep(Duration::from_millis(500));
    let text = |half: &str| format!("Ferry returns\n\nThe ferry is back{half}.\n");
    fs::write(news.join("ferry.txt"), text("")).unwrap();
    std::thread::sleep(Duration::from_millis(400));
    fs::write(news.join("ferry.txt"), text(" from the yard")).unwrap();
    fs::write(news.join(".hidden.txt.part"), text("")).unwrap();
    wait_for(&library, 1);
    let id = library.ids(&View::default()).unwrap()[0];
    let article = library.article(id).unwrap().unwrap();
    assert_eq!(article.paragraphs[0].text, "The ferry is back from the yard.", "read when whole");
    fs::create_dir(news.join("may")).unwrap();
    fs::write(news.join("may/one.txt"), "Bridge closes\n\nThe bridge is shut.\n").unwrap();
    wait_for(&library, 2);
    worker.stop();
    let taken = events.try_iter().filter(|event| matches!(event, Event::TakenIn { .. })).count();
    assert_eq!(taken, 2);
}
