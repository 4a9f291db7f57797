//! The reader's behaviour, key by key, without a terminal.

mod common;

use common::{Desk, story, tagged, write};
use gazette::app::entity_page::{EntityPage, PageLine};
use gazette::app::overlay::Content;
use gazette::app::{Effect, Event, Focus, Options};
use gazette::library::query::Filters;
use gazette::library::{Progress, Report};
use gazette::ui::{self, Theme};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

fn four() -> Desk {
    let ferry = story(
        "Ferry returns to Port Amsel",
        "2026-11-18",
        "The ferry Aurelia returned to Port Amsel on Monday, the harbour master Ines Okafor said.\n\n\
         Ines Okafor thanked the crew of the Aurelia for their patience in the long repair.\n\n\
         The next crossing leaves on Friday with room for two hundred passengers and their bicycles.",
    );
    let bakery = story(
        "Bakery wins a prize",
        "2026-11-17",
        "A bakery in the old town has won a national prize for its rye bread, its owner said.",
    );
    let bridge = story(
        "Bridge closes for repair",
        "2026-11-16",
        "The bridge over the Lume closes for three weeks, and the ferry will carry cars meanwhile.",
    );
    let snow =
        story("Snow comes early", "2026-11-15", "Snow fell on the hills before the weekend.");
    Desk::new(&[
        ("ferry.txt", &ferry),
        ("bakery.txt", &bakery),
        ("bridge.txt", &bridge),
        ("snow.txt", &snow),
    ])
}

#[test]
fn newest_comes_first_and_keys_move() {
    let mut desk = four();
    assert_eq!(desk.selected(), "Ferry returns to Port Amsel");
    desk.press("j j");
    assert_eq!(desk.selected(), "Bridge closes for repair");
    desk.press("G j");
    assert_eq!(desk.selected(), "Snow comes early");
    desk.press("g");
    assert_eq!(desk.selected(), "Ferry returns to Port Amsel");
    desk.press(",");
    assert_eq!(desk.selected(), "Snow comes early");
}

#[test]
fn opening_marks_read_and_undo_takes_it_back() {
    let mut desk = four();
    desk.press("enter");
    assert_eq!(desk.app.focus, Focus::Reading);
    assert!(desk.app.list.rows[0].read);
    assert_eq!(desk.app.status.counts.unread, 3);
    desk.press("u");
    assert!(!desk.app.list.rows[0].read);
    assert_eq!(desk.message(), "undone: marked 1 article read");
    desk.press("ctrl-r");
    assert!(desk.app.list.rows[0].read);
}

#[test]
fn earlier_searches_come_back() {
    let mut desk = four();
    desk.press("/").type_text("ferry").press("enter h / esc");
    desk.press("/").type_text("snow").press("enter");
    let bar = |desk: &Desk| desk.app.input.as_ref().unwrap().prompt.text().to_owned();
    desk.press("/ up");
    assert_eq!(bar(&desk), "ferry", "the one before the one on screen");
    assert_eq!(desk.titles().len(), 2, "searched at once");
    desk.press("up");
    assert_eq!(bar(&desk), "ferry");
    desk.press("down");
    assert_eq!(bar(&desk), "snow");
    desk.press("esc /").type_text("fe").press("up");
    assert_eq!(bar(&desk), "ferry");
    desk.press("down");
    assert_eq!(bar(&desk), "fe");
    desk.press("ctrl-n");
    assert_eq!(desk.app.list.selected, 1, "these move in the hits");
}

#[test]
fn a_large_library_waits_for_a_second_letter() {
    let mut desk = four();
    desk.app.status.counts.articles = 1_000_000;
    let bar = |desk: &Desk| desk.app.search.as_ref().is_some_and(|search| search.held);
    desk.press("/").type_text("f");
    assert!(bar(&desk) && desk.titles().len() == 4, "the list stays");
    desk.type_text("e");
    assert!(!bar(&desk) && desk.titles().len() == 3, "ferry, ferry, fell");
    desk.press("esc /").type_text("s").press("enter");
    assert!(!bar(&desk) && desk.app.search.as_ref().unwrap().hits.is_some());
}

#[test]
fn filters_are_chosen_and_completed() {
    let queries = [("water", "ferry OR bridge"), ("white", "snow")];
    let queries = queries.map(|(name, query)| (name.to_owned(), query.to_owned())).into();
    let options = Options { filters: Filters::new(queries), ..Options::default() };
    let ferry = story("Ferry returns", "2026-11-18", "The ferry returned to Port Amsel on Monday.");
    let snow = story("Snow comes early", "2026-11-15", "Snow fell on the hills.");
    let mut desk = Desk::with(&[("ferry.txt", &ferry), ("snow.txt", &snow)], options);
    desk.press("4 j enter");
    assert_eq!(desk.titles(), ["Snow comes early"]);
    assert_eq!(desk.app.search.as_ref().unwrap().text, "filter:white");
    desk.press("/").type_text("filter:wa").press("tab");
    assert_eq!(desk.titles(), ["Ferry returns"]);
    let mut none = four();
    none.press("4");
    assert!(none.message().contains("[filters]"), "{}", none.message());
}

