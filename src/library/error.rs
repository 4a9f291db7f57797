//! What can go wrong, in words: lower case, no full stop, says what to do where we know it.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::load::{path_text, sanitize};

pub type Result<T> = std::result::Result<T, LibraryError>;

#[derive(Debug)]
pub enum LibraryError {
    Open {
        path: PathBuf,
        cause: String,
    },
    /// Written by a newer gazette.
    Newer {
        path: PathBuf,
        found: i64,
        known: i64,
    },
    /// No library has been made there yet.
    NoLibrary(PathBuf),
    NoSuchPath(PathBuf),
    /// Its name is no text.
    NotText(PathBuf),
    NoSuchSource(String),
    NoSuchRule(i64),
    NoSuchEntity(String),
    Sql(rusqlite::Error),
    Index(String),
    Damaged(String),
}

/// A path on one line and safe to print.
fn named(path: &Path) -> String {
    sanitize::line(&path_text(path))
}

impl std::error::Error for LibraryError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            LibraryError::Sql(error) => Some(error),
            _ => None,
        }
    }
}

impl fmt::Display for LibraryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LibraryError::Open { path, cause } => {
                write!(f, "cannot open the library {}: {cause}", named(path))
            }
            LibraryError::Newer { path, found, known } => write!(
                f,
                "{} was written by a newer gazette (version {found}, this one knows {known}); \
                 update gazette",
                named(path)
            ),
            LibraryError::NoLibrary(dir) => write!(
                f,
                "there is no library in {}; `gazette add FOLDER` makes one",
                dir.display()
            ),
            LibraryError::NoSuchPath(path) => {
                write!(f, "{}: no such file or folder", named(path))
            }
            LibraryError::NotText(path) => write!(
                f,
                "{}: its name is not UTF-8, which a library cannot keep; rename it, or name the \
                 folder above it",
                named(path)
            ),
            LibraryError::NoSuchSource(what) => {
                write!(f, "no source `{what}`; `gazette sources` lists them")
            }
            LibraryError::NoSuchRule(number) => {
                write!(f, "no rule {number}; `gazette rules` lists them")
            }
            LibraryError::NoSuchEntity(what) => {
                write!(f, "nobody and nothing is called `{what}`; `gazette entities` lists them")
            }
            LibraryError::Sql(error) => sql(error, f),
            LibraryError::Index(cause) => write!(
                f,
                "the search index cannot be used ({cause}); delete the folder `index` in the \
                 library and it is built anew"
            ),
            LibraryError::Damaged(what) => write!(f, "the library is damaged: {what}"),
        }
    }
}

fn sql(error: &rusqlite::Error, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    use rusqlite::ErrorCode::*;
    match error.sqlite_error_code() {
        Some(DatabaseBusy | DatabaseLocked) => {
            write!(f, "another program is writing to the library; try again")
        }
        Some(DiskFull) => write!(f, "the disk that holds the library is full"),
        Some(DatabaseCorrupt | NotADatabase) => {
            write!(f, "the library's database is damaged ({error}); restore a backup of library.db")
        }
        Some(ReadOnly) => write!(f, "the library is read-only; check that you may write to it"),
        _ => write!(f, "the library's database: {error}"),
    }
}

impl From<rusqlite::Error> for LibraryError {
    fn from(error: rusqlite::Error) -> Self {
        LibraryError::Sql(error)
    }
}

impl From<tantivy::TantivyError> for LibraryError {
    fn from(error: tantivy::TantivyError) -> Self {
        LibraryError::Index(error.to_string())
    }
}
