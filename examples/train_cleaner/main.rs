//! Learns what boilerplate is from labelled pages and texts, and writes `assets/clean/model.bin`.
//!
//! ```text
//! cargo run --release --example train_cleaner -- DATA assets/clean/model.bin
//! ```
//!
//! `DATA` holds `text/SET.labels.jsonl.gz` with `text/SET/ID.txt`, and `html/SET.gold.jsonl.gz` with
//! `html/SET/ID.html.gz`. The figures it prints are cross-validated: every document is judged by
//! models that have seen no page of its site. What it writes has learnt from all of them. The same
//! data give the same file, byte for byte. A third path gets these judgements line by line, as JSON.

mod boost;
mod errors;
mod labelled;
mod linear;
mod score;

use std::error::Error;
use std::path::Path;

use boost::{Batch, Rows, Settings};
use gazette::clean::forest::Forest;
use gazette::clean::model::{Forests, Model};
use gazette::clean::observed::Observed;
use gazette::clean::rows::Reading;
use gazette::clean::story::Story;
use gazette::clean::wording::{BUCKETS, Wording};
use labelled::Labelled;
use linear::Sample;
use rayon::prelude::*;
use score::Outcome;

/// Parts the sites are dealt into.
const FOLDS: usize = 5;

const TEXTS: [&str; 5] = ["residue", "page", "residue-intl", "page-intl", "mini"];
const PAGES: [&str; 5] = ["scrapinghub", "newsweb", "fundus", "wcxb", "snippets"];

/// A labelled document as the models see it.
struct Case {
    labelled: Labelled,
    seen: Observed,
    site: u32,
    fold: usize,
    /// Of each line, what it is and how much that counts; 0 where nobody knows.
    truth: Vec<f32>,
    weight: Vec<f32>,
    wording: Vec<f32>,
    naming: Vec<f32>,
}

impl Case {
    fn new(labelled: Labelled) -> Self {
        let site = site(&labelled.site);
        Self {
            seen: Observed::of(&labelled.document),
            site,
            fold: (site.wrapping_mul(2_654_435_761) >> 16) as usize % FOLDS,
            truth: labelled.truth.iter().map(|truth| truth.unwrap_or(0.0)).collect(),
            weight: labelled.weights(),
            wording: Vec::new(),
            naming: Vec::new(),
            labelled,
        }
    }
}

/// Log-odds from which a label is doubted: many gold stories end where a paywall began, so that
/// running text is called boilerplate. A label of a line as story is believed for longer.
const DENIED: (f32, f32) = (-2.2, 4.0);
/// A doubted label counts this much.
const DOUBTED: f32 = 0.15;

impl Case {
    fn doubt(&mut self, odds: &[f32]) {
        for (at, odds) in odds.iter().enumerate() {
            let denied = match self.truth[at] > 0.5 {
                true => *odds < DENIED.0 && self.seen.lines[at].words >= 8,
                false => *odds > DENIED.1,
            };
            if denied {
                self.weight[at] *= DOUBTED;
            }
        }
    }
}

