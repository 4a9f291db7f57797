//! What can be wrong with a configuration file.

use std::fmt;

/// One mistake, with where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    pub file: String,
    /// 1-based; `None` when the file as a whole is the matter.
    pub line: Option<usize>,
    pub message: String,
}

impl ConfigError {
    pub fn unreadable(file: &str, error: &std::io::Error) -> Self {
        let message = match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such file".into(),
            std::io::ErrorKind::InvalidData => "is not UTF-8 text".into(),
            _ => error.to_string(),
        };
        Self { file: file.into(), line: None, message }
    }
}

impl std::error::Error for ConfigError {}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

/// The known name most like a mistyped one, when one is like enough.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |other: &str| strsim::jaro_winkler(&name.to_lowercase(), other);
    let likely = known.into_iter().map(|other| (likeness(other), other));
    let (likeness, other) = likely.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (likeness > 0.75).then_some(other)
}

/// "; did you mean `measure`?", or nothing.
pub fn suggestion<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, known).map_or(String::new(), |near| format!("; did you mean `{near}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name() {
        assert_eq!(nearest("mesure", ["mouse", "measure"]), Some("measure"));
        assert_eq!(nearest("colour", ["mouse", "measure"]), None);
        assert_eq!(nearest("x", []), None);
    }
}
