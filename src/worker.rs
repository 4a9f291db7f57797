//! Background work: reading sources and answering searches. Owned values in, owned values out.
//!
//! Each thread has a library connection of its own. The ingest thread takes one request after the
//! other; the search thread answers only the newest that waits; the third completes names and tells
//! about entities; two more look for names, on the screen and behind: see `tagging`; the last
//! watches folders: see `watching`.

mod tagging;
mod watching;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::app::Event;
use crate::app::complete::CHOICES;
use crate::article::ArticleId;
use crate::library::query::{Query, Wanted};
use crate::library::search::{Hits, Searcher};
use crate::library::{
    Completer, EntityId, IngestOptions, Library, LibraryError, Result, SourceId, View, is_guarded,
};
use tagging::{Behind, OnScreen};
use watching::Watching;

/// How often progress is told, at most: more would only cost frames.
const TELL_EVERY: Duration = Duration::from_millis(80);
/// How long leaving waits for a batch to end. What is not in by then comes with the next start.
const PATIENCE: Duration = Duration::from_millis(500);

/// How long a search that waits waits for another.
const QUIET: Duration = Duration::from_millis(120);

/// How often an idle worker looks whether another process has brought articles.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How a source is read, by its name.
pub type OptionsOf = Box<dyn Fn(&str) -> IngestOptions + Send>;

/// A search as the app asked for it.
#[derive(Debug)]
pub struct Request {
    pub number: u64,
    pub query: Query,
    pub view: View,
    pub limit: usize,
    /// Answered only once no other has come for a moment.
    pub wait: bool,
}

/// What the ingest thread is asked for.
enum Wish {
    /// These sources read again; all of them when empty.
    Read(Vec<SourceId>),
    /// These files of a source, which were just written.
    Files(SourceId, Vec<PathBuf>),
    /// What was just taught carried through the library, and the index brought up to date.
    CatchUp,
}

/// What is asked of the thread that knows names.
#[derive(Debug)]
pub enum Lookup {
    WarmUp,
    Complete { number: u64, wanted: Wanted, value: String },
    About { number: u64, entity: EntityId },
}

pub struct Worker {
    dir: PathBuf,
    events: Sender<Event>,
    lookups: Sender<Lookup>,
    searches: Sender<Request>,
    wishes: Sender<Wish>,
    on_screen: Sender<ArticleId>,
    stop: Arc<AtomicBool>,
    ingest: JoinHandle<()>,
    /// Closing it wakes the tagger, and ends it.
    leaving: Sender<()>,
    behind: JoinHandle<()>,
}

impl Worker {
    /// Starts the threads on the library in `dir`; answers go to `events`. What the index lacks
    /// is made up for at once.
    pub fn start(dir: &Path, options: OptionsOf, events: Sender<Event>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (searches, requests) = mpsc::channel();
        let (wishes, wanted) = mpsc::channel();
        let (lookups, asked) = mpsc::channel();
        let names = Names { dir: dir.to_path_buf(), asked, events: events.clone() };
        thread::spawn(move || names.run());
        let search = Search { dir: dir.to_path_buf(), requests, events: events.clone() };
        thread::spawn(move || search.run());
        let (on_screen, asked) = mpsc::channel();
        let tagger = OnScreen { dir: dir.to_path_buf(), asked, events: events.clone() };
        thread::spawn(move || tagger.run());
        let reading = Arc::new(AtomicBool::new(false));
        let (leaving, left) = mpsc::channel();
        let behind = Behind {
            dir: dir.to_path_buf(),
            events: events.clone(),
            reading: reading.clone(),
            stop: stop.clone(),
            leaving: left,
        };
        let behind = thread::spawn(move || behind.run());
        let (folder, tell) = (dir.to_path_buf(), events.clone());
        let reader =
            Reader { dir: folder, options, wanted, events: tell, stop: stop.clone(), reading };
        let ingest = thread::spawn(move || reader.run());
        let dir = dir.to_path_buf();
        Self { dir, events, lookups, searches, wishes, on_screen, stop, ingest, leaving, behind }
    }

    /// Reads from now on what is written into folders that are sources.
    pub fn watch(&self) {
        let (dir, wishes, events) = (self.dir.clone(), self.wishes.clone(), self.events.clone());
        let watching = Watching { dir, wishes, events };
        thread::spawn(move || watching.run());
    }

    pub fn search(&self, request: Request) {
        // The thread lives as long as its channel; once it is gone there is nobody to tell.
        let _ = self.searches.send(request);
    }

