//! Bare `gazette`: opens the reader.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use super::Outcome;
use super::arguments::Color;
use super::output::{self, Failure};
use super::paths;
use crate::app::App;
use crate::config::Config;
use crate::library::{Library, SourceId, View};
use crate::terminal::{self, Setup};
use crate::ui::Depth;

pub fn run(paths: &[PathBuf], config: Config, library: &Path) -> Result<Outcome, Failure> {
    if let Some(url) = paths.iter().find(|path| paths::is_url(path)) {
        return Err(paths::no_network(url));
    }
    if let Some(path) = paths.iter().find(|path| !path.exists()) {
        return Err(paths::missing(path));
    }
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        let message = "gazette needs a terminal to read in; try `gazette cat FILE`";
        return Err(Failure::Usage(message.into()));
    }
    if std::env::var("TERM").is_ok_and(|term| term == "dumb") {
        let message = "a dumb terminal has no screen to read on; try `gazette cat FILE`";
        return Err(Failure::Usage(message.into()));
    }
    let mut library = Library::open(library)?;
    let named = add(&mut library, paths)?;
    let view = View { sources: named.clone(), order: config.list.order, ..View::default() };
    let refresh = match (named.is_empty(), config.update.on_start) {
        (false, _) => Some(named),
        (true, true) => Some(Vec::new()),
        (true, false) => None,
    };
    let app = App::new(library, config.keys.map(), config.reader_options(), view)?;
    let setup = Setup {
        theme: config.theme.theme(output::depth(Color::Auto).unwrap_or(Depth::None)),
        refresh,
        watch: config.update.watch,
        browser: config.reader.browser.clone(),
        ingest: Box::new(move |source| config.ingest_options(source, false)),
    };
    terminal::run(app, setup).map_err(|error| Failure::Failed(format!("the terminal: {error}")))?;
    Ok(Outcome::Done)
}

/// Adds what was named, else the sample edition to an empty library.
fn add(library: &mut Library, paths: &[PathBuf]) -> Result<Vec<SourceId>, Failure> {
    if paths.is_empty() && library.is_empty()? {
        library.add_sample()?;
    }
    let mut named = Vec::new();
    for path in paths {
        named.push(library.add_path(path)?.id);
    }
    Ok(named)
}
