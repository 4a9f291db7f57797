//! A reader on a small library of its own, driven by keys, with searches answered at once.

#![allow(dead_code)]

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use gazette::app::complete::CHOICES;
use gazette::app::keys::Key;
use gazette::app::{App, Effect, Event, KeyMap, Options};
use gazette::library::search::Searcher;
use gazette::library::{Completer, IngestOptions, Library, View, query};
use serde_json::json;
use tempfile::TempDir;

/// 20 November 2026, 12:00 UTC.
pub const NOW: i64 = 1_795_176_000;

pub struct Desk {
    pub app: App,
    pub folder: TempDir,
    library: TempDir,
    /// Effects nobody here carries out.
    pub asked: Vec<Effect>,
}

/// Writes files into a folder: `(name, text)`.
pub fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        fs::write(folder.join(name), text).expect("the temporary folder is ours");
    }
}

/// A text file with a date line, as scrapers write it.
pub fn story(title: &str, date: &str, body: &str) -> String {
    format!("Title: {title}\nDate: {date}\n\n{body}\n")
}

/// A line of JSON whose names are tagged already, as `cat --json` writes it. A name is
/// `label|written`, or `label|written=name` where its entity has another name.
pub fn tagged(title: &str, published: Option<&str>, names: &[&str]) -> String {
    let (mut body, mut entities) = (String::new(), Vec::new());
    for name in names {
        let (label, name) = name.split_once('|').expect("a label before the name");
        let (written, name) = name.split_once('=').unwrap_or((name, name));
        let start = title.chars().count() + 1 + body.chars().count();
        let end = start + written.chars().count();
        let id = format!("{label} {name}");
        entities.push(json!({"start": start, "end": end, "label": label, "id": id, "name": name,
            "text": written}));
        body = format!("{body}{written} came. ");
    }
    let body = body.trim_end();
    json!({
        "title": title, "text": format!("{title}\n{body}"), "published": published,
        "language": "en", "source": "Harbour Post",
        "paragraphs": [{"text": body, "kind": "paragraph", "kept": true, "reason": null,
            "score": 0.0}],
        "entities": entities,
    })
    .to_string()
        + "\n"
}

/// Reads a folder into a library.
pub fn ingest(library: &mut Library, folder: &Path) {
    let source = library.add_path(folder).expect("the folder is there");
    let mut go_on = |_: &_| ControlFlow::Continue(());
    library.ingest(source.id, &IngestOptions::default(), &mut go_on).expect("the library is ours");
    library.tag(&mut |_| ControlFlow::Continue(())).expect("the library is ours");
    library.sync_index(&mut |_, _| ControlFlow::Continue(())).expect("the index is ours");
}

impl Desk {
    pub fn new(files: &[(&str, &str)]) -> Self {
        Self::with(files, Options::default())
    }

    pub fn with(files: &[(&str, &str)], options: Options) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let library_dir = TempDir::new().expect("a temporary folder");
        write(folder.path(), files);
        let mut library = Library::open(library_dir.path()).expect("a new library");
        ingest(&mut library, folder.path());
        let view = View { order: options.order, ..View::default() };
        let app = App::new(library, KeyMap::default(), options, view).expect("the library reads");
        let mut desk = Self { app, folder, library: library_dir, asked: Vec::new() };
        desk.resize(100, 24);
        desk.asked.clear();
        desk
    }

    pub fn resize(&mut self, width: u16, height: u16) {
        self.event(Event::Resize { width, height });
    }

    pub fn event(&mut self, event: Event) {
        self.app.now = NOW;
        let mut effects = self.app.handle(event);
        while let Some(effect) = effects.pop() {
            match self.answer(&effect) {
                Some(answer) => effects.extend(self.app.handle(answer)),
                None if effect == Effect::WarmUp => {}
                None => self.asked.push(effect),
            }
        }
        self.app.settle();
    }

    /// Another connection to the library, as another gazette would have it.
    pub fn other(&self) -> Library {
        Library::open(self.library.path()).expect("the library is there")
    }

    fn answer(&self, effect: &Effect) -> Option<Event> {
        let library = self.other();
        let completer = || Completer::open(&library).expect("the library is there");
        match effect {
            Effect::About { number, entity } => {
                let about = library.about(*entity).map_err(|error| error.to_string());
                return Some(Event::About { number: *number, about });
            }
            Effect::Complete { number, wanted, value } => {
                let choices = completer().complete(wanted, value, CHOICES);
                let choices = choices.map_err(|error| error.to_string());
                return Some(Event::Completed { number: *number, choices });
            }
            _ => {}
        }
        let Effect::Search { number, text, typing, view, limit } = effect else { return None };
        let (query, _) = query::parse(text, *typing, NOW);
        let searcher = Searcher::open(&library).expect("the index is there");
        let hits = searcher.search(&query, view, *limit).map_err(|error| error.to_string());
        Some(Event::Found { number: *number, hits })
    }

    /// Presses keys, apart by spaces: `j j enter`.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        for key in keys.split_whitespace() {
            self.event(Event::Key(Key::parse(key).expect("a key")));
        }
        self
    }

    /// Types text into the prompt.
    pub fn type_text(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            self.event(Event::Key(Key::char(c)));
        }
        self
    }

    pub fn titles(&self) -> Vec<&str> {
        self.app.list.rows.iter().map(|row| row.title.as_str()).collect()
    }

    pub fn selected(&self) -> &str {
        self.app.list.selected_row().map_or("", |row| row.title.as_str())
    }

    pub fn message(&self) -> &str {
        self.app.status.message.as_ref().map_or("", |message| message.text.as_str())
    }
}
