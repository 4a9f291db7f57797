//! Bare `gazette`: opens the reader.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use super::Outcome;
use super::output::Failure;
use super::paths;
use crate::config::Config;

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
    let _ = (config, library);
    Err(Failure::Failed("the reader is not in this build; try `gazette cat FILE`".into()))
}