#[test]
fn copies_are_one_entry_and_are_listed() {
    let body: Vec<String> = (0..60)
        .map(|n| format!("w{}", "abcdefghij".repeat(n / 10 + 1).split_at(n % 10 + 1).0))
        .collect();
    let body = body.join(" ");
    let mut desk = Desk::new(&[
        ("a.txt", &story("Ferry returns", "2026-11-18", &body)),
        ("b.txt", &story("The ferry is back", "2026-11-19", &body)),
        ("c.txt", &story("Snow comes early", "2026-11-15", "Snow fell on the hills.")),
    ]);
    assert_eq!(desk.titles(), ["Ferry returns", "Snow comes early"]);
    assert_eq!(desk.app.list.rows[0].copies, 1);
    desk.press("m");
    assert_eq!((desk.app.status.counts.unread, desk.message()), (1, "marked 2 articles read"));
    desk.press("u c");
    let Some(Content::Copies(copies)) = desk.app.overlay.as_ref().map(|o| &o.content) else {
        panic!("no copies are listed")
    };
    assert_eq!(copies.len(), 2);
    desk.press("j enter");
    assert_eq!(desk.selected(), "The ferry is back", "read in the place of the other");
    assert_eq!(desk.app.focus, Focus::Reading);
    desk.press("esc c ~");
    assert_eq!(desk.message(), "this article is no copy");
    assert_eq!(desk.titles().len(), 3);
    assert!(desk.app.overlay.is_none());
    desk.press("u");
    assert_eq!(desk.titles().len(), 2);
    desk.press("G c");
    assert_eq!(desk.message(), "no copy of this article is known");
    desk.press("g /").type_text("wab").press("enter");
    assert_eq!(desk.titles().len(), 1);
}

#[test]
fn marking_read_can_be_left_to_the_reader() {
    let options = Options { mark_read: false, ..Options::default() };
    let text = story("Snow comes early", "2026-11-15", "Snow fell on the hills.");
    let mut desk = Desk::with(&[("snow.txt", &text)], options);
    desk.press("enter");
    assert!(!desk.app.list.rows[0].read);
    desk.press("m");
    assert!(desk.app.list.rows[0].read);
}

#[test]
fn unread_is_found_over_what_is_read() {
    let mut desk = four();
    desk.press("j m j m g }");
    assert_eq!(desk.selected(), "Snow comes early");
    desk.press("{");
    assert_eq!(desk.selected(), "Ferry returns to Port Amsel");
    desk.press("{");
    assert_eq!(desk.message(), "nothing unread before this");
}

#[test]
fn filters_show_what_they_say() {
    let mut desk = four();
    desk.press("s j m 3");
    assert_eq!(desk.titles(), ["Ferry returns to Port Amsel"]);
    desk.press("2");
    assert_eq!(desk.titles().len(), 3);
    assert!(!desk.titles().contains(&"Bakery wins a prize"));
    desk.press("1");
    assert_eq!(desk.titles().len(), 4);
}

#[test]
fn all_marked_read_is_one_undo() {
    let mut desk = four();
    desk.press("m M");
    assert_eq!(desk.app.status.counts.unread, 0);
    assert_eq!(desk.message(), "marked 3 articles read");
    desk.press("u");
    assert_eq!(desk.app.status.counts.unread, 3);
}

#[test]
fn tags_go_on_and_off() {
    let mut desk = four();
    desk.press("t").type_text("harbour").press("enter");
    assert_eq!(desk.app.state.tags, ["harbour"]);
    desk.press("j t").type_text("har").press("tab enter");
    assert_eq!(desk.app.state.tags, ["harbour"]);
    desk.press("T").type_text("harbour").press("enter");
    assert!(desk.app.state.tags.is_empty());
    desk.press("u");
    assert_eq!(desk.app.state.tags, ["harbour"]);
}

#[test]
fn each_key_of_a_search_answers() {
    let mut desk = four();
    desk.press("/").type_text("ferr");
    assert_eq!(desk.titles(), ["Ferry returns to Port Amsel", "Bridge closes for repair"]);
    desk.type_text("y -bridge");
    assert_eq!(desk.titles(), ["Ferry returns to Port Amsel"]);
    desk.press("enter");
    assert_eq!(desk.app.focus, Focus::List);
    assert!(!desk.app.reading.hits.is_empty(), "hits are marked in the text");
    desk.press("esc");
    assert_eq!(desk.titles().len(), 4);
    assert!(desk.app.reading.hits.is_empty());
}

#[test]
fn leaving_the_prompt_gives_the_list_back() {
    let mut desk = four();
    desk.press("j /").type_text("snow");
    assert_eq!(desk.selected(), "Snow comes early");
    desk.press("esc");
    assert_eq!(desk.selected(), "Bakery wins a prize");
}

#[test]
fn a_second_search_starts_anew_or_goes_on_from_the_first() {
    let mut desk = four();
    desk.press("/").type_text("ferry").press("enter /").type_text("snow");
    assert_eq!(desk.titles(), ["Snow comes early"]);
    desk.press("enter / end").type_text(" hills").press("enter");
    assert_eq!(desk.app.search.as_ref().map(|search| search.text.as_str()), Some("snow hills"));
    desk.press("/ esc");
    assert_eq!(desk.titles(), ["Snow comes early"], "nothing typed, nothing lost");
    desk.press("/ backspace");
    assert_eq!(desk.titles().len(), 4);
}

