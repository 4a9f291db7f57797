//! The `cache.db` of newsboat: what its feeds brought, an article an item. It is opened to read
//! only, and what stands in it is no more believed than any other file.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row};
use serde_json::{Map, Value};

use super::{Limits, LoadCause, LoadError, Origin, json};
use crate::article::{Document, Seen};

/// First bytes of the databases of SQLite.
pub(super) const MAGIC: &[u8] = b"SQLite format 3\0";
/// Instructions between two looks at how long a query takes, and how many looks it may take.
const STEPS: i32 = 100_000;
const LOOKS: u32 = 2_000;

/// The record that an item is, and what was done to it.
type Item = (Map<String, Value>, Seen);

/// The items of a cache, in the order in which they came.
pub(super) struct Cache {
    sql: Connection,
    query: String,
    after: i64,
    origin: Origin,
    limits: Limits,
    ended: bool,
}

impl Cache {
    pub fn open(path: &Path, origin: Origin, limits: &Limits) -> Result<Self, LoadCause> {
        let sql = connect(path, limits).map_err(words)?;
        if !is_cache(&sql).map_err(words)? {
            return Err(LoadCause::Foreign("a database"));
        }
        let query = query(&sql).map_err(words)?;
        let limits = limits.clone();
        Ok(Self { sql, query, after: i64::MIN, origin, limits, ended: false })
    }

    fn item(&mut self) -> Result<Option<Item>, LoadCause> {
        let mut looks = 0;
        let slow = move || {
            looks += 1;
            looks > LOOKS
        };
        self.sql.progress_handler(STEPS, Some(slow)).map_err(words)?;
        let mut find = self.sql.prepare_cached(&self.query).map_err(words)?;
        let mut rows = find.query([self.after]).map_err(words)?;
        let Some(row) = rows.next().map_err(words)? else { return Ok(None) };
        let id = row.get::<_, i64>("id").map_err(words)?;
        // An order that does not move on would never end.
        if id <= self.after {
            return Ok(None);
        }
        self.after = id;
        Ok(Some((record(row), seen(row))))
    }
}

impl Iterator for Cache {
    type Item = Result<Document, LoadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.item() {
            Ok(Some((record, seen))) => {
                let read = json::record(&record, &self.origin, &self.limits);
                Some(read.map(|document| Document { seen, ..document }))
            }
            Ok(None) => {
                self.ended = true;
                None
            }
            Err(cause) => {
                self.ended = true;
                Some(Err(LoadError::new(&self.origin.name, cause)))
            }
        }
    }
}

fn connect(path: &Path, limits: &Limits) -> rusqlite::Result<Connection> {
    let sql = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    sql.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    sql.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    let longest = i32::try_from(limits.record_bytes).unwrap_or(i32::MAX);
    sql.set_limit(Limit::SQLITE_LIMIT_LENGTH, longest)?;
    sql.busy_timeout(std::time::Duration::from_secs(5))?;
    sql.pragma_update(None, "cell_size_check", true)?;
    sql.pragma_update(None, "cache_size", -4_096)?;
    Ok(sql)
}

/// Plain tables of these names: a view could run for ever.
fn is_cache(sql: &Connection) -> rusqlite::Result<bool> {
    let tables = "SELECT count(*) FROM sqlite_schema WHERE type = 'table'
        AND name IN ('rss_item', 'rss_feed') AND sql LIKE 'CREATE TABLE%'";
    Ok(sql.query_row(tables, [], |row| row.get::<_, i64>(0))? == 2)
}

