//! Everything that is seen of a document before anything is weighed by what was learnt.

use super::features::{self, Line};
use super::page::Page;
use super::places::{self, Places};
use super::rules::{self, Verdict};
use crate::article::Document;

pub struct Observed {
    pub lines: Vec<Line>,
    pub verdicts: Vec<Verdict>,
    pub title: Vec<u32>,
    pub places: Option<Places>,
    /// Of each line of a page, the buckets of the names of the blocks around it.
    names: Vec<Vec<u16>>,
}

impl Observed {
    pub fn of(document: &Document) -> Self {
        let article = &document.article;
        let lines = features::lines(article);
        let verdicts: Vec<Verdict> = lines.iter().map(rules::judge).collect();
        let title = features::title_words(article);
        let (mut places, mut names) = (None, Vec::new());
        if let Some(layout) = document.layout.as_ref().filter(|layout| !layout.elements.is_empty())
        {
            let page = Page::new(article, layout, &lines, &verdicts);
            places = Some(Places::of(&page, layout, &lines));
            names = places::tokens(&page, layout, lines.len());
        }
        Self { lines, verdicts, title, places, names }
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
