//! Imports killed at random moments and in the middle of commits: what was committed is there,
//! whole, and found once.

use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use gazette::library::query::parse;
use gazette::library::search::Searcher;
use gazette::library::{Library, View};

use super::sample::Sample;
use super::{Rows, Subject, build, corpus, memory};

/// Kills that hit an import under way.
const KILLS: usize = 20;
const ARTICLES: usize = 10_000;
/// Articles that no other library has.
const FIRST: usize = 50_000_000;
/// How long it is waited for the index to be written.
const PATIENCE: Duration = Duration::from_secs(15);

/// Kills imports into copies of a library that is there, or into new ones.
pub fn measure(into: Option<&Subject>, rows: &mut Rows) {
    let mut dice = corpus::Dice::new(20);
    let (mut kills, mut in_commits, mut faults) = (0, 0, [0; 3]);
    let before = into.map_or(0, |subject| subject.articles);
    while kills < KILLS {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (file, dir) = (folder.path().join("wire.jsonl"), folder.path().join("library"));
        build::write(&file, FIRST..FIRST + ARTICLES);
        if let Some(subject) = into {
            copy(&subject.dir, &dir);
        }
        let mut committed = 0;
        loop {
            let mut import = memory::child("add", &dir, &file);
            let mut import = import.stdout(Stdio::null()).spawn().expect("it starts");
            let in_commit = match kills % 2 == 1 {
                true => wait_for_commit(&mut import, &dir.join("index")),
                false => {
                    std::thread::sleep(Duration::from_millis(20 + dice.below(1_500) as u64));
                    false
                }
            };
            std::thread::sleep(Duration::from_millis(dice.below(40) as u64));
            if kills == KILLS || import.try_wait().expect("it is ours").is_some() {
                import.wait().expect("it is ours");
                break;
            }
            import.kill().expect("it is ours");
            import.wait().expect("it is ours");
            kills += 1;
            in_commits += usize::from(in_commit);
            let there = Library::open(&dir).and_then(|library| library.counts(&[]));
            let there = there.map_or(0, |counts| counts.articles);
            faults[0] += committed.max(there) - there;
            committed = there;
        }
        for (sum, more) in faults.iter_mut().zip(faults_of(&dir, before + ARTICLES)) {
            *sum += more;
        }
    }
    rows.push((
        format!("{KILLS} kills: while the index was written"),
        Sample::one(in_commits as f64),
    ));
    for (what, faults) in ["lost", "damaged", "not found just once"].iter().zip(faults) {
        rows.push((format!("{KILLS} kills: {what}"), Sample::one(faults as f64)));
    }
}

/// True once files of the index come or go; false when the import ends before.
fn wait_for_commit(import: &mut Child, index: &Path) -> bool {
    let files = || fs::read_dir(index).map_or(0, |entries| entries.count());
    // Opening the index is not writing it.
    std::thread::sleep(Duration::from_millis(500));
    let (before, began) = (files(), Instant::now());
    while began.elapsed() < PATIENCE && matches!(import.try_wait(), Ok(None)) {
        if files() != before {
            return true;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    false
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("there is room");
    for entry in fs::read_dir(from).expect("it is there").flatten() {
        let to = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &to),
            false => drop(fs::copy(entry.path(), to).expect("there is room")),
        }
    }
}

/// Articles that a library has too few, cannot read, and does not find just once by their own word.
fn faults_of(dir: &Path, articles: usize) -> [u64; 3] {
    let mut library = Library::open(dir).expect("the library opens");
    library.sync_index(&mut |_, _| build::GO_ON).expect("it indexes");
    let ids = library.ids(&View { copies: true, ..View::default() }).expect("it reads");
    let damaged = ids.iter().filter(|id| !matches!(library.article(**id), Ok(Some(_)))).count();
    let searcher = Searcher::open(&library).expect("the index is there");
    let once = |n: &usize| {
        let (query, _) = parse(&corpus::token(*n), false, corpus::NOW);
        let hits = searcher.search(&query, &View::default(), 5).expect("the index answers");
        hits.ids.len() == 1
    };
    let unfound = (FIRST..FIRST + ARTICLES).filter(|n| !once(n)).count();
    let lost = articles.saturating_sub(ids.len());
    [lost as u64, damaged as u64, unfound as u64]
}
