//! What the tags of HTML mean for text: which break it, which hide it, which name its kind.

use html5ever::tokenizer::Tag;

use super::sanitize;
use crate::article::Kind;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// Stands on lines of its own.
    Block,
    /// Part of a line.
    Inline,
    /// A page's own element (`<x-teaser>`): has a place in the layout but breaks no line.
    Own,
}

/// Longest hints kept of one element; class lists of generated pages run to kilobytes.
const HINTS: usize = 400;

pub(super) fn flow(name: &str) -> Flow {
    match name {
        "address" | "article" | "aside" | "blockquote" | "body" | "button" | "caption"
        | "center" | "dd" | "details" | "dialog" | "dir" | "div" | "dl" | "dt" | "fieldset"
        | "figcaption" | "figure" | "footer" | "form" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6"
        | "header" | "hgroup" | "html" | "legend" | "li" | "main" | "menu" | "nav" | "ol" | "p"
        | "pre" | "search" | "section" | "summary" | "table" | "tbody" | "td" | "tfoot" | "th"
        | "thead" | "tr" | "ul" | "listing" => Flow::Block,
        _ if name.contains('-') => Flow::Own,
        _ => Flow::Inline,
    }
}

pub(super) fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "br"
            | "col"
            | "embed"
            | "frame"
            | "hr"
            | "img"
            | "input"
            | "param"
            | "source"
            | "track"
            | "wbr"
            | "basefont"
            | "bgsound"
            | "keygen"
            | "meta"
            | "link"
            | "base"
    )
}

/// Elements whose text no browser shows as such.
pub(super) fn never_shown(name: &str) -> bool {
    matches!(
        name,
        "template"
            | "svg"
            | "math"
            | "select"
            | "option"
            | "datalist"
            | "canvas"
            | "audio"
            | "video"
            | "object"
            | "rp"
    )
}

/// The kind of text inside; `None` keeps that of the parent.
pub(super) fn kind(name: &str) -> Option<Kind> {
    Some(match name {
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Kind::Heading,
        "blockquote" => Kind::Quote,
        "li" | "dt" | "dd" => Kind::ListItem,
        "figcaption" | "caption" => Kind::Caption,
        "pre" | "listing" => Kind::Code,
        "td" | "th" => Kind::TableRow,
        "article" | "main" | "section" | "table" => Kind::Paragraph,
        _ => return None,
    })
}

/// The open elements that the start of this one ends, and those they are looked for within.
type Implied = (&'static [&'static str], &'static [&'static str]);

pub(super) fn implied(name: &str) -> Option<Implied> {
    Some(match name {
        "li" => (&["li"], &["ul", "ol", "menu", "dir", "div", "table"]),
        "dt" | "dd" => (&["dt", "dd"], &["dl", "div", "table"]),
        "td" | "th" => (&["td", "th"], &["tr", "table"]),
        "tr" => (&["tr"], &["table"]),
        "thead" | "tbody" | "tfoot" => (&["thead", "tbody", "tfoot"], &["table"]),
        "option" | "optgroup" => (&["option"], &["select", "datalist"]),
        "a" => (&["a"], &["table", "td"]),
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
            (&["h1", "h2", "h3", "h4", "h5", "h6"], &["div", "section", "article", "table"])
        }
        _ => return None,
    })
}

pub(super) fn is_table_part(name: &str) -> bool {
    matches!(name, "table" | "thead" | "tbody" | "tfoot" | "tr" | "td" | "th" | "caption")
}

pub(super) fn attribute<'a>(tag: &'a Tag, name: &str) -> Option<&'a str> {
    tag.attrs.iter().find(|attr| &*attr.name.local == name).map(|attr| &*attr.value)
}

pub(super) fn is_linked_data(tag: &Tag) -> bool {
    attribute(tag, "type").is_some_and(|kind| kind.to_ascii_lowercase().contains("ld+json"))
}

/// The state of a framework that draws the page in the reader's browser.
pub(super) fn is_page_state(tag: &Tag) -> bool {
    attribute(tag, "id").is_some_and(|id| id == "__NEXT_DATA__")
}

/// Hidden by its own attributes; style sheets are not read.
pub(super) fn is_hidden(tag: &Tag) -> bool {
    tag.attrs.iter().any(|attr| match &*attr.name.local {
        "hidden" => !attr.value.eq_ignore_ascii_case("until-found"),
        "aria-hidden" => attr.value.eq_ignore_ascii_case("true"),
        "style" => hides(&attr.value),
        _ => false,
    })
}

fn hides(style: &str) -> bool {
    if !style.contains(['d', 'D', 'v', 'V']) {
        return false;
    }
    let style: String =
        style.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    style.contains("display:none") || style.contains("visibility:hidden")
}

pub(super) fn is_named(tag: &Tag) -> bool {
    tag.attrs.iter().any(|attr| matches!(&*attr.name.local, "class" | "id" | "itemprop"))
}

/// What an element is called by those who made it.
pub(super) fn hints(tag: &Tag) -> String {
    let mut hints = String::new();
    for attr in &tag.attrs {
        let named =
            matches!(&*attr.name.local, "class" | "id" | "role" | "itemprop" | "aria-label");
        if !named || hints.len() + attr.value.len() > HINTS {
            continue;
        }
        hints.reserve(attr.value.len() + 1);
        let add = |word: &str| {
            if !hints.is_empty() {
                hints.push(' ');
            }
            hints.push_str(word);
        };
        // Most are one word, or words with one space between them.
        match sanitize::is_clean(&attr.value) {
            true => Some(&*attr.value).filter(|value| !value.is_empty()).into_iter().for_each(add),
            false => attr.value.split_whitespace().for_each(add),
        }
    }
    // In place for ASCII, which nearly all are.
    if hints.is_ascii() {
        hints.make_ascii_lowercase();
        return hints;
    }
    hints.to_lowercase()
}
