//! Feeds that are no good XML, or older than their standards: what their items say is taken by the
//! names of the elements, up to the place where the file breaks.

use serde_json::{Map, Value, json};

use super::xml::{Element, Node, Nodes};

/// Most words of one element that are kept.
const LONGEST: usize = 8 << 20;

/// The items that could be read, as records.
pub(super) fn records(text: &str) -> Vec<Map<String, Value>> {
    let mut reader = Reader::default();
    for node in Nodes::new(text) {
        match node {
            Ok(node) => reader.node(node),
            Err(_) => break,
        }
    }
    reader.records()
}

#[derive(Default)]
struct Reader {
    /// Title and language of the feed, which every item gets.
    feed: Map<String, Value>,
    items: Vec<Map<String, Value>>,
    item: Option<Map<String, Value>>,
    /// The element whose content is being read: its name, how many like it are open in it, and what
    /// was read.
    open: Option<(String, usize, String)>,
}

impl Reader {
    fn node(&mut self, node: Node) {
        match (node, &mut self.open) {
            (Node::Text(text), Some((_, _, content))) if content.len() < LONGEST => {
                content.push_str(&text);
            }
            (Node::Text(_), _) => {}
            (Node::Open(element), Some((name, depth, content))) => {
                *depth += usize::from(element.name == *name);
                if content.len() < LONGEST {
                    content.push_str(&tag(&element));
                }
            }
            (Node::Close(name), Some((own, depth, content))) => {
                if name != *own {
                    content.push_str(&format!("</{name}>"));
                } else if *depth > 0 {
                    *depth -= 1;
                } else {
                    let content = std::mem::take(content);
                    self.open = None;
                    self.note(&name, &content);
                }
            }
            (Node::Open(element), None) => self.start(&element),
            (Node::Close(name), None) if is_item(&name) => self.items.extend(self.item.take()),
            (Node::Close(_), None) => {}
        }
    }

    fn start(&mut self, element: &Element) {
        if is_item(&element.name) {
            self.items.extend(self.item.take());
            self.item = Some(Map::new());
        } else if field(&element.name).is_some() {
            if let Some(href) = element.get("href").filter(|_| element.name == "link") {
                let own = element.get("rel").is_none_or(|rel| rel == "alternate");
                if own {
                    self.note("link", href);
                }
            }
            self.open = Some((element.name.clone(), 0, String::new()));
        }
    }

    fn note(&mut self, name: &str, content: &str) {
        let content = content.trim();
        let Some(key) = field(name).filter(|_| !content.is_empty()) else { return };
        match &mut self.item {
            Some(item) => {
                // The whole text counts for more than the summary, whichever comes first.
                let whole = matches!(name, "encoded" | "content");
                if whole || !item.contains_key(key) {
                    item.insert(key.to_owned(), json!(content));
                }
            }
            None if matches!(key, "title" | "language") && !self.feed.contains_key(key) => {
                self.feed.insert(key.to_owned(), json!(content));
            }
            None => {}
        }
    }

    fn records(self) -> Vec<Map<String, Value>> {
        let Self { feed, items, .. } = self;
        let complete = |mut item: Map<String, Value>| {
            for (key, from) in [("source", "title"), ("language", "language")] {
                if let Some(value) = feed.get(from).filter(|_| !item.contains_key(key)) {
                    item.insert(key.to_owned(), value.clone());
                }
            }
            item
        };
        items.into_iter().map(complete).collect()
    }
}

fn is_item(name: &str) -> bool {
    matches!(name, "item" | "entry")
}

/// The field of a record that an element gives.
fn field(name: &str) -> Option<&'static str> {
    Some(match name {
        "title" => "title",
        "link" => "url",
        "description" | "summary" | "content" | "encoded" | "tagline" => "content_html",
        "pubDate" | "pubdate" | "date" | "published" | "issued" | "created" | "updated"
        | "modified" => "date",
        "author" | "creator" => "author",
        "language" => "language",
        _ => return None,
    })
}

/// A tag in the content of an element, with the one attribute that is needed.
fn tag(element: &Element) -> String {
    match element.get("href") {
        Some(href) => format!("<{} href=\"{}\">", element.name, href.replace('"', "%22")),
        None => format!("<{}>", element.name),
    }
}
