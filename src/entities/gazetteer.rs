//! The word lists of `assets/entities`, as one table from folded words to what they can be.

use std::collections::HashMap;
use std::ops::{BitOr, Range};
use std::sync::LazyLock;

use foldhash::fast::RandomState;

use super::tokens::{Text, push_phrase, push_word};
use crate::article::Label;

/// What a word or phrase is listed as; several at once are common.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kinds(u32);

impl Kinds {
    pub const PLACE: Self = Self(1);
    pub const ORGANISATION: Self = Self(1 << 1);
    pub const GROUP: Self = Self(1 << 2);
    pub const MISC: Self = Self(1 << 3);
    pub const PRODUCT: Self = Self(1 << 4);
    pub const FIRST_NAME: Self = Self(1 << 5);
    pub const TITLE: Self = Self(1 << 6);
    pub const COMMON: Self = Self(1 << 7);
    pub const ORG_LAST: Self = Self(1 << 8);
    pub const ORG_FIRST: Self = Self(1 << 9);
    pub const PLACE_LAST: Self = Self(1 << 10);
    pub const PLACE_FIRST: Self = Self(1 << 11);
    pub const PLACE_LEAD: Self = Self(1 << 12);
    pub const FACILITY_LAST: Self = Self(1 << 13);
    pub const MISC_LAST: Self = Self(1 << 14);
    pub const MISC_LEAD: Self = Self(1 << 15);
    pub const MONTH: Self = Self(1 << 16);
    pub const WEEKDAY: Self = Self(1 << 17);
    pub const CODE: Self = Self(1 << 18);
    pub const SIGN: Self = Self(1 << 19);
    pub const UNIT: Self = Self(1 << 20);
    pub const SCALE: Self = Self(1 << 21);
    pub const BEFORE_UNIT: Self = Self(1 << 22);
    pub const FOREIGN_MONTH: Self = Self(1 << 23);
    pub const FOREIGN_WEEKDAY: Self = Self(1 << 24);

    /// A name in itself.
    pub const NAMED: Self = Self(0b11111);
    /// Words that close a name and give its label.
    pub const HEADS: Self = Self(1 << 8 | 1 << 10 | 1 << 13 | 1 << 14);

    pub fn bits(self) -> u32 {
        self.0
    }

    pub fn any(self, of: Self) -> bool {
        self.0 & of.0 != 0
    }

    /// The label of a listed name. A place that is also a company is a place.
    pub fn label(self) -> Option<Label> {
        [
            (Self::PLACE, Label::Location),
            (Self::GROUP, Label::Group),
            (Self::ORGANISATION, Label::Organization),
            (Self::MISC, Label::Misc),
            (Self::PRODUCT, Label::Product),
        ]
        .into_iter()
        .find_map(|(kind, label)| self.any(kind).then_some(label))
    }
}

impl BitOr for Kinds {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    kinds: Kinds,
    /// Holds only where the text is in capitals too: `WHO` is a body, `who` is not.
    in_capitals: Kinds,
    /// A longer phrase begins with this one.
    begins: bool,
}

#[derive(Debug, Default)]
pub struct Gazetteer {
    entries: HashMap<&'static str, Entry, RandomState>,
}

/// The names of all lists, before they are put in order.
#[derive(Default)]
struct Names {
    /// Folded, one after the other.
    text: String,
    /// Where each lies, what it is, and whether it is listed in capitals.
    names: Vec<(Range<usize>, Kinds, bool)>,
}

static GAZETTEER: LazyLock<Gazetteer> = LazyLock::new(Gazetteer::build);

/// Lists whose every entry is of one kind.
const PLAIN: [(&str, Kinds); 6] = [
    (include_str!("../../assets/entities/places.txt"), Kinds::PLACE),
    (include_str!("../../assets/entities/groups.txt"), Kinds::GROUP),
    (include_str!("../../assets/entities/organisations.txt"), Kinds::ORGANISATION),
    (include_str!("../../assets/entities/titles.txt"), Kinds::TITLE),
    (include_str!("../../assets/entities/first-names.txt"), Kinds::FIRST_NAME),
    (include_str!("../../assets/entities/common.txt"), Kinds::COMMON),
];

/// Lists whose lines open with what their entries are: `weekday: Monday, …`.
const KEYED: [&str; 4] = [
    include_str!("../../assets/entities/works.txt"),
    include_str!("../../assets/entities/heads.txt"),
    include_str!("../../assets/entities/dates.txt"),
    include_str!("../../assets/entities/currencies.txt"),
];

const COUNTRIES: &str = include_str!("../../assets/entities/countries.txt");

