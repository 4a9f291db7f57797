//! Where bytes from outside come in: one function for every parser and one for the whole way to the
//! screen. Each takes any bytes and checks what must hold whatever they are. The fuzz targets call
//! these, and so do the tests, with what the fuzzers once found.

use std::cell::RefCell;
use std::io::Cursor;
use std::sync::Arc;

use gazette::app::{App, Focus, KeyMap, Options};
use gazette::article::{Article, Document, Kind, Place};
use gazette::clean;
use gazette::config::Config;
use gazette::library::prepare::{Tagging, prepare};
use gazette::library::{Library, View, query};
use gazette::load::{self, Format, Limits, LoadError, Origin, sanitize};
use gazette::page::{Page, PageOptions};
use gazette::ui::{self, Theme};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use unicode_segmentation::UnicodeSegmentation;

pub type Entry = fn(&[u8]);

/// By the name of the fuzz target.
pub const ENTRIES: [(&str, Entry); 19] = [
    ("text", |bytes| parse(bytes, Format::Text)),
    ("html", |bytes| parse(bytes, Format::Html)),
    ("markdown", |bytes| parse(bytes, Format::Markdown)),
    ("json", |bytes| parse(bytes, Format::Json)),
    ("records", |bytes| parse(bytes, Format::JsonLines)),
    ("feed", |bytes| parse(bytes, Format::Feed)),
    ("mail", |bytes| parse(bytes, Format::Mail)),
    ("mailbox", |bytes| parse(bytes, Format::Mailbox)),
    ("warc", |bytes| parse(bytes, Format::Warc)),
    ("mhtml", |bytes| parse(bytes, Format::Mhtml)),
    ("table", |bytes| parse(bytes, Format::Table)),
    ("archive", archive),
    ("cache", cache),
    ("subscriptions", subscriptions),
    ("date", date),
    ("charset", charset),
    ("query", a_query),
    ("config", a_config),
    ("whole", whole),
];

/// Records that are looked at of one input.
const RECORDS: usize = 64;
/// Characters of one sign on the screen.
pub const CLUSTER: usize = 26;

/// Small, so that a fuzzer sees them reached.
fn limits() -> Limits {
    Limits { file_bytes: 1 << 20, record_bytes: 256 << 10, depth: 64, ..Limits::default() }
}

fn documents(
    bytes: &[u8],
    format: Option<Format>,
    name: &str,
) -> impl Iterator<Item = Result<Document, LoadError>> {
    let path = Some(name.into());
    let origin = Origin { path, name: name.to_owned(), modified: None, format };
    load::stream(Box::new(Cursor::new(bytes.to_vec())), origin, &limits()).take(RECORDS)
}

fn parse(bytes: &[u8], format: Format) {
    for read in documents(bytes, Some(format), "input") {
        check(&read);
    }
}

/// As a file, whose table stands at its end, and as it comes.
fn archive(bytes: &[u8]) {
    let origin =
        || Origin { path: Some("a.zip".into()), name: "a.zip".into(), ..Origin::default() };
    let held = || Cursor::new(bytes.to_vec());
    let seekable = load::seekable(Box::new(held()), origin(), &limits());
    seekable.take(RECORDS).for_each(|read| check(&read));
    let stream = load::stream(Box::new(held()), origin(), &limits());
    stream.take(RECORDS).for_each(|read| check(&read));
}

/// A database is opened where it lies.
fn cache(bytes: &[u8]) {
    let file = file_of(bytes);
    load::file(file.path(), &limits()).take(RECORDS).for_each(|read| check(&read));
}

fn subscriptions(bytes: &[u8]) {
    let file = file_of(bytes);
    match load::subscriptions(file.path(), &limits()) {
        Ok(read) => {
            for feed in &read.feeds {
                let words = feed.title.iter().chain(&feed.tags).chain([&feed.url]);
                words.for_each(|text| is_tame(text));
            }
            read.passed_over.iter().for_each(|line| is_tame(line));
        }
        Err(error) => check(&Err(error)),
    }
}

fn file_of(bytes: &[u8]) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(file.path(), bytes).expect("the file is ours");
    file
}

/// As a name that a document carries its date in, and as one that heads it.
fn date(bytes: &[u8]) {
    let date = String::from_utf8_lossy(bytes);
    let object = serde_json::json!({"title": "Ferry returns", "date": date, "text": date});
    let serde_json::Value::Object(object) = object else { unreachable!() };
    check(&load::record(&object, &Origin::default(), &limits()));
    let headed = format!("Date: {date}\nTitle: Ferry returns\n\n{date}\n");
    parse(headed.as_bytes(), Format::Text);
}

/// A page that may say in what charset it is.
fn charset(bytes: &[u8]) {
    parse(bytes, Format::Html);
    for read in documents(bytes, None, "input.txt") {
        check(&read);
    }
}

fn a_query(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for typing in [false, true] {
        let (_, error) = query::parse(&text, typing, 1_795_176_000);
        if let Some(error) = error {
            assert!(error.start <= error.end && error.end <= text.len(), "{error:?}");
            assert!(text.is_char_boundary(error.start) && text.is_char_boundary(error.end));
        }
    }
}

