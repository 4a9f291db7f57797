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
    let plain = gains(lines, verdicts, &barriers, &[]);
    let first = with_start(&plain, &barriers, best_stretch(&plain));
    let core = core_words(&lines[first.0..first.1], title);
    let gains = gains(lines, verdicts, &barriers, &core);
    let story = with_start(&gains, &barriers, best_stretch(&gains));
    let story = with_edges(lines, verdicts, story);
    judge_outside(lines, verdicts, &barriers, story, &core);
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
        // Above a story stands a link to its comments, in the same word as their heading.
        Reason::Comments if hit.phrase == "comments" => return None,
        Reason::Legal if signed => (1_000.0, "a legal notice"),
        Reason::Legal if hit.strength == Strength::Sure => (7.0, "a legal notice"),
        Reason::Comments if stands_over_list(hit) => (9.0, "the heading of the comments"),
        Reason::Comments if hit.strength == Strength::Sure => (5.0, "a line about comments"),
        Reason::Teaser if stands_over_list(hit) => (4.0, "a heading over other stories"),
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
            gain *= ((line.kinship(core) - 0.06) / 0.16).clamp(0.0, 1.0);
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

/// How often a story may be resumed; a bound on the time that a hostile text can take.
const JOINS: usize = 8;

/// How many lines may stand between a story and its resumption.
const GAP: usize = 12;

/// What stands before a barrier is not given up for what stands behind it: a story that goes on
/// after a notice began before it.
fn with_start(
    gains: &[f32],
    barriers: &[Option<Barrier>],
    (mut start, end): (usize, usize),
) -> (usize, usize) {
    for _ in 0..JOINS {
        let Some(barrier) = barriers[..start].iter().rposition(Option::is_some) else { break };
        let before = best_stretch(&gains[..barrier]);
        if before.0 == before.1 || start - before.1 > GAP {
            break;
        }
        start = before.0;
    }
    (start, end)
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
    if lines.len() - end >= 12 && is_free_of_cues(verdicts) {
        return (start, lines.len());
    }
    let above = (0..start).rev().take(2).take_while(|&at| kept(at) && is_standfirst(&lines[at]));
    let below = (end..lines.len()).take_while(|&at| kept(at) && is_entry(&lines[at]));
    (start - above.count(), end + below.count())
}

/// A document in which hardly any line says by its words that it is boilerplate has no foot: the
/// short lines that end it are a recipe, a table of results.
fn is_free_of_cues(verdicts: &[Verdict]) -> bool {
    let by_cue = |v: &&Verdict| v.hides() && matches!(v.strongest, Some((_, _, Clue::Cue(_))));
    verdicts.iter().filter(by_cue).count() * 30 <= verdicts.len()
}

fn is_standfirst(line: &Line) -> bool {
    line.words >= 8 || line.is_sentence() || line.ending == Ending::Colon
}

