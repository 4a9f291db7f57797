//! What `cat` makes of an article, in the shape that was asked for.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde_json::{Map, Value};

use super::super::arguments::CatArguments;
use super::super::{jsonl, output};
use super::inputs::Job;
use super::json::Object;
use super::lines;
use super::ordered::{Piece, Send};
use super::parts::Parts;
use crate::article::{Article, Document, Reason};
use crate::clean;
use crate::commands::view::View;
use crate::config::Config;
use crate::library::prepare::{Tagging, prepare};
use crate::load::{self, Documents, Format, Limits, LoadError, Origin};
use crate::page::PageOptions;

/// Documents of one file that are cleaned and tagged at a time, on all cores; fewer of long ones.
const BATCH: usize = 64;
/// Bytes of text that end a batch.
const BATCH_BYTES: usize = 1 << 20;

/// Reads jobs and prints their articles; one for all threads.
pub struct Printer {
    shape: Shape,
    all: bool,
    tag: bool,
    from: Option<Format>,
    clean: clean::Options,
    limits: Limits,
}

enum Shape {
    /// As the reading pane shows it.
    View(Box<View>),
    Plain,
    Json,
    Explain,
}

impl Printer {
    pub fn new(arguments: &CatArguments, config: &Config) -> Self {
        let shape = shape(arguments, config);
        let in_words = matches!(shape, Shape::Explain);
        Self {
            shape,
            all: arguments.all,
            tag: !arguments.no_entities,
            from: arguments.from.map(|from| from.format()),
            clean: clean::Options { in_words, ..config.clean.clone() },
            limits: config.limits.clone(),
        }
    }

