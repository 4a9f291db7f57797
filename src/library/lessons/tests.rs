//! What a library learns of its sources and what the reader teaches it, with articles by hand.

mod rules;

use std::ops::ControlFlow;

use super::super::testing::Desk;
use super::*;
use crate::clean;
use crate::library::search::{Hits, Searcher};
use crate::library::{Change, IndexState, IngestOptions, Library, View, query};

const GO_ON: ControlFlow<()> = ControlFlow::Continue(());
const FOOT: &str = "This page is printed in Osk on every working day.";

/// Stories that share nothing: title, then two paragraphs of prose.
const STORIES: [(&str, &str, &str); 6] = [
    (
        "Ferry sails again",
        "The ferry Aurelia returned to Port Amsel on Monday after eleven weeks in the yard, its owner said.",
        "Two sailings a day are planned until autumn, and three on market days, the harbour master told reporters.",
    ),
    (
        "Clock stays slow",
        "The town hall clock is three minutes behind, and councillors mean to keep it so for another year at least.",
        "Repairing the works would cost more than any time it saves, Mayor Ines Okafor said at Thursday's meeting.",
    ),
    (
        "Bakery takes prize",
        "A baker of Lindmoor has won the national award for rye bread with a loaf his grandmother used to make.",
        "Judges praised its crust, its smell and above all the fact that it was still warm when they tasted it.",
    ),
    (
        "Snow closes pass",
        "Heavy snow fell on the hills before the weekend, and lorries waited in long queues below the tunnel.",
        "Ploughs worked through the night, yet by morning only one lane could be opened for cars with chains.",
    ),
    (
        "Choir of drivers sings",
        "Forty men who steer trams by day filled the opera house of Tbilisi with songs about night shifts.",
        "Their conductor, herself a retired mechanic, hopes to take all of them abroad if anybody lends a bus.",
    ),
    (
        "Gull steals speech",
        "A herring gull took the notes from the hand of the speaker while he opened a fair near the old bridge.",
        "He went on without them for two minutes, which those present called the best address he had ever given.",
    ),
];

const RUSSIAN: [(&str, &str, &str); 4] = [
    (
        "Паром снова ходит",
        "Паром вернулся в порт Северный в понедельник после одиннадцати недель ремонта, сообщил владелец судна.",
        "До осени он будет ходить два раза в день, а по рыночным дням трижды, сказал капитан журналистам.",
    ),
    (
        "Часы отстают",
        "Часы на ратуше отстают на три минуты, и городской совет решил оставить их такими ещё на год.",
        "Починка механизма обойдётся дороже, чем всё сбережённое время, заявила мэр на заседании в четверг.",
    ),
    (
        "Пекарь получил приз",
        "Пекарь из соседнего посёлка получил национальную награду за ржаной хлеб по рецепту своей бабушки.",
        "Жюри похвалило корочку, запах и особенно то, что буханка была ещё тёплой во время дегустации.",
    ),
    (
        "Снег закрыл перевал",
        "Сильный снег выпал на холмах накануне выходных, и грузовики долго стояли в очередях перед тоннелем.",
        "Снегоуборочные машины работали всю ночь, но к утру открыли только одну полосу для машин с цепями.",
    ),
];

/// An article of its own, with a line below it.
fn with(n: usize, (title, first, second): (&str, &str, &str), foot: &str) -> String {
    format!(
        "settled: no\nurl: https://osk.test/{n}\ndate: {}\n{title}\n{first}\n{second}\n{foot}\n",
        n * 60
    )
}

fn file(stories: &[(&str, &str, &str)], foot: &str) -> String {
    let all: Vec<String> =
        stories.iter().enumerate().map(|(n, story)| with(n, *story, foot)).collect();
    all.join("---\n")
}

/// The cleaner keeps everything, so that only lessons hide.
fn options() -> IngestOptions {
    IngestOptions {
        clean: clean::Options { threshold: 1.1, ..Default::default() },
        ..Default::default()
    }
}

fn read(desk: &mut Desk) {
    desk.ingest_until(&options(), &mut |_| GO_ON);
    desk.library.sync_index(&mut |_, _| GO_ON).unwrap();
    assert_eq!(desk.library.index_state().unwrap(), IndexState::Ready);
}

fn taught(text: &str) -> Desk {
    let mut desk = Desk::new();
    desk.write("wire.txt", text);
    read(&mut desk);
    desk
}

