//! What the reader says of paragraphs, here and in all of a source.

use super::*;

fn turn(library: &mut Library, id: ArticleId, paragraph: u32, everywhere: bool) -> Change {
    let change = library.turn(id, paragraph, everywhere).unwrap().unwrap();
    let undo = library.apply(&change).unwrap();
    library.sync_index(&mut |_, _| GO_ON).unwrap();
    undo
}

/// Notes that differ in a number, below two short stories.
const NOTES: &str = "date: 60\nFerry\nThe ferry is back.\nSeen by 12 readers\nhidden: All rights\n---\n\
    date: 120\nClock\nThe clock is slow.\nSeen by 3,401 readers\nhidden: All rights\n";

/// Of each article, oldest first, a letter a paragraph: shown or hidden.
fn shown(library: &Library) -> Vec<String> {
    let letters = |id| {
        let article = library.article(id).unwrap().unwrap();
        article.paragraphs.iter().map(|p| if p.mark.kept() { 's' } else { 'h' }).collect()
    };
    ids(library).into_iter().map(letters).collect()
}

#[test]
fn a_word_on_one_article_holds_there() {
    let mut desk = taught(NOTES);
    assert_eq!(shown(&desk.library), ["ssh", "ssh"]);
    let id = ids(&desk.library)[0];
    let undo = turn(&mut desk.library, id, 1, false);
    assert_eq!(shown(&desk.library), ["shh", "ssh"]);
    let mark = desk.library.article(id).unwrap().unwrap().paragraphs[1].mark.clone();
    assert_eq!(mark.evidence.as_deref(), Some("you hid this here"));
    assert_eq!((mark.reason, mark.score), (Some(Reason::Other), 1.0));
    assert_eq!(found(&desk.library, "readers").total, 1, "the index follows");
    let redo = desk.library.apply(&undo).unwrap();
    assert_eq!(shown(&desk.library), ["ssh", "ssh"]);
    desk.library.apply(&redo).unwrap();
    assert_eq!(shown(&desk.other()), ["shh", "ssh"]);
    // Turned back, it leaves no rule behind.
    turn(&mut desk.library, id, 1, false);
    assert_eq!((shown(&desk.library)[0].as_str(), desk.library.rules().unwrap().len()), ("ssh", 0));
}

#[test]
fn a_word_on_a_source_holds_in_all_of_it_and_in_what_comes() {
    let mut desk = taught(NOTES);
    let id = ids(&desk.library)[0];
    turn(&mut desk.library, id, 1, true);
    assert_eq!(shown(&desk.library), ["shh", "shh"], "whatever the number");
    assert_eq!(
        found(&desk.library, "readers").total,
        2,
        "hidden text is found when nothing else is"
    );
    assert_eq!(
        found(&desk.library, "readers OR rights").how,
        crate::library::search::How::InHidden
    );
    desk.write("new.txt", "date: 180\nSnow\nSnow fell.\nSeen by 7 readers\n");
    read(&mut desk);
    assert_eq!(shown(&desk.library)[2], "sh");
    let rule = desk.library.rules().unwrap().remove(0);
    assert_eq!((rule.articles, rule.counting, rule.keep), (3, false, false));
    assert_eq!((rule.source_name.as_str(), rule.text.as_str()), ("news", "Seen by 12 readers"));
    let mark = foot(&desk.library, ids(&desk.library)[2]);
    assert_eq!(mark.evidence.as_deref(), Some("you hid this in all of news"));
    // One article may differ.
    turn(&mut desk.library, id, 1, false);
    assert_eq!(shown(&desk.library), ["ssh", "shh", "sh"]);
    assert_eq!(foot(&desk.library, id).reason, Some(Reason::Legal));
    // Taken back by its number.
    let undo = desk.library.apply(&desk.library.rule(rule.id).unwrap().to(None)).unwrap();
    assert_eq!(shown(&desk.library), ["ssh", "ssh", "ss"]);
    desk.library.apply(&undo).unwrap();
    assert_eq!(shown(&desk.library), ["ssh", "shh", "sh"]);
    assert!(desk.library.rule(crate::library::RuleId(99)).is_err());
}

