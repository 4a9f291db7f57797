//! What the reader sees: keys go to the app, the screen is drawn, text and styles are compared.
//!
//! Under each line stands a second one with a letter for every style, explained at the foot, so
//! that a highlight gone missing is seen. `INSTA_UPDATE=always cargo test --test screens` writes
//! the snapshots anew; read them before they are committed.

#[path = "screens/fixture.rs"]
mod fixture;

use std::fmt::Write;
use std::sync::Arc;

use fixture::NOW;
use gazette::app::event::Effect;
use gazette::app::keys::{Code, Key};
use gazette::app::reading::Hit;
use gazette::app::{App, Event, KeyMap, Options};
use gazette::article::{ArticleId, Place};
use gazette::library::search::{Hits, How, Marker, Snippet};
use gazette::library::{Completer, Progress, View};
use gazette::ui::{self, Theme};
use insta::assert_snapshot;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::Style;
use tempfile::TempDir;
use unicode_width::UnicodeWidthStr;

struct Screen {
    app: App,
    theme: Theme,
    _dir: TempDir,
}

impl Screen {
    fn open(width: u16, height: u16) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let library = fixture::library(dir.path());
        let app = App::new(library, KeyMap::default(), Options::default(), View::default());
        let mut screen = Self { app: app.unwrap(), theme: Theme::default(), _dir: dir };
        screen.app.now = NOW;
        screen.event(Event::Resize { width, height });
        screen
    }

    /// What is asked about entities and names is answered at once.
    fn event(&mut self, event: Event) -> Vec<Effect> {
        let effects = self.app.handle(event);
        for effect in &effects {
            match effect {
                Effect::About { number, entity } => {
                    let about = Ok(self.app.library.about(*entity).unwrap());
                    self.app.handle(Event::About { number: *number, about });
                }
                Effect::Complete { number, wanted, value } => {
                    let mut completer = Completer::open(&self.app.library).unwrap();
                    let choices = Ok(completer.complete(wanted, value, 8).unwrap());
                    self.app.handle(Event::Completed { number: *number, choices });
                }
                _ => {}
            }
        }
        self.app.settle();
        effects
    }

    /// Presses keys, apart by spaces, as the config writes them.
    fn keys(mut self, keys: &str) -> Self {
        for key in keys.split_whitespace() {
            self.event(Event::Key(Key::parse(key).unwrap()));
        }
        self
    }

    fn types(mut self, text: &str) -> Self {
        for c in text.chars() {
            self.event(Event::Key(Key::plain(Code::Char(c))));
        }
        self
    }

    /// Answers the search on screen with every article whose title or snippet is given.
    fn found(mut self, how: How, snippets: &[(&str, &str)]) -> Self {
        let id = |title: &str| {
            let rows = self.app.library.ids(&View::default()).unwrap();
            let rows = self.app.library.rows_of(&rows).unwrap();
            rows.iter().find(|row| row.title.contains(title)).unwrap().id
        };
        let ids: Vec<ArticleId> = snippets.iter().map(|(title, _)| id(title)).collect();
        let number = self.app.search.as_ref().unwrap().number;
        let marker = Arc::new(Marker::default());
        let hits = Hits { total: ids.len(), ids: ids.clone(), how, marker };
        self.app.handle(Event::Found { number, hits: Ok(hits) });
        for (id, (_, text)) in ids.iter().zip(snippets) {
            self.app.snippets.insert(*id, snippet(text));
        }
        self.app.settle();
        self
    }

    /// Marks words as hits in the text on screen, as the search index would.
    fn mark(mut self, word: &str, current: usize) -> Self {
        let article = self.app.reading.article.clone().unwrap();
        let places = article.places(false);
        self.app.reading.hits =
            places.flat_map(|place| hits_in(place, article.text_at(place), word)).collect();
        self.app.reading.hit = Some(current);
        self
    }

    fn drawn(&self) -> Terminal<TestBackend> {
        let backend = TestBackend::new(self.app.width, self.app.height);
        let mut terminal = Terminal::new(backend).unwrap();
        terminal.draw(|frame| ui::draw(frame, &self.app, &self.theme)).unwrap();
        terminal
    }

    fn draw(&self) -> String {
        print(self.drawn().backend().buffer())
    }

    fn cursor(&self) -> (u16, u16) {
        self.drawn().get_cursor_position().unwrap().into()
    }
}

fn hits_in(place: Place, text: &str, word: &str) -> Vec<Hit> {
    let hit =
        |(at, found): (usize, &str)| Hit { place, span: at as u32..(at + found.len()) as u32 };
    text.match_indices(word).map(hit).collect()
}

