//! The command line as a user and a program meet it: what comes out where, and the exit code.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use assert_cmd::cargo::cargo_bin;
use gazette::library::{Library, View};
use serde_json::Value;
use tempfile::TempDir;

const FERRY: &str = "Ferry returns to Łódka harbour\n\n\
    The ferry Żubr came back to the harbour of Łódka on Monday, two years after the storm.\n\
    “We have waited long enough,” said Zofia Wiśniewska, who runs the café on the pier, as the boat came in.\n\
    The crossing takes forty minutes and costs nothing until the end of the month.\n";

const BRIDGE: &str = "Bridge closes for repairs\n\n\
    The old bridge over the river will close on 3 June for repairs that the town has put off since spring.\n\
    Drivers will have to take the road through the valley, which adds half an hour to the way.\n";

/// A home of its own: no configuration or library of the machine gets in.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(cargo_bin("gazette"));
        command.args(arguments).current_dir(self.0.path()).env("HOME", self.0.path());
        let variables = ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "GAZETTE_CONFIG", "GAZETTE_LIBRARY"];
        for name in variables.into_iter().chain(["NO_COLOR", "COLORTERM"]) {
            command.env_remove(name);
        }
        command.env("TERM", "xterm").stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        Ran::from(self.command(arguments).output().unwrap())
    }

    fn pipe(&self, arguments: &[&str], input: &str) -> Ran {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_owned();
        let writer = std::thread::spawn(move || {
            let _ = stdin.write_all(input.as_bytes());
        });
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Ran::from(output)
    }
}

struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let code = output.status.code().expect("not killed");
        let ran = Self { code, out: text(output.stdout), err: text(output.stderr) };
        assert!(!ran.err.contains("panicked"), "{}", ran.err);
        ran
    }
}

