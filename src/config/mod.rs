//! The configuration file as types, defaults included. Never a global.
//!
//! An option is a line in `options.rs`, which knows how to read and to write it.

mod error;
mod keys;
mod options;
pub mod places;
mod print;
mod read;
mod theme;

use std::collections::BTreeMap;
use std::path::Path;

pub use error::{ConfigError, nearest};
pub use keys::Keys;
pub use theme::Styles;

use crate::app;
use crate::article::Label;
use crate::clean;
use crate::library::query::Filters;
use crate::library::{IngestOptions, Order};
use crate::load::Limits;

/// Everything the reader can set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    pub reader: Reader,
    pub list: List,
    pub keys: Keys,
    pub theme: Styles,
    pub clean: clean::Options,
    pub entities: Entities,
    pub update: Update,
    /// Saved queries, for `filter:NAME`.
    pub filters: Filters,
    /// How much of one input is read, and how deep.
    pub limits: Limits,
    /// By the name of the source.
    pub sources: BTreeMap<String, SourceOptions>,
}

/// `[reader]`: the reading pane and the screen as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Reader {
    /// Columns of a line of text.
    pub measure: u16,
    /// Hidden paragraphs are shown from the start.
    pub boilerplate: bool,
    /// Mentions are highlighted from the start.
    pub labels: bool,
    /// Width of the list, in per cent of the screen.
    pub split: u16,
    /// Wheel and clicks go to gazette, not to the terminal.
    pub mouse: bool,
    /// Program and arguments that open a link, which comes last; empty is the desktop's own.
    pub browser: Vec<String>,
    pub mark_read: MarkRead,
}

/// What makes an article read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MarkRead {
    /// Opening it.
    #[default]
    Open,
    /// Only the key for it.
    Manual,
}

/// `[list]`: the pane on the left.
#[derive(Clone, Debug, PartialEq)]
pub struct List {
    pub order: Order,
    /// A line of the text under a hit.
    pub snippets: bool,
    /// Each copy of an article has a line of its own.
    pub copies: bool,
}

/// `[entities]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Entities {
    /// The labels that are highlighted and listed.
    pub labels: Vec<Label>,
}

/// `[update]`: when sources are read.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    /// Look for new and changed files when the reader opens.
    pub on_start: bool,
    /// Read what is written into folders while the reader is open.
    pub watch: bool,
}

/// `[source."…"]`: what differs for one source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceOptions {
    pub threshold: Option<f32>,
    pub captions: Option<bool>,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            measure: 72,
            boilerplate: false,
            labels: true,
            split: 40,
            mouse: true,
            browser: Vec::new(),
            mark_read: MarkRead::Open,
        }
    }
}

impl Default for List {
    fn default() -> Self {
        Self { order: Order::Newest, snippets: true, copies: false }
    }
}

impl Default for Entities {
    fn default() -> Self {
        Self { labels: Label::ALL.to_vec() }
    }
}

impl Default for Update {
    fn default() -> Self {
        Self { on_start: true, watch: true }
    }
}