    pub fn look_up(&self, lookup: Lookup) {
        let _ = self.lookups.send(lookup);
    }

    /// Reads these sources again; all of them when empty.
    pub fn refresh(&self, sources: Vec<SourceId>) {
        let _ = self.wishes.send(Wish::Read(sources));
    }

    /// Looks for the names of the article on the screen.
    pub fn tag(&self, id: ArticleId) {
        let _ = self.on_screen.send(id);
    }

    /// Carries what was just taught through the library.
    pub fn catch_up(&self) {
        let _ = self.wishes.send(Wish::CatchUp);
    }

    /// Ends reading after the batch at hand.
    pub fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        drop(self.wishes);
        drop(self.leaving);
        let deadline = Instant::now() + PATIENCE;
        let at_it = || !self.ingest.is_finished() || !self.behind.is_finished();
        while at_it() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(2));
        }
    }
}

/// True when a panic on this thread is caught and becomes an error of the input at hand.
pub fn catches_panics() -> bool {
    is_guarded()
}

/// A debug build panics where the tests ask for it: what must happen then is tested for real.
pub fn panic_on_demand(place: &str) {
    let asked =
        cfg!(debug_assertions) && std::env::var("GAZETTE_PANIC").is_ok_and(|at| at == place);
    assert!(!asked, "a panic was asked for");
}

struct Search {
    dir: PathBuf,
    requests: Receiver<Request>,
    events: Sender<Event>,
}

impl Search {
    fn run(self) {
        let mut searcher = None;
        // Opened before the first key, so that the first search finds it warm.
        let mut opened = open(&self.dir).and_then(|found| {
            found.warm()?;
            searcher = Some(found);
            Ok(())
        });
        while let Ok(first) = self.requests.recv() {
            let mut request = self.requests.try_iter().last().unwrap_or(first);
            while request.wait {
                match self.requests.recv_timeout(QUIET) {
                    Ok(newer) => request = self.requests.try_iter().last().unwrap_or(newer),
                    Err(_) => break,
                }
            }
            if searcher.is_none() {
                opened = open(&self.dir).map(|found| searcher = Some(found));
            }
            let number = request.number;
            let hits = match (&mut searcher, &opened) {
                (Some(searcher), _) => answer(searcher, &request).map_err(|e| e.to_string()),
                (None, Err(error)) => Err(error.to_string()),
                (None, Ok(())) => Err("the search index is not open".to_owned()),
            };
            if self.events.send(Event::Found { number, hits }).is_err() {
                break;
            }
        }
    }
}

struct Names {
    dir: PathBuf,
    asked: Receiver<Lookup>,
    events: Sender<Event>,
}

impl Names {
    fn run(self) {
        let mut completer = None;
        while let Ok(lookup) = self.asked.recv() {
            let opened = match completer.take() {
                Some(opened) => Ok(opened),
                None => Library::open(&self.dir).and_then(|library| Completer::open(&library)),
            };
            let event = match opened {
                Ok(mut opened) => {
                    let event = answer_lookup(&mut opened, lookup);
                    completer = Some(opened);
                    event
                }
                Err(error) => Some(Event::Trouble(error.to_string())),
            };
            if event.is_some_and(|event| self.events.send(event).is_err()) {
                break;
            }
        }
    }
}

/// Getting warm is nothing to tell of, unless it fails.
fn answer_lookup(completer: &mut Completer, lookup: Lookup) -> Option<Event> {
    let said = |error: LibraryError| error.to_string();
    match lookup {
        Lookup::WarmUp => completer.refresh().err().map(|error| Event::Trouble(said(error))),
        Lookup::Complete { number, wanted, value } => {
            let choices = completer.complete(&wanted, &value, CHOICES).map_err(said);
            Some(Event::Completed { number, choices })
        }
        Lookup::About { number, entity } => {
            let about = completer.about(entity).map_err(said);
            Some(Event::About { number, about })
        }
    }
}

fn open(dir: &Path) -> Result<Searcher> {
    Searcher::open(&Library::open(dir)?)
}

fn answer(searcher: &mut Searcher, request: &Request) -> Result<Hits> {
    searcher.reload()?;
    searcher.search(&request.query, &request.view, request.limit)
}

/// What the ingest thread knows of other processes.
struct Watch {
    seen: Option<(u64, i64)>,
    /// Something may be in the outbox.
    behind: bool,
}

