//! What the tag, class and id of an element say of it.

use std::sync::LazyLock;

use crate::article::{Element, Reason};

/// What an element says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The text of the story.
    Body,
    /// The story with what belongs to it.
    Article,
    /// Something beside the story.
    Side(Reason),
}

impl Role {
    pub fn is_story(self) -> bool {
        !matches!(self, Role::Side(_))
    }
}

/// The role of an element by its own words, not those of its parents.
pub fn role(element: &Element) -> Option<Role> {
    if is_body(&element.hints) {
        return Some(Role::Body);
    }
    match element.tag.as_str() {
        "nav" | "footer" | "menu" => return Some(Role::Side(Reason::Navigation)),
        "aside" => return Some(side(&element.hints).unwrap_or(Role::Side(Reason::Teaser))),
        "form" => return Some(side(&element.hints).unwrap_or(Role::Side(Reason::Subscribe))),
        "button" | "select" | "label" => return Some(Role::Side(Reason::Navigation)),
        "article" | "main" => return Some(side_of_article(element).unwrap_or(Role::Article)),
        _ => {}
    }
    side(&element.hints)
}

/// "wp-caption-text", "imageCaption", "captions": the words under a picture.
pub fn is_caption(element: &Element) -> bool {
    let mut words = element.hints.split(|c: char| !c.is_ascii_lowercase());
    words.any(|word| word.trim_end_matches('s').ends_with("caption"))
}

/// Names under which services have their posts embedded: a quotation with the words of the post.
const POSTS: &[&str] = &["twitter-tweet", "twitter-video", "bluesky-embed", "mastodon-embed"];

/// Somebody's post that the story quotes.
pub fn is_post(element: &Element) -> bool {
    element.tag == "blockquote"
        && element.hints.split_whitespace().any(|word| POSTS.contains(&word))
}

/// What names an element best, for the explain view: "menu-item" for "menu-item-1125".
pub fn name(element: &Element) -> &str {
    let words = || element.hints.split_whitespace();
    let telling = words().find(|word| side(word).is_some());
    let number = |c: char| c.is_ascii_digit() || matches!(c, '-' | '_');
    let telling = telling.map(|word| word.trim_end_matches(number)).filter(|word| !word.is_empty());
    telling.unwrap_or(&element.tag)
}

fn is_body(hints: &str) -> bool {
    hints.split(' ').filter(|word| word.len() >= SHORTEST).any(|word| {
        let bare = || word.chars().filter(|c| c.is_alphanumeric());
        let first = bare().next();
        let begins = |body: &str| first == Some(body.as_bytes()[0].into());
        BODIES.iter().any(|body| begins(body) && bare().eq(body.chars()))
    })
}

/// No name in [`BODIES`] is shorter, in bytes.
const SHORTEST: usize = 8;

const BODIES: &[&str] = &[
    "articlebody",
    "articlecontent",
    "articletext",
    "articlemain",
    "storybody",
    "storycontent",
    "storytext",
    "entrycontent",
    "entrybody",
    "postcontent",
    "postbody",
    "newscontent",
    "newsbody",
    "newstext",
    "bodytext",
    "bodycontent",
    "contentbody",
    "articlebodycontent",
    "maincontent",
    "articlebodytext",
    "newsarticletext",
    "tdpostcontent",
    "singlepostcontent",
    "articlecontentbody",
    "storybodytext",
    "haberdetay",
    "habermetni",
];

/// Cards for other stories are articles too.
fn side_of_article(element: &Element) -> Option<Role> {
    let card = |piece: &str| {
        matches!(piece, "teaser" | "card" | "tease" | "related" | "comment" | "promo")
    };
    let found = element.hints.split(|c: char| !c.is_alphanumeric()).find(|piece| card(piece))?;
    Some(Role::Side(if found == "comment" { Reason::Comments } else { Reason::Teaser }))
}

fn side(hints: &str) -> Option<Role> {
    let mut pieces = hints.split(|c: char| !c.is_alphanumeric()).filter(|piece| !piece.is_empty());
    pieces.find_map(reason).map(Role::Side)
}

/// The reason that a word of a class or id stands for.
fn reason(piece: &str) -> Option<Reason> {
    let letter = piece.bytes().next()?.checked_sub(b'a').map(usize::from)?;
    let (exact, stems) = BY_LETTER.get(letter)?;
    let whole = exact.iter().find(|(word, _)| *word == piece);
    let stem = || stems.iter().find(|(stem, _)| piece.starts_with(stem));
    whole.or_else(stem).map(|(_, reason)| *reason)
}

