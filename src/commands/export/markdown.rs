//! An article as a Markdown file with front matter, as `gazette add` reads it.

use std::fmt::Write;

use crate::article::{Article, Kind, Paragraph};
use crate::commands::output::{day, timestamp};

/// Characters of the title in a file's name.
const SLUG: usize = 60;

/// `2026-11-18-ferry-returns-1ab2c3.md`
pub fn name(article: &Article) -> String {
    let date = article.published.map(day);
    let slug = slug(&article.title);
    let number = format!("{:x}", article.id.0);
    let parts = date.into_iter().chain([slug, number]).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("-") + ".md"
}

/// Letters and digits of a title, apart by dashes.
fn slug(title: &str) -> String {
    let mut slug = String::new();
    for c in title.chars().flat_map(char::to_lowercase) {
        match c {
            c if c.is_alphanumeric() => slug.push(c),
            _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
        if slug.chars().count() >= SLUG {
            break;
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// The kept paragraphs, or with `all` every one.
pub fn document(article: &Article, all: bool) -> String {
    let mut out = front_matter(article);
    if article.title_is_own {
        let _ = write!(out, "\n# {}\n", escaped(&article.title));
    }
    let shown: Vec<&Paragraph> =
        article.paragraphs.iter().filter(|p| all || p.mark.kept()).collect();
    let mut at = 0;
    while at < shown.len() {
        out.push('\n');
        let rows = shown[at..].iter().take_while(|p| p.kind == Kind::TableRow).count();
        match rows {
            0 => out.push_str(&block(shown[at])),
            rows => out.push_str(&table(&shown[at..at + rows])),
        }
        at += rows.max(1);
    }
    out
}

fn front_matter(article: &Article) -> String {
    let mut out = "---\n".to_owned();
    let mut field = |key: &str, value: Option<&str>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            let _ = writeln!(out, "{key}: {}", quoted(value));
        }
    };
    field("title", Some(&article.title));
    field("source", Some(&article.source));
    field("author", article.byline.as_deref());
    field("date", article.published.and_then(timestamp).as_deref());
    field("url", article.url.as_deref());
    field("lang", article.language.as_deref());
    if !article.tags.is_empty() {
        let tags: Vec<String> = article.tags.iter().map(|tag| quoted(tag)).collect();
        let _ = writeln!(out, "tags: [{}]", tags.join(", "));
    }
    out + "---\n"
}

fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', " "))
}

fn block(paragraph: &Paragraph) -> String {
    let text = linked(paragraph);
    match paragraph.kind {
        Kind::Heading => format!("## {text}\n"),
        Kind::Quote => format!("> {text}\n"),
        Kind::ListItem => format!("- {text}\n"),
        Kind::Caption => format!("![{text}]()\n"),
        Kind::Code => code(&paragraph.text),
        Kind::Paragraph | Kind::TableRow => format!("{text}\n"),
    }
}

/// Between fences longer than any in the text.
fn code(text: &str) -> String {
    let runs = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(runs.max(2) + 1);
    format!("{fence}\n{text}\n{fence}\n")
}

/// The first row is the head, as Markdown wants one.
fn table(rows: &[&Paragraph]) -> String {
    let cells = |row: &Paragraph| -> Vec<String> {
        row.text.split(" | ").map(|cell| escaped(cell.trim())).collect()
    };
    let rows: Vec<Vec<String>> = rows.iter().map(|row| cells(row)).collect();
    let width = rows.iter().map(Vec::len).max().unwrap_or(1);
    let line = |cells: &Vec<String>| {
        let gap = vec![String::new(); width - cells.len()];
        format!("| {} |\n", [cells.as_slice(), &gap].concat().join(" | "))
    };
    let mut out = rows.first().map_or(String::new(), line);
    out.push_str(&format!("|{}\n", "---|".repeat(width)));
    rows.iter().skip(1).for_each(|row| out.push_str(&line(row)));
    out
}

/// The text with its links in place.
fn linked(paragraph: &Paragraph) -> String {
    let (text, mut at, mut out) = (&paragraph.text, 0, String::new());
    for link in &paragraph.links {
        let (start, end) = (link.start as usize, link.end as usize);
        let (Some(before), Some(words)) = (text.get(at..start), text.get(start..end)) else {
            continue;
        };
        // What closes the brackets around an address has to be written otherwise in it.
        let href = link.href.replace('<', "%3C").replace('>', "%3E").replace(' ', "%20");
        let inner = escaped(words);
        // A start of line is only one at the very start.
        let before = if at == 0 { escaped(before) } else { escaped_inside(before) };
        let _ = write!(out, "{before}[{inner}](<{href}>)");
        at = end;
    }
    let rest = &text[at..];
    out + &if at == 0 { escaped(rest) } else { escaped_inside(rest) }
}

/// Text that Markdown reads as just these words at the start of a block.
fn escaped(text: &str) -> String {
    let inside = escaped_inside(text);
    let digits = inside.bytes().take_while(u8::is_ascii_digit).count();
    let after = &inside[digits..];
    match inside.chars().next() {
        Some('+' | '-' | '=' | ':') => format!("\\{inside}"),
        Some(_) if digits > 0 && after.starts_with(['.', ')']) => {
            format!("{}\\{after}", &inside[..digits])
        }
        _ => inside,
    }
}

fn escaped_inside(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => out.push(' '),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&'
            | '!' | '$' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{ArticleId, Link, Mark, Reason};
    use crate::load::{self, Limits, Origin};

    fn read_back(text: &str) -> Article {
        let origin = Origin { name: "ferry.md".into(), ..Origin::default() };
        let origin = Origin { format: Some(load::Format::Markdown), ..origin };
        let bytes = std::io::Cursor::new(text.as_bytes().to_vec());
        let mut all = load::stream(Box::new(bytes), origin, &Limits::default());
        all.next().unwrap().unwrap().article
    }

    fn paragraph(kind: Kind, text: &str) -> Paragraph {
        Paragraph { kind, text: text.into(), ..Paragraph::default() }
    }

    fn ferry() -> Article {
        let mut linked = paragraph(Kind::Paragraph, "It sails on Monday, says the Post.");
        let href = "https://post.example/a_b?x=(1)".into();
        linked.links = vec![Link { start: 29, end: 33, href }];
        Article {
            id: ArticleId(0x2a),
            title: "Ferry \"Żubr\" is *back*: at last".into(),
            title_is_own: true,
            source: "Harbour Post".into(),
            byline: Some("Ada Moss".into()),
            url: Some("https://harbour.example/1".into()),
            published: Some(1_747_353_600),
            language: Some("en".into()),
            tags: vec!["sea".into(), "to, read".into()],
            paragraphs: vec![
                paragraph(Kind::Paragraph, "1. May it be so_said_ <b>, & [all] of #it."),
                linked,
                paragraph(Kind::Heading, "What it {cost}"),
                paragraph(Kind::Quote, "- We never doubted it"),
                paragraph(Kind::ListItem, "One | two"),
                paragraph(Kind::ListItem, "Three"),
                paragraph(Kind::Code, "top  -b\n```\n  x"),
                paragraph(Kind::TableRow, "Day | Ships"),
                paragraph(Kind::TableRow, "Mon | 2"),
                paragraph(Kind::Caption, "The ferry, in 1998"),
            ],
            ..Article::default()
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let ferry = ferry();
        let back = read_back(&document(&ferry, false));
        let shown = |article: &Article| -> Vec<(Kind, String)> {
            article.paragraphs.iter().map(|p| (p.kind, p.text.clone())).collect()
        };
        assert_eq!(shown(&back), shown(&ferry));
        assert_eq!((&back.title, back.title_is_own), (&ferry.title, true));
        assert_eq!((&back.source, &back.byline), (&ferry.source, &ferry.byline));
        assert_eq!((&back.url, back.published), (&ferry.url, ferry.published));
        assert_eq!((&back.language, &back.tags), (&ferry.language, &ferry.tags));
        assert_eq!(back.paragraphs[1].links, ferry.paragraphs[1].links);
    }

    #[test]
    fn hidden_paragraphs_are_written_when_asked_for() {
        let mut ferry = ferry();
        ferry.paragraphs[0].mark = Mark::boilerplate(Reason::Legal, 0.9, "a test says so");
        assert!(!document(&ferry, false).contains("May it be"));
        assert!(document(&ferry, true).contains("May it be"));
    }

    #[test]
    fn files_are_named_by_date_title_and_number() {
        assert_eq!(name(&ferry()), "2025-05-16-ferry-żubr-is-back-at-last-2a.md");
        assert_eq!(name(&Article::default()), "0.md");
        assert!(name(&Article { title: "a/../b".repeat(99), ..Article::default() }).len() < 90);
    }
}
