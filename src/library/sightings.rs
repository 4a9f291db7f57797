//! Counts which lines come again in a source, in bounded memory: lossy counting, with the first
//! few articles of each line as its witnesses.

use std::collections::{HashMap, HashSet, VecDeque};

use serde::{Deserialize, Serialize};

use crate::clean::shape::{Look, Story};

/// Lines seen once that are remembered; the oldest go first. Some five hundred articles long.
const ONCE: usize = 3_000;
/// Lines seen more often that are remembered; those not seen for longest go first.
const OFTEN: usize = 1_000;
/// Lines known as repeated, at most.
const KNOWN: usize = 500;
/// A line of one article is repeated when three others have it too.
const ENOUGH: usize = 4;
/// And at least one article in so many, from the first that had it on: what comes again once in a
/// long while is rather a sentence that stories share.
const RARE: u32 = 200;
/// Witnesses remembered of a line.
const WITNESSES: usize = 6;

/// An article that had a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Witness {
    article: i64,
    title: u32,
    sketch: u64,
    /// When it was seen, in articles.
    at: u32,
}

impl Witness {
    fn story(&self) -> Story {
        Story { title: self.title, sketch: self.sketch }
    }

    fn is_copy_of(&self, other: &Witness) -> bool {
        self.story().is_copy_of(&other.story())
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Line {
    shape: u64,
    /// Articles that had it at their edge.
    articles: u32,
    /// Articles that told it within their story.
    against: u32,
    /// When it was last seen, in articles.
    seen: u32,
    known: bool,
    /// Issues of different stories.
    witnesses: Vec<Witness>,
}

impl Line {
    fn is_regular(&self, clock: u32) -> bool {
        let born = self.witnesses.iter().map(|witness| witness.at).min().unwrap_or(clock);
        clock.wrapping_sub(born) <= self.articles.saturating_mul(RARE)
    }
}

/// What is remembered of the lines of one source.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Sightings {
    /// Articles looked at.
    clock: u32,
    once: VecDeque<(u64, Witness)>,
    often: Vec<Line>,
    #[serde(skip)]
    at: HashMap<u64, At>,
    /// Lines whose count or standing has changed.
    #[serde(skip)]
    touched: HashSet<u64>,
}

/// Where a line is remembered.
#[derive(Clone, Copy, Debug)]
enum At {
    Once(Witness),
    Often(usize),
}

/// How a line stands after it was counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub shape: u64,
    /// Articles that had it; `None`: it is not, or no longer, taken for boilerplate.
    pub articles: Option<u32>,
    /// Articles that showed it until now, when it has just become known.
    pub newly: Vec<i64>,
    /// It was known until now.
    pub undone: bool,
}

impl Sightings {
    /// A damaged tally is an empty one: it is learned again.
    pub fn decode(bytes: &[u8]) -> Self {
        let mut tally: Self = postcard::from_bytes(bytes).unwrap_or_default();
        tally.at = tally.once.iter().map(|(shape, witness)| (*shape, At::Once(*witness))).collect();
        let often = tally.often.iter().enumerate();
        tally.at.extend(often.map(|(n, line)| (line.shape, At::Often(n))));
        tally
    }

    pub fn encode(&self) -> Vec<u8> {
        postcard::to_allocvec(self).unwrap_or_default()
    }

    /// Counts the lines of an article. `again`: it was in before, perhaps with other words, and is
    /// counted already.
    pub fn note(&mut self, article: i64, look: &Look, again: bool) {
        self.clock = self.clock.wrapping_add(u32::from(!again));
        let Story { title, sketch } = look.story;
        let witness = Witness { article, title, sketch, at: self.clock };
        if again {
            self.take_back(&witness, look);
        }
        for shape in &look.inside {
            if let Some(At::Often(n)) = self.at.get(shape)
                && !again
            {
                self.often[*n].against = self.often[*n].against.saturating_add(1);
                self.touched.insert(*shape);
            }
        }
        let mut seen = HashSet::new();
        for edge in look.edges.iter().filter(|edge| seen.insert(edge.shape)) {
            self.sight(edge.shape, witness, again);
        }
    }

    fn sight(&mut self, shape: u64, witness: Witness, again: bool) {
        match self.at.get(&shape).copied() {
            None => {
                self.once.push_back((shape, witness));
                self.at.insert(shape, At::Once(witness));
            }
            // One line in two issues of a story is part of the story.
            Some(At::Once(first)) if first.is_copy_of(&witness) => {}
            Some(At::Once(first)) => self.promote(shape, first, witness),
            Some(At::Often(n)) => {
                let line = &mut self.often[n];
                line.seen = self.clock;
                if line.witnesses.iter().any(|known| known.is_copy_of(&witness)) {
                    return;
                }
                if line.witnesses.len() < WITNESSES {
                    line.witnesses.push(witness);
                }
                if !again || line.articles < line.witnesses.len() as u32 {
                    line.articles = line.articles.saturating_add(1);
                }
                self.touched.insert(shape);
            }
        }
    }

