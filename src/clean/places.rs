//! Where in its page each line stands, as numbers.

use std::collections::HashMap;

use super::features::Line;
use super::hints::Role;
use super::page::{MOST, Page};
use crate::article::{Layout, Reason};

/// Elements around a line whose text is weighed.
pub const LEVELS: usize = 4;
/// Elements around a line whose tags are looked at.
const REACH: usize = 12;

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
    /// For each element, how it stands to that of the headline.
    headline: Vec<[f32; 4]>,
    articles: Articles,
    facts: Vec<Fact>,
    /// For each line, of the lines of its make: how many, their share of the page's running text,
    /// links and words a line.
    alike: Vec<[f32; 4]>,
}

/// An element.
struct Fact {
    /// Its tag and names with those of the element around it, as a number: what a page's
    /// paragraphs have in common, and its teasers.
    make: u32,
    inside: f32,
    /// Levels below the element that holds the story.
    below: f32,
    depth: f32,
    /// The believed and the named reason of a block beside the story, how far up it begins, and
    /// its share of the page's running text.
    side: [f32; 4],
    /// The element that is that block.
    beside: Option<u32>,
    /// It calls itself a caption, and holds no more text than one does.
    caption: bool,
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
        let parents: Vec<Option<u32>> =
            (0..count).map(|at| page.parent(at).map(|parent| parent as u32)).collect();
        let whole = prose[0].max(1.0);
        let mut facts: Vec<Fact> = Vec::with_capacity(count);
        let mut makes: Vec<u32> = Vec::with_capacity(count);
        for at in 0..count {
            let above = page.parent(at).map(|parent| &facts[parent]);
            let depth = above.map_or(0.0, |above| above.depth + 1.0);
            let side = page.side[at];
            let own = reason(page.called.role(at));
            let own_make = page.called.make(at);
            makes.push(own_make);
            facts.push(Fact {
                make: own_make.rotate_left(9) ^ page.parent(at).map_or(0, |parent| makes[parent]),
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
                caption: page.called.is_caption(at) && prose[at] <= MOST * prose[0],
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
        let elements: Vec<u32> = (0..lines.len()).map(|at| page.element(at) as u32).collect();
        let headline = headline(layout.title_element, &parents, &facts);
        let articles = Articles::of(layout.title_element, &parents, &facts);
        let alike = alike(lines, whole, |at| facts[elements[at] as usize].make);
        Self {
            parents,
            elements,
            alike,
            stated: page.stated.clone(),
            states: page.stated.iter().any(|&stated| stated),
            title: layout.title_before,
            headline,
            articles,
            facts,
        }
    }

    /// The element of a line and those around it, inner ones first.
    pub fn around(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
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

    /// The line stands in the words under a picture, or right within them.
    pub fn is_caption(&self, at: usize) -> bool {
        self.around(at).take(2).any(|element| self.facts[element].caption)
    }

    /// The line stands above the headline.
    pub fn is_above_headline(&self, at: usize) -> bool {
        self.title.is_some_and(|title| at < title as usize)
    }

    /// Of a page with several articles, the line stands in the headline's.
    pub fn is_in_own_article(&self, at: usize) -> bool {
        self.articles.own.get(self.element(at)).is_some_and(|own| *own)
    }

    /// Of a page with several articles, the line stands in one that has nothing to do with the
    /// headline.
    pub fn is_in_other_article(&self, at: usize) -> bool {
        self.articles.other.get(self.element(at)).is_some_and(|other| *other)
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
        row.extend(self.alike[at]);
        row.extend(self.headline[self.elements[at] as usize]);
    }

    /// What the element of a line has in common with others of its make.
    pub fn make(&self, at: usize) -> u32 {
        self.facts[self.elements[at] as usize].make
    }

    /// How many elements there are.
    pub fn count(&self) -> usize {
        self.facts.len()
    }

    pub fn element(&self, at: usize) -> usize {
        self.elements[at] as usize
    }

    pub fn parent(&self, element: usize) -> Option<usize> {
        self.parents[element].map(|parent| parent as usize)
    }
}

/// For each element, whether it lies in the `article` around the headline, or in one apart from
/// that: neither within it nor around it. Nothing when no `article` is around the headline.
#[derive(Default)]
struct Articles {
    own: Vec<bool>,
    other: Vec<bool>,
}

impl Articles {
    fn of(title: Option<u32>, parents: &[Option<u32>], facts: &[Fact]) -> Self {
        let is_article = |element: usize| facts[element].tags & 1 == 1;
        let above = |element: &usize| parents[*element].map(|parent| parent as usize);
        let title = title.map(|title| title as usize).filter(|title| *title < facts.len());
        let around: Vec<usize> = std::iter::successors(title, above).collect();
        let Some(own) = around.iter().copied().find(|element| is_article(*element)) else {
            return Self::default();
        };
        let mut found = Self::default();
        for element in 0..facts.len() {
            let within = |list: &[bool]| above(&element).is_some_and(|parent| list[parent]);
            let mine = element == own || within(&found.own);
            let apart = is_article(element) && !around.contains(&element) && !mine;
            let other = apart || within(&found.other);
            found.own.push(mine);
            found.other.push(other);
        }
        found
    }
}

/// For each element, how far it and the headline are below the element that holds both, that
/// one's share of the running text, and whether the nearest `article` around both is the same: 1
/// yes, 0 no, -1 there is none. On a page of many stories only one is the headline's.
fn headline(title: Option<u32>, parents: &[Option<u32>], facts: &[Fact]) -> Vec<[f32; 4]> {
    let Some(title) = title.map(|t| t as usize).filter(|&title| title < facts.len()) else {
        return vec![[-1.0; 4]; facts.len()];
    };
    let mut up: Vec<Option<f32>> = vec![None; facts.len()];
    let mut at = Some(title);
    let mut climbed = 0.0;
    while let Some(element) = at {
        up[element] = Some(climbed);
        climbed += 1.0;
        at = parents[element].map(|parent| parent as usize);
    }
    let mut article: Vec<Option<usize>> = Vec::with_capacity(facts.len());
    let mut meets: Vec<usize> = Vec::with_capacity(facts.len());
    for (element, fact) in facts.iter().enumerate() {
        let parent = parents[element].map(|parent| parent as usize);
        article.push(if fact.tags & 1 == 1 {
            Some(element)
        } else {
            parent.and_then(|p| article[p])
        });
        meets.push(if up[element].is_some() { element } else { parent.map_or(0, |p| meets[p]) });
    }
    let own = article[title];
    let of = |(element, meet): (usize, &usize)| {
        let same = match article[element] {
            None => -1.0,
            found => f32::from(u8::from(found == own)),
        };
        let below = (facts[element].depth - facts[*meet].depth).min(20.0);
        [below, up[*meet].unwrap_or(0.0).min(20.0), facts[*meet].text[0], same]
    };
    meets.iter().enumerate().map(of).collect()
}

fn alike(lines: &[Line], whole: f32, make: impl Fn(usize) -> u32) -> Vec<[f32; 4]> {
    let mut sums: HashMap<u32, [f32; 4]> = HashMap::new();
    for (at, line) in lines.iter().enumerate() {
        let sums = sums.entry(make(at)).or_default();
        let words = line.words as f32;
        sums[0] += 1.0;
        sums[1] += if line.is_prose() { words } else { 0.0 };
        sums[2] += words * line.links;
        sums[3] += words;
    }
    let of = |at: usize| {
        let [count, prose, linked, words] = sums[&make(at)];
        [count.min(50.0), prose / whole, linked / words.max(1.0), words / count]
    };
    (0..lines.len()).map(of).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(depth: f32, is_article: bool) -> Fact {
        Fact {
            make: 0,
            inside: 0.0,
            below: 0.0,
            depth,
            side: [-1.0; 4],
            beside: None,
            caption: false,
            body: 0.0,
            tags: u16::from(is_article),
            text: [1.0, 1.0, 0.0, 9.0],
        }
    }

    #[test]
    fn of_many_stories_one_is_the_headlines() {
        // html: article (h1, div: p), article (p).
        let parents = [None, Some(0), Some(1), Some(1), Some(3), Some(0), Some(5)];
        let facts = [(0.0, false), (1.0, true), (2.0, false), (2.0, false), (3.0, false)];
        let facts = facts.into_iter().chain([(1.0, true), (2.0, false)]);
        let facts: Vec<Fact> = facts.map(|(depth, is_article)| fact(depth, is_article)).collect();
        let found = headline(Some(2), &parents, &facts);
        assert_eq!(found[4], [2.0, 1.0, 1.0, 1.0], "two below the article, the headline one");
        assert_eq!(found[6], [2.0, 2.0, 1.0, 0.0], "in another article");
        assert_eq!(found[0][3], -1.0, "in none");
        assert_eq!(headline(None, &parents, &facts)[4], [-1.0; 4]);
        let articles = Articles::of(Some(2), &parents, &facts);
        assert_eq!(articles.own, [false, true, true, true, true, false, false]);
        assert_eq!(articles.other, [false, false, false, false, false, true, true]);
        let none = Articles::of(Some(0), &parents, &facts);
        assert!(none.own.is_empty() && none.other.is_empty(), "the headline stands in no article");
    }

    #[test]
    fn an_article_around_or_within_the_headlines_is_none_apart() {
        // html: article (div, article (h1), article (p)): a live page; the headline's is the inner.
        let parents = [None, Some(0), Some(1), Some(1), Some(3), Some(1), Some(5)];
        let is_article = [false, true, false, true, false, true, false];
        let facts: Vec<Fact> = is_article.map(|is_article| fact(0.0, is_article)).into();
        let articles = Articles::of(Some(4), &parents, &facts);
        assert_eq!(articles.other, [false, false, false, false, false, true, true]);
        // The headline's is the outer one: what stands in the inner ones is its own.
        let articles = Articles::of(Some(2), &parents, &facts);
        assert!(!articles.other.contains(&true) && articles.own[6]);
    }
}
