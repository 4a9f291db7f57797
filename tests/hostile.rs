//! Broken and hostile input: nothing of it reaches the terminal as a command, costs more than the
//! file it stands in, or takes the memory of the machine.

mod common;
#[path = "hostile/entries.rs"]
mod entries;
#[cfg(target_os = "linux")]
#[path = "hostile/memory.rs"]
mod memory;
#[path = "hostile/nasty.rs"]
mod nasty;
#[path = "hostile/packed.rs"]
mod packed;
#[path = "hostile/places.rs"]
mod places;
#[path = "hostile/printing.rs"]
mod printing;

use std::fs;
use std::path::Path;

use entries::ENTRIES;
use gazette::load::{self, Limits};

/// What the fuzzers found, cut down: each file is fed to the entry that its folder is named after.
#[test]
fn what_was_once_found_stays_fixed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/found");
    for (name, entry) in ENTRIES {
        let Ok(files) = fs::read_dir(folder.join(name)) else { continue };
        for file in files {
            let path = file.expect("the folder reads").path();
            entry(&fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())));
        }
    }
}

/// The sample edition and other files of ours, whole, cut and bent, through every entry.
#[test]
fn seeds_cut_and_bent_are_read_or_named() {
    for (_, bytes) in gazette::sample::FILES {
        for (number, (_, entry)) in ENTRIES.iter().enumerate() {
            let cut = bytes.len() * (number + 1) / (ENTRIES.len() + 2);
            entry(&bytes[..cut]);
            let mut bent = bytes.to_vec();
            for at in (number..bent.len()).step_by(97) {
                bent[at] ^= 1 << (at % 8);
            }
            entry(&bent);
        }
    }
}

/// What the fuzzers begin with, a file of each format: read to its end, then cut and bent.
#[test]
fn what_fuzzing_begins_with_is_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    for (name, entry) in ENTRIES {
        let Ok(files) = fs::read_dir(folder.join(name)) else { continue };
        for file in files {
            let path = file.expect("the folder reads").path();
            if !["charset", "config", "date", "query", "subscriptions", "whole"].contains(&name) {
                let read: Vec<_> = load::file(&path, &Limits::default()).collect();
                assert!(!read.is_empty() && read.iter().all(Result::is_ok), "{read:?}");
            }
            let bytes = fs::read(&path).expect("the file reads");
            entry(&bytes);
            for tenth in 1..10 {
                entry(&bytes[..bytes.len() * tenth / 10]);
                let mut bent = bytes.clone();
                for at in (tenth..bent.len()).step_by(41) {
                    bent[at] ^= 1 << (at % 8);
                }
                entry(&bent);
            }
        }
    }
}

/// Each of these, over and over, has brought down a reader of something.
const UNITS: &[&str] = &[
    "<div>",
    "<b>",
    "<a href=x>",
    "<table><tr><td>",
    "<ul><li>",
    "<p",
    "<a ",
    "<!--",
    "<![CDATA[",
    "</p>",
    "&",
    "&#",
    "<x y='",
    "<title>",
    "<script>",
    "<svg>",
    "<math>",
    "<select>",
    "[",
    "{\"a\":",
    "{\"a\":[",
    "[[",
    "\"",
    "\\",
    "{\"title\":\"a\"}\n",
    "> ",
    ">",
    "* ",
    "- ",
    "  - ",
    "1. ",
    "# ",
    "*a",
    "_a_",
    "**a ",
    "[a](",
    "[a][",
    "![",
    "`",
    "``` \n",
    "| a ",
    "|-|\n",
    "<a@b>",
    "---\n",
    "a: b\n",
    "Title: a\n",
    "By Jane Doe\n",
    "--cut\n",
    "From a@b Mon\n",
    "Content-Type: multipart/mixed; boundary=a\n\n--a\n",
    "Content-Type: message/rfc822\n\n",
    "Subject: =?utf-8?q?a?=\n",
    "=?utf-8?b?",
    "WARC/1.0\r\nContent-Length: 0\r\n\r\n",
    "\r\n",
    "\r",
    "\n",
    "\0",
    "\u{fffd}",
    "e\u{301}",
    "क\u{94d}",
    "👩\u{200d}",
    "🇹🇷",
    "ー",
    "Mr. ",
    "U.S. ",
    "1,000 ",
    "16 May 2025 ",
    "$5 ",
    "“",
    "(",
    ")",
    "-",
    "a OR ",
    "title:",
    "<rss><channel><item>",
    "<item/>",
    "<entry>",
    "<feed xmlns='http://www.w3.org/2005/Atom'>",
    "<content type='xhtml'><div>",
];

#[test]
fn what_never_ends_is_read_or_named() {
    let heads: [(&str, &str); 9] = [
        ("text", ""),
        ("html", "<html><body>"),
        ("markdown", ""),
        ("json", "{\"title\":\"a\",\"text\":"),
        ("records", "{\"title\":\"a\",\"x\":"),
        (
            "feed",
            "<rss version=\"2.0\"><channel><title>a</title><item><title>b</title><description>",
        ),
        ("mail", "From: a@b\nMIME-Version: 1.0\nSubject: s\n"),
        (
            "warc",
            "WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 15000\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        ),
        ("query", "ferry "),
    ];
    for (name, head) in heads {
        let (_, entry) = ENTRIES.iter().find(|(known, _)| *known == name).expect("an entry");
        for unit in UNITS {
            entry((head.to_owned() + &unit.repeat(16_000 / unit.len())).as_bytes());
        }
    }
}
