//! The sample edition through loader and cleaner: title, date, what stays and what is hidden.
//!
//! One row a story, checked by eye once. When a row fails, look at the story first: the table
//! says what a reader wants to see, not what the code happens to do.

use gazette::article::{Document, Mark, Reason};
use gazette::load::{self, Limits, Origin};
use gazette::{clean, sample};

/// What a story should look like on the screen.
struct Story {
    file: &'static str,
    title: &'static str,
    /// UTC, to the minute; `""` when the document does not say.
    published: &'static str,
    language: &'static str,
    /// How many paragraphs stay, and how the first and the last of them begin.
    kept: usize,
    first: &'static str,
    last: &'static str,
    /// Every reason that must occur among the hidden paragraphs, and no other may.
    hidden: &'static [Reason],
}

use Reason::*;

const STORIES: &[Story] = &[
    Story {
        file: "ferry-returns.txt",
        title: "Saltholm ferry sails again after eleven years, with goat",
        published: "2026-11-19T18:40",
        language: "en",
        kept: 8,
        first: "KESTERMOUTH (CPA) — The ferry",
        last: "Blue Anchor Lines plans four",
        hidden: &[Legal, Credit, Byline, Timestamp, Teaser],
    },
    Story {
        file: "ferry-sails.html",
        title: "Island has a ferry again, and an opinion about it",
        published: "2026-11-19T12:20",
        language: "en",
        kept: 9,
        first: "SALTHOLM — At ten past eight",
        last: "The mayor of Kestermouth was asked",
        hidden: &[
            Legal, Credit, Byline, Timestamp, Share, Subscribe, Teaser, Navigation, Advert,
            Comments, Consent,
        ],
    },
    Story {
        file: "bakery-clock.txt",
        title: "Fenwick Hollow has been eating",
        published: "2026-11-12T00:00",
        language: "en",
        kept: 5,
        first: "Fenwick Hollow has been eating",
        last: "The firm, Klokkenwerk Vandamme",
        hidden: &[Legal, Share, Subscribe, Teaser, Advert],
    },
    Story {
        file: "library-catalogue.txt",
        title: "Library retires its card catalogue, drawer by drawer",
        published: "2026-11-14T10:05",
        language: "en",
        kept: 5,
        first: "The University of Lindmoor has stopped adding cards to its card catalogue",
        last: "What happens to the oak cabinets",
        hidden: &[Credit, Timestamp, Share, Teaser],
    },
    Story {
        file: "bridge-budget.txt",
        title: "Council paints the Iron Bridge first, will choose the colour later",
        published: "2026-11-18T21:12",
        language: "en",
        kept: 6,
        first: "Kestermouth town council agreed",
        last: "The council also set aside $45,000",
        hidden: &[Legal, Subscribe, Teaser, Advert],
    },
    Story {
        file: "kuzgunada-feneri.txt",
        title: "Kuzgunada Feneri yetmiş iki yıl sonra ziyarete açılıyor",
        published: "2026-11-17T16:30",
        language: "tr",
        kept: 5,
        first: "KUZGUNADA - Kuzgunada Belediyesi",
        last: "Giriş ücreti 60 lira olacak",
        hidden: &[Legal, Timestamp, Share, Teaser],
    },
    Story {
        file: "gruenbrueck-uhr.html",
        title: "Grünbrücker Rathausuhr schlägt nicht mehr dreizehn",
        published: "2026-11-16T05:50",
        language: "de",
        kept: 5,
        first: "Grünbrück. Am Sonntag",
        last: "Ganz ohne Verluste",
        hidden: &[
            Legal, Byline, Timestamp, Share, Subscribe, Teaser, Navigation, Advert, Comments,
            Consent,
        ],
    },
    Story {
        file: "maktaba.txt",
        title: "مكتبة متنقلة على ظهر قارب تصل إلى قرى النهر",
        published: "2026-11-09T08:15",
        language: "ar",
        kept: 4,
        first: "القاهرة - وصلت",
        last: "وسيُقام حفل صغير",
        hidden: &[Legal, Timestamp, Teaser],
    },
    Story {
        file: "go-final.txt.gz",
        title: "Eleven-year-old 李小梅 wins the Harbour Go Cup 🏆",
        published: "2026-11-15T19:55",
        language: "en",
        kept: 5,
        first: "KESTERMOUTH — The final",
        last: "The Cup is worth ¥500,000",
        hidden: &[Credit, Byline, Share, Subscribe, Comments],
    },
    Story {
        file: "cup-match.html",
        title: "Lindmoor Rovers 2-2 Kestermouth Town: nobody wins, everybody claims to",
        published: "2026-11-07T22:31",
        language: "en",
        kept: 10,
        first: "Ten men, two penalties",
        last: "The replay is at Kestermouth",
        // The author's name stands in the line of the date, which gives the reason.
        hidden: &[Legal, Credit, Timestamp, Share, Teaser, Navigation, Advert],
    },
    Story {
        file: "night-train.md",
        title: "The slow way north: one night, four engines and a soup on the train nobody meant to keep",
        published: "2026-11-15T05:00",
        language: "en",
        kept: 53,
        first: "At 9:38 in the evening",
        last: "If you go. The North Star",
        hidden: &[Legal, Credit, Byline, Timestamp, Share, Subscribe, Teaser, Advert],
    },
    Story {
        file: "inbox.md",
        title: "All rights reserved, some of them twice: a week inside the small print",
        published: "2026-11-13T05:30",
        language: "en",
        kept: 8,
        first: "For seven days I read",
        last: "What did I learn?",
        hidden: &[Legal, Subscribe],
    },
    Story {
        file: "seed-bank.json",
        title: "The garden that keeps a lettuce in the bank",
        published: "2026-11-10T11:45",
        language: "en",
        kept: 5,
        first: "The Lindmoor Botanical Garden has put",
        last: "The FAO put the value",
        hidden: &[Credit, Share, Subscribe],
    },
    Story {
        file: "briefs.jsonl",
        title: "Gull steals speech, mayor improvises",
        published: "2026-11-08T09:10",
        language: "en",
        kept: 2,
        first: "A herring gull took",
        last: "Adeyemi spoke without them",
        hidden: &[Subscribe],
    },
    Story {
        file: "briefs.jsonl",
        title: "Choir of Tbilisi bus drivers to sing in Lviv and Kraków",
        published: "2026-11-11T17:05",
        language: "en",
        kept: 3,
        first: "TBILISI (CPA) — A choir",
        last: "The choir was founded in 2011",
        hidden: &[Legal],
    },
    Story {
        file: "briefs.jsonl",
        title: "Correction: the snail",
        published: "2026-11-06T07:00",
        language: "en",
        kept: 2,
        first: "In our report of 2 November",
        last: "We also gave its speed",
        hidden: &[],
    },
];

