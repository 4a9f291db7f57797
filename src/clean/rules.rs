//! The weights: what each fact about a line says for and against boilerplate.
//!
//! Weights are log-odds and add up. A model learned from labelled pages can replace this file: it
//! takes the same [`Line`] and gives the same [`Verdict`].

use super::cues::{Hit, Place, Strength};
use super::explain::Clue;
use super::features::Line;
use super::signs::Ending;
use crate::article::{Kind, Reason};

/// What the rules make of a line before its place in the document is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Log-odds of boilerplate.
    pub logit: f32,
    /// The strongest piece of evidence: its weight, what it stands for, what was seen.
    pub strongest: Option<(f32, Reason, Clue)>,
}

impl Verdict {
    pub fn add(&mut self, weight: f32, reason: Reason, clue: Clue) {
        self.logit += weight;
        if self.strongest.as_ref().is_none_or(|strongest| strongest.0 < weight) {
            self.strongest = Some((weight, reason, clue));
        }
    }

    /// The line stands outside of the story: hidden, for its own reason where it has one.
    pub fn stand_outside(&mut self, reason: Reason, clue: Clue) {
        // What a block calls itself says more than the share of its links.
        let vague = matches!(self.strongest, Some((_, _, Clue::Links(_) | Clue::Separators)));
        let own = self.hides() && !(vague && matches!(clue, Clue::Region(_)));
        self.logit = self.logit.max(0.0) + 1.0;
        if !own {
            self.strongest = Some((self.logit, reason, clue));
        }
    }

    pub fn hides(&self) -> bool {
        self.logit > 0.0
    }
}

/// Judges a line by itself.
pub fn judge(line: &Line) -> Verdict {
    let mut verdict = Verdict { logit: prior(line), strongest: None };
    add_cues(&mut verdict, line);
    add_shapes(&mut verdict, line);
    verdict
}

/// How unlikely boilerplate is for a line of this form, all else unknown.
fn prior(line: &Line) -> f32 {
    let form = match (line.words, line.ending) {
        (12.., Ending::Sentence) => -3.0 - (line.words.min(60) - 12) as f32 / 16.0,
        (4.., Ending::Sentence) => -1.8,
        (_, Ending::Colon) => -1.6,
        (12.., _) => -1.4,
        _ => -0.9,
    };
    let kind = match line.kind {
        Kind::Quote | Kind::Code => -2.0,
        Kind::Heading | Kind::ListItem | Kind::TableRow => -0.6,
        Kind::Paragraph | Kind::Caption => 0.0,
    };
    // Running text is full of function words.
    let running = if line.words >= 8 && line.stops >= 0.3 { -0.3 } else { 0.0 };
    form + kind + running
}

/// Of each reason the strongest cue counts in full, a second one by half.
fn add_cues(verdict: &mut Verdict, line: &Line) {
    let mut hits: Vec<(f32, Hit)> = line.cues.iter().map(|hit| (weight(hit, line), *hit)).collect();
    hits.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (rank, (weight, hit)) in hits.into_iter().take(3).enumerate() {
        verdict.add(weight / (1 << rank) as f32, hit.reason, Clue::Cue(hit));
    }
}

fn weight(hit: &Hit, line: &Line) -> f32 {
    let full = match hit.strength {
        Strength::Sure => 4.5,
        Strength::Likely => 2.8,
        Strength::Hint => 0.8,
    };
    let long: f32 = match line.words {
        // Legal notices are long by nature.
        0..=120 if hit.reason == Reason::Legal => 1.0,
        0..=16 => 1.0,
        17..=40 => 0.9,
        41..=80 => 0.6,
        _ => 0.35,
    };
    let full = full * trust(hit, line);
    match hit.place {
        Place::Whole => full + 1.0,
        Place::Opens if hit.phrase.ends_with([':', '©']) => full * long.max(0.9),
        Place::Opens if line.is_sentence() && hit.strength < Strength::Sure => full * 0.7 * long,
        Place::Opens | Place::Has => full * long,
        Place::Closes => full * long,
    }
}

/// A quotation may quote a notice, and a heading may play on one: "Subscribe to what?".
fn trust(hit: &Hit, line: &Line) -> f32 {
    match line.kind {
        Kind::Quote => 0.5,
        Kind::Heading if hit.place != Place::Whole => 0.5,
        _ => 1.0,
    }
}

fn add_shapes(verdict: &mut Verdict, line: &Line) {
    if is_time(line) || line.is_date {
        verdict.add(
            if line.dated || line.is_date { 4.0 } else { 0.8 },
            Reason::Timestamp,
            Clue::Time,
        );
    }
    if line.by && is_author(line) {
        verdict.add(3.2, Reason::Byline, Clue::Author);
    }
    if line.machine > 0.5 {
        verdict.add(2.5, Reason::Other, Clue::Machine);
    }
    let menu = line.separators >= 2 && line.words <= 20 && line.digits < 0.2;
    if menu && line.ending == Ending::Open && !line.bullet {
        verdict.add(1.0, Reason::Navigation, Clue::Separators);
    }
    if line.again && line.words >= 8 {
        verdict.add(
            if line.bullet || line.labelled { 0.4 } else { 3.6 },
            Reason::Other,
            Clue::Again,
        );
    }
    if line.is_title {
        verdict.add(4.0, Reason::Other, Clue::Title);
    }
    add_links(verdict, line);
}

