//! Marks boilerplate, with a reason. Never deletes, never alters a word, cannot fail.
//!
//! `features` sees what a line is, `rules` weighs it, `decode` reads the lines together,
//! and `explain` says why. `page` narrows an HTML page to its story first; `shape` tells what of
//! an article may come again in others. The smallest file to copy from is `explain.rs`; a new cue
//! phrase is one line in `assets/clean/cues.txt`.

mod cues;
mod decode;
mod explain;
mod features;
mod fold;
mod hints;
mod page;
mod rules;
pub mod shape;
mod stated;

use crate::article::{Article, Document, Kind, Layout, Mark, Reason};
use explain::Clue;
use features::Line;
use rules::Verdict;

/// What the reader set in `[clean]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// A paragraph is hidden from this score up, 0 to 1.
    pub threshold: f32,
    /// Photo captions are shown as part of the story.
    pub keep_captions: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { threshold: 0.5, keep_captions: false }
    }
}

/// One mark for each paragraph of the document, in order.
pub fn marks(document: &Document, options: &Options) -> Vec<Mark> {
    let article = &document.article;
    let lines = features::lines(article);
    let mut verdicts: Vec<Verdict> = lines.iter().map(rules::judge).collect();
    let title = features::title_words(article);
    match &document.layout {
        Some(layout) => judge_page(article, layout, &lines, &mut verdicts, &title),
        None => decode::decode(&lines, &mut verdicts, &title),
    }
    let mut marks: Vec<Mark> = verdicts.iter().map(|v| mark(v, options.threshold)).collect();
    settle_captions(&lines, &verdicts, &mut marks, options);
    if leaves_too_little(&lines, &marks, document.layout.is_some()) {
        marks.iter_mut().for_each(reveal);
    }
    marks
}

/// What stands outside of the story's place in the page is boilerplate; what stands inside is
/// read like a text.
fn judge_page(
    article: &Article,
    layout: &Layout,
    lines: &[Line],
    verdicts: &mut [Verdict],
    title: &[u32],
) {
    let regions = page::regions(article, layout, lines, verdicts);
    let inside: Vec<usize> = (0..lines.len()).filter(|&at| regions[at].is_none()).collect();
    let inner_lines: Vec<Line> = inside.iter().map(|&at| lines[at].clone()).collect();
    let mut inner: Vec<Verdict> = inside.iter().map(|&at| verdicts[at].clone()).collect();
    decode::decode(&inner_lines, &mut inner, title);
    for (at, verdict) in inside.into_iter().zip(inner) {
        verdicts[at] = verdict;
    }
    for (verdict, region) in verdicts.iter_mut().zip(regions) {
        if let Some((reason, clue)) = region {
            verdict.stand_outside(reason, clue);
        }
    }
}

fn mark(verdict: &Verdict, threshold: f32) -> Mark {
    let score = 1.0 / (1.0 + (-verdict.logit).exp());
    match &verdict.strongest {
        Some((_, reason, clue)) if score >= threshold => {
            Mark::boilerplate(*reason, score, explain::words(clue))
        }
        _ => Mark { reason: None, score, evidence: None },
    }
}

fn settle_captions(lines: &[Line], verdicts: &[Verdict], marks: &mut [Mark], options: &Options) {
    let all = lines.iter().zip(verdicts).zip(marks);
    for ((_, verdict), mark) in all.filter(|((line, _), _)| line.kind == Kind::Caption) {
        if options.keep_captions {
            *mark = Mark { reason: None, score: mark.score.min(options.threshold), evidence: None };
        } else if mark.kept() || !says_so(verdict) {
            let score = mark.score.max(0.9).max(options.threshold);
            *mark = Mark::boilerplate(Reason::Credit, score, explain::words(&Clue::Caption));
        }
    }
}

/// The words of a line, not its place, are why it is hidden.
fn says_so(verdict: &Verdict) -> bool {
    matches!(verdict.strongest, Some((_, _, Clue::Cue(_))))
}

/// Less than this share of a text's words left over means that the marks are wrong. A page has a
/// hundred menus around a notice of two lines, so there only nothing is too little.
const PLAUSIBLE: f32 = 0.03;

fn leaves_too_little(lines: &[Line], marks: &[Mark], is_page: bool) -> bool {
    let words = |kept: bool| -> usize {
        lines.iter().zip(marks).filter(|(_, m)| m.kept() || !kept).map(|(line, _)| line.words).sum()
    };
    let least = if is_page { 4.0 } else { words(false) as f32 * PLAUSIBLE };
    words(true) as f32 <= least
}

fn reveal(mark: &mut Mark) {
    mark.reason = None;
    mark.evidence = Some(Mark::SPARED.into());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Element, Paragraph};

    fn paragraphs(texts: &[&str]) -> Vec<Paragraph> {
        let paragraph = |text: &&str| Paragraph { text: (*text).into(), ..Paragraph::default() };
        texts.iter().map(paragraph).collect()
    }

    fn document(title: &str, texts: &[&str]) -> Document {
        let title = title.to_string();
        let paragraphs = paragraphs(texts);
        let article = Article { title, title_is_own: true, paragraphs, ..Article::default() };
        Document { article, layout: None }
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
        let (credit, legal, teaser) =
            (Some(Reason::Credit), Some(Reason::Legal), Some(Reason::Teaser));
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
        let element = |parent, tag: &str, hints: &str| Element {
            parent,
            tag: tag.into(),
            hints: hints.into(),
        };
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
        document.layout = Some(Layout { elements, paragraph_element, stated_body: None });
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
}
