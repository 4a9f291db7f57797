//! The page of an entity: who it is, since when, with whom, where; as the lines of an overlay.

use crate::article::{ArticleId, Label};
use crate::library::{About, EntityId, EntityRow, Library, Named, Result, Row};
use crate::page::{columns, date, sparkline, wrap};

/// Companions shown.
const COMPANIONS: usize = 8;
/// Lines that other spellings may take.
const SPELLINGS: usize = 3;
/// Rows of articles read around those on the screen.
const AROUND: usize = 40;
/// Columns of the place that stands beside the name: " 12/345 ".
const PLACE: usize = 12;
/// Columns under which most titles are cut.
const NARROW: u16 = 30;
const DAY: i64 = 86_400;

#[derive(Clone, Debug)]
pub struct EntityPage {
    pub id: EntityId,
    pub name: String,
    pub label: Label,
    /// The answer with this number is the one that is waited for.
    pub number: u64,
    /// `None` until the library has been read.
    pub about: Option<About>,
    /// Everything above the articles, for a screen of this width.
    lines: Vec<PageLine>,
    width: u16,
    /// Rows of the articles near those on the screen.
    rows: Vec<Row>,
    /// The articles whose rows were asked for: indexes in those of `about`.
    read: std::ops::Range<usize>,
}

/// A line of the page.
#[derive(Clone, Debug, PartialEq)]
pub enum PageLine {
    Name(String),
    Fact(String),
    /// Mentions a week.
    Bars(String),
    /// Small print under the bars.
    Note(String),
    Blank,
    Heading(&'static str),
    Companion(EntityRow),
    /// Index among the articles.
    Article(usize),
}

impl PageLine {
    /// Whether the selection steps over it.
    pub fn is_gap(&self) -> bool {
        matches!(self, PageLine::Blank | PageLine::Heading(_))
    }
}

impl EntityPage {
    pub fn new(named: Named) -> Self {
        Self {
            id: named.id,
            name: named.name,
            label: named.label,
            number: 0,
            about: None,
            lines: Vec::new(),
            width: 0,
            rows: Vec::new(),
            read: 0..0,
        }
    }

    /// Takes in what the library says; the head of a group is what the page is about.
    pub fn tell(&mut self, about: About, width: u16) {
        self.width = width;
        (self.id, self.label) = (about.id, about.label);
        self.name.clone_from(&about.name);
        self.about = Some(about);
        (self.rows, self.read) = (Vec::new(), 0..0);
        self.write();
    }

    /// Whether few titles and names fit on a line.
    pub fn is_narrow(&self) -> bool {
        self.width < NARROW
    }

    pub fn articles(&self) -> &[ArticleId] {
        self.about.as_ref().map_or(&[], |about| &about.articles)
    }

    pub fn len(&self) -> usize {
        self.lines.len() + self.articles().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn line(&self, n: usize) -> Option<PageLine> {
        match n.checked_sub(self.lines.len()) {
            None => self.lines.get(n).cloned(),
            Some(article) => {
                (article < self.articles().len()).then_some(PageLine::Article(article))
            }
        }
    }

    /// The line of the first article; the last line where there are none.
    pub fn first_article(&self) -> usize {
        self.lines.len().min(self.len().saturating_sub(1))
    }

    /// The first line of the part after (or before) the one that a line is in: head, companions,
    /// articles, in turn.
    pub fn next_part(&self, from: usize, back: bool) -> usize {
        let companion = |line: &PageLine| matches!(line, PageLine::Companion(_));
        let mut parts = vec![0];
        parts.extend(self.lines.iter().position(companion));
        parts.extend((!self.articles().is_empty()).then_some(self.lines.len()));
        let at = parts.iter().rposition(|start| *start <= from).unwrap_or(0);
        let step = if back { parts.len() - 1 } else { 1 };
        parts[(at + step) % parts.len()]
    }

    /// The row of an article, once it has been read.
    pub fn row(&self, article: usize) -> Option<&Row> {
        let id = self.articles().get(article)?;
        self.rows.iter().find(|row| row.id == *id)
    }

    /// Lays the lines anew for another width, and reads the rows of the lines on the screen.
    pub fn settle(
        &mut self,
        library: &Library,
        width: u16,
        shown: std::ops::Range<usize>,
    ) -> Result<()> {
        if self.width != width {
            self.width = width;
            self.write();
        }
        let article =
            |line: usize| line.saturating_sub(self.lines.len()).min(self.articles().len());
        let (from, to) = (article(shown.start), article(shown.end));
        if from < self.read.start || to > self.read.end {
            let to = (to + AROUND).min(self.articles().len());
            let read = from.saturating_sub(AROUND)..to;
            self.rows = library.rows_of(&self.articles()[read.clone()])?;
            self.read = read;
        }
        Ok(())
    }

    fn write(&mut self) {
        let mut lines = Vec::new();
        // It stands above the page, as far as there is room.
        if columns(&self.name) + PLACE > usize::from(self.width) {
            lines.extend(wrapped(&self.name, self.width, PageLine::Name));
        }
        let label = self.label.name();
        let Some(about) = &self.about else {
            lines.extend(wrapped(&format!("{label} · counting…"), self.width, PageLine::Fact));
            self.lines = lines;
            return;
        };
        let fact = |text: &str| wrapped(text, self.width, PageLine::Fact);
        let (articles, mentions) = (about.articles.len(), about.mentions);
        let (articles, mentions) = (count(articles as u64, "article"), count(mentions, "mention"));
        lines.extend(fact(&format!("{label} · {articles} · {mentions}")));
        lines.extend(fact(&seen(about)));
        if !about.spellings.is_empty() {
            let mut also = fact(&format!("also {}", about.spellings.join(", ")));
            if also.len() > SPELLINGS {
                also.truncate(SPELLINGS);
                also.push(PageLine::Fact("…".to_owned()));
            }
            lines.extend(also);
        }
        if let Some(spark) = sparkline(&about.weeks, usize::from(self.width)) {
            lines.push(PageLine::Bars(spark.bars));
            let from = day(spark.span.0);
            let note = format!("mentions a week from {from}, at most {}", spark.most);
            lines.extend(wrapped(&note, self.width, PageLine::Note));
        }
        if !about.companions.is_empty() {
            lines.extend([PageLine::Blank, PageLine::Heading("with")]);
            let companions = about.companions.iter().take(COMPANIONS);
            lines.extend(companions.cloned().map(PageLine::Companion));
        }
        if !about.articles.is_empty() {
            lines.extend([PageLine::Blank, PageLine::Heading("articles")]);
        }
        self.lines = lines;
    }
}

fn wrapped(text: &str, width: u16, line: fn(String) -> PageLine) -> Vec<PageLine> {
    let rows = wrap(text, width.max(1));
    rows.into_iter().map(|row| line(text[row].to_owned())).collect()
}

/// "from 4 January 2016 to 31 December 2025".
fn seen(about: &About) -> String {
    match about.seen {
        None => "in articles without a date".to_owned(),
        Some((first, last)) if day(first) == day(last) => format!("on {}", day(first)),
        Some((first, last)) => format!("from {} to {}", day(first), day(last)),
    }
}

fn day(seconds: i64) -> String {
    date(seconds.div_euclid(DAY) * DAY).unwrap_or_default()
}

/// "1 article", "2 articles"
fn count(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
