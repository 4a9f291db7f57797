//! `[keys]`: a preset and what differs from it.

use std::fmt::Write;

use toml::Value;

use crate::app::keys::{KeyMap, PRESETS};

/// The preset by name and the bindings on top of it, in the order of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Keys {
    pub preset: String,
    /// Keys and the name of an action, or `none`. Each binds without an error.
    pub bindings: Vec<(String, String)>,
}

impl Default for Keys {
    fn default() -> Self {
        Self { preset: PRESETS[0].to_owned(), bindings: Vec::new() }
    }
}

impl Keys {
    /// Takes another preset.
    ///
    /// # Errors
    /// In words, when there is no such preset.
    pub fn set_preset(&mut self, name: &str) -> Result<(), String> {
        if KeyMap::preset(name).is_none() {
            let known = PRESETS.iter().map(|known| format!("\"{known}\""));
            let known = known.collect::<Vec<_>>().join(", ");
            return Err(format!("does not know \"{name}\"; it is one of {known}"));
        }
        name.clone_into(&mut self.preset);
        Ok(())
    }

    /// Binds keys to an action's name or to `none`.
    ///
    /// # Errors
    /// In words, when a key or the action is not known.
    pub fn bind(&mut self, keys: &str, action: &str) -> Result<(), String> {
        KeyMap::default().bind(keys, action)?;
        self.bindings.push((keys.to_owned(), action.to_owned()));
        Ok(())
    }

    /// What the keys do.
    pub fn map(&self) -> KeyMap {
        let mut map = KeyMap::preset(&self.preset).unwrap_or_default();
        for (keys, action) in &self.bindings {
            // Tried when it was read, so there is nothing to report.
            let _ = map.bind(keys, action);
        }
        map
    }

    /// The table, with every key there is.
    pub fn write(&self, out: &mut String) {
        let _ = writeln!(out, "preset = {}", Value::from(&*self.preset));
        let map = self.map();
        let bound: Vec<_> = map.bindings().collect();
        let preset = KeyMap::preset(&self.preset).unwrap_or_default();
        let gone =
            preset.bindings().filter(|(keys, _)| bound.iter().all(|(other, _)| other != keys));
        // First what is unbound: unbinding `g` later would take `g g` along.
        for (keys, _) in gone {
            let _ = writeln!(out, "{} = \"none\"", Value::from(keys));
        }
        for (keys, action) in &bound {
            let _ = writeln!(out, "{} = \"{}\"", Value::from(&**keys), action.name());
        }
    }
}
