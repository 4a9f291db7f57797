//! One pass over the tags of a page: its visible text blocks, where each stood, and its metadata.
//!
//! Works on the token stream, not on a tree: a tree builder walks its open elements at every tag,
//! which takes minutes on a page of 100,000 nested ones, and the blocks need no tree.

use std::cell::RefCell;

use html5ever::LocalName;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};

use super::html_blocks::Blocks;
use super::html_feed;
use super::html_meta::Meta;
use super::html_tags::{self as tags, Flow};
use crate::article::{Element, Kind};

/// What one pass found.
#[derive(Default)]
pub(super) struct Page {
    pub blocks: Blocks,
    pub meta: Meta,
    /// Every block element, and inline ones that open a block; parents first.
    pub elements: Vec<Element>,
    /// Bytes of text in elements that hide it.
    pub hidden_text: usize,
    /// Its attributes took too long; the rest was not read.
    pub given_up: bool,
}

/// Comparisons of attributes. Each of a tag is compared with all before it, so that a tag of ten
/// thousand, and a page of such tags, would take minutes.
const COMPARED: usize = 40_000_000;
/// What may part attributes, in a stretch of a page in which no token ends: a tag that goes on and
/// on tells of its attributes only at its end.
const SILENT: usize = 200_000;

/// Bytes of data for scripts that are read: the state of a large page has a few hundred kilobytes.
const SCRIPTS: usize = 8 << 20;

/// Bytes of a title that are enough of it, wherever it ends.
const TITLE: usize = 64 << 10;

/// Bytes of hints of `html` and `body`, which a page may open a thousand times.
const ROOT: usize = 1_000;

/// Reads a page. With `all`, what its attributes hide is shown too.
pub(super) fn walk(html: &str, depth: usize, all: bool) -> Page {
    let mut page = Page::default();
    page.elements.push(Element { tag: "html".into(), ..Element::default() });
    let walker = Walker { page, depth, all, ..Walker::default() };
    let mut walker = html_feed::feed(html, Sink(RefCell::new(walker))).0.into_inner();
    walker.page.blocks.flush();
    walker.page
}

/// Takes what the tokenizer makes of a page.
pub(super) struct Sink(RefCell<Walker>);

impl Sink {
    /// The name of the element that has just been opened and holds no markup.
    pub(super) fn opened_raw(&self) -> Option<String> {
        self.0.borrow_mut().opened_raw.take()
    }

    /// Text of that element, as it stands in the page.
    pub(super) fn raw_text(&self, text: &str) {
        self.0.borrow_mut().text(text);
    }

    /// Asked after each piece of a page: true when its attributes take too long to go on.
    pub(super) fn gives_up(&self, piece: &str) -> bool {
        self.0.borrow_mut().gives_up(piece)
    }
}

fn parted(piece: &str) -> usize {
    piece.bytes().filter(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'=')).count()
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut walker = self.0.borrow_mut();
        walker.tokens += usize::from(!matches!(token, Token::ParseError(_)));
        if let Token::TagToken(tag) = &token {
            walker.compared += tag.attrs.len() * tag.attrs.len();
        }
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => return walker.open(&tag),
            Token::TagToken(tag) => walker.close(&tag.name),
            Token::CharacterTokens(text) => walker.text(&text),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// An element whose end has not come yet.
struct Open {
    name: LocalName,
    flow: Flow,
    /// Its own place in the layout, or that of the block around it.
    element: u32,
    kind: Kind,
    hidden: bool,
    link: bool,
}

/// Text that is not shown but wanted.
#[derive(Default, PartialEq)]
enum Capture {
    #[default]
    None,
    /// `<title>`.
    Title,
    /// A script of type `application/ld+json`.
    Json,
    /// A script that holds the page's state.
    State,
    /// Other scripts, styles, frames.
    Skip,
}

