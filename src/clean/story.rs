//! Where the story lies by the first reading, and what the second makes of that.
//!
//! A line is judged once more when it is known what the lines around it are: stacked sequential
//! learning (Cohen and Carvalho, 2005).

use super::blocks;
use super::features::{Line, share_in};
use super::observed::Observed;
use super::rows::{LEAD, Reading, Sums, distances};
use super::words::Hashes;

/// Where the story lies by the first reading.
pub struct Story {
    /// How likely each line is boilerplate, 0 to 1.
    hidden: Vec<f32>,
    kept_words: Sums,
    hidden_sums: Sums,
    kept_prose: Sums,
    since_kept: Vec<f32>,
    until_kept: Vec<f32>,
    core: Hashes,
    names: Hashes,
    stretch: (usize, usize),
    /// Of each line of a page, how the blocks around it were judged.
    blocks: Vec<[f32; blocks::WIDTH]>,
}

impl Story {
    pub fn of(seen: &Observed, odds: &[f32]) -> Self {
        let lines = &seen.lines;
        let hidden: Vec<f32> = odds.iter().map(|odds| 1.0 / (1.0 + (-odds).exp())).collect();
        let sure = |at: usize| hidden[at] < 0.25 && lines[at].words >= 8;
        let all = 0..lines.len();
        let lead: Vec<&Line> =
            all.clone().filter(|&at| sure(at)).take(LEAD).map(|at| &lines[at]).collect();
        let mut core = seen.title.clone();
        core.extend(lead.iter().flat_map(|line| &line.content));
        let mut names = seen.title.clone();
        names.extend(lead.iter().flat_map(|line| &line.names));
        let gain = |at: usize| (0.5 - hidden[at]) * (lines[at].words.min(60) as f32 + 4.0).sqrt();
        let gains: Vec<f32> = all.clone().map(gain).collect();
        let mut until_kept = distances(all.clone().rev().map(sure));
        until_kept.reverse();
        Self {
            kept_words: Sums::of(all.clone().map(|at| (1.0 - hidden[at]) * lines[at].words as f32)),
            hidden_sums: Sums::of(hidden.iter().copied()),
            kept_prose: Sums::of(
                all.clone().map(|at| f32::from(u8::from(sure(at) && lines[at].is_prose()))),
            ),
            since_kept: distances(all.clone().map(sure)),
            until_kept,
            core: Hashes::new(core),
            names: Hashes::new(names),
            stretch: best_stretch(&gains),
            blocks: seen
                .places
                .as_ref()
                .map_or_else(Vec::new, |places| blocks::judged(places, &hidden, lines)),
            hidden,
        }
    }

    /// The row of a line in the second reading; `row` is overwritten.
    pub fn row(&self, reading: &Reading, at: usize, row: &mut Vec<f32>) {
        reading.first(at, row);
        self.add(reading, at, row);
    }

    /// Adds to the row of the first reading what the second knows.
    pub fn add(&self, reading: &Reading, at: usize, row: &mut Vec<f32>) {
        let line = &reading.seen.lines[at];
        let count = self.hidden.len();
        let near = |step: isize| {
            at.checked_add_signed(step).and_then(|at| self.hidden.get(at)).copied().unwrap_or(-1.0)
        };
        let mean = |reach: usize| {
            let (from, to) = (at.saturating_sub(reach), (at + reach + 1).min(count));
            let others = self.hidden_sums.sum(from, to) - self.hidden[at];
            others / ((to - from - 1).max(1)) as f32
        };
        let all_words = self.kept_words.sum(0, count).max(1.0);
        let (start, end) = self.stretch;
        let side = match () {
            () if at < start => -((start - at).min(30) as f32),
            () if at >= end => 100.0 + (at - end).min(30) as f32,
            () => 50.0 * (at - start) as f32 / (end - start) as f32,
        };
        row.push(self.hidden[at]);
        row.extend([-4, -3, -2, -1, 1, 2, 3, 4].map(near));
        row.extend([
            mean(2),
            mean(5),
            mean(10),
            self.hidden_sums.mean(0, at),
            self.hidden_sums.mean(at + 1, count),
            self.kept_words.sum(0, at) / all_words,
            all_words.min(1200.0),
            self.kept_words.sum(at + 1, count).min(400.0),
            self.kept_prose.sum(0, at).min(10.0),
            self.kept_prose.sum(at + 1, count).min(10.0),
            self.since_kept[at],
            self.until_kept[at],
            side,
            (at as f32 - start as f32).clamp(-20.0, 20.0),
            (end as f32 - at as f32).clamp(-20.0, 20.0),
            line.kinship(&self.core),
            share_in(&line.names, &self.names),
            self.hidden_sums.mean(0, count),
        ]);
        row.extend(self.blocks.get(at).into_iter().flatten());
    }
}

/// The half-open stretch with the greatest sum; empty when nothing gains.
fn best_stretch(gains: &[f32]) -> (usize, usize) {
    let (mut best, mut best_sum) = ((0, 0), 0.0);
    let (mut start, mut sum) = (0, 0.0);
    for (at, gain) in gains.iter().enumerate() {
        if sum <= 0.0 {
            (start, sum) = (at, 0.0);
        }
        sum += gain;
        if sum > best_sum {
            (best, best_sum) = ((start, at + 1), sum);
        }
    }
    best
}
