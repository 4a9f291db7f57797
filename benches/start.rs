//! From the start of the program to its first frame: the library opened, the list read and drawn.

use gazette::app::{App, KeyMap, Options};
use gazette::library::{Library, View};
use gazette::ui::{self, Theme};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

mod wire;

fn main() {
    divan::main();
}

#[divan::bench(args = [100, 10_000], sample_count = 50, sample_size = 1)]
fn first_frame(bencher: divan::Bencher, articles: usize) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    wire::library(dir.path(), articles);
    let theme = Theme::default();
    bencher.bench_local(|| {
        let library = Library::open(&dir.path().join("library")).expect("it opens again");
        let mut app = App::new(library, KeyMap::default(), Options::default(), View::default())
            .expect("the library reads");
        (app.width, app.height, app.now) = (100, 40, wire::NOW);
        app.settle();
        let mut terminal = Terminal::new(TestBackend::new(100, 40)).expect("a test screen");
        terminal.draw(|frame| ui::draw(frame, &app, &theme)).expect("it draws");
    });
}