#[test]
fn one_pane_opens_at_a_hit_in_the_title() {
    let mut desk = Desk::new(&[("long.txt", &long_story())]);
    desk.resize(40, 16);
    desk.press("/").type_text("debate").press("enter enter");
    assert_eq!(desk.app.reading.top, 0);
}

#[test]
fn a_filter_narrows_a_search() {
    let mut desk = four();
    desk.press("m /").type_text("ferry").press("enter 2");
    assert_eq!(desk.titles(), ["Bridge closes for repair"]);
    desk.press("M");
    assert_eq!(desk.app.status.counts.unread, 2);
}

#[test]
fn a_query_with_a_fault_still_finds() {
    let mut desk = four();
    desk.press("/").type_text("ferry \"port am");
    assert!(desk.titles().contains(&"Ferry returns to Port Amsel"));
    assert!(desk.app.search.as_ref().is_some_and(|search| search.error.is_some()));
}

#[test]
fn searching_the_text_goes_to_the_hit() {
    let mut desk = four();
    desk.press("enter /").type_text("bicycles").press("enter");
    let hit = desk.app.reading.hit.map(|at| desk.app.reading.hits[at].clone());
    let hit = hit.expect("the text has the word");
    let article = desk.app.reading.article.clone().expect("an article is open");
    let text = article.text_at(hit.place);
    assert_eq!(&text[hit.span.start as usize..hit.span.end as usize], "bicycles");
    desk.press("/").type_text("dragons").press("enter");
    assert_eq!(desk.message(), "not in this text: dragons");
}

#[test]
fn an_entity_leads_to_its_articles() {
    let mut desk = four();
    desk.press("i");
    let Some(Content::Entities(lines)) = desk.app.overlay.as_ref().map(|o| o.content.clone())
    else {
        panic!("no entities overlay: {}", desk.message());
    };
    let at = lines.iter().position(|line| line.name == "Ines Okafor").expect("she is named");
    for _ in 0..at {
        desk.press("j");
    }
    desk.press("#");
    let search = desk.app.search.as_ref().expect("a search has begun");
    assert_eq!(search.text, "person:\"Ines Okafor\"");
    assert_eq!(desk.titles(), ["Ferry returns to Port Amsel"]);
}

/// Four articles about a harbour master, who is written in three ways, and her town.
fn harbour() -> Desk {
    let day = |n: u8| format!("2026-11-{n:02}T00:00:00Z");
    let lines = [
        tagged("First", Some(&day(2)), &["person|Ines Okafor", "location|Port Amsel"]),
        tagged("Second", Some(&day(10)), &["person|Ines Okafor", "person|Okafor=Ines Okafor"]),
        tagged("Third", Some(&day(18)), &["person|Dame Ines", "location|Port Amsel"]),
        tagged("Fourth", None, &["location|Port Amsel", "person|Tomas Adeyemi"]),
    ];
    Desk::new(&[("harbour.jsonl", &lines.concat())])
}

/// The page on screen.
fn page(desk: &Desk) -> &EntityPage {
    match desk.app.overlay.as_ref().map(|overlay| &overlay.content) {
        Some(Content::Page(page)) => page,
        _ => panic!("no page: {}", desk.message()),
    }
}

fn articles(desk: &Desk) -> usize {
    page(desk).about.as_ref().expect("it has been told").articles.len()
}

/// Opens an article and the page of the first who is named in it.
fn open_page(desk: &mut Desk, title: &str) {
    while desk.selected() != title {
        desk.press("j");
    }
    desk.press("enter ) *");
}

#[test]
fn a_mention_leads_to_the_page_of_its_entity() {
    let mut desk = harbour();
    open_page(&mut desk, "Second");
    let about = page(&desk).about.clone().expect("the library has answered");
    assert_eq!((page(&desk).name.as_str(), about.mentions), ("Ines Okafor", 3));
    assert_eq!(about.spellings, ["Okafor"]);
    let titles: Vec<&str> = (0..2).map(|n| page(&desk).row(n).unwrap().title.as_str()).collect();
    assert_eq!(titles, ["Second", "First"], "newest first");
    desk.press("q");
    assert!(desk.app.overlay.is_none() && desk.app.running);
    assert_eq!(desk.app.focus, Focus::Reading);
}

#[test]
fn pages_lead_to_pages_and_articles_and_back() {
    let mut desk = harbour();
    open_page(&mut desk, "First");
    desk.press("shift-tab enter");
    assert_eq!((page(&desk).name.as_str(), articles(&desk)), ("Port Amsel", 3));
    desk.press("j enter");
    assert!(desk.app.overlay.is_none());
    let read = desk.app.reading.article.as_ref().map(|article| article.title.clone());
    assert_eq!(read.as_deref(), Some(desk.selected()));
    assert_eq!(desk.titles().len(), 3, "the others are in the list");
    let opened = desk.selected().to_owned();
    desk.press("i *");
    assert_ne!(page(&desk).name, "Port Amsel", "from the middle of it to another page");
    desk.press("esc");
    assert!(matches!(desk.app.overlay.as_ref().unwrap().content, Content::Entities(_)));
    desk.press("esc");
    assert_eq!((desk.app.overlay.is_none(), desk.selected()), (true, opened.as_str()));
    desk.press("esc");
    assert_eq!(page(&desk).name, "Port Amsel");
    desk.press("esc");
    assert_eq!(page(&desk).name, "Ines Okafor");
    desk.press("esc");
    assert!(desk.app.overlay.is_none() && desk.app.search.is_none());
    assert_eq!((desk.selected(), desk.titles().len()), ("First", 4));
    assert_eq!(desk.app.focus, Focus::Reading);
}

