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
    let mut loss: f32 = norms.iter().map(|n| n.ln()).sum::<f32>() + shifts;
    for (n, target) in targets.iter().enumerate() {
        for tag in 0..TAGS {
            by_score[n * TAGS + tag] += forward[n][tag] * backward[n][tag];
        }
        for (tag, p) in target {
            by_score[n * TAGS + usize::from(*tag)] -= p;
            loss -= p * rows[n][usize::from(*tag)];
        }
    }
    for n in 1..rows.len() {
        add_expected(&forward[n - 1], &local[n], &backward[n], norms[n], &weights, by_step);
        loss -= take_wanted(&targets[n - 1], &targets[n], steps, by_step);
    }
    loss
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
        for (tag, weight) in weights.iter_mut().enumerate() {
            let opens = n > 0 || follows(None, Some(tag));
            let closes = n + 1 < rows.len() || follows(Some(tag), None);
            *weight *= if opens && closes { 1.0 } else { 0.0 };
        }
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

/// Wanted pairs are taken as independent, illegal ones left out. Returns their score.
fn take_wanted(before: &Target, now: &Target, steps: &[f32], by_step: &mut [f32]) -> f32 {
    let pairs = || {
        let both = before.iter().flat_map(|(a, p)| now.iter().map(move |(b, q)| (*a, *b, p * q)));
        both.filter(|(a, b, _)| follows(Some(usize::from(*a)), Some(usize::from(*b))))
    };
    let sum: f32 = pairs().map(|(_, _, p)| p).sum::<f32>().max(1e-6);
    let mut score = 0.0;
    for (a, b, p) in pairs() {
        let n = usize::from(a) * TAGS + usize::from(b);
        by_step[n] -= p / sum;
        score += p / sum * steps[n];
    }
    score
}

#[cfg(test)]
mod tests {
    use super::*;

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
