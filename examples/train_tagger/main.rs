//! Trains the tagger: annotated articles to `assets/entities/tagger.bin`.
//!
//! See `assets/entities/tagger.md` for the data, the commands and what came out.

mod adam;
mod crf;
mod cut;
mod data;
mod lstm;
mod net;
mod random;
mod score;
mod soft;
mod train;
mod vectors;

use std::error::Error;
use std::path::PathBuf;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Train the entity tagger")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Cut plain texts into words for the teacher: JSON lines on standard output
    Cut {
        /// Text files, one article each
        texts: Vec<PathBuf>,
    },
    /// Learn, and write the weights
    Train(train::Options),
}

fn main() -> Result<(), Box<dyn Error>> {
    match Arguments::parse().command {
        Command::Cut { texts } => cut::run(&texts),
        Command::Train(options) => train::run(&options),
    }
}
