//! The fields above a Markdown text, as YAML or TOML.
//!
//! Of YAML only what front matter uses: scalars, quoted or not, lists in both forms, folded blocks
//! and one level of nesting. A full YAML parser would be more code than all the loaders.

use serde_json::{Map, Value};

use super::json;
use crate::article::Article;

/// Bytes of front matter; more is text between two rules.
const LONGEST: usize = 256 << 10;

/// Puts the fields into an article: when it came out counts for more than when the file was made,
/// and tags for more than categories.
pub(super) fn fill(article: &mut Article, fields: &Map<String, Value>) {
    let counts_less = |key: &&String| {
        matches!(key.as_str(), "created" | "created_at" | "timestamp" | "categories")
    };
    let (last, first): (Vec<_>, Vec<_>) = fields.iter().partition(|(key, _)| counts_less(key));
    for (key, value) in first.into_iter().chain(last) {
        json::set_field(article, key, value);
    }
    if let Some(byline) = &mut article.byline {
        // Obsidian makes people pages.
        *byline = byline.replace("[[", "").replace("]]", "");
    }
}

/// Fields and the text below them; no fields and the whole text where there is no front matter.
pub(super) fn split(text: &str) -> (Map<String, Value>, &str) {
    let start = text.trim_start_matches(['\u{feff}', '\n', ' ']);
    let none = (Map::new(), text);
    let Some((fence, rest)) = start.split_once('\n') else { return none };
    let fence = fence.trim_end();
    if fence != "---" && fence != "+++" {
        return none;
    }
    let Some((inner, body)) = until_fence(rest, fence) else { return none };
    if inner.len() > LONGEST {
        return none;
    }
    // bulletty writes TOML between the fences of YAML.
    let fields = if fence == "+++" || is_toml(inner) { toml(inner) } else { Some(yaml(inner)) };
    match fields {
        Some(fields) if !fields.is_empty() => (fields, body),
        _ => none,
    }
}

/// What stands before and after the closing fence.
fn until_fence<'a>(text: &'a str, fence: &str) -> Option<(&'a str, &'a str)> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_end() == fence || (fence == "---" && line.trim_end() == "...") {
            return Some((&text[..at], &text[at + line.len()..]));
        }
        at += line.len();
    }
    None
}

/// True for `key = value`, which is no YAML.
fn is_toml(inner: &str) -> bool {
    let first = inner.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let Some((key, _)) = first.and_then(|line| line.split_once('=')) else { return false };
    let key = key.trim();
    !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

fn toml(text: &str) -> Option<Map<String, Value>> {
    let table: toml::Table = text.parse().ok()?;
    Some(table.into_iter().map(|(key, value)| (key, from_toml(value))).collect())
}

fn from_toml(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(value) => value.into(),
        toml::Value::Datetime(date) => Value::String(date.to_string()),
        toml::Value::Array(values) => values.into_iter().map(from_toml).collect(),
        toml::Value::Table(table) => {
            let fields = table.into_iter().map(|(key, value)| (key, from_toml(value)));
            Value::Object(fields.collect())
        }
    }
}

fn yaml(text: &str) -> Map<String, Value> {
    let mut fields = Map::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let Some((key, value)) = key_value(line) else { continue };
        let mut below = Vec::new();
        while let Some(next) = lines.next_if(|next| belongs_below(next)) {
            below.push(next);
        }
        fields.insert(key.to_string(), node(value, &below));
    }
    fields
}

/// An unindented `key: value`.
fn key_value(line: &str) -> Option<(&str, &str)> {
    if line.starts_with([' ', '\t', '#', '-']) {
        return None;
    }
    let (key, value) = line.split_once(':')?;
    let parted = value.is_empty() || value.starts_with([' ', '\t']);
    parted.then(|| (key.trim().trim_matches(['"', '\'']), value.trim()))
}

fn belongs_below(line: &str) -> bool {
    line.starts_with([' ', '\t', '-']) || line.is_empty()
}

