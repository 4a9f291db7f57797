//! Lines at the edges of stories, their shapes and sketches.

use super::*;
use crate::article::{Entity, Paragraph};

const FERRY: [&str; 2] = [
    "The ferry Aurelia returned to Port Amsel on Monday after eleven weeks in the yard, its owner said.",
    "Two sailings a day are planned until the autumn, and three on market days, the harbour master told the council.",
];
const PAROM: [&str; 2] = [
    "Паром вернулся в порт Северный в понедельник после одиннадцати недель ремонта, сообщил владелец судна.",
    "До самой осени он будет ходить два раза в день, а по рыночным дням трижды, сказал капитан порта совету.",
];

fn article(title: &str, texts: &[&str]) -> Article {
    let paragraph = |text: &&str| Paragraph { text: (*text).into(), ..Paragraph::default() };
    let paragraphs = texts.iter().map(paragraph).collect();
    Article { title: title.into(), paragraphs, ..Article::default() }
}

/// The paragraphs that may be boilerplate.
fn edges(title: &str, texts: &[&str]) -> Vec<u32> {
    look(&article(title, texts)).edges.iter().map(|edge| edge.paragraph).collect()
}

#[test]
fn the_first_prose_is_never_at_the_edge() {
    let texts = ["Long read, five minutes", FERRY[0], FERRY[1], "Help us report the coast."];
    assert_eq!(edges("A ship comes home", &texts), [0, 3]);
    assert!(edges("A ship comes home", &FERRY).is_empty());
    assert!(edges("A list", &["Not a sentence here", "Nor is this one"]).is_empty());
    let texts = ["Читать пять минут", PAROM[0], PAROM[1], "Подпишитесь на наш канал."];
    assert_eq!(edges("Судно снова дома", &texts), [0, 3]);
}

#[test]
fn the_middle_of_a_long_story_is_its_own() {
    let lines = ["Every year the town paints its boats."; 12];
    let texts: Vec<&str> = FERRY.into_iter().chain(lines).collect();
    let look = look(&article("A ship comes home", &texts));
    assert_eq!(look.edges.first().map(|edge| edge.paragraph), Some(8));
    assert!(look.inside.contains(&look.edges[0].shape));
}

#[test]
fn what_speaks_of_the_story_belongs_to_it() {
    let told = "The ferry was built in Osk in 1998.";
    assert!(edges("Ferry sails again", &[FERRY[0], FERRY[1], told]).is_empty());
    assert_eq!(edges("A ship comes home", &[FERRY[0], FERRY[1], told]), [2]);
    let told = "Aurelia is the oldest on the coast.";
    let mut named = article("A ship comes home", &[FERRY[0], FERRY[1], told]);
    named.entities = vec![Entity { name: "Aurelia".into(), label: Label::Product }];
    let mention = |n, start| Mention {
        place: Place::Paragraph(n),
        start,
        end: start + 7,
        label: Label::Product,
        entity: 0,
    };
    named.mentions = vec![mention(0, 10), mention(2, 0)];
    assert_eq!(look(&named).edges, []);
}

#[test]
fn lines_have_names_and_numbers_masked_and_sentences_do_not() {
    let shape = |text: &str, name: Option<&str>| {
        let mut article = article("", &[text]);
        article.mentions.extend(name.map(|name| Mention {
            place: Place::Paragraph(0),
            start: text.find(name).unwrap() as u32,
            end: (text.find(name).unwrap() + name.len()) as u32,
            label: Label::Person,
            entity: 0,
        }));
        let words = words_of(text);
        line_shape(&article, 0, &words)
    };
    let (moss, roy) = ("Reporting and editing by Ada Moss", "Reporting and editing by Émile Roy");
    assert_eq!(shape(moss, Some("Ada Moss")), shape(roy, Some("Émile Roy")));
    assert_eq!(
        shape("Issue 12, page 4 of the paper", None),
        shape("ISSUE 9, Page 31 of the paper", None)
    );
    let closed = ["The index closed at 12 points.", "The index closed at 14 points."];
    assert_ne!(shape(closed[0], None), shape(closed[1], None));
    assert_eq!(shape("By Ada Moss", Some("Ada Moss")), None, "too little is left");
    assert_eq!(shape("本文由本报记者报道", None), shape("本文由本报记者报道 ", None));
    assert_ne!(shape("本文由本报记者报道", None), None);
}

#[test]
fn rules_know_a_paragraph_again() {
    assert_eq!(exact("Follow  us on ÉTOILE"), exact("follow us on Etoile!"));
    assert_ne!(exact("Issue 12 of the paper"), exact("Issue 13 of the paper"));
    assert_eq!(masked("Issue 12 of the paper"), masked("Issue 1,304 of the paper"));
    assert_eq!(masked("عدد ١٢ من الجريدة"), masked("عدد ١٣ من الجريدة"));
    assert_ne!(masked("Issue 12 of the paper"), masked("Issue 12 of the book"));
    assert_ne!(masked("* * *"), masked("—"));
    assert_ne!(masked("12:40"), masked("13:55"));
}

#[test]
fn copies_of_a_story_are_told_from_other_stories() {
    let story = |title: &str, texts: &[&str]| look(&article(title, texts)).story;
    let ferry = story("A ship comes home", &FERRY);
    let later = FERRY[1].replace("two", "2") + " Tickets are sold at the quay.";
    assert!(story("Harbour: all is well", &[FERRY[0], &later]).is_copy_of(&ferry));
    assert!(story("A ship comes home", &PAROM).is_copy_of(&ferry), "the same title");
    assert!(!story("Harbour: all is well", &PAROM).is_copy_of(&ferry));
    let clock = [
        "The town hall clock is three minutes slow, and the council means to keep it so for another year at least.",
        "Repairing it would cost more than the time it saves, the mayor said at a meeting on Thursday evening.",
    ];
    assert!(!story("Clock stays slow", &clock).is_copy_of(&ferry));
}
