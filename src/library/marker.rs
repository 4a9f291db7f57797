//! Finds the words of a query in a text, for the reading pane and for snippets alike.

use std::collections::HashMap;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::analyze;
use super::query::{Node, Query};
use crate::article::Article;

/// Finds the words of a query in a text, with the analysis of the index: case and accents folded.
#[derive(Clone, Debug, Default)]
pub struct Marker {
    needles: Vec<Needle>,
    /// Needles by their first word, where that is whole.
    by_word: HashMap<String, Vec<usize>>,
    /// Needles that are one half-typed word.
    prefixes: Vec<usize>,
}

/// Words in a row.
#[derive(Clone, Debug, PartialEq)]
struct Needle {
    terms: Vec<String>,
    /// The last one may go on.
    prefix: bool,
}

/// A line of text around the first hits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snippet {
    pub text: String,
    /// Byte spans of hits in `text`: sorted, disjoint, on char boundaries.
    pub hits: Vec<Range<usize>>,
}

/// A needle found.
#[derive(Clone, Debug, PartialEq)]
struct Hit {
    span: Range<usize>,
    needle: usize,
}

impl Marker {
    /// The marker of a query that has not been run: for searching within one text.
    pub fn new(query: &Query) -> Self {
        let mut marker = Self::default();
        query.wanted(&mut |node| match node {
            Node::Words { terms, prefix, .. } => marker.add(terms.clone(), *prefix),
            Node::Entity { name, .. } => marker.add(analyze::terms_of(name), false),
            _ => {}
        });
        marker
    }

    /// True when the query has no word that could be marked.
    pub fn is_empty(&self) -> bool {
        self.needles.is_empty()
    }

    fn add(&mut self, terms: Vec<String>, prefix: bool) {
        let needle = Needle { terms, prefix };
        if self.needles.contains(&needle) {
            return;
        }
        let number = self.needles.len();
        match needle.terms.as_slice() {
            [] => return,
            [_] if prefix => self.prefixes.push(number),
            [first, ..] => self.by_word.entry(first.clone()).or_default().push(number),
        }
        self.needles.push(needle);
    }

    /// Byte spans of the query's words and phrases in a text: sorted, disjoint.
    pub fn spans(&self, text: &str) -> Vec<Range<usize>> {
        let mut spans: Vec<Range<usize>> = Vec::new();
        for hit in self.hits(text) {
            match spans.last_mut() {
                Some(last) if hit.span.start < last.end => last.end = last.end.max(hit.span.end),
                _ => spans.push(hit.span),
            }
        }
        spans
    }

    /// Sorted by where they begin.
    fn hits(&self, text: &str) -> Vec<Hit> {
        if self.is_empty() || self.is_foreign(text) {
            return Vec::new();
        }
        let mut terms: Vec<(String, Range<usize>)> = Vec::new();
        // A single word needs no memory of the words before it.
        let longest = self.needles.iter().map(|needle| needle.terms.len()).max().unwrap_or(0);
        let mut hits = Vec::new();
        analyze::terms(text, |term, span| {
            if longest == 1 {
                self.begin(term, &mut |needle| hits.push(Hit { span: span.clone(), needle }));
            } else {
                terms.push((term.to_owned(), span));
            }
        });
        for at in 0..terms.len() {
            self.begin(&terms[at].0, &mut |needle| {
                let length = self.needles[needle].terms.len();
                if self.matches(needle, &terms[at..]) {
                    let span = terms[at].1.start..terms[at + length - 1].1.end;
                    hits.push(Hit { span, needle });
                }
            });
        }
        hits
    }

    /// True for a text that folding changes nothing of but the case of letters, when it holds none
    /// of the words as they are written: quicker to see than to part it into words.
    fn is_foreign(&self, text: &str) -> bool {
        let mut first = self.needles.iter().map(|needle| needle.terms[0].as_bytes());
        is_plain(text) && !first.any(|word| holds(text.as_bytes(), word))
    }

    /// The needles that may begin with a term.
    fn begin(&self, term: &str, found: &mut dyn FnMut(usize)) {
        self.by_word.get(term).into_iter().flatten().for_each(|needle| found(*needle));
        let half = |needle: &&usize| term.starts_with(&self.needles[**needle].terms[0]);
        self.prefixes.iter().filter(half).for_each(|needle| found(*needle));
    }

