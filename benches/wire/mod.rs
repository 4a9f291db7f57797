//! Articles for the benches, made from a list of words: the same on every machine.

#![allow(dead_code)]

use std::fmt::Write;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use gazette::library::{IngestOptions, Library};

/// The time at which the benches search.
pub const NOW: i64 = 1_750_000_000;

const WORDS: &str = "harbour council ferry minister bridge market strike report budget school \
    river teacher morning evening station talks water energy people vote winter summer line \
    captain island road price union court law film team player coach goal city village farm \
    wheat grain export border visit speech letter painting museum doctor nurse hospital train";

/// JSON lines, an article each of some 300 words, a few of them its own.
pub fn lines(count: usize) -> String {
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let mut state = 42_u64;
    let mut next = |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // The square favours the head of the list, as language does.
        let part = (state >> 33) as f64 / f64::from(1_u32 << 31);
        ((part * part) * below as f64) as usize
    };
    let mut lines = String::new();
    for number in 0..count {
        let mut text = format!("Story zq{number}x. ");
        for at in 0..300 {
            let stop = if at % 60 == 59 { ".\\n\\n" } else { " " };
            let _ = match next(40) {
                30.. => write!(text, "{}{}{stop}", words[next(words.len())], next(3_000)),
                _ => write!(text, "{}{stop}", words[next(words.len())]),
            };
        }
        let (first, second) = (words[next(words.len())], words[next(words.len())]);
        let _ = writeln!(
            lines,
            "{{\"url\":\"https://wire.test/{number}\",\"title\":\"{first} {second}\",\
             \"published\":{},\"text\":\"{text}\"}}",
            NOW - number as i64 * 3_600
        );
    }
    lines
}

/// Makes a library of `count` articles in `dir`, indexed.
pub fn library(dir: &Path, count: usize) -> Library {
    let file = dir.join("wire.jsonl");
    fs::write(&file, lines(count)).expect("the folder can be written");
    let mut library = Library::open(&dir.join("library")).expect("a new library");
    let source = library.add_path(&file).expect("the file is there");
    let go_on = &mut |_: &_| ControlFlow::Continue(());
    library.ingest(source.id, &IngestOptions::default(), go_on).expect("it reads");
    library.tag(&mut |_| ControlFlow::Continue(())).expect("names are found");
    library.sync_index(&mut |_, _| ControlFlow::Continue(())).expect("the index follows");
    library
}