impl Ran {
    #[track_caller]
    fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "out: {}\nerr: {}", self.out, self.err);
        self
    }

    fn objects(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

#[test]
fn plain_is_title_blank_line_and_paragraphs() {
    let home = Home::new();
    let ran = home.run(&["cat", "--plain", &home.write("ferry.txt", FERRY)]).ends(0);
    assert_eq!(ran.out, FERRY);
    assert_eq!(ran.err, "");
}

#[test]
fn json_has_every_key_in_order() {
    let home = Home::new();
    let ran = home.run(&["cat", "--json", &home.write("ferry.txt", FERRY)]).ends(0);
    assert_eq!(ran.out.lines().count(), 1);
    let object = &ran.objects()[0];
    let keys = [
        "path",
        "id",
        "source",
        "url",
        "title",
        "byline",
        "agency",
        "dateline",
        "published",
        "language",
        "text",
        "paragraphs",
        "entities",
    ];
    assert!(object.as_object().unwrap().keys().eq(keys), "{object}");
    let keys = ["text", "kind", "kept", "reason", "score"];
    assert!(object["paragraphs"][0].as_object().unwrap().keys().eq(keys), "{object}");
    assert!(object["id"].is_null() && object["url"].is_null());
    assert_eq!(object["title"], "Ferry returns to Łódka harbour");
    assert!(object["path"].as_str().unwrap().ends_with("ferry.txt"));
}

#[test]
fn offsets_count_code_points_of_the_text() {
    let home = Home::new();
    let ran = home.run(&["cat", "--json", &home.write("ferry.txt", FERRY)]).ends(0);
    let object = &ran.objects()[0];
    let text: Vec<char> = object["text"].as_str().unwrap().chars().collect();
    let entities = object["entities"].as_array().unwrap();
    assert!(!entities.is_empty(), "{object}");
    let keys = ["start", "end", "label", "text", "id", "name"];
    for entity in entities {
        assert!(entity.as_object().unwrap().keys().eq(keys));
        let at = |key: &str| entity[key].as_u64().unwrap() as usize;
        let words: String = text[at("start")..at("end")].iter().collect();
        assert_eq!(entity["text"], words.as_str());
    }
    assert!(entities.iter().any(|entity| entity["text"] == "Zofia Wiśniewska"), "{object}");
}

#[test]
fn output_keeps_the_order_of_the_arguments() {
    let home = Home::new();
    let files: Vec<_> = (0..40)
        .map(|n| home.write(&format!("{n}.txt"), &format!("Story number {n}\n\n{}", &FERRY[32..])))
        .collect();
    let mut arguments = vec!["cat", "--json"];
    arguments.extend(files.iter().map(String::as_str));
    let ran = home.run(&arguments).ends(0);
    let titles: Vec<_> = ran.objects().iter().map(|object| object["title"].clone()).collect();
    let expected: Vec<_> = (0..40).map(|n| Value::from(format!("Story number {n}"))).collect();
    assert_eq!(titles, expected);
}

#[test]
fn a_folder_is_its_files() {
    let home = Home::new();
    home.write("news/a/ferry.txt", FERRY);
    home.write("news/bridge.txt", BRIDGE);
    assert_eq!(home.run(&["cat", "--json", "news"]).ends(0).objects().len(), 2);
}

#[test]
fn a_missing_file_is_named_and_the_rest_goes_on() {
    let home = Home::new();
    let good = home.write("ferry.txt", FERRY);
    let ran = home.run(&["cat", "--json", "no-such.txt", &good]).ends(1);
    assert_eq!(ran.objects().len(), 1);
    assert!(ran.err.contains("no-such.txt"), "{}", ran.err);
    assert_eq!(ran.err.lines().count(), 1);
}

#[test]
fn a_file_name_cannot_reach_the_terminal_raw() {
    let home = Home::new();
    let ran = home.run(&["cat", "evil\x1b[2J\x07.txt"]).ends(1);
    assert!(ran.err.contains("evil") && !ran.err.contains(['\x1b', '\x07']), "{:?}", ran.err);
    let ran = home.run(&["evil\x1b[2J\x07"]).ends(2);
    assert!(!ran.err.contains(['\x1b', '\x07']), "{:?}", ran.err);
}

#[test]
fn garbage_is_an_error_and_no_panic() {
    let home = Home::new();
    let garbage: Vec<u8> =
        (0..5000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    fs::write(home.path("garbage"), &garbage).unwrap();
    fs::write(home.path("empty.txt"), "").unwrap();
    fs::write(home.path("half.json"), "{\"title\": \"x\", ").unwrap();
    fs::write(home.path("half.gz"), [0x1f, 0x8b, 8, 0, 1, 2, 3]).unwrap();
    for format in ["text", "html", "markdown", "json", "jsonl"] {
        for shape in ["--json", "--plain", "--explain"] {
            let arguments = ["cat", shape, "--from", format, "garbage", "half.json", "half.gz"];
            assert!(home.run(&arguments).code <= 1, "{format} {shape}");
        }
    }
    assert_eq!(home.run(&["cat", "empty.txt"]).code, 1);
    assert!(home.run(&["cat", "garbage", "half.json", "half.gz"]).code <= 1);
}

#[test]
fn standard_input_is_one_document() {
    let home = Home::new();
    assert_eq!(home.pipe(&["cat", "--plain"], FERRY).ends(0).out, FERRY);
    let ran = home.pipe(&["cat", "--json", "-"], FERRY).ends(0);
    assert!(ran.objects()[0]["path"].is_null());
    home.pipe(&["cat", "--json"], "").ends(1);
}

#[test]
fn json_lines_are_answered_line_by_line_with_what_they_carry() {
    let home = Home::new();
    let line = |id: &str, desk: u32| serde_json::json!({"id": id, "desk": desk, "title": "Ferry returns", "text": &FERRY[32..]});
    let input = format!("{}\n\nnot json\n{}\n", line("a", 1), line("b", 2));
    let ran = home.pipe(&["cat", "--json", "--from", "jsonl", "-"], &input).ends(1);
    let objects = ran.objects();
    let ids: Vec<_> = objects.iter().map(|object| object["id"].clone()).collect();
    assert_eq!(ids, ["a".into(), Value::Null, "b".into()]);
    assert_eq!((&objects[0]["desk"], &objects[2]["desk"]), (&1.into(), &2.into()));
    assert!(objects[1]["error"].is_string() && objects[1]["entities"].is_array());
    assert!(ran.err.contains("standard input, line 3: "), "{}", ran.err);
}

#[test]
fn a_line_is_answered_before_the_next_is_sent() {
    let home = Home::new();
    let mut command = home.command(&["cat", "--json", "--from", "jsonl", "-"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for n in 0..3 {
        writeln!(stdin, "{}", serde_json::json!({"n": n, "title": "T", "text": FERRY})).unwrap();
        stdin.flush().unwrap();
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let object: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(object["n"], n);
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn what_cat_wrote_cat_reads_as_it_stands() {
    let home = Home::new();
    let first = home.run(&["cat", "--json", &home.write("ferry.txt", FERRY)]).ends(0);
    let again = home.pipe(&["cat", "--json"], &first.out).ends(0);
    let (first, again) = (&first.objects()[0], &again.objects()[0]);
    for key in ["title", "text", "paragraphs", "entities", "published"] {
        assert_eq!(first[key], again[key], "{key}");
    }
}

#[test]
fn a_closed_pipe_is_quiet() {
    let home = Home::new();
    let file = home.write("ferry.txt", FERRY);
    let mut command = home.command(&["cat", "--json"]);
    command.args(std::iter::repeat_n(&file, 2000)).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!((ran.code, &*ran.err), (0, ""));
}

#[test]
fn colour_only_where_it_is_wanted() {
    let home = Home::new();
    let file = home.write("ferry.txt", FERRY);
    assert!(!home.run(&["cat", &file]).ends(0).out.contains('\x1b'));
    assert!(home.run(&["cat", "--color", "always", &file]).ends(0).out.contains("\x1b["));
    assert!(!home.run(&["cat", "--color", "never", &file]).ends(0).out.contains('\x1b'));
    let ran = Ran::from(home.command(&["cat", &file]).env("NO_COLOR", "1").output().unwrap());
    assert!(!ran.out.contains('\x1b'));
}

#[test]
fn width_wraps() {
    let home = Home::new();
    let file = home.write("ferry.txt", FERRY);
    let ran = home.run(&["cat", "--width", "30", &file]).ends(0);
    assert!(ran.out.lines().all(|line| line.chars().count() <= 30), "{}", ran.out);
    home.run(&["cat", "--width", "x", &file]).ends(2);
}

#[test]
fn explain_shows_every_paragraph_with_its_mark() {
    let home = Home::new();
    let text = format!("{FERRY}All rights reserved. No part of this article may be reproduced.\n");
    let ran = home.run(&["cat", "--explain", &home.write("ferry.txt", &text)]).ends(0);
    assert!(ran.out.contains("hidden, legal, score"), "{}", ran.out);
    assert_eq!(ran.out.matches(", kept, score").count(), 3, "{}", ran.out);
}

#[test]
fn usage_errors_say_what_to_do() {
    let home = Home::new();
    let says = |arguments: &[&str], words: &str| {
        let ran = home.run(arguments).ends(2);
        assert!(ran.err.contains(words), "{arguments:?}: {}", ran.err);
        assert_eq!(ran.out, "");
    };
    says(&["serach"], "did you mean `gazette search`?");
    says(&["./nothing"], "no such file or folder");
    says(&["https://example.org/"], "does not fetch from the network yet");
    says(&["add", "https://example.org/"], "does not fetch from the network yet");
    says(&["cat", "https://example.org/"], "does not fetch from the network yet");
    says(&["cat", "--plain", "--json", "x"], "cannot be used with");
    says(&["mark", "raed", "ferry"], "read, unread, star");
    says(&["man", "nothing"], "no command `nothing`");
    says(&[], "needs a terminal");
}

#[test]
fn a_configuration_names_its_mistakes() {
    let home = Home::new();
    let file = home.write("c.toml", "[reader]\nmesure = 60\n\n[keys]\n\"x\" = \"nonsense\"\n");
    for arguments in [&["config", "check"][..], &["cat", "x"], &["sources"]] {
        let ran = home.run(&[&["--config", &file], arguments].concat()).ends(2);
        assert!(ran.err.contains("c.toml:2: [reader] has no option `mesure`"), "{}", ran.err);
        assert!(ran.err.contains("did you mean `measure`?"), "{}", ran.err);
        assert!(ran.err.contains("c.toml:5: no action is called `nonsense`"), "{}", ran.err);
    }
    home.run(&["--config", "missing.toml", "config", "check"]).ends(2);
}

#[test]
fn a_configuration_is_found_printed_and_checked() {
    let home = Home::new();
    let usual = home.path(".config/gazette/config.toml");
    assert_eq!(home.run(&["config", "path"]).ends(0).out.trim_end(), usual.to_str().unwrap());
    home.run(&["config", "check"]).ends(0);
    home.write(".config/gazette/config.toml", "[reader]\nmeasure = 61\n");
    assert!(home.run(&["config", "print"]).ends(0).out.contains("measure = 61\n"));
    let mut command = home.command(&["config", "path"]);
    let ran = Ran::from(command.env("GAZETTE_CONFIG", "/x/y.toml").output().unwrap());
    assert_eq!(ran.out, "/x/y.toml\n");
}

#[test]
fn the_threshold_of_the_configuration_counts() {
    let home = Home::new();
    let text = format!("{FERRY}All rights reserved. No part of this article may be reproduced.\n");
    let file = home.write("ferry.txt", &text);
    let config = home.write("c.toml", "[clean]\nthreshold = 1.0\n");
    let kept = |arguments: &[&str]| {
        let object = home.run(arguments).ends(0).objects().remove(0);
        let paragraphs = object["paragraphs"].as_array().unwrap().clone();
        paragraphs.iter().filter(|paragraph| paragraph["kept"] == true).count()
    };
    assert_eq!(kept(&["cat", "--json", &file]), 3);
    assert_eq!(kept(&["--config", &config, "cat", "--json", &file]), 4);
}

#[test]
fn completions_and_manual_are_printed() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(home.run(&["completions", shell]).ends(0).out.contains("entities"), "{shell}");
    }
    assert!(home.run(&["man"]).ends(0).out.contains(".TH gazette"));
    assert!(home.run(&["man", "cat"]).ends(0).out.contains("jsonl"));
    let merge = home.run(&["man", "entities", "merge"]).ends(0).out;
    assert!(merge.contains(".TH gazette-entities-merge"), "{merge}");
    home.run(&["man", "entities", "nothing"]).ends(2);
}

#[test]
fn a_folder_is_added_searched_marked_and_removed() {
    let home = Home::new();
    home.write("news/ferry.txt", FERRY);
    home.write("news/bridge.txt", BRIDGE);
    fs::write(home.path("news/broken.txt"), "").unwrap();
    let ran = home.run(&["add", "news"]).ends(1);
    assert_eq!(ran.out, "added 2 articles, 1 file skipped\n");
    assert!(ran.err.contains("broken.txt"), "{}", ran.err);

    let ran = home.run(&["search", "--json", "lodka", "ferry"]).ends(0);
    let found = &ran.objects()[0];
    let keys = ["id", "source", "title", "url", "path", "published", "snippet", "hits"];
    assert!(found.as_object().unwrap().keys().eq(keys), "{found}");
    assert_eq!(found["title"], "Ferry returns to Łódka harbour");
    let snippet: Vec<char> = found["snippet"].as_str().unwrap().chars().collect();
    let hits = found["hits"].as_array().unwrap();
    let at = |hit: &Value, n: usize| hit[n].as_u64().unwrap() as usize;
    let words: Vec<String> =
        hits.iter().map(|hit| snippet[at(hit, 0)..at(hit, 1)].iter().collect()).collect();
    assert!(words.iter().any(|word| word.to_lowercase() == "ferry"), "{words:?} {found}");

    assert_eq!(home.run(&["search", "--count", "ferry OR bridge"]).ends(0).out, "2\n");
    assert_eq!(home.run(&["search", "--count", "road", "-ferry"]).ends(0).out, "1\n");
    assert_eq!(home.run(&["search", "zzzzzz"]).ends(1).out, "");
    assert_eq!(home.run(&["search", "ferry", "--limit", "1"]).ends(0).out.lines().count(), 1);
    let ran = home.run(&["search", "before:soon ferry"]).ends(2);
    assert!(ran.err.contains("^^^^") && ran.out.contains("Ferry"), "{}\n{}", ran.err, ran.out);

    assert_eq!(home.run(&["mark", "read", "ferry"]).ends(0).out, "marked 1 article\n");
    assert_eq!(home.run(&["search", "--count", "is:unread"]).ends(0).out, "1\n");
    let again = home.run(&["mark", "read", "ferry"]).ends(0).out;
    assert_eq!(again, "marked 0 articles, 1 was so already\n");
    assert_eq!(home.run(&["mark", "tag:later", "bridge"]).ends(0).out, "marked 1 article\n");
    assert_eq!(home.run(&["search", "--count", "tag:later"]).ends(0).out, "1\n");
    home.run(&["mark", "star", "zzzzzz"]).ends(1);
    home.run(&["mark", "star", "before:soon"]).ends(2);

    let ran = home.run(&["entities", "--json", "--label", "person"]).ends(0);
    let person = &ran.objects()[0];
    let keys = ["entity", "label", "articles", "mentions", "first", "last"];
    assert!(person.as_object().unwrap().keys().eq(keys), "{person}");
    assert_eq!(
        (&person["entity"], &person["label"]),
        (&"Zofia Wiśniewska".into(), &"person".into())
    );

    let source = home.run(&["sources", "--json"]).ends(0).objects().remove(0);
    assert_eq!((&source["name"], &source["articles"]), (&"news".into(), &2.into()));
    home.write("news/third.txt", &BRIDGE.replace("Bridge", "Tunnel"));
    let ran = home.run(&["update", "--json"]);
    assert_eq!(ran.objects()[0]["added"], 1, "{}", ran.out);
    home.run(&["remove", "nothing"]).ends(1);
    home.run(&["remove", "news"]).ends(0);
    assert!(home.path("news/ferry.txt").exists());
    home.run(&["sources"]).ends(1);
    home.run(&["add", "nothing"]).ends(1);
}

/// A line as `cat --json` writes it, in which one person is named, at the start of the text.
fn naming(title: &str, name: &str, written: &str) -> String {
    let start = title.len() + 1;
    let mention = serde_json::json!({"start": start, "end": start + written.len(),
        "label": "person", "id": "1", "name": name, "text": written});
    let text = format!("{written} came to the harbour.");
    let line = serde_json::json!({"title": title, "text": format!("{title}\n{text}"),
        "published": "2026-11-02T08:00:00Z", "language": "en", "entities": [mention],
        "paragraphs": [{"text": text, "kind": "paragraph", "kept": true, "reason": null,
            "score": 0.0}]});
    format!("{line}\n")
}

#[test]
fn entities_are_told_about_merged_and_parted() {
    let home = Home::new();
    let lines = [
        naming("One", "Ada Moss", "Ada Moss"),
        naming("Two", "Ada Moss", "Moss"),
        naming("Three", "Dame Ada", "Dame Ada"),
    ];
    home.write("wire.jsonl", &lines.concat());
    home.run(&["add", "wire.jsonl"]).ends(0);
    let list = |home: &Home| {
        let rows = home.run(&["entities", "--json", "--sort", "name"]).ends(0).objects();
        let row = |row: &Value| format!("{} {}", row["entity"].as_str().unwrap(), row["articles"]);
        rows.iter().map(row).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(list(&home), "Ada Moss 2, Dame Ada 1", "a surname counts for the full name");
    home.run(&["entities", "merges"]).ends(1);
    home.run(&["entities", "merge", "Ada Moss"]).ends(2);
    let ran = home.run(&["entities", "merge", "Ada Moss", "Nobody"]).ends(1);
    assert!(ran.err.contains("called `Nobody`"), "{}", ran.err);

    let ran = home.run(&["entities", "merge", "ADA MOSS", "person:dame ada"]).ends(0);
    assert_eq!(ran.out, "Dame Ada is the same as Ada Moss\n");
    home.run(&["entities", "merge", "Ada Moss", "Dame Ada"]).ends(1);
    assert_eq!(list(&home), "Ada Moss 3");
    assert_eq!(home.run(&["search", "--count", "person:dame"]).ends(0).out, "3\n");
    let merge = home.run(&["entities", "merges", "--json"]).ends(0).objects().remove(0);
    assert_eq!(
        (&merge["entity"], &merge["same"][0]["entity"]),
        (&"Ada Moss".into(), &"Dame Ada".into())
    );
    assert_eq!(home.run(&["entities", "merges"]).ends(0).out, "Dame Ada  is  Ada Moss\n");

    let about =
        home.run(&["entities", "--about", "dame ada", "--json"]).ends(0).objects().remove(0);
    assert_eq!(about["entity"], "Ada Moss");
    assert_eq!(about["spellings"], serde_json::json!(["Moss", "Dame Ada"]));
    assert_eq!((&about["articles"], &about["mentions"]), (&3.into(), &3.into()));
    assert_eq!(about["weeks"], serde_json::json!([{"week": "2026-11-02", "mentions": 3}]));
    assert_eq!(about["first"], "2026-11-02T08:00:00Z");
    assert_eq!(about["newest"].as_array().unwrap().len(), 3);
    let text = home.run(&["entities", "--about", "Ada Moss", "--limit", "1"]).ends(0).out;
    assert!(
        text.contains("also Moss, Dame Ada") && text.matches("2026-11-02  ").count() == 1,
        "{text}"
    );
    let ran = home.run(&["entities", "--about", "Nobody"]).ends(1);
    assert!(ran.err.contains("`gazette entities` lists them"), "{}", ran.err);
    home.run(&["entities", "--about", "Ada", "ferry"]).ends(2);

    home.run(&["entities", "split", "Ada Moss", "org:Dame Ada"]).ends(1);
    let ran = home.run(&["entities", "split", "Ada Moss", "person:Dame Ada"]).ends(0);
    assert_eq!(ran.out, "Dame Ada is not the same as Ada Moss\n");
    assert_eq!(list(&home), "Ada Moss 2, Dame Ada 1");
    home.run(&["entities", "split", "Ada Moss", "Moss"]).ends(0);
    assert_eq!(home.run(&["entities", "merges"]).ends(0).out, "Moss  is not  Ada Moss\n");
    home.run(&["entities", "split", "Ada Moss", "Moss"]).ends(1);
}

#[test]
fn what_cat_wrote_is_added_as_it_stands() {
    let home = Home::new();
    let ran = home.run(&["cat", "--json", &home.write("ferry.txt", FERRY)]).ends(0);
    let changed = ran.out.replace("\"name\":\"Zofia Wiśniewska\"", "\"name\":\"Zofia the Baker\"");
    assert_ne!(changed, ran.out);
    home.write("cleaned.jsonl", &changed);
    home.run(&["add", "cleaned.jsonl"]).ends(0);
    let people = home.run(&["entities", "--json", "--label", "person"]).ends(0);
    assert!(people.out.contains("Zofia the Baker"), "{}", people.out);
}

#[test]
fn rules_are_listed_flipped_and_removed() {
    let home = Home::new();
    home.write("news/ferry.txt", FERRY);
    home.write("news/bridge.txt", BRIDGE);
    home.run(&["--library", "lib", "add", "news"]).ends(0);
    let none = home.run(&["--library", "lib", "rules"]).ends(1);
    assert!(none.err.contains("no rules yet"), "{}", none.err);

    // As the reader makes them: one for an article, one for the whole source.
    let mut library = Library::open(&home.path("lib")).unwrap();
    for (id, everywhere) in library.ids(&View::default()).unwrap().into_iter().zip([false, true]) {
        let change = library.turn(id, 0, everywhere).unwrap().unwrap();
        library.apply(&change).unwrap();
    }
    drop(library);
    let rules = home.run(&["--library", "lib", "rules", "--json"]).ends(0).objects();
    let keys = ["rule", "verdict", "source", "article", "title", "text", "articles"];
    assert!(rules[0].as_object().unwrap().keys().eq(keys), "{}", rules[0]);
    assert_eq!((&rules[0]["rule"], &rules[0]["verdict"]), (&1.into(), &"hide".into()));
    assert!(rules[0]["article"].is_i64() && rules[0]["title"].is_string(), "{}", rules[0]);
    assert_eq!((&rules[1]["article"], &rules[1]["articles"]), (&Value::Null, &1.into()));
    let table = home.run(&["--library", "lib", "rules"]).ends(0).out;
    assert!(table.contains("2  hide  in all of news  1 article  "), "{table}");
    let hidden = |count: &str| {
        let ran = home.run(&["--library", "lib", "search", "--count", "is:hidden"]);
        assert_eq!(ran.out, count);
    };
    hidden("2\n");

    let ran = home.run(&["--library", "lib", "rules", "flip", "2"]).ends(0);
    assert!(
        ran.out.starts_with("rule 2 keeps “") && ran.out.contains("in all of news"),
        "{}",
        ran.out
    );
    hidden("1\n");
    let wrong = home.run(&["--library", "lib", "rules", "remove", "1", "9"]).ends(1);
    assert!(wrong.err.contains("no rule 9; `gazette rules` lists them"), "{}", wrong.err);
    hidden("1\n");
    home.run(&["--library", "lib", "rules", "remove", "1", "2"]).ends(0);
    hidden("0\n");
    home.run(&["--library", "lib", "rules", "remove", "x"]).ends(2);
}

#[test]
fn feeds_are_kept_and_given_back() {
    let home = Home::new();
    let urls = home
        .write("urls", "https://kos.example/feed \"~Kos & co\" sea daily\n\"query:All:unread\"\n");
    let ran = home.run(&["--library", "lib", "import", &urls]).ends(0);
    assert_eq!(ran.out, "kept 1 feed; `gazette sources` lists them\n");
    assert!(ran.err.contains("query:All:unread") && ran.err.contains("not fetched"), "{}", ran.err);
    let listed = home.run(&["--library", "lib", "sources", "--json"]).ends(0).objects();
    assert_eq!((&listed[0]["kind"], &listed[0]["name"]), (&"feed".into(), &"Kos & co".into()));
    let opml = home.run(&["--library", "lib", "export", "--opml"]).ends(0).out;
    let file = home.write("feeds.opml", &opml);
    let kept = home.run(&["--library", "other", "import", "--json", &file]).ends(0).objects();
    assert_eq!(
        (&kept[0]["url"], &kept[0]["new"]),
        (&"https://kos.example/feed".into(), &true.into())
    );
    assert_eq!(home.run(&["--library", "other", "export", "--opml"]).ends(0).out, opml);
    let ran = home.run(&["--library", "lib", "update"]).ends(1);
    assert!(ran.err.contains("1 feed kept and not fetched"), "{}", ran.err);
    let wrong = home.run(&["--library", "lib", "import", &home.write("a.txt", FERRY)]).ends(1);
    assert!(wrong.err.contains("no feeds in it"), "{}", wrong.err);
    let ran = home.run(&["--library", "lib", "add", &file]).ends(1);
    assert!(ran.err.contains("gazette import FILE keeps them"), "{}", ran.err);
}
