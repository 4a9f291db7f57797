//! Feeds kept as files: RSS, Atom, RDF and JSON Feed. Each entry is a record and read as one.

use feed_rs::model::{Category, Entry, Feed, Link, Person};
use serde_json::{Map, Value, json};

use super::input::{self, Results};
use super::{Limits, LoadCause, LoadError, Origin, bounds, json};

/// Reads a decoded feed: its entries in order, each made an article when it is asked for.
///
/// # Errors
/// One when it cannot be read as a feed at all, and one for each entry that holds no text.
pub(super) fn read(text: &str, origin: &Origin, limits: &Limits) -> Results {
    let failed = |cause| input::failed(LoadError::new(&origin.name, cause));
    if let Err(cause) = bounds::check_feed(text, limits) {
        return failed(cause);
    }
    // The text is decoded already: what the declaration says of its charset no longer holds.
    let xml = without_declaration(text);
    let parser = feed_rs::parser::Builder::new().sanitize_content(false).build();
    let mut feed = match parser.parse(xml.as_bytes()) {
        Ok(feed) => feed,
        Err(error) => {
            return failed(LoadCause::malformed(format!("no feed that can be read: {error}")));
        }
    };
    let entries = std::mem::take(&mut feed.entries);
    if entries.is_empty() {
        return failed(LoadCause::Empty);
    }
    let (origin, limits) = (origin.clone(), limits.clone());
    Box::new(entries.into_iter().map(move |entry| {
        let record = record(&feed, entry);
        json::record(&record, &origin, &limits)
    }))
}

/// True when a text opens as a feed does, after comments, declarations and style sheets.
pub(super) fn is_feed(text: &str) -> bool {
    let mut rest = text.trim_start();
    while let Some(inner) = rest.strip_prefix("<?").or_else(|| rest.strip_prefix("<!")) {
        let end = if inner.starts_with("--") { "-->" } else { ">" };
        let Some(at) = inner.find(end) else { return false };
        rest = inner[at + end.len()..].trim_start();
    }
    let root = rest.strip_prefix('<').map(|tag| {
        tag.split(|c: char| c.is_whitespace() || c == '>').next().unwrap_or("").to_ascii_lowercase()
    });
    matches!(root.as_deref(), Some("rss" | "feed" | "rdf:rdf" | "atom:feed"))
        || (rest.starts_with('{') && rest.contains("://jsonfeed.org/version/"))
}

fn without_declaration(text: &str) -> &str {
    let bare = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    match bare.strip_prefix("<?xml") {
        Some(rest) => rest.split_once("?>").map_or(bare, |(_, rest)| rest),
        None => bare,
    }
}

/// An entry under the field names of a record.
fn record(feed: &Feed, mut entry: Entry) -> Map<String, Value> {
    let mut record = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            record.insert(key.to_owned(), value);
        }
    };
    put("title", entry.title.as_ref().map(|title| Value::from(title.content.clone())));
    put("content_html", body(&mut entry));
    put("url", link(&entry.links));
    put("source", feed.title.as_ref().map(|title| Value::from(title.content.clone())));
    put("author", authors(if entry.authors.is_empty() { &feed.authors } else { &entry.authors }));
    let date = entry.published.or(entry.updated).map(|date| json!(date.timestamp()));
    put("date", date);
    put("language", entry.language.clone().or_else(|| feed.language.clone()).map(Value::from));
    put("tags", tags(&entry.categories));
    record
}

/// The whole text where the feed carries it, else the summary.
fn body(entry: &mut Entry) -> Option<Value> {
    let Entry { content, summary, media, .. } = entry;
    let content = content.take().and_then(|content| content.body);
    let summary = || summary.take().map(|summary| summary.content);
    let media = || media.iter().find_map(|media| Some(media.description.as_ref()?.content.clone()));
    let has_text = |text: &String| !text.trim().is_empty();
    content.filter(has_text).or_else(summary).filter(has_text).or_else(media).map(Value::from)
}

/// The entry's own page: `alternate`, or the first link that is no other relation.
fn link(links: &[Link]) -> Option<Value> {
    let rel = |link: &&Link| link.rel.as_deref().is_none_or(|rel| rel == "alternate");
    let own = links.iter().find(rel).or_else(|| links.first())?;
    Some(Value::from(own.href.clone()))
}

fn authors(people: &[Person]) -> Option<Value> {
    let names: Vec<&str> = people
        .iter()
        .filter_map(|p| p.name.as_deref())
        .map(str::trim)
        .filter(|n| !n.is_empty())
        .collect();
    (!names.is_empty()).then(|| json!(names))
}

