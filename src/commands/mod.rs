//! The command line: a file per command. `sources.rs` is the smallest to copy from.
//!
//! Standard output carries what was asked for and nothing else; what went wrong goes to standard
//! error. Exit codes: 0 done, 1 nothing found or some inputs failed, 2 usage or configuration.

mod arguments;
mod cat;
mod output;
mod view;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};
use output::Failure;

use crate::config::Config;

/// How a command that ran to its end ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// Nothing was found, or some inputs failed; those are named already.
    Partly,
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // A closed pipe is no reason to complain about help nobody reads.
            let _ = error.print();
            return ExitCode::from(error.exit_code().clamp(0, 2) as u8);
        }
    };
    match run(arguments) {
        Ok(Outcome::Done) | Err(Failure::BrokenPipe) => ExitCode::SUCCESS,
        Ok(Outcome::Partly) => ExitCode::from(1),
        Err(failure) => {
            output::complain(&format!("gazette: {failure}"));
            ExitCode::from(failure.code())
        }
    }
}

fn run(arguments: Arguments) -> Result<Outcome, Failure> {
    let config = Config::default();
    match arguments.command {
        Some(Command::Cat(cat)) => cat::run(&cat, &config),
        None => Err(Failure::Usage(
            "gazette needs a terminal to read in; try `gazette cat FILE`".into(),
        )),
    }
}
