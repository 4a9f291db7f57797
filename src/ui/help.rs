//! The help: keys as they are bound just now, by group.

use std::borrow::Cow;

use ratatui::text::{Line, Span};

use super::text::fit;
use super::{Role, Theme};
use crate::app::overlay::HelpLine;
use crate::page::columns;

/// Columns for the keys and the gap behind them, where there is room for as many again and more.
const KEYS: usize = 22;
/// The same on a narrow screen.
const KEYS_NARROW: usize = 9;

pub fn line<'a>(line: &'a HelpLine, width: usize, theme: &Theme) -> Line<'a> {
    match line {
        HelpLine::Group(group) => Line::styled(*group, theme[Role::Heading]),
        HelpLine::Key { keys, action } => {
            let taken = if width < 2 * KEYS { KEYS_NARROW.min(width / 2) } else { KEYS };
            let room = taken.saturating_sub(2);
            let keys = whole(keys, room);
            let gap = " ".repeat(room.saturating_sub(columns(&keys)) + 2);
            let what = fit(action.help(), width.saturating_sub(room + 2));
            Line::from(vec![
                Span::styled(keys, theme[Role::Key]),
                Span::raw(gap),
                Span::styled(what, theme[Role::Text]),
            ])
        }
    }
}

/// As many of the keys as fit; `…` stands for the others.
fn whole(keys: &str, room: usize) -> Cow<'_, str> {
    if columns(keys) <= room {
        return keys.into();
    }
    let ends = keys.match_indices("  ").map(|(at, _)| at);
    match ends.filter(|at| columns(&keys[..*at]) < room).last() {
        Some(end) => format!("{}…", &keys[..end]).into(),
        None => fit(keys, room),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_shown_whole() {
        assert_eq!(whole("j  down", 7), "j  down");
        assert_eq!(whole("pgdn  space  ctrl-f", 7), "pgdn…");
        assert_eq!(whole("pgdn  space  ctrl-f", 12), "pgdn  space…");
        assert_eq!(whole("shift-tab", 7), "shift-…");
    }
}
