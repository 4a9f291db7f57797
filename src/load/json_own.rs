//! What `gazette cat --json` wrote, taken as it stands: marks, entities and mentions included.

use serde_json::{Map, Value};

use super::date;
use crate::article::{
    Article, ArticleId, Document, Entity, Kind, Label, Mark, Mention, Paragraph, Place, Reason,
};

/// Only our own output has paragraphs with kinds and marks.
pub(super) fn is_own(object: &Map<String, Value>) -> bool {
    let paragraphs = object.get("paragraphs").and_then(Value::as_array);
    let marked = |value: &Value| value.get("kind").is_some() && value.get("kept").is_some();
    object.contains_key("text")
        && object.get("entities").is_some_and(|names| names.is_array() || names.is_null())
        && paragraphs.is_some_and(|all| all.iter().all(marked))
}

/// Rebuilds the article. Where the offsets do not fit the text, marks and mentions are left for
/// the cleaner and the tagger to make anew.
pub(super) fn read(object: &Map<String, Value>) -> Document {
    let string = |key: &str| object.get(key).and_then(Value::as_str).map(str::to_string);
    let mut article = Article {
        id: ArticleId(object.get("id").and_then(Value::as_i64).unwrap_or(0)),
        source: string("source").unwrap_or_default(),
        url: string("url"),
        title: string("title").unwrap_or_default(),
        byline: string("byline"),
        agency: string("agency"),
        dateline: string("dateline"),
        published: object.get("published").and_then(published),
        language: string("language"),
        tags: strings(object.get("tags")),
        paragraphs: list(object, "paragraphs").iter().map(paragraph).collect(),
        ..Article::default()
    };
    let text = string("text").unwrap_or_default();
    article.settled = settle(&mut article, &text, list(object, "entities")).is_some();
    if !article.settled {
        article.entities.clear();
        article.mentions.clear();
        article.paragraphs.iter_mut().for_each(|paragraph| paragraph.mark = Mark::default());
    }
    // Written by `--no-entities`, or from a library that had not got to it.
    article.unnamed = object.get("entities").is_some_and(Value::is_null);
    Document::of(article)
}

fn list<'a>(object: &'a Map<String, Value>, key: &str) -> &'a [Value] {
    object.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn strings(value: Option<&Value>) -> Vec<String> {
    let values = value.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    values.iter().filter_map(Value::as_str).map(str::to_string).collect()
}

fn published(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| date::parse(value.as_str()?))
}

fn paragraph(value: &Value) -> Paragraph {
    let string = |key: &str| value.get(key).and_then(Value::as_str);
    let kept = value.get("kept").and_then(Value::as_bool).unwrap_or(true);
    let reason = string("reason").and_then(Reason::from_name);
    let mark = Mark {
        reason: if kept { None } else { Some(reason.unwrap_or(Reason::Other)) },
        score: value.get("score").and_then(Value::as_f64).unwrap_or(0.0).clamp(0.0, 1.0) as f32,
        evidence: string("evidence").map(str::to_string),
    };
    Paragraph {
        kind: string("kind").and_then(Kind::from_name).unwrap_or_default(),
        text: string("text").unwrap_or("").to_string(),
        mark,
        ..Paragraph::default()
    }
}

/// Finds out which places `text` holds, and lays the entities on them. `None` when they do not fit.
fn settle(article: &mut Article, text: &str, entities: &[Value]) -> Option<()> {
    let layouts = [(true, false), (true, true), (false, false), (false, true)];
    let all = layouts.into_iter().find(|&(own, all)| {
        article.title_is_own = own;
        article.text(all) == text
    });
    let Some((_, all)) = all else {
        article.title_is_own = !article.title.is_empty() && text.starts_with(&article.title);
        return None;
    };
    let places = Places::of(article, all);
    let mut ids: Vec<&Value> = Vec::new();
    let mut found = Vec::new();
    for value in entities {
        let number = |key: &str| value.get(key).and_then(Value::as_u64).map(|n| n as usize);
        let label = Label::from_name(value.get("label")?.as_str()?)?;
        let (place, start, end) = places.span(article, number("start")?, number("end")?)?;
        let id = value.get("id")?;
        let name = value.get("name").and_then(Value::as_str)?;
        let entity = ids.iter().position(|known| *known == id).unwrap_or_else(|| {
            ids.push(id);
            found.push(Entity { name: name.to_string(), label });
            ids.len() - 1
        });
        article.mentions.push(Mention { place, start, end, label, entity: entity as u32 });
    }
    article.entities = found;
    article.mentions.sort_by_key(|mention| (mention.place, mention.start));
    disjoint(&article.mentions).then_some(())
}