    /// A line seen once is seen again. Its place among those seen once is given up when they are
    /// next tidied.
    fn promote(&mut self, shape: u64, first: Witness, second: Witness) {
        self.at.insert(shape, At::Often(self.often.len()));
        self.often.push(Line {
            shape,
            articles: 2,
            against: 0,
            seen: self.clock,
            known: false,
            witnesses: vec![first, second],
        });
    }

    /// An article has come anew: it vouches no more for lines it has lost, and as what it is now
    /// for those it has kept.
    fn take_back(&mut self, now: &Witness, look: &Look) {
        let has: HashSet<u64> = look.edges.iter().map(|edge| edge.shape).collect();
        for line in &mut self.often {
            let Some(at) = line.witnesses.iter().position(|w| w.article == now.article) else {
                continue;
            };
            let others = line.witnesses.iter().filter(|w| w.article != now.article);
            let copy = others.clone().any(|other| other.is_copy_of(now));
            if has.contains(&line.shape) && !copy {
                line.witnesses[at] = Witness { at: line.witnesses[at].at, ..*now };
            } else {
                line.witnesses.remove(at);
                line.articles = line.articles.saturating_sub(1);
                self.touched.insert(line.shape);
            }
        }
        for (shape, witness) in &mut self.once {
            if witness.article == now.article {
                *witness = Witness { at: witness.at, ..*now };
                if let Some(At::Once(known)) = self.at.get_mut(shape) {
                    *known = *witness;
                }
            }
        }
    }

    /// An article has another number now.
    pub fn rename(&mut self, old: i64, new: i64) {
        let often = self.often.iter_mut().flat_map(|line| &mut line.witnesses);
        let once = self.once.iter_mut().map(|(_, witness)| witness);
        for witness in often.chain(once).filter(|witness| witness.article == old) {
            witness.article = new;
        }
        let at = self.at.values_mut().filter_map(|at| match at {
            At::Once(witness) if witness.article == old => Some(witness),
            _ => None,
        });
        at.for_each(|witness| witness.article = new);
    }

    /// How the lines stand that were counted since the last time; then forgets what there is no
    /// room for.
    pub fn settle(&mut self) -> Vec<Standing> {
        let mut known = self.often.iter().filter(|line| line.known).count();
        let mut standings = Vec::new();
        let mut touched: Vec<u64> = self.touched.drain().collect();
        touched.sort_unstable();
        for shape in touched {
            let Some(At::Often(n)) = self.at.get(&shape) else { continue };
            let line = &mut self.often[*n];
            let was = line.known;
            // Told within stories as often as every second time, it is a part of them.
            line.known = line.witnesses.len() >= ENOUGH
                && line.articles > 2 * line.against
                && (was || known < KNOWN && line.is_regular(self.clock));
            known = known + usize::from(line.known) - usize::from(was);
            if line.known || was {
                let fresh = line.known && !was;
                standings.push(Standing {
                    shape,
                    articles: line.known.then_some(line.articles),
                    newly: line.witnesses.iter().filter(|_| fresh).map(|w| w.article).collect(),
                    undone: was && !line.known,
                });
            }
        }
        self.tidy();
        standings
    }

