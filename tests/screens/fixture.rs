//! A small library for the screen tests, marked and tagged by hand so that nothing on the screen
//! changes when the cleaner or the tagger does. The benches read it too.

#![allow(dead_code, reason = "tests and benches each use a part of it")]

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use gazette::library::{IngestOptions, Library};
use serde_json::{Value, json};

/// What the articles are dated from: 16 May 2025, 15:46.
pub const NOW: i64 = 1_747_410_360;

/// Paragraphs as `kind: text`, hidden ones as `-reason: text`; `[label|words]` is a mention, and
/// `[label|words=name]` one whose entity has another name.
const FERRY: &[&str] = &[
    "paragraph: KESTERMOUTH (CPA) — The ferry to [location|Saltholm] left [location|Kestermouth] at \
     7:15 on [date|Thursday] morning, eleven years and four months after what the timetable had \
     called a short interruption.",
    "-share: Share this story with your friends",
    "paragraph: On board were 212 passengers, 31 cars and a goat. “We waited long enough,” said \
     [person|Mira Aydın], 71, who keeps [facility|the lighthouse]. [person|Aydın=Mira Aydın] had \
     bought her ticket in 2014.",
    "heading: What it cost",
    "paragraph: The [organization|Harbour Board] paid [money|4.2 million crowns] for the new \
     [product|Kittiwake], built by the [group|Danish] yard that built the old one.",
    "quote: A bridge would have been cheaper, but nobody waves from a bridge.",
    "list-item: Two sailings a day, three on market days.",
    "list-item: Goats travel free until the end of the month, and so does whoever leads them.",
    "-legal: All rights reserved. No part of this page may be copied.",
    "-teaser: Read next: ten islands to see before they close",
];

const CLOCK: &[&str] =
    &["paragraph: The [location|Grünbrück] town hall clock is three minutes slow, and the \
     [organization|Council] means to keep it so."];

const LIBRARY: &[&str] = &[
    "paragraph: [person|李小梅], eleven, read every book on the second floor (图书馆二楼的每一本书).",
];

/// Title, byline, agency, source, age in seconds, paragraphs.
type Story = (
    &'static str,
    Option<&'static str>,
    Option<&'static str>,
    &'static str,
    i64,
    &'static [&'static str],
);

const STORIES: &[Story] = &[
    (
        "Saltholm ferry sails again after eleven years, with goat",
        Some("Martin Oduya"),
        Some("CPA"),
        "Harbour Post",
        5 * 3_600,
        FERRY,
    ),
    ("Town hall clock to stay slow", None, None, "Town Crier", 2 * 86_400, CLOCK),
    (
        "Eleven-year-old 李小梅 reads the library dry",
        Some("Jo Park"),
        None,
        "Town Crier",
        30 * 86_400,
        LIBRARY,
    ),
    (
        "Bakery moves across the street",
        None,
        None,
        "Harbour Post",
        400 * 86_400,
        &["paragraph: Bread smells the same there."],
    ),
];

/// A library of these stories in a folder.
pub fn library(dir: &Path) -> Library {
    let stories = STORIES.iter().map(|story| object(story).to_string());
    read(dir, &stories.collect::<Vec<_>>().join("\n"))
}

/// A library of one long article, for benches.
pub fn long_library(dir: &Path, paragraphs: usize) -> Library {
    let body: Vec<&str> = FERRY.iter().copied().cycle().take(paragraphs).collect();
    read(dir, &made("A long story", None, None, "Harbour Post", 0, &body).to_string())
}

fn read(dir: &Path, lines: &str) -> Library {
    let folder = dir.join("harbour");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("stories.jsonl"), lines).unwrap();
    let mut library = Library::open(&dir.join("library")).unwrap();
    let source = library.add_path(&folder).unwrap();
    let mut go_on = |_: &_| ControlFlow::Continue(());
    let report = library.ingest(source.id, &IngestOptions::default(), &mut go_on).unwrap();
    assert!(report.failed.is_empty(), "{:?}", report.failed);
    library
}

fn object((title, byline, agency, source, age, body): &Story) -> Value {
    made(title, *byline, *agency, source, *age, body)
}

fn made(
    title: &str,
    byline: Option<&str>,
    agency: Option<&str>,
    source: &str,
    age: i64,
    body: &[&str],
) -> Value {
    let mut paragraphs = Vec::new();
    let mut entities = Vec::new();
    let mut text = title.to_owned();
    for line in body {
        let (kind, marked) = line.split_once(": ").unwrap();
        let hidden = kind.strip_prefix('-');
        let from = text.chars().count() + 1;
        let (words, mentions) = unmark(marked, from);
        if hidden.is_none() {
            text = format!("{text}\n{words}");
            entities.extend(mentions);
        }
        paragraphs.push(json!({
            "text": words, "kind": if hidden.is_some() { "paragraph" } else { kind },
            "kept": hidden.is_none(), "reason": hidden, "score": if hidden.is_some() { 0.9 } else { 0.0 },
            "evidence": hidden.map(|_| "a cue line"),
        }));
    }
    json!({
        "title": title, "byline": byline, "agency": agency, "source": source, "text": text,
        "url": "https://harbour.example/story", "published": NOW - age, "language": "en",
        "paragraphs": paragraphs, "entities": entities,
    })
}

/// The words without their marks, and the mentions in them, counted from a code point on.
fn unmark(marked: &str, from: usize) -> (String, Vec<Value>) {
    let (mut words, mut mentions) = (String::new(), Vec::new());
    let mut rest = marked;
    while let Some((before, inside)) = rest.split_once('[') {
        words.push_str(before);
        let (mention, after) = inside.split_once(']').unwrap();
        let (label, named) = mention.split_once('|').unwrap();
        let (said, name) = named.split_once('=').unwrap_or((named, named));
        let start = from + words.chars().count();
        words.push_str(said);
        let end = from + words.chars().count();
        let id = format!("{label} {name}");
        mentions.push(json!({"start": start, "end": end, "label": label, "id": id, "name": name, "text": said}));
        rest = after;
    }
    words.push_str(rest);
    (words, mentions)
}
