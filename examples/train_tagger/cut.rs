//! Texts as the teacher wants them: with the words that annotators would make of them.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use gazette::entities::{Gazetteer, Text};
use serde_json::json;

pub fn run(paths: &[PathBuf]) -> Result<(), Box<dyn Error>> {
    for path in paths {
        let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        let words = words(&text);
        println!("{}", json!({ "id": path.display().to_string(), "text": text, "tokens": words }));
    }
    Ok(())
}

/// Words in code points. Ours, but that the point of an abbreviation belongs to its word, and that
/// scores and spans of years (`3-0`, `2021-22`) are one.
fn words(text: &str) -> Vec<(usize, usize)> {
    let mut words: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    for line in text.split('\n') {
        let cut = Text::new(line, Gazetteer::get());
        let place = |byte: u32| at + line[..byte as usize].chars().count();
        let mut n = 0;
        while n < cut.tokens.len() {
            let end = joined(&cut, n);
            words.push((place(cut.tokens[n].start), place(cut.tokens[end - 1].end)));
            n = end;
        }
        at += line.chars().count() + 1;
    }
    words
}

fn joined(text: &Text, n: usize) -> usize {
    let number =
        |n: usize| text.word_at(n).is_some_and(|w| w.starts_with(|c: char| c.is_ascii_digit()));
    let abbreviated = matches!(
        text.fold(n),
        "mr" | "mrs"
            | "ms"
            | "dr"
            | "prof"
            | "sen"
            | "gov"
            | "gen"
            | "col"
            | "lt"
            | "capt"
            | "sgt"
            | "st"
            | "jr"
            | "sr"
            | "rev"
            | "hon"
            | "inc"
            | "ltd"
            | "co"
            | "corp"
            | "jan"
            | "feb"
            | "mar"
            | "apr"
            | "jun"
            | "jul"
            | "aug"
            | "sep"
            | "sept"
            | "oct"
            | "nov"
            | "dec"
    );
    let one_letter = text.fold(n).chars().count() == 1 && text.name_like(n);
    if (abbreviated || one_letter) && text.is(n + 1, ".") && text.joined(n + 1) {
        return n + 2;
    }
    if number(n) && text.is(n + 1, "-") && number(n + 2) && text.joined(n + 1) && text.joined(n + 2)
    {
        return n + 3;
    }
    n + 1
}
