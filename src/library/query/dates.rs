//! Dates as people type them into a query: `2025`, `2025-05`, `2025-05-01`, `today`, `7d`.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// The Unix seconds at which a period begins and ends, in UTC: a year, a month or a day.
pub(super) fn period(text: &str, now: i64) -> Option<(i64, i64)> {
    let text = text.trim().to_ascii_lowercase();
    if let Some(day) = named_day(&text, now) {
        return Some((second(day)?, second(day.tomorrow().ok()?)?));
    }
    // A time of day narrows nothing here: an index of news asks for days.
    let text = text.split(['t', ' ']).next()?.replace(['/', '.'], "-");
    let parts: Vec<&str> = text.trim_end_matches('-').split('-').collect();
    if parts.len() > 3 || parts.first()?.len() != 4 {
        return None;
    }
    let numbers: Vec<i16> = parts.iter().map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let month = i8::try_from(*numbers.get(1).unwrap_or(&1)).ok()?;
    let day = i8::try_from(*numbers.get(2).unwrap_or(&1)).ok()?;
    let first = Date::new(numbers[0], month, day).ok()?;
    let length = match numbers.len() {
        1 => Span::new().years(1),
        2 => Span::new().months(1),
        _ => Span::new().days(1),
    };
    Some((second(first)?, second(first.checked_add(length).ok()?)?))
}

fn named_day(text: &str, now: i64) -> Option<Date> {
    let today = || Some(Timestamp::from_second(now).ok()?.to_zoned(TimeZone::UTC).date());
    match text {
        "today" => today(),
        "yesterday" => today()?.yesterday().ok(),
        _ => None,
    }
}

fn second(date: Date) -> Option<i64> {
    Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second())
}

/// When `7d` (hours, days, weeks, months, years) ago was.
pub(super) fn ago(text: &str, now: i64) -> Option<i64> {
    let text = text.trim().to_ascii_lowercase();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let count: i64 = text[..digits].parse().ok()?;
    let seconds = match &text[digits..] {
        "min" => 60,
        "h" | "hour" | "hours" => 3_600,
        "d" | "day" | "days" => 86_400,
        "w" | "week" | "weeks" => 7 * 86_400,
        "m" | "mo" | "month" | "months" => 30 * 86_400,
        "y" | "year" | "years" => 365 * 86_400,
        _ => return None,
    };
    Some(now.saturating_sub(count.checked_mul(seconds)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_747_324_800; // 2025-05-15T16:00:00Z
    const MAY: i64 = 1_746_057_600;
    const DAY: i64 = 86_400;

    #[test]
    fn periods() {
        assert_eq!(period("2025-05", NOW), Some((MAY, MAY + 31 * DAY)));
        assert_eq!(period("2025-05-01", NOW), Some((MAY, MAY + DAY)));
        assert_eq!(period("2025/5/1", NOW), Some((MAY, MAY + DAY)));
        assert_eq!(period("2025-05-01T12:00", NOW), Some((MAY, MAY + DAY)));
        assert_eq!(period("2025-", NOW).map(|(from, _)| from), Some(1_735_689_600));
        assert_eq!(period("today", NOW), Some((MAY + 14 * DAY, MAY + 15 * DAY)));
        assert_eq!(period("yesterday", NOW), Some((MAY + 13 * DAY, MAY + 14 * DAY)));
        for bad in ["", "soon", "2025-13", "2025-02-30", "25", "1-2-3-4", "99999", "-", "٢٠٢٥"]
        {
            assert_eq!(period(bad, NOW), None, "{bad}");
        }
    }

    #[test]
    fn spans_of_time() {
        assert_eq!(ago("7d", NOW), Some(NOW - 7 * DAY));
        assert_eq!(ago("12h", NOW), Some(NOW - DAY / 2));
        assert_eq!(ago("2W", NOW), Some(NOW - 14 * DAY));
        assert_eq!(ago("3m", NOW), Some(NOW - 90 * DAY));
        assert_eq!(ago("1y", NOW), Some(NOW - 365 * DAY));
        for bad in ["d", "7", "7x", "-1d", "99999999999999999999d", "9223372036854775807y", "é"] {
            assert_eq!(ago(bad, NOW), None, "{bad}");
        }
    }
}
