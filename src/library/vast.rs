//! What is far too long for an article: a log, a year of news in one text. All of it is kept and can
//! be read. What is known of words takes many times their room, so its beginning alone is searched,
//! and compared with other articles.

use crate::article::{Article, Place};

/// Bytes of an article's text that are searched: the longest of novels. Until the index is written, short
/// words that are all different take twenty times their room in it.
pub(super) const SEARCHED: usize = 3 << 20;
/// From so many bytes on an article is worth waiting for, not to be put into the index twice.
const LONG: usize = 1 << 20;

pub(super) fn is_long(article: &Article) -> bool {
    length(article) > LONG
}

fn length(article: &Article) -> usize {
    article.paragraphs.iter().map(|p| p.text.len()).sum()
}

/// Lets go of all that stands behind the beginning, and of what points there.
pub(super) fn shorten(article: &mut Article) {
    if length(article) <= SEARCHED {
        return;
    }
    let mut room = SEARCHED;
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Label, Mention, Paragraph};
    use crate::library::View;
    use crate::library::query::parse;
    use crate::library::search::Searcher;
    use crate::library::testing::Desk;

    fn article(texts: &[&str]) -> Article {
        let paragraph = |text: &&str| Paragraph { text: (*text).into(), ..Paragraph::default() };
        Article { paragraphs: texts.iter().map(paragraph).collect(), ..Article::default() }
    }

    #[test]
    fn of_what_is_far_too_long_the_beginning_stays() {
        let long = "é".repeat(SEARCHED / 2 - 7);
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
        assert!(story == before && length(&story) <= SEARCHED);
    }

    #[test]
    fn a_line_without_end_is_cut_between_two_letters() {
        let mut story = article(&[&"渡".repeat(SEARCHED)]);
        shorten(&mut story);
        assert_eq!(story.paragraphs[0].text.len(), SEARCHED / 3 * 3);
    }

    #[test]
    fn it_is_kept_whole_and_searched_by_its_beginning() {
        let line = "The ferry came back to Kos with Elsa Brandt. ".repeat(400);
        // Too long for names, too.
        let lines = format!("{line}\n").repeat(3 * SEARCHED / line.len());
        let desk = Desk::with(&format!("settled: no\nFerry\nIt sails.\n{lines}The cargo burnt.\n"));
        let id = desk.library.ids(&View::default()).unwrap()[0];
        let texts = desk.library.article(id).unwrap().unwrap().paragraphs;
        assert_eq!(texts.last().unwrap().text, "The cargo burnt.");
        assert_eq!(texts.len(), lines.lines().count() + 2);
        let found = |word| {
            let searcher = Searcher::open(&desk.library).unwrap();
            searcher.search(&parse(word, false, 0).0, &View::default(), 9).unwrap().ids
        };
        assert_eq!((found("sails"), found("cargo")), (vec![id], vec![]));
        assert_eq!(desk.library.untagged().unwrap(), 0, "nobody looks for names in it");
    }
}