fn add_links(verdict: &mut Verdict, line: &Line) {
    if line.links < 0.7 {
        return;
    }
    let reason = if line.words <= 3 { Reason::Navigation } else { Reason::Teaser };
    let weight = if line.bullet || line.kind == Kind::TableRow { 1.2 } else { 2.2 };
    verdict.add(weight * line.links, reason, Clue::Links(line.links));
}

/// "Published 3 May 2024, 10:15 GMT": numbers and words of time, with at least one of each.
fn is_time(line: &Line) -> bool {
    line.words <= 18
        && line.times >= 0.8
        && line.digits > 0.0
        && line.ending != Ending::Colon
        && (line.times > line.digits || line.words >= 3)
        && line.digits < 1.0
        && !line.bullet
}

/// "By Anna Writer and Otto Author, Staff Reporter".
fn is_author(line: &Line) -> bool {
    (2..=14).contains(&line.words) && line.capitals >= 0.6 && line.ending == Ending::Open
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Article, Paragraph};
    use crate::clean::features::lines;

    fn judge_text(text: &str) -> Verdict {
        let paragraph = Paragraph { text: text.into(), ..Paragraph::default() };
        let article = Article { paragraphs: vec![paragraph], ..Article::default() };
        judge(&lines(&article)[0])
    }

    fn reason(text: &str) -> Option<Reason> {
        let verdict = judge_text(text);
        verdict.hides().then(|| verdict.strongest.map(|s| s.1)).flatten()
    }

    #[test]
    fn lines_that_need_no_context() {
        use Reason::*;
        for (text, wanted) in [
            ("All rights reserved. No part of this page may be copied without a contract.", Legal),
            ("Tüm hakları saklıdır.", Legal),
            ("Alle Rechte vorbehalten", Legal),
            ("Все права защищены", Legal),
            ("جميع الحقوق محفوظة", Legal),
            ("Photo: A. Writer / Harbour Press", Credit),
            ("The bridge at dusk (Getty Images)", Credit),
            ("Фото: пресс-служба порта", Credit),
            ("By Anna Writer", Byline),
            ("By ANNA WRITER and OTTO AUTHOR", Byline),
            ("Von Anna Schreiber und Otto Autor", Byline),
            ("Published 3 May 2024, 10:15 GMT", Timestamp),
            ("12 Mayıs 2024 Pazar 14:05", Timestamp),
            ("Aktualisiert am 3. Mai 2024 um 10:15 Uhr", Timestamp),
            ("Share", Share),
            ("Facebook Twitter WhatsApp", Share),
            ("Haberi Paylaş", Share),
            ("Haberi paylaş: Facebook | X | WhatsApp", Share),
            ("Teilen Twittern Drucken", Share),
            ("Follow us on Facebook, Instagram and Mastodon for more news from the port.", Share),
            ("Follow Harbour Press on Instagram for goals, tables and dogs.", Share),
            (
                "Copyright 2026 Harbour Press. No part of this page may be reproduced without permission.",
                Legal,
            ),
            ("The last coach at dusk, put on the wrong end. Photo: Anna Writer/Press", Credit),
            ("Like what you read? Subscribe to the Harbour Press for €12 a year.", Subscribe),
            ("Comments (2)", Comments),
            ("Поделиться", Share),
            ("Sign up for our free newsletter", Subscribe),
            ("Get the day's headlines delivered to your inbox every morning.", Subscribe),
            ("Inscrivez-vous à notre newsletter", Subscribe),
            ("Read more: Ferry captain honoured by the port", Teaser),
            ("Lesen Sie auch: Kapitän geehrt", Teaser),
            ("Lire aussi : Le capitaine à l'honneur", Teaser),
            ("اقرأ أيضا: تكريم القبطان", Teaser),
            ("関連記事", Teaser),
            ("Skip to main content", Navigation),
            ("Tags: harbour, bridge, ferry", Navigation),
            ("Advertisement", Advert),
            ("Реклама", Advert),
            ("Leave a reply", Comments),
            ("Your email address will not be published.", Comments),
            ("We use cookies to improve this page.", Consent),
            ("Este sitio: utilizamos cookies propias y de terceros.", Consent),
            ("This article has been updated", Other),
            ("https://harbour.example/a/b?c=d", Other),
        ] {
            assert_eq!(reason(text), Some(wanted), "{text}");
        }
    }

    #[test]
    fn lines_of_stories_stay() {
        for text in [
            "What happens next?",
            "Final score: Harbour 3, Port 2",
            "• 200 grams of flour",
            "“I never wanted the bridge to close,” she said.",
            "The newsletter, printed since 1911, once told the island who had been born.",
            "Regulators fined the shop because its cookies followed visitors from page to page for months.",
            "The court held that copyright in the songs had passed to the singer's daughters in 1998.",
            "By Monday the water had reached the second floor of the town hall, and nobody was surprised.",
            "May 4 was the day on which everything changed for the island and the people living there.",
            "Share prices fell by a tenth on Friday after the ferry company warned of losses.",
            "Read aloud in court, the letter made the defendant weep, three people in the room said.",
            "Photographs of the wreck went around the world, and the harbour has not been the same since.",
        ] {
            assert!(!judge_text(text).hides(), "{text}: {:?}", judge_text(text));
        }
    }
}
