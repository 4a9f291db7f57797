//! Which room may name which: reads the paths in `src/` and holds them against a table.
//!
//! A module that may not name another cannot come to depend on it, and that keeps a format, a
//! pane or a store one file and one line. When this test fails, the code is in the wrong room far
//! more often than the table is wrong.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A room, and the paths it may name below `crate::`: a whole room, or one item of it.
const ARROWS: &[(&str, &[&str])] = &[
    ("article", &[]),
    ("sample", &[]),
    ("load", &["article"]),
    ("clean", &["article"]),
    ("entities", &["article"]),
    ("library", &["load", "clean", "entities", "article", "sample"]),
    ("page", &["article"]),
    // An ingest reports what could not be read; the status line words it.
    ("app", &["library", "page", "article", "load::LoadError", "load::LoadCause"]),
    ("ui", &["app", "page", "article", "library"]),
    ("worker", &["app", "library", "article"]),
    ("config", &["app", "ui", "library", "load", "clean", "article"]),
    // What a reader is started with goes through to the worker unread.
    ("terminal", &["app", "ui", "worker", "config", "library::IngestOptions", "library::SourceId"]),
    (
        "commands",
        &[
            "terminal", "config", "ui", "app", "page", "library", "entities", "clean", "load",
            "article", "sample",
        ],
    ),
    ("main", &["commands", "config", "terminal"]),
    ("lib", &[]),
];

#[test]
fn rooms_name_only_what_they_may() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for file in rust_files(&src) {
        let inside = file.strip_prefix(&src).expect("the walk began at src");
        let text = fs::read_to_string(&file).expect("a source file is UTF-8");
        wrong.extend(wrong_arrows(inside, &text));
    }
    assert!(wrong.is_empty(), "\n{}\n(the table is in tests/arrows.rs)", wrong.join("\n"));
}

#[test]
fn the_table_has_no_way_back() {
    let rank: BTreeMap<_, _> = ARROWS.iter().enumerate().map(|(n, (room, _))| (*room, n)).collect();
    for (room, allowed) in ARROWS {
        for target in allowed.iter().map(|path| first(path)) {
            let below = rank.get(target).is_some_and(|n| *n < rank[room]);
            assert!(below, "{room} → {target}: list {target} above {room}, or break the circle");
        }
    }
}

/// One line for each arrow of a file that the table does not have.
fn wrong_arrows(file: &Path, text: &str) -> Vec<String> {
    let room = room_of(file);
    let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == room) else {
        return vec![format!("src/{}: room `{room}` has no row", file.display())];
    };
    let may =
        |path: &str| first(path) == room || allowed.iter().any(|allowed| within(path, allowed));
    let named = paths(text, depth_of(file)).into_iter().filter(|(_, path)| !may(path));
    named.map(|(line, path)| format!("src/{}:{line}: {room} → {path}", file.display())).collect()
}

