//! What the cleaner makes of whole texts and pages.

mod scripts;

use super::*;
use crate::article::{Article, Element, Kind, Layout, Paragraph};

fn paragraphs(texts: &[&str]) -> Vec<Paragraph> {
    let paragraph = |text: &&str| Paragraph { text: (*text).into(), ..Paragraph::default() };
    texts.iter().map(paragraph).collect()
}

fn document(title: &str, texts: &[&str]) -> Document {
    let title = title.to_string();
    let paragraphs = paragraphs(texts);
    let article = Article { title, title_is_own: true, paragraphs, ..Article::default() };
    Document::of(article)
}

fn marks_of(title: &str, texts: &[&str]) -> Vec<Mark> {
    marks(&document(title, texts), &Options::default())
}

/// As an agency's site is scraped: story, signature, legal notice, prose of other stories.
const AGENCY: [&str; 7] = [
    "Valmora and Keldia have agreed to reopen the Osk pass to trucks, ending a closure of four years.",
    "Keldian transport minister Jorun Aske announced the step on Friday after talks in Valmora City.",
    "The pass carried a third of the trade between the two countries before it was closed.",
    "Drivers on both sides of the Osk pass welcomed the step but asked for more customs officers. (NORPA)",
    "LEGAL WARNING: All rights of the published news and photos belong to Norpa Agency Ltd. Nothing may be used without a written contract or subscription.",
    "Keldian president Tor Valeman received the prime minister of Valmora in the capital on Friday to discuss energy and the talks on the Osk pass.",
    "A magnitude 4.8 earthquake shook the town of Hjelm in the early hours of Thursday, the geological institute said.",
];

#[test]
fn a_signed_story_ends_at_its_legal_notice() {
    let marks = marks_of("Valmora, Keldia to reopen Osk pass", &AGENCY);
    let reasons: Vec<_> = marks.iter().map(|mark| mark.reason).collect();
    let (legal, teaser) = (Some(Reason::Legal), Some(Reason::Teaser));
    assert_eq!(reasons, [None, None, None, None, legal, teaser, teaser]);
    assert_eq!(marks[4].evidence.as_deref(), Some("opens with “legal warning”"));
    let why = marks[6].evidence.as_deref();
    assert_eq!(why, Some("follows a legal notice and shares few names with the story"));
}

/// A notice in the page's head, or before the agency's, is not the end.
#[test]
fn a_notice_above_the_story_does_not_hide_the_one_that_ends_it() {
    let texts = [&["All rights reserved."], &AGENCY[..]].concat();
    let reasons: Vec<_> = marks_of("Valmora, Keldia to reopen Osk pass", &texts)
        .into_iter()
        .map(|mark| mark.reason)
        .collect();
    let (legal, teaser) = (Some(Reason::Legal), Some(Reason::Teaser));
    assert_eq!(reasons, [legal, None, None, None, None, legal, teaser, teaser]);
}

/// Whoever asks the cleaner to be sure still wants a legal notice out of the way.
#[test]
fn what_is_certain_is_hidden_from_shy_readers_too() {
    let shy = Options { threshold: 0.8, ..Options::default() };
    for notice in ["Читайте также: Мэр открыл рынок", "16.11.2026, 06:50 Uhr", "Все права защищены"]
    {
        let texts = [&FERRY[..2], &[notice], &FERRY[2..]].concat();
        let marks = marks(&document("Ferry returns to Norrvik", &texts), &shy);
        let kept: Vec<bool> = marks.iter().map(Mark::kept).collect();
        assert_eq!(kept, [true, true, false, true, true], "{notice}: {}", marks[2].score);
    }
}

#[test]
fn a_story_goes_on_after_a_legal_notice_in_its_midst() {
    let texts = [AGENCY[0], AGENCY[1], "All rights reserved.", AGENCY[2], AGENCY[3], AGENCY[1]];
    let marks = marks_of("Valmora, Keldia to reopen Osk pass", &texts[..5]);
    let kept: Vec<bool> = marks.iter().map(Mark::kept).collect();
    assert_eq!(kept, [true, true, false, true, true]);
}

