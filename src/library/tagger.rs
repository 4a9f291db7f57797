//! Finds names behind the import: takes articles from the outbox, the newest first, and keeps whom
//! they name.
//!
//! Nothing is locked while the network thinks. What it found is kept only where the text is still
//! the one that it read, so several gazettes may be at it and a kill costs a batch. That they do
//! not do the same work twice, a lock sees to that dies with its process.

use std::ops::ControlFlow;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use rayon::ThreadPool;
use rayon::prelude::*;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::names::Names;
use super::{
    Library, LibraryError, Result, bodies, entities, name_packs, put, store, turns, untagged,
};
use crate::article::{Article, ArticleId};
use crate::entities as names;

const LOCK: &str = "tagger.lock";
/// Articles in a batch, for each thread: a fifth of a second's work.
const BATCH: usize = 32;
/// Bytes of packed text that end a batch early.
const BATCH_BYTES: usize = 1 << 20;
/// Articles written in one transaction: a few milliseconds, in which nobody else can write.
const AT_ONCE: usize = 16;
/// How often it is counted how many wait: others bring more, and take some.
const COUNT_EVERY: Duration = Duration::from_secs(5);

/// What looking for names came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TagStatus {
    /// Articles whose names were found.
    pub tagged: u64,
    /// Articles still waiting.
    pub left: u64,
    /// Another process is at it.
    pub busy: bool,
}

/// An article of the outbox.
struct Job {
    article: Article,
    body: i64,
    dictionary: i64,
    /// The text as it was read: what is found in it holds for no other.
    bytes: Vec<u8>,
    names: Vec<u8>,
}

pub(super) fn run(
    library: &mut Library,
    alone: bool,
    tell: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<TagStatus> {
    // All of the library is read once: mapped, it would count as memory of ours.
    store::map(&library.sql, false)?;
    let status = tag_all(library, alone, tell);
    store::map(&library.sql, true)?;
    status
}

fn tag_all(
    library: &mut Library,
    alone: bool,
    tell: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<TagStatus> {
    let mut status = TagStatus { left: untagged::count(&library.sql)?, ..TagStatus::default() };
    if status.left == 0 {
        return Ok(status);
    }
    let lock = turns::alone(&library.dir, LOCK);
    if alone && lock.is_none() {
        return Ok(TagStatus { busy: true, ..status });
    }
    let mut jobs = read(library, &[])?;
    let (mut found, mut counted) = (Vec::new(), Instant::now());
    while !jobs.is_empty() || !found.is_empty() {
        // One batch is tagged while the one before it is written and the next one read.
        let under_way: Vec<ArticleId> = jobs.iter().map(|job: &Job| job.article.id).collect();
        let (tagged, next) = while_tagging(jobs, || {
            let written = keep_all(library, &found)?;
            Ok::<_, LibraryError>((written, read(library, &under_way)?))
        });
        let (written, next) = next?;
        status.tagged += written;
        (found, jobs) = (tagged, next);
        // Counting a million takes as long as tagging one.
        status.left = status.left.saturating_sub(written);
        if counted.elapsed() >= COUNT_EVERY || status.left == 0 {
            (status.left, counted) = (untagged::count(&library.sql)?, Instant::now());
        }
        if tell(status.left).is_break() {
            status.tagged += keep_all(library, &found)?;
            break;
        }
    }
    status.left = untagged::count(&library.sql)?;
    if status.left == 0 {
        super::names::settle(&mut library.sql)?;
    }
    Ok(status)
}

pub(super) fn one(library: &mut Library, id: ArticleId) -> Result<()> {
    let Some(job) = job(library, id)? else { return Ok(()) };
    let jobs = [tag(job)?];
    let _turn = turns::first(&library.dir);
    keep(library, &jobs)?;
    Ok(())
}

/// The newest articles that wait, but those under way.
fn read(library: &Library, under_way: &[ArticleId]) -> Result<Vec<Job>> {
    let limit = BATCH * threads();
    let waiting = untagged::newest(&library.sql, i64::MAX, limit + under_way.len())?;
    let (mut jobs, mut bytes) = (Vec::new(), 0);
    for id in waiting.into_iter().filter(|id| !under_way.contains(id)).take(limit) {
        let Some(job) = job(library, id)? else { continue };
        bytes += job.bytes.len();
        jobs.push(job);
        if bytes >= BATCH_BYTES {
            break;
        }
    }
    Ok(jobs)
}

/// An article that waits; `None` when it does so no more, or cannot be read.
fn job(library: &Library, id: ArticleId) -> Result<Option<Job>> {
    // Text and bytes as of one moment, whoever writes meanwhile.
    let moment = library.sql.unchecked_transaction()?;
    if !untagged::has(&moment, id)? {
        return Ok(None);
    }
    let article = match library.as_cleaned(id) {
        Ok(found) => found.map(|(_, article)| article),
        Err(LibraryError::Damaged(_)) => None,
        Err(error) => return Err(error),
    };
    let mut find = moment.prepare_cached(
        "SELECT body.id, dictionary, bytes FROM article JOIN body ON body.id = article.body
         WHERE article.id = ?",
    )?;
    let row =
        find.query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
    let Some((article, (body, dictionary, bytes))) = article.zip(row) else {
        // Nobody will ever find anything in it; whoever opens it is told why.
        drop(find);
        drop(moment);
        untagged::drop(&library.sql, id)?;
        return Ok(None);
    };
    Ok(Some(Job { article, body, dictionary, bytes, names: Vec::new() }))
}

fn tag(mut job: Job) -> Result<Job> {
    let tagged = names::tag(&job.article);
    job.article.entities = tagged.entities;
    job.article.mentions = tagged.mentions;
    job.names = bodies::pack_names(&job.article)?;
    Ok(job)
}

/// Tags a batch on threads of its own and does something else meanwhile.
fn while_tagging<T>(jobs: Vec<Job>, other: impl FnOnce() -> T) -> (Vec<Job>, T) {
    // What cannot be packed stays in the outbox: no text that was read is such.
    let Some(pool) = pool() else {
        return (jobs.into_iter().filter_map(|job| tag(job).ok()).collect(), other());
    };
    let mut tagged = Vec::new();
    let other = pool.in_place_scope(|scope| {
        scope.spawn(|_| {
            tagged = jobs.into_par_iter().filter_map(|job| tag(job).ok()).collect();
        });
        other()
    });
    (tagged, other)
}

/// All cores but one, which is left to whoever reads.
fn threads() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    cores.saturating_sub(1).max(1)
}

/// The threads that tag; `None` where the system gives none.
fn pool() -> Option<&'static ThreadPool> {
    static POOL: OnceLock<Option<ThreadPool>> = OnceLock::new();
    let build = || {
        let builder = rayon::ThreadPoolBuilder::new().num_threads(threads());
        builder.thread_name(|n| format!("tagger {n}")).start_handler(|_| step_back()).build().ok()
    };
    POOL.get_or_init(build).as_ref()
}

