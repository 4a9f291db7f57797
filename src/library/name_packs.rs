//! Whom texts name, compressed with dictionaries of their own, which are learned as names come.
//!
//! What `packing.rs` makes of names is two hundred bytes of small numbers: alone too few for a
//! compressor, together so alike that two fifths go.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;

use rusqlite::{Connection, params};
use zstd::dict::{DecoderDictionary, EncoderDictionary};
use zstd::zstd_safe::{self, CCtx};

use super::{Result, bodies};

/// First byte of compressed names, behind which the number of the dictionary stands. Names that
/// begin otherwise are as `packing.rs` made them.
const PACKED: u8 = 0xFF;
/// What every frame begins with, and is left out.
const MAGIC: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];
const LEVEL: i32 = 19;

/// A first dictionary soon, a better one once there is more to learn from.
const LESSONS: [Lesson; 2] =
    [Lesson { texts: 1_000, bytes: 32 << 10 }, Lesson { texts: 10_000, bytes: 112 << 10 }];
/// Bytes of names that one lesson looks at.
const SAMPLES: usize = 6 << 20;

struct Lesson {
    texts: i64,
    bytes: usize,
}

thread_local! {
    static CONTEXT: RefCell<CCtx<'static>> = RefCell::new(CCtx::create());
}

/// In the table of dictionaries those for names have numbers below zero.
fn id_of(number: u8) -> i64 {
    -i64::from(number)
}

/// Compresses names with the newest dictionary that there is for them.
#[derive(Default)]
pub(super) struct NamePacker {
    dictionary: Option<(u8, EncoderDictionary<'static>)>,
}

impl NamePacker {
    /// Belongs at the beginning of a transaction.
    pub fn catch_up(&mut self, sql: &Connection) -> Result<()> {
        let known = self.dictionary.as_ref().map_or(0, |(number, _)| id_of(*number));
        let mut find = sql
            .prepare_cached("SELECT id, bytes FROM dictionary WHERE id < ? ORDER BY id LIMIT 1")?;
        let mut rows = find.query([known])?;
        if let Some(row) = rows.next()? {
            let bytes = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
            let number = u8::try_from(-row.get::<_, i64>(0)?).ok();
            self.dictionary = number.map(|number| (number, EncoderDictionary::copy(bytes, LEVEL)));
        }
        Ok(())
    }

    /// The names as they are where there is no dictionary, or nothing is gained.
    pub fn pack<'a>(&self, names: &'a [u8]) -> Cow<'a, [u8]> {
        let packed = self.dictionary.as_ref().and_then(|(number, dictionary)| {
            let mut frame = Vec::with_capacity(zstd_safe::compress_bound(names.len()));
            CONTEXT
                .with_borrow_mut(|context| {
                    context.compress_using_cdict(&mut frame, names, dictionary.as_cdict())
                })
                .ok()?;
            let rest = frame.strip_prefix(&MAGIC)?;
            (rest.len() + 2 < names.len()).then(|| [&[PACKED, *number], rest].concat())
        });
        packed.map_or(Cow::Borrowed(names), Cow::Owned)
    }
}

/// The names as `packing.rs` made them; `None` when they are damaged. `dictionary` finds one by its
/// number in the table.
pub(super) fn unpack<'a>(
    bytes: &'a [u8],
    dictionary: impl FnOnce(i64) -> Option<Arc<DecoderDictionary<'static>>>,
) -> Option<Cow<'a, [u8]>> {
    let [PACKED, number, rest @ ..] = bytes else { return Some(Cow::Borrowed(bytes)) };
    let known = dictionary(id_of(*number))?;
    let frame = [&MAGIC, rest].concat();
    bodies::unpack(Some(&known), &frame).ok().map(Cow::Owned)
}

/// Learns the next dictionary once enough texts have names.
pub(super) fn train(sql: &Connection) -> Result<()> {
    let learned = "SELECT count(*) FROM dictionary WHERE id < 0";
    let learned: usize = sql.prepare_cached(learned)?.query_row([], |row| row.get(0))?;
    let Some(lesson) = LESSONS.get(learned) else { return Ok(()) };
    let there = "SELECT count(*) FROM (SELECT 1 FROM tagged LIMIT ?)";
    let there: i64 = sql.prepare_cached(there)?.query_row([lesson.texts], |row| row.get(0))?;
    if there < lesson.texts {
        return Ok(());
    }
    let Ok(mut bytes) = zstd::dict::from_samples(&samples(sql)?, lesson.bytes) else {
        return Ok(());
    };
    // A dictionary without a number: else each frame would name it, in four bytes.
    if let Some(number) = bytes.get_mut(4..8) {
        number.fill(0);
    }
    sql.execute(
        "INSERT OR IGNORE INTO dictionary (id, bytes) VALUES (?, ?)",
        params![id_of(learned as u8 + 1), bytes],
    )?;
    Ok(())
}

fn samples(sql: &Connection) -> Result<Vec<Vec<u8>>> {
    let unpacker = bodies::Unpacker::default();
    let mut find = sql.prepare("SELECT bytes FROM tagged WHERE length(bytes) < 16384")?;
    let (mut samples, mut room) = (Vec::new(), SAMPLES);
    let mut rows = find.query([])?;
    while let Some(row) = rows.next()? {
        let bytes = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
        let Some(names) = unpacker.names(sql, bytes)? else { continue };
        let Some(left) = room.checked_sub(names.len()) else { break };
        room = left;
        samples.push(names.into_owned());
    }
    Ok(samples)
}

#[cfg(test)]
mod tests {
    use super::super::testing::Desk;
    use super::*;

    fn names(n: u32) -> Vec<u8> {
        let numbers = (0..40).map(|k| if k % 3 == 0 { 1 } else { (n * 31 + k * k) as u8 % 23 });
        std::iter::once(1).chain(numbers).chain(*b"Tarn Ferry Board").collect()
    }

    #[test]
    fn names_come_back_before_and_after_something_was_learned() {
        let desk = Desk::new();
        let sql = &desk.library.sql;
        let (mut packer, unpacker) = (NamePacker::default(), bodies::Unpacker::default());
        packer.catch_up(sql).unwrap();
        for n in 0..1_500 {
            let packed = packer.pack(&names(n)).into_owned();
            assert_eq!(packed, names(n), "nothing is known yet");
            sql.execute("INSERT INTO tagged VALUES (?, ?)", params![n, packed]).unwrap();
        }
        train(sql).unwrap();
        train(sql).unwrap();
        assert_eq!(desk.number("SELECT count(*) FROM dictionary WHERE id = -1"), 1);
        packer.catch_up(sql).unwrap();
        let own = names(2_000);
        let packed = packer.pack(&own);
        assert!(packed.len() < own.len() && packed[..2] == [PACKED, 1], "{}", packed.len());
        for bytes in [&packed[..], &own] {
            assert_eq!(unpacker.names(sql, bytes).unwrap().as_deref(), Some(&own[..]));
        }
        assert_eq!(packer.pack(&[1]), Cow::Borrowed(&[1]));
        for damaged in [&[PACKED, 9, 0][..], &[PACKED, 1], &packed[..packed.len() - 1]] {
            assert_eq!(unpacker.names(sql, damaged).unwrap(), None);
        }
    }
}
