//! TAR archives: members one after another, each behind a header of 512 bytes.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use super::LoadCause;
use super::archive::{Member, Members};
use super::input::{Bytes, Input};
use super::reach::Ratio;

const BLOCK: usize = 512;
/// Longest name or list of extended facts that is read.
const LONG: u64 = 64 << 10;

/// True when a file begins with the header of a member.
pub(super) fn is_tar(head: &[u8]) -> bool {
    head.get(..BLOCK).is_some_and(|block| block[0] != 0 && sums_up(block))
}

/// The sum of all bytes, those of the sum itself counted as spaces.
fn sums_up(block: &[u8]) -> bool {
    let value =
        |(at, byte): (usize, &u8)| if (148..156).contains(&at) { 32 } else { u64::from(*byte) };
    octal(&block[148..156]) == Some(block.iter().enumerate().map(value).sum())
}

/// A number as text in base 8, or in binary where the first bit is set.
fn octal(field: &[u8]) -> Option<u64> {
    if field.first().is_some_and(|byte| byte & 0x80 != 0) {
        let low = field.iter().rev().take(8).rev();
        return Some(low.fold(0, |number, byte| number << 8 | u64::from(*byte)));
    }
    let text = String::from_utf8_lossy(field);
    let text = text.trim_matches(['\0', ' ']);
    if text.is_empty() { Some(0) } else { u64::from_str_radix(text, 8).ok() }
}

/// The members of an archive.
pub(super) struct Tar {
    stream: Arc<Mutex<Stream>>,
    /// Of what it was packed in.
    ratio: Ratio,
    ended: bool,
}

/// The archive where it has been read to. Only the newest member reads from it.
struct Stream {
    bytes: Bytes,
    number: u64,
    /// Bytes of the member, and of the filling behind it, that are still to come.
    left: u64,
    filling: u64,
}

/// What the headers before a member say of it.
#[derive(Default)]
struct Facts {
    name: Option<Vec<u8>>,
    size: Option<u64>,
}

impl Tar {
    pub fn new(bytes: Bytes, ratio: Ratio) -> Self {
        let stream = Stream { bytes, number: 0, left: 0, filling: 0 };
        Self { stream: Arc::new(Mutex::new(stream)), ratio, ended: false }
    }
}

impl Members for Tar {
    fn ratio(&self) -> &Ratio {
        &self.ratio
    }

    fn next(&mut self) -> Result<Option<Member>, LoadCause> {
        if self.ended {
            return Ok(None);
        }
        let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        let mut facts = Facts::default();
        while let Some(header) = stream.header()? {
            let size = octal(&header[124..136]).ok_or_else(broken)?;
            match header[156] {
                b'L' => facts.name = Some(until_zero(&stream.long(size)?).to_vec()),
                b'x' => read_pax(&stream.long(size)?, &mut facts),
                b'0' | b'7' | 0 => {
                    let name = facts.name.take().unwrap_or_else(|| name(&header));
                    let size = facts.size.unwrap_or(size);
                    stream.begin(size);
                    if name.ends_with(b"/") {
                        continue;
                    }
                    let part = Part { stream: self.stream.clone(), number: stream.number };
                    return Ok(Some(Member { name, input: Ok(Input::Stream(Box::new(part))) }));
                }
                b'S' => {
                    stream.begin(size);
                    let why = "kept with its gaps left out; unpack it first".to_owned();
                    let name = facts.name.take().unwrap_or_else(|| name(&header));
                    return Ok(Some(Member { name, input: Err(LoadCause::Unreadable(why)) }));
                }
                // Folders, links, devices, and facts about what is no file.
                kind => {
                    stream.begin(size);
                    if kind != b'g' && kind != b'K' {
                        facts = Facts::default();
                    }
                }
            }
        }
        self.ended = true;
        // What was said of a file that does not come.
        if facts.name.is_some() || facts.size.is_some() {
            return Err(broken());
        }
        Ok(None)
    }
}

fn broken() -> LoadCause {
    LoadCause::malformed("a TAR archive that is damaged or cut off; fetch or pack it again")
}

fn until_zero(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// The name in a header, with the prefix that newer archives have.
fn name(header: &[u8]) -> Vec<u8> {
    let name = until_zero(&header[..100]);
    let prefix = until_zero(&header[345..500]);
    if &header[257..263] == b"ustar\0" && !prefix.is_empty() {
        return [prefix, b"/", name].concat();
    }
    name.to_vec()
}

/// Records `length key=value\n`.
fn read_pax(mut records: &[u8], facts: &mut Facts) {
    while let Some(space) = records.iter().position(|byte| *byte == b' ') {
        let length = std::str::from_utf8(&records[..space]).ok().and_then(|text| text.parse().ok());
        let Some(record) = length.and_then(|length: usize| records.get(space + 1..length)) else {
            return;
        };
        let record = record.strip_suffix(b"\n").unwrap_or(record);
        if let Some(path) = record.strip_prefix(b"path=") {
            facts.name = Some(path.to_vec());
        } else if let Some(size) = record.strip_prefix(b"size=") {
            facts.size = std::str::from_utf8(size).ok().and_then(|text| text.parse().ok());
        }
        records = &records[space + 1 + record.len()..];
        records = records.strip_prefix(b"\n").unwrap_or(records);
    }
}

impl Stream {
    /// The next header; `None` at the end. What is left of the member before is read past.
    fn header(&mut self) -> Result<Option<Vec<u8>>, LoadCause> {
        let rest = self.left.saturating_add(self.filling);
        let passed = io::copy(&mut (&mut self.bytes).take(rest), &mut io::sink());
        let passed = passed.map_err(LoadCause::from_io)?;
        if passed < self.left {
            // The member has said that it breaks off, or nobody wanted it.
            return Err(broken());
        }
        (self.left, self.filling) = (0, 0);
        let mut block = Vec::new();
        let read = (&mut self.bytes).take(BLOCK as u64).read_to_end(&mut block);
        read.map_err(LoadCause::from_io)?;
        if block.iter().all(|byte| *byte == 0) {
            return Ok(None);
        }
        if block.len() < BLOCK || !sums_up(&block) {
            return Err(broken());
        }
        Ok(Some(block))
    }

    fn begin(&mut self, size: u64) {
        self.number += 1;
        self.left = size;
        self.filling = (BLOCK as u64 - size % BLOCK as u64) % BLOCK as u64;
    }

    /// The content of a header that tells of the next one.
    fn long(&mut self, size: u64) -> Result<Vec<u8>, LoadCause> {
        if size > LONG {
            return Err(broken());
        }
        self.begin(size);
        let mut content = Vec::new();
        let read = (&mut self.bytes).take(size).read_to_end(&mut content);
        read.map_err(LoadCause::from_io)?;
        self.left = 0;
        if (content.len() as u64) < size { Err(broken()) } else { Ok(content) }
    }
}

/// The content of a member; at its end once another has begun.
struct Part {
    stream: Arc<Mutex<Stream>>,
    number: u64,
}

impl Read for Part {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        let most = buffer.len().min(usize::try_from(stream.left).unwrap_or(usize::MAX));
        if most == 0 || stream.number != self.number {
            return Ok(0);
        }
        let count = stream.bytes.read(&mut buffer[..most])?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        stream.left -= count as u64;
        Ok(count)
    }
}
