//! Text into blocks of lines, hard-wrapped lines joined to paragraphs, where the evidence says
//! that the file is wrapped. A file of one paragraph a line is never joined.

use super::sanitize;
use super::text::ends_sentence;

/// Widths that people and programs wrap at.
const WIDTHS: std::ops::RangeInclusive<usize> = 30..=110;
/// How far short of the width a line may end because the next word did not fit nicely.
const SLACK: usize = 10;

/// Lines between blank lines, cleaned; each line is a paragraph.
pub(super) fn blocks(text: &str) -> Vec<Vec<String>> {
    let raw = raw_blocks(text);
    match wrap_width(&raw) {
        Some(width) => raw.iter().map(|block| unwrap(block, width)).collect(),
        None => {
            raw.into_iter().map(|block| block.into_iter().map(Line::into_text).collect()).collect()
        }
    }
}

/// A line with what folding it would lose.
struct Line {
    text: String,
    indent: usize,
    width: usize,
}

impl Line {
    fn new(raw: &str) -> Option<Self> {
        let text = sanitize::line(raw);
        if text.is_empty() {
            return None;
        }
        let indent = raw.chars().take_while(|c| c.is_whitespace()).count();
        let width = indent + width(&text);
        Some(Self { text, indent, width })
    }

    fn into_text(self) -> String {
        self.text
    }

    /// Width with the first word of the next line appended.
    fn with_word_of(&self, next: &Line) -> usize {
        let word = next.text.split(' ').next().unwrap_or("");
        // Chinese and Japanese break anywhere.
        self.width + 1 + if is_unspaced(word.chars().next()) { 2 } else { width(word) }
    }
}

/// Columns that a line takes; one for each byte of plain English.
fn width(line: &str) -> usize {
    if line.is_ascii() {
        return line.len();
    }
    // Letters of alphabets that stand one by one take one, too.
    let (mut rest, mut width) = (line, 0);
    loop {
        let plain = sanitize::printable(rest.as_bytes());
        let mut signs = rest[plain..].chars();
        width += plain;
        match signs.next() {
            None => return width,
            Some(c) if is_narrow(c) => width += 1,
            Some(_) => return unicode_width::UnicodeWidthStr::width(line),
        }
        rest = signs.as_str();
    }
}

/// Takes one column, whatever stands beside it.
fn is_narrow(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{2ff}' | '\u{400}'..='\u{482}'
        | '\u{48a}'..='\u{52f}' | '\u{2010}'..='\u{2027}' | '\u{20ac}')
}

fn raw_blocks(text: &str) -> Vec<Vec<Line>> {
    let mut blocks = vec![Vec::new()];
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]);
    let mut start = 0;
    for end in ends {
        let raw = &text[start..end];
        start = end + 1;
        match Line::new(raw) {
            Some(line) => blocks.last_mut().expect("starts with one").push(line),
            None if blocks.last().is_some_and(|block| !block.is_empty()) => blocks.push(Vec::new()),
            None => {}
        }
    }
    blocks.retain(|block| !block.is_empty());
    blocks
}

/// The width the file is wrapped at, if it is: lines all within it, nearly every line full, and
/// many of them broken in mid-sentence.
fn wrap_width(blocks: &[Vec<Line>]) -> Option<usize> {
    let spaced = |line: &&Line| line.text.contains(' ') || is_unspaced(line.text.chars().next());
    let mut widths: Vec<usize> =
        blocks.iter().flatten().filter(spaced).map(|line| line.width).collect();
    widths.sort_unstable();
    // One line in fifty may stick out: a table, a heading.
    let width = *widths.get(widths.len().saturating_sub(1 + widths.len() / 50))?;
    if !WIDTHS.contains(&width) || widths.last().is_some_and(|most| *most > width * 2) {
        return None;
    }
    let pairs = || blocks.iter().flat_map(|block| block.windows(2));
    let all = pairs().count();
    let full = pairs().filter(|pair| pair[0].with_word_of(&pair[1]) + SLACK > width).count();
    let broken = pairs().filter(|pair| breaks_sentence(&pair[0], &pair[1])).count();
    (all >= 2 && full * 10 >= all * 7 && broken * 10 >= all * 4).then_some(width)
}

/// The sentence goes on in the next line.
fn breaks_sentence(line: &Line, next: &Line) -> bool {
    let stops = ends_sentence(&line.text) && !line.text.ends_with(',');
    let first = next.text.chars().next();
    !stops
        && !line.text.ends_with(['?', '!'])
        && matches!(first, Some(c) if !c.is_uppercase())
        && !opens_item(&next.text)
}

