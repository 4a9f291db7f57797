//! Reads a query by recursive descent. Nothing is ever refused: what makes no sense is reported
//! and left out, and the rest counts.

use super::fields::{self, Field};
use super::{Filters, Node, Query, QueryError, TextField};

/// Deepest nesting of brackets that is followed.
const DEEPEST: usize = 64;

/// Parses a query. With `typing`, the last word is taken as a prefix. `now` is Unix seconds, for
/// `since:`.
pub fn parse(text: &str, typing: bool, now: i64) -> (Query, Option<QueryError>) {
    parse_with(text, typing, now, &Filters::default())
}

/// Parses a query in which `filter:NAME` stands for a saved one.
pub fn parse_with(
    text: &str,
    typing: bool,
    now: i64,
    filters: &Filters,
) -> (Query, Option<QueryError>) {
    parse_within(text, typing, now, filters, &mut Vec::new())
}

/// `within` are the saved queries that this one is a part of.
fn parse_within(
    text: &str,
    typing: bool,
    now: i64,
    filters: &Filters,
    within: &mut Vec<String>,
) -> (Query, Option<QueryError>) {
    let mut parser = Parser {
        text,
        at: 0,
        typing,
        now,
        filters,
        within,
        field: TextField::Any,
        depth: 0,
        excluding: false,
        error: None,
    };
    let mut parts = Vec::new();
    loop {
        parts.extend(parser.any());
        let Some(')') = parser.peek() else { break };
        parser.report(parser.at, parser.at + 1, "this bracket closes nothing".to_owned());
        parser.at += 1;
    }
    (Query { root: join(parts, Node::And) }, parser.error)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    typing: bool,
    now: i64,
    filters: &'a Filters,
    within: &'a mut Vec<String>,
    /// Where plain words are looked for: `title:(a b)` changes it for a while.
    field: TextField,
    depth: usize,
    /// Under a minus: a word half typed must not exclude all that begin like it.
    excluding: bool,
    /// The first one found.
    error: Option<QueryError>,
}