#[test]
fn two_that_are_one_are_merged_and_parted_and_it_can_be_undone() {
    let mut desk = harbour();
    open_page(&mut desk, "First");
    desk.press("+").type_text("dame").press("tab enter");
    assert_eq!(desk.message(), "Dame Ines is the same as Ines Okafor");
    assert_eq!(articles(&desk), 3);
    let spellings = |desk: &Desk| page(desk).about.as_ref().unwrap().spellings.join(", ");
    assert_eq!(spellings(&desk), "Okafor, Dame Ines");
    desk.press("u");
    assert_eq!(desk.message(), "undone: Dame Ines is the same as Ines Okafor");
    assert_eq!(articles(&desk), 2);
    desk.press("ctrl-r ~").type_text("dam").press("tab enter");
    assert_eq!(desk.message(), "Dame Ines is not the same as Ines Okafor");
    assert_eq!(articles(&desk), 2);
    // One spelling is left, and stands in the prompt already.
    desk.press("~ enter");
    assert_eq!(desk.message(), "Okafor is not the same as Ines Okafor");
    assert_eq!(spellings(&desk), "");
    desk.press("u u");
    assert_eq!(articles(&desk), 3);
    desk.press("+").type_text("nobody").press("enter");
    assert_eq!(desk.message(), "nobody and nothing is called nobody: tab completes");
    desk.press("#");
    assert_eq!(desk.titles(), ["Third", "Second", "First"], "queries honour the merge");
}

#[test]
fn help_over_a_page_leads_back_to_it() {
    let mut desk = harbour();
    open_page(&mut desk, "First");
    desk.press("shift-tab enter ?");
    assert!(matches!(desk.app.overlay.as_ref().unwrap().content, Content::Help(_)));
    desk.press("esc");
    assert_eq!(page(&desk).name, "Port Amsel");
    desk.press("esc");
    assert_eq!(page(&desk).name, "Ines Okafor");
    desk.press("esc ? esc");
    assert!(desk.app.overlay.is_none(), "no page comes back by itself");
}

#[test]
fn a_page_needs_no_dates() {
    let mut desk = harbour();
    desk.press("enter ) ) *");
    assert_eq!(page(&desk).name, "Tomas Adeyemi");
    let lines: Vec<PageLine> = (0..page(&desk).len()).filter_map(|n| page(&desk).line(n)).collect();
    assert!(lines.contains(&PageLine::Fact("in articles without a date".into())), "{lines:?}");
    assert!(!lines.iter().any(|line| matches!(line, PageLine::Bars(_))));
    assert_eq!(page(&desk).row(0).map(|row| row.title.as_str()), Some("Fourth"));
}

#[test]
fn a_companion_is_offered_for_merging() {
    let mut desk = harbour();
    open_page(&mut desk, "First");
    desk.press("shift-tab +");
    assert_eq!(desk.app.input.as_ref().unwrap().prompt.text(), "Port Amsel");
    desk.press("enter");
    assert_eq!(desk.message(), "Port Amsel is the same as Ines Okafor");
    assert_eq!(articles(&desk), 4);
}

#[test]
fn the_list_of_entities_steps_from_mention_to_mention() {
    let mut desk = harbour();
    desk.press("j");
    assert_eq!(desk.selected(), "Third", "the undated one is the newest");
    desk.press("j i enter");
    assert_eq!((desk.selected(), desk.app.reading.mention), ("Second", Some(0)));
    desk.press("i enter");
    assert_eq!(desk.app.reading.mention, Some(1));
    desk.press("i enter");
    assert_eq!(desk.app.reading.mention, Some(0), "and round again");
}

#[test]
fn an_answer_that_comes_late_is_dropped() {
    let mut desk = harbour();
    open_page(&mut desk, "First");
    let number = page(&desk).number;
    desk.press("shift-tab enter");
    desk.event(Event::About { number, about: Ok(None) });
    assert_eq!((page(&desk).name.as_str(), articles(&desk)), ("Port Amsel", 3));
}

