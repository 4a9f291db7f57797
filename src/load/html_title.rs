//! Which of a page's many titles is the headline.

use std::collections::HashSet;

use super::html_blocks::Blocks;
use super::html_meta::{Meta, Stated, unescape};
use super::sanitize;
use crate::article::{Element, Kind};

/// How alike two wordings of one headline are at least, 0 to 1.
const ALIKE: f32 = 0.6;
/// What parts a headline from the site's name in a `<title>`.
const DIVIDERS: [&str; 8] = [" | ", " - ", " – ", " — ", " :: ", " » ", " · ", " • "];

#[derive(Debug, Default, PartialEq)]
pub(super) struct Title {
    pub text: String,
    /// The paragraph that is this title.
    pub paragraph: Option<usize>,
}

/// Prefers the heading that agrees with what the page states, as readers saw it.
pub(super) fn choose(
    meta: &Meta,
    stated: &Stated,
    site: &str,
    blocks: &Blocks,
    elements: &[Element],
) -> Title {
    let stated = stated_titles(meta, stated, site);
    let headings = headings(blocks, elements);
    let agreed = stated.iter().find_map(|title| agreeing(title, &headings));
    if let Some(heading) = agreed.or_else(|| lone_headline(&headings)) {
        let text = in_full(heading.text, &stated).to_string();
        return Title { text, paragraph: Some(heading.paragraph) };
    }
    match stated.into_iter().next() {
        Some(text) => Title { text, paragraph: None },
        None => {
            headings.iter().find(|heading| heading.level == 1).map_or_else(Title::default, |h| {
                Title { text: h.text.to_string(), paragraph: Some(h.paragraph) }
            })
        }
    }
}

struct Heading<'a> {
    text: &'a str,
    paragraph: usize,
    level: u8,
    /// Stands in an `article` or `main`, or says itself that it is the headline.
    inside: bool,
}

fn headings<'a>(blocks: &'a Blocks, elements: &[Element]) -> Vec<Heading<'a>> {
    let paragraphs = blocks.paragraphs.iter().zip(&blocks.elements).enumerate();
    let headings = paragraphs.filter(|(_, (p, _))| p.kind == Kind::Heading);
    headings
        .map(|(at, (paragraph, element))| Heading {
            text: paragraph.text.trim(),
            paragraph: at,
            level: level(elements, *element),
            inside: is_inside(elements, *element),
        })
        .collect()
}

/// 1 to 6.
fn level(elements: &[Element], at: u32) -> u8 {
    let tag = around(elements, at).find(|e| e.tag.len() == 2 && e.tag.starts_with('h'));
    tag.and_then(|element| element.tag[1..].parse().ok()).unwrap_or(6)
}

fn is_inside(elements: &[Element], at: u32) -> bool {
    around(elements, at).any(|element| {
        matches!(element.tag.as_str(), "article" | "main") || element.hints.contains("headline")
    })
}

/// The element and those around it, inner first.
fn around(elements: &[Element], at: u32) -> impl Iterator<Item = &Element> {
    let first = elements.get(at as usize);
    std::iter::successors(first, |element| elements.get(element.parent? as usize))
}

/// What the page states, best first, without the site's name.
fn stated_titles(meta: &Meta, stated: &Stated, site: &str) -> Vec<String> {
    let og = meta.first(&["og:title"]);
    let others = meta.first(&["twitter:title", "dc.title", "headline", "title"]);
    let all = [og, stated.headline.as_deref(), others, meta.title_tag.as_deref()];
    let mut titles: Vec<String> = Vec::new();
    for title in all.into_iter().flatten() {
        let title = without_site(&sanitize::line(&unescape(title)), site);
        if !title.is_empty() && !titles.contains(&title) && !same(&title, site) {
            titles.push(title);
        }
    }
    titles
}

/// `Ferry returns | Kos Post` without what is after the divider, when that is the site's name, or
/// so short beside the rest that it can be nothing else.
fn without_site(title: &str, site: &str) -> String {
    let last = DIVIDERS.iter().filter_map(|d| title.rfind(d).map(|at| (at, d.len()))).max();
    let Some((at, length)) = last else { return title.to_string() };
    let (head, tail) = (title[..at].trim(), title[at + length..].trim());
    let words = |text: &str| text.split(' ').count();
    let bar = title[at..].starts_with(" |") || title[at..].starts_with(" ::");
    let named = !site.is_empty() && (same(tail, site) || folded(site).contains(&folded(tail)));
    if named || (bar && words(tail) <= 4 && words(head) >= 4) {
        return without_site(head, site);
    }
    title.to_string()
}

fn agreeing<'h, 'a>(title: &str, headings: &'h [Heading<'a>]) -> Option<&'h Heading<'a>> {
    let exact = headings.iter().find(|heading| same(heading.text, title));
    let alike = || headings.iter().filter(|h| h.level == 1).find(|h| alike(h.text, title) >= ALIKE);
    exact.or_else(alike)
}

/// A heading that begins with a colon or the like is the rest of one that a box cut in two: as
/// stated, where that ends so.
fn in_full<'a>(heading: &'a str, stated: &'a [String]) -> &'a str {
    if !heading.starts_with([':', '|', '–', '—', '-', '·', '•']) {
        return heading;
    }
    let rest = folded(heading);
    stated.iter().find(|title| folded(title).ends_with(&rest)).map_or(heading, |title| title)
}

/// The only `h1` in the story, when it reads like a headline.
fn lone_headline<'h, 'a>(headings: &'h [Heading<'a>]) -> Option<&'h Heading<'a>> {
    let mut first = headings.iter().filter(|heading| heading.level == 1 && heading.inside);
    let (heading, other) = (first.next()?, first.next());
    (other.is_none() && heading.text.split(' ').count() >= 4).then_some(heading)
}

/// Letters and figures only, lower case.
fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn same(one: &str, other: &str) -> bool {
    folded(one) == folded(other)
}

/// Share of words in common; 1 when one begins with the other at good length.
fn alike(one: &str, other: &str) -> f32 {
    let (a, b) = (folded(one), folded(other));
    let (short, long) = if a.len() < b.len() { (&a, &b) } else { (&b, &a) };
    if short.len() >= 12 && long.contains(short.as_str()) && short.len() * 2 >= long.len() {
        return 1.0;
    }
    let words = |text: &str| -> HashSet<String> {
        text.split(' ').map(folded).filter(|word| !word.is_empty()).collect()
    };
    let (a, b) = (words(one), words(other));
    let all = a.union(&b).count();
    if all == 0 { 0.0 } else { a.intersection(&b).count() as f32 / all as f32 }
}