impl Config {
    /// Reads a configuration file; every error in it at once.
    pub fn load(path: &Path) -> Result<Self, Vec<ConfigError>> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| vec![ConfigError::unreadable(&name, &error)])?;
        Self::parse(&text, &name)
    }

    /// The configuration in a text; `name` is the file's, for errors.
    pub fn parse(text: &str, name: &str) -> Result<Self, Vec<ConfigError>> {
        read::parse(text, name)
    }

    /// The configuration as a file that would bring it about.
    pub fn to_toml(&self) -> String {
        print::toml(self)
    }

    /// What the reader goes by.
    pub fn reader_options(&self) -> app::Options {
        app::Options {
            measure: self.reader.measure,
            boilerplate: self.reader.boilerplate,
            labels_on: self.reader.labels,
            labels: self.entities.labels.clone(),
            split: self.reader.split,
            mouse: self.reader.mouse,
            mark_read: self.reader.mark_read == MarkRead::Open,
            snippets: self.list.snippets,
            copies: self.list.copies,
            order: self.list.order,
            filters: self.filters.clone(),
        }
    }

    /// How the articles of one source are read, by the source's name.
    pub fn ingest_options(&self, source: &str, force: bool) -> IngestOptions {
        let mut clean = self.clean.clone();
        if let Some(own) = self.sources.get(source) {
            clean.threshold = own.threshold.unwrap_or(clean.threshold);
            clean.keep_captions = own.captions.unwrap_or(clean.keep_captions);
        }
        IngestOptions { limits: self.limits.clone(), clean, force }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_may_be_cleaned_in_its_own_way() {
        let text = "[clean]\nthreshold = 0.6\n[source.\"daily\"]\ncaptions = true\n";
        let config = Config::parse(text, "config.toml").unwrap();
        let daily = config.ingest_options("daily", false).clean;
        assert_eq!((daily.threshold, daily.keep_captions), (0.6, true));
        assert!(!config.ingest_options("weekly", false).clean.keep_captions);
    }

    #[test]
    fn limits_are_those_of_the_file() {
        let text = "[limits]\nfile_mb = 7\narticle_mb = 3\nlayers = 1\nratio = 9\ndepth = 20\nlines = 300\n\
                    tags = 400\nvalues = 500\nmembers = 600\n";
        let limits = Config::parse(text, "c").unwrap().ingest_options("daily", false).limits;
        let expected = Limits {
            file_bytes: 7 << 20,
            record_bytes: 3 << 20,
            layers: 1,
            ratio: 9,
            depth: 20,
            lines: 300,
            tags: 400,
            values: 500,
            members: 600,
        };
        assert_eq!(limits, expected);
    }

    #[test]
    fn the_reader_goes_by_the_same_defaults() {
        assert_eq!(Config::default().reader_options(), app::Options::default());
    }

    #[test]
    fn keys_come_on_top_of_a_preset_and_print_back() {
        let text = "[keys]\npreset = \"less\"\n\"g\" = \"none\"\n\"g g\" = \"top\"\n\"x\" = \"none\"\n\
                    [theme]\nperson = \"bold red\"\n";
        let config = Config::parse(text, "config.toml").unwrap();
        let printed = Config::parse(&config.to_toml(), "printed").unwrap();
        let bindings = |config: &Config| config.keys.map().bindings().collect::<Vec<_>>();
        assert_eq!(bindings(&printed), bindings(&config));
        assert_eq!(printed.theme, config.theme);
        assert_ne!(config.theme, Styles::default());
        assert!(bindings(&config).iter().all(|(keys, _)| keys != "x" && keys != "g"));
        assert!(bindings(&config).iter().any(|(keys, _)| keys == "g g"));
    }

    #[test]
    fn what_is_printed_reads_back() {
        let text = "[reader]\nbrowser = [\"lynx\", \"-x\"]\n[list]\norder = \"oldest\"\n\
                    [clean]\nthreshold = 0.7\n[entities]\nlabels = [\"person\"]\n\
                    [source.\"a.b\"]\nthreshold = 0.2\n";
        let config = Config::parse(text, "config.toml").unwrap();
        let mut printed = Config::parse(&config.to_toml(), "printed").unwrap();
        assert_eq!(printed.keys.map(), config.keys.map());
        printed.keys = config.keys.clone();
        assert_eq!(printed, config);
        assert_ne!(config, Config::default());
    }

    const EXAMPLE: &str = include_str!("../../config.example.toml");

    #[test]
    fn the_example_is_the_default() {
        let mut config = Config::parse(EXAMPLE, "config.example.toml").unwrap();
        config.keys.bindings.clear();
        assert_eq!(config, Config::default());
    }

    #[test]
    fn the_example_leaves_nothing_out() {
        // Bindings stand there as comments, so that a preset chosen in a copy of it holds.
        let text = EXAMPLE.replace("\n#\"", "\n\"").replace("\n#[", "\n[").replace("\n#t", "\nt");
        let text = text.replace("\n#c", "\nc");
        let config = Config::parse(&text, "config.example.toml").unwrap();
        assert_eq!(config.keys.map(), Config::default().keys.map());
        let bound: Vec<_> = config.keys.bindings.iter().map(|(k, a)| (&**k, &**a)).collect();
        let keys: Vec<_> = app::keys::DEFAULT.iter().map(|(k, a)| (*k, a.name())).collect();
        assert_eq!(bound, keys);
        let document: toml::Table = text.parse().unwrap();
        for setting in &options::SETTINGS {
            let (table, key) = (setting.table, setting.key);
            assert!(document[table].get(key).is_some(), "[{table}] {key} is missing");
        }
        for (role, _) in crate::ui::ROLES {
            assert!(document["theme"].get(role).is_some(), "[theme] {role} is missing");
        }
        for setting in &options::SOURCE_SETTINGS {
            assert!(document["source"]["daily"].get(setting.key).is_some(), "{}", setting.key);
        }
    }
}
