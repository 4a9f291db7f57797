//! Inputs that could not be read, said in words a reader can act on.

use std::fmt;
use std::io;

use super::sanitize;

/// An input that could not be read, or a record in it.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadError {
    /// Path or name of the input, made safe to print.
    pub name: String,
    /// 1-based, where the format has lines.
    pub line: Option<u64>,
    pub cause: LoadCause,
}

/// Lower case, no full stop, says what to do where we know it.
#[derive(Clone, Debug, PartialEq)]
pub enum LoadCause {
    /// The system's words for why it could not be opened or read.
    Unreadable(String),
    Empty,
    Binary,
    /// A document of another program, named with its article: "a PDF".
    Foreign(&'static str),
    /// A list of feeds, which holds no articles.
    Subscriptions,
    TooLarge {
        bytes: u64,
        limit: u64,
    },
    /// What is wrong with the form of the input.
    Malformed(String),
    NotAFile,
    /// A reader panicked on it, and what it said then.
    Bug(String),
}

impl LoadError {
    pub(super) fn new(name: &str, cause: LoadCause) -> Self {
        Self { name: sanitize::line(name), line: None, cause }
    }

    pub(super) fn at_line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    /// An error of the system, or one of ours that travelled inside an [`io::Error`].
    pub(super) fn from_io(name: &str, error: io::Error) -> Self {
        Self::new(name, LoadCause::from_io(error))
    }
}

impl LoadCause {
    /// A broken form, in safe words.
    pub(super) fn malformed(what: impl AsRef<str>) -> Self {
        Self::Malformed(sanitize::line(what.as_ref()))
    }

    pub(super) fn bug(said: &str) -> Self {
        Self::Bug(sanitize::line(said))
    }

    pub(super) fn from_io(error: io::Error) -> Self {
        match error.downcast::<LoadCause>() {
            Ok(cause) => cause,
            Err(error) => Self::Unreadable(reason(&error)),
        }
    }
}

/// The system's message without its number, in lower case, with what to do about it.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file; check the name".into(),
        io::ErrorKind::PermissionDenied => {
            "permission denied; check who may read it (ls -l)".into()
        }
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
            sanitize::line(&format!("broken contents: {error}"))
        }
        io::ErrorKind::UnexpectedEof => "it breaks off early; fetch it again".into(),
        _ => {
            let message = error.to_string();
            let words = message.split(" (os error").next().unwrap_or(&message);
            sanitize::line(&words.to_lowercase())
        }
    }
}

impl std::error::Error for LoadError {}

impl std::error::Error for LoadCause {}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}, line {line}: {}", self.name, self.cause),
            None => write!(f, "{}: {}", self.name, self.cause),
        }
    }
}

impl fmt::Display for LoadCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadCause::Unreadable(reason) => write!(f, "cannot be read: {reason}"),
            LoadCause::Empty => f.write_str("has no text in it"),
            LoadCause::Binary => f.write_str("is no text; export the article as text or HTML"),
            LoadCause::Subscriptions => {
                f.write_str("is a list of feeds; gazette import FILE keeps them")
            }
            LoadCause::Foreign("a PDF") => {
                f.write_str("is a PDF; turn it into text first: pdftotext FILE")
            }
            LoadCause::Foreign(what) => {
                write!(f, "is {what}; save it as plain text or HTML with its own program")
            }
            LoadCause::TooLarge { bytes, limit } => write!(
                f,
                "is too large: {} where {} are read; split it into smaller files",
                size(*bytes),
                size(*limit)
            ),
            LoadCause::Malformed(what) => write!(f, "is malformed: {what}"),
            LoadCause::NotAFile => {
                f.write_str("is no regular file; name a file or a folder of files")
            }
            LoadCause::Bug(said) => {
                write!(f, "met a bug of gazette ({said}); please report it with the file")
            }
        }
    }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{} KiB", bytes.div_ceil(1024)),
        _ => format!("{} MiB", bytes.div_ceil(1_048_576)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_file_line_and_what_to_do() {
        let error = LoadError::new("news\x1b[2J.jsonl", LoadCause::malformed("no \x07title"));
        assert_eq!(error.at_line(7).to_string(), "news.jsonl, line 7: is malformed: no title");
        let large = LoadCause::TooLarge { bytes: 70 << 20, limit: 64 << 20 };
        assert!(large.to_string().contains("70 MiB where 64 MiB are read"));
    }

    #[test]
    fn the_system_is_quoted_without_its_number() {
        let error = io::Error::from_raw_os_error(5);
        let cause = LoadCause::from_io(error);
        assert!(!cause.to_string().contains("os error"), "{cause}");
        let denied = LoadCause::from_io(io::Error::from(io::ErrorKind::PermissionDenied));
        assert!(denied.to_string().contains("permission denied"));
    }

    #[test]
    fn our_own_cause_travels_through_an_io_error() {
        let cause = LoadCause::TooLarge { bytes: 9, limit: 8 };
        assert_eq!(LoadCause::from_io(io::Error::other(cause.clone())), cause);
    }
}
