//! A document as rows of numbers, one a line: what the forests split on.
//!
//! The first reading knows each line, its neighbours and its document. The second (see
//! [`super::story`]) also knows what the first made of every line.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use super::blocks;
use super::cues::{Hit, Place, Strength};
use super::features::{Line, share_in};
use super::observed::Observed;
use super::signs::Ending;
use super::words::Hashes;
use crate::article::{Kind, Reason};

/// What kind of fact a number of a row is: the forest is asked what it would say without those of
/// one kind, to tell the reader why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Facet {
    /// What the line says.
    Words,
    /// Its length, ending, capitals, figures.
    Form,
    Links,
    /// Which lines stand around it, and where in the document.
    Place,
    /// What it shares with title and story.
    Kinship,
    /// The blocks of the page around it, and their names.
    Block,
}

impl Facet {
    pub const ALL: [Facet; 6] =
        [Facet::Words, Facet::Form, Facet::Links, Facet::Place, Facet::Kinship, Facet::Block];
}

/// The kinds of the numbers of a row of the second reading, in order.
pub fn facets(is_page: bool) -> Vec<Facet> {
    use Facet::{Block, Form, Kinship, Links, Place, Words};
    let own: [&[Facet]; 9] = [
        &[Form; 7],
        &[Links, Form, Form, Form, Form, Form, Form],
        &[Kinship, Kinship, Form, Form, Form, Words, Words],
        &[Form; 4],
        &[Kinship, Kinship, Form, Form, Kinship, Kinship],
        &[Words; Reason::ALL.len()],
        &[Words; 4],
        &[Place; 6 * NEAR.len()],
        &[Place; 32],
    ];
    let kin: &[Facet] = &[Kinship, Kinship, Place, Kinship, Kinship];
    let mut facets = own.concat();
    facets.extend(kin);
    if is_page {
        facets.extend([Block; 45]);
    }
    facets.extend([Place; 24]);
    facets.extend([Kinship, Kinship, Place]);
    if is_page {
        facets.extend([Block; blocks::WIDTH]);
    }
    facets
}

/// A document seen, with what the word models make of its lines.
pub struct Reading<'a> {
    pub seen: &'a Observed,
    wording: Vec<f32>,
    /// What the names of the blocks around each line say, on a page.
    naming: Vec<f32>,
    whole: Whole,
}

const NEAR: [isize; 6] = [-3, -2, -1, 1, 2, 3];

impl<'a> Reading<'a> {
    pub fn new(seen: &'a Observed, wording: Vec<f32>, naming: Vec<f32>) -> Self {
        let whole = Whole::of(seen, &wording);
        Self { seen, wording, naming, whole }
    }

    /// The row of a line in the first reading; `row` is overwritten.
    pub fn first(&self, at: usize, row: &mut Vec<f32>) {
        row.clear();
        self.own(at, row);
        for step in NEAR {
            self.neighbour(at.checked_add_signed(step), row);
        }
        self.around(at, row);
        if let Some(places) = &self.seen.places {
            row.push(self.naming[at]);
            places.push(at, row);
        }
    }

    fn own(&self, at: usize, row: &mut Vec<f32>) {
        let line = &self.seen.lines[at];
        let mut cues = [0.0f32; Reason::ALL.len()];
        for hit in &line.cues {
            let slot = &mut cues[hit.reason as usize];
            *slot = slot.max(strength(hit));
        }
        row.extend([
            line.words.min(200) as f32,
            line.characters as f32 / line.words.max(1) as f32,
            ending(line),
            line.capitals,
            line.digits,
            line.stops,
            line.times,
            line.links,
            line.machine,
            flag(line.dated),
            flag(line.bullet),
            flag(line.labelled),
            line.separators.min(9) as f32,
            flag(line.signed),
            flag(line.again),
            flag(line.is_title),
            flag(line.by),
            kind(line.kind),
            flag(line.looks_like_name()),
            self.seen.verdicts[at].logit,
            self.wording[at],
            line.sentences.min(20) as f32,
            flag(line.quotes),
            flag(line.lower),
            line.shout,
            line.kinship(&self.seen.title),
            self.whole.echo(line),
            line.content.len().min(60) as f32,
            line.names.len().min(20) as f32,
            self.whole.name_echo(line),
            share_in(&line.names, &self.seen.title),
        ]);
        row.extend(cues);
        row.extend(self.seen.credits.shares(line));
    }

