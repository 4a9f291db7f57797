//! Who wrote a story and where, as its own text says: byline, agency, dateline, date lines.
//!
//! Only read here. The words stay where they are: hiding a byline is the cleaner's business.

use super::credit_words::{AGENCIES, UNPLACED};
use super::{address, date};
use crate::article::{Article, Kind};

/// Credits stand in the first paragraphs or in the last.
const HEAD: usize = 6;
const TAIL: usize = 4;
/// Longest line that is nothing but a credit, in bytes.
const CREDIT_LINE: usize = 120;

/// Fills what the document has not stated otherwise.
pub(super) fn read(article: &mut Article) {
    let (mut byline, mut agency, mut dateline, mut published) = (None, None, None, None);
    let mut prose = 0;
    for text in head(article) {
        byline = byline.or_else(|| by(text).map(str::to_string));
        published = published.or_else(|| date_line(text));
        let lead = lead(text);
        agency = agency.or(lead.agency.map(str::to_string));
        // The lead names the place, or the paragraph under a standfirst.
        if prose < 2 {
            dateline = dateline.or(lead.place.map(str::to_string));
        }
        prose += usize::from(text.len() > CREDIT_LINE);
    }
    for text in tail(article) {
        agency = agency.or_else(|| closing_agency(text).map(str::to_string));
    }
    agency = agency.or_else(|| signature(article).map(str::to_string));
    article.byline = article.byline.take().map(|name| without_by(&name).to_string()).or(byline);
    article.agency = article.agency.take().or(agency);
    article.dateline = article.dateline.take().or(dateline);
    let filed = || date::parse(&address::day(article.url.as_deref()?)?);
    article.published = article.published.or(published).or_else(filed);
}

fn head(article: &Article) -> impl Iterator<Item = &str> {
    // A saved page starts with its menu: there the story begins where the prose does.
    let prose = |text: &str| text.len() > 100 && text.contains(' ');
    let first = article.paragraphs.iter().position(|p| p.kind == Kind::Paragraph && prose(&p.text));
    let from = first.unwrap_or(0).saturating_sub(HEAD - 2);
    let near = article.paragraphs.iter().skip(from).take(HEAD);
    near.filter(|p| p.kind == Kind::Paragraph).map(|p| p.text.as_str())
}

fn tail(article: &Article) -> impl Iterator<Item = &str> {
    article.paragraphs.iter().rev().take(TAIL).map(|p| p.text.as_str())
}

/// `By Jane Doe`, `Jane Doe | Reuters`: a short line that names people and nothing else.
fn by(text: &str) -> Option<&str> {
    if text.len() > CREDIT_LINE {
        return None;
    }
    let named = ["By ", "BY ", "by ", "By: ", "Author: ", "Written by ", "Von ", "Par ", "Por "];
    let name = named.iter().find_map(|word| text.strip_prefix(word));
    let name = match (name, text.split_once(" | ")) {
        (Some(name), _) => name,
        (None, Some((name, outlet))) if AGENCIES.contains(&outlet.trim()) => name,
        _ => return None,
    };
    let name = name.split([',', '|', '•', '·', '(']).next()?.trim();
    is_name(name).then_some(name)
}

fn without_by(name: &str) -> &str {
    let name = name.trim();
    ["By ", "BY ", "by ", "By: "].iter().find_map(|word| name.strip_prefix(word)).unwrap_or(name)
}

/// Two to eight words, each capitalised but for particles: "Jane Doe and Ali Kaya".
fn is_name(name: &str) -> bool {
    let small = [
        "and", "de", "der", "van", "von", "la", "el", "al", "bin", "und", "et", "y", "with", "in",
        "of", "the",
    ];
    let words: Vec<&str> = name.split(' ').collect();
    let capital =
        |word: &&str| word.chars().next().is_some_and(|c| !c.is_lowercase() && c.is_alphabetic());
    let proper = words.iter().filter(|word| capital(word)).count();
    (2..=8).contains(&words.len())
        && proper >= 2
        && words.iter().all(|word| capital(word) || small.contains(word))
        && !name.ends_with(['.', '!', '?', ':'])
}

