//! Turns the reader into cells. Remembers nothing and decides nothing: what stands where is laid
//! down in `app` and `page`, what it looks like in `theme.rs`. The smallest file to copy from is
//! `sources.rs`.

pub mod colour;
mod text;
pub mod theme;

pub use colour::Depth;
pub use theme::{ROLES, Role, Theme};