#[test]
fn names_complete_in_the_search_bar() {
    let mut desk = harbour();
    let text = |desk: &Desk| desk.app.input.as_ref().unwrap().prompt.text().to_owned();
    let choices = |desk: &Desk| {
        let completion = desk.app.input.as_ref().unwrap().completion.as_ref();
        let choices = completion.into_iter().flat_map(|completion| &completion.choices);
        choices.map(|choice| choice.text.clone()).collect::<Vec<String>>()
    };
    desk.press("/").type_text("person:");
    assert_eq!(choices(&desk).len(), 3);
    desk.type_text("in");
    assert_eq!(choices(&desk), ["Ines Okafor", "Dame Ines"]);
    desk.press("tab tab");
    assert_eq!(text(&desk), "person:\"Dame Ines\"");
    assert_eq!(desk.titles(), ["Third"]);
    desk.press("tab");
    assert_eq!(text(&desk), "person:\"Ines Okafor\"");
    desk.press("shift-tab").type_text(" place:port");
    assert_eq!(choices(&desk), ["Port Amsel"]);
    desk.press("tab");
    assert_eq!(text(&desk), "person:\"Dame Ines\" place:\"Port Amsel\"");
    desk.type_text(" ");
    assert!(choices(&desk).is_empty());
    desk.type_text("is:st").press("tab");
    assert!(text(&desk).ends_with("is:starred"));
    desk.press("ctrl-u").type_text("source:har").press("tab");
    assert_eq!(text(&desk), "source:\"Harbour Post\"");
    desk.press("ctrl-u").type_text("lang:").press("tab");
    assert_eq!(text(&desk), "lang:en");
}

