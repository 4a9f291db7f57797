//! What is far too long for an article: a log, a year of news in one text. All of it is kept, can be
//! read and is searched; but what is known of words takes many times their room. So it is put into the
//! index part by part, and only its beginning is compared with other articles.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::analyze;
use crate::article::{Article, Paragraph, Place};

/// Bytes of text up to which an article is a whole: the longest of novels.
const WHOLE: usize = 3 << 20;
/// Bytes of a part of a longer one. Until the index is written, short words that are all different
/// take twenty times their room in it.
const PART: usize = 1 << 20;
/// Bytes of very long articles that wait to be indexed.
const ROOM: usize = 64 << 20;
/// From so many bytes on an article is worth waiting for, not to be put into the index twice.
const LONG: usize = 1 << 20;

pub(super) fn is_long(article: &Article) -> bool {
    length(&article.paragraphs) > LONG
}

fn length(paragraphs: &[Paragraph]) -> usize {
    paragraphs.iter().map(|p| p.text.len()).sum()
}

/// What stands behind the beginning of a very long article.
#[derive(Default)]
pub(super) enum Behind {
    #[default]
    Nothing,
    /// It is there, and waits to be indexed.
    Held(Rest),
    /// It is in the body only.
    Dropped,
}

pub(super) struct Rest {
    paragraphs: Vec<Paragraph>,
    /// The first of them has its beginning in the article.
    begun: bool,
    /// Empty until there is room for it.
    _held: Option<Held>,
}

/// How much is held of articles that wait to be indexed: bytes.
#[derive(Clone, Default)]
pub(super) struct Room(Arc<AtomicUsize>);

struct Held(Room, usize);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.0.fetch_sub(self.1, Ordering::Relaxed);
    }
}

impl Room {
    /// Room for one article of any length, or for several shorter ones.
    fn take(&self, bytes: usize) -> Option<Held> {
        let add = |held: usize| (held == 0 || held + bytes <= ROOM).then_some(held + bytes);
        let taken = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
        taken.ok().map(|_| Held(self.clone(), bytes))
    }
}

/// Takes off all that stands behind the beginning of a very long article, and what points there. It
/// is let go of where there is no room for it: reading it again, out of its body, takes longer, and
/// what the allocator keeps of the first reading is held besides.
pub(super) fn shorten(article: &mut Article, room: &Room) -> Behind {
    let Some(rest) = split(article) else { return Behind::Nothing };
    match room.take(length(&rest.paragraphs)) {
        Some(held) => Behind::Held(Rest { _held: Some(held), ..rest }),
        None => Behind::Dropped,
    }
}

fn split(article: &mut Article) -> Option<Rest> {
    let Article { paragraphs, mentions, .. } = article;
    if length(paragraphs) <= WHOLE {
        return None;
    }
    let (mut room, mut whole) = (WHOLE, 0);
    for paragraph in &*paragraphs {
        if paragraph.text.len() > room {
            break;
        }
        room -= paragraph.text.len();
        whole += 1;
    }
    let rest = paragraphs.split_off(whole);
    paragraphs.shrink_to_fit();
    let begun = room > 3;
    if let (true, Some(Paragraph { text, mark, kind, .. })) = (begun, rest.first()) {
        let text = text[..text.floor_char_boundary(room)].to_owned();
        let (mark, kind) = (mark.clone(), *kind);
        paragraphs.push(Paragraph { text, mark, kind, ..Paragraph::default() });
    }
    mentions.retain(|mention| match mention.place {
        Place::Title => true,
        Place::Paragraph(number) => {
            paragraphs.get(number as usize).is_some_and(|p| mention.end as usize <= p.text.len())
        }
    });
    Some(Rest { paragraphs: rest, begun, _held: None })
}

impl Rest {
    /// Puts it back where it was. Nobody is named in it: that was for shorter articles.
    pub fn join(&mut self, article: &mut Article) {
        if std::mem::take(&mut self.begun) {
            article.paragraphs.pop();
        }
        article.paragraphs.append(&mut self.paragraphs);
    }
}

