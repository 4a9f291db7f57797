//! Reads a configuration file and gathers everything that is wrong with it.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{ConfigError, suggestion};
use super::options::{SETTINGS, SOURCE_SETTINGS};
use super::{Config, SourceOptions};
use crate::library::query::{self, Filters};

/// Tables with a fixed set of options, and those that name their own.
pub fn tables() -> Vec<&'static str> {
    let mut tables: Vec<_> = SETTINGS.iter().map(|setting| setting.table).collect();
    tables.dedup();
    tables.extend(["keys", "theme", "filters", "source"]);
    tables
}

pub fn parse(text: &str, name: &str) -> Result<Config, Vec<ConfigError>> {
    let (document, mistakes) = DeTable::parse_recoverable(text);
    let mut reading = Reading { text, name, errors: Vec::new(), config: Config::default() };
    for mistake in mistakes {
        reading.error(mistake.span().unwrap_or(0..0), mistake.message().to_owned());
    }
    if reading.errors.is_empty() {
        reading.document(document.get_ref());
    }
    // By line: tables come sorted by name from the parser.
    reading.errors.sort_by_key(|error| error.line);
    if reading.errors.is_empty() { Ok(reading.config) } else { Err(reading.errors) }
}

struct Reading<'a> {
    text: &'a str,
    name: &'a str,
    errors: Vec<ConfigError>,
    config: Config,
}

