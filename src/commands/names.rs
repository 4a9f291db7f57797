//! Names that are still to be looked for: a few at once, all of them on request, else it is said
//! how many articles there are whose names nobody knows yet.

use std::thread;
use std::time::{Duration, Instant};

use super::output::{Failure, complain, count};
use super::{find, progress};
use crate::library::Library;

/// So few articles are tagged in a third of a second.
const FEW: u64 = 50;
/// How often it is looked whether another process is done.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// A process that finds nothing for so long sleeps: then this one does the work.
const PATIENCE: Duration = Duration::from_secs(10);

/// Looks for the names of what waits, if that takes no time.
pub fn find_few(library: &mut Library) -> Result<(), Failure> {
    if (1..=FEW).contains(&library.untagged()?) {
        library.tag(&mut |_| progress::unless(&progress::interrupted()))?;
        find::sync(library)?;
    }
    Ok(())
}

/// Before a question about names: does what takes no time, and says what is left.
pub fn before_asking(library: &mut Library) -> Result<(), Failure> {
    find_few(library)?;
    say_left(library)
}

/// Says how many articles there are whose names nobody knows yet.
pub fn say_left(library: &Library) -> Result<(), Failure> {
    let left = library.untagged()?;
    if left > 0 {
        let articles = count(left, "article");
        complain(&format!(
            "gazette: the names in {articles} are still to be looked for; the reader does it as it \
             runs, `gazette update --wait` at once"
        ));
    }
    Ok(())
}

/// Looks for the names of all that wait, or waits for another process that does.
pub fn find_all(library: &mut Library) -> Result<(), Failure> {
    let stop = progress::interrupted();
    let total = library.untagged()?;
    let bar = progress::bar("names");
    bar.set_length(total);
    let (mut before, mut moved) = (total, Instant::now());
    loop {
        let force = moved.elapsed() >= PATIENCE;
        let mut tell = |left: u64| {
            bar.set_length(total.max(left));
            bar.set_position(total.saturating_sub(left));
            progress::unless(&stop)
        };
        let status = match force {
            true => library.tag_anyway(&mut tell)?,
            false => library.tag(&mut tell)?,
        };
        let stopped = tell(status.left).is_break();
        if status.left != before {
            (before, moved) = (status.left, Instant::now());
        }
        if stopped || status.left == 0 {
            break;
        }
        thread::sleep(LOOK_EVERY);
    }
    bar.finish_and_clear();
    find::sync(library)
}