/// What is indexed together: all of an article, or of a very long one so much at a time.
pub(super) struct Parts {
    /// What is left to come.
    paragraphs: std::vec::IntoIter<Paragraph>,
    /// Of the paragraph that comes next.
    pieces: VecDeque<Paragraph>,
    /// It is so long that there are several.
    pub several: bool,
    begun: bool,
}

/// The parts of a text, made one after another: each can be let go of before the next comes.
pub(super) fn parts(paragraphs: Vec<Paragraph>) -> Parts {
    let several = length(&paragraphs) > WHOLE;
    Parts { paragraphs: paragraphs.into_iter(), pieces: VecDeque::new(), several, begun: false }
}

impl Iterator for Parts {
    type Item = Vec<Paragraph>;

    fn next(&mut self) -> Option<Vec<Paragraph>> {
        let first = !std::mem::replace(&mut self.begun, true);
        if !self.several {
            // An article without text has a title.
            return first.then(|| self.paragraphs.by_ref().collect());
        }
        let (mut part, mut room) = (Vec::new(), PART);
        while let Some(piece) = self.piece() {
            if piece.text.len() > room && !part.is_empty() {
                self.pieces.push_front(piece);
                break;
            }
            room = room.saturating_sub(piece.text.len());
            part.push(piece);
        }
        (!part.is_empty()).then_some(part)
    }
}

impl Parts {
    fn piece(&mut self) -> Option<Paragraph> {
        if self.pieces.is_empty() {
            self.pieces = pieces(self.paragraphs.next()?).into();
        }
        self.pieces.pop_front()
    }
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
        let whole = story.paragraphs.clone();
        let room = Room::default();
        let mut held = shorten(&mut story, &room);
        let texts: Vec<&str> = story.paragraphs.iter().map(|p| &*p.text).collect();
        assert!(texts == ["The ferry", &long, "Behin"], "{} texts", texts.len());
        assert_eq!(story.mentions.len(), 2);
        let before = story.clone();
        assert!(matches!(shorten(&mut story, &room), Behind::Nothing));
        assert!(story == before && length(&story.paragraphs) <= WHOLE);
        // There is room for one of any length, and once that is gone for the next.
        let mut other = article(&[&long, &long]);
        room.0.fetch_add(ROOM, Ordering::Relaxed);
        assert!(matches!(shorten(&mut other, &room), Behind::Dropped));
        let Behind::Held(rest) = &mut held else { panic!("there was room") };
        rest.join(&mut story);
        assert!(story.paragraphs == whole, "all is there again");
        drop(held);
        assert_eq!(room.0.load(Ordering::Relaxed), ROOM);
    }

    #[test]
    fn a_line_without_end_is_cut_between_two_letters() {
        let mut story = article(&[&"渡".repeat(WHOLE)]);
        shorten(&mut story, &Room::default());
        assert_eq!(story.paragraphs[0].text.len(), WHOLE / 3 * 3);
    }

    #[test]
    fn parts_hold_every_word_once_and_in_order() {
        let line = "渡 ferry".repeat(PART / 5);
        let story = article(&["The ferry", &line, "Behind", "it", &"x".repeat(2 * PART)]);
        let all: String = story.paragraphs.iter().map(|p| p.text.as_str()).collect();
        let texts: Vec<String> = parts(story.paragraphs)
            .map(|part| part.iter().map(|p| p.text.as_str()).collect())
            .collect();
        assert!(texts.concat() == all);
        assert!(texts.iter().all(|text| text.len() <= PART + 9));
        // "ferry渡" are two words, and no word is cut but the last, which has no end.
        let cut = |text: &&String| text.starts_with("erry") || text.starts_with("rry");
        assert_eq!(texts.iter().find(cut), None);
        assert_eq!(parts(article(&["The ferry", "Behind"]).paragraphs).count(), 1);
        assert_eq!(parts(Vec::new()).count(), 1);
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
