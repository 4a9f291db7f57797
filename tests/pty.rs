//! The real binary in a pseudo-terminal: it starts, answers keys, and gives the terminal back.
#![cfg(unix)]

use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use tempfile::TempDir;

/// Generous: the machine may be busy, and a wait ends as soon as the words are there.
const DEADLINE: Duration = Duration::from_secs(60);

struct Terminal {
    parser: Arc<Mutex<vt100::Parser>>,
    writer: Box<dyn Write + Send>,
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    _library: TempDir,
}

impl Terminal {
    fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let library = TempDir::new().expect("a temporary folder");
        Self::start_in(library, arguments, environment)
    }

    fn start_in(library: TempDir, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let size = PtySize { rows: 24, cols: 100, pixel_width: 0, pixel_height: 0 };
        let pty = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_gazette"));
        command.args(arguments);
        command.env("TERM", "xterm-256color");
        command.env("GAZETTE_LIBRARY", library.path());
        command.env("XDG_CONFIG_HOME", library.path());
        command.env_remove("NO_COLOR");
        command.env_remove("GAZETTE_CONFIG");
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pty.slave.spawn_command(command).expect("the binary starts");
        drop(pty.slave);
        let parser = Arc::new(Mutex::new(vt100::Parser::new(24, 100, 0)));
        let mut reader = pty.master.try_clone_reader().expect("the terminal reads");
        let sink = parser.clone();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                sink.lock().expect("no test panics while reading").process(&buffer[..count]);
            }
        });
        let writer = pty.master.take_writer().expect("the terminal writes");
        Self { parser, writer, master: pty.master, child, _library: library }
    }

    fn screen(&self) -> String {
        self.parser.lock().expect("no test panics while reading").screen().contents()
    }

    /// Waits until the screen shows what is asked, or fails with the screen as it is.
    fn wait(&self, what: &str, shows: impl Fn(&vt100::Screen) -> bool) {
        let until = Instant::now() + DEADLINE;
        while !shows(self.parser.lock().expect("no test panics while reading").screen()) {
            assert!(Instant::now() < until, "waiting for {what}, the screen is\n{}", self.screen());
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn wait_for(&self, words: &str) {
        self.wait(words, |screen| screen.contents().contains(words));
    }

    fn send(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).expect("the program reads its keys");
        self.writer.flush().expect("the program reads its keys");
    }

    fn resize(&self, rows: u16, cols: u16) {
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        // The parser first: what is drawn at once for the new size must find room.
        self.parser.lock().expect("no test panics while reading").screen_mut().set_size(rows, cols);
        self.master.resize(size).expect("the terminal takes a size");
    }

    fn ended(&mut self) -> ExitStatus {
        let until = Instant::now() + DEADLINE;
        loop {
            if let Some(status) = self.child.try_wait().expect("the child can be waited for") {
                return status;
            }
            assert!(Instant::now() < until, "still running:\n{}", self.screen());
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// The shell's screen is back, with its cursor and without the mouse.
    fn is_given_back(&self) {
        self.wait("the terminal to be given back", |screen| {
            !screen.alternate_screen()
                && !screen.hide_cursor()
                && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
                && !screen.bracketed_paste()
        });
    }
}

fn news(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("the folder is ours");
    }
    folder
}

fn path(folder: &TempDir) -> &str {
    Path::to_str(folder.path()).expect("a plain path")
}

const FERRY: &str = "Ferry returns to Port Amsel\n\nThe ferry Aurelia returned on Monday.\nLEGAL WARNING: All rights of the published news are reserved by the agency.\n";
const SNOW: &str = "Snow comes early\n\nSnow fell on the hills before the weekend.\n";

#[test]
fn opens_the_sample_edition_and_quits() {
    let mut terminal = Terminal::start(&[], &[]);
    terminal.wait_for("? help");
    terminal.wait("the sample edition", |screen| screen.contents().lines().count() > 10);
    terminal.send("?");
    terminal.wait_for("half a page down");
    terminal.send("q");
    terminal.send("q");
    assert!(terminal.ended().success());
    terminal.is_given_back();
}

#[test]
fn opens_a_folder_searches_and_reads() {
    let folder = news(&[("ferry.txt", FERRY), ("snow.txt", SNOW), ("broken.txt", "\0\0\0\u{1}")]);
    let mut terminal = Terminal::start(&[path(&folder)], &[]);
    terminal.wait_for("Ferry returns");
    terminal.wait_for("1 skipped");
    terminal.send("/hills");
    terminal.wait("one hit", |screen| !screen.contents().contains("Ferry returns"));
    terminal.wait_for("Snow fell on the hills");
    terminal.send("\r");
    terminal.send("\u{1b}");
    terminal.wait_for("Ferry returns");
    terminal.send("Q");
    assert!(terminal.ended().success());
    terminal.is_given_back();
}

#[test]
fn survives_every_size() {
    let folder = news(&[("ferry.txt", FERRY)]);
    let mut terminal = Terminal::start(&[path(&folder)], &[]);
    terminal.wait_for("Ferry returns");
    for (rows, cols) in [(1, 1), (2, 20), (50, 200), (24, 40), (3, 3)] {
        terminal.resize(rows, cols);
        terminal.send("jk");
        // A size that is gone before anybody looked at it was never there.
        thread::sleep(Duration::from_millis(200));
    }
    terminal.resize(24, 100);
    terminal.wait_for("Ferry returns to Port Amsel");
    terminal.send("Q");
    assert!(terminal.ended().success());
}

#[test]
fn a_signal_ends_it_in_order() {
    let folder = news(&[("ferry.txt", FERRY)]);
    let mut terminal = Terminal::start(&[path(&folder)], &[]);
    terminal.wait_for("Ferry returns");
    let id = terminal.child.process_id().expect("it runs").to_string();
    let kill = std::process::Command::new("kill").args(["-TERM", &id]).status();
    assert!(kill.expect("kill is there").success());
    assert!(terminal.ended().success());
    terminal.is_given_back();
}

/// Debug builds panic on demand, on the thread named.
#[test]
fn a_panic_gives_the_terminal_back() {
    for thread in ["worker", "loop"] {
        let mut terminal = Terminal::start(&[], &[("GAZETTE_PANIC", thread)]);
        let status = terminal.ended();
        assert_eq!(status.exit_code(), 101, "{thread}");
        terminal.is_given_back();
        terminal.wait_for("this is a bug");
    }
}

#[test]
fn the_state_outlives_the_program() {
    let library = TempDir::new().expect("a temporary folder");
    let keep = library.path().to_path_buf();
    let folder = news(&[("ferry.txt", FERRY), ("snow.txt", SNOW)]);
    let mut terminal = Terminal::start_in(library, &[path(&folder)], &[]);
    terminal.wait_for("Snow comes early");
    terminal.send("s");
    terminal.wait_for("starred 1 article");
    terminal.child.kill().expect("it can be killed");
    terminal.ended();
    let starred = std::process::Command::new(env!("CARGO_BIN_EXE_gazette"))
        .args(["--library", keep.to_str().expect("a plain path"), "search", "--json", "is:starred"])
        .output()
        .expect("the binary starts");
    assert_eq!(String::from_utf8_lossy(&starred.stdout).lines().count(), 1);
}

#[test]
fn columns_line_up_in_every_script() {
    let titles = [
        "Zehra 👩\u{200d}🚀 sails 👨🏻\u{200d}👩🏽\u{200d}👧🏿 again and again",
        "Flags 🇹🇷🇩🇪 and \u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f} over the harbour of Kos",
        "渡し船が十一年ぶりに港に戻り、山羊も乗っていた",
        "연락선이 십일 년 만에 항구로 돌아왔다",
        "عادت العبارة إلى ميناء كوس بعد أحد عشر عاما",
        "מַעְבּוֹרֶת חָזְרָה לַנָּמֵל אַחֲרֵי אַחַת עֶשְׂרֵה שָׁנָה",
        "क्षत्रिय द्वीप की नौका ग्यारह वर्ष बाद बन्दरगाह लौटी",
        "เรือข้ามฟากกลับมาที่ท่าเรือหลังจากสิบเอ็ดปี น้ำ",
        "z\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}algo \u{202e}and \u{200b}\u{200b}\u{200b}more \u{e000}\u{e000}\u{e000}",
        "Naïve café reopens ❤\u{fe0f} 1\u{fe0f}\u{20e3} ½ ﬁn",
    ];
    let stories: Vec<(String, String)> = titles
        .iter()
        .enumerate()
        .map(|(n, title)| (format!("{n}.txt"), format!("Title: {title}\n\n{title}.\n\n{title}.\n")))
        .collect();
    let stories: Vec<(&str, &str)> =
        stories.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let folder = news(&stories);
    let mut terminal = Terminal::start(&[path(&folder)], &[]);
    terminal.wait_for("of 10");
    for cols in [100, 80, 121] {
        terminal.resize(24, cols);
        terminal.wait("a straight line between the panes", |screen| {
            let at = |row, col| screen.cell(row, col).map_or("", |cell| cell.contents());
            let lines: Vec<u16> = (0..cols).filter(|col| at(0, *col) == "│").collect();
            let straight = |col: &u16| (0..23).all(|row| at(row, *col) == "│");
            lines.iter().any(straight) && screen.contents().contains("café")
        });
        for _ in 0..10 {
            terminal.send("j");
        }
        terminal.send("g");
    }
    terminal.send("Q");
    assert!(terminal.ended().success());
}
