//! Dates in words and figures: "16th of May, 2025", "16.05.2025", and times of day.

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::Offset;

use super::date::Order;

/// The date in `text`, and the text without it, where the time of day is looked for.
pub(super) fn parse(text: &str, order: Order) -> Option<(Date, String)> {
    let tokens = tokens(text);
    named(&tokens).or_else(|| eastern(&tokens)).or_else(|| figures(text, order))
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
    let first = before.filter(is_day);
    if let (Some(day), Some(year)) = (first, next.filter(is_year)) {
        return dated(tokens, year.1, month, day, at.min(day.0), year.0);
    }
    if let (Some(day), Some(year)) = (next.filter(is_day), later.filter(is_year)) {
        return dated(tokens, year.1, month, day, at, year.0);
    }
    // `2025 May 16`
    if let (Some(year), Some(day)) = (before.filter(is_year), next.filter(is_day)) {
        return dated(tokens, year.1, month, day, year.0, day.0);
    }
    // `16 May 25 15:46`, as old mail has it.
    if let (Some(day), Some(year)) = (first, next.filter(|year| is_short_year(tokens, year.0))) {
        return dated(tokens, full_year(year.1), month, day, day.0, year.0);
    }
    // `May 16 15:46:00 +0300 2025`: the year comes last.
    let day = next.filter(is_day)?;
    let year = (day.0 + 1..tokens.len()).rev().find_map(number).filter(is_year)?;
    let zone = tokens[year.0 - 1].text.ends_with(['+', '-']);
    let (date, _) = dated(tokens, year.1, month, day, at, year.0).filter(|_| !zone)?;
    Some((date, without(&tokens[..year.0], at, day.0)))
}

