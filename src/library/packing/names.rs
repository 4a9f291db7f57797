//! Who and what a text names, as pointers into it: a mention is so many beginnings of words behind
//! the one before, and so many words long, and a name is that of a mention which says it.
//!
//! Counted in words, a mention mostly takes one byte, and few bytes are common: compressed, two
//! fifths less than counted in bytes. What is a word is laid down here once and for all, and not
//! by the tables of Unicode, which change.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::article::{Article, Entity, Label, Mention, Place};
use crate::library::names::{label, number};

/// First byte of names. Count up when [`Names`] changes shape, and go on reading the old ones.
const VERSION: u8 = 2;
/// Words of a mention that a span can say.
const WORDS: u32 = 4;
/// Bits of an entity that say its label.
const LABEL: u32 = 4;

/// Names of version 2.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Names<'a> {
    /// For each mention, from 1: whether it is in the next place, its words, and the beginnings
    /// between it and the mention before. 0: see `odd`.
    spans: Vec<u32>,
    /// Of those that cannot be said so: step from place to place, step from the end of the mention
    /// before, and bytes. Sums wrap, so that any numbers at all come back as they were.
    odd: Vec<(u32, u32, u32)>,
    /// 0 for an entity that comes after all those named before, else its number from 1.
    entities: Vec<u64>,
    /// Mentions whose label is not their entity's.
    labels: Vec<(u32, Label)>,
    /// For each entity its label, and which of its mentions, from 1, says its name; 0 for one in
    /// `names`.
    said: Vec<u32>,
    names: Vec<Cow<'a, str>>,
}

/// Names of version 1.
#[derive(Deserialize)]
pub(super) struct First<'a> {
    mentions: FirstMentions,
    /// Labels of the entities.
    labels: Vec<Label>,
    said: Vec<u32>,
    names: Vec<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct FirstMentions {
    /// Steps from place to place; the title is 0, the first paragraph 1.
    places: Vec<u32>,
    starts: Vec<u32>,
    lengths: Vec<u32>,
    entities: Vec<u64>,
    labels: Vec<(u32, Label)>,
}

/// Names as they were read, of whichever version.
pub(super) enum Packed<'a> {
    First(First<'a>),
    Names(Names<'a>),
}

/// Packs who and what the text names.
pub(in crate::library) fn encode(article: &Article) -> postcard::Result<Vec<u8>> {
    let mut names = Names::default();
    let mut at = At::default();
    let mut newest = 0;
    for (number, mention) in (0..).zip(&article.mentions) {
        match at.span(article, mention) {
            Some(span) => names.spans.push(span),
            None => {
                names.spans.push(0);
                names.odd.push(at.odd(mention));
            }
        }
        at = At { place: number_of(mention.place), end: mention.end };
        let entity = u64::from(mention.entity);
        names.entities.push(if entity == newest { 0 } else { entity + 1 });
        newest = newest.max(entity + 1);
        let known = article.entities.get(mention.entity as usize);
        if known.is_none_or(|entity| entity.label != mention.label) {
            names.labels.push((number, mention.label));
        }
    }
    let said = said(article);
    let unsaid = article.entities.iter().zip(&said).filter(|(_, said)| **said == 0);
    names.names = unsaid.map(|(entity, _)| Cow::from(&entity.name)).collect();
    let labelled = said.iter().zip(&article.entities);
    names.said =
        labelled.map(|(said, entity)| said << LABEL | number(entity.label) as u32).collect();
    postcard::to_extend(&names, vec![VERSION])
}

/// `None` when they are damaged.
pub(super) fn read(raw: &[u8]) -> Option<Packed<'_>> {
    let (version, names) = raw.split_first()?;
    match *version {
        1 => Some(Packed::First(postcard::from_bytes(names).ok()?)),
        VERSION => Some(Packed::Names(postcard::from_bytes(names).ok()?)),
        _ => None,
    }
}

fn number_of(place: Place) -> u32 {
    match place {
        Place::Title => 0,
        Place::Paragraph(number) => number.wrapping_add(1),
    }
}