/// A short line that is a date, or holds one beside the byline: `May 16, 2025 3:46 p.m.`,
/// `Published: 16.05.2025`, `By Jane Doe | 16 May 2025`.
fn date_line(text: &str) -> Option<i64> {
    if text.len() > CREDIT_LINE {
        return None;
    }
    text.split(['|', '•', '·']).map(str::trim).find_map(date_part)
}

fn date_part(text: &str) -> Option<i64> {
    if text.len() > 80 || text.split(' ').count() > 9 {
        return None;
    }
    let opens_with_figure = text.starts_with(char::is_numeric);
    let plain: String = text.chars().filter(|c| !is_vowel_sign(*c)).collect();
    let labelled = LABELS.iter().any(|word| plain.starts_with(word));
    let words = text.split([' ', ',', '.', '/', '-', ':']);
    let dated = opens_with_figure || labelled || words.take(2).any(is_calendar_word);
    if dated && text.contains(char::is_numeric) { date::parse(text) } else { None }
}

/// What stands before a date that says when the story came out.
const LABELS: &[&str] = &[
    "Published",
    "Posted",
    "Updated",
    "Date",
    "Last updated",
    "Veröffentlicht",
    "Aktualisiert",
    "Stand",
    "Publié",
    "Mis à jour",
    "Publicado",
    "Actualizado",
    "Atualizado",
    "Pubblicato",
    "Aggiornato",
    "Gepubliceerd",
    "Yayınlanma",
    "Yayın tarihi",
    "Güncelleme",
    "Giriş",
    "Tarih",
    "Опубликовано",
    "Обновлено",
    "نشر",
    "تاريخ",
    "تحديث",
    "آخر تحديث",
];

/// The short vowels that Arabic may write above its letters.
fn is_vowel_sign(c: char) -> bool {
    matches!(c, '\u{64b}'..='\u{652}' | '\u{640}')
}

fn is_calendar_word(word: &str) -> bool {
    super::date_words::month(word).is_some() || word.to_lowercase().ends_with("day")
}

#[derive(Default)]
struct Lead<'a> {
    place: Option<&'a str>,
    agency: Option<&'a str>,
}

/// `ISTANBUL, May 16 (Reuters) - The …`, `Ulaanbaatar /MONTSAME/. The …`, `KUWAIT: The …`,
/// `afrol News, 27 January - The …`.
fn lead(text: &str) -> Lead<'_> {
    let reach = text.char_indices().nth(90).map_or(text.len(), |(at, _)| at);
    let head = &text[..reach];
    let dash = dash(head);
    let bracket = bracketed(head);
    let Some(end) = dash.or(bracket.map(|(_, at)| at)).or_else(|| colon(head)) else {
        return Lead::default();
    };
    let opening = &head[..end];
    let agency = bracket.filter(|(_, at)| *at <= end).map(|(name, _)| name);
    let place = opening.split(['(', '/', ',']).next().unwrap_or("").trim();
    if let Some(agency) = agency_of(place).filter(|_| agency.is_none()) {
        return Lead { place: None, agency: Some(agency) };
    }
    let place = Some(place).filter(|p| is_place(p) && (agency.is_some() || is_dateline(opening)));
    Lead { place, agency }
}

/// Where the first dash with a space behind it begins, with the space or the dash before it.
fn dash(head: &str) -> Option<usize> {
    memchr::memchr_iter(b' ', head.as_bytes()).find_map(|end| {
        let before = head[..end].strip_suffix(['-', '–', '—'])?;
        let double = before.strip_suffix(" -").filter(|_| head[..end].ends_with('-'));
        Some(double.or(before.strip_suffix(' ')).unwrap_or(before).len())
    })
}

/// `KUWAIT:` in capitals; a colon after anything else is punctuation.
fn colon(head: &str) -> Option<usize> {
    head.find(": ").filter(|at| is_capitals(&head[..*at]))
}

fn is_capitals(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphabetic()).count() >= 3 && !text.chars().any(char::is_lowercase)
}

