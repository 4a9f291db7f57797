//! JSON: one object, an array of them, or one a line, under the field names that exporters use.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::header::{self, Field};
use super::html_meta::{names, plain_line, unescape};
use super::json_keys::{SUMMARY, TEXT, WRAPPERS, get, part, same_name};
use super::{
    Format, Limits, LoadCause, LoadError, Origin, address, bounds, date, html, json_own,
    json_values, seal, text,
};
use crate::article::{Article, Document, Kind, Paragraph};

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
    fields(object, &mut document);
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
    let found =
        |keys: &[&str]| keys.iter().find_map(|key| Some((body(object, key)?, is_page(key))));
    if let Some(paragraphs) = TEXT.iter().find_map(|key| sections(get(object, key)?)) {
        let article = Article { paragraphs, ..Article::default() };
        return Ok(Document::of(article));
    }
    let Some((body, is_page)) = found(&TEXT).or_else(|| found(&SUMMARY)) else {
        return Ok(Document::default());
    };
    let body = if is_escaped(&body) { unescape(&body).into() } else { body };
    if is_html(&body) || (is_page && body.contains(['<', '&'])) {
        let place = own_address(object);
        let mut document = html::read(&body, place.as_deref(), limits)?;
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

/// Where the article of a record lives: the links of a page in it start there.
fn own_address(object: &Map<String, Value>) -> Option<String> {
    let mut fields = object.iter().filter(|field| !is_of_outlet(field));
    let address = fields.find(|(key, _)| header::field(key) == Some(Field::Url));
    address.and_then(|(_, value)| names(value)).filter(|address| address::is_web(address))
}

/// A field's text: a string, or a list of paragraphs.
fn body<'a>(object: &'a Map<String, Value>, key: &str) -> Option<Cow<'a, str>> {
    let text: Cow<str> = match get(object, key)? {
        Value::Array(parts) => {
            parts.iter().filter_map(part).collect::<Vec<_>>().join("\n\n").into()
        }
        value => part(value)?.into(),
    };
    Some(text).filter(|text| !text.trim().is_empty())
}

/// The text as fundus keeps it: a summary, and sections of a headline and paragraphs.
fn sections(value: &Value) -> Option<Vec<Paragraph>> {
    let list = |value: Option<&Value>, kind| {
        let texts = value.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let texts = texts.iter().filter_map(Value::as_str);
        let paragraph =
            move |text: &str| Paragraph { text: text.to_owned(), kind, ..Default::default() };
        texts.map(paragraph).collect::<Vec<_>>()
    };
    let sections = value.get("sections")?.as_array()?;
    let mut all = list(value.get("summary"), Kind::Paragraph);
    for section in sections {
        all.extend(list(section.get("headline"), Kind::Heading));
        all.extend(list(section.get("paragraphs"), Kind::Paragraph));
    }
    Some(all).filter(|all| !all.is_empty())
}

/// HTML that was escaped once more, or text with its character references left in.
fn is_escaped(text: &str) -> bool {
    let tags = ["&lt;p&gt;", "&lt;br", "&lt;/p&gt;", "&lt;/div&gt;"];
    let references = ["&#8217;", "&#39;", "&#039;", "&quot;", "&nbsp;", "&rsquo;", "&amp;"];
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    text.contains('&') && !is_html(text) && (has(&tags) || has(&references))
}

/// A field that says by its name that it holds HTML.
fn is_page(key: &str) -> bool {
    key.ends_with("html")
}

/// Has tags that close, or ones that need not.
fn is_html(text: &str) -> bool {
    let tags =
        ["</p>", "<br", "</div>", "</a>", "<p>", "</h", "</li>", "</span>", "</strong>", "</html>"];
    text.contains('<')
        && tags.iter().any(|tag| text.contains(tag) || text.contains(&tag.to_uppercase()))
}

