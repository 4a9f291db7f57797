//! Numbers for words: one hash, the same in training and at run time, on every machine.

/// FNV-1a with a last mix, so that low bits are as good as high ones.
pub fn of(bytes: impl IntoIterator<Item = u8>) -> u64 {
    let fnv = bytes
        .into_iter()
        .fold(0xcbf2_9ce4_8422_2325, |h: u64, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
    let mixed = (fnv ^ (fnv >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 29)
}

/// Two hashes as one, order kept.
pub fn join(first: u64, second: u64) -> u64 {
    of(first.to_le_bytes().into_iter().chain(second.to_le_bytes()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_hash_is_the_one_that_weights_were_trained_with() {
        assert_eq!(super::of(*b"Tarnby"), super::of("Tarnby".bytes()));
        assert_ne!(super::of(*b"Tarnby"), super::of(*b"tarnby"));
        assert_ne!(super::join(1, 2), super::join(2, 1));
    }
}
