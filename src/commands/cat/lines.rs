//! Standard input: one document, or JSON lines that are answered line by line.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use serde_json::{Map, Value};

use super::super::arguments::From;
use super::inputs::Job;
use crate::load::{self, Limits, LoadCause, LoadError};

/// What standard input turned out to be.
pub enum Standard {
    Lines(Lines),
    Document(Box<dyn Read + Send>),
}

/// The name of standard input in an error.
pub const NAME: &str = "standard input";

/// Looks at the first line to tell JSON lines from a document, unless `from` says it.
pub fn standard_input(from: Option<From>, limits: Limits) -> Standard {
    let mut input = unpacked(BufReader::with_capacity(1 << 16, io::stdin()), &limits);
    match from {
        Some(From::Jsonl) => Standard::Lines(Lines { input, number: 0, limits }),
        Some(_) => Standard::Document(Box::new(input)),
        None => {
            let first = first_line(&mut *input, &limits);
            let json = object(&first, &limits).is_ok();
            let input = Box::new(Cursor::new(first).chain(input));
            match json {
                true => Standard::Lines(Lines { input, number: 0, limits }),
                false => Standard::Document(input),
            }
        }
    }
}

fn unpacked(mut input: BufReader<io::Stdin>, limits: &Limits) -> Box<dyn BufRead + Send> {
    match input.fill_buf() {
        Ok([0x1f, 0x8b, ..]) => Box::new(BufReader::new(load::gunzipped(Box::new(input), limits))),
        _ => Box::new(input),
    }
}

/// The first line with words in it and all before it; only as much of anything else as it takes
/// to see that it is no object.
fn first_line(input: &mut dyn BufRead, limits: &Limits) -> Vec<u8> {
    let mut seen = Vec::new();
    loop {
        let start = seen.len();
        let opens = match input.fill_buf() {
            Ok([]) | Err(_) => return seen,
            Ok(bytes) => bytes.trim_ascii_start().first().copied(),
        };
        let opens_object = matches!(opens, None | Some(b'{') | Some(0xef));
        let limit = if opens_object { limits.record_bytes } else { 1 };
        // A read error shows again, and is reported, where the input is really read.
        let read = input.take(limit).read_until(b'\n', &mut seen).unwrap_or(0);
        if read == 0 || !seen[start..].trim_ascii().is_empty() {
            return seen;
        }
    }
}

/// The lines of an input, each a job; blank ones are passed over.
pub struct Lines {
    input: Box<dyn BufRead + Send>,
    number: u64,
    limits: Limits,
}

impl Iterator for Lines {
    type Item = Job;

    fn next(&mut self) -> Option<Job> {
        loop {
            self.number += 1;
            let line = match self.read_line() {
                Ok(line) if line.is_empty() => return None,
                Ok(line) => line,
                Err(cause) => return Some(self.failed(cause)),
            };
            if !line.trim_ascii().is_empty() {
                return Some(Job::Line(self.number, line));
            }
        }
    }
}

impl Lines {
    /// A line with its end; empty at the end of the input.
    fn read_line(&mut self) -> Result<Vec<u8>, LoadCause> {
        let limit = self.limits.record_bytes;
        let mut line = Vec::new();
        let read = (&mut *self.input).take(limit + 1).read_until(b'\n', &mut line);
        match read {
            Ok(read) if read as u64 > limit => {
                let bytes = read as u64 + self.skip_line();
                Err(LoadCause::TooLarge { bytes, limit })
            }
            Ok(_) => Ok(line),
            Err(error) => {
                self.input = Box::new(io::empty());
                Err(LoadCause::Unreadable(error.to_string()))
            }
        }
    }

    /// Reads to the end of the line, keeping nothing; gives back its bytes.
    fn skip_line(&mut self) -> u64 {
        self.input.skip_until(b'\n').unwrap_or(0) as u64
    }

    fn failed(&self, cause: LoadCause) -> Job {
        Job::Failed(failed(self.number, cause))
    }
}

/// What is wrong with a line of standard input.
pub fn failed(number: u64, cause: LoadCause) -> LoadError {
    LoadError { name: NAME.into(), line: Some(number), cause }
}

/// The object on a line. Bytes that are no UTF-8 become replacement characters.
pub fn object(line: &[u8], limits: &Limits) -> Result<Map<String, Value>, LoadCause> {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    load::object(&String::from_utf8_lossy(line), limits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &'static str) -> Vec<(u64, String)> {
        let limits = Limits::default();
        let lines = Lines { input: Box::new(text.as_bytes()), number: 0, limits };
        let line = |job| match job {
            Job::Line(number, line) => (number, String::from_utf8(line).unwrap()),
            _ => unreachable!(),
        };
        lines.map(line).collect()
    }

    #[test]
    fn blank_lines_count_but_are_no_jobs() {
        assert_eq!(lines("{}\n\n {}"), [(1, "{}\n".into()), (3, " {}".into())]);
        assert!(lines("").is_empty());
    }

    #[test]
    fn the_first_line_tells() {
        let limits = Limits::default();
        let first = |text: &str| first_line(&mut text.as_bytes(), &limits);
        let object = |line: &[u8]| object(line, &limits);
        assert_eq!(first("\n{\"a\": 1}\n{}\n"), b"\n{\"a\": 1}\n");
        assert_eq!(first("Ferry returns\n"), b"F");
        assert!(first("").is_empty());
        assert!(object(b"\xef\xbb\xbf{\"a\": 1}").is_ok());
        assert!(object(b"[1]").is_err() && object(b"{").is_err());
    }
}
