//! What is certain enough to stand whatever the forests say: too rare in what they learnt from, or
//! promised to the reader.

use super::cues::{Place, Strength};
use super::explain::Clue;
use super::observed::Observed;
use crate::article::{Kind, Reason};

/// Log-odds of the rules from which a line's own words settle it, and from which those of a short
/// one do that opens with them.
const SURE: f32 = 2.0;
const SURE_WHEN_SHORT: f32 = 1.5;
/// Log-odds of what is certainly boilerplate: readers who want the cleaner to be very sure (a
/// threshold up to 0.9) have it hidden too.
const CERTAIN: f32 = 2.2;
/// How far below nothing what is certainly the story's is put: kept, but to whoever hides much.
const PLAIN: f32 = 0.4;

/// Brings certainties into the log-odds of the lines.
pub fn settle(seen: &Observed, odds: &mut [f32]) {
    stand_above(seen, odds);
    say_so(seen, odds);
    stand_apart(seen, odds);
    belong_to_others(seen, odds);
    break_in(seen, odds);
    stand_under_pictures(seen, odds);
    end_at_notice(seen, odds);
    keep_tables_and_headings(seen, odds);
    keep_posts(seen, odds);
}

/// Lines that say by a sure phrase, or by being nothing but a date or an address, what they are.
fn say_so(seen: &Observed, odds: &mut [f32]) {
    for ((line, verdict), odds) in seen.lines.iter().zip(&seen.verdicts).zip(odds) {
        let sure = match &verdict.strongest {
            Some((_, _, Clue::Cue(hit))) => {
                let opens = matches!(hit.place, Place::Opens | Place::Whole);
                (hit.strength == Strength::Sure && verdict.logit >= SURE)
                    || (opens && line.words <= 8 && verdict.logit >= SURE_WHEN_SHORT)
            }
            Some((_, _, Clue::Time)) => {
                let sure = line.is_date || (line.dated && line.times > 0.95);
                sure && !line.again && verdict.logit >= SURE
            }
            Some((_, _, Clue::Author)) => verdict.logit >= SURE,
            Some((_, _, Clue::Machine)) => line.machine > 0.8,
            _ => false,
        };
        if sure && line.words <= 60 {
            *odds = odds.max(CERTAIN);
        }
    }
}

/// Story that is shown below the headline, in words, before what stands above it is doubted; and in
/// the headline's article before what stands in others is. Fewer may be a standfirst alone.
const STORY: usize = 80;
/// Words of a line that counts.
const LONG: usize = 12;
/// How much more is needed of a line above the headline to be the story's: a list there is one of
/// other stories.
const ABOVE: f32 = 0.5;
const LISTED_ABOVE: f32 = 1.5;

/// Above the headline stand menus and what else there is to read.
fn stand_above(seen: &Observed, odds: &mut [f32]) {
    let Some(places) = &seen.places else { return };
    let above = |at: usize| places.is_above_headline(at);
    let (over, under) = (shown(seen, odds, above), shown(seen, odds, |at| !above(at)));
    if under < STORY || over > under {
        return;
    }
    for at in (0..odds.len()).filter(|&at| above(at)) {
        odds[at] += if seen.lines[at].kind == Kind::ListItem { LISTED_ABOVE } else { ABOVE };
    }
}

/// Of a page of many stories, one is the headline's.
fn belong_to_others(seen: &Observed, odds: &mut [f32]) {
    let Some(places) = &seen.places else { return };
    if shown(seen, odds, |at| places.is_in_own_article(at)) < STORY {
        return;
    }
    for at in (0..odds.len()).filter(|&at| places.is_in_other_article(at)) {
        odds[at] = odds[at].max(1.0);
    }
}

/// The author's introduction, and lists of other stories.
fn break_in(seen: &Observed, odds: &mut [f32]) {
    for (at, odds) in odds.iter_mut().enumerate() {
        if seen.asides.reason(at).is_some() {
            *odds = odds.max(1.0);
        }
    }
}

