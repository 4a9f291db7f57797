//! How much an input may still unpack to, and how deep archives lie in each other.

use std::io::{self, BufReader, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use super::input::{Bytes, Results};
use super::{Limits, LoadCause, LoadError};
use crate::article::Document;

/// What unpacks to less is no trap, however small it was packed.
const HARMLESS: u64 = 16 << 20;
/// Bytes that an article takes at the least, packed with others, and how many there may be in
/// whatever little: the same line a million times takes an hour to read, and a kilobyte.
const ARTICLE: u64 = 8;
const FEW: u64 = 10_000;
/// Bytes that are read at a time: most articles take fewer, and the room is cleared for each.
const ROOM: usize = 16 << 10;

/// The limits of an input, and what is left of them. All that lies in one archive draws on one
/// budget, so that a thousand members cannot each unpack to the most that one may.
#[derive(Clone)]
pub(super) struct Reach {
    pub limits: Limits,
    /// Bytes and members.
    left: Option<Arc<[AtomicU64; 2]>>,
    /// Of the outermost archive.
    ratio: Option<Ratio>,
    nested: usize,
}

impl Reach {
    pub fn new(limits: &Limits) -> Self {
        Self { limits: limits.clone(), left: None, ratio: None, nested: 0 }
    }

    /// How much may come out of an input.
    pub fn ratio(&self) -> Ratio {
        self.ratio.clone().unwrap_or_else(|| Ratio::new(&self.limits))
    }

    /// For the members of an archive, out of which so much may come.
    pub fn inside(&self, ratio: &Ratio) -> Result<Self, LoadCause> {
        // A folder of zips, zipped, is seen in the wild; deeper is a trap.
        if self.nested > self.limits.layers {
            return Err(too_deep());
        }
        let budgets = [self.limits.file_bytes, self.limits.members as u64];
        let whole = || Arc::new(budgets.map(AtomicU64::new));
        let left = Some(self.left.clone().unwrap_or_else(whole));
        let ratio = Some(Ratio { is_inner: true, ..ratio.clone() });
        Ok(Self { limits: self.limits.clone(), left, ratio, nested: self.nested + 1 })
    }

    /// True for what lies in an archive.
    pub fn is_nested(&self) -> bool {
        self.nested > 0
    }

    /// True for the members of an archive that lies in no other.
    pub fn is_outermost(&self) -> bool {
        self.nested == 1
    }

    /// True when nothing more may be unpacked.
    pub fn is_spent(&self) -> bool {
        self.left.as_ref().is_some_and(|left| left[0].load(Ordering::Relaxed) == 0)
    }

    /// Takes a member off the budget.
    pub fn member(&self) -> Result<(), LoadCause> {
        if self.draw(1, 1) {
            return Ok(());
        }
        let most = self.limits.members;
        let what = format!("more than {most} files; unpack it, or raise members under [limits]");
        Err(LoadCause::malformed(what))
    }

    pub fn too_large(&self) -> LoadCause {
        let limit = self.limits.file_bytes;
        LoadCause::TooLarge { bytes: limit.saturating_add(1), limit }
    }

    /// `input` as far as the limit.
    pub fn limited(&self, input: Box<dyn Read + Send>) -> Bytes {
        let left = self.limits.file_bytes;
        let limited = Limited { input, left, reach: self.clone() };
        Box::new(BufReader::with_capacity(ROOM, limited))
    }

    /// Takes so many off a budget; false when there are not so many.
    fn draw(&self, budget: usize, count: u64) -> bool {
        let Some(left) = &self.left else { return true };
        let take = |left: u64| Some(left.saturating_sub(count));
        let before = left[budget].fetch_update(Ordering::Relaxed, Ordering::Relaxed, take);
        before.is_ok_and(|before| before >= count)
    }
}

pub(super) fn too_deep() -> LoadCause {
    LoadCause::malformed("archives in archives in archives; unpack it first")
}

/// How much of something packed has been read, and how many times as much may come out of it. What
/// is unpacked of archives in an archive is held against the outermost: a thousand of them cannot
/// each unpack to the most that one may.
#[derive(Clone)]
pub(super) struct Ratio {
    read: Arc<AtomicU64>,
    unpacked: Arc<AtomicU64>,
    articles: Arc<AtomicU64>,
    times: u64,
    /// Why it is a trap, once it has proved to be one: nothing more comes out.
    trap: Arc<OnceLock<LoadCause>>,
    /// What is read came out of something packed itself.
    is_inner: bool,
}

impl Ratio {
    pub fn new(limits: &Limits) -> Self {
        let (read, unpacked, articles, trap) = Default::default();
        Self { read, unpacked, articles, times: limits.ratio, trap, is_inner: false }
    }

    /// For one of several layers, each of which is held against what is read of the outermost.
    pub fn layer(&self) -> Self {
        match self.is_inner {
            true => self.clone(),
            false => Self { unpacked: Arc::default(), ..self.clone() },
        }
    }

    /// What is packed.
    pub fn counted(&self, packed: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
        match self.is_inner {
            true => packed,
            false => Box::new(Counted { packed, ratio: self.clone() }),
        }
    }

    /// What comes out of it.
    pub fn held(&self, unpacked: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
        Box::new(Held { unpacked, ratio: self.clone() })
    }

    fn check(&self, unpacked: u64) -> io::Result<()> {
        let most = self.read.load(Ordering::Relaxed).saturating_mul(self.times);
        if unpacked > most.max(HARMLESS) {
            let times = self.times;
            self.trap.get_or_init(|| LoadCause::malformed(format!(
                "it unpacks to more than {times} times its size, as traps do; if it is none, unpack it first"
            )));
        }
        self.trap().map_or(Ok(()), |cause| Err(io::Error::other(cause)))
    }

    /// Notes articles that came out of it; says why there should be no more.
    pub fn articles(&self, count: u64) -> Result<(), LoadCause> {
        let articles = self.articles.fetch_add(count, Ordering::Relaxed).saturating_add(count);
        let most = self.read.load(Ordering::Relaxed) / ARTICLE;
        if articles > most.max(FEW) {
            self.trap.get_or_init(|| LoadCause::malformed(format!(
                "it holds more than an article for every {ARTICLE} bytes of it, as traps do; if it is none, unpack it first"
            )));
        }
        self.trap().map_or(Ok(()), Err)
    }

    /// Why nothing more comes out of it, where it has proved to be a trap.
    pub fn trap(&self) -> Option<LoadCause> {
        self.trap.get().cloned()
    }
}

/// The articles of something packed.
pub(super) struct Unpacked {
    articles: Results,
    ratio: Ratio,
    name: String,
    ended: bool,
}

impl Unpacked {
    pub fn new(articles: Results, ratio: Ratio, name: &str) -> Self {
        Self { articles, ratio, name: name.to_owned(), ended: false }
    }
}

impl Iterator for Unpacked {
    type Item = Result<Document, LoadError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.nth(0)
    }

    fn nth(&mut self, n: usize) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let found = self.articles.nth(n)?;
        let Err(cause) = self.ratio.articles(n as u64 + 1) else { return Some(found) };
        self.ended = true;
        match found {
            // The reader has met the trap itself, and knows in which line.
            Err(error) if error.cause == cause => Some(Err(error)),
            _ => Some(Err(LoadError::new(&self.name, cause))),
        }
    }
}

