//! Texts that hold several articles: between form feeds, between rules, each under front matter of
//! its own. A text is only cut where every part stands for itself; a rule within a story is none.

use std::ops::Range;

use memchr::memmem;

use super::{front_matter, text};

/// Shortest rule between articles that say by fields or an address that they are ones.
const RULE: usize = 3;
/// Shortest rule between articles that only have a headline.
const LONG_RULE: usize = 20;

/// Where the articles of a text lie; all of it for a text of one. In more `lines` than one may have,
/// only form feeds are looked for, which cost nothing.
pub(super) fn articles(text: &str, lines: usize) -> Vec<Range<usize>> {
    let count = |text: &str| memchr::memchr_iter(b'\n', text.as_bytes()).count();
    let found = match count(text) <= lines {
        true => fronts(text).or_else(|| feeds(text, |_| true)).or_else(|| rules(text)),
        false => feeds(text, |part| count(part) <= lines),
    };
    found.unwrap_or_else(|| std::iter::once(0..text.len()).collect())
}

/// Several parts, with text in each.
fn several(text: &str, mut parts: Vec<Range<usize>>) -> Option<Vec<Range<usize>>> {
    parts.retain(|part| !text[part.clone()].trim().is_empty());
    (parts.len() > 1).then_some(parts)
}

/// Documents that follow one another, each with its fields between fences.
fn fronts(text: &str) -> Option<Vec<Range<usize>>> {
    let has = |fence: &str| memmem::find(text.as_bytes(), fence.as_bytes()).is_some();
    if !has("---") && !has("+++") {
        return None;
    }
    let mut starts = Vec::new();
    let mut past = 0;
    for (at, line) in lines(text) {
        let fence = matches!(line.trim_end(), "---" | "+++");
        if at < past || !fence {
            continue;
        }
        let (fields, body) = front_matter::split(&text[at..]);
        let told = ["title", "url", "link", "date"].iter().any(|key| fields.contains_key(*key));
        if told {
            starts.push(at);
            past = text.len() - body.len();
        }
    }
    let first = starts.first().is_some_and(|first| text[..*first].trim().is_empty());
    if first { several(text, between(&starts, text.len())) } else { None }
}

fn between(starts: &[usize], end: usize) -> Vec<Range<usize>> {
    let ends = starts.iter().skip(1).chain([&end]);
    starts.iter().zip(ends).map(|(start, end)| *start..*end).collect()
}

/// Pages of a printed document end in form feeds too; those do not each begin with a headline.
fn feeds(text: &str, may_be_one: impl Fn(&str) -> bool) -> Option<Vec<Range<usize>>> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, sign) in text.match_indices('\u{c}') {
        parts.push(start..at);
        start = at + sign.len();
    }
    if parts.is_empty() {
        return None;
    }
    parts.push(start..text.len());
    let parts = several(text, parts)?;
    let may = parts.iter().all(|part| may_be_one(&text[part.clone()]));
    (may && parts.iter().all(|part| has_headline(&text[part.clone()]))).then_some(parts)
}

fn rules(text: &str) -> Option<Vec<Range<usize>>> {
    let (mut parts, mut start, mut shortest) = (Vec::new(), 0, usize::MAX);
    let mut above_blank = true;
    for (at, line) in lines(text) {
        let rule = line.trim();
        // A rule right under a line underlines it.
        if is_rule(rule) && above_blank {
            parts.push(start..at);
            start = at + line.len();
            shortest = shortest.min(rule.len());
        }
        above_blank = rule.is_empty();
    }
    if parts.is_empty() {
        return None;
    }
    parts.push(start..text.len());
    let parts = several(text, parts)?;
    let all = |stands: fn(&str) -> bool| parts.iter().all(|part| stands(&text[part.clone()]));
    (all(is_labelled) || (shortest >= LONG_RULE && all(has_headline))).then_some(parts)
}

fn is_rule(line: &str) -> bool {
    let first = line.bytes().next().filter(|sign| b"-=_*#~".contains(sign));
    line.len() >= RULE && first.is_some_and(|first| line.bytes().all(|sign| sign == first))
}