fn dated(
    tokens: &[Token<'_>],
    year: u32,
    month: i8,
    day: (usize, u32),
    from: usize,
    to: usize,
) -> Option<(Date, String)> {
    let date = Date::new(year as i16, month, day.1 as i8).ok()?;
    Some((date, without(tokens, from, to)))
}

/// Two figures that are no hour: nothing of a time of day follows them.
fn is_short_year(tokens: &[Token<'_>], at: usize) -> bool {
    let follows = tokens.get(at + 1).map_or("", |token| token.text);
    tokens[at].text.len() == 2 && !matches!(follows, ":" | "h")
}

fn full_year(short: u32) -> u32 {
    if short < 70 { 2000 + short } else { 1900 + short }
}

/// `2025年5月16日`, `2025년 5월 16일`.
fn eastern(tokens: &[Token<'_>]) -> Option<(Date, String)> {
    let sign = |at: usize, signs: [&str; 2]| {
        let after = tokens.get(at + 1).map(|token| token.text.trim())?;
        let number = tokens.get(at)?.number?;
        signs.iter().any(|sign| after.starts_with(sign)).then_some(number)
    };
    let next =
        |from: usize| (from..tokens.len().min(from + 3)).find(|at| tokens[*at].number.is_some());
    let year = (0..tokens.len()).find(|at| sign(*at, ["年", "년"]).is_some())?;
    let month = next(year + 1)?;
    let day = next(month + 1)?;
    let (y, m, d) =
        (sign(year, ["年", "년"])?, sign(month, ["月", "월"])?, sign(day, ["日", "일"])?);
    let date =
        Date::new(i16::try_from(y).ok()?, i8::try_from(m).ok()?, i8::try_from(d).ok()?).ok()?;
    Some((date, without(tokens, year, day + 1)))
}

/// The text without the tokens from `from` to `to`.
fn without(tokens: &[Token<'_>], from: usize, to: usize) -> String {
    let kept = tokens.iter().enumerate().filter(|(at, _)| !(from..=to).contains(at));
    kept.map(|(_, token)| token.text).collect()
}

/// `16.05.2025`, `16/05/2025`; `5/16/2025` where it cannot be the other way round, or where the
/// country writes so. Only strokes stand in that order.
fn figures(text: &str, order: Order) -> Option<(Date, String)> {
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
        (year, _) => full_year(year as u32) as i16,
    };
    let turned = order == Order::MonthFirst && tokens[at + 1].text == "/" && first <= 12;
    let (day, month) = if second > 12 || turned { (second, first) } else { (first, second) };
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

/// `ET`, `CT`, `MT`, `PT`, as American papers write both halves of the year: from the second Sunday
/// of March to the first of November an hour less behind.
pub(super) fn american(rest: &str, date: Date) -> Option<Offset> {
    let mut words = rest.split(|c: char| !c.is_ascii_alphanumeric());
    let hours = words.find_map(|word| match word {
        "ET" => Some(-5),
        "CT" => Some(-6),
        "MT" => Some(-7),
        "PT" => Some(-8),
        _ => None,
    })?;
    let sunday = |month: i8, nth: i8| {
        Date::new(date.year(), month, 1).ok()?.nth_weekday_of_month(nth, Weekday::Sunday).ok()
    };
    let summer = (sunday(3, 2)?..sunday(11, 1)?).contains(&date);
    Offset::from_seconds((hours + i32::from(summer)) * 3600).ok()
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
        "HST" => -10.0,
        "AKST" => -9.0,
        "AKDT" => -8.0,
        "NST" => -3.5,
        "NDT" => -2.5,
        "ADT" | "ART" | "BRT" | "CLST" | "UYT" => -3.0,
        "EDT" | "CLT" | "AMT" | "BOT" | "VET" => -4.0,
        "EST" | "CDT" | "COT" | "PET" | "ECT" => -5.0,
        "CST" | "MDT" => -6.0,
        "MST" | "PDT" => -7.0,
        "PST" => -8.0,
        "BST" | "CET" | "MEZ" | "WAT" | "WEST" => 1.0,
        "CEST" | "MESZ" | "EET" | "SAST" | "CAT" => 2.0,
        "EEST" | "MSK" | "TRT" | "EAT" | "IDT" => 3.0,
        "IRST" => 3.5,
        "GST" | "AZT" | "GET" | "SAMT" => 4.0,
        "AFT" => 4.5,
        "PKT" | "UZT" | "YEKT" => 5.0,
        "IST" | "SLST" => 5.5,
        "NPT" => 5.75,
        "MMT" => 6.5,
        "WIB" | "ICT" => 7.0,
        "HKT" | "SGT" | "AWST" | "PHT" | "MYT" | "WITA" => 8.0,
        "JST" | "KST" | "WIT" => 9.0,
        "ACST" => 9.5,
        "AEST" => 10.0,
        "ACDT" => 10.5,
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
    NUMBERS.get(&*word).copied()
}

static NUMBERS: LazyLock<HashMap<&'static str, i8, FixedState>> = LazyLock::new(|| {
    let months = MONTHS.iter().zip(1..=12);
    let names = months.flat_map(|(names, number)| names.split(' ').map(move |name| (name, number)));
    // A name of two months would be the first one's.
    names.rev().collect()
});

/// English, German, French, Spanish, Italian, Portuguese, Dutch, Turkish, then Russian, Polish,
/// Ukrainian and Czech (of the month), Greek (of the month), the north, Romanian, Hungarian,
/// Indonesian, Arabic, Persian and Hindi.
const MONTHS: [&str; 12] = [
    "january jan januar jänner janvier janv enero ene gennaio gen janeiro januari ocak oca \
     января stycznia січня يناير ledna ιανουαρίου ιαν tammikuuta ianuarie január janvāris \
     ژانویه जनवरी",
    "february feb februar février févr fevereiro febrero febbraio februari şubat şub февраля \
     lutego лютого فبراير شباط února φεβρουαρίου φεβ helmikuuta februarie február فوریه \
     फ़रवरी फरवरी",
    "march mar märz mrz mars marzo março maart mart марта marca березня مارس آذار března \
     μαρτίου maaliskuuta martie március marts मार्च maret",
    "april apr avril avr abril abr aprile nisan nis апреля kwietnia квітня أبريل ابريل إبريل \
     نيسان dubna απριλίου απρ huhtikuuta aprilie április آوریل अप्रैल",
    "may mai mayo maggio mag maio mei mayıs мая maja maj травня مايو أيار ماي května μαΐου \
     μαίου toukokuuta május مه मई",
    "june jun juni juin junio giugno giu junho haziran haz июня czerwca червня يونيو يونيه \
     حزيران června ιουνίου ιουν kesäkuuta iunie június ژوئن जून",
    "july jul juli juillet juil julio luglio lug julho temmuz tem июля lipca липня يوليو \
     يوليه تموز července ιουλίου ιουλ heinäkuuta iulie július ژوئیه जुलाई",
    "august aug août agosto ago agustus augustus ağustos ağu августа sierpnia серпня أغسطس \
     اغسطس آب srpna αυγούστου αυγ elokuuta augusztus اوت अगस्त",
    "september sep sept septembre septiembre settembre set setembro eylül eyl сентября \
     września вересня سبتمبر أيلول září σεπτεμβρίου σεπ syyskuuta septembrie szeptember \
     سپتامبر सितंबर सितम्बर",
    "october oct oktober okt octobre octubre ottobre ott outubro out ekim eki октября \
     października жовтня أكتوبر اكتوبر října οκτωβρίου οκτ lokakuuta octombrie október اکتبر \
     अक्टूबर अक्तूबर",
    "november nov novembre noviembre novembro kasım kas ноября listopada листопада نوفمبر \
     listopadu νοεμβρίου νοε marraskuuta noiembrie novembrie نوامبر नवंबर नवम्बर",
    "december dec dezember dez décembre déc diciembre dic dicembre dezembro aralık ara \
     декабря grudnia грудня ديسمبر prosince δεκεμβρίου δεκ joulukuuta decembrie desember \
     دسامبر दिसंबर दिसम्बर",
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
        assert_eq!((month("Μαΐου"), month("května"), month("जनवरी")), (Some(5), Some(5), Some(1)));
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
