//! Who and what is in the article: the name in the style of its label, the label, how often.

use ratatui::text::{Line, Span};

use super::text::fit;
use super::{Role, Theme};
use crate::app::overlay::EntityLine;
use crate::page::columns;

pub fn line<'a>(
    entity: &'a EntityLine,
    width: usize,
    theme: &Theme,
) -> (Line<'a>, Option<Line<'a>>) {
    let label = if width < 30 { "" } else { entity.label.name() };
    let right = format!("{label} {:>4}", entity.mentions);
    let room = width.saturating_sub(columns(&right) + 1);
    let name = Span::styled(fit(&entity.name, room), theme.label(entity.label));
    (Line::from(name), Some(Line::styled(right, theme[Role::Dim])))
}
