//! Command lines as they are typed.

use clap::CommandFactory;

use super::*;

#[test]
fn the_arguments_hold_together() {
    Arguments::command().debug_assert();
}

#[test]
fn what_to_mark() {
    assert_eq!(What::parse("unstar"), Ok(What::Star(false)));
    assert_eq!(What::parse("tag:to: read"), Ok(What::Tag("to: read".into())));
    assert!(What::parse("tag: ").is_err() && What::parse("raed").is_err());
}

#[test]
fn a_query_may_exclude_and_options_may_follow() {
    let line = ["gazette", "search", "ferry", "-strike", "--json", "--limit", "3"];
    let line = veiled(line.map(OsString::from).into_iter());
    let command = Arguments::parse_from(line).command;
    let Some(Command::Library(LibraryCommand::Search(search))) = command else { panic!() };
    assert_eq!(search.query, ["ferry", "-strike"]);
    assert!(search.json && search.limit == Some(3));
}

#[test]
fn a_query_may_hold_the_name_of_a_command() {
    let entities = |line: &[&str]| match Arguments::parse_from(line).command {
        Some(Command::Library(LibraryCommand::Entities(entities))) => entities,
        _ => panic!("{line:?}"),
    };
    let merge = entities(&["gazette", "entities", "merge", "Ada Moss", "Dame Ada"]);
    assert!(matches!(merge.command, Some(EntitiesCommand::Merge { names }) if names.len() == 2));
    let query = entities(&["gazette", "entities", "bank", "merge"]);
    assert!(query.command.is_none() && query.query == ["bank", "merge"]);
    let query = entities(&["gazette", "entities", "--", "merge"]);
    assert!(query.command.is_none() && query.query == ["merge"]);
}

#[test]
fn paths_and_commands_are_told_apart() {
    let parse = |line: &[&str]| Arguments::parse_from(line);
    let named = parse(&["gazette", "./cat", "cat"]);
    assert!(named.command.is_none() && named.paths.len() == 2);
    let command = parse(&["gazette", "--library", "x", "cat", "a.txt"]);
    assert!(matches!(command.command, Some(Command::Cat(_))));
}
