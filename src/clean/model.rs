//! What was learnt from labelled pages and texts: `assets/clean/model.bin`, with its card beside it.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::certain;
use super::doubt;
use super::forest::Forest;
use super::observed::Observed;
use super::rows::{Facet, Reading, facets};
use super::story::Story;
use super::wording::Wording;

static LEARNT: &[u8] = include_bytes!("../../assets/clean/model.bin");

/// A test sees to it that it is sound: looking at every tree takes as long as a text.
static MODEL: LazyLock<Model> = LazyLock::new(|| postcard::from_bytes(LEARNT).unwrap_or_default());

/// The word models and the forests; without trees it says what the rules say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// What lines say.
    pub wording: Wording,
    /// What blocks of pages are called.
    pub naming: Wording,
    pub texts: Forests,
    pub pages: Forests,
}

/// The two readings of one kind of document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Forests {
    pub first: Forest,
    pub second: Forest,
    /// Log-odds from which a line is hidden; how much more the more of the text it holds.
    pub bar: f32,
    pub care: f32,
}

/// What the forests make of a document.
pub struct Judged<'a> {
    forests: &'a Forests,
    wording: &'a Wording,
    reading: Reading<'a>,
    story: Story,
    /// Of each line, the log-odds of boilerplate, above 0 to be hidden.
    pub odds: Vec<f32>,
}

impl Model {
    pub fn get() -> &'static Self {
        &MODEL
    }

    /// Reads a document twice; what both readings make of it counts the same.
    pub fn judge<'a>(&'a self, seen: &'a Observed) -> Judged<'a> {
        let lines = 0..seen.lines.len();
        let wording = lines.clone().map(|at| self.wording.score(seen.words_of(at))).collect();
        let naming = lines.clone().map(|at| self.naming.score(seen.names_of(at))).collect();
        let forests = if seen.is_page() { &self.pages } else { &self.texts };
        let reading = Reading::new(seen, wording, naming);
        let mut kept = Kept::default();
        let count = lines.len();
        let mut odds = scores(&forests.first, count, |at, row| {
            reading.first(at, row);
            kept.keep(row);
        });
        let story = Story::of(seen, &odds);
        let again = scores(&forests.second, count, |at, row| match kept.row(at) {
            Some(first) => {
                row.clear();
                row.extend_from_slice(first);
                story.add(&reading, at, row);
            }
            None => story.row(&reading, at, row),
        });
        odds.iter_mut().zip(again).for_each(|(odds, again)| *odds = (*odds + again) / 2.0);
        forests.settle(seen, &mut odds);
        Judged { forests, wording: &self.wording, reading, story, odds }
    }
}

/// Lines whose rows are made before they are scored: bounds the memory of a long document.
const AT_ONCE: usize = 64;

/// What a forest makes of each line; `fill` overwrites a row with what is known of one.
fn scores(forest: &Forest, count: usize, mut fill: impl FnMut(usize, &mut Vec<f32>)) -> Vec<f32> {
    let mut all = Vec::with_capacity(count);
    let (mut row, mut rows) = (Vec::new(), Vec::new());
    for first in (0..count).step_by(AT_ONCE) {
        rows.clear();
        let lines = first..count.min(first + AT_ONCE);
        for at in lines.clone() {
            fill(at, &mut row);
            rows.reserve(row.len() * (lines.end - at));
            rows.extend_from_slice(&row);
        }
        all.extend(forest.scores(&rows, row.len()));
    }
    all
}

/// Rows of the first reading that the second goes on with: of the first lines of a document, which
/// are all of them but for a very long one.
#[derive(Default)]
struct Kept {
    width: usize,
    rows: Vec<f32>,
}

impl Kept {
    /// Numbers that are kept: 4 MiB of them.
    const MOST: usize = 1 << 20;

    fn keep(&mut self, row: &[f32]) {
        if self.rows.len() + row.len() <= Self::MOST {
            self.width = row.len();
            self.rows.extend_from_slice(row);
        }
    }

    fn row(&self, at: usize) -> Option<&[f32]> {
        self.rows.get(at * self.width..(at + 1) * self.width).filter(|row| !row.is_empty())
    }
}

impl Forests {
    /// From what both readings say to what is hidden: log-odds above 0.
    pub fn settle(&self, seen: &Observed, odds: &mut [f32]) {
        self.take_care(seen, odds);
        // Texts that came through an extractor have too little around a story to lose it so.
        if seen.is_page() {
            doubt::spare(seen, odds);
        }
        certain::settle(seen, odds);
    }

    /// Losing text is worse than leaving a line: the more of the story a line would take away, the
    /// surer the forests must be. A fiftieth of it is a loss that a reader notices.
    fn take_care(&self, seen: &Observed, odds: &mut [f32]) {
        let length = |at: usize| seen.lines[at].characters as f32;
        let kept: f32 = (0..odds.len()).filter(|&at| odds[at] < 0.0).map(length).sum();
        for (at, odds) in odds.iter_mut().enumerate() {
            *odds -= self.bar + self.care * (length(at) / (0.02 * kept.max(200.0))).min(1.0);
        }
    }
}

impl Judged<'_> {
    pub fn is_page(&self) -> bool {
        self.reading.seen.is_page()
    }

    /// Of each of some lines, without which kind of facts it would look most like one of a story.
    pub fn strongest(&self, lines: &[usize]) -> Vec<Facet> {
        let forest = &self.forests.second;
        let facets = facets(self.is_page());
        let mut found = Vec::with_capacity(lines.len());
        let (mut row, mut rows) = (Vec::new(), Vec::new());
        for lines in lines.chunks(AT_ONCE / Facet::ALL.len()) {
            rows.clear();
            for &at in lines {
                self.story.row(&self.reading, at, &mut row);
                let without = |facet: Facet| {
                    let values = row.iter().zip(&forest.typical).zip(&facets);
                    values.map(move |((own, typical), f)| if *f == facet { *typical } else { *own })
                };
                rows.extend(Facet::ALL.into_iter().flat_map(without));
            }
            let scores = forest.scores(&rows, row.len());
            found.extend(scores.chunks(Facet::ALL.len()).map(lowest));
        }
        found
    }

    /// The words of a text that speak most for boilerplate, at most three, as it writes them.
    pub fn telling_words(&self, text: &str) -> Vec<String> {
        self.wording.telling(text)
    }
}

/// The kind of facts with the lowest score.
fn lowest(scores: &[f32]) -> Facet {
    let scores = Facet::ALL.into_iter().zip(scores);
    let lowest = scores.min_by(|(_, a), (_, b)| a.total_cmp(b));
    lowest.map_or(Facet::Place, |(facet, _)| facet)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_in_the_binary_is_whole() {
        let model: Model = postcard::from_bytes(LEARNT).expect("a model that can be read");
        for (page, forests) in [(false, &model.texts), (true, &model.pages)] {
            assert!(forests.first.is_sound() && forests.second.is_sound());
            assert!(forests.second.trees() > 10);
            assert_eq!(facets(page).len(), forests.second.width);
        }
        assert_eq!(postcard::to_stdvec(&model).unwrap(), LEARNT);
    }
}
