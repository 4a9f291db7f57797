//! A large library of made-up news, the same on every machine: words by Zipf's law out of a
//! vocabulary that grows with the library, names, outlets, tags, languages, dates of ten years.
//!
//! Article `n` depends on `n` alone, so a library of a million begins with one of ten thousand.
//! Lines are in the form that `cat --json` writes, marked and tagged: what is measured is the
//! library and not the cleaner.

use std::io::Write;

use serde_json::json;

/// The newest article is of this second.
pub const NOW: i64 = 1_750_000_000;
const TEN_YEARS: f64 = 315_360_000.0;
const OUTLETS: usize = 200;
const NAMES: usize = 120_000;
const TAGS: [&str; 12] = [
    "politics", "world", "business", "sport", "science", "health", "culture", "crime", "travel",
    "energy", "law", "opinion",
];
const LABELS: [&str; 3] = ["person", "organization", "location"];
const LANGUAGES: [&str; 4] = ["en", "en", "en", "tr"];

/// SplitMix64: a number a step, from any seed.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5851_F42D_4C95_7F2D)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ z >> 31
    }

    /// From zero up to one.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.share() * limit as f64) as usize
    }

    /// A rank up to `limit` by Zipf's law.
    fn rank(&mut self, limit: usize) -> usize {
        (limit as f64).powf(self.share()) as usize - 1
    }
}

const ONSETS: [&str; 20] = [
    "b", "br", "c", "d", "dr", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "st", "t", "tr",
    "v", "w",
];
const RHYMES: [&str; 20] = [
    "a", "e", "i", "o", "u", "an", "er", "in", "or", "ul", "ai", "ea", "is", "om", "ur", "ast",
    "ent", "ing", "old", "urn",
];

/// The word of a rank: the frequent ones are short.
pub fn word(rank: usize) -> String {
    let mut dice = Dice::new(rank as u64 ^ 0xC0FF_EE00);
    let syllables = 1 + usize::from(rank > 40) + usize::from(rank > 3_000) + rank % 2;
    let mut word = String::new();
    for _ in 0..syllables {
        word.push_str(ONSETS[dice.below(ONSETS.len())]);
        word.push_str(RHYMES[dice.below(RHYMES.len())]);
    }
    word
}

pub fn name(rank: usize) -> String {
    let mut name = String::new();
    for part in [rank % 3_000, rank / 3 + 7] {
        let word = word(100 + part);
        let (first, rest) = word.split_at(1);
        name.push_str(&format!(
            "{}{}{rest}",
            if name.is_empty() { "" } else { " " },
            first.to_uppercase()
        ));
    }
    name
}

pub fn outlet(n: usize) -> String {
    format!("{} post", word(500 + n))
}

pub fn tag(n: usize) -> &'static str {
    TAGS[n % TAGS.len()]
}

/// A word that only article `n` has.
pub fn token(n: usize) -> String {
    format!("zq{n}x")
}

