//! Arguments of the commands that fill a library, look after it and give out what is in it.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::unveiled;

#[derive(Args, Debug)]
pub struct AddArguments {
    /// Files and folders
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,

    /// Look for the names of all that wait, too, which the reader does as it runs
    #[arg(long)]
    pub wait: bool,

    /// One JSON object per source and line
    #[arg(long)]
    pub json: bool,
}

/// What is written, and where to.
#[derive(Args, Debug)]
pub struct ExportArguments {
    /// Which articles, as for `search`; all when there is none
    #[arg(value_name = "QUERY", value_parser = unveiled)]
    pub query: Vec<String>,

    /// The form of the articles
    #[arg(long, value_name = "FORMAT", default_value = "jsonl")]
    pub format: ExportFormat,

    /// File for JSON lines, folder for Markdown [default: standard output]
    #[arg(long, short, value_name = "PATH")]
    pub output: Option<PathBuf>,

    /// Boilerplate too
    #[arg(long)]
    pub all: bool,

    /// The whole library into one file instead, while others use it; `export --library FILE` is
    /// the same. To restore it, copy it to library.db in an empty folder, and name that folder
    /// with `gazette --library`
    #[arg(long, value_name = "FILE", conflicts_with_all = ["query", "format", "output", "all"])]
    pub backup: Option<PathBuf>,

    /// The feeds that are kept, as OPML, instead of articles
    #[arg(long, conflicts_with_all = ["query", "format", "output", "all", "backup"])]
    pub opml: bool,
}

/// `--format` of `export`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// An object for each article and line, as `cat --json` writes it
    #[default]
    Jsonl,
    /// A file for each article
    Markdown,
}

#[derive(Args, Debug)]
pub struct DoctorArguments {
    /// Put right what can be put right without a new file
    #[arg(long)]
    pub repair: bool,

    /// Make the search index anew, and of a damaged database a new one of what can still be read
    #[arg(long, conflicts_with = "repair")]
    pub rebuild: bool,

    /// One JSON object per finding and line
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Debug)]
pub struct ListArguments {
    /// One JSON object per line
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Debug)]
pub struct SourcesArguments {
    /// List the inputs that could not be read, and why
    #[arg(long)]
    pub failed: bool,
    /// One JSON object per line
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Debug)]
pub struct RemoveArguments {
    /// Names or paths, as `gazette sources` lists them
    #[arg(value_name = "SOURCE", required = true)]
    pub sources: Vec<String>,
}

#[derive(Args, Debug)]
pub struct UpdateArguments {
    /// Names or paths, as `gazette sources` lists them; all when none is named
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<String>,

    /// Read again what looks unchanged, too
    #[arg(long)]
    pub force: bool,

    /// Look for the names of all that wait, too, which the reader does as it runs
    #[arg(long)]
    pub wait: bool,

    /// One JSON object per source and line
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Debug)]
pub struct ImportArguments {
    /// Lists of feeds
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,

    /// One JSON object per feed and line
    #[arg(long)]
    pub json: bool,
}
