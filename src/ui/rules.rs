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

/// "Harbour Press    14", or "“Ferry returns”     1" for a rule of one article.
fn place(rule: &Rule, width: usize) -> String {
    let articles = if rule.counting { "?".to_owned() } else { rule.articles.to_string() };
    let name = match &rule.article {
        _ if width < NAME_FROM => String::new(),
        Some((_, title)) => format!("“{}”", fit(title, NAME - 2)),
        None => fit(&rule.source_name, NAME).into_owned(),
    };
    format!("{name} {articles:>5}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::ArticleId;
    use crate::library::{RuleId, SourceId};

    #[test]
    fn a_rule_says_where_it_holds() {
        let everywhere = Rule {
            id: RuleId(1),
            source: SourceId(1),
            source_name: "Harbour Press".into(),
            article: None,
            keep: false,
            text: "Read on".into(),
            articles: 14,
            counting: false,
        };
        assert_eq!(place(&everywhere, 70), "Harbour Press    14");
        assert_eq!(place(&everywhere, 30), "    14");
        let counting = Rule { counting: true, ..everywhere.clone() };
        assert_eq!(place(&counting, 30), "     ?");
        let article = Some((ArticleId(9), "Ferry returns".into()));
        let here = Rule { article, articles: 1, ..everywhere };
        assert_eq!(place(&here, 70), "“Ferry returns”     1");
    }
}
