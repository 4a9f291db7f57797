//! The figures by which readings are compared, set by set.

use std::collections::HashMap;

use crate::labelled::{Labelled, words};

/// A document, and which of its lines are hidden.
type Outcome<'a> = (&'a Labelled, Vec<bool>);

/// Prints the figures of every set, and of all pages with a whole body together.
pub fn report(outcomes: &[Outcome]) {
    let mut sets: Vec<&str> = outcomes.iter().map(|(document, _)| document.set.as_str()).collect();
    sets.sort_unstable();
    sets.dedup();
    for set in sets {
        let of: Vec<&Outcome> = outcomes.iter().filter(|(d, _)| d.set == set).collect();
        let (document, _) = of[0];
        let line = match (document.document.layout.is_some(), document.body.is_some()) {
            (false, _) => texts(&of),
            (true, true) => pages(&of),
            (true, false) => snippets(&of),
        };
        println!("{set:<14} {line}");
    }
    let whole: Vec<&Outcome> = outcomes.iter().filter(|(d, _)| d.body.is_some()).collect();
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
    for (document, hidden) in documents {
        let (mut own_kept, mut own_lost) = (0.0, 0.0);
        let mut wrong = 0;
        for (at, truth) in document.truth.iter().enumerate() {
            let length = document.document.article.paragraphs[at].text.chars().count() as f64;
            match (truth, hidden[at]) {
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

fn kept_text(document: &Labelled, hidden: &[bool]) -> String {
    let paragraphs = document.document.article.paragraphs.iter().zip(hidden);
    let kept: Vec<&str> = paragraphs.filter(|(_, h)| !**h).map(|(p, _)| p.text.as_str()).collect();
    kept.join("\n")
}

fn pages(documents: &[&Outcome]) -> String {
    let scores: Vec<(Option<f64>, f64)> = documents
        .iter()
        .filter_map(|(d, hidden)| Some(page(d.body.as_deref()?, &kept_text(d, hidden))))
        .collect();
    let precisions: Vec<f64> = scores.iter().filter_map(|score| score.0).collect();
    let p = precisions.iter().sum::<f64>() / precisions.len().max(1) as f64;
    let r = scores.iter().map(|score| score.1).sum::<f64>() / scores.len() as f64;
    format!("P {p:.4} R {r:.4} F1 {:.4} of {} pages", 2.0 * p * r / (p + r), scores.len())
}

fn snippets(documents: &[&Outcome]) -> String {
    let (mut tp, mut fp, mut missed) = (0.0f64, 0.0, 0.0);
    for (document, hidden) in documents {
        let text = kept_text(document, hidden);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for wanted in &document.with {
            if text.contains(wanted.as_str()) { tp += 1.0 } else { missed += 1.0 }
        }
        fp += document.without.iter().filter(|s| text.contains(s.as_str())).count() as f64;
    }
    let (p, r) = (tp / (tp + fp).max(1.0), tp / (tp + missed).max(1.0));
    format!("P {p:.4} R {r:.4} F1 {:.4} of strings", 2.0 * p * r / (p + r).max(1e-9))
}