#[test]
fn every_hidden_paragraph_has_words_and_a_score() {
    for mark in marks_of("Valmora, Keldia to reopen Osk pass", &AGENCY) {
        assert!((0.0..=1.0).contains(&mark.score));
        assert_eq!(mark.kept(), mark.score < 0.5);
        assert_eq!(mark.evidence.is_some(), !mark.kept());
    }
}

const FERRY: [&str; 4] = [
    "The island ferry returned to Norrvik on Monday after eleven weeks in the repair yard, its owner said.",
    "The ferry had lost a propeller blade in January, and the island lived on what two fishing boats could carry.",
    "Captain Elsa Brandt told the Norrvik council that the ferry would sail twice a day until autumn.",
    "“We never doubted that the ferry would come back to Norrvik,” said the baker of the island on Monday.",
];

#[test]
fn every_reason_is_given_behind_a_story() {
    use Reason::*;
    for (text, wanted) in [
        ("All rights reserved. No part of this page may be copied without a contract.", Legal),
        ("Tüm hakları saklıdır.", Legal),
        ("Все права защищены", Legal),
        ("Photo: A. Writer / Harbour Press", Credit),
        ("Фото: пресс-служба порта", Credit),
        ("By Anna Writer", Byline),
        ("Published 3 May 2024, 10:15 GMT", Timestamp),
        ("12 Mayıs 2024 Pazar 14:05", Timestamp),
        ("Follow us on Facebook, Instagram and Mastodon for more news from the port.", Share),
        ("Haberi paylaş: Facebook | X | WhatsApp", Share),
        ("Sign up for our free newsletter", Subscribe),
        ("Inscrivez-vous à notre newsletter", Subscribe),
        ("Read more: Ferry captain honoured by the port", Teaser),
        ("اقرأ أيضا: تكريم القبطان", Teaser),
        ("関連記事", Teaser),
        ("Tags: harbour, bridge, ferry", Navigation),
        ("Advertisement", Advert),
        ("Реклама", Advert),
        ("Your email address will not be published.", Comments),
        ("We use cookies to improve this page.", Consent),
        ("https://harbour.example/a/b?c=d", Other),
        ("[PHOTO]http://cdn.harbour.example/images/ferry-1024x683.jpg[/PHOTO]", Other),
        ("© Harbour Press/Norpa", Credit),
    ] {
        let marks = marks_of("Ferry returns to Norrvik", &[&FERRY[..], &[text]].concat());
        assert_eq!(marks[4].reason, Some(wanted), "{text}: {:?}", marks[4]);
        assert!(marks[..4].iter().all(Mark::kept), "{text}");
    }
}

#[test]
fn lines_within_a_story_stay() {
    for text in [
        "What happens next?",
        "Final score: Norrvik 3, Sandholm 2",
        "• 200 grams of flour",
        "“I never wanted the ferry to stop,” she said.",
        "The newsletter, printed since 1911, once told the island who had been born.",
        "The council held that copyright in the songs had passed to the captain's daughters in 1998.",
        "By Monday the water had reached the second floor of the town hall, and nobody was surprised.",
        "May 4 was the day on which everything changed for the island and the people living there.",
        "Share prices fell by a tenth on Friday after the ferry company warned of losses.",
        "Photographs of the wreck went around the world, and the harbour has not been the same since.",
    ] {
        let texts = [&FERRY[..2], &[text], &FERRY[2..]].concat();
        let marks = marks_of("Ferry returns to Norrvik", &texts);
        assert!(marks.iter().all(Mark::kept), "{text}: {:?}", marks[2]);
    }
}

#[test]
fn results_in_a_table_are_part_of_the_story() {
    let mut document = document("Ferry returns to Norrvik", &FERRY);
    let row =
        |text: &str| Paragraph { kind: Kind::TableRow, text: text.into(), ..Paragraph::default() };
    let rows = ["Year | Passengers", "2023 | 31,400", "2024 | 48,900"].map(row);
    document.article.paragraphs.splice(2..2, rows);
    assert!(marks(&document, &Options::default()).iter().all(Mark::kept));
}

