//! Turns a query into one of the index engine.

use std::cell::RefCell;
use std::ops::Bound;

use rusqlite::Connection;
use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, EmptyQuery, Occur, PhrasePrefixQuery, PhraseQuery,
    Query as Engine, TermQuery, TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use super::docset::{DocsQuery, Every, Ids, Naming, Prefix};
use super::index::{self, Fields};
use super::name_words::Words;
use super::query::{Is, Node, Query, TextField};
use super::segments::{Published, Segments};
use super::sets::{Set, Sets};
use super::{Filter, Result, View, analyze, rows, sources};
use crate::article::{ArticleId, Label};

/// How many endings of the last word of a phrase are tried.
const ENDINGS: u32 = 1_000;
/// How much more a word counts in the title.
const TITLE_BOOST: f32 = 2.0;

/// Where plain words are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Title and kept paragraphs.
    Kept,
    /// Hidden paragraphs too.
    Hidden,
}

type Part = (Occur, Box<dyn Engine>);

/// What the rank of a hit hangs on where that is one word or none, whatever else is asked for:
/// sources, tags and the like weigh the same for all hits.
pub(super) struct Ranking<'q> {
    word: Option<(TextField, &'q String)>,
    /// Beginnings of words, which weigh more in the title.
    prefixes: Vec<&'q String>,
}

/// The query that gives scores, if one is needed, and what some documents have on top.
type Scores = (Option<Box<dyn Engine>>, Vec<(Prefix, f32)>);

impl<'q> Ranking<'q> {
    /// `None` when the rank hangs on more than that.
    pub fn of(query: &'q Query) -> Option<Self> {
        let nodes = match query.root.as_ref()? {
            Node::And(nodes) => nodes.as_slice(),
            one => std::slice::from_ref(one),
        };
        let (mut plain, mut prefixes) = (Vec::new(), Vec::new());
        for node in nodes {
            match node {
                Node::Words { field, terms, prefix } => match (terms.as_slice(), prefix, field) {
                    ([word], false, _) => plain.push((*field, word)),
                    ([word], true, TextField::Any) => prefixes.push(word),
                    _ => return None,
                },
                Node::And(_) | Node::Or(_) => return None,
                _ => {}
            }
        }
        (plain.len() < 2).then(|| Self { word: plain.pop(), prefixes })
    }
}

pub(super) struct Plan<'a> {
    pub sql: &'a Connection,
    pub fields: Fields,
    pub sets: &'a Sets,
    pub words: &'a RefCell<Words>,
    pub segments: &'a Segments,
    pub place: Place,
    pub scoring: bool,
}

