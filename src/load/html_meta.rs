//! What a page says of itself: `<meta>`, `<link>`, `<title>`, and the article among its linked data.

use html5ever::tokenizer::Tag;
use serde_json::{Map, Value};

use super::html_tags::attribute;
use super::{address, date, header, json_values, sanitize};

/// How many values of linked data are looked through; a page has a few dozen.
const VALUES: usize = 20_000;
/// Scripts of linked data that are read.
const SCRIPTS: usize = 50;

#[derive(Default)]
pub(super) struct Meta {
    pub base: Option<String>,
    pub canonical: Option<String>,
    pub language: Option<String>,
    pub title_tag: Option<String>,
    /// Text of each `ld+json` script.
    pub linked_data: Vec<String>,
    /// Text of the scripts that hold the page's state.
    pub state: Vec<String>,
    /// `datetime` of the first `<time>`.
    pub time: Option<String>,
    /// Name or property, lower case, and content, in page order.
    named: Vec<(String, String)>,
}

impl Meta {
    pub(super) fn tag(&mut self, name: &str, tag: &Tag) {
        match name {
            "base" => keep(&mut self.base, attribute(tag, "href")),
            "link" => self.link(tag),
            _ => self.meta(tag),
        }
    }

    fn link(&mut self, tag: &Tag) {
        let canonical =
            attribute(tag, "rel").is_some_and(|rel| rel.eq_ignore_ascii_case("canonical"));
        if canonical {
            keep(&mut self.canonical, attribute(tag, "href"));
        }
    }

    fn meta(&mut self, tag: &Tag) {
        let content = attribute(tag, "content").map(str::trim).filter(|c| !c.is_empty());
        let Some(content) = content else { return };
        for key in ["property", "name", "itemprop", "http-equiv"] {
            if let Some(name) = attribute(tag, key) {
                self.named.push((name.trim().to_ascii_lowercase(), content.to_string()));
            }
        }
    }

    pub(super) fn html(&mut self, tag: &Tag) {
        keep(&mut self.language, attribute(tag, "lang").or(attribute(tag, "xml:lang")));
    }

    pub(super) fn title_tag(&mut self, title: String) {
        keep(&mut self.title_tag, Some(&title));
    }

    pub(super) fn time(&mut self, tag: &Tag) {
        keep(&mut self.time, attribute(tag, "datetime"));
    }

    /// The content of the first of `names` that the page has.
    pub(super) fn first(&self, names: &[&str]) -> Option<&str> {
        let content = |name: &&str| self.named.iter().find(|(key, _)| key == name);
        names.iter().find_map(content).map(|(_, content)| content.as_str())
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.named.iter().filter(move |(key, _)| key == name).map(|(_, content)| content.as_str())
    }

    /// Where the page lives.
    pub(super) fn url(&self) -> Option<String> {
        let stated = [self.canonical.as_deref(), self.first(&["og:url", "twitter:url"])];
        stated.into_iter().flatten().find(|url| address::is_web(url)).map(str::to_string)
    }

    pub(super) fn language(&self) -> Option<String> {
        let stated = self.language.as_deref();
        let stated =
            stated.or_else(|| self.first(&["og:locale", "content-language", "inlanguage"]));
        stated.and_then(header::language)
    }

    /// How dates are written where the page comes from.
    pub(super) fn order(&self) -> date::Order {
        let tags = [self.language.as_deref(), self.first(&["og:locale", "content-language"])];
        let stated = tags.into_iter().flatten().find(|tag| tag.contains(['-', '_']));
        date::Order::of(stated.unwrap_or_default())
    }

    pub(super) fn tags(&self) -> Vec<String> {
        let mut tags: Vec<String> = self.all("article:tag").flat_map(header::tags).collect();
        if tags.is_empty() {
            let keywords = self.first(&["news_keywords", "keywords", "parsely-tags"]);
            tags = keywords.map(header::tags).unwrap_or_default();
        }
        tags
    }
}

/// Stores the first value that is not empty.
fn keep(slot: &mut Option<String>, value: Option<&str>) {
    let value = value.map(str::trim).filter(|value| !value.is_empty());
    if slot.is_none() {
        *slot = value.map(str::to_string);
    }
}

