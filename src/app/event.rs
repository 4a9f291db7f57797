//! What reaches the reader, and what it asks of the outside.

use std::sync::Arc;

use super::keys::Key;
use crate::article::ArticleId;
use crate::library::query::{Query, Wanted};
use crate::library::search::Hits;
use crate::library::{About, Choice, EntityId, Progress, Report, SourceId, View};

/// Something that happened: a key, or the answer to an [`Effect`].
#[derive(Clone, Debug)]
pub enum Event {
    Key(Key),
    Mouse(Mouse),
    Paste(String),
    Resize {
        width: u16,
        height: u16,
    },
    /// The answer to the search of this number.
    Found {
        number: u64,
        hits: Result<Hits, String>,
    },
    /// A source is being read; articles may have arrived.
    Reading {
        name: String,
        progress: Progress,
    },
    /// A source has been read.
    Read {
        name: String,
        report: Arc<Report>,
    },
    /// Files that were just written into this source have been read.
    TakenIn {
        name: String,
        report: Arc<Report>,
    },
    /// Reading a source failed as a whole.
    ReadFailed {
        name: String,
        message: String,
    },
    /// The names of this article have been looked for.
    Tagged(ArticleId),
    /// So many articles still wait for their names to be looked for.
    Tagging(u64),
    /// Another gazette put articles into the library, or took some out.
    Changed,
    /// The answer to the question of this number about an entity.
    About {
        number: u64,
        about: Result<Option<About>, String>,
    },
    /// The answer to the completion of this number.
    Completed {
        number: u64,
        choices: Result<Vec<Choice>, String>,
    },
    /// What the search index is busy with; `None` when it is up to date.
    Index(Option<String>),
    /// Something outside did not work: the browser, the clipboard.
    Trouble(String),
    /// The terminal went away or the system asks to end.
    Hangup,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mouse {
    pub what: MouseKind,
    pub column: u16,
    pub row: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MouseKind {
    Click,
    WheelUp,
    WheelDown,
}

/// Work for somebody with a thread, a terminal or a program to start.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Answer with [`Event::Found`]; only the newest search counts.
    /// With `wait`, only once no other has come for a moment.
    Search { number: u64, query: Query, view: View, limit: usize, wait: bool },
    /// Answer with [`Event::About`].
    About { number: u64, entity: EntityId },
    /// Names will be completed soon: make them ready.
    WarmUp,
    /// Answer with [`Event::Completed`], the best matches for a value; only the newest counts.
    Complete { number: u64, wanted: Wanted, value: String },
    /// Look for the names of this article, which is on the screen; answer with [`Event::Tagged`].
    Tag(ArticleId),
    /// Read these sources again, all of them when empty.
    Refresh(Vec<SourceId>),
    /// Look through the library for what was just taught and bring the index up to date.
    CatchUp,
    /// Put this on the clipboard.
    Copy(String),
    /// Open this address in a browser.
    Browse(String),
    /// Take the mouse, or give it back to the terminal.
    Mouse(bool),
    /// Clear the screen before the next frame.
    Redraw,
    /// Hand the terminal to the shell until it gives it back.
    Suspend,
}
