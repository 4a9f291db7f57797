//! ZIP archives, read by the table at their end; members are unpacked as they are read.

use std::collections::HashSet;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::Crc;
use flate2::bufread::DeflateDecoder;

use super::archive::{self, Member, Members};
use super::input::{Bytes, Input, ReadSeek};
use super::packed::Packing;
use super::reach::Ratio;
use super::{LoadCause, unwanted};

/// How far from the end its record may stand: behind it comes a comment of 64 KiB at most.
const TAIL: u64 = 22 + 65_535;
/// Signatures.
const END: &[u8] = b"PK\x05\x06";
const END_64: &[u8] = b"PK\x06\x06";
const LOCATOR_64: &[u8] = b"PK\x06\x07";
const ENTRY: &[u8] = b"PK\x01\x02";
const LOCAL: &[u8] = b"PK\x03\x04";
/// Entries among which those stand that tell what an archive is.
const FIRST: usize = 64;
/// A size or place that stands elsewhere, in 64 bits.
const ELSEWHERE: u64 = 0xffff_ffff;

type File = Arc<Mutex<Box<dyn ReadSeek>>>;

/// The members of an archive in the order of its table.
pub(super) struct Zip {
    file: File,
    table: Table,
    /// Entries of the table that have not been read yet, and how many.
    rest: BufReader<Section>,
    left: u64,
    /// Of all members together: many that lie on one another are a trap too.
    pub ratio: Ratio,
}

/// Where the table is.
struct Table {
    at: u64,
    size: u64,
    entries: u64,
    /// What lies before the archive in its file, as with one that unpacks itself.
    before: u64,
}

/// What an archive holds: files, or what one program keeps in the form of an archive.
pub(super) enum Inside {
    Files,
    Epub,
    Office,
}

/// A member as the table has it.
pub(super) struct Entry {
    pub name: Vec<u8>,
    flags: u16,
    method: u16,
    crc: u32,
    packed: u64,
    size: u64,
    at: u64,
}

/// True when a file begins as an archive does, an empty one too.
pub(super) fn is_zip(head: &[u8]) -> bool {
    head.starts_with(LOCAL) || head.starts_with(END)
}

impl Zip {
    /// Opens an archive and says what it holds.
    pub fn open(file: Box<dyn ReadSeek>, ratio: Ratio) -> Result<(Self, Inside), LoadCause> {
        let mut zip = Self::from_start(file, ratio)?;
        let inside = zip.looked_through();
        zip.restart();
        Ok((zip, inside))
    }

    fn from_start(mut file: Box<dyn ReadSeek>, ratio: Ratio) -> Result<Self, LoadCause> {
        let table = find_table(&mut file).map_err(LoadCause::from_io)?;
        let table = table.ok_or_else(|| {
            LoadCause::malformed("a ZIP archive that is cut off; fetch or pack it again")
        })?;
        let file = Arc::new(Mutex::new(file));
        let rest = BufReader::new(Section { file: file.clone(), at: table.at, left: table.size });
        Ok(Self { file, rest, left: table.entries, table, ratio })
    }

    /// Back to the first entry.
    pub fn restart(&mut self) {
        let Table { at, size, entries, .. } = self.table;
        self.rest = BufReader::new(Section { file: self.file.clone(), at, left: size });
        self.left = entries;
    }

    /// Looks for the members that tell books and office documents from archives of files.
    fn looked_through(&mut self) -> Inside {
        for _ in 0..FIRST {
            let Ok(Some(entry)) = self.entry() else { break };
            match entry.name.as_slice() {
                b"META-INF/container.xml" => return Inside::Epub,
                b"[Content_Types].xml" => return Inside::Office,
                b"mimetype" => match self.mimetype(&entry).trim() {
                    "application/epub+zip" => return Inside::Epub,
                    kind if kind.starts_with("application/vnd.") => return Inside::Office,
                    _ => {}
                },
                _ => {}
            }
        }
        Inside::Files
    }

    fn mimetype(&self, entry: &Entry) -> String {
        let mut kind = Vec::new();
        // What cannot be read is no type.
        let _ = self.content(entry).map(|content| content.take(100).read_to_end(&mut kind));
        String::from_utf8_lossy(&kind).into_owned()
    }

