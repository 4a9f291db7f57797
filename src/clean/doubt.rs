//! Where much of what stands within a story would be hidden by a little, the forests are at a loss:
//! a list of products, notes on a match, a live page. Losing text is worse than leaving a line.

use super::observed::Observed;

/// Log-odds below which a line is hidden by a little, and how much of what is shown such lines may
/// hold together.
const DOUBTS: [(f32, f32); 2] = [(0.8, 0.08), (1.2, 0.2)];
/// Where the log-odds of lines that are shown after all are put.
const SPARED: f32 = -0.1;

/// Shows again what is hidden by a little between paragraphs of the story, when it is much.
pub fn spare(seen: &Observed, odds: &mut [f32]) {
    for (little, much) in DOUBTS {
        let runs = |at: &usize| seen.lines[*at].is_prose() && odds[*at] <= 0.0;
        let Some(first) = (0..odds.len()).find(runs) else { return };
        let last = (0..odds.len()).rev().find(runs).unwrap_or(first);
        let doubted = |at: &usize| odds[*at] > 0.0 && odds[*at] < little;
        let doubted: Vec<usize> = (first..last).filter(doubted).collect();
        let length = |at: usize| seen.lines[at].characters as f32;
        let hidden: f32 = doubted.iter().map(|at| length(*at)).sum();
        let shown: f32 = (0..odds.len()).filter(|&at| odds[at] <= 0.0).map(length).sum();
        if hidden > much * shown {
            doubted.into_iter().for_each(|at| odds[at] = SPARED);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Article, Document, Paragraph};

    /// A paragraph, seven short lines, another paragraph, a line behind it.
    fn seen() -> Observed {
        let prose =
            "The ferry came back to Norrvik on Monday after eleven weeks in the repair yard.";
        let short = ["Two cabins for a family of four", "A deck for bicycles", "Hot soup all day"];
        let texts = [prose, short[0], short[1], short[2], short[0], short[1], short[2], prose];
        let paragraph = |text: &&str| Paragraph { text: text.to_string(), ..Paragraph::default() };
        let paragraphs = texts.iter().chain(&short[..1]).map(paragraph).collect();
        let article = Article { paragraphs, ..Article::default() };
        Observed::of(&Document::of(article))
    }

    fn shown(odds: [f32; 9]) -> Vec<usize> {
        let mut odds = odds;
        spare(&seen(), &mut odds);
        (0..odds.len()).filter(|&at| odds[at] <= 0.0).collect()
    }

    #[test]
    fn much_that_is_hidden_by_a_little_is_shown() {
        let all = [-3.0, 0.3, 0.5, 0.7, 0.2, 0.1, 0.7, -3.0, 0.3];
        assert_eq!(shown(all), [0, 1, 2, 3, 4, 5, 6, 7], "what stands behind the story is not its");
        let sure = [-3.0, 2.3, 2.5, 3.7, 2.2, 4.1, 1.7, -3.0, 0.3];
        assert_eq!(shown(sure), [0, 7]);
        let one = [-3.0, -1.0, -1.0, -1.0, -1.0, -1.0, 0.2, -3.0, 0.3];
        assert!(!shown(one).contains(&6), "a line of sixteen letters is little");
        assert_eq!(shown([1.0; 9]), [0; 0]);
    }
}
