//! Files of many records, one at a time: JSON lines, arrays and objects one after another.
//!
//! Memory holds one record, however large the file.

use std::collections::VecDeque;
use std::io::{self, BufRead};

use super::input::Bytes;
use super::{Limits, LoadCause, LoadError, Origin, charset, json, json_list};
use crate::article::Document;

/// Lines that open no object, from the first on, after which a file is something else.
const STRANGE: usize = 20;

/// One record a line. A line that is broken or too long is an error, and the next one is read.
pub(super) struct Lines {
    bytes: Bytes,
    origin: Origin,
    limits: Limits,
    line: u64,
    ended: bool,
    /// A line has opened an object. Until then errors wait: the file may be one error as a whole.
    is_sure: bool,
    waiting: VecDeque<Result<Document, LoadError>>,
}

impl Lines {
    pub(super) fn new(bytes: Bytes, origin: Origin, limits: Limits) -> Self {
        let (line, ended, is_sure) = (0, false, false);
        Self { bytes, origin, limits, line, ended, is_sure, waiting: VecDeque::new() }
    }

    /// The next line with something in it: its bytes, or why there are none.
    fn line(&mut self) -> Option<Result<Vec<u8>, LoadError>> {
        while !self.ended {
            self.line += 1;
            let mut line = Vec::new();
            let failed = match read_line(&mut self.bytes, &mut line, self.limits.record_bytes) {
                Ok(0) => return None,
                Ok(bytes) if bytes > self.limits.record_bytes => {
                    LoadCause::TooLarge { bytes, limit: self.limits.record_bytes }
                }
                Ok(_) if is_blank(&line) => continue,
                Ok(_) => return Some(Ok(line)),
                Err(error) => {
                    self.ended = true;
                    LoadCause::from_io(error)
                }
            };
            return Some(Err(LoadError::new(&self.origin.name, failed).at_line(self.line)));
        }
        None
    }

    fn record(&mut self, line: Vec<u8>) -> Result<Document, LoadError> {
        self.is_sure |= opens_object(&line);
        let text = charset::decode(line);
        let read = json::parse(text, &self.origin, &self.limits);
        read.map_err(|error| error.at_line(self.line))
    }
}

/// Whatever stands in the line before it, a mark of its charset above all.
fn opens_object(line: &[u8]) -> bool {
    line.iter().find(|byte| byte.is_ascii_graphic()) == Some(&b'{')
}

/// White space alone, in whatever charset.
fn is_blank(line: &[u8]) -> bool {
    // Told without decoding where there is a letter or a brace, as there is in every record.
    !line.iter().any(u8::is_ascii_graphic) && charset::decode(line.to_vec()).trim().is_empty()
}

impl Iterator for Lines {
    type Item = Result<Document, LoadError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.is_sure {
            let Some(line) = self.line() else { break };
            let read = line.and_then(|line| self.record(line));
            self.waiting.push_back(read);
            if self.waiting.len() == STRANGE && !self.is_sure {
                self.ended = true;
                return self.waiting.drain(..).next().map(|first| first.map_err(strange));
            }
        }
        self.waiting.pop_front().or_else(|| {
            let line = self.line()?;
            Some(line.and_then(|line| self.record(line)))
        })
    }

    fn nth(&mut self, n: usize) -> Option<Self::Item> {
        for _ in 0..n {
            // An error counts as a record, as it does when it is read.
            if self.waiting.pop_front().is_none() {
                let _ = self.line()?;
            }
        }
        // Whoever knows how far to go has been here before.
        self.is_sure |= n > 0;
        self.next()
    }
}

/// The error of a file by that of its first line.
fn strange(first: LoadError) -> LoadError {
    let words =
        format!("none of its first {STRANGE} lines is an object of JSON; name it otherwise");
    LoadError { cause: LoadCause::malformed(words), ..first }
}

