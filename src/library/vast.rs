//! What is far too long for an article: a log, a year of news in one text. All of it is kept, can be
//! read and is searched; but what is known of words takes many times their room. So it is put into the
//! index part by part, and only its beginning is compared with other articles.

use super::analyze;
use crate::article::{Article, Paragraph, Place};

/// Bytes of text up to which an article is a whole: the longest of novels.
const WHOLE: usize = 3 << 20;
/// Bytes of a part of a longer one. Until the index is written, short words that are all different
/// take twenty times their room in it.
const PART: usize = 1 << 20;
/// From so many bytes on an article is worth waiting for, not to be put into the index twice.
const LONG: usize = 1 << 20;

pub(super) fn is_long(article: &Article) -> bool {
    length(&article.paragraphs) > LONG
}

fn length(paragraphs: &[Paragraph]) -> usize {
    paragraphs.iter().map(|p| p.text.len()).sum()
}

/// Lets go of all that stands behind the beginning, and of what points there. False when that is
/// nothing.
pub(super) fn shorten(article: &mut Article) -> bool {
    if length(&article.paragraphs) <= WHOLE {
        return false;
    }
    let mut room = WHOLE;
    let mut held = 0;
    for paragraph in &mut article.paragraphs {
        if paragraph.text.len() > room {
            paragraph.text.truncate(paragraph.text.floor_char_boundary(room));
            paragraph.text.shrink_to_fit();
            paragraph.links.clear();
        }
        room -= paragraph.text.len();
        held += 1;
        if room < 4 {
            break;
        }
    }
    let Article { paragraphs, mentions, .. } = article;
    paragraphs.truncate(held);
    paragraphs.shrink_to_fit();
    mentions.retain(|mention| match mention.place {
        Place::Title => true,
        Place::Paragraph(number) => {
            paragraphs.get(number as usize).is_some_and(|p| mention.end as usize <= p.text.len())
        }
    });
    true
}

/// What is indexed together: all of an article, or of a very long one so much at a time.
pub(super) fn parts(paragraphs: Vec<Paragraph>) -> Vec<Vec<Paragraph>> {
    if length(&paragraphs) <= WHOLE {
        return vec![paragraphs];
    }
    let (mut parts, mut part, mut room) = (Vec::new(), Vec::new(), PART);
    for piece in paragraphs.into_iter().flat_map(pieces) {
        if piece.text.len() > room && !part.is_empty() {
            parts.push(std::mem::take(&mut part));
            room = PART;
        }
        room = room.saturating_sub(piece.text.len());
        part.push(piece);
    }
    parts.push(part);
    parts
}

/// A paragraph in pieces that are no longer than a part, cut between words. They are taken from its
/// end, so that it shrinks as they come to be.
fn pieces(mut paragraph: Paragraph) -> Vec<Paragraph> {
    let mut pieces = Vec::new();
    while paragraph.text.len() > PART {
        let length = paragraph.text.len();
        let cut = match analyze::gap(&paragraph.text, length - PART) {
            // A word without end is cut anywhere.
            end if end == length => paragraph.text.floor_char_boundary(length - PART),
            cut => cut,
        };
        let (mark, kind) = (paragraph.mark.clone(), paragraph.kind);
        let text = paragraph.text.split_off(cut);
        paragraph.text.shrink_to_fit();
        pieces.push(Paragraph { text, mark, kind, ..Paragraph::default() });
    }
    pieces.push(paragraph);
    pieces.reverse();
    pieces
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::article::{Label, Mention, Paragraph};
    use crate::library::query::parse;
    use crate::library::search::Searcher;
    use crate::library::testing::Desk;
    use crate::library::{Order, View, doctor};

    fn article(texts: &[&str]) -> Article {
        let paragraph = |text: &&str| Paragraph { text: (*text).into(), ..Paragraph::default() };
        Article { paragraphs: texts.iter().map(paragraph).collect(), ..Article::default() }
    }

    #[test]
    fn of_what_is_far_too_long_the_beginning_stays() {
        let long = "é".repeat(WHOLE / 2 - 7);
        let mut story = article(&["The ferry", &long, "Behind", "it"]);
        story.mentions = [(0, 9), (1, 8), (2, 6)]
            .map(|(number, end)| Mention {
                place: Place::Paragraph(number),
                start: 0,
                end,
                label: Label::Misc,
                entity: 0,
            })
            .to_vec();
        shorten(&mut story);
        let texts: Vec<&str> = story.paragraphs.iter().map(|p| &*p.text).collect();
        assert!(texts == ["The ferry", &long, "Behin"], "{} texts", texts.len());
        assert_eq!(story.mentions.len(), 2);
        let before = story.clone();
        shorten(&mut story);
        assert!(story == before && length(&story.paragraphs) <= WHOLE);
    }

    #[test]
    fn a_line_without_end_is_cut_between_two_letters() {
        let mut story = article(&[&"渡".repeat(WHOLE)]);
        shorten(&mut story);
        assert_eq!(story.paragraphs[0].text.len(), WHOLE / 3 * 3);
    }

    #[test]
    fn parts_hold_every_word_once_and_in_order() {
        let line = "渡 ferry".repeat(PART / 5);
        let story = article(&["The ferry", &line, "Behind", "it", &"x".repeat(2 * PART)]);
        let all: String = story.paragraphs.iter().map(|p| p.text.as_str()).collect();
        let parts = parts(story.paragraphs);
        let texts: Vec<String> =
            parts.iter().map(|part| part.iter().map(|p| p.text.as_str()).collect()).collect();
        assert!(texts.concat() == all);
        assert!(texts.iter().all(|text| text.len() <= PART + 9));
        // "ferry渡" are two words, and no word is cut but the last, which has no end.
        let cut = |text: &&String| text.starts_with("erry") || text.starts_with("rry");
        assert_eq!(texts.iter().find(cut), None);
        assert!(super::parts(article(&["The ferry", "Behind"]).paragraphs).len() == 1);
    }

    #[test]
    fn it_is_kept_whole_and_all_of_it_is_searched() {
        let line = "The ferry came back to Kos with Elsa Brandt. ".repeat(400);
        // Too long for names, too.
        let lines = format!("{line}\n").repeat(3 * WHOLE / line.len());
        let desk = Desk::with(&format!("settled: no\nFerry\nIt sails.\n{lines}The cargo burnt.\n"));
        let id = desk.library.ids(&View::default()).unwrap()[0];
        let texts = desk.library.article(id).unwrap().unwrap().paragraphs;
        assert_eq!(texts.last().unwrap().text, "The cargo burnt.");
        assert_eq!(texts.len(), lines.lines().count() + 2);
        let searcher = Searcher::open(&desk.library).unwrap();
        let found = |words, order, limit| {
            let view = View { order, ..View::default() };
            let hits = searcher.search(&parse(words, false, 0).0, &view, limit).unwrap();
            (hits.total, hits.ids)
        };
        for order in [Order::Newest, Order::Oldest, Order::Best] {
            for words in ["sails", "cargo", "the", "bra* kos", "ferry -harbour"] {
                assert_eq!(found(words, order, 9), (1, vec![id]), "{words} {order:?}");
            }
            assert_eq!(found("the", order, 0), (1, vec![]));
        }
        let told = doctor::examine(desk.library.dir(), &mut |_, _, _| ControlFlow::Continue(()));
        assert_eq!(told.unwrap(), []);
        assert_eq!(desk.library.untagged().unwrap(), 0, "nobody looks for names in it");
    }
}
