//! Gathers the text of a page into blocks, with their links.

use crate::article::{Kind, Link, Paragraph};

/// Up to this many bytes a cell may hold blocks and still be a cell of its row; a longer one is
/// part of a page laid out with a table.
const CELL: usize = 120;

/// How much of [`Blocks::carried`] a page may take: a link that is never closed, over a hundred
/// thousand blocks, is no link.
const CARRIED: usize = 1 << 20;

/// Longest block, in bytes, that is copied out of where it was gathered.
const COPIED: usize = 64 << 10;

#[derive(Default)]
pub(super) struct Blocks {
    pub paragraphs: Vec<Paragraph>,
    /// For each paragraph, the element it stood in.
    pub elements: Vec<u32>,
    text: String,
    links: Vec<Link>,
    element: u32,
    kind: Kind,
    /// Text since the last cell began is not yet parted from it.
    cells: usize,
    cell_due: bool,
    breaks: usize,
    /// Address and start of the link that is open.
    link: Option<(String, usize)>,
    /// Bytes of addresses that links took along from block to block.
    carried: usize,
}

impl Blocks {
    /// Text as it stands in the page.
    pub(super) fn text(&mut self, raw: &str, element: u32, kind: Kind) {
        if self.text.is_empty() {
            self.kind = kind;
        }
        self.element = element;
        if self.kind == Kind::Code {
            self.text.push_str(raw);
            return;
        }
        if raw.trim_start().is_empty() {
            return self.space();
        }
        self.breaks = 0;
        self.part_cells();
        self.fold(raw);
    }

    /// Appends with every run of white space as one space.
    fn fold(&mut self, raw: &str) {
        let mut rest = raw;
        while let Some(at) = rest.find(char::is_whitespace) {
            self.text.push_str(&rest[..at]);
            self.space();
            rest = rest[at..].trim_start();
        }
        self.text.push_str(rest);
    }

    fn space(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
    }

    fn part_cells(&mut self) {
        if !std::mem::take(&mut self.cell_due) || self.text.trim_end().is_empty() {
            return;
        }
        self.space();
        self.text.push_str("| ");
        self.cells += 1;
    }

    /// Two in a row part paragraphs, as on pages older than `<p>`.
    pub(super) fn line_break(&mut self) {
        if self.kind == Kind::Code && !self.text.is_empty() {
            return self.text.push('\n');
        }
        self.breaks += 1;
        if self.breaks >= 2 { self.flush() } else { self.space() }
    }

    /// A block element starts or ends here.
    pub(super) fn boundary(&mut self, name: &str) {
        match name {
            "td" | "th" if self.kind == Kind::TableRow || self.text.is_empty() => {
                self.cell_due = true;
            }
            "div" | "p" if self.kind == Kind::TableRow && self.text.len() < CELL => self.space(),
            _ => self.flush(),
        }
    }

    /// Where the text since the last block stands.
    pub(super) fn element(&self) -> u32 {
        self.element
    }

    /// Nothing but white space since the last block.
    pub(super) fn is_between(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Ends the block.
    pub(super) fn flush(&mut self) {
        self.breaks = 0;
        self.cell_due = false;
        let cells = std::mem::take(&mut self.cells);
        if let Some((href, start)) = &mut self.link {
            push_link(&mut self.links, href, *start, self.text.len());
            *start = 0;
            self.carried += href.len();
        }
        if self.carried > CARRIED {
            self.link = None;
        }
        let text = self.take_text();
        let links = std::mem::take(&mut self.links);
        let kind = match self.kind {
            Kind::TableRow if cells == 0 => Kind::Paragraph,
            kind => kind,
        };
        if text.trim().is_empty() {
            return;
        }
        self.paragraphs.push(Paragraph { kind, text, links, ..Paragraph::default() });
        self.elements.push(self.element);
    }

    /// A text takes as much room as it needs: a page has many. What gathers it is kept, and has
    /// grown as far as it has to; the text of a page without blocks is not held twice.
    fn take_text(&mut self) -> String {
        if self.text.len() > COPIED {
            let mut text = std::mem::take(&mut self.text);
            text.shrink_to_fit();
            return text;
        }
        let text = self.text.as_str().to_owned();
        self.text.clear();
        text
    }

    pub(super) fn open_link(&mut self, href: Option<&str>) {
        self.close_link();
        self.link = href.map(|href| (href.trim().to_string(), self.text.len()));
    }

    pub(super) fn close_link(&mut self) {
        if let Some((href, start)) = self.link.take() {
            push_link(&mut self.links, &href, start, self.text.len());
        }
    }
}

fn push_link(links: &mut Vec<Link>, href: &str, start: usize, end: usize) {
    if start < end {
        links.push(Link { start: start as u32, end: end as u32, href: href.to_string() });
    }
}
