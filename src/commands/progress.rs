//! Long work: a bar on standard error, and Ctrl-C between two batches.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

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
    let style = ProgressStyle::with_template("{prefix} {wide_bar} {pos}/{len} {msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_prefix(table::cut(&output::safe(name), 30));
    bar
}