impl Reading<'_> {
    fn error(&mut self, span: Range<usize>, message: String) {
        let before = self.text.as_bytes().iter().take(span.start);
        let line = 1 + before.filter(|byte| **byte == b'\n').count();
        self.errors.push(ConfigError { file: self.name.into(), line: Some(line), message });
    }

    fn document(&mut self, document: &DeTable) {
        for (key, value) in document {
            let name: &str = key.get_ref();
            if !tables().contains(&name) {
                let near = suggestion(name, tables());
                self.error(key.span(), format!("there is no table [{name}]{near}"));
            } else if let Some(table) = value.get_ref().as_table() {
                self.table(name, table);
            } else {
                let message = format!("`{name}` is a table: write [{name}]");
                self.error(key.span(), message);
            }
        }
    }

    fn table(&mut self, name: &str, table: &DeTable) {
        // The parser sorts by name; what two bindings do to each other goes by the file.
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        if name == "filters" {
            return self.filters(&entries);
        }
        for (key, value) in entries {
            match name {
                "source" => self.source(key, value),
                "keys" => self.key(key, value),
                "theme" => self.style(key, value),
                _ => self.setting(name, key, value),
            }
        }
    }

    fn setting(&mut self, table: &str, key: &Spanned<impl AsRef<str>>, value: &Spanned<DeValue>) {
        let name = key.get_ref().as_ref();
        let known = || SETTINGS.iter().filter(|setting| setting.table == table);
        match known().find(|setting| setting.key == name) {
            Some(setting) => {
                let set = (setting.set)(&mut self.config, value.get_ref());
                self.check(name, value.span(), set);
            }
            None => {
                let near = suggestion(name, known().map(|setting| setting.key));
                self.error(key.span(), format!("[{table}] has no option `{name}`{near}"));
            }
        }
    }

    fn key(&mut self, key: &Spanned<impl AsRef<str>>, value: &Spanned<DeValue>) {
        let keys = key.get_ref().as_ref();
        let Some(action) = value.get_ref().as_str() else {
            let message = format!("`{keys}` wants the name of an action, or \"none\"");
            return self.error(value.span(), message);
        };
        match keys {
            "preset" => {
                let set = self.config.keys.set_preset(action);
                self.check(keys, value.span(), set);
            }
            _ => {
                if let Err(message) = self.config.keys.bind(keys, action) {
                    self.error(key.span(), message);
                }
            }
        }
    }

    fn style(&mut self, key: &Spanned<impl AsRef<str>>, value: &Spanned<DeValue>) {
        let role = key.get_ref().as_ref();
        let Some(style) = value.get_ref().as_str() else {
            let message = format!("`{role}` wants a style such as \"bold cyan\"");
            return self.error(value.span(), message);
        };
        if let Err(message) = self.config.theme.set(role, style) {
            self.error(key.span(), message);
        }
    }

    /// Queries by name. They may use each other, so they are tried once all are known.
    fn filters(&mut self, entries: &[(&Spanned<impl AsRef<str>>, &Spanned<DeValue>)]) {
        let mut queries = std::collections::BTreeMap::new();
        for (key, value) in entries {
            let name = key.get_ref().as_ref();
            match value.get_ref().as_str() {
                Some(query) => {
                    queries.insert(name.to_owned(), query.to_owned());
                }
                None => {
                    let message = format!("`{name}` wants a query such as \"ferry is:unread\"");
                    self.error(value.span(), message);
                }
            }
        }
        self.config.filters = Filters::new(queries);
        let filters = self.config.filters.clone();
        for (key, value) in entries {
            let text = value.get_ref().as_str().unwrap_or_default();
            let within = format!("filter:{}", query::quoted(key.get_ref().as_ref()));
            let (asked, mistake) = query::parse_with(text, false, 0, &filters);
            let mistake = mistake.or_else(|| query::parse_with(&within, false, 0, &filters).1);
            let name = key.get_ref().as_ref();
            match mistake {
                Some(mistake) => {
                    self.error(value.span(), format!("`{name}`: {}", mistake.message));
                }
                None if asked.root.is_none() && value.get_ref().as_str().is_some() => {
                    self.error(value.span(), format!("`{name}` asks for nothing"));
                }
                None => {}
            }
        }
    }

    fn source(&mut self, key: &Spanned<impl AsRef<str>>, value: &Spanned<DeValue>) {
        let source = key.get_ref().as_ref();
        let Some(table) = value.get_ref().as_table() else {
            let message = format!("a source has a table of its own: write [source.\"{source}\"]");
            return self.error(key.span(), message);
        };
        let mut options = SourceOptions::default();
        for (key, value) in table {
            let name: &str = key.get_ref();
            match SOURCE_SETTINGS.iter().find(|setting| setting.key == name) {
                Some(setting) => {
                    let set = (setting.set)(&mut options, value.get_ref());
                    self.check(name, value.span(), set);
                }
                None => {
                    let near = suggestion(name, SOURCE_SETTINGS.iter().map(|setting| setting.key));
                    self.error(key.span(), format!("a source has no option `{name}`{near}"));
                }
            }
        }
        self.config.sources.insert(source.to_owned(), options);
    }

    fn check(&mut self, name: &str, span: Range<usize>, set: Result<(), String>) {
        if let Err(wants) = set {
            self.error(span, format!("`{name}` {wants}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let errors = match parse(text, "c.toml") {
            Ok(_) => Vec::new(),
            Err(errors) => errors.iter().map(ToString::to_string).collect(),
        };
        assert_eq!(errors, expected);
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        check("", &[]);
        check(
            "[reader]\nmesure = 60\n",
            &["c.toml:2: [reader] has no option `mesure`; did you mean `measure`?"],
        );
        check(
            "\n[raeder]\nmeasure = 60\n",
            &["c.toml:2: there is no table [raeder]; did you mean `reader`?"],
        );
        check(
            "[reader]\n\nmeasure = 3",
            &["c.toml:3: `measure` wants a whole number from 20 to 400"],
        );
        check(
            "[clean]\nthreshold = 1.5",
            &["c.toml:2: `threshold` wants a number from 0.0 to 1.0"],
        );
        check("reader = 1", &["c.toml:1: `reader` is a table: write [reader]"]);
        check("[reader]\nmouse = \"yes\"", &["c.toml:2: `mouse` wants true or false"]);
        check(
            "[reader]\nbrowser = \"lynx\"",
            &["c.toml:2: `browser` wants a list of texts such as [\"firefox\", \"--new-tab\"]"],
        );
        check(
            "[list]\norder = \"newst\"",
            &["c.toml:2: `order` does not know \"newst\"; it is one of \"newest\", \"oldest\""],
        );
    }

    #[test]
    fn keys_and_colours_are_looked_at_too() {
        check(
            "[keys]\npreset = \"emacs\"",
            &[
                "c.toml:2: `preset` does not know \"emacs\"; it is one of \"default\", \"newsboat\", \"less\"",
            ],
        );
        check(
            "[keys]\n\"x\" = \"half-page-dwn\"",
            &["c.toml:2: no action is called `half-page-dwn`; the nearest is `half-page-down`"],
        );
        check("[keys]\n\n\"hyper-x\" = \"none\"", &["c.toml:3: no key is called `hyper-x`"]);
        check(
            "[theme]\npersn = \"bold\"",
            &["c.toml:2: no role is called `persn`; the nearest is `person`"],
        );
        check("[theme]\nperson = 3", &["c.toml:2: `person` wants a style such as \"bold cyan\""]);
        assert_eq!(parse("[theme]\nperson = \"blod\"", "c.toml").unwrap_err()[0].line, Some(2));
    }

    #[test]
    fn every_mistake_is_listed() {
        check(
            "[source.x]\nq = 1\n[reader]\na = 1\nmouse = 2\n",
            &[
                "c.toml:2: a source has no option `q`",
                "c.toml:4: [reader] has no option `a`",
                "c.toml:5: `mouse` wants true or false",
            ],
        );
    }

    #[test]
    fn what_is_no_toml_says_where() {
        let errors = parse("[reader]\nmouse = \n", "c.toml").unwrap_err();
        assert_eq!(errors[0].line, Some(2));
        for garbage in ["[", "]]", "a = [", "\u{0}", "[[reader]]\nx=1", "[source]\nx = 1", "= 3"] {
            assert!(parse(garbage, "c.toml").is_err(), "{garbage}");
        }
    }
}