#[test]
fn what_was_hidden_wrongly_can_be_kept() {
    let mut desk = taught(NOTES);
    let id = ids(&desk.library)[0];
    assert_eq!(hidden(&desk.library), 2);
    turn(&mut desk.library, id, 2, true);
    assert_eq!(
        (shown(&desk.library), hidden(&desk.library)),
        (vec!["sss".into(), "sss".into()], 0)
    );
    let evidence = foot(&desk.library, id).evidence;
    assert_eq!(evidence.as_deref(), Some("you kept this in all of news"));
    // Over what is repeated, too, in a script of its own.
    let mut desk = taught(&file(&RUSSIAN, "Эта страница печатается по рабочим дням."));
    assert_eq!(feet(&desk), [REPEATED; 4]);
    let id = ids(&desk.library)[1];
    turn(&mut desk.library, id, 2, true);
    assert_eq!((feet(&desk), hidden(&desk.library)), (vec![None; 4], 0));
}

#[test]
fn a_rule_follows_its_article_to_another_date() {
    let one =
        |date| format!("url: u\ndate: {date}\nFerry\nThe ferry is back.\nSeen by 12 readers\n");
    let mut desk = taught(&one(60));
    let id = ids(&desk.library)[0];
    turn(&mut desk.library, id, 1, false);
    desk.write("wire.txt", &one(9_000));
    read(&mut desk);
    assert_ne!(ids(&desk.library), [id]);
    assert_eq!(shown(&desk.library), ["sh"]);
}

#[test]
fn a_large_source_is_looked_through_in_steps() {
    let many: Vec<String> =
        (0..1_200).map(|n| format!("date: {n}\nStory {n}\nText.\nSeen by {n} readers\n")).collect();
    let mut desk = taught(&many.join("---\n"));
    let id = ids(&desk.library)[7];
    let change = desk.library.turn(id, 1, true).unwrap().unwrap();
    desk.library.apply(&change).unwrap();
    assert!(matches!(desk.library.index_state().unwrap(), IndexState::Behind(_)));
    assert!(desk.library.rules().unwrap()[0].counting);
    let mut told = Vec::new();
    let status = desk.library.sync_index(&mut |done, total| {
        told.push((done, total));
        ControlFlow::Break(())
    });
    assert!(!status.unwrap().complete);
    assert_eq!(told, [(500, 1_200)]);
    // Another gazette goes on, after more has come.
    desk.write("new.txt", "date: 2000\nSnow\nText.\nSeen by 7 readers\n");
    desk.library = desk.other();
    read(&mut desk);
    let rule = &desk.library.rules().unwrap()[0];
    assert_eq!((rule.articles, rule.counting), (1_201, false));
    assert_eq!(hidden(&desk.library), 1_201);
    desk.library.apply(&rule.to(None)).unwrap();
    desk.library.sync_index(&mut |_, _| GO_ON).unwrap();
    assert_eq!(hidden(&desk.library), 0);
}

#[test]
fn all_that_waits_is_looked_for_in_one_go() {
    let many: Vec<String> = (0..600)
        .map(|n| format!("date: {n}\nStory {n}\nText.\nSeen by {n} readers\nRead by {n} people\n"))
        .collect();
    let mut desk = taught(&many.join("---\n"));
    let id = ids(&desk.library)[7];
    for paragraph in [1, 2] {
        let change = desk.library.turn(id, paragraph, true).unwrap().unwrap();
        desk.library.apply(&change).unwrap();
    }
    let mut steps = Vec::new();
    desk.library
        .sync_index(&mut |done, _| {
            steps.push(done);
            // The last step of the look is the first that has seen all.
            if done == 600 { ControlFlow::Break(()) } else { GO_ON }
        })
        .unwrap();
    assert_eq!(steps, [500, 600], "two steps for both");
    assert!(desk.library.rules().unwrap().iter().all(|rule| rule.articles == 600));
    assert_eq!(desk.number("SELECT count(*) FROM relook"), 0);
}