#[test]
fn every_story_comes_out_as_a_reader_wants_it() {
    let mut wrong = Vec::new();
    for (file, bytes) in sample::FILES {
        let stories: Vec<&Story> = STORIES.iter().filter(|story| story.file == *file).collect();
        let documents = read(file, bytes);
        if stories.len() != documents.len() {
            wrong.push(format!("{file}: {} articles, {} rows", documents.len(), stories.len()));
        }
        for (story, document) in stories.into_iter().zip(&documents) {
            wrong.extend(differences(story, document).iter().map(|line| format!("{file}: {line}")));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn read(name: &str, bytes: &'static [u8]) -> Vec<Document> {
    let origin = Origin { name: name.to_owned(), ..Origin::default() };
    load::stream(Box::new(bytes), origin, &Limits::default())
        .map(|document| document.unwrap_or_else(|error| panic!("{error}")))
        .collect()
}

/// One line for each thing that is not as the table says.
fn differences(story: &Story, document: &Document) -> Vec<String> {
    let article = &document.article;
    let marks = clean::marks(document, &clean::Options::default());
    let texts = article.paragraphs.iter().map(|p| p.text.as_str());
    let marked: Vec<(&str, &Mark)> = texts.zip(&marks).collect();
    let kept: Vec<&str> = marked.iter().filter(|(_, m)| m.kept()).map(|(text, _)| *text).collect();
    let published = article.published.map_or(String::new(), minute);
    let mut wrong = Vec::new();
    let mut differ = |what: &str, is: &str, wanted: &str| {
        wrong.push(format!("{what} is {is:?}, not {wanted:?}"));
    };
    if !article.title.starts_with(story.title) {
        differ("title", &article.title, story.title);
    }
    if published != story.published {
        differ("date", &published, story.published);
    }
    if article.language.as_deref() != Some(story.language) {
        differ("language", article.language.as_deref().unwrap_or("none"), story.language);
    }
    if kept.len() != story.kept {
        differ("kept", &format!("{} {:#?}", kept.len(), kept), &story.kept.to_string());
    }
    let opens = |text: Option<&&str>, with: &str| text.is_some_and(|text| text.starts_with(with));
    if !opens(kept.first(), story.first) {
        differ("first", kept.first().unwrap_or(&""), story.first);
    }
    if !opens(kept.last(), story.last) {
        differ("last", kept.last().unwrap_or(&""), story.last);
    }
    let hidden = |reason| marked.iter().any(|(_, mark)| mark.reason == Some(reason));
    for reason in Reason::ALL.into_iter().filter(|r| hidden(*r) != story.hidden.contains(r)) {
        let of_it = marked.iter().filter(|(_, mark)| mark.reason == Some(reason));
        let texts: Vec<&str> = of_it.map(|(text, _)| *text).collect();
        let wanted = if texts.is_empty() { "some" } else { "none" };
        differ(&format!("hidden as {}", reason.name()), &format!("{texts:#?}"), wanted);
    }
    wrong
}

/// `2026-11-19T18:40`
fn minute(seconds: i64) -> String {
    let time = jiff::Timestamp::from_second(seconds).expect("a date within reach");
    time.strftime("%Y-%m-%dT%H:%M").to_string()
}
