//! The database file: opening it, its settings, its versions.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OptionalExtension, params};

use super::{LibraryError, Result, same};

/// Steps of the schema, forward only: step `n` leads to version `n + 1`. A step may be of several
/// parts.
const STEPS: &[&[&str]] = &[
    &[include_str!("schema.sql")],
    &[include_str!("lessons.sql"), same::TABLES],
    &[include_str!("tagging.sql")],
    &[include_str!("searches.sql")],
    &[include_str!("copies.sql")],
    &[include_str!("failures.sql")],
    &[include_str!("named.sql")],
    &[include_str!("words.sql")],
];

/// Bytes of a page. An import of old news writes some fifteen of them for each article, so larger
/// ones mean more bytes: with 8 KB, 120 gigabytes for a million articles instead of 72, for a
/// fiftieth less room.
const PAGE: i64 = 4 << 10;
/// What the write-ahead log is cut back to once it has been written home.
const JOURNAL: i64 = 8 << 20;
/// How long it grows during an import before it is.
const BULK: i64 = 128 << 20;

/// What a reader maps of it.
const MAPPED: i64 = 64 << 20;

const FILE: &str = "library.db";

/// Where the database of the library in `dir` is.
pub(super) fn path(dir: &Path) -> PathBuf {
    dir.join(FILE)
}

/// Makes an empty database under another name.
pub(super) fn create(path: &Path) -> Result<Connection> {
    let mut sql = connect(path).map_err(|e| explain(path, e))?;
    migrate(&mut sql, path)?;
    Ok(sql)
}

/// Opens the database in `dir`, creating or migrating it.
pub(super) fn open(dir: &Path) -> Result<Connection> {
    std::fs::create_dir_all(dir).map_err(|e| cannot_open(dir, &e.to_string()))?;
    create(&path(dir))
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let mut sql = Connection::open(path)?;
    sql.busy_handler(Some(wait))?;
    // A read before anything else, so that a file that is no database is refused untouched.
    sql.query_row("PRAGMA schema_version", [], |_| Ok(()))?;
    // Heard by a new file only.
    sql.pragma_update(None, "page_size", PAGE)?;
    sql.pragma_update(None, "journal_mode", "wal")?;
    sql.pragma_update(None, "journal_size_limit", JOURNAL)?;
    durable(&sql, false)?;
    sql.pragma_update(None, "cache_size", -8_192)?;
    sql.pragma_update(None, "temp_store", "memory")?;
    map(&sql, true)?;
    sql.set_prepared_statement_cache_capacity(64);
    Ok(sql)
}

/// Waits for another writer, for thirty seconds in all. Transactions are short, so it is looked
/// again soon: SQLite's own handler would sleep for longer than most of them take.
fn wait(times: i32) -> bool {
    let pause = if times < 200 { 500 } else { 5_000 };
    std::thread::sleep(Duration::from_micros(pause));
    times < 6_200
}

/// Whether a commit waits for the disk. Without it a commit still survives a killed process, though
/// perhaps not a power cut.
fn durable(sql: &Connection, wait: bool) -> rusqlite::Result<()> {
    sql.pragma_update(None, "synchronous", if wait { "full" } else { "normal" })
}

/// Waits until everything committed so far is on the disk: one commit that waits takes those before
/// it along. Waiting in every batch would keep the reader from starring an article meanwhile.
pub(super) fn sync(sql: &Connection) -> rusqlite::Result<()> {
    durable(sql, true)?;
    let written = count_up(sql, "synced");
    durable(sql, false)?;
    written
}

/// Sets a connection up for an import, or back: pages that change with every batch go home less
/// often, and fit into memory.
pub(super) fn bulk(sql: &Connection, on: bool) -> rusqlite::Result<()> {
    sql.pragma_update(None, "cache_size", if on { -32_768 } else { -8_192 })?;
    map(sql, !on)?;
    // Older libraries have other pages.
    let page: i64 = sql.pragma_query_value(None, "page_size", |row| row.get(0))?;
    sql.pragma_update(None, "wal_autocheckpoint", if on { BULK } else { JOURNAL } / page)
}

/// Lets go of what a connection keeps in its cache.
pub(super) fn shrink(sql: &Connection) -> rusqlite::Result<()> {
    sql.execute_batch("PRAGMA shrink_memory")
}

