//! Breaks text into lines by the columns it takes on a terminal.

use std::ops::Range;

use textwrap::{WordSeparator, WordSplitter};
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};
use unicode_width::UnicodeWidthStr;

/// Columns a text takes on the screen, counted as ratatui fills cells: by grapheme, control
/// characters dropped.
pub fn columns(text: &str) -> usize {
    if text.is_ascii() {
        return text.bytes().filter(|byte| !byte.is_ascii_control()).count();
    }
    text.graphemes(true).map(grapheme_columns).sum()
}

fn grapheme_columns(grapheme: &str) -> usize {
    if grapheme.contains(char::is_control) { 0 } else { grapheme.width() }
}

/// The lines of a text as byte spans, each at most `width` columns: broken first-fit where Unicode
/// allows a break, after a hyphen, and within a word only if it is wider than a whole line. Spans
/// leave out the white space they were broken at and never cut a grapheme; one that is wider than
/// `width` gets a line to itself. Linear in the length of the text.
///
/// First-fit rather than textwrap's optimal fit, and not its `wrap`: that one cuts over-long words
/// by character, and keeps every word of a text in memory at once.
pub fn wrap(text: &str, width: u16) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        Filler::new(width, start, &mut lines).fill(line);
        start += line.len() + 1;
    }
    // An empty text has no line, where an empty line within a text has one.
    if text.is_empty() {
        lines.clear();
    }
    lines
}

/// Bytes whose words are looked for at a time: each place where a line may break takes as much room
/// as a word.
const LONG: usize = 64 << 10;

/// Fills lines with the words of one text without `\n`.
struct Filler<'a> {
    width: usize,
    /// Where the text starts in the whole.
    offset: usize,
    lines: &'a mut Vec<Range<usize>>,
    /// The line being filled, up to the end of its last word.
    line: Range<usize>,
    /// Columns of `line`, and of the white space that follows it.
    used: usize,
    gap: usize,
}

impl<'a> Filler<'a> {
    fn new(width: u16, offset: usize, lines: &'a mut Vec<Range<usize>>) -> Self {
        Self { width: usize::from(width.max(1)), offset, lines, line: 0..0, used: 0, gap: 0 }
    }

    fn fill(mut self, text: &str) {
        let borders = Borders::new(text);
        let (mut start, mut from) = (0, 0);
        while from < text.len() {
            let to = borders.end_of_part(from);
            for piece in WordSeparator::UnicodeBreakProperties.find_words(&text[from..to]) {
                let end = start_of(text, piece.word) + piece.word.len() + piece.whitespace.len();
                if borders.has(end) {
                    self.hyphenated(&borders, start..end);
                    start = end;
                }
            }
            from = to;
        }
        self.end_line();
    }

    /// A word with the white space behind it, which may be broken after its hyphens.
    fn hyphenated(&mut self, borders: &Borders, span: Range<usize>) {
        let text = borders.text;
        let mut start = span.start;
        for point in WordSplitter::HyphenSplitter.split_points(&text[span.clone()]) {
            let end = span.start + point;
            if borders.has(end) {
                self.word(text, start..end);
                start = end;
            }
        }
        self.word(text, start..span.end);
    }

    fn word(&mut self, text: &str, span: Range<usize>) {
        let word = text[span.clone()].trim_end();
        let word_end = span.start + word.len();
        let columns_taken = columns(word);
        if self.used + self.gap + columns_taken > self.width {
            self.break_before(span.start);
        }
        if columns_taken > self.width {
            self.cut(word, span.start);
        } else if !word.is_empty() {
            self.used += self.gap + columns_taken;
            self.gap = 0;
            self.line.end = word_end;
        }
        self.gap += columns(&text[word_end..span.end]);
    }

    /// Lays a word that no line can hold, as many graphemes a line as fit.
    fn cut(&mut self, word: &str, start: usize) {
        for (at, grapheme) in word.grapheme_indices(true) {
            let columns_taken = grapheme_columns(grapheme);
            if self.used + columns_taken > self.width {
                self.break_before(start + at);
            }
            self.used += columns_taken;
            self.line.end = start + at + grapheme.len();
        }
    }

    /// Starts a new line at a byte, unless nothing stands on this one yet.
    fn break_before(&mut self, at: usize) {
        if !self.line.is_empty() {
            self.end_line();
        }
        (self.line, self.used, self.gap) = (at..at, 0, 0);
    }

    fn end_line(&mut self) {
        self.lines.push(self.line.start + self.offset..self.line.end + self.offset);
    }
}

fn start_of(text: &str, part: &str) -> usize {
    part.as_ptr() as usize - text.as_ptr() as usize
}

/// Where a text may be broken without cutting a grapheme. Line breaking rules and grapheme clusters
/// disagree here and there: a space that carries an accent may be followed by a break, but is one
/// grapheme.
struct Borders<'a> {
    text: &'a str,
    /// Starts of all graphemes of a text with flags: to tell which two signs make a flag, a cursor
    /// would count back over all of them, which takes forever in a paragraph of flags.
    starts: Option<Vec<usize>>,
}

impl<'a> Borders<'a> {
    fn new(text: &'a str) -> Self {
        let flags = text.contains(|sign| matches!(sign, '\u{1f1e6}'..='\u{1f1ff}'));
        let starts = flags.then(|| text.grapheme_indices(true).map(|(at, _)| at).collect());
        Self { text, starts }
    }

