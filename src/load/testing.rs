//! What the tests of this room share: archives made by hand, and reading bytes under a name.

use std::io::{Cursor, Write};

use super::{Limits, LoadError, Origin, seekable, stream};
use crate::article::Document;

pub(super) type Read = Result<Document, LoadError>;

/// Reads bytes as a file of this name, in its place.
pub(super) fn read(bytes: impl AsRef<[u8]>, name: &str) -> Vec<Read> {
    read_within(bytes, name, &Limits::default())
}

pub(super) fn read_within(bytes: impl AsRef<[u8]>, name: &str, limits: &Limits) -> Vec<Read> {
    seekable(Box::new(Cursor::new(bytes.as_ref().to_vec())), origin(name), limits).collect()
}

/// Reads bytes as they come, as standard input does.
pub(super) fn read_stream(bytes: impl AsRef<[u8]>, name: &str) -> Vec<Read> {
    let input = Box::new(Cursor::new(bytes.as_ref().to_vec()));
    stream(input, origin(name), &Limits::default()).collect()
}

fn origin(name: &str) -> Origin {
    Origin { path: Some(name.into()), name: name.into(), ..Origin::default() }
}

/// Path and title of what was read, or the error.
pub(super) fn shown(read: &[Read]) -> Vec<String> {
    let show = |read: &Read| match read {
        Ok(Document { article, .. }) => {
            format!("{}: {}", article.path.as_deref().unwrap_or_default(), article.title)
        }
        Err(error) => error.to_string(),
    };
    read.iter().map(show).collect()
}

pub(super) fn gzip(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(bytes.as_ref()).unwrap();
    gz.finish().unwrap()
}

pub(super) fn bzip2(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut bz = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    bz.write_all(bytes.as_ref()).unwrap();
    bz.finish().unwrap()
}

/// A ZIP archive; names that end in `!` are stored, others deflated.
pub(crate) fn zip<B: AsRef<[u8]>>(members: &[(&str, B)]) -> Vec<u8> {
    let (mut zip, mut table) = (Vec::new(), Vec::new());
    for (name, content) in members {
        let content = content.as_ref();
        let (name, method, packed) = match name.strip_suffix('!') {
            Some(name) => (name, 0_u16, content.to_vec()),
            None => (*name, 8, deflated(content)),
        };
        let mut crc = flate2::Crc::new();
        crc.update(content);
        let mut facts = Vec::new();
        for half in [20_u16, 0x800, method, 0, 0] {
            facts.extend(half.to_le_bytes());
        }
        for word in [crc.sum(), packed.len() as u32, content.len() as u32] {
            facts.extend(word.to_le_bytes());
        }
        facts.extend((name.len() as u16).to_le_bytes());
        facts.extend([0, 0]);
        table.extend(b"PK\x01\x02\x14\0");
        table.extend(&facts);
        table.extend([0; 10]);
        table.extend((zip.len() as u32).to_le_bytes());
        table.extend(name.as_bytes());
        zip.extend(b"PK\x03\x04");
        zip.extend(&facts);
        zip.extend(name.as_bytes());
        zip.extend(packed);
    }
    let (at, size, count) = (zip.len() as u32, table.len() as u32, members.len() as u16);
    zip.extend(table);
    zip.extend(b"PK\x05\x06\0\0\0\0");
    zip.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    zip.extend([size.to_le_bytes(), at.to_le_bytes()].concat());
    zip.extend([0, 0]);
    zip
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A member of a TAR archive, of this kind.
pub(super) fn tar_member(name: &str, kind: u8, content: &[u8]) -> Vec<u8> {
    let mut head = vec![0; 512];
    head[..name.len().min(100)].copy_from_slice(&name.as_bytes()[..name.len().min(100)]);
    head[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
    head[148..156].fill(b' ');
    head[156] = kind;
    head[257..263].copy_from_slice(b"ustar\0");
    let sum: u32 = head.iter().map(|byte| u32::from(*byte)).sum();
    head[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    head.extend(content);
    head.resize(512 + content.len().div_ceil(512) * 512, 0);
    head
}

pub(super) fn tar(members: &[(&str, &str)]) -> Vec<u8> {
    let mut tar: Vec<u8> = members
        .iter()
        .flat_map(|(name, content)| tar_member(name, b'0', content.as_bytes()))
        .collect();
    tar.resize(tar.len() + 1024, 0);
    tar
}
