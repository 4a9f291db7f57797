//! Why a line is hidden: the forests say that it is, this room says what a reader can check.
//!
//! What a line says by its own words comes first, then the block of the page it stands in, then the
//! line that ended the story above it, and at last the kind of facts that swayed the forests.

use super::cues::{Hit, Place, Strength};
use super::explain::Clue;
use super::features::Line;
use super::hints::{self, Role};
use super::model::Judged;
use super::observed::Observed;
use super::rows::{Facet, LEAD};
use super::rules::Verdict;
use super::words::Hashes;
use crate::article::{Document, Kind, Reason};

/// Why lines are hidden.
pub struct Reasons<'a> {
    lines: &'a [Line],
    /// For each line; none for one that is not hidden.
    pub found: Vec<Option<(Reason, Clue)>>,
    /// The lines that nothing else tells of than where they stand.
    swayed: Vec<(usize, Where)>,
}

/// Why each line is hidden that is: one of log-odds above `bar`.
pub fn reasons<'a>(
    document: &Document,
    seen: &'a Observed,
    judged: &Judged,
    bar: f32,
) -> Reasons<'a> {
    let lines = &seen.lines;
    let hidden = |at: usize| judged.odds[at] > bar;
    let prose = |at: &usize| !hidden(*at) && lines[*at].words >= 8;
    let story = Stretch {
        first: (0..lines.len()).find(prose).unwrap_or(0),
        last: (0..lines.len()).rev().find(prose).unwrap_or(0),
    };
    let core = core(seen, hidden);
    let mut ending: Option<Ending> = None;
    let mut found: Vec<Option<(Reason, Clue)>> = Vec::with_capacity(lines.len());
    let mut swayed = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if !hidden(at) {
            found.push(None);
            continue;
        }
        let place = story.place(at);
        let above = found.last().and_then(Option::as_ref).map(|(reason, _)| *reason);
        let reason = own(&seen.verdicts[at])
            .or_else(|| seen.asides.reason(at))
            .or_else(|| region(document, seen, at))
            .or_else(|| hinted(line))
            .or_else(|| ending.as_ref()?.reason(line, place, &core))
            .unwrap_or_else(|| {
                swayed.push((at, place));
                (guess(line, place, above), place.clue())
            });
        if place == Where::After {
            ending = Ending::of(line, &reason).or(ending);
        }
        found.push(Some(reason));
    }
    Reasons { lines, found, swayed }
}

/// The words of title and lead: what the story shown is about.
fn core(seen: &Observed, hidden: impl Fn(usize) -> bool) -> Hashes {
    let shown = seen.lines.iter().enumerate().filter(|(at, line)| line.is_prose() && !hidden(*at));
    let mut core = seen.title.clone();
    core.extend(shown.take(LEAD).flat_map(|(_, line)| &line.content));
    Hashes::new(core)
}

/// Where a line stands to the part of the story that is shown.
#[derive(Clone, Copy, PartialEq)]
enum Where {
    Before,
    Among,
    After,
}

impl Where {
    fn clue(self) -> Clue {
        match self {
            Where::Before => Clue::BeforeStory,
            Where::After => Clue::AfterStory,
            Where::Among => Clue::Among,
        }
    }
}

struct Stretch {
    first: usize,
    last: usize,
}

impl Stretch {
    fn place(&self, at: usize) -> Where {
        match () {
            () if at < self.first => Where::Before,
            () if at > self.last => Where::After,
            () => Where::Among,
        }
    }
}

/// What the line says by itself, when that alone is enough.
fn own(verdict: &Verdict) -> Option<(Reason, Clue)> {
    let (_, reason, clue) = verdict.strongest.as_ref().filter(|_| verdict.hides())?;
    // What a block calls itself says more than the share of its links.
    let vague = matches!(clue, Clue::Links(_) | Clue::Separators);
    (!vague).then(|| (*reason, clue.clone()))
}

/// A block of the page that says by its name what it is, or any outside of the story's.
fn region(document: &Document, seen: &Observed, at: usize) -> Option<(Reason, Clue)> {
    let places = seen.places.as_ref()?;
    let elements = &document.layout.as_ref()?.elements;
    if let Some(element) = places.beside(at).and_then(|beside| elements.get(beside))
        && let Some(Role::Side(reason)) = hints::role(element)
    {
        let name = hints::name(element);
        return Some((reason, Clue::Region(format!("stands in the page's “{name}” block"))));
    }
    let reason = if seen.lines[at].words <= 4 { Reason::Navigation } else { Reason::Teaser };
    if places.is_in_other_article(at) {
        return Some((reason, Clue::Region("stands in another article of the page".into())));
    }
    let outside = Clue::Region("outside the page's main story container".into());
    (!places.inside(at)).then_some((reason, outside))
}

