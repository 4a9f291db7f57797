//! What a line says, as a bag of hashed words: a linear model that knows phrases no list holds.
//!
//! Feature hashing after Weinberger et al., "Feature Hashing for Large Scale Multitask Learning"
//! (2009): words, and in short lines pairs of words, fall into buckets that each have a weight.

use serde::{Deserialize, Deserializer, Serialize};

use super::fold::{fold, hash};

/// Buckets, as a power of two.
const BITS: u32 = 15;
/// How many weights a word model has.
pub const BUCKETS: usize = 1 << BITS;

/// Words of a long line that are read: boilerplate says what it is early.
const READ: usize = 40;
/// Up to this many words a line is short.
const SHORT: usize = 14;

/// The buckets of a line of so many words, sorted, without doubles.
pub fn tokens(order: &[u32], words: usize) -> Vec<u16> {
    let read = &order[..order.len().min(READ)];
    let pairs = if words <= SHORT { read.len() } else { 0 };
    let mut tokens = Vec::with_capacity(read.len() + pairs + 4);
    tokens.extend(read.iter().map(|&word| bucket(1, &[word])));
    if words <= SHORT {
        tokens.extend(read.windows(2).map(|pair| bucket(2, pair)));
        tokens.push(bucket(5, read));
    }
    if order.len() >= 2 {
        tokens.push(bucket(3, &order[..2]));
        tokens.push(bucket(4, &order[order.len() - 2..]));
    }
    if order.len() >= 3 {
        tokens.push(bucket(6, &order[..3]));
    }
    tokens.sort_unstable();
    tokens.dedup();
    tokens
}

/// The bucket of a run of words, in a use of theirs.
pub fn bucket(part: u32, words: &[u32]) -> u16 {
    let start = 0x9e37_79b9_u32.wrapping_mul(part);
    let mixed = words.iter().fold(start, |mixed, word| {
        (mixed.rotate_left(7) ^ word).wrapping_mul(0x85eb_ca6b) ^ (mixed >> 13)
    });
    ((mixed.wrapping_mul(0xc2b2_ae35) >> (32 - BITS)) & ((1 << BITS) - 1)) as u16
}

/// A weight a bucket, in steps of `step`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Wording {
    pub step: f32,
    #[serde(deserialize_with = "whole")]
    pub weights: Vec<i8>,
}

/// All weights at once: one by one takes as long as reading a page.
fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<i8>, D::Error> {
    let bytes = <&[u8]>::deserialize(deserializer)?;
    Ok(bytes.iter().map(|byte| i8::from_le_bytes([*byte])).collect())
}

impl Wording {
    /// Log-odds that a line with these buckets is boilerplate, its form left out.
    pub fn score(&self, tokens: &[u16]) -> f32 {
        if tokens.is_empty() {
            return 0.0;
        }
        let sum: i32 = tokens.iter().map(|&token| self.weight(token)).sum();
        sum as f32 * self.step / (tokens.len() as f32).sqrt()
    }

    /// The words of a text that speak most for boilerplate, at most three, in their order.
    pub fn telling(&self, text: &str) -> Vec<String> {
        let weight = |word: &str| self.weight(bucket(1, &[hash(&fold(word))]));
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let mut telling: Vec<(i32, usize, &str)> = words
            .take(READ)
            .enumerate()
            .map(|(at, word)| (weight(word), at, word))
            .filter(|(weight, ..)| *weight > 0)
            .collect();
        telling.sort_by_key(|&(weight, at, _)| (-weight, at));
        telling.truncate(3);
        telling.sort_by_key(|&(_, at, _)| at);
        telling.dedup_by_key(|&mut (_, _, word)| word);
        telling.into_iter().map(|(_, _, word)| word.to_string()).collect()
    }

    fn weight(&self, bucket: u16) -> i32 {
        self.weights.get(bucket as usize).copied().unwrap_or(0).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_their_order_count() {
        let hashes = |text: &str| text.split(' ').map(hash).collect::<Vec<u32>>();
        let of = |text: &str| tokens(&hashes(text), text.split(' ').count());
        assert_eq!(of("read more here"), of("read more here"));
        assert_ne!(of("read more here"), of("here more read"));
        assert!(of("share").windows(2).all(|pair| pair[0] < pair[1]));
        assert!(tokens(&[], 0).len() <= 1);
    }

    #[test]
    fn the_most_telling_words_come_as_written() {
        let mut weights = vec![0; BUCKETS];
        weights[bucket(1, &[hash("inbox")]) as usize] = 90;
        weights[bucket(1, &[hash("subscribe")]) as usize] = 60;
        let wording = Wording { step: 0.01, weights };
        assert_eq!(wording.telling("Subscribe: news in your inbox"), ["Subscribe", "inbox"]);
        assert!(wording.score(&tokens(&[hash("inbox")], 1)) > 0.0);
        assert_eq!(wording.score(&[]), 0.0);
    }
}