    fn neighbour(&self, at: Option<usize>, row: &mut Vec<f32>) {
        let lines = &self.seen.lines;
        match at.filter(|&at| at < lines.len()) {
            Some(at) => row.extend([
                lines[at].words.min(100) as f32,
                ending(&lines[at]),
                self.seen.verdicts[at].logit,
                self.wording[at],
                lines[at].links,
                kind(lines[at].kind),
            ]),
            None => row.extend([-1.0; 6]),
        }
    }

    fn around(&self, at: usize, row: &mut Vec<f32>) {
        let (lines, whole) = (&self.seen.lines, &self.whole);
        let line = &lines[at];
        let count = lines.len();
        let alike = |step: isize| {
            let other = at.checked_add_signed(step).and_then(|other| lines.get(other));
            other.is_some_and(|o| o.ending == line.ending && o.words.abs_diff(line.words) <= 4)
        };
        let prose = whole.prose.mean(0, count);
        row.extend([
            at.min(50) as f32,
            (count - at).min(50) as f32,
            at as f32 / count as f32,
            count.min(120) as f32,
            whole.prose.sum(0, at).min(10.0),
            whole.prose.sum(at + 1, count).min(10.0),
            whole.prose_words.sum(0, at) / whole.prose_words.sum(0, count).max(1.0),
            whole.prose_words.sum(0, count).min(1200.0),
            whole.form_count[at],
            whole.forms,
            prose,
            whole.prose_words.sum(0, count) / whole.prose.sum(0, count).max(1.0),
            whole.since_prose[at],
            whole.until_prose[at],
            whole.around(&whole.prose, at, 4),
            whole.around(&whole.wording, at, 4),
            whole.around(&whole.logit, at, 4),
            whole.around(&whole.links, at, 4),
            whole.around(&whole.words, at, 4),
            whole.around(&whole.prose, at, 12),
            whole.around(&whole.wording, at, 12),
            whole.links.mean(0, count),
            whole.cued.mean(0, count),
            whole.stops,
            whole.last_cue[at].0,
            whole.last_cue[at].1,
            whole.around(&whole.bullets, at, 4),
            whole.around(&whole.labels, at, 4),
            whole.around(&whole.digits, at, 4),
            whole.around(&whole.capitals, at, 4),
            whole.around(&whole.kin, at, 4),
            whole.around(&whole.cued, at, 4),
            line.kinship(&whole.core),
            share_in(&line.names, &whole.names_of_lead),
            NEAR.into_iter().filter(|&step| alike(step)).count() as f32,
            at.checked_sub(1).map_or(-1.0, |above| line.kinship(&lines[above].content)),
            lines.get(at + 1).map_or(-1.0, |below| line.kinship(&below.content)),
        ]);
    }
}

fn flag(yes: bool) -> f32 {
    f32::from(u8::from(yes))
}

fn ending(line: &Line) -> f32 {
    match line.ending {
        Ending::Sentence => 0.0,
        Ending::Ellipsis => 1.0,
        Ending::Colon => 2.0,
        Ending::Open => 3.0,
    }
}

fn kind(kind: Kind) -> f32 {
    match kind {
        Kind::Quote => 0.0,
        Kind::Code => 1.0,
        Kind::Paragraph => 2.0,
        Kind::Heading => 3.0,
        Kind::ListItem => 4.0,
        Kind::TableRow => 5.0,
        Kind::Caption => 6.0,
    }
}

