//! A long article on its way out: in parts, so that it is not held in memory once more as text.

use std::io::{self, Write};

use super::ordered::{Piece, Send};
use crate::load::LoadError;

/// Bytes of a part.
const PART: usize = 256 << 10;

/// Bytes that most articles take.
const SHORT: usize = 32 << 10;

/// Takes what is printed of one article and hands it on, a part at a time.
pub struct Parts<'a> {
    send: Send<'a>,
    part: Vec<u8>,
    begun: bool,
    wanted: bool,
}

impl<'a> Parts<'a> {
    pub fn new(send: Send<'a>) -> Self {
        Self { send, part: Vec::with_capacity(SHORT), begun: false, wanted: true }
    }

    fn hand_on(&mut self, errors: Vec<LoadError>) {
        let part = std::mem::take(&mut self.part);
        let mut piece = Piece { errors, ..Piece::default() };
        if self.begun {
            piece.rest = part;
        } else if !part.is_empty() {
            piece.articles.push(part);
            self.begun = true;
        }
        self.wanted = self.wanted && (self.send)(piece);
    }

    /// The article is whole, or broke off. False when nobody wants more.
    pub fn end(mut self, error: Option<LoadError>) -> bool {
        self.hand_on(error.into_iter().collect());
        self.wanted
    }
}

impl Write for Parts<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.part.extend_from_slice(bytes);
        if self.part.len() >= PART {
            self.hand_on(Vec::new());
        }
        match self.wanted {
            true => Ok(bytes.len()),
            false => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn parts_add_up() {
        let pieces = RefCell::new(Vec::new());
        let send = |piece| {
            pieces.borrow_mut().push(piece);
            true
        };
        let mut parts = Parts::new(&send);
        let text: Vec<u8> = (0..3 * PART + 5).map(|n| n as u8).collect();
        for bytes in text.chunks(1_000) {
            parts.write_all(bytes).unwrap();
        }
        assert!(parts.end(None));
        let pieces = pieces.into_inner();
        assert!(pieces.len() > 2 && pieces.iter().all(|piece| piece.errors.is_empty()));
        assert_eq!(pieces.iter().map(|piece| piece.articles.len()).sum::<usize>(), 1);
        let all = pieces.iter().flat_map(|p| p.articles.iter().chain([&p.rest]));
        assert_eq!(all.flatten().copied().collect::<Vec<u8>>(), text);
    }

    #[test]
    fn a_reader_who_leaves_ends_the_printing() {
        let send = |_| false;
        let mut parts = Parts::new(&send);
        assert!(parts.write_all(&[0; PART + 1]).is_err());
        assert!(!parts.end(None));
    }
}
