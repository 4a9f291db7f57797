//! Marks boilerplate, with a reason. Never deletes, never alters a word, cannot fail.
//!
//! [`features`] sees what a line is, [`rules`] weighs it, [`decode`] reads the lines together,
//! and [`explain`] says why. [`page`] narrows an HTML page to its story first. The smallest file
//! to copy from is `explain.rs`; a new cue phrase is one line in `assets/clean/cues.txt`.

mod cues;
mod decode;
mod explain;
mod features;
mod fold;
mod hints;
mod page;
mod rules;
mod stated;

use crate::article::{Article, Document, Kind, Layout, Mark, Reason};
use explain::Clue;
use features::Line;
use rules::Verdict;

/// What the reader set in `[clean]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// A paragraph is hidden from this score up, 0 to 1.
    pub threshold: f32,
    /// Photo captions are shown as part of the story.
    pub keep_captions: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { threshold: 0.5, keep_captions: false }
    }
}

/// One mark for each paragraph of the document, in order.
pub fn marks(document: &Document, options: &Options) -> Vec<Mark> {
    let article = &document.article;
    let lines = features::lines(article);
    let mut verdicts: Vec<Verdict> = lines.iter().map(rules::judge).collect();
    let title = features::title_words(article);
    match &document.layout {
        Some(layout) => judge_page(article, layout, &lines, &mut verdicts, &title),
        None => decode::decode(&lines, &mut verdicts, &title),
    }
    let mut marks: Vec<Mark> = verdicts.iter().map(|v| mark(v, options.threshold)).collect();
    settle_captions(&lines, &mut marks, options);
    if leaves_too_little(&lines, &marks) {
        marks.iter_mut().for_each(reveal);
    }
    marks
}

/// What stands outside of the story's place in the page is boilerplate; what stands inside is
/// read like a text.
fn judge_page(
    article: &Article,
    layout: &Layout,
    lines: &[Line],
    verdicts: &mut [Verdict],
    title: &[u32],
) {
    let regions = page::regions(article, layout, lines, verdicts);
    let inside: Vec<usize> = (0..lines.len()).filter(|&at| regions[at].is_none()).collect();
    let inner_lines: Vec<Line> = inside.iter().map(|&at| lines[at].clone()).collect();
    let mut inner: Vec<Verdict> = inside.iter().map(|&at| verdicts[at].clone()).collect();
    decode::decode(&inner_lines, &mut inner, title);
    for (at, verdict) in inside.into_iter().zip(inner) {
        verdicts[at] = verdict;
    }
    for (verdict, region) in verdicts.iter_mut().zip(regions) {
        if let Some((reason, clue)) = region {
            verdict.stand_outside(reason, clue);
        }
    }
}

fn mark(verdict: &Verdict, threshold: f32) -> Mark {
    let score = 1.0 / (1.0 + (-verdict.logit).exp());
    match &verdict.strongest {
        Some((_, reason, clue)) if score >= threshold => {
            Mark::boilerplate(*reason, score, explain::words(clue))
        }
        _ => Mark { reason: None, score, evidence: None },
    }
}

fn settle_captions(lines: &[Line], marks: &mut [Mark], options: &Options) {
    for (_, mark) in lines.iter().zip(marks).filter(|(line, _)| line.kind == Kind::Caption) {
        if options.keep_captions {
            *mark = Mark { reason: None, score: mark.score.min(options.threshold), evidence: None };
        } else if mark.kept() {
            let score = mark.score.max(0.9).max(options.threshold);
            *mark = Mark::boilerplate(Reason::Credit, score, explain::words(&Clue::Caption));
        }
    }
}

/// Less than this share of a document's words left over means that the marks are wrong.
const PLAUSIBLE: f32 = 0.04;

fn leaves_too_little(lines: &[Line], marks: &[Mark]) -> bool {
    let words = |kept: bool| -> usize {
        lines.iter().zip(marks).filter(|(_, m)| m.kept() || !kept).map(|(line, _)| line.words).sum()
    };
    (words(true) as f32) <= words(false) as f32 * PLAUSIBLE
}

fn reveal(mark: &mut Mark) {
    mark.reason = None;
    mark.evidence = Some("shown because hardly anything would be left".into());
}
