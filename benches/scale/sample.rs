//! Times, and how they are told.

use std::time::Instant;

/// Milliseconds, or what else the row is about, sorted.
#[derive(Clone, Debug)]
pub struct Sample(Vec<f64>);

impl Sample {
    pub fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        Self(values)
    }

    pub fn one(value: f64) -> Self {
        Self(vec![value])
    }

    fn at(&self, share: f64) -> f64 {
        let last = self.0.len().saturating_sub(1);
        self.0.get((share * last as f64).round() as usize).copied().unwrap_or(f64::NAN)
    }

    pub fn p50(&self) -> f64 {
        self.at(0.5)
    }

    pub fn p95(&self) -> f64 {
        self.at(0.95)
    }
}

pub fn since(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1_000.0
}

/// Milliseconds of CPU that this thread takes for something; by the wall where the system does
/// not say.
pub fn cpu(work: impl FnOnce()) -> f64 {
    let (before, began) = (on_cpu(), Instant::now());
    work();
    match (before, on_cpu()) {
        (Some(before), Some(after)) => (after - before) / 1e6,
        _ => since(began),
    }
}

/// Nanoseconds that this thread has run.
fn on_cpu() -> Option<f64> {
    // The system adds them up when a thread stops running, and else every few milliseconds.
    std::thread::sleep(std::time::Duration::from_micros(1));
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok()
}

pub fn print(rows: &[(String, Sample)]) {
    println!("{:<44}{:>10}{:>10}{:>10}", "", "p50", "p95", "most");
    for (what, sample) in rows {
        println!("{what:<44}{:>10.2}{:>10.2}{:>10.2}", sample.p50(), sample.p95(), sample.at(1.0));
    }
}

/// By how much the same rows of a larger library take longer.
pub fn growth(small: &[(String, Sample)], large: &[(String, Sample)]) {
    println!("\n{:<44}{:>10}", "growth of the p50, first to last", "times");
    for (what, sample) in small {
        if let Some((_, other)) = large.iter().find(|(other, _)| other == what) {
            println!("{what:<44}{:>10.1}", other.p50() / sample.p50().max(0.001));
        }
    }
}
