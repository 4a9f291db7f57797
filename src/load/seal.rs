//! The last step of every loader: all strings safe, a title to show, what the text itself says of
//! its author and language.

use super::{LoadCause, LoadError, Origin, credits, language, mojibake, path_text, sanitize};
use crate::article::{Article, Document, Kind, Paragraph};

/// Longest title, in bytes: it stands in a list. A longer one is text.
const TITLE: usize = 2_000;
/// Longest name, of an author or a source, and longest tag.
const NAME: usize = 500;
/// Longest address that may be followed.
const ADDRESS: usize = 8_000;
/// Most tags.
const TAGS: usize = 200;

/// About how long a title made from the lead gets, in characters.
const LEAD_TITLE: usize = 70;

/// Makes a document of `origin` fit for the model, or says that there is nothing in it.
pub(super) fn seal(mut document: Document, origin: &Origin) -> Result<Document, LoadError> {
    let article = &mut document.article;
    let path = origin.path.as_ref().map(|path| path_text(path));
    article.path = path.map(|path| sanitize::path(&path).into_owned());
    if !article.settled {
        mend(article);
    }
    clean_strings(article);
    drop_empty(&mut document);
    unfold_title(&mut document);
    let article = &mut document.article;
    if article.title.is_empty() && article.paragraphs.is_empty() {
        return Err(LoadError::new(&origin.name, LoadCause::Empty));
    }
    if article.title.is_empty() {
        article.title = lead_title(&article.paragraphs);
        article.title_is_own = false;
    }
    if !article.settled {
        credits::read(article);
        article.language = article.language.take().or_else(|| language::detect(article));
    }
    Ok(document)
}

/// Text that went through the wrong charset before it came here.
fn mend(article: &mut Article) {
    let Article { source, title, byline, agency, dateline, tags, paragraphs, .. } = article;
    let slots = [byline, agency, dateline].into_iter().flatten();
    [source, title].into_iter().chain(slots).chain(tags).for_each(mojibake::mend_in_place);
    for paragraph in paragraphs {
        let mut offsets: Vec<u32> = paragraph.links.iter().flat_map(|l| [l.start, l.end]).collect();
        if let Some(mended) = mojibake::mend(&paragraph.text, &mut offsets) {
            paragraph.text = mended;
            for (link, span) in paragraph.links.iter_mut().zip(offsets.chunks_exact(2)) {
                (link.start, link.end) = (span[0], span[1]);
            }
        }
    }
}

fn clean_strings(article: &mut Article) {
    sanitize::line_in_place(&mut article.source);
    sanitize::line_in_place(&mut article.title);
    let Article { url, byline, agency, dateline, language, .. } = article;
    for slot in [&mut *url, &mut *byline, &mut *agency, &mut *dateline, language] {
        if let Some(text) = slot {
            sanitize::line_in_place(text);
        }
        if slot.as_ref().is_some_and(String::is_empty) {
            *slot = None;
        }
    }
    for name in [byline, agency, dateline].into_iter().flatten().chain([&mut article.source]) {
        shorten(name, NAME);
    }
    if url.as_ref().is_some_and(|url| url.len() > ADDRESS) {
        *url = None;
    }
    article.tags.truncate(TAGS);
    article.tags.iter_mut().for_each(sanitize::line_in_place);
    article.tags.iter_mut().for_each(|tag| shorten(tag, NAME));
    article.tags.retain(|tag| !tag.is_empty());
    article.paragraphs.iter_mut().for_each(clean_paragraph);
    article.entities.iter_mut().for_each(|entity| sanitize::line_in_place(&mut entity.name));
}

fn shorten(text: &mut String, most: usize) {
    if text.len() > most {
        *text = cut_off(&text[..text.floor_char_boundary(most)]);
    }
}

/// A beginning, with a sign that it is one. The cut may have gone through a flag.
fn cut_off(text: &str) -> String {
    sanitize::line(text) + "…"
}

/// A title that no list can show is a heading above the text.
fn unfold_title(document: &mut Document) {
    let article = &mut document.article;
    if article.title.len() <= TITLE {
        return;
    }
    let text = std::mem::take(&mut article.title);
    article.title_is_own = false;
    article.settled = false;
    article.entities.clear();
    article.mentions.clear();
    article.paragraphs.insert(0, Paragraph { kind: Kind::Heading, text, ..Paragraph::default() });
    if let Some(layout) = &mut document.layout {
        layout.paragraph_element.insert(0, 0);
        layout.title_before = layout.title_before.map(|before| before + 1);
    }
}

