//! The language of an article that does not name it.

use whatlang::{Lang, detect as whatlang_detect};

use super::header::CODES;
use crate::article::Article;

/// Fewer letters than this, of words without a capital, are guessed wrong too often, unless their
/// script says it all. Names say little: a table of teams may look like any language.
const ENOUGH: usize = 60;
/// More letters than this only take time.
const PLENTY: usize = 800;

/// The primary subtag, or `None` when the text is too short to tell.
pub(super) fn detect(article: &Article) -> Option<String> {
    let sample = sample(article);
    if is_plain_english(&sample) {
        return Some("en".into());
    }
    let found = whatlang_detect(&sample)?;
    let letters: usize = sample.split_whitespace().map(small_letters).sum();
    let own_script = !matches!(found.lang(), Lang::Eng) && found.confidence() >= 1.0;
    let sure = (letters >= ENOUGH && (found.is_reliable() || found.confidence() > 0.5))
        || (letters >= ENOUGH / 4 && own_script && !sample.is_ascii());
    sure.then(|| short(found.lang().code()))
}

/// Words that are an eighth of English prose, and of no other. Where they are about
/// as frequent there is nothing to compare, which would take most of the time that a short
/// text takes.
fn is_plain_english(sample: &str) -> bool {
    let (mut words, mut own, mut foreign) = (0, [0; 4], 0);
    let parts = sample.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    for word in parts {
        words += 1;
        match word {
            "the" | "The" => own[0] += 1,
            "and" | "And" => own[1] += 1,
            "of" => own[2] += 1,
            "to" | "To" => own[3] += 1,
            word if !word.is_ascii() => foreign += 1,
            _ => {}
        }
    }
    let often = own.iter().sum::<usize>() * 10 >= words;
    let all = own[0] > 1 && own.iter().filter(|count| **count > 0).count() >= 3;
    words >= PLAIN && often && all && foreign * 20 <= words
}

/// Fewer words are compared with all languages.
const PLAIN: usize = 40;

/// Letters of a word, if it has no capital.
fn small_letters(word: &str) -> usize {
    if word.chars().any(char::is_uppercase) {
        return 0;
    }
    word.chars().filter(|c| c.is_alphabetic()).count()
}

fn short(code: &str) -> String {
    let two = CODES.iter().find(|(three, _)| *three == code).map(|(_, two)| *two);
    two.unwrap_or(code).to_string()
}

/// The longest paragraphs: prose, where menus and credits are short.
fn sample(article: &Article) -> String {
    let mut texts: Vec<&str> = article.paragraphs.iter().map(|p| p.text.as_str()).collect();
    texts.push(&article.title);
    texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
    let mut sample = String::new();
    for text in texts {
        if sample.len() >= PLENTY {
            break;
        }
        let end = text.char_indices().nth(PLENTY).map_or(text.len(), |(at, _)| at);
        sample.push_str(&text[..end]);
        sample.push('\n');
    }
    sample
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(text: &str) -> Option<String> {
        detect(&Article { title: text.into(), ..Article::default() })
    }

    #[test]
    fn languages_are_told_apart() {
        let english = "The ferry that had been lost in the storm came back on Monday, the harbour office said, and nobody was hurt.";
        let turkish = "Fırtınada kaybolan feribot pazartesi günü geri döndü, liman müdürlüğü kimsenin yaralanmadığını açıkladı.";
        let german = "Die Fähre, die im Sturm verschollen war, ist am Montag zurückgekehrt, teilte das Hafenamt mit, niemand wurde verletzt.";
        let long = "The mayor of the island said that the ferry would sail to the mainland and back \
                    twice a day, and that the price of a ticket would stay what it was in the \
                    spring. Nobody in the harbour was sure of it.";
        assert!(is_plain_english(long) && !is_plain_english(&german.repeat(3)));
        for (text, code) in [(english, "en"), (turkish, "tr"), (german, "de"), (long, "en")] {
            assert_eq!(language(text).as_deref(), Some(code));
        }
        let table = "Lindmoor Rovers 4 Tarnby 2 Santa Brava 1 Marseille 0 (halftime 1-0) Grünbrück 2 Bordeaux 2 Le Havre 3 Kulu 1";
        assert_eq!(language(table), None);
        assert_eq!(language("Ferry returns"), None);
        assert_eq!(language(""), None);
    }
}
