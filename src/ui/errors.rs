//! Inputs that could not be read, and why.

use ratatui::text::Line;

use super::text::fit;
use super::{Role, Theme};

pub fn line<'a>(error: &'a str, width: usize, theme: &Theme) -> Line<'a> {
    Line::styled(fit(error, width), theme[Role::Text])
}
