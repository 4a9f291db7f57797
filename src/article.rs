//! The model: an article, its paragraphs, what was marked in them and who is named.
//!
//! Plain data with its invariants. Nothing here reads a file, draws a cell or asks the time.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Orders articles by date: `(published seconds << 10) | tie-breaker`.
///
/// A newest-first list is a descending scan over ids, and a date range is a range of ids. An
/// undated article takes the second in which the library first saw it. Zero means "not in a
/// library yet".
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct ArticleId(pub i64);

/// Bits of an [`ArticleId`] that tell articles of one second apart.
pub const TIE_BITS: u32 = 10;

impl ArticleId {
    /// The smallest id an article published at `seconds` (Unix time, UTC) can have.
    pub fn at(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1 << TIE_BITS))
    }

    /// The Unix time, in seconds, that the id carries.
    pub fn seconds(self) -> i64 {
        self.0 >> TIE_BITS
    }
}

impl fmt::Display for ArticleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One story, with everything that stood around it in its file.
///
/// Every string is clean: no control characters except what [`Kind::Code`] needs (`\n`), no
/// escape sequences, no bidi overrides. The loader sees to that.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Article {
    pub id: ArticleId,
    /// Who brought it, as shown in the list: the outlet the document names, else the folder's,
    /// file's or feed's name.
    pub source: String,
    /// The file it was read from, `None` for the sample edition and standard input.
    pub path: Option<String>,
    pub url: Option<String>,
    /// Never empty once loaded.
    pub title: String,
    /// False when the title was made up for display from the lead: it is then no part of
    /// [`Article::text`].
    pub title_is_own: bool,
    pub byline: Option<String>,
    /// News agency that wrote it, as credited: "ILKHA", "Reuters".
    pub agency: Option<String>,
    /// Where it was written, as the lead says: "ISTANBUL".
    pub dateline: Option<String>,
    /// Unix time in seconds, UTC; a date without a time is its midnight.
    pub published: Option<i64>,
    /// Primary language subtag: `en`, `tr`.
    pub language: Option<String>,
    /// Tags the document itself carries.
    pub tags: Vec<String>,
    pub paragraphs: Vec<Paragraph>,
    /// Who and what is named; [`Mention::entity`] is an index in here.
    pub entities: Vec<Entity>,
    /// Sorted by place then start, disjoint.
    pub mentions: Vec<Mention>,
    /// Set when marks and mentions came with the document (`cat --json` wrote it): they stand.
    pub settled: bool,
    /// Nobody has looked for the names yet: that there are none says nothing.
    #[serde(skip)]
    pub unnamed: bool,
}

/// A block of an article.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Paragraph {
    pub kind: Kind,
    /// One line, white space folded; [`Kind::Code`] alone may hold `\n`.
    pub text: String,
    /// Sorted by start, disjoint.
    pub links: Vec<Link>,
    pub mark: Mark,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Heading,
    #[default]
    Paragraph,
    Quote,
    ListItem,
    Caption,
    Code,
    TableRow,
}

/// A link in a paragraph; the span is half-open, in bytes, on char boundaries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Link {
    pub start: u32,
    pub end: u32,
    pub href: String,
}

/// What the cleaner says of a paragraph.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// `None`: kept, part of the story.
    pub reason: Option<Reason>,
    /// How sure the cleaner is that the paragraph is boilerplate, 0 to 1.
    pub score: f32,
    /// What it saw, in words, for the explain view: "opens with “legal warning”".
    pub evidence: Option<String>,
}

impl Mark {
    /// Evidence of a paragraph that is shown because the cleaner does not believe itself.
    pub const SPARED: &str = "shown because hardly anything would be left";

    pub fn kept(&self) -> bool {
        self.reason.is_none()
    }

    pub fn boilerplate(reason: Reason, score: f32, evidence: impl Into<String>) -> Self {
        Self { reason: Some(reason), score, evidence: Some(evidence.into()) }
    }
}

