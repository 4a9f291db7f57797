//! The trained tagger: a small recurrent network whose weights are compiled in.
//!
//! `codes` says what the network sees of a token and `traces` what the article says of its word;
//! `network` scores tags with the arithmetic of `kernel` on the vector `units` there are, `decode` picks the best whole names.
//! `weights` is the file format, `words`, `labels` and `hash` its parts. The trainer
//! (`examples/train_tagger`) shares all of this, so a token is cut and coded in training as it is
//! here. The smallest to copy from is `hash.rs`.

pub mod codes;
pub mod decode;
pub mod hash;
pub mod kernel;
pub mod labels;
pub mod network;
pub mod traces;
pub mod units;
pub mod weights;
pub mod words;

use std::sync::LazyLock;

use pulp::NullaryFnOnce;

use codes::Coded;
use decode::{Name, Steps};
use network::{Network, Stretch};
use units::{Plain, Unit};
use weights::Weights;

use super::tokens::{Shape, Text};

/// Longest stretch read at once, in tokens: longer paragraphs are cut between sentences.
const LONGEST: usize = 120;
/// Tokens worked on at once: bounds the memory of a long article.
const AT_ONCE: usize = 4096;

/// The weights that ship: see `tagger.md` beside them.
const WEIGHTS: &[u8] = include_bytes!("../../../assets/entities/tagger.bin");

static MODEL: LazyLock<Model> = LazyLock::new(|| {
    let weights = Weights::read(WEIGHTS).expect("a test reads the weights that are compiled in");
    Model::new(weights)
});

#[derive(Debug)]
pub struct Model {
    network: Network,
    steps: Steps,
}

impl Model {
    /// Unpacked on first use, then shared.
    pub fn get() -> &'static Self {
        &MODEL
    }

    pub fn new(weights: Weights) -> Self {
        let network = Network::new(weights);
        let steps = decode::legal_steps(&network.steps);
        Self { network, steps }
    }

    /// The names of each text, sorted and disjoint.
    pub fn names(&self, texts: &[Text], coded: &[Coded]) -> Vec<Vec<Name>> {
        let mut all: Vec<Stretch> =
            texts.iter().enumerate().flat_map(|(n, text)| stretches(n, text)).collect();
        // Stretches of like length go side by side; the sort is stable, so the order is fixed.
        all.sort_by_key(|s| std::cmp::Reverse(s.to - s.from));
        let mut names = vec![Vec::new(); texts.len()];
        for batch in batches(&all) {
            let scores = self.scores(coded, batch);
            self.names_of_batch(&scores, batch, &mut names);
        }
        names.iter_mut().for_each(|names| names.sort_by_key(|name: &Name| name.from));
        names
    }

    fn scores(&self, coded: &[Coded], batch: &[Stretch]) -> Vec<f32> {
        let network = &self.network;
        #[cfg(target_arch = "x86_64")]
        if let Some(unit) = units::Vnni::try_new() {
            return unit.vectorize(Scores { unit, network, coded, batch });
        }
        #[cfg(target_arch = "x86_64")]
        if let Some(unit) = pulp::x86::V3::try_new() {
            return unit.vectorize(Scores { unit, network, coded, batch });
        }
        pulp::Arch::new().dispatch(Scores { unit: Plain, network, coded, batch })
    }

    fn names_of_batch(&self, scores: &[f32], batch: &[Stretch], names: &mut [Vec<Name>]) {
        let mut at = 0;
        for stretch in batch {
            let len = (stretch.to - stretch.from) * labels::TAGS;
            let scores = &scores[at..at + len];
            for name in pulp::Arch::new().dispatch(Decoded { scores, steps: &self.steps }) {
                let (from, to) = (name.from + stretch.from, name.to + stretch.from);
                names[stretch.text].push(Name { from, to, ..name });
            }
            at += len;
        }
    }
}

/// A batch to be scored by the widest vector unit there is. A closure would not do: only what is
/// inlined into the call is compiled for that unit.
struct Scores<'a, U> {
    unit: U,
    network: &'a Network,
    coded: &'a [Coded],
    batch: &'a [Stretch],
}

impl<U: Unit> NullaryFnOnce for Scores<'_, U> {
    type Output = Vec<f32>;

    #[inline(always)]
    fn call(self) -> Vec<f32> {
        self.network.scores(self.unit, self.coded, self.batch)
    }
}

/// Scores to be decoded, in the same way.
struct Decoded<'a> {
    scores: &'a [f32],
    steps: &'a Steps,
}

impl NullaryFnOnce for Decoded<'_> {
    type Output = Vec<Name>;

    #[inline(always)]
    fn call(self) -> Vec<Name> {
        decode::names(self.scores, self.steps)
    }
}

/// Cuts a text where a sentence ends, so that no stretch is too long.
pub fn stretches(number: usize, text: &Text) -> Vec<Stretch> {
    let all = text.tokens.len();
    let mut found = Vec::new();
    let mut from = 0;
    while from < all {
        let most = all.min(from + LONGEST);
        let opens = |n: &usize| text.tokens[*n].opens && text.shape(n - 1) == Shape::Sign;
        let cut = if most == all { None } else { (from + 1..most).rev().find(opens) };
        let to = cut.unwrap_or(most);
        found.push(Stretch { text: number, from, to });
        from = to;
    }
    found
}

fn batches(mut all: &[Stretch]) -> Vec<&[Stretch]> {
    let mut batches = Vec::new();
    while let Some(first) = all.first() {
        let size = (AT_ONCE / (first.to - first.from)).clamp(1, all.len());
        let (batch, rest) = all.split_at(size);
        batches.push(batch);
        all = rest;
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::super::gazetteer::Gazetteer;
    use super::*;

    #[test]
    fn the_weights_that_are_compiled_in_can_be_read() {
        let weights = Weights::read(WEIGHTS).expect("assets/entities/tagger.bin is whole");
        assert_eq!(weights.sizes.tags, labels::TAGS);
        assert_eq!(weights.learnt.rows(), codes::ROWS as usize);
        assert!(WEIGHTS.len() <= 8 << 20, "{} bytes", WEIGHTS.len());
    }

    #[test]
    fn long_texts_are_cut_between_sentences_and_whole() {
        let raw = "The ferry to Tarnby was late again. ".repeat(100);
        let text = Text::new(&raw, Gazetteer::get());
        let cut = stretches(3, &text);
        assert!(cut.len() > 5 && cut.iter().all(|s| s.to - s.from <= LONGEST && s.text == 3));
        assert!(cut.windows(2).all(|w| w[0].to == w[1].from && text.tokens[w[1].from].opens));
        assert_eq!((cut[0].from, cut[cut.len() - 1].to), (0, text.tokens.len()));
    }

    #[test]
    fn a_paragraph_reads_the_same_in_any_company() {
        let lines =
            ["Ada Lovelock met the Kenya Rugby Union in Nairobi.", "It rained.", "He left."];
        let texts: Vec<Text> = lines.iter().map(|raw| Text::new(raw, Gazetteer::get())).collect();
        let coded = codes::of(&texts, Gazetteer::get());
        let together = Model::get().names(&texts, &coded);
        let alone = Model::get().names(&texts[..1], &coded[..1]);
        assert_eq!(together[0], alone[0]);
    }
}
