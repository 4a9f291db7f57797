//! Markdown, with front matter in YAML or TOML.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::html_blocks::Blocks;
use super::{Limits, address, front_matter, html_walk};
use crate::article::{Document, Kind};

/// Reads decoded Markdown.
pub(super) fn read(text: &str, limits: &Limits) -> Document {
    let (front, body) = front_matter::split(text);
    let mut document = Document::default();
    let article = &mut document.article;
    front_matter::fill(article, &front);
    let (mut blocks, first_heading) = blocks(body, limits);
    if let Some(at) = first_heading {
        take_title(&mut blocks, at, article);
    }
    article.paragraphs = blocks.paragraphs;
    for paragraph in &mut article.paragraphs {
        let base = article.url.as_deref();
        paragraph.links.retain_mut(|link| match address::resolve(base, &link.href) {
            Some(href) => {
                link.href = href;
                true
            }
            None => false,
        });
    }
    document
}

/// The first `# Heading` is the title where the front matter has none, or the same one.
fn take_title(blocks: &mut Blocks, at: usize, article: &mut crate::article::Article) {
    let heading = blocks.paragraphs[at].text.trim();
    if article.title.is_empty() || article.title.trim() == heading {
        article.title = heading.to_string();
        article.title_is_own = true;
        blocks.paragraphs.remove(at);
        blocks.elements.remove(at);
    }
}

/// The blocks, and which is the first heading of the first level.
fn blocks(text: &str, limits: &Limits) -> (Blocks, Option<usize>) {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_WIKILINKS
        | Options::ENABLE_HEADING_ATTRIBUTES;
    let mut reader = Reader { depth: limits.depth, ..Reader::default() };
    for event in Parser::new_ext(text, options) {
        reader.event(event);
    }
    reader.flush();
    (reader.blocks, reader.title)
}

#[derive(Default)]
struct Reader {
    blocks: Blocks,
    /// Kinds of the blocks that are open.
    kinds: Vec<Kind>,
    html: String,
    depth: usize,
    /// First heading of the first level.
    title: Option<usize>,
    /// Within the alternative text of a picture that opens its block.
    in_picture: bool,
    /// No paragraph of prose yet.
    in_title: bool,
}

