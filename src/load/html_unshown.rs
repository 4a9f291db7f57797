//! Text that a page carries only as data, for a script to show: `articleBody` of its linked data,
//! or the state of the framework that draws it (`__NEXT_DATA__`).

use serde_json::Value;

use super::html_blocks::Blocks;
use super::html_meta::parse;
use super::html_walk::walk;
use super::sanitize;
use crate::article::{Element, Kind, Paragraph};

/// Fewer characters than this are a summary.
const STORY: usize = 300;
/// A page that shows more than this, in bytes, is not looked into.
const ENOUGH: usize = 20_000;
/// A page that shows this share of the text shows its story.
const SHOWN: f32 = 0.34;
/// Values of a state that are looked at.
const VALUES: usize = 200_000;
/// Fewer words are a label.
const PROSE: usize = 12;
/// Nesting that is followed in markup within the data.
const DEPTH: usize = 64;

/// Adds the story that `scripts` hold, as a block of its own, when the page does not show it.
pub(super) fn add(scripts: &[String], blocks: &mut Blocks, elements: &mut Vec<Element>) {
    if scripts.is_empty() {
        return;
    }
    let shown: usize = blocks.paragraphs.iter().filter(|p| is_prose(&p.text)).map(length).sum();
    if shown > ENOUGH {
        return;
    }
    let values = scripts.iter().filter_map(|script| parse(script, VALUES));
    let found = values.map(|value| longest(&value)).max_by_key(|lines| total(lines));
    let Some(lines) = found.filter(|lines| total(lines) >= STORY) else { return };
    if shown as f32 > SHOWN * total(&lines) as f32 {
        return;
    }
    let element = elements.len() as u32;
    let hints = "articlebody".to_string();
    elements.push(Element { parent: Some(0), tag: "article".into(), hints });
    for text in lines {
        blocks.paragraphs.push(Paragraph { kind: Kind::Paragraph, text, ..Paragraph::default() });
        blocks.elements.push(element);
    }
}

fn length(paragraph: &Paragraph) -> usize {
    paragraph.text.len()
}

fn total(lines: &[String]) -> usize {
    lines.iter().filter(|line| is_prose(line)).map(String::len).sum()
}

/// Running text: sentences, not labels, addresses or code.
fn is_prose(text: &str) -> bool {
    let words = || text.split_whitespace().count();
    // So many words take at least a letter each, and a space.
    let runs = |words: usize| words >= PROSE && text.len() < words * 14;
    text.len() >= 2 * PROSE - 1 && runs(words()) && !text.contains(['{', '}']) || is_unspaced(text)
}

/// A line of a script that writes no spaces.
fn is_unspaced(text: &str) -> bool {
    text.chars().count() >= 30 && text.contains(['。', '、', '।', '，'])
}

/// The longest running text among the values: one string, or the strings of one list.
fn longest(root: &Value) -> Vec<String> {
    let mut best: (usize, Vec<String>) = (0, Vec::new());
    let mut open = vec![root];
    let mut left = VALUES;
    while let Some(value) = open.pop() {
        left -= 1;
        if left == 0 {
            break;
        }
        let lines = match value {
            Value::String(text) if text.len() >= STORY => lines(text),
            Value::Array(items) => {
                open.extend(items);
                items.iter().filter_map(text_of).flat_map(lines).collect()
            }
            Value::Object(object) => {
                open.extend(object.values());
                continue;
            }
            _ => continue,
        };
        let length = total(&lines);
        if length > best.0 {
            best = (length, lines);
        }
    }
    best.1
}

/// What an item of a list of paragraphs says.
fn text_of(item: &Value) -> Option<&str> {
    let keys = ["text", "content", "html", "value", "body", "copy"];
    match item {
        Value::String(text) => Some(text),
        Value::Object(object) => keys.iter().find_map(|key| object.get(*key)?.as_str()),
        _ => None,
    }
}

