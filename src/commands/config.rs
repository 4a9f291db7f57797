//! `gazette config`: where the file is, what is wrong with it, what holds.

use std::path::PathBuf;

use super::Outcome;
use super::arguments::ConfigCommand;
use super::output::{self, Failure, complain, safe};
use crate::config::{Config, places};

/// The configuration of this run. Without a file everything is at its default.
pub fn load(named: Option<PathBuf>) -> Result<Config, Failure> {
    let Some((path, was_named)) = places::config_file(named) else { return Ok(Config::default()) };
    if !was_named && !path.exists() {
        return Ok(Config::default());
    }
    Config::load(&path).map_err(|errors| {
        errors.iter().for_each(|error| complain(&format!("gazette: {error}")));
        Failure::Said
    })
}

pub fn run(command: ConfigCommand, named: Option<PathBuf>) -> Result<Outcome, Failure> {
    let place = places::config_file(named.clone());
    let path = place.map(|(path, _)| path);
    let Some(path) = path else {
        return Err(Failure::Usage("no home folder; name a file with --config".into()));
    };
    match command {
        ConfigCommand::Path => output::print([path.display().to_string()])?,
        ConfigCommand::Print => {
            let config = load(named)?;
            output::print([config.to_toml().trim_end().to_owned()])?;
        }
        ConfigCommand::Check => {
            load(named)?;
            let state = if path.exists() { "no mistakes" } else { "not there, the defaults hold" };
            output::print([format!("{}: {state}", safe(&path.display().to_string()))])?;
        }
    }
    Ok(Outcome::Done)
}