/// Why a paragraph is boilerplate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    Legal,
    Credit,
    Byline,
    Timestamp,
    Share,
    Subscribe,
    Teaser,
    Navigation,
    Advert,
    Comments,
    Consent,
    Repeated,
    Other,
}

/// Someone or something named in an article, once per article.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entity {
    /// The fullest form in the article: "Volodymyr Zelenskyy".
    pub name: String,
    pub label: Label,
}

/// One place where an entity is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    pub place: Place,
    /// Half-open byte span in the place's text, on char boundaries.
    pub start: u32,
    pub end: u32,
    pub label: Label,
    /// Index in [`Article::entities`].
    pub entity: u32,
}

/// Which text of an article a span lies in. The title sorts first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Place {
    Title,
    Paragraph(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Label {
    Person,
    Organization,
    Location,
    Facility,
    Group,
    Product,
    Date,
    Money,
    Misc,
}

impl Kind {
    pub const ALL: [Kind; 7] = [
        Kind::Heading,
        Kind::Paragraph,
        Kind::Quote,
        Kind::ListItem,
        Kind::Caption,
        Kind::Code,
        Kind::TableRow,
    ];

    /// The name in JSON and help: `list-item`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Heading => "heading",
            Kind::Paragraph => "paragraph",
            Kind::Quote => "quote",
            Kind::ListItem => "list-item",
            Kind::Caption => "caption",
            Kind::Code => "code",
            Kind::TableRow => "table-row",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl Reason {
    pub const ALL: [Reason; 13] = [
        Reason::Legal,
        Reason::Credit,
        Reason::Byline,
        Reason::Timestamp,
        Reason::Share,
        Reason::Subscribe,
        Reason::Teaser,
        Reason::Navigation,
        Reason::Advert,
        Reason::Comments,
        Reason::Consent,
        Reason::Repeated,
        Reason::Other,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Reason::Legal => "legal",
            Reason::Credit => "credit",
            Reason::Byline => "byline",
            Reason::Timestamp => "timestamp",
            Reason::Share => "share",
            Reason::Subscribe => "subscribe",
            Reason::Teaser => "teaser",
            Reason::Navigation => "navigation",
            Reason::Advert => "advert",
            Reason::Comments => "comments",
            Reason::Consent => "consent",
            Reason::Repeated => "repeated",
            Reason::Other => "other",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

impl Label {
    pub const ALL: [Label; 9] = [
        Label::Person,
        Label::Organization,
        Label::Location,
        Label::Facility,
        Label::Group,
        Label::Product,
        Label::Date,
        Label::Money,
        Label::Misc,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Label::Person => "person",
            Label::Organization => "organization",
            Label::Location => "location",
            Label::Facility => "facility",
            Label::Group => "group",
            Label::Product => "product",
            Label::Date => "date",
            Label::Money => "money",
            Label::Misc => "misc",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|label| label.name() == name)
    }
}

impl Article {
    /// The text of a place; `""` for a paragraph that is not there.
    pub fn text_at(&self, place: Place) -> &str {
        match place {
            Place::Title => &self.title,
            Place::Paragraph(n) => self.paragraphs.get(n as usize).map_or("", |p| &p.text),
        }
    }

    /// False for a paragraph that is boilerplate.
    pub fn keeps(&self, place: Place) -> bool {
        match place {
            Place::Title => true,
            Place::Paragraph(n) => self.paragraphs.get(n as usize).is_none_or(|p| p.mark.kept()),
        }
    }

    /// The mentions of one place, in order.
    pub fn mentions_at(&self, place: Place) -> &[Mention] {
        let from = self.mentions.partition_point(|m| m.place < place);
        let to = self.mentions.partition_point(|m| m.place <= place);
        &self.mentions[from..to]
    }

    /// The words of a mention as the article writes them.
    pub fn mention_text(&self, mention: &Mention) -> &str {
        let text = self.text_at(mention.place);
        text.get(mention.start as usize..mention.end as usize).unwrap_or("")
    }

    /// The places whose text goes out as the article's own: the title unless it was made up, then
    /// the kept paragraphs, or with `all` every paragraph.
    pub fn places(&self, all: bool) -> impl Iterator<Item = Place> + '_ {
        let title = self.title_is_own.then_some(Place::Title);
        let body = self.paragraphs.iter().enumerate();
        let body = body.filter(move |(_, p)| all || p.mark.kept());
        title.into_iter().chain(body.map(|(n, _)| Place::Paragraph(n as u32)))
    }

    /// The document's own words, one place a line: what `text` holds in JSON.
    pub fn text(&self, all: bool) -> String {
        let lines: Vec<&str> = self.places(all).map(|place| self.text_at(place)).collect();
        lines.join("\n")
    }

    /// How many paragraphs are hidden, by reason.
    pub fn hidden(&self) -> BTreeMap<Reason, usize> {
        let mut counts = BTreeMap::new();
        for reason in self.paragraphs.iter().filter_map(|p| p.mark.reason) {
            *counts.entry(reason).or_default() += 1;
        }
        counts
    }
}

/// An article just read, with what only the cleaner needs to know of where it stood.
#[derive(Clone, Debug, Default)]
pub struct Document {
    pub article: Article,
    /// For pages: the elements around each paragraph. Never stored.
    pub layout: Option<Layout>,
    /// What another reader knew of it that it comes from.
    pub seen: Seen,
}

impl Document {
    /// Of an article of which nothing else is known.
    pub fn of(article: Article) -> Self {
        Self { article, ..Self::default() }
    }
}

/// What somebody did to an article.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub read: bool,
    pub starred: bool,
}

/// The skeleton of a page: enough of its tree to tell a menu from a story.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// Parents come before their children.
    pub elements: Vec<Element>,
    /// For each paragraph, the innermost element around all of it: an index in `elements`.
    pub paragraph_element: Vec<u32>,
    /// The story's text where the page states it as data (`ld+json` `articleBody`), white space
    /// folded.
    pub stated_body: Option<String>,
    /// Before which paragraph the headline stood, where it stood among them.
    pub title_before: Option<u32>,
    /// In which element it stood.
    pub title_element: Option<u32>,
}

