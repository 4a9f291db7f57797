//! Queries as they are typed, and what is said of those that cannot be read.

use super::super::{Is, TextField};
use super::*;
use crate::article::Label;

const NOW: i64 = 1_747_324_800;

/// A tree in one line: `+` all, `|` any, `-` not.
fn show(node: &Node) -> String {
    let list = |sign: &str, nodes: &[Node]| {
        format!("{sign}({})", nodes.iter().map(show).collect::<Vec<_>>().join(" "))
    };
    match node {
        Node::And(all) => list("+", all),
        Node::Or(any) => list("|", any),
        Node::Not(not) => format!("-{}", show(not)),
        Node::Words { field, terms, prefix } => {
            let field = if *field == TextField::Title { "title:" } else { "" };
            format!("{field}{}{}", terms.join("_"), if *prefix { "*" } else { "" })
        }
        Node::Source(name) => format!("source:{name}"),
        Node::Tag(tag) => format!("tag:{tag}"),
        Node::Language(code) => format!("lang:{code}"),
        Node::Entity { labels, name } => format!("{labels:?}:{name}"),
        Node::Is(is) => format!("{is:?}"),
        Node::Published { from, to } => format!("{from:?}..{to:?}"),
    }
}

fn tree(text: &str, typing: bool) -> (String, Option<QueryError>) {
    let (query, error) = parse(text, typing, NOW);
    (query.root.as_ref().map(show).unwrap_or_default(), error)
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let (shown, error) = tree(text, false);
    assert_eq!((shown.as_str(), error), (expected, None), "{text}");
}

/// `expected` is the tree, then the words at fault, then a part of the message.
#[track_caller]
fn wrong(text: &str, expected: &str, at: &str, message: &str) {
    let (shown, error) = tree(text, false);
    let error = error.expect("an error");
    assert_eq!((shown.as_str(), &text[error.start..error.end]), (expected, at), "{text}");
    assert!(error.message.contains(message), "{}", error.message);
}

#[test]
fn words_phrases_prefixes() {
    check("", "");
    check("Ferry", "ferry");
    check("ferry  strike", "+(ferry strike)");
    check("\"ferry strike\"", "ferry_strike");
    check("“ferry strike”", "ferry_strike");
    check("pref*", "pref*");
    check("\"ferry str*\"", "ferry_str*");
    check("U.S. don't co-operation", "+(u_s don_t co_operation)");
    check("Erdoğan", "erdogan");
    check("* ... -", "");
    check("12:30 https://news.test/a", "+(12_30 https_news_test_a)");
}

#[test]
fn operators() {
    check("a -b", "+(a -b)");
    check("-\"a b\"", "-a_b");
    check("--a", "a");
    check("a OR b", "|(a b)");
    check("a b OR c", "|(+(a b) c)");
    check("(a OR b) c", "+(|(a b) c)");
    check("-(a b)", "-+(a b)");
    check("a | b", "|(a b)");
    check("or OREGON", "+(or oregon)");
    check("((a))", "a");
    check("a -(b OR title:c)", "+(a -|(b title:c))");
}

#[test]
fn fields_and_values() {
    check("title:ferry", "title:ferry");
    check("TITLE:\"the ferry\"", "title:the_ferry");
    check("title:(a OR b) c", "+(|(title:a title:b) c)");
    check("source:\"Harbour Post\"", "source:harbour post");
    check("tag:\"to read\" lang:en-GB", "+(tag:to read lang:en)");
    check("is:unread -is:starred is:hidden", "+(Unread -Starred Hidden)");
    check("person:\"Ada Moss\"", "[Person]:ada moss");
    check("place:Oslo", "[Location, Facility]:oslo");
    check("after:2025-05-01 before:2025-06", "+(Some(1746057600)..None None..Some(1748736000))");
    check("since:7d", "Some(1746720000)..None");
    check("date:2025-05-01", "Some(1746057600)..Some(1746144000)");
    let (query, _) = parse("entity:x", false, NOW);
    assert_eq!(query.root, Some(Node::Entity { labels: Label::ALL.to_vec(), name: "x".into() }));
    assert_eq!(parse("is:read", false, NOW).0.root, Some(Node::Is(Is::Read)));
}

