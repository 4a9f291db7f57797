//! From a document as read to an article as shown: marks first, then mentions.

use crate::article::{Article, Document, Paragraph};
use crate::{clean, entities};

/// Where names are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tagging {
    None,
    /// In the title and the paragraphs that are kept.
    Kept,
    All,
}

/// Cleans a document and finds who and what is named. What came settled stands.
pub fn prepare(document: Document, options: &clean::Options, tagging: Tagging) -> Article {
    if document.article.settled && !document.article.unnamed {
        return document.article;
    }
    let marks = (!document.article.settled).then(|| clean::marks(&document, options));
    let mut article = document.article;
    for (paragraph, mark) in article.paragraphs.iter_mut().zip(marks.into_iter().flatten()) {
        paragraph.mark = mark;
    }
    match tagging {
        Tagging::None => article.unnamed = true,
        Tagging::Kept => tag_kept(&mut article),
        Tagging::All => tag(&mut article),
    }
    article
}

fn tag(article: &mut Article) {
    let tagged = entities::tag(article);
    article.entities = tagged.entities;
    article.mentions = tagged.mentions;
    article.unnamed = false;
}

/// Tags with the hidden paragraphs out of the way.
fn tag_kept(article: &mut Article) {
    let hidden = |paragraph: &mut Paragraph| {
        let hides = !paragraph.mark.kept();
        if hides { std::mem::take(&mut paragraph.text) } else { String::new() }
    };
    let texts: Vec<String> = article.paragraphs.iter_mut().map(hidden).collect();
    tag(article);
    for (paragraph, text) in article.paragraphs.iter_mut().zip(texts) {
        if !paragraph.mark.kept() {
            paragraph.text = text;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Entity, Label, Mark, Place, Reason};

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
        let document = Document::of(article.clone());
        assert_eq!(prepare(document, &clean::Options::default(), Tagging::All), article);
    }

    #[test]
    fn hidden_paragraphs_name_nobody_unless_they_are_asked_for() {
        let story = "The ferry returned to Norrvik on Monday after eleven weeks, Captain Elsa Brandt told the council.";
        let texts = [story, "All rights reserved by Norpa Agency Ltd of Valmora.", story];
        let paragraphs = texts.map(|text| Paragraph { text: text.into(), ..Paragraph::default() });
        let title = "Ferry returns to Norrvik".into();
        let language = Some("en".into());
        let paragraphs = paragraphs.to_vec();
        let article =
            Article { title, title_is_own: true, language, paragraphs, ..Article::default() };
        let of = |tagging| {
            let document = Document::of(article.clone());
            prepare(document, &clean::Options::default(), tagging)
        };
        let hidden = Place::Paragraph(1);
        let kept = of(Tagging::Kept);
        assert_eq!(kept.paragraphs[1].text, texts[1], "no word is lost");
        assert!(!kept.paragraphs[1].mark.kept() && kept.mentions_at(hidden).is_empty());
        assert!(!kept.mentions_at(Place::Paragraph(0)).is_empty());
        assert!(!of(Tagging::All).mentions_at(hidden).is_empty());
        let unnamed = of(Tagging::None);
        assert!(unnamed.mentions.is_empty() && unnamed.unnamed && !kept.unnamed);
        // Written so and read again: marks stand, names are still looked for.
        let marked = Article { settled: true, ..unnamed };
        let named = prepare(Document::of(marked.clone()), &clean::Options::default(), Tagging::All);
        assert!(!named.mentions.is_empty() && !named.unnamed);
        assert_eq!(named.paragraphs, marked.paragraphs);
    }
}
