//! Our own news in marked form: guards the trained weights against getting worse unseen.
//!
//! Single sentences may change with every training; together they may not.

use super::tests::{MARKS, article};
use super::{Tagged, tag};
use crate::article::{Label, Place};

/// Each line an article of one paragraph.
const GOLD: &str = "\
President [PER Ada Lovelock] met [PER Tomasz Wielgosz] in [LOC Nairobi] on [DATE Friday].
The [ORG Ministry of Finance] said on [DATE May 16, 2025] that inflation had slowed to 3 percent.
[LOC Kenya] and [LOC Tanzania] signed a deal worth [MONEY $1.65 million] on [DATE Monday].
\"We are ready,\" said [PER Amina Okello], director of the [ORG Kenya Wildlife Service].
The [ORG World Health Organization] ([ORG WHO]) warned of more cases of [MISC COVID-19].
[PER Hassan Rahimi] told [ORG Reuters] that the talks in [LOC Geneva] had failed.
The [GRP Turkish] army crossed into northern [LOC Syria] in [DATE October 2019].
Prime Minister [PER Olena Kovalenko] will visit [LOC Ankara] and [LOC Cairo] next week.
Shares of [ORG Harrow Holdings Ltd] fell after [PER Jane Fenwick] resigned as chairwoman.
Police in [LOC Buenos Aires] arrested two [GRP Brazilian] men, [PER Luis Prado] and [PER Marco Teixeira].
The fund of [MONEY 3 million euros] was approved by the [ORG European Commission] in [DATE March].
[PER Fatima Al-Sayed] studied at the [ORG University of Jordan] before moving to [LOC Doha].
[ORG Manchester United] lost to [ORG Arsenal] on [DATE Saturday].
In [DATE 2021] the river flooded villages in [LOC Bangladesh] and [LOC India].
The envoy, [PER Chang Min-ho], flew from [LOC Seoul] to [LOC Beijing].
[PER Wanjiru] said the [ORG Central Bank of Kenya] would raise rates.
Farmers near [LOC Lake Victoria] sold fish to traders from [LOC Uganda].
The crew of the ferry were rescued and nobody was hurt, officials said.
However, prices were lower than a year ago. Passengers waited for hours.
[PER Maria Quispe] and [PER J. Smith] won the race in [LOC Lima], [LOC Peru].
";

/// Names of a marked line and the line without marks.
fn parse(marked: &str) -> (String, Vec<(usize, usize, Label)>) {
    let (mut plain, mut names, mut rest) = (String::new(), Vec::new(), marked);
    while let Some(at) = rest.find('[') {
        plain += &rest[..at];
        let (mark, tail) = rest[at + 1..].split_once(' ').unwrap();
        let (name, tail) = tail.split_once(']').unwrap();
        let label = MARKS.iter().find(|(m, _)| *m == mark).unwrap().1;
        names.push((plain.len(), plain.len() + name.len(), label));
        plain += name;
        rest = tail;
    }
    (plain + rest, names)
}

fn found(tagged: &Tagged) -> Vec<(usize, usize, Label)> {
    let first = tagged.mentions.iter().filter(|m| m.place == Place::Paragraph(0));
    first.map(|m| (m.start as usize, m.end as usize, m.label)).collect()
}

#[test]
fn nine_of_ten_names_of_our_own_news_are_right() {
    let (mut wanted, mut given, mut right, mut wrong) = (0, 0, 0, String::new());
    for line in GOLD.lines() {
        let (plain, names) = parse(line);
        let found = found(&tag(&article(&[&plain])));
        wanted += names.len();
        given += found.len();
        right += names.iter().filter(|name| found.contains(name)).count();
        let of = |all: &[(usize, usize, Label)], others: &[(usize, usize, Label)]| -> String {
            let left = all.iter().filter(|name| !others.contains(name));
            left.map(|(from, to, label)| format!(" {:?} {label:?}", &plain[*from..*to])).collect()
        };
        wrong += &format!("missed{} made up{}\n", of(&names, &found), of(&found, &names));
    }
    let f1 = 200 * right / (wanted + given);
    assert!(f1 >= 90, "F1 {f1}\n{wrong}");
}