impl Reader {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) => self.text(&text),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.text(&text),
            Event::Html(html) => self.html.push_str(&html),
            Event::InlineHtml(html) if html.starts_with("<br") => self.blocks.line_break(),
            Event::SoftBreak => self.text(" "),
            Event::HardBreak => self.blocks.line_break(),
            Event::Rule => self.flush(),
            Event::TaskListMarker(done) => self.text(if done { "[x] " } else { "[ ] " }),
            Event::FootnoteReference(name) => self.text(&format!("[{name}]")),
            Event::InlineHtml(_) => {}
        }
    }

    fn text(&mut self, text: &str) {
        let kind = match self.kinds.last().copied().unwrap_or_default() {
            Kind::Paragraph if self.in_picture => Kind::Caption,
            kind => kind,
        };
        self.blocks.text(text, 0, kind);
    }

    fn flush(&mut self) {
        self.blocks.flush();
        if !self.html.is_empty() {
            let page = html_walk::walk(&std::mem::take(&mut self.html), self.depth, false);
            let count = page.blocks.paragraphs.len();
            self.blocks.paragraphs.extend(page.blocks.paragraphs);
            self.blocks.elements.extend(std::iter::repeat_n(0, count));
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Link { dest_url, .. } => return self.blocks.open_link(Some(&dest_url)),
            Tag::TableCell => return self.blocks.boundary("td"),
            Tag::Image { .. } => {
                self.in_picture = self.blocks.is_between();
                return;
            }
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => return,
            _ => self.flush(),
        }
        self.in_title = matches!(tag, Tag::Heading { level: HeadingLevel::H1, .. });
        let inherited = self.kinds.last().copied().unwrap_or_default();
        self.kinds.push(match tag {
            Tag::Heading { .. } => Kind::Heading,
            Tag::BlockQuote(_) => Kind::Quote,
            Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) => Kind::Code,
            Tag::Item | Tag::DefinitionListTitle | Tag::DefinitionListDefinition => Kind::ListItem,
            Tag::FootnoteDefinition(_) => Kind::ListItem,
            Tag::Table(_) | Tag::TableHead | Tag::TableRow => Kind::TableRow,
            _ => inherited,
        });
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Link => return self.blocks.close_link(),
            TagEnd::Image if std::mem::take(&mut self.in_picture) => return self.blocks.flush(),
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Image => return,
            TagEnd::TableCell => return,
            _ => {}
        }
        let before = self.blocks.paragraphs.len();
        self.flush();
        if self.in_title && self.title.is_none() && self.blocks.paragraphs.len() > before {
            self.title = Some(before);
        }
        self.in_title = false;
        self.kinds.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Article;
    use crate::load::{Origin, seal};

    fn load(text: &str) -> Article {
        let document = read(text, &Limits::default());
        seal::seal(document, &Origin::default()).unwrap().article
    }

    const STORY: &str = "---\ntitle: \"Ferry: back at last\"\ndate: 2025-05-16\nauthors:\n  - Jane Doe\n  - Ali Kaya\n\
        link: https://kos.example/news/1\nsource: Kos Post\ntags: [ferry, Kos]\nlang: en\n---\n\n\
        # The ferry\n\nIt *is* [back](more.html) in `Kos`,\nthey said.\n\n> We never doubted it\n\n- one\n- two\n  more\n\n\
        ```sh\ntop  -b\n  x\n```\n\n| Day | Ships |\n|---|---|\n| Mon | 2 |\n\n<div><p>In HTML</p></div>\n";

    #[test]
    fn kinds_and_links_are_kept() {
        let article = load(STORY);
        let shown: Vec<_> = article.paragraphs.iter().map(|p| (p.kind, p.text.as_str())).collect();
        let expected = [
            (Kind::Heading, "The ferry"),
            (Kind::Paragraph, "It is back in Kos, they said."),
            (Kind::Quote, "We never doubted it"),
            (Kind::ListItem, "one"),
            (Kind::ListItem, "two more"),
            (Kind::Code, "top  -b\n  x"),
            (Kind::TableRow, "Day | Ships"),
            (Kind::TableRow, "Mon | 2"),
            (Kind::Paragraph, "In HTML"),
        ];
        assert_eq!(shown, expected);
        assert_eq!(article.paragraphs[1].links[0].href, "https://kos.example/news/more.html");
    }

    #[test]
    fn front_matter_as_each_program_writes_it() {
        let hugo = "+++\ntitle = 'Ferry returns'\ndate = 2025-05-16T00:00:00Z\nauthor = 'Jane Doe'\n\
            draft = false\ntags = ['ferry', 'sea']\n[params]\nx = 1\n+++\nIt is back.\n";
        let jekyll = "---\nlayout: post\ntitle:  \"Ferry returns\"\ndate:   2025-05-16 00:00:00 +0000\n\
            categories: ferry sea\nauthor: Jane Doe\ntags: [ferry, sea]\n---\nIt is back.\n";
        let clipping = "---\ntitle: \"Ferry returns\"\nsource: \"https://kos.example/news/1\"\nauthor:\n  - \"[[Jane Doe]]\"\n\
            created: 2026-01-02\npublished: 2025-05-16\ndescription: \"Short.\"\ntags:\n  - \"ferry\"\n  - \"sea\"\n---\nIt is back.\n";
        let bulletty = "---\ndate = \"2025-05-16T00:00:00Z\"\ndescription = \"Short.\"\ntitle = \"Ferry returns\"\n\
            url = \"https://kos.example/news/1\"\nauthor = \"Jane Doe\"\nseen = true\ntags = [\"ferry\", \"sea\"]\n---\nIt is back.\n";
        for text in [hugo, jekyll, clipping, bulletty] {
            let article = load(text);
            assert_eq!(
                (article.title.as_str(), article.published),
                ("Ferry returns", Some(1_747_353_600))
            );
            assert_eq!(article.byline.as_deref(), Some("Jane Doe"), "{text}");
            assert_eq!(article.tags, ["ferry", "sea"]);
            assert_eq!(article.paragraphs.len(), 1);
        }
        for text in [clipping, bulletty] {
            assert_eq!(load(text).url.as_deref(), Some("https://kos.example/news/1"));
        }
    }

    #[test]
    fn links_between_notes_are_words() {
        let article = load("# Ferry\n\nIt is [[Kos harbour|back]] in [[Kos]].\n");
        assert_eq!(article.paragraphs[0].text, "It is back in Kos.");
        assert!(article.paragraphs[0].links.is_empty());
    }

    #[test]
    fn a_picture_of_its_own_is_a_caption() {
        let article = load("# Ferry\n\n![The ferry](f.jpg)\n\nIt sails ![again](s.png) now.\n");
        let all: Vec<(Kind, &str)> =
            article.paragraphs.iter().map(|p| (p.kind, p.text.as_str())).collect();
        let wanted = [(Kind::Caption, "The ferry"), (Kind::Paragraph, "It sails again now.")];
        assert_eq!(all, wanted);
    }

    #[test]
    fn front_matter_is_understood() {
        let article = load(STORY);
        assert_eq!((article.title.as_str(), article.title_is_own), ("Ferry: back at last", true));
        assert_eq!(article.byline.as_deref(), Some("Jane Doe, Ali Kaya"));
        assert_eq!((article.source.as_str(), article.published), ("Kos Post", Some(1_747_353_600)));
        assert_eq!(article.tags, ["ferry", "Kos"]);
        let toml = load(
            "+++\ntitle = 'Ferry'\ndate = 2025-05-16T00:00:00Z\ntags = ['a', 'b']\n+++\nIt sails.",
        );
        assert_eq!((toml.title.as_str(), toml.published), ("Ferry", Some(1_747_353_600)));
        assert_eq!((toml.tags.len(), toml.paragraphs.len()), (2, 1));
    }

    #[test]
    fn the_first_heading_is_the_title() {
        let article = load("# Ferry *returns*\n\nIt sails.\n\n# More\n");
        assert_eq!((article.title.as_str(), article.paragraphs.len()), ("Ferry returns", 2));
        let untitled = load("It sails.\n\nAgain.");
        assert!(!untitled.title_is_own && untitled.paragraphs.len() == 2);
    }

    #[test]
    fn what_only_looks_like_front_matter_is_text() {
        assert_eq!(load("---\nThe ferry is back.\n").paragraphs.len(), 1);
        let broken = load("+++\n= broken\n+++\nText");
        assert!(broken.paragraphs.last().unwrap().text.ends_with("Text"));
    }
}
