//! Where in its page each line stands, as numbers.

use super::features::Line;
use super::fold::hash;
use super::hints::{self, Role};
use super::page::Page;
use super::wording;
use crate::article::{Element, Layout, Reason};

/// Elements around a line whose text is weighed.
pub const LEVELS: usize = 4;
/// Elements around a line whose tags are looked at.
const REACH: usize = 12;
/// Elements around a line whose names are read.
const NAMED: usize = 6;

/// Tags that say something of what stands in them, alike ones together.
const TAGS: [&[&str]; 10] = [
    &["article"],
    &["main"],
    &["aside", "nav", "footer", "form"],
    &["header"],
    &["figure", "figcaption"],
    &["li", "ul", "ol"],
    &["table", "td"],
    &["blockquote"],
    &["p"],
    &["section"],
];

/// What is known of the elements of a page.
pub struct Places {
    parents: Vec<Option<u32>>,
    /// For each line its element.
    elements: Vec<u32>,
    stated: Vec<bool>,
    states: bool,
    title: Option<u32>,
    facts: Vec<Fact>,
}

/// An element.
struct Fact {
    inside: f32,
    /// Levels below the element that holds the story.
    below: f32,
    depth: f32,
    /// The believed and the named reason of a block beside the story, how far up it begins, and
    /// its share of the page's running text.
    side: [f32; 4],
    /// The element that is that block.
    beside: Option<u32>,
    body: f32,
    /// Bits of [`TAGS`].
    tags: u16,
    /// Share of the page's running text, lines, link density, words a line.
    text: [f32; 4],
}

impl Places {
    pub fn of(page: &Page, layout: &Layout, lines: &[Line]) -> Self {
        let count = layout.elements.len();
        let prose = |at: usize| if lines[at].is_prose() { lines[at].words as f32 } else { 0.0 };
        let prose = page.gather(prose);
        let words = page.gather(|at| lines[at].words as f32);
        let linked = page.gather(|at| lines[at].words as f32 * lines[at].links);
        let entries = page.gather(|_| 1.0);
        let story = page.story();
        let inside = story.map_or_else(|| vec![false; count], |story| page.inside(story));
        let parents = (0..count).map(|at| page.parent(at).map(|parent| parent as u32)).collect();
        let whole = prose[0].max(1.0);
        let mut facts: Vec<Fact> = Vec::with_capacity(count);
        for at in 0..count {
            let above = page.parent(at).map(|parent| &facts[parent]);
            let depth = above.map_or(0.0, |above| above.depth + 1.0);
            let side = page.side[at];
            let own = reason(hints::role(&layout.elements[at]));
            facts.push(Fact {
                inside: f32::from(u8::from(inside[at])),
                below: 0.0,
                depth,
                side: [
                    side.and_then(|side| reason(page.roles[side])).unwrap_or(-1.0),
                    own.or(above.map(|above| above.side[1])).unwrap_or(-1.0),
                    side.map_or(-1.0, |s| match above {
                        Some(above) if s != at => above.side[2] + 1.0,
                        _ => 0.0,
                    }),
                    side.map_or(0.0, |side| prose[side] / whole),
                ],
                beside: side.map(|side| side as u32),
                body: f32::from(u8::from(page.body[at])),
                tags: tags(&layout.elements[at].tag),
                text: [
                    prose[at] / whole,
                    entries[at],
                    linked[at] / words[at].max(1.0),
                    words[at] / entries[at].max(1.0),
                ],
            });
        }
        let story_depth = story.map_or(0.0, |story| facts[story].depth);
        facts.iter_mut().for_each(|fact| fact.below = fact.depth - story_depth);
        Self {
            parents,
            elements: (0..lines.len()).map(|at| page.element(at) as u32).collect(),
            stated: page.stated.clone(),
            states: page.stated.iter().any(|&stated| stated),
            title: layout.title_before,
            facts,
        }
    }

    /// The element of a line and those around it, inner ones first.
    fn around(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        let first = Some(self.elements[at] as usize);
        std::iter::successors(first, |&e| self.parents[e].map(|parent| parent as usize))
    }

    /// The element around a line that is named as something beside the story.
    pub fn beside(&self, at: usize) -> Option<usize> {
        self.facts[self.elements[at] as usize].beside.map(|element| element as usize)
    }