/// A cue that is no proof by itself, in a line that is hidden for more than it.
fn hinted(line: &Line) -> Option<(Reason, Clue)> {
    let hits = line.cues.iter().filter(|hit| hit.strength >= Strength::Likely || hit.rest <= 30);
    let best = hits.max_by_key(|hit| (hit.strength, hit.phrase.len()))?;
    Some((best.reason, Clue::Cue(*best)))
}

/// A line behind the story that usually ends one.
struct Ending {
    what: &'static str,
    reason: Reason,
}

impl Ending {
    fn of(line: &Line, (reason, clue): &(Reason, Clue)) -> Option<Self> {
        let Clue::Cue(hit) = clue else { return None };
        let what = match reason {
            Reason::Legal => "a legal notice",
            Reason::Comments if stands_over_list(hit) => "the heading of the comments",
            Reason::Teaser if stands_over_list(hit) => "a heading over other stories",
            Reason::Navigation if line.words <= 40 && hit.place == Place::Opens => "the tags",
            _ => return None,
        };
        Some(Self { what, reason: *reason })
    }

    fn reason(&self, line: &Line, place: Where, core: &Hashes) -> Option<(Reason, Clue)> {
        if place != Where::After {
            return None;
        }
        let reason = match self.reason {
            Reason::Comments => Reason::Comments,
            _ if line.looks_like_name() => Reason::Byline,
            _ if line.words <= 3 => Reason::Navigation,
            _ => Reason::Teaser,
        };
        let stranger = line.is_prose() && line.kinship(core) < STRANGE;
        Some((reason, Clue::Behind(self.what, stranger)))
    }
}

/// A paragraph that shares less than this of its meaning with the story is about something else.
const STRANGE: f32 = 0.25;

/// A cue line that says no more than itself announces what stands under it.
fn stands_over_list(hit: &Hit) -> bool {
    hit.rest <= 12
        && hit.strength > Strength::Hint
        && matches!(hit.place, Place::Whole | Place::Opens)
}

impl Reasons<'_> {
    /// Says what swayed the forests, of lines that no other clue tells of. They are asked of many
    /// at once.
    pub fn say_what_swayed(&mut self, document: &Document, judged: &Judged) {
        // What leads up to a story and what trails behind it is plain to see.
        let stray =
            |(at, place): &(usize, Where)| *place != Where::Among && self.lines[*at].words <= 8;
        let asked = self.swayed.iter().filter(|one| !stray(one));
        let asked: Vec<usize> = asked.map(|(at, _)| *at).collect();
        for (&at, facet) in asked.iter().zip(judged.strongest(&asked)) {
            if let Some((_, clue)) = &mut self.found[at] {
                let text = &document.article.paragraphs[at].text;
                *clue = of_facet(facet, judged, &self.lines[at], text).unwrap_or(clue.clone());
            }
        }
    }
}

/// A kind of facts as a clue, where the line shows it.
fn of_facet(facet: Facet, judged: &Judged, line: &Line, text: &str) -> Option<Clue> {
    match facet {
        Facet::Words => {
            let words = judged.telling_words(text);
            (!words.is_empty()).then_some(Clue::Words(words))
        }
        Facet::Links if line.links > 0.3 => Some(Clue::Links(line.links)),
        Facet::Kinship if line.words >= 4 => Some(Clue::Stranger),
        Facet::Form if line.words <= 12 => Some(Clue::Short),
        Facet::Block if judged.is_page() => Some(Clue::Block),
        _ => None,
    }
}

/// What a line most likely is by form and place.
fn guess(line: &Line, place: Where, above: Option<Reason>) -> Reason {
    match place {
        _ if line.kind == Kind::Caption => Reason::Credit,
        _ if line.looks_like_name() || (line.by && line.words <= 14) => Reason::Byline,
        _ if line.times >= 0.6 => Reason::Timestamp,
        Where::After if above == Some(Reason::Comments) => Reason::Comments,
        _ if line.links > 0.6 && line.words > 3 => Reason::Teaser,
        Where::Before if line.words <= 8 => Reason::Navigation,
        Where::After if line.words <= 3 => Reason::Navigation,
        Where::After if line.words <= 60 => Reason::Teaser,
        Where::Among if above == Some(Reason::Teaser) && line.words <= 20 => Reason::Teaser,
        _ => Reason::Other,
    }
}