/// A snippet whose hits stand between `*`.
fn snippet(marked: &str) -> Snippet {
    let mut snippet = Snippet::default();
    for (n, part) in marked.split('*').enumerate() {
        let start = snippet.text.len();
        snippet.text.push_str(part);
        if n % 2 == 1 {
            snippet.hits.push(start..snippet.text.len());
        }
    }
    snippet
}

/// The screen as text, each line with its styles below it.
fn print(buffer: &Buffer) -> String {
    let mut styles: Vec<Style> = Vec::new();
    let mut out = String::new();
    for line in buffer.content.chunks(usize::from(buffer.area.width).max(1)) {
        let (mut text, mut letters) = (String::new(), String::new());
        let mut skip = 0;
        for cell in line {
            if skip > 0 {
                skip -= 1;
                continue;
            }
            let wide = cell.symbol().width().max(1);
            skip = wide - 1;
            text.push_str(cell.symbol());
            let letter = letter(cell, &mut styles);
            letters.extend(std::iter::repeat_n(letter, wide));
        }
        writeln!(out, "|{text}|").unwrap();
        if !letters.trim().is_empty() {
            writeln!(out, ":{}", letters.trim_end()).unwrap();
        }
    }
    for (n, style) in styles.iter().enumerate() {
        writeln!(out, "{} {}", name(n), describe(style)).unwrap();
    }
    out
}

fn letter(cell: &Cell, styles: &mut Vec<Style>) -> char {
    let style = Style::new().fg(cell.fg).bg(cell.bg).add_modifier(cell.modifier);
    let shows = cell.symbol() != " " || describe(&style).contains(['R', 'U']);
    if describe(&style).is_empty() || !shows {
        return ' ';
    }
    let n = styles.iter().position(|known| *known == style).unwrap_or_else(|| {
        styles.push(style);
        styles.len() - 1
    });
    name(n)
}

fn name(n: usize) -> char {
    char::from(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[n])
}

/// "BOLD REVERSED Magenta on Yellow".
fn describe(style: &Style) -> String {
    let mut parts: Vec<String> =
        style.add_modifier.iter_names().map(|(name, _)| name.to_owned()).collect();
    let colour =
        |c: Option<ratatui::style::Color>| c.filter(|c| *c != ratatui::style::Color::Reset);
    parts.extend(colour(style.fg).map(|c| c.to_string()));
    parts.extend(colour(style.bg).map(|c| format!("on {c}")));
    parts.join(" ")
}

#[test]
fn two_panes() {
    assert_snapshot!(Screen::open(80, 24).draw());
    assert_snapshot!("two_panes_wide", Screen::open(200, 24).keys("enter").draw());
}

#[test]
fn one_pane() {
    assert_snapshot!("one_pane_list", Screen::open(40, 12).draw());
    assert_snapshot!("one_pane_reading", Screen::open(40, 20).keys("enter ctrl-d").draw());
    assert_snapshot!("twenty_columns_list", Screen::open(20, 10).draw());
    assert_snapshot!("twenty_columns_reading", Screen::open(20, 14).keys("enter").draw());
}

#[test]
fn boilerplate() {
    assert_snapshot!("boilerplate_shown", Screen::open(80, 40).keys("enter z b").draw());
    assert_snapshot!("boilerplate_explained", Screen::open(40, 44).keys("enter B").draw());
}

#[test]
fn reading_a_mention_and_a_hit() {
    let screen = Screen::open(80, 24).keys("enter z ) ) )");
    assert_snapshot!("mention_current", screen.draw());
    let hits = Screen::open(80, 24).keys("enter z").mark("ferry", 1);
    assert_snapshot!("hits_in_the_text", hits.draw());
    assert_snapshot!("labels_off", Screen::open(80, 24).keys("enter z e").draw());
}

#[test]
fn without_colour() {
    let mut screen = Screen::open(80, 24).keys("enter z").mark("ferry", 1);
    screen.theme = Theme::plain();
    assert_snapshot!(screen.draw());
}