fn a_config(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(config) = Config::parse(&text, "config.toml") {
        let printed = config.to_toml();
        let again = Config::parse(&printed, "printed").expect("what is printed reads back");
        assert_eq!(again.to_toml(), printed);
    }
}

/// The first byte says how wide the screen is, the second under what name the rest is found.
fn whole(bytes: &[u8]) {
    let [width, name, bytes @ ..] = bytes else { return };
    let names = ["a.txt", "a.html", "a.md", "a.json", "a.jsonl", "a.eml", "a.mbox", "a.warc", "a"];
    for read in documents(bytes, None, names[usize::from(*name) % names.len()]) {
        check(&read);
        let Ok(document) = read else { continue };
        let article = prepare(document, &clean::Options::default(), Tagging::All);
        check_prepared(&article);
        show(article, u16::from(*width));
    }
}

pub fn check(read: &Result<Document, LoadError>) {
    match read {
        Ok(document) => check_document(document),
        Err(error) => {
            let words = error.to_string();
            assert!(!words.contains("met a bug"), "{words}");
            assert!(sanitize::is_harmless(&words), "{words:?}");
        }
    }
}

fn check_document(document: &Document) {
    let article = &document.article;
    assert!(!article.title.is_empty());
    let optional = [&article.path, &article.url, &article.byline, &article.agency];
    let optional = optional.into_iter().chain([&article.dateline, &article.language]);
    let mut strings: Vec<&str> = optional.flatten().map(String::as_str).collect();
    strings.extend([article.title.as_str(), article.source.as_str()]);
    strings.extend(article.tags.iter().map(String::as_str));
    strings.extend(article.entities.iter().map(|entity| entity.name.as_str()));
    for paragraph in &article.paragraphs {
        strings.extend(paragraph.links.iter().map(|link| link.href.as_str()));
        strings.extend(paragraph.mark.evidence.as_deref());
        assert!(paragraph.kind == Kind::Code || !paragraph.text.contains('\n'));
        strings.extend(paragraph.text.split('\n'));
        for link in &paragraph.links {
            assert!(paragraph.text.get(link.start as usize..link.end as usize).is_some());
        }
    }
    strings.into_iter().for_each(is_tame);
    if let Some(layout) = &document.layout {
        assert_eq!(layout.paragraph_element.len(), article.paragraphs.len());
        let elements = layout.elements.len();
        assert!(layout.paragraph_element.iter().all(|at| (*at as usize) < elements));
    }
}

/// Harmless to a terminal, and no tower.
pub fn is_tame(text: &str) {
    assert!(sanitize::is_harmless(text), "{text:?}");
    let tower = text.graphemes(true).find(|cluster| cluster.chars().count() > CLUSTER);
    assert!(tower.is_none(), "{tower:?}");
}

fn check_prepared(article: &Article) {
    article.entities.iter().for_each(|entity| is_tame(&entity.name));
    for paragraph in &article.paragraphs {
        let mark = &paragraph.mark;
        assert!((0.0..=1.0).contains(&mark.score) && (mark.kept() || mark.evidence.is_some()));
        mark.evidence.iter().for_each(|words| is_tame(words));
    }
    let mut before = (Place::Title, 0);
    for mention in &article.mentions {
        let text = article.text_at(mention.place);
        let (start, end) = (mention.start as usize, mention.end as usize);
        assert!(start < end && text.get(start..end).is_some(), "{mention:?} in {text:?}");
        assert!(before <= (mention.place, mention.start), "out of order");
        before = (mention.place, mention.end);
        assert!((mention.entity as usize) < article.entities.len());
    }
}

/// A reader on an empty library, which takes long to make: one for each thread.
struct Reader {
    app: App,
    _library: tempfile::TempDir,
}

impl Reader {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let library = Library::open(folder.path()).expect("a new library");
        let app = App::new(library, KeyMap::default(), Options::default(), View::default());
        Self { app: app.expect("the library reads"), _library: folder }
    }
}

thread_local! {
    static READER: RefCell<Option<Reader>> = const { RefCell::new(None) };
}

fn show(article: Article, width: u16) {
    let article = Arc::new(article);
    for explain in [false, true] {
        let options = PageOptions { width, measure: 72, boilerplate: explain, explain };
        check_page(&article, &Page::lay(&article, &options));
        READER.with_borrow_mut(|reader| {
            let reader = reader.get_or_insert_with(Reader::new);
            draw(&mut reader.app, article.clone(), options, width);
        });
    }
}

fn check_page(article: &Article, page: &Page) {
    for row in &page.rows {
        let text = page.text_of(article, row);
        assert!(row.place.is_none() || text.len() as u32 == row.span.end - row.span.start);
        is_tame(text);
    }
}

fn draw(app: &mut App, article: Arc<Article>, options: PageOptions, width: u16) {
    let height = 20;
    (app.width, app.height, app.focus) = (width, height, Focus::Reading);
    app.settle();
    app.reading.open(article, None, options);
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a screen of cells");
    terminal.draw(|frame| ui::draw(frame, app, &Theme::default())).expect("cells can be drawn");
    is_tame_screen(terminal.backend().buffer());
}

/// No cell holds what a terminal would act on.
pub fn is_tame_screen(buffer: &Buffer) {
    for cell in &buffer.content {
        is_tame(cell.symbol());
    }
}