struct Counted {
    packed: Box<dyn Read + Send>,
    ratio: Ratio,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.packed.read(buffer)?;
        self.ratio.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

struct Held {
    unpacked: Box<dyn Read + Send>,
    ratio: Ratio,
}

impl Read for Held {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.unpacked.read(buffer)? as u64;
        let before = self.ratio.unpacked.fetch_add(count, Ordering::Relaxed);
        self.ratio.check(before.saturating_add(count))?;
        Ok(count as usize)
    }
}

/// Fails rather than stops at the limit: half an archive is no archive.
struct Limited {
    input: Box<dyn Read + Send>,
    left: u64,
    reach: Reach,
}

impl Read for Limited {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        let left = self.left.checked_sub(count as u64);
        match left.filter(|_| self.reach.draw(0, count as u64)) {
            Some(left) => self.left = left,
            None => return Err(io::Error::other(self.reach.too_large())),
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_are_counted_jumped_over_or_not() {
        let articles = |ratio: &Ratio| {
            let endless = std::iter::repeat_with(|| Ok(Document::default()));
            Unpacked::new(Box::new(endless), ratio.clone(), "a.gz")
        };
        let ratio = Ratio::new(&Limits::default());
        assert_eq!(articles(&ratio).filter(Result::is_ok).count() as u64, FEW);
        assert_eq!(articles(&ratio).count(), 1, "another member of a trap");
        let ratio = Ratio::new(&Limits::default());
        let mut jumping = articles(&ratio);
        assert!(jumping.nth(FEW as usize - 1).is_some_and(|found| found.is_ok()));
        assert!(jumping.next().is_some_and(|found| found.is_err()) && jumping.next().is_none());
        let large = Ratio::new(&Limits::default());
        large.read.store(16 * FEW, Ordering::Relaxed);
        assert_eq!(articles(&large).filter(Result::is_ok).count() as u64, 2 * FEW);
    }
}
