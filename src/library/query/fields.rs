//! The fields of the query language: `name:value`.

use super::dates;
use super::{Is, Node, TextField};
use crate::article::Label;
use crate::library::analyze;

/// A field by what it takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Field {
    Title,
    Source,
    Tag,
    Language,
    Entity(&'static [Label]),
    Is,
    After,
    Before,
    Since,
    On,
    /// A saved query.
    Filter,
}

/// Every name, the one that help and messages use first.
const FIELDS: &[(&str, Field)] = &[
    ("title", Field::Title),
    ("source", Field::Source),
    ("person", Field::Entity(&[Label::Person])),
    ("org", Field::Entity(&[Label::Organization])),
    ("place", Field::Entity(&[Label::Location, Label::Facility])),
    ("entity", Field::Entity(&Label::ALL)),
    ("tag", Field::Tag),
    ("lang", Field::Language),
    ("is", Field::Is),
    ("after", Field::After),
    ("before", Field::Before),
    ("since", Field::Since),
    ("date", Field::On),
    ("filter", Field::Filter),
    ("group", Field::Entity(&[Label::Group])),
    ("product", Field::Entity(&[Label::Product])),
    ("organization", Field::Entity(&[Label::Organization])),
    ("organisation", Field::Entity(&[Label::Organization])),
    ("location", Field::Entity(&[Label::Location])),
    ("facility", Field::Entity(&[Label::Facility])),
    ("misc", Field::Entity(&[Label::Misc])),
    ("language", Field::Language),
];

pub(super) fn find(name: &str) -> Option<Field> {
    let name = name.to_ascii_lowercase();
    FIELDS.iter().find(|(known, _)| *known == name).map(|(_, field)| *field)
}

/// The field that was likely meant.
pub(super) fn nearest(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let allowed = if name.len() > 4 { 2 } else { 1 };
    let near = FIELDS.iter().map(|(known, _)| (distance(&name, known), *known));
    // Two letters are one slip away from everything.
    near.filter(|(slips, known)| *slips <= allowed && known.len() > 2 && name.len() > 2)
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, known)| known)
}

/// Insertions, deletions, exchanges and swaps of neighbours that turn one word into another.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = match (i, j) {
                (0, _) => j,
                (_, 0) => i,
                _ => {
                    let same = usize::from(a[i - 1] != b[j - 1]);
                    let mut least =
                        (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(rows[i - 1][j - 1] + same);
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        least = least.min(rows[i - 2][j - 2] + 1);
                    }
                    least
                }
            };
        }
    }
    rows[a.len()][b.len()]
}

impl Field {
    /// What the value asks for, or what it should have been.
    pub fn node(self, value: &str, now: i64) -> Result<Option<Node>, String> {
        Ok(Some(match self {
            Field::Title => return Ok(words(TextField::Title, value, false)),
            Field::Source => {
                Node::Source(some(analyze::fold(value), "source:", "the name of a source")?)
            }
            Field::Tag => Node::Tag(some(value.trim().to_owned(), "tag:", "a tag")?),
            Field::Language => language(value)?,
            Field::Entity(labels) => {
                let name = some(analyze::fold(value), "this field", "a name or a part of it")?;
                Node::Entity { labels: labels.to_vec(), name }
            }
            Field::Is => Node::Is(is(value)?),
            Field::After => {
                Node::Published { from: Some(period("after", value, now)?.0), to: None }
            }
            Field::Before => {
                Node::Published { from: None, to: Some(period("before", value, now)?.0) }
            }
            Field::On => {
                let (from, to) = period("date", value, now)?;
                Node::Published { from: Some(from), to: Some(to) }
            }
            Field::Since => Node::Published { from: Some(since(value, now)?), to: None },
            // The parser takes it apart: here nobody knows the filters.
            Field::Filter => return Ok(None),
        }))
    }
}

/// The words of a piece of text, as the index cuts it. `None` when there are none.
pub(super) fn words(field: TextField, text: &str, prefix: bool) -> Option<Node> {
    let terms = analyze::terms_of(text);
    (!terms.is_empty()).then_some(Node::Words { field, terms, prefix })
}

fn some(value: String, field: &str, wanted: &str) -> Result<String, String> {
    if value.is_empty() { Err(format!("`{field}` wants {wanted}")) } else { Ok(value) }
}

/// The primary subtag: articles are kept by it.
fn language(value: &str) -> Result<Node, String> {
    let primary = value.trim().split(['-', '_']).next().unwrap_or("").to_ascii_lowercase();
    let plausible =
        (2..=3).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_lowercase());
    if plausible {
        Ok(Node::Language(primary))
    } else {
        Err("`lang:` wants a code of two or three letters such as `en`".to_owned())
    }
}

fn is(value: &str) -> Result<Is, String> {
    match value.trim().to_ascii_lowercase().as_str() {
        "unread" => Ok(Is::Unread),
        "read" => Ok(Is::Read),
        "starred" | "star" => Ok(Is::Starred),
        "hidden" => Ok(Is::Hidden),
        _ => Err("`is:` wants unread, read, starred or hidden".to_owned()),
    }
}

fn period(field: &str, value: &str, now: i64) -> Result<(i64, i64), String> {
    dates::period(value, now)
        .ok_or_else(|| format!("`{field}:` wants a date such as 2025-05-01, 2025-05 or 2025"))
}

fn since(value: &str, now: i64) -> Result<i64, String> {
    let date = || dates::period(value, now).map(|(from, _)| from);
    dates::ago(value, now)
        .or_else(date)
        .ok_or_else(|| "`since:` wants a span such as 12h, 7d, 2w, 3m or 1y, or a date".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips() {
        assert_eq!(nearest("titel"), Some("title"));
        assert_eq!(nearest("sorce"), Some("source"));
        assert_eq!(nearest("perosn"), Some("person"));
        assert_eq!(nearest("http"), None);
        assert_eq!(nearest("us"), None);
        assert_eq!(distance("ferry", "ferry"), 0);
    }
}
