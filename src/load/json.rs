//! JSON: one object, an array of them, or one a line, under the field names that exporters use.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::header::{self, Field};
use super::html_meta::{names, plain_line};
use super::{
    Format, Limits, LoadCause, LoadError, Origin, address, bounds, date, html, json_own,
    json_values, seal, text,
};
use crate::article::{Article, Document, Paragraph};

/// Where records keep the text of an article, best first.
pub const TEXT: [&str; 16] = [
    "text",
    "body",
    "content",
    "maintext",
    "article",
    "articleBody",
    "article_body",
    "full_text",
    "fullText",
    "content_text",
    "plain_text",
    "story",
    "content_html",
    "html",
    "raw_html",
    "body_html",
];
/// What stands for the text where there is none.
const SUMMARY: [&str; 6] = ["description", "summary", "abstract", "snippet", "excerpt", "lead"];
/// Objects that hold the article of a record: `{"data": {…}}`.
const WRAPPERS: [&str; 6] = ["article", "data", "_source", "item", "record", "post"];

/// Reads one record: an object of JSON.
pub fn record(
    object: &Map<String, Value>,
    origin: &Origin,
    limits: &Limits,
) -> Result<Document, LoadError> {
    if json_own::is_own(object) {
        return seal::seal(json_own::read(object), origin);
    }
    let object = unwrapped(object);
    let mut document =
        document(object, limits).map_err(|cause| LoadError::new(&origin.name, cause))?;
    fields(object, &mut document.article);
    if document.article.title.is_empty() && document.article.paragraphs.is_empty() {
        let cause = LoadCause::malformed("no title and no text; name them \"title\" and \"text\"");
        return Err(LoadError::new(&origin.name, cause));
    }
    seal::seal(document, origin)
}

/// Reads one record of JSON text.
pub(super) fn parse(json: String, origin: &Origin, limits: &Limits) -> Result<Document, LoadError> {
    let object = json_values::object(&json, limits);
    // A long record is held once from here on.
    drop(json);
    record(&object.map_err(|cause| LoadError::new(&origin.name, cause))?, origin, limits)
}

/// The object that holds the article, where the record only wraps it.
fn unwrapped(object: &Map<String, Value>) -> &Map<String, Value> {
    if object.keys().any(|key| header::field(key) == Some(Field::Title)) {
        return object;
    }
    let inner = WRAPPERS.iter().find_map(|key| object.get(*key)?.as_object());
    inner.unwrap_or(object)
}

/// Text and, where the text is a page, what that says.
fn document(object: &Map<String, Value>, limits: &Limits) -> Result<Document, LoadCause> {
    let found = |keys: &[&str]| keys.iter().find_map(|key| body(object, key));
    let Some(body) = found(&TEXT).or_else(|| found(&SUMMARY)) else {
        return Ok(Document::default());
    };
    if is_html(&body) {
        let mut document = html::read(&body, limits)?;
        // A fragment has no title of its own; its first heading is one of the story.
        if !document.article.title_is_own {
            document.article.title.clear();
        }
        return Ok(document);
    }
    bounds::check(Format::Text, &body, limits)?;
    let mut document = Document::default();
    document.article.paragraphs = text::paragraphs(&body);
    Ok(document)
}

/// A field's text: a string, or a list of paragraphs.
fn body<'a>(object: &'a Map<String, Value>, key: &str) -> Option<Cow<'a, str>> {
    let text: Cow<str> = match object.get(key)? {
        Value::Array(parts) => {
            parts.iter().filter_map(part).collect::<Vec<_>>().join("\n\n").into()
        }
        value => part(value)?.into(),
    };
    Some(text).filter(|text| !text.trim().is_empty())
}

fn part(value: &Value) -> Option<&str> {
    let keys = ["text", "content", "value", "#text", "rendered", "html"];
    match value {
        Value::String(text) => Some(text),
        Value::Object(inner) => keys.iter().find_map(|key| inner.get(*key)?.as_str()),
        _ => None,
    }
}

/// Has tags that close, or ones that need not.
fn is_html(text: &str) -> bool {
    let tags =
        ["</p>", "<br", "</div>", "</a>", "<p>", "</h", "</li>", "</span>", "</strong>", "</html>"];
    text.contains('<')
        && tags.iter().any(|tag| text.contains(tag) || text.contains(&tag.to_uppercase()))
}

/// The fields beside the text. What the record says comes before what a page in it says.
fn fields(object: &Map<String, Value>, article: &mut Article) {
    let page = std::mem::take(article);
    article.paragraphs = page.paragraphs;
    for (key, value) in object {
        set_field(article, key, value);
    }
    if article.title.is_empty() {
        (article.title, article.title_is_own) = (page.title, page.title_is_own);
    } else if page.title_is_own && page.title != article.title {
        // The page's headline is worded differently: it is text that must not be lost.
        let heading = Paragraph {
            text: page.title,
            kind: crate::article::Kind::Heading,
            ..Paragraph::default()
        };
        article.paragraphs.insert(0, heading);
    }
    if article.source.is_empty() {
        article.source = page.source;
    }
    article.byline = article.byline.take().or(page.byline);
    article.url = article.url.take().or(page.url);
    article.published = article.published.or(page.published);
    article.language = article.language.take().or(page.language);
    if article.tags.is_empty() {
        article.tags = page.tags;
    }
}

