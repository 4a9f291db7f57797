//! A library looked after from the command line: checked, mended, exported, backed up, while
//! another process writes too.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use gazette::library::query::parse;
use gazette::library::search::Searcher;
use gazette::library::{Anchor, Change, Library, View};
use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;

/// A home of its own: no configuration or library of the machine gets in.
struct Home(TempDir);

impl Home {
    /// With a library of so many articles.
    fn with(articles: usize) -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        fs::write(home.path("wire.jsonl"), lines(0..articles)).unwrap();
        home.run(&["add", "wire.jsonl"], 0);
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gazette"));
        command.args(arguments).current_dir(self.0.path()).stdin(Stdio::null());
        command.env("HOME", self.0.path()).env("GAZETTE_LIBRARY", self.path("lib"));
        for name in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "GAZETTE_CONFIG"] {
            command.env_remove(name);
        }
        command
    }

    /// Runs to an end with this exit code; gives standard output and standard error.
    #[track_caller]
    fn run(&self, arguments: &[&str], code: i32) -> (String, String) {
        let Output { status, stdout, stderr } = self.command(arguments).output().unwrap();
        let (out, err) = (String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap());
        assert_eq!(status.code(), Some(code), "{arguments:?}\nout: {out}\nerr: {err}");
        (out, err)
    }

    fn library(&self) -> Library {
        Library::open(&self.path("lib")).unwrap()
    }

    /// Plants a damage.
    fn damage(&self, sql: &str) {
        Connection::open(self.path("lib/library.db")).unwrap().execute_batch(sql).unwrap();
    }
}

fn lines(numbers: std::ops::Range<usize>) -> String {
    let line = |n: usize| {
        format!(
            "{{\"url\":\"https://wire.test/{n}\",\"lang\":\"en\",\"title\":\"Story {n}\",\
             \"published\":\"2025-05-01T00:00:00Z\",\"tags\":[\"wire\"],\
             \"text\":\"Word zq{n}x stands here.\"}}\n"
        )
    };
    numbers.map(line).collect()
}

