//! `gazette doctor`: looks the library over, says what is wrong, and puts it right when asked to.

use std::path::Path;

use indicatif::ProgressBar;
use serde::Serialize;

use super::Outcome;
use super::arguments::DoctorArguments;
use super::output::{self, Failure, complain, count};
use super::progress;
use crate::library::doctor::{self, Check, Cure, Finding, Salvaged};

/// A check that found nothing has one object too, without a fault.
#[derive(Serialize)]
struct Told<'a> {
    check: &'static str,
    ok: bool,
    fault: Option<&'a str>,
    count: u64,
    message: Option<&'a str>,
    remedy: Option<&'static str>,
}

pub fn run(arguments: &DoctorArguments, dir: &Path) -> Result<Outcome, Failure> {
    let found = examine(dir)?;
    let wrong = found.iter().filter(|finding| !finding.is_note()).count() as u64;
    let asked = arguments.rebuild || arguments.repair && wrong > 0;
    if !asked {
        tell(arguments.json, &found)?;
        return Ok(verdict(&found));
    }
    said_before(&found);
    match arguments.rebuild {
        true => rebuild(dir, &found)?,
        false => repair(dir, &found)?,
    }
    let left = examine(dir)?;
    tell(arguments.json, &left)?;
    Ok(verdict(&left))
}

fn examine(dir: &Path) -> Result<Vec<Finding>, Failure> {
    let bar = progress::bar("doctor");
    let found = doctor::examine(dir, &mut watch(&bar));
    bar.finish_and_clear();
    Ok(found?)
}

fn repair(dir: &Path, found: &[Finding]) -> Result<(), Failure> {
    if found.iter().any(damaged) {
        return Err(Failure::Failed("a repair cannot mend this".to_owned()));
    }
    let bar = progress::bar("repair");
    let mended = doctor::repair(dir, found, &mut watch(&bar));
    bar.finish_and_clear();
    Ok(mended?)
}

fn rebuild(dir: &Path, found: &[Finding]) -> Result<(), Failure> {
    if found.iter().any(|finding| finding.cure == Cure::Restore) {
        return Err(Failure::Failed("there is nothing left to rebuild from".to_owned()));
    }
    let bar = progress::bar("rebuild");
    let rebuilt = doctor::rebuild(dir, found, &mut watch(&bar));
    bar.finish_and_clear();
    if let Some(Salvaged { articles, gaps, kept }) = rebuilt? {
        let articles = count(articles, "article");
        let gaps = count(gaps, "place");
        complain(&format!(
            "gazette: saved {articles}; {gaps} could not be read; the damaged database is now {}; \
             `gazette update` brings back what its files still hold",
            kept.display()
        ));
    }
    Ok(())
}

/// Shows how far it is; Ctrl-C ends it between two steps.
fn watch(bar: &ProgressBar) -> impl FnMut(Check, u64, u64) -> std::ops::ControlFlow<()> + '_ {
    let stop = progress::interrupted();
    move |check, done, total| {
        bar.set_message(check.name());
        bar.set_length(total);
        bar.set_position(done);
        progress::unless(&stop)
    }
}

fn verdict(found: &[Finding]) -> Outcome {
    let wrong = found.iter().any(|finding| !finding.is_note());
    if wrong { Outcome::Partly } else { Outcome::Done }
}

/// What a repair goes by, on standard error: standard output tells how things are after it.
fn said_before(found: &[Finding]) {
    for finding in found.iter().filter(|finding| !finding.is_note()) {
        complain(&format!("gazette: mending {}: {}", finding.check.name(), finding.message));
    }
}

fn tell(json: bool, found: &[Finding]) -> Result<(), Failure> {
    if json {
        return output::print(Check::ALL.into_iter().flat_map(|check| objects(check, found)));
    }
    output::print(Check::ALL.into_iter().flat_map(|check| lines(check, found)))?;
    for remedy in remedies(found) {
        complain(&format!("gazette: {remedy}"));
    }
    Ok(())
}

/// True when a damaged database kept this check from being made.
fn is_left_out(check: Check, found: &[Finding]) -> bool {
    check != Check::Database && found.iter().any(|f| f.check == Check::Database && damaged(f))
}

fn damaged(finding: &Finding) -> bool {
    matches!(finding.cure, Cure::Rebuild | Cure::Restore)
}

fn of(check: Check, found: &[Finding]) -> impl Iterator<Item = &Finding> {
    found.iter().filter(move |finding| finding.check == check)
}

fn lines(check: Check, found: &[Finding]) -> Vec<String> {
    let line = |verdict: &str, text: &str| {
        format!("{:<10}{verdict:<7}{}", check.name(), output::safe(text)).trim_end().to_owned()
    };
    if is_left_out(check, found) {
        return vec![line("-", "not looked at, because the database is damaged")];
    }
    let told: Vec<String> = of(check, found)
        .map(|finding| line(if finding.is_note() { "note" } else { "wrong" }, &finding.message))
        .collect();
    if told.is_empty() { vec![line("ok", "")] } else { told }
}

fn objects(check: Check, found: &[Finding]) -> Vec<String> {
    if is_left_out(check, found) {
        return Vec::new();
    }
    let all: Vec<String> = of(check, found).map(object).collect();
    let sound =
        Told { check: check.name(), ok: true, fault: None, count: 0, message: None, remedy: None };
    if all.is_empty() { vec![output::json(&sound)] } else { all }
}

fn object(finding: &Finding) -> String {
    output::json(&Told {
        check: finding.check.name(),
        ok: finding.is_note(),
        fault: Some(finding.fault),
        count: finding.count,
        message: Some(&finding.message),
        remedy: remedy(finding.cure),
    })
}

fn remedy(cure: Cure) -> Option<&'static str> {
    match cure {
        Cure::None => None,
        Cure::Repair => Some("gazette doctor --repair"),
        Cure::Rebuild => Some("gazette doctor --rebuild"),
        Cure::Restore => Some("restore a backup: see gazette export --help"),
        Cure::Reread => Some("gazette doctor --repair, then gazette update"),
    }
}

/// What to do, each once.
fn remedies(found: &[Finding]) -> Vec<String> {
    let mut all: Vec<&str> = found.iter().filter_map(|finding| remedy(finding.cure)).collect();
    all.sort_unstable();
    all.dedup();
    // The longer one says what the shorter one does.
    if all.iter().any(|remedy| remedy.contains("update")) {
        all.retain(|remedy| *remedy != "gazette doctor --repair");
    }
    all.into_iter().map(|remedy| format!("to put it right: {remedy}")).collect()
}
