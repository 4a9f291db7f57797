//! What the reader hid and kept: the verdict, the paragraph, where it holds, in how many articles.

use ratatui::text::{Line, Span};

use super::text::fit;
use super::{Role, Theme};
use crate::library::Rule;
use crate::page::columns;

/// Columns of a source's name.
const NAME: usize = 20;
/// Narrower overlays leave the name out.
const NAME_FROM: usize = 50;

pub fn line<'a>(rule: &'a Rule, width: usize, theme: &Theme) -> (Line<'a>, Option<Line<'a>>) {
    let right = place(rule, width);
    let verdict = if rule.keep { "keep " } else { "hide " };
    let room = width.saturating_sub(columns(&right) + columns(verdict) + 1);
    let text = Span::styled(fit(&rule.text, room), theme[Role::Text]);
    let left = Line::from(vec![Span::styled(verdict, theme[Role::Key]), text]);
    (left, Some(Line::styled(right, theme[Role::Dim])))
}

/// "Harbour Press    14", or "here" for a rule of one article.
fn place(rule: &Rule, width: usize) -> String {
    let articles = match (&rule.article, rule.counting) {
        (Some(_), _) => "here".to_owned(),
        (None, true) => "…".to_owned(),
        (None, false) => rule.articles.to_string(),
    };
    let name = if width < NAME_FROM { "".into() } else { fit(&rule.source_name, NAME) };
    format!("{name} {articles:>5}")
}