fn objects(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn doctor_says_what_is_wrong_and_puts_it_right() {
    let home = Home::with(20);
    let (out, err) = home.run(&["doctor"], 0);
    assert_eq!(out.lines().filter(|line| line.ends_with("ok")).count(), 5, "{out}");
    assert_eq!(err, "");
    home.damage("UPDATE source SET unread = 3; DELETE FROM body WHERE id = 4");
    let (out, err) = home.run(&["doctor"], 1);
    assert!(out.contains("counts    wrong") && out.contains("1 article without a text"), "{out}");
    assert!(err.contains("gazette doctor --repair, then gazette update"), "{err}");
    let (out, _) = home.run(&["doctor", "--json"], 1);
    let found = objects(&out);
    let keys = ["check", "ok", "fault", "count", "message", "remedy"];
    assert!(found.iter().all(|object| object.as_object().unwrap().keys().eq(keys)), "{out}");
    let faults: Vec<&str> = found.iter().filter_map(|object| object["fault"].as_str()).collect();
    assert_eq!(faults, ["text-gone", "counts-wrong"]);

    let (_, err) = home.run(&["doctor", "--repair"], 1);
    assert!(err.contains("mending counts"), "{err}");
    home.run(&["update"], 0);
    home.run(&["doctor"], 0);
    fs::remove_dir_all(home.path("lib/index")).unwrap();
    home.run(&["doctor"], 1);
    home.run(&["doctor", "--rebuild"], 0);
    assert_eq!(home.run(&["search", "--count", "word"], 0).0, "20\n");
    home.run(&["doctor", "--repair", "--rebuild"], 2);
}

#[test]
fn doctor_makes_no_library() {
    let home = Home(tempfile::tempdir().unwrap());
    let (_, err) = home.run(&["doctor"], 1);
    assert!(err.contains("there is no library") && !home.path("lib").exists(), "{err}");
}

#[test]
fn what_is_exported_is_added_as_it_stands() {
    let home = Home::with(12);
    home.run(&["mark", "star", "zq3x"], 0);
    let (all, _) = home.run(&["export"], 0);
    assert_eq!(all.lines().count(), 12);
    let (one, _) = home.run(&["export", "zq3x", "--format", "jsonl"], 0);
    let object = &objects(&one)[0];
    assert_eq!((&object["title"], &object["starred"]), (&"Story 3".into(), &true.into()));
    assert_eq!(
        (&object["tags"], &object["copies"]),
        (&serde_json::json!(["wire"]), &serde_json::json!([]))
    );
    let (none, err) = home.run(&["export", "zebra"], 1);
    assert!(none.is_empty() && err.contains("no articles to export"), "{err}");

    home.run(&["export", "--output", "all.jsonl"], 0);
    assert_eq!(fs::read_to_string(home.path("all.jsonl")).unwrap(), all);
    home.run(&["export", "--output", "all.jsonl"], 2);
    home.run(&["--library", "other", "add", "all.jsonl"], 0);
    let (again, _) = home.run(&["--library", "other", "export"], 0);
    let stories = |text: &str| -> Vec<(Value, Value, Value)> {
        let of = |object: Value| {
            (object["title"].clone(), object["paragraphs"].clone(), object["tags"].clone())
        };
        // They are all of one second, and newest comes first each time.
        let mut all: Vec<_> = objects(text).into_iter().map(of).collect();
        all.sort_by_key(|(title, ..)| title.to_string());
        all
    };
    assert_eq!(stories(&again), stories(&all));

    let (_, err) = home.run(&["export", "--format", "markdown"], 2);
    assert!(err.contains("--output"), "{err}");
    home.run(&["export", "--format", "markdown", "--output", "pages"], 0);
    assert_eq!(fs::read_dir(home.path("pages")).unwrap().count(), 12);
    home.run(&["--library", "third", "add", "pages"], 0);
    assert_eq!(home.run(&["--library", "third", "search", "--count", "zq3x"], 0).0, "1\n");
    let (page, _) = home.run(&["export", "zq3x", "--format", "markdown"], 0);
    assert!(page.contains("# Story 3") && page.contains("Word zq3x stands here."), "{page}");
}

#[test]
fn a_backup_is_whole_though_another_process_writes() {
    let home = Home::with(300);
    home.run(&["mark", "read", "zq7x"], 0);
    fs::write(home.path("more.jsonl"), lines(300..4_000)).unwrap();
    let mut import = home.command(&["add", "more.jsonl"]);
    let mut import = import.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    for n in 0..3 {
        let file = format!("backup-{n}.db");
        home.run(&["export", "--library", &file], 0);
        let place = home.path(&format!("restored-{n}"));
        fs::create_dir(&place).unwrap();
        fs::rename(home.path(&file), place.join("library.db")).unwrap();
        let name = place.to_str().unwrap();
        let (_, err) = home.run(&["--library", name, "search", "--count", "zq7x is:read"], 0);
        assert!(!err.contains("damaged"), "{err}");
        home.run(&["--library", name, "doctor"], 0);
        let restored = Library::open(&place).unwrap();
        assert!(restored.counts(&[]).unwrap().articles >= 300);
    }
    import.wait().unwrap();
    let (_, err) = home.run(&["export", "--library", "lib"], 2);
    assert!(err.contains("this is a folder"), "{err}");
    home.run(&["export", "--library", "wire.jsonl"], 2);
}

#[test]
fn a_search_goes_on_while_another_process_writes() {
    let home = Home::with(200);
    fs::write(home.path("more.jsonl"), lines(200..3_000)).unwrap();
    let mut library = home.library();
    let mut searcher = Searcher::open(&library).unwrap();
    let mut import = home.command(&["add", "more.jsonl"]);
    let mut import = import.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let (mut least, mut rounds) = (200, 0);
    let ended = loop {
        let ended = import.try_wait().unwrap();
        searcher.reload().unwrap();
        let search = |text: &str| {
            searcher.search(&parse(text, false, 0).0, &View::default(), 5_000).unwrap()
        };
        let all = search("word");
        assert!(all.total >= least, "{} after {least}", all.total);
        least = all.total;
        assert_eq!(search("zq50x").total, 1);
        // Whatever is found can be read, and the list is whole.
        for row in library.rows_of(&all.ids[..20]).unwrap() {
            assert!(library.article(row.id).unwrap().is_some());
        }
        let first = library.rows(&View::default(), Anchor::Top, 1).unwrap()[0].id;
        let read = rounds % 2 == 0;
        library.apply(&Change::Read { ids: vec![first], read }).unwrap();
        rounds += 1;
        if let Some(ended) = ended {
            break ended;
        }
    };
    assert!(ended.success() && rounds > 1, "{rounds} rounds");
    library.sync_index(&mut |_, _| std::ops::ControlFlow::Continue(())).unwrap();
    assert_eq!(home.run(&["search", "--count", "word"], 0).0, "3000\n");
    home.run(&["doctor"], 0);
}

#[test]
fn filters_are_named_in_the_configuration() {
    let home = Home::with(5);
    let config = home.path("gazette.toml");
    fs::write(&config, "[filters]\nthree = \"zq3x OR zq4x\"\nmine = \"filter:three -zq4x\"\n")
        .unwrap();
    let config = config.to_str().unwrap();
    let count = |query: &str| home.run(&["--config", config, "search", "--count", query], 0).0;
    assert_eq!((count("filter:three").as_str(), count("filter:mine").as_str()), ("2\n", "1\n"));
    let (_, err) = home.run(&["--config", config, "search", "filter:tree"], 2);
    assert!(err.contains("there is mine, three") && err.contains("^^^^^^^^^^^"), "{err}");
    let bad = home.path("bad.toml");
    fs::write(&bad, "[filters]\na = \"ferry\"\nb = \"filter:b\"\nc = \"before:soon\"\n").unwrap();
    let (_, err) = home.run(&["--config", bad.to_str().unwrap(), "config", "check"], 2);
    assert!(err.contains("bad.toml:3") && err.contains("bad.toml:4: `c`: `before:`"), "{err}");
}

#[test]
fn earlier_searches_can_be_listed_and_forgotten() {
    let home = Home::with(1);
    home.run(&["search", "--history"], 1);
    home.library().note_search("ferry strike").unwrap();
    home.library().note_search("snow").unwrap();
    assert_eq!(home.run(&["search", "--history"], 0).0, "snow\nferry strike\n");
    assert_eq!(
        home.run(&["search", "--history", "--json"], 0).0.lines().next(),
        Some("{\"query\":\"snow\"}")
    );
    assert_eq!(home.run(&["search", "--forget-history"], 0).0, "forgot 2 searches\n");
    home.run(&["search", "--history"], 1);
    home.run(&["search"], 2);
}
