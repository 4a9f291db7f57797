//! By what copies of an article are looked up, and how alike two of them are.

use std::collections::{BTreeMap, BTreeSet};

use super::address;
use crate::article::Article;
use crate::library::{analyze, digest::hash};

/// Words in a row that are compared.
const ROW: usize = 3;
/// Texts with fewer rows are compared as a whole only.
pub(super) const SHORT: usize = 40;
/// Kinds of rows, of each of which the smallest is kept, and how many of these make a key. A pair
/// with nine rows of ten in common shares a key in 995 cases of 1,000, one with half in 27 of 100.
const KINDS: usize = 20;
const BAND: usize = 4;
/// Keys of an article, at most.
pub(super) const MOST_KEYS: usize = KINDS / BAND + 1;
/// Rows looked at: a story is told within some ten thousand words.
const ROWS: usize = 10_000;

/// What an article says, for comparing.
#[derive(Clone, Debug, Default)]
pub(in crate::library) struct Words {
    rows: Vec<u64>,
    /// Words with a digit: figures make the news.
    numbers: BTreeSet<u64>,
    title: u64,
    /// All words in order.
    whole: u64,
    address: Option<u64>,
}

impl Words {
    /// Of the title and the kept paragraphs.
    pub fn of(article: &Article) -> Self {
        let mut words = Vec::new();
        let mut numbers = BTreeSet::new();
        for paragraph in article.paragraphs.iter().filter(|p| p.mark.kept()) {
            analyze::terms(&paragraph.text, |term, _| {
                if words.len() > ROWS {
                    return;
                }
                let word = hash(term.as_bytes());
                words.push(word);
                if term.bytes().any(|byte| byte.is_ascii_digit()) {
                    numbers.insert(word);
                }
            });
            if words.len() > ROWS {
                break;
            }
        }
        let join = |sum: u64, word: &u64| stirred(sum.rotate_left(5) ^ word);
        Self {
            rows: words.windows(ROW).map(|row| row.iter().fold(0, join)).collect(),
            numbers,
            title: hash(analyze::fold(&article.title).as_bytes()),
            whole: words.iter().fold(0, join),
            address: article.url.as_deref().and_then(address_of),
        }
    }

    /// Two articles that share one of these may be copies.
    pub fn keys(&self) -> Vec<u32> {
        let mut keys = Vec::with_capacity(MOST_KEYS);
        keys.extend(self.address.map(|address| key(1, address)));
        match self.rows.len() {
            0 => {}
            // A line or two say little by themselves.
            1..SHORT => keys.push(key(2, self.whole ^ self.title.rotate_left(7))),
            _ => {
                let smallest = smallest(&self.rows);
                let bands = smallest.chunks_exact(BAND).zip(3..);
                let band = |(band, kind): (&[u64], u64)| {
                    key(kind, band.iter().fold(0, |sum, row| stirred(sum ^ row)))
                };
                keys.extend(bands.map(band));
            }
        }
        keys
    }

    /// False when another article, of which only the address is known, and with how many of these
    /// `keys` it shares, can neither have just the same words nor the same address.
    pub fn may_be_same(&self, url: Option<&str>, shared: usize, keys: usize) -> bool {
        let of_words = keys - usize::from(self.address.is_some());
        shared >= of_words || self.address.is_some() && self.address == url.and_then(address_of)
    }

    /// How another article is a copy of this one; `None` when it is none.
    pub fn copy(&self, other: &Words) -> Option<How> {
        let short = self.rows.len() < SHORT || other.rows.len() < SHORT;
        let same_title = self.title == other.title;
        if self.whole == other.whole && !self.rows.is_empty() && (same_title || !short) {
            return Some(How::Words);
        }
        let alike = || if short { Alike::default() } else { self.alike(other) };
        // One address may be that of a page which tells another story every day.
        if self.address.is_some() && self.address == other.address {
            let same = same_title || alike().contained >= SUMMARY;
            return same.then_some(How::Address);
        }
        // What takes long comes last: most of those that are compared are other stories.
        let (a, b) = (self.rows.len() as f64, other.rows.len() as f64);
        let same_length = a.min(b) >= NEARLY * a.max(b);
        let same_figures =
            || self.numbers.is_subset(&other.numbers) || other.numbers.is_subset(&self.numbers);
        let nearly = same_length && same_figures() && alike().share >= NEARLY;
        nearly.then_some(How::Nearly)
    }

    fn alike(&self, other: &Words) -> Alike {
        let mut counts = BTreeMap::<u64, (u32, u32)>::new();
        self.rows.iter().for_each(|row| counts.entry(*row).or_default().0 += 1);
        other.rows.iter().for_each(|row| counts.entry(*row).or_default().1 += 1);
        let both: u32 = counts.values().map(|(a, b)| a.min(b)).sum();
        let all: u32 = counts.values().map(|(a, b)| a.max(b)).sum();
        let less = self.rows.len().min(other.rows.len());
        let share = |of: f64| f64::from(both) / of.max(1.0);
        Alike { share: share(f64::from(all)), contained: share(less as f64) }
    }
}

/// Rows that two texts share: of all that one of them has, and of those of the shorter one.
#[derive(Clone, Copy, Debug, Default)]
struct Alike {
    share: f64,
    contained: f64,
}

/// Texts that share so much of their rows are one, if their figures are the same: a story's update
/// has new ones, or tells more.
const NEARLY: f64 = 0.9;
/// Under one address a summary has as much of its rows in the full text.
const SUMMARY: f64 = 0.6;

