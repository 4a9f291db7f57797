//! The tags of single tokens: outside, or begin, inside, end, single of one of nine labels.

use crate::article::Label;

/// Classes in the order the weights have them.
pub const CLASSES: [Label; 9] = [
    Label::Person,
    Label::Location,
    Label::Organization,
    Label::Group,
    Label::Date,
    Label::Misc,
    Label::Money,
    Label::Facility,
    Label::Product,
];

/// Number of tags: outside, and four for each class.
pub const TAGS: usize = 1 + 4 * CLASSES.len();

pub const OUTSIDE: usize = 0;

/// Where in a name a token stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Begin,
    Inside,
    End,
    Single,
}

const PARTS: [Part; 4] = [Part::Begin, Part::Inside, Part::End, Part::Single];

pub fn tag(class: usize, part: Part) -> usize {
    1 + class * 4 + part as usize
}

/// Class and part of a tag, `None` outside.
pub fn parts(tag: usize) -> Option<(usize, Part)> {
    let n = tag.checked_sub(1)?;
    Some((n / 4, PARTS[n % 4]))
}

/// May `next` follow `tag`? `None` is the border of the text.
pub fn follows(tag: Option<usize>, next: Option<usize>) -> bool {
    let open = tag.and_then(parts).filter(|(_, p)| matches!(p, Part::Begin | Part::Inside));
    let goes_on = next.and_then(parts).filter(|(_, p)| matches!(p, Part::Inside | Part::End));
    open.map(|(class, _)| class) == goes_on.map(|(class, _)| class)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_closed_before_others_open() {
        let (begin, end) = (tag(2, Part::Begin), tag(2, Part::End));
        assert!(follows(Some(begin), Some(end)) && follows(Some(end), Some(begin)));
        assert!(follows(None, Some(OUTSIDE)) && follows(Some(end), None));
        assert!(!follows(Some(begin), Some(begin)) && !follows(Some(begin), None));
        assert!(!follows(Some(begin), Some(tag(1, Part::End))) && !follows(None, Some(end)));
    }

    #[test]
    fn tags_and_their_parts_agree() {
        for n in 1..TAGS {
            let (class, part) = parts(n).unwrap();
            assert_eq!(tag(class, part), n);
        }
        assert_eq!(parts(OUTSIDE), None);
    }
}
