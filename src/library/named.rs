//! Whom an article names and how often, in a few bytes: numbers of entities in order, each as the
//! step from the one before, and its mentions.

/// Bits of a byte that carry the number; the highest says that more follow.
const BITS: u32 = 7;
const MORE: u8 = 1 << BITS;

/// Packs pairs of entity and mentions, sorted by entity.
pub(super) fn pack(pairs: impl IntoIterator<Item = (i64, u64)>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut before = 0;
    for (entity, mentions) in pairs {
        // Most are named once: that is said in the step's lowest bit.
        let step = entity.wrapping_sub(before) as u64;
        put(step << 1 | u64::from(mentions != 1), &mut bytes);
        if mentions != 1 {
            put(mentions, &mut bytes);
        }
        before = entity;
    }
    bytes
}

pub(super) fn put(mut number: u64, bytes: &mut Vec<u8>) {
    while number >= u64::from(MORE) {
        bytes.push(number as u8 | MORE);
        number >>= BITS;
    }
    bytes.push(number as u8);
}

/// The pairs again; ends where the bytes are damaged.
pub(super) fn pairs(mut bytes: &[u8]) -> impl Iterator<Item = (i64, u64)> {
    let mut before = 0_i64;
    std::iter::from_fn(move || {
        let step = take(&mut bytes)?;
        let mentions = if step & 1 == 0 { 1 } else { take(&mut bytes)? };
        before = before.wrapping_add((step >> 1) as i64);
        Some((before, mentions))
    })
}

pub(super) fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..u64::BITS).step_by(BITS as usize) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & !MORE) << shift;
        if byte & MORE == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_come_back() {
        for all in [vec![], vec![(1, 1)], vec![(1, 3), (2, 1), (300, 1), (1 << 40, 70_000)]] {
            assert_eq!(pairs(&pack(all.clone())).collect::<Vec<_>>(), all);
        }
        assert_eq!(pack([(3, 1), (40, 1), (41, 2)]).len(), 4);
    }

    #[test]
    fn damaged_bytes_end_it() {
        for bytes in [&[0xFF][..], &[0xFF; 30], &[3]] {
            assert!(pairs(bytes).count() < 30);
        }
    }
}