/// Cleans a paragraph and carries its links over.
fn clean_paragraph(paragraph: &mut Paragraph) {
    if paragraph.kind == Kind::Code {
        paragraph.text = sanitize::block(&paragraph.text);
        paragraph.links.clear();
        return;
    }
    let mut offsets: Vec<u32> = paragraph.links.iter().flat_map(|l| [l.start, l.end]).collect();
    sanitize::line_with_offsets(&mut paragraph.text, &mut offsets);
    for (link, span) in paragraph.links.iter_mut().zip(offsets.chunks_exact(2)) {
        (link.start, link.end) = (span[0], span[1]);
        sanitize::line_in_place(&mut link.href);
    }
    let text = &paragraph.text;
    paragraph.links.retain_mut(|link| {
        let shown = text.get(link.start as usize..link.end as usize).unwrap_or("");
        let shown_length = shown.trim().len() as u32;
        link.start += (shown.len() - shown.trim_start().len()) as u32;
        link.end = link.start + shown_length;
        shown_length > 0
    });
    if let Some(evidence) = &mut paragraph.mark.evidence {
        sanitize::line_in_place(evidence);
    }
}

/// Drops paragraphs without text, and their places in the layout.
fn drop_empty(document: &mut Document) {
    let paragraphs = &mut document.article.paragraphs;
    if paragraphs.iter().all(|p| !p.text.is_empty()) {
        return;
    }
    if let Some(layout) = &mut document.layout {
        let mut kept = paragraphs.iter().map(|p| !p.text.is_empty());
        layout.paragraph_element.retain(|_| kept.next().unwrap_or(false));
        if let Some(title) = &mut layout.title_before {
            let above = paragraphs.iter().take(*title as usize);
            *title -= above.filter(|p| p.text.is_empty()).count() as u32;
        }
    }
    paragraphs.retain(|p| !p.text.is_empty());
}

/// The first words of the lead, for display.
fn lead_title(paragraphs: &[Paragraph]) -> String {
    let prose = paragraphs.iter().find(|p| p.text.chars().any(char::is_alphanumeric));
    let lead = prose.or(paragraphs.first()).map_or("", |p| p.text.lines().next().unwrap_or(""));
    if lead.chars().count() <= LEAD_TITLE {
        return lead.to_string();
    }
    let cut = lead.char_indices().nth(LEAD_TITLE).map_or(lead.len(), |(at, _)| at);
    let words = lead[..cut].rsplit_once(' ').map_or(&lead[..cut], |(words, _)| words);
    cut_off(words.trim_end_matches([',', ';', ':', '-', '–', '—', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_for_its_place_is_cut_or_is_text() {
        let long = "Ferry returns to Kos ".repeat(200);
        let article = Article {
            title: long.clone(),
            title_is_own: true,
            byline: Some(long.clone()),
            source: long.clone(),
            url: Some(format!("https://kos.example/{}", "x".repeat(9_000))),
            tags: vec![long.clone(); 300],
            paragraphs: vec![Paragraph { text: "It sails.".into(), ..Paragraph::default() }],
            ..Article::default()
        };
        let document = Document::of(article);
        let article = seal(document, &Origin::default()).unwrap().article;
        assert!(article.title.starts_with("Ferry returns") && article.title.len() < 100);
        assert!(!article.title_is_own && article.url.is_none() && article.tags.len() == TAGS);
        assert_eq!(article.text(true), format!("{}\nIt sails.", long.trim_end()));
        let names = [article.byline.unwrap(), article.source, article.tags[0].clone()];
        assert!(names.iter().all(|name| name.len() <= NAME + 3 && name.ends_with('…')));
    }

    #[test]
    fn a_name_cut_in_the_middle_of_a_flag_is_harmless() {
        let england = "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}";
        for before in ["", "a", "ab", "abc", "abcd", "abcde"] {
            let mut name = format!("{before}{}", england.repeat(NAME));
            shorten(&mut name, NAME);
            assert!(sanitize::is_harmless(&name), "{name:?}");
            let text = format!("{before}{}", england.repeat(LEAD_TITLE));
            let title = lead_title(&[Paragraph { text, ..Paragraph::default() }]);
            assert!(title.ends_with('…') && sanitize::is_harmless(&title), "{title:?}");
        }
    }
}
