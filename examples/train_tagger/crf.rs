//! The loss: how likely the wanted tags are among all sequences that make whole names.

use gazette::entities::model::labels::{TAGS, follows};

use crate::soft::Target;

/// Gradients of one stretch: by score of each token and tag, added into `by_score`, and by step,
/// added into `by_step`. Returns the loss.
pub fn gradients(
    scores: &[f32],
    steps: &[f32],
    targets: &[Target],
    by_score: &mut [f32],
    by_step: &mut [f32],
) -> f32 {
    let rows = scores.as_chunks::<TAGS>().0;
    let weights = step_weights(steps);
    let (local, shifts) = local_weights(rows);
    let (forward, norms) = forward(&local, &weights);
    let backward = backward(&local, &weights, &norms);
    let wanted = Wanted::of(targets);
    let mut loss: f32 = norms.iter().map(|n| n.ln()).sum::<f32>() + shifts;
    for n in 0..rows.len() {
        for tag in 0..TAGS {
            let p = wanted.forward[n][tag] * wanted.backward[n][tag];
            by_score[n * TAGS + tag] += forward[n][tag] * backward[n][tag] - p;
            loss -= p * rows[n][tag];
        }
    }
    let mut by_wanted = vec![0.0; TAGS * TAGS];
    for n in 1..rows.len() {
        add_expected(&forward[n - 1], &local[n], &backward[n], norms[n], &weights, by_step);
        wanted.add_steps(n, &mut by_wanted);
    }
    for ((slope, p), step) in by_step.iter_mut().zip(&by_wanted).zip(steps) {
        *slope -= p;
        loss -= p * step;
    }
    loss
}

/// What is wanted, as likelihoods of whole sequences: each token's tags as if it stood alone, times
/// whether they make whole names. Taken token by token they would contradict each other, and the
/// loss would have no bottom.
struct Wanted {
    local: Vec<[f32; TAGS]>,
    weights: Vec<f32>,
    forward: Vec<[f32; TAGS]>,
    backward: Vec<[f32; TAGS]>,
    norms: Vec<f32>,
}

impl Wanted {
    fn of(targets: &[Target]) -> Self {
        /// So that some sequence is always possible.
        const LEAST: f32 = 1e-6;
        let last = targets.len() - 1;
        let row = |(n, target): (usize, &Target)| {
            let mut row = [LEAST; TAGS];
            target.iter().for_each(|(tag, p)| row[usize::from(*tag)] += p);
            keep_whole(&mut row, n == 0, n == last);
            row
        };
        let local: Vec<[f32; TAGS]> = targets.iter().enumerate().map(row).collect();
        let weights = step_weights(&[0.0; TAGS * TAGS]);
        let (forward, norms) = forward(&local, &weights);
        let backward = backward(&local, &weights, &norms);
        Self { local, weights, forward, backward, norms }
    }

    fn add_steps(&self, n: usize, out: &mut [f32]) {
        let (before, after) = (&self.forward[n - 1], &self.backward[n]);
        add_expected(before, &self.local[n], after, self.norms[n], &self.weights, out);
    }
}

/// Rules out tags that cannot open or close a text.
fn keep_whole(row: &mut [f32; TAGS], first: bool, last: bool) {
    for (tag, weight) in row.iter_mut().enumerate() {
        let opens = !first || follows(None, Some(tag));
        let closes = !last || follows(Some(tag), None);
        *weight *= if opens && closes { 1.0 } else { 0.0 };
    }
}

fn step_weights(steps: &[f32]) -> Vec<f32> {
    let legal = |n: usize| follows(Some(n / TAGS), Some(n % TAGS));
    (0..TAGS * TAGS).map(|n| if legal(n) { steps[n].exp() } else { 0.0 }).collect()
}

/// Exponentials of the scores, each row's greatest taken out, and the sum of those.
fn local_weights(rows: &[[f32; TAGS]]) -> (Vec<[f32; TAGS]>, f32) {
    let mut shifts = 0.0;
    let mut local = Vec::with_capacity(rows.len());
    for (n, row) in rows.iter().enumerate() {
        let most = row.iter().fold(f32::MIN, |most, v| most.max(*v));
        shifts += most;
        let mut weights = row.map(|v| (v - most).exp().max(1e-30));
        keep_whole(&mut weights, n == 0, n + 1 == rows.len());
        local.push(weights);
    }
    (local, shifts)
}

