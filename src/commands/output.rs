//! Standard output and standard error, and what can go wrong with them.

use std::fmt;
use std::io::{self, IsTerminal, Write};

use super::arguments::Color;
use super::jsonl;
use crate::library::LibraryError;
use crate::load::{LoadError, sanitize};
use crate::ui::Depth;

/// Why a command stopped.
#[derive(Debug)]
pub enum Failure {
    /// Asked for something that cannot be: exit code 2.
    Usage(String),
    /// The same, and it has been said: exit code 2.
    Said,
    /// Could not be carried out: exit code 1.
    Failed(String),
    /// Whoever read our output has gone: not an error.
    BrokenPipe,
}

impl Failure {
    pub fn code(&self) -> u8 {
        match self {
            Failure::Usage(_) | Failure::Said => 2,
            Failure::Failed(_) => 1,
            Failure::BrokenPipe => 0,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Usage(message) | Failure::Failed(message) => f.write_str(message),
            Failure::Said => f.write_str("usage or configuration error"),
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
        Failure::Failed(error.to_string())
    }
}

/// A line on standard error; when nobody listens there, so be it.
pub fn complain(message: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", safe(message));
}

/// An input that could not be read, one line of it: for a reader, or for a program.
#[derive(serde::Serialize)]
pub struct Failed<'a> {
    name: &'a str,
    line: Option<u64>,
    error: String,
}

impl<'a> Failed<'a> {
    pub fn new(error: &'a LoadError) -> Self {
        Self { name: &error.name, line: error.line, error: error.to_string() }
    }
}

/// Names an input that could not be read on standard error: with `--json` as an object on a line.
pub fn complain_of(error: &LoadError, as_json: bool) {
    match as_json {
        true => complain(&jsonl::line(&Failed::new(error))),
        false => complain(&format!("gazette: {error}")),
    }
}

/// Names inputs that could not be read as [`complain_of`] does. For a reader, a file with hundreds
/// of broken records is told of by the first of them and by how many there are: the next file's
/// error would be lost among them. A program gets each.
pub fn complain_of_all(errors: &[LoadError], as_json: bool) {
    if as_json {
        errors.iter().for_each(|error| complain_of(error, true));
        return;
    }
    for file in errors.chunk_by(|a, b| a.name == b.name) {
        tell_of_file(file).iter().for_each(|line| complain(line));
    }
}

/// Records of one file that are named.
const NAMED: usize = 20;

fn tell_of_file(errors: &[LoadError]) -> Vec<String> {
    let named = if errors.len() > NAMED + 1 { NAMED } else { errors.len() };
    let mut lines: Vec<String> =
        errors[..named].iter().map(|error| format!("gazette: {error}")).collect();
    if let [first, ..] = &errors[named..] {
        let (name, more) = (&first.name, count((errors.len() - named) as u64, "more record"));
        lines.push(format!("gazette: {name}: {more} could not be read; --json names each"));
    }
    lines
}

/// File names and error texts may hold anything; nothing in them may reach the terminal raw.
pub fn safe(text: &str) -> String {
    sanitize::block(text)
}

/// Prints lines of plain text or JSON; nothing but a broken pipe stops it quietly.
pub fn print(lines: impl IntoIterator<Item = String>) -> Result<(), Failure> {
    print_styled(lines.into_iter().map(|line| {
        let harmless = line.split('\n').all(sanitize::is_harmless);
        if harmless { line } else { safe(&line) }
    }))
}

