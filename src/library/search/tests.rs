//! Every kind of query, and what an index that lags, lacks or breaks makes of it.

use std::ops::ControlFlow;

use super::super::query::parse;
use super::super::testing::Desk;
use super::*;
use crate::library::{Change, Filter, IndexState};

const NEWS: &str = "\
url: 1\ndate: 1000\noutlet: Harbour Post\nlang: en\ntag: sea\nperson: Ada Moss
Ferry returns\nThe old ferry is back in Tromsø.\nhidden: All rights reserved by Meridian.
---
url: 2\ndate: 2000\noutlet: Daily Tide\nlang: en\nperson: Ada Moss\nperson: Émile Roy
Strike at the harbour\nThe ferry's crew is on strike, said U.S. officials.
---
url: 3\ndate: 3000\noutlet: Daily Tide\nlang: tr
Erdoğan in Diyarbakır\nBir haber metni.
---
url: 4\ndate: 4000\nlang: ja
北京のニュース\n東京から北京へ。
";

fn find(desk: &Desk, query: &str, view: &View, typing: bool) -> Hits {
    let searcher = Searcher::open(&desk.library).unwrap();
    searcher.search(&parse(query, typing, 5_000).0, view, 10).unwrap()
}

/// Numbers of the articles found, in order.
fn numbers(desk: &Desk, hits: &Hits) -> String {
    assert_eq!(hits.total, hits.ids.len());
    let url = |id| desk.library.article(id).unwrap().unwrap().url.unwrap();
    hits.ids.iter().map(|id| url(*id)).collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check(desk: &Desk, query: &str, expected: &str) {
    let hits = find(desk, query, &View::default(), false);
    assert_eq!((numbers(desk, &hits).as_str(), &hits.how), (expected, &How::Exactly), "{query}");
}

#[test]
fn every_kind_of_query() {
    let desk = Desk::with(NEWS);
    for (query, expected) in [
        ("", "4 3 2 1"),
        ("ferry", "2 1"),
        ("ferry strike", "2"),
        ("ferry -strike", "1"),
        ("-ferry", "4 3"),
        ("strike OR erdogan", "3 2"),
        ("(strike OR tromso) ferry", "2 1"),
        ("\"old ferry\"", "1"),
        ("\"ferry old\"", ""),
        ("\"returns the\"", ""),
        ("fer*", "2 1"),
        ("\"the fer*\"", "2"),
        ("u.s.", "2"),
        ("title:ferry", "1"),
        ("title:(ferry OR strike)", "2 1"),
        ("source:tide", "3 2"),
        ("source:\"harbour post\"", "1"),
        ("source:news ferry", "2 1"),
        ("person:moss", "2 1"),
        ("person:\"emile roy\"", "2"),
        ("person:roy -strike", ""),
        ("org:moss", ""),
        ("entity:ada", "2 1"),
        ("tag:SEA", "1"),
        ("-tag:sea lang:en", "2"),
        ("lang:tr", "3"),
        ("is:unread", "4 3 2 1"),
        ("is:read", ""),
        ("is:starred OR strike", "2"),
        ("is:hidden", "1"),
        ("diyarbakir", "3"),
        ("北京", "4"),
        ("京北", ""),
        ("since:1h", "4 3 2"),
        ("after:1970 before:1971", "4 3 2 1"),
        ("before:1970-01-01", ""),
        ("ferry since:1h", "2"),
    ] {
        check(&desk, query, expected);
    }
}

#[test]
fn the_view_narrows_and_orders() {
    let mut desk = Desk::with(NEWS);
    let source = desk.source();
    let ids = desk.library.ids(&View::default()).unwrap();
    desk.library.apply(&Change::Read { ids: vec![ids[3]], read: true }).unwrap();
    desk.library.apply(&Change::Star { ids: vec![ids[2]], starred: true }).unwrap();
    let with = |filter, order, sources| View { filter, order, sources, copies: false };
    for (view, expected) in [
        (with(Filter::Unread, Order::Newest, vec![]), "2"),
        (with(Filter::Starred, Order::Newest, vec![source]), "2"),
        (with(Filter::All, Order::Oldest, vec![source]), "1 2"),
        (with(Filter::All, Order::Best, vec![]), "1 2"),
        (with(Filter::All, Order::Newest, vec![super::super::SourceId(99)]), ""),
    ] {
        let hits = find(&desk, "ferry", &view, false);
        assert_eq!(numbers(&desk, &hits), expected, "{view:?}");
    }
    check(&desk, "is:read", "1");
    check(&desk, "is:unread ferry", "2");
    check(&desk, "is:starred", "2");
}

#[test]
fn an_open_searcher_sees_what_the_reader_does() {
    let mut desk = Desk::with(NEWS);
    let mut searcher = Searcher::open(&desk.library).unwrap();
    let count = |searcher: &Searcher, text: &str| {
        searcher.search(&parse(text, false, 0).0, &View::default(), 1).unwrap().total
    };
    assert_eq!(count(&searcher, "tag:later"), 0);
    let ids = desk.library.ids(&View::default()).unwrap();
    desk.library.apply(&Change::Tag { ids, tag: "later".into() }).unwrap();
    assert_eq!(count(&searcher, "tag:later"), 4);
    desk.write("more.txt", "Ferry again\nIt sails.\n");
    desk.ingest();
    searcher.reload().unwrap();
    assert_eq!(count(&searcher, "ferry"), 3);
}

#[test]
fn the_last_word_while_typing_is_a_prefix() {
    let desk = Desk::with(NEWS);
    let hits = find(&desk, "old fer", &View::default(), true);
    assert_eq!(numbers(&desk, &hits), "1");
    assert_eq!(hits.marker.spans("old ferries").len(), 2);
}

#[test]
fn the_best_are_the_same_whether_all_hits_are_looked_at_or_not() {
    let article = |n: usize| {
        let word = |k: usize| ["ferry", "harbour", "strike", "crew", "tide"][(n * k) % 5];
        let text: Vec<&str> = (0..20 + n % 37).map(|k| word(1 + k * k % 11)).collect();
        let copied = if n.is_multiple_of(9) { n - n % 27 } else { n };
        let (title, text) = (word(n % 7), text.join(" "));
        format!("url: {n}\ndate: {}\n{title}\nNumber {copied}. {text}\n", 1_000 + n * 40)
    };
    let news: Vec<String> = (1..700).map(article).collect();
    let desk = Desk::with(&news.join("---\n"));
    let best = View { order: Order::Best, ..View::default() };
    for word in ["ferry", "tide"] {
        let pruned = find(&desk, word, &best, false);
        for more in ["", "cre*", "title:cre*", "numb*", "after:1970-01-01", "-strike", "is:unread"]
        {
            let once = find(&desk, &format!("{word} {more}"), &best, false);
            // The same word twice is not pruned, and doubles its score.
            let all = find(&desk, &format!("{word} {word} {more} {more}"), &best, false);
            assert_eq!((once.total, once.ids), (all.total, all.ids), "{word} {more}");
        }
        let newest = find(&desk, word, &View::default(), false);
        assert_eq!(newest.total, pruned.total);
        let oldest = View { order: Order::Oldest, ..View::default() };
        let oldest = find(&desk, word, &oldest, false);
        assert!(oldest.ids.is_sorted() && newest.ids.is_sorted_by(|a, b| a > b));
        let everything = Searcher::open(&desk.library).unwrap();
        let (query, _) = parse(word, false, 5_000);
        let all = everything.search(&query, &View::default(), 1_000).unwrap().ids;
        assert_eq!(newest.ids, all[..10]);
        assert!(oldest.ids.iter().eq(all.iter().rev().take(10)));
        assert_eq!(all.len(), newest.total);
    }
}

#[test]
fn words_and_beginnings_are_laid_over_one_another() {
    let desk = Desk::with(NEWS);
    for (query, expected) in [
        ("ferry str*", "2"),
        ("str* ferr* har*", "2"),
        ("the* back", "1"),
        ("zebra fer*", ""),
        ("fer* title:strike", "2"),
        ("fer* -strike", "1"),
        ("fer* person:roy", "2"),
    ] {
        check(&desk, query, expected);
    }
}

#[test]
fn hidden_paragraphs_are_searched_when_nothing_else_is_found() {
    let desk = Desk::with(NEWS);
    let hits = find(&desk, "meridian ferry", &View::default(), false);
    assert_eq!((numbers(&desk, &hits).as_str(), hits.how), ("1", How::InHidden));
}

#[test]
fn one_typo_is_forgiven_when_nothing_is_found() {
    let desk = Desk::with(NEWS);
    for typo in ["strke", "strikee", "stirke", "ferry stroke"] {
        let hits = find(&desk, typo, &View::default(), false);
        assert_eq!(hits.how, How::Corrected(vec!["strike".into()]), "{typo}");
        assert_eq!(numbers(&desk, &hits), "2");
        assert!(!hits.marker.spans("a strike").is_empty());
    }
    assert_eq!(find(&desk, "zebra", &View::default(), false).total, 0);
}

#[test]
fn a_deleted_or_broken_index_heals() {
    let mut desk = Desk::with(NEWS);
    let folder = desk.library.dir().join("index");
    let heal = |desk: &mut Desk| {
        assert_eq!(desk.library.index_state().unwrap(), IndexState::Missing);
        assert_eq!(find(desk, "ferry", &View::default(), false).total, 0);
        let status = desk.library.sync_index(&mut |_, _| ControlFlow::Continue(())).unwrap();
        assert!(status.complete && status.articles == 4);
        assert_eq!(desk.library.index_state().unwrap(), IndexState::Ready);
        check(desk, "ferry", "2 1");
    };
    std::fs::remove_dir_all(&folder).unwrap();
    heal(&mut desk);
    std::fs::write(folder.join("meta.json"), "{").unwrap();
    heal(&mut desk);
    std::fs::write(folder.join("gazette-version"), "0 1").unwrap();
    heal(&mut desk);
}

#[test]
fn what_a_kill_left_in_the_outbox_is_found_exactly_once() {
    let mut desk = Desk::with(NEWS);
    // As if killed after the index had committed and before the outbox was cleared.
    let again = "INSERT INTO dirty (article) SELECT id FROM article";
    desk.library.sql.execute(again, []).unwrap();
    assert_eq!(desk.library.index_state().unwrap(), IndexState::Behind(4));
    desk.library.sync_index(&mut |_, _| ControlFlow::Continue(())).unwrap();
    check(&desk, "ferry", "2 1");
    let source = desk.source();
    desk.library.remove_source(source).unwrap();
    desk.library.sync_index(&mut |_, _| ControlFlow::Continue(())).unwrap();
    check(&desk, "ferry", "");
}

#[test]
fn only_one_writes_the_index_and_the_others_leave_it_to_that_one() {
    let mut desk = Desk::with(NEWS);
    let mut other = desk.other();
    let holder = index::Indexer::open(&other.dir, &mut other.sql).unwrap().unwrap();
    desk.write("more.txt", "Ferry again\nIt sails.\n");
    assert_eq!(desk.ingest().added, 1);
    let status = desk.library.sync_index(&mut |_, _| ControlFlow::Continue(())).unwrap();
    assert!(status.busy && !status.complete);
    holder.close();
    desk.library.sync_index(&mut |_, _| ControlFlow::Continue(())).unwrap();
    assert_eq!(find(&desk, "ferry", &View::default(), false).total, 3);
}
