//! Annotated articles as stretches of coded tokens, each with the tags it should get.

use std::error::Error;
use std::fs;
use std::path::Path;

use gazette::article::Label;
use gazette::entities::model::codes::{self, Coded};
use gazette::entities::model::labels::{CLASSES, OUTSIDE, Part, tag};
use gazette::entities::model::{self, network};
use gazette::entities::{Gazetteer, Text};
use serde::Deserialize;

use crate::soft::{Soft, Target};

/// An article of the data folder; offsets are code points.
#[derive(Debug, Deserialize)]
pub struct Annotated {
    pub text: String,
    #[serde(default)]
    pub spans: Vec<(usize, usize, String)>,
    #[serde(default)]
    pub tokens: Vec<(usize, usize)>,
}

/// Tokens that are read as a whole, with what they should be.
#[derive(Debug, Default)]
pub struct Example {
    pub words: Vec<(u64, u64)>,
    pub rows: Vec<Vec<u32>>,
    pub targets: Vec<Target>,
    /// Names in tokens and their class, where people marked them.
    pub gold: Vec<(usize, usize, usize)>,
}

/// How a line is written anew, to teach that capitals may say nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noise {
    None,
    Capitals,
    Title,
}

/// Articles of a JSON lines file.
pub fn read(path: &Path) -> Result<Vec<Annotated>, Box<dyn Error>> {
    let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let parse = |(n, line): (usize, &str)| {
        serde_json::from_str(line).map_err(|e| format!("{}:{}: {e}", path.display(), n + 1).into())
    };
    text.lines().enumerate().map(parse).collect()
}

/// The examples of one article. `soft` are the teacher's labels, mixed with the marked ones by
/// `trust` (0: the marked ones alone).
pub fn examples(
    article: &Annotated,
    soft: Option<&Soft>,
    trust: f32,
    noise: Noise,
) -> Vec<Example> {
    let offsets: Vec<usize> =
        article.text.char_indices().map(|(n, _)| n).chain([article.text.len()]).collect();
    let spans: Vec<(usize, usize, usize)> = article
        .spans
        .iter()
        .filter_map(|(from, to, label)| Some((offsets[*from], offsets[*to], class(label)?)))
        .collect();
    let written: Vec<(usize, String)> = lines(&article.text, noise);
    let gazetteer = Gazetteer::get();
    let texts: Vec<Text> = written.iter().map(|(_, line)| Text::new(line, gazetteer)).collect();
    let coded = codes::of(&texts, gazetteer);
    let mut found = Vec::new();
    for (n, text) in texts.iter().enumerate() {
        let start = written[n].0;
        let gold = gold_of(text, start, &spans);
        let mut targets = hard(text.tokens.len(), &gold);
        if let Some(soft) = soft {
            soft.mix(text, start, trust, &mut targets);
        }
        for stretch in model::stretches(n, text) {
            found.push(example(&coded[n], &targets, &gold, &stretch));
        }
    }
    found
}

/// Lines with their place in the text. Only ASCII letters change, so offsets stay.
fn lines(text: &str, noise: Noise) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split('\n') {
        if !line.trim().is_empty() {
            found.push((at, written(line, noise)));
        }
        at += line.len() + 1;
    }
    found
}

fn written(line: &str, noise: Noise) -> String {
    match noise {
        Noise::None => line.to_owned(),
        Noise::Capitals => line.to_ascii_uppercase(),
        Noise::Title => {
            let mut before = ' ';
            let title = |c: char| {
                let opens = before.is_whitespace();
                before = c;
                if opens { c.to_ascii_uppercase() } else { c }
            };
            line.trim_end_matches('.').chars().map(title).collect()
        }
    }
}

/// The class of a label by any of the names that the sets use.
fn class(label: &str) -> Option<usize> {
    let label = match label.to_ascii_lowercase().as_str() {
        "person" | "per" => Label::Person,
        "location" | "loc" => Label::Location,
        "organization" | "org" => Label::Organization,
        "norp" => Label::Group,
        "facility" => Label::Facility,
        "misc" => Label::Misc,
        "product" => Label::Product,
        "date" => Label::Date,
        "money" => Label::Money,
        _ => return None,
    };
    CLASSES.iter().position(|c| *c == label)
}

/// The marked names of a line, in its tokens: those that a span touches.
fn gold_of(
    text: &Text,
    start: usize,
    spans: &[(usize, usize, usize)],
) -> Vec<(usize, usize, usize)> {
    let mut gold: Vec<(usize, usize, usize)> = Vec::new();
    for (from, to, class) in spans {
        let touched = |n: &usize| {
            let token = &text.tokens[*n];
            start + (token.start as usize) < *to && start + token.end as usize > *from
        };
        let first = (0..text.tokens.len()).find(touched);
        let last = (0..text.tokens.len()).rev().find(touched);
        if let (Some(first), Some(last)) = (first, last)
            && gold.last().is_none_or(|g| g.1 <= first)
        {
            gold.push((first, last + 1, *class));
        }
    }
    gold
}

fn hard(tokens: usize, gold: &[(usize, usize, usize)]) -> Vec<Target> {
    let mut targets = vec![vec![(OUTSIDE as u8, 1.0)]; tokens];
    for (from, to, class) in gold {
        for (n, target) in targets.iter_mut().enumerate().take(*to).skip(*from) {
            let part = match (n == *from, n + 1 == *to) {
                (true, true) => Part::Single,
                (true, false) => Part::Begin,
                (false, true) => Part::End,
                (false, false) => Part::Inside,
            };
            *target = vec![(tag(*class, part) as u8, 1.0)];
        }
    }
    targets
}

fn example(
    coded: &Coded,
    targets: &[Target],
    gold: &[(usize, usize, usize)],
    stretch: &network::Stretch,
) -> Example {
    let range = stretch.from..stretch.to;
    let inside = |g: &&(usize, usize, usize)| g.0 >= range.start && g.1 <= range.end;
    let moved = |g: &(usize, usize, usize)| (g.0 - range.start, g.1 - range.start, g.2);
    Example {
        words: coded.words[range.clone()].to_vec(),
        rows: range.clone().map(|n| coded.rows(n).to_vec()).collect(),
        targets: targets[range.clone()].to_vec(),
        gold: gold.iter().filter(inside).map(moved).collect(),
    }
}