/// The article of a page's linked data.
#[derive(Default)]
pub(super) struct Stated {
    pub headline: Option<String>,
    pub body: Option<String>,
    pub byline: Option<String>,
    pub publisher: Option<String>,
    pub published: Option<i64>,
    pub language: Option<String>,
    pub url: Option<String>,
    pub tags: Vec<String>,
}

impl Stated {
    /// Looks through all scripts, nested graphs and lists too, for the article.
    pub(super) fn read(scripts: &[String]) -> Self {
        let values: Vec<Value> =
            scripts.iter().take(SCRIPTS).filter_map(|script| parse(script, VALUES)).collect();
        let objects = objects(&values);
        let is_article = |object: &&&Map<String, Value>| has_article_type(object);
        let has_body = |object: &&&Map<String, Value>| object.contains_key("articleBody");
        let article = objects.iter().find(is_article).or_else(|| objects.iter().find(has_body));
        let mut stated = article.map(|object| Self::of(object)).unwrap_or_default();
        if stated.body.is_none() {
            stated.body = objects.iter().find_map(|object| body(object));
        }
        stated
    }

    fn of(object: &Map<String, Value>) -> Self {
        let text = |key: &str| object.get(key).and_then(names);
        let date = ["datePublished", "dateCreated"].iter().find_map(|key| text(key));
        let page = object.get("mainEntityOfPage");
        let page = page.and_then(|page| page.get("@id").or(Some(page))).and_then(Value::as_str);
        Self {
            headline: text("headline").or_else(|| text("name")),
            body: body(object),
            byline: text("author").or_else(|| text("creator")),
            publisher: text("publisher"),
            published: date.and_then(|date| date::parse(&date)),
            language: text("inLanguage").and_then(|language| header::language(&language)),
            url: text("url").or(page.map(str::to_string)).filter(|url| address::is_web(url)),
            tags: text("keywords").map(|keywords| header::tags(&keywords)).unwrap_or_default(),
        }
    }
}

fn body(object: &Map<String, Value>) -> Option<String> {
    let body = object.get("articleBody")?.as_str()?;
    let body = if body.contains('<') { strip_tags(body) } else { body.to_string() };
    Some(sanitize::line(&unescape(&body))).filter(|body| !body.is_empty())
}

/// Tags out of a stated body; what is no tag stays.
fn strip_tags(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        plain.push_str(&rest[..at]);
        let tag = &rest[at..];
        let opens =
            tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!'));
        match end_of(tag).filter(|_| opens) {
            Some(end) => {
                plain.push(' ');
                rest = &tag[end + 1..];
            }
            None => {
                plain.push('<');
                rest = &tag[1..];
            }
        }
    }
    plain.push_str(rest);
    plain
}

/// Longest tag that a stated text is looked through for: one that never ends must not be sought at
/// every sign that might open one.
const TAG: usize = 2_000;

fn end_of(tag: &str) -> Option<usize> {
    tag.bytes().take(TAG).position(|byte| byte == b'>')
}

/// A line of HTML, such as a title in a feed or an export, without its tags. A sign that opens no
/// tag stays.
pub(super) fn plain_line(html: &str) -> String {
    let mut words = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        words.push_str(before);
        let opens = after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
        match end_of(after).filter(|at| opens && *at < 80) {
            Some(at) => rest = &after[at + 1..],
            None => {
                words.push('<');
                rest = after;
            }
        }
    }
    words.push_str(rest);
    unescape(&words)
}

/// The character references that content systems leave in linked data.
pub(super) fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_string();
    }
    if !text.contains('&') {
        return text.to_string();
    }
    let named = [
        ("&nbsp;", " "),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#039;", "'"),
        ("&apos;", "'"),
        ("&rsquo;", "’"),
        ("&lsquo;", "‘"),
        ("&rdquo;", "”"),
        ("&ldquo;", "“"),
        ("&#8217;", "’"),
        ("&#8216;", "‘"),
        ("&#8220;", "“"),
        ("&#8221;", "”"),
        ("&#8211;", "–"),
        ("&#8212;", "—"),
        ("&ndash;", "–"),
        ("&mdash;", "—"),
        ("&hellip;", "…"),
        ("&#8230;", "…"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ];
    named.iter().fold(text.to_string(), |text, (from, to)| text.replace(from, to))
}

