//! The configuration file as types, defaults included. Never a global.

use crate::clean;

/// Everything the reader can set.
#[derive(Clone, Debug, Default)]
pub struct Config {
    pub clean: clean::Options,
}