type Listed = Vec<(&'static str, Reason)>;

/// [`EXACT`] and [`STEMS`] by the first letter of their words.
static BY_LETTER: LazyLock<[(Listed, Listed); 26]> = LazyLock::new(|| {
    let under = |letter: usize, list: &[(&'static str, Reason)]| {
        let own = list.iter().filter(|(word, _)| word.as_bytes()[0] == b'a' + letter as u8);
        own.copied().collect()
    };
    std::array::from_fn(|letter| (under(letter, EXACT), under(letter, STEMS)))
});

/// Words that count only as a whole.
const EXACT: &[(&str, Reason)] = &[
    ("ad", Reason::Advert),
    ("ads", Reason::Advert),
    ("adv", Reason::Advert),
    ("dfp", Reason::Advert),
    ("gpt", Reason::Advert),
    ("nav", Reason::Navigation),
    ("navbar", Reason::Navigation),
    ("menu", Reason::Navigation),
    ("tags", Reason::Navigation),
    ("taglist", Reason::Navigation),
    ("topics", Reason::Navigation),
    ("keywords", Reason::Navigation),
    ("bio", Reason::Byline),
    ("byline", Reason::Byline),
    ("bylines", Reason::Byline),
    ("author", Reason::Byline),
    ("authors", Reason::Byline),
    ("timestamp", Reason::Timestamp),
    ("pubdate", Reason::Timestamp),
    ("share", Reason::Share),
    ("sharing", Reason::Share),
    ("cta", Reason::Subscribe),
    ("related", Reason::Teaser),
    ("teaser", Reason::Teaser),
    ("teasers", Reason::Teaser),
    ("trending", Reason::Teaser),
    ("popular", Reason::Teaser),
    ("readmore", Reason::Teaser),
    ("recirc", Reason::Teaser),
    ("promo", Reason::Teaser),
    ("modal", Reason::Other),
    ("popup", Reason::Other),
    ("tooltip", Reason::Other),
    ("widget", Reason::Teaser),
    ("credit", Reason::Credit),
    ("caption", Reason::Credit),
    ("toc", Reason::Navigation),
];

/// Words that count with whatever ending they carry.
const STEMS: &[(&str, Reason)] = &[
    ("comment", Reason::Comments),
    ("disqus", Reason::Comments),
    ("kommentar", Reason::Comments),
    ("yorum", Reason::Comments),
    ("cookie", Reason::Consent),
    ("consent", Reason::Consent),
    ("gdpr", Reason::Consent),
    ("onetrust", Reason::Consent),
    ("advert", Reason::Advert),
    ("sponsor", Reason::Advert),
    ("taboola", Reason::Teaser),
    ("outbrain", Reason::Teaser),
    ("recommend", Reason::Teaser),
    ("relatedarticle", Reason::Teaser),
    ("relatedstor", Reason::Teaser),
    ("relatedpost", Reason::Teaser),
    ("relatednews", Reason::Teaser),
    ("relatedcontent", Reason::Teaser),
    ("mostread", Reason::Teaser),
    ("mostpopular", Reason::Teaser),
    ("alsoread", Reason::Teaser),
    ("newsletter", Reason::Subscribe),
    ("subscri", Reason::Subscribe),
    ("signup", Reason::Subscribe),
    ("social", Reason::Share),
    ("sharebar", Reason::Share),
    ("sharethis", Reason::Share),
    ("addthis", Reason::Share),
    ("breadcrumb", Reason::Navigation),
    ("sidebar", Reason::Navigation),
    ("footer", Reason::Navigation),
    ("masthead", Reason::Navigation),
    ("navigation", Reason::Navigation),
    ("pagination", Reason::Navigation),
    ("copyright", Reason::Legal),
    ("disclaimer", Reason::Legal),
    ("authorbio", Reason::Byline),
    ("authorbox", Reason::Byline),
    ("authorinfo", Reason::Byline),
    ("figcaption", Reason::Credit),
    ("imagecaption", Reason::Credit),
    ("photocredit", Reason::Credit),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn of(tag: &str, hints: &str) -> Option<Role> {
        role(&Element { parent: None, tag: tag.into(), hints: hints.into() })
    }

    #[test]
    fn every_listed_word_is_looked_up() {
        let listed = || EXACT.iter().chain(STEMS);
        assert!(listed().all(|(word, _)| word.starts_with(|c: char| c.is_ascii_lowercase())));
        assert!(listed().all(|(word, _)| reason(word).is_some()));
        assert!(BODIES.iter().all(|body| body.len() >= SHORTEST && is_body(body)));
    }

    #[test]
    fn captions_are_told_by_how_their_names_end() {
        let named = |hints: &str| {
            is_caption(&Element { parent: None, tag: "div".into(), hints: hints.into() })
        };
        for hints in ["wp-caption-text", "leadmediacaption", "box captions", "image__caption--wide"]
        {
            assert!(named(hints), "{hints}");
        }
        for hints in ["", "captioned", "captionless picture", "captioneer"] {
            assert!(!named(hints), "{hints}");
        }
    }

    #[test]
    fn quoted_posts_are_told_by_their_embedding() {
        let named = |tag: &str, hints: &str| {
            is_post(&Element { parent: None, tag: tag.into(), hints: hints.into() })
        };
        assert!(named("blockquote", "twitter-tweet") && named("blockquote", "wide bluesky-embed"));
        assert!(!named("blockquote", "pull") && !named("div", "twitter-tweet"));
        assert!(!named("blockquote", "no-twitter-tweet"), "whole words");
    }

    #[test]
    fn a_block_is_named_without_its_number() {
        for (hints, expected) in [
            ("wide menu-item-1125 first", "menu-item"),
            ("comments_2", "comments"),
            ("sidebar", "sidebar"),
            ("wide", "div"),
        ] {
            let element = Element { parent: None, tag: "div".into(), hints: hints.into() };
            assert_eq!(name(&element), expected, "{hints}");
        }
    }

    #[test]
    fn class_words_say_what_a_block_is() {
        assert_eq!(of("div", "article-body"), Some(Role::Body));
        assert_eq!(of("section", "story articlebody"), Some(Role::Body));
        assert_eq!(of("div", "comments-area"), Some(Role::Side(Reason::Comments)));
        assert_eq!(of("div", "box related-stories"), Some(Role::Side(Reason::Teaser)));
        assert_eq!(of("div", "l-cookie-banner"), Some(Role::Side(Reason::Consent)));
        assert_eq!(of("aside", "newsletter"), Some(Role::Side(Reason::Subscribe)));
        assert_eq!(of("article", "teaser"), Some(Role::Side(Reason::Teaser)));
        assert_eq!(of("article", "post"), Some(Role::Article));
        assert_eq!(of("div", "headline gradient"), None, "no “ad” in the middle of a word");
    }
}
