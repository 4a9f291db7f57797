//! What exporters call the fields of a record, and how a value is found under them.

use serde_json::{Map, Value};

/// Where records keep the text of an article, best first.
pub const TEXT: [&str; 19] = [
    "text",
    "body",
    "content",
    "maintext",
    "plaintext",
    "article",
    "articleBody",
    "article_body",
    "full_text",
    "fullText",
    "content_text",
    "plain_text",
    "textContent",
    "bodyText",
    "story",
    "content_html",
    "html",
    "raw_html",
    "body_html",
];
/// What stands for the text where there is none.
pub(super) const SUMMARY: [&str; 6] =
    ["description", "summary", "abstract", "snippet", "excerpt", "lead"];
/// Objects that hold the article of a record: `{"data": {…}}`.
pub(super) const WRAPPERS: [&str; 6] = ["article", "data", "_source", "item", "record", "post"];

/// True for the name of a field that holds the text of an article, in any spelling.
pub(super) fn is_text(name: &str) -> bool {
    TEXT.iter().any(|key| same_name(key, name))
}

/// True for the name of a field that stands for the text.
pub(super) fn is_summary(name: &str) -> bool {
    SUMMARY.iter().any(|key| same_name(key, name))
}

/// True for the name of a field that holds an article as a whole.
pub(super) fn is_wrapper(name: &str) -> bool {
    WRAPPERS.contains(&name)
}

/// Letters and figures alone count: `full_text` is `Full Text`.
pub(super) fn same_name(one: &str, other: &str) -> bool {
    letters(one).eq(letters(other))
}

fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}

/// A field by its name, in any spelling.
pub(super) fn get<'a>(object: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    let spelled = || object.iter().find(|(name, _)| same_name(key, name)).map(|(_, value)| value);
    object.get(key).or_else(spelled)
}

/// The words of a value: its own, or those of an object that wraps them.
pub(super) fn part(value: &Value) -> Option<&str> {
    let keys = ["text", "content", "value", "#text", "rendered", "html"];
    match value {
        Value::String(text) => Some(text),
        Value::Object(inner) => keys.iter().find_map(|key| inner.get(*key)?.as_str()),
        _ => None,
    }
}
