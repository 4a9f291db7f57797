//! Streams that one program or other has packed: gzip, Zstandard, bzip2, XZ.

use std::io::{self, Read};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;
use lzma_rust2::XzReader;

use super::LoadCause;
use super::input::Bytes;

/// Most memory that unpacking XZ may take, in KiB: `xz -9` asks for 65 MiB.
const XZ_MEMORY: u32 = 100 << 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

impl Packing {
    /// By the first bytes.
    pub fn of(head: &[u8]) -> Option<Self> {
        let bzip2 = head.starts_with(b"BZh")
            && head.get(3).is_some_and(|size| (b'1'..=b'9').contains(size))
            && head.get(4).is_none_or(|byte| matches!(byte, 0x31 | 0x17));
        match head {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstd),
            [0xfd, b'7', b'z', b'X', b'Z', ..] => Some(Self::Xz),
            _ if bzip2 => Some(Self::Bzip2),
            _ => None,
        }
    }

    /// Several streams one after another are one.
    pub fn unpacked(self, packed: Bytes) -> Result<Box<dyn Read + Send>, LoadCause> {
        Ok(match self {
            Self::Gzip => Box::new(MultiGzDecoder::new(packed)),
            Self::Bzip2 => Box::new(MultiBzDecoder::new(packed)),
            // Frames say how much memory they want: no more than the usual 128 MiB.
            Self::Zstd => {
                let decoder = zstd::stream::read::Decoder::with_buffer(packed);
                Box::new(decoder.map_err(LoadCause::from_io)?)
            }
            Self::Xz => Box::new(Unxz(XzReader::new_mem_limit(packed, true, XZ_MEMORY))),
        })
    }
}

/// Says in our words when a file wants too much memory.
struct Unxz(XzReader<Bytes>);

impl Read for Unxz {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(|error| match error.kind() {
            io::ErrorKind::OutOfMemory => {
                let why = "it takes more than 100 MiB to unpack; unpack it first";
                io::Error::other(LoadCause::Unreadable(why.to_owned()))
            }
            _ => error,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use lzma_rust2::{XzOptions, XzWriter};

    use crate::load::testing::{read, read_stream, shown, tar};

    fn xz(bytes: impl AsRef<[u8]>) -> Vec<u8> {
        let mut xz = XzWriter::new(Vec::new(), XzOptions::with_preset(3)).unwrap();
        xz.write_all(bytes.as_ref()).unwrap();
        xz.finish().unwrap()
    }

    #[test]
    fn xz_comes_back_as_it_was_packed() {
        let text = "Storm passes\n\nThe storm is over.\nThe sea is calm.\n";
        let whole = xz(text);
        for name in ["a.txt.xz", "a"] {
            assert_eq!(shown(&read(&whole, name)), [format!("{name}: Storm passes")]);
            assert_eq!(shown(&read_stream(&whole, name)), [format!("{name}: Storm passes")]);
        }
        let members = [("a.txt", text), ("b/c.html", "<title>Ferry</title><p>It is back.")];
        let lines = shown(&read(xz(tar(&members)), "n.tar.xz"));
        assert_eq!(lines, ["n.tar.xz/a.txt: Storm passes", "n.tar.xz/b/c.html: Ferry"]);
        // Streams one after another are one, and a layer within another is unpacked too.
        let (first, second) = text.split_at(20);
        assert_eq!(shown(&read([xz(first), xz(second)].concat(), "a.xz")), ["a.xz: Storm passes"]);
        assert_eq!(shown(&read(xz(&whole), "a.xz.xz")), ["a.xz.xz: Storm passes"]);
        let long: String = (0..9_000).map(|n| format!("{{\"title\": \"{n}\"}}\n")).collect();
        assert_eq!(read(xz(long), "a.jsonl.xz").len(), 9_000);
        for cut in [whole.len() / 2, whole.len() - 5] {
            let lines = shown(&read(&whole[..cut], "a.xz"));
            assert!(lines.len() == 1 && lines[0].starts_with("a.xz: "), "{lines:?}");
            assert!(lines[0].contains("cannot be read"), "{lines:?}");
        }
    }
}