/// Reads a line with its end, keeping no more than `limit` bytes; says how long it was.
pub(super) fn read_line(bytes: &mut Bytes, line: &mut Vec<u8>, limit: u64) -> io::Result<u64> {
    let mut length = 0;
    loop {
        let buffer = match bytes.fill_buf() {
            Ok(buffer) => buffer,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let end = buffer.iter().position(|b| *b == b'\n');
        let taken = end.map_or(buffer.len(), |end| end + 1);
        if taken == 0 {
            return Ok(length);
        }
        length += taken as u64;
        if length <= limit {
            line.extend_from_slice(&buffer[..taken]);
        } else {
            line.clear();
        }
        bytes.consume(taken);
        if end.is_some() {
            return Ok(length);
        }
    }
}

/// The objects of an array, or objects that simply follow one another, over any number of lines.
pub(super) struct Values {
    bytes: Bytes,
    origin: Origin,
    limits: Limits,
    line: u64,
    started: bool,
    ended: bool,
    /// Within the list of an object that holds one: what comes behind it are no articles.
    in_list: bool,
}

impl Values {
    pub(super) fn new(bytes: Bytes, origin: Origin, limits: Limits) -> Self {
        let (started, ended, in_list) = (false, false, false);
        Self { bytes, origin, limits, line: 1, started, ended, in_list }
    }

    /// Goes to the list of articles, where the first object holds one.
    fn start(&mut self) -> Result<(), LoadCause> {
        self.started = true;
        let buffer = self.bytes.fill_buf().map_err(LoadCause::from_io)?;
        let Some(at) = json_list::start(buffer) else { return Ok(()) };
        self.line += buffer[..at].iter().filter(|byte| **byte == b'\n').count() as u64;
        self.bytes.consume(at);
        self.in_list = true;
        Ok(())
    }

    /// The text of the next object and the line it begins on.
    fn object(&mut self) -> Result<Option<(Vec<u8>, u64)>, LoadCause> {
        if !self.started {
            self.start()?;
        }
        let mut object = Object::default();
        let mut from = self.line;
        loop {
            let buffer = self.bytes.fill_buf().map_err(LoadCause::from_io)?;
            if buffer.is_empty() {
                return if object.depth == 0 {
                    Ok(None)
                } else {
                    Err(LoadCause::malformed("it breaks off within a record; fetch it again"))
                };
            }
            let begun = object.depth > 0;
            if self.in_list && !begun && ends_list(buffer) {
                return Ok(None);
            }
            let (taken, done) = object.take(buffer);
            let lines = buffer[..taken].iter().filter(|b| **b == b'\n').count() as u64;
            let before = object.begins.unwrap_or(taken).min(taken);
            if !begun {
                from = self.line + buffer[..before].iter().filter(|b| **b == b'\n').count() as u64;
            }
            self.bytes.consume(taken);
            self.line += lines;
            if object.text.len() as u64 > self.limits.record_bytes {
                let bytes = object.text.len() as u64;
                return Err(LoadCause::TooLarge { bytes, limit: self.limits.record_bytes });
            }
            if done {
                return Ok(Some((object.text, from)));
            }
        }
    }
}

/// True when the list ends before another object begins.
fn ends_list(buffer: &[u8]) -> bool {
    buffer.iter().find(|byte| matches!(byte, b'{' | b']')) == Some(&b']')
}

impl Iterator for Values {
    type Item = Result<Document, LoadError>;

    fn nth(&mut self, n: usize) -> Option<Self::Item> {
        for _ in 0..n {
            match self.object() {
                Ok(Some(_)) => {}
                // The end and what broke come to nobody's eyes but that of `next`.
                _ => {
                    self.ended = true;
                    return None;
                }
            }
        }
        self.next()
    }

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.object() {
            Ok(Some((bytes, line))) => {
                let read = json::parse(charset::decode(bytes), &self.origin, &self.limits);
                Some(read.map_err(|error| error.at_line(line)))
            }
            Ok(None) => {
                self.ended = true;
                None
            }
            Err(cause) => {
                self.ended = true;
                Some(Err(LoadError::new(&self.origin.name, cause).at_line(self.line)))
            }
        }
    }
}