/// Linked data as pages write it: in comments, with raw line breaks in strings.
pub(super) fn parse(script: &str, most: usize) -> Option<Value> {
    let script = script.trim().trim_start_matches("<!--").trim_end_matches("-->").trim();
    let script = script.trim_start_matches("//").trim_start_matches("<![CDATA[");
    let script = script.trim_end().trim_end_matches("]]>").trim_end_matches("//").trim();
    let script = script.trim_end_matches(';');
    json_values::value(script, most).ok().or_else(|| {
        let folded: String = script.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        json_values::value(&folded, most).ok()
    })
}

/// All objects, those of the outer levels first.
fn objects(values: &[Value]) -> Vec<&Map<String, Value>> {
    let mut queue: std::collections::VecDeque<&Value> = values.iter().collect();
    let mut objects = Vec::new();
    let mut seen = 0;
    while let Some(value) = queue.pop_front() {
        seen += 1;
        if seen > VALUES {
            break;
        }
        match value {
            Value::Array(values) => queue.extend(values),
            Value::Object(object) => {
                objects.push(object);
                queue.extend(object.values().filter(|v| v.is_object() || v.is_array()));
            }
            _ => {}
        }
    }
    objects
}

/// `NewsArticle`, `BlogPosting`, `ReportageNewsArticle` and their kin.
fn has_article_type(object: &Map<String, Value>) -> bool {
    let is_article = |value: &Value| {
        value.as_str().is_some_and(|kind| kind.ends_with("Article") || kind.ends_with("Posting"))
    };
    match object.get("@type") {
        Some(Value::Array(kinds)) => kinds.iter().any(is_article),
        Some(kind) => is_article(kind),
        None => false,
    }
}

/// A string, the `name` of an object, or all of a list: how linked data and JSON feeds write
/// authors, publishers and tags.
pub(super) fn names(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => unescape(text.trim()),
        Value::Number(number) => number.to_string(),
        Value::Object(object) => {
            let name = [
                "name",
                "displayName",
                "title",
                "term",
                "label",
                "@value",
                "main",
                "original",
                "href",
            ];
            return name.iter().find_map(|key| object.get(*key)?.as_str()).map(unescape);
        }
        Value::Array(values) => {
            let mut all: Vec<String> = values.iter().filter_map(one_name).collect();
            all.dedup();
            all.join(", ")
        }
        _ => return None,
    };
    Some(text).filter(|text| !text.is_empty())
}

/// A member of a list; lists of lists are not followed.
fn one_name(value: &Value) -> Option<String> {
    if value.is_array() { None } else { names(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(script: &str) -> Stated {
        Stated::read(&[script.to_string()])
    }

    #[test]
    fn the_article_is_found_in_a_graph() {
        let stated = read(
            r#"{"@graph":[{"@type":"WebSite","name":"Kos Post"},[{"@type":["NewsArticle"],
            "headline":"Ferry returns","articleBody":"<p>It &amp; its crew</p>","author":[{"name":"Jane Doe"},{"name":"Ali Kaya"}],
            "publisher":{"name":"Kos Post"},"datePublished":"2025-05-16","keywords":["ferry","Kos"],
            "mainEntityOfPage":{"@id":"https://kos.example/1"}}]]}"#,
        );
        assert_eq!(stated.headline.as_deref(), Some("Ferry returns"));
        assert_eq!(stated.body.as_deref(), Some("It & its crew"));
        assert_eq!(stated.byline.as_deref(), Some("Jane Doe, Ali Kaya"));
        assert_eq!(stated.publisher.as_deref(), Some("Kos Post"));
        assert_eq!(stated.published, Some(1_747_353_600));
        assert_eq!(stated.url.as_deref(), Some("https://kos.example/1"));
        assert_eq!(stated.tags, ["ferry", "Kos"]);
    }

    #[test]
    fn sloppy_linked_data_is_read() {
        let stated = read("<!-- {\"@type\":\"Article\",\"headline\":\"Two\nlines\"} -->");
        assert_eq!(stated.headline.as_deref(), Some("Two lines"));
        assert!(read("{ broken").headline.is_none());
        assert!(read(&"[".repeat(100_000)).headline.is_none());
    }

    #[test]
    fn a_less_than_sign_is_no_tag() {
        assert_eq!(strip_tags("a < b <b>c</b>"), "a < b  c ");
    }
}