/// Whether a connection maps the beginning of the file into memory. An import would touch all of
/// it, and keep it.
pub(super) fn map(sql: &Connection, on: bool) -> rusqlite::Result<()> {
    sql.pragma_update(None, "mmap_size", if on { MAPPED } else { 0 })
}

fn version(sql: &Connection) -> rusqlite::Result<i64> {
    sql.query_row("PRAGMA user_version", [], |row| row.get(0))
}

fn migrate(sql: &mut Connection, path: &Path) -> Result<()> {
    let known = STEPS.len() as i64;
    let found = version(sql).map_err(|e| explain(path, e))?;
    if found == known {
        return Ok(());
    }
    if found > known {
        return Err(LibraryError::Newer { path: path.to_path_buf(), found, known });
    }
    let transaction = sql.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    // Read again under the lock: another process may just have migrated.
    let found = version(&transaction)?.clamp(0, known);
    for step in &STEPS[found as usize..] {
        for part in *step {
            transaction.execute_batch(part).map_err(|e| explain(path, e))?;
        }
    }
    transaction.pragma_update(None, "user_version", known)?;
    transaction.commit()?;
    Ok(())
}

/// A library's own number, so that an index that belongs to another library is told apart.
pub(super) fn identity(sql: &Connection) -> Result<i64> {
    sql.execute(
        "INSERT OR IGNORE INTO meta (key, value) VALUES ('identity', abs(random() / 2))",
        [],
    )?;
    Ok(sql.query_row("SELECT value FROM meta WHERE key = 'identity'", [], |row| row.get(0))?)
}

/// A number in `meta`; zero when it was never set.
pub(super) fn number(sql: &Connection, key: &str) -> rusqlite::Result<i64> {
    let mut find = sql.prepare_cached("SELECT value FROM meta WHERE key = ?")?;
    Ok(find.query_row([key], |row| row.get(0)).optional()?.unwrap_or(0))
}

/// Sets a number in `meta`.
pub(super) fn set_number(sql: &Connection, key: &str, number: i64) -> rusqlite::Result<()> {
    sql.prepare_cached("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)")?
        .execute(params![key, number])?;
    Ok(())
}

/// Counts a number in `meta` up by one.
pub(super) fn count_up(sql: &Connection, key: &str) -> rusqlite::Result<()> {
    sql.prepare_cached(
        "INSERT INTO meta (key, value) VALUES (?, 1)
         ON CONFLICT (key) DO UPDATE SET value = value + 1",
    )?
    .execute(params![key])?;
    Ok(())
}

fn cannot_open(path: &Path, cause: &str) -> LibraryError {
    LibraryError::Open { path: path.to_path_buf(), cause: cause.to_owned() }
}

/// Says what is wrong with the file rather than what SQLite calls it.
fn explain(path: &Path, error: rusqlite::Error) -> LibraryError {
    let cause = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => {
            "not a gazette library, or a damaged one; move it away to start afresh".to_owned()
        }
        Some(ErrorCode::DatabaseCorrupt) => {
            "the database is damaged; `gazette doctor` says what can be done".to_owned()
        }
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly) => {
            format!("{error}; check that you may write to this folder")
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another program holds it; try again".to_owned()
        }
        _ => error.to_string(),
    };
    LibraryError::Open { path: PathBuf::from(path), cause }
}

#[cfg(test)]
mod tests {
    use super::super::{EntityOrder, Library, names, packing};
    use super::*;
    use crate::article::{ArticleId, Label};

    #[test]
    fn opens_twice_and_keeps_its_identity() {
        let dir = tempfile::tempdir().unwrap();
        let first = identity(&open(dir.path()).unwrap()).unwrap();
        let second = open(dir.path()).unwrap();
        assert_eq!(identity(&second).unwrap(), first);
        assert_eq!(version(&second).unwrap(), STEPS.len() as i64);
    }