/// The paragraphs of a stated text, with markup or without.
fn lines(text: &str) -> Vec<String> {
    let marked = text.contains("</") || text.contains("<p>") || text.contains("<br");
    if marked {
        let page = walk(text, DEPTH, false);
        return page.blocks.paragraphs.into_iter().map(|paragraph| paragraph.text).collect();
    }
    let lines = text.lines().map(sanitize::line).filter(|line| !line.is_empty());
    lines.collect()
}

#[cfg(test)]
mod tests {
    use crate::load::{Documents, Limits, Origin, stream};

    const STORY: [&str; 3] = [
        "The island ferry returned to Norrvik on Monday after eleven weeks in the repair yard, its owner said in the morning.",
        "The ferry had lost a propeller blade in January, and the island lived on what two small fishing boats could carry.",
        "Captain Elsa Brandt told the Norrvik council that the ferry would sail twice a day until autumn, and three times on market days.",
    ];

    fn paragraphs(body: &str) -> Vec<String> {
        let page = format!(
            "<html><head><title>Ferry returns</title></head><body><h1>Ferry returns</h1>{body}</body></html>"
        );
        let input = Box::new(std::io::Cursor::new(page.into_bytes()));
        let mut documents: Documents = stream(input, Origin::default(), &Limits::default());
        let document = documents.next().unwrap().unwrap();
        let layout = document.layout.unwrap();
        assert_eq!(layout.paragraph_element.len(), document.article.paragraphs.len());
        document.article.paragraphs.into_iter().map(|paragraph| paragraph.text).collect()
    }

    fn stated() -> String {
        let body = format!("{}\\n\\n{}\\n{}", STORY[0], STORY[1], STORY[2]);
        format!(
            r#"<script type="application/ld+json">{{"@type":"NewsArticle","articleBody":"{body} More of it."}}</script>"#
        )
    }

    #[test]
    fn a_story_in_linked_data_alone_is_found() {
        let found = paragraphs(&format!("<p>Please switch on scripts.</p>{}", stated()));
        assert_eq!(found[..3], ["Please switch on scripts.", STORY[0], STORY[1]]);
        assert!(found[3].starts_with(STORY[2]));
    }

    #[test]
    fn a_story_that_is_shown_is_not_doubled() {
        let shown: String = STORY.iter().map(|line| format!("<p>{line}</p>")).collect();
        assert_eq!(paragraphs(&format!("{shown}{}", stated())).len(), 3);
    }

    #[test]
    fn a_story_in_the_state_of_a_page_is_found() {
        let item = |line: &&str| format!(r#"{{"type":"p","text":"{line}"}}"#);
        let items: Vec<String> = STORY.iter().chain(&STORY[..1]).map(item).collect();
        let state = format!(
            r#"<div id="__next"></div><script id="__NEXT_DATA__" type="application/json">{{"props":{{"page":{{"body":[{}],"nav":["Home","Sport"]}}}}}}</script>"#,
            items.join(",")
        );
        assert_eq!(paragraphs(&state)[..3], STORY);
        let html: String = STORY.iter().map(|line| format!("<p>{line}<\\/p>")).collect();
        let state = format!(
            r#"<script id="__NEXT_DATA__" type="application/json">{{"props":{{"html":"{html}<p>{}<\/p>"}}}}</script>"#,
            STORY[0]
        );
        assert_eq!(paragraphs(&state)[..3], STORY);
    }

    #[test]
    fn data_of_a_size_that_no_page_has_is_left() {
        let long = "The ferry sails. ".repeat(600_000);
        let stated = |body: &str| {
            format!(r#"<script type="application/ld+json">{{"articleBody":"{body}"}}</script>"#)
        };
        assert_eq!(paragraphs(&format!("<p>Shown.</p>{}", stated(&long))), ["Shown."]);
        let found = paragraphs(&format!("<p>Shown.</p>{}", stated(&long[..9_000])));
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn broken_and_short_data_add_nothing() {
        for data in ["{\"a\":", "{\"body\":\"Short.\"}", "[[[[[]]]]]"] {
            let state = format!(
                r#"<p>Shown.</p><script id="__NEXT_DATA__" type="application/json">{data}</script>"#
            );
            assert_eq!(paragraphs(&state), ["Shown."]);
        }
    }
}