/// How an article is a copy of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The same words.
    Words,
    /// The same address.
    Address,
    /// Nearly the same words.
    Nearly,
}

impl How {
    pub const ALL: [How; 3] = [How::Words, How::Address, How::Nearly];

    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            How::Words => "words",
            How::Address => "address",
            How::Nearly => "nearly",
        }
    }

    pub(super) fn number(self) -> i64 {
        match self {
            How::Words => 0,
            How::Address => 1,
            How::Nearly => 2,
        }
    }

    pub(super) fn from_number(number: i64) -> Self {
        Self::ALL.into_iter().find(|how| how.number() == number).unwrap_or(How::Nearly)
    }
}

fn address_of(url: &str) -> Option<u64> {
    address::normal(url).map(|url| hash(url.as_bytes()))
}

/// Of each kind of rows the smallest; a kind without any takes that of the next one.
fn smallest(rows: &[u64]) -> [u64; KINDS] {
    let mut smallest = [u64::MAX; KINDS];
    for row in rows {
        let row = stirred(*row);
        let kind = (((row >> 32) * KINDS as u64) >> 32) as usize;
        let value = row & u64::from(u32::MAX);
        smallest[kind] = smallest[kind].min(value);
    }
    let found = smallest;
    for kind in 0..KINDS {
        let next = (0..KINDS).find(|step| found[(kind + step) % KINDS] != u64::MAX);
        if let Some(step) = next {
            // A value borrowed from afar is told from one of its own.
            smallest[kind] = found[(kind + step) % KINDS] + ((step as u64) << 32);
        }
    }
    smallest
}

fn key(kind: u64, value: u64) -> u32 {
    (stirred(value ^ kind.wrapping_mul(0x9E37_79B9_7F4A_7C15)) >> 32) as u32
}

pub(super) fn stirred(mut hash: u64) -> u64 {
    hash = (hash ^ hash >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    hash = (hash ^ hash >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    hash ^ hash >> 31
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Paragraph;

    fn words(title: &str, url: Option<&str>, text: &str) -> Words {
        let paragraphs = vec![Paragraph { text: text.into(), ..Paragraph::default() }];
        let url = url.map(str::to_owned);
        Words::of(&Article { title: title.into(), url, paragraphs, ..Article::default() })
    }

    /// A story of so many words, those from `from` on of another.
    fn story(count: usize, from: usize) -> String {
        let word = |n: usize| {
            format!("{}{}", if n < from { "a" } else { "b" }, "x".repeat(n % 7) + &roman(n))
        };
        (0..count).map(word).collect::<Vec<_>>().join(" ")
    }

    /// A number without a digit.
    fn roman(n: usize) -> String {
        n.to_string().bytes().map(|byte| char::from(byte - b'0' + b'k')).collect()
    }

    fn shares_a_key(a: &Words, b: &Words) -> bool {
        let keys = a.keys();
        b.keys().iter().any(|key| keys.contains(key))
    }

    #[test]
    fn wire_copies_are_one_and_updates_are_not() {
        let text = story(300, 300);
        let wire = words("Ferry returns", None, &text);
        let same = words("The ferry is back", None, &text);
        assert_eq!(wire.copy(&same), Some(How::Words));
        let edited = words("Ferry back", None, &format!("HARBOUR (Post) {text}"));
        assert_eq!(wire.copy(&edited), Some(How::Nearly));
        assert!(shares_a_key(&wire, &edited));
        let update = words("Ferry returns", None, &format!("{text} {}", story(60, 0)));
        assert_eq!(wire.copy(&update), None, "an update tells more");
        let figures = |n: u32| words("Toll", None, &format!("{text} {n} were hurt"));
        assert_eq!(figures(12).copy(&figures(15)), None, "an update has other figures");
        let other = words("Snow", None, &story(300, 0));
        assert!(wire.copy(&other).is_none() && !shares_a_key(&wire, &other));
    }

    #[test]
    fn short_texts_need_the_same_title() {
        let photo = words("Gull", None, "Photo by our reader");
        assert_eq!(photo.copy(&words("Ferry", None, "Photo by our reader")), None);
        let same = words("GULL", None, "Photo: by our reader!");
        assert_eq!(photo.copy(&same), Some(How::Words));
        assert!(shares_a_key(&photo, &same));
        assert_eq!(words("", None, "").copy(&words("", None, "")), None);
    }

    #[test]
    fn one_address_is_one_article_unless_it_tells_another_story() {
        let (page, amp) = ("https://www.post.example/a?utm_source=x#top", "http://post.example/a/");
        let full = words("Ferry returns", Some(page), &story(300, 300));
        let summary = words("Ferry returns", Some(amp), "The ferry is back.");
        assert_eq!(full.copy(&summary), Some(How::Address));
        assert!(shares_a_key(&full, &summary));
        let head = words("Ferry is back", Some(amp), &story(80, 300));
        assert_eq!(full.copy(&head), Some(How::Address), "its first paragraphs");
        let blog = words("Live: day 2", Some(amp), &story(300, 0));
        assert_eq!(full.copy(&blog), None);
    }

    #[test]
    fn most_nearly_equal_texts_share_a_key() {
        let found = (0..200).filter(|n| {
            let text = format!("{} {}", roman(*n), story(200, 200));
            let edit = text.replacen(&roman(100), "edited", 2).replacen(&roman(31), "other", 1);
            shares_a_key(&words("", None, &text), &words("", None, &edit))
        });
        assert!(found.count() >= 190);
    }
}
