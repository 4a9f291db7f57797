//! `Key: value` lines above a text, and the same fields wherever else they are written: front
//! matter and JSON use the names below too.

use super::date;
use super::text::is_address;
use crate::article::Article;

/// What a field says of the article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Title,
    Author,
    Date,
    Url,
    Source,
    Language,
    Tags,
}

/// The field of a key, in any of its common spellings: `Published at`, `published_at`.
pub(super) fn field(key: &str) -> Option<Field> {
    let key: String =
        key.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    Some(match key.as_str() {
        "title" | "headline" | "webtitle" | "titre" | "titel" | "título" | "titulo" | "başlık"
        | "subject" => Field::Title,
        "author" | "authors" | "by" | "byline" | "writer" | "creator" | "reporter" | "autor"
        | "auteur" | "yazar" => Field::Author,
        "date" | "published" | "publishedat" | "publisheddate" | "publicationdate" | "pubdate"
        | "datepublished" | "datepublish" | "publishdate" | "publishtime" | "publishedtime"
        | "publishingdate" | "webpublicationdate" | "dateofpublication" | "datetime"
        | "publishedon" | "posted" | "postedon" | "created" | "createdat" | "timestamp"
        | "datum" | "fecha" | "tarih" => Field::Date,
        "url" | "link" | "permalink" | "sourceurl" | "canonicalurl" | "canonical" | "uri"
        | "articleurl" | "originalurl" | "externalurl" | "weburl" | "requestedurl"
        | "respondedurl" | "alternate" => Field::Url,
        "source" | "site" | "sitename" | "sourcedomain" | "publisher" | "outlet" | "newspaper"
        | "publication" | "website" | "domain" | "hostname" | "sourcehostname" | "medianame"
        | "feedtitle" | "feedname" | "origin" | "quelle" | "kaynak" => Field::Source,
        "language" | "lang" | "locale" | "inlanguage" | "sprache" | "dil" => Field::Language,
        "tags" | "tag" | "keywords" | "keyword" | "categories" | "topics" | "etiketler" => {
            Field::Tags
        }
        _ => return None,
    })
}

/// Header lines at the start of a text.
pub(super) struct Header;

impl Header {
    /// Takes the header lines of `text` into `article` and gives what follows them. Lines whose
    /// value is not understood end the header: they are text.
    pub(super) fn read<'a>(text: &'a str, article: &mut Article) -> &'a str {
        let start = text.trim_start_matches(['\n', ' ', '\t', '\u{feff}']);
        let mut rest = start;
        let mut taken = 0;
        loop {
            let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
            let Some((key, value)) = split(line) else { break };
            let Some(field) = field(key) else { break };
            if !set(article, field, value) && !is_odd_address(field, value) {
                break;
            }
            taken += 1;
            rest = after;
        }
        if taken == 0 { text } else { after_rule(rest) }
    }
}

/// An address that nobody may be sent to is a field all the same, and those under it count.
fn is_odd_address(field: Field, value: &str) -> bool {
    field == Field::Url && value.contains(':') && !value.contains(char::is_whitespace)
}

/// `Key: value`, the key one to three words without a stop.
fn split(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let (key, value) = (key.trim().trim_matches('*'), value.trim().trim_matches('*').trim());
    let short = !key.is_empty() && key.len() <= 24 && key.split(' ').count() <= 3;
    (short && !value.is_empty()).then_some((key, value))
}

/// A drawn line between header and text.
fn after_rule(rest: &str) -> &str {
    let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
    let line = line.trim();
    let rule = line.len() >= 3 && line.bytes().all(|b| matches!(b, b'-' | b'=' | b'_' | b'*'));
    if rule { after } else { rest }
}

/// Stores a field that is still empty; false when it is not, or the value makes no sense.
pub(super) fn set(article: &mut Article, field: Field, value: &str) -> bool {
    match field {
        Field::Title if article.title.is_empty() => {
            article.title = value.to_string();
            article.title_is_own = true;
            true
        }
        Field::Author => set_once(&mut article.byline, value, |_| true),
        Field::Url => set_once(&mut article.url, value, is_address),
        Field::Language => match language(value) {
            Some(code) => set_once(&mut article.language, &code, |_| true),
            None => false,
        },
        Field::Source => set_source(article, value),
        Field::Date if article.published.is_none() => {
            article.published = date::parse(value);
            article.published.is_some()
        }
        Field::Tags if article.tags.is_empty() => {
            article.tags = tags(value);
            !article.tags.is_empty()
        }
        _ => false,
    }
}

fn set_once(slot: &mut Option<String>, value: &str, fits: fn(&str) -> bool) -> bool {
    let fits = slot.is_none() && fits(value);
    if fits {
        *slot = Some(value.to_string());
    }
    fits
}

/// The outlet, or its address where `Source:` holds one.
fn set_source(article: &mut Article, value: &str) -> bool {
    if is_address(value) {
        return set_once(&mut article.url, value, is_address);
    }
    let fits = article.source.is_empty();
    if fits {
        article.source = value.to_string();
    }
    fits
}

/// Tags as people list them: `politics, world`, `#politics #world`.
pub(super) fn tags(value: &str) -> Vec<String> {
    let value = value.trim_start_matches('[').trim_end_matches(']');
    let apart: Vec<&str> = if value.contains([',', ';', '|']) {
        value.split([',', ';', '|']).collect()
    } else if value.starts_with('#') {
        value.split(' ').collect()
    } else {
        vec![value]
    };
    let clean = |tag: &str| tag.trim().trim_matches(['#', '"', '\'']).to_string();
    let mut tags: Vec<String> =
        apart.into_iter().map(clean).filter(|tag| !tag.is_empty()).collect();
    tags.dedup();
    tags
}

