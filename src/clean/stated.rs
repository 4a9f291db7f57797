//! The story's text as the page states it apart from its blocks (`ld+json` `articleBody`).

use super::features::Line;
use super::fold::fold;
use super::words::words;
use crate::article::Article;

/// Runs of four words of the stated text, as sorted hashes.
pub struct Stated {
    runs: Vec<u32>,
}

/// Fewer runs say nothing: many pages state a summary.
const ENOUGH: usize = 80;

impl Stated {
    pub fn new(body: Option<&str>) -> Self {
        let mut runs = body.map(|body| runs(&fold(body))).unwrap_or_default();
        runs.sort_unstable();
        runs.dedup();
        Self { runs }
    }

    /// For each paragraph, whether the stated text holds it; all false unless it states a story
    /// that the page really shows.
    pub fn covers(&self, article: &Article, lines: &[Line]) -> Vec<bool> {
        if self.runs.len() < ENOUGH {
            return vec![false; lines.len()];
        }
        let mut shown = 0;
        let mut covers = Vec::with_capacity(lines.len());
        for paragraph in &article.paragraphs {
            let own = runs(&fold(&paragraph.text));
            let held = own.iter().filter(|run| self.runs.binary_search(run).is_ok()).count();
            let covered = held > 0 && held * 5 >= own.len() * 4;
            shown += if covered { held } else { 0 };
            covers.push(covered);
        }
        if shown * 2 < self.runs.len() {
            covers.fill(false);
        }
        covers
    }
}

fn runs(folded: &str) -> Vec<u32> {
    let words: Vec<u32> = words(folded).map(|word| word.hash).collect();
    let mix = |run: &[u32]| {
        run.iter().fold(17u32, |sum, word| sum.wrapping_mul(31).rotate_left(5) ^ word)
    };
    if words.len() < 4 {
        return Vec::new();
    }
    words.windows(4).map(mix).collect()
}
