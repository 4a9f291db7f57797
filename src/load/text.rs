//! Plain text, in the layouts that scrapers and people write.
//!
//! The smallest format to copy from: decoded text in, a [`Document`] out. No line is ever lost:
//! each ends up in the title, a paragraph, the address or a header field that was understood.

use super::header::{self, Header};
use super::{front_matter, wrap};
use crate::article::{Document, Paragraph};

/// Titles are shorter than this, in characters.
const TITLE_LENGTH: usize = 200;
/// Longest title without a blank line under it.
const TIGHT_TITLE_LENGTH: usize = 120;

/// Reads decoded text.
pub(super) fn read(text: &str) -> Document {
    let mut document = Document::default();
    let (front, below) = front_matter::split(text);
    // Lines with colons between two rules may be a story's.
    let told = front.keys().any(|key| header::field(key).is_some());
    let text = if told { below } else { text };
    front_matter::fill(&mut document.article, &front);
    let mut rest = Header::read(text, &mut document.article);
    if document.article.url.is_none() {
        rest = address_line(rest, &mut document);
    }
    let mut blocks = wrap::blocks(rest);
    if document.article.title.is_empty()
        && let Some(title) = take_title(&mut blocks)
    {
        document.article.title = title;
        document.article.title_is_own = true;
    }
    document.article.paragraphs = blocks.into_iter().flatten().map(paragraph).collect();
    document
}

/// The paragraphs of a text whose title stands elsewhere.
pub(super) fn paragraphs(text: &str) -> Vec<Paragraph> {
    wrap::blocks(text).into_iter().flatten().map(paragraph).collect()
}

fn paragraph(text: String) -> Paragraph {
    Paragraph { text, ..Paragraph::default() }
}

/// A first line that is nothing but an address is where the article came from.
fn address_line<'a>(text: &'a str, document: &mut Document) -> &'a str {
    let trimmed = text.trim_start();
    let (line, rest) = trimmed.split_once('\n').unwrap_or((trimmed, ""));
    let line = line.trim().trim_start_matches('<').trim_end_matches('>');
    if !is_address(line) {
        return text;
    }
    document.article.url = Some(line.to_string());
    rest
}

/// `https://…` without white space.
pub(super) fn is_address(line: &str) -> bool {
    let scheme = ["http://", "https://", "gemini://"]
        .iter()
        .find(|s| line.get(..s.len()).is_some_and(|start| start.eq_ignore_ascii_case(s)));
    scheme.is_some_and(|s| line.len() > s.len() + 3) && !line.contains(char::is_whitespace)
}

/// The first line, when it is a headline rather than the lead.
fn take_title(blocks: &mut Vec<Vec<String>>) -> Option<String> {
    let first = blocks.first()?;
    let line = first.first()?;
    let headline = if first.len() == 1 && blocks.len() > 1 {
        // A lone line, blank, then all the paragraphs without another blank line: that layout
        // has a title, even one that reads like a sentence.
        let dump = blocks.len() == 2 && blocks[1].len() > 1;
        is_headline(line, TITLE_LENGTH) || (dump && line.chars().count() <= TITLE_LENGTH)
    } else {
        is_headline(line, TIGHT_TITLE_LENGTH) && !opens_list(first)
    };
    if !headline {
        return None;
    }
    let title = blocks[0].remove(0);
    drop_rule(&mut blocks[0]);
    if blocks[0].is_empty() {
        blocks.remove(0);
    }
    Some(title)
}

/// The `=====` under a title is drawing, not words.
fn drop_rule(block: &mut Vec<String>) {
    let rule = |line: &String| line.len() >= 3 && line.bytes().all(|b| b == b'=' || b == b'-');
    if block.first().is_some_and(rule) {
        block.remove(0);
    }
}

/// A menu: many short lines and no prose among them.
fn opens_list(block: &[String]) -> bool {
    let next = block.iter().skip(1).take(3);
    block.len() > 3 && next.clone().all(|line| line.chars().count() < 25)
}

/// Short, and no sentence: headlines do not end in a full stop, leads do.
fn is_headline(line: &str, longest: usize) -> bool {
    let length = line.chars().count();
    let words = line.split(' ').count();
    if length > longest || words > 32 || !line.chars().any(char::is_alphanumeric) {
        return false;
    }
    !ends_sentence(line) || (words <= 8 && !has_break(line))
}