/// In capitals, or with a date, or a lone name before the dash.
fn is_dateline(opening: &str) -> bool {
    let place = opening.split(',').next().unwrap_or(opening);
    let dated = opening.split([' ', '.', ',']).any(|word| super::date_words::month(word).is_some());
    is_capitals(place) || dated
}

/// One to four capitalised words without figures.
fn is_place(place: &str) -> bool {
    let words: Vec<&str> = place.split(' ').collect();
    let capital = |word: &&str| word.chars().next().is_some_and(char::is_uppercase);
    (1..=4).contains(&words.len())
        && place.chars().count() >= 3
        && words.iter().filter(|word| capital(word)).count() * 2 > words.len()
        && words.iter().any(|word| !UNPLACED.contains(word))
        && !place.chars().any(|c| c.is_ascii_digit() || matches!(c, '.' | '"' | '“' | '?' | '!'))
}

/// `(Reuters)`, `/PRNewswire/`, `(ILKHA)` and where it starts.
fn bracketed(text: &str) -> Option<(&str, usize)> {
    [('(', ')'), ('/', '/'), ('[', ']')].iter().find_map(|&(open, close)| {
        let at = text.find(open)?;
        let inner = &text[at + 1..];
        let name = &inner[..inner.find(close)?];
        let after = &inner[name.len() + 1..];
        // In prose brackets explain: "the European Union (EU) said". A credit ends the opening.
        let alone = after.trim_start().starts_with(['-', '–', '—', ':', '.']) || after.is_empty();
        (alone && is_agency(name.trim())).then_some((name.trim(), at))
    })
}

/// `(ILKHA)`, `– Reuters` at the very end of the story, and `Copyright … by AFP` not.
fn closing_agency(text: &str) -> Option<&str> {
    if !text.trim_end_matches('.').ends_with([')', ']']) {
        return None;
    }
    let open = text.rfind(['(', '['])?;
    let name = text[open + 1..].trim_end_matches(['.', ')', ']']).trim();
    let capitals = is_capitals(name) && name.chars().count() <= 12 && !name.contains(' ');
    // Capitals in brackets end many sentences: "the European Union (EU)." An agency's stand after one.
    let after_stop = text[..open].trim_end().ends_with(['.', '”', '"', '!', '?']) || open == 0;
    ((capitals && after_stop) || agency_of(name).is_some()).then_some(name)
}

/// The agency behind the last sentence of the story, where other texts follow the story: the
/// first paragraph of some length that is signed.
fn signature(article: &Article) -> Option<&str> {
    let texts = article.paragraphs.iter().map(|paragraph| paragraph.text.as_str());
    texts.filter(|text| text.len() > 60).find_map(closing_agency)
}

fn is_agency(name: &str) -> bool {
    let capitals = is_capitals(name) && name.len() <= 14 && !name.contains(' ') && name.len() >= 2;
    capitals || agency_of(name).is_some()
}

