//! What the reader searched for, to be asked again.

use rusqlite::{Connection, params};

use super::Result;

/// Searches kept; the oldest go first.
const KEPT: i64 = 500;

/// Keeps a query as the newest, once however often it was asked.
pub(super) fn note(sql: &Connection, text: &str) -> Result<()> {
    let newest: Option<String> = all(sql, 1)?.pop();
    if newest.as_deref() == Some(text) {
        return Ok(());
    }
    // Replaced rather than kept: the new row has the highest number.
    sql.prepare_cached(
        "INSERT OR REPLACE INTO searched (id, text)
         SELECT coalesce(max(id), 0) + 1, ? FROM searched",
    )?
    .execute([text])?;
    sql.prepare_cached(
        "DELETE FROM searched
         WHERE id <= (SELECT id FROM searched ORDER BY id DESC LIMIT 1 OFFSET ?)",
    )?
    .execute([KEPT])?;
    Ok(())
}

/// The newest first.
pub(super) fn all(sql: &Connection, limit: i64) -> Result<Vec<String>> {
    let mut find = sql.prepare_cached("SELECT text FROM searched ORDER BY id DESC LIMIT ?")?;
    Ok(find.query_map(params![limit], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}

/// Forgets all of them; gives back how many there were.
pub(super) fn forget(sql: &Connection) -> Result<u64> {
    Ok(sql.execute("DELETE FROM searched", [])? as u64)
}

#[cfg(test)]
mod tests {
    use super::super::testing::Desk;
    use super::*;

    #[test]
    fn a_search_is_kept_once_and_the_oldest_go() {
        let desk = Desk::new();
        let library = &desk.library;
        for text in ["ferry", "snow", "snow", "ferry"] {
            library.note_search(text).unwrap();
        }
        assert_eq!(library.searches().unwrap(), ["ferry", "snow"]);
        assert_eq!(desk.other().searches().unwrap(), ["ferry", "snow"], "others see it");
        for n in 0..KEPT + 20 {
            library.note_search(&format!("story {n}")).unwrap();
        }
        let kept = library.searches().unwrap();
        assert_eq!((kept.len() as i64, kept[0].as_str()), (KEPT, "story 519"));
        assert_eq!(library.forget_searches().unwrap(), KEPT as u64);
        assert!(library.searches().unwrap().is_empty());
    }
}
