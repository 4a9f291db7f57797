//! What the reader does to the state of a library, as data: it can be taken back and done again.

use super::{EntityId, Lesson};
use crate::article::ArticleId;

/// A change of state that can be undone.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    Read {
        ids: Vec<ArticleId>,
        read: bool,
    },
    Star {
        ids: Vec<ArticleId>,
        starred: bool,
    },
    Tag {
        ids: Vec<ArticleId>,
        tag: String,
    },
    Untag {
        ids: Vec<ArticleId>,
        tag: String,
    },
    /// A rule that said `from` (`Some(true)`: keep; `None`: there was none) says `to`.
    Teach {
        lesson: Lesson,
        from: Option<bool>,
        to: Option<bool>,
    },
    /// Entities that are one, or are not: made by [`same`](super::Library::same) and
    /// [`not_same`](super::Library::not_same).
    Entities {
        /// What the reader said: "U.S. is the same as United States".
        said: String,
        moves: Vec<Move>,
    },
}

/// A step of [`Change::Entities`].
#[derive(Clone, Debug, PartialEq)]
pub enum Move {
    /// An entity leaves the group of one head for that of another; a head is in its own.
    Join { entity: EntityId, from: EntityId, to: EntityId },
    /// A spelling is somebody else's, or the entity's again.
    Spelling { entity: EntityId, spelling: String, apart: bool },
}

impl Change {
    /// The articles it is about.
    pub fn ids(&self) -> &[ArticleId] {
        match self {
            Change::Read { ids, .. }
            | Change::Star { ids, .. }
            | Change::Tag { ids, .. }
            | Change::Untag { ids, .. } => ids,
            Change::Teach { lesson, .. } => lesson.article.as_slice(),
            Change::Entities { .. } => &[],
        }
    }

    /// True when there is nothing to do.
    pub fn is_empty(&self) -> bool {
        match self {
            Change::Teach { from, to, .. } => from == to,
            Change::Entities { moves, .. } => moves.is_empty(),
            _ => self.ids().is_empty(),
        }
    }

    /// The opposite change of the same articles and entities.
    pub fn inverted(&self) -> Self {
        match self.clone() {
            Change::Read { ids, read } => Change::Read { ids, read: !read },
            Change::Star { ids, starred } => Change::Star { ids, starred: !starred },
            Change::Tag { ids, tag } => Change::Untag { ids, tag },
            Change::Untag { ids, tag } => Change::Tag { ids, tag },
            Change::Teach { lesson, from, to } => Change::Teach { lesson, from: to, to: from },
            Change::Entities { said, moves } => {
                Change::Entities { said, moves: Move::all_inverted(&moves) }
            }
        }
    }
}

impl Move {
    /// What takes these moves back.
    pub(super) fn all_inverted(moves: &[Move]) -> Vec<Move> {
        let back = |step: &Move| match step.clone() {
            Move::Join { entity, from, to } => Move::Join { entity, from: to, to: from },
            Move::Spelling { entity, spelling, apart } => {
                Move::Spelling { entity, spelling, apart: !apart }
            }
        };
        moves.iter().map(back).collect()
    }
}