#[test]
fn a_ranking_of_many_entries_stays_whole() {
    let mut texts = vec![FERRY[0].to_string(), FERRY[1].to_string()];
    for place in (1..=40).rev() {
        texts.push(format!("{place}. The Sandholm ferry, launched in {}", 1900 + place));
        texts.push(format!("Length: {} metres", 20 + place));
        texts.push(format!(
            "She has carried mail and sheep to Norrvik for {place} winters, and the islanders say that no captain ever left her."
        ));
    }
    let lines: Vec<&str> = texts.iter().map(String::as_str).collect();
    let hidden = marks_of("The forty ferries of Norrvik", &lines);
    assert_eq!(hidden.iter().filter(|mark| !mark.kept()).count(), 0);
}

#[test]
fn stories_about_boilerplate_stay() {
    let texts = [
        "The regulator fined the retailer nine million for cookies that followed shoppers without consent.",
        "Its newsletter had promised that no cookie would be set, and visitors had no way to say no.",
        "Lawyers said the ruling on copyright, cookies and consent would be read closely abroad.",
        "“Subscribe to nothing you have not read,” the regulator's head said with a smile.",
    ];
    assert!(marks_of("Retailer fined over cookies", &texts).iter().all(Mark::kept));
}

#[test]
fn other_scripts_are_read_too() {
    let russian = [
        "Паром вернулся в порт Северный в понедельник после одиннадцати недель ремонта, сообщил владелец судна.",
        "Читайте также: Мэр открыл зимний рынок",
        "Капитан сообщила совету, что паром будет ходить два раза в день до самой осени без перерывов.",
        "Фото: пресс-служба порта",
        "Все права защищены.",
    ];
    let reasons = |title, texts: &[&str]| -> Vec<_> {
        marks_of(title, texts).into_iter().map(|mark| mark.reason).collect()
    };
    let (credit, legal, teaser) = (Some(Reason::Credit), Some(Reason::Legal), Some(Reason::Teaser));
    assert_eq!(reasons("Паром вернулся", &russian), [None, teaser, None, credit, legal]);
    let arabic = [
        "عادت العبارة إلى ميناء الشمال يوم الاثنين بعد أحد عشر أسبوعا من الإصلاح، حسبما قال مالكها للصحفيين.",
        "اقرأ أيضا: افتتاح سوق الشتاء",
        "قالت القبطانة إن العبارة ستبحر مرتين في اليوم حتى الخريف المقبل من دون أي توقف في الرحلات.",
        "جميع الحقوق محفوظة",
    ];
    assert_eq!(reasons("عودة العبارة", &arabic), [None, teaser, None, legal]);
    let japanese = [
        "離島を結ぶ連絡船が月曜日、十一週間の修理を終えて北港に戻ったと運航会社が発表した。",
        "船長は町議会に対し、秋まで一日二往復の運航を続けると説明し、島民は喜んでいる。",
        "関連記事",
        "無断転載を禁じます",
    ];
    assert_eq!(reasons("連絡船が復帰", &japanese), [None, None, teaser, legal]);
}

#[test]
fn a_text_that_would_vanish_is_shown_whole() {
    let texts = ["Subscribe", "Share", "Facebook Twitter WhatsApp", "Advertisement"];
    let marks = marks_of("Menu", &texts);
    assert!(marks.iter().all(Mark::kept));
    assert!(marks[0].evidence.is_some());
}

/// A page: menu, story with an inner share bar, a comment; the root is element 0.
fn page(texts: &[(&str, u32)]) -> Document {
    let element =
        |parent, tag: &str, hints: &str| Element { parent, tag: tag.into(), hints: hints.into() };
    let elements = vec![
        element(None, "html", ""),
        element(Some(0), "nav", "main-nav"),
        element(Some(0), "div", "article-body"),
        element(Some(2), "div", "pull-box social-links"),
        element(Some(0), "div", "comments"),
        element(Some(0), "div", "grid"),
    ];
    let lines: Vec<&str> = texts.iter().map(|(text, _)| *text).collect();
    let mut document = document("Valmora, Keldia to reopen Osk pass", &lines);
    let paragraph_element = texts.iter().map(|(_, element)| *element).collect();
    document.layout = Some(Layout { elements, paragraph_element, ..Layout::default() });
    document
}

