//! The little XML that lists of feeds and the tables of books are: elements and text, one after
//! another. No entities of the document's own are expanded, so none can grow.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::html_meta::unescape;

#[derive(Debug, PartialEq)]
pub(super) enum Node {
    Open(Element),
    Text(String),
    /// Its name without a prefix.
    Close(String),
}

/// Names stand without their prefixes.
#[derive(Debug, PartialEq)]
pub(super) struct Element {
    pub name: String,
    attributes: Vec<(String, String)>,
}

impl Element {
    /// The value of an attribute, whatever the case of its name; `None` when it is empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }
}

/// Elements and text in order; ends with an error where the document is broken.
pub(super) struct Nodes<'a> {
    reader: Reader<&'a [u8]>,
    ended: bool,
}

impl<'a> Nodes<'a> {
    pub fn new(text: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        Self { reader, ended: false }
    }
}

impl Iterator for Nodes<'_> {
    type Item = Result<Node, String>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            let node = match self.reader.read_event() {
                Ok(Event::Start(tag)) => Node::Open(element(&tag)),
                Ok(Event::Empty(tag)) => Node::Open(element(&tag)),
                Ok(Event::End(tag)) => Node::Close(tag.local_name().as_ref().to_owned()),
                Ok(Event::Text(text)) => Node::Text(text.into_inner().into_owned()),
                Ok(Event::CData(text)) => Node::Text(text.into_inner().into_owned()),
                Ok(Event::GeneralRef(name)) => Node::Text(unescape(&format!("&{};", &*name))),
                Ok(Event::Eof) => break,
                Ok(_) => continue,
                Err(error) => {
                    self.ended = true;
                    return Some(Err(error.to_string()));
                }
            };
            return Some(Ok(node));
        }
        self.ended = true;
        None
    }
}

fn element(tag: &BytesStart) -> Element {
    let mut attributes = tag.html_attributes();
    let pairs = attributes.with_checks(false).flatten();
    let pair = |attribute: quick_xml::events::attributes::Attribute| {
        let key = attribute.key.local_name().as_ref().to_owned();
        (key, text(&attribute.value))
    };
    Element { name: tag.local_name().as_ref().to_owned(), attributes: pairs.map(pair).collect() }
}

/// A value with its character references read.
fn text(raw: &str) -> String {
    quick_xml::escape::unescape(raw).map_or_else(|_| unescape(raw), |text| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_and_text_come_in_order() {
        let text = "<?xml version='1.0'?><!DOCTYPE x><a:b c='1 &amp; 2' D=\"\"><e/>x &amp; y</a:b>";
        let nodes: Vec<Node> = Nodes::new(text).map(Result::unwrap).collect();
        let Node::Open(first) = &nodes[0] else { panic!("{nodes:?}") };
        assert_eq!(
            (first.name.as_str(), first.get("C"), first.get("d")),
            ("b", Some("1 & 2"), None)
        );
        assert_eq!(nodes.last(), Some(&Node::Close("b".into())));
        let said: String = nodes
            .iter()
            .filter_map(|node| if let Node::Text(text) = node { Some(text.as_str()) } else { None })
            .collect();
        assert_eq!(said, "x & y");
    }

    #[test]
    fn broken_documents_end() {
        assert!(Nodes::new("<a><b").any(|node| node.is_err()));
        let own = "<!DOCTYPE a [<!ENTITY x 'boo'>]><a>&x;</a>";
        assert!(Nodes::new(own).flatten().any(|node| node == Node::Text("&x;".into())));
        assert_eq!(Nodes::new(&"<a>".repeat(100_000)).filter(Result::is_ok).count(), 100_000);
    }
}
