//! Imports killed at random moments: what was committed is there, whole, and found once.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use gazette::library::query::parse;
use gazette::library::search::Searcher;
use gazette::library::{Library, View};

use super::sample::Sample;
use super::{Rows, build, corpus, memory};

/// Kills that hit an import under way.
const KILLS: usize = 20;
const ARTICLES: usize = 10_000;

pub fn measure(rows: &mut Rows) {
    let mut dice = corpus::Dice::new(20);
    let (mut kills, mut faults) = (0, [0; 3]);
    while kills < KILLS {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (file, dir) = (folder.path().join("wire.jsonl"), folder.path().join("library"));
        build::write(&file, ARTICLES);
        let mut committed = 0;
        loop {
            let mut import = memory::child("add", &dir, &file);
            let mut import = import.stdout(Stdio::null()).spawn().expect("it starts");
            std::thread::sleep(Duration::from_millis(20 + dice.below(600) as u64));
            if kills == KILLS || import.try_wait().expect("it is ours").is_some() {
                import.wait().expect("it is ours");
                break;
            }
            import.kill().expect("it is ours");
            import.wait().expect("it is ours");
            kills += 1;
            let there = Library::open(&dir).and_then(|library| library.counts(&[]));
            let there = there.map_or(0, |counts| counts.articles);
            faults[0] += committed.max(there) - there;
            committed = there;
        }
        for (sum, more) in faults.iter_mut().zip(faults_of(&dir, ARTICLES)) {
            *sum += more;
        }
    }
    for (what, faults) in ["lost", "damaged", "not found just once"].iter().zip(faults) {
        rows.push((format!("{KILLS} kills: {what}"), Sample::one(faults as f64)));
    }
}

/// Articles that a library has too few, cannot read, and does not find just once by their own word.
fn faults_of(dir: &Path, articles: usize) -> [u64; 3] {
    let mut library = Library::open(dir).expect("the library opens");
    library.sync_index(&mut |_, _| build::GO_ON).expect("it indexes");
    let ids = library.ids(&View::default()).expect("it reads");
    let damaged = ids.iter().filter(|id| !matches!(library.article(**id), Ok(Some(_)))).count();
    let searcher = Searcher::open(&library).expect("the index is there");
    let once = |n: &usize| {
        let (query, _) = parse(&corpus::token(*n), false, corpus::NOW);
        let hits = searcher.search(&query, &View::default(), 5).expect("the index answers");
        hits.ids.len() == 1
    };
    let unfound = (0..articles).filter(|n| !once(n)).count();
    let lost = articles.saturating_sub(ids.len());
    [lost as u64, damaged as u64, unfound as u64]
}