fn unwrap(block: &[Line], width: usize) -> Vec<String> {
    let mut paragraphs = vec![block[0].text.clone()];
    for pair in block.windows(2) {
        if starts_paragraph(&pair[0], &pair[1], width) {
            paragraphs.push(pair[1].text.clone());
        } else {
            join(paragraphs.last_mut().expect("has the first line"), &pair[1].text);
        }
    }
    paragraphs
}

/// A list item, a deeper indent, or a line that had room for the next word and yet ended.
fn starts_paragraph(line: &Line, next: &Line, width: usize) -> bool {
    let short = line.with_word_of(next) + SLACK <= width;
    let fresh = next.text.chars().next().is_some_and(char::is_uppercase);
    opens_item(&next.text)
        || (next.indent > line.indent + 1 && !opens_item(&line.text))
        || (short && (fresh || ends_sentence(&line.text)))
}

fn opens_item(text: &str) -> bool {
    let bullet = ["- ", "* ", "• ", "+ ", "– ", "> "].iter().any(|mark| text.starts_with(mark));
    let number = text.trim_start_matches(|c: char| c.is_ascii_digit());
    bullet || (number.len() < text.len() && (number.starts_with(". ") || number.starts_with(") ")))
}

/// One space between, none within a word broken at its hyphen or between Chinese characters.
fn join(paragraph: &mut String, line: &str) {
    let mut ends = paragraph.chars().rev();
    let (last, before) = (ends.next(), ends.next());
    let first = line.chars().next();
    let hyphen = last == Some('-')
        && before.is_some_and(char::is_alphabetic)
        && first.is_some_and(char::is_lowercase);
    let unspaced = is_unspaced(last) && is_unspaced(first);
    if !(hyphen || unspaced) {
        paragraph.push(' ');
    }
    paragraph.push_str(line);
}

/// Chinese and Japanese letters and their punctuation.
fn is_unspaced(c: Option<char>) -> bool {
    c.is_some_and(|c| matches!(c as u32, 0x3001..=0x30ff | 0x3400..=0x9fff | 0xff01..=0xff60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn narrow_signs_take_a_column() {
        for c in ('\0'..=char::MAX).filter(|c| is_narrow(*c)) {
            for text in [format!("{c}"), format!("a{c}b"), format!("{c}{c}")] {
                let width = unicode_width::UnicodeWidthStr::width(text.as_str());
                assert_eq!(width, text.chars().count(), "{text:?}");
            }
        }
    }

    const WRAPPED: &str = "\
Ferry returns to Kos after three days

The ferry that had been lost in the storm off Rhodes came back on Monday,
the harbour office said, with all of its forty-two passengers in good
health and most of its cargo of oranges still on board.

\"We never doubted it,\" said the mayor, who had gone down to the quay with
half of the town to greet the crew. He added that the line would be
inspected before it sails again.
";

    #[test]
    fn wrapped_text_is_joined() {
        let blocks = blocks(WRAPPED);
        assert_eq!(blocks.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1, 1]);
        assert!(blocks[1][0].ends_with(
            "forty-two passengers in good health and most of its cargo of oranges still on board."
        ));
    }

    #[test]
    fn one_paragraph_a_line_is_not() {
        let lines = "The ferry came back on Monday.\nNobody was hurt, the mayor said.\nIt sails again on Friday.\nTickets are on sale.";
        assert_eq!(blocks(lines)[0].len(), 4);
        let menu = "Home\nNews\nSport\nPolitics and more\nWeather in Kos\nabout us";
        assert_eq!(blocks(menu)[0].len(), 6);
        let long = format!("{}\n{}", "word ".repeat(60), "more ".repeat(60));
        assert_eq!(blocks(&long)[0].len(), 2);
    }

    #[test]
    fn paragraphs_of_a_wrapped_text_without_blank_lines_come_apart() {
        let text = "   The ferry that had been lost in the storm off Rhodes came back on\nMonday, the harbour office said, with all of its passengers in good\nhealth.\n   The mayor, who had gone down to the quay with half of the town to\ngreet the crew, said that nobody had ever doubted it would come back\nfrom the sea.\n";
        assert_eq!(blocks(text)[0].len(), 2);
    }

    #[test]
    fn lists_in_a_wrapped_text_stay_lists() {
        let text = format!(
            "{WRAPPED}\n- the ferry itself\n- forty-two passengers\n- a cargo of oranges\n"
        );
        assert_eq!(blocks(&text)[3].len(), 3);
    }

    #[test]
    fn chinese_is_joined_without_spaces() {
        let line = "渡轮在暴风雨中失踪三天后于星期一返回科斯岛，港口办公室表示，所有乘客均安然无恙";
        let text = format!("{line}\n{line}\n{line}\n结束了。\n");
        assert_eq!(blocks(&text)[0].len(), 1);
        assert!(!blocks(&text)[0][0].contains(' '));
    }
}