fn place_of(number: u32) -> Place {
    number.checked_sub(1).map_or(Place::Title, Place::Paragraph)
}

fn text_at(article: &Article, place: Place) -> Option<&str> {
    match place {
        Place::Title => Some(&article.title),
        Place::Paragraph(number) => Some(&article.paragraphs.get(number as usize)?.text),
    }
}

fn text_of<'a>(article: &'a Article, mention: &Mention) -> Option<&'a str> {
    text_at(article, mention.place)?.get(mention.start as usize..mention.end as usize)
}

/// Where a mention ended.
#[derive(Clone, Copy, Default)]
struct At {
    place: u32,
    end: u32,
}

impl At {
    /// The same, or the beginning of the next place.
    fn stepped(self, step: u32) -> At {
        match step {
            0 => self,
            _ => At { place: self.place.wrapping_add(step), end: 0 },
        }
    }

    /// A mention behind it, in words; `None` for one that is none of whole words, or far off.
    fn span(self, article: &Article, mention: &Mention) -> Option<u32> {
        let step = number_of(mention.place).checked_sub(self.place).filter(|step| *step < 2)?;
        let text = text_at(article, mention.place)?;
        let (start, end) = (mention.start as usize, mention.end as usize);
        let from = self.stepped(step).end as usize;
        text.get(from..start)?;
        let skipped = beginnings(text, from)?.take_while(|at| *at < start).count() as u32;
        beginnings(text, from)?.nth(skipped as usize).filter(|at| *at == start)?;
        let words = ends(text, start)?.take(WORDS as usize).position(|at| at == end)? as u32;
        1_u32.checked_add(step + 2 * words)?.checked_add(skipped.checked_mul(2 * WORDS)?)
    }

    /// The place, the start and the end that [`Self::span`] said.
    fn mentioned(self, article: &Article, span: u32) -> Option<(u32, u32, u32)> {
        let span = span.checked_sub(1)?;
        let (step, words, skipped) = (span % 2, span / 2 % WORDS, span / (2 * WORDS));
        let At { place, end } = self.stepped(step);
        let text = text_at(article, place_of(place))?;
        let start = beginnings(text, end as usize)?.nth(skipped as usize)?;
        let end = ends(text, start)?.nth(words as usize)?;
        Some((place, u32::try_from(start).ok()?, u32::try_from(end).ok()?))
    }

    fn odd(self, mention: &Mention) -> (u32, u32, u32) {
        let step = number_of(mention.place).wrapping_sub(self.place);
        let from = self.stepped(step).end;
        (step, mention.start.wrapping_sub(from), mention.end.wrapping_sub(mention.start))
    }

    fn mentioned_oddly(self, (step, start, length): (u32, u32, u32)) -> (u32, u32, u32) {
        let At { place, end } = self.stepped(step);
        let start = end.wrapping_add(start);
        (place, start, start.wrapping_add(length))
    }
}

/// Whether a character belongs to a word: all but signs, spaces and what marks a text up.
fn in_word(character: char) -> bool {
    match character {
        '\0'..='\x7F' => character.is_ascii_alphanumeric(),
        '\u{80}'..='\u{BF}' | '\u{2000}'..='\u{206F}' | '\u{3000}'..='\u{303F}' => false,
        _ => true,
    }
}

/// Whether a word that begins so is no name: in the scripts of most news.
fn is_small(character: char) -> bool {
    matches!(character, 'a'..='z' | 'ß'..='ÿ' | 'ά'..='ώ' | 'а'..='џ')
}

/// Where words begin that may be names, from `from` on; `None` when that is out of place.
fn beginnings(text: &str, from: usize) -> Option<impl Iterator<Item = usize>> {
    let (head, rest) = text.split_at_checked(from)?;
    let mut within = head.chars().next_back().is_some_and(in_word);
    Some(rest.char_indices().filter_map(move |(at, character)| {
        let before = std::mem::replace(&mut within, in_word(character));
        (within && !before && !is_small(character)).then_some(from + at)
    }))
}

