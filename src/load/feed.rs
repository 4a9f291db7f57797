//! Feeds kept as files: RSS, Atom, RDF and JSON Feed. Each entry is a record and read as one.

use chrono::DateTime;
use feed_rs::model::{Category, Entry, Feed, Link, Person};
use serde_json::{Map, Value, json};

use super::input::{self, Results};
use super::{Limits, LoadCause, LoadError, Origin, address, bounds, date, feed_loose, json};

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
    let parser = feed_rs::parser::Builder::new()
        .sanitize_content(false)
        .timestamp_parser(|text| DateTime::from_timestamp(date::parse(text)?, 0))
        .build();
    let mut feed = match parser.parse(xml.as_bytes()) {
        Ok(feed) => feed,
        Err(error) => return loosely(xml, &error.to_string(), origin, limits),
    };
    let entries = std::mem::take(&mut feed.entries);
    // Older dialects pass for newer ones, with nothing in them that those know.
    if !entries.iter().any(says) {
        let records = feed_loose::records(xml);
        return if records.is_empty() {
            failed(LoadCause::Empty)
        } else {
            all(records, origin, limits)
        };
    }
    let records = entries.into_iter().map(move |entry| record(&feed, entry));
    all(records, origin, limits)
}

/// Records made articles as they are asked for.
fn all<R>(records: R, origin: &Origin, limits: &Limits) -> Results
where
    R: IntoIterator<Item = Map<String, Value>>,
    R::IntoIter: Send + 'static,
{
    let (origin, limits) = (origin.clone(), limits.clone());
    Box::new(records.into_iter().map(move |record| json::record(&record, &origin, &limits)))
}

/// What can be read of a feed that keeps to no standard; that it is broken off is said as well.
fn loosely(xml: &str, error: &str, origin: &Origin, limits: &Limits) -> Results {
    let records = feed_loose::records(xml);
    let whole = xml.trim_end().ends_with('>') && !records.is_empty();
    let read = all(records, origin, limits);
    if whole {
        return read;
    }
    let cause = LoadCause::malformed(format!("no feed that can be read to its end: {error}"));
    Box::new(read.chain(input::failed(LoadError::new(&origin.name, cause))))
}