impl Plan<'_> {
    pub fn query(&self, query: &Query, view: &View) -> Result<Box<dyn Engine>> {
        let mut parts = Vec::new();
        match &query.root {
            Some(Node::And(all)) => self.all(all, &mut parts)?,
            Some(node) => self.all(std::slice::from_ref(node), &mut parts)?,
            None => {}
        }
        self.narrow(view, &mut parts)?;
        Ok(all_of(parts))
    }

    /// How hits are given their scores.
    pub fn ranking(&self, ranking: &Ranking) -> Scores {
        let fields = self.fields;
        let scores = ranking.word.map(|(field, word)| -> Box<dyn Engine> {
            let title = self.words_in(fields.title, std::slice::from_ref(word), false);
            if field == TextField::Title {
                return title;
            }
            // What is in the title is in the body as well.
            Box::new(BooleanQuery::new(vec![
                (Occur::Should, self.words_in(fields.body, std::slice::from_ref(word), false)),
                (Occur::Should, Box::new(BoostQuery::new(title, TITLE_BOOST))),
            ]))
        });
        let in_title = |prefix: &&String| Prefix { field: fields.title, prefix: (*prefix).clone() };
        let bonus = ranking.prefixes.iter().map(|prefix| (in_title(prefix), TITLE_BOOST));
        (scores, bonus.collect())
    }

    /// Words and beginnings of words, where a query is nothing else.
    pub fn only_words(&self, query: &Query, view: &View) -> Option<Every> {
        let nodes = match query.root.as_ref()? {
            Node::And(nodes) => nodes.as_slice(),
            one => std::slice::from_ref(one),
        };
        let (every, others) = self.plain(nodes);
        let narrowed = view.filter != Filter::All || !view.sources.is_empty();
        let few = every.prefixes.is_empty() && every.words.len() != 1;
        (others.is_empty() && !narrowed && !few && self.place == Place::Kept).then_some(every)
    }

    fn narrow(&self, view: &View, parts: &mut Vec<Part>) -> Result<()> {
        match view.filter {
            Filter::All => {}
            Filter::Unread => parts.push(self.read(false)?),
            Filter::Starred => parts.push((Occur::Must, self.set(Set::Starred)?)),
        }
        if !view.sources.is_empty() {
            let facets = view.sources.iter().map(|source| index::source_facet(*source));
            parts.push((Occur::Must, self.facets(facets)));
        }
        Ok(())
    }

    fn all(&self, nodes: &[Node], parts: &mut Vec<Part>) -> Result<()> {
        let (every, nodes) = self.every(nodes);
        parts.extend(every.map(|every| (Occur::Must, Box::new(DocsQuery(every)) as _)));
        for node in nodes {
            match node {
                Node::Not(inner) => parts.push((Occur::MustNot, self.node(inner)?)),
                Node::Is(Is::Unread) => parts.push(self.read(false)?),
                Node::Is(Is::Read) => parts.push(self.read(true)?),
                node => parts.push((Occur::Must, self.node(node)?)),
            }
        }
        Ok(())
    }

    /// Plain words together with beginnings of words, where that pays, and the nodes that are
    /// neither.
    fn every<'n>(&self, nodes: &'n [Node]) -> (Option<Every>, Vec<&'n Node>) {
        let (every, others) = self.plain(nodes);
        let few = every.prefixes.is_empty() || every.words.len() + every.prefixes.len() < 2;
        match few || self.scoring || self.place != Place::Kept {
            true => (None, nodes.iter().collect()),
            false => (Some(every), others),
        }
    }

    fn plain<'n>(&self, nodes: &'n [Node]) -> (Every, Vec<&'n Node>) {
        let mut every = Every { field: self.fields.body, words: vec![], prefixes: vec![] };
        let mut others = Vec::new();
        for node in nodes {
            match node {
                Node::Words { field: TextField::Any, terms, prefix } if terms.len() == 1 => {
                    let list = if *prefix { &mut every.prefixes } else { &mut every.words };
                    list.extend_from_slice(terms);
                }
                other => others.push(other),
            }
        }
        (every, others)
    }

    fn node(&self, node: &Node) -> Result<Box<dyn Engine>> {
        Ok(match node {
            Node::And(nodes) => {
                let mut parts = Vec::new();
                self.all(nodes, &mut parts)?;
                all_of(parts)
            }
            Node::Or(nodes) => {
                let parts: Result<Vec<Part>> =
                    nodes.iter().map(|node| Ok((Occur::Should, self.node(node)?))).collect();
                Box::new(BooleanQuery::new(parts?))
            }
            Node::Not(_) | Node::Is(Is::Unread | Is::Read) => {
                let mut parts = Vec::new();
                self.all(std::slice::from_ref(node), &mut parts)?;
                all_of(parts)
            }
            Node::Words { field, terms, prefix } => self.words(*field, terms, *prefix),
            Node::Source(name) => self.source(name)?,
            Node::Tag(tag) => self.set(Set::Tag(analyze::fold(tag)))?,
            Node::Language(code) => self.facets([index::language_facet(code)].into_iter()),
            Node::Entity { labels, name } => self.entity(labels, name)?,
            Node::Is(Is::Starred) => self.set(Set::Starred)?,
            Node::Is(Is::Hidden) => self.facets([index::HIDDEN_FACET.to_owned()].into_iter()),
            Node::Published { from, to } => self.published(*from, *to),
        })
    }

    fn words(&self, field: TextField, terms: &[String], prefix: bool) -> Box<dyn Engine> {
        let fields = self.fields;
        match (field, self.place) {
            (TextField::Title, _) => self.words_in(fields.title, terms, prefix),
            (TextField::Any, Place::Kept) if self.scoring => {
                let title = self.words_in(fields.title, terms, prefix);
                let title = Box::new(BoostQuery::new(title, TITLE_BOOST));
                Box::new(BooleanQuery::new(vec![
                    (Occur::Must, self.words_in(fields.body, terms, prefix)),
                    (Occur::Should, title),
                ]))
            }
            (TextField::Any, Place::Kept) => self.words_in(fields.body, terms, prefix),
            (TextField::Any, Place::Hidden) => Box::new(BooleanQuery::new(vec![
                (Occur::Should, self.words_in(fields.body, terms, prefix)),
                (Occur::Should, self.words_in(fields.hidden, terms, prefix)),
            ])),
        }
    }

    fn words_in(&self, field: Field, terms: &[String], prefix: bool) -> Box<dyn Engine> {
        let term = |text: &String| Term::from_field_text(field, text);
        match (terms, prefix) {
            ([], _) => Box::new(AllQuery),
            ([one], true) => Box::new(DocsQuery(Prefix { field, prefix: one.clone() })),
            ([one], false) => {
                let record = if self.scoring {
                    IndexRecordOption::WithFreqs
                } else {
                    IndexRecordOption::Basic
                };
                Box::new(TermQuery::new(term(one), record))
            }
            (several, true) => {
                let mut query = PhrasePrefixQuery::new(several.iter().map(term).collect());
                query.set_max_expansions(ENDINGS);
                Box::new(query)
            }
            (several, false) => Box::new(PhraseQuery::new(several.iter().map(term).collect())),
        }
    }

    fn set(&self, set: Set) -> Result<Box<dyn Engine>> {
        let ids = self.sets.get(self.sql, &set)?;
        Ok(Box::new(DocsQuery(Ids { field: self.fields.id, members: ids })))
    }

    /// What is read, or what is not, by the ids of whichever are fewer.
    fn read(&self, read: bool) -> Result<Part> {
        let all = rows::counts(self.sql, &[])?;
        let few_unread = all.unread < all.articles.saturating_sub(all.unread);
        let set = self.set(if few_unread { Set::Unread } else { Set::Read })?;
        Ok((if read == few_unread { Occur::MustNot } else { Occur::Must }, set))
    }

    fn facets(&self, values: impl Iterator<Item = String>) -> Box<dyn Engine> {
        let mut terms: Vec<Term> =
            values.map(|value| Term::from_field_text(self.fields.facet, &value)).collect();
        match terms.len() {
            0 => Box::new(EmptyQuery),
            1 => Box::new(TermQuery::new(terms.swap_remove(0), IndexRecordOption::Basic)),
            _ => Box::new(TermSetQuery::new(terms)),
        }
    }

    /// Sources and outlets whose name has these words in a row.
    fn source(&self, name: &str) -> Result<Box<dyn Engine>> {
        let (sources, outlets) = sources::named(self.sql, name)?;
        let sources = sources.into_iter().map(index::source_facet);
        Ok(self.facets(sources.chain(outlets.into_iter().map(index::outlet_facet))))
    }

    fn entity(&self, labels: &[Label], name: &str) -> Result<Box<dyn Engine>> {
        let who = self.words.borrow_mut().having(self.sql, labels, name)?;
        Ok(match who.ids.as_slice() {
            [] | [_] => self.facets(who.ids.iter().map(|id| index::entity_facet(*id))),
            _ => Box::new(DocsQuery(Naming { field: self.fields.facet, who })),
        })
    }

    /// The id carries the date.
    fn published(&self, from: Option<i64>, to: Option<i64>) -> Box<dyn Engine> {
        let id = |second| ArticleId::at(second).0;
        Box::new(DocsQuery(Published {
            from: from.map_or(Bound::Unbounded, |second| Bound::Included(id(second))),
            to: to.map_or(Bound::Unbounded, |second| Bound::Excluded(id(second))),
            segments: self.segments.clone(),
        }))
    }
}

/// All of these, without those excluded; what only excludes starts from everything.
fn all_of(mut parts: Vec<Part>) -> Box<dyn Engine> {
    if !parts.iter().any(|(occur, _)| *occur == Occur::Must) {
        parts.push((Occur::Must, Box::new(AllQuery)));
    }
    match parts.as_slice() {
        [(Occur::Must, _)] => parts.swap_remove(0).1,
        _ => Box::new(BooleanQuery::new(parts)),
    }
}
