//! What can be said on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::load::Format;

/// A news reader for the terminal.
///
/// Opens article files, folders of them, or the built-in sample edition. Boilerplate is out of the
/// way, people, places and organisations are highlighted, every word is searchable.
#[derive(Debug, Parser)]
#[command(name = "gazette", version, max_term_width = 100)]
pub struct Arguments {
    /// Files and folders to open; they stay in the library as sources
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Configuration file [env: GAZETTE_CONFIG]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Folder of the library [env: GAZETTE_LIBRARY]
    #[arg(long, global = true, value_name = "DIR")]
    pub library: Option<PathBuf>,

    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print articles cleaned, as the reading pane shows them
    Cat(CatArguments),
}

/// What `cat` prints, and how.
#[derive(Args, Clone, Debug, Default)]
pub struct CatArguments {
    /// Files, folders, or - for standard input
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// Title, blank line, then one kept paragraph per line
    #[arg(long, conflicts_with_all = ["json", "explain"])]
    pub plain: bool,

    /// One JSON object per article and line
    #[arg(long, conflicts_with = "explain")]
    pub json: bool,

    /// Boilerplate too
    #[arg(long)]
    pub all: bool,

    /// Every paragraph with its mark: reason, score and what the cleaner saw
    #[arg(long)]
    pub explain: bool,

    /// Take the input for this format whatever it looks like
    #[arg(long, value_name = "FORMAT")]
    pub from: Option<From>,

    /// Wrap at this many columns
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(10..))]
    pub width: Option<u16>,

    /// Colour the output
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
}

/// `--from`: the formats by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum From {
    Text,
    Html,
    Markdown,
    Json,
    Jsonl,
}

impl From {
    pub fn format(self) -> Format {
        match self {
            From::Text => Format::Text,
            From::Html => Format::Html,
            From::Markdown => Format::Markdown,
            From::Json => Format::Json,
            From::Jsonl => Format::JsonLines,
        }
    }
}

/// `--color`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    #[default]
    Auto,
    Always,
    Never,
}
