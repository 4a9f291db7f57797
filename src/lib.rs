//! gazette, a news reader for the terminal.
//!
//! ```text
//! main ─► commands ─► terminal ─► ui ──────► app ─► library ─► load, clean, entities ─► article
//!                        └──► worker ──┘   └──► page ──────────────────────────────────┘
//! config: read once by main; gives keys to app and colours to ui
//! ```
//!
//! Arrows are `use` lines and point one way; `tests/arrows.rs` reads them. In reading order:
//!
//! - [`article`]: the model; plain data that knows nobody
//! - [`load`]: bytes to documents, a file for each format
//! - [`clean`]: marks boilerplate with a reason; never alters a word
//! - [`entities`]: finds who and what is named
//! - [`library`]: keeps articles, indexes and searches them, remembers what the reader did
//! - [`sample`]: the edition that an empty library opens on
//! - [`page`]: an article and a width to wrapped rows
//! - [`app`]: the behaviour of the reader, without a terminal
//! - [`ui`]: draws the app, and decides nothing
//! - [`worker`], [`terminal`]: every thread and every escape sequence there is
//! - [`config`]: the configuration file as types
//! - [`commands`]: the command line

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
