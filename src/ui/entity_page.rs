//! The lines of an entity's page: facts, bars, companions with their label, articles with their age.

use ratatui::text::{Line, Span};

use super::list::age;
use super::text::fit;
use super::{Role, Theme};
use crate::app::entity_page::{EntityPage, PageLine};
use crate::library::{EntityRow, Row};
use crate::page::columns;

/// From this width on an article has its source beside it.
const SOURCE_FROM: usize = 60;
/// Columns of a source's name.
const SOURCE: usize = 24;

type Both<'a> = (Line<'a>, Option<Line<'a>>);

pub fn line<'a>(page: &'a EntityPage, n: usize, width: usize, now: i64, theme: &Theme) -> Both<'a> {
    let styled = |text: String, role: Role| (Line::styled(text, theme[role]), None);
    match page.line(n) {
        None | Some(PageLine::Blank) => (Line::default(), None),
        Some(PageLine::Name(name)) => (Line::styled(name, theme.label(page.label)), None),
        Some(PageLine::Fact(fact)) => styled(fact, Role::Text),
        Some(PageLine::Bars(bars)) => styled(bars, Role::Progress),
        Some(PageLine::Note(note)) => styled(note, Role::Dim),
        Some(PageLine::Heading(heading)) => styled(heading.to_owned(), Role::Heading),
        Some(PageLine::Companion(row)) => companion(&row, width, theme),
        Some(PageLine::Article(article)) => match page.row(article) {
            Some(row) => title(row, width, now, theme),
            None => styled("gone from the library".to_owned(), Role::Dim),
        },
    }
}

fn companion(row: &EntityRow, width: usize, theme: &Theme) -> Both<'static> {
    let label = if width < 30 { "" } else { row.label.name() };
    let right = format!("{label} {:>4}", row.articles);
    let room = width.saturating_sub(columns(&right) + 1);
    let name = Span::styled(fit(&row.name, room).into_owned(), theme.label(row.label));
    (Line::from(name), Some(Line::styled(right, theme[Role::Dim])))
}

fn title(row: &Row, width: usize, now: i64, theme: &Theme) -> Both<'static> {
    let age = row.published.map_or(String::new(), |_| age(row.published, now));
    let right = match width >= SOURCE_FROM {
        true => {
            let source = fit(&row.source, SOURCE);
            let gap = " ".repeat(SOURCE.saturating_sub(columns(&source)));
            format!("{source}{gap}  {age:>8}")
        }
        false => age,
    };
    let room = width.saturating_sub(columns(&right) + 1);
    let role = if row.read { Role::Text } else { Role::Unread };
    let title = Line::styled(fit(&row.title, room).into_owned(), theme[role]);
    (title, Some(Line::styled(right, theme[Role::Dim])))
}
