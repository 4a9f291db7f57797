//! What can be said on the command line.

mod keeping;

use std::convert::Infallible;
use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::article::Label;
use crate::library::EntityOrder;
use crate::load::Format;

pub use keeping::{
    AddArguments, DoctorArguments, ExportArguments, ExportFormat, ImportArguments, ListArguments,
    RemoveArguments, SourcesArguments, UpdateArguments,
};

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
    #[command(flatten)]
    Library(LibraryCommand),
    /// Look the library over, say what is wrong, put it right
    Doctor(DoctorArguments),
    /// Show, check or print the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print a completion script for a shell
    Completions { shell: clap_complete::Shell },
    /// Print the manual page of gazette or of one of its commands
    Man {
        #[arg(value_name = "COMMAND")]
        command: Vec<String>,
    },
}

/// The commands that work on the library.
#[derive(Debug, Subcommand)]
pub enum LibraryCommand {
    /// Print the articles that match a query
    Search(SearchArguments),
    /// Print who and what is in the news
    Entities(EntitiesArguments),
    /// Add files and folders to the library and read them
    Add(AddArguments),
    /// List the sources of the library
    Sources(SourcesArguments),
    /// Take sources out of the library; their files stay
    Remove(RemoveArguments),
    /// Read what is new or changed in the sources
    Update(UpdateArguments),
    /// Keep the feeds of an OPML file, or of newsboat's urls
    Import(ImportArguments),
    /// Mark the articles that match a query
    Mark(MarkArguments),
    /// List what you hid and kept in the reader; take it back, turn it round
    Rules(RulesArguments),
    /// Write articles as JSON lines or Markdown, the feeds as OPML, or the whole library into one file
    Export(ExportArguments),
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

    /// Do not look for names: several times faster, and `entities` is null
    #[arg(long)]
    pub no_entities: bool,

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

/// A query and how its articles are printed.
#[derive(Args, Debug)]
pub struct SearchArguments {
    /// Words, "phrases", -not, OR, person:x, after:2025-05-01, is:unread, filter:x …
    #[arg(
        value_name = "QUERY",
        required_unless_present_any = ["history", "forget_history"],
        value_parser = unveiled
    )]
    pub query: Vec<String>,

    /// List what was searched for in the reader instead, the newest first
    #[arg(long, conflicts_with_all = ["query", "count", "best", "newest"])]
    pub history: bool,

    /// Forget what was searched for in the reader
    #[arg(long, conflicts_with_all = ["query", "history", "json", "limit", "count", "best", "newest"])]
    pub forget_history: bool,

    /// One JSON object per article and line
    #[arg(long)]
    pub json: bool,

    /// At most this many articles [default: 25 on a terminal, else all]
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,

    /// Newest first, as is usual
    #[arg(long, conflicts_with = "best")]
    pub newest: bool,

    /// Best match first
    #[arg(long)]
    pub best: bool,

    /// Each copy of an article too; else one stands for all of them
    #[arg(long)]
    pub copies: bool,

    /// Only how many there are
    #[arg(long, conflicts_with_all = ["json", "limit"])]
    pub count: bool,

    /// Colour the output
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
}

#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub struct EntitiesArguments {
    /// Only in the articles that match
    #[arg(value_name = "QUERY", value_parser = unveiled)]
    pub query: Vec<String>,

    /// Everything about one of them: where, since when, with whom; "person:Ada Moss" tells namesakes apart
    #[arg(long, value_name = "NAME", conflicts_with_all = ["query", "sort"])]
    pub about: Option<String>,

    /// Only this label, such as person or date; several by comma [default: all but date and money]
    #[arg(long, value_name = "LABEL", value_parser = label, value_delimiter = ',')]
    pub label: Vec<Label>,

    /// In this order
    #[arg(long, value_name = "ORDER", default_value = "articles", value_parser = orders())]
    pub sort: EntityOrder,

    /// At most this many; with --about, articles [default: 50 on a terminal, else all]
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,

    /// One JSON object per entity and line
    #[arg(long)]
    pub json: bool,

    #[command(subcommand)]
    pub command: Option<EntitiesCommand>,
}

/// What can be said of entities.
#[derive(Debug, Subcommand)]
pub enum EntitiesCommand {
    /// Say that the others are the same as the first, and go by its name
    Merge {
        /// Names as `gazette entities` lists them; "person:Ada Moss" tells namesakes apart
        #[arg(value_name = "NAME", required = true, num_args = 2.., value_parser = unveiled)]
        names: Vec<String>,
    },
    /// Say that a name merged with another, or another spelling of it, is somebody else's
    Split {
        /// The entity
        #[arg(value_name = "NAME", value_parser = unveiled)]
        entity: String,
        /// The name or spelling that it has no right to
        #[arg(value_name = "OTHER", value_parser = unveiled)]
        other: String,
    },
    /// List what has been merged and split
    Merges(ListArguments),
}

