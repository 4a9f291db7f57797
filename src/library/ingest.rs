//! Takes a source in: the one place that says load, clean, store, index. Names come later: see
//! `tagger.rs`.

use std::collections::{BTreeMap, VecDeque};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::RwLock;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, params};

use super::bodies::{self, Packer, Taught};
use super::copies::{self, Copies};
use super::gather::{Batch, FilePart, Gatherer};
use super::index::{Facets, Indexer};
use super::inputs::{self, Open, Total};
use super::lessons::{Lessons, Upto};
use super::outbox;
use super::put::{From, Outcome, Prepared, Put, Writer};
use super::vast::{Behind, Room};
use super::{
    IngestOptions, Library, LibraryError, Progress, Report, Result, Source, SourceId, failures,
    name_packs, names, relook, repeats, sources, store, turns, vast,
};

/// Batches waiting to be written: enough to keep both sides busy, few enough to hold in memory.
const WAITING: usize = 2;
/// Articles left by earlier runs that an ingest indexes at its end.
const HEALED: u64 = 5_000;
/// Articles written before it is asked whether somebody waits to write: a few milliseconds.
const AT_ONCE: usize = 16;

/// Failures that a report names: in a folder of a million pictures, all would only cost memory.
const FAILED: usize = 10_000;

pub(super) type Tell<'a> = dyn FnMut(&Progress) -> ControlFlow<()> + 'a;

/// Reads a source, or only these files of it, with `open` and writes what is new or changed.
pub(super) fn ingest(
    library: &mut Library,
    source: &Source,
    only: Option<&[PathBuf]>,
    options: &IngestOptions,
    open: &Open,
    tell: &mut Tell,
) -> Result<Report> {
    let reading = store::open(&library.dir)?;
    store::map(&reading, false)?;
    let total = Total::default();
    let stamps = match only {
        Some(files) => inputs::some(source, files, &total),
        None => inputs::stamps(source, &total),
    };
    let packer = RwLock::new(Packer::new(&library.sql)?);
    let (send, batches) = sync_channel(WAITING);
    let retries = failures::may_differ(&library.sql, source.id, &options.limits)?;
    if only.is_none() {
        failures::begin(&library.sql, source.id)?;
    }
    store::bulk(&library.sql, true)?;
    let (taken, gathered) = std::thread::scope(|scope| {
        let packer = &packer;
        let gathering = scope.spawn(move || {
            let send = &mut |batch: Batch| send.send(batch).is_ok();
            let sql = &reading;
            let room = Room::default();
            let mut gatherer = Gatherer { sql, source, options, open, packer, retries, room, send };
            gatherer.run(stamps)
        });
        let taken = Taker::new(library, source, packer, total).take(batches, tell);
        (taken, gathering.join())
    });
    store::sync(&library.sql)?;
    store::bulk(&library.sql, false)?;
    let mut report = taken?;
    let whole = gathered.map_err(|_| stopped())??;
    report.complete &= whole;
    if report.complete && only.is_none() {
        let scanned = "UPDATE source SET scanned = ? WHERE id = ?";
        library.sql.execute(scanned, params![now(), source.id.0])?;
        failures::end(&library.sql, source.id)?;
        failures::keep_limits(&library.sql, source.id, &options.limits)?;
    }
    Ok(report)
}

fn stopped() -> LibraryError {
    LibraryError::Damaged("a thread of the ingest stopped; run it again".to_owned())
}

pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// Writes batches as they come.
struct Taker<'a> {
    library: &'a mut Library,
    source: &'a Source,
    packer: &'a RwLock<Packer>,
    total: Total,
    writer: Writer,
    copies: Copies,
    report: Report,
    progress: Progress,
    index: Indexing,
    /// Some article brought its names along.
    names_came: bool,
    /// False once the articles have turned out to teach no dictionary.
    learns: bool,
}

/// The index while articles come in. It is opened after the first batch is in, so that the list
/// does not wait for it.
enum Indexing {
    /// Or another process writes it just now: each batch tries again.
    NotYet,
    Open(Box<Indexer>),
    /// It failed. The outbox keeps what it misses.
    Without,
}

impl<'a> Taker<'a> {
    fn new(
        library: &'a mut Library,
        source: &'a Source,
        packer: &'a RwLock<Packer>,
        total: Total,
    ) -> Self {
        Self {
            library,
            source,
            packer,
            total,
            writer: Writer::default(),
            copies: Copies::default(),
            report: Report { complete: true, ..Report::default() },
            progress: Progress::default(),
            index: Indexing::NotYet,
            names_came: false,
            learns: true,
        }
    }

