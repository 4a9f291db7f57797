//! Takes the terminal, runs the loop, gives the terminal back. Every escape sequence that is no
//! part of a frame is written here; nothing here knows what an article is.

use std::io::{self, IsTerminal, Write};
use std::iter;
use std::panic;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{
    self, DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
    KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use crossterm::execute;
use ratatui::DefaultTerminal;
use ratatui::layout::Rect;

use crate::app::event::{Mouse, MouseKind};
use crate::app::keys::{Code, Key};
use crate::app::{App, Effect, Event};
use crate::library::SourceId;
use crate::ui;
use crate::ui::theme::Theme;
use crate::worker::{Lookup, OptionsOf, Request, Worker, catches_panics, panic_on_demand};

/// How often the size is looked at after an event, and how many times.
const LOOK_EVERY: Duration = Duration::from_millis(200);
const LOOKS: usize = 5;

/// What the loop needs besides the app.
pub struct Setup {
    pub theme: Theme,
    pub ingest: OptionsOf,
    /// Sources to read once the first frame is up; `None`: none.
    pub refresh: Option<Vec<SourceId>>,
    /// Read what is written into folders while the reader is open.
    pub watch: bool,
    /// Program and arguments that open a link; empty: the system's own.
    pub browser: Vec<String>,
}

/// Runs the reader until it is left. The terminal is given back whatever happens.
///
/// # Errors
/// When there is no terminal to draw on, or it goes away.
pub fn run(mut app: App, setup: Setup) -> io::Result<()> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(io::Error::other("standard input and output are no terminal"));
    }
    exit_on_panic();
    let mut terminal = init()?;
    let outcome = enter(&app).and_then(|()| turn(&mut terminal, &mut app, setup));
    leave();
    outcome
}

/// A panic on any thread ends the program with the terminal restored: `ratatui::try_init` puts a
/// hook before this one that restores the screen.
fn exit_on_panic() {
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let _ = execute!(
            io::stdout(),
            DisableMouseCapture,
            DisableBracketedPaste,
            crossterm::cursor::Show
        );
        report(info);
        eprintln!("gazette: this is a bug; the library is safe");
        std::process::exit(101);
    }));
}

/// Takes the screen. The hook that gives it back on a panic must not hear of those that are caught.
fn init() -> io::Result<DefaultTerminal> {
    let terminal = ratatui::try_init()?;
    let give_back = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !catches_panics() {
            give_back(info);
        }
    }));
    Ok(terminal)
}

fn enter(app: &App) -> io::Result<()> {
    execute!(io::stdout(), EnableBracketedPaste)?;
    take_mouse(app.mouse)
}

fn take_mouse(on: bool) -> io::Result<()> {
    match on {
        true => execute!(io::stdout(), EnableMouseCapture),
        false => execute!(io::stdout(), DisableMouseCapture),
    }
}

/// Gives the terminal back; nothing can be done any more about what fails here.
fn leave() {
    let _ =
        execute!(io::stdout(), DisableMouseCapture, DisableBracketedPaste, crossterm::cursor::Show);
    let _ = ratatui::try_restore();
}

fn turn(terminal: &mut DefaultTerminal, app: &mut App, setup: Setup) -> io::Result<()> {
    // The first look for events has crossterm watch the size: from before the first frame on, no
    // change is missed, not even one that is taken back at once.
    event::poll(Duration::ZERO)?;
    draw(terminal, app, &setup.theme)?;
    panic_on_demand("loop");
    let (sender, events) = mpsc::channel();
    listen(sender.clone());
    let Setup { theme, ingest, refresh, watch, browser } = setup;
    let worker = Worker::start(&app.library_dir(), ingest, sender.clone());
    if let Some(sources) = refresh {
        worker.refresh(sources);
    }
    if watch {
        worker.watch();
    }
    let mut outside = Outside { worker, sender, browser };
    let outcome = follow(terminal, app, &theme, &events, &mut outside);
    app.leave();
    outside.worker.stop();
    outcome
}

fn follow(
    terminal: &mut DefaultTerminal,
    app: &mut App,
    theme: &Theme,
    events: &Receiver<Event>,
    outside: &mut Outside,
) -> io::Result<()> {
    while app.running {
        for effect in app.take_effects() {
            outside.carry_out(effect, terminal, app)?;
        }
        // Sleep until something happens, then take all that queued up behind it: a held-down key
        // costs one frame, not one frame per repeat.
        let Some(first) = next(events, terminal, app)? else { break };
        app.now = now();
        for event in iter::once(first).chain(events.try_iter()) {
            for effect in app.handle(event) {
                outside.carry_out(effect, terminal, app)?;
            }
        }
        draw(terminal, app, theme)?;
    }
    Ok(())
}

/// The next event; `None` when no more can come. crossterm loses a change of size that comes
/// together with a key, so the size is looked at again for a while after each event.
fn next(
    events: &Receiver<Event>,
    terminal: &DefaultTerminal,
    app: &App,
) -> io::Result<Option<Event>> {
    for _ in 0..LOOKS {
        match events.recv_timeout(LOOK_EVERY) {
            Ok(event) => return Ok(Some(event)),
            Err(RecvTimeoutError::Disconnected) => return Ok(None),
            Err(RecvTimeoutError::Timeout) => {}
        }
        let size = terminal.size()?;
        if (size.width, size.height) != (app.width, app.height) {
            return Ok(Some(Event::Resize { width: size.width, height: size.height }));
        }
    }
    Ok(events.recv().ok())
}