/// An object being cut out of its file: braces are counted, strings skipped.
#[derive(Default)]
struct Object {
    text: Vec<u8>,
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// Where in the last buffer its first brace was.
    begins: Option<usize>,
}

impl Object {
    /// Takes bytes up to the object's end; says how many, and whether it is whole.
    fn take(&mut self, buffer: &[u8]) -> (usize, bool) {
        let start = if self.depth > 0 { Some(0) } else { buffer.iter().position(|b| *b == b'{') };
        self.begins = start;
        let Some(start) = start else { return (buffer.len(), false) };
        for (at, &byte) in buffer.iter().enumerate().skip(start) {
            if self.ends(byte) {
                self.text.extend_from_slice(&buffer[start..=at]);
                return (at + 1, true);
            }
        }
        self.text.extend_from_slice(&buffer[start..]);
        (buffer.len(), false)
    }

    fn ends(&mut self, byte: u8) -> bool {
        if self.in_string {
            let quoted = std::mem::take(&mut self.escaped);
            self.escaped = byte == b'\\' && !quoted;
            self.in_string = byte != b'"' || quoted;
            return false;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' => self.depth += 1,
            b'}' => self.depth -= 1,
            _ => {}
        }
        byte == b'}' && self.depth == 0
    }
}

#[cfg(test)]
mod tests {
    use crate::load::{Limits, LoadCause, Origin, stream};

    /// Title, or line and message, of each record.
    fn read(text: impl Into<Vec<u8>>, limits: &Limits) -> Vec<String> {
        let origin = Origin { name: "all".into(), ..Origin::default() };
        let input = std::io::Cursor::new(text.into());
        stream(Box::new(input), origin, limits)
            .map(|read| read.map_or_else(|error| error.to_string(), |d| d.article.title))
            .collect()
    }

    #[test]
    fn what_is_called_json_lines_and_is_none_costs_one_line() {
        let all = |text: &str| -> Vec<String> {
            let lines = super::Lines::new(
                Box::new(std::io::Cursor::new(text.to_owned())),
                Origin { name: "all.jsonl".into(), ..Origin::default() },
                Limits::default(),
            );
            lines.map(|read| read.map_or_else(|e| e.to_string(), |d| d.article.title)).collect()
        };
        let strange = "# Ferry\n\n".repeat(super::STRANGE - 1);
        let record = "\u{feff}{\"title\": \"One\"}\n";
        let lines = all(&strange.repeat(2));
        assert!(lines.len() == 1 && lines[0].starts_with("all.jsonl, line 1: "), "{lines:?}");
        assert!(lines[0].contains("none of its first 20 lines is an object"), "{lines:?}");
        // A few lines above the records are named one by one.
        let lines = all(&(strange.clone() + record + &strange + &strange));
        assert_eq!(lines.len(), 3 * (super::STRANGE - 1) + 1);
        assert_eq!(lines[super::STRANGE - 1], "One");
        assert_eq!(all(&strange).len(), super::STRANGE - 1);
    }

    #[test]
    fn a_broken_line_does_not_end_the_file() {
        let text = "{\"title\": \"One\"}\r\n\n{\"title\": \n{\"x\": 1}\n{\"title\": \"Two\"}";
        let read = read(text, &Limits::default());
        assert_eq!((read[0].as_str(), read[3].as_str()), ("One", "Two"));
        assert!(read[1].starts_with("all, line 3: is malformed"));
        assert!(read[2].starts_with("all, line 4: is malformed: no title"));
    }

