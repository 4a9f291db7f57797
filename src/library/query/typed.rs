//! What is being typed in a query: the value of a field, for completion.

use std::ops::Range;

use super::fields::{self, Field};
use crate::article::Label;

/// What the value of a field names.
#[derive(Clone, Debug, PartialEq)]
pub enum Wanted {
    Entity(Vec<Label>),
    Source,
    Tag,
    Language,
    Is,
    /// A saved query.
    Filter,
}

/// A value being typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Typed {
    pub wanted: Wanted,
    /// Without its quote.
    pub value: String,
    /// The bytes of the text that a completion takes the place of: the value with its quote.
    pub span: Range<usize>,
}

/// The value being typed at a byte of a query; `None` where nothing can be completed.
pub fn typed(text: &str, cursor: usize) -> Option<Typed> {
    let before = text.get(..cursor)?;
    let start = token(before)?;
    let word = before[start..].trim_start_matches('-');
    let (name, value) = word.split_once(':')?;
    let wanted = match fields::find(name)? {
        Field::Entity(labels) => Wanted::Entity(labels.to_vec()),
        Field::Source => Wanted::Source,
        Field::Tag => Wanted::Tag,
        Field::Language => Wanted::Language,
        Field::Is => Wanted::Is,
        Field::Filter => Wanted::Filter,
        _ => return None,
    };
    let span = cursor - value.len()..cursor;
    let open = value.strip_prefix('"').unwrap_or(value);
    // A closed quote is a value that is said.
    (!open.contains('"')).then(|| Typed { wanted, value: open.to_owned(), span })
}

/// Where the token that reaches to the end begins; `None` when none does.
fn token(before: &str) -> Option<usize> {
    let (mut start, mut quoted) = (0, false);
    for (at, c) in before.char_indices() {
        match c {
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | ')' => start = at + 1,
            c if c.is_whitespace() => start = at + c.len_utf8(),
            _ => {}
        }
    }
    (start < before.len()).then_some(start)
}

/// A value as a query writes it: in quotes where it needs them.
pub fn quoted(value: &str) -> String {
    let plain = |c: char| !c.is_whitespace() && !matches!(c, '"' | '(' | ')' | '*');
    match !value.is_empty() && value.chars().all(plain) {
        true => value.to_owned(),
        false => format!("\"{}\"", value.replace('"', " ").trim()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Option<(String, Range<usize>)> {
        typed(text, text.len()).map(|typed| (typed.value, typed.span))
    }

    #[test]
    fn the_value_at_the_cursor_is_found() {
        assert_eq!(value("person:zel"), Some(("zel".into(), 7..10)));
        assert_eq!(value("ferry -org:"), Some((String::new(), 11..11)));
        assert_eq!(value("(place:\"port a"), Some(("port a".into(), 7..14)));
        assert_eq!(value("tag:sé"), Some(("sé".into(), 4..7)));
        for none in ["", "ferry", "person", "person:\"ada\"", "person:ada ", "title:x", "http:x"] {
            assert_eq!(value(none), None, "{none}");
        }
        let inside = typed("person:ad ferry", 9).unwrap();
        assert_eq!((inside.value.as_str(), inside.span), ("ad", 7..9));
        assert_eq!(typed("é", 1), None, "within a character");
    }

    #[test]
    fn values_are_quoted_where_they_need_it() {
        assert_eq!(quoted("Kyiv"), "Kyiv");
        assert_eq!(quoted("Ada Moss"), "\"Ada Moss\"");
        assert_eq!(quoted("Dwayne \"Rock\" J"), "\"Dwayne  Rock  J\"");
        for name in ["Ada Moss", "Kyiv", "O'Neill-Roy", "Dwayne \"Rock\" J", "A (B)"] {
            let (query, error) = super::super::parse(&format!("person:{}", quoted(name)), false, 0);
            assert!(error.is_none() && query.root.is_some(), "{name}");
        }
    }
}
