//! Where in a JSON document the list of articles begins: `{"status": "ok", "articles": [{…`, as
//! the answers and exports of services are. It is found without reading the list.

use super::header::{self, Field};
use super::json_keys;

/// What such lists are called.
const LISTS: [&str; 12] = [
    "articles",
    "items",
    "entries",
    "results",
    "docs",
    "documents",
    "posts",
    "stories",
    "news",
    "hits",
    "data",
    "records",
];
/// How deep the list may lie: `{"response": {"hits": {"hits": [`.
const DEPTH: usize = 4;

/// The place just behind the `[` of the list, in bytes, where `head`, the beginning of a document,
/// is an object that holds one.
pub(super) fn start(head: &[u8]) -> Option<usize> {
    let head_of = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    if !head_of.trim_ascii_start().starts_with(b"{") {
        return None;
    }
    let mut scan = Scan { head, ..Scan::default() };
    while let Some(&byte) = head.get(scan.at) {
        scan.at += 1;
        match byte {
            b'"' => {
                let key = scan.string()?;
                if let Some(found) = scan.key(key) {
                    return found;
                }
            }
            b'{' => scan.depth += 1,
            b'[' => {
                scan.depth += 1;
                scan.lists += 1;
            }
            b'}' | b']' => scan.close(byte)?,
            _ => {}
        }
    }
    None
}

#[derive(Default)]
struct Scan<'a> {
    head: &'a [u8],
    at: usize,
    /// Braces and brackets that are open, and how many of them are brackets.
    depth: usize,
    lists: usize,
    /// A list whose first object has not told yet what it is: its place, and the depth in it.
    candidate: Option<(usize, usize)>,
}

impl<'a> Scan<'a> {
    /// The rest of a string.
    fn string(&mut self) -> Option<&'a str> {
        let from = self.at;
        loop {
            match self.head.get(self.at)? {
                b'\\' => self.at += 2,
                b'"' => break,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        Some(std::str::from_utf8(&self.head[from..self.at - 1]).unwrap_or_default())
    }

    /// The next sign from a place on, and its place.
    fn sign(&self, from: usize) -> Option<(usize, u8)> {
        let rest = self.head.get(from..)?;
        let skip = rest.iter().position(|byte| !byte.is_ascii_whitespace())?;
        Some((from + skip, rest[skip]))
    }

    /// Looks at a string that may be a key. Some: the search is over.
    fn key(&mut self, key: &str) -> Option<Option<usize>> {
        let (colon, b':') = self.sign(self.at)? else { return None };
        let value = self.sign(colon + 1)?;
        match self.candidate {
            Some((place, depth)) => {
                let tells = self.depth == depth + 1 && tells_article(key);
                tells.then_some(Some(place))
            }
            None if self.lists > 0 => None,
            // An article of its own, whatever else it lists.
            None if json_keys::is_text(key) && value.1 == b'"' => Some(None),
            None => {
                let named = LISTS.iter().any(|list| key.eq_ignore_ascii_case(list));
                let objects = value.1 == b'[' && self.sign(value.0 + 1)?.1 == b'{';
                if named && objects && self.depth <= DEPTH {
                    self.at = value.0 + 1;
                    self.depth += 1;
                    self.candidate = Some((self.at, self.depth));
                }
                None
            }
        }
    }

    /// `None` when more is closed than was open.
    fn close(&mut self, byte: u8) -> Option<()> {
        self.depth = self.depth.checked_sub(1)?;
        if byte == b']' {
            self.lists = self.lists.saturating_sub(1);
        }
        // The first object of the list has ended and was no article.
        if self.candidate.is_some_and(|(_, depth)| depth == self.depth) {
            self.candidate = None;
            self.lists += 1;
        }
        Some(())
    }
}

/// A key that objects have which are articles, or which wrap one.
fn tells_article(key: &str) -> bool {
    header::field(key) == Some(Field::Title)
        || json_keys::is_text(key)
        || json_keys::is_wrapper(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What follows the place that is found.
    fn after(text: &str) -> Option<&str> {
        start(text.as_bytes()).map(|at| &text[at..])
    }

    #[test]
    fn the_list_of_an_answer_is_found() {
        for text in [
            "{\"status\": \"ok\", \"total\": 2, \"articles\": [{\"source\": {\"id\": [1]}, \"title\": \"A\"}]}",
            "\u{feff}{\"title\": \"Feed\", \"items\":\n [ {\"id\": 1, \"title\": \"A\"}]}",
            "{\"took\": 1, \"hits\": {\"total\": {\"value\": 1}, \"hits\": [{\"_id\": 1, \"_source\": {",
            "{\"facets\": [{\"data\": [{\"n\": 1}]}], \"data\": [{\"text\": \"a ] } \\\" [\"}]}",
        ] {
            let found = after(text).unwrap_or_else(|| panic!("{text}"));
            assert!(found.trim_start().starts_with('{') && !found.contains("facets"), "{found}");
        }
    }

    #[test]
    fn articles_and_other_lists_are_left_alone() {
        for text in [
            "{\"title\": \"A\", \"text\": \"Long\", \"items\": [{\"title\": \"B\"}]}",
            "{\"title\": \"A\", \"data\": [{\"n\": 1}, {\"title\": \"B\"}]}",
            "{\"items\": [1, 2]}",
            "{\"items\": []}",
            "[{\"title\": \"A\"}]",
            "{\"data\": {\"title\": \"A\"}}",
            "}{\"items\": [{\"title\": 1}]}",
            "{\"items\": [{\"title",
        ] {
            assert_eq!(after(text), None, "{text}");
        }
    }
}
