//! Reads the lines of a document together: what leads up to the story, the story, what follows it.
//!
//! Line verdicts alone cannot see a teaser written as prose. Here the story is the one stretch of
//! lines that gathers the most running text, where a line that ends stories (a legal notice, a
//! heading over other stories, comments) costs as much as several paragraphs: what follows it must
//! be shown to belong.

use super::cues::{Hit, Place, Strength};
use super::explain::Clue;
use super::features::{Ending, Line};
use super::rules::Verdict;
use crate::article::{Kind, Reason};

/// A line that usually ends a story.
#[derive(Clone, Copy)]
struct Barrier {
    cost: f32,
    /// Its name for the explain view.
    what: &'static str,
    reason: Reason,
}

/// Brings the place of each line in its document into its verdict.
pub fn decode(lines: &[Line], verdicts: &mut [Verdict], title: &[u32]) {
    let barriers = barriers(lines, verdicts);
    let first = best_stretch(&gains(lines, verdicts, &barriers, &[]));
    let core = core_words(&lines[first.0..first.1], title);
    let story = best_stretch(&gains(lines, verdicts, &barriers, &core));
    let story = with_edges(lines, verdicts, story);
    judge_outside(lines, verdicts, &barriers, story);
    judge_opening(lines, verdicts, story);
    judge_biographies(lines, verdicts, story, &core);
    judge_lists(lines, verdicts, story);
}

fn barriers(lines: &[Line], verdicts: &[Verdict]) -> Vec<Option<Barrier>> {
    let mut prose = 0;
    let mut signed = false;
    let mut barriers = Vec::with_capacity(lines.len());
    for (line, verdict) in lines.iter().zip(verdicts) {
        let barrier = if prose >= 2 { barrier(line, verdict, signed) } else { None };
        barriers.push(barrier);
        if line.is_prose() && !verdict.hides() {
            prose += 1;
            signed = line.signed;
        }
    }
    barriers
}

/// `signed` says that the paragraph of the story just before closes with its agency's name.
fn barrier(line: &Line, verdict: &Verdict, signed: bool) -> Option<Barrier> {
    if !verdict.hides() {
        return None;
    }
    let (_, reason, Clue::Cue(hit)) = verdict.strongest.as_ref()? else { return None };
    let (cost, what) = match reason {
        Reason::Legal if signed => (1_000.0, "a legal notice"),
        Reason::Legal if hit.strength == Strength::Sure => (7.0, "a legal notice"),
        Reason::Comments if stands_over_list(hit) => (9.0, "the heading of the comments"),
        Reason::Comments if hit.strength == Strength::Sure => (5.0, "a line about comments"),
        Reason::Teaser if stands_over_list(hit) => (5.0, "a heading over other stories"),
        Reason::Navigation if line.words <= 40 && hit.place == Place::Opens => (3.0, "the tags"),
        _ => return None,
    };
    Some(Barrier { cost, what, reason: *reason })
}

/// A cue line that says no more than itself announces what stands under it.
fn stands_over_list(hit: &Hit) -> bool {
    hit.rest <= 12
        && hit.strength > Strength::Hint
        && matches!(hit.place, Place::Whole | Place::Opens)
}

/// What each line adds to the story when it is counted in.
fn gains(
    lines: &[Line],
    verdicts: &[Verdict],
    barriers: &[Option<Barrier>],
    core: &[u32],
) -> Vec<f32> {
    let mut behind = false;
    let mut gains = Vec::with_capacity(lines.len());
    for ((line, verdict), barrier) in lines.iter().zip(verdicts).zip(barriers) {
        let mut gain = gain(line, verdict);
        if behind && gain > 0.0 && !core.is_empty() {
            gain *= ((line.kinship(core) - 0.12) / 0.2).clamp(0.0, 1.0);
        }
        if let Some(barrier) = barrier {
            behind = true;
            gain = -barrier.cost;
        }
        gains.push(gain);
    }
    gains
}

fn gain(line: &Line, verdict: &Verdict) -> f32 {
    match () {
        () if verdict.hides() => -0.5,
        () if line.is_prose() => 2.0 + line.words.min(60) as f32 / 30.0,
        () if line.is_sentence() => 0.8,
        () if line.words >= 12 && line.links < 0.6 => 0.4,
        () if line.bullet || line.kind == Kind::Heading => -0.15,
        () => -0.45,
    }
}

/// The half-open stretch with the greatest sum; empty when nothing gains.
fn best_stretch(gains: &[f32]) -> (usize, usize) {
    let (mut best, mut best_sum) = ((0, 0), 0.0);
    let (mut start, mut sum) = (0, 0.0);
    for (at, gain) in gains.iter().enumerate() {
        if sum <= 0.0 {
            (start, sum) = (at, 0.0);
        }
        sum += gain;
        if sum > best_sum {
            (best, best_sum) = ((start, at + 1), sum);
        }
    }
    best
}

