//! Entities by the beginnings of the words of their names, in memory.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use rusqlite::Connection;

use super::complete::begins;
use super::names::number;
use super::same::{self, Groups};
use super::tally::Tallies;
use super::{Result, analyze, called, spellings};
use crate::article::Label;

/// Entities completed at most: those of the most articles. Some 12 MB.
const MOST: usize = 500_000;
/// Names compared at most when several words are typed.
const COMPARED: usize = 3_000;

/// Words in order, and for each who has it in a name.
#[derive(Default)]
pub(super) struct WordIndex {
    /// All words, one after another, and where each ends.
    words: String,
    ends: Vec<u32>,
    /// Where the entities of each word end.
    stops: Vec<u32>,
    entities: Vec<u32>,
    /// By the number of the entity; zero where it is not completed.
    articles: Vec<u32>,
    labels: Vec<u8>,
    groups: Groups,
}

impl WordIndex {
    pub fn read(sql: &Connection, groups: &Groups, tallies: &Tallies) -> Result<Self> {
        let articles = most(tallies.articles().collect());
        let mut labels = vec![0; articles.len()];
        let mut draft = Draft::default();
        let mut add = |id: i64, name: &str| {
            let head = groups.head(id);
            let counts = usize::try_from(head).is_ok_and(|at| articles.get(at) > Some(&0));
            if let (true, Ok(head)) = (counts, u32::try_from(head)) {
                analyze::terms(name, |word, _| draft.add(word, head));
            }
        };
        called::read_on(sql, &mut 0, |id, number, name| {
            if let Some(label) = labels.get_mut(id as usize) {
                *label = number as u8;
            }
            add(id, name);
        })?;
        spellings::read_on(sql, &mut 0, add)?;
        Ok(WordIndex { groups: groups.clone(), ..draft.sorted(articles, labels) })
    }

    fn word(&self, n: usize) -> &str {
        let start = n.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.words[start as usize..self.ends[n] as usize]
    }

    /// Those who have a word that begins so; all, for no beginning.
    fn having(&self, beginning: &str) -> &[u32] {
        let count = self.ends.len();
        let below = |after: bool| {
            let (mut low, mut high) = (0, count);
            while low < high {
                let middle = (low + high) / 2;
                let word = self.word(middle);
                let before = word < beginning || after && word.starts_with(beginning);
                if before { low = middle + 1 } else { high = middle }
            }
            low
        };
        let stop = |n: usize| n.checked_sub(1).map_or(0, |before| self.stops[before] as usize);
        &self.entities[stop(below(false))..stop(below(true))]
    }

    /// The entities with these labels in whose names each word typed begins a word, and the number
    /// of their articles: most articles first.
    pub fn find(
        &self,
        sql: &Connection,
        labels: &[Label],
        typed: &[String],
        limit: usize,
    ) -> Result<Vec<(i64, u32)>> {
        let longest = typed.iter().max_by_key(|word| word.len()).map_or("", String::as_str);
        let numbers: Vec<u8> = labels.iter().map(|label| number(*label) as u8).collect();
        let meant = |id: &u32| labels.is_empty() || numbers.contains(&self.labels[*id as usize]);
        let ranked = self.having(longest).iter().copied().filter(meant);
        let mut most: BinaryHeap<(u32, Reverse<u32>)> =
            ranked.map(|id| (self.articles[id as usize], Reverse(id))).collect();
        let mut found: Vec<(i64, u32)> = Vec::new();
        let mut compared = 0;
        while let Some((articles, Reverse(id))) = most.pop().filter(|_| found.len() < limit) {
            let id = i64::from(id);
            if found.last().is_some_and(|last| last.0 == id) {
                continue;
            }
            if typed.len() > 1 {
                compared += 1;
                if compared > COMPARED {
                    break;
                }
                if !self.goes_by(sql, id, typed)? {
                    continue;
                }
            }
            found.push((id, articles));
        }
        Ok(found)
    }

    /// Whether one of the names of an entity is meant.
    fn goes_by(&self, sql: &Connection, id: i64, typed: &[String]) -> Result<bool> {
        if same::named(sql, id)?.is_some_and(|named| begins(&named.name, typed)) {
            return Ok(true);
        }
        let others = super::about::spellings(sql, &self.groups, id)?;
        Ok(others.iter().any(|name| begins(name, typed)))
    }
}

/// Leaves the counts of the [`MOST`] entities of the most articles.
fn most(mut articles: Vec<u32>) -> Vec<u32> {
    let named = articles.iter().filter(|count| **count > 0).count();
    if named > MOST {
        let mut counts: Vec<u32> = articles.iter().copied().filter(|count| *count > 0).collect();
        let (_, least, _) = counts.select_nth_unstable_by_key(MOST, |count| Reverse(*count));
        let least = *least;
        articles.iter_mut().filter(|count| **count <= least).for_each(|count| *count = 0);
    }
    articles
}

/// Words while they are being read.
#[derive(Default)]
struct Draft {
    numbers: HashMap<String, u32>,
    /// Number of the word, then the entity.
    pairs: Vec<(u32, u32)>,
}

impl Draft {
    fn add(&mut self, word: &str, entity: u32) {
        let number = match self.numbers.get(word) {
            Some(number) => *number,
            None => {
                let number = self.numbers.len() as u32;
                self.numbers.insert(word.to_owned(), number);
                number
            }
        };
        self.pairs.push((number, entity));
    }

    fn sorted(self, articles: Vec<u32>, labels: Vec<u8>) -> WordIndex {
        let mut words: Vec<(String, u32)> = self.numbers.into_iter().collect();
        words.sort_unstable();
        let mut place = vec![0; words.len()];
        let mut index = WordIndex { articles, labels, ..WordIndex::default() };
        for (at, (word, number)) in words.iter().enumerate() {
            place[*number as usize] = at as u32;
            index.words.push_str(word);
            index.ends.push(index.words.len() as u32);
        }
        drop(words);
        let mut pairs = self.pairs;
        pairs.iter_mut().for_each(|(word, _)| *word = place[*word as usize]);
        pairs.sort_unstable();
        pairs.dedup();
        let mut stops = vec![0; index.ends.len()];
        for (n, (word, _)) in pairs.iter().enumerate() {
            stops[*word as usize] = n as u32 + 1;
        }
        index.stops = stops;
        index.entities = pairs.into_iter().map(|(_, entity)| entity).collect();
        index
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_are_found_among_sorted_words() {
        let mut draft = Draft::default();
        for (word, entity) in [("moss", 1), ("ada", 1), ("mostar", 2), ("ada", 3), ("émile", 4)] {
            draft.add(word, entity);
        }
        let index = draft.sorted(vec![0; 5], vec![0; 5]);
        assert_eq!(index.having("mos"), [1, 2]);
        assert_eq!(index.having("moss"), [1]);
        assert_eq!(index.having("ada"), [1, 3]);
        assert_eq!(index.having("é"), [4]);
        assert_eq!(index.having("").len(), 5);
        assert!(index.having("z").is_empty() && index.having("b").is_empty());
        assert!(WordIndex::default().having("a").is_empty());
    }

    #[test]
    fn only_so_many_are_kept() {
        assert_eq!(most(vec![0, 3, 1]), [0, 3, 1]);
        let many = most((0..MOST as u32 + 10).collect());
        assert!(many.iter().filter(|count| **count > 0).count() <= MOST);
        assert_eq!((many[3], many[MOST]), (0, MOST as u32));
    }
}