    #[test]
    fn arrays_and_objects_over_many_lines() {
        let array = "[\n {\"title\": \"One\", \"text\": \"a } \\\" {\"},\n\n {\"title\":\n  \"Two\", \"x\": {}}, {\"y\": 1}\n]\n";
        let found = read(array, &Limits::default());
        assert_eq!(found[..2], ["One", "Two"]);
        assert!(found[2].starts_with("all, line 5: "), "{}", found[2]);
        let objects = "{\n\"title\": \"One\"\n}\n{\n\"title\": \"Two\"\n}\n{";
        let found = read(objects, &Limits::default());
        assert_eq!(found[..2], ["One", "Two"]);
        assert!(found[2].contains("breaks off"));
    }

    #[test]
    fn jumping_counts_what_reading_counts() {
        let text = "{\"title\": \"One\"}\r\n\n \n{broken\n{\"x\": 1}\n\n{\"title\": \"Two\"}\n\
            {\"title\": \"Three\"}\n";
        let array = "[{\"title\": \"One\"}, {\"x\": {}}, {\"y\": \"}\"}, {\"title\": \"Two\"}]";
        for text in [text, array] {
            let all = read(text, &Limits::default());
            for n in 0..=all.len() {
                let origin = Origin { name: "all".into(), ..Origin::default() };
                let input = std::io::Cursor::new(text);
                let found = stream(Box::new(input), origin, &Limits::default()).nth(n);
                let found = found.map(|d| d.map_or_else(|e| e.to_string(), |d| d.article.title));
                assert_eq!(found.as_ref(), all.get(n), "{n}");
            }
        }
    }

    #[test]
    fn the_articles_in_the_answer_of_a_service() {
        let answer = "{\"status\": \"ok\",\n \"articles\": [\n{\"title\": \"One\", \"tags\": [1]},\n{\"x\": 1}, {\"title\": \"Two\"}],\n \"next\": {\"page\": 2}}";
        for text in [answer.to_owned(), answer.replace('\n', "")] {
            let found = read(text, &Limits::default());
            assert_eq!(found.len(), 3, "{found:?}");
            assert_eq!((found[0].as_str(), found[2].as_str()), ("One", "Two"));
            assert!(found[1].contains("no title and no text"), "{found:?}");
        }
        assert!(read(answer, &Limits::default())[1].starts_with("all, line 4: "));
    }

    #[test]
    fn a_line_that_is_too_long_is_passed_over() {
        let limits = Limits { record_bytes: 100, ..Limits::default() };
        let text = format!(
            "{{\"title\": \"One\"}}\n{{\"title\": \"{}\"}}\n{{\"title\": \"Two\"}}\n",
            "x".repeat(200_000)
        );
        let found = read(text, &limits);
        assert_eq!((found[0].as_str(), found[2].as_str()), ("One", "Two"));
        assert!(found[1].starts_with("all, line 2: is too large"));
    }

    #[test]
    fn a_record_larger_than_the_buffer() {
        let text = format!(
            "{{\"title\": \"One\", \"text\": \"{}\"}}\n{{\"title\": \"Two\"}}",
            "word ".repeat(300_000)
        );
        assert_eq!(read(text, &Limits::default()), ["One", "Two"]);
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        use std::io::Write;
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(&vec![b'a'; 1 << 20]).unwrap();
        let limits = Limits { file_bytes: 1 << 16, ..Limits::default() };
        let origin = Origin::default();
        let bytes = gz.finish().unwrap();
        let error = stream(Box::new(std::io::Cursor::new(bytes)), origin, &limits)
            .next()
            .unwrap()
            .unwrap_err();
        assert!(matches!(error.cause, LoadCause::TooLarge { .. }), "{error}");
    }

    #[test]
    fn gzip_in_many_members() {
        use std::io::Write;
        let mut all = Vec::new();
        for title in ["One", "Two"] {
            let mut gz = flate2::write::GzEncoder::new(&mut all, flate2::Compression::fast());
            writeln!(gz, "{{\"title\": \"{title}\"}}").unwrap();
        }
        assert_eq!(read(all, &Limits::default()), ["One", "Two"]);
    }
}