/// Words of long lines that are shown, of those that are meant.
fn shown(seen: &Observed, odds: &[f32], meant: impl Fn(usize) -> bool) -> usize {
    let shown = (0..odds.len()).filter(|&at| odds[at] <= 0.0 && meant(at));
    shown.map(|at| seen.lines[at].words).filter(|words| *words >= LONG).sum()
}

/// Captions.
fn stand_under_pictures(seen: &Observed, odds: &mut [f32]) {
    for at in (0..odds.len()).filter(|&at| seen.is_caption(at)) {
        odds[at] = odds[at].max(CERTAIN);
    }
}

/// Comments and consent banners, by the name of their block.
fn stand_apart(seen: &Observed, odds: &mut [f32]) {
    let Some(places) = &seen.places else { return };
    for (at, odds) in odds.iter_mut().enumerate() {
        if places.is_never_story(at) {
            *odds = odds.max(CERTAIN);
        }
    }
}

/// Behind a story that its agency has signed and a legal notice, other stories follow: prose that
/// no line model can tell from the story's own.
fn end_at_notice(seen: &Observed, odds: &mut [f32]) {
    let mut notices = (0..odds.len()).filter(|&at| ends(seen, at));
    let Some(notice) = notices.find(|&at| signed_before(seen, odds, at)) else { return };
    for odds in &mut odds[notice + 1..] {
        *odds = odds.max(1.0);
    }
}

/// Some story stands above the line, and its agency signed it shortly before.
fn signed_before(seen: &Observed, odds: &[f32], notice: usize) -> bool {
    let kept = |at: &usize| seen.lines[*at].is_prose() && odds[*at] <= 0.0;
    let mut story = (0..notice).rev().filter(kept);
    let last = story.next().filter(|last| seen.lines[*last].signed && notice - last <= 3);
    last.is_some() && story.next().is_some()
}

fn ends(seen: &Observed, at: usize) -> bool {
    let verdict = &seen.verdicts[at];
    let sure = |clue: &Clue| matches!(clue, Clue::Cue(hit) if hit.strength == Strength::Sure);
    verdict.hides() && matches!(&verdict.strongest, Some((_, Reason::Legal, clue)) if sure(clue))
}

/// Results and prices within a story are part of it, and so is a heading between two of its
/// paragraphs.
fn keep_tables_and_headings(seen: &Observed, odds: &mut [f32]) {
    let runs = |at: usize, odds: &[f32]| seen.lines[at].is_prose() && odds[at] <= 0.0;
    let first = (0..odds.len()).find(|&at| runs(at, odds));
    let last = (0..odds.len()).rev().find(|&at| runs(at, odds));
    let (Some(first), Some(last)) = (first, last) else { return };
    for at in first + 1..last {
        let line = &seen.lines[at];
        let belongs = match line.kind {
            Kind::TableRow => true,
            Kind::Heading => odds[at - 1] <= 0.0 && runs(at + 1, odds),
            _ => false,
        };
        let beside = seen
            .places
            .as_ref()
            .is_some_and(|places| places.beside(at).is_some() || places.is_in_other_article(at));
        if belongs && line.links < 0.3 && line.cues.is_empty() && !beside {
            odds[at] = odds[at].min(-PLAIN);
        }
    }
}

/// A post that a story quotes is part of it, whatever service it was embedded from: to the reader
/// it is a quotation like another.
fn keep_posts(seen: &Observed, odds: &mut [f32]) {
    let runs = |at: &usize| seen.lines[*at].is_prose() && odds[*at] <= 0.0 && !seen.is_in_post(*at);
    let Some(first) = (0..odds.len()).find(runs) else { return };
    let Some(places) = &seen.places else { return };
    for at in (first + 1..odds.len()).filter(|&at| seen.is_in_post(at)) {
        if !places.is_in_other_article(at) && !places.is_never_story(at) {
            odds[at] = odds[at].min(-PLAIN);
        }
    }
}
