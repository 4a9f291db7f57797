//! Teams in sports results and tables, where a town's name is its team: `Ayr 6 Berwick 0`,
//! `Boston 69 65 .515`. No sentence stands around them for the network to read.

use super::gazetteer::Kinds;
use super::tokens::{Shape, Text};
use super::{Found, Sure, dates};
use crate::article::Label;

/// Longest name of a team, in tokens.
const LONGEST: usize = 4;

/// A name with the numbers right behind it.
struct Row {
    from: usize,
    to: usize,
    /// Where its numbers end.
    end: usize,
}

/// Labels the places of results and tables as organisations; `names` stay sorted and disjoint.
pub fn mark_teams(text: &Text, names: &mut Vec<Found>) {
    for (from, to) in teams(text) {
        let meets = |name: &&Found| name.from < to && from < name.to;
        let person = |name: &Found| (name.from, name.to, name.label) == (from, to, Label::Person);
        if names.iter().filter(meets).any(|name| person(name) && to > from + 1) {
            continue;
        }
        names.retain(|name| !meets(&name));
        names.push(Found { from, to, label: Label::Organization, sure: Sure::Told });
    }
    names.sort_by_key(|name| name.from);
}

fn teams(text: &Text) -> Vec<(usize, usize)> {
    let rows = rows(text);
    let mut found = Vec::new();
    for (n, row) in rows.iter().enumerate() {
        let numbers = (row.to..row.end).filter(|n| text.shape(*n) == Shape::Number).count();
        // Two scores make a result; three figures make a table.
        let paired = numbers == 1
            && (rows
                .get(n + 1)
                .is_some_and(|next| next.from == row.end && next.end == next.to + 1)
                || n > 0 && rows[n - 1].end == row.from && rows[n - 1].end == rows[n - 1].to + 1);
        if paired || numbers >= 3 {
            found.push((row.from, row.to));
        }
    }
    found
}

fn rows(text: &Text) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut at = 0;
    while at < text.tokens.len() {
        let to = name_end(text, at);
        let end = numbers_end(text, to);
        let named = to > at && to <= at + LONGEST && !text.kinds(to - 1).any(Kinds::COMMON);
        if named && end > to {
            rows.push(Row { from: at, to, end });
        }
        at = if to > at { end.max(to) } else { at + 1 };
    }
    rows
}

/// The end of the capitals at `at`; a month or weekday is none.
fn name_end(text: &Text, at: usize) -> usize {
    let calendar = Kinds::MONTH | Kinds::WEEKDAY;
    let mut to = at;
    while text.name_like(to) && !text.kinds(to).any(calendar) {
        to += 1;
    }
    to
}

/// The end of the figures at `at`: whole or broken numbers and the signs of tables.
fn numbers_end(text: &Text, at: usize) -> usize {
    let figure = text.shape(at) == Shape::Number || text.is(at, ".");
    // `OSLO 1996-08-31` opens a story.
    if !figure || text.joined(at) || dates::at(text, at).is_some() {
        return at;
    }
    let mut end = at;
    loop {
        let number = text.shape(end) == Shape::Number;
        let sign = text.shape(end) == Shape::Sign
            && (text.is(end, ".") || text.is(end, "/") || text.is(end, "-"))
            && text.shape(end + 1) == Shape::Number
            && text.joined(end + 1);
        if !number && !sign {
            return end;
        }
        end += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::super::gazetteer::Gazetteer;
    use super::*;

    fn teams_of(raw: &str) -> Vec<&str> {
        let text = Text::new(raw, Gazetteer::get());
        let of = |(from, to): (usize, usize)| {
            &raw[text.tokens[from].start as usize..text.tokens[to - 1].end as usize]
        };
        teams(&text).into_iter().map(of).collect()
    }

    #[test]
    fn results_and_tables_have_teams() {
        assert_eq!(teams_of("Tarnby 1 Santa Brava 0"), ["Tarnby", "Santa Brava"]);
        assert_eq!(teams_of("KULU 69 65 .515 5"), ["KULU"]);
        assert_eq!(teams_of("Kulu 3 Oslo 2 Tarnby 0 Bergen 0").len(), 4);
    }

    #[test]
    fn prose_has_none() {
        assert!(teams_of("In Oslo 300 people left on May 5 June 6.").is_empty());
        assert!(teams_of("OSLO 1996-08-31").is_empty());
        assert!(teams_of("Flight Boeing 747 from Oslo landed in Bergen.").is_empty());
    }

    #[test]
    fn a_town_in_a_result_is_its_team() {
        let text = Text::new("Oslo 1 Bergen 2", Gazetteer::get());
        let place = Found { from: 0, to: 3, label: Label::Location, sure: Sure::Told };
        let mut names = vec![place];
        mark_teams(&text, &mut names);
        let spans: Vec<_> = names.iter().map(|n| (n.from, n.to, n.label)).collect();
        assert_eq!(spans, [(0, 1, Label::Organization), (2, 3, Label::Organization)]);
    }
}
