//! When nothing is found: the words of the library one slip away from those asked for.

use std::collections::BTreeMap;

use tantivy::query::FuzzyTermQuery;
use tantivy::{Searcher, Term};

use super::Result;
use super::index::Fields;
use super::query::{Node, Query};

/// Shorter words are one slip away from too many others.
const SHORTEST: usize = 4;
/// Corrections of one word that are searched.
const CHOICES: usize = 3;

/// For each word that could be mistyped, the likely ones, the most frequent first. `None` when
/// there is no such word.
pub(super) fn fixes(
    searcher: &Searcher,
    fields: Fields,
    query: &Query,
) -> Result<Option<BTreeMap<String, Vec<String>>>> {
    let mut asked = BTreeMap::<&str, bool>::new();
    query.wanted(&mut |node| {
        if let Node::Words { terms, prefix, .. } = node {
            for (n, term) in terms.iter().enumerate() {
                *asked.entry(term).or_default() |= *prefix && n + 1 == terms.len();
            }
        }
    });
    let mut unknown = BTreeMap::new();
    let mut known = BTreeMap::new();
    for (word, prefix) in asked {
        if word.chars().count() < SHORTEST {
            continue;
        }
        let near = near(searcher, fields, word, prefix)?;
        match near.is_known {
            true => known.insert(word.to_owned(), near.words),
            false => unknown.insert(word.to_owned(), near.words),
        };
    }
    // Words that the library has are only doubted when all are of that kind.
    let mut fixes = if unknown.is_empty() { known } else { unknown };
    fixes.retain(|_, words| !words.is_empty());
    Ok((!fixes.is_empty()).then_some(fixes))
}

struct Near {
    /// The word itself is in the library.
    is_known: bool,
    words: Vec<String>,
}

fn near(searcher: &Searcher, fields: Fields, word: &str, prefix: bool) -> Result<Near> {
    let term = Term::from_field_text(fields.body, word);
    let fuzzy = match prefix {
        true => FuzzyTermQuery::new_prefix(term, 1, true),
        false => FuzzyTermQuery::new(term, 1, true),
    };
    let mut frequency = BTreeMap::<String, u64>::new();
    for reader in searcher.segment_readers() {
        let index = reader.inverted_index(fields.body)?;
        let mut terms = index.terms().search(fuzzy.automaton()?).into_stream().map_err(engine)?;
        while terms.advance() {
            if let Ok(found) = std::str::from_utf8(terms.key()) {
                *frequency.entry(found.to_owned()).or_default() +=
                    u64::from(terms.value().doc_freq);
            }
        }
    }
    let is_known = frequency.keys().any(|found| found == word || prefix && found.starts_with(word));
    let mut ranked: Vec<(String, u64)> = frequency.into_iter().collect();
    ranked.retain(|(found, _)| found != word);
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    Ok(Near { is_known, words: ranked.into_iter().take(CHOICES).map(|(word, _)| word).collect() })
}

fn engine(error: std::io::Error) -> tantivy::TantivyError {
    error.into()
}

/// The query with the corrections in place of the words.
pub(super) fn correct(query: &Query, fixes: &BTreeMap<String, Vec<String>>) -> Query {
    Query { root: query.root.as_ref().map(|root| corrected(root, fixes)) }
}

fn corrected(node: &Node, fixes: &BTreeMap<String, Vec<String>>) -> Node {
    let each = |nodes: &[Node]| nodes.iter().map(|node| corrected(node, fixes)).collect();
    match node {
        Node::And(nodes) => Node::And(each(nodes)),
        Node::Or(nodes) => Node::Or(each(nodes)),
        Node::Words { terms, .. } if terms.iter().any(|term| fixes.contains_key(term)) => {
            replaced(node, fixes)
        }
        other => other.clone(),
    }
}

/// A word becomes any of its corrections; of a phrase, each word its likeliest.
fn replaced(node: &Node, fixes: &BTreeMap<String, Vec<String>>) -> Node {
    let Node::Words { field, terms, prefix } = node else { return node.clone() };
    if let [one] = terms.as_slice()
        && let Some(words) = fixes.get(one)
    {
        let word =
            |word: &String| Node::Words { field: *field, terms: vec![word.clone()], prefix: false };
        return Node::Or(words.iter().map(word).collect());
    }
    let best =
        |term: &String| fixes.get(term).and_then(|words| words.first()).unwrap_or(term).clone();
    let last_fixed = terms.last().is_some_and(|last| fixes.contains_key(last));
    let terms = terms.iter().map(best).collect();
    Node::Words { field: *field, terms, prefix: *prefix && !last_fixed }
}
