//! The query language: text in, a tree out, never a refusal.

mod dates;
mod fields;
mod parse;
mod typed;

use crate::article::Label;

pub use parse::parse;
pub use typed::{Typed, Wanted, quoted, typed};

/// A query as understood.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// `None`: everything.
    pub root: Option<Node>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// Every child.
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    /// Folded terms in a row; one term is a plain word.
    Words {
        field: TextField,
        terms: Vec<String>,
        prefix: bool,
    },
    Source(String),
    Tag(String),
    Language(String),
    /// Any label of a set, a name or a part of it.
    Entity {
        labels: Vec<Label>,
        name: String,
    },
    Is(Is),
    /// Half-open range of Unix seconds.
    Published {
        from: Option<i64>,
        to: Option<i64>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextField {
    Any,
    Title,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Is {
    Unread,
    Read,
    Starred,
    /// Has hidden paragraphs.
    Hidden,
}

/// What could not be understood; the rest of the query still counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryError {
    /// Byte span in the query text.
    pub start: usize,
    pub end: usize,
    /// "`before:` wants a date such as 2025-05-01".
    pub message: String,
}

impl Query {
    /// True when the answer depends on whom articles name.
    pub fn asks_for_names(&self) -> bool {
        fn asks(node: &Node) -> bool {
            match node {
                Node::And(all) | Node::Or(all) => all.iter().any(asks),
                Node::Not(one) => asks(one),
                other => matches!(other, Node::Entity { .. }),
            }
        }
        self.root.as_ref().is_some_and(asks)
    }

    /// Calls `found` with every node that asks for something, not those that exclude.
    pub(super) fn wanted<'a>(&'a self, found: &mut dyn FnMut(&'a Node)) {
        fn walk<'a>(node: &'a Node, found: &mut dyn FnMut(&'a Node)) {
            match node {
                Node::And(all) | Node::Or(all) => all.iter().for_each(|one| walk(one, found)),
                Node::Not(_) => {}
                other => found(other),
            }
        }
        if let Some(root) = &self.root {
            walk(root, found);
        }
    }
}