#[test]
fn searching() {
    let found = [
        ("Saltholm", "The *ferry* to Saltholm left Kestermouth"),
        ("Bakery", "across from the *ferry* stairs"),
    ];
    let typing = Screen::open(80, 14).keys("/").types("ferry").found(How::Exactly, &found);
    assert_snapshot!("search_typing", typing.draw());
    assert_eq!(typing.cursor(), (6, 13), "behind what is typed");
    assert_snapshot!("search_entered", typing.keys("enter").draw());
    let corrected = Screen::open(40, 10).keys("/").types("fery");
    let corrected = corrected.found(How::Corrected(vec!["ferry".into()]), &found[..1]);
    assert_snapshot!("search_corrected", corrected.keys("enter").draw());
    let none = Screen::open(40, 6).keys("/").types("zeppelin").found(How::Exactly, &[]);
    assert_snapshot!("search_nothing", none.draw());
}

#[test]
fn a_query_not_understood() {
    let mut screen = Screen::open(80, 6).keys("/").types("ferry before:soon");
    let error = gazette::library::query::QueryError {
        start: 6,
        end: 17,
        message: "`before:` wants a date".into(),
    };
    screen.app.search.as_mut().unwrap().error = Some(error);
    assert_snapshot!(screen.draw());
}

#[test]
fn overlays() {
    assert_snapshot!("help", Screen::open(80, 24).keys("?").draw());
    assert_snapshot!("help_scrolled", Screen::open(40, 16).keys("? G").draw());
    assert_snapshot!("entities", Screen::open(80, 24).keys("i j").draw());
    assert_snapshot!("entities_narrow", Screen::open(20, 12).keys("i").draw());
    assert_snapshot!("sources", Screen::open(40, 10).keys("S").draw());
    assert_snapshot!("rules", Screen::open(80, 12).keys("enter B j - k _ =").draw());
    assert_snapshot!("rules_narrow", Screen::open(40, 10).keys("enter B j _ =").draw());
    assert_snapshot!("errors", Screen::open(40, 8).keys("E").draw());
    assert_snapshot!("help_twenty_columns", Screen::open(20, 14).keys("? j").draw());
}

#[test]
fn the_page_of_an_entity() {
    let page = |width, height| Screen::open(width, height).keys("enter i j j j j *");
    assert_snapshot!("entity_page", page(80, 24).draw());
    assert_snapshot!("entity_page_forty_columns", page(40, 20).draw());
    assert_snapshot!("entity_page_twenty_columns", page(20, 14).draw());
    let mut plain = page(80, 24);
    plain.theme = Theme::plain();
    assert_snapshot!("entity_page_without_colour", plain.keys("shift-tab").draw());
    assert_snapshot!("entity_merging", page(40, 20).keys("+").types("k").keys("tab").draw());
}

#[test]
fn completing() {
    let typing = |width, height| Screen::open(width, height).keys("/").types("ferry place:");
    assert_snapshot!("completing", typing(80, 14).keys("tab tab").draw());
    assert_snapshot!("completing_twenty_columns", typing(20, 10).draw());
}

#[test]
fn status() {
    let mut screen = Screen::open(80, 6);
    let progress = Progress { done: 120, total: Some(340), bytes: None, articles: 118 };
    screen.event(Event::Reading { name: "harbour".into(), progress });
    assert_snapshot!("loading", screen.draw());
    screen.event(Event::Trouble("the browser did not start".into()));
    assert_snapshot!("trouble", screen.draw());
    let tagging = Screen::open(40, 6).keys("t").types("sea");
    assert_snapshot!("tagging", tagging.draw());
}

#[test]
fn stars_and_reading() {
    assert_snapshot!(Screen::open(80, 10).keys("s j m j s m").draw());
}

#[test]
fn every_size_is_drawn() {
    let mut screen = Screen::open(80, 24);
    let scenes = [
        "",
        "enter",
        "b",
        "B",
        "i",
        "esc ?",
        "G",
        "esc S",
        "esc E",
        "esc z",
        "/",
        "x y",
        "esc esc esc enter B",
        "G _ -",
        "=",
        "esc esc t",
        "esc enter ) *",
        "G",
        "g enter",
        "esc +",
        "k tab",
        "esc esc esc esc esc / p l a c e : k",
    ];
    for keys in scenes {
        screen = screen.keys(keys);
        for width in (0..8).chain([12, 20, 31, 63, 64, 79, 80, 200]) {
            for height in [0, 1, 2, 3, 5, 24] {
                screen.event(Event::Resize { width, height });
                screen.drawn();
            }
        }
    }
}

#[test]
fn a_screen_that_shrank_before_the_app_heard_is_drawn() {
    let screen = Screen::open(80, 24).keys("?");
    let mut terminal = Terminal::new(TestBackend::new(9, 3)).unwrap();
    terminal.draw(|frame| ui::draw(frame, &screen.app, &screen.theme)).unwrap();
}
