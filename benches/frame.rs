//! What a reader feels while reading: one frame of a long article, laying it out anew on a resize,
//! and the worst paragraph a file can hold.

#[path = "../tests/screens/fixture.rs"]
mod fixture;

use divan::Bencher;
use gazette::app::keys::Key;
use gazette::app::{App, Event, KeyMap, Options};
use gazette::article::{Article, Paragraph};
use gazette::library::View;
use gazette::page::{Page, PageOptions};
use gazette::ui::{self, Theme};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

/// Paragraphs of the long article.
const PARAGRAPHS: usize = 2_000;

fn main() {
    divan::main();
}

/// The reader in the middle of the long article.
fn reader(dir: &std::path::Path) -> App {
    let library = fixture::long_library(dir, PARAGRAPHS);
    let mut app =
        App::new(library, KeyMap::default(), Options::default(), View::default()).unwrap();
    app.now = fixture::NOW;
    app.handle(Event::Resize { width: 200, height: 60 });
    app.settle();
    app.handle(Event::Key(Key::parse("enter").unwrap()));
    app.reading.top = app.reading.page.rows.len() / 2;
    app.settle();
    app
}

#[divan::bench]
fn frame_of_a_long_article(bencher: Bencher) {
    let dir = tempfile::tempdir().unwrap();
    let (app, theme) = (reader(dir.path()), Theme::default());
    let mut terminal = Terminal::new(TestBackend::new(200, 60)).unwrap();
    bencher.bench_local(|| {
        terminal.draw(|frame| ui::draw(frame, &app, &theme)).unwrap();
    });
}

#[divan::bench]
fn laying_a_long_article(bencher: Bencher) {
    let dir = tempfile::tempdir().unwrap();
    let article = reader(dir.path()).reading.article.unwrap();
    bencher.bench(|| Page::lay(&article, &PageOptions::default()));
}

#[divan::bench(args = ["word ", "word", "戻る", "👩‍👩‍👧"], sample_count = 3)]
fn laying_a_paragraph_of_10_mb(bencher: Bencher, unit: &str) {
    let text = unit.repeat(10_000_000 / unit.len());
    let paragraphs = vec![Paragraph { text, ..Paragraph::default() }];
    let article = Article { title: "Long".into(), paragraphs, ..Article::default() };
    bencher.bench(|| Page::lay(&article, &PageOptions::default()));
}