    #[test]
    fn a_library_of_the_first_version_is_brought_up_to_date() {
        let dir = tempfile::tempdir().unwrap();
        let old = Connection::open(dir.path().join(FILE)).unwrap();
        old.execute_batch(STEPS[0][0]).unwrap();
        old.execute_batch("INSERT INTO entity (label, name) VALUES (0, 'Ada Moss')").unwrap();
        old.pragma_update(None, "user_version", 1).unwrap();
        drop(old);
        let sql = open(dir.path()).unwrap();
        assert_eq!(version(&sql).unwrap(), STEPS.len() as i64);
        assert_eq!(sql.query_row("SELECT count(*) FROM rule", [], |row| row.get(0)), Ok(0));
        let found = same::called(&sql, &[], "ada moss").unwrap();
        assert_eq!(found.len(), 1, "what was in it still is");
    }

    #[test]
    fn a_library_of_the_second_version_keeps_its_names() {
        let dir = tempfile::tempdir().unwrap();
        let old = Connection::open(dir.path().join(FILE)).unwrap();
        STEPS[..2].iter().flat_map(|step| *step).for_each(|part| old.execute_batch(part).unwrap());
        old.execute_batch(
            "INSERT INTO source (id, kind, location, name) VALUES (1, 'file', '/kos.jsonl', 'kos');
             INSERT INTO outlet VALUES (1, 'Kos Post');
             INSERT INTO file (id, source, path, size, modified) VALUES (1, 1, '/kos.jsonl', 9, 9);
             INSERT INTO article (id, source, file, record, digest, outlet, title, body)
             VALUES (1789290086400, 1, 1, 7, 7, 1, 'Moss leaves Tromsø', 1);
             INSERT INTO entity (label, name) VALUES (0, 'Ada Moss'), (2, 'Tromsø'), (2, 'City of Osk');
             INSERT INTO named VALUES (1789290086400, x'03030202');
             PRAGMA user_version = 2",
        )
        .unwrap();
        let body = zstd::bulk::compress(packing::FIRST, 3).unwrap();
        old.execute("INSERT INTO body VALUES (1, 0, ?)", [body]).unwrap();
        drop(old);
        let library = Library::open(dir.path()).unwrap();
        assert_eq!(library.untagged().unwrap(), 0);
        let article = library.article(ArticleId(1_789_290_086_400)).unwrap().unwrap();
        let names: Vec<&str> = article.entities.iter().map(|entity| &*entity.name).collect();
        assert_eq!(names, ["Ada Moss", "Tromsø", "City of Osk"]);
        let listed = library.entities(None, &[], EntityOrder::Mentions, 9).unwrap();
        assert_eq!((listed.len(), listed[0].mentions), (3, 3));
        // Names that are known keep their numbers.
        let mut names = names::Names::default();
        names.catch_up(&library.sql).unwrap();
        let moss = names.number(&library.sql, "Ada Moss", Label::Person).unwrap();
        assert_eq!(moss, Some(listed[0].id.0));
    }

    #[test]
    fn the_log_of_an_import_is_as_long_whatever_the_pages() {
        let dir = tempfile::tempdir().unwrap();
        let old = Connection::open(dir.path().join(FILE)).unwrap();
        old.execute_batch("PRAGMA page_size = 8192; CREATE TABLE kept (x); DROP TABLE kept")
            .unwrap();
        drop(old);
        let sql = open(dir.path()).unwrap();
        let pragma = |name| sql.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
        for on in [true, false] {
            bulk(&sql, on).unwrap();
            let log = pragma("wal_autocheckpoint") * pragma("page_size");
            assert_eq!((pragma("page_size"), log), (8_192, if on { BULK } else { JOURNAL }));
        }
    }

    #[test]
    fn a_newer_library_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        open(dir.path()).unwrap().pragma_update(None, "user_version", 99).unwrap();
        let error = open(dir.path()).unwrap_err().to_string();
        assert!(error.contains("library.db") && error.contains("update gazette"), "{error}");
    }

    #[test]
    fn a_file_that_is_no_database_is_named_and_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let text = "The ferry is back.\n".repeat(100);
        std::fs::write(dir.path().join(FILE), &text).unwrap();
        let error = open(dir.path()).unwrap_err().to_string();
        assert!(error.contains("library.db") && error.contains("not a gazette library"), "{error}");
        assert_eq!(std::fs::read_to_string(dir.path().join(FILE)).unwrap(), text);
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        std::fs::write(&file, "x").unwrap();
        assert!(open(&file).unwrap_err().to_string().contains("file"));
    }
}