/// True when a text opens as a feed does, after comments, declarations and style sheets.
pub(super) fn is_feed(text: &str) -> bool {
    let mut rest = text.trim_start();
    while let Some(inner) = rest.strip_prefix("<?").or_else(|| rest.strip_prefix("<!")) {
        let end = match inner {
            _ if inner.starts_with("--") => "-->",
            // Old feeds declare what else they need between brackets.
            _ if inner.find('[').is_some_and(|at| !inner[..at].contains('>')) => "]>",
            _ => ">",
        };
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
    put("url", link(&entry.links, home(feed)));
    put("source", feed.title.as_ref().map(|title| Value::from(title.content.clone())));
    put("author", authors(if entry.authors.is_empty() { &feed.authors } else { &entry.authors }));
    let date = entry.published.or(entry.updated).map(|date| json!(date.timestamp()));
    put("date", date);
    put("language", entry.language.clone().or_else(|| feed.language.clone()).map(Value::from));
    put("tags", tags(&entry.categories));
    record
}

/// Has a title or a text.
fn says(entry: &Entry) -> bool {
    let content = entry.content.as_ref().and_then(|content| content.body.as_ref());
    let summary = entry.summary.as_ref().map(|summary| &summary.content);
    let mut texts = content.into_iter().chain(summary);
    entry.title.is_some()
        || texts.any(|text| !text.trim().is_empty())
        || entry.media.iter().any(|media| media.description.is_some())
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

/// The entry's own page: `alternate`, or the first link that is no other relation. One without a
/// host lies where the feed is at home.
fn link(links: &[Link], home: Option<&str>) -> Option<Value> {
    let rel = |link: &&Link| link.rel.as_deref().is_none_or(|rel| rel == "alternate");
    let own = links.iter().find(rel).or_else(|| links.first())?;
    Some(Value::from(address::resolve(home, &own.href).unwrap_or_else(|| own.href.clone())))
}

/// The page of the feed.
fn home(feed: &Feed) -> Option<&str> {
    let mut links = feed.links.iter().filter(|link| link.rel.as_deref() != Some("self"));
    links.find_map(|link| Some(link.href.as_str()).filter(|href| address::is_web(href)))
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
    fn entities_of_a_feed_are_not_blown_up() {
        let lol = |n: usize| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10));
        let declared: String = (1..12).map(lol).collect();
        let file = "<!ENTITY f SYSTEM \"file:///etc/hostname\">";
        let feed = format!(
            "<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY l0 \"lol\">{declared}{file}]>\
            <rss version=\"2.0\"><channel><title>Wire</title><item><title>Ferry &l11; &f;</title>\
            <description>It is back &l11; &f;</description></item></channel></rss>"
        );
        assert!(is_feed(&feed));
        for read in load(&feed).into_iter().flatten() {
            assert!(read.article.text(true).len() < 200, "{}", read.article.text(true));
        }
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

    /// The one article of a feed in each of its dialects.
    #[test]
    fn every_dialect_is_read() {
        let item = "<item><title>Ferry returns</title><link>https://kos.example/news/1</link>\
            <description>It is &lt;b&gt;back&lt;/b&gt;.</description></item>";
        let channel =
            "<title>Kos Post</title><link>https://kos.example/</link><description>d</description>";
        let rdf = |name: &str| {
            format!(
                "<?xml version='1.0'?><rdf:RDF \
            xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='{name}'><channel>{channel}</channel>{item}</rdf:RDF>"
            )
        };
        let rss = |version: &str| {
            format!(
                "<?xml version='1.0'?><rss version='{version}'><channel>{channel}{item}</channel></rss>"
            )
        };
        let doctype = "<!DOCTYPE rss PUBLIC '-//Netscape Communications//DTD RSS 0.91//EN' 'http://my.netscape.com/publish/formats/rss-0.91.dtd'>";
        let atom = |head: &str, date: &str| {
            format!(
                "<feed {head}><title>Kos Post</title><link rel='alternate' href='https://kos.example/'/>\
            <entry><title mode='escaped'>Ferry returns</title><link rel='alternate' type='text/html' href='https://kos.example/news/1'/>\
            <id>x</id><{date}>2025-05-16T00:00:00Z</{date}><content type='html'>It is &lt;b&gt;back&lt;/b&gt;.</content></entry></feed>"
            )
        };
        let dialects = [
            rdf("http://my.netscape.com/rdf/simple/0.9/"),
            rdf("http://purl.org/rss/1.0/"),
            rss("0.91").replace("<rss", &format!("{doctype}<rss")),
            rss("0.92"),
            rss("0.94"),
            rss("2.0"),
            atom("version='0.3' xmlns='http://purl.org/atom/ns#'", "issued"),
            atom("xmlns='http://www.w3.org/2005/Atom'", "updated"),
        ];
        for text in dialects {
            let read = load(&text);
            assert_eq!(read.len(), 1, "{text}\n{read:?}");
            let article = &read[0].as_ref().unwrap().article;
            assert_eq!(
                (article.title.as_str(), article.source.as_str()),
                ("Ferry returns", "Kos Post"),
                "{text}"
            );
            assert_eq!(article.url.as_deref(), Some("https://kos.example/news/1"), "{text}");
            assert_eq!(article.paragraphs[0].text, "It is back.", "{text}");
        }
    }

    #[test]
    fn odd_feeds_are_read() {
        let text = r#"<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"
            xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Kos Post</title><link>https://kos.example/home/</link>
            <item><title>Ferry</title><link>/news/1</link><dc:date>2025-05-16T03:00:00+03:00</dc:date><dc:creator>Jane Doe</dc:creator>
            <dc:subject>sea</dc:subject><content:encoded><![CDATA[<p>It is <a href="../2">back</a>.</p>]]></content:encoded></item>
            <item><title>Picture</title><pubDate>Fri, 16 May 2025 02:00:00 MESZ</pubDate><media:content url="https://kos.example/a.jpg" medium="image">
            <media:description>The ferry at the pier.</media:description></media:content></item></channel></rss>"#;
        let read = load(text);
        let first = &read[0].as_ref().unwrap().article;
        assert_eq!(first.url.as_deref(), Some("https://kos.example/news/1"));
        assert_eq!(first.paragraphs[0].links[0].href, "https://kos.example/2");
        assert_eq!(
            (first.byline.as_deref(), first.published),
            (Some("Jane Doe"), Some(1_747_353_600))
        );
        let second = &read[1].as_ref().unwrap().article;
        assert_eq!(second.published, Some(1_747_353_600));
        assert_eq!(second.paragraphs[0].text, "The ferry at the pier.");
    }

    #[test]
    fn feeds_with_a_base_have_their_links_there() {
        let text = r#"<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://kos.example/blog/"><title>Kos</title>
            <entry><title>Ferry</title><link href="2025/ferry"/><id>1</id><updated>2025-05-16T00:00:00Z</updated>
            <content type="html">&lt;p&gt;It is &lt;a href="storm"&gt;back&lt;/a&gt;.&lt;/p&gt;</content></entry></feed>"#;
        let read = load(text);
        let article = &read[0].as_ref().unwrap().article;
        assert_eq!(article.url.as_deref(), Some("https://kos.example/blog/2025/ferry"));
        assert_eq!(article.paragraphs[0].links[0].href, "https://kos.example/blog/2025/storm");
    }

    #[test]
    fn what_a_broken_feed_has_is_read() {
        let head = "<rss version='2.0'><channel><title>Kos & Post</title>";
        let item = "<item><title>Ferry & crew&nbsp;return</title><link>https://kos.example/1?a=1&b=2</link>\
            <description><p>It is <a href='https://kos.example/2'>back</a>.</p><br></description></item>";
        let whole = load(&format!("{head}{item}</channel></rss>"));
        assert_eq!(whole.len(), 1, "{whole:?}");
        let article = &whole[0].as_ref().unwrap().article;
        assert_eq!(
            (article.title.as_str(), article.source.as_str()),
            ("Ferry & crew return", "Kos & Post")
        );
        assert_eq!(article.url.as_deref(), Some("https://kos.example/1?a=1&b=2"));
        assert_eq!(article.paragraphs[0].text, "It is back.");
        assert_eq!(article.paragraphs[0].links.len(), 1);
        let cut = load(&format!("{head}{item}{item}<item><title>Half"));
        assert_eq!(cut.len(), 3);
        assert!(cut[1].is_ok() && cut[2].as_ref().unwrap_err().to_string().contains("to its end"));
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
