//! What the fuzz targets share: the entries that gazette's own tests call, too.

#[path = "../../tests/hostile/entries.rs"]
mod entries;

/// Feeds bytes to the entry of this name.
pub fn enter(name: &str, bytes: &[u8]) {
    let found = entries::ENTRIES.iter().find(|(known, _)| *known == name);
    let (_, entry) = found.expect("each target has an entry of its name");
    entry(bytes);
}
