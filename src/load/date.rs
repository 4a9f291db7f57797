//! Dates as news writes them, to Unix seconds in UTC. Nonsense is `None`, never a panic.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};

use super::date_words;

/// Newspapers are not older; later years are typing errors.
const YEARS: std::ops::RangeInclusive<i16> = 1600..=2200;

/// What comes first in `5/6/2025`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    DayFirst,
    MonthFirst,
}

impl Order {
    /// By a language tag with its country: Americans write the month first, and hardly anybody else.
    pub fn of(tag: &str) -> Self {
        let tag = tag.trim().to_ascii_lowercase().replace('_', "-");
        if matches!(tag.as_str(), "en-us" | "en-ph" | "es-us") {
            Self::MonthFirst
        } else {
            Self::DayFirst
        }
    }
}

/// The moment that `text` names; a date without a time is its midnight.
pub(super) fn parse(text: &str) -> Option<i64> {
    parse_in(text, Order::DayFirst)
}

/// As [`parse`], where it is known how the country writes dates.
pub(super) fn parse_in(text: &str, order: Order) -> Option<i64> {
    let text = text.trim();
    if text.is_empty() || text.len() > 120 {
        return None;
    }
    let text = western_figures(text);
    iso(&text).or_else(|| epoch(&text)).or_else(|| words(&text, order))
}

/// Arabic and Persian figures as 0 to 9.
fn western_figures(text: &str) -> Cow<'_, str> {
    let figure = |c: char| match c {
        '٠'..='٩' => Some(u32::from(c) - u32::from('٠')),
        '۰'..='۹' => Some(u32::from(c) - u32::from('۰')),
        _ => None,
    };
    if !text.chars().any(|c| figure(c).is_some()) {
        return Cow::Borrowed(text);
    }
    let western = |c: char| figure(c).and_then(|n| char::from_digit(n, 10)).unwrap_or(c);
    Cow::Owned(text.chars().map(western).collect())
}

/// Seconds or milliseconds (or finer) since 1970, told apart by their size.
pub(super) fn from_number(number: f64) -> Option<i64> {
    let mut seconds = number;
    while seconds.is_finite() && seconds.abs() >= 1e11 {
        seconds /= 1000.0;
    }
    // Small numbers are counters and years, not times.
    (seconds.is_finite() && seconds.abs() >= 1e8).then_some(seconds as i64)
}

fn epoch(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let number = digits.len() >= 9 && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if number { from_number(text.parse().ok()?) } else { None }
}

/// `2025-05-16T15:46:00+03:00` and its shorter forms, down to a month.
fn iso(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let dashed = bytes.len() >= 7 && matches!(bytes[4], b'-' | b'/' | b'.');
    let packed = matches!(bytes.len(), 8 | 14..=20)
        && bytes[..8].iter().all(u8::is_ascii_digit)
        && bytes.get(8).is_none_or(|b| matches!(b, b'T' | b'0'..=b'2'));
    if dashed && bytes[..4].iter().all(u8::is_ascii_digit) {
        return iso_dashed(text);
    }
    if packed { iso_packed(text) } else { None }
}

fn iso_dashed(text: &str) -> Option<i64> {
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return in_years(timestamp.as_second());
    }
    let end = text.find(['T', 't', ' ', ',']).unwrap_or(text.len());
    let mut parts = text[..end].split(['-', '/', '.']);
    let mut number = || parts.next()?.parse::<i16>().ok();
    let (year, month) = (number()?, number()?);
    let date = Date::new(year, month as i8, number().unwrap_or(1) as i8).ok()?;
    moment(date, text[end..].trim_start_matches(['T', 't', ' ', ',']))
}

/// `20250516`, `20250516T154600Z`, `20250516154600`.
fn iso_packed(text: &str) -> Option<i64> {
    let part = |from: usize, to: usize| text.get(from..to)?.parse::<i16>().ok();
    let date = Date::new(part(0, 4)?, part(4, 6)? as i8, part(6, 8)? as i8).ok()?;
    let clock = text[8..].trim_start_matches('T');
    let time = match (clock.get(..2), clock.get(2..4)) {
        (Some(hour), Some(minute)) => format!("{hour}:{minute}"),
        _ => String::new(),
    };
    moment(date, &time)
}

/// A date with what is written of the time of day after it.
fn moment(date: Date, rest: &str) -> Option<i64> {
    let (time, offset) = date_words::clock(rest).unwrap_or((Time::midnight(), Offset::UTC));
    let offset = date_words::american(rest, date).unwrap_or(offset);
    let zoned = DateTime::from_parts(date, time).to_zoned(TimeZone::fixed(offset)).ok()?;
    in_years(zoned.timestamp().as_second())
}

fn in_years(seconds: i64) -> Option<i64> {
    let year = Timestamp::from_second(seconds).ok()?.to_zoned(TimeZone::UTC).year();
    YEARS.contains(&year).then_some(seconds)
}