    /// Where a part ends that begins here and is not too long: behind a space where there is one.
    fn end_of_part(&self, from: usize) -> usize {
        let most = self.text.len().min(from + LONG);
        if most == self.text.len() {
            return most;
        }
        let most = self.text.floor_char_boundary(most);
        let space = self.text[from..most].rfind(' ').map(|at| from + at + 1);
        let mut at = space.filter(|at| *at > from).unwrap_or(most);
        while !self.has(at) {
            at += self.text[at..].chars().next().map_or(1, char::len_utf8);
        }
        at
    }

    fn has(&self, at: usize) -> bool {
        if let Some(starts) = &self.starts {
            return at == self.text.len() || starts.binary_search(&at).is_ok();
        }
        let before = self.text[..at].chars().next_back();
        let after = self.text[at..].chars().next();
        match (before, after) {
            (Some(before), Some(after)) if before.is_ascii() && after.is_ascii() => true,
            (Some(_), Some(_)) => {
                let mut cursor = GraphemeCursor::new(at, self.text.len(), true);
                cursor.is_boundary(self.text, 0).unwrap_or(true)
            }
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, width: u16) -> Vec<&str> {
        wrap(text, width).into_iter().map(|span| &text[span]).collect()
    }

    #[test]
    fn breaks_where_a_reader_would() {
        assert_eq!(lines("The ferry is back.", 9), ["The ferry", "is back."]);
        assert_eq!(lines("The  ferry ", 9), ["The", "ferry"], "wide gaps count, trailing ones not");
        assert_eq!(lines("a well-known port", 7), ["a well-", "known", "port"]);
        assert_eq!(lines("渡し船が戻った", 6), ["渡し船", "が戻っ", "た"]);
        assert_eq!(lines("50 % of 1,5", 20), ["50 % of 1,5"]);
        assert_eq!(lines("", 5), [""; 0]);
    }

    #[test]
    fn cuts_only_words_that_no_line_holds() {
        assert_eq!(lines("see abcdefgh now", 5), ["see", "abcde", "fgh", "now"]);
        assert_eq!(lines("see abcdefgh x", 4), ["see", "abcd", "efgh", "x"]);
    }

    #[test]
    fn never_cuts_a_grapheme() {
        assert_eq!(lines("e\u{301}e\u{301}e\u{301}", 2), ["e\u{301}e\u{301}", "e\u{301}"]);
        // A vowel sign on a flag: one grapheme, though lines may break between them.
        assert_eq!(lines("🇹🇷\u{113c7}®", 1), ["🇹🇷\u{113c7}", "®"]);
        // An accented half of a flag: lines would pair the halves another way.
        assert_eq!(lines("🇦\u{301}🇹🇷", 2), ["🇦\u{301}", "🇹🇷"]);
        assert_eq!(lines("👩‍👩‍👧👩‍👩‍👧", 3), ["👩‍👩‍👧", "👩‍👩‍👧"]);
        assert_eq!(lines("🇹🇷🇩🇪🇫🇷", 1), ["🇹🇷", "🇩🇪", "🇫🇷"]);
        assert_eq!(lines("戻る", 1), ["戻", "る"], "a line too narrow holds one all the same");
    }

    #[test]
    fn long_paragraphs_break_where_short_ones_do() {
        let text = "The ferry returned, officials said. ".repeat(10 * LONG / 36);
        let lines = lines(&text, 40);
        assert!(lines[..lines.len() - 1].iter().all(|line| (30..=40).contains(&columns(line))));
        assert_eq!(lines.join(" "), text.trim_end());
        for unit in ["戻", "👩‍👩‍👧", "e\u{301}", "ab"] {
            let text = unit.repeat(3 * LONG / unit.len());
            let lines = self::lines(&text, 40);
            assert_eq!(lines.concat(), text);
            assert!(lines.iter().all(|line| columns(line) <= 40));
        }
    }

    #[test]
    fn keeps_the_shape_of_code() {
        assert_eq!(lines("if x:\n    go()\n\nend", 20), ["if x:", "    go()", "", "end"]);
        assert_eq!(lines("          deep", 6), ["deep"], "an indent wider than the line goes");
    }

    #[test]
    fn counts_columns_as_cells_are_filled() {
        assert_eq!(columns("abc"), 3);
        assert_eq!(columns("戻る"), 4);
        assert_eq!(columns("e\u{301}"), 1);
        assert_eq!(columns("a\u{7}b"), 2);
    }

    proptest::proptest! {
        #[test]
        fn any_text_keeps_its_words(text in "(\\PC|[a ]|🇹🇷|\u{301}|\u{200d}|戻|\n){0,40}", width in 1u16..12) {
            let starts: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).collect();
            let mut last = 0;
            for span in wrap(&text, width) {
                assert!(text[last..span.start].chars().all(char::is_whitespace), "words lost");
                assert!(span.is_empty() || starts.contains(&span.start), "grapheme cut");
                let line = &text[span.clone()];
                let one = line.graphemes(true).count() == 1;
                assert!(columns(line) <= width.into() || one, "{line:?} is too wide");
                last = span.end;
            }
            assert!(text[last..].chars().all(char::is_whitespace), "words lost at the end");
        }
    }

    #[test]
    fn long_paragraphs_take_linear_time() {
        let begun = std::time::Instant::now();
        for unit in ["word ", "word", "🇹🇷", "é", "戻", " \u{301}", "-a"] {
            let text = unit.repeat(200_000 / unit.len());
            assert!(wrap(&text, 40).len() > 1000, "{unit:?}");
        }
        assert!(begun.elapsed().as_secs() < 10, "took {:?}", begun.elapsed());
    }
}
