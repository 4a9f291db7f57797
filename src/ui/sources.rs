//! The sources: name, kind, unread and all articles; a mark at what the list shows.

use ratatui::text::{Line, Span};

use super::text::fit;
use super::{Role, Theme};
use crate::app::overlay::SourceLine;
use crate::library::SourceKind;
use crate::page::columns;

pub fn line<'a>(
    source: &'a SourceLine,
    width: usize,
    theme: &Theme,
) -> (Line<'a>, Option<Line<'a>>) {
    let right = figures(source, width);
    let mark = if source.shown { "› " } else { "  " };
    let room = width.saturating_sub(columns(&right) + columns(mark) + 1);
    let role = if source.counts.unread > 0 { Role::Unread } else { Role::Text };
    let name = Span::styled(fit(&source.name, room), theme[role]);
    let left = Line::from(vec![Span::styled(mark, theme[Role::Key]), name]);
    (left, Some(Line::styled(right, theme[Role::Dim])))
}

/// "folder  2 failed  12/340", as much as there is room for.
fn figures(source: &SourceLine, width: usize) -> String {
    let counts = format!("{}/{}", source.counts.unread, source.counts.articles);
    if width < 30 {
        return counts;
    }
    let failed = (source.failed > 0).then(|| format!("{} failed", source.failed));
    let kind = source.kind.map(kind).unwrap_or_default();
    let parts = [Some(kind.to_owned()), failed, Some(format!("{counts:>11}"))];
    parts.into_iter().flatten().collect::<Vec<_>>().join("  ")
}

fn kind(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Folder => "folder",
        SourceKind::File => "file",
        SourceKind::Feed => "feed",
        SourceKind::Sample => "sample",
    }
}
