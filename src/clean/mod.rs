//! Marks boilerplate, with a reason. Never deletes, never alters a word, cannot fail.
//!
//! `features` and `signs` see what a line is, `rules` what it says by itself, `places` and `named` where in a
//! page it stands; `rows`, `story` and `blocks` put that into numbers, a learnt `model` of word weights
//! (`wording`) and trees (`forest`, many rows at once by `leaves`) judges them, `doubt`, `asides`
//! and `certain` hold what is not left to it, `reasons` and `explain` say why. `shape` tells what of an article may
//! come again in others. The smallest file to copy from is `explain.rs`; a new cue phrase is one line
//! in `assets/clean/cues.txt`. The trainer is `examples/train_cleaner`: it is why some of the rooms
//! here are public.

mod asides;
mod blocks;
mod called;
mod certain;
mod cues;
mod doubt;
mod explain;
mod features;
mod fold;
pub mod forest;
mod hints;
mod leaves;
mod long;
pub mod model;
mod named;
pub mod observed;
mod page;
mod phrases;
mod places;
mod reasons;
pub mod rows;
mod rules;
pub mod shape;
mod signs;
mod stated;
pub mod story;
pub mod wording;
mod words;

use crate::article::{Document, Mark, Reason};
use explain::Clue;
use features::Line;
use model::Model;
use observed::Observed;

/// What the reader set in `[clean]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// A paragraph is hidden from this score up, 0 to 1.
    pub threshold: f32,
    /// Photo captions are shown as part of the story.
    pub keep_captions: bool,
    /// Marks say in words why. Whoever shows no reasons need not have them made.
    pub in_words: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { threshold: 0.5, keep_captions: false, in_words: true }
    }
}

/// One mark for each paragraph of the document, in order.
pub fn marks(document: &Document, options: &Options) -> Vec<Mark> {
    if document.article.paragraphs.len() <= long::TOGETHER {
        return judged(document, options);
    }
    long::parts(document, long::TOGETHER).flat_map(|part| judged(&part, options)).collect()
}

fn judged(document: &Document, options: &Options) -> Vec<Mark> {
    let seen = Observed::of(document);
    let judged = Model::get().judge(&seen);
    let bar = (options.threshold / (1.0 - options.threshold)).ln();
    let mut why = reasons::reasons(document, &seen, &judged, bar);
    if options.in_words {
        why.say_what_swayed(document, &judged);
    }
    let why = why.found;
    let mark = |(odds, why)| mark(odds, why, options.in_words);
    let mut marks: Vec<Mark> = judged.odds.iter().copied().zip(&why).map(mark).collect();
    settle_captions(&seen, &why, &mut marks, options);
    if leaves_too_little(&seen.lines, &marks, document.layout.is_some()) {
        marks.iter_mut().for_each(reveal);
    }
    marks
}

fn mark(odds: f32, why: &Option<(Reason, Clue)>, in_words: bool) -> Mark {
    let score = 1.0 / (1.0 + (-odds).exp());
    let clue = why.as_ref().map(|(_, clue)| clue).filter(|_| in_words);
    Mark { reason: why.as_ref().map(|why| why.0), score, evidence: clue.map(explain::words) }
}

fn settle_captions(
    seen: &Observed,
    why: &[Option<(Reason, Clue)>],
    marks: &mut [Mark],
    options: &Options,
) {
    let all = why.iter().zip(marks).enumerate();
    for (_, (why, mark)) in all.filter(|(at, _)| seen.is_caption(*at)) {
        if options.keep_captions {
            *mark = Mark { reason: None, score: mark.score.min(options.threshold), evidence: None };
        } else if mark.kept() || !says_so(why) {
            let score = mark.score.max(0.9).max(options.threshold);
            *mark = Mark::boilerplate(Reason::Credit, score, explain::words(&Clue::Caption));
        }
    }
}

/// The words of a line, not its place, are why it is hidden.
fn says_so(why: &Option<(Reason, Clue)>) -> bool {
    matches!(why, Some((_, Clue::Cue(_))))
}

/// Less than this share of a text's words left over means that the marks are wrong. A page has a
/// hundred menus around a notice of two lines, so there only nothing is too little.
const PLAUSIBLE: f32 = 0.03;

fn leaves_too_little(lines: &[Line], marks: &[Mark], is_page: bool) -> bool {
    let words = |kept: bool| -> usize {
        lines.iter().zip(marks).filter(|(_, m)| m.kept() || !kept).map(|(line, _)| line.words).sum()
    };
    let least = if is_page { 4.0 } else { words(false) as f32 * PLAUSIBLE };
    words(true) as f32 <= least
}

fn reveal(mark: &mut Mark) {
    mark.reason = None;
    mark.evidence = Some(Mark::SPARED.into());
}

#[cfg(test)]
mod tests;