/// Has this thread wait for those that somebody waits for. Elsewhere than on Linux this would be
/// the whole process.
fn step_back() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(None, 10);
}

/// Writes what was found, a few articles at a time; gives back how many were kept.
fn keep_all(library: &mut Library, found: &[Job]) -> Result<u64> {
    let mut kept = 0;
    for some in found.chunks(AT_ONCE) {
        turns::after_others(&library.dir);
        kept += keep(library, some)?;
    }
    name_packs::train(&library.sql)?;
    Ok(kept)
}

/// One transaction.
fn keep(library: &mut Library, found: &[Job]) -> Result<u64> {
    // Numbers given out in a transaction that fails are none: then they are read anew.
    let mut names = std::mem::take(&mut library.names);
    let transaction = library.sql.transaction_with_behavior(TransactionBehavior::Immediate)?;
    names.catch_up(&transaction)?;
    let mut kept = 0;
    for job in found {
        kept += u64::from(keep_one(&transaction, &mut names, job)?);
    }
    transaction.commit()?;
    library.names = names;
    Ok(kept)
}

/// False when the article has changed, or is done already.
fn keep_one(sql: &Connection, names: &mut Names, job: &Job) -> Result<bool> {
    let id = job.article.id;
    let mut still = sql.prepare_cached(
        "SELECT 1 FROM untagged JOIN article ON article.id = untagged.article
         JOIN body ON body.id = article.body
         WHERE untagged.article = ? AND body.id = ? AND dictionary = ? AND bytes = ?",
    )?;
    if !still.exists(params![id.0, job.body, job.dictionary, job.bytes])? {
        return Ok(false);
    }
    let before = entities::of_article(sql, id)?;
    bodies::store_names(sql, job.body, &names.packer.pack(&job.names))?;
    let now = entities::note(sql, names, id, &job.article)?;
    untagged::drop(sql, id)?;
    // The index knows an article by those it names: nothing new is nothing to do.
    if now != before {
        put::dirty(sql, id)?;
    }
    Ok(true)
}

#[cfg(test)]
mod tests;