fn within(path: &str, allowed: &str) -> bool {
    path.strip_prefix(allowed).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

fn first(path: &str) -> &str {
    path.split("::").next().unwrap_or(path)
}

/// `library/search.rs` and `library.rs` are both of the room `library`.
fn room_of(file: &Path) -> String {
    let top = file.components().next().expect("a file has a name").as_os_str();
    top.to_string_lossy().trim_end_matches(".rs").to_owned()
}

/// How many `super` lead from the file's own module to the crate.
fn depth_of(file: &Path) -> usize {
    let folders = file.components().count() - 1;
    if file.ends_with("mod.rs") { folders } else { folders + 1 }
}

/// Every `.rs` file but `tests.rs`, which holds a module's tests when they outgrow its foot.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("src can be listed");
    let mut files = Vec::new();
    for path in entries.map(|entry| entry.expect("an entry can be read").path()) {
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("tests.rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// A word of Rust, as far as paths need it, with its line.
type Token<'a> = (usize, &'a str);

/// The line and path of everything named from the crate's root outside `#[cfg(test)]`, groups
/// taken apart: `use crate::{load::file, article}` is `load::file` and `article`.
fn paths(text: &str, depth: usize) -> Vec<(usize, String)> {
    let code = code_only(text);
    let tokens = without_tests(&tokens(&code));
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let continues = at > 0 && tokens[at - 1].1 == "::";
        match root_before(&tokens[at..], depth) {
            Some(length) if !continues => at = read_tree(&tokens, at + length, "", &mut found),
            _ => at += 1,
        }
    }
    found
}

/// The tokens of `crate::`, `gazette::` or enough `super::` to reach the root, when they come next.
fn root_before(tokens: &[Token], depth: usize) -> Option<usize> {
    let word = |n: usize| tokens.get(n).map(|token| token.1);
    if matches!(word(0), Some("crate" | "gazette")) && word(1) == Some("::") {
        return Some(2);
    }
    let supers = (0..).take_while(|n| word(2 * n) == Some("super")).count();
    let room_follows = ARROWS.iter().any(|(room, _)| word(2 * supers) == Some(room));
    (supers > 0 && supers >= depth && room_follows).then_some(2 * supers)
}

/// Reads a path or a group of paths at `at` and gives back where it ends.
fn read_tree(tokens: &[Token], at: usize, above: &str, found: &mut Vec<(usize, String)>) -> usize {
    let Some(&(line, word)) = tokens.get(at) else { return at };
    if word == "{" {
        return read_group(tokens, at + 1, above, found);
    }
    let path = if above.is_empty() { word.to_owned() } else { format!("{above}::{word}") };
    let follows =
        tokens.get(at + 2).is_some_and(|next| next.1 == "{" || next.1 == "*" || is_word(next.1));
    if tokens.get(at + 1).is_some_and(|next| next.1 == "::") && follows {
        return read_tree(tokens, at + 2, &path, found);
    }
    found.push((line, path));
    at + 1
}

fn read_group(
    tokens: &[Token],
    mut at: usize,
    above: &str,
    found: &mut Vec<(usize, String)>,
) -> usize {
    while let Some((_, word)) = tokens.get(at) {
        match *word {
            "}" => return at + 1,
            word if is_word(word) || word == "{" || word == "*" => {
                at = read_tree(tokens, at, above, found);
                if tokens.get(at).is_some_and(|next| next.1 == "as") {
                    at += 2;
                }
            }
            _ => at += 1,
        }
    }
    at
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Leaves out each item under `#[cfg(test)]`: up to its closing brace or semicolon.
fn without_tests<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    const ATTRIBUTE: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let next = tokens[at..].iter().map(|token| token.1);
        if next.take(ATTRIBUTE.len()).eq(ATTRIBUTE) {
            at = end_of_item(tokens, at + ATTRIBUTE.len());
        } else {
            kept.push(tokens[at]);
            at += 1;
        }
    }
    kept
}