/// The fields beside the text. What the record says comes before what a page in it says.
fn fields(object: &Map<String, Value>, Document { article, layout, .. }: &mut Document) {
    let page = std::mem::take(article);
    article.paragraphs = page.paragraphs;
    // An address of the outlet says less than its name, and than the article's own address.
    let (last, first): (Vec<_>, Vec<_>) = object.iter().partition(is_of_outlet);
    for (key, value) in first.into_iter().chain(last) {
        set_field(article, key, value);
    }
    if article.source.is_empty() {
        let site = get(object, "source_url").and_then(Value::as_str).and_then(address::host);
        article.source = site.unwrap_or_default().to_owned();
    }
    if article.title.is_empty() {
        (article.title, article.title_is_own) = (page.title, page.title_is_own);
    } else if page.title_is_own && page.title != article.title {
        // The page's headline is worded differently: it is text that must not be lost.
        let heading = Paragraph { text: page.title, kind: Kind::Heading, ..Paragraph::default() };
        article.paragraphs.insert(0, heading);
        if let Some(layout) = layout {
            layout.paragraph_element.insert(0, layout.title_element.unwrap_or(0));
            layout.title_before = layout.title_before.map(|before| before + 1);
        }
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

fn is_of_outlet((key, value): &(&String, &Value)) -> bool {
    let names = ["source_url", "domain", "hostname", "source_domain"];
    let is_address = || value.as_str().is_some_and(address::is_web);
    names.iter().any(|name| same_name(name, key))
        || (header::field(key) == Some(Field::Source) && is_address())
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
            let people = names(value).filter(|byline| !address::is_web(byline));
            article.byline = people.map(|people| people.replace("; ", ", "));
        }
        (Field::Source, Value::String(source)) if address::is_web(source) => {
            if article.url.is_none() && address::has_path(source) {
                article.url = Some(source.clone());
            }
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

    #[track_caller]
    fn check(json: &str) {
        let article = load(json);
        assert_eq!(article.title, "Ferry returns");
        assert_eq!(article.byline.as_deref(), Some("Jane Doe, Ali Kaya"));
        assert_eq!(article.url.as_deref(), Some("https://kos.example/news/1"));
        assert_eq!(
            (article.published, article.language.as_deref()),
            (Some(1_747_353_600), Some("en"))
        );
        assert!(
            matches!(article.source.as_str(), "Kos Post" | "kos.example"),
            "{}",
            article.source
        );
        let texts: Vec<&str> = article.paragraphs.iter().map(|p| p.text.as_str()).collect();
        assert_eq!(texts, ["It is back.", "Nobody was hurt."], "{json}");
    }

    /// Field names as each program writes them.
    #[test]
    fn exports_of_other_programs() {
        // news-please
        check(
            r#"{"authors": ["Jane Doe", "Ali Kaya"], "date_download": "2025-05-20 08:00:00", "date_modify": null,
            "date_publish": "2025-05-16 00:00:00", "description": "Short.", "filename": "f.json", "image_url": null,
            "language": "en", "localpath": null, "maintext": "It is back.\nNobody was hurt.", "source_domain": "kos.example",
            "text": null, "title": "Ferry returns", "title_page": null, "title_rss": "NULL", "url": "https://kos.example/news/1"}"#,
        );
        // newspaper4k
        check(
            r#"{"source_url": "https://kos.example", "url": "https://kos.example/news/1", "title": "Ferry returns",
            "top_image": "https://kos.example/a.png", "authors": ["Jane Doe", "Ali Kaya"], "summary": "Short.", "keywords": ["a"],
            "text": "It is back.\n\nNobody was hurt.", "publish_date": "2025-05-16T00:00:00", "meta_lang": "en", "language": "en"}"#,
        );
        // trafilatura
        check(
            r#"{"title": "Ferry returns", "author": "Jane Doe; Ali Kaya", "hostname": "kos.example", "date": "2025-05-16",
            "fingerprint": "x", "id": null, "license": null, "comments": "", "raw_text": "It is back. Nobody was hurt.",
            "text": "It is back.\nNobody was hurt.", "language": "en", "source": "https://kos.example/news/1",
            "source-hostname": "Kos Post", "excerpt": "Short.", "categories": "a;b", "tags": ""}"#,
        );
        // fundus
        check(
            r#"{"title": "Ferry returns", "authors": ["Jane Doe", "Ali Kaya"], "publishing_date": "2025-05-16 00:00:00+00:00",
            "topics": ["a"], "free_access": true, "lang": "en", "publisher": "Kos Post", "html": {"requested_url": "https://kos.example/news/1",
            "content": "<html><p>Other"}, "requested_url": "https://kos.example/news/1",
            "body": {"summary": ["It is back."], "sections": [{"headline": [], "paragraphs": ["Nobody was hurt."]}]}}"#,
        );
        // The news set of Common Crawl, as published.
        check(
            r#"{"requested_url": "https://kos.example/news/1", "plain_text": "It is back.\n\nNobody was hurt.",
            "published_date": "2025-05-16T00:00:00", "title": "Ferry returns", "tags": [], "categories": [], "author": "Jane Doe, Ali Kaya",
            "sitename": "Kos Post", "image_url": "", "language": "en", "language_score": 0.9, "publisher": "kos", "warc_path": "x"}"#,
        );
        // Media Cloud
        check(
            r#"{"id": "abc", "indexed_date": "2025-05-20 10:00:00", "language": "en", "media_name": "kos.example",
            "media_url": "kos.example", "publish_date": "2025-05-16", "title": "Ferry returns", "url": "https://kos.example/news/1",
            "author": "Jane Doe, Ali Kaya", "text": "It is back.\nNobody was hurt."}"#,
        );
        // Answers of services.
        check(
            r#"{"webTitle": "Ferry returns", "webUrl": "https://kos.example/news/1", "webPublicationDate": "2025-05-16T00:00:00Z",
            "lang": "en", "publication": "Kos Post", "byline": "Jane Doe, Ali Kaya", "bodyText": "It is back.\nNobody was hurt."}"#,
        );
        check(
            r#"{"source": {"id": null, "name": "Kos Post"}, "author": "Jane Doe, Ali Kaya", "title": "Ferry returns", "language": "en",
            "description": "Short.", "url": "https://kos.example/news/1", "publishedAt": "2025-05-16T00:00:00Z",
            "content": "It is back.\nNobody was hurt."}"#,
        );
        check(
            r#"{"headline": {"main": "Ferry returns"}, "web_url": "https://kos.example/news/1", "pub_date": "2025-05-16T00:00:00+0000",
            "byline": {"original": "By Jane Doe, Ali Kaya"}, "source": "Kos Post", "lang": "en", "body": "It is back.\nNobody was hurt."}"#,
        );
        check(
            r#"{"title": "Ferry returns", "published": 1747353600, "canonical": [{"href": "https://kos.example/news/1"}],
            "origin": {"title": "Kos Post", "streamId": "feed/x"}, "author": "Jane Doe, Ali Kaya", "lang": "en",
            "content": {"direction": "ltr", "content": "<p>It is back.</p><p>Nobody was hurt.</p>"}}"#,
        );
        // Spelled as people spell columns, and escaped once too often.
        check(
            r#"{"Title": "Ferry returns", "Published At": "16 May 2025", "Full Text": "&lt;p&gt;It is back.&lt;/p&gt;&lt;p&gt;Nobody was hurt.&lt;/p&gt;",
            "URL": "https://kos.example/news/1", "Author": "Jane Doe, Ali Kaya", "Publisher": "Kos Post", "Lang": "EN"}"#,
        );
    }

    #[test]
    fn references_left_in_a_text_are_read() {
        let article = load(r#"{"title": "Ferry", "text": "It&#8217;s back &amp; sails."}"#);
        assert_eq!(article.paragraphs[0].text, "It’s back & sails.");
        let odd = load(r#"{"title": "Ferry", "text": "AT&T and R&D stay."}"#);
        assert_eq!(odd.paragraphs[0].text, "AT&T and R&D stay.");
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
        assert_eq!(article.paragraphs[1].kind, Kind::ListItem);
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