fn strength(hit: &Hit) -> f32 {
    let strength = match hit.strength {
        Strength::Hint => 1.0,
        Strength::Likely => 2.0,
        Strength::Sure => 3.0,
    };
    strength + if hit.place == Place::Whole { 0.5 } else { 0.0 }
}

/// Sums of a value over lines.
pub struct Sums(Vec<f32>);

impl Sums {
    pub fn of(values: impl Iterator<Item = f32>) -> Self {
        let mut sums = vec![0.0];
        let mut sum = 0.0;
        sums.extend(values.map(|value| {
            sum += value;
            sum
        }));
        Self(sums)
    }

    pub fn sum(&self, from: usize, to: usize) -> f32 {
        self.0[to.min(self.0.len() - 1)] - self.0[from.min(to)]
    }

    pub fn mean(&self, from: usize, to: usize) -> f32 {
        let to = to.min(self.0.len() - 1);
        if from < to { self.sum(from, to) / (to - from) as f32 } else { 0.0 }
    }
}

/// What the first reading knows of the document as a whole.
struct Whole {
    prose: Sums,
    prose_words: Sums,
    wording: Sums,
    logit: Sums,
    links: Sums,
    words: Sums,
    cued: Sums,
    /// What lists, tables and interviews have in common, and what they share with their story.
    bullets: Sums,
    labels: Sums,
    digits: Sums,
    capitals: Sums,
    kin: Sums,
    since_prose: Vec<f32>,
    until_prose: Vec<f32>,
    /// Of the last line above that ends stories by its words: what it is, how far up.
    last_cue: Vec<(f32, f32)>,
    /// Words of meaning and names in two lines or more.
    shared: Hashes,
    shared_names: Hashes,
    core: Hashes,
    names_of_lead: Hashes,
    stops: f32,
    /// Of each line, how many short lines with running text between them open like it.
    form_count: Vec<f32>,
    /// The share of lines that open like another.
    forms: f32,
}

impl Whole {
    fn of(seen: &Observed, wording: &[f32]) -> Self {
        let lines = &seen.lines;
        let runs = |at: usize| lines[at].is_prose() && !seen.verdicts[at].hides();
        let all = 0..lines.len();
        let lead: Vec<&Line> =
            all.clone().filter(|&at| runs(at)).take(LEAD).map(|at| &lines[at]).collect();
        let mut core = seen.title.clone();
        core.extend(lead.iter().flat_map(|line| &line.content));
        let mut names_of_lead = seen.title.clone();
        names_of_lead.extend(lead.iter().flat_map(|line| &line.names));
        let words: usize = lines.iter().map(|line| line.words).sum();
        let core = Hashes::new(core);
        let form_count = forms(seen, runs);
        let forms =
            form_count.iter().filter(|n| **n >= 3.0).count() as f32 / lines.len().max(1) as f32;
        let stops: f32 = lines.iter().map(|line| line.stops * line.words as f32).sum();
        Self {
            prose: Sums::of(all.clone().map(|at| flag(runs(at)))),
            prose_words: Sums::of(all.clone().map(|at| flag(runs(at)) * lines[at].words as f32)),
            wording: Sums::of(wording.iter().copied()),
            logit: Sums::of(seen.verdicts.iter().map(|v| v.logit.clamp(-4.0, 4.0))),
            links: Sums::of(lines.iter().map(|line| line.links)),
            words: Sums::of(lines.iter().map(|line| line.words.min(100) as f32)),
            cued: Sums::of(lines.iter().map(|line| flag(!line.cues.is_empty()))),
            bullets: Sums::of(lines.iter().map(|line| flag(line.bullet))),
            labels: Sums::of(lines.iter().map(|line| flag(line.labelled))),
            digits: Sums::of(lines.iter().map(|line| line.digits)),
            capitals: Sums::of(lines.iter().map(|line| line.capitals)),
            kin: Sums::of(lines.iter().map(|line| line.kinship(&core))),
            since_prose: distances(all.clone().map(runs)),
            until_prose: {
                let mut until = distances(all.clone().rev().map(runs));
                until.reverse();
                until
            },
            last_cue: last_cues(seen),
            shared: repeated(lines.iter().map(|line| &line.content)),
            shared_names: repeated(lines.iter().map(|line| &line.names)),
            core,
            names_of_lead: Hashes::new(names_of_lead),
            stops: stops / words.max(1) as f32,
            form_count,
            forms,
        }
    }

