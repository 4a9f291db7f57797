//! Long work: a bar on standard error, and Ctrl-C between two batches.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::{output, table};

/// Set once Ctrl-C was pressed. What is committed stays, nothing is torn.
pub fn interrupted() -> Arc<AtomicBool> {
    // A process has one handler of signals, however many pieces of work ask.
    static PRESSED: OnceLock<Arc<AtomicBool>> = OnceLock::new();
    let pressed = PRESSED.get_or_init(|| {
        let pressed = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&pressed);
        // Without the handler Ctrl-C ends the process, and a transaction is whole or not there.
        let _ = ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed));
        pressed
    });
    Arc::clone(pressed)
}

/// Go on unless Ctrl-C was pressed.
pub fn unless(pressed: &AtomicBool) -> ControlFlow<()> {
    match pressed.load(Ordering::Relaxed) {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    }
}

/// A bar with a name; hidden by itself when standard error is no terminal.
pub fn bar(name: &str) -> ProgressBar {
    let bar = ProgressBar::no_length();
    bar.set_style(style("{prefix} {wide_bar} {pos}/{len} {msg}"));
    bar.set_prefix(table::cut(&output::safe(name), 30));
    bar
}

/// Has a bar measure something that is not worth a number of its own, such as bytes.
pub fn without_numbers(bar: &ProgressBar) {
    bar.set_style(style("{prefix} {wide_bar} {msg}"));
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// How fast work goes and how long it will take, reckoned from where it began in earnest: what is
/// jumped over goes faster.
#[derive(Default)]
pub struct Pace {
    began: Option<(Instant, u64, u64)>,
}

impl Pace {
    /// "1400/s, 4 min left", once it has gone on for long enough to tell. `made` counts what comes
    /// of the work, `done` how much of the `whole` is behind.
    pub fn tell(&mut self, now: Instant, made: u64, done: u64, whole: Option<u64>) -> String {
        if made == 0 {
            return String::new();
        }
        let (at, made_then, done_then) = *self.began.get_or_insert((now, made, done));
        let seconds = now.duration_since(at).as_secs_f64();
        if seconds < 2.0 {
            return String::new();
        }
        let rate = (made - made_then.min(made)) as f64 / seconds;
        let left = whole.zip(done.checked_sub(done_then).filter(|way| *way > 0));
        let left =
            left.map(|(whole, way)| whole.saturating_sub(done) as f64 * seconds / way as f64);
        let left = left.map(|left| format!(", {} left", span(Duration::from_secs_f64(left))));
        format!("{rate:.0}/s{}", left.unwrap_or_default())
    }
}

/// "40 s", "4 min", "2 h 5 min"
fn span(time: Duration) -> String {
    let minutes = (time.as_secs() + 30) / 60;
    match time.as_secs() {
        seconds @ 0..90 => format!("{seconds} s"),
        _ if minutes < 90 => format!("{minutes} min"),
        _ => format!("{} h {} min", minutes / 60, minutes % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_is_reckoned_from_the_first_article() {
        let begin = Instant::now();
        let after = |seconds| begin + Duration::from_secs(seconds);
        let mut pace = Pace::default();
        assert_eq!(pace.tell(begin, 0, 500, Some(4_000)), "", "jumping");
        assert_eq!(pace.tell(after(1), 100, 1_000, Some(4_000)), "");
        assert_eq!(pace.tell(after(2), 200, 1_100, Some(4_000)), "");
        assert_eq!(pace.tell(after(11), 2_100, 2_000, Some(4_000)), "200/s, 20 s left");
        assert_eq!(pace.tell(after(11), 2_100, 2_000, None), "200/s");
        assert_eq!(pace.tell(after(11), 2_100, 1_000, Some(4_000)), "200/s");
    }

    #[test]
    fn time_is_told_as_one_would() {
        let said = [5, 89, 90, 240, 7_500].map(|seconds| span(Duration::from_secs(seconds)));
        assert_eq!(said, ["5 s", "89 s", "2 min", "4 min", "2 h 5 min"]);
    }
}
