//! UTF-16 as UTF-8 while it is read: records of JSON are cut at bytes that UTF-16 uses otherwise.

use std::io::{self, BufRead, Read};

use encoding_rs::{CoderResult, Decoder, Encoding};

use super::input::Bytes;

/// An input in UTF-16, read as UTF-8. Broken pairs become U+FFFD.
pub(super) struct Wide {
    bytes: Bytes,
    decoder: Decoder,
    /// Decoded and not yet handed on, from `at` to `filled`.
    decoded: Vec<u8>,
    at: usize,
    filled: usize,
    ended: bool,
}

/// Room for what is decoded at a time; a character needs four bytes.
const ROOM: usize = 32 * 1024;

impl Wide {
    pub(super) fn new(bytes: Bytes, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_with_bom_removal();
        Self { bytes, decoder, decoded: vec![0; ROOM], at: 0, filled: 0, ended: false }
    }

    fn refill(&mut self) -> io::Result<()> {
        while self.at == self.filled && !self.ended {
            let source = self.bytes.fill_buf()?;
            let last = source.is_empty();
            let (result, read, written, _) =
                self.decoder.decode_to_utf8(source, &mut self.decoded, last);
            self.bytes.consume(read);
            (self.at, self.filled) = (0, written);
            self.ended = last && result == CoderResult::InputEmpty;
        }
        Ok(())
    }
}

impl Read for Wide {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.refill()?;
        let count = (&self.decoded[self.at..self.filled]).read(buffer)?;
        self.at += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{UTF_16BE, UTF_16LE};

    #[test]
    fn utf_16_becomes_utf_8() {
        let text = "Ferry returns to Köln 🏆\nand stays\n";
        let little: Vec<u8> = "\u{feff}"
            .chars()
            .chain(text.chars())
            .collect::<String>()
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (bytes, encoding) in [(little, UTF_16LE), (big, UTF_16BE)] {
            let chunks = io::BufReader::with_capacity(3, io::Cursor::new(bytes));
            let wide = Wide::new(Box::new(chunks), encoding);
            let mut read = String::new();
            io::BufReader::new(wide).read_to_string(&mut read).unwrap();
            assert_eq!(read, text);
        }
    }
}
