//! Every way to a terminal, with nasty text in every field of every format.

use std::fs;
use std::process::{Command, Stdio};

use assert_cmd::cargo::cargo_bin;
use gazette::app::Event;
use gazette::load::sanitize;
use gazette::ui::{self, Theme};
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tempfile::TempDir;

use super::common::Desk;
use super::entries::{is_tame, is_tame_screen};
use super::{nasty, packed};

struct Shell {
    home: TempDir,
    files: Vec<String>,
}

impl Shell {
    /// A folder of nasty files under nasty names.
    fn new(texts: &[String]) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let folder = home.path().join(nasty::file_name(&texts[0], 0, "news"));
        fs::create_dir(&folder).expect("the home is ours");
        let mut files = vec!["no\x1b[2J\u{202e}such.txt".to_owned()];
        let plain = nasty::files(texts).into_iter();
        let plain = plain.map(|(extension, content)| (extension, content.into_bytes()));
        for (number, (extension, content)) in plain.chain(packed::files(texts)).enumerate() {
            let name = nasty::file_name(&texts[number % texts.len()], number, extension);
            let path = folder.join(name);
            fs::write(&path, content).expect("the folder is ours");
            files.push(path.to_str().expect("a name of text").to_owned());
        }
        fs::write(folder.join("broken\x1b[2J\u{9b}31m.bin"), [0; 99]).expect("the folder is ours");
        files.push(folder.to_str().expect("a name of text").to_owned());
        Self { home, files }
    }

    /// Runs gazette and looks at all that it says. Gives back what it printed.
    fn run(&self, arguments: &[&str], files: &[String], input: Option<&str>) -> String {
        let mut command = Command::new(cargo_bin("gazette"));
        command.args(arguments).args(files).current_dir(self.home.path());
        command.env("HOME", self.home.path()).env("TERM", "xterm-256color");
        for name in
            ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "GAZETTE_CONFIG", "GAZETTE_LIBRARY", "NO_COLOR"]
        {
            command.env_remove(name);
        }
        command.stdin(input.map_or(Stdio::null(), |path| {
            fs::File::open(self.home.path().join(path)).expect("the input is there").into()
        }));
        let ran = command.output().expect("the binary starts");
        assert!(ran.status.code().is_some_and(|code| code <= 2), "{arguments:?}: {ran:?}");
        let out = String::from_utf8(ran.stdout).expect("text");
        let err = String::from_utf8(ran.stderr).expect("text");
        assert!(!err.contains("panicked") && !err.contains("met a bug"), "{arguments:?}: {err}");
        for line in without_colours(&out).split('\n').chain(err.split('\n')) {
            is_tame(line);
        }
        out
    }
}

/// What is printed, without the colours that we put there: those alone may be escape sequences.
fn without_colours(printed: &str) -> String {
    let mut plain = String::with_capacity(printed.len());
    let mut rest = printed;
    while let Some((before, after)) = rest.split_once("\x1b[") {
        plain.push_str(before);
        let codes = after.bytes().take_while(|b| b.is_ascii_digit() || *b == b';').count();
        match after[codes..].strip_prefix('m') {
            Some(after) => rest = after,
            None => panic!("no colour: {:?}", after.get(..20)),
        }
    }
    plain + rest
}

/// An option under which a syllable piles up.
const TOWER: &str = "--Oxoᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀᄀ";