#[derive(Default)]
struct Walker {
    page: Page,
    depth: usize,
    all: bool,
    stack: Vec<Open>,
    /// Open elements below the deepest that is followed.
    below: usize,
    capture: Capture,
    captured: String,
    /// Bytes captured so far.
    scripts: usize,
    compared: usize,
    /// Tokens so far.
    tokens: usize,
    /// As they were one piece ago.
    told: usize,
    /// What may part attributes since then.
    silent: usize,
    /// The element of that text, until the first of it comes.
    opened_raw: Option<String>,
}

impl Walker {
    fn gives_up(&mut self, piece: &str) -> bool {
        let is_silent = self.tokens == self.told;
        self.silent = if is_silent { self.silent + parted(piece) } else { 0 };
        self.told = self.tokens;
        self.page.given_up = self.compared > COMPARED || self.silent > SILENT;
        self.page.given_up
    }

    fn text(&mut self, text: &str) {
        self.opened_raw = None;
        match self.capture {
            Capture::Json | Capture::State if self.scripts + text.len() > SCRIPTS => {
                self.captured = String::new();
                self.capture = Capture::Skip;
            }
            Capture::Title if self.captured.len() > TITLE => {}
            Capture::Title => self.captured.push_str(text),
            Capture::Json | Capture::State => {
                self.scripts += text.len();
                self.captured.push_str(text);
            }
            Capture::Skip => {}
            Capture::None if self.hidden() => self.page.hidden_text += text.trim().len(),
            Capture::None => {
                let (element, kind) = self.here();
                let element = self.around(element, text);
                self.page.blocks.text(text, element, kind);
            }
        }
    }

    /// The innermost element around this text and what its block holds so far.
    fn around(&self, element: u32, text: &str) -> u32 {
        let blocks = &self.page.blocks;
        let (mut one, mut other) = (blocks.element(), element);
        if blocks.is_between() {
            return element;
        }
        if text.trim_start().is_empty() {
            return one;
        }
        // Parents come before their children, so the later of two is not the parent.
        while one != other {
            let later = if one > other { &mut one } else { &mut other };
            *later = self.page.elements[*later as usize].parent.unwrap_or(0);
        }
        one
    }

    fn hidden(&self) -> bool {
        self.stack.last().is_some_and(|open| open.hidden)
    }

    /// The element and kind that text gets at this point.
    fn here(&self) -> (u32, Kind) {
        self.stack.last().map_or((0, Kind::Paragraph), |open| (open.element, open.kind))
    }

    fn open(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        if let Some(result) = self.open_raw(tag, name) {
            return result;
        }
        match name {
            "html" | "body" => self.root(tag, name),
            "head" => {}
            "meta" | "link" | "base" => self.page.meta.tag(name, tag),
            "br" if !self.hidden() => self.page.blocks.line_break(),
            "hr" => self.page.blocks.flush(),
            _ if tags::is_void(name) => {}
            _ => self.push(tag, name),
        }
        TokenSinkResult::Continue
    }

    /// Elements whose content is not markup.
    fn open_raw(&mut self, tag: &Tag, name: &str) -> Option<TokenSinkResult<()>> {
        let foreign = self.stack.last().is_some_and(|open| matches!(&*open.name, "svg" | "math"));
        let (capture, kind) = match name {
            "title" if foreign => return None,
            "title" => (Capture::Title, RawKind::Rcdata),
            "textarea" => (Capture::Skip, RawKind::Rcdata),
            "script" if tags::is_linked_data(tag) => (Capture::Json, RawKind::ScriptData),
            "script" if tags::is_page_state(tag) => (Capture::State, RawKind::ScriptData),
            "script" => (Capture::Skip, RawKind::ScriptData),
            "style" | "iframe" | "noembed" | "noframes" | "noscript" | "xmp" => {
                (Capture::Skip, RawKind::Rawtext)
            }
            _ => return None,
        };
        self.capture = capture;
        self.captured.clear();
        self.opened_raw = Some(name.to_string());
        Some(TokenSinkResult::RawData(kind))
    }

    /// `html` and `body` are open from the start; a page may name them twice.
    fn root(&mut self, tag: &Tag, name: &str) {
        let hints = tags::hints(tag);
        let root = &mut self.page.elements[0];
        if !hints.is_empty() && root.hints.len() <= ROOT {
            if !root.hints.is_empty() {
                root.hints.push(' ');
            }
            root.hints.push_str(&hints);
        }
        if name == "html" {
            self.page.meta.html(tag);
        }
    }