/// Dates in words and figures, in any order that cannot be misread.
fn words(text: &str, order: Order) -> Option<i64> {
    date_words::parse(text, order).and_then(|(date, rest)| moment(date, &rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 1_747_353_600; // 2025-05-16T00:00:00Z

    #[track_caller]
    fn check(text: &str, after_midnight: i64) {
        assert_eq!(parse(text), Some(DAY + after_midnight), "{text:?}");
    }

    #[test]
    fn iso_and_its_shorter_forms() {
        check("2025-05-16", 0);
        check("2025/05/16", 0);
        check("2025-5-16", 0);
        check("20250516", 0);
        check("2025-05-16T15:46:00Z", 15 * 3600 + 46 * 60);
        check("2025-05-16T15:46:00.123+03:00", 12 * 3600 + 46 * 60);
        check("2025-05-16T15:46+0300", 12 * 3600 + 46 * 60);
        check("2025-05-16 15:46", 15 * 3600 + 46 * 60);
        check("20250516T154600Z", 15 * 3600 + 46 * 60);
        assert_eq!(parse("2025-05"), Some(DAY - 15 * 86400));
    }

    #[test]
    fn mail_and_feeds() {
        check("Fri, 16 May 2025 15:46:00 +0300", 12 * 3600 + 46 * 60);
        check("Fri, 16 May 2025 15:46:00 GMT", 15 * 3600 + 46 * 60);
        check("Thu, 16 May 2025 15:46:00 EST", 20 * 3600 + 46 * 60);
        check("16 May 2025 15:46:00 XYZT", 15 * 3600 + 46 * 60);
    }

    #[test]
    fn words_in_the_order_of_the_country() {
        check("May 16, 2025 3:46 p.m.", 15 * 3600 + 46 * 60);
        check("May 16, 2025", 0);
        check("16 May 2025", 0);
        check("16th of May, 2025", 0);
        check("Friday 16 May 2025 at 09:05", 9 * 3600 + 5 * 60);
        check("16.05.2025", 0);
        check("16.05.2025, 15:46 Uhr", 15 * 3600 + 46 * 60);
        check("16/05/2025 15:46", 15 * 3600 + 46 * 60);
        check("5/16/2025", 0);
        check("16 Mayıs 2025 Cuma", 0);
        check("16. Mai 2025", 0);
        check("16 de mayo de 2025", 0);
        check("16 مايو 2025، 08:15", 8 * 3600 + 15 * 60);
        check("١٦ مايو ٢٠٢٥", 0);
        check("Published: May 16, 2025 12:05 AM", 5 * 60);
    }

    #[test]
    fn odd_forms_of_the_web() {
        let noon = 15 * 3600 + 46 * 60;
        check("May 16, 2025 3:46 p.m. local", noon);
        check("May 16, 2025, 3:46 PM EDT", noon + 4 * 3600);
        check("3:46 PM ET, Fri May 16, 2025", noon + 4 * 3600);
        check("Fri May 16 15:46:00 2025", noon);
        check("Fri May 16 15:46:00 UTC 2025", noon);
        check("Fri May 16 15:46:00 +0300 2025", noon - 3 * 3600);
        check("Fri, 16 May 25 15:46:00 GMT", noon);
        check("Friday, 16-May-25 15:46:00 UTC", noon);
        check("Fri, 16 May 2025 15:46:00 Z", noon);
        check("Wed, 16 May 2025 15:46:00 +00:00", noon);
        check("16 May 2025 15:46 Europe/Berlin", noon);
        check("2025 May 16", 0);
        check("2025-05-16T15:46:00.000+0000", noon);
        check("2025-05-16T15:46:00 +03:00", noon - 3 * 3600);
        check("2025-05-16 15:46:00 UTC", noon);
        check("2025-05-16t15:46z", noon);
        check("2025.05.16 15:46", noon);
        check("16.5.2025 klo 15.46", noon);
        check("le 16 mai 2025 à 15h46", noon);
        check("16 maja 2025, 15:46", noon);
        check("2025年5月16日 15:46", noon);
        check("2025년 5월 16일 오후 15:46", noon);
        check("Veröffentlicht am 16.05.2025 um 15:46 Uhr", noon);
        check("16 Μαΐου 2025", 0);
    }

    #[test]
    fn american_time_follows_the_season() {
        let at = |text: &str| parse(text).map(|seconds| seconds.rem_euclid(86_400) / 3600);
        assert_eq!(at("March 8, 2025 10:00 a.m. ET"), Some(15));
        assert_eq!(at("March 9, 2025 10:00 a.m. ET"), Some(14));
        assert_eq!(at("November 1, 2025 10:00 a.m. PT"), Some(17));
        assert_eq!(at("November 2, 2025 10:00 a.m. PT"), Some(18));
        assert_eq!(at("November 2, 2025 10:00 a.m. CET"), Some(9));
    }

    #[test]
    fn the_month_comes_first_where_the_country_says_so() {
        let us = Order::of("en_US");
        assert_eq!(parse_in("5/6/2025", us), Some(DAY - 10 * 86_400));
        assert_eq!(parse_in("6/5/2025", Order::of("en-GB")), Some(DAY - 10 * 86_400));
        assert_eq!(parse_in("5/16/2025", Order::DayFirst), Some(DAY));
        assert_eq!(parse_in("16.05.2025", us), Some(DAY));
        assert_eq!(parse_in("16/5/2025", us), Some(DAY));
    }

    #[test]
    fn seconds_and_milliseconds() {
        check("1747353600", 0);
        check("1747353600000", 0);
        assert_eq!(from_number(1_747_353_600_123.0), Some(DAY));
        assert_eq!(from_number(2025.0), None);
    }

    #[test]
    fn nonsense_is_none() {
        for text in
            ["", "soon", "99/99/9999", "2025-13-45", "May 2025 99", "16", "1.5", "T", "2025-"]
        {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(text in "[0-9A-Za-zı.:/+, -]{0,30}") {
            let _ = parse(&text);
        }
    }
}