fn draw(terminal: &mut DefaultTerminal, app: &mut App, theme: &Theme) -> io::Result<()> {
    // The size as it is: of several quick changes only the last may have been told.
    let size = terminal.size()?;
    (app.width, app.height, app.now) = (size.width, size.height, now());
    app.settle();
    terminal.draw(|frame| ui::draw(frame, app, theme))?;
    Ok(())
}

/// Has the next frame drawn on a clean screen. Not `Terminal::clear`, which asks the terminal where
/// its cursor is: the answer would go to the thread that reads the keys.
fn draw_anew(terminal: &mut DefaultTerminal) -> io::Result<()> {
    let size = terminal.size()?;
    terminal.resize(Rect::new(0, 0, size.width, size.height))
}

/// Unix seconds.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs() as i64)
}

/// Keys, mouse and size come from a thread of their own; signals end the loop in order.
fn listen(events: Sender<Event>) {
    let hangup = events.clone();
    // Fails only when a handler is set already, which is then as good.
    let _ = ctrlc::set_handler(move || {
        let _ = hangup.send(Event::Hangup);
    });
    thread::spawn(move || {
        loop {
            let sent = match event::read() {
                Ok(event) => translate(event).is_none_or(|event| events.send(event).is_ok()),
                Err(_) => {
                    let _ = events.send(Event::Hangup);
                    false
                }
            };
            if !sent {
                break;
            }
        }
    });
}

fn translate(event: event::Event) -> Option<Event> {
    match event {
        event::Event::Key(key) if key.kind != KeyEventKind::Release => {
            translate_key(key).map(Event::Key)
        }
        event::Event::Mouse(mouse) => translate_mouse(mouse).map(Event::Mouse),
        event::Event::Resize(width, height) => Some(Event::Resize { width, height }),
        event::Event::Paste(text) => Some(Event::Paste(text)),
        _ => None,
    }
}

fn translate_key(key: KeyEvent) -> Option<Key> {
    let code = match key.code {
        KeyCode::Char(c) => Code::Char(c),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab if key.modifiers.contains(KeyModifiers::SHIFT) => Code::BackTab,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => Code::BackTab,
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Insert => Code::Insert,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::F(n) => Code::F(n),
        _ => return None,
    };
    let has = |modifier| key.modifiers.contains(modifier);
    Some(Key { code, ctrl: has(KeyModifiers::CONTROL), alt: has(KeyModifiers::ALT) })
}

fn translate_mouse(mouse: MouseEvent) -> Option<Mouse> {
    let what = match mouse.kind {
        MouseEventKind::Down(MouseButton::Left) => MouseKind::Click,
        MouseEventKind::ScrollUp => MouseKind::WheelUp,
        MouseEventKind::ScrollDown => MouseKind::WheelDown,
        _ => return None,
    };
    Some(Mouse { what, column: mouse.column, row: mouse.row })
}

/// Everything effects reach.
struct Outside {
    worker: Worker,
    sender: Sender<Event>,
    browser: Vec<String>,
}

impl Outside {
    fn carry_out(
        &mut self,
        effect: Effect,
        terminal: &mut DefaultTerminal,
        app: &App,
    ) -> io::Result<()> {
        match effect {
            Effect::Search { number, query, view, limit, wait } => {
                self.worker.search(Request { number, query, view, limit, wait });
            }
            Effect::About { number, entity } => {
                self.worker.look_up(Lookup::About { number, entity });
            }
            Effect::WarmUp => self.worker.look_up(Lookup::WarmUp),
            Effect::Complete { number, wanted, value } => {
                self.worker.look_up(Lookup::Complete { number, wanted, value });
            }
            Effect::Tag(id) => self.worker.tag(id),
            Effect::Refresh(sources) => self.worker.refresh(sources),
            Effect::CatchUp => self.worker.catch_up(),
            Effect::Copy(text) => copy(&text)?,
            Effect::Browse(url) => self.browse(url),
            Effect::Mouse(on) => take_mouse(on)?,
            Effect::Redraw => draw_anew(terminal)?,
            Effect::Suspend => {
                suspend()?;
                *terminal = init()?;
                enter(app)?;
                draw_anew(terminal)?;
            }
        }
        Ok(())
    }

    /// Starts the browser by argument list, never through a shell, and tells when it fails.
    fn browse(&self, url: String) {
        let (program, arguments) = match self.browser.split_first() {
            Some((program, arguments)) => (program.clone(), arguments.to_vec()),
            None => (SYSTEM_OPENER.to_owned(), Vec::new()),
        };
        let sender = self.sender.clone();
        thread::spawn(move || {
            let mut command = Command::new(&program);
            command.args(arguments).arg(url);
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            let trouble = match command.status() {
                Ok(status) if status.success() => return,
                Ok(status) => format!("{program} ended with {status}"),
                Err(error) => {
                    format!("cannot start {program}: {error}; set `browser` in the config")
                }
            };
            let _ = sender.send(Event::Trouble(trouble));
        });
    }
}

const SYSTEM_OPENER: &str = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };

/// Copies by OSC 52, which reaches the reader's own clipboard over SSH too.
fn copy(text: &str) -> io::Result<()> {
    execute!(io::stdout(), CopyToClipboard::to_clipboard_from(text))?;
    io::stdout().flush()
}

/// Stops the program as ctrl-z does elsewhere; comes back when the shell says `fg`.
#[cfg(unix)]
fn suspend() -> io::Result<()> {
    leave();
    let process = rustix::process::getpid();
    rustix::process::kill_process(process, rustix::process::Signal::TSTP)?;
    Ok(())
}

#[cfg(not(unix))]
fn suspend() -> io::Result<()> {
    leave();
    Ok(())
}