    /// What stands between two articles.
    pub fn separator(&self) -> &'static str {
        match self.shape {
            Shape::Json => "",
            Shape::View(_) => "\n\n",
            Shape::Plain | Shape::Explain => "\n",
        }
    }

    /// Reads, cleans, tags and prints one job.
    pub fn work(&self, job: Job, send: Send) {
        match job {
            Job::File(path) => self.documents(self.open(path), send),
            Job::Pipe(path) => self.documents(self.pipe(&path), send),
            Job::Stream(input) => {
                let documents = load::stream(input, self.origin(None), &self.limits);
                self.documents(documents, send);
            }
            Job::Line(number, line) => {
                send(self.line(number, &line));
            }
            Job::Failed(error) => {
                send(Piece { errors: vec![error], ..Piece::default() });
            }
        }
    }

    /// A file by its content, or by `--from`.
    fn open(&self, path: PathBuf) -> Documents {
        if self.from.is_none() {
            return load::file(&path, &self.limits);
        }
        match File::open(&path) {
            Ok(file) => load::seekable(Box::new(file), self.origin(Some(path)), &self.limits),
            // The loader says best what is wrong with it.
            Err(_) => load::file(&path, &self.limits),
        }
    }

    /// A pipe has no path that anybody could open again.
    fn pipe(&self, path: &Path) -> Documents {
        match File::open(path) {
            Ok(file) => {
                let name = load::path_text(path).into_owned();
                let origin = Origin { name, ..self.origin(None) };
                load::stream(Box::new(file), origin, &self.limits)
            }
            Err(_) => load::file(path, &self.limits),
        }
    }

    fn origin(&self, path: Option<PathBuf>) -> Origin {
        let name =
            path.as_ref().map_or(lines::NAME.into(), |path| load::path_text(path).into_owned());
        Origin { path, name, modified: None, format: self.from }
    }

    fn documents(&self, mut documents: Documents, send: Send) {
        loop {
            let (batch, last) = batch(&mut documents);
            if !self.hand_on(batch, send) || last {
                return;
            }
        }
    }

    /// False when nobody wants more.
    fn hand_on(&self, batch: Vec<Result<Document, LoadError>>, send: Send) -> bool {
        if let [Ok(_)] = &*batch {
            return batch.into_iter().flatten().all(|document| self.alone(document, send));
        }
        let print = |document: Result<_, _>| document.and_then(|document| self.document(document));
        let printed: Vec<_> = match batch.len() {
            0 | 1 => batch.into_iter().map(print).collect(),
            _ => batch.into_par_iter().map(print).collect(),
        };
        let mut piece = Piece::default();
        for article in printed {
            match article {
                Ok(text) => piece.articles.push(text),
                Err(error) => piece.errors.push(error),
            }
        }
        send(piece)
    }

    /// An article that may be long goes out in parts. False when nobody wants more.
    fn alone(&self, document: Document, send: Send) -> bool {
        let mut parts = Parts::new(send);
        let name = named(&document);
        let printed = load::guarded(&name, || {
            let article = self.prepared(document);
            self.print(&article, &mut parts)
        });
        match printed {
            Ok(_) => parts.end(None),
            Err(bug) => parts.end(Some(bug)),
        }
    }

    fn document(&self, document: Document) -> Result<Vec<u8>, LoadError> {
        let mut text = Vec::new();
        let name = named(&document);
        load::guarded(&name, || {
            let article = self.prepared(document);
            let _ = self.print(&article, &mut text);
        })?;
        Ok(text)
    }

    fn prepared(&self, document: Document) -> Article {
        let wanted = matches!(&self.shape, Shape::Json) || self.shows_mentions();
        let hidden_too = match &self.shape {
            Shape::View(view) => view.page.boilerplate,
            _ => self.all,
        };
        let tagging = match (self.tag && wanted, hidden_too) {
            (false, _) => Tagging::None,
            (true, false) => Tagging::Kept,
            (true, true) => Tagging::All,
        };
        prepare(document, &self.clean, tagging)
    }

    fn shows_mentions(&self) -> bool {
        matches!(&self.shape, Shape::View(view) if view.shows_mentions())
    }

    fn print(&self, article: &Article, out: &mut impl Write) -> io::Result<()> {
        match &self.shape {
            Shape::View(view) => view.print(article, out),
            Shape::Plain => plain(article, self.all, out),
            Shape::Json => {
                jsonl::write(out, &Object::new(article, self.all))?;
                out.write_all(b"\n")
            }
            Shape::Explain => explain(article, out),
        }
    }

    pub fn is_json(&self) -> bool {
        matches!(self.shape, Shape::Json)
    }

    /// A line in, a line out: what the line carried besides the article goes through.
    fn line(&self, number: u64, line: &[u8]) -> Piece {
        let piece = Piece { flush: true, ..Piece::default() };
        let fields = match lines::object(line, &self.limits) {
            Ok(fields) => fields,
            Err(cause) => return self.failed(piece, lines::failed(number, cause), Map::new()),
        };
        let origin = Origin { name: lines::NAME.into(), ..Origin::default() };
        let read = load::guarded(lines::NAME, || {
            let document = load::record(&fields, &origin, &self.limits)?;
            Ok(self.prepared(document))
        });
        match read.and_then(|read| read) {
            Ok(article) => self.answer(piece, &article, fields),
            Err(error) => self.failed(piece, lines::failed(number, error.cause), fields),
        }
    }

    fn answer(&self, mut piece: Piece, article: &Article, fields: Map<String, Value>) -> Piece {
        let mut text = Vec::new();
        if self.is_json() {
            text = json_line(&Object::new(article, self.all).with(fields));
        } else {
            // Writing to memory does not fail.
            let _ = self.print(article, &mut text);
        }
        piece.articles.push(text);
        piece
    }

    /// An engine that counts lines gets one for what could not be read, too.
    fn failed(&self, mut piece: Piece, error: LoadError, fields: Map<String, Value>) -> Piece {
        if self.is_json() {
            let nobody = Article::default();
            let object = Object::failed(&nobody, &error.to_string()).with(fields);
            piece.articles.push(json_line(&object));
        }
        piece.errors.push(error);
        piece
    }
}

fn json_line(object: &Object) -> Vec<u8> {
    (jsonl::line(object) + "\n").into_bytes()
}

