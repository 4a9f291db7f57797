//! How much an input may still unpack to, and how deep archives lie in each other.

use std::io::{self, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::input::Bytes;
use super::{Limits, LoadCause};

/// What unpacks to less is no trap, however small it was packed.
const HARMLESS: u64 = 16 << 20;

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
            return Err(LoadCause::malformed("archives in archives in archives; unpack it first"));
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
        Box::new(BufReader::with_capacity(64 * 1024, limited))
    }

    /// Takes so many off a budget; false when there are not so many.
    fn draw(&self, budget: usize, count: u64) -> bool {
        let Some(left) = &self.left else { return true };
        let take = |left: u64| Some(left.saturating_sub(count));
        let before = left[budget].fetch_update(Ordering::Relaxed, Ordering::Relaxed, take);
        before.is_ok_and(|before| before >= count)
    }
}

/// How much of something packed has been read, and how many times as much may come out of it. What
/// is unpacked of archives in an archive is held against the outermost: a thousand of them cannot
/// each unpack to the most that one may.
#[derive(Clone)]
pub(super) struct Ratio {
    read: Arc<AtomicU64>,
    unpacked: Arc<AtomicU64>,
    times: u64,
    /// It was a trap: nothing more comes out.
    is_trap: Arc<AtomicBool>,
    /// What is read came out of something packed itself.
    is_inner: bool,
}

impl Ratio {
    pub fn new(limits: &Limits) -> Self {
        let (read, unpacked, is_trap) = Default::default();
        Self { read, unpacked, times: limits.ratio, is_trap, is_inner: false }
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
            self.is_trap.store(true, Ordering::Relaxed);
        }
        self.trap().map_or(Ok(()), |cause| Err(io::Error::other(cause)))
    }

    /// Why nothing more comes out of it, where it has proved to be a trap.
    pub fn trap(&self) -> Option<LoadCause> {
        let times = self.times;
        self.is_trap.load(Ordering::Relaxed).then(|| LoadCause::malformed(format!(
            "it unpacks to more than {times} times its size, as traps do; if it is none, unpack it first"
        )))
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
