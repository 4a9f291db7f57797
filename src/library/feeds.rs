//! Feeds that are kept: their addresses, names and tags, for the day on which they are fetched, and
//! to be given back as OPML.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Result, Source, SourceId, SourceKind, sources};
use crate::load::Subscription;

/// Keeps a feed. One that is known gains the tags that are new; true when it was not known.
pub(super) fn keep(sql: &mut Connection, feed: &Subscription) -> Result<(Source, bool)> {
    let transaction = sql.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let known = find(&transaction, &feed.url)?;
    let source = match known {
        Some(id) => sources::get(&transaction, id)?,
        None => {
            let name = feed.title.as_deref().unwrap_or_else(|| short(&feed.url));
            sources::add(&transaction, SourceKind::Feed, &feed.url, name)?
        }
    };
    let mut kept = tags(&transaction, source.id)?;
    for tag in &feed.tags {
        if !kept.contains(tag) {
            kept.push(tag.clone());
        }
    }
    if !kept.is_empty() {
        let list = serde_json::Value::from(kept).to_string();
        let text = "INSERT INTO meta (key, value) VALUES (?1, ?2)
                    ON CONFLICT (key) DO UPDATE SET value = ?2";
        transaction.execute(text, params![key(source.id), list])?;
    }
    transaction.commit()?;
    Ok((source, known.is_none()))
}

fn find(sql: &Connection, url: &str) -> Result<Option<SourceId>> {
    let text = "SELECT id FROM source WHERE location = ?";
    Ok(sql.query_row(text, [url], |row| row.get(0).map(SourceId)).optional()?)
}

/// All feeds that are kept, by name.
pub(super) fn all(sql: &Connection) -> Result<Vec<Subscription>> {
    let feeds = sources::all(sql)?.into_iter().filter(|source| source.kind == SourceKind::Feed);
    feeds
        .map(|source| {
            let tags = tags(sql, source.id)?;
            Ok(Subscription { url: source.location, title: Some(source.name), tags })
        })
        .collect()
}

fn tags(sql: &Connection, id: SourceId) -> Result<Vec<String>> {
    let mut find = sql.prepare_cached("SELECT value FROM meta WHERE key = ?")?;
    let list = find.query_row([key(id)], |row| row.get::<_, String>(0)).optional()?;
    Ok(list.and_then(|list| serde_json::from_str(&list).ok()).unwrap_or_default())
}

/// Forgets what was kept of a source beside its row.
pub(super) fn forget(sql: &Connection, id: SourceId) -> rusqlite::Result<()> {
    sql.execute("DELETE FROM meta WHERE key = ?", [key(id)]).map(drop)
}

fn key(id: SourceId) -> String {
    format!("feed:{}", id.0)
}

/// An address without what every address has.
fn short(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.strip_prefix("www.").unwrap_or(rest).trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::super::testing::Desk;
    use super::*;

    fn feed(url: &str, title: Option<&str>, tags: &[&str]) -> Subscription {
        let tags = tags.iter().map(|tag| tag.to_string()).collect();
        Subscription { url: url.into(), title: title.map(str::to_owned), tags }
    }

    #[test]
    fn feeds_are_kept_with_their_tags() {
        let mut desk = Desk::new();
        let sql = &mut desk.library.sql;
        let kos = feed("https://www.kos.example/feed/", None, &["sea"]);
        let (source, new) = keep(sql, &kos).unwrap();
        assert_eq!(
            (source.name.as_str(), source.kind, new),
            ("kos.example/feed", SourceKind::Feed, true)
        );
        let again = feed("https://www.kos.example/feed/", Some("Kos"), &["daily", "sea"]);
        assert!(!keep(sql, &again).unwrap().1);
        keep(sql, &feed("https://pier.example/", Some("Pier"), &[])).unwrap();
        let all = all(sql).unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!(
            (all[0].title.as_deref(), all[1].title.as_deref()),
            (Some("Pier"), Some("kos.example/feed"))
        );
        assert_eq!(all[1].tags, ["sea", "daily"]);
        assert!(desk.library.is_empty().unwrap(), "a feed alone is nothing to read");
        desk.library.remove_source(source.id).unwrap();
        assert_eq!(desk.number("SELECT count(*) FROM meta WHERE key LIKE 'feed:%'"), 0);
    }

    #[test]
    fn reading_a_feed_again_does_nothing() {
        let mut desk = Desk::new();
        let (source, _) =
            keep(&mut desk.library.sql, &feed("https://kos.example/", None, &[])).unwrap();
        let mut on = |_: &super::super::Progress| std::ops::ControlFlow::Continue(());
        let report = desk.library.ingest(source.id, &Default::default(), &mut on).unwrap();
        assert!(report.complete && report.added == 0 && report.failed.is_empty());
        assert_eq!(desk.library.sources().unwrap()[0].scanned, None);
    }
}