fn disjoint(mentions: &[Mention]) -> bool {
    mentions.windows(2).all(|two| two[0].place != two[1].place || two[0].end <= two[1].start)
}

/// Where in the text, in code points, each place begins.
struct Places(Vec<(usize, Place)>);

impl Places {
    fn of(article: &Article, all: bool) -> Self {
        let mut at = 0;
        let starts = article.places(all).map(|place| {
            let start = at;
            at += article.text_at(place).chars().count() + 1;
            (start, place)
        });
        Self(starts.collect())
    }

    /// The place of a span of the text, with the span in bytes within it.
    fn span(&self, article: &Article, start: usize, end: usize) -> Option<(Place, u32, u32)> {
        let at = self.0.partition_point(|(from, _)| *from <= start).checked_sub(1)?;
        let (from, place) = self.0[at];
        let text = article.text_at(place);
        let byte = |point: usize| {
            let mut starts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            starts.nth(point - from)
        };
        (start < end).then_some(())?;
        Some((place, byte(start)? as u32, byte(end)? as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::{Limits, Origin, json};

    fn load(json: &str) -> Article {
        json::parse(json.to_owned(), &Origin::default(), &Limits::default()).unwrap().article
    }

    const OWN: &str = r#"{"path":"a.txt","id":5,"source":"Kos Post","url":null,"title":"Ağa returns to Kos","byline":null,
        "agency":"Reuters","dateline":"KOS","published":"2025-05-16T00:00:00Z","language":"en",
        "text":"Ağa returns to Kos\nAğa is back.","paragraphs":[
        {"text":"All rights reserved","kind":"paragraph","kept":false,"reason":"legal","score":0.9},
        {"text":"Ağa is back.","kind":"quote","kept":true,"reason":null,"score":0.1}],
        "entities":[{"start":0,"end":3,"label":"person","text":"Ağa","id":0,"name":"Ağa"},
        {"start":15,"end":18,"label":"location","text":"Kos","id":1,"name":"Kos"},
        {"start":19,"end":22,"label":"person","text":"Ağa","id":0,"name":"Ağa"}]}"#;

    #[test]
    fn our_own_output_stands() {
        let article = load(OWN);
        assert!(article.settled && article.title_is_own);
        assert_eq!(article.paragraphs[0].mark.reason, Some(Reason::Legal));
        assert_eq!(article.paragraphs[1].kind, Kind::Quote);
        let words: Vec<&str> = article.mentions.iter().map(|m| article.mention_text(m)).collect();
        assert_eq!(words, ["Ağa", "Kos", "Ağa"]);
        assert_eq!(article.mentions[2].place, Place::Paragraph(1));
        assert_eq!(article.entities.len(), 2);
        assert_eq!(
            (article.agency.as_deref(), article.dateline.as_deref()),
            (Some("Reuters"), Some("KOS"))
        );
    }

    #[test]
    fn names_that_are_not_known_are_still_to_be_looked_for() {
        let (before, _) = OWN.split_once("\"entities\":").unwrap();
        let article = load(&format!("{before}\"entities\":null}}"));
        assert!(article.settled && article.unnamed && article.mentions.is_empty());
        assert_eq!(article.paragraphs[0].mark.reason, Some(Reason::Legal));
        assert!(!load(OWN).unnamed);
    }

    #[test]
    fn a_title_made_up_is_not_taken_for_the_text() {
        let json =
            OWN.replace(r#""text":"Ağa returns to Kos\nAğa is back.""#, r#""text":"Ağa is back.""#);
        let json = json.split(",\n        {\"start\":15").next().unwrap().to_string() + "]}";
        let article = load(&json);
        assert!(article.settled && !article.title_is_own);
        assert_eq!(article.mentions[0].place, Place::Paragraph(1));
    }

    #[test]
    fn offsets_that_do_not_fit_are_not_believed() {
        for broken in
            [OWN.replace("\"end\":22", "\"end\":99"), OWN.replace("\"end\":3,", "\"end\":16,")]
        {
            let article = load(&broken);
            assert!(!article.settled && article.mentions.is_empty());
            assert!(article.paragraphs[0].mark.kept() && article.title_is_own);
        }
        let edited = load(&OWN.replace("is back.\",\"kind", "is gone.\",\"kind"));
        assert!(!edited.settled);
    }
}
