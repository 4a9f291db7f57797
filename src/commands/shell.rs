//! `gazette completions` and `gazette man`: made from the arguments themselves.

use std::io::{self, Write};

use clap::CommandFactory;

use super::Outcome;
use super::arguments::Arguments;
use super::output::Failure;

pub fn completions(shell: clap_complete::Shell) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "gazette", &mut script);
    write(&script)
}

/// The page of gazette itself, or of one of its commands.
pub fn man(command: Option<&str>) -> Result<Outcome, Failure> {
    let mut gazette = Arguments::command();
    gazette.build();
    let page = match command {
        None => gazette,
        Some(name) => match gazette.find_subcommand(name) {
            Some(command) => {
                let command = command.clone();
                let name = format!("gazette-{name}");
                command.display_name(name)
            }
            None => {
                let message = format!("there is no command `{name}`; `gazette help` lists them");
                return Err(Failure::Usage(message));
            }
        },
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text)?;
    write(&text)
}

fn write(text: &[u8]) -> Result<Outcome, Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text)?;
    out.flush()?;
    Ok(Outcome::Done)
}
