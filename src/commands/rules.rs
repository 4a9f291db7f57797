//! `gazette rules`: what the reader hid and kept.

use serde::Serialize;

use super::Outcome;
use super::arguments::{RulesArguments, RulesCommand};
use super::find;
use super::output::{self, Failure, complain, count};
use super::table::{self, Column};
use crate::library::{Library, Rule, RuleId};

#[derive(Serialize)]
struct Listed<'a> {
    rule: i64,
    verdict: &'static str,
    source: &'a str,
    /// The one article it holds in; null: all of the source.
    article: Option<i64>,
    title: Option<&'a str>,
    text: &'a str,
    articles: u64,
}

pub fn run(arguments: &RulesArguments, library: &mut Library) -> Result<Outcome, Failure> {
    match &arguments.command {
        None => list(arguments.json, library),
        Some(RulesCommand::Remove { rules }) => change(rules, library, |_| None),
        Some(RulesCommand::Flip { rules }) => change(rules, library, |rule| Some(!rule.keep)),
    }
}

fn list(json: bool, library: &mut Library) -> Result<Outcome, Failure> {
    if library.rules()?.iter().any(|rule| rule.counting) {
        find::sync(library)?;
    }
    let rules = library.rules()?;
    match json {
        true => output::print(rules.iter().map(object))?,
        false => output::print(lines(&rules))?,
    }
    if rules.is_empty() {
        complain("gazette: no rules yet; in the reader, B explains a text and - there makes one");
        return Ok(Outcome::Partly);
    }
    Ok(Outcome::Done)
}

fn change(
    numbers: &[i64],
    library: &mut Library,
    to: impl Fn(&Rule) -> Option<bool>,
) -> Result<Outcome, Failure> {
    // Find them all before the first changes: a slip in the last number should cost nothing.
    let mut numbers = numbers.to_vec();
    numbers.sort_unstable();
    numbers.dedup();
    let found: Result<Vec<_>, _> = numbers.into_iter().map(|n| library.rule(RuleId(n))).collect();
    for rule in found? {
        let keep = to(&rule);
        library.apply(&rule.to(keep))?;
        output::print([said(&rule, keep)])?;
    }
    find::sync(library)?;
    Ok(Outcome::Done)
}

fn said(rule: &Rule, keep: Option<bool>) -> String {
    let did = match keep {
        Some(true) => "keeps",
        Some(false) => "hides",
        None => "removed:",
    };
    let text = table::cut(&output::safe(&rule.text), 60);
    format!("rule {} {did} “{text}” {}", rule.id.0, place(rule))
}

/// Where it holds, in words.
fn place(rule: &Rule) -> String {
    match &rule.article {
        Some((_, title)) => format!("in “{}”", table::cut(&output::safe(title), 40)),
        None => format!("in all of {}", output::safe(&rule.source_name)),
    }
}

fn verdict(rule: &Rule) -> &'static str {
    if rule.keep { "keep" } else { "hide" }
}

fn object(rule: &Rule) -> String {
    output::json(&Listed {
        rule: rule.id.0,
        verdict: verdict(rule),
        source: &rule.source_name,
        article: rule.article.as_ref().map(|(id, _)| id.0),
        title: rule.article.as_ref().map(|(_, title)| title.as_str()),
        text: &rule.text,
        articles: rule.articles,
    })
}

fn lines(rules: &[Rule]) -> Vec<String> {
    let row = |rule: &Rule| {
        vec![
            rule.id.0.to_string(),
            verdict(rule).to_owned(),
            place(rule),
            count(rule.articles, "article"),
            output::safe(&rule.text),
        ]
    };
    let columns =
        [Column::Right, Column::Left(4), Column::Left(40), Column::Right, Column::Left(0)];
    let rows: Vec<_> = rules.iter().map(row).collect();
    table::lines(&columns, &rows, output::is_terminal())
}