/// The next item. Older caches lack some columns.
fn query(sql: &Connection) -> rusqlite::Result<String> {
    let mut find = sql.prepare("SELECT name FROM pragma_table_info('rss_item')")?;
    let names = find.query_map([], |row| row.get::<_, String>(0))?;
    let names: Vec<String> = names.collect::<rusqlite::Result<_>>()?;
    let column = |name: &str, instead: &str| match names.iter().any(|known| known == name) {
        true => format!("i.{name}"),
        false => instead.to_owned(),
    };
    let (kind, base) = (column("content_mime_type", "''"), column("base", "''"));
    let deleted = column("deleted", "0");
    let (unread, flags) = (column("unread", "1"), column("flags", "''"));
    Ok(format!(
        "SELECT i.id AS id, i.title AS title, i.author AS author, i.url AS url,
            i.pubDate AS date, i.content AS content, {kind} AS kind, {base} AS base,
            {unread} AS unread, {flags} AS flags,
            (SELECT f.title FROM rss_feed f WHERE f.rssurl = i.feedurl) AS source
         FROM rss_item i WHERE i.id > ? AND {deleted} = 0 ORDER BY i.id LIMIT 1"
    ))
}

/// An item under the field names of a record.
fn record(row: &Row) -> Map<String, Value> {
    let mut record = Map::new();
    let text = |name: &str| match row.get_ref(name) {
        Ok(ValueRef::Text(bytes) | ValueRef::Blob(bytes)) => {
            Some(String::from_utf8_lossy(bytes).into_owned()).filter(|text| !text.trim().is_empty())
        }
        _ => None,
    };
    let plain = text("kind").is_some_and(|kind| kind == "text/plain");
    let content = if plain { "text" } else { "content_html" };
    for (key, name) in
        [("title", "title"), ("author", "author"), ("source", "source"), (content, "content")]
    {
        if let Some(text) = text(name) {
            record.insert(key.to_owned(), Value::from(text));
        }
    }
    if let Some(url) = text("url").or_else(|| text("base")) {
        record.insert("url".to_owned(), Value::from(url));
    }
    if let Ok(ValueRef::Integer(seconds)) = row.get_ref("date") {
        record.insert("date".to_owned(), Value::from(seconds));
    }
    record
}

/// Flags are letters that somebody gave it, to find it again: what stars are for.
fn seen(row: &Row) -> Seen {
    let read = matches!(row.get_ref("unread"), Ok(ValueRef::Integer(0)));
    let flags = match row.get_ref("flags") {
        Ok(ValueRef::Text(flags) | ValueRef::Blob(flags)) => flags,
        _ => &[],
    };
    Seen { read, starred: flags.iter().any(u8::is_ascii_alphabetic) }
}

