//! Names looked for in the background: at once in the article on the screen, and behind everything
//! else in all that wait.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use super::{LOOK_EVERY, TELL_EVERY};
use crate::app::Event;
use crate::article::ArticleId;
use crate::library::{Library, Result};

/// How often what was found goes into the search index.
const INDEX_EVERY: Duration = Duration::from_secs(10);

/// The article on the screen: of several that were asked for, only the last is still there.
pub(super) struct OnScreen {
    pub dir: PathBuf,
    pub asked: Receiver<ArticleId>,
    pub events: Sender<Event>,
}

impl OnScreen {
    pub fn run(self) {
        let mut library = None;
        while let Ok(first) = self.asked.recv() {
            let id = self.asked.try_iter().last().unwrap_or(first);
            let event = match self.tag(&mut library, id) {
                Ok(()) => Event::Tagged(id),
                Err(error) => Event::Trouble(error.to_string()),
            };
            if self.events.send(event).is_err() {
                break;
            }
        }
    }

    fn tag(&self, library: &mut Option<Library>, id: ArticleId) -> Result<()> {
        let mut opened = match library.take() {
            Some(opened) => opened,
            None => Library::open(&self.dir)?,
        };
        opened.tag_one(id)?;
        *library = Some(opened);
        Ok(())
    }
}

/// All that wait.
pub(super) struct Behind {
    pub dir: PathBuf,
    pub events: Sender<Event>,
    /// Sources are being read: that comes first.
    pub reading: Arc<AtomicBool>,
    pub stop: Arc<AtomicBool>,
    /// Closed when the reader leaves.
    pub leaving: Receiver<()>,
}

impl Behind {
    pub fn run(self) {
        let Ok(mut library) = Library::open(&self.dir) else { return };
        let mut told = 0;
        while let Err(RecvTimeoutError::Timeout) = self.leaving.recv_timeout(LOOK_EVERY) {
            if let Err(error) = self.work(&mut library, &mut told) {
                let _ = self.events.send(Event::Trouble(error.to_string()));
                return;
            }
        }
    }

    /// Tags what waits, in stretches after which the index follows.
    fn work(&self, library: &mut Library, told: &mut u64) -> Result<()> {
        self.tell(told, library.untagged()?);
        while *told > 0 && !self.has_to_wait() {
            let since = Instant::now();
            let mut last: Option<Instant> = None;
            let status = library.tag(&mut |left| {
                if last.is_none_or(|last| last.elapsed() >= TELL_EVERY) {
                    last = Some(Instant::now());
                    self.tell(told, left);
                }
                match self.has_to_wait() || since.elapsed() >= INDEX_EVERY {
                    true => ControlFlow::Break(()),
                    false => ControlFlow::Continue(()),
                }
            })?;
            if status.tagged == 0 {
                break;
            }
            // Another process may be writing it: then it takes these in as well.
            library.sync_index(&mut |_, _| match self.stop.load(Ordering::Relaxed) {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            })?;
        }
        self.tell(told, library.untagged()?);
        Ok(())
    }

    fn has_to_wait(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.reading.load(Ordering::Relaxed)
    }

    fn tell(&self, told: &mut u64, left: u64) {
        if std::mem::replace(told, left) != left {
            let _ = self.events.send(Event::Tagging(left));
        }
    }
}