/// The primary subtag of `en-GB`, `tr_TR`, `English`.
pub(super) fn language(value: &str) -> Option<String> {
    let primary = value.trim().split(['-', '_', ',', ';', ' ']).next()?.to_lowercase();
    if (2..=3).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_lowercase()) {
        return Some(short_code(&primary).unwrap_or(&primary).to_string());
    }
    NAMES.iter().find(|(name, _)| *name == primary).map(|(_, code)| code.to_string())
}

/// The two letters of a three-letter code.
fn short_code(code: &str) -> Option<&'static str> {
    CODES.iter().find(|(three, _)| *three == code).map(|(_, two)| *two)
}

const NAMES: &[(&str, &str)] = &[
    ("arabic", "ar"),
    ("chinese", "zh"),
    ("dutch", "nl"),
    ("english", "en"),
    ("french", "fr"),
    ("german", "de"),
    ("deutsch", "de"),
    ("greek", "el"),
    ("hindi", "hi"),
    ("italian", "it"),
    ("japanese", "ja"),
    ("kurdish", "ku"),
    ("persian", "fa"),
    ("polish", "pl"),
    ("portuguese", "pt"),
    ("russian", "ru"),
    ("spanish", "es"),
    ("español", "es"),
    ("français", "fr"),
    ("swedish", "sv"),
    ("turkish", "tr"),
    ("türkçe", "tr"),
    ("ukrainian", "uk"),
    ("urdu", "ur"),
];

/// ISO 639-3 to 639-1, for the languages that are detected.
pub(super) const CODES: &[(&str, &str)] = &[
    ("afr", "af"),
    ("aka", "ak"),
    ("amh", "am"),
    ("ara", "ar"),
    ("arb", "ar"),
    ("aze", "az"),
    ("bel", "be"),
    ("ben", "bn"),
    ("bul", "bg"),
    ("cat", "ca"),
    ("ces", "cs"),
    ("cmn", "zh"),
    ("cym", "cy"),
    ("dan", "da"),
    ("deu", "de"),
    ("ell", "el"),
    ("eng", "en"),
    ("epo", "eo"),
    ("est", "et"),
    ("fin", "fi"),
    ("fra", "fr"),
    ("guj", "gu"),
    ("heb", "he"),
    ("hin", "hi"),
    ("hrv", "hr"),
    ("hun", "hu"),
    ("hye", "hy"),
    ("ind", "id"),
    ("ita", "it"),
    ("jav", "jv"),
    ("jpn", "ja"),
    ("kan", "kn"),
    ("kat", "ka"),
    ("khm", "km"),
    ("kor", "ko"),
    ("lat", "la"),
    ("lav", "lv"),
    ("lit", "lt"),
    ("mal", "ml"),
    ("mar", "mr"),
    ("mkd", "mk"),
    ("mya", "my"),
    ("nep", "ne"),
    ("nld", "nl"),
    ("nob", "nb"),
    ("ori", "or"),
    ("pan", "pa"),
    ("pes", "fa"),
    ("pol", "pl"),
    ("por", "pt"),
    ("ron", "ro"),
    ("rus", "ru"),
    ("sin", "si"),
    ("slk", "sk"),
    ("slv", "sl"),
    ("sna", "sn"),
    ("spa", "es"),
    ("srp", "sr"),
    ("swe", "sv"),
    ("tam", "ta"),
    ("tel", "te"),
    ("tgl", "tl"),
    ("tha", "th"),
    ("tuk", "tk"),
    ("tur", "tr"),
    ("ukr", "uk"),
    ("urd", "ur"),
    ("uzb", "uz"),
    ("vie", "vi"),
    ("yid", "yi"),
    ("zul", "zu"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_lines_are_understood() {
        let mut article = Article::default();
        let rest = Header::read(
            "Title: Ferry returns\nAuthor: Jane Doe\nPublication date: 2025-05-16\n\
             Source: Kos Post\nURL: https://kos.example/1\nLanguage: English\nTags: ferry, Kos\n\nIt sails.",
            &mut article,
        );
        assert_eq!(rest.trim(), "It sails.");
        assert_eq!(
            (article.title.as_str(), article.source.as_str()),
            ("Ferry returns", "Kos Post")
        );
        assert_eq!(article.byline.as_deref(), Some("Jane Doe"));
        assert_eq!(article.published, Some(1_747_353_600));
        assert_eq!(article.url.as_deref(), Some("https://kos.example/1"));
        assert_eq!(article.language.as_deref(), Some("en"));
        assert_eq!(article.tags, ["ferry", "Kos"]);
    }

    #[test]
    fn text_is_no_header() {
        for text in ["KUWAIT: The assembly met.", "Date: sometime soon\nText", "Source: \nText"] {
            let mut article = Article::default();
            assert_eq!(Header::read(text, &mut article), text);
            assert_eq!(article, Article::default());
        }
    }

    #[test]
    fn a_second_title_is_text() {
        let mut article = Article::default();
        assert_eq!(Header::read("Title: A\nTitle: B\n", &mut article), "Title: B\n");
    }

    #[test]
    fn an_address_of_no_use_hides_no_other_field() {
        let mut article = Article::default();
        let text = "Title: A\nURL: file:///etc/passwd\nDate: 2025-05-16\n\nText";
        assert_eq!(Header::read(text, &mut article).trim(), "Text");
        assert_eq!((article.url, article.published), (None, Some(1_747_353_600)));
    }

    #[test]
    fn languages_in_any_spelling() {
        for (given, code) in [("en-GB", "en"), ("tr_TR", "tr"), ("Türkçe", "tr"), ("eng", "en")] {
            assert_eq!(language(given).as_deref(), Some(code));
        }
        assert_eq!(language("Klingon"), None);
    }
}