    fn take(mut self, batches: Receiver<Batch>, tell: &mut Tell) -> Result<Report> {
        for batch in batches {
            self.progress.done += batch.done;
            self.progress.total = self.total.get();
            self.progress.bytes = long_file(&batch);
            self.write(batch)?;
            self.progress.articles = self.report.added + self.report.changed;
            if tell(&self.progress).is_break() {
                self.report.complete = false;
                break;
            }
            self.learn()?;
        }
        if self.names_came {
            names::settle(&mut self.library.sql)?;
        }
        self.finish_index();
        Ok(self.report)
    }

    fn open_index(&mut self) {
        if let Indexing::NotYet = self.index {
            let opened = Indexer::open(&self.library.dir, &mut self.library.sql);
            self.index = match opened {
                Ok(Some(indexer)) => Indexing::Open(Box::new(indexer)),
                Ok(None) => Indexing::NotYet,
                Err(_) => Indexing::Without,
            };
        }
    }

    /// What the index cannot take now stays in the outbox, so its failures fail no ingest.
    fn index(&mut self, batch: Vec<(Put, Prepared)>, outbox: &[(i64, i64)]) {
        self.open_index();
        let Indexing::Open(indexer) = &mut self.index else { return };
        let source = self.source.id;
        if add(indexer, source, batch, outbox, self.library).is_err() {
            self.index = Indexing::Without;
        }
    }

    /// Commits, and takes care of what earlier runs and other processes left: in one commit, since
    /// joining segments starts with the first, and is in vain when the next leaves one of them empty.
    fn finish_index(&mut self) {
        let Indexing::Open(mut indexer) = std::mem::replace(&mut self.index, Indexing::Without)
        else {
            return;
        };
        let _ = match self.report.complete {
            false => indexer.commit(&self.library.sql),
            true => {
                // A long outbox is for `sync_index`, which can tell how far it is.
                let few = &mut |done, _| match done {
                    0..HEALED => ControlFlow::Continue(()),
                    _ => ControlFlow::Break(()),
                };
                outbox::drain(self.library, &mut indexer, few).map(drop)
            }
        };
        indexer.close();
    }

    /// Trains the dictionary as soon as there is enough to learn from.
    fn learn(&mut self) -> Result<()> {
        if self.names_came {
            name_packs::train(&self.library.sql)?;
        }
        if !self.learns {
            return Ok(());
        }
        match bodies::train(&self.library.sql)? {
            Taught::TooFew => {}
            Taught::Nothing => {
                self.learns = false;
                self.packer.write().map_err(|_| stopped())?.do_without();
            }
            Taught::Dictionary => {
                let better = Packer::new(&self.library.sql)?;
                *self.packer.write().map_err(|_| stopped())? = better;
            }
        }
        Ok(())
    }

    /// A transaction, or several when others wait to write in between; in each articles, bodies,
    /// files and outbox, or nothing of them. What the batch teaches comes last.
    fn write(&mut self, batch: Batch) -> Result<()> {
        let mut articles = batch.files.iter().flat_map(|file| &file.articles);
        if articles.any(|prepared| vast::is_long(&prepared.article)) {
            // An index made anew takes in all that is there, and this comes on top.
            self.open_index();
        }
        let mut taken = Vec::new();
        let mut rows = Vec::new();
        let mut parts: VecDeque<FilePart> = batch.files.into();
        while !parts.is_empty() {
            rows.extend(self.write_some(&mut parts, &mut taken)?);
        }
        self.names_came |= taken.iter().any(|(_, prepared)| prepared.body.names.is_some());
        let words = copies::words(&taken);
        let transaction = turns::begin(&self.library.dir, &mut self.library.sql)?;
        sources::still(&transaction, self.source)?;
        self.copies.note(&transaction, &taken, &words)?;
        // What this puts into the outbox are other articles: they wait there.
        repeats::learn(&transaction, self.source.id, &taken)?;
        mark(&transaction, self.source.id, &mut taken)?;
        transaction.commit()?;
        self.index(taken, &rows);
        Ok(())
    }

    /// One transaction; gives back its rows of the outbox.
    fn write_some(
        &mut self,
        parts: &mut VecDeque<FilePart>,
        taken: &mut Vec<(Put, Prepared)>,
    ) -> Result<Option<(i64, i64)>> {
        let dir = &self.library.dir;
        let transaction = turns::begin(dir, &mut self.library.sql)?;
        let mut report = Report::default();
        sources::still(&transaction, self.source)?;
        self.writer.begin();
        let before = last_dirty(&transaction)?;
        let mut room = AT_ONCE;
        while let Some(mut part) = parts.pop_front() {
            if let Some(rest) = part.split(room) {
                parts.push_front(rest);
            }
            room -= part.articles.len().clamp(1, room);
            put_file(&transaction, &mut self.writer, self.source, part, &mut report, taken)?;
            if room == 0 {
                if turns::wanted(dir) {
                    break;
                }
                room = AT_ONCE;
            }
        }
        let after = last_dirty(&transaction)?;
        transaction.commit()?;
        self.report.added += report.added;
        self.report.changed += report.changed;
        self.report.unchanged += report.unchanged;
        let room = FAILED.saturating_sub(self.report.failed.len());
        self.report.unnamed += report.failed.len().saturating_sub(room) as u64;
        report.failed.truncate(room);
        self.report.failed.append(&mut report.failed);
        Ok((after > before).then_some((before + 1, after)))
    }
}

