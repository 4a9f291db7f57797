//! How much memory one long input takes, as a multiple of its size. Told by the system, so on Linux
//! only.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

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
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the peak");
    let kilobytes = line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number");
    kilobytes << 10
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