/// Stores a field under any of its names; others are passed over.
pub(super) fn set_field(article: &mut Article, key: &str, value: &Value) {
    if let Some(field) = header::field(key) {
        set(article, field, value);
    }
}

fn set(article: &mut Article, field: Field, value: &Value) {
    match (field, value) {
        (Field::Date, Value::Number(number)) if article.published.is_none() => {
            article.published = number.as_f64().and_then(date::from_number);
        }
        (Field::Tags, Value::Array(values)) if article.tags.is_empty() => {
            article.tags = values.iter().filter_map(names).collect();
        }
        (Field::Author, _) if article.byline.is_none() => {
            article.byline = names(value).filter(|byline| !address::is_web(byline));
        }
        (Field::Source, Value::String(source)) if address::is_web(source) => {
            if article.source.is_empty() {
                article.source = address::host(source).unwrap_or_default().to_string();
            }
        }
        _ => {
            // Exports and feeds write titles, and their own, as HTML.
            let is_line = matches!(field, Field::Title | Field::Source);
            let line = part(value).filter(|_| is_line).map(plain_line);
            if let Some(text) = line.or_else(|| names(value)) {
                header::set(article, field, &text);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(json: &str) -> Article {
        parse(json.to_owned(), &Origin::default(), &Limits::default()).unwrap().article
    }

    fn fails(json: &str) -> String {
        let origin = Origin { name: "all.jsonl".into(), ..Origin::default() };
        parse(json.to_owned(), &origin, &Limits::default()).unwrap_err().to_string()
    }

    #[test]
    fn a_record_of_a_corpus() {
        let article = load(
            r#"{"id": 7, "url": "https://kos.example/1", "title": "Ferry returns", "source": "kospost",
            "author": "Jane Doe", "published": "2025-05-16T00:00:00Z", "lang": "en", "tags": ["ferry", "kos"],
            "entities": [{"text": "Kos", "type": "LOC"}], "body": "The ferry is back.\n\nNobody was hurt."}"#,
        );
        assert_eq!((article.title.as_str(), article.title_is_own), ("Ferry returns", true));
        assert_eq!((article.source.as_str(), article.published), ("kospost", Some(1_747_353_600)));
        assert_eq!(article.tags, ["ferry", "kos"]);
        assert_eq!(article.paragraphs.len(), 2);
        assert!(!article.settled && article.entities.is_empty());
    }

    #[test]
    fn usual_names_and_shapes() {
        let article = load(
            r#"{"headline": "Ferry returns", "maintext": "It is back.", "source_domain": "https://kos.example/rss",
            "date_publish": 1747353600000, "authors": [{"name": "Jane Doe"}, "Ali Kaya"], "language": "en_US",
            "link": "https://kos.example/1", "keywords": "ferry, kos", "description": "Short."}"#,
        );
        assert_eq!(article.byline.as_deref(), Some("Jane Doe, Ali Kaya"));
        assert_eq!(
            (article.source.as_str(), article.published),
            ("kos.example", Some(1_747_353_600))
        );
        assert_eq!((article.language.as_deref(), article.tags.len()), (Some("en"), 2));
        assert_eq!(article.paragraphs[0].text, "It is back.");
    }

    #[test]
    fn a_title_may_be_html() {
        for title in
            [r#""Ferry &amp; <b>crew</b>""#, r#"{"rendered": "Ferry &amp; <em class=x>crew</em>"}"#]
        {
            assert_eq!(
                load(&format!(r#"{{"title": {title}, "text": "It is back."}}"#)).title,
                "Ferry & crew"
            );
        }
        let odd = load(r#"{"title": "Wages < prices, <3 to all", "text": "It is back."}"#);
        assert_eq!(odd.title, "Wages < prices, <3 to all");
    }

    #[test]
    fn html_in_json_is_read_as_a_page() {
        let article = load(
            r#"{"title": "Ferry", "content": "<p>It <b>is</b> back.</p><ul><li>At last</ul>"}"#,
        );
        assert_eq!(article.paragraphs.len(), 2);
        assert_eq!(article.paragraphs[1].kind, crate::article::Kind::ListItem);
    }

    #[test]
    fn wrapped_and_listed_texts() {
        let article = load(r#"{"data": {"title": "Ferry", "text": ["One.", {"text": "Two."}]}}"#);
        assert_eq!((article.title.as_str(), article.paragraphs.len()), ("Ferry", 2));
        assert_eq!(load(r#"{"title": "Ferry", "summary": "Short."}"#).paragraphs.len(), 1);
        let untitled = load(r#"{"text": "The ferry is back."}"#);
        assert!(!untitled.title_is_own && untitled.paragraphs.len() == 1);
    }

    #[test]
    fn broken_records_say_what_is_wrong() {
        assert!(fails("{\"a\": }").contains("all.jsonl: is malformed: expected value at column"));
        assert!(fails("[1]").contains("a record is an object"));
        assert!(fails("{\"x\": 1}").contains("no title and no text"));
        assert!(fails(&"[".repeat(10_000)).contains("recursion limit"));
    }
}
