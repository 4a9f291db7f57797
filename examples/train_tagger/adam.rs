//! Parameters and how they follow their gradients.

use ndarray::Array2;

use crate::random::Random;

#[derive(Debug)]
pub struct Parameter {
    pub value: Array2<f32>,
    pub gradient: Array2<f32>,
    mean: Array2<f32>,
    power: Array2<f32>,
}

/// Size of a step, and the corrections that the first steps need.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    rate: f32,
    mean: f32,
    power: f32,
}

const MEAN: f32 = 0.9;
const POWER: f32 = 0.999;

impl Pace {
    /// At step `n`, counted from 1.
    pub fn new(rate: f32, n: usize) -> Self {
        let left = |decay: f32| 1.0 - decay.powi(n as i32);
        Self { rate, mean: left(MEAN), power: left(POWER) }
    }
}

impl Parameter {
    pub fn new(value: Array2<f32>) -> Self {
        let zeros = || Array2::zeros(value.raw_dim());
        Self { gradient: zeros(), mean: zeros(), power: zeros(), value }
    }

    pub fn random(rows: usize, columns: usize, width: f32, random: &mut Random) -> Self {
        Self::new(Array2::from_shape_fn((rows, columns), |_| random.spread(width)))
    }

    pub fn power_of_gradient(&self) -> f32 {
        self.gradient.iter().map(|g| g * g).sum()
    }

    /// One step of Adam; the gradient is `scale` times what was added up, then starts anew.
    pub fn step(&mut self, pace: Pace, scale: f32) {
        let slices = (
            self.value.as_slice_mut().expect("owned"),
            self.gradient.as_slice_mut().expect("owned"),
            self.mean.as_slice_mut().expect("owned"),
            self.power.as_slice_mut().expect("owned"),
        );
        let (rate, root) = (pace.rate / pace.mean, 1.0 / pace.power);
        for (((value, gradient), mean), power) in
            slices.0.iter_mut().zip(slices.1).zip(slices.2).zip(slices.3)
        {
            let g = *gradient * scale;
            *mean = MEAN * *mean + (1.0 - MEAN) * g;
            *power = POWER * *power + (1.0 - POWER) * g * g;
            *value -= rate * *mean / ((*power * root).sqrt() + 1e-8);
            *gradient = 0.0;
        }
    }
}
