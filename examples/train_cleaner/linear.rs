//! Learns the word models: logistic regression on hashed words by AdaGrad (Duchi et al., 2011).

use std::collections::HashMap;

/// One line: its buckets, what it is, how much it counts, which site it is from.
pub struct Sample<'a> {
    pub tokens: &'a [u16],
    pub truth: f32,
    pub weight: f32,
    pub site: u32,
}

/// Words of fewer sites than this say more about the sites than about boilerplate.
const SITES: usize = 3;
const ROUNDS: usize = 6;
const RATE: f32 = 0.25;
const DECAY: f32 = 2e-5;

/// Weights for so many buckets.
pub fn learn(samples: &[Sample], buckets: usize) -> Vec<f32> {
    let spread = spread(samples, buckets);
    let mut weights = vec![0.0f32; buckets];
    let mut squares = vec![1e-2f32; buckets];
    let (mut bias, mut bias_square) = (0.0f32, 1e-2f32);
    let mut order: Vec<usize> = (0..samples.len()).collect();
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    for _ in 0..ROUNDS {
        for at in (1..order.len()).rev() {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            order.swap(at, (random % (at as u64 + 1)) as usize);
        }
        for &at in &order {
            let sample = &samples[at];
            if sample.tokens.is_empty() {
                continue;
            }
            let scale = 1.0 / (sample.tokens.len() as f32).sqrt();
            let sum: f32 = sample.tokens.iter().map(|&token| weights[token as usize]).sum();
            let p = 1.0 / (1.0 + (-(bias + sum * scale)).exp());
            let slope = sample.weight * (p - sample.truth);
            bias_square += slope * slope;
            bias -= RATE * slope / bias_square.sqrt();
            for &token in sample.tokens {
                let token = token as usize;
                if spread[token] < SITES {
                    continue;
                }
                let slope = slope * scale + DECAY * weights[token];
                squares[token] += slope * slope;
                weights[token] -= RATE * slope / squares[token].sqrt();
            }
        }
    }
    weights
}

/// On how many sites each bucket occurs.
fn spread(samples: &[Sample], buckets: usize) -> Vec<usize> {
    let mut sites: HashMap<(u16, u32), ()> = HashMap::new();
    let mut spread = vec![0; buckets];
    for sample in samples {
        for &token in sample.tokens {
            if sites.insert((token, sample.site), ()).is_none() {
                spread[token as usize] += 1;
            }
        }
    }
    spread
}