/// "www.bbc.co.uk" and "news.bbc.co.uk" are one site.
fn site(name: &str) -> u32 {
    let site = name.rsplit('.').find(|part| part.len() > 3).unwrap_or(name);
    site.bytes().fold(0x811c_9dc5, |h, byte| (h ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (data, out, lines) = match arguments.as_slice() {
        [data, out] => (data, out, None),
        [data, out, lines] => (data, out, Some(lines)),
        _ => return Err("usage: train_cleaner DATA OUT [JUDGEMENTS]".into()),
    };
    let data = Path::new(data);
    let mut labelled = Vec::new();
    for set in TEXTS {
        labelled.extend(labelled::texts(data, set)?);
    }
    for set in PAGES {
        labelled.extend(labelled::pages(data, set)?);
    }
    let mut cases: Vec<Case> = labelled.into_par_iter().map(Case::new).collect();
    doubt(&mut cases);
    let wording = learn_words(&mut cases, false);
    let naming = learn_words(&mut cases, true);
    let (pages, texts): (Vec<&Case>, Vec<&Case>) =
        cases.iter().partition(|case| case.seen.is_page());
    let (texts, mut outcomes) = learn_forests(
        &texts,
        &Settings { trees: 120, leaves: 12, rate: 0.15, features: 0.35, ..Settings::default() },
        Forests { bar: 0.55, care: 1.0, ..Forests::default() },
    );
    let (pages, others) = learn_forests(
        &pages,
        &Settings {
            trees: 140,
            leaves: 16,
            rate: 0.1,
            features: 0.2,
            seeds: 2,
            ..Settings::default()
        },
        Forests { bar: 0.05, care: 0.1, ..Forests::default() },
    );
    let model = postcard::to_stdvec(&Model { wording, naming, texts, pages })?;
    std::fs::write(out, &model)?;
    println!("{out}: {} bytes", model.len());
    outcomes.extend(others);
    if let Some(lines) = lines {
        errors::write(Path::new(lines), &outcomes)?;
    }
    Ok(())
}

/// A first, quick round over the pages: labels that models of other sites firmly deny count little
/// from here on.
fn doubt(cases: &mut [Case]) {
    learn_words(cases, false);
    learn_words(cases, true);
    let pages: Vec<&Case> = cases.iter().filter(|case| case.seen.is_page()).collect();
    let (_, _, odds) = judge(&pages, &QUICK);
    let pages = cases.iter_mut().filter(|case| case.seen.is_page());
    pages.zip(&odds).for_each(|(case, odds)| case.doubt(odds));
}

const QUICK: Settings = Settings {
    trees: 50,
    leaves: 12,
    rate: 0.2,
    least: 3.0,
    lambda: 2.0,
    features: 0.25,
    seeds: 1,
};

/// Learns a word model for each fold, which scores the lines of that fold, and one of all.
fn learn_words(cases: &mut [Case], naming: bool) -> Wording {
    let models: Vec<Wording> = (0..=FOLDS)
        .into_par_iter()
        .map(|fold| word_model(cases.iter().filter(|case| case.fold != fold), naming))
        .collect();
    for case in cases.iter_mut() {
        let model = &models[case.fold];
        let score = |at| model.score(tokens(case, at, naming));
        let scores = (0..case.truth.len()).map(score).collect();
        if naming { case.naming = scores } else { case.wording = scores }
    }
    models.into_iter().last().unwrap_or_default()
}

fn tokens(case: &Case, line: usize, naming: bool) -> &[u16] {
    if naming { case.seen.names_of(line) } else { case.seen.words_of(line) }
}

fn word_model<'a>(cases: impl Iterator<Item = &'a Case>, naming: bool) -> Wording {
    let lines = cases.flat_map(|case| (0..case.truth.len()).map(move |line| (case, line)));
    let known = lines.filter(|&(case, line)| case.weight[line] > 0.0);
    let sample = |(case, line): (&'a Case, usize)| Sample {
        tokens: tokens(case, line, naming),
        truth: case.truth[line],
        weight: case.weight[line].sqrt(),
        site: case.site,
    };
    let samples: Vec<Sample> = known.map(sample).collect();
    let weights = linear::learn(&samples, BUCKETS);
    let most = weights.iter().fold(0.0f32, |most, weight| most.max(weight.abs()));
    let step = most.clamp(0.1, 4.0) / 127.0;
    let round = |weight: &f32| (weight / step).round().clamp(-127.0, 127.0) as i8;
    Wording { step, weights: weights.iter().map(round).collect() }
}

/// Learns both readings of one kind of documents, and says how good they are on unseen sites.
fn learn_forests<'a>(
    cases: &[&'a Case],
    settings: &Settings,
    bars: Forests,
) -> (Forests, Vec<Outcome<'a>>) {
    let (first, second, odds) = judge(cases, settings);
    let forests = Forests { first, second, ..bars };
    let settled = cases.iter().zip(odds).map(|(case, mut odds)| {
        forests.settle(&case.seen, &mut odds);
        Outcome { labelled: &case.labelled, odds }
    });
    let outcomes = settled.collect::<Vec<_>>();
    score::report(&outcomes);
    (forests, outcomes)
}

/// Forests of both readings, and what those make of each line that have not seen its site.
fn judge(cases: &[&Case], settings: &Settings) -> (Forest, Forest, Vec<Vec<f32>>) {
    let rows: Vec<Rows> = cases.par_iter().map(|case| first_rows(case)).collect();
    let (first, once) = grow(cases, &rows, settings);
    let rows: Vec<Rows> =
        cases.par_iter().zip(&once).map(|(case, odds)| second_rows(case, odds)).collect();
    let (second, twice) = grow(cases, &rows, settings);
    let mean = |(once, twice): (&Vec<f32>, &Vec<f32>)| -> Vec<f32> {
        once.iter().zip(twice).map(|(a, b)| (a + b) / 2.0).collect()
    };
    (first, second, once.iter().zip(&twice).map(mean).collect())
}

/// The forest of all, and the log-odds of each line by the forest that has not seen its site.
fn grow(cases: &[&Case], rows: &[Rows], settings: &Settings) -> (Forest, Vec<Vec<f32>>) {
    let forest = |fold: usize| {
        let others = cases.iter().zip(rows).filter(|(case, _)| case.fold != fold);
        let batches: Vec<Batch> = others
            .map(|(case, rows)| Batch { rows, truth: &case.truth, weight: &case.weight })
            .collect();
        boost::grow(&batches, settings)
    };
    let mut forests: Vec<Forest> = (0..=FOLDS).into_par_iter().map(forest).collect();
    let odds = cases.iter().zip(rows).map(|(case, rows)| {
        (0..rows.len()).map(|at| forests[case.fold].score(rows.row(at))).collect()
    });
    let odds = odds.collect();
    (forests.pop().unwrap_or_default(), odds)
}

fn first_rows(case: &Case) -> Rows {
    rows(case, |reading, at, row| reading.first(at, row))
}

fn second_rows(case: &Case, odds: &[f32]) -> Rows {
    let story = Story::of(&case.seen, odds);
    rows(case, |reading, at, row| story.row(reading, at, row))
}

fn rows(case: &Case, fill: impl Fn(&Reading, usize, &mut Vec<f32>)) -> Rows {
    let reading = Reading::new(&case.seen, case.wording.clone(), case.naming.clone());
    let (mut row, mut rows) = (Vec::new(), Rows::default());
    for at in 0..case.truth.len() {
        fill(&reading, at, &mut row);
        rows.push(&row);
    }
    rows
}
