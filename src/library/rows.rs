//! Windows of the list: only the rows asked for are ever read.

use rusqlite::{
    Connection, OptionalExtension, Params, Row as SqlRow, ToSql, params, params_from_iter,
};

use super::{Anchor, Counts, Filter, Order, Result, Row, SourceId, View, copies, path};
use crate::article::{Article, ArticleId};

const COLUMNS: &str = "SELECT article.id, outlet.name, article.title, article.published,
    article.read, article.starred, (SELECT count(*) FROM copy WHERE head =
        coalesce((SELECT head FROM copy WHERE copy.article = article.id), article.id))
    FROM article";
const OUTLET: &str = "JOIN outlet ON outlet.id = article.outlet";

/// A piece of a list in the order of ids.
struct Window {
    /// Exclusive bounds.
    above: i64,
    below: i64,
    descending: bool,
    limit: i64,
}

pub(super) fn rows(sql: &Connection, view: &View, from: Anchor, limit: usize) -> Result<Vec<Row>> {
    let newest_first = view.order != Order::Oldest;
    let mut window = Window {
        above: i64::MIN,
        below: i64::MAX,
        descending: newest_first,
        limit: i64::try_from(limit).unwrap_or(i64::MAX),
    };
    // Rows before an anchor are read away from it, then turned round.
    let backwards = matches!(from, Anchor::Bottom | Anchor::Before(_));
    window.descending ^= backwards;
    match from {
        Anchor::Top | Anchor::Bottom => {}
        Anchor::After(id) | Anchor::Before(id) if window.descending => window.below = id.0,
        Anchor::After(id) | Anchor::Before(id) => window.above = id.0,
    }
    let mut rows = read(sql, view, &window)?;
    if backwards {
        rows.reverse();
    }
    Ok(rows)
}

fn read(sql: &Connection, view: &View, window: &Window) -> Result<Vec<Row>> {
    let columns = format!("{COLUMNS} {} {OUTLET}", index(view.filter, !view.sources.is_empty()));
    merge(sql, view, window, &columns, row, |row| row.id)
}

pub(super) fn ids(sql: &Connection, view: &View) -> Result<Vec<ArticleId>> {
    let descending = view.order != Order::Oldest;
    let window = Window { above: i64::MIN, below: i64::MAX, descending, limit: -1 };
    let columns =
        format!("SELECT article.id FROM article {}", index(view.filter, !view.sources.is_empty()));
    merge(sql, view, &window, &columns, |row| row.get(0).map(ArticleId), |id| *id)
}

/// Reads a window of each source, each a scan of its index, and merges them: an `IN` would make
/// SQLite sort every article of those sources first.
fn merge<T>(
    sql: &Connection,
    view: &View,
    window: &Window,
    columns: &str,
    read: fn(&SqlRow) -> rusqlite::Result<T>,
    id: fn(&T) -> ArticleId,
) -> Result<Vec<T>> {
    let order = if window.descending { "DESC" } else { "ASC" };
    let filter = match view.filter {
        Filter::All => "",
        Filter::Unread => "AND article.read = 0",
        Filter::Starred => "AND article.starred = 1",
    };
    let copies = match (view.copies || !copies::are_any(sql)?, view.sources.is_empty()) {
        (true, _) => "",
        (false, true) => "AND NOT EXISTS (SELECT 1 FROM copy WHERE copy.article = article.id)",
        (false, false) => {
            "AND NOT EXISTS (SELECT 1 FROM copy WHERE copy.article = article.id
             AND copy.first <> copy.article)"
        }
    };
    let text = |source: &str| {
        format!(
            "{columns} WHERE article.id > ? AND article.id < ? {source} {filter} {copies}
             ORDER BY article.id {order} LIMIT ?"
        )
    };
    if view.sources.is_empty() {
        let values = params![window.above, window.below, window.limit];
        return collect(sql, &text(""), values, read);
    }
    let text = text("AND article.source = ?");
    let mut all = Vec::new();
    for SourceId(source) in &view.sources {
        let values = params![window.above, window.below, source, window.limit];
        all.extend(collect(sql, &text, values, read)?);
    }
    if view.sources.len() > 1 {
        all.sort_by_key(|one| id(one).0);
        all.dedup_by_key(|one| id(one));
        if window.descending {
            all.reverse();
        }
        if let Ok(limit) = usize::try_from(window.limit) {
            all.truncate(limit);
        }
    }
    Ok(all)
}