    /// The line stands in a block that calls itself readers' comments or a consent banner.
    pub fn is_never_story(&self, at: usize) -> bool {
        let reason = self.facts[self.elements[at] as usize].side[0];
        [Reason::Comments, Reason::Consent].iter().any(|never| reason == *never as usize as f32)
    }

    /// The line stands in the element that holds the story.
    pub fn inside(&self, at: usize) -> bool {
        self.facts[self.elements[at] as usize].inside > 0.0
    }

    /// Adds what is known of the place of a line.
    pub fn push(&self, at: usize, row: &mut Vec<f32>) {
        let fact = &self.facts[self.elements[at] as usize];
        let stated = f32::from(u8::from(self.stated[at]));
        row.extend([fact.inside, fact.below]);
        row.extend(fact.side);
        row.extend([fact.body, stated + f32::from(u8::from(self.states)) * 2.0]);
        let mut tags = [REACH as f32; TAGS.len()];
        for (level, element) in self.around(at).take(REACH).enumerate() {
            let bits = self.facts[element].tags;
            for (tag, nearest) in tags.iter_mut().enumerate() {
                if bits & (1 << tag) != 0 && *nearest == REACH as f32 {
                    *nearest = level as f32;
                }
            }
        }
        row.extend(tags);
        let title = self.title.map_or(-60.0, |t| (at as f32 - t as f32).clamp(-60.0, 200.0));
        row.extend([title, fact.depth]);
        let mut levels = [[-1.0; 4]; LEVELS];
        for (level, element) in levels.iter_mut().zip(self.around(at)) {
            *level = self.facts[element].text;
        }
        row.extend(levels.into_iter().flatten());
    }

    /// For each line, how the first reading judged the other lines of the blocks around it,
    /// weighed by words; -1 where there are none.
    pub fn read(&self, hidden: &[f32], lines: &[Line]) -> Vec<[f32; LEVELS]> {
        let weight = |at: usize| lines[at].words.min(80) as f32;
        let mut sums = vec![(0.0f32, 0.0f32); self.facts.len()];
        for (at, hidden) in hidden.iter().enumerate() {
            for element in self.around(at).take(REACH) {
                sums[element].0 += weight(at);
                sums[element].1 += weight(at) * hidden;
            }
        }
        let others = |at: usize| {
            let mut judged = [-1.0; LEVELS];
            for (slot, element) in judged.iter_mut().zip(self.around(at)) {
                let rest = sums[element].0 - weight(at);
                if rest > 0.5 {
                    *slot = (sums[element].1 - weight(at) * hidden[at]) / rest;
                }
            }
            judged
        };
        (0..lines.len()).map(others).collect()
    }
}

fn reason(role: Option<Role>) -> Option<f32> {
    match role {
        Some(Role::Side(reason)) => Some(reason as usize as f32),
        _ => None,
    }
}

fn tags(tag: &str) -> u16 {
    let alike = TAGS.iter().enumerate().filter(|(_, tags)| tags.contains(&tag));
    alike.fold(0, |bits, (at, _)| bits | 1 << at)
}

/// For each line, the buckets of the tags, classes and ids around it.
pub fn tokens(page: &Page, layout: &Layout, lines: usize) -> Vec<Vec<u16>> {
    let mut names: Vec<Option<Vec<(u32, u32)>>> = vec![None; layout.elements.len()];
    let mut tokens = Vec::with_capacity(lines);
    for at in 0..lines {
        let mut line = Vec::new();
        let around = std::iter::successors(Some(page.element(at)), |&element| page.parent(element));
        for (level, element) in around.take(NAMED).enumerate() {
            let words = names[element].get_or_insert_with(|| words(&layout.elements[element]));
            let distance = level.min(2) as u32;
            line.extend(
                words.iter().map(|&(part, word)| wording::bucket(part + distance, &[word])),
            );
        }
        line.sort_unstable();
        line.dedup();
        tokens.push(line);
    }
    tokens
}

/// What an element is called: the use of each word, and its hash.
fn words(element: &Element) -> Vec<(u32, u32)> {
    let mut words = vec![(20, hash(&element.tag))];
    for word in element.hints.split_whitespace().take(12) {
        words.push((30, hash(word)));
        let pieces = word.split(|c: char| !c.is_alphabetic()).filter(|piece| piece.len() > 1);
        words.extend(pieces.take(8).map(|piece| (40, hash(piece))));
    }
    words
}