/// A known agency that `name` is.
fn agency_of(name: &str) -> Option<&'static str> {
    AGENCIES.iter().find(|agency| agency.eq_ignore_ascii_case(name)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Paragraph;

    fn credits(paragraphs: &[&str]) -> [Option<String>; 3] {
        let paragraph = |text: &&str| Paragraph { text: text.to_string(), ..Paragraph::default() };
        let mut article = Article {
            paragraphs: paragraphs.iter().map(paragraph).collect(),
            ..Article::default()
        };
        read(&mut article);
        [article.byline, article.agency, article.dateline]
    }

    #[track_caller]
    fn check(text: &str, agency: Option<&str>, place: Option<&str>) {
        let [_, found_agency, found_place] = credits(&[text]);
        assert_eq!((found_agency.as_deref(), found_place.as_deref()), (agency, place), "{text}");
    }

    #[test]
    fn leads_with_place_and_agency() {
        check("ISTANBUL, May 16 (Reuters) - The ferry is back.", Some("Reuters"), Some("ISTANBUL"));
        check("Ulaanbaatar /MONTSAME/. The ferry is back.", Some("MONTSAME"), Some("Ulaanbaatar"));
        check(
            "NEW YORK, May 16, 2025 /PRNewswire/ -- The ferry",
            Some("PRNewswire"),
            Some("NEW YORK"),
        );
        check("KUWAIT: The ferry is back.", None, Some("KUWAIT"));
        check("KOS – The ferry is back.", None, Some("KOS"));
        check("afrol News, 27 January - The ferry is back.", Some("afrol News"), None);
        check("Athens, 3 June (AFP) — The ferry", Some("AFP"), Some("Athens"));
    }

    #[test]
    fn the_first_dash_parts_the_lead() {
        for (head, before) in [
            ("KOS - The", "KOS"),
            ("KOS – The – ferry", "KOS"),
            ("KOS— The", "KOS"),
            ("KOS -- The", "KOS"),
            ("KOS-- The", "KOS-"),
            ("KOS -– The", "KOS -"),
            ("A well-known ferry - The", "A well-known ferry"),
            (" -- The", ""),
        ] {
            assert_eq!(dash(head).map(|at| &head[..at]), Some(before), "{head}");
        }
        assert!(dash("well-known").is_none() && dash("KOS -").is_none() && dash("").is_none());
    }

    #[test]
    fn prose_is_no_dateline() {
        check("The ferry - a small one - is back in Kos, which is good.", None, None);
        check("The minister (PM) said: we are back. It was - he added - time.", None, None);
        check("BREAKING: the ferry is back.", None, None);
        check("LEGAL WARNING: All rights are reserved by the agency.", None, None);
        check(
            "The Harbour Workers Union (HWU) said on Monday - again - it would strike.",
            None,
            None,
        );
        check("The European Union welcomed it, said its office (EU).", None, None);
    }

    #[test]
    fn capitals_far_down_are_no_dateline() {
        let prose = "The ferry is back in the harbour, and the island has its bread, its letters and \
                     its quarrels again, the mayor said to all who asked.";
        assert_eq!(credits(&[prose, "KOS: The ferry is back."])[2].as_deref(), Some("KOS"));
        assert_eq!(credits(&[prose, prose, "SHORT STORIES: The ferry is back."])[2], None);
    }

    #[test]
    fn the_agency_may_close_the_story() {
        assert_eq!(
            credits(&["The ferry is back.", "It sails on. (ILKHA)"])[1].as_deref(),
            Some("ILKHA")
        );
        let signed = "The ferry is back in Kos after three days of storm, its owner said. (NORPA)";
        let after = "Other news of the day";
        assert_eq!(
            credits(&[signed, after, after, after, after, after])[1].as_deref(),
            Some("NORPA")
        );
        assert_eq!(credits(&["The ferry is back.", "(AFP)"])[1].as_deref(), Some("AFP"));
    }

    #[test]
    fn the_address_tells_the_day_when_nothing_else_does() {
        let url = Some("https://kos.example/2025/05/16/ferry".to_string());
        let mut article = Article { url, ..Article::default() };
        read(&mut article);
        assert_eq!(article.published, Some(1_747_353_600));
    }

    #[test]
    fn bylines_name_people() {
        for (line, name) in [
            ("By Jane Doe", Some("Jane Doe")),
            ("By Jane Doe and Ali Kaya, Kos Post", Some("Jane Doe and Ali Kaya")),
            ("Jane Doe | Reuters", Some("Jane Doe")),
            ("By Monday the ferry was back.", None),
            ("By the way", None),
        ] {
            assert_eq!(credits(&[line, "The ferry is back."])[0].as_deref(), name, "{line}");
        }
    }

    #[test]
    fn a_date_on_a_line_of_its_own() {
        assert_eq!(date_line("May 16, 2025"), Some(1_747_353_600));
        assert_eq!(date_line("Published: 16.05.2025"), Some(1_747_353_600));
        assert_eq!(date_line("Friday, 16 May 2025"), Some(1_747_353_600));
        assert_eq!(date_line("By Jane Doe | 16 May 2025"), Some(1_747_353_600));
        assert_eq!(date_line("نُشر في 16 مايو 2025"), Some(1_747_353_600));
        assert_eq!(date_line("Giriş: 16.05.2025"), Some(1_747_353_600));
        assert_eq!(date_line("The ferry sank on May 16, 2025"), None);
    }
}
