//! Undo and redo: a pile of changes that take back what was done.

use crate::library::{Change, Library, Result};

/// Changes remembered; older ones are forgotten.
const DEPTH: usize = 1_000;

#[derive(Clone, Debug, Default)]
pub struct History {
    undo: Vec<Change>,
    redo: Vec<Change>,
}

impl History {
    /// Carries out a new change. Gives it back as it really was, without the articles it left
    /// alone; `None` when nothing changed.
    pub fn apply(&mut self, library: &mut Library, change: &Change) -> Result<Option<Change>> {
        let inverse = library.apply(change)?;
        if inverse.is_empty() {
            return Ok(None);
        }
        let done = inverse.inverted();
        self.undo.push(inverse);
        self.redo.clear();
        if self.undo.len() > DEPTH {
            self.undo.remove(0);
        }
        Ok(Some(done))
    }

    /// Takes back the last change and gives back what was carried out for it; `None` at the bottom.
    pub fn undo(&mut self, library: &mut Library) -> Result<Option<Change>> {
        swap(library, &mut self.undo, &mut self.redo)
    }

    /// Does again what was undone last.
    pub fn redo(&mut self, library: &mut Library) -> Result<Option<Change>> {
        swap(library, &mut self.redo, &mut self.undo)
    }
}

fn swap(
    library: &mut Library,
    from: &mut Vec<Change>,
    to: &mut Vec<Change>,
) -> Result<Option<Change>> {
    let Some(change) = from.last() else { return Ok(None) };
    let inverse = library.apply(change)?;
    to.push(inverse);
    Ok(from.pop())
}

/// A change in words: "starred 1 article".
pub fn describe(change: &Change) -> String {
    let count = change.ids().len();
    let articles = if count == 1 { "article" } else { "articles" };
    match change {
        Change::Read { read: true, .. } => format!("marked {count} {articles} read"),
        Change::Read { read: false, .. } => format!("marked {count} {articles} unread"),
        Change::Star { starred: true, .. } => format!("starred {count} {articles}"),
        Change::Star { starred: false, .. } => format!("unstarred {count} {articles}"),
        Change::Tag { tag, .. } => format!("tagged {count} {articles} {tag}"),
        Change::Untag { tag, .. } => format!("took {tag} off {count} {articles}"),
        Change::Teach { lesson, to, .. } => {
            let (did, what) = match to {
                Some(true) => ("kept", "this paragraph"),
                Some(false) => ("hid", "this paragraph"),
                None => ("took back", "your word on this paragraph"),
            };
            let place = if lesson.article.is_some() { "here" } else { "in all of its source" };
            format!("{did} {what} {place}")
        }
        Change::Copy { apart: true, .. } => "this article is no copy".to_owned(),
        Change::Copy { apart: false, .. } => "this article is a copy".to_owned(),
        Change::Entities { said, .. } => said.clone(),
    }
}
