//! Parameters and how they follow their gradients.

use std::thread;

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

/// Large parameters are worked on by this many threads.
const THREADS: usize = 4;
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
        let size = self.value.len().div_ceil(THREADS).max(4096);
        let value = self.value.as_slice_mut().expect("owned").chunks_mut(size);
        let gradient = self.gradient.as_slice_mut().expect("owned").chunks_mut(size);
        let mean = self.mean.as_slice_mut().expect("owned").chunks_mut(size);
        let power = self.power.as_slice_mut().expect("owned").chunks_mut(size);
        thread::scope(|scope| {
            for (((value, gradient), mean), power) in value.zip(gradient).zip(mean).zip(power) {
                let slices = Slices { value, gradient, mean, power };
                if size == 4096 {
                    slices.step(pace, scale);
                } else {
                    scope.spawn(move || slices.step(pace, scale));
                }
            }
        });
    }
}

/// A part of a parameter.
struct Slices<'a> {
    value: &'a mut [f32],
    gradient: &'a mut [f32],
    mean: &'a mut [f32],
    power: &'a mut [f32],
}

impl Slices<'_> {
    fn step(self, pace: Pace, scale: f32) {
        let (rate, root) = (pace.rate / pace.mean, 1.0 / pace.power);
        for (((value, gradient), mean), power) in
            self.value.iter_mut().zip(self.gradient).zip(self.mean).zip(self.power)
        {
            let g = *gradient * scale;
            *mean = MEAN * *mean + (1.0 - MEAN) * g;
            *power = POWER * *power + (1.0 - POWER) * g * g;
            *value -= rate * *mean / ((*power * root).sqrt() + 1e-8);
            *gradient = 0.0;
        }
    }
}
