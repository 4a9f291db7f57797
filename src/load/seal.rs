//! The last step of every loader: all strings safe, a title to show, what the text itself says of
//! its author and language.

use super::{LoadCause, LoadError, Origin, credits, language, mojibake, sanitize};
use crate::article::{Article, Document, Kind, Paragraph};

/// About how long a title made from the lead gets, in characters.
const LEAD_TITLE: usize = 70;

/// Makes a document of `origin` fit for the model, or says that there is nothing in it.
pub(super) fn seal(mut document: Document, origin: &Origin) -> Result<Document, LoadError> {
    let article = &mut document.article;
    article.path = origin.path.as_ref().map(|path| path.to_string_lossy().into_owned());
    if !article.settled {
        mend(article);
    }
    clean_strings(article);
    drop_empty(&mut document);
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
    let Article { path, url, byline, agency, dateline, language, .. } = article;
    for slot in [path, url, byline, agency, dateline, language] {
        if let Some(text) = slot {
            sanitize::line_in_place(text);
        }
        if slot.as_ref().is_some_and(String::is_empty) {
            *slot = None;
        }
    }
    article.tags.iter_mut().for_each(sanitize::line_in_place);
    article.tags.retain(|tag| !tag.is_empty());
    article.paragraphs.iter_mut().for_each(clean_paragraph);
    article.entities.iter_mut().for_each(|entity| sanitize::line_in_place(&mut entity.name));
}

/// Cleans a paragraph and carries its links over.
fn clean_paragraph(paragraph: &mut Paragraph) {
    if paragraph.kind == Kind::Code {
        paragraph.text = sanitize::block(&paragraph.text);
        paragraph.links.clear();
        return;
    }
    let mut offsets: Vec<u32> = paragraph.links.iter().flat_map(|l| [l.start, l.end]).collect();
    paragraph.text = sanitize::line_with_offsets(&paragraph.text, &mut offsets);
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
    format!("{}…", words.trim_end_matches([',', ';', ':', '-', '–', '—', ' ']))
}