/// Begins with fields or an address.
fn is_labelled(part: &str) -> bool {
    let article = text::read(part).article;
    let fields = article.url.is_some() || article.published.is_some() || article.byline.is_some();
    let first = part.trim_start().split('\n').next().unwrap_or_default();
    (fields || first.to_lowercase().starts_with("title:")) && !article.paragraphs.is_empty()
}

/// Begins with a headline on a line of its own, over a text.
fn has_headline(part: &str) -> bool {
    let part = part.trim_start();
    let article = text::read(part).article;
    let prose = article.paragraphs.iter().any(|p| p.text.chars().count() >= 40);
    let begins = part.chars().next().is_some_and(|c| !c.is_lowercase());
    begins && (article.title_is_own || article.url.is_some()) && prose
}

/// Lines with their ends, and where they begin.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        at += line.len();
        (at - line.len(), line)
    })
}

#[cfg(test)]
mod tests {
    use crate::load::Limits;
    use crate::load::testing::{read, read_within, shown};

    const FERRY: &str = "Ferry returns to Kos\n\nThe ferry came back on Monday, the harbour office said.\nNobody was hurt.\n";
    const STORM: &str =
        "Storm passes\n\nBy noon the worst of it was over, said the weather office.\n";

    #[track_caller]
    fn check(text: &str, titles: &[&str]) {
        let expected: Vec<String> = titles.iter().map(|title| format!("a.txt: {title}")).collect();
        assert_eq!(shown(&read(text, "a.txt")), expected, "{text}");
    }

    #[test]
    fn articles_between_form_feeds_and_rules() {
        let both = ["Ferry returns to Kos", "Storm passes"];
        check(&format!("{FERRY}\u{c}\n{STORM}\u{c}"), &both);
        check(&format!("{FERRY}\n{}\n\n{STORM}", "=".repeat(40)), &both);
        check(&format!("{}\n{FERRY}\n{0}\n{STORM}\n{0}\n", "-".repeat(78)), &both);
        check(
            &format!("https://kos.example/1\n{FERRY}\n---\nhttps://kos.example/2\n{STORM}"),
            &both,
        );
        check(
            "Title: Ferry returns to Kos\nDate: 2025-05-16\n\nIt is back.\n\n***\nTitle: Storm passes\n\nIt is over.\n",
            &both,
        );
    }

    #[test]
    fn lines_are_counted_between_form_feeds() {
        let limits = Limits { lines: 6, ..Limits::default() };
        let lines = |text: &str| shown(&read_within(text.as_bytes(), "a.txt", &limits));
        let both = format!("{FERRY}\u{c}\n{STORM}");
        assert_eq!(lines(&both.repeat(3)).len(), 1, "no part of it is an article");
        let both = format!("{FERRY}\u{c}\n{STORM}\u{c}\n").repeat(3);
        assert_eq!(lines(&both).len(), 6);
        assert!(
            lines(&both).iter().all(|line| line.contains(": Ferry") || line.contains(": Storm"))
        );
        let long = format!("{both}{}", FERRY.repeat(3));
        assert!(lines(&long)[0].contains("lines are no article"), "{:?}", lines(&long));
    }

    #[test]
    fn articles_under_front_matter_of_their_own() {
        let text = "---\ntitle: Ferry\n---\nIt is back.\n\n---\n\nIt sails.\n---\ntitle: Storm\n---\nIt is over.\n";
        check(text, &["Ferry", "Storm"]);
        let read = read(text, "a.md");
        assert_eq!(shown(&read), ["a.md: Ferry", "a.md: Storm"]);
        assert_eq!(read[0].as_ref().unwrap().article.paragraphs.len(), 2);
    }

    #[test]
    fn a_story_is_not_cut() {
        let one = ["Ferry returns to Kos"];
        check(&format!("{FERRY}\n* * *\n\n{STORM}"), &one);
        check(&format!("{FERRY}\n----------\n\n{STORM}"), &one);
        check(
            &format!(
                "{FERRY}\n{}\n\nand so it went on until the evening, people said.\n",
                "=".repeat(40)
            ),
            &one,
        );
        check(
            &format!("{FERRY}\u{c}and on the second page the story went on until it was told.\n"),
            &one,
        );
        check(
            &format!(
                "Ferry returns to Kos\n{}\n\nThe ferry came back, the office said.\n",
                "=".repeat(20)
            ),
            &one,
        );
        check(&format!("{FERRY}\u{c}"), &one);
    }
}
