//! The figures by which readings are compared, set by set.

use std::collections::HashMap;

use crate::labelled::{Labelled, words};

/// A document, and the log-odds of its lines, above 0 for those that are hidden.
pub struct Outcome<'a> {
    pub labelled: &'a Labelled,
    pub odds: Vec<f32>,
}

impl Outcome<'_> {
    fn hides(&self, line: usize) -> bool {
        self.odds[line] > 0.0
    }
}

/// Prints the figures of every set, and of all pages with a whole body together.
pub fn report(outcomes: &[Outcome]) {
    let mut sets: Vec<&str> = outcomes.iter().map(|o| o.labelled.set.as_str()).collect();
    sets.sort_unstable();
    sets.dedup();
    for set in sets {
        let of: Vec<&Outcome> = outcomes.iter().filter(|o| o.labelled.set == set).collect();
        let document = of[0].labelled;
        let line = match (document.document.layout.is_some(), document.body.is_some()) {
            (false, _) => texts(&of),
            (true, true) => pages(&of),
            (true, false) => snippets(&of),
        };
        println!("{set:<14} {line}");
    }
    let whole: Vec<&Outcome> = outcomes.iter().filter(|o| o.labelled.body.is_some()).collect();
    if !whole.is_empty() {
        println!("{:<14} {}", "all bodies", pages(&whole));
    }
}

/// Lines of texts: precision, recall, F1 of boilerplate, share of characters kept, documents that
/// lose more than 2 %.
fn texts(documents: &[&Outcome]) -> String {
    let (mut tp, mut fp, mut missed) = (0.0f64, 0.0, 0.0);
    let (mut kept, mut lost, mut lossy) = (0.0f64, 0.0, 0);
    let mut perfect = 0;
    for outcome in documents {
        let document = outcome.labelled;
        let (mut own_kept, mut own_lost) = (0.0, 0.0);
        let mut wrong = 0;
        for (at, truth) in document.truth.iter().enumerate() {
            let length = document.document.article.paragraphs[at].text.chars().count() as f64;
            match (truth, outcome.hides(at)) {
                (Some(t), true) if *t > 0.5 => tp += 1.0,
                (Some(t), false) if *t > 0.5 => {
                    missed += 1.0;
                    wrong += 1;
                }
                (Some(_), true) => {
                    fp += 1.0;
                    wrong += 1;
                    own_lost += length;
                }
                (Some(_), false) => own_kept += length,
                _ => {}
            }
        }
        perfect += usize::from(wrong == 0);
        kept += own_kept;
        lost += own_lost;
        lossy += usize::from(own_lost > 0.02 * (own_kept + own_lost).max(1.0));
    }
    let (p, r) = (tp / (tp + fp).max(1.0), tp / (tp + missed).max(1.0));
    format!(
        "P {p:.3} R {r:.3} F1 {:.3} keepC {:.4} lossy {:.3} perfect {perfect}/{}",
        2.0 * p * r / (p + r).max(1e-9),
        kept / (kept + lost).max(1.0),
        lossy as f64 / documents.len().max(1) as f64,
        documents.len()
    )
}

type Runs<'a> = HashMap<&'a [&'a str], i32>;

fn runs<'a>(words: &'a [&'a str]) -> Runs<'a> {
    let mut runs = Runs::new();
    if !words.is_empty() {
        for run in words.windows(4.min(words.len())) {
            *runs.entry(run).or_default() += 1;
        }
    }
    runs
}

/// Precision and recall of a page's runs of four words.
fn page(gold: &str, found: &str) -> (Option<f64>, f64) {
    let (gold, found) = (words(gold), words(found));
    let (gold, found) = (runs(&gold), runs(&found));
    let both: i32 = gold.iter().map(|(run, n)| n.min(found.get(run).unwrap_or(&0))).sum();
    let (all_gold, all_found) = (gold.values().sum::<i32>(), found.values().sum::<i32>());
    let precision = (all_found > 0).then(|| f64::from(both) / f64::from(all_found));
    (precision, f64::from(both) / f64::from(all_gold.max(1)))
}

fn kept_text(outcome: &Outcome) -> String {
    let paragraphs = outcome.labelled.document.article.paragraphs.iter().enumerate();
    let kept: Vec<&str> =
        paragraphs.filter(|(at, _)| !outcome.hides(*at)).map(|(_, p)| p.text.as_str()).collect();
    kept.join("\n")
}

/// Precision and recall of a page with a whole body.
pub fn own(outcome: &Outcome) -> Option<(Option<f64>, f64)> {
    Some(page(outcome.labelled.body.as_deref()?, &kept_text(outcome)))
}

fn pages(documents: &[&Outcome]) -> String {
    let scores: Vec<(Option<f64>, f64)> = documents.iter().filter_map(|o| own(o)).collect();
    let precisions: Vec<f64> = scores.iter().filter_map(|score| score.0).collect();
    let p = precisions.iter().sum::<f64>() / precisions.len().max(1) as f64;
    let r = scores.iter().map(|score| score.1).sum::<f64>() / scores.len() as f64;
    format!("P {p:.4} R {r:.4} F1 {:.4} of {} pages", 2.0 * p * r / (p + r), scores.len())
}

fn snippets(documents: &[&Outcome]) -> String {
    let (mut tp, mut fp, mut missed) = (0.0f64, 0.0, 0.0);
    for outcome in documents {
        let document = outcome.labelled;
        let text = kept_text(outcome);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for wanted in &document.with {
            if text.contains(wanted.as_str()) { tp += 1.0 } else { missed += 1.0 }
        }
        fp += document.without.iter().filter(|s| text.contains(s.as_str())).count() as f64;
    }
    let (p, r) = (tp / (tp + fp).max(1.0), tp / (tp + missed).max(1.0));
    format!("P {p:.4} R {r:.4} F1 {:.4} of strings", 2.0 * p * r / (p + r).max(1e-9))
}
