//! Work done in parallel, its results given back in the order of the jobs.
//!
//! Plain threads: a job may wait for its reader, which a pool of rayon must not.

use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::load::LoadError;

/// Something printable.
#[derive(Debug, Default)]
pub struct Piece {
    pub articles: Vec<Vec<u8>>,
    /// More of the article before: a long one comes in parts.
    pub rest: Vec<u8>,
    pub errors: Vec<LoadError>,
    /// Somebody may be waiting for just this line.
    pub flush: bool,
}

/// Jobs begun for each thread before the first of them has been printed.
const LOOK_AHEAD: usize = 8;

/// Pieces of one job that wait to be printed.
const PIECES: usize = 2;

/// Hands on a piece; false when nobody wants it any more.
pub type Send<'a> = &'a dyn Fn(Piece) -> bool;

/// Where jobs come from, and where it is said in which order they were taken.
type Source<I> = Mutex<(I, SyncSender<Receiver<Piece>>)>;

/// Runs the jobs, as many at a time as there are cores. Dropping the iterator ends the work.
pub fn run<J, W>(
    jobs: impl Iterator<Item = J> + std::marker::Send + 'static,
    work: W,
) -> impl Iterator<Item = Piece>
where
    J: std::marker::Send + 'static,
    W: Fn(J, Send) + std::marker::Send + Sync + 'static,
{
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let (results, in_order) = mpsc::sync_channel(threads * LOOK_AHEAD);
    let source: Arc<Source<_>> = Arc::new(Mutex::new((jobs.fuse(), results)));
    let work = Arc::new(work);
    for _ in 0..threads {
        let (source, work) = (Arc::clone(&source), Arc::clone(&work));
        thread::spawn(move || {
            while let Some((job, pieces)) = next(&source) {
                work(job, &|piece| pieces.send(piece).is_ok());
            }
        });
    }
    in_order.into_iter().flatten()
}

/// Jobs are taken in order, so the one whose turn it is to be printed is always under way and a
/// later one that waits for its reader cannot hold it up. Each thread takes its own: one that handed
/// them out would be woken for every short text.
fn next<J>(source: &Source<impl Iterator<Item = J>>) -> Option<(J, SyncSender<Piece>)> {
    let mut source = source.lock().ok()?;
    let job = source.0.next()?;
    let (send, pieces) = mpsc::sync_channel(PIECES);
    source.1.send(pieces).ok()?;
    Some((job, send))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(jobs: std::ops::Range<usize>, pieces_each: usize) -> Vec<String> {
        let pieces = run(jobs, move |job, send| {
            for n in 0..pieces_each {
                thread::yield_now();
                send(Piece {
                    articles: vec![format!("{job}.{n}").into_bytes()],
                    ..Piece::default()
                });
            }
        });
        pieces
            .flat_map(|piece| piece.articles)
            .map(|text| String::from_utf8(text).unwrap())
            .collect()
    }

    #[test]
    fn results_come_in_order() {
        let expected: Vec<_> =
            (0..300).flat_map(|j| (0..5).map(move |n| format!("{j}.{n}"))).collect();
        assert_eq!(texts(0..300, 5), expected);
        assert!(texts(0..0, 5).is_empty());
        assert!(texts(0..50, 0).is_empty());
    }

    #[test]
    fn a_reader_who_leaves_ends_the_work() {
        let first = run(0.., |job, send| {
            send(Piece { articles: vec![job.to_string().into_bytes()], ..Piece::default() });
        })
        .next();
        assert_eq!(first.unwrap().articles, [b"0"]);
    }
}
