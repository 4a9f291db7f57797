//! How the first reading judged the blocks of a page around each line, and the lines made alike.

use std::collections::HashMap;

use super::features::Line;
use super::places::{LEVELS, Places};

/// How many numbers a line gets.
pub const WIDTH: usize = LEVELS + 7;
/// The block that holds this share of what was kept holds the story.
const HOLDS: f32 = 0.6;

/// Of one block: words, hidden words, lines.
#[derive(Clone, Copy, Default)]
struct Sum {
    words: f32,
    hidden: f32,
    lines: f32,
}

impl Sum {
    fn add(&mut self, other: Sum) {
        self.words += other.words;
        self.hidden += other.hidden;
        self.lines += other.lines;
    }

    /// The hidden share of all but one line; -1 when there is nothing else.
    fn without(&self, line: Sum) -> f32 {
        let rest = self.words - line.words;
        if rest > 0.5 { ((self.hidden - line.hidden) / rest).clamp(0.0, 1.0) } else { -1.0 }
    }

    fn kept(&self) -> f32 {
        self.words - self.hidden
    }
}

/// For each line, what the first reading made of the other lines of the blocks around it, of the
/// branch that leads to it from the block that holds the story, and of the lines of its make.
pub fn judged(places: &Places, hidden: &[f32], lines: &[Line]) -> Vec<[f32; WIDTH]> {
    let own = |at: usize| {
        let words = lines[at].words.min(80) as f32;
        Sum { words, hidden: words * hidden[at], lines: 1.0 }
    };
    let mut sums = vec![Sum::default(); places.count()];
    let mut makes: HashMap<u32, Sum> = HashMap::new();
    for at in 0..lines.len() {
        sums[places.element(at)].add(own(at));
        makes.entry(places.make(at)).or_default().add(own(at));
    }
    for element in (1..sums.len()).rev() {
        if let Some(parent) = places.parent(element) {
            let sum = sums[element];
            sums[parent].add(sum);
        }
    }
    let all = sums[0].kept().max(1.0);
    let judge = |at: usize| {
        let own = own(at);
        let mut found = [-1.0; WIDTH];
        for (slot, element) in found.iter_mut().zip(places.around(at).take(LEVELS)) {
            *slot = sums[element].without(own);
        }
        let (mut branch, mut climbed) = (places.element(at), 0.0);
        for element in places.around(at) {
            if sums[element].kept() >= HOLDS * all {
                break;
            }
            (branch, climbed) = (element, climbed + 1.0);
        }
        let (branch, make) = (sums[branch], makes[&places.make(at)]);
        found[LEVELS..].copy_from_slice(&[
            climbed,
            branch.without(own),
            branch.lines.min(60.0),
            branch.kept() / all,
            branch.words / branch.lines,
            make.without(own),
            (make.kept() - own.kept()) / all,
        ]);
        found
    };
    (0..lines.len()).map(judge).collect()
}

#[cfg(test)]
mod tests {
    use super::super::observed::Observed;
    use super::*;
    use crate::article::{Article, Document, Element, Layout, Paragraph};

    /// A story of four paragraphs in a block, a list of two teasers in another within the same
    /// article, and the story of another article.
    fn seen() -> Observed {
        let element = |parent: u32, tag: &str, hints: &str| Element {
            parent: Some(parent),
            tag: tag.into(),
            hints: hints.into(),
        };
        let mut elements = vec![Element { tag: "html".into(), ..Element::default() }];
        elements.extend([
            element(0, "article", ""),
            element(1, "h1", ""),
            element(1, "div", "text"),
            element(1, "ul", "more"),
            element(0, "article", ""),
        ]);
        elements.extend([3, 3, 3, 3].map(|parent| element(parent, "p", "")));
        elements.extend([4, 4].map(|parent| element(parent, "li", "entry-7")));
        elements.push(element(5, "p", ""));
        let text = "The ferry came back to Norrvik on Monday after eleven weeks in the yard.";
        let paragraph = |_| Paragraph { text: text.into(), ..Paragraph::default() };
        let article = Article { paragraphs: (0..7).map(paragraph).collect(), ..Article::default() };
        let layout = Layout {
            elements,
            paragraph_element: (6..13).collect(),
            title_before: Some(0),
            title_element: Some(2),
            ..Layout::default()
        };
        Observed::of(&Document { layout: Some(layout), ..Document::of(article) })
    }

    #[test]
    fn a_line_is_seen_with_its_branch_and_those_made_alike() {
        let seen = seen();
        let hidden = [0.1, 0.1, 0.1, 0.1, 0.9, 0.7, 0.8];
        let places = seen.places.as_ref().unwrap();
        let found = judged(places, &hidden, &seen.lines);
        let teaser = &found[4][LEVELS..];
        assert_eq!(teaser[0], 2.0, "two levels below the article that holds the story");
        assert!((teaser[1] - 0.7).abs() < 0.01, "the other teaser of its list: {teaser:?}");
        assert_eq!(teaser[2], 2.0);
        assert!((teaser[5] - 0.7).abs() < 0.01, "figures in names tell nothing apart");
        let story = &found[0][LEVELS..];
        assert!(story[5] < 0.2 && story[6] > 0.4, "{story:?}");
    }
}