fn words(error: rusqlite::Error) -> LoadCause {
    let words = error.to_string().to_lowercase();
    LoadCause::malformed(format!("a cache that cannot be read: {words}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::file;
    use crate::load::testing::{read, shown};

    const TABLES: &str = "CREATE TABLE rss_feed (rssurl VARCHAR(1024) PRIMARY KEY NOT NULL,
            url VARCHAR(1024) NOT NULL, title VARCHAR(1024) NOT NULL);
        CREATE TABLE rss_item (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, guid VARCHAR(64) NOT NULL,
            title VARCHAR(1024) NOT NULL, author VARCHAR(1024) NOT NULL, url VARCHAR(1024) NOT NULL,
            feedurl VARCHAR(1024) NOT NULL, pubDate INTEGER NOT NULL, content VARCHAR(65535) NOT NULL,
            unread INTEGER(1) NOT NULL, enclosure_url VARCHAR(1024), enclosure_type VARCHAR(1024),
            enqueued INTEGER(1) NOT NULL DEFAULT 0, flags VARCHAR(52), deleted INTEGER(1) NOT NULL DEFAULT 0,
            base VARCHAR(128) NOT NULL DEFAULT '', content_mime_type VARCHAR(255) NOT NULL DEFAULT '');
        INSERT INTO rss_feed VALUES ('https://kos.example/feed', 'https://kos.example', 'Kos Post');";

    fn cache(items: &str) -> (tempfile::TempDir, Vec<Result<Document, LoadError>>) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("cache.db");
        let sql = Connection::open(&path).unwrap();
        sql.execute_batch(items).unwrap();
        drop(sql);
        let read = file(&path, &Limits::default()).collect();
        (dir, read)
    }

    fn item(title: &str, content: &str, kind: &str, deleted: u8) -> String {
        format!(
            "INSERT INTO rss_item (guid, title, author, url, feedurl, pubDate, content, unread, deleted, content_mime_type)
             VALUES ('g', '{title}', 'Jane Doe', 'https://kos.example/news/1', 'https://kos.example/feed', 1747353600,
             '{content}', 1, {deleted}, '{kind}');"
        )
    }

    #[test]
    fn items_of_a_cache_are_articles() {
        let html = "<p>It is <a href=\"more\">back</a>.</p><p>At last.</p>";
        let items = [
            TABLES,
            &item("Ferry &amp; crew", html, "text/html", 0),
            &item("Gone", "x", "", 1),
            &item("Storm", "a < b\n\nOver.", "text/plain", 0),
        ];
        let (dir, read) = cache(&items.concat());
        assert_eq!(read.len(), 2);
        let first = &read[0].as_ref().unwrap().article;
        assert_eq!((first.title.as_str(), first.source.as_str()), ("Ferry & crew", "Kos Post"));
        assert_eq!(
            (first.byline.as_deref(), first.published),
            (Some("Jane Doe"), Some(1_747_353_600))
        );
        assert_eq!(first.paragraphs[0].links[0].href, "https://kos.example/news/more");
        assert_eq!(read[1].as_ref().unwrap().article.paragraphs[0].text, "a < b");
        // Nothing was written beside it.
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_was_read_or_flagged_stays_so() {
        let state = |unread: &str, flags: &str| {
            item("Ferry", "It is back.", "", 0)
                + &format!(
                    "UPDATE rss_item SET unread = {unread}, flags = {flags} WHERE id = (SELECT max(id) FROM rss_item);"
                )
        };
        let items = [
            TABLES,
            &state("0", "NULL"),
            &state("1", "'sx'"),
            &state("0", "'s'"),
            &state("1", "''"),
            &state("'no'", "x'1b5b'"),
        ];
        let seen: Vec<(bool, bool)> = cache(&items.concat())
            .1
            .into_iter()
            .map(|read| read.unwrap().seen)
            .map(|seen| (seen.read, seen.starred))
            .collect();
        assert_eq!(
            seen,
            [(true, false), (false, true), (true, true), (false, false), (false, false)]
        );
        let old =
            TABLES.replace("unread INTEGER(1) NOT NULL,", "").replace("flags VARCHAR(52),", "");
        let items =
            "INSERT INTO rss_item (guid, title, author, url, feedurl, pubDate, content) VALUES
            ('g', 'Ferry', '', '', 'https://kos.example/feed', 1747353600, 'It is back.');";
        let (_dir, read) = cache(&(old + items));
        assert_eq!(read[0].as_ref().unwrap().seen, Seen::default(), "an old cache knows of none");
    }

    #[test]
    fn other_databases_and_traps_are_named() {
        let lines = |items: &str| shown(&cache(items).1).join("\n");
        assert!(
            lines("CREATE TABLE x (y);")
                .ends_with("is a database; save it as plain text or HTML with its own program")
        );
        assert!(lines(TABLES).ends_with("has no text in it"));
        let trap =
            "CREATE TABLE rss_feed (rssurl, title); CREATE VIEW rss_item AS WITH RECURSIVE r(n) AS
            (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n AS id FROM r;";
        assert!(lines(trap).contains("is a database"));
        let (dir, _) = cache(&[TABLES, &item("Ferry", "x", "", 0)].concat());
        let whole = std::fs::read(dir.path().join("cache.db")).unwrap();
        let broken = [&whole[..whole.len() / 2], &[0xff; 4096]].concat();
        std::fs::write(dir.path().join("broken.db"), broken).unwrap();
        let read_broken: Vec<_> = file(&dir.path().join("broken.db"), &Limits::default()).collect();
        assert!(read_broken.iter().all(Result::is_err), "{read_broken:?}");
        // In an archive, or on standard input, there is no file to open.
        assert!(shown(&read(&whole, "no/such/cache.db"))[0].contains("unpack it first"));
    }
}
