//! The command line: a file per command. `sources.rs` is the smallest to copy from.
//!
//! Standard output carries what was asked for and nothing else; what went wrong goes to standard
//! error. Exit codes: 0 done, 1 nothing found or some inputs failed, 2 usage or configuration.

mod add;
mod ansi;
mod arguments;
mod cat;
mod config;
mod doctor;
mod entities;
mod export;
mod find;
mod import;
mod jsonl;
mod mark;
mod names;
mod open;
mod opml;
mod output;
mod paths;
mod progress;
mod rules;
mod search;
mod shell;
mod sources;
mod table;
mod view;

use std::panic;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command, LibraryCommand};
use output::Failure;

use crate::config::{Config, places};
use crate::library::Library;
use crate::load;

/// How a command that ran to its end ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// Nothing was found, or some inputs failed; those are named already.
    Partly,
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    tell_panics_safely();
    let arguments = match Arguments::try_parse_from(arguments::veiled(std::env::args_os())) {
        Ok(arguments) => arguments,
        Err(error) => {
            refuse(&error);
            return ExitCode::from(error.exit_code().clamp(0, 2) as u8);
        }
    };
    match run(arguments) {
        Ok(Outcome::Done) | Err(Failure::BrokenPipe) => ExitCode::SUCCESS,
        Ok(Outcome::Partly) => ExitCode::from(1),
        Err(failure) => {
            if !matches!(failure, Failure::Said) {
                output::complain(&format!("gazette: {failure}"));
            }
            ExitCode::from(failure.code())
        }
    }
}

/// A panic that is caught becomes an error of the input at hand. Others are told in words that are
/// safe to print: they quote what they failed on.
fn tell_panics_safely() {
    panic::set_hook(Box::new(|info| {
        if !load::is_guarded() {
            output::complain(&info.to_string());
        }
    }));
}

/// Says what is wrong with the arguments, which may be names of files that a shell put there.
fn refuse(error: &clap::Error) {
    let words = error.to_string();
    match output::safe(&words) == words.trim_end() {
        // A closed pipe is no reason to complain about help nobody reads.
        true => drop(error.print()),
        false => output::complain(&words),
    }
}

fn run(arguments: Arguments) -> Result<Outcome, Failure> {
    let Arguments { paths, config: named, library, command } = arguments;
    // These work whatever is wrong with the configuration.
    let command = match command {
        Some(Command::Config(command)) => return config::run(command, named),
        Some(Command::Completions { shell }) => return shell::completions(shell),
        Some(Command::Man { command }) => return shell::man(&command),
        Some(Command::Cat(arguments)) => return cat::run(&arguments, &config::load(named)?),
        None => return open::run(&paths, config::load(named)?, &folder(library)?),
        // A damaged library does not open.
        Some(Command::Doctor(arguments)) => return doctor::run(&arguments, &folder(library)?),
        Some(Command::Library(command)) => command,
    };
    in_library(command, &config::load(named)?, &mut Library::open(&folder(library)?)?)
}

fn in_library(
    command: LibraryCommand,
    config: &Config,
    library: &mut Library,
) -> Result<Outcome, Failure> {
    match command {
        LibraryCommand::Search(arguments) => search::run(&arguments, config, library),
        LibraryCommand::Entities(arguments) => entities::run(&arguments, config, library),
        LibraryCommand::Export(arguments) => export::run(&arguments, config, library),
        LibraryCommand::Add(arguments) => add::add(&arguments, config, library),
        LibraryCommand::Sources(arguments) => sources::list(&arguments, library),
        LibraryCommand::Remove(arguments) => sources::remove(&arguments, library),
        LibraryCommand::Update(arguments) => add::update(&arguments, config, library),
        LibraryCommand::Import(arguments) => import::run(&arguments, config, library),
        LibraryCommand::Mark(arguments) => mark::run(&arguments, config, library),
        LibraryCommand::Rules(arguments) => rules::run(&arguments, library),
    }
}

fn folder(named: Option<PathBuf>) -> Result<PathBuf, Failure> {
    let message = "no home folder to keep the library in; name one with --library";
    places::library_folder(named).ok_or_else(|| Failure::Usage(message.into()))
}
