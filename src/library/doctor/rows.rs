//! Rows that speak of rows which are not there, and counts that are not those of the rows.

use std::collections::BTreeSet;

use rusqlite::{Connection, TransactionBehavior};

use super::{Check, Cure, Finding, counted};
use crate::library::{Result, store};

/// One way in which rows may not fit together.
struct Fit {
    fault: &'static str,
    /// How many rows are wrong.
    count: &'static str,
    what: &'static str,
    /// What it means, after "3 articles".
    means: &'static str,
    mend: &'static [&'static str],
    cure: Cure,
}

const FITS: &[Fit] = &[
    Fit {
        fault: "source-gone",
        count: "SELECT count(*) FROM article WHERE source NOT IN (SELECT id FROM source)",
        what: "article",
        means: "of a source that is not known; a repair puts them under “lost and found”",
        mend: &["INSERT OR IGNORE INTO source (id, kind, location, name)
                 SELECT DISTINCT source, 'file', 'lost:' || source, 'lost and found' FROM article
                 WHERE source NOT IN (SELECT id FROM source)"],
        cure: Cure::Repair,
    },
    Fit {
        fault: "outlet-gone",
        count: "SELECT count(*) FROM article WHERE outlet NOT IN (SELECT id FROM outlet)",
        what: "article",
        means: "of an outlet that is not known, which no list shows",
        mend: &["INSERT OR IGNORE INTO outlet (id, name)
                 SELECT DISTINCT outlet, 'unknown outlet ' || outlet FROM article
                 WHERE outlet NOT IN (SELECT id FROM outlet)"],
        cure: Cure::Repair,
    },
    Fit {
        fault: "text-gone",
        count: "SELECT count(*) FROM article
                WHERE NOT EXISTS (SELECT 1 FROM body WHERE body.id = article.body)",
        what: "article",
        means: "without a text; a repair has the next `gazette update` read their files again",
        mend: &[
            "UPDATE file SET size = -1, complete = 1 WHERE id IN (SELECT file FROM article
             WHERE NOT EXISTS (SELECT 1 FROM body WHERE body.id = article.body))",
            "UPDATE article SET digest = 0
             WHERE NOT EXISTS (SELECT 1 FROM body WHERE body.id = article.body)",
        ],
        cure: Cure::Reread,
    },
    Fit {
        fault: "texts-loose",
        count: "SELECT count(*) FROM body WHERE id NOT IN (SELECT body FROM article)",
        what: "text",
        means: "of no article",
        mend: &["DELETE FROM body WHERE id NOT IN (SELECT body FROM article)"],
        cure: Cure::Repair,
    },
    Fit {
        fault: "names-loose",
        count: "SELECT count(*) FROM named
                WHERE NOT EXISTS (SELECT 1 FROM article WHERE article.id = -named.minus)",
        what: "list",
        means: "of names of no article",
        mend: &["DELETE FROM named
                 WHERE NOT EXISTS (SELECT 1 FROM article WHERE article.id = -named.minus)"],
        cure: Cure::Repair,
    },
    Fit {
        fault: "tags-loose",
        count: "SELECT count(*) FROM article_tag WHERE tag NOT IN (SELECT id FROM tag)
                OR NOT EXISTS (SELECT 1 FROM article WHERE article.id = article_tag.article)",
        what: "tag",
        means: "on an article that is not there, or without a name",
        mend: &["DELETE FROM article_tag WHERE tag NOT IN (SELECT id FROM tag)
                 OR NOT EXISTS (SELECT 1 FROM article WHERE article.id = article_tag.article)"],
        cure: Cure::Repair,
    },
    Fit {
        fault: "copies-loose",
        count: "SELECT count(*) FROM copy
                WHERE NOT EXISTS (SELECT 1 FROM article WHERE article.id = copy.article)
                OR NOT EXISTS (SELECT 1 FROM article WHERE article.id = copy.head)",
        what: "copy",
        means: "of an article that is not there",
        mend: &["DELETE FROM copy
                 WHERE NOT EXISTS (SELECT 1 FROM article WHERE article.id = copy.article)
                 OR NOT EXISTS (SELECT 1 FROM article WHERE article.id = copy.head)"],
        cure: Cure::Repair,
    },
];

pub(super) fn check(sql: &Connection) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    for fit in FITS {
        let count: u64 = sql.query_row(fit.count, [], |row| row.get(0))?;
        if count > 0 {
            found.push(Finding {
                check: Check::Rows,
                fault: fit.fault,
                count,
                message: format!("{} {}", counted(count, fit.what), fit.means),
                cure: fit.cure,
            });
        }
    }
    Ok(found)
}

pub(super) fn mend(sql: &mut Connection) -> Result<()> {
    let transaction = sql.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for text in FITS.iter().flat_map(|fit| fit.mend) {
        transaction.execute(text, [])?;
    }
    store::count_up(&transaction, "state")?;
    Ok(transaction.commit()?)
}

/// Each source with its counts as kept and as counted, where they differ.
const WRONG: &str = "SELECT source.id, source.name, source.articles, coalesce(real.articles, 0),
        coalesce(real.unread, 0), coalesce(real.starred, 0)
    FROM source LEFT JOIN (
        SELECT source AS id, count(*) AS articles, sum(read = 0) AS unread, sum(starred) AS starred
        FROM article GROUP BY source
    ) AS real ON real.id = source.id
    WHERE source.articles <> coalesce(real.articles, 0)
        OR source.unread <> coalesce(real.unread, 0)
        OR source.starred <> coalesce(real.starred, 0)";

struct Counted {
    source: i64,
    name: String,
    kept: i64,
    /// Articles, unread, starred.
    real: [i64; 3],
}

fn wrong(sql: &Connection) -> Result<Vec<Counted>> {
    let mut find = sql.prepare(WRONG)?;
    let rows = find.query_map([], |row| {
        let real = [row.get(3)?, row.get(4)?, row.get(5)?];
        Ok(Counted { source: row.get(0)?, name: row.get(1)?, kept: row.get(2)?, real })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn check_counts(sql: &Connection) -> Result<Vec<Finding>> {
    let mut found = check_sources(sql)?;
    let kept = rows(sql, "SELECT source, articles, unread, starred FROM copy_count")?;
    if kept != rows(sql, COPIES)? {
        found.push(Finding {
            check: Check::Counts,
            fault: "copies-counted-wrong",
            count: 1,
            message: "the counts of copies are wrong, so lists are said to be longer or shorter \
                      than they are"
                .to_owned(),
            cure: Cure::Repair,
        });
    }
    Ok(found)
}

/// Copies as `copy_count` is to hold them: of all together, and of each source.
const COPIES: &str = "SELECT 0 AS source, count(*), coalesce(sum(read = 0), 0),
        coalesce(sum(starred), 0) FROM copy JOIN article ON article.id = copy.article
    UNION ALL
    SELECT source, count(*), sum(read = 0), sum(starred) FROM copy
        JOIN article ON article.id = copy.article WHERE first <> article GROUP BY source";

/// Rows of four numbers, without those that count nothing.
fn rows(sql: &Connection, text: &str) -> Result<BTreeSet<[i64; 4]>> {
    let mut find = sql.prepare(text)?;
    let rows =
        find.query_map([], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]))?;
    let mut all = rows.collect::<rusqlite::Result<BTreeSet<_>>>()?;
    all.retain(|row| row[1..] != [0; 3]);
    Ok(all)
}

fn check_sources(sql: &Connection) -> Result<Vec<Finding>> {
    let all = wrong(sql)?;
    let Some(first) = all.first() else { return Ok(Vec::new()) };
    let count = all.len() as u64;
    let Counted { name, kept, real: [real, ..], .. } = first;
    let example = match kept == real {
        true => format!("the unread or starred of {name}"),
        false => format!("{name}: {kept} noted, {real} there"),
    };
    Ok(vec![Finding {
        check: Check::Counts,
        fault: "counts-wrong",
        count,
        message: format!("the counts of {} are wrong ({example})", counted(count, "source")),
        cure: Cure::Repair,
    }])
}

pub(super) fn mend_counts(sql: &mut Connection) -> Result<()> {
    let transaction = sql.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for Counted { source, real: [articles, unread, starred], .. } in wrong(&transaction)? {
        transaction.execute(
            "UPDATE source SET articles = ?2, unread = ?3, starred = ?4 WHERE id = ?1",
            [source, articles, unread, starred],
        )?;
    }
    transaction.execute("DELETE FROM copy_count", [])?;
    transaction.execute(&format!("INSERT INTO copy_count {COPIES}"), [])?;
    Ok(transaction.commit()?)
}