    fn matches(&self, needle: usize, terms: &[(String, Range<usize>)]) -> bool {
        let Needle { terms: wanted, prefix } = &self.needles[needle];
        wanted.len() <= terms.len()
            && wanted.iter().zip(terms).enumerate().all(|(n, (word, (term, _)))| {
                let open = *prefix && n + 1 == wanted.len();
                if open { term.starts_with(word.as_str()) } else { term == word }
            })
    }

    /// The best line of the article's kept text (its hidden text where only that matches), about
    /// `width` columns wide.
    pub fn snippet(&self, article: &Article, width: usize) -> Snippet {
        let texts = |kept: bool| {
            let paragraphs = article.paragraphs.iter();
            paragraphs.filter(move |p| p.mark.kept() == kept).map(|p| p.text.as_str())
        };
        let best = self.best(texts(true), width).or_else(|| self.best(texts(false), width));
        match best {
            Some((text, span)) => self.cut(text, span, width),
            None => self.cut(texts(true).next().unwrap_or(""), 0..0, width),
        }
    }

    /// The paragraph and the part of it with the most different words close together.
    fn best<'a>(
        &self,
        texts: impl Iterator<Item = &'a str>,
        width: usize,
    ) -> Option<(&'a str, Range<usize>)> {
        let mut best: Option<(usize, &str, Range<usize>)> = None;
        for text in texts {
            let hits = self.hits(text);
            for (n, first) in hits.iter().enumerate() {
                let within = first.span.start + width;
                let near = hits[n..].iter().take_while(|hit| hit.span.end <= within);
                let (mut needles, mut end) = (Vec::new(), first.span.end);
                for hit in near {
                    if !needles.contains(&hit.needle) {
                        needles.push(hit.needle);
                        end = end.max(hit.span.end);
                    }
                }
                if best.as_ref().is_none_or(|(most, ..)| needles.len() > *most) {
                    best = Some((needles.len(), text, first.span.start..end));
                }
            }
            if best.as_ref().is_some_and(|(most, ..)| *most == self.needles.len()) {
                break;
            }
        }
        best.map(|(_, text, span)| (text, span))
    }

    /// A line of about `width` columns around a span, a third of it before where there is room.
    fn cut(&self, text: &str, span: Range<usize>, width: usize) -> Snippet {
        let room = width.saturating_sub(text[span.clone()].width());
        let start = start_before(text, span.start, room.min(width / 3));
        let (end, whole) = end_after(text, start, width);
        let mut line = String::new();
        if start > 0 {
            line.push('…');
        }
        let shift = line.len();
        line.push_str(&text[start..end]);
        if !whole {
            line.push('…');
        }
        let spans = self.spans(text).into_iter();
        let hits = spans
            .filter(|span| span.start >= start && span.end <= end)
            .map(|span| span.start - start + shift..span.end - start + shift)
            .collect();
        Snippet { text: line.replace('\n', " "), hits }
    }
}

/// ASCII and typographic dashes and quotation marks, but no signs that join what is around them.
fn is_plain(text: &str) -> bool {
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|byte| !byte.is_ascii()) {
        match rest[at..] {
            [0xe2, 0x80, 0x90..=0xa7, ..] => rest = &rest[at + 3..],
            _ => return false,
        }
    }
    true
}

/// The text holds a word in letters of any case; the word is in small ones.
fn holds(text: &[u8], word: &[u8]) -> bool {
    let Some(first) = word.first() else { return true };
    let starts = memchr::memchr2_iter(*first, first.to_ascii_uppercase(), text);
    let mut ends = starts.filter_map(|at| text.get(at..at + word.len()));
    ends.any(|found| found.eq_ignore_ascii_case(word))
}

/// A beginning of a word, or at least of a character, up to `columns` before `at`.
fn start_before(text: &str, at: usize, columns: usize) -> usize {
    let mut used = 0;
    let mut start = at;
    let mut word = at;
    for (n, grapheme) in text[..at].grapheme_indices(true).rev() {
        used += grapheme.width();
        if used > columns {
            // A script without spaces has no better place.
            return if word < at || columns == 0 { word } else { start };
        }
        if grapheme.chars().all(char::is_whitespace) {
            word = start;
        }
        start = n;
    }
    0
}

