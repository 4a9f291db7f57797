//! The help: keys as they are bound just now, by group.

use ratatui::text::{Line, Span};

use super::text::fit;
use super::{Role, Theme};
use crate::app::overlay::HelpLine;
use crate::page::columns;

/// Columns for the keys where there is room for as many again.
const KEYS: usize = 22;

pub fn line<'a>(line: &'a HelpLine, width: usize, theme: &Theme) -> Line<'a> {
    match line {
        HelpLine::Group(group) => Line::styled(*group, theme[Role::Heading]),
        HelpLine::Key { keys, action } => {
            let room = KEYS.min(width / 2).saturating_sub(2);
            let keys = fit(keys, room);
            let gap = " ".repeat(room - columns(&keys).min(room) + 2);
            let what = fit(action.help(), width.saturating_sub(room + 2));
            Line::from(vec![
                Span::styled(keys, theme[Role::Key]),
                Span::raw(gap),
                Span::styled(what, theme[Role::Text]),
            ])
        }
    }
}
