//! What the blocks around a line are called and where its first link leads, as buckets.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::features::Line;
use super::fold::hash;
use super::page::Page;
use super::wording;
use crate::article::{Article, Element, Layout};

/// Elements around a line whose names are read.
const NAMED: usize = 6;

/// For each line, the buckets of the tags, classes and ids around it.
pub fn buckets(page: &Page, layout: &Layout, article: &Article, lines: &[Line]) -> Vec<Vec<u16>> {
    let home = article.url.as_deref().map_or("", host);
    // By how near the element is; the lines of a list stand in elements of the same names.
    let mut names: Vec<[Option<Vec<u16>>; 3]> = vec![[const { None }; 3]; page.called.count()];
    let mut known: HashMap<Vec<usize>, Vec<u16>, RandomState> = HashMap::default();
    let mut tokens = Vec::with_capacity(lines.len());
    for (at, (seen, paragraph)) in lines.iter().zip(&article.paragraphs).enumerate() {
        let parents = std::iter::successors(Some(page.element(at)), |&one| page.parent(one));
        let around: Vec<usize> = parents.take(NAMED).collect();
        let numbers = around.iter().map(|&element| page.called.number(element)).collect();
        let named = known.entry(numbers).or_insert_with_key(|numbers| {
            let mut named = Vec::new();
            for (level, (name, &element)) in numbers.iter().zip(&around).enumerate() {
                let distance = level.min(2);
                let buckets = names[*name][distance]
                    .get_or_insert_with(|| called(&layout.elements[element], distance as u32));
                named.extend_from_slice(buckets);
            }
            named.sort_unstable();
            named.dedup();
            named
        });
        let mut line = named.clone();
        if seen.links > 0.5
            && let Some(link) = paragraph.links.first()
        {
            let words = destination(&link.href, home);
            for bucket in words.map(|word| wording::bucket(50, &[word])) {
                if let Err(place) = line.binary_search(&bucket) {
                    line.insert(place, bucket);
                }
            }
        }
        tokens.push(line);
    }
    tokens
}

fn host(address: &str) -> &str {
    let rest = address.split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or("").trim_start_matches("www.")
}

/// Where a link leads: the host if it is not the page's own, and the words of the first parts of
/// the path, as hashes. The words of a headline in it say nothing.
fn destination<'a>(address: &'a str, home: &'a str) -> impl Iterator<Item = u32> + 'a {
    let host = host(address);
    let away = (host != home).then(|| hash(host));
    let path = address.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
    let parts = path.map_or("", |(_, path)| path).split(['/', '?', '#']).take(3);
    let plain = parts.filter(|part| part.matches('-').count() <= 2 && part.len() <= 30);
    let words = plain.flat_map(|part| part.split(|c: char| !c.is_alphabetic()));
    let words = words.filter(|word| word.len() > 1).take(6).map(hash);
    let scheme = address.split(':').next().unwrap_or("");
    away.into_iter().chain([hash(scheme) ^ u32::from(away.is_some())]).chain(words)
}

/// What an element so near is called, as the buckets of its words.
fn called(element: &Element, distance: u32) -> Vec<u16> {
    let bucket = |part: u32, word: &str| wording::bucket(part + distance, &[hash(word)]);
    let mut buckets = vec![bucket(20, &element.tag)];
    for word in element.hints.split_whitespace().take(12) {
        buckets.push(bucket(30, word));
        let pieces = word.split(|c: char| !c.is_alphabetic()).filter(|piece| piece.len() > 1);
        buckets.extend(pieces.take(8).map(|piece| bucket(40, piece)));
    }
    buckets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_link_leads_is_told_by_host_and_path() {
        let words = |address| destination(address, "kos.example").collect::<Vec<u32>>();
        assert!(words("https://www.kos.example/author/jane-doe").contains(&hash("author")));
        assert!(!words("https://kos.example/author/1").contains(&hash("kos.example")));
        assert!(words("https://social.example/share?u=1").contains(&hash("social.example")));
        let slug = words("https://kos.example/news/ferry-is-back-in-kos-after-storm");
        assert!(!slug.contains(&hash("ferry")), "a headline says nothing of what it is");
        assert!(!words("mailto:desk@kos.example").is_empty());
    }
}
