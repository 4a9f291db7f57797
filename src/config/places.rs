//! Where the configuration and the library are.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

/// `--config`, else `GAZETTE_CONFIG`, else `gazette/config.toml` under `XDG_CONFIG_HOME`. The flag
/// says whether it was named, so that it has to be there.
pub fn config_file(named: Option<PathBuf>) -> Option<(PathBuf, bool)> {
    let named = named.or_else(|| variable("GAZETTE_CONFIG").map(PathBuf::from));
    match named {
        Some(path) => Some((path, true)),
        None => Some((home("XDG_CONFIG_HOME", ".config")?.join("gazette/config.toml"), false)),
    }
}

/// `--library`, else `GAZETTE_LIBRARY`, else `gazette` under `XDG_DATA_HOME`.
pub fn library_folder(named: Option<PathBuf>) -> Option<PathBuf> {
    let named = named.or_else(|| variable("GAZETTE_LIBRARY").map(PathBuf::from));
    named.or_else(|| Some(home("XDG_DATA_HOME", ".local/share")?.join("gazette")))
}

/// The XDG rules: an unset, empty or relative variable means the usual folder in the home.
fn home(name: &str, usual: &str) -> Option<PathBuf> {
    let set = variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    set.or_else(|| Some(env::home_dir().filter(|home| home.is_absolute())?.join(usual)))
}

fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}
