//! The inputs of a source: which there are, and how each is opened.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
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
        SourceKind::Feed => known(Vec::new(), total),
        SourceKind::Sample => known(sample::FILES.iter().map(sample_stamp).collect(), total),
    }
}

/// These of a source's inputs, as a walk would find them.
pub(super) fn some(source: &Source, files: &[PathBuf], total: &Total) -> Stamps {
    let folder = Path::new(&source.location);
    let walked = files.iter().filter(|file| is_walked(folder, file));
    known(walked.flat_map(|file| load::walk(file)).collect(), total)
}

/// Neither gone nor hidden nor behind a link.
fn is_walked(folder: &Path, file: &Path) -> bool {
    let Ok(within) = file.strip_prefix(folder) else { return false };
    let hidden = |part: std::path::Component| part.as_os_str().to_string_lossy().starts_with('.');
    let mut path = folder.to_path_buf();
    !within.components().any(|part| {
        path.push(part);
        let facts = std::fs::symlink_metadata(&path);
        hidden(part) || facts.map_or(true, |facts| facts.is_symlink())
    })
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
    Box::new(load::seekable(Box::new(Counted { file, count }), origin, limits))
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

impl Seek for Counted {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::ops::ControlFlow;

    use super::super::{Counts, SourceId};
    use super::*;
    use crate::library::testing::Desk;
    use crate::library::{Anchor, IngestOptions, Report, View};
    use crate::load::testing::zip;

    #[test]
    fn some_files_are_those_that_a_walk_finds() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().canonicalize().unwrap();
        for name in ["ferry.txt", "may/one.txt", "may/.two.txt.part", ".git/HEAD"] {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "Ferry\n").unwrap();
        }
        let source = Source {
            id: SourceId(1),
            kind: SourceKind::Folder,
            location: folder.to_string_lossy().into_owned(),
            name: "news".into(),
            counts: Counts::default(),
            scanned: None,
            failed: 0,
        };
        let found = |names: &[&str]| -> Vec<String> {
            let files: Vec<PathBuf> = names.iter().map(|name| folder.join(name)).collect();
            let name = |stamp: Result<FileStamp, LoadError>| {
                let path = stamp.unwrap().path;
                path.strip_prefix(&folder).unwrap().to_string_lossy().into_owned()
            };
            some(&source, &files, &Total::default()).map(name).collect()
        };
        let written = ["ferry.txt", "may", ".git/HEAD", "may/.two.txt.part", "gone", "/etc/hosts"];
        assert_eq!(found(&written), ["ferry.txt", "may/one.txt"]);
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("/etc/hosts", folder.join("link.txt")).unwrap();
            assert!(found(&["link.txt"]).is_empty());
        }
    }

    /// Writes an archive as it was on some day long ago, and reads it.
    fn ingest(desk: &mut Desk, members: &[(&str, String)], day: u64) -> Report {
        let path = desk.dir.path().join("news").join("week.zip");
        std::fs::write(&path, zip(members)).unwrap();
        let at = UNIX_EPOCH + std::time::Duration::from_secs(day * 86_400);
        File::options().append(true).open(&path).unwrap().set_modified(at).unwrap();
        let source = desk.library.add_path(&path).unwrap();
        let mut on = |_: &crate::library::Progress| ControlFlow::Continue(());
        desk.library.ingest(source.id, &IngestOptions::default(), &mut on).unwrap()
    }

    #[test]
    fn an_archive_is_a_source_and_its_members_keep_their_places() {
        let story =
            |name: &str| format!("Story of {name}\n\nThe {name} came back on Monday.\nIt sails.\n");
        let lines = "{\"title\": \"One\"}\n{\"title\": \"Two\"}\n".to_owned();
        let mut members = vec![("b.txt", story("ferry")), ("c.jsonl", lines)];
        let mut desk = Desk::new();
        let report = ingest(&mut desk, &members, 1);
        assert_eq!((report.added, report.failed.len()), (3, 0));
        // As it is, it is not opened again.
        let report = ingest(&mut desk, &members, 1);
        assert_eq!((report.added, report.changed, report.unchanged), (0, 0, 0));
        members.insert(0, ("a.txt", story("storm")));
        members.insert(1, ("bad.bin", "\u{7f}ELF\u{1}\u{2}\u{3}".to_owned()));
        let report = ingest(&mut desk, &members, 2);
        assert_eq!(
            (report.added, report.changed, report.unchanged, report.failed.len()),
            (1, 0, 3, 1)
        );
        assert!(report.failed[0].name.ends_with("week.zip/bad.bin"));
        let remembered = desk.library.failures(10).unwrap();
        assert_eq!(remembered[0].name, report.failed[0].name);
        let rows = desk.library.rows(&View::default(), Anchor::Top, 10).unwrap();
        let ferry = rows.iter().find(|row| row.title == "Story of ferry").unwrap();
        let article = desk.library.article(ferry.id).unwrap().unwrap();
        assert!(article.path.unwrap().ends_with("/news/week.zip/b.txt"));
    }
}
