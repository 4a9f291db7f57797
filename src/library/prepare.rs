//! From a document as read to an article as shown: marks first, then mentions.

use crate::article::{Article, Document};
use crate::{clean, entities};

/// Cleans a document and, with `tag`, finds who and what is named. What came settled stands.
pub fn prepare(document: Document, options: &clean::Options, tag: bool) -> Article {
    if document.article.settled {
        return document.article;
    }
    let marks = clean::marks(&document, options);
    let mut article = document.article;
    for (paragraph, mark) in article.paragraphs.iter_mut().zip(marks) {
        paragraph.mark = mark;
    }
    if tag {
        let tagged = entities::tag(&article);
        article.entities = tagged.entities;
        article.mentions = tagged.mentions;
    }
    article
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Entity, Label, Mark, Paragraph, Reason};

    #[test]
    fn what_came_settled_stands() {
        let article = Article {
            title: "Ferry returns".into(),
            paragraphs: vec![Paragraph {
                text: "The ferry is back.".into(),
                mark: Mark::boilerplate(Reason::Other, 0.9, "by hand"),
                ..Paragraph::default()
            }],
            entities: vec![Entity { name: "The Ferry".into(), label: Label::Product }],
            settled: true,
            ..Article::default()
        };
        let document = Document { article: article.clone(), layout: None };
        assert_eq!(prepare(document, &clean::Options::default(), true), article);
    }
}