fn collect<T>(
    sql: &Connection,
    text: &str,
    values: impl Params,
    read: fn(&SqlRow) -> rusqlite::Result<T>,
) -> Result<Vec<T>> {
    let mut find = sql.prepare_cached(text)?;
    let rows = find.query_map(values, read)?.collect::<rusqlite::Result<_>>()?;
    Ok(rows)
}

/// The index whose scan is the list, so that no plan ever sorts.
fn index(filter: Filter, of_source: bool) -> &'static str {
    match (filter, of_source) {
        (Filter::All, false) => "NOT INDEXED",
        (Filter::All, true) => "INDEXED BY article_source",
        (Filter::Unread, false) => "INDEXED BY article_unread",
        (Filter::Unread, true) => "INDEXED BY article_source_unread",
        (Filter::Starred, false) => "INDEXED BY article_starred",
        (Filter::Starred, true) => "INDEXED BY article_source_starred",
    }
}

fn row(row: &SqlRow) -> rusqlite::Result<Row> {
    Ok(Row {
        id: ArticleId(row.get(0)?),
        source: row.get(1)?,
        title: row.get(2)?,
        published: row.get(3)?,
        read: row.get(4)?,
        starred: row.get(5)?,
        copies: row.get(6)?,
    })
}

pub(super) fn rows_of(sql: &Connection, ids: &[ArticleId]) -> Result<Vec<Row>> {
    let mut find = sql.prepare_cached(&format!("{COLUMNS} {OUTLET} WHERE article.id = ?"))?;
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        rows.extend(find.query_map([id.0], row)?.collect::<rusqlite::Result<Vec<_>>>()?);
    }
    Ok(rows)
}

/// An article without its text, and its source; `None` when it is gone.
pub(super) fn article(sql: &Connection, id: ArticleId) -> Result<Option<(SourceId, Article)>> {
    let mut find = sql.prepare_cached(
        "SELECT outlet.name, file.path, url, title, published, lang, article.source FROM article
         JOIN outlet ON outlet.id = outlet LEFT JOIN file ON file.id = file
         WHERE article.id = ?",
    )?;
    let row = |row: &SqlRow| {
        let article = Article {
            id,
            source: row.get(0)?,
            path: row.get(1).map(path)?,
            url: row.get(2)?,
            title: row.get(3)?,
            published: row.get(4)?,
            language: row.get(5)?,
            ..Article::default()
        };
        Ok((SourceId(row.get(6)?), article))
    };
    Ok(find.query_row([id.0], row).optional()?)
}

pub(super) fn counts(sql: &Connection, sources: &[SourceId]) -> Result<Counts> {
    let ids: Vec<i64> = sources.iter().map(|source| source.0).collect();
    sums(sql, "source", "id", &ids)
}

/// The entries of a view's lists: the articles without the copies that others stand for.
pub(super) fn entries(sql: &Connection, view: &View) -> Result<Counts> {
    let all = counts(sql, &view.sources)?;
    if view.copies {
        return Ok(all);
    }
    let ids: Vec<i64> = match view.sources.is_empty() {
        true => vec![0],
        false => view.sources.iter().map(|source| source.0).collect(),
    };
    let copies = sums(sql, "copy_count", "source", &ids)?;
    Ok(Counts {
        articles: all.articles.saturating_sub(copies.articles),
        unread: all.unread.saturating_sub(copies.unread),
        starred: all.starred.saturating_sub(copies.starred),
    })
}

/// Counts summed over these rows of a table, or over all of them.
fn sums(sql: &Connection, table: &str, key: &str, ids: &[i64]) -> Result<Counts> {
    let mut text = format!(
        "SELECT coalesce(sum(articles), 0), coalesce(sum(unread), 0), coalesce(sum(starred), 0)
         FROM {table}"
    );
    if !ids.is_empty() {
        let marks = vec!["?"; ids.len()].join(",");
        text.push_str(&format!(" WHERE {key} IN ({marks})"));
    }
    let values = params_from_iter(ids.iter().map(|id| id as &dyn ToSql));
    let counts = sql.query_row(&text, values, |row| {
        Ok(Counts { articles: row.get(0)?, unread: row.get(1)?, starred: row.get(2)? })
    })?;
    Ok(counts)
}
