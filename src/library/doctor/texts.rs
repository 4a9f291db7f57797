//! Whether every text can be unpacked.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use rayon::prelude::*;
use rusqlite::{Connection, TransactionBehavior, params};
use zstd::dict::DecoderDictionary;

use super::{Check, Cure, Finding, Tell, counted};
use crate::article::Article;
use crate::library::{Result, bodies, name_packs, packing, store};

/// Texts read before they are unpacked side by side.
const AT_ONCE: usize = 512;

/// A text as it lies there, and whose it is.
struct Lying {
    article: i64,
    title: String,
    dictionary: i64,
    bytes: Vec<u8>,
    /// Whom it names, where somebody has looked.
    names: Option<Vec<u8>>,
}

type Dictionaries = BTreeMap<i64, Arc<DecoderDictionary<'static>>>;

pub(super) fn check(sql: &Connection, tell: &mut Tell) -> Result<Vec<Finding>> {
    let (bad, whole) = unreadable(sql, tell)?;
    let mut found = lost_dictionaries(sql)?;
    if !bad.is_empty() {
        let count = bad.len() as u64;
        found.push(Finding {
            check: Check::Texts,
            fault: "text-damaged",
            count,
            message: format!(
                "{} whose text cannot be unpacked; a repair has the next `gazette update` read \
                 the files again",
                counted(count, "article")
            ),
            cure: Cure::Reread,
        });
    }
    if !whole {
        found.push(Finding {
            check: Check::Texts,
            fault: "not-finished",
            count: 0,
            message: "broken off before every text was looked at".to_owned(),
            cure: Cure::None,
        });
    }
    Ok(found)
}

/// Dictionaries that texts name and that are not there.
fn lost_dictionaries(sql: &Connection) -> Result<Vec<Finding>> {
    let text = "SELECT count(DISTINCT dictionary) FROM body WHERE dictionary <> 0
                AND dictionary NOT IN (SELECT id FROM dictionary)";
    let count: u64 = sql.query_row(text, [], |row| row.get(0))?;
    let lost = Finding {
        check: Check::Texts,
        fault: "dictionary-gone",
        count,
        message: format!("{} that texts are packed with not there", gone(count)),
        cure: Cure::Reread,
    };
    Ok(if count > 0 { vec![lost] } else { Vec::new() })
}

fn gone(count: u64) -> String {
    if count == 1 { "a dictionary is".to_owned() } else { format!("{count} dictionaries are") }
}

/// Articles whose text cannot be read, and whether all were looked at.
fn unreadable(sql: &Connection, tell: &mut Tell) -> Result<(Vec<i64>, bool)> {
    let dictionaries = dictionaries(sql)?;
    let total = sql.query_row("SELECT count(*) FROM article", [], |row| row.get(0))?;
    let mut find = sql.prepare(
        "SELECT article.id, title, dictionary, body.bytes, tagged.bytes FROM article
         JOIN body ON body.id = article.body LEFT JOIN tagged ON tagged.body = body.id
         ORDER BY body.id",
    )?;
    let mut rows = find.query([])?;
    let (mut bad, mut done, mut some) = (Vec::new(), 0, Vec::new());
    loop {
        let next = rows.next()?.map(lying).transpose()?;
        let last = next.is_none();
        some.extend(next);
        if some.len() < AT_ONCE && !last {
            continue;
        }
        done += some.len() as u64;
        let unread = some.par_iter().filter(|text| !reads(&dictionaries, text));
        bad.par_extend(unread.map(|text| text.article));
        some.clear();
        if last {
            return Ok((bad, true));
        }
        if tell(Check::Texts, done, total) == ControlFlow::Break(()) {
            return Ok((bad, false));
        }
    }
}

fn lying(row: &rusqlite::Row) -> rusqlite::Result<Lying> {
    let (article, title) = (row.get(0)?, row.get(1)?);
    let (dictionary, bytes, names) = (row.get(2)?, row.get(3)?, row.get(4)?);
    Ok(Lying { article, title, dictionary, bytes, names })
}

fn dictionaries(sql: &Connection) -> Result<Dictionaries> {
    let mut find = sql.prepare("SELECT id, bytes FROM dictionary")?;
    let all = find.query_map([], |row| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?)))?;
    let read = |(id, bytes): (i64, Vec<u8>)| (id, Arc::new(DecoderDictionary::copy(&bytes)));
    Ok(all.map(|pair| pair.map(read)).collect::<rusqlite::Result<_>>()?)
}

fn reads(dictionaries: &Dictionaries, text: &Lying) -> bool {
    let dictionary = match text.dictionary {
        0 => None,
        id => match dictionaries.get(&id) {
            None => return false,
            known => known.map(AsRef::as_ref),
        },
    };
    let Ok(raw) = bodies::unpack(dictionary, &text.bytes) else { return false };
    let mut article = Article { title: text.title.clone(), ..Article::default() };
    let names = match &text.names {
        Some(names) => match name_packs::unpack(names, |id| dictionaries.get(&id).cloned()) {
            None => return false,
            names => names,
        },
        None => None,
    };
    packing::decode(&raw, names.as_deref(), &mut article).is_some()
}

/// Notes the files of these articles to be read again, whatever they look like.
pub(super) fn mend(sql: &mut Connection, tell: &mut Tell) -> Result<()> {
    let (bad, _) = unreadable(sql, tell)?;
    let transaction = sql.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for article in bad {
        transaction
            .prepare_cached(
                "UPDATE file SET size = -1, complete = 1
                 WHERE id = (SELECT file FROM article WHERE id = ?)",
            )?
            .execute(params![article])?;
        transaction
            .prepare_cached("UPDATE article SET digest = 0 WHERE id = ?")?
            .execute(params![article])?;
    }
    store::count_up(&transaction, "state")?;
    Ok(transaction.commit()?)
}
