//! An article as one JSON object: keys in the contract's order, unknown values null.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::super::output::timestamp;
use crate::article::{Article, Paragraph, Place};
use crate::load::TEXT_FIELDS;

/// The object `cat --json` writes; the order of the fields is the order of the keys.
#[derive(Debug, Serialize)]
pub struct Object<'a> {
    path: Given<'a>,
    id: Given<'a>,
    source: Option<&'a str>,
    url: Option<&'a str>,
    title: Option<&'a str>,
    byline: Option<&'a str>,
    agency: Option<&'a str>,
    dateline: Option<&'a str>,
    published: Option<String>,
    language: Option<&'a str>,
    text: Text<'a>,
    paragraphs: Blocks<'a>,
    /// `None` when nobody has looked for them.
    entities: Option<Vec<Named<'a>>>,
    /// What a line carried besides the article.
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// A value of the article's own, or one that the line carried.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Given<'a> {
    Nothing,
    Text(&'a str),
    Number(i64),
    Handed(Value),
}

/// The words, written as they go: those of a long article are not held twice.
#[derive(Debug)]
struct Text<'a>(&'a Article, bool);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, place) in self.0.places(self.1).enumerate() {
            f.write_str(if n > 0 { "\n" } else { "" })?;
            f.write_str(self.0.text_at(place))?;
        }
        Ok(())
    }
}

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, writer: S) -> Result<S::Ok, S::Error> {
        writer.collect_str(self)
    }
}

#[derive(Debug)]
struct Blocks<'a>(&'a [Paragraph]);

impl Serialize for Blocks<'_> {
    fn serialize<S: Serializer>(&self, writer: S) -> Result<S::Ok, S::Error> {
        writer.collect_seq(self.0.iter().map(block))
    }
}

#[derive(Debug, Serialize)]
struct Block<'a> {
    text: &'a str,
    kind: &'static str,
    kept: bool,
    reason: Option<&'static str>,
    /// To three places: the same however often it is written and read back.
    score: f64,
}

/// A mention; `start` and `end` count code points of the object's `text`.
#[derive(Debug, Serialize)]
struct Named<'a> {
    start: usize,
    end: usize,
    label: &'static str,
    text: &'a str,
    id: u32,
    name: &'a str,
}

impl<'a> Object<'a> {
    pub fn new(article: &'a Article, all: bool) -> Self {
        let named = |text: &'a str| Some(text).filter(|text| !text.is_empty());
        let path = article.path.as_deref();
        Self {
            path: path.map_or(Given::Nothing, Given::Text),
            id: if article.id.0 == 0 { Given::Nothing } else { Given::Number(article.id.0) },
            source: named(&article.source),
            url: article.url.as_deref(),
            title: named(&article.title),
            byline: article.byline.as_deref(),
            agency: article.agency.as_deref(),
            dateline: article.dateline.as_deref(),
            published: article.published.and_then(timestamp),
            language: article.language.as_deref(),
            text: Text(article, all),
            paragraphs: Blocks(&article.paragraphs),
            entities: (!article.unnamed).then(|| mentions(article, all)),
            rest: Map::new(),
        }
    }

    /// Takes along what else the input line carried.
    ///
    /// `id` and `path` of the input stay, as the article has none of its own; the input's text does
    /// not, whatever its key, as it is in `text` and `paragraphs`.
    pub fn with(mut self, input: Map<String, Value>) -> Self {
        for (key, value) in input {
            match &*key {
                "path" => self.path.hand(value),
                "id" => self.id.hand(value),
                _ if KEYS.contains(&&*key) || self.rest.contains_key(&key) => {}
                // An object called `article` may hold more than the text.
                _ if TEXT_FIELDS.contains(&&*key) && !value.is_object() => {}
                _ => drop(self.rest.insert(key, value)),
            }
        }
        self
    }

    /// For an input line that is no article, so that lines out match lines in.
    pub fn failed(nobody: &'a Article, error: &str) -> Self {
        let mut object = Self::new(nobody, false);
        object.rest.insert("error".into(), error.into());
        object
    }
}

impl Given<'_> {
    fn hand(&mut self, value: Value) {
        if matches!(self, Given::Nothing) {
            *self = Given::Handed(value);
        }
    }
}

/// The keys above, but for the two that an input line may give.
const KEYS: [&str; 11] = [
    "source",
    "url",
    "title",
    "byline",
    "agency",
    "dateline",
    "published",
    "language",
    "text",
    "paragraphs",
    "entities",
];

fn block(paragraph: &Paragraph) -> Block<'_> {
    Block {
        text: &paragraph.text,
        kind: paragraph.kind.name(),
        kept: paragraph.mark.kept(),
        reason: paragraph.mark.reason.map(|reason| reason.name()),
        score: (f64::from(paragraph.mark.score) * 1000.0).round() / 1000.0,
    }
}

/// Mentions lie in places with byte spans; here they become code points of the joined text.
fn mentions(article: &Article, all: bool) -> Vec<Named<'_>> {
    let mut named = Vec::with_capacity(article.mentions.len());
    let mut before = 0;
    for place in article.places(all) {
        let length = in_place(article, place, before, &mut named);
        before += length + 1;
    }
    named
}

