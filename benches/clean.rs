//! The cleaner on its own, with the loader before it, and as a command: texts and pages a second.

use std::fs;
use std::io::Cursor;
use std::path::PathBuf;
use std::process::{Command, Stdio};

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

/// Files that one process reads.
const FILES: usize = 600;

/// What a program sees that has an archive cleaned: start, files, threads and JSON included.
fn printed(bencher: divan::Bencher, bytes: &'static [u8], ending: &str) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let files = dir.path().join("files");
    fs::create_dir(&files).expect("the folder can be written");
    for number in 0..FILES {
        fs::write(files.join(format!("{number}.{ending}")), bytes).expect("so can its files");
    }
    let cat = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gazette"));
        command.args(["cat", "--json", "--no-entities"]).arg(&files);
        command.env("HOME", dir.path()).env_remove("XDG_CONFIG_HOME").stdout(Stdio::null());
        command
    };
    let counter = ItemsCount::new(FILES);
    bencher.counter(counter).with_inputs(cat).bench_local_values(|mut command| {
        assert!(command.status().expect("the command runs").success());
    });
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn cat_texts(bencher: divan::Bencher) {
    printed(bencher, TEXT, "txt");
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn cat_pages(bencher: divan::Bencher) {
    printed(bencher, PAGE, "html");
}