#[test]
fn mentions_go_on_from_what_is_on_the_screen() {
    let names: Vec<String> = (0..40).map(|n| format!("person|Ada Moss {n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let line = tagged("Long", Some("2026-11-02T00:00:00Z"), &names);
    let mut desk = Desk::new(&[("long.jsonl", &line)]);
    desk.resize(40, 8);
    desk.press("enter )");
    assert_eq!(desk.app.reading.mention, Some(0));
    desk.press("G )");
    let mention = desk.app.reading.mention.expect("there are more");
    assert!(mention > 20, "{mention}: not the second, which has been scrolled away");
    desk.press("(");
    assert_eq!(desk.app.reading.mention, Some(mention - 1));
}

#[test]
fn the_place_in_an_article_is_remembered() {
    let paragraphs: Vec<String> = (0..80)
        .map(|n| format!("On day {n} the council of Lume met again and spoke of the bridge."))
        .collect();
    let long = story("The long debate", "2026-11-19", &paragraphs.join("\n\n"));
    let snow = story("Snow comes early", "2026-11-15", "Snow fell on the hills.");
    let mut desk = Desk::new(&[("long.txt", &long), ("snow.txt", &snow)]);
    desk.press("enter pgdn pgdn");
    let top = desk.app.reading.top;
    assert!(top > 20);
    let place = desk.app.reading.page.place_of(top);
    desk.press("] [");
    assert_eq!(desk.app.reading.page.place_of(desk.app.reading.top), place);
    desk.resize(60, 20);
    let again = desk.app.reading.page.place_of(desk.app.reading.top);
    assert_eq!(again.0, place.0, "the top paragraph stays at the top on resize");
}

fn long_story() -> String {
    let paragraph = "the council of Lume met again and spoke of the bridge for a good part of it";
    let paragraphs: Vec<String> =
        (0..80).map(|n| format!("On day {n} {paragraph}. {}", "It rained. ".repeat(12))).collect();
    story("The long debate", "2026-11-19", &paragraphs.join("\n\n"))
}

#[test]
fn an_article_left_at_its_top_opens_with_its_title() {
    let snow = story("Snow comes early", "2026-11-15", "Snow fell on the hills.");
    let mut desk = Desk::new(&[("long.txt", &long_story()), ("snow.txt", &snow)]);
    desk.press("enter pgdn ] [ g ] [");
    assert_eq!(desk.app.reading.top, 0);
}

#[test]
fn resizing_time_and_again_does_not_creep() {
    let mut desk = Desk::new(&[("long.txt", &long_story())]);
    desk.press("enter pgdn pgdn j j");
    let top = desk.app.reading.top;
    for width in (40..100).rev() {
        desk.resize(width, 24);
    }
    desk.resize(100, 24);
    assert_eq!(desk.app.reading.top, top);
}

#[test]
fn an_article_that_a_search_found_opens_at_the_hit() {
    let mut desk = Desk::new(&[("long.txt", &long_story())]);
    desk.press("/").type_text("\"day 60\"");
    let shown = |desk: &Desk| {
        let reading = &desk.app.reading;
        let hit = reading.hit.map(|at| reading.hits[at].clone()).expect("a hit is current");
        let row = reading.page.row_of(hit.place, hit.span.start);
        (reading.top..reading.top + reading.height).contains(&row)
    };
    assert!(shown(&desk), "while typing");
    desk.press("enter enter n");
    assert!(shown(&desk));
}

#[test]
fn a_hit_in_hidden_text_is_told_of() {
    let notice = "LEGAL WARNING: All rights of the published news are reserved by the agency.";
    let body = format!("The ferry returned on Monday.\n\n{notice}");
    let mut desk = Desk::new(&[("ferry.txt", &story("Ferry", "2026-11-15", &body))]);
    desk.press("/").type_text("reserved").press("enter enter n");
    assert_eq!(desk.message(), "1 hit in hidden text: b shows it");
    desk.press("b n");
    assert!(desk.app.reading.hit.is_some());
}

#[test]
fn boilerplate_comes_and_goes_and_says_so() {
    let notice = "LEGAL WARNING: All rights of the published news are reserved by the agency.";
    let body = format!("The ferry returned on Monday.\n\n{notice}");
    let mut desk = Desk::new(&[("ferry.txt", &story("Ferry", "2026-11-15", &body))]);
    let shown = |desk: &Desk| {
        let reading = &desk.app.reading;
        let article = reading.article.as_ref().expect("an article is open");
        reading
            .page
            .rows
            .iter()
            .any(|row| reading.page.text_of(article, row).contains("All rights"))
    };
    for (key, message, on) in [
        ("b", "boilerplate shown: 1 paragraph", true),
        ("b", "boilerplate hidden: 1 paragraph", false),
        ("B", "why 1 paragraph is hidden; - hides or keeps one", true),
        ("b", "boilerplate hidden: 1 paragraph", false),
        ("B", "why 1 paragraph is hidden; - hides or keeps one", true),
        ("B", "no more reasons", false),
    ] {
        desk.press(key);
        assert_eq!((desk.message(), shown(&desk)), (message, on), "{key}");
    }
}

#[test]
fn the_names_of_an_article_are_those_of_the_text_shown() {
    let body = "Ada Moss opened the ferry in Tromsø on a cold morning, and the crowd cheered.\n\n\
                The boat had been away for a year, and many had thought it would not return.\n\n\
                © Yelena Marchuk. All rights reserved. This material may not be published, \
                broadcast, rewritten or redistributed.";
    let mut desk = Desk::new(&[("a.txt", &story("Ferry", "2026-11-15", body))]);
    let named = |desk: &mut Desk| -> Vec<String> {
        desk.press("i");
        let Some(Content::Entities(lines)) = desk.app.overlay.take().map(|o| o.content) else {
            panic!("no names: {}", desk.message());
        };
        lines.into_iter().map(|line| line.name).collect()
    };
    assert_eq!(named(&mut desk), ["Ada Moss", "Tromsø"]);
    desk.press("b");
    assert_eq!(named(&mut desk), ["Ada Moss", "Yelena Marchuk", "Tromsø"]);
    desk.press("i j *");
    assert_eq!(desk.message(), "names in hidden text are not counted");
}

#[test]
fn esc_and_a_key_sent_together_are_both_taken() {
    let mut desk = four();
    desk.press("enter alt-j");
    assert_eq!((desk.app.focus, desk.selected()), (Focus::List, "Bakery wins a prize"));
    desk.press("/").type_text("snow").press("alt-j");
    assert!(desk.app.input.is_none() && desk.app.search.is_none());
    assert_eq!(desk.selected(), "Bridge closes for repair");
}

#[test]
fn what_is_open_stays_while_articles_arrive() {
    let mut desk = four();
    desk.press("i enter");
    assert_eq!(desk.app.focus, Focus::Reading);
    arrive(&mut desk);
    desk.event(Event::Read { name: "news".into(), report: Default::default() });
    assert_eq!(desk.selected(), "Ferry returns to Port Amsel");
}

#[test]
fn before_the_first_key_the_text_stays_while_articles_arrive() {
    let mut desk = four();
    arrive(&mut desk);
    assert_eq!(desk.selected(), "Ferry returns to Port Amsel");
    desk.event(Event::Read { name: "news".into(), report: Default::default() });
    assert_eq!(desk.selected(), "Flash: lighthouse sold", "all is in: the newest");
}

#[test]
fn files_written_while_one_reads_move_nothing_even_when_one_is_broken() {
    let mut desk = four();
    arrive(&mut desk);
    let mut report = Report { added: 1, ..Report::default() };
    desk.event(Event::TakenIn { name: "news".into(), report: report.clone().into() });
    assert_eq!((desk.selected(), desk.message()), ("Ferry returns to Port Amsel", ""));
    report.unnamed = 2;
    desk.event(Event::TakenIn { name: "news".into(), report: report.into() });
    assert_eq!(desk.selected(), "Ferry returns to Port Amsel");
    assert_eq!(desk.message(), "news: 2 skipped (E lists them)");
}

#[test]
fn reading_again_says_so_when_nothing_is_new() {
    let mut desk = four();
    desk.event(Event::Read { name: "news".into(), report: Default::default() });
    assert_eq!(desk.message(), "", "nobody asked");
    desk.press("r");
    assert_eq!(desk.message(), "looking for new articles");
    desk.event(Event::Read { name: "news".into(), report: Default::default() });
    assert_eq!(desk.message(), "nothing new");
}

#[test]
fn what_could_not_be_read_is_listed_once() {
    let story = story("Snow comes early", "2026-11-15", "Snow fell on the hills.");
    let mut desk = Desk::new(&[("snow.txt", &story), ("empty.txt", "")]);
    let listed = |desk: &mut Desk| {
        desk.press("E");
        let Some(Content::Errors(lines)) = desk.app.overlay.take().map(|o| o.content) else {
            panic!("no errors: {}", desk.message());
        };
        lines
    };
    let lines = listed(&mut desk);
    assert!(lines.len() == 1 && lines[0].ends_with("empty.txt: has no text in it"), "{lines:?}");
    let mut library = gazette::library::Library::open(&desk.app.library_dir()).expect("a library");
    let source = library.sources().expect("the library reads")[0].id;
    let options = gazette::library::IngestOptions { force: true, ..Default::default() };
    let mut go_on = |_: &_| std::ops::ControlFlow::Continue(());
    let report = library.ingest(source, &options, &mut go_on).expect("the folder is there");
    let report = std::sync::Arc::new(report);
    for _ in 0..2 {
        desk.event(Event::Read { name: "news".into(), report: report.clone() });
    }
    let lines = listed(&mut desk);
    assert_eq!(lines.len(), 1, "{lines:?}");
}

#[test]
fn a_search_without_hits_finds_what_arrives() {
    let mut desk = four();
    desk.press("/").type_text("lighthouse").press("enter");
    assert!(desk.titles().is_empty());
    arrive(&mut desk);
    desk.event(Event::Read { name: "news".into(), report: Default::default() });
    assert_eq!(desk.titles(), ["Flash: lighthouse sold"]);
}

#[test]
fn the_help_is_the_live_key_map_and_runs_what_is_chosen() {
    let mut desk = four();
    desk.app.keys.bind("x", "show-starred").expect("a good binding");
    desk.press("?");
    let Some(Content::Help(lines)) = desk.app.overlay.as_ref().map(|o| o.content.clone()) else {
        panic!("no help");
    };
    assert!(format!("{lines:?}").contains("\"3  x\""));
    desk.press("esc x");
    assert!(desk.titles().is_empty(), "nothing is starred yet");
    desk.press("? enter 1");
    assert_eq!(desk.titles().len(), 4);
}

#[test]
fn q_goes_back_and_quits_at_the_root() {
    let mut desk = four();
    desk.press("enter q");
    assert!(desk.app.running && desk.app.focus == Focus::List);
    desk.press("/").type_text("ferry").press("enter q");
    assert!(desk.app.running && desk.app.search.is_none());
    desk.press("q");
    assert!(!desk.app.running);
}

/// A newer article comes in.
fn arrive(desk: &mut Desk) {
    let fresh = story("Flash: lighthouse sold", "2026-11-19", "The lighthouse has been sold.");
    write(desk.folder.path(), &[("fresh.txt", &fresh)]);
    let mut library = gazette::library::Library::open(&desk.app.library_dir()).expect("a library");
    common::ingest(&mut library, desk.folder.path());
    let progress = Progress { done: 1, articles: 1, ..Progress::default() };
    desk.event(Event::Reading { name: "news".into(), progress });
}

#[test]
fn arrivals_do_not_move_what_is_read() {
    let mut desk = four();
    desk.press("j");
    arrive(&mut desk);
    assert_eq!(desk.selected(), "Bakery wins a prize");
    assert_eq!(desk.app.status.counts.articles, 5);
    desk.press("g");
    assert_eq!(desk.selected(), "Flash: lighthouse sold");
}

#[test]
fn only_safe_links_are_opened() {
    let bad = "Title: Odd link\nDate: 2026-11-15\nURL: file:///etc/passwd\n\nThe link is odd.\n";
    let good =
        "Title: Good link\nURL: https://news.example/1\nDate: 2026-11-16\n\nThe link is good.\n";
    let mut desk = Desk::new(&[("bad.txt", bad), ("good.txt", good)]);
    desk.press("o");
    assert_eq!(desk.asked, [Effect::Browse("https://news.example/1".into())]);
    desk.press("j o");
    assert_eq!(desk.asked.len(), 1, "{}", desk.message());
}

#[test]
fn every_key_at_every_size_leaves_the_reader_whole() {
    let keys: Vec<String> =
        gazette::app::KeyMap::default().bindings().map(|(keys, _)| keys).collect();
    for (width, height) in [(1, 1), (2, 2), (20, 6), (79, 24), (80, 24), (200, 60)] {
        let mut desk = four();
        desk.resize(width, height);
        for key in keys.iter().filter(|key| !["q", "Q", "ctrl-c"].contains(&key.as_str())) {
            desk.press(key).press("esc");
        }
        assert!(desk.app.running, "at {width}x{height}");
        assert_eq!(desk.app.status.counts.articles, 4);
    }
}

const PAGE: &str = "The ferry Aurelia returned to Port Amsel on Monday, its captain said at the quay.\n\n\
    Two sailings a day are planned until the autumn, and three of them on market days.\n\n\
    This page is number 12 of the paper.\n\nAll rights reserved.";

/// Two articles that end alike; the cleaner hides the last line of each and nothing else.
fn two_pages() -> Desk {
    let clock = PAGE.replace("ferry Aurelia", "town clock").replace("12", "31");
    Desk::new(&[
        ("ferry.txt", &story("Ferry returns", "2026-11-18", PAGE)),
        ("clock.txt", &story("Clock returns", "2026-11-17", &clock)),
    ])
}

/// Of the article on screen, a letter a paragraph: shown or hidden.
fn shown(desk: &Desk) -> String {
    let article = desk.app.reading.article.as_ref().expect("an article is on the screen");
    article.paragraphs.iter().map(|p| if p.mark.kept() { 's' } else { 'h' }).collect()
}

#[test]
fn a_paragraph_is_hidden_and_kept_by_hand() {
    let mut desk = two_pages();
    desk.press("enter -");
    assert!(desk.app.explain, "what is to be chosen has to be seen first");
    assert!(desk.message().contains("choose a paragraph"), "{}", desk.message());
    assert_eq!((shown(&desk).as_str(), desk.app.reading.paragraph), ("sssh", Some(0)));
    desk.press("j j -");
    assert_eq!((shown(&desk).as_str(), desk.app.reading.paragraph), ("sshh", Some(2)));
    assert_eq!(desk.message(), "hid this paragraph here");
    desk.press("j -");
    assert_eq!(shown(&desk), "sshs");
    desk.press("u u");
    assert_eq!(shown(&desk), "sssh");
    desk.press("ctrl-r");
    assert_eq!(shown(&desk), "sshh");
    desk.press("]");
    assert_eq!(shown(&desk), "sssh", "the other article is left alone");
}

#[test]
fn a_paragraph_is_hidden_in_all_of_its_source() {
    let mut desk = two_pages();
    desk.press("enter B k G k _");
    assert_eq!(desk.message(), "hid this paragraph in all of its source");
    assert!(desk.asked.contains(&Effect::CatchUp), "the index has to follow");
    assert_eq!(shown(&desk), "sshh");
    desk.press("-");
    assert_eq!(shown(&desk), "sssh");
    desk.press("_ ]");
    assert_eq!(shown(&desk), "sssh", "and took it back for all");
    desk.press("u u");
    assert_eq!(shown(&desk), "sshh");
}

#[test]
fn rules_are_listed_turned_and_dropped() {
    let mut desk = two_pages();
    desk.press("=");
    assert!(desk.app.overlay.is_none() && desk.message().contains("no rules yet"));
    desk.press("enter B G _ k - =");
    let rules = |desk: &Desk| match desk.app.overlay.as_ref().map(|overlay| &overlay.content) {
        Some(Content::Rules(rules)) => {
            rules.iter().map(|rule| (rule.keep, rule.article.is_some())).collect()
        }
        _ => Vec::new(),
    };
    assert_eq!(rules(&desk), [(false, true), (true, false)], "newest first");
    assert_eq!(shown(&desk), "sshs");
    desk.press("j -");
    assert_eq!((rules(&desk)[1], shown(&desk).as_str()), ((false, false), "sshh"));
    desk.press("k D");
    assert_eq!((rules(&desk).len(), shown(&desk).as_str()), (1, "sssh"));
    desk.press("u");
    assert_eq!((rules(&desk).len(), shown(&desk).as_str()), (2, "sshh"));
    desk.press("= j");
    assert!(desk.app.overlay.is_none());
}

#[test]
fn the_cursor_walks_through_a_long_paragraph_and_comes_along() {
    let long = "The tide came and went, as it does twice a day on this coast. ".repeat(30);
    let body = format!("{PAGE}\n\n{long}\n\nThe end came on Friday.");
    let mut desk = Desk::new(&[("tide.txt", &story("Tide", "2026-11-18", &body))]);
    desk.resize(60, 12);
    desk.press("enter B");
    let last = desk.app.reading.article.as_ref().map_or(0, |a| a.paragraphs.len() as u32 - 1);
    let mut steps = 0;
    while desk.app.reading.paragraph != Some(last) {
        let before = (desk.app.reading.paragraph, desk.app.reading.top);
        desk.press("j");
        assert_ne!((desk.app.reading.paragraph, desk.app.reading.top), before, "stuck");
        steps += 1;
    }
    assert!(steps > last, "a paragraph longer than the screen takes several steps: {steps}");
    desk.press("g");
    assert_eq!((desk.app.reading.paragraph, desk.app.reading.top), (Some(0), 0));
    desk.press("pgdn pgdn");
    let rows = desk.app.reading.page.rows_of(desk.app.reading.paragraph.unwrap());
    let screen = desk.app.reading.top..desk.app.reading.top + desk.app.reading.height;
    assert!(rows.start < screen.end && rows.end > screen.start, "the cursor is on the screen");
    desk.press("B");
    assert_eq!(desk.app.reading.paragraph, None);
}

#[test]
fn a_text_that_was_spared_says_so() {
    let menu = story("Menu", "2026-11-18", "Subscribe\n\nShare\n\nAdvertisement");
    let mut desk = Desk::new(&[("menu.txt", &menu)]);
    let said = "nothing hidden: hardly anything of this text would be left";
    desk.press("enter");
    let article = desk.app.reading.article.clone().unwrap();
    assert!(article.hidden().is_empty() && article.paragraphs.len() == 3);
    let note = desk.app.reading.page.rows.last().map(|row| row.text.clone());
    assert_eq!(note.as_deref(), Some(said));
    desk.resize(200, 24);
    let mut terminal = Terminal::new(TestBackend::new(200, 24)).unwrap();
    terminal.draw(|frame| ui::draw(frame, &desk.app, &Theme::default())).unwrap();
    let screen = terminal.backend().to_string().replace('\n', " ");
    assert!(screen.contains("nothing hidden"), "{screen}");
    assert!(!screen.contains("b shows"), "no key shows what is not hidden: {screen}");
    desk.press("b");
    assert_eq!(desk.message(), said);
    desk.press("B");
    assert_eq!(desk.message(), said);
}
