//! Inputs that could not be read, and why.

use std::borrow::Cow;

use ratatui::text::Line;

use super::text::fit;
use super::{Role, Theme};
use crate::page::columns;

/// Where there is no room for all of it, the folder goes first: it is that of the line above, too.
pub fn line<'a>(error: &'a str, width: usize, theme: &Theme) -> Line<'a> {
    let name = error.split(": ").next().unwrap_or(error);
    let text = match name.rfind('/') {
        Some(at) if columns(error) > width => {
            Cow::Owned(fit(&format!("…{}", &error[at..]), width).into_owned())
        }
        _ => fit(error, width),
    };
    Line::styled(text, theme[Role::Text])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_folder_makes_way_for_the_name() {
        let line = |width| {
            line("/home/ada/news/a.txt: has no text in it", width, &Theme::default()).to_string()
        };
        assert_eq!(line(60), "/home/ada/news/a.txt: has no text in it");
        assert_eq!(line(30), "…/a.txt: has no text in it");
        assert_eq!(line(12), "…/a.txt: ha…");
    }
}