    /// The next entry that is a file.
    pub fn entry(&mut self) -> Result<Option<Entry>, LoadCause> {
        while self.left > 0 {
            self.left -= 1;
            let entry = read_entry(&mut self.rest).map_err(|_| {
                LoadCause::malformed("the table of a ZIP archive is broken; pack it again")
            })?;
            if !entry.name.ends_with(b"/") {
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }

    /// The content of an entry.
    pub fn content(&self, entry: &Entry) -> Result<Box<dyn Read + Send>, LoadCause> {
        let unreadable = |why: &str| LoadCause::Unreadable(why.to_owned());
        if entry.flags & 1 != 0 {
            return Err(unreadable("locked with a password; unpack it first"));
        }
        let at = entry.at.saturating_add(self.table.before);
        let mut head = Section { file: self.file.clone(), at, left: 30 };
        let mut local = [0; 30];
        head.read_exact(&mut local).map_err(LoadCause::from_io)?;
        if !local.starts_with(LOCAL) {
            return Err(LoadCause::malformed("not where the table of the archive says"));
        }
        let skip = 30 + u64::from(u16_at(&local, 26)) + u64::from(u16_at(&local, 28));
        let at = at.saturating_add(skip);
        let section = Section { file: self.file.clone(), at, left: entry.packed };
        let packed = self.ratio.counted(Box::new(section));
        let packed: Bytes = Box::new(BufReader::with_capacity(32 << 10, packed));
        let unpacked: Box<dyn Read + Send> = match entry.method {
            0 => Box::new(packed),
            8 => Box::new(DeflateDecoder::new(packed)),
            12 => Packing::Bzip2.unpacked(packed)?,
            93 => Packing::Zstd.unpacked(packed)?,
            95 => Packing::Xz.unpacked(packed)?,
            _ => return Err(unreadable("packed in a rare way; unpack it first")),
        };
        let (left, want) = (entry.size, entry.crc);
        let unpacked = self.ratio.held(unpacked);
        Ok(Box::new(Checked { unpacked, crc: Crc::new(), left, want }))
    }
}

impl Members for Zip {
    fn ratio(&self) -> &Ratio {
        &self.ratio
    }

    fn next(&mut self) -> Result<Option<Member>, LoadCause> {
        let Some(entry) = self.entry()? else { return Ok(None) };
        let input = self.content(&entry).map(Input::Stream);
        Ok(Some(Member { name: entry.name, input }))
    }

    fn pages(&mut self) -> HashSet<String> {
        let mut pages = HashSet::new();
        while let Ok(Some(entry)) = self.entry() {
            let name = archive::safe_name(&entry.name);
            pages.extend(unwanted::page_stem(&name).map(str::to_owned));
            if pages.len() >= archive::PAGES {
                break;
            }
        }
        self.restart();
        pages
    }
}

fn find_table(file: &mut Box<dyn ReadSeek>) -> io::Result<Option<Table>> {
    let size = file.seek(SeekFrom::End(0))?;
    let from = size.saturating_sub(TAIL);
    file.seek(SeekFrom::Start(from))?;
    let mut tail = Vec::new();
    file.take(TAIL).read_to_end(&mut tail)?;
    let ends = |at: &usize| tail[*at..].starts_with(END) && tail.len() >= at + 22;
    let Some(at) = (0..tail.len().saturating_sub(21)).rev().find(ends) else { return Ok(None) };
    let end = &tail[at..];
    let (mut entries, mut length) = (u64::from(u16_at(end, 10)), u64::from(u32_at(end, 12)));
    let mut offset = u64::from(u32_at(end, 16));
    let mut stands = from + at as u64;
    if at >= 20 && tail[at - 20..].starts_with(LOCATOR_64) {
        let place = u64_at(&tail[at - 20..], 8);
        let mut wide = [0; 56];
        file.seek(SeekFrom::Start(place))?;
        file.read_exact(&mut wide)?;
        if wide.starts_with(END_64) {
            (entries, length, offset) = (u64_at(&wide, 32), u64_at(&wide, 40), u64_at(&wide, 48));
            stands = place;
        }
    }
    let Some(start) = stands.checked_sub(length) else { return Ok(None) };
    let before = start.saturating_sub(offset);
    Ok(Some(Table { at: start, size: length, entries, before }))
}

fn read_entry(table: &mut impl BufRead) -> io::Result<Entry> {
    let mut fixed = [0; 46];
    table.read_exact(&mut fixed)?;
    if !fixed.starts_with(ENTRY) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut part = |at: usize| {
        let mut bytes = vec![0; usize::from(u16_at(&fixed, at))];
        table.read_exact(&mut bytes).map(|()| bytes)
    };
    let (name, extra, _comment) = (part(28)?, part(30)?, part(32)?);
    let mut entry = Entry {
        name,
        flags: u16_at(&fixed, 8),
        method: u16_at(&fixed, 10),
        crc: u32_at(&fixed, 16),
        packed: u32_at(&fixed, 20).into(),
        size: u32_at(&fixed, 24).into(),
        at: u32_at(&fixed, 42).into(),
    };
    widen(&mut entry, &extra);
    Ok(entry)
}

/// Sizes of 64 bits stand in an extra field, those that need it only.
fn widen(entry: &mut Entry, mut extra: &[u8]) {
    while extra.len() >= 4 {
        let (id, size) = (u16_at(extra, 0), usize::from(u16_at(extra, 2)));
        let Some(field) = extra.get(4..4 + size) else { return };
        if id == 1 {
            let mut wide = field.chunks_exact(8).map(|bytes| u64_at(bytes, 0));
            for slot in [&mut entry.size, &mut entry.packed, &mut entry.at] {
                if *slot == ELSEWHERE {
                    *slot = wide.next().unwrap_or(*slot);
                }
            }
            return;
        }
        extra = &extra[4 + size..];
    }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    number(bytes, at, 2) as u16
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    number(bytes, at, 4) as u32
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    number(bytes, at, 8)
}

/// Little end first; what is not there is zero.
fn number(bytes: &[u8], at: usize, length: usize) -> u64 {
    let found = bytes.get(at..).unwrap_or_default().iter().take(length);
    found.rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// A part of the file, read in its place whoever else reads the file.
struct Section {
    file: File,
    at: u64,
    left: u64,
}

impl Read for Section {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        if most == 0 {
            return Ok(0);
        }
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.at))?;
        let count = file.read(&mut buffer[..most])?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.at += count as u64;
        self.left -= count as u64;
        Ok(count)
    }
}

/// Holds what was unpacked against the sum and the size that the table has.
struct Checked {
    unpacked: Box<dyn Read + Send>,
    crc: Crc,
    left: u64,
    want: u32,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.unpacked.read(buffer)?;
        self.crc.update(&buffer[..count]);
        let left = self.left.checked_sub(count as u64);
        let ended = count == 0 && !buffer.is_empty();
        if left.is_none() || (ended && (self.left > 0 || self.crc.sum() != self.want)) {
            let cause =
                LoadCause::malformed("damaged within its archive; fetch or pack that again");
            return Err(io::Error::other(cause));
        }
        self.left = left.unwrap_or(0);
        Ok(count)
    }
}