/// Writes the lines of some articles.
pub fn write(out: &mut impl Write, articles: std::ops::Range<usize>) -> std::io::Result<()> {
    for n in articles {
        let line = article(n);
        out.write_all(line.as_bytes())?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn article(n: usize) -> String {
    let mut dice = Dice::new(n as u64);
    // As a language does, the vocabulary grows with the text: article `n` may bring new words.
    let vocabulary = 20_000 + 2 * n;
    let names: Vec<String> = (0..2 + dice.below(6)).map(|_| name(dice.rank(NAMES))).collect();
    let title: Vec<String> = (0..6 + dice.below(4)).map(|_| word(dice.rank(vocabulary))).collect();
    let title = title.join(" ");
    let (mut text, mut entities, mut paragraphs) = (title.clone(), Vec::new(), Vec::new());
    for part in 0..4 + dice.below(9) {
        let mut paragraph = String::new();
        for at in 0..30 + dice.below(40) {
            if at > 0 {
                paragraph.push(' ');
            }
            if at % 17 == 5 {
                let name = dice.below(names.len());
                let start = text.len() + 1 + paragraph.len();
                paragraph.push_str(&names[name]);
                let end = text.len() + 1 + paragraph.len();
                entities.push(json!({"start": start, "end": end, "id": name, "name": names[name],
                    "text": names[name], "label": LABELS[name % 3]}));
            } else {
                paragraph.push_str(&word(dice.rank(vocabulary)));
            }
        }
        if part == 0 {
            paragraph.push_str(&format!(" {}", token(n)));
        }
        paragraph.push('.');
        text = format!("{text}\n{paragraph}");
        paragraphs.push(json!({"text": paragraph, "kind": "paragraph", "kept": true,
            "reason": null, "score": 0.1}));
    }
    let age = (TEN_YEARS * dice.share().powf(1.5)) as i64;
    json!({
        "url": format!("https://wire.test/{n}"), "title": title, "text": text,
        "source": outlet(dice.rank(OUTLETS)), "published": NOW - age,
        "language": LANGUAGES[dice.below(LANGUAGES.len())],
        "tags": [tag(dice.rank(TAGS.len()))], "paragraphs": paragraphs, "entities": entities,
    })
    .to_string()
}

/// Queries by kind, as a reader of a library of so many articles would type them.
pub fn queries(articles: usize) -> Vec<(&'static str, Vec<String>)> {
    let mut dice = Dice::new(7);
    let some = |from: usize, to: usize, dice: &mut Dice| word(from + dice.below(to - from));
    let mut of = |kind: &'static str, make: &mut dyn FnMut(&mut Dice, usize) -> String| {
        (kind, (0..20).map(|n| make(&mut dice, n)).collect::<Vec<String>>())
    };
    let typo = |word: String| {
        let (at, _) = word.char_indices().nth(2).unwrap_or((0, 'x'));
        let mut letters: Vec<char> = word.chars().collect();
        if letters.len() > at + 1 {
            letters.swap(at, at + 1);
        }
        letters.into_iter().collect::<String>()
    };
    vec![
        of("common", &mut |_, n| word(2 + n)),
        of("middle", &mut |dice, _| some(300, 3_000, dice)),
        of("rare", &mut |dice, _| token(dice.below(articles))),
        of("two words", &mut |dice, _| format!("{} {}", some(20, 800, dice), some(20, 800, dice))),
        of("phrase", &mut |dice, _| format!("\"{} {}\"", some(0, 30, dice), some(0, 30, dice))),
        of("prefix", &mut |dice, n| some(300, 9_000, dice).chars().take(2 + n % 6).collect()),
        of("word + prefix", &mut |dice, n| {
            let prefix: String = some(300, 9_000, dice).chars().take(2 + n % 4).collect();
            format!("{} {prefix}", some(2, 60, dice))
        }),
        of("typo", &mut |dice, _| typo(some(4_000, 9_000, dice) + "qe")),
        of("source", &mut |dice, n| format!("{} source:\"{}\"", some(2, 90, dice), outlet(n))),
        of("entity", &mut |dice, n| format!("{} entity:\"{}\"", some(2, 40, dice), name(n * n))),
        of("tag", &mut |dice, n| format!("{} tag:{}", some(2, 90, dice), tag(n))),
        of("date", &mut |dice, n| {
            format!("{} after:20{}-03 before:20{}", some(2, 90, dice), 16 + n % 8, 18 + n % 8)
        }),
        of("language", &mut |dice, _| format!("{} lang:tr", some(2, 90, dice))),
        of("unread", &mut |dice, _| format!("{} is:unread", some(2, 90, dice))),
        of("starred", &mut |dice, _| format!("{} is:starred", some(2, 90, dice))),
        of("excluding", &mut |dice, _| format!("{} -{}", some(2, 90, dice), some(2, 90, dice))),
    ]
}