#[derive(Args, Debug)]
pub struct MarkArguments {
    /// read, unread, star, unstar, tag:NAME or untag:NAME
    #[arg(value_name = "WHAT", value_parser = What::parse)]
    pub what: What,

    /// Which articles, as for `search`
    #[arg(value_name = "QUERY", required = true, value_parser = unveiled)]
    pub query: Vec<String>,
}

#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct RulesArguments {
    #[command(subcommand)]
    pub command: Option<RulesCommand>,

    /// One JSON object per rule and line
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// Take rules back
    Remove {
        /// Numbers, as `gazette rules` lists them
        #[arg(value_name = "RULE", required = true)]
        rules: Vec<i64>,
    },
    /// Keep what they hid, hide what they kept
    Flip {
        /// Numbers, as `gazette rules` lists them
        #[arg(value_name = "RULE", required = true)]
        rules: Vec<i64>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Subcommand)]
pub enum ConfigCommand {
    /// Print where the configuration file is, or would be
    Path,
    /// Name every mistake in the configuration file
    Check,
    /// Print every option as it is now, as a configuration file
    Print,
}

/// What `mark` does to an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    Read(bool),
    Star(bool),
    Tag(String),
    Untag(String),
}

impl What {
    fn parse(text: &str) -> Result<Self, String> {
        let tag = |name: &str| match crate::load::sanitize::line(name) {
            name if name.is_empty() => Err("a tag needs a name, such as tag:later".to_owned()),
            name => Ok(name),
        };
        match text.split_once(':') {
            Some(("tag", name)) => tag(name).map(What::Tag),
            Some(("untag", name)) => tag(name).map(What::Untag),
            _ => match text {
                "read" => Ok(What::Read(true)),
                "unread" => Ok(What::Read(false)),
                "star" => Ok(What::Star(true)),
                "unstar" => Ok(What::Star(false)),
                _ => Err("it is one of read, unread, star, unstar, tag:NAME, untag:NAME".into()),
            },
        }
    }
}

/// Stands for the minus of an excluded word while the options are told from the query.
const MINUS: char = '\u{e000}';

/// The arguments with `-word` made safe for the parser, which would take it for an option: only
/// `--long` options and `-h` may stand among the words of a query.
pub fn veiled(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<_> = arguments.collect();
    let asks =
        |word: &OsString| ["search", "entities", "mark", "export"].iter().any(|name| word == name);
    let query = arguments.iter().position(asks).map_or(arguments.len(), |command| command + 1);
    let exports = command(&arguments).is_some_and(|word| word == "export");
    for word in &mut arguments[query..] {
        if word == "--" {
            break;
        }
        match word.to_str().and_then(|word| word.strip_prefix('-')) {
            None | Some("" | "h" | "o") => {}
            // To export is to write: after it, this names the file to be written.
            Some("-library") if exports => *word = "--backup".into(),
            Some(rest) if exports && rest.starts_with("-library=") => {
                *word = format!("--backup{}", &rest["-library".len()..]).into();
            }
            Some(rest) if rest.starts_with('-') => {}
            Some(rest) => *word = format!("{MINUS}{rest}").into(),
        }
    }
    arguments
}

/// The first word that is no option and no option's value.
fn command(arguments: &[OsString]) -> Option<&OsString> {
    let mut words = arguments.iter().skip(1);
    while let Some(word) = words.next() {
        match word.to_str() {
            Some("--config" | "--library") => drop(words.next()),
            Some(option) if option.starts_with('-') => {}
            _ => return Some(word),
        }
    }
    None
}

fn unveiled(word: &str) -> Result<String, Infallible> {
    Ok(match word.strip_prefix(MINUS) {
        Some(rest) => format!("-{rest}"),
        None => word.to_owned(),
    })
}

/// `--sort` of entities.
fn orders() -> impl TypedValueParser<Value = EntityOrder> {
    let named = |name: String| EntityOrder::ALL.into_iter().find(|order| order.name() == name);
    PossibleValuesParser::new(EntityOrder::ALL.map(EntityOrder::name))
        .map(move |name| named(name).unwrap_or_default())
}

fn label(name: &str) -> Result<Label, String> {
    let names = Label::ALL.map(|label| label.name());
    let found = Label::from_name(&name.to_lowercase());
    found.ok_or_else(|| format!("it is one of {}", names.join(", ")))
}

/// `--from`: the formats by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum From {
    Text,
    Html,
    Markdown,
    Json,
    Jsonl,
    Feed,
    Mail,
    Mbox,
    Warc,
    Mhtml,
    Csv,
}

impl From {
    pub fn format(self) -> Format {
        match self {
            From::Text => Format::Text,
            From::Html => Format::Html,
            From::Markdown => Format::Markdown,
            From::Json => Format::Json,
            From::Jsonl => Format::JsonLines,
            From::Feed => Format::Feed,
            From::Mail => Format::Mail,
            From::Mbox => Format::Mailbox,
            From::Warc => Format::Warc,
            From::Mhtml => Format::Mhtml,
            From::Csv => Format::Table,
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

#[cfg(test)]
mod tests;