fn end_of_item(tokens: &[Token], from: usize) -> usize {
    let mut open = 0;
    for (at, (_, word)) in tokens.iter().enumerate().skip(from) {
        match *word {
            "{" => open += 1,
            "}" if open == 1 => return at + 1,
            "}" => open -= 1,
            ";" if open == 0 => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}

fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    for (number, line) in code.lines().enumerate() {
        let mut rest = line.trim_start();
        while let Some(start) = rest.chars().next() {
            let letters = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
            let length = match letters.unwrap_or(rest.len()) {
                0 if rest.starts_with("::") => 2,
                0 => start.len_utf8(),
                word => word,
            };
            found.push((number + 1, &rest[..length]));
            rest = rest[length..].trim_start();
        }
    }
    found
}

/// The text with comments, strings and characters blanked out and every line where it was: their
/// braces and paths are not code.
fn code_only(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = opaque(rest);
        if length == 0 {
            code.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            code.extend(rest[..length].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            rest = &rest[length..];
        }
    }
    code
}

/// The bytes of the comment or literal that `text` begins with, 0 when it begins with code.
fn opaque(text: &str) -> usize {
    if text.starts_with("//") {
        text.find('\n').unwrap_or(text.len())
    } else if text.starts_with("/*") {
        text.find("*/").map_or(text.len(), |end| end + 2)
    } else if text.starts_with('"') || is_char(text) {
        quoted(text)
    } else {
        text.strip_prefix('r').and_then(raw_string).map_or(0, |length| length + 1)
    }
}

/// A character, and not a lifetime: that has no closing quote within reach.
fn is_char(text: &str) -> bool {
    let Some(inside) = text.strip_prefix('\'') else { return false };
    inside.starts_with('\\') || inside.chars().nth(1) == Some('\'')
}

/// The length of what is quoted, up to the quote that it begins with.
fn quoted(text: &str) -> usize {
    let quote = text.chars().next();
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if Some(c) == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of `#"…"#`, when that is what comes.
fn raw_string(text: &str) -> Option<usize> {
    let hashes = text.len() - text.trim_start_matches('#').len();
    let inside = text[hashes..].strip_prefix('"')?;
    let close = format!("\"{}", &text[..hashes]);
    Some(inside.find(&close).map_or(text.len(), |end| hashes + 1 + end + close.len()))
}

/// The checker must be able to fail: a bad file, and a good one that only looks bad.
mod checker {
    use super::*;

    fn check(file: &str, text: &str, expected: &[&str]) {
        assert_eq!(wrong_arrows(Path::new(file), text), expected, "in {text}");
    }

    #[test]
    fn an_arrow_up_is_found_with_file_line_and_target() {
        let text = "use std::fmt;\n\nuse crate::library::Row;\n";
        check("article.rs", text, &["src/article.rs:3: article → library::Row"]);
        check(
            "load/html.rs",
            "fn f() { crate::clean::marks() }",
            &["src/load/html.rs:1: load → clean::marks"],
        );
        check("load/mod.rs", "use super::ui;", &["src/load/mod.rs:1: load → ui"]);
        check("load/html.rs", "use super::super::ui;", &["src/load/html.rs:1: load → ui"]);
        check("main.rs", "fn main() { gazette::app::run() }", &["src/main.rs:1: main → app::run"]);
    }

    #[test]
    fn groups_are_taken_apart() {
        let text = "use crate::{\n    article::{Article, Mark},\n    ui::draw as d,\n    app,\n};";
        let wrong = ["src/page.rs:3: page → ui::draw", "src/page.rs:4: page → app"];
        check("page.rs", text, &wrong);
        check("page.rs", "use crate::*;", &["src/page.rs:1: page → *"]);
    }

    #[test]
    fn one_item_of_a_room_can_be_allowed() {
        check("app/event.rs", "use crate::load::LoadError;", &[]);
        check("app/event.rs", "use crate::load::file;", &["src/app/event.rs:1: app → load::file"]);
    }

    #[test]
    fn a_room_without_a_row_is_named() {
        check("utils.rs", "", &["src/utils.rs: room `utils` has no row"]);
    }

    #[test]
    fn tests_comments_and_strings_are_not_arrows() {
        check("page.rs", "#[cfg(test)]\nmod tests {\n    use crate::app;\n    fn f() {}\n}", &[]);
        check("page.rs", "#[cfg(test)]\nuse crate::{app, ui};\n", &[]);
        check("page.rs", "//! See [`crate::app`].\n/* crate::ui */\n", &[]);
        check(
            "page.rs",
            r##"const A: &str = "crate::ui"; const B: &str = r#"crate::"app"#;"##,
            &[],
        );
        check(
            "page.rs",
            "pub(crate) fn f<'a>(c: char, s: &'a str) { c == '\"' || c == '{'; }",
            &[],
        );
    }

    #[test]
    fn code_after_a_test_is_read_again() {
        let text = "#[cfg(test)]\nmod tests {\n    const C: char = '}';\n}\nuse crate::ui;\n";
        check("page.rs", text, &["src/page.rs:5: page → ui"]);
    }

    #[test]
    fn a_room_may_name_itself_and_its_files() {
        check("ui/list.rs", "use crate::ui::theme::Theme; use super::theme; use super::page;", &[]);
    }
}
