//! The inputs of a source: which there are, and how each is opened.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::{SystemTime, UNIX_EPOCH};

use super::{Source, SourceKind};
use crate::article::Document;
use crate::load::{self, FileStamp, Limits, LoadError, Origin};
use crate::sample;

/// Files that are walked ahead of the reading.
const AHEAD: usize = 4_096;

/// Files of the sample edition are kept under this name; they are no paths.
pub(super) const SAMPLE: &str = "sample:";

pub(super) type Reading = Box<dyn Iterator<Item = Result<Document, LoadError>> + Send>;

/// Opens an input; counts the bytes read of it.
pub(super) type Open = dyn Fn(&Path, &Limits, Arc<AtomicU64>) -> Reading + Sync;

/// How many inputs a source has, once that is known.
#[derive(Clone, Default)]
pub(super) struct Total {
    count: Arc<AtomicU64>,
    known: Arc<AtomicBool>,
}

impl Total {
    pub fn get(&self) -> Option<u64> {
        self.known.load(Ordering::Acquire).then(|| self.count.load(Ordering::Acquire))
    }
}

pub(super) type Stamps = Box<dyn Iterator<Item = Result<FileStamp, LoadError>> + Send>;

/// The inputs of a source.
pub(super) fn stamps(source: &Source, total: &Total) -> Stamps {
    let location = Path::new(&source.location);
    match source.kind {
        SourceKind::Folder => walk(location.to_path_buf(), total.clone()),
        SourceKind::File => known(vec![file(location)], total),
        SourceKind::Sample => known(sample::FILES.iter().map(sample_stamp).collect(), total),
    }
}

fn known(stamps: Vec<Result<FileStamp, LoadError>>, total: &Total) -> Stamps {
    total.count.store(stamps.len() as u64, Ordering::Release);
    total.known.store(true, Ordering::Release);
    Box::new(stamps.into_iter())
}

/// Walked ahead of the reading, but not far: a stamp of each of ten million files has no place in
/// memory. How many there are a second walk finds out, which does not look at the files.
fn walk(folder: PathBuf, total: Total) -> Stamps {
    let (send, receive) = mpsc::sync_channel(AHEAD);
    let counted = folder.clone();
    std::thread::spawn(move || count(&counted, &total));
    std::thread::spawn(move || {
        for stamp in load::walk(&folder) {
            if send.send(stamp).is_err() {
                return;
            }
        }
    });
    Box::new(receive.into_iter())
}

fn count(folder: &Path, total: &Total) {
    let mut wanted = true;
    load::count(folder, &mut |count| {
        total.count.store(count, Ordering::Release);
        // Nobody else holds it once the ingest has ended.
        wanted = Arc::strong_count(&total.count) > 1;
        wanted
    });
    total.known.store(wanted, Ordering::Release);
}

/// A file that cannot be looked at is opened all the same: the loader says what is wrong with it.
fn file(path: &Path) -> Result<FileStamp, LoadError> {
    let facts = std::fs::metadata(path).ok();
    let modified = facts.as_ref().and_then(|facts| facts.modified().ok()).map_or(0, seconds);
    let size = facts.map_or(0, |facts| facts.len());
    Ok(FileStamp { path: path.to_path_buf(), size, modified })
}

fn seconds(at: SystemTime) -> i64 {
    let since = at.duration_since(UNIX_EPOCH).ok();
    since.and_then(|since| i64::try_from(since.as_secs()).ok()).unwrap_or(0)
}

fn sample_stamp((name, bytes): &(&str, &[u8])) -> Result<FileStamp, LoadError> {
    let path = PathBuf::from(format!("{SAMPLE}{name}"));
    Ok(FileStamp { path, size: bytes.len() as u64, modified: 0 })
}

/// Opens an input of any source.
pub(super) fn open(path: &Path, limits: &Limits, count: Arc<AtomicU64>) -> Reading {
    if let Some(name) = path.to_str().and_then(|path| path.strip_prefix(SAMPLE)) {
        return open_sample(name, limits);
    }
    // A pipe must not be opened, and what is wrong with a file the loader says best.
    let regular = std::fs::metadata(path).ok().filter(|facts| facts.is_file());
    let Some((facts, file)) = regular.and_then(|facts| Some((facts, File::open(path).ok()?)))
    else {
        return Box::new(load::file(path, limits));
    };
    let origin = Origin {
        path: Some(path.to_path_buf()),
        name: load::path_text(path).into_owned(),
        modified: facts.modified().ok().map(seconds),
        format: None,
    };
    Box::new(load::stream(Box::new(Counted { file, count }), origin, limits))
}

fn open_sample(name: &str, limits: &Limits) -> Reading {
    let found = sample::FILES.iter().find(|(known, _)| *known == name);
    let Some((_, bytes)) = found else { return Box::new(std::iter::empty()) };
    let origin = Origin { name: name.to_owned(), ..Origin::default() };
    Box::new(load::stream(Box::new(*bytes), origin, limits))
}

struct Counted {
    file: File,
    count: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.count.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