/// Oldest first.
fn ids(library: &Library) -> Vec<ArticleId> {
    let mut ids = library.ids(&View { copies: true, ..View::default() }).unwrap();
    ids.reverse();
    ids
}

/// The last paragraph's mark in every article, oldest first.
fn feet(desk: &Desk) -> Vec<Option<Reason>> {
    ids(&desk.library).into_iter().map(|id| foot(&desk.library, id).reason).collect()
}

fn foot(library: &Library, id: ArticleId) -> Mark {
    library.article(id).unwrap().unwrap().paragraphs.last().unwrap().mark.clone()
}

fn found(library: &Library, text: &str) -> Hits {
    let (query, _) = query::parse(text, false, 0);
    Searcher::open(library).unwrap().search(&query, &View::default(), 100).unwrap()
}

fn hidden(library: &Library) -> usize {
    found(library, "is:hidden").total
}

const REPEATED: Option<Reason> = Some(Reason::Repeated);

#[test]
fn a_line_of_four_stories_is_hidden_in_all_of_them() {
    let russian = "Эта страница печатается по рабочим дням.";
    for (stories, foot_text) in [(&STORIES[..4], FOOT), (&RUSSIAN[..], russian)] {
        let mut desk = taught(&file(&stories[..3], foot_text));
        assert_eq!(feet(&desk), [None, None, None]);
        assert_eq!(hidden(&desk.library), 0);
        desk.write("wire.txt", &file(stories, foot_text));
        read(&mut desk);
        assert_eq!(feet(&desk), [REPEATED; 4]);
        assert_eq!(hidden(&desk.library), 4, "earlier articles follow in the index too");
        let mark = foot(&desk.library, ids(&desk.library)[0]);
        assert_eq!(mark.evidence.as_deref(), Some("stands in 3 other articles of news"));
        assert!(desk.other().article(ids(&desk.library)[0]).unwrap().unwrap().hidden().len() == 1);
    }
}

#[test]
fn copies_of_one_story_teach_nothing() {
    // The same file twice.
    let mut desk = Desk::new();
    for name in ["a.txt", "b.txt", "c.txt", "d.txt", "e.txt"] {
        desk.write(name, &file(&STORIES[..2], FOOT));
    }
    read(&mut desk);
    assert_eq!(feet(&desk), [None; 10]);
    // A wire story under a title of each paper's own, with a word changed.
    let (_, first, second) = STORIES[0];
    let titles = ["Ferry is back", "Aurelia returns", "Port cheers", "At sea again", "All aboard"];
    let issues: Vec<String> = titles
        .iter()
        .map(|title| with(title.len(), (title, first, &second.replace("autumn", title)), FOOT))
        .collect();
    assert_eq!(feet(&taught(&issues.join("---\n"))), [None; 5]);
    // A column that is called the same each day.
    let days = ["Notes of 12 May", "Notes of 13 May", "Notes of 14 May", "Notes of 15 May"];
    let columns: Vec<_> =
        days.iter().zip(STORIES).map(|(title, (_, a, b))| (*title, a, b)).collect();
    assert_eq!(feet(&taught(&file(&columns, FOOT))), [None; 4]);
}

#[test]
fn what_proves_to_be_one_story_is_shown_again() {
    let mut desk = taught(&file(&STORIES[..4], FOOT));
    assert_eq!(hidden(&desk.library), 4);
    // Two flashes have grown into the story of another.
    let mut stories = STORIES;
    (stories[2], stories[3]) =
        ((STORIES[2].0, STORIES[0].1, STORIES[0].2), ("More", STORIES[0].1, STORIES[0].2));
    desk.write("wire.txt", &file(&stories[..4], FOOT));
    read(&mut desk);
    assert_eq!(feet(&desk), [None; 4]);
    assert_eq!(hidden(&desk.library), 0, "those that did not change follow too");
}

#[test]
fn what_stories_tell_is_no_boilerplate() {
    let mut desk = taught(&file(&STORIES[..4], FOOT));
    let inside: Vec<String> = (4..6)
        .map(|n| with(n, STORIES[n], &[FOOT, &"It rained.\n".repeat(9)].join("\n")))
        .collect();
    desk.write("more.txt", &inside.join("---\n"));
    read(&mut desk);
    assert_eq!(feet(&desk)[..4], [None; 4]);
    assert_eq!(hidden(&desk.library), 0);
}

