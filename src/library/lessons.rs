//! What a source has taught, laid over the marks of the cleaner whenever an article is read: lines
//! that come again in other articles, then what the reader said.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use rusqlite::Connection;

use super::{Result, RuleId, SourceId, store};
use crate::article::{Article, ArticleId, Mark, Paragraph, Reason};
use crate::clean::shape::{self, Look};

/// Counted up in `meta` whenever anything here has changed.
pub(super) const VERSION: &str = "lessons";

/// No more than this share of an article's kept text is taken for repeated: a story that came
/// again is a story.
const SHARE: f32 = 0.4;
/// Sources remembered.
const SOURCES: usize = 64;

/// What holds in one source.
#[derive(Debug, Default)]
pub(super) struct Lessons {
    source: String,
    /// Lines that come again, and in how many articles.
    repeated: HashMap<u64, u32>,
    /// By the paragraph's words with numbers masked.
    everywhere: HashMap<u64, (RuleId, bool)>,
    /// By article, then by the paragraph's exact words.
    here: HashMap<(i64, u64), bool>,
}

/// Whose word is laid over the cleaner's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Upto {
    Repeated,
    Source,
    Article,
}

impl Lessons {
    pub fn load(sql: &Connection, source: SourceId) -> Result<Self> {
        let mut lessons = Self::default();
        let mut find = sql.prepare_cached("SELECT name FROM source WHERE id = ?")?;
        let mut rows = find.query([source.0])?;
        if let Some(row) = rows.next()? {
            lessons.source = row.get(0)?;
        }
        let mut find =
            sql.prepare_cached("SELECT shape, articles FROM repeated WHERE source = ?")?;
        let mut rows = find.query([source.0])?;
        while let Some(row) = rows.next()? {
            lessons.repeated.insert(row.get::<_, i64>(0)? as u64, row.get(1)?);
        }
        let text = "SELECT id, article, keep, text FROM rule WHERE source = ?";
        let mut find = sql.prepare_cached(text)?;
        let mut rows = find.query([source.0])?;
        while let Some(row) = rows.next()? {
            let text: String = row.get(3)?;
            let keep = row.get(2)?;
            match row.get::<_, Option<i64>>(1)? {
                Some(article) => {
                    lessons.here.insert((article, shape::exact(&text)), keep).is_some()
                }
                None => {
                    let rule = (RuleId(row.get(0)?), keep);
                    lessons.everywhere.insert(shape::masked(&text), rule).is_some()
                }
            };
        }
        Ok(lessons)
    }

    /// Marks an article; gives back the rules of the whole source that met a paragraph of it.
    pub fn apply(
        &self,
        id: ArticleId,
        article: &mut Article,
        look: Option<&Look>,
        upto: Upto,
    ) -> Vec<RuleId> {
        if !self.repeated.is_empty() && !article.settled {
            match look {
                Some(look) => self.hide_repeated(article, look),
                None => self.hide_repeated(article, &shape::look(article)),
            }
        }
        let mut met = Vec::new();
        if upto >= Upto::Source && !self.everywhere.is_empty() {
            for paragraph in &mut article.paragraphs {
                if let Some((rule, keep)) = self.everywhere.get(&shape::masked(&paragraph.text)) {
                    say(paragraph, *keep, &format!("this in all of {}", self.source));
                    met.push(*rule);
                }
            }
            met.sort_unstable();
            met.dedup();
        }
        if upto >= Upto::Article && self.here.keys().any(|(article, _)| *article == id.0) {
            for paragraph in &mut article.paragraphs {
                if let Some(keep) = self.here.get(&(id.0, shape::exact(&paragraph.text))) {
                    say(paragraph, *keep, "this here");
                }
            }
        }
        met
    }

    fn hide_repeated(&self, article: &mut Article, look: &Look) {
        let hits =
            || look.edges.iter().filter_map(|edge| Some((edge, self.repeated.get(&edge.shape)?)));
        let bytes: usize = hits().map(|(edge, _)| edge.bytes).sum();
        if bytes as f32 > look.bytes as f32 * SHARE {
            return;
        }
        for (edge, articles) in hits() {
            let Some(paragraph) = article.paragraphs.get_mut(edge.paragraph as usize) else {
                continue;
            };
            let others = articles.saturating_sub(1);
            let evidence = format!("stands in {others} other articles of {}", self.source);
            let score = 1.0 - 1.0 / (*articles).max(2) as f32;
            paragraph.mark = Mark::boilerplate(Reason::Repeated, score, evidence);
        }
    }
}

/// Marks a paragraph as the reader said.
fn say(paragraph: &mut Paragraph, keep: bool, what: &str) {
    let mark = &mut paragraph.mark;
    *mark = match keep {
        true => Mark { reason: None, score: 0.0, evidence: Some(format!("you kept {what}")) },
        false => {
            let reason = mark.reason.unwrap_or(Reason::Other);
            Mark::boilerplate(reason, 1.0, format!("you hid {what}"))
        }
    };
}

/// The lessons of the sources read last, as long as they hold.
#[derive(Default)]
pub(super) struct Cache {
    known: RefCell<(i64, HashMap<SourceId, Rc<Lessons>>)>,
}

impl Cache {
    pub fn of(&self, sql: &Connection, source: SourceId) -> Result<Rc<Lessons>> {
        let version = store::number(sql, VERSION)?;
        let mut known = self.known.borrow_mut();
        if known.0 != version || known.1.len() > SOURCES {
            *known = (version, HashMap::new());
        }
        if let Some(lessons) = known.1.get(&source) {
            return Ok(lessons.clone());
        }
        let lessons = Rc::new(Lessons::load(sql, source)?);
        known.1.insert(source, lessons.clone());
        Ok(lessons)
    }
}

#[cfg(test)]
mod tests;