/// Where words end, from `from` on.
fn ends(text: &str, from: usize) -> Option<impl Iterator<Item = usize>> {
    let rest = text.get(from..)?;
    let mut within = false;
    let last = std::iter::once((rest.len(), ' '));
    Some(rest.char_indices().chain(last).filter_map(move |(at, character)| {
        let before = std::mem::replace(&mut within, in_word(character));
        (before && !within).then_some(from + at)
    }))
}

/// Which mention says the name of each entity; 0 where none does.
fn said(article: &Article) -> Vec<u32> {
    let mut said = vec![0; article.entities.len()];
    let mut seen = vec![0; article.entities.len()];
    for mention in &article.mentions {
        let entity = mention.entity as usize;
        let Some(named) = article.entities.get(entity) else { continue };
        seen[entity] += 1;
        // What does not fit beside a label is kept.
        let fits = seen[entity] <= u32::MAX >> LABEL;
        if said[entity] == 0 && fits && text_of(article, mention) == Some(&named.name) {
            said[entity] = seen[entity];
        }
    }
    said
}

impl Packed<'_> {
    /// Fills in whom the article names; its texts have to be there. `None` when that is damaged.
    pub fn lay_over(self, article: &mut Article) -> Option<()> {
        let (mentions, labels, said, names) = match self {
            Packed::First(First { mentions, labels, said, names }) => {
                (first_mentions(mentions, &labels)?, labels, said, names)
            }
            Packed::Names(names) => {
                let label = |said: &u32| label(i64::from(said % (1 << LABEL)));
                let labels: Vec<Label> = names.said.iter().map(label).collect();
                let mentions = mentions(names.spans, names.odd, names.entities, article)?;
                let mentions = labelled(mentions, names.labels, &labels)?;
                let said = names.said.into_iter().map(|said| said >> LABEL).collect();
                (mentions, labels, said, names.names)
            }
        };
        article.mentions = mentions;
        article.entities = entities(article, &labels, &said, names)?;
        Some(())
    }
}

/// Places, starts and ends, and the entities.
type Span = ((u32, u32, u32), u64);

fn mentions(
    spans: Vec<u32>,
    odd: Vec<(u32, u32, u32)>,
    entities: Vec<u64>,
    article: &Article,
) -> Option<Vec<Span>> {
    let (mut at, mut odd) = (At::default(), odd.into_iter());
    let mut mentions = Vec::with_capacity(spans.len());
    for (span, entity) in spans.into_iter().zip(entities) {
        let span = match span {
            0 => at.mentioned_oddly(odd.next()?),
            _ => at.mentioned(article, span)?,
        };
        at = At { place: span.0, end: span.2 };
        mentions.push((span, entity));
    }
    Some(mentions)
}

fn first_mentions(packed: FirstMentions, labels: &[Label]) -> Option<Vec<Mention>> {
    let mut at = At::default();
    let spans = packed.places.into_iter().zip(packed.starts).zip(packed.lengths);
    let spans = spans.zip(packed.entities).map(|(((step, start), length), entity)| {
        let span = at.mentioned_oddly((step, start, length));
        at = At { place: span.0, end: span.2 };
        (span, entity)
    });
    labelled(spans.collect(), packed.labels, labels)
}

fn labelled(spans: Vec<Span>, other: Vec<(u32, Label)>, labels: &[Label]) -> Option<Vec<Mention>> {
    let mut newest = 0;
    let mut other = other.into_iter().peekable();
    let mut mentions = Vec::with_capacity(spans.len());
    for (number, ((place, start, end), entity)) in (0..).zip(spans) {
        let entity = if entity == 0 { newest } else { entity - 1 };
        newest = newest.max(entity.checked_add(1)?);
        let entity = u32::try_from(entity).ok()?;
        let label = match other.next_if(|(mention, _)| *mention == number) {
            Some((_, label)) => label,
            None => *labels.get(entity as usize)?,
        };
        mentions.push(Mention { place: place_of(place), start, end, label, entity });
    }
    Some(mentions)
}