/// Adds the mentions of one place, `before` code points into the text; gives back its length.
fn in_place<'a>(
    article: &'a Article,
    place: Place,
    before: usize,
    named: &mut Vec<Named<'a>>,
) -> usize {
    let text = article.text_at(place);
    let (mut bytes, mut points) = (0, 0);
    for mention in article.mentions_at(place) {
        let (start, end) = (mention.start as usize, mention.end as usize);
        let (Some(gap), Some(words)) = (text.get(bytes..start), text.get(start..end)) else {
            continue; // Not a span of this text: better no mention than a wrong one.
        };
        let Some(entity) = article.entities.get(mention.entity as usize) else { continue };
        points += gap.chars().count();
        let length = words.chars().count();
        named.push(Named {
            start: before + points,
            end: before + points + length,
            label: mention.label.name(),
            text: words,
            id: mention.entity,
            name: &entity.name,
        });
        points += length;
        bytes = end;
    }
    points + text[bytes..].chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Entity, Label, Mark, Mention, Reason};
    use crate::commands::jsonl;

    fn line(article: &Article, all: bool) -> String {
        jsonl::line(&Object::new(article, all))
    }

    fn article() -> Article {
        let paragraph =
            |text: &str, mark| Paragraph { text: text.into(), mark, ..Paragraph::default() };
        let mention = |n, start, end, entity| Mention {
            place: Place::Paragraph(n),
            start,
            end,
            label: Label::Person,
            entity,
        };
        Article {
            title: "Žofie’s ferry".into(),
            title_is_own: true,
            published: Some(1_747_324_800),
            paragraphs: vec![
                paragraph("Übrigens: Anaïs Ünal sailed.", Mark::default()),
                paragraph("By Hidden Person", Mark::boilerplate(Reason::Byline, 0.75, "by")),
                paragraph("Ünal slept.", Mark::default()),
            ],
            entities: vec![
                Entity { name: "Anaïs Ünal".into(), label: Label::Person },
                Entity { name: "Hidden Person".into(), label: Label::Person },
            ],
            mentions: vec![mention(0, 11, 23, 0), mention(1, 3, 16, 1), mention(2, 0, 5, 0)],
            ..Article::default()
        }
    }

    fn check_spans(all: bool, expected: &[&str]) {
        let value: Value = serde_json::from_str(&line(&article(), all)).unwrap();
        let text: Vec<char> = value["text"].as_str().unwrap().chars().collect();
        let named = value["entities"].as_array().unwrap();
        let at = |key: &str, n: &Value| n[key].as_u64().unwrap() as usize;
        let found: Vec<String> =
            named.iter().map(|n| text[at("start", n)..at("end", n)].iter().collect()).collect();
        assert_eq!(found, expected);
        assert!(named.iter().zip(expected).all(|(n, text)| n["text"] == *text));
    }

    #[test]
    fn offsets_count_code_points() {
        check_spans(false, &["Anaïs Ünal", "Ünal"]);
        check_spans(true, &["Anaïs Ünal", "Hidden Person", "Ünal"]);
    }

    #[test]
    fn keys_come_in_order_and_null_is_written() {
        let line = line(&article(), false);
        let keys = [
            "path",
            "id",
            "source",
            "url",
            "title",
            "byline",
            "agency",
            "dateline",
            "published",
            "language",
            "text",
            "paragraphs",
            "entities",
        ];
        let value: Value = serde_json::from_str(&line).unwrap();
        assert!(value.as_object().unwrap().keys().eq(keys), "{line}");
        assert!(value["id"].is_null() && value["path"].is_null());
        assert_eq!(value["published"], "2025-05-15T16:00:00Z");
        assert_eq!(value["paragraphs"][1]["reason"], "byline");
    }

    #[test]
    fn what_the_line_carried_is_handed_through() {
        let input = serde_json::json!({"id": "n-7", "content": "x", "desk": [1], "title": "Other"});
        let Value::Object(input) = input else { unreachable!() };
        let value: Value =
            serde_json::from_str(&jsonl::line(&Object::new(&article(), false).with(input)))
                .unwrap();
        assert_eq!(value["id"], "n-7");
        assert_eq!(value["desk"], serde_json::json!([1]));
        assert_eq!(value["title"], "Žofie’s ferry");
        assert!(value.get("content").is_none());
    }

    #[test]
    fn names_nobody_has_looked_for_are_not_known() {
        let article = Article { unnamed: true, ..article() };
        let value: Value = serde_json::from_str(&line(&article, false)).unwrap();
        assert_eq!(value["entities"], Value::Null);
    }

    #[test]
    fn a_span_that_fits_nothing_is_left_out() {
        let mut article = article();
        article.mentions[0].end = 900;
        article.mentions[2].entity = 9;
        let value: Value = serde_json::from_str(&line(&article, false)).unwrap();
        assert_eq!(value["entities"], serde_json::json!([]));
    }
}
