//! `gazette entities merge`, `split` and `merges`: what the reader says of entities.

use serde::Serialize;

use super::super::Outcome;
use super::super::arguments::EntitiesCommand;
use super::super::output::{self, Failure, complain};
use super::{labelled, named};
use crate::library::{Change, Library, Merge, Named};

#[derive(Serialize)]
struct Listed<'a> {
    entity: &'a str,
    label: &'static str,
    same: Vec<Other<'a>>,
    apart: &'a [String],
}

#[derive(Serialize)]
struct Other<'a> {
    entity: &'a str,
    label: &'static str,
}

pub fn run(command: &EntitiesCommand, library: &mut Library) -> Result<Outcome, Failure> {
    match command {
        EntitiesCommand::Merge { names } => merge(names, library),
        EntitiesCommand::Split { entity, other } => split(entity, other, library),
        EntitiesCommand::Merges(arguments) => list(arguments.json, library),
    }
}

fn merge(names: &[String], library: &mut Library) -> Result<Outcome, Failure> {
    // Find them all before the first is merged: a slip in the last name should cost nothing.
    let found: Result<Vec<Named>, _> = names.iter().map(|name| one(library, name)).collect();
    let found = found?;
    let mut outcome = Outcome::Partly;
    for other in &found[1..] {
        let change = library.same(found[0].id, other.id)?;
        if carried_out(library, &change)? {
            outcome = Outcome::Done;
        } else {
            complain(&format!("gazette: {} is the same already", other.name));
        }
    }
    Ok(outcome)
}

fn split(entity: &str, other: &str, library: &mut Library) -> Result<Outcome, Failure> {
    let from = one(library, entity)?;
    let (labels, name) = labelled(other);
    let change = library.not_same(from.id, &labels.unwrap_or_default(), name)?;
    match change {
        Some(change) if carried_out(library, &change)? => Ok(Outcome::Done),
        _ => Err(Failure::Failed(format!(
            "{} is not called `{name}`; `gazette entities --about NAME` lists how else it is",
            from.name
        ))),
    }
}

fn carried_out(library: &mut Library, change: &Change) -> Result<bool, Failure> {
    let done = library.apply(change)?.inverted();
    if let (Change::Entities { said, .. }, false) = (&done, done.is_empty()) {
        output::print([said.clone()])?;
    }
    Ok(!done.is_empty())
}

/// The one entity that is called so.
fn one(library: &Library, name: &str) -> Result<Named, Failure> {
    let mut found = named(library, &[], name)?;
    if found.len() > 1 {
        let called = |one: &Named| format!("\"{}:{}\"", one.label.name(), one.name);
        let labels: Vec<_> = found.iter().map(called).collect();
        let message = format!("`{name}` is more than one: say which, {}", labels.join(" or "));
        return Err(Failure::Usage(message));
    }
    Ok(found.swap_remove(0))
}

fn list(as_json: bool, library: &Library) -> Result<Outcome, Failure> {
    let merges = library.merges()?;
    match as_json {
        true => output::print(merges.iter().map(json))?,
        false => output::print(merges.iter().flat_map(lines))?,
    }
    if merges.is_empty() {
        complain(
            "gazette: nothing is merged or split; `gazette entities merge A B` says that B is A",
        );
        return Ok(Outcome::Partly);
    }
    Ok(Outcome::Done)
}

fn json(merge: &Merge) -> String {
    let other = |named: &Named| (named.name.clone(), named.label.name());
    let same: Vec<_> = merge.same.iter().map(other).collect();
    output::json(&Listed {
        entity: &merge.head.name,
        label: merge.head.label.name(),
        same: same.iter().map(|(entity, label)| Other { entity, label }).collect(),
        apart: &merge.apart,
    })
}

/// "U.S.  is  United States": a line for each thing said.
fn lines(merge: &Merge) -> Vec<String> {
    let said = |what: &str, verb: &str| format!("{what}  {verb}  {}", merge.head.name);
    let same = merge.same.iter().map(|named| said(&named.name, "is"));
    let apart = merge.apart.iter().map(|spelling| said(spelling, "is not"));
    same.chain(apart).collect()
}