struct Reader {
    dir: PathBuf,
    options: OptionsOf,
    wanted: Receiver<Wish>,
    events: Sender<Event>,
    stop: Arc<AtomicBool>,
    /// True while sources are read.
    reading: Arc<AtomicBool>,
}

impl Reader {
    fn run(self) {
        panic_on_demand("worker");
        let mut library = match Library::open(&self.dir) {
            Ok(library) => library,
            Err(error) => {
                let _ = self.events.send(Event::Trouble(error.to_string()));
                return;
            }
        };
        let mut watch = Watch { seen: library.arrivals().ok(), behind: false };
        watch.behind = self.catch_up(&mut library);
        while !self.stopped() {
            match self.wanted.recv_timeout(LOOK_EVERY) {
                Ok(Wish::CatchUp) => watch.behind |= self.catch_up(&mut library),
                Ok(wish) => {
                    watch = Watch { seen: None, behind: true };
                    self.reading.store(true, Ordering::Relaxed);
                    let outcome = match wish {
                        Wish::Files(source, files) => self.take_in(&mut library, source, &files),
                        Wish::Read(sources) => self.read(&mut library, &sources),
                        Wish::CatchUp => Ok(()),
                    };
                    if let Err(error) = outcome {
                        let _ = self.events.send(Event::Trouble(error.to_string()));
                    }
                    self.reading.store(false, Ordering::Relaxed);
                }
                Err(RecvTimeoutError::Timeout) => self.look(&mut library, &mut watch),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
    }

    /// Looks what other processes have done meanwhile. While one of them goes on, the index is left
    /// to it; what it leaves undone is done once it is quiet.
    fn look(&self, library: &mut Library, watch: &mut Watch) {
        let Ok(now) = library.arrivals() else { return };
        if let Some(before) = watch.seen.replace(now)
            && before != now
        {
            watch.behind = true;
            let _ = self.events.send(Event::Changed);
        } else if watch.behind {
            watch.behind = self.catch_up(library);
        }
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn go_on(&self) -> ControlFlow<()> {
        if self.stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn read(&self, library: &mut Library, wanted: &[SourceId]) -> Result<()> {
        let all = library.sources()?;
        let chosen = all.iter().filter(|s| wanted.is_empty() || wanted.contains(&s.id));
        for source in chosen {
            let name = source.name.clone();
            let mut told: Option<(Instant, u64)> = None;
            let outcome =
                library.ingest(source.id, &(self.options)(&source.name), &mut |progress| {
                    // New articles are told at once while there are few: the list fills as one looks.
                    let first =
                        progress.articles > 0 && told.is_none_or(|(_, articles)| articles == 0);
                    if first || told.is_none_or(|(at, _)| at.elapsed() >= TELL_EVERY) {
                        told = Some((Instant::now(), progress.articles));
                        let event =
                            Event::Reading { name: name.clone(), progress: progress.clone() };
                        let _ = self.events.send(event);
                    }
                    self.go_on()
                });
            let event = match outcome {
                Ok(report) => Event::Read { name, report: Arc::new(report) },
                Err(error) => Event::ReadFailed { name, message: error.to_string() },
            };
            let _ = self.events.send(event);
            if self.stopped() {
                return Ok(());
            }
        }
        self.catch_up(library);
        Ok(())
    }

    /// Takes in files that were just written.
    fn take_in(&self, library: &mut Library, id: SourceId, files: &[PathBuf]) -> Result<()> {
        let sources = library.sources()?;
        let Some(source) = sources.iter().find(|source| source.id == id) else { return Ok(()) };
        let options = (self.options)(&source.name);
        let report = library.ingest_files(id, files, &options, &mut |_| self.go_on())?;
        if report.added + report.changed + report.unnamed > 0 || !report.failed.is_empty() {
            let (name, report) = (source.name.clone(), Arc::new(report));
            let _ = self.events.send(Event::TakenIn { name, report });
        }
        self.catch_up(library);
        Ok(())
    }

    /// Brings the index up to date, saying so while it takes time. True when another process is at
    /// it instead.
    fn catch_up(&self, library: &mut Library) -> bool {
        let mut busy = false;
        let outcome = library.sync_index(&mut |done, total| {
            busy = true;
            let text = format!("indexing {done} of {total}");
            let _ = self.events.send(Event::Index(Some(text)));
            self.go_on()
        });
        if busy {
            let _ = self.events.send(Event::Index(None));
        }
        match outcome {
            Ok(status) => status.busy,
            Err(error) => {
                let _ = self.events.send(Event::Trouble(error.to_string()));
                false
            }
        }
    }
}