#[test]
fn a_page_is_narrowed_to_its_story() {
    let document = page(&[
        ("Valley news", 1),
        (AGENCY[0], 2),
        ("Pass it on to your neighbours and theirs", 3),
        (AGENCY[1], 2),
        (AGENCY[2], 2),
        (
            "I have driven over that pass for thirty years and I say they should have done it earlier.",
            4,
        ),
        ("Hjelm counts its broken chimneys", 5),
    ]);
    let marks = marks(&document, &Options::default());
    let reasons: Vec<_> = marks.iter().map(|mark| mark.reason).collect();
    let (nav, share) = (Some(Reason::Navigation), Some(Reason::Share));
    let (comments, teaser) = (Some(Reason::Comments), Some(Reason::Teaser));
    assert_eq!(reasons, [nav, None, share, None, None, comments, teaser]);
    assert_eq!(marks[5].evidence.as_deref(), Some("stands in the page's “comments” block"));
    assert_eq!(marks[6].evidence.as_deref(), Some("outside the page's main story container"));
}

/// A page of elements (parent, tag, hints) and lines (element, text); the headline is a line.
fn laid_out(elements: &[(u32, &str, &str)], lines: &[(u32, &str)], headline: usize) -> Document {
    let element = |&(parent, tag, hints): &(u32, &str, &str)| Element {
        parent: Some(parent),
        tag: tag.into(),
        hints: hints.into(),
    };
    let root = Element { tag: "html".into(), ..Element::default() };
    let mut lines = lines.to_vec();
    let (title_element, title) = lines.remove(headline);
    let texts: Vec<&str> = lines.iter().map(|(_, text)| *text).collect();
    let mut document = document(title, &texts);
    document.layout = Some(Layout {
        elements: std::iter::once(root).chain(elements.iter().map(element)).collect(),
        paragraph_element: lines.iter().map(|(element, _)| *element).collect(),
        title_before: Some(headline as u32),
        title_element: Some(title_element),
        ..Layout::default()
    });
    document
}

const FAIR: [&str; 3] = [
    "The autumn fair of Sandholm opened on Saturday with forty stalls, two bands and the oldest carousel of the coast.",
    "More than nine hundred people came over the bridge on its first day, the organisers said in the evening.",
    "The carousel, built in 1911, had been mended over the summer by pupils of the school of Sandholm.",
];

#[test]
fn of_a_page_of_many_stories_one_is_the_headlines() {
    let elements = [(0, "article", ""), (1, "h1", ""), (0, "article", ""), (3, "h2", "")];
    let story: Vec<(u32, &str)> =
        FERRY.iter().chain(&AGENCY[1..2]).map(|text| (1, *text)).collect();
    let other = FAIR.map(|text| (3, text));
    let lines =
        [&[(2, "Ferry returns to Norrvik")], &story[..], &[(4, "A fair opens")], &other].concat();
    let found = marks(&laid_out(&elements, &lines, 0), &Options::default());
    let kept: Vec<bool> = found.iter().map(Mark::kept).collect();
    assert_eq!(kept, [true, true, true, true, true, false, false, false, false]);
    let why = found[6].evidence.as_deref();
    assert_eq!(why, Some("stands in another article of the page"));
    // A headline with a standfirst in an article of its own leads to a story in the next.
    let lines = [&[(2, "Ferry returns to Norrvik"), (1, FERRY[0])], &other[..]].concat();
    let found = marks(&laid_out(&elements, &lines, 0), &Options::default());
    assert!(found[1..].iter().all(Mark::kept));
}

