//! The rows a page adds to an article's own words.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::article::{Article, Mark, Paragraph, Reason};

/// A space that no line is broken at. The page shows it as an ordinary one.
pub const GLUE: char = '\u{a0}';

/// "16 May 2025, 15:46", or without the hour at midnight, which is what a date without one is
/// stored as. In UTC: what the reader's zone is, a page does not know.
pub fn date(seconds: i64) -> Option<String> {
    let moment = Timestamp::from_second(seconds).ok()?.to_zoned(TimeZone::UTC);
    let format = if seconds.rem_euclid(86_400) == 0 { "%-d %B %Y" } else { "%-d %B %Y, %H:%M" };
    Some(moment.strftime(format).to_string())
}

/// Byline, agency, dateline, date and source, as far as they are known and each once.
pub fn meta(article: &Article) -> String {
    let date = article.published.and_then(date);
    let parts = [
        article.byline.as_deref(),
        article.agency.as_deref(),
        article.dateline.as_deref(),
        date.as_deref(),
        Some(article.source.as_str()),
    ];
    let mut shown: Vec<&str> = Vec::new();
    for part in parts.into_iter().flatten().filter(|part| !part.is_empty()) {
        if !shown.contains(&part) {
            shown.push(part);
        }
    }
    shown.join(&format!("{GLUE}· "))
}

/// "3 paragraphs hidden (legal 1, teaser 2)"; `None` when there are none.
pub fn note(article: &Article, shown: bool) -> Option<String> {
    let hidden = article.hidden();
    let total: usize = hidden.values().sum();
    let reasons: Vec<String> =
        hidden.iter().map(|(reason, count)| format!("{}{GLUE}{count}", reason.name())).collect();
    let paragraphs = if total == 1 { "paragraph" } else { "paragraphs" };
    let state = if shown { "of boilerplate shown" } else { "hidden" };
    if total == 0 && is_spared(article) {
        return Some("nothing hidden: hardly anything of this text would be left".into());
    }
    (total > 0).then(|| format!("{total} {paragraphs} {state} ({})", reasons.join(", ")))
}

/// The cleaner would have hidden nearly all of it, and did not believe itself.
pub fn is_spared(article: &Article) -> bool {
    let spared = |p: &Paragraph| p.mark.evidence.as_deref() == Some(Mark::SPARED);
    article.paragraphs.iter().any(spared)
}

/// A score that is worth a word where a paragraph was kept.
const DOUBT: f32 = 0.05;

/// False for a paragraph that the cleaner kept without a doubt.
pub fn is_explained(mark: &Mark) -> bool {
    !mark.kept() || mark.evidence.is_some() || mark.score >= DOUBT
}

/// Columns of [`verdict`] where it is aligned: the longest reason, a score, and the gaps behind.
pub const VERDICT: u16 = 17;

/// "legal 0.93", and in columns of their own where `aligned`.
pub fn verdict(mark: &Mark, aligned: bool) -> String {
    let verdict = mark.reason.map_or("kept", Reason::name);
    match aligned {
        true => format!("{verdict:<10} {:.2}", mark.score),
        false => format!("{verdict} {:.2}", mark.score),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_have_an_hour_only_when_known() {
        assert_eq!(date(1_747_410_360).as_deref(), Some("16 May 2025, 15:46"));
        assert_eq!(date(1_747_353_600).as_deref(), Some("16 May 2025"));
        assert_eq!(date(-86_400).as_deref(), Some("31 December 1969"));
        assert_eq!(date(i64::MAX), None);
    }

    #[test]
    fn meta_says_each_thing_once() {
        let article = Article {
            byline: Some("Ayşe Demir".into()),
            agency: Some("ILKHA".into()),
            source: "ILKHA".into(),
            published: Some(1_747_353_600),
            ..Article::default()
        };
        assert_eq!(meta(&article).replace(GLUE, " "), "Ayşe Demir · ILKHA · 16 May 2025");
    }

    #[test]
    fn a_doubt_is_told() {
        let mark = |score| Mark { score, ..Mark::default() };
        assert!(!is_explained(&mark(0.01)) && is_explained(&mark(0.3)));
        assert!(is_explained(&Mark { evidence: Some("you kept this here".into()), ..mark(0.0) }));
    }

    #[test]
    fn verdicts_stand_in_columns() {
        let mark = Mark::boilerplate(Reason::Legal, 0.934, "opens with “legal warning”");
        assert_eq!(verdict(&mark, false), "legal 0.93");
        assert_eq!(verdict(&mark, true), "legal      0.93");
        let widest =
            Reason::ALL.map(|reason| verdict(&Mark::boilerplate(reason, 1.0, ""), true).len());
        assert!(widest.iter().all(|width| *width + 2 == usize::from(VERDICT)));
    }

    #[test]
    fn a_text_that_was_spared_says_so() {
        let mark = Mark { evidence: Some(Mark::SPARED.into()), ..Mark::default() };
        let spared = Paragraph { mark, text: "Share".into(), ..Paragraph::default() };
        let mut article =
            Article { paragraphs: vec![spared.clone(), spared], ..Article::default() };
        let said = Some("nothing hidden: hardly anything of this text would be left");
        assert_eq!(note(&article, false).as_deref(), said);
        assert_eq!(note(&article, true).as_deref(), said);
        article.paragraphs[0].mark = Mark::boilerplate(Reason::Other, 1.0, "you hid this here");
        assert_eq!(note(&article, false).as_deref(), Some("1 paragraph hidden (other\u{a0}1)"));
        assert_eq!(note(&Article::default(), false), None);
    }
}