    fn push(&mut self, tag: &Tag, name: &str) {
        let flow = tags::flow(name);
        self.close_implied(name, flow);
        let (parent, kind) = self.here();
        let hidden =
            self.hidden() || tags::never_shown(name) || (!self.all && tags::is_hidden(tag));
        if name == "time" {
            self.page.meta.time(tag);
        }
        if flow == Flow::Block && !hidden {
            self.page.blocks.boundary(name);
        }
        if self.stack.len() >= self.depth {
            self.below += 1;
            return;
        }
        if name == "a" && !hidden {
            self.page.blocks.open_link(tags::attribute(tag, "href"));
        }
        let element = match flow {
            Flow::Inline if !self.may_wrap(tag, name) => parent,
            _ => self.element(parent, tag, name),
        };
        let kind = tags::kind(name).unwrap_or(kind);
        let link = name == "a" && !hidden;
        self.stack.push(Open { name: tag.name.clone(), flow, element, kind, hidden, link });
    }

    /// An inline element that may hold the whole of a block, and says something of it: the span of
    /// a credit, the emphasis on an editor's note.
    fn may_wrap(&self, tag: &Tag, name: &str) -> bool {
        let stress = || matches!(name, "b" | "cite" | "em" | "i" | "small" | "strong" | "time");
        self.page.blocks.is_between() && (stress() || tags::is_named(tag))
    }

    fn element(&mut self, parent: u32, tag: &Tag, name: &str) -> u32 {
        let element =
            Element { parent: Some(parent), tag: name.to_string(), hints: tags::hints(tag) };
        self.page.elements.push(element);
        self.page.elements.len() as u32 - 1
    }

    /// Ends that the page may leave out: a block ends a `p`, an item the item before it.
    fn close_implied(&mut self, name: &str, flow: Flow) {
        // A button may stand in a `p`; nothing else that breaks lines may.
        if flow == Flow::Block && name != "button" {
            self.close_to(|open| &*open.name == "p", |open| open.flow == Flow::Block);
        }
        if let Some((siblings, around)) = tags::implied(name) {
            self.close_to(
                |open| siblings.contains(&&*open.name),
                |open| around.contains(&&*open.name),
            );
        }
    }

    fn close(&mut self, name: &str) {
        if self.capture != Capture::None {
            return self.end_capture();
        }
        let flow = tags::flow(name);
        if flow == Flow::Block && !self.hidden() {
            self.page.blocks.boundary(name);
        }
        if self.below > 0 {
            self.below -= usize::from(!tags::is_void(name));
            return;
        }
        let in_table = tags::is_table_part(name);
        self.close_to(
            |open| &*open.name == name,
            |open| match flow {
                Flow::Inline => open.flow == Flow::Block,
                _ if in_table => &*open.name == "table",
                _ => tags::is_table_part(&open.name),
            },
        );
    }

    /// Closes elements up to the innermost that `ends`, unless one that `stops` comes first.
    fn close_to(&mut self, ends: impl Fn(&Open) -> bool, stops: impl Fn(&Open) -> bool) {
        let mut found = None;
        for (at, open) in self.stack.iter().enumerate().rev() {
            if ends(open) {
                found = Some(at);
                break;
            }
            if stops(open) {
                return;
            }
        }
        let Some(from) = found else { return };
        for open in self.stack.drain(from..).rev() {
            if open.link {
                self.page.blocks.close_link();
            }
            if open.flow == Flow::Block && !open.hidden {
                self.page.blocks.boundary(&open.name);
            }
        }
    }

    fn end_capture(&mut self) {
        self.opened_raw = None;
        let text = std::mem::take(&mut self.captured);
        match std::mem::take(&mut self.capture) {
            Capture::Title => self.page.meta.title_tag(text),
            Capture::Json => self.page.meta.linked_data.push(text),
            Capture::State => self.page.meta.state.push(text),
            Capture::None | Capture::Skip => {}
        }
    }
}