/// Where a line of `columns` that begins at `start` ends, and whether that is the text's end.
fn end_after(text: &str, start: usize, columns: usize) -> (usize, bool) {
    let mut used = 0;
    let mut word = start;
    for (n, grapheme) in text[start..].grapheme_indices(true) {
        if grapheme.chars().all(char::is_whitespace) {
            word = start + n;
        }
        used += grapheme.width();
        if used > columns {
            return (if word > start { word } else { start + n }, false);
        }
    }
    (text.len(), true)
}

#[cfg(test)]
mod tests {
    use super::super::query::parse;
    use super::*;
    use crate::article::{Mark, Paragraph, Reason};

    fn marker(query: &str) -> Marker {
        Marker::new(&parse(query, false, 0).0)
    }

    /// `text` has its expected hits in brackets.
    #[track_caller]
    fn check(query: &str, text: &str) {
        let plain = text.replace(['[', ']'], "");
        let mut marked = plain.clone();
        for span in marker(query).spans(&plain).into_iter().rev() {
            marked.insert(span.end, ']');
            marked.insert(span.start, '[');
        }
        assert_eq!(marked, text, "{query}");
    }

    #[test]
    fn words_phrases_and_prefixes() {
        check("ferry", "The [Ferry] and the [ferry]'s crew, ferries");
        check("ferr*", "The [Ferry], [ferries]");
        check("\"the ferry\"", "[The ferry] is the one; ferry the");
        check("\"the fer*\"", "[The ferries]; the sea");
        check("erdogan", "[Erdoğan], [ERDOGAN]");
        check("u.s.", "The [U.S]. and us");
        check("a \"a b\" b", "[a b] c [b]");
        check("ferry -sea", "[ferry] sea");
        check("person:moss", "Ada [Moss]");
        check("北京", "在[北京]的");
        check("", "nothing");
        check("is:unread", "nothing");
    }

    #[test]
    fn a_text_without_the_words_is_told_at_a_glance() {
        for (query, text, foreign) in [
            ("ferry", "The harbour — “quiet”, it’s said — on Monday.", true),
            ("ferry", "The FERRY’s crew", false),
            ("ferry sea", "The harbour, the SEA", false),
            ("\"old ferry\"", "The older harbour", false),
            ("ferr*", "The ferries", false),
            ("erdogan", "Erdoğan", false),
            ("ferry", "The fer\u{200b}ry, the fer\u{ad}ry", false),
            ("ferry", "", true),
        ] {
            assert_eq!(marker(query).is_foreign(text), foreign, "{query}: {text}");
        }
    }

    fn article(texts: &[(&str, bool)]) -> Article {
        let paragraph = |(text, kept): &(&str, bool)| Paragraph {
            text: (*text).to_owned(),
            mark: if *kept { Mark::default() } else { Mark::boilerplate(Reason::Legal, 1.0, "") },
            ..Paragraph::default()
        };
        Article { paragraphs: texts.iter().map(paragraph).collect(), ..Article::default() }
    }

    #[track_caller]
    fn snippet(query: &str, texts: &[(&str, bool)], width: usize, expected: &str) {
        let snippet = marker(query).snippet(&article(texts), width);
        let mut marked = snippet.text.clone();
        for span in snippet.hits.iter().rev() {
            marked.insert(span.end, ']');
            marked.insert(span.start, '[');
        }
        assert_eq!(marked, expected);
        assert!(snippet.text.width() <= width + 2, "{}", snippet.text.width());
    }

    #[test]
    fn snippets() {
        let texts = [
            ("The harbour was quiet on Monday morning before anybody had heard of it.", true),
            ("Then the old ferry came back to the harbour with its lights on.", true),
            ("All rights reserved by the Post.", false),
        ];
        snippet("ferry harbour", &texts, 40, "…the old [ferry] came back to the [harbour]…");
        snippet("quiet", &texts, 24, "…was [quiet] on Monday…");
        snippet("reserved", &texts, 40, "All rights [reserved] by the Post.");
        snippet("absent", &texts, 20, "The harbour was…");
        snippet("ferry", &[], 20, "");
        snippet("ferry", &texts, 0, "……");
        snippet("北京", &[("今天在北京的新闻发布会上宣布了消息", true)], 12, "…天在[北京]的新…");
    }
}