    fn echo(&self, line: &Line) -> f32 {
        share_in(&line.content, &self.shared)
    }

    fn name_echo(&self, line: &Line) -> f32 {
        share_in(&line.names, &self.shared_names)
    }

    fn around(&self, sums: &Sums, at: usize, reach: usize) -> f32 {
        sums.mean(at.saturating_sub(reach), at + reach + 1)
    }
}

/// How many paragraphs stand for what a story is about.
pub const LEAD: usize = 6;

/// The words of two lists or more.
fn repeated<'a>(lists: impl Iterator<Item = &'a Vec<u32>> + Clone) -> Hashes {
    let most = lists.clone().map(Vec::len).sum();
    let mut seen: HashSet<u32, RandomState> =
        HashSet::with_capacity_and_hasher(most, RandomState::default());
    // No list holds a word twice.
    Hashes::new(lists.flatten().copied().filter(|word| !seen.insert(*word)).collect())
}

/// How far back each line's last yes lies; 50 without one.
pub fn distances(yes: impl Iterator<Item = bool>) -> Vec<f32> {
    let mut last: Option<usize> = None;
    let distance = |(at, yes): (usize, bool)| {
        let far = last.map_or(50.0, |last| ((at - last) as f32).min(50.0));
        last = if yes { Some(at) } else { last };
        far
    };
    yes.enumerate().map(distance).collect()
}

/// In a ranking or a test of many products the same labels come again and again, with running
/// text between: "Record: 15-0". A menu has no text between its entries.
fn forms(seen: &Observed, runs: impl Fn(usize) -> bool) -> Vec<f32> {
    let mut counts: HashMap<u32, (usize, f32), RandomState> = HashMap::default();
    let mut prose = 0;
    let key = |line: &Line| line.opening.wrapping_mul(31) ^ kind(line.kind) as u32;
    for (at, line) in seen.lines.iter().enumerate() {
        prose += usize::from(runs(at));
        if line.words <= 20 && !line.is_prose() {
            let (since, count) = counts.entry(key(line)).or_insert((usize::MAX, 0.0));
            if *since != prose {
                (*since, *count) = (prose, *count + 1.0);
            }
        }
    }
    let count = |line: &Line| counts.get(&key(line)).map_or(0.0, |found| found.1.min(10.0));
    seen.lines
        .iter()
        .map(|line| if line.words <= 20 && !line.is_prose() { count(line) } else { -1.0 })
        .collect()
}

fn last_cues(seen: &Observed) -> Vec<(f32, f32)> {
    let mut last: Option<(usize, f32)> = None;
    let mut prose = 0;
    let mut found = Vec::with_capacity(seen.lines.len());
    for (at, (line, verdict)) in seen.lines.iter().zip(&seen.verdicts).enumerate() {
        found.push(last.map_or((0.0, 60.0), |(from, what)| (what, ((at - from) as f32).min(60.0))));
        prose += usize::from(line.is_prose() && !verdict.hides());
        if prose >= 2 && verdict.hides() {
            let hit = line.cues.iter().max_by(|a, b| a.strength.cmp(&b.strength));
            let what = match hit.map(|hit| hit.reason) {
                Some(Reason::Teaser) => 1.0,
                Some(Reason::Subscribe | Reason::Share) => 2.0,
                Some(Reason::Navigation) => 3.0,
                Some(Reason::Legal) => 4.0,
                Some(Reason::Comments) => 5.0,
                _ => continue,
            };
            last = Some((at, what));
        }
    }
    found
}
