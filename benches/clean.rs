//! The cleaner on its own, and with the loader before it: texts and pages a second.

use std::io::Cursor;
use std::path::PathBuf;

use divan::counter::ItemsCount;
use gazette::article::Document;
use gazette::clean::{self, Options};
use gazette::load::{self, Limits, Origin};

fn main() {
    divan::main();
}

/// A page of the sample edition: menus, cookie banner, story, teasers, comments.
const PAGE: &[u8] = include_bytes!("../assets/sample/ferry-sails.html");
const TEXT: &[u8] = include_bytes!("../assets/sample/ferry-returns.txt");
const LONG: &[u8] = include_bytes!("../assets/sample/night-train.md");

fn read(bytes: &'static [u8], name: &str) -> Document {
    let origin = Origin { path: Some(PathBuf::from(name)), name: name.into(), ..Origin::default() };
    let mut documents = load::stream(Box::new(Cursor::new(bytes)), origin, &Limits::default());
    documents.next().expect("one document").expect("that can be read")
}

fn cleaned(bencher: divan::Bencher, bytes: &'static [u8], name: &str) {
    let document = read(bytes, name);
    let counter = ItemsCount::new(1usize);
    bencher.counter(counter).bench(|| clean::marks(&document, &Options::default()));
}

fn loaded_and_cleaned(bencher: divan::Bencher, bytes: &'static [u8], name: &str) {
    let counter = ItemsCount::new(1usize);
    bencher.counter(counter).bench(|| clean::marks(&read(bytes, name), &Options::default()));
}

#[divan::bench]
fn text(bencher: divan::Bencher) {
    cleaned(bencher, TEXT, "ferry-returns.txt");
}

#[divan::bench]
fn text_with_loading(bencher: divan::Bencher) {
    loaded_and_cleaned(bencher, TEXT, "ferry-returns.txt");
}

#[divan::bench]
fn long_text(bencher: divan::Bencher) {
    cleaned(bencher, LONG, "night-train.md");
}

#[divan::bench]
fn page(bencher: divan::Bencher) {
    cleaned(bencher, PAGE, "ferry-sails.html");
}

#[divan::bench]
fn page_with_loading(bencher: divan::Bencher) {
    loaded_and_cleaned(bencher, PAGE, "ferry-sails.html");
}
