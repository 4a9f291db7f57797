//! An article as the reading pane shows it, printed once: for `cat` on a terminal or in a pipe.

use std::io::{self, Write};

use ratatui::style::Style;

use super::ansi::painted;
use crate::article::{Article, Label, Place};
use crate::page::{Page, PageOptions, PageRow};
use crate::ui::{Layer, Role, Theme, styled};

/// How articles are printed.
#[derive(Clone, Debug)]
pub struct View {
    pub page: PageOptions,
    /// `None`: no escape sequence at all.
    pub theme: Option<Theme>,
    /// The labels that are highlighted.
    pub labels: Vec<Label>,
}

impl View {
    /// Without a theme nobody needs the mentions found.
    pub fn shows_mentions(&self) -> bool {
        self.theme.is_some() && !self.labels.is_empty()
    }

    pub fn print(&self, article: &Article, out: &mut impl Write) -> io::Result<()> {
        let page = Page::lay(article, &self.page);
        for row in &page.rows {
            let line = self.line(article, &page, row);
            writeln!(out, "{}", line.trim_end_matches(' '))?;
        }
        Ok(())
    }

    fn line(&self, article: &Article, page: &Page, row: &PageRow) -> String {
        let margin = " ".repeat(usize::from(row.indent)) + row.lead;
        let text = page.text_of(article, row);
        let Some(theme) = &self.theme else { return margin + text };
        let style = theme[Role::of_row(row.kind)];
        let spans = styled(text, style, &self.layers(article, row, theme));
        let spans = spans.into_iter().map(|span| painted(&span.content, span.style));
        painted(&margin, style) + &spans.collect::<String>()
    }

    /// Links and the mentions over them, as bytes of the row. Titles are plain, as in the reading
    /// pane.
    fn layers(&self, article: &Article, row: &PageRow, theme: &Theme) -> Vec<Layer> {
        let Some(place @ Place::Paragraph(n)) = row.place else { return Vec::new() };
        let links = article.paragraphs[n as usize].links.iter();
        let links = links.map(|link| (link.start, link.end, theme[Role::Link]));
        let shown = article.mentions_at(place).iter().filter(|m| self.labels.contains(&m.label));
        let mentions = shown.map(|m| (m.start, m.end, theme.label(m.label)));
        let on_row = |(start, end, style): (u32, u32, Style)| {
            let (start, end) = (start.max(row.span.start), end.min(row.span.end));
            let byte = |at: u32| (at - row.span.start) as usize;
            (start < end).then(|| (byte(start)..byte(end), style))
        };
        links.chain(mentions).filter_map(on_row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Entity, Link, Mark, Mention, Paragraph, Reason};

    fn article() -> Article {
        let paragraph =
            |text: &str, mark| Paragraph { text: text.into(), mark, ..Paragraph::default() };
        Article {
            title: "Ferry returns".into(),
            byline: Some("Anaïs Ünal".into()),
            paragraphs: vec![
                paragraph("The ferry of Anaïs Ünal is back.", Mark::default()),
                paragraph("Share this.", Mark::boilerplate(Reason::Share, 0.9, "")),
            ],
            entities: vec![Entity { name: "Anaïs Ünal".into(), label: Label::Person }],
            mentions: vec![Mention {
                place: Place::Paragraph(0),
                start: 13,
                end: 25,
                label: Label::Person,
                entity: 0,
            }],
            ..Article::default()
        }
    }

    fn print(theme: Option<Theme>, width: u16, boilerplate: bool) -> String {
        let page = PageOptions { width, measure: width, boilerplate, explain: false };
        let mut out = Vec::new();
        let view = View { page, theme, labels: Label::ALL.to_vec() };
        view.print(&article(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_pipe_gets_a_line_a_paragraph() {
        let text = print(None, u16::MAX, false);
        assert!(text.starts_with("Ferry returns\n"), "{text}");
        assert!(text.contains("\nThe ferry of Anaïs Ünal is back.\n"), "{text}");
        assert!(text.contains("1 paragraph hidden (share 1)") && !text.contains('\x1b'), "{text}");
        assert!(print(None, u16::MAX, true).contains("Share this."));
    }

    #[test]
    fn a_mention_keeps_its_colour_across_lines() {
        let text = print(Some(Theme::default()), 19, false);
        let person = |words| painted(words, Theme::default().label(Label::Person));
        assert!(text.contains(&person("Anaïs")) && text.contains(&person("Ünal")), "{text:?}");
    }

    #[test]
    fn a_link_is_told_by_its_style() {
        let (mut article, mut out) = (article(), Vec::new());
        let href = "https://kos.example/".into();
        article.paragraphs[0].links = vec![Link { start: 4, end: 9, href }];
        let page = PageOptions { width: 80, measure: 80, boilerplate: false, explain: false };
        let view = View { page, theme: Some(Theme::default()), labels: Vec::new() };
        view.print(&article, &mut out).unwrap();
        let link = painted("ferry", Theme::default()[Role::Link]);
        assert!(String::from_utf8(out).unwrap().contains(&format!("The {link} of")));
        assert_ne!(link, "ferry");
    }

    #[test]
    fn any_width_prints_every_word() {
        for width in 2..40 {
            let text = print(None, width, true).replace(['\n', ' '], "");
            assert!(text.contains("TheferryofAnaïsÜnalisback."), "{width}: {text}");
        }
    }
}