fn entities(
    article: &Article,
    labels: &[Label],
    said: &[u32],
    names: Vec<Cow<str>>,
) -> Option<Vec<Entity>> {
    let mut known: Vec<Option<String>> = vec![None; said.len()];
    let mut seen = vec![0; said.len()];
    for mention in &article.mentions {
        let entity = mention.entity as usize;
        let Some(count) = seen.get_mut(entity) else { continue };
        *count += 1;
        if *count == said[entity] {
            known[entity] = Some(text_of(article, mention)?.to_owned());
        }
    }
    let mut names = names.into_iter();
    let mut name = |known: Option<String>| known.or_else(|| names.next().map(Cow::into_owned));
    known
        .into_iter()
        .zip(labels)
        .map(|(known, label)| Some(Entity { name: name(known)?, label: *label }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Paragraph;

    /// The spans of what is in square brackets, which come back as they were.
    fn spans(marked: &str) -> Vec<u32> {
        let (mut text, mut mentions, mut start) = (String::new(), Vec::new(), 0);
        for piece in marked.split_inclusive(['[', ']']) {
            let (word, sign) =
                piece.split_at(piece.len() - usize::from(piece.ends_with(['[', ']'])));
            text.push_str(word);
            match sign {
                "[" => start = text.len() as u32,
                "]" => mentions.push(Mention {
                    place: Place::Paragraph(0),
                    start,
                    end: text.len() as u32,
                    label: Label::Person,
                    entity: 0,
                }),
                _ => {}
            }
        }
        let entities = vec![Entity { name: "Ada Moss".into(), label: Label::Person }];
        let paragraphs = vec![Paragraph { text, ..Paragraph::default() }];
        let article = Article { paragraphs, mentions, entities, ..Article::default() };
        let raw = encode(&article).unwrap();
        let mut back = Article { paragraphs: article.paragraphs.clone(), ..Article::default() };
        read(&raw).unwrap().lay_over(&mut back).unwrap();
        assert_eq!(back, article);
        postcard::from_bytes::<Names>(&raw[1..]).unwrap().spans
    }

    #[test]
    fn a_mention_is_so_many_words_behind_the_last() {
        let (next_place, skipped) = (1, 2 * WORDS);
        let words = |count: u32| 1 + 2 * (count - 1);
        assert_eq!(spans("[Ada Moss] of [Osk]"), [words(2) + next_place, words(1)]);
        assert_eq!(spans("On Friday [Moss]’s boat"), [words(1) + next_place + 2 * skipped]);
        assert_eq!(spans("“[Østerby-Ånd]”, said [Émile d’Osk Roy]"), [words(2) + 1, words(4)]);
        assert_eq!(spans("die Straße der ältere [渡辺]"), [words(1) + next_place + skipped]);
    }

    #[test]
    fn what_is_no_word_comes_back_in_bytes() {
        assert_eq!(spans("[ada] and Os[k], [$3] and [A B C D E], [Moss, ]"), [0, 0, 0, 0, 0]);
    }

    #[test]
    fn spans_beyond_the_text_are_damage() {
        let article = Article { title: "Moss".into(), ..Article::default() };
        for names in [
            Names { spans: vec![1 + 2 * WORDS], entities: vec![0], ..Names::default() },
            Names { spans: vec![2], entities: vec![0], ..Names::default() },
            Names { spans: vec![0], entities: vec![0], ..Names::default() },
            Names { spans: vec![u32::MAX], entities: vec![0], ..Names::default() },
        ] {
            assert!(Packed::Names(names).lay_over(&mut article.clone()).is_none());
        }
    }

    #[test]
    fn names_of_the_first_version_are_read() {
        let raw = b"\x01\x02\x00\x01\x02\x00\x00\x02\x04\x03\x02\x00\x01\x00\x01\x00\x01\x00\x01\x08Ada Moss";
        let paragraphs = vec![Paragraph { text: "Ada said".into(), ..Paragraph::default() }];
        let mut article = Article { title: "Moss".into(), paragraphs, ..Article::default() };
        read(raw).unwrap().lay_over(&mut article).unwrap();
        let said: Vec<_> = article.mentions.iter().map(|m| text_of(&article, m).unwrap()).collect();
        assert_eq!((said, &*article.entities[0].name), (vec!["Moss", "Ada"], "Ada Moss"));
    }
}