/// Up to so many documents, or so much text; and whether they were the last.
fn batch(documents: &mut Documents) -> (Vec<Result<Document, LoadError>>, bool) {
    let (mut batch, mut bytes) = (Vec::new(), 0);
    while batch.len() < BATCH && bytes < BATCH_BYTES {
        let Some(document) = documents.next() else { return (batch, true) };
        if let Ok(document) = &document {
            bytes += document.article.paragraphs.iter().map(|p| p.text.len()).sum::<usize>();
        }
        batch.push(document);
    }
    (batch, false)
}

/// What to call a document in an error.
fn named(document: &Document) -> String {
    document.article.path.clone().unwrap_or_else(|| lines::NAME.into())
}

fn shape(arguments: &CatArguments, config: &Config) -> Shape {
    if arguments.json {
        return Shape::Json;
    }
    if arguments.plain {
        return Shape::Plain;
    }
    if arguments.explain {
        return Shape::Explain;
    }
    Shape::View(Box::new(view(arguments, config)))
}

fn view(arguments: &CatArguments, config: &Config) -> View {
    // A pipe gets whole paragraphs, a terminal the reader's measure.
    let on_screen = || output::columns().map(|columns| columns.min(config.reader.measure));
    let width = arguments.width.or_else(on_screen).unwrap_or(u16::MAX);
    let boilerplate = arguments.all || config.reader.boilerplate;
    View {
        page: PageOptions { width, measure: width, boilerplate, explain: false },
        theme: output::depth(arguments.color).map(|depth| config.theme.theme(depth)),
        labels: if config.reader.labels { config.entities.labels.clone() } else { Vec::new() },
    }
}

/// Title, blank line, one kept paragraph per line; with `all` the hidden ones too, marked.
fn plain(article: &Article, all: bool, out: &mut impl Write) -> io::Result<()> {
    write!(out, "{}\n\n", article.title)?;
    for paragraph in &article.paragraphs {
        match paragraph.mark.reason {
            Some(_) if !all => continue,
            Some(reason) => out.write_all(marked(reason).as_bytes())?,
            None => {}
        }
        writeln!(out, "{}", paragraph.text.replace('\n', " "))?;
    }
    Ok(())
}

/// How a hidden paragraph is told from the story where it is shown.
pub fn marked(reason: Reason) -> String {
    format!("[{}] ", reason.name())
}

/// Every paragraph under its mark.
fn explain(article: &Article, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}", article.title)?;
    for (n, paragraph) in article.paragraphs.iter().enumerate() {
        let mark = &paragraph.mark;
        let what = mark.reason.map_or("kept".into(), |reason| format!("hidden, {}", reason.name()));
        let evidence = mark.evidence.as_deref().map_or(String::new(), |seen| format!(": {seen}"));
        let kind = paragraph.kind.name();
        writeln!(out, "\n{} {kind}, {what}, score {:.2}{evidence}", n + 1, mark.score)?;
        writeln!(out, "    {}", paragraph.text.replace('\n', "\n    "))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Mark, Paragraph};

    fn article() -> Article {
        let paragraph =
            |text: &str, mark| Paragraph { text: text.into(), mark, ..Paragraph::default() };
        Article {
            title: "Ferry returns".into(),
            paragraphs: vec![
                paragraph("The ferry is back.", Mark::default()),
                paragraph("Share this.", Mark::boilerplate(Reason::Share, 0.9, "says “share”")),
            ],
            ..Article::default()
        }
    }

    fn printed(print: impl Fn(&mut Vec<u8>) -> io::Result<()>) -> String {
        let mut text = Vec::new();
        print(&mut text).unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn plain_is_title_blank_line_paragraphs() {
        let plain = |article: &Article, all| printed(|out| plain(article, all, out));
        assert_eq!(plain(&article(), false), "Ferry returns\n\nThe ferry is back.\n");
        assert!(plain(&article(), true).ends_with("\n[share] Share this.\n"));
    }

    #[test]
    fn explain_names_reason_score_and_evidence() {
        let text = printed(|out| explain(&article(), out));
        assert!(text.contains("1 paragraph, kept, score 0.00\n    The ferry is back.\n"), "{text}");
        assert!(text.contains("2 paragraph, hidden, share, score 0.90: says “share”\n"), "{text}");
    }
}
