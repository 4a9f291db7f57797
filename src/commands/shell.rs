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
pub fn man(path: &[String]) -> Result<Outcome, Failure> {
    let mut page = Arguments::command();
    page.build();
    let mut names = vec!["gazette"];
    for word in path {
        let Some(command) = page.find_subcommand(word) else {
            let above = names.join(" ");
            let message = format!("there is no command `{word}`; `{above} --help` lists them");
            return Err(Failure::Usage(message));
        };
        names.push(word);
        page = command.clone().display_name(names.join("-"));
    }
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