proptest! {
    // Each case starts the program two dozen times.
    #![proptest_config(ProptestConfig { cases: 3, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_command_prints_it_raw(texts in nasty::texts()) {
        let shell = Shell::new(&texts);
        let files = shell.files.as_slice();
        for shape in [&[][..], &["--plain"], &["--explain"], &["--all"], &["--width", "20"], &["--color", "always"]] {
            shell.run(&[&["cat"], shape].concat(), files, None);
        }
        let json = shell.run(&["cat", "--json", "--all"], files, None);
        prop_assert!(json.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
        fs::write(shell.home.path().join("lines"), &json).expect("the home is ours");
        let again = shell.run(&["cat", "--json", "--from", "jsonl", "-"], &[], Some("lines"));
        prop_assert_eq!(again.lines().count(), json.lines().count());
        let odd = serde_json::json!({"title": texts[0], texts[1].clone(): texts[2], "x": [texts[3]]});
        fs::write(shell.home.path().join("odd"), format!("{odd}\n{{\n[\"{}\"]\n", texts[4])).expect("ours");
        shell.run(&["cat", "--json", "--from", "jsonl", "-"], &[], Some("odd"));
        shell.run(&["cat", "--from", "jsonl", "-"], &[], Some("odd"));
        shell.run(&["add", "--json"], files, None);
        shell.run(&["update", "--force"], &[], None);
        shell.run(&["import"], files, None);
        shell.run(&["import", "--json"], files, None);
        let tag = format!("tag:{}", texts[5].replace('\0', ""));
        shell.run(&["mark", &tag, "oxo"], &[], None);
        for arguments in [
            &["search", "oxo"][..], &["search", "oxo", "--json"], &["search", "oxo", "--color", "always"],
            &["search", texts[0].trim_matches('\0').trim_start_matches('-')], &["entities"], &["entities", "--json"],
            &["entities", "--about", "Oxo"], &["sources"], &["sources", "--json"], &["sources", "--failed"],
            &["sources", "--failed", "--json"], &["rules"], &["rules", "--json"],
            &["search", "is:starred", "--json"], &["search", "source:oxo OR person:oxo"], &["search", "(oxo", &texts[2]],
            &["entities", "oxo", &texts[1]], &["entities", &texts[3]], &["entities", "--about", &texts[4]],
            &["search", "oxo", "--json", "--limit", "3"], &["export", "--all"], &["export", "oxo", "--format", "markdown"],
            &["export", "--opml"], &["export", "oxo", "--output", "no\x1b[2Jsuch/file"], &["doctor"], &["doctor", "--json"],
            &["add", "no\x1b[2Jfile", &texts[0]], &["update", &texts[1]], &["import", "no\x1b[2Jfile"], &["remove", &texts[2]],
            &["mark", &texts[3], "oxo"], &["man", "no\x1b[2Jcommand"], &["completions", "no\x1b[2Jshell"], &["remove", "no\x1b[2Jsource"], &["no\x1b[2Jcommand"],
            &["cat", "--no\x1b[2Joption"], &["cat", TOWER], &["--config", "no\x1b[2Jfile", "sources"], &["--library", "lines/\x1b[2J", "sources"],
        ] {
            let arguments: Vec<String> = arguments.iter().map(|word| word.replace('\0', "")).collect();
            shell.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), &[], None);
        }
    }

    #[test]
    fn no_pane_and_no_overlay_shows_it_raw(texts in nasty::texts()) {
        let files = nasty::files(&texts);
        let named: Vec<(String, &str)> = files.iter().enumerate().map(|(n, (extension, content))| {
            (nasty::file_name(&texts[n % texts.len()], n, extension), content.as_str())
        }).collect();
        let files: Vec<(&str, &str)> = named.iter().map(|(name, content)| (name.as_str(), *content)).collect();
        let mut desk = Desk::new(&files);
        let look = |desk: &mut Desk| {
            let (width, height) = (desk.app.width, desk.app.height);
            let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("cells");
            terminal.draw(|frame| ui::draw(frame, &desk.app, &Theme::default())).expect("cells");
            is_tame_screen(terminal.backend().buffer());
        };
        for (width, height) in [(100, 24), (40, 12), (200, 50), (20, 5)] {
            desk.resize(width, height);
            for keys in ["S", "esc", "E", "esc", "i", "esc", "*", "esc", "=", "esc", "?", "esc", "B", "-", "_", "=", "esc", "b", "j", "y", "o", "enter", "J", "esc"] {
                desk.press(keys);
                look(&mut desk);
            }
            desk.press("/");
            desk.event(Event::Paste(texts[3].clone()));
            look(&mut desk);
            desk.press("enter");
            look(&mut desk);
            desk.press("esc").press("/").type_text("source:ox");
            look(&mut desk);
            desk.press("esc").press("esc").press("t");
            desk.event(Event::Paste(texts[4].clone()));
            look(&mut desk);
            desk.press("enter");
            look(&mut desk);
        }
        desk.event(Event::Trouble(texts[0].clone()));
        desk.event(Event::ReadFailed { name: texts[1].clone(), message: texts[2].clone() });
        look(&mut desk);
        // What is copied is pasted elsewhere, by OSC 52 as base64.
        for asked in &desk.asked {
            if let gazette::app::Effect::Copy(text) = asked {
                prop_assert!(text.split('\n').all(sanitize::is_harmless), "{text:?}");
            }
        }
    }
}

#[test]
fn a_folder_that_is_no_text_is_named() {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        let home = tempfile::tempdir().expect("a temporary folder");
        let above = home.path().join("news");
        let folder = above.join(std::ffi::OsStr::from_bytes(b"caf\xe9"));
        fs::create_dir_all(&folder).expect("the home is ours");
        fs::write(folder.join("a.txt"), "Ferry returns\n\nIt is back.\n").expect("ours");
        let run = |arguments: &[&std::ffi::OsStr]| {
            let mut command = Command::new(cargo_bin("gazette"));
            command.args(arguments).env("GAZETTE_LIBRARY", home.path().join("library"));
            let ran = command.output().expect("the binary starts");
            (ran.status.code(), String::from_utf8_lossy(&ran.stderr).into_owned())
        };
        let (code, err) = run(&["add".as_ref(), folder.as_os_str()]);
        assert!(code == Some(1) && err.contains("caf\\xe9: its name is not UTF-8"), "{err}");
        let (code, _) = run(&["add".as_ref(), above.as_os_str()]);
        assert_eq!(code, Some(0), "the folder above it can be added");
    }
}