#[derive(Clone, Debug, Default)]
pub struct Element {
    pub parent: Option<u32>,
    /// Lower case: `div`.
    pub tag: String,
    /// `class`, `id`, `role`, `itemprop` and `aria-label`, lower case, apart by spaces.
    pub hints: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article() -> Article {
        let paragraph = |text: &str, reason| Paragraph {
            text: text.into(),
            mark: Mark { reason, ..Mark::default() },
            ..Paragraph::default()
        };
        Article {
            title: "Ferry returns".into(),
            title_is_own: true,
            paragraphs: vec![
                paragraph("The ferry is back.", None),
                paragraph("All rights reserved.", Some(Reason::Legal)),
                paragraph("It sails on Monday.", None),
            ],
            ..Article::default()
        }
    }

    #[test]
    fn text_is_the_title_and_what_is_kept() {
        let mut article = article();
        assert_eq!(article.text(false), "Ferry returns\nThe ferry is back.\nIt sails on Monday.");
        article.title_is_own = false;
        assert_eq!(article.text(true).lines().count(), 3);
        assert_eq!(article.hidden(), BTreeMap::from([(Reason::Legal, 1)]));
    }

    #[test]
    fn an_id_carries_its_second() {
        assert_eq!(ArticleId::at(1_747_324_800).seconds(), 1_747_324_800);
        assert!(ArticleId::at(-5).seconds() == -5, "articles from before 1970 sort too");
    }

    #[test]
    fn names_round_trip() {
        assert!(Kind::ALL.into_iter().all(|kind| Kind::from_name(kind.name()) == Some(kind)));
        assert!(Reason::ALL.into_iter().all(|r| Reason::from_name(r.name()) == Some(r)));
        assert!(Label::ALL.into_iter().all(|label| Label::from_name(label.name()) == Some(label)));
    }
}
