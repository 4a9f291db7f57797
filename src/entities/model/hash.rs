//! Numbers for words: one hash, the same in training and at run time, on every machine.

/// FNV-1a with a last mix, so that low bits are as good as high ones.
pub fn of(bytes: impl IntoIterator<Item = u8>) -> u64 {
    mix(bytes.into_iter().fold(FIRST, step))
}

/// What hashes begin with.
const FIRST: u64 = 0xcbf2_9ce4_8422_2325;

const fn step(h: u64, byte: u8) -> u64 {
    (h ^ byte as u64).wrapping_mul(0x100_0000_01b3)
}

fn mix(fnv: u64) -> u64 {
    let mixed = (fnv ^ (fnv >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 29)
}

/// Two hashes as one, order kept.
pub fn join(first: u64, second: u64) -> u64 {
    join_to(before(first), second)
}

/// What [`join_to`] needs of the first of two hashes.
pub const fn before(first: u64) -> u64 {
    let bytes = first.to_le_bytes();
    let (mut h, mut n) = (FIRST, 0);
    while n < bytes.len() {
        h = step(h, bytes[n]);
        n += 1;
    }
    h
}

/// As [`join`], for a first hash that comes again and again.
pub fn join_to(before: u64, second: u64) -> u64 {
    mix(second.to_le_bytes().into_iter().fold(before, step))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_hash_is_the_one_that_weights_were_trained_with() {
        assert_eq!(super::of(*b"Tarnby"), super::of("Tarnby".bytes()));
        assert_ne!(super::of(*b"Tarnby"), super::of(*b"tarnby"));
        assert_ne!(super::join(1, 2), super::join(2, 1));
        let bytes = [3u64.to_le_bytes(), 1111u64.to_le_bytes()].concat();
        assert_eq!(super::join(3, 1111), super::of(bytes));
    }
}