/// Marks what was written as it will be read again, for the index.
fn mark(sql: &Connection, source: SourceId, batch: &mut [(Put, Prepared)]) -> Result<()> {
    let lessons = Lessons::load(sql, source)?;
    let mut met = BTreeMap::new();
    for (put, prepared) in batch {
        let Prepared { article, look, behind, .. } = prepared;
        if let Behind::Held(rest) = behind {
            rest.join(article);
        }
        for rule in lessons.apply(put.id, article, Some(look), Upto::Article) {
            *met.entry(rule).or_default() += usize::from(put.outcome == Outcome::Added);
        }
    }
    met.into_iter().try_for_each(|(rule, articles)| relook::count(sql, rule, articles))
}

/// How far a file is read that takes more than this batch.
fn long_file(batch: &Batch) -> Option<(u64, u64)> {
    let [file] = batch.files.as_slice() else { return None };
    (!file.first || !file.complete).then(|| (file.bytes.min(file.size), file.size))
}

/// The newest row of the outbox. Only one transaction writes at a time, so the rows between two
/// readings in one are its own.
fn last_dirty(sql: &Connection) -> Result<i64> {
    let mut find = sql.prepare_cached("SELECT coalesce(max(seq), 0) FROM dirty")?;
    Ok(find.query_row([], |row| row.get(0))?)
}

fn add(
    indexer: &mut Indexer,
    source: SourceId,
    batch: Vec<(Put, Prepared)>,
    outbox: &[(i64, i64)],
    library: &Library,
) -> Result<()> {
    // Each article is let go of as soon as it is in: a commit takes memory enough.
    for (put, prepared) in batch {
        if let Some(gone) = put.gone {
            indexer.remove(gone);
        }
        if put.outcome == Outcome::Changed {
            indexer.remove(put.id);
        }
        if let Behind::Dropped = prepared.behind {
            drop(prepared);
            outbox::renew(library, indexer, put.id)?;
            continue;
        }
        if let Behind::Held(_) = prepared.behind {
            // Its body has just been written, and lies in the cache: that room is wanted.
            store::shrink(&library.sql)?;
        }
        let facets = Facets { source, outlet: put.outlet, entities: &put.entities };
        indexer.add(&library.sql, prepared.article, put.id, &facets)?;
    }
    for (first, last) in outbox {
        indexer.settles(*first, *last);
    }
    if indexer.is_due() { indexer.commit(&library.sql) } else { Ok(()) }
}

fn put_file(
    sql: &Connection,
    writer: &mut Writer,
    source: &Source,
    mut part: FilePart,
    report: &mut Report,
    taken: &mut Vec<(Put, Prepared)>,
) -> Result<()> {
    let file = note_file(sql, source, &part)?;
    failures::note(sql, file, &part)?;
    let from = From { source: source.id, name: &source.name, file, now: now() };
    for mut prepared in part.articles {
        let put = writer.put(sql, from, &prepared)?;
        // It is in; the index has no use for it.
        prepared.body.bytes = Vec::new();
        match put.outcome {
            Outcome::Added => report.added += 1,
            Outcome::Changed => report.changed += 1,
        }
        taken.push((put, prepared));
    }
    report.unchanged += part.unchanged;
    report.failed.append(&mut part.errors);
    Ok(())
}

fn note_file(sql: &Connection, source: &Source, part: &FilePart) -> Result<i64> {
    let mut note = sql.prepare_cached(
        "INSERT INTO file (source, path, size, modified, records, complete, failed, again)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?9)
         ON CONFLICT (source, path) DO UPDATE SET size = ?3, modified = ?4, records = ?5,
             complete = ?6, failed = ?7 + CASE WHEN ?8 THEN 0 ELSE failed END, again = ?9
         RETURNING id",
    )?;
    // A file written this very second may be written once more in it: look again next time.
    let settled = !part.complete || part.modified < now() - 1;
    let values = params![
        source.id.0,
        part.path,
        part.size as i64,
        if settled { part.modified } else { -1 },
        part.records as i64,
        part.complete,
        part.errors.len() as i64,
        part.first,
        part.again,
    ];
    Ok(note.query_row(values, |row| row.get(0))?)
}

#[cfg(test)]
mod tests;
