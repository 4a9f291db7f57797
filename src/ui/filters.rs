//! Saved queries: the name, then what it asks for.

use ratatui::text::{Line, Span};

use super::text::fit;
use super::{Role, Theme};
use crate::page::columns;

/// Columns that a name has at least, so that most queries line up.
const NAME: usize = 16;

pub fn line<'a>(filter: &'a (String, String), width: usize, theme: &Theme) -> Line<'a> {
    let (name, query) = filter;
    let shown = fit(name, width).into_owned();
    let gap = " ".repeat(NAME.saturating_sub(columns(&shown)).max(2));
    let room = width.saturating_sub(columns(&shown) + gap.len());
    Line::from(vec![
        Span::styled(shown, theme[Role::Key]),
        Span::raw(gap),
        Span::styled(fit(query, room).into_owned(), theme[Role::Dim]),
    ])
}
