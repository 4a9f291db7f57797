//! What is looked at of documents that are far too long for an article: logs, books, a book in one
//! line. What is known of lines takes more room than they do.

use crate::article::{Article, Document, Layout};

/// Paragraphs that are judged together.
pub const TOGETHER: usize = 10_000;

/// What is read of a paragraph, in bytes. Nothing that is hidden is longer.
const READ: usize = 16 << 10;

pub fn beginning(text: &str) -> &str {
    &text[..text.floor_char_boundary(READ)]
}

/// A document in parts of so many paragraphs, each with what is stated of the whole.
pub fn parts(document: &Document, length: usize) -> impl Iterator<Item = Document> {
    let starts = (0..document.article.paragraphs.len()).step_by(length);
    starts.map(move |start| part(document, start, length))
}

/// So many paragraphs of a document from one on.
fn part(document: &Document, start: usize, length: usize) -> Document {
    let Document { article, layout, .. } = document;
    let end = article.paragraphs.len().min(start + length);
    let paragraphs = article.paragraphs[start..end].to_vec();
    let Article { title, byline, source, tags, .. } = article;
    let (title, byline) = (title.clone(), byline.clone());
    let (source, tags) = (source.clone(), tags.clone());
    let layout = layout.as_ref().map(|layout| Layout {
        elements: layout.elements.clone(),
        paragraph_element: layout.paragraph_element.get(start..end).unwrap_or_default().to_vec(),
        stated_body: layout.stated_body.clone(),
        title_before: layout.title_before.filter(|before| (*before as usize) <= end && start == 0),
        title_element: layout.title_element,
    });
    let article = Article { title, byline, source, tags, paragraphs, ..Article::default() };
    Document { layout, ..Document::of(article) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Paragraph;
    use crate::clean::features::{Line, lines};
    use crate::clean::signs::Ending;

    #[test]
    fn a_document_of_very_many_lines_comes_in_parts() {
        let line =
            |n: u32| Paragraph { text: format!("The ferry sails at {n}."), ..Paragraph::default() };
        let paragraphs: Vec<Paragraph> = (0..10).map(line).collect();
        let article = Article { title: "Ferry".into(), paragraphs, ..Article::default() };
        let layout = Layout {
            paragraph_element: (0..10).collect(),
            title_before: Some(2),
            ..Layout::default()
        };
        let document = Document { layout: Some(layout), ..Document::of(article) };
        let parts: Vec<Document> = parts(&document, 4).collect();
        let counts: Vec<usize> = parts.iter().map(|part| part.article.paragraphs.len()).collect();
        assert_eq!(counts, [4, 4, 2]);
        assert!(parts.iter().all(|part| part.article.title == "Ferry"));
        let layouts: Vec<&Layout> = parts.iter().filter_map(|part| part.layout.as_ref()).collect();
        assert_eq!(layouts[1].paragraph_element, [4, 5, 6, 7]);
        assert_eq!((layouts[0].title_before, layouts[1].title_before), (Some(2), None));
    }

    #[test]
    fn of_an_endless_paragraph_the_beginning_is_read() {
        let line = |text: String| -> Line {
            let paragraph = Paragraph { text, ..Paragraph::default() };
            lines(&Article { paragraphs: vec![paragraph], ..Article::default() }).remove(0)
        };
        let seen = line("渡し船が戻った".repeat(100_000));
        assert!(seen.characters < 10_000 && seen.tokens.len() + seen.content.len() < 10_000);
        let seen = line(format!("{}sails (NORPA)", "The ferry ".repeat(100_000)));
        assert!(seen.words < 10_000 && seen.ending == Ending::Open);
        let ended = line(format!("{}sails.", "The ferry ".repeat(100_000)));
        assert_eq!(ended.ending, Ending::Sentence, "its end is seen all the same");
    }
}
