//! How much memory one long input takes, as a multiple of its size. Told by the system, so on Linux
//! only.

use std::fmt::Write;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use assert_cmd::cargo::cargo_bin;

/// Large enough that what is held for each byte shows.
const SIZE: usize = 6 << 20;
/// Most that an input may take for each of its bytes, beyond what any takes. With 3.5, 50 MB stay
/// under 200.
const TIMES: f64 = 3.5;

/// The most memory in bytes that `cat` has held by the time it prints an article, when all of it
/// has been read and cleaned.
fn peak(path: &Path) -> u64 {
    let mut command = Command::new(cargo_bin("gazette"));
    command.args(["cat", "--no-entities", "--json"]).arg(path).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    let mut first = [0];
    let out = child.stdout.as_mut().expect("it is piped");
    out.read_exact(&mut first).expect("an article is printed");
    // It waits for a reader of the rest.
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).expect("it runs");
    child.kill().expect("it is ours");
    child.wait().expect("it ends");
    most_held(&status).expect("the peak")
}

fn most_held(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse::<u64>().ok().map(|kilobytes| kilobytes << 10)
}

/// The most memory in bytes that `add` holds until the article can be found.
fn peak_of_adding(path: &Path) -> u64 {
    let home = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::new(cargo_bin("gazette"));
    command.arg("--library").arg(home.path()).arg("add").arg(path);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the binary starts");
    let mut peak = 0;
    let ended = loop {
        // The peak only ever grows: what is missed is that of the last moment.
        let status = fs::read_to_string(format!("/proc/{}/status", child.id()));
        peak = status.ok().and_then(|status| most_held(&status)).unwrap_or(peak);
        if let Some(ended) = child.try_wait().expect("it is ours") {
            break ended;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    assert!(ended.success(), "{}", path.display());
    peak
}

/// Text in which no word comes twice.
fn other_words(size: usize) -> String {
    let mut text = String::from("Ferry\n\n");
    let mut number = 0_u64;
    while text.len() < size {
        number += 1;
        let end = if number.is_multiple_of(40) { '\n' } else { ' ' };
        write!(text, "{:x}{end}", number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 28)
            .expect("memory");
    }
    text
}

fn inputs() -> Vec<(&'static str, String)> {
    let line = "The ferry returned to the harbour on Monday after a storm, officials in Kos said. ";
    let lines = |before: &str, after: &str, times: usize| {
        let each = format!("{before}{}{after}", line.repeat(times));
        each.repeat(SIZE / each.len())
    };
    let text = lines("", "\n", 3);
    let headers = "Return-Path: <a@b.example>\nFrom: a@b.example\nSubject: Ferry\n";
    let item = |body: &str| {
        format!(
            "<rss version=\"2.0\"><channel><title>K</title><item><title>F</title><description>{body}\
             </description></item></channel></rss>"
        )
    };
    vec![
        ("lines.txt", format!("Ferry\n\n{text}")),
        ("line.txt", format!("Ferry\n\n{}", lines("", "", 3))),
        ("letters.txt", "x".repeat(SIZE)),
        ("cjk.txt", "渡し船が戻った".repeat(SIZE / 21)),
        ("ruins.txt", "Ã¢â‚¬â„¢ x ".repeat(SIZE / 18)),
        ("page.html", format!("<title>Ferry</title>{}", lines("<p>", "</p>", 5))),
        ("deep.html", format!("<title>Ferry</title>{}", lines("<div class=story>", "", 5))),
        ("title.html", format!("<title>{text}</title><p>{}", line.repeat(2_000))),
        (
            "data.html",
            format!("<script type=application/ld+json>{text}</script><p>{}", line.repeat(2_000)),
        ),
        ("one.md", format!("# Ferry\n\n{}", lines("", "", 3))),
        ("list.md", lines("- ", "\n", 5)),
        ("record.json", serde_json::json!({"title": "Ferry", "text": text}).to_string()),
        ("rows.csv", format!("title,text\n{}", lines("Ferry,\"", "\"\n", 5))),
        ("item.xml", item(&lines("&lt;p>", "&lt;/p>", 5))),
        ("mail.eml", format!("{headers}Message-ID: <1@b>\n\n{text}")),
    ]
}

#[test]
fn a_long_input_takes_a_few_times_its_size() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| home.path().join(name);
    let short = format!("Ferry\n\n{}", "The ferry is back.\n".repeat(10_000));
    fs::write(path("short.txt"), short).expect("the home is ours");
    let least = peak(&path("short.txt"));
    for (name, content) in inputs() {
        fs::write(path(name), &content).expect("the home is ours");
        let times = peak(&path(name)).saturating_sub(least) as f64 / content.len() as f64;
        assert!(times <= TIMES, "{name} takes {times:.1} times its size");
    }
    let latin = "Le traversier est arrivé à l'île. "
        .repeat(SIZE / 34)
        .chars()
        .map(|c| c as u8)
        .collect::<Vec<_>>();
    fs::write(path("latin.txt"), &latin).expect("the home is ours");
    let times = peak(&path("latin.txt")).saturating_sub(least) as f64 / latin.len() as f64;
    assert!(times <= TIMES, "another charset takes {times:.1} times its size");
}

/// So long that nobody looks for names in it, and that it is indexed part by part.
/// Shorter ones do not tell what is held from what the index's writer and the allocator keep for any.
const LONG: usize = 8 << 20;

#[test]
fn adding_a_long_input_takes_a_few_times_its_size() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let peak = |name: &str, content: &str| {
        fs::write(home.path().join(name), content).expect("the home is ours");
        peak_of_adding(&home.path().join(name))
    };
    let line = "The ferry returned to the harbour on Monday after a storm, officials in Kos said. ";
    let lines = |size: usize, before: &str, after: &str, times: usize| {
        let each = format!("{before}{}{after}", line.repeat(times));
        each.repeat(size / each.len())
    };
    type Make<'a> = &'a dyn Fn(usize) -> String;
    let makers: [(&str, Make); 3] = [
        ("words.txt", &other_words),
        ("lines.txt", &|size| format!("Ferry\n\n{}", lines(size, "", "\n", 4))),
        ("page.html", &|size| format!("<title>Ferry</title>{}", lines(size, "<p>", "</p>", 7))),
    ];
    for (name, make) in makers {
        // The index takes the same of each.
        let (less, more) = (make(LONG), make(2 * LONG));
        let grown = peak(name, &more).saturating_sub(peak(name, &less));
        let times = grown as f64 / (more.len() - less.len()) as f64;
        assert!(times <= TIMES, "{name} takes {times:.1} times its size");
    }
}
