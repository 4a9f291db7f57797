//! Sources being read: articles that arrive, how far it is, what came of it.

use std::sync::Arc;

use super::{Action, App, Effect};
use crate::article::ArticleId;
use crate::library::{Progress, Report, Result, SourceId};

/// A source being read.
#[derive(Clone, Debug, Default)]
pub struct Loading {
    pub name: String,
    pub progress: Progress,
    /// Unix seconds when it was first told of, and what was done by then.
    pub since: (i64, u64),
}

impl Loading {
    /// Inputs a second, or articles of one big file, once it has gone on for long enough to tell.
    pub fn rate(&self, now: i64) -> Option<u64> {
        let (since, before) = self.since;
        let seconds = now.saturating_sub(since);
        (seconds >= 2).then(|| made(&self.progress).saturating_sub(before) / seconds as u64)
    }
}

/// What a rate is told of.
fn made(progress: &Progress) -> u64 {
    if progress.bytes.is_some() { progress.articles } else { progress.done }
}

impl App {
    pub(super) fn source_goes_on(&mut self, name: String, progress: Progress) -> Result<()> {
        let old = self.status.loading.take().filter(|loading| loading.name == name);
        let before = old.as_ref().map_or(0, |loading| loading.progress.articles);
        let since = old.map_or((self.now, made(&progress)), |loading| loading.since);
        let arrived = before != progress.articles;
        self.status.loading = Some(Loading { name, progress, since });
        if !arrived {
            return Ok(());
        }
        if self.searched_at != self.now {
            self.search_again();
        }
        self.refresh(false)
    }

    pub(super) fn source_read(&mut self, name: &str, report: &Report) -> Result<()> {
        self.status.loading = None;
        // What was wrong with inputs the library knows; a source that failed has been read now.
        let whole = format!("{name}: ");
        self.failures.retain(|old| !old.starts_with(&whole));
        self.refresh(true)?;
        self.search_again();
        let mut parts = Vec::new();
        for (count, what) in [(report.added, "new"), (report.changed, "changed")] {
            if count > 0 {
                parts.push(format!("{count} {what}"));
            }
        }
        parts.extend(self.skipped(report));
        if !parts.is_empty() {
            self.asked = None;
            self.say(format!("{name}: {}", parts.join(", ")));
        }
        self.tell_nothing_new();
        Ok(())
    }

    /// The list gains what files that were just written hold, without moving, and no more is said
    /// unless some could not be read.
    pub(super) fn files_taken_in(&mut self, name: &str, report: &Report) -> Result<()> {
        self.refresh(false)?;
        self.search_again();
        if let Some(skipped) = self.skipped(report) {
            self.say(format!("{name}: {skipped}"));
        }
        Ok(())
    }

    /// "2 skipped (E lists them)".
    fn skipped(&self, report: &Report) -> Option<String> {
        let failed = report.failed.len() as u64 + report.unnamed;
        let keys = self.keys.keys_of(Action::Errors);
        let key = keys.first().map(|key| format!(" ({key} lists them)")).unwrap_or_default();
        (failed > 0).then(|| format!("{failed} skipped{key}"))
    }

    /// The article on screen shows its names as soon as they are known.
    pub(super) fn tagged(&mut self, id: ArticleId) -> Result<()> {
        if self.reading.id() == Some(id)
            && let Some(article) = self.library.article(id)?
        {
            self.reading.renew(Arc::new(article));
        }
        Ok(())
    }

    /// A search for a name may have more hits once all names are known.
    pub(super) fn tagging(&mut self, left: u64) {
        let done = left == 0 && self.status.untagged > 0;
        self.status.untagged = left;
        if done {
            self.search_again();
        }
    }

    /// Whoever asked is told that nothing came, once the last source has been read.
    fn tell_nothing_new(&mut self) {
        let Some(left) = &mut self.asked else { return };
        *left = left.saturating_sub(1);
        if *left == 0 {
            self.asked = None;
            self.say("nothing new");
        }
    }

    /// Reads sources again because the reader asks for it; all of them when empty.
    pub(super) fn read_again(&mut self, sources: Vec<SourceId>) {
        let count = match sources.len() {
            0 => self.library.sources().map_or(0, |all| all.len()),
            some => some,
        };
        self.asked = Some(count);
        self.say("looking for new articles");
        self.effects.push(Effect::Refresh(sources));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_takes_time_to_tell() {
        let progress = Progress { done: 700, ..Progress::default() };
        let loading = Loading { since: (100, 100), progress, ..Loading::default() };
        assert_eq!(loading.rate(101), None);
        assert_eq!(loading.rate(102), Some(300));
        assert_eq!(loading.rate(90), None, "a clock set back");
        let progress = Progress { articles: 500, bytes: Some((7, 9)), ..Progress::default() };
        let loading = Loading { since: (100, 100), progress, ..Loading::default() };
        assert_eq!(loading.rate(102), Some(200));
    }
}
