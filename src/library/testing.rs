//! What the tests of this room share: a library in a temporary folder and a reader of tiny files.
//!
//! An article is a block of lines, apart from the next by a line `---`: `url:`, `date:`, `lang:`,
//! `tag:`, `outlet:`, `person:` and `hidden:` lines first, then the title, then paragraphs. All of
//! it is settled unless there is a line `settled: no`.

use std::ops::ControlFlow;
use std::path::Path;

use tempfile::TempDir;

use super::inputs::{Open, Reading};
use super::{IngestOptions, Library, Progress, Report, SourceId, ingest, sources};
use crate::article::{Article, Document, Entity, Label, Mark, Mention, Paragraph, Place, Reason};
use crate::load::{Limits, LoadCause, LoadError};

pub(super) struct Desk {
    pub dir: TempDir,
    pub library: Library,
}

impl Desk {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("news")).unwrap();
        let library = Library::open(&dir.path().join("library")).unwrap();
        Self { dir, library }
    }

    /// A desk with one file in.
    pub fn with(text: &str) -> Self {
        let mut desk = Self::new();
        desk.write("wire.txt", text);
        desk.ingest();
        desk
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.dir.path().join("news").join(name);
        std::fs::write(&path, text).unwrap();
        // Long ago, and at another time for another text: a file just written is read again.
        let seconds =
            text.bytes().fold(7, |sum: u64, byte| (sum * 31 + u64::from(byte)) % 1_000_000);
        let file = std::fs::File::options().append(true).open(path).unwrap();
        file.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds)).unwrap();
    }

    pub fn source(&mut self) -> SourceId {
        self.library.add_path(&self.dir.path().join("news")).unwrap().id
    }

    pub fn ingest(&mut self) -> Report {
        self.ingest_until(&IngestOptions::default(), &mut |_| ControlFlow::Continue(()))
    }

    pub fn ingest_until(
        &mut self,
        options: &IngestOptions,
        tell: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
    ) -> Report {
        let source = self.source();
        let source = sources::get(&self.library.sql, source).unwrap();
        ingest::ingest(&mut self.library, &source, None, options, OPEN, tell).unwrap()
    }

    /// Another connection, as another process would have it.
    pub fn other(&self) -> Library {
        Library::open(self.library.dir()).unwrap()
    }

    pub fn titles(&self) -> Vec<String> {
        let rows = self.library.rows(&Default::default(), super::Anchor::Top, 1_000).unwrap();
        rows.into_iter().map(|row| row.title).collect()
    }

    pub fn number(&self, text: &str) -> i64 {
        self.library.sql.query_row(text, [], |row| row.get(0)).unwrap()
    }
}

pub(super) const OPEN: &Open = &|path, _: &Limits, _| read(path);

fn read(path: &Path) -> Reading {
    let text = std::fs::read_to_string(path).unwrap();
    let path = path.to_string_lossy().into_owned();
    let blocks: Vec<String> = text.split("---\n").map(str::to_owned).collect();
    Box::new(blocks.into_iter().map(move |block| document(&block, &path)))
}

fn document(block: &str, path: &str) -> Result<Document, LoadError> {
    let mut article = Article { settled: true, ..Article::default() };
    for line in block.lines() {
        match line.split_once(": ") {
            Some(("url", url)) => article.url = Some(url.to_owned()),
            Some(("date", date)) => article.published = date.parse().ok(),
            Some(("lang", lang)) => article.language = Some(lang.to_owned()),
            Some(("settled", "no")) => article.settled = false,
            Some(("tag", tag)) => article.tags.push(tag.to_owned()),
            Some(("outlet", outlet)) => article.source = outlet.to_owned(),
            Some(("person", name)) => name_person(&mut article, name),
            Some(("hidden", text)) => {
                let mark = Mark::boilerplate(Reason::Legal, 0.9, "a test says so");
                let text = text.to_owned();
                article.paragraphs.push(Paragraph { text, mark, ..Paragraph::default() });
            }
            _ if article.title.is_empty() => article.title = line.to_owned(),
            _ => article.paragraphs.push(Paragraph { text: line.to_owned(), ..Default::default() }),
        }
    }
    if article.title.is_empty() {
        let name = path.to_owned();
        return Err(LoadError { name, line: None, cause: LoadCause::Empty });
    }
    Ok(Document::of(article))
}

fn name_person(article: &mut Article, name: &str) {
    let entity = article.entities.len() as u32;
    article.entities.push(Entity { name: name.to_owned(), label: Label::Person });
    article.mentions.push(Mention {
        place: Place::Title,
        start: 0,
        end: 0,
        label: Label::Person,
        entity,
    });
}
