//! Everything that is seen of a document before anything is weighed by what was learnt.

use super::asides::Asides;
use super::features::{self, Line, share_in};
use super::hints;
use super::named;
use super::page::Page;
use super::places::Places;
use super::rules::{self, Verdict};
use crate::article::{Article, Document, Kind};

pub struct Observed {
    pub lines: Vec<Line>,
    pub verdicts: Vec<Verdict>,
    pub title: Vec<u32>,
    pub credits: Credits,
    pub places: Option<Places>,
    pub asides: Asides,
    /// Of each line of a page, the buckets of the names of the blocks around it.
    names: Vec<Vec<u16>>,
    /// Of each element of a page, whether it is somebody's post that is quoted.
    posts: Vec<bool>,
}

/// What the document states of itself, as the hashes of its words: who wrote it, where it
/// appeared, what it is about.
pub struct Credits {
    byline: Vec<u32>,
    source: Vec<u32>,
    tags: Vec<u32>,
}

impl Credits {
    fn of(article: &Article, is_page: bool) -> Self {
        let source = if is_page { article.source.as_str() } else { "" };
        let tags = article.tags.iter().take(TAGS).flat_map(|tag| features::meaning(tag));
        let mut tags: Vec<u32> = tags.collect();
        tags.sort_unstable();
        Self {
            byline: features::meaning(article.byline.as_deref().unwrap_or("")),
            source: features::meaning(source),
            tags,
        }
    }

    /// How much of a line is the author's name and how much of the name the line holds; how much
    /// is the name of the outlet, and what the document is filed under.
    pub fn shares(&self, line: &Line) -> [f32; 4] {
        [
            line.kinship(&self.byline),
            if self.byline.is_empty() { -1.0 } else { share_in(&self.byline, &line.content) },
            line.kinship(&self.source),
            line.kinship(&self.tags),
        ]
    }
}

/// Tags of a document that are read.
const TAGS: usize = 40;

/// Elements around a line of a quoted post up to the quotation itself.
const POST: usize = 3;

impl Observed {
    pub fn of(document: &Document) -> Self {
        let article = &document.article;
        let lines = features::lines(article);
        let verdicts: Vec<Verdict> = lines.iter().map(rules::judge).collect();
        let title = features::meaning(&article.title);
        let (mut places, mut names, mut posts) = (None, Vec::new(), Vec::new());
        if let Some(layout) = document.layout.as_ref().filter(|layout| !layout.elements.is_empty())
        {
            let page = Page::new(article, layout, &lines, &verdicts);
            places = Some(Places::of(&page, layout, &lines));
            names = named::buckets(&page, layout, article, &lines);
            posts = layout.elements.iter().map(hints::is_post).collect();
        }
        let credits = Credits::of(article, places.is_some());
        let asides = Asides::of(article, &lines, &verdicts);
        Self { asides, lines, verdicts, title, credits, places, names, posts }
    }

    /// The words under a picture.
    pub fn is_caption(&self, line: usize) -> bool {
        self.lines[line].kind == Kind::Caption
            || self.places.as_ref().is_some_and(|places| places.is_caption(line))
    }

    /// The line stands in somebody's post that the page quotes.
    pub fn is_in_post(&self, line: usize) -> bool {
        let Some(places) = &self.places else { return false };
        places.around(line).take(POST).any(|element| self.posts[element])
    }

    pub fn is_page(&self) -> bool {
        self.places.is_some()
    }

    pub fn words_of(&self, line: usize) -> &[u16] {
        &self.lines[line].tokens
    }

    pub fn names_of(&self, line: usize) -> &[u16] {
        self.names.get(line).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Paragraph;

    #[test]
    fn a_line_about_the_author_is_told() {
        let paragraph = |text: &str| Paragraph { text: text.into(), ..Paragraph::default() };
        let article = Article {
            byline: Some("Elsa Brandt".into()),
            source: "Harbour Lantern".into(),
            tags: vec!["ferries".into(), "Norrvik".into()],
            paragraphs: vec![
                paragraph("Brandt, Elsa"),
                paragraph("The ferry to Norrvik was late."),
                paragraph("Read the Harbour Lantern every day."),
            ],
            ..Article::default()
        };
        let lines = features::lines(&article);
        let page = Credits::of(&article, true);
        assert_eq!(page.shares(&lines[0])[..2], [1.0, 1.0]);
        let story = page.shares(&lines[1]);
        assert!(story[0] == 0.0 && story[3] > 0.0, "{story:?}");
        assert!(page.shares(&lines[2])[2] > 0.3);
        // A text's source may be no more than the folder's name.
        assert_eq!(Credits::of(&article, false).shares(&lines[2])[2], 0.0);
    }
}
