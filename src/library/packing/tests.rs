//! Articles come back as they were packed, and bytes that make no sense are refused.

use super::*;
use crate::article::{Entity, Label, Mention, Place};

fn article() -> Article {
    let mention = |place, start, end, label, entity| Mention { place, start, end, label, entity };
    let paragraph =
        |text: &str, mark| Paragraph { text: text.into(), mark, ..Paragraph::default() };
    let (person, place) = (Label::Person, Label::Location);
    let mut article = Article {
        title: "Moss leaves Tromsø".into(),
        byline: Some("By Ida Roy".into()),
        tags: vec!["sea".into()],
        settled: true,
        paragraphs: vec![
            paragraph("Ada Moss left.", Mark { score: 0.125, ..Mark::default() }),
            paragraph(
                "Moss is from Osk.",
                Mark { evidence: Some("short".into()), ..Mark::default() },
            ),
            paragraph("Share", Mark::boilerplate(Reason::Share, 0.9, "says “share”")),
        ],
        entities: vec![
            Entity { name: "Ada Moss".into(), label: person },
            Entity { name: "Tromsø".into(), label: place },
            Entity { name: "City of Osk".into(), label: place },
        ],
        mentions: vec![
            mention(Place::Title, 0, 4, person, 0),
            mention(Place::Title, 12, 19, place, 1),
            mention(Place::Paragraph(0), 0, 8, person, 0),
            mention(Place::Paragraph(1), 0, 4, Label::Misc, 0),
            mention(Place::Paragraph(1), 13, 16, place, 2),
        ],
        ..Article::default()
    };
    let link = |start, end| Link { start, end, href: format!("https://a.test/{start}") };
    article.paragraphs[1].links = vec![link(0, 4), link(13, 16)];
    article
}

fn back(article: &Article) -> Option<Article> {
    let mut other = Article { title: article.title.clone(), ..Article::default() };
    let names = encode_names(article).unwrap();
    decode(&encode(article, "").unwrap(), Some(&names), &mut other).map(|()| other)
}

#[test]
fn without_its_names_an_article_is_read_all_the_same() {
    let mut other = Article { title: article().title, ..Article::default() };
    decode(&encode(&article(), "").unwrap(), None, &mut other).unwrap();
    let nobody = Article { entities: Vec::new(), mentions: Vec::new(), unnamed: true, ..article() };
    assert_eq!(other, nobody);
}

#[test]
fn a_body_comes_back_wherever_it_is_cut_off() {
    let (body, names) = (encode(&article(), "a/b.txt").unwrap(), encode_names(&article()).unwrap());
    let empty =
        || Article { title: article().title, path: Some("n.zip".into()), ..Article::default() };
    for cut in 1..body.len() {
        let (beginning, rest) = body.split_at(cut);
        let mut whole = empty();
        read(beginning.to_vec(), rest, Some(&names), &mut whole).unwrap();
        let path = Some("n.zip/a/b.txt".into());
        assert_eq!(whole, Article { path, ..article() });
        let damaged = read(beginning.to_vec(), &rest[..rest.len() / 2], None, &mut empty());
        assert!(damaged.is_none() || rest.len() <= 2 * "a/b.txt".len(), "cut at {cut}");
    }
    let mut old = empty();
    read(FIRST[..9].to_vec(), &FIRST[9..], None, &mut old).unwrap();
    assert!(
        old.paragraphs.iter().map(|p| &p.text).eq(article().paragraphs.iter().map(|p| &p.text))
    );
    assert_eq!(old.entities.len(), 3, "its names are within it");
}

#[test]
fn a_body_of_the_first_version_holds_its_names() {
    let mut other = Article { title: article().title, ..Article::default() };
    decode(FIRST, None, &mut other).unwrap();
    let mut known = article();
    known.title_is_own = true;
    known.agency = Some("Reuters".into());
    known.dateline = Some("KOS".into());
    known.paragraphs[1].kind = Kind::Quote;
    for (paragraph, evidence) in known.paragraphs.iter_mut().zip(other.paragraphs.iter()) {
        paragraph.links.clear();
        paragraph.mark.evidence = evidence.mark.evidence.clone();
    }
    known.mentions[3].label = Label::Person;
    assert_eq!(other, known);
}

#[test]
fn everything_comes_back() {
    assert_eq!(back(&article()).as_ref(), Some(&article()));
    assert_eq!(back(&Article::default()), Some(Article::default()));
}

#[test]
fn the_member_of_an_archive_comes_back() {
    let raw = encode(&article(), "inner/päge.html").unwrap();
    let mut other = Article { path: Some("/a.zip".into()), ..article() };
    decode(&raw, None, &mut other).unwrap();
    assert_eq!(other.path.as_deref(), Some("/a.zip/inner/päge.html"));
}

#[test]
fn a_name_said_in_the_text_is_not_kept_again() {
    let raw = encode_names(&article()).unwrap();
    let times = |word: &[u8]| raw.windows(word.len()).filter(|found| *found == word).count();
    assert_eq!((times(b"Ada Moss"), times("Tromsø".as_bytes()), times(b"City of Osk")), (0, 0, 1));
}

#[test]
fn numbers_out_of_place_come_back_too() {
    let mut odd = article();
    odd.mentions.reverse();
    odd.mentions[0].end = u32::MAX;
    odd.mentions[1].start = 900;
    odd.mentions[2].entity = 77;
    odd.paragraphs[1].links[0].end = 0;
    assert_eq!(back(&odd), Some(odd));
}

#[test]
fn damaged_bytes_are_refused() {
    let raw = encode(&article(), "").unwrap();
    for end in 0..raw.len() {
        assert_eq!(decode(&raw[..end], None, &mut Article::default()), None, "{end} bytes");
    }
    assert_eq!(decode(&[9, 9, 9], None, &mut Article::default()), None);
    let names = encode_names(&article()).unwrap();
    for end in 0..names.len() {
        let mut other = Article { title: article().title, ..Article::default() };
        assert_eq!(decode(&raw, Some(&names[..end]), &mut other), None, "{end} bytes");
    }
}
