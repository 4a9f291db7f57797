//! Copies of an article: who brought it, its title and file, how it is a copy, how old it is.

use ratatui::text::{Line, Span};

use super::list::age;
use super::text::fit;
use super::{Role, Theme};
use crate::library::copies::{Copy, How};
use crate::page::columns;

/// Columns of a source's name.
const SOURCE: usize = 20;
/// Narrower overlays leave out how it is a copy.
const HOW_FROM: usize = 60;

pub fn line<'a>(
    copy: &'a Copy,
    width: usize,
    now: i64,
    theme: &Theme,
) -> (Line<'a>, Option<Line<'a>>) {
    let right = match width < HOW_FROM {
        true => age(copy.row.published, now),
        false => format!("{}  {:>6}", how(copy.how), age(copy.row.published, now)),
    };
    let source = fit(&copy.row.source, SOURCE.min(width / 3)).into_owned();
    let room = width.saturating_sub(columns(&source) + 2 + columns(&right) + 1);
    let title = fit(&copy.row.title, room).into_owned();
    let path = copy.path.as_deref().unwrap_or_default();
    let path = fit(path, room.saturating_sub(columns(&title) + 2)).into_owned();
    let left = Line::from(vec![
        Span::styled(source, theme[Role::Key]),
        Span::raw("  "),
        Span::styled(title, theme[Role::Text]),
        Span::raw("  "),
        Span::styled(path, theme[Role::Dim]),
    ]);
    (left, Some(Line::styled(right, theme[Role::Dim])))
}

/// What the copy shares with the one that the list shows.
fn how(how: Option<How>) -> &'static str {
    match how {
        None => "in the list",
        Some(How::Words) => "the same words",
        Some(How::Address) => "the same address",
        Some(How::Nearly) => "nearly the same",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::ArticleId;
    use crate::library::Row;

    #[test]
    fn a_copy_says_what_it_shares() {
        let row = Row {
            id: ArticleId(1),
            source: "Harbour Post".into(),
            title: "Ferry returns".into(),
            published: None,
            read: false,
            starred: false,
            copies: 1,
        };
        let text = |width| {
            let copy =
                Copy { row: row.clone(), path: Some("/a/1.txt".into()), how: Some(How::Nearly) };
            let (left, right) = line(&copy, width, 0, &Theme::default());
            (left.to_string(), right.map(|right| right.to_string()).unwrap_or_default())
        };
        let (left, right) = text(70);
        assert_eq!(left, "Harbour Post  Ferry returns  /a/1.txt");
        assert!(right.starts_with("nearly the same"), "{right}");
        assert!(!text(40).1.contains("nearly"));
    }
}
