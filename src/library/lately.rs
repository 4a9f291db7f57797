//! A small memory for what was met lately, bounded whatever comes.

use std::collections::HashMap;

/// Numbers by hash. Two generations: what is asked for moves to the young one, and when that is
/// full the old one is dropped.
pub(super) struct Lately {
    young: HashMap<u64, i64>,
    old: HashMap<u64, i64>,
    most: usize,
}

impl Lately {
    /// Remembers at least `most`, and less than twice as many.
    pub fn new(most: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), most }
    }

    pub fn get(&mut self, key: u64) -> Option<i64> {
        if let Some(number) = self.young.get(&key) {
            return Some(*number);
        }
        let number = self.old.remove(&key)?;
        self.put(key, number);
        Some(number)
    }

    pub fn put(&mut self, key: u64, number: i64) {
        if self.young.len() >= self.most {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_stays() {
        let mut lately = Lately::new(10);
        lately.put(7, 70);
        for key in 100..1_000 {
            lately.put(key, 0);
            assert_eq!(lately.get(7), Some(70), "{key}");
            assert!(lately.young.len() + lately.old.len() <= 20);
        }
        assert_eq!(lately.get(100), None);
    }
}