/// Ends like prose: a full stop, behind closing quotes or not.
pub(super) fn ends_sentence(line: &str) -> bool {
    let core = line.trim_end_matches(['"', '”', '’', '\'', '»', ')', ']', ' ']);
    if core.ends_with("...") || core.ends_with('…') {
        return false;
    }
    core.ends_with(['.', '。', '।', '۔', '።', '։', ':', ';', ',']) && !ends_abbreviated(core)
}

/// `U.S.`, `St.`, `Jr.`: a stop that ends no sentence.
fn ends_abbreviated(core: &str) -> bool {
    let word = core.rsplit([' ', '-', '(']).next().unwrap_or(core);
    let letters = word.trim_end_matches('.');
    word.ends_with('.')
        && (letters.contains('.') || matches!(letters, "Jr" | "Sr" | "Inc" | "Co" | "Corp" | "Ltd"))
}

/// A sentence ends within the line.
fn has_break(line: &str) -> bool {
    [". ", "? ", "! "].iter().any(|stop| line.contains(stop))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Title, address and paragraphs.
    fn parts(text: &str) -> (String, Option<String>, Vec<String>) {
        let article = read(text).article;
        assert_eq!(article.title_is_own, !article.title.is_empty());
        let paragraphs = article.paragraphs.into_iter().map(|p| p.text).collect();
        (article.title, article.url, paragraphs)
    }

    #[test]
    fn a_title_then_one_paragraph_a_line() {
        let (title, _, body) = parts(
            "Ferry returns to Kos after storm\n\nThe ferry came back on Monday, officials said.\n\
             Nobody was hurt, they added.\nIt sails again on Friday.\n",
        );
        assert_eq!(title, "Ferry returns to Kos after storm");
        assert_eq!(body.len(), 3);
    }

    #[test]
    fn front_matter_over_plain_text() {
        let text = "---\ntitle: Ferry returns\nurl: https://kos.example/1\n---\nThe ferry is back.\nNobody was hurt.\n";
        let (title, url, body) = parts(text);
        assert_eq!((title.as_str(), url.is_some(), body.len()), ("Ferry returns", true, 2));
        let lines = parts("---\nKUWAIT: The ferry is back.\n---\nIt sails.\n");
        assert!(lines.2.iter().any(|line| line == "KUWAIT: The ferry is back."));
    }

    #[test]
    fn a_title_that_reads_like_a_sentence() {
        let (title, _, body) = parts(
            "We asked five captains what they feared. Here is what they told us on board.\n\n\
             The first said it was the fog.\nThe second laughed.\n",
        );
        assert!(title.starts_with("We asked") && body.len() == 2);
    }

    #[test]
    fn an_address_then_a_title() {
        let (title, url, body) = parts(
            "https://kos.example/ferry?id=3\n\nFerry returns\n\nThe ferry came back.\n\nNobody was hurt.\n",
        );
        assert_eq!(title, "Ferry returns");
        assert_eq!(url.as_deref(), Some("https://kos.example/ferry?id=3"));
        assert_eq!(body, ["The ferry came back.", "Nobody was hurt."]);
    }

    #[test]
    fn an_address_then_no_title() {
        let lead = "The ferry to Kos came back on Monday after three days at sea, officials said.";
        let (title, url, body) =
            parts(&format!("http://kos.example/1\n{lead}\n\nNobody was hurt.\n"));
        assert_eq!((title.as_str(), url.is_some()), ("", true));
        assert_eq!(body, [lead, "Nobody was hurt."]);
    }

    #[test]
    fn a_lead_is_no_title() {
        let lead = "KOS, 16 May - The ferry came back on Monday, officials said.";
        assert_eq!(parts(&format!("{lead}\n\nNobody was hurt.\n\nIt sails on.")).2.len(), 3);
        assert_eq!(parts(&format!("{lead}\nNobody was hurt.\n")).2.len(), 2);
    }

    #[test]
    fn abbreviations_end_no_sentence() {
        assert!(is_headline("Ferry line opens its first office in the U.S.", 200));
        assert!(!is_headline(
            "The ferry line said on Monday it would open an office in Rhodes.",
            200
        ));
    }
}