fn forward(local: &[[f32; TAGS]], weights: &[f32]) -> (Vec<[f32; TAGS]>, Vec<f32>) {
    let mut all: Vec<[f32; TAGS]> = Vec::with_capacity(local.len());
    let mut norms = Vec::with_capacity(local.len());
    for row in local {
        let mut now = match all.last() {
            None => *row,
            Some(before) => {
                let mut sums = [0f32; TAGS];
                for (weights, before) in weights.as_chunks::<TAGS>().0.iter().zip(before) {
                    sums.iter_mut().zip(weights).for_each(|(sum, w)| *sum += before * w);
                }
                sums.iter_mut().zip(row).for_each(|(sum, w)| *sum *= w);
                sums
            }
        };
        let norm = now.iter().sum::<f32>().max(1e-30);
        now.iter_mut().for_each(|v| *v /= norm);
        all.push(now);
        norms.push(norm);
    }
    (all, norms)
}

fn backward(local: &[[f32; TAGS]], weights: &[f32], norms: &[f32]) -> Vec<[f32; TAGS]> {
    let mut all = vec![[1f32; TAGS]; local.len()];
    for n in (1..local.len()).rev() {
        let mut ahead = [0f32; TAGS];
        for tag in 0..TAGS {
            ahead[tag] = all[n][tag] * local[n][tag] / norms[n];
        }
        for (tag, weights) in weights.as_chunks::<TAGS>().0.iter().enumerate() {
            all[n - 1][tag] = weights.iter().zip(&ahead).map(|(w, a)| w * a).sum();
        }
    }
    all
}

fn add_expected(
    before: &[f32; TAGS],
    local: &[f32; TAGS],
    after: &[f32; TAGS],
    norm: f32,
    weights: &[f32],
    by_step: &mut [f32],
) {
    let mut ahead = [0f32; TAGS];
    for tag in 0..TAGS {
        ahead[tag] = local[tag] * after[tag] / norm;
    }
    let rows = weights.as_chunks::<TAGS>().0.iter().zip(by_step.as_chunks_mut::<TAGS>().0);
    for ((weights, out), before) in rows.zip(before) {
        for tag in 0..TAGS {
            out[tag] += before * weights[tag] * ahead[tag];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contradicting_targets_still_have_a_loss_above_nothing() {
        // The first token opens a name that the second one does not go on with.
        let targets: Vec<Target> = vec![vec![(1, 0.6), (0, 0.4)], vec![(0, 0.9), (3, 0.1)]];
        let mut scores = vec![0.0; 2 * TAGS];
        let mut steps = vec![0.0; TAGS * TAGS];
        let mut loss = 0.0;
        for _ in 0..400 {
            let (mut a, mut b) = (vec![0.0; 2 * TAGS], vec![0.0; TAGS * TAGS]);
            loss = gradients(&scores, &steps, &targets, &mut a, &mut b);
            scores.iter_mut().zip(&a).for_each(|(v, g)| *v -= g);
            steps.iter_mut().zip(&b).for_each(|(v, g)| *v -= g);
        }
        assert!(loss > 0.0, "{loss}");
    }

    #[test]
    fn gradients_are_slopes_of_the_loss() {
        let value = |n: usize| ((n * 7919 % 113) as f32 - 56.0) / 40.0;
        let mut scores: Vec<f32> = (0..4 * TAGS).map(value).collect();
        let mut steps: Vec<f32> = (0..TAGS * TAGS).map(|n| value(n + 3) / 3.0).collect();
        let targets: Vec<Target> =
            vec![vec![(0, 0.7), (4, 0.3)], vec![(1, 1.0)], vec![(3, 1.0)], vec![(0, 1.0)]];
        let run = |scores: &[f32], steps: &[f32]| {
            let (mut a, mut b) = (vec![0.0; 4 * TAGS], vec![0.0; TAGS * TAGS]);
            (gradients(scores, steps, &targets, &mut a, &mut b), a, b)
        };
        let (_, by_score, by_step) = run(&scores, &steps);
        for n in [0, 4, 38, 77, 80, 120] {
            let old = scores[n];
            scores[n] = old + 0.01;
            let up = run(&scores, &steps).0;
            scores[n] = old - 0.01;
            let down = run(&scores, &steps).0;
            scores[n] = old;
            assert!((by_score[n] - (up - down) / 0.02).abs() < 2e-3, "{n}");
        }
        for n in [0, 1, TAGS + 3, 3 * TAGS] {
            let old = steps[n];
            steps[n] = old + 0.01;
            let up = run(&scores, &steps).0;
            steps[n] = old - 0.01;
            let down = run(&scores, &steps).0;
            steps[n] = old;
            assert!((by_step[n] - (up - down) / 0.02).abs() < 2e-3, "{n}");
        }
    }
}
