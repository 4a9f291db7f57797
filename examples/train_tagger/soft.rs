//! The teacher's labels: for each of its words a few tags with their probabilities.

use std::error::Error;
use std::fs;
use std::path::Path;

use gazette::entities::Text;
use gazette::entities::model::labels::{CLASSES, OUTSIDE, Part, TAGS, parts, tag};

use crate::data::Annotated;

/// Tags a token should get, with their probabilities.
pub type Target = Vec<(u8, f32)>;

/// One article's labels, by bytes of its text.
#[derive(Debug)]
pub struct Soft {
    words: Vec<(usize, usize, Target)>,
}

/// Reads what `label.py --jsonl` wrote of `articles`, in their order.
pub fn read(path: &Path, articles: &[Annotated]) -> Result<Vec<Soft>, Box<dyn Error>> {
    let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.is_empty());
    articles.iter().map(|article| of_article(article, &mut lines, path)).collect()
}

fn of_article<'a>(
    article: &Annotated,
    lines: &mut impl Iterator<Item = (usize, &'a str)>,
    path: &Path,
) -> Result<Soft, Box<dyn Error>> {
    let text = &article.text;
    let offsets: Vec<usize> = text.char_indices().map(|(n, _)| n).chain([text.len()]).collect();
    let mut words = Vec::new();
    for (from, to) in &article.tokens {
        let (from, to) = (offsets[*from], offsets[*to]);
        let word = text[from..to].split_whitespace().collect::<Vec<_>>().join(" ");
        if word.is_empty() {
            continue;
        }
        let (n, line) = lines.next().ok_or_else(|| format!("{}: ends early", path.display()))?;
        let fields: Vec<&str> = line.split('\t').collect();
        if fields.len() != 3 || fields[0] != word {
            let name = path.display();
            return Err(
                format!("{name}:{}: expected the word {word:?}, found {line:?}", n + 1).into()
            );
        }
        words.push((from, to, target(fields[2])));
    }
    Ok(Soft { words })
}

fn target(field: &str) -> Target {
    let one = |pair: &str| {
        let (name, p) = pair.rsplit_once(':')?;
        Some((tag_of(name)? as u8, p.parse().ok()?))
    };
    field.split(' ').filter_map(one).collect()
}

/// The teacher has the classes in the same order, with its own names.
fn tag_of(name: &str) -> Option<usize> {
    const NAMES: [&str; CLASSES.len()] = [
        "Person",
        "Location",
        "Organization",
        "NORP",
        "Date",
        "Misc",
        "Money",
        "Facility",
        "Product",
    ];
    if name == "O" {
        return Some(OUTSIDE);
    }
    let (part, class) = name.split_once('-')?;
    let part = match part {
        "B" => Part::Begin,
        "I" => Part::Inside,
        "E" => Part::End,
        _ => Part::Single,
    };
    Some(tag(NAMES.iter().position(|n| *n == class)?, part))
}

impl Soft {
    /// Gives each token of a line that begins at byte `start` its word's labels, `trust` parts of
    /// them to one less of what it has.
    pub fn mix(&self, text: &Text, start: usize, trust: f32, targets: &mut [Target]) {
        let mut at = self.words.partition_point(|w| w.1 <= start);
        for (n, token) in text.tokens.iter().enumerate() {
            let (from, to) = (start + token.start as usize, start + token.end as usize);
            while self.words.get(at).is_some_and(|w| w.1 <= from) {
                at += 1;
            }
            let Some(word) = self.words.get(at).filter(|w| w.0 < to) else { continue };
            let last = self.words[at..].iter().take_while(|w| w.0 < to).last().unwrap_or(word);
            let first_piece = from <= word.0;
            let last_piece = to >= last.1;
            let moved = word.2.iter().map(|(t, p)| (moved(*t, first_piece, last_piece, last), *p));
            mix_one(&mut targets[n], moved, trust);
        }
    }
}

/// The tag of a piece of a word, or of a token that holds several words up to `last`.
fn moved(tagged: u8, first: bool, last_piece: bool, last: &(usize, usize, Target)) -> u8 {
    let Some((class, part)) = parts(usize::from(tagged)) else { return tagged };
    let closes = matches!(part, Part::End | Part::Single)
        || last.2.first().is_some_and(|(t, _)| {
            parts(usize::from(*t)).is_some_and(|(_, p)| matches!(p, Part::End))
        });
    let opens = matches!(part, Part::Begin | Part::Single) && first;
    let part = match (opens, closes && last_piece) {
        (true, true) => Part::Single,
        (true, false) => Part::Begin,
        (false, true) => Part::End,
        (false, false) => Part::Inside,
    };
    tag(class, part) as u8
}

fn mix_one(target: &mut Target, soft: impl Iterator<Item = (u8, f32)>, trust: f32) {
    let mut all = [0f32; TAGS];
    let soft: Vec<(u8, f32)> = soft.collect();
    let sum: f32 = soft.iter().map(|(_, p)| p).sum();
    for (tag, p) in target.iter() {
        all[usize::from(*tag)] += p * (1.0 - trust);
    }
    for (tag, p) in soft {
        all[usize::from(tag)] += p / sum * trust;
    }
    *target = (0..TAGS).filter(|n| all[*n] > 0.0).map(|n| (n as u8, all[n])).collect();
}