impl Gazetteer {
    /// Built on first use, then shared.
    pub fn get() -> &'static Self {
        &GAZETTEER
    }

    /// Kept for as long as the program runs, so the text of its names is never given back.
    fn build() -> Self {
        let Names { text, names } = Names::read();
        let text: &'static str = text.leak();
        let mut gazetteer = Self::default();
        gazetteer.entries.reserve(2 * names.len());
        for (range, kind, capitals) in names {
            gazetteer.add(&text[range], kind, capitals);
        }
        gazetteer
    }

    fn add(&mut self, phrase: &'static str, kind: Kinds, capitals: bool) {
        for (at, _) in phrase.match_indices(' ') {
            self.entries.entry(&phrase[..at]).or_default().begins = true;
        }
        let entry = self.entries.entry(phrase).or_default();
        if capitals {
            entry.in_capitals = entry.in_capitals | kind;
        } else {
            entry.kinds = entry.kinds | kind;
        }
    }

    /// What one folded word is, and whether a listed phrase begins with it.
    pub fn word(&self, fold: &str, capitals: bool) -> (Kinds, bool) {
        let entry = self.entries.get(fold).copied().unwrap_or_default();
        let more = if capitals { entry.in_capitals } else { Kinds::default() };
        (entry.kinds | more, entry.begins)
    }

    /// The longest listed phrase of kind `of` from token `at`, not past `end`: where it ends and
    /// what it is.
    pub fn longest(&self, text: &Text, at: usize, end: usize, of: Kinds) -> Option<(usize, Kinds)> {
        let first = text.tokens.get(at)?;
        let mut best = first.kinds.any(of).then_some((at + 1, first.kinds));
        if !first.begins {
            return best;
        }
        let mut phrase = text.fold(at).to_owned();
        for n in at + 1..end {
            push_word(&mut phrase, text.fold(n));
            let Some(entry) = self.entries.get(phrase.as_str()) else { break };
            let kinds = entry.kinds | entry.in_capitals;
            if kinds.any(of) {
                best = Some((n + 1, kinds));
            }
            if !entry.begins {
                break;
            }
        }
        best
    }

    /// Is this folded phrase a listed name?
    pub fn names(&self, phrase: &str) -> bool {
        let entry = self.entries.get(phrase);
        entry.is_some_and(|entry| (entry.kinds | entry.in_capitals).any(Kinds::NAMED))
    }
}

impl Names {
    fn read() -> Self {
        let mut names = Self::default();
        for line in lines(COUNTRIES) {
            let kinds = [Kinds::PLACE, Kinds::GROUP, Kinds::PLACE];
            for (list, kind) in line.split('|').zip(kinds) {
                names.add_all(list.split(','), kind);
            }
        }
        for (list, kind) in PLAIN {
            let by_word = kind == Kinds::FIRST_NAME || kind == Kinds::COMMON;
            let apart = |c: char| if by_word { c == ' ' } else { c == ',' };
            lines(list).for_each(|line| names.add_all(line.split(apart), kind));
        }
        for line in KEYED.into_iter().flat_map(lines) {
            let (key, list) = line.split_once(':').expect("keyed lists have a colon on each line");
            names.add_all(list.split(','), kind_of_key(key));
        }
        names
    }

    fn add_all<'a>(&mut self, names: impl Iterator<Item = &'a str>, kind: Kinds) {
        for name in names.map(str::trim).filter(|n| !n.is_empty() && *n != "-") {
            let from = self.text.len();
            let capitals = push_phrase(name, &mut self.text);
            self.names.push((from..self.text.len(), kind, capitals));
        }
    }
}

fn lines(list: &str) -> impl Iterator<Item = &str> {
    list.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty())
}

fn kind_of_key(key: &str) -> Kinds {
    match key {
        "misc" => Kinds::MISC,
        "product" => Kinds::PRODUCT,
        "organization last" => Kinds::ORG_LAST,
        "organization first" => Kinds::ORG_FIRST,
        "location last" => Kinds::PLACE_LAST,
        "location first" => Kinds::PLACE_FIRST,
        "location lead" => Kinds::PLACE_LEAD,
        "facility last" => Kinds::FACILITY_LAST,
        "misc last" => Kinds::MISC_LAST,
        "misc lead" => Kinds::MISC_LEAD,
        "weekday" => Kinds::WEEKDAY,
        "code" => Kinds::CODE,
        "sign" => Kinds::SIGN,
        "unit" => Kinds::UNIT,
        "scale" => Kinds::SCALE,
        "before" => Kinds::BEFORE_UNIT,
        "foreign weekday" => Kinds::FOREIGN_WEEKDAY,
        month if month.starts_with("month") => Kinds::MONTH,
        month if month.starts_with("foreign month") => Kinds::FOREIGN_MONTH,
        _ => Kinds::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_lists_is_known() {
        for line in KEYED.into_iter().flat_map(lines) {
            let key = line.split(':').next().unwrap_or("");
            assert_ne!(kind_of_key(key), Kinds::default(), "{key}");
        }
    }

    #[test]
    fn the_longest_name_wins() {
        let text = Text::new("United Arab Emirates signs", Gazetteer::get());
        let (end, kinds) = Gazetteer::get().longest(&text, 0, 4, Kinds::NAMED).unwrap();
        assert_eq!((end, kinds.label()), (3, Some(Label::Location)));
    }

    #[test]
    fn bodies_in_capitals_are_not_common_words() {
        assert!(!Gazetteer::get().word("who", false).0.any(Kinds::ORGANISATION));
        assert!(Gazetteer::get().word("who", true).0.any(Kinds::ORGANISATION));
    }
}