fn node(value: &str, below: &[&str]) -> Value {
    match value.as_bytes().first() {
        None | Some(b'#') => nested(below),
        Some(b'>' | b'|') if value.len() <= 2 => {
            let lines: Vec<&str> = below.iter().map(|line| line.trim()).collect();
            Value::String(lines.join(if value.starts_with('>') { " " } else { "\n" }).trim().into())
        }
        Some(b'[') => {
            let inner = value.trim_start_matches('[').trim_end_matches(']');
            flow_items(inner).into_iter().map(|item| Value::String(scalar(item))).collect()
        }
        _ => {
            let more = below.iter().map(|line| line.trim()).filter(|line| !line.is_empty());
            let folded = std::iter::once(value).chain(more).collect::<Vec<_>>().join(" ");
            Value::String(scalar(&folded))
        }
    }
}

/// A list of `- item`, or fields of one level.
fn nested(below: &[&str]) -> Value {
    let items = below.iter().map(|line| line.trim());
    if below.iter().any(|line| line.trim_start().starts_with("- ")) {
        let items = items.filter_map(|line| line.strip_prefix("- "));
        let named = |item: &str| scalar(item.strip_prefix("name:").unwrap_or(item));
        return items.map(|item| Value::String(named(item))).collect();
    }
    let fields = items.filter_map(|line| line.split_once(':'));
    let fields: Map<String, Value> =
        fields.map(|(key, value)| (key.trim().to_string(), Value::String(scalar(value)))).collect();
    if fields.is_empty() { Value::Null } else { Value::Object(fields) }
}

/// Items of `a, "b, c", d`.
fn flow_items(inner: &str) -> Vec<&str> {
    let mut items = Vec::new();
    let (mut start, mut quote) = (0, None);
    for (at, c) in inner.char_indices() {
        match (c, quote) {
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            (',', None) => {
                items.push(&inner[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    items.push(&inner[start..]);
    items.retain(|item| !item.trim().is_empty());
    items
}

/// A scalar without its quotes or the comment after it.
fn scalar(text: &str) -> String {
    let text = text.trim();
    if let Some(inner) = text.strip_prefix('"') {
        let inner = inner.rsplit_once('"').map_or(inner, |(inner, _)| inner);
        return inner.replace("\\\"", "\"").replace("\\n", "\n").replace("\\\\", "\\");
    }
    if let Some(inner) = text.strip_prefix('\'') {
        let inner = inner.rsplit_once('\'').map_or(inner, |(inner, _)| inner);
        return inner.replace("''", "'");
    }
    text.split(" #").next().unwrap_or(text).trim().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(yaml_text: &str, json: Value) {
        assert_eq!(Value::Object(yaml(yaml_text)), json);
    }

    #[test]
    fn yaml_as_front_matter_uses_it() {
        check("title: Ferry # a comment", serde_json::json!({"title": "Ferry"}));
        check("title: 'It''s back'", serde_json::json!({"title": "It's back"}));
        check(
            "url: https://kos.example/a:b",
            serde_json::json!({"url": "https://kos.example/a:b"}),
        );
        check("tags:\n- a\n- \"b, c\"\nx: 1", serde_json::json!({"tags": ["a", "b, c"], "x": "1"}));
        check("tags: [a, \"b, c\"]", serde_json::json!({"tags": ["a", "b, c"]}));
        check(
            "author:\n  name: Jane Doe\n  x: y",
            serde_json::json!({"author": {"name": "Jane Doe", "x": "y"}}),
        );
        check(
            "summary: >\n  The ferry\n  is back\n",
            serde_json::json!({"summary": "The ferry is back"}),
        );
        check("# comment\n\nnonsense", serde_json::json!({}));
    }

    #[test]
    fn toml_between_either_fences() {
        let toml = "title = \"Ferry: back\"\ndate = 2025-05-16T08:00:00Z\n";
        for fence in ["---", "+++"] {
            let text = format!("{fence}\n{toml}{fence}\ntext");
            let (fields, body) = split(&text);
            assert_eq!((fields["title"].as_str(), body), (Some("Ferry: back"), "text"));
        }
    }

    #[test]
    fn only_a_closed_fence_counts() {
        assert!(split("---\ntitle: x\n").0.is_empty());
        assert_eq!(split("---\ntitle: x\n...\ntext").1, "text");
    }
}
