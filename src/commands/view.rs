//! An article as the reading pane shows it, printed once: for `cat` on a terminal or in a pipe.

use std::fmt::Write;

use textwrap::WordSplitter;

use crate::article::{Article, Kind, Label, Paragraph, Place};

/// How an article is printed.
#[derive(Clone, Debug)]
pub struct View {
    pub colour: bool,
    /// `None`: a paragraph is one line, as a pipe wants it.
    pub width: Option<usize>,
    /// Hidden paragraphs too, marked with their reason.
    pub all: bool,
}

/// A stretch of a text in one style: half-open, in bytes.
type Span = (usize, usize, &'static str);

const TITLE: &str = "1";
const DIM: &str = "2";

impl View {
    /// Mentions are coloured, so without colour nobody needs them found.
    pub fn shows_mentions(&self) -> bool {
        self.colour
    }

    pub fn print(&self, article: &Article) -> String {
        let mut out = String::new();
        self.block(&mut out, &article.title, "", &whole(&article.title, TITLE));
        let byline = byline(article);
        if !byline.is_empty() {
            self.block(&mut out, &byline, "", &whole(&byline, DIM));
        }
        for (n, paragraph) in article.paragraphs.iter().enumerate() {
            if self.all || paragraph.mark.kept() {
                out.push('\n');
                self.paragraph(&mut out, article, n, paragraph);
            }
        }
        let hidden = if self.all { String::new() } else { hidden(article) };
        if !hidden.is_empty() {
            out.push('\n');
            self.block(&mut out, &hidden, "", &whole(&hidden, DIM));
        }
        out
    }

    fn paragraph(&self, out: &mut String, article: &Article, n: usize, paragraph: &Paragraph) {
        let indent = match paragraph.kind {
            Kind::Quote => "  ",
            Kind::ListItem => "- ",
            Kind::Code => "    ",
            _ => "",
        };
        if let Some(reason) = paragraph.mark.reason {
            let text = format!("[{}] {}", reason.name(), paragraph.text);
            return self.block(out, &text, indent, &whole(&text, DIM));
        }
        let spans = match paragraph.kind {
            Kind::Heading => whole(&paragraph.text, TITLE),
            _ => mentions(article, Place::Paragraph(n as u32)),
        };
        self.block(out, &paragraph.text, indent, &spans);
    }

    fn block(&self, out: &mut String, text: &str, indent: &str, spans: &[Span]) {
        let mut margin = indent.to_owned();
        for (start, end) in lines(text, self.width, indent.len()) {
            out.push_str(&margin);
            self.line(out, text, (start, end), spans);
            out.push('\n');
            margin = " ".repeat(indent.len());
        }
    }

    fn line(&self, out: &mut String, text: &str, (start, end): (usize, usize), spans: &[Span]) {
        let mut at = start;
        for &(from, to, style) in spans.iter().filter(|span| self.colour && span.1 > start) {
            let (from, to) = (from.clamp(at, end), to.clamp(at, end));
            if from == to {
                continue;
            }
            let _ = write!(out, "{}\x1b[{style}m{}\x1b[0m", &text[at..from], &text[from..to]);
            at = to;
        }
        out.push_str(&text[at..end]);
    }
}

/// Byte ranges of the lines of a text; wrapped at `width` less the margin.
fn lines(text: &str, width: Option<usize>, margin: usize) -> Vec<(usize, usize)> {
    let mut at = 0;
    let mut found = Vec::new();
    let mut add = |line: &str| {
        // Wrapping only leaves out white space, so every line lies after the one before it.
        let start = at + text[at..].find(line).unwrap_or(0);
        at = start + line.len();
        found.push((start, at));
    };
    match width {
        None => text.lines().for_each(&mut add),
        Some(width) => {
            let options = textwrap::Options::new(width.saturating_sub(margin).max(1))
                .word_splitter(WordSplitter::NoHyphenation);
            textwrap::wrap(text, options).iter().for_each(|line| add(line));
        }
    }
    found
}

fn whole(text: &str, style: &'static str) -> Vec<Span> {
    vec![(0, text.len(), style)]
}

fn mentions(article: &Article, place: Place) -> Vec<Span> {
    let span = |m: &crate::article::Mention| (m.start as usize, m.end as usize, style(m.label));
    let text = article.text_at(place);
    let spans = article.mentions_at(place).iter().map(span);
    spans.filter(|&(start, end, _)| text.get(start..end).is_some()).collect()
}

/// Nothing is told by colour only: the labels differ in weight and line, too.
fn style(label: Label) -> &'static str {
    match label {
        Label::Person => "1;36",
        Label::Organization => "1;35",
        Label::Location => "4;32",
        Label::Facility => "4;32",
        Label::Group => "4;33",
        Label::Product => "4;35",
        Label::Date => "4;34",
        Label::Money => "1;33",
        Label::Misc => "4;36",
    }
}

/// Who wrote it, for whom, where and when.
fn byline(article: &Article) -> String {
    let day = article.published.map(super::output::day);
    let (byline, agency) = (article.byline.as_deref(), article.agency.as_deref());
    let parts = [byline, agency, Some(&*article.source), day.as_deref()];
    let parts: Vec<_> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    parts.join(" · ")
}

/// "3 paragraphs hidden (legal 1, teaser 2)"
fn hidden(article: &Article) -> String {
    let reasons = article.hidden();
    let count: usize = reasons.values().sum();
    if count == 0 {
        return String::new();
    }
    let reasons: Vec<_> =
        reasons.iter().map(|(r, count)| format!("{} {count}", r.name())).collect();
    let paragraphs = if count == 1 { "paragraph" } else { "paragraphs" };
    format!("{count} {paragraphs} hidden ({})", reasons.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Entity, Mark, Mention, Reason};

    fn article() -> Article {
        let paragraph =
            |text: &str, mark| Paragraph { text: text.into(), mark, ..Paragraph::default() };
        Article {
            title: "Ferry returns".into(),
            byline: Some("Anaïs Ünal".into()),
            published: Some(1_747_324_800),
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

    fn print(colour: bool, width: Option<usize>, all: bool) -> String {
        View { colour, width, all }.print(&article())
    }

    #[test]
    fn a_pipe_gets_a_line_a_paragraph() {
        let expected = "Ferry returns\nAnaïs Ünal · 2025-05-15\n\nThe ferry of Anaïs Ünal is back.\n\n\
                        1 paragraph hidden (share 1)\n";
        assert_eq!(print(false, None, false), expected);
        assert!(print(false, None, true).ends_with("\n[share] Share this.\n"));
    }

    #[test]
    fn a_mention_keeps_its_colour_across_lines() {
        let text = print(true, Some(19), false);
        assert!(
            text.contains("ferry of \x1b[1;36mAnaïs\x1b[0m\n\x1b[1;36mÜnal\x1b[0m is"),
            "{text:?}"
        );
    }

    #[test]
    fn any_width_prints_every_word() {
        for width in 1..40 {
            let text = print(false, Some(width), true).replace(['\n', ' '], "");
            assert!(text.contains("TheferryofAnaïsÜnalisback."), "{width}: {text}");
        }
    }
}
