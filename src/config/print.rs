//! Writes a configuration as a file.

use std::fmt::Write;

use toml::Value;

use super::Config;
use super::options::{SETTINGS, SOURCE_SETTINGS};

pub fn toml(config: &Config) -> String {
    let mut out = String::new();
    let mut table = SETTINGS[0].table;
    heading(&mut out, &format!("[{table}]"));
    for setting in &SETTINGS {
        if setting.table != table {
            table = setting.table;
            heading(&mut out, &format!("[{table}]"));
        }
        let _ = writeln!(out, "{} = {}", setting.key, (setting.get)(config));
    }
    heading(&mut out, "[keys]");
    config.keys.write(&mut out);
    heading(&mut out, "[theme]");
    config.theme.write(&mut out);
    if !config.filters.is_empty() {
        heading(&mut out, "[filters]");
    }
    for (name, query) in config.filters.iter() {
        let _ = writeln!(out, "{} = {}", Value::from(name), Value::from(query));
    }
    for (name, options) in &config.sources {
        heading(&mut out, &format!("[source.{}]", Value::from(name.as_str())));
        let set = SOURCE_SETTINGS.iter().filter_map(|s| Some((s.key, (s.get)(options)?)));
        for (key, value) in set {
            let _ = writeln!(out, "{key} = {value}");
        }
    }
    out
}

fn heading(out: &mut String, heading: &str) {
    let gap = if out.is_empty() { "" } else { "\n" };
    let _ = writeln!(out, "{gap}{heading}");
}