#[test]
fn what_is_wrong_is_said_and_the_rest_counts() {
    wrong("ferry \"stri", "+(ferry stri)", "\"", "never closed");
    wrong("(a b", "+(a b)", "(", "never closed");
    wrong("a) b", "+(a b)", ")", "closes nothing");
    wrong("a before:soon", "a", "before:soon", "2025-05-01");
    wrong("a since:ever", "a", "since:ever", "7d");
    wrong("is:unraed b", "b", "is:unraed", "unread");
    wrong("titel:ferry", "titel_ferry", "titel:", "`title:`");
    wrong("tag: b", "b", "tag:", "wants a value");
    wrong("a OR", "a", "OR", "both sides");
    wrong("OR b", "b", "OR", "both sides");
    wrong("lang:english", "", "lang:english", "en");
}

#[test]
fn while_typing_the_last_word_is_a_prefix() {
    for (text, expected) in [
        ("fer", "fer*"),
        ("ferry str", "+(ferry str*)"),
        ("ferry ", "ferry"),
        ("\"ferry str", "ferry_str*"),
        ("\"ferry strike\"", "ferry_strike"),
        ("title:fer", "title:fer*"),
        ("a -fer", "+(a -fer)"),
        ("person:zel", "[Person]:zel"),
        ("a tag:", "a"),
        ("a OR ", "a"),
        ("(fer", "fer*"),
    ] {
        assert_eq!(tree(text, true).0, expected, "{text}");
    }
    assert_eq!(tree("a tag:", true).1, None);
    assert_eq!(tree("a OR ", true).1, None);
}

#[test]
fn saved_queries_stand_for_what_they_ask() {
    let filters = [
        ("harbour", "ferry OR port"),
        ("mine", "filter:harbour is:unread"),
        ("loop", "filter:loop a"),
        ("soon", "a before:soon"),
    ];
    let pairs = filters.map(|(name, query)| (name.to_owned(), query.to_owned()));
    let filters = Filters::new(pairs.into());
    let tree = |text: &str, typing| {
        let (query, error) = parse_with(text, typing, NOW, &filters);
        let at = error.as_ref().map_or("", |error| &text[error.start..error.end]).to_owned();
        let message = error.map_or(String::new(), |error| error.message);
        (query.root.as_ref().map(show).unwrap_or_default(), at, message)
    };
    let asks = |text: &str| {
        let (tree, at, message) = tree(text, false);
        assert_eq!((at.as_str(), message.as_str()), ("", ""), "{text}");
        tree
    };
    assert_eq!(asks("filter:harbour"), "|(ferry port)");
    assert_eq!(asks("filter:\"mine\" -snow"), "+(+(|(ferry port) Unread) -snow)");
    assert_eq!(asks("-filter:harbour"), "-|(ferry port)");
    for (text, expected, part) in [
        ("b filter:none", "b", "there is no filter `none`; there is harbour, loop"),
        ("filter:loop", "a", "a part of itself"),
        ("filter:soon b", "+(a b)", "in the filter `soon`: `before:` wants a date"),
    ] {
        let (tree, at, message) = tree(text, false);
        assert_eq!(tree, expected, "{text}");
        assert!(at.starts_with("filter:") && message.contains(part), "{at} {message}");
    }
    assert_eq!(tree("a filter:har", true), ("a".into(), String::new(), String::new()));
    assert!(parse("filter:x", false, NOW).1.unwrap().message.contains("[filters]"));
}

#[test]
fn nothing_makes_it_panic() {
    let pieces = ["(", ")", "\"", "-", "OR", " ", "a", "is:", "title:", "é", "“", "*", ":", "|"];
    for a in pieces {
        for b in pieces {
            for c in pieces {
                for d in pieces {
                    let text = [a, b, c, d].concat();
                    if let (_, Some(error)) = parse(&text, true, NOW) {
                        assert!(text.get(error.start..error.end).is_some(), "{text}");
                    }
                }
            }
        }
    }
    parse(&"(".repeat(100_000), false, NOW);
    parse(&"-".repeat(100_000), false, NOW);
}