/// Prints lines that hold escape sequences of ours.
pub fn print_styled(lines: impl IntoIterator<Item = String>) -> Result<(), Failure> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for line in lines {
        out.write_all(line.as_bytes())?;
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

/// One line of JSON lines.
pub fn json(object: &impl serde::Serialize) -> String {
    jsonl::line(object)
}

/// "1 article", "2 articles"
pub fn count(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// True when standard output is a terminal.
pub fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// The day of a Unix second, `----------` when no calendar holds it.
pub fn day(seconds: i64) -> String {
    timestamp(seconds).and_then(|time| Some(time.get(..10)?.to_owned())).unwrap_or("-".repeat(10))
}

/// ISO 8601, UTC; `None` for a second no calendar holds.
pub fn timestamp(seconds: i64) -> Option<String> {
    jiff::Timestamp::from_second(seconds).ok().map(|time| time.to_string())
}

/// How many colours standard output gets; `None` for no escape sequence at all.
pub fn depth(wish: Color) -> Option<Depth> {
    let terminal = Terminal {
        is_one: io::stdout().is_terminal(),
        no_color: variable("NO_COLOR").is_some(),
        term: variable("TERM").unwrap_or_default(),
        colorterm: variable("COLORTERM").unwrap_or_default(),
    };
    terminal.depth(wish)
}

fn variable(name: &str) -> Option<String> {
    std::env::var_os(name)
        .map(|value| value.to_string_lossy().into_owned())
        .filter(|v| !v.is_empty())
}

/// What the environment says of the terminal.
struct Terminal {
    is_one: bool,
    no_color: bool,
    term: String,
    colorterm: String,
}

impl Terminal {
    fn depth(&self, wish: Color) -> Option<Depth> {
        match wish {
            Color::Never => None,
            Color::Always => Some(self.colours()),
            Color::Auto if !self.is_one || self.term == "dumb" => None,
            // Bold and underline are no colour, and tell labels apart without.
            Color::Auto if self.no_color => Some(Depth::None),
            Color::Auto => Some(self.colours()),
        }
    }

    fn colours(&self) -> Depth {
        match &*self.colorterm {
            "truecolor" | "24bit" => Depth::True,
            _ if self.term.contains("256color") => Depth::Palette,
            _ => Depth::Sixteen,
        }
    }
}

/// Columns of the terminal on standard output, `None` when it is not one.
pub fn columns() -> Option<u16> {
    if !io::stdout().is_terminal() {
        return None;
    }
    crossterm::terminal::size().ok().map(|(columns, _)| columns.max(10))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::LoadCause;

    #[test]
    fn nothing_raw_reaches_the_terminal() {
        let safe = safe("a\x1b[31mb\u{202e}c\n  d\r");
        assert!(!safe.contains(['\x1b', '\u{202e}', '\r']), "{safe:?}");
        assert_eq!(super::safe("Žižek 日本\n  ^"), "Žižek 日本\n  ^");
    }

    #[test]
    fn a_file_of_broken_records_is_told_of_in_few_lines() {
        let broken = |n: u64| -> Vec<LoadError> {
            let cause = || LoadCause::Malformed("no title".into());
            (1..=n)
                .map(|line| LoadError { name: "a.jsonl".into(), line: Some(line), cause: cause() })
                .collect()
        };
        assert_eq!(tell_of_file(&broken(21)).len(), 21);
        let lines = tell_of_file(&broken(598));
        assert_eq!(lines.len(), 21);
        assert_eq!(lines[19], "gazette: a.jsonl, line 20: is malformed: no title");
        let told = "gazette: a.jsonl: 578 more records could not be read; --json names each";
        assert_eq!(lines[20], told);
    }

    #[test]
    fn colours_go_by_wish_then_terminal() {
        let terminal = |is_one, no_color, term: &str, colorterm: &str| Terminal {
            is_one,
            no_color,
            term: term.into(),
            colorterm: colorterm.into(),
        };
        let xterm = terminal(true, false, "xterm-256color", "");
        assert_eq!(xterm.depth(Color::Auto), Some(Depth::Palette));
        assert_eq!(xterm.depth(Color::Never), None);
        assert_eq!(terminal(true, true, "xterm", "").depth(Color::Auto), Some(Depth::None));
        assert_eq!(terminal(true, false, "dumb", "").depth(Color::Auto), None);
        assert_eq!(terminal(false, false, "xterm", "").depth(Color::Auto), None);
        assert_eq!(terminal(false, true, "", "").depth(Color::Always), Some(Depth::Sixteen));
        assert_eq!(terminal(true, false, "x", "truecolor").depth(Color::Auto), Some(Depth::True));
    }

    #[test]
    fn a_closed_pipe_is_no_error() {
        let failure = Failure::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!(failure.code(), 0);
    }
}
