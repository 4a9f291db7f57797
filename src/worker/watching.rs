//! Watches the folders among the sources: what is written into them is read once it has settled.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use notify::{Config, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::Wish;
use crate::app::Event;
use crate::library::{Library, Result, SourceId, SourceKind};

/// A file nobody has written to for so long is taken to be whole.
const SETTLED: Duration = Duration::from_secs(1);
/// How often it is looked which files have settled.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How often it is looked which sources there are.
const LIST_EVERY: Duration = Duration::from_secs(5);
/// More files than this at once: the folder is looked through as a whole.
const MANY: usize = 2_000;

pub(super) struct Watching {
    pub dir: PathBuf,
    pub wishes: Sender<Wish>,
    pub events: Sender<Event>,
}

/// A source that is watched, and what has been written in it of late.
struct Folder {
    id: SourceId,
    written: HashMap<PathBuf, Instant>,
    /// Too much was written to tell what, and when last.
    all: Option<Instant>,
}

impl Watching {
    /// Runs until the ingest thread is gone.
    pub fn run(self) {
        let (send, seen) = mpsc::channel();
        // Links are not followed, as they are not when a folder is walked.
        let config = Config::default().with_follow_symlinks(false);
        let watcher = RecommendedWatcher::new(send, config).map_err(|error| said(&error));
        let outcome = match (watcher, Library::open(&self.dir)) {
            (Ok(watcher), Ok(library)) => self.watch(watcher, &library, &seen),
            (Err(error), _) => Err(error),
            (_, Err(error)) => Err(error.to_string()),
        };
        if let Err(error) = outcome {
            let _ = self.events.send(Event::Trouble(error));
        }
    }

    fn watch(
        &self,
        mut watcher: RecommendedWatcher,
        library: &Library,
        seen: &Receiver<notify::Result<notify::Event>>,
    ) -> std::result::Result<(), String> {
        let mut folders = HashMap::new();
        let mut listed: Option<Instant> = None;
        loop {
            if listed.is_none_or(|at| at.elapsed() >= LIST_EVERY) {
                listed = Some(Instant::now());
                self.list(&mut watcher, library, &mut folders).map_err(|e| e.to_string())?;
            }
            match seen.recv_timeout(LOOK_EVERY) {
                Ok(event) => note(&mut folders, event),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
            for event in seen.try_iter() {
                note(&mut folders, event);
            }
            for folder in folders.values_mut() {
                if folder.settled().into_iter().any(|wish| self.wishes.send(wish).is_err()) {
                    return Ok(());
                }
            }
        }
    }

    /// Follows sources that come and go.
    fn list(
        &self,
        watcher: &mut RecommendedWatcher,
        library: &Library,
        folders: &mut HashMap<PathBuf, Folder>,
    ) -> Result<()> {
        let sources = library.sources()?;
        let there = |at: &Path| sources.iter().any(|s| Path::new(&s.location) == at);
        folders.retain(|at, _| {
            let stays = there(at);
            if !stays {
                // A folder that is gone is watched no more anyway.
                let _ = watcher.unwatch(at);
            }
            stays
        });
        for source in sources.iter().filter(|s| s.kind == SourceKind::Folder) {
            let at = PathBuf::from(&source.location);
            if folders.contains_key(&at) {
                continue;
            }
            if let Err(error) = watcher.watch(&at, RecursiveMode::Recursive) {
                let text = format!("{} is not watched: {}", source.name, said(&error));
                let _ = self.events.send(Event::Trouble(text));
            }
            // Told once; a folder that cannot be watched is read when the reader asks for it.
            folders.insert(at, Folder { id: source.id, written: HashMap::new(), all: None });
        }
        Ok(())
    }
}

/// The reason in a line, with what can be done about the one that people meet.
fn said(error: &notify::Error) -> String {
    match error.kind {
        notify::ErrorKind::MaxFilesWatch => {
            "the system watches too many folders; raise fs.inotify.max_user_watches".to_owned()
        }
        _ => error.to_string().lines().next().unwrap_or_default().to_owned(),
    }
}

/// Notes what was written where.
fn note(folders: &mut HashMap<PathBuf, Folder>, event: notify::Result<notify::Event>) {
    let now = Instant::now();
    let Ok(event) = event else { return };
    if event.need_rescan() {
        folders.values_mut().for_each(|folder| folder.all = Some(now));
        return;
    }
    if !matches!(event.kind, EventKind::Create(_) | EventKind::Modify(_) | EventKind::Any) {
        return;
    }
    for path in event.paths {
        for (at, folder) in folders.iter_mut() {
            if path.starts_with(at) {
                folder.note(path.clone(), now);
            }
        }
    }
}

impl Folder {
    fn note(&mut self, path: PathBuf, now: Instant) {
        if self.all.is_some() || self.written.len() >= MANY {
            self.written.clear();
            self.all = Some(now);
        } else {
            self.written.insert(path, now);
        }
    }

    /// What can be read by now.
    fn settled(&mut self) -> Option<Wish> {
        if self.all.is_some_and(|at| at.elapsed() >= SETTLED) {
            self.all = None;
            return Some(Wish::Read(vec![self.id]));
        }
        let mut ready = Vec::new();
        self.written.retain(|path, at| {
            let settled = at.elapsed() >= SETTLED;
            if settled {
                ready.push(path.clone());
            }
            !settled
        });
        ready.sort();
        (!ready.is_empty()).then_some(Wish::Files(self.id, ready))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: EventKind, path: &str) -> notify::Result<notify::Event> {
        Ok(notify::Event::new(kind).add_path(path.into()))
    }

    fn folders() -> HashMap<PathBuf, Folder> {
        let folder = |n| Folder { id: SourceId(n), written: HashMap::new(), all: None };
        HashMap::from([("/news".into(), folder(1)), ("/mail".into(), folder(2))])
    }

    #[test]
    fn a_file_is_read_once_nobody_writes_to_it_any_more() {
        let mut folders = folders();
        let create = EventKind::Create(notify::event::CreateKind::File);
        let remove = EventKind::Remove(notify::event::RemoveKind::File);
        note(&mut folders, event(create, "/news/ferry.txt"));
        note(&mut folders, event(create, "/newsroom/other.txt"));
        note(&mut folders, event(remove, "/mail/gone.txt"));
        let news = folders.get_mut(Path::new("/news")).unwrap();
        assert!(news.settled().is_none(), "it may be half written");
        let before = Instant::now().checked_sub(SETTLED).unwrap();
        news.written.values_mut().for_each(|at| *at = before);
        let wish = news.settled();
        let Some(Wish::Files(SourceId(1), files)) = wish else { panic!("nothing to read") };
        assert_eq!(files, [Path::new("/news/ferry.txt")]);
        assert!(news.settled().is_none() && folders[Path::new("/mail")].written.is_empty());
    }

    #[test]
    fn of_too_many_files_the_folder_is_looked_through() {
        let mut folders = folders();
        let create = EventKind::Create(notify::event::CreateKind::File);
        for n in 0..=MANY {
            note(&mut folders, event(create, &format!("/mail/{n}.eml")));
        }
        let mail = folders.get_mut(Path::new("/mail")).unwrap();
        assert!(mail.written.is_empty() && mail.settled().is_none());
        mail.all = Instant::now().checked_sub(SETTLED);
        assert!(matches!(mail.settled(), Some(Wish::Read(sources)) if sources == [SourceId(2)]));
    }
}