#[test]
fn an_article_that_comes_anew_is_counted_once() {
    let mut desk = taught(&file(&STORIES[..3], FOOT));
    for edit in ["said again", "repeated", "insisted"] {
        let mut stories = STORIES;
        let second = format!("{} As she {edit}.", stories[0].2);
        stories[0].2 = &second;
        desk.write("wire.txt", &file(&stories[..3], FOOT));
        read(&mut desk);
    }
    let force = IngestOptions { force: true, ..options() };
    desk.ingest_until(&force, &mut |_| GO_ON);
    assert_eq!(feet(&desk), [None; 3]);
    // The fourth is read again, too, and counted once.
    desk.write("wire.txt", &file(&STORIES[..4], FOOT));
    read(&mut desk);
    desk.ingest_until(&force, &mut |_| GO_ON);
    let mark = foot(&desk.library, ids(&desk.library)[0]);
    assert_eq!(mark.evidence.as_deref(), Some("stands in 3 other articles of news"));
}

#[test]
fn the_line_has_to_be_a_small_part_at_the_edge() {
    let long = "So it was and so it will be again, as it has always been here. ".repeat(9);
    assert_eq!(feet(&taught(&file(&STORIES[..4], long.trim()))), [None; 4]);
    // Among the first prose of each it is the story.
    let first: Vec<_> = STORIES.iter().map(|(title, a, _)| (*title, *a, long.trim())).collect();
    let desk = taught(&file(&first, "Bye."));
    let id = ids(&desk.library)[0];
    assert!(desk.library.article(id).unwrap().unwrap().hidden().is_empty());
}

#[test]
fn settled_articles_teach_nothing_and_stay_as_they_are() {
    let settled = file(&STORIES, FOOT).replace("settled: no\n", "");
    let mut desk = taught(&settled);
    assert_eq!(feet(&desk), [None; 6]);
    desk.write("more.txt", &file(&STORIES[..4], FOOT));
    read(&mut desk);
    let marks = feet(&desk);
    assert_eq!(marks.iter().filter(|reason| **reason == REPEATED).count(), 4);
    assert_eq!(marks.iter().filter(|reason| reason.is_none()).count(), 6);
}

#[test]
fn two_gazettes_learn_together() {
    let mut desk = Desk::new();
    desk.source();
    let other = desk.other();
    for (n, story) in STORIES.into_iter().take(4).enumerate() {
        desk.write(&format!("{n}.txt"), &with(n, story, FOOT));
        if n == 2 {
            desk.library = desk.other();
        }
        read(&mut desk);
    }
    assert_eq!(feet(&desk), [REPEATED; 4]);
    assert_eq!(foot(&other, ids(&other)[0]).reason, REPEATED, "an open library sees it");
}

#[test]
fn broken_off_and_gone_on_it_counts_the_same() {
    let text: Vec<String> = (0..400)
        .map(|n| {
            let word = |k: usize| {
                let number = (n * 7919 + k * 104_729) % 1_000_003;
                let letter = |digit: u8| char::from(digit - b'0' + b'a');
                number.to_string().bytes().map(letter).collect::<String>()
            };
            let prose = |from| (from..from + 30).map(word).collect::<Vec<_>>().join(" ");
            with(n, (&word(0), &prose(10), &prose(50)), FOOT)
        })
        .collect();
    let mut desk = Desk::new();
    desk.write("wire.txt", &text.join("---\n"));
    for stop in 1..4 {
        let mut batches = 0;
        desk.ingest_until(&options(), &mut |_| {
            batches += 1;
            if batches < stop { GO_ON } else { ControlFlow::Break(()) }
        });
        desk.library = desk.other();
    }
    read(&mut desk);
    let counted = desk.number("SELECT articles FROM repeated");
    assert_eq!(counted, 400);
    assert_eq!(hidden(&desk.library), 400);
    assert!(desk.number("SELECT length(lines) FROM tally") < 256 << 10);
}

#[test]
fn removing_a_source_forgets_its_lessons() {
    let mut desk = taught(&file(&STORIES[..4], FOOT));
    let id = ids(&desk.library)[0];
    let change = desk.library.turn(id, 0, true).unwrap().unwrap();
    desk.library.apply(&change).unwrap();
    let source = desk.source();
    desk.library.remove_source(source).unwrap();
    for table in ["tally", "repeated", "rule", "relook"] {
        assert_eq!(desk.number(&format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
    // What is undone after the source went changes nothing.
    assert!(desk.library.apply(&change).unwrap().is_empty());
    read(&mut desk);
    assert_eq!(feet(&desk), [REPEATED; 4]);
}
