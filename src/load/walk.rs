//! The files of a folder, in an order that is the same on every machine.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::names::{Entry, Failed, Names};
use super::{LoadCause, LoadError, unix_seconds, unwanted};

/// A file with what tells whether it changed since it was last read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileStamp {
    pub path: PathBuf,
    /// In bytes.
    pub size: u64,
    /// Unix seconds; 0 where the file system does not say.
    pub modified: i64,
}

/// Every regular file under `folder`, by name within each folder. Hidden files and those of
/// version control are left out, and what a saved page brings along: its scripts and style sheets,
/// and the folder beside it. Links are not followed: what lies behind one is either outside, or
/// walked where it really is. Pipes and devices, and folders that may not be read, come as errors
/// and the rest goes on. Memory is bounded, however many files there are.
///
/// `.gitignore` is not honoured: a folder of news is no repository, and one that lies in a
/// repository is often ignored there.
pub fn walk(folder: &Path) -> impl Iterator<Item = Result<FileStamp, LoadError>> + Send + use<> {
    names(folder).filter_map(|entry| match entry {
        Ok(entry) => stamp(entry),
        Err((path, error)) => Some(Err(LoadError::from_io(&path_text(&path), error))),
    })
}

/// All but code for a browser, and the folders beside pages that were saved whole.
fn names(folder: &Path) -> impl Iterator<Item = Result<Entry, Failed>> + Send + use<> {
    let is_code = |path: &Path| unwanted::is_code(&path.to_string_lossy());
    let wanted = move |entry: &Result<Entry, _>| {
        entry.as_ref().map_or(true, |entry: &Entry| !is_code(&entry.path))
    };
    let alone = alone(folder);
    let under = alone.is_none().then(|| Names::under(folder, is_beside_page));
    alone.map(Ok).into_iter().chain(under.into_iter().flatten()).filter(wanted)
}

/// A file that is to be walked as if it were a folder of one.
fn alone(file: &Path) -> Option<Entry> {
    let kind = std::fs::symlink_metadata(file).ok()?.file_type();
    (!kind.is_dir() && !file.is_dir()).then(|| Entry { path: file.to_path_buf(), kind })
}

/// The folder of a page that was saved whole.
fn is_beside_page(folder: &Path) -> bool {
    let path = folder.to_string_lossy();
    let page = |stem: &str| ["html", "htm", "xhtml", "HTM"].map(|end| format!("{stem}.{end}"));
    let stem = unwanted::folder_stem(&path);
    stem.is_some_and(|stem| page(stem).iter().any(|page| Path::new(page).is_file()))
}

/// How many there are, told on the way; `told` says whether to go on.
pub fn count(folder: &Path, told: &mut dyn FnMut(u64) -> bool) {
    let seen = |entry: &Result<Entry, _>| {
        entry.as_ref().map_or(true, |entry: &Entry| !entry.kind.is_symlink())
    };
    let inputs = (1..).zip(names(folder).filter(seen));
    for (count, _) in inputs {
        if !told(count) {
            return;
        }
    }
}

/// A path as text. Bytes that are no Unicode are written out, so that two names stay two.
pub fn path_text(path: &Path) -> Cow<'_, str> {
    match path.to_str() {
        Some(text) => text.into(),
        None => escaped(path.as_os_str().as_encoded_bytes()).into(),
    }
}

fn escaped(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + 8);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}

/// `None` for what is passed over in silence.
fn stamp(Entry { path, kind }: Entry) -> Option<Result<FileStamp, LoadError>> {
    if kind.is_symlink() {
        return None;
    }
    let failed = |cause| Some(Err(LoadError::new(&path_text(&path), cause)));
    let meta = match std::fs::symlink_metadata(&path) {
        Ok(meta) => meta,
        Err(error) => return failed(LoadCause::from_io(error)),
    };
    if !meta.is_file() {
        return failed(LoadCause::NotAFile);
    }
    let modified = meta.modified().ok().and_then(unix_seconds).unwrap_or(0);
    Some(Ok(FileStamp { path, size: meta.len(), modified }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn names(folder: &Path) -> Vec<String> {
        let name = |stamp: FileStamp| {
            stamp.path.strip_prefix(folder).unwrap().to_string_lossy().into_owned()
        };
        walk(folder).map(|stamp| stamp.map_or_else(|e| format!("{:?}", e.cause), name)).collect()
    }

    #[test]
    fn files_come_in_order_without_the_hidden() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for dir in ["b", ".git", "a"] {
            fs::create_dir(root.join(dir)).unwrap();
        }
        for file in ["b/2.txt", "b/1.txt", "a.txt", "a/z.txt", ".git/x", ".hidden", ".gitignore"] {
            fs::write(root.join(file), "*.txt\n").unwrap();
        }
        assert_eq!(names(root), ["a/z.txt", "a.txt", "b/1.txt", "b/2.txt"]);
    }

    #[test]
    fn what_a_saved_page_brings_along_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for dir in ["Ferry_files", "Old_files", "Fähre-Dateien"] {
            fs::create_dir(root.join(dir)).unwrap();
            fs::write(root.join(dir).join("frame.html"), "<p>x").unwrap();
        }
        for file in ["Ferry.html", "Fähre.htm", "app.js", "Old_files/style.css"] {
            fs::write(root.join(file), "x").unwrap();
        }
        assert_eq!(names(root), ["Ferry.html", "Fähre.htm", "Old_files/frame.html"]);
    }

    #[test]
    fn a_stamp_tells_size_and_time() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.txt"), "ferry").unwrap();
        let stamp = walk(folder.path()).next().unwrap().unwrap();
        assert_eq!(stamp.size, 5);
        assert!(stamp.modified > 1_600_000_000);
    }

    #[cfg(unix)]
    #[test]
    fn links_out_are_not_followed_and_sockets_are_named() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret.txt"), "secret").unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(outside.path(), folder.path().join("out")).unwrap();
        std::os::unix::fs::symlink(
            outside.path().join("secret.txt"),
            folder.path().join("out.txt"),
        )
        .unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("pipe")).unwrap();
        assert_eq!(names(folder.path()), ["NotAFile"]);
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_no_unicode_stay_apart() {
        use std::os::unix::ffi::OsStrExt;
        let folder = tempfile::tempdir().unwrap();
        for name in [&b"caf\xe9.txt"[..], b"caf\xe8.txt", b"two\nlines\x1b[2J.txt"] {
            fs::write(folder.path().join(std::ffi::OsStr::from_bytes(name)), "ferry").unwrap();
        }
        let texts: Vec<String> = walk(folder.path())
            .map(|stamp| path_text(&stamp.unwrap().path).rsplit_once('/').unwrap().1.to_owned())
            .collect();
        assert_eq!(texts, ["caf\\xe8.txt", "caf\\xe9.txt", "two\nlines\x1b[2J.txt"]);
        let mut counted = 0;
        count(folder.path(), &mut |count| {
            counted = count;
            true
        });
        assert_eq!(counted, 3);
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        let error = walk(Path::new("/no/such/folder")).next().unwrap().unwrap_err();
        assert!(
            error.to_string().starts_with("/no/such/folder: cannot be read: no such file"),
            "{error}"
        );
    }
}
