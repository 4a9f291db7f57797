//! Looks a library over, says in words what is wrong, and puts right what can be put right.
//!
//! Each check reads and changes nothing; what it finds names its cure. `rows.rs` is the smallest
//! to copy from.

mod database;
mod index;
mod rows;
mod salvage;
mod texts;

use std::ops::ControlFlow;
use std::path::Path;

use super::{Library, LibraryError, Result, store};

pub use salvage::Salvaged;

/// What is looked at, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    /// The pages of the database file.
    Database,
    /// Rows that speak of each other.
    Rows,
    /// Articles, unread and starred of each source, as kept and as counted.
    Counts,
    /// Every text unpacked.
    Texts,
    /// The search index and its outbox against the articles.
    Index,
}

impl Check {
    pub const ALL: [Check; 5] =
        [Check::Database, Check::Rows, Check::Counts, Check::Texts, Check::Index];

    pub fn name(self) -> &'static str {
        match self {
            Check::Database => "database",
            Check::Rows => "rows",
            Check::Counts => "counts",
            Check::Texts => "texts",
            Check::Index => "index",
        }
    }
}

/// What to do about a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cure {
    /// It is nothing bad, or mends itself.
    None,
    /// `gazette doctor --repair`
    Repair,
    /// `gazette doctor --rebuild`
    Rebuild,
    /// `gazette doctor --repair`, then `gazette update`, which reads the files again.
    Reread,
    /// Nothing of it can be read: only a backup helps.
    Restore,
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    pub check: Check,
    /// For programs: `outlet-gone`.
    pub fault: &'static str,
    /// Articles, rows or sources it is about.
    pub count: u64,
    /// For people: lower case, no full stop.
    pub message: String,
    pub cure: Cure,
}

impl Finding {
    /// True for what is worth knowing but not wrong.
    pub fn is_note(&self) -> bool {
        self.cure == Cure::None
    }
}

/// Told how far a check is, of how much; `Break` leaves it out.
pub type Tell<'a> = dyn FnMut(Check, u64, u64) -> ControlFlow<()> + 'a;

/// Looks everything over. Checks that need a whole database are left out where it is not.
///
/// # Errors
/// When there is no library in `dir`, or it is of a newer gazette.
pub fn examine(dir: &Path, tell: &mut Tell) -> Result<Vec<Finding>> {
    if !store::path(dir).is_file() {
        return Err(LibraryError::NoLibrary(dir.to_path_buf()));
    }
    let _ = tell(Check::Database, 0, 1);
    let mut found = database::check(&store::path(dir))?;
    if found.iter().any(|finding| matches!(finding.cure, Cure::Rebuild | Cure::Restore)) {
        return Ok(found);
    }
    let library = Library::open(dir)?;
    let _ = tell(Check::Rows, 0, 1);
    found.extend(rows::check(&library.sql)?);
    let _ = tell(Check::Counts, 0, 1);
    found.extend(rows::check_counts(&library.sql)?);
    found.extend(texts::check(&library.sql, tell)?);
    found.extend(index::check(&library, tell)?);
    Ok(found)
}

/// Puts right what needs no new file: indexes of the database, rows, counts, what the search index
/// lacks; texts that cannot be read are noted for the next `gazette update`.
///
/// # Errors
/// When the library cannot be written.
pub fn repair(dir: &Path, found: &[Finding], tell: &mut Tell) -> Result<()> {
    let has = |check: Check| found.iter().any(|f| f.check == check && !f.is_note());
    let mut library = Library::open(dir)?;
    if has(Check::Database) {
        library.sql.execute_batch("REINDEX")?;
    }
    if has(Check::Rows) {
        rows::mend(&mut library.sql)?;
    }
    if has(Check::Texts) {
        texts::mend(&mut library.sql, tell)?;
    }
    // Mending rows moves counts, and an empty change of them costs nothing.
    rows::mend_counts(&mut library.sql)?;
    if has(Check::Index) {
        index::mend(&mut library, tell)?;
    }
    Ok(())
}

/// Makes the search index anew, and before that a database of all that can still be read where the
/// database is damaged; the damaged one is kept beside it.
///
/// # Errors
/// When the new files cannot be written.
pub fn rebuild(dir: &Path, found: &[Finding], tell: &mut Tell) -> Result<Option<Salvaged>> {
    let damaged = found.iter().any(|f| f.check == Check::Database && f.cure == Cure::Rebuild);
    let salvaged = match damaged {
        true => Some(salvage::salvage(dir, tell)?),
        false => None,
    };
    let mut library = Library::open(dir)?;
    rows::mend(&mut library.sql)?;
    rows::mend_counts(&mut library.sql)?;
    index::rebuild(&mut library, tell)?;
    Ok(salvaged)
}

/// "1 article", "12 articles"
fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests;
