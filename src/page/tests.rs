use super::*;
use crate::article::{Mark, Paragraph, Reason};

fn paragraph(kind: Kind, text: &str) -> Paragraph {
    Paragraph { kind, text: text.into(), ..Paragraph::default() }
}

fn boilerplate(reason: Reason, text: &str) -> Paragraph {
    let mark = Mark::boilerplate(reason, 0.9, "a cue");
    Paragraph { mark, ..paragraph(Kind::Paragraph, text) }
}

fn article() -> Article {
    Article {
        title: "Ferry returns to the harbour".into(),
        byline: Some("Mira Aydın".into()),
        source: "harbour".into(),
        paragraphs: vec![
            paragraph(Kind::Paragraph, "The ferry is back after nine years."),
            boilerplate(Reason::Share, "Share this story"),
            paragraph(Kind::ListItem, "It sails at seven."),
            paragraph(Kind::ListItem, "It carries forty cars."),
            paragraph(Kind::Quote, "We waited long enough for this day."),
            boilerplate(Reason::Legal, "All rights reserved."),
            boilerplate(Reason::Legal, "No copying."),
        ],
        ..Article::default()
    }
}

fn laid(width: u16, boilerplate: bool, explain: bool) -> (Page, Vec<String>) {
    let article = article();
    let options = PageOptions { width, boilerplate, explain, ..PageOptions::default() };
    let page = Page::lay(&article, &options);
    let shown = |row: &PageRow| {
        let space = " ".repeat(row.indent.into());
        format!("{space}{}{}", row.lead, page.text_of(&article, row))
    };
    let rows = page.rows.iter().map(shown).collect();
    (page, rows)
}

#[test]
fn a_page_reads_from_the_top() {
    let (_, rows) = laid(24, false, false);
    let expected = [
        "Ferry returns to the",
        "harbour",
        "Mira Aydın · harbour",
        "",
        "The ferry is back after",
        "nine years.",
        "",
        "• It sails at seven.",
        "• It carries forty cars.",
        "",
        "│ We waited long enough",
        "│ for this day.",
        "",
        "3 paragraphs hidden",
        "(legal 2, share 1)",
    ];
    assert_eq!(rows, expected);
}

#[test]
fn boilerplate_is_shown_with_its_reason() {
    let (page, rows) = laid(40, true, false);
    let share = rows.iter().position(|row| row == "[share]").expect("the reason is there");
    assert_eq!(rows[share + 1], "┊ Share this story");
    assert_eq!(page.rows[share + 1].kind, RowKind::Hidden);
    assert_eq!(rows.iter().filter(|row| *row == "[legal]").count(), 1, "once for two in a row");
    assert!(rows.concat().ends_with("boilerplate shown(legal 2, share 1)"));
}

#[test]
fn explaining_says_why_above_each() {
    let (page, rows) = laid(40, false, true);
    let legal: Vec<usize> = (0..rows.len()).filter(|&n| rows[n] == "legal 0.90  a cue").collect();
    assert_eq!(legal.len(), 2);
    assert_eq!(rows[legal[1] + 1], "┊ No copying.");
    assert!(!rows.concat().contains("kept"), "what was never in doubt is left alone");
    assert_eq!(page.rows_of(6), legal[1]..legal[1] + 2, "a paragraph and its reason");
    assert_eq!(page.paragraph_at(legal[1]), Some(6));
    assert_eq!(page.paragraph_at(legal[1] - 1), None, "a blank is nobody's");
    assert_eq!(page.paragraphs(), [0, 1, 2, 3, 4, 5, 6]);
    let (_, rows) = laid(60, false, true);
    assert!(rows.contains(&"legal      0.90  a cue".to_owned()), "{rows:?}");
}

#[test]
fn long_evidence_stays_in_its_column() {
    let mut article = article();
    article.paragraphs[1].mark.evidence = Some("stands in many places ".repeat(4));
    let options = PageOptions { width: 60, explain: true, ..PageOptions::default() };
    let page = Page::lay(&article, &options);
    let rows = &page.rows[page.rows_of(1)];
    let explained: Vec<_> = rows.iter().filter(|row| row.kind == RowKind::Explain).collect();
    assert_eq!((explained.len(), explained[0].indent, explained[1].indent), (2, 0, 17));
    assert_eq!(explained[1].text, "stands in many places stands in many places");
    let page = Page::lay(&article, &PageOptions { width: 30, ..options });
    let rows = &page.rows[page.rows_of(1)];
    assert_eq!((rows[0].text.as_str(), rows[1].indent), ("share 0.90", 2));
}

#[test]
fn rows_hold_all_the_words() {
    let article = article();
    for width in 1..90 {
        let (page, _) = laid(width, true, false);
        for place in article.places(true) {
            let rows = page.rows.iter().filter(|row| row.place == Some(place));
            let words: String = rows.map(|row| page.text_of(&article, row)).collect();
            let all: String = article.text_at(place).split_whitespace().collect();
            assert_eq!(words.replace(' ', ""), all, "at {width} columns");
        }
    }
}

#[test]
fn no_row_is_wider_than_the_page() {
    for width in 1..90 {
        let (_, rows) = laid(width, true, true);
        assert!(rows.iter().all(|row| columns(row) <= width.into()), "{width}: {rows:#?}");
    }
}

#[test]
fn finds_the_row_of_a_byte() {
    let (page, rows) = laid(24, false, false);
    let row = |n, byte| rows[page.row_of(Place::Paragraph(n), byte)].as_str();
    assert_eq!(row(0, 0), "The ferry is back after");
    assert_eq!(row(0, 23), "The ferry is back after", "the space it was broken at");
    assert_eq!(row(0, 24), "nine years.");
    assert_eq!(row(1, 5), "• It sails at seven.", "hidden: what follows");
    assert_eq!(row(6, 0), "│ for this day.", "hidden, and nothing follows");
    assert_eq!(page.row_of(Place::Title, 22), 1);
    assert_eq!(Page::default().row_of(Place::Title, 0), 0);
}

#[test]
fn the_top_paragraph_stays_when_the_width_changes() {
    let (wide, _) = laid(72, false, false);
    for width in 1..72 {
        let (page, _) = laid(width, false, false);
        for row in 0..wide.rows.len() {
            let place = wide.place_of(row);
            let top = page.row_at(place);
            assert_eq!(page.place_of(top).0, place.0, "row {row} at {width} columns");
        }
    }
    assert_eq!(wide.place_of(usize::MAX).0, 4, "past the end: the last there is");
    assert_eq!(Page::default().place_of(3), (0, 0));
}

#[test]
fn a_reason_stays_with_its_paragraph() {
    for explain in [true, false] {
        let (page, rows) = laid(40, true, explain);
        let reason = rows.iter().rposition(|row| row.contains("legal") && !row.contains("share"));
        let reason = reason.expect("the reason is there");
        assert_eq!(page.row_at(page.place_of(reason)), reason, "{rows:#?}");
    }
}

#[test]
fn an_empty_article_has_no_rows() {
    assert!(Page::lay(&Article::default(), &PageOptions::default()).rows.is_empty());
}