#[test]
fn what_calls_itself_a_caption_is_one() {
    let elements = [(0, "article", ""), (1, "h1", ""), (1, "div", "leadmediacaption")];
    let story = FERRY.map(|text| (1, text));
    let under =
        (3, "The ferry in the harbour of Norrvik on the day that the island got its bread.");
    let lines = [&[(2, "Ferry returns to Norrvik"), under], &story[..]].concat();
    let found = marks(&laid_out(&elements, &lines, 0), &Options::default());
    assert_eq!(found[0].reason, Some(Reason::Credit));
    assert_eq!(found[0].evidence.as_deref(), Some("the caption of a picture"));
    assert!(found[1..].iter().all(Mark::kept));
    let options = Options { keep_captions: true, ..Options::default() };
    assert!(marks(&laid_out(&elements, &lines, 0), &options)[0].kept());
    // A whole story that stands in a block named so is none.
    let lines = [(2, "Ferry returns to Norrvik")].into_iter().chain(FERRY.map(|text| (3, text)));
    let lines: Vec<(u32, &str)> = lines.collect();
    let found = marks(&laid_out(&elements, &lines, 0), &Options::default());
    assert!(found.iter().all(Mark::kept));
}

#[test]
fn a_post_that_the_story_quotes_is_part_of_it() {
    let elements = |quotation| {
        let hints = "social-media-embed";
        [(0, "article", ""), (1, "h1", ""), (1, "div", hints), (3, "blockquote", quotation)]
    };
    let post = [
        (4, "on. the. way. https://post.example/9aXk2"),
        (4, "— Ferry of Norrvik (@norrvikferry) May 3, 2024"),
    ];
    let story = FERRY.map(|text| (1, text));
    let lines = [&[(2, "Ferry returns to Norrvik")], &story[..2], &post[..], &story[2..]].concat();
    let found = |quotation| {
        let document = laid_out(&elements(quotation), &lines, 0);
        marks(&document, &Options::default()).iter().map(Mark::kept).collect::<Vec<_>>()
    };
    assert!(found("twitter-tweet").into_iter().all(|kept| kept));
    assert!(!found("newsletter")[2], "no other block is kept by being a quotation");
    // Above the story stands nothing that it quotes.
    let lines = [&[(2, "Ferry returns to Norrvik")], &post[..], &story[..]].concat();
    let document = laid_out(&elements("twitter-tweet"), &lines, 0);
    assert!(!marks(&document, &Options::default())[1].kept());
}

#[test]
fn what_breaks_into_a_story_is_hidden_for_what_it_is() {
    let bio =
        "Elsa Brandt hails from Norrvik, where she keeps bees and mends nets with her sister.";
    let listed = ["Norrvik doubles its fund for quays", "Sound closed to tankers for a day"];
    let texts = [&FERRY[..2], &["ALSO READ:"], &listed, &FERRY[2..], &[bio]].concat();
    let mut document = document("Ferry returns to Norrvik", &texts);
    document.article.byline = Some("Elsa Brandt".into());
    let found = marks(&document, &Options::default());
    let said = |at: usize| (found[at].reason, found[at].evidence.as_deref());
    for at in [3, 4] {
        let why = "listed below a line that announces other stories";
        assert_eq!(said(at), (Some(Reason::Teaser), Some(why)));
    }
    let last = found.len() - 1;
    assert_eq!(said(last), (Some(Reason::Byline), Some("introduces the author")));
    assert!(found[..2].iter().chain(&found[5..last]).all(Mark::kept));
}

#[test]
fn captions_are_the_readers_choice() {
    let mut document = document("Valmora, Keldia to reopen Osk pass", &AGENCY[..4]);
    document.article.paragraphs[2].kind = Kind::Caption;
    let hidden = marks(&document, &Options::default());
    assert_eq!(hidden[2].reason, Some(Reason::Credit));
    let options = Options { keep_captions: true, ..Options::default() };
    assert!(marks(&document, &options)[2].kept());
}

#[test]
fn the_threshold_is_the_readers_too() {
    let document = document("Valmora, Keldia to reopen Osk pass", &AGENCY);
    let shy = Options { threshold: 0.9, ..Options::default() };
    let hidden = |options| marks(&document, options).iter().filter(|m| !m.kept()).count();
    assert!(hidden(&shy) < hidden(&Options::default()));
}

#[test]
fn a_layout_that_does_not_fit_is_borne() {
    let mut document = page(&[(AGENCY[0], 77), (AGENCY[1], 2)]);
    document.layout.as_mut().unwrap().paragraph_element.pop();
    assert_eq!(marks(&document, &Options::default()).len(), 2);
    document.layout = Some(Layout::default());
    assert_eq!(marks(&document, &Options::default()).len(), 2);
}
