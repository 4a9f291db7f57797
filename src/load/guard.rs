//! A bug in a reader costs the input that it met, and nothing else.
//!
//! Formats are read by libraries, ours among them, that were never meant to panic; the one file in
//! ten thousand on which one does is named like any other that cannot be read.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{LoadCause, LoadError};

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// True while a panic on this thread would be caught and told as an error: a hook that prints
/// panics, or ends the program on them, lets it pass.
pub fn is_guarded() -> bool {
    GUARDED.get()
}

/// Does some work on the input of this name.
///
/// # Errors
/// When the work panics.
pub fn guarded<T>(name: &str, work: impl FnOnce() -> T) -> Result<T, LoadError> {
    let around = GUARDED.replace(true);
    // What the work was at is not looked at again after a panic.
    let done = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(around);
    done.map_err(|panic| LoadError::new(name, LoadCause::bug(&said(&*panic))))
}

fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    // Messages of the standard library quote the whole text they failed on.
    text.unwrap_or("no reason given").chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_of_its_input() {
        let error = guarded("odd.html", || -> u32 { panic!("cut\x1b[2J at {}", 3) }).unwrap_err();
        let words = error.to_string();
        assert!(words.starts_with("odd.html: met a bug of gazette (cut at 3)"), "{words}");
        assert_eq!(guarded("a.html", is_guarded), Ok(true));
        assert!(!is_guarded());
    }
}
