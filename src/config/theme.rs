//! `[theme]`: styles for roles.

use std::collections::BTreeMap;
use std::fmt::Write;

use toml::Value;

use crate::ui::{Depth, ROLES, Theme};

/// The styles that differ from the default, by role.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Styles(BTreeMap<String, String>);

impl Styles {
    /// Gives a role a style.
    ///
    /// # Errors
    /// In words, when the role is not known or the style not understood.
    pub fn set(&mut self, role: &str, style: &str) -> Result<(), String> {
        Theme::default().set(role, style)?;
        match ROLES.contains(&(role, style)) {
            true => self.0.remove(role),
            false => self.0.insert(role.to_owned(), style.to_owned()),
        };
        Ok(())
    }

    /// The theme for a terminal with so many colours.
    pub fn theme(&self, depth: Depth) -> Theme {
        let mut theme = Theme::from_env(false, depth);
        for (role, style) in &self.0 {
            // Tried when it was read, so there is nothing to report.
            let _ = theme.set(role, style);
        }
        theme
    }

    /// The table, with every role there is.
    pub fn write(&self, out: &mut String) {
        for (role, usual) in ROLES {
            let style = self.0.get(*role).map_or(*usual, |style| style);
            let _ = writeln!(out, "{role} = {}", Value::from(style));
        }
    }
}