fn tags(categories: &[Category]) -> Option<Value> {
    let label =
        |category: &Category| category.label.clone().unwrap_or_else(|| category.term.clone());
    let labels: Vec<String> = categories.iter().map(label).collect();
    (!labels.is_empty()).then(|| json!(labels))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Document, Kind};
    use crate::load::{Origin, stream};

    fn load(text: &str) -> Vec<Result<Document, LoadError>> {
        let origin = Origin { name: "wire.xml".into(), ..Origin::default() };
        stream(Box::new(std::io::Cursor::new(text.as_bytes().to_vec())), origin, &Limits::default())
            .collect()
    }

    const RSS: &str = r#"<?xml version="1.0" encoding="ISO-8859-1"?>
<!-- made by hand -->
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Harbour Wire</title><link>https://wire.example/</link><language>en</language>
<item><title>Ferry &amp;amp; crew return</title><link>https://wire.example/1</link>
<dc:creator>Ines Okafor</dc:creator><category>harbour</category>
<pubDate>Wed, 18 Nov 2026 07:15:00 +0100</pubDate>
<description>A short word.</description>
<content:encoded><![CDATA[<p>The ferry is <a href="https://wire.example/ferry">back</a>.</p><ul><li>It sails on Monday.</li></ul>]]></content:encoded></item>
<item><title>Café reopens</title><description>The café at the pier has opened again after the storm.</description></item>
<item></item>
</channel></rss>"#;

    #[test]
    fn rss_gives_an_article_an_item() {
        let read = load(RSS);
        assert_eq!(read.len(), 3);
        let first = &read[0].as_ref().unwrap().article;
        assert_eq!(first.title, "Ferry & crew return");
        assert_eq!(
            (first.source.as_str(), first.byline.as_deref()),
            ("Harbour Wire", Some("Ines Okafor"))
        );
        assert_eq!(first.url.as_deref(), Some("https://wire.example/1"));
        assert_eq!(first.published, Some(1_794_982_500));
        assert_eq!(first.tags, ["harbour"]);
        let kinds: Vec<_> = first.paragraphs.iter().map(|p| (p.kind, p.text.as_str())).collect();
        assert_eq!(
            kinds,
            [(Kind::Paragraph, "The ferry is back."), (Kind::ListItem, "It sails on Monday.")]
        );
        assert_eq!(first.paragraphs[0].links[0].href, "https://wire.example/ferry");
        let second = &read[1].as_ref().unwrap().article;
        assert!(
            second.title == "Café reopens" && second.paragraphs[0].text.starts_with("The café")
        );
        assert!(read[2].is_err(), "an item without words is named");
    }

    #[test]
    fn atom_rdf_and_json_feeds_are_read_too() {
        let atom = r#"<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Bote</title>
            <entry><title type="html">Die &lt;b&gt;Fähre&lt;/b&gt; fährt</title><link rel="edit" href="https://b.example/edit"/>
            <link href="https://b.example/2"/><updated>2026-11-17T10:00:00Z</updated>
            <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Sie fährt wieder.</p></div></content></entry></feed>"#;
        let rdf = r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
            <channel rdf:about="https://c.example"><title>Old Wire</title><link>https://c.example</link><description>d</description></channel>
            <item rdf:about="https://c.example/3"><title>Die Fähre fährt</title><link>https://b.example/2</link><description>Sie fährt wieder.</description></item></rdf:RDF>"#;
        let json = r#"{"version":"https://jsonfeed.org/version/1.1","title":"Bote","items":[
            {"id":"1","url":"https://b.example/2","title":"Die Fähre fährt","content_html":"<p>Sie fährt wieder.</p>","date_published":"2026-11-17T10:00:00Z"}]}"#;
        for text in [atom, rdf, json] {
            assert!(is_feed(text), "{text}");
            let read = load(text);
            assert_eq!(read.len(), 1, "{text}");
            let article = &read[0].as_ref().unwrap().article;
            assert_eq!(article.title, "Die Fähre fährt");
            assert_eq!(article.url.as_deref(), Some("https://b.example/2"));
            assert_eq!(article.paragraphs[0].text, "Sie fährt wieder.");
        }
    }

    #[test]
    fn a_broken_feed_is_named() {
        let read = load("<rss version=\"2.0\"><channel><title>Wire</title><item><title>Half");
        assert!(read.len() == 1 && read[0].is_err());
        let deep = format!("<rss version=\"2.0\"><channel>{}", "<a>".repeat(100_000));
        assert!(load(&deep).iter().all(Result::is_err));
    }

    #[test]
    fn other_documents_are_no_feeds() {
        for text in
            ["<html><rss></html>", "<rssy>", "feed", "<!-- <rss> --> text", "{\"version\": 1}"]
        {
            assert!(!is_feed(text), "{text}");
        }
    }
}
