//! gazette, a news reader for the terminal.
//!
//! ```text
//! main ─► commands ─► terminal ─► ui ──────► app ─► library ─► load, clean, entities ─► article
//!                        └──► worker ──┘   └──► page ──────────────────────────────────┘
//! config: read once by main; gives keys to app and colours to ui
//! ```
//!
//! Arrows are `use` lines and point one way; `tests/arrows.rs` reads them.

pub mod app;
pub mod article;
pub mod clean;
pub mod commands;
pub mod config;
pub mod entities;
pub mod library;
pub mod load;
pub mod page;
pub mod sample;
pub mod terminal;
pub mod ui;
pub mod worker;
