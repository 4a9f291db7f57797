//! Standard output and standard error, and what can go wrong with them.

use std::fmt;
use std::io::{self, IsTerminal, Write};

use super::arguments::Color;
use crate::library::LibraryError;

/// Why a command stopped.
#[derive(Debug)]
pub enum Failure {
    /// Asked for something that cannot be: exit code 2.
    Usage(String),
    /// Could not be carried out: exit code 1.
    Failed(String),
    /// Whoever read our output has gone: not an error.
    BrokenPipe,
}

impl Failure {
    pub fn code(&self) -> u8 {
        match self {
            Failure::Usage(_) => 2,
            Failure::Failed(_) => 1,
            Failure::BrokenPipe => 0,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Usage(message) | Failure::Failed(message) => f.write_str(message),
            Failure::BrokenPipe => f.write_str("output closed"),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::BrokenPipe,
            _ => Failure::Failed(format!("cannot write the output: {error}")),
        }
    }
}

impl From<LibraryError> for Failure {
    fn from(error: LibraryError) -> Self {
        match error {
            LibraryError::NoSuchPath(_) | LibraryError::NoSuchSource(_) => {
                Failure::Failed(error.to_string())
            }
            _ => Failure::Failed(error.to_string()),
        }
    }
}

/// A line on standard error; when nobody listens there, so be it.
pub fn complain(message: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", safe(message));
}

/// File names and error texts may hold anything; nothing in them may reach the terminal raw.
pub fn safe(text: &str) -> String {
    text.chars().map(|c| if dangerous(c) { '\u{fffd}' } else { c }).collect()
}

fn dangerous(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// True when colours may go to standard output.
pub fn colour(wish: Color) -> bool {
    match wish {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => io::stdout().is_terminal() && terminal_has_colour(),
    }
}

fn terminal_has_colour() -> bool {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    set("NO_COLOR").is_none() && set("TERM").is_none_or(|term| term != "dumb")
}

/// Columns of the terminal on standard output, `None` when it is not one.
pub fn columns() -> Option<usize> {
    if !io::stdout().is_terminal() {
        return None;
    }
    crossterm::terminal::size().ok().map(|(columns, _)| usize::from(columns.max(10)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_raw_reaches_the_terminal() {
        assert_eq!(safe("a\x1b[31mb\u{202e}c\n"), "a\u{fffd}[31mb\u{fffd}c\n");
        assert_eq!(safe("Žižek 日本"), "Žižek 日本");
    }

    #[test]
    fn a_closed_pipe_is_no_error() {
        let failure = Failure::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!(failure.code(), 0);
    }
}