/// The stretch with the standfirst above it and the list that ends it.
fn with_edges(
    lines: &[Line],
    verdicts: &[Verdict],
    (start, end): (usize, usize),
) -> (usize, usize) {
    if start == end {
        return (start, end);
    }
    let kept = |at: usize| !verdicts[at].hides();
    if is_plain_list(&lines[end..], &verdicts[end..]) {
        return (start, lines.len());
    }
    let above = (0..start).rev().take(2).take_while(|&at| kept(at) && is_standfirst(&lines[at]));
    let below = (end..lines.len()).take_while(|&at| kept(at) && is_entry(&lines[at]));
    (start - above.count(), end + below.count())
}

/// A long stretch of short lines in which hardly anything gives itself away and much is figures
/// or labels: a recipe, a table of results; not the foot of a page.
fn is_plain_list(lines: &[Line], verdicts: &[Verdict]) -> bool {
    let hidden = verdicts.iter().filter(|verdict| verdict.hides()).count();
    let facts = |line: &&Line| line.bullet || line.labelled || line.digits > 0.0;
    let facts = lines.iter().filter(facts).count();
    lines.len() >= 12 && hidden * 8 <= lines.len() && facts * 5 >= lines.len() * 2
}

fn is_standfirst(line: &Line) -> bool {
    line.words >= 8 || line.is_sentence() || line.ending == Ending::Colon
}

/// An entry of a list or table that belongs to the text: more than a bare name of a section.
fn is_entry(line: &Line) -> bool {
    let filled = line.words >= 3 || line.digits > 0.0;
    filled && line.links < 0.7 && (line.bullet || line.labelled || line.digits >= 0.25)
}

/// How many paragraphs stand for what a story is about.
const LEAD: usize = 6;

fn core_words(story: &[Line], title: &[u32]) -> Vec<u32> {
    let lead = story.iter().filter(|line| line.is_prose()).take(LEAD);
    let mut core: Vec<u32> = title.to_vec();
    core.extend(lead.flat_map(|line| &line.content));
    core.sort_unstable();
    core.dedup();
    core
}

fn judge_outside(
    lines: &[Line],
    verdicts: &mut [Verdict],
    barriers: &[Option<Barrier>],
    story: (usize, usize),
) {
    if story.0 == story.1 {
        return;
    }
    for (line, verdict) in lines.iter().zip(verdicts.iter_mut()).take(story.0) {
        lean(line, verdict, Clue::BeforeStory, Reason::Navigation);
    }
    let mut last: Option<Barrier> = None;
    for at in story.1..lines.len() {
        last = barriers[at].or(last);
        let clue = match last {
            Some(barrier) if barriers[at].is_none() => {
                Clue::Behind(barrier.what, lines[at].is_prose())
            }
            _ => Clue::AfterStory,
        };
        let reason = match last {
            Some(Barrier { reason: Reason::Comments, .. }) => Reason::Comments,
            _ if lines[at].words <= 3 => Reason::Navigation,
            _ => Reason::Teaser,
        };
        lean(&lines[at], &mut verdicts[at], clue, reason);
    }
}

/// Outside of the story a line needs a reason to stay.
fn lean(line: &Line, verdict: &mut Verdict, clue: Clue, reason: Reason) {
    let reason = if line.looks_like_name() { Reason::Byline } else { reason };
    verdict.stand_outside(reason, clue);
}

/// Short lines between the start of the story and its first paragraph: bylines, places, sections.
fn judge_opening(lines: &[Line], verdicts: &mut [Verdict], story: (usize, usize)) {
    let first = (story.0..story.1).find(|&at| lines[at].is_prose()).unwrap_or(story.0);
    for at in story.0..first {
        let line = &lines[at];
        let stray = line.words <= 8 && line.ending == Ending::Open && !line.bullet;
        if stray && line.kind == Kind::Paragraph {
            let reason = if line.looks_like_name() { Reason::Byline } else { Reason::Navigation };
            verdicts[at].add(1.6, reason, Clue::BeforeStory);
        }
    }
}

/// A paragraph about the author, at the edge of the story.
fn judge_biographies(
    lines: &[Line],
    verdicts: &mut [Verdict],
    story: (usize, usize),
    core: &[u32],
) {
    let edge = story.1.saturating_sub(3).max(story.0 + 2);
    for at in edge..story.1 {
        let line = &lines[at];
        let about = line.cues.iter().any(|hit| hit.reason == Reason::Byline);
        if about && line.words >= 6 && line.kinship(core) < 0.25 {
            verdicts[at].add(2.6, Reason::Byline, Clue::Biography);
        }
    }
}

/// Short lines under a heading such as "Related stories", until running text sets in again.
fn judge_lists(lines: &[Line], verdicts: &mut [Verdict], story: (usize, usize)) {
    let mut heading = None;
    let mut length = 0;
    for at in story.0..story.1 {
        let line = &lines[at];
        if let Some((_, Reason::Teaser, Clue::Cue(hit))) = &verdicts[at].strongest
            && verdicts[at].hides()
            && stands_over_list(hit)
        {
            heading = Some(hit.phrase);
            length = 0;
        } else if let Some(phrase) = heading {
            length += 1;
            if line.is_sentence() || line.ending == Ending::Colon || length > 8 {
                heading = None;
            } else {
                verdicts[at].add(2.4, Reason::Teaser, Clue::Under(phrase));
            }
        }
    }
}
