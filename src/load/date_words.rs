//! Dates in words and figures: "16th of May, 2025", "16.05.2025", and times of day.

use jiff::civil::{Date, Time};
use jiff::tz::Offset;

/// The date in `text`, and the text without it, where the time of day is looked for.
pub(super) fn parse(text: &str) -> Option<(Date, String)> {
    let tokens = tokens(text);
    named(&tokens).or_else(|| figures(text))
}

/// A run of digits or of letters.
#[derive(Clone, Copy, Debug)]
struct Token<'a> {
    text: &'a str,
    number: Option<u32>,
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let same =
            |c: char| c.is_ascii_digit() == first.is_ascii_digit() && is_word(c) == is_word(first);
        let end = rest.find(|c| !same(c)).unwrap_or(rest.len());
        let (token, after) = rest.split_at(end);
        tokens.push(Token { text: token, number: token.parse().ok() });
        rest = after;
    }
    tokens
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric()
}

/// Month by name, with its day and year on either side.
fn named(tokens: &[Token<'_>]) -> Option<(Date, String)> {
    let (at, month) =
        tokens.iter().enumerate().find_map(|(at, token)| Some((at, month(token.text)?)))?;
    let number = |at: usize| tokens.get(at).and_then(|token| token.number.map(|n| (at, n)));
    let before = (at.saturating_sub(5)..at).rev().find_map(number);
    let mut after = (at + 1..at + 6).filter_map(number);
    let (next, later) = (after.next(), after.next());
    let is_day = |n: &(usize, u32)| (1..=31).contains(&n.1) && tokens[n.0].text.len() <= 2;
    let is_year = |n: &(usize, u32)| tokens[n.0].text.len() == 4;
    let (day, year) = match (before.filter(is_day), next, later) {
        (Some(day), Some(year), _) if is_year(&year) => (day, year),
        (_, Some(day), Some(year)) if is_day(&day) && is_year(&year) => (day, year),
        _ => return None,
    };
    let date = Date::new(year.1 as i16, month, day.1 as i8).ok()?;
    let from = day.0.min(at);
    Some((date, without(tokens, from, year.0)))
}

/// The text without the tokens from `from` to `to`.
fn without(tokens: &[Token<'_>], from: usize, to: usize) -> String {
    let kept = tokens.iter().enumerate().filter(|(at, _)| !(from..=to).contains(at));
    kept.map(|(_, token)| token.text).collect()
}

/// `16.05.2025`, `16/05/2025`; `5/16/2025` where it cannot be the other way round.
fn figures(text: &str) -> Option<(Date, String)> {
    let tokens = tokens(text);
    let at = tokens.windows(5).position(|five| {
        let mark = five[1].text;
        let small = |token: &Token<'_>| token.number.is_some() && token.text.len() <= 2;
        small(&five[0])
            && small(&five[2])
            && matches!(mark, "." | "/" | "-")
            && five[3].text == mark
            && five[4].number.is_some()
            && matches!(five[4].text.len(), 2 | 4)
    })?;
    let number = |at: usize| tokens[at].number.map(|n| n as i16);
    let (first, second) = (number(at)? as i8, number(at + 2)? as i8);
    let year = match (number(at + 4)?, tokens[at + 4].text.len()) {
        (year, 4) => year,
        (year, _) if year < 70 => 2000 + year,
        (year, _) => 1900 + year,
    };
    let (day, month) = if second > 12 { (second, first) } else { (first, second) };
    let date = Date::new(year, month, day).ok()?;
    Some((date, without(&tokens, at, at + 4)))
}

/// `15:46:00+03:00`, `3:46 p.m. EST`, `15.46 Uhr`, `15h46`, the first in `text`.
pub(super) fn clock(text: &str) -> Option<(Time, Offset)> {
    let tokens = tokens(text);
    let at = tokens.windows(3).position(|three| {
        let digits =
            |token: &Token<'_>, most: usize| token.number.is_some() && token.text.len() <= most;
        digits(&three[0], 2)
            && matches!(three[1].text, ":" | "." | "h")
            && digits(&three[2], 2)
            && three[2].text.len() == 2
    });
    let Some(at) = at else { return bare_hour(&tokens) };
    let number = |at: usize| tokens.get(at).and_then(|token| token.number);
    let (hour, minute) = (number(at)?, number(at + 2)?);
    let colon = tokens.get(at + 3).is_some_and(|token| token.text == ":");
    let second = if colon { number(at + 4) } else { None };
    let mut end = if second.is_some() { at + 5 } else { at + 3 };
    // Fractions of a second.
    if second.is_some() && tokens.get(end).is_some_and(|token| matches!(token.text, "." | ",")) {
        end += 2;
    }
    let rest: String = tokens[end.min(tokens.len())..].iter().map(|token| token.text).collect();
    let time = time(hour, minute, second.unwrap_or(0), half(&rest))?;
    Some((time, offset(&rest).unwrap_or(Offset::UTC)))
}

/// `3 pm`.
fn bare_hour(tokens: &[Token<'_>]) -> Option<(Time, Offset)> {
    tokens.iter().enumerate().find_map(|(at, token)| {
        let hour = token.number.filter(|hour| *hour <= 12)?;
        let rest: String = tokens[at + 1..].iter().map(|token| token.text).collect();
        let half = half(&rest)?;
        Some((time(hour, 0, 0, Some(half))?, offset(&rest).unwrap_or(Offset::UTC)))
    })
}

fn time(hour: u32, minute: u32, second: u32, half: Option<bool>) -> Option<Time> {
    let hour = match (hour, half) {
        (12, Some(false)) => 0,
        (1..=11, Some(true)) => hour + 12,
        _ => hour,
    };
    // A leap second, and midnight as 24:00, are the moment before.
    let (hour, minute) = if hour == 24 && minute == 0 { (0, 0) } else { (hour, minute) };
    Time::new(hour.try_into().ok()?, minute.try_into().ok()?, second.min(59) as i8, 0).ok()
}

/// `am` false, `pm` true.
fn half(rest: &str) -> Option<bool> {
    let rest = rest.trim_start().to_lowercase().replace('.', "");
    let word = rest.split(|c: char| !c.is_alphanumeric()).next()?;
    match word {
        "am" => Some(false),
        "pm" => Some(true),
        _ => None,
    }
}

/// `+03:00`, `-0500`, `GMT+3`, or a zone by name. Unknown names are UTC: mail is full of them.
fn offset(rest: &str) -> Option<Offset> {
    let zone = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '+' && c != '-');
    zone.filter(|word| !word.is_empty()).find_map(|word| {
        let signed = word.find(['+', '-']).map(|at| &word[at..]);
        signed.and_then(|sign| signed_offset(sign, rest)).or_else(|| zone_offset(word))
    })
}

fn signed_offset(sign: &str, rest: &str) -> Option<Offset> {
    let digits: String = sign[1..].chars().take_while(char::is_ascii_digit).collect();
    let (hours, minutes): (i32, i32) = match digits.len() {
        1 | 2 => {
            let after = rest.split(sign).nth(1).unwrap_or("");
            let minutes = after.strip_prefix(':').and_then(|after| after.get(..2));
            (digits.parse().ok()?, minutes.and_then(|m| m.parse().ok()).unwrap_or(0))
        }
        4 => (digits[..2].parse().ok()?, digits[2..].parse().ok()?),
        _ => return None,
    };
    let seconds: i32 = hours * 3600 + minutes * 60;
    if hours > 14 || minutes > 59 {
        return None;
    }
    Offset::from_seconds(if sign.starts_with('-') { -seconds } else { seconds }).ok()
}

fn zone_offset(word: &str) -> Option<Offset> {
    let hours = match word {
        "EDT" => -4.0,
        "EST" | "CDT" => -5.0,
        "CST" | "MDT" => -6.0,
        "MST" | "PDT" => -7.0,
        "PST" => -8.0,
        "BST" | "CET" | "WAT" | "WEST" => 1.0,
        "CEST" | "EET" | "SAST" | "CAT" => 2.0,
        "EEST" | "MSK" | "TRT" | "EAT" => 3.0,
        "GST" => 4.0,
        "PKT" => 5.0,
        "IST" => 5.5,
        "WIB" => 7.0,
        "HKT" | "SGT" | "AWST" => 8.0,
        "JST" | "KST" => 9.0,
        "AEST" => 10.0,
        "AEDT" => 11.0,
        "NZST" => 12.0,
        "NZDT" => 13.0,
        "GMT" | "UTC" | "UT" | "Z" | "WET" => 0.0,
        _ => return None,
    };
    Offset::from_seconds((hours * 3600.0) as i32).ok()
}

/// The month that a word names in one of the languages of [`MONTHS`].
pub(super) fn month(word: &str) -> Option<i8> {
    if word.len() < 3 || word.len() > 24 || word.bytes().next().is_some_and(|b| b.is_ascii_digit())
    {
        return None;
    }
    let word = word.to_lowercase().replace("i\u{307}", "i");
    let at = MONTHS.iter().position(|names| names.split(' ').any(|name| name == word))?;
    Some(at as i8 + 1)
}

/// English, German, French, Spanish, Italian, Portuguese, Dutch, Turkish, then Russian, Polish and
/// Ukrainian (of the month) and Arabic.
const MONTHS: [&str; 12] = [
    "january jan januar jänner janvier janv enero ene gennaio gen janeiro januari ocak oca января stycznia січня يناير",
    "february feb februar février févr fevereiro febrero febbraio februari şubat şub февраля lutego лютого فبراير شباط",
    "march mar märz mrz mars marzo março maart mart марта marca березня مارس آذار",
    "april apr avril avr abril abr aprile nisan nis апреля kwietnia квітня أبريل ابريل إبريل نيسان",
    "may mai mayo maggio mag maio mei mayıs мая maja maj травня مايو أيار ماي",
    "june jun juni juin junio giugno giu junho haziran haz июня czerwca червня يونيو يونيه حزيران",
    "july jul juli juillet juil julio luglio lug julho temmuz tem июля lipca липня يوليو يوليه تموز",
    "august aug août agosto ago agustus augustus ağustos ağu августа sierpnia серпня أغسطس اغسطس آب",
    "september sep sept septembre septiembre settembre set setembro eylül eyl сентября września вересня سبتمبر أيلول",
    "october oct oktober okt octobre octubre ottobre ott outubro out ekim eki октября października жовтня أكتوبر اكتوبر",
    "november nov novembre noviembre novembro kasım kas ноября listopada листопада نوفمبر",
    "december dec dezember dez décembre déc diciembre dic dicembre dezembro aralık ara декабря grudnia грудня ديسمبر",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_of_many_languages() {
        for (word, number) in [("May", 5), ("Mayıs", 5), ("MÄRZ", 3), ("août", 8), ("Kasım", 11)]
        {
            assert_eq!(month(word), Some(number), "{word}");
        }
        assert_eq!((month("نوفمبر"), month("września")), (Some(11), Some(9)));
        assert_eq!(month("mayor"), None);
    }

    #[test]
    fn times_of_day() {
        let at = |text: &str| {
            clock(text).map(|(time, offset)| (time.hour(), time.minute(), offset.seconds()))
        };
        assert_eq!(at("3:46 p.m. IST"), Some((15, 46, 19_800)));
        assert_eq!(at("T15:46:10.5-05:30"), Some((15, 46, -19_800)));
        assert_eq!(at("12:05 AM"), Some((0, 5, 0)));
        assert_eq!(at("at 3 pm GMT+3"), Some((15, 0, 10_800)));
        assert_eq!(at("15h46"), Some((15, 46, 0)));
        assert_eq!(at("99:99"), None);
        assert_eq!(at("no time"), None);
    }
}