/// An entry of a list or table that belongs to the text: more than a bare name of a section.
fn is_entry(line: &Line) -> bool {
    if line.ending == Ending::Colon {
        return true;
    }
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

/// A paragraph that shares less than this of its meaning with the story is about something else.
const STRANGE: f32 = 0.25;

/// One that shares this much belongs to the story wherever it stands: its standfirst above the
/// date and the pictures, its end below a list of links.
const KIN: f32 = 0.3;

fn judge_outside(
    lines: &[Line],
    verdicts: &mut [Verdict],
    barriers: &[Option<Barrier>],
    story: (usize, usize),
    core: &[u32],
) {
    if story.0 == story.1 {
        return;
    }
    for (line, verdict) in lines.iter().zip(verdicts.iter_mut()).take(story.0) {
        if !(line.is_prose() && line.kinship(core) >= KIN) {
            lean(line, verdict, Clue::BeforeStory, Reason::Navigation);
        }
    }
    let mut last: Option<Barrier> = None;
    let mut commented = false;
    for at in story.1..lines.len() {
        last = barriers[at].or(last);
        commented |= heads_comments(&verdicts[at]);
        if last.is_none() && !commented && lines[at].is_prose() && lines[at].kinship(core) >= KIN {
            continue;
        }
        let clue = match last {
            Some(barrier) if barriers[at].is_none() => {
                let stranger = lines[at].is_prose() && lines[at].kinship(core) < STRANGE;
                Clue::Behind(barrier.what, stranger)
            }
            _ => Clue::AfterStory,
        };
        let reason = match last {
            Some(Barrier { reason: Reason::Comments, .. }) => Reason::Comments,
            _ if commented => Reason::Comments,
            _ if lines[at].words <= 3 => Reason::Navigation,
            _ => Reason::Teaser,
        };
        lean(&lines[at], &mut verdicts[at], clue, reason);
    }
}

fn heads_comments(verdict: &Verdict) -> bool {
    let cue = verdict.strongest.as_ref().filter(|_| verdict.hides());
    matches!(cue, Some((_, Reason::Comments, Clue::Cue(hit))) if stands_over_list(hit))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Article, Paragraph};
    use crate::clean::{features, rules};

    fn decoded(title: &str, texts: &[&str]) -> Vec<Option<Reason>> {
        let paragraph = |text: &&str| Paragraph { text: (*text).into(), ..Paragraph::default() };
        let article = Article {
            title: title.into(),
            paragraphs: texts.iter().map(paragraph).collect(),
            ..Article::default()
        };
        let lines = features::lines(&article);
        let mut verdicts: Vec<Verdict> = lines.iter().map(rules::judge).collect();
        decode(&lines, &mut verdicts, &features::title_words(&article));
        let reason = |v: Verdict| v.hides().then(|| v.strongest.map(|s| s.1)).flatten();
        verdicts.into_iter().map(reason).collect()
    }

    const STORY: [&str; 3] = [
        "The island ferry returned to Norrvik on Monday after eleven weeks in the repair yard, its owner said.",
        "The ferry had lost a propeller blade in January, and the island lived on what two fishing boats could carry.",
        "Captain Elsa Brandt told the Norrvik council that the ferry would sail twice a day until autumn.",
    ];

    fn story_then<'a>(after: &[&'a str]) -> Vec<&'a str> {
        [&STORY[..], after].concat()
    }

    #[test]
    fn teasers_under_a_heading_go_until_the_story_resumes() {
        let texts = [
            STORY[0],
            "Also read:",
            "Mayor opens the winter market",
            "Two lighthouses to be painted",
            STORY[1],
            STORY[2],
        ];
        let reasons = decoded("Ferry returns to Norrvik", &texts);
        let teaser = Some(Reason::Teaser);
        assert_eq!(reasons, [None, teaser, teaser, teaser, None, None]);
    }

    #[test]
    fn comments_after_the_story_are_comments() {
        let texts = story_then(&[
            "Leave a comment",
            "Lovely news, my grandmother cries with joy because she can visit her sister again at last.",
        ]);
        let reasons = decoded("Ferry returns to Norrvik", &texts);
        assert_eq!(reasons[3..], [Some(Reason::Comments), Some(Reason::Comments)]);
    }

    #[test]
    fn a_list_that_ends_a_story_stays() {
        let texts =
            story_then(&["Departures:", "• Norrvik 7.30", "• Sandholm 9.15", "• Norrvik 17.00"]);
        assert!(decoded("Ferry returns to Norrvik", &texts).iter().all(Option::is_none));
    }

    #[test]
    fn sub_headings_stay_and_stray_lines_around_the_story_go() {
        let texts =
            ["Regions", STORY[0], "Eleven weeks without a boat", STORY[1], STORY[2], "Anna Berg"];
        let reasons = decoded("Ferry returns to Norrvik", &texts);
        assert_eq!(reasons[1..5], [None, None, None, None]);
        assert!(reasons[0].is_some() && reasons[5] == Some(Reason::Byline));
    }

    #[test]
    fn nothing_and_little_are_borne() {
        assert!(decoded("", &[]).is_empty());
        assert_eq!(decoded("", &["", "…", "?"]).len(), 3);
    }
}