    fn tidy(&mut self) {
        let at = &self.at;
        self.once.retain(|(shape, _)| matches!(at.get(shape), Some(At::Once(_))));
        while self.once.len() > ONCE {
            if let Some((shape, _)) = self.once.pop_front() {
                self.at.remove(&shape);
            }
        }
        let unknown = self.often.iter().filter(|line| !line.known).count();
        if unknown <= OFTEN {
            return;
        }
        let clock = self.clock;
        let age = |line: &Line| if line.known { 0 } else { clock.wrapping_sub(line.seen) };
        self.often.sort_by_key(age);
        let kept = self.often.len() - (unknown - OFTEN);
        for line in self.often.drain(kept..) {
            self.at.remove(&line.shape);
        }
        for (n, line) in self.often.iter().enumerate() {
            self.at.insert(line.shape, At::Often(n));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::shape::Edge;

    /// An article of a story of its own with these lines at its edge.
    fn look(story: u64, shapes: &[u64]) -> Look {
        let edge = |shape: &u64| Edge { paragraph: 0, shape: *shape, bytes: 5 };
        let sketch = (story + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        Look {
            edges: shapes.iter().map(edge).collect(),
            story: Story { title: story as u32, sketch },
            ..Look::default()
        }
    }

    fn known(tally: &mut Sightings) -> Vec<(u64, Option<u32>)> {
        tally.settle().into_iter().map(|line| (line.shape, line.articles)).collect()
    }

    #[test]
    fn three_others_make_a_line_repeated() {
        let mut tally = Sightings::default();
        for n in 0..3 {
            tally.note(n, &look(n as u64, &[7]), false);
        }
        assert_eq!(known(&mut tally), []);
        tally.note(3, &look(3, &[7, 8]), false);
        let standings = tally.settle();
        assert_eq!((standings.len(), standings[0].articles), (1, Some(4)));
        assert_eq!(standings[0].newly, [0, 1, 2, 3]);
        let mut tally = Sightings::decode(&tally.encode());
        tally.note(4, &look(4, &[7]), false);
        assert_eq!(known(&mut tally), [(7, Some(5))]);
    }

    #[test]
    fn what_comes_again_once_in_a_long_while_is_not_repeated() {
        let mut tally = Sightings::default();
        for n in 0..2_500_u64 {
            let shape = if n % 500 == 0 { 7 } else { 1_000 + n };
            tally.note(n as i64, &look(n, &[shape, 8 + n % 100]), false);
            if n % 100 == 99 {
                tally.settle();
            }
        }
        let line = |shape| tally.often.iter().find(|line| line.shape == shape).unwrap();
        assert_eq!((line(7).articles, line(7).known), (5, false));
        assert_eq!((line(8).articles, line(8).known), (25, true));
    }

    #[test]
    fn one_story_many_times_is_one_story() {
        let mut tally = Sightings::default();
        for n in 0..20 {
            tally.note(n, &look(1, &[7]), false);
        }
        tally.note(20, &look(2, &[7]), false);
        for n in 21..40 {
            tally.note(n, &look(2, &[7]), false);
        }
        assert_eq!(known(&mut tally), []);
    }

    #[test]
    fn what_stories_tell_within_is_taken_back() {
        let mut tally = Sightings::default();
        for n in 0..4 {
            tally.note(n, &look(n as u64, &[7]), false);
        }
        assert_eq!(known(&mut tally), [(7, Some(4))]);
        for n in 4..6 {
            tally.note(n, &Look { inside: vec![7], ..look(n as u64, &[]) }, false);
        }
        let undone = tally.settle();
        assert!(undone[0].undone && undone[0].articles.is_none());
    }

    #[test]
    fn an_article_that_comes_anew_counts_once_and_may_take_its_word_back() {
        let mut tally = Sightings::default();
        for n in 0..4 {
            tally.note(n, &look(n as u64, &[7]), false);
        }
        tally.note(3, &look(3, &[7]), true);
        assert_eq!(known(&mut tally), [(7, Some(4))]);
        // Two flashes have become one story.
        tally.note(3, &look(2, &[7]), true);
        assert!(tally.settle()[0].undone);
        // And one has lost the line.
        tally.note(5, &look(5, &[7]), false);
        tally.note(5, &look(5, &[]), true);
        assert_eq!(known(&mut tally), []);
    }

    #[test]
    fn a_moved_article_stays_one_witness() {
        let mut tally = Sightings::default();
        for n in 0..3 {
            tally.note(n, &look(n as u64, &[7]), false);
        }
        tally.rename(2, 99);
        tally.note(99, &look(50, &[7]), true);
        assert_eq!(known(&mut tally), []);
        tally.note(4, &look(4, &[7]), false);
        assert_eq!(tally.settle()[0].newly, [0, 1, 99, 4]);
    }

    #[test]
    fn memory_is_bounded_and_the_regulars_stay() {
        let mut tally = Sightings::default();
        for n in 0..20_000_u64 {
            let shapes = [1_000 + 3 * n, 1_001 + 3 * n, 500_000 + n / 2, 7 + n % 3];
            tally.note(n as i64, &look(n, &shapes), false);
            if n % 250 == 0 {
                tally.settle();
            }
        }
        tally.settle();
        assert!(tally.once.len() <= ONCE && tally.often.len() <= OFTEN + KNOWN);
        assert!(tally.at.len() <= ONCE + OFTEN + KNOWN);
        assert!(tally.encode().len() < 256 << 10, "{}", tally.encode().len());
        let regulars: Vec<u32> = (7..10)
            .map(|shape| tally.often.iter().find(|l| l.shape == shape).unwrap().articles)
            .collect();
        // A few of so many sketches are alike by chance.
        assert!(regulars.iter().sum::<u32>() > 19_900, "{regulars:?}");
    }

    #[test]
    fn a_damaged_tally_is_an_empty_one() {
        assert_eq!(Sightings::decode(&[255; 40]).often.len(), 0);
    }
}