/// One node of several, or the only one.
fn join(mut parts: Vec<Node>, of: fn(Vec<Node>) -> Node) -> Option<Node> {
    match parts.len() {
        0 | 1 => parts.pop(),
        _ => Some(of(parts)),
    }
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_spaces(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn report(&mut self, start: usize, end: usize, message: String) {
        self.error.get_or_insert(QueryError { start, end: end.min(self.text.len()), message });
    }

    /// `a b OR c d`: an OR parts all that stands on its two sides.
    fn any(&mut self) -> Option<Node> {
        let mut choices = Vec::new();
        loop {
            let all = self.all();
            let empty = all.is_none();
            choices.extend(all);
            let start = self.at;
            if !self.take_or() {
                break;
            }
            if empty {
                self.report(start, start + 2, "`OR` wants a word on both sides".to_owned());
            }
            self.skip_spaces();
            let nothing_follows = matches!(self.peek(), None | Some(')'));
            if nothing_follows && !(self.typing && self.peek().is_none()) {
                self.report(start, start + 2, "`OR` wants a word on both sides".to_owned());
            }
        }
        join(choices, Node::Or)
    }

    /// Everything up to an OR, a closing bracket or the end.
    fn all(&mut self) -> Option<Node> {
        let mut parts = Vec::new();
        loop {
            self.skip_spaces();
            if matches!(self.peek(), None | Some(')')) || self.at_or() {
                break;
            }
            parts.extend(self.one());
        }
        join(parts, Node::And)
    }

    fn at_or(&self) -> bool {
        ["OR", "|"].iter().any(|or| {
            let rest = self.rest().strip_prefix(or);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '(', ')', '"']))
        })
    }

    fn take_or(&mut self) -> bool {
        let found = self.at_or();
        if found {
            self.at += if self.rest().starts_with('|') { 1 } else { 2 };
        }
        found
    }

    fn one(&mut self) -> Option<Node> {
        match self.peek()? {
            '-' => self.not(),
            '(' => self.group(),
            '"' | '“' | '”' => {
                let (value, open) = self.quoted();
                self.words(self.field, value.trim_end(), open)
            }
            _ => self.word(),
        }
    }

    fn not(&mut self) -> Option<Node> {
        let minuses = self.rest().bytes().take_while(|byte| *byte == b'-').count();
        self.at += minuses;
        // A dash standing alone is punctuation.
        if self.peek().is_none_or(char::is_whitespace) || self.peek() == Some(')') {
            return None;
        }
        let outer = std::mem::replace(&mut self.excluding, true);
        let inner = self.one();
        self.excluding = outer;
        match inner {
            Some(inner) if minuses % 2 == 1 => Some(Node::Not(Box::new(inner))),
            inner => inner,
        }
    }

    fn group(&mut self) -> Option<Node> {
        let start = self.at;
        self.at += 1;
        if self.depth == DEEPEST {
            self.report(start, start + 1, "too many brackets within brackets".to_owned());
            return None;
        }
        self.depth += 1;
        let inner = self.any();
        self.depth -= 1;
        if self.peek() == Some(')') {
            self.at += 1;
        } else {
            self.report(start, start + 1, "this bracket is never closed".to_owned());
        }
        inner
    }

    /// The inside of quotes, and whether they were left open.
    fn quoted(&mut self) -> (String, bool) {
        let start = self.at;
        self.at += self.peek().map_or(0, char::len_utf8);
        match self.rest().find(['"', '“', '”']) {
            Some(length) => {
                let inside = self.rest()[..length].to_owned();
                self.at += length;
                self.at += self.peek().map_or(0, char::len_utf8);
                (inside, false)
            }
            None => {
                let inside = self.rest().to_owned();
                let quote = self.text.len() - inside.len();
                self.report(start, quote, "this quote is never closed".to_owned());
                self.at = self.text.len();
                (inside, true)
            }
        }
    }

    /// The characters up to a space, a bracket or a quote.
    fn bare(&mut self) -> String {
        let length = self.rest().find([' ', '\t', '\n', '(', ')', '"', '“', '”']);
        let length =
            length.or_else(|| self.rest().find(char::is_whitespace)).unwrap_or(self.rest().len());
        let word = self.rest()[..length].to_owned();
        self.at += length;
        word
    }

    fn word(&mut self) -> Option<Node> {
        let start = self.at;
        let colon = self.rest().find(|c: char| !c.is_ascii_alphabetic());
        if let Some(length) = colon.filter(|length| *length > 0)
            && self.rest()[length..].starts_with(':')
        {
            let name = self.rest()[..length].to_owned();
            if let Some(field) = fields::find(&name) {
                self.at += length + 1;
                return self.value(field, &name, start);
            }
            if let Some(near) = fields::nearest(&name)
                && !self.rest()[length..].starts_with("://")
            {
                let message = format!("there is no field `{name}:`; did you mean `{near}:`?");
                self.report(start, start + length + 1, message);
            }
        }
        let word = self.bare();
        self.words(self.field, &word, true)
    }

    /// What stands after `name:`.
    fn value(&mut self, field: Field, name: &str, start: usize) -> Option<Node> {
        if field == Field::Title && self.peek() == Some('(') {
            let outer = std::mem::replace(&mut self.field, TextField::Title);
            let inner = self.group();
            self.field = outer;
            return inner;
        }
        let (value, open) = match self.peek() {
            Some('"' | '“' | '”') => self.quoted(),
            _ => (self.bare(), true),
        };
        let at_end = self.at == self.text.len();
        if value.trim().is_empty() {
            if !(self.typing && at_end) {
                self.report(start, self.at, format!("`{name}:` wants a value"));
            }
            return None;
        }
        match field {
            Field::Title => return self.words(TextField::Title, &value, open),
            Field::Filter => return self.saved(value.trim(), start),
            _ => {}
        }
        match field.node(&value, self.now) {
            Ok(node) => node,
            Err(message) => {
                self.report(start, self.at, message);
                None
            }
        }
    }

    /// What a saved query asks for.
    fn saved(&mut self, name: &str, start: usize) -> Option<Node> {
        let at_end = self.at == self.text.len();
        let Some(text) = self.filters.get(name) else {
            // Half a name is no mistake yet.
            let begins = |(known, _): (&str, &str)| known.starts_with(name);
            if !(self.typing && at_end && self.filters.iter().any(begins)) {
                self.report(start, self.at, unknown_filter(name, self.filters));
            }
            return None;
        };
        if self.within.iter().any(|outer| outer == name) {
            self.report(start, self.at, format!("the filter `{name}` is a part of itself"));
            return None;
        }
        self.within.push(name.to_owned());
        let (query, error) = parse_within(text, false, self.now, self.filters, self.within);
        self.within.pop();
        if let Some(error) = error {
            self.report(start, self.at, format!("in the filter `{name}`: {}", error.message));
        }
        query.root
    }

    /// Words, the last of them a prefix if it ends in a star or is just being typed.
    fn words(&mut self, field: TextField, text: &str, open: bool) -> Option<Node> {
        let star = text.ends_with('*');
        let typed = self.typing && open && !self.excluding && self.at == self.text.len();
        let ends_in_word = text.trim_end_matches('*').ends_with(|c: char| !c.is_whitespace());
        fields::words(field, text, (star || typed) && ends_in_word)
    }
}

fn unknown_filter(name: &str, filters: &Filters) -> String {
    let known: Vec<&str> = filters.iter().map(|(name, _)| name).collect();
    match known.as_slice() {
        [] => "there are no filters yet; [filters] in the configuration names them".to_owned(),
        _ => format!("there is no filter `{name}`; there is {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests;
