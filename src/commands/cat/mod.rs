//! `gazette cat`: articles cleaned, to a screen, a pipe or a program.
//!
//! Files are read in parallel and printed in the order given. Nothing here touches the library.

mod inputs;
pub mod json;
mod lines;
mod ordered;
mod parts;
mod print;

use std::io::{self, Write};
use std::sync::Arc;

use super::Outcome;
use super::arguments::CatArguments;
use super::output::{Failure, complain, complain_of};
use crate::config::Config;
use inputs::{Input, Job};
use ordered::Piece;
use print::Printer;

pub fn run(arguments: &CatArguments, config: &Config) -> Result<Outcome, Failure> {
    let printer = Arc::new(Printer::new(arguments, config));
    let mut tally = Tally::default();
    for input in inputs::listed(&arguments.files)? {
        match input {
            Input::Paths(paths) => print_all(inputs::files(paths), &printer, &mut tally)?,
            Input::Standard => match lines::standard_input(arguments.from, config.limits.clone()) {
                lines::Standard::Lines(lines) => print_all(lines, &printer, &mut tally)?,
                lines::Standard::Document(stream) => {
                    print_all(std::iter::once(Job::Stream(stream)), &printer, &mut tally)?;
                }
            },
        }
    }
    if tally.printed == 0 && tally.failed == 0 {
        complain("gazette: no articles there");
    }
    Ok(if tally.printed > 0 && tally.failed == 0 { Outcome::Done } else { Outcome::Partly })
}

#[derive(Debug, Default)]
struct Tally {
    printed: u64,
    failed: u64,
}

fn print_all(
    jobs: impl Iterator<Item = Job> + Send + 'static,
    printer: &Arc<Printer>,
    tally: &mut Tally,
) -> Result<(), Failure> {
    let worker = Arc::clone(printer);
    let pieces = ordered::run(jobs, move |job, send| worker.work(job, send));
    let mut out = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
    for piece in pieces {
        write_piece(&piece, printer, tally, &mut out)?;
    }
    out.flush()?;
    Ok(())
}

fn write_piece(
    piece: &Piece,
    printer: &Printer,
    tally: &mut Tally,
    out: &mut impl Write,
) -> Result<(), Failure> {
    for text in &piece.articles {
        if tally.printed > 0 {
            out.write_all(printer.separator().as_bytes())?;
        }
        out.write_all(text)?;
        tally.printed += 1;
    }
    out.write_all(&piece.rest)?;
    if piece.flush {
        out.flush()?;
    }
    for error in &piece.errors {
        // What was printed before the error stands before it on a screen, too.
        out.flush()?;
        complain_of(error, printer.is_json());
        tally.failed += 1;
    }
    Ok(())
}
