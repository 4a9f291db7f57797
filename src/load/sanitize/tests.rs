//! What is removed, folded and kept, in the scripts and signs that there are.

use super::*;
use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

#[track_caller]
fn check(raw: &str, safe: &str) {
    assert_eq!(line(raw), safe, "{raw:?}");
}

#[test]
fn plain_text_is_untouched() {
    for text in ["Ferry returns to Kos", "Çiğdem’s «ağaç» – 5 €", "日本の首相", "Київ, Україна", ""]
    {
        assert!(matches!(line_cow(text), Cow::Borrowed(_)), "{text}");
    }
}

#[test]
fn what_is_wrong_is_seen_wherever_it_stands() {
    let plain = "The ferry to Kos sails every day at noon, and nobody minds. ".repeat(3);
    let plain = plain.trim_end();
    for at in 0..=plain.len() {
        for odd in ["\u{7f}", "\u{202e}", "  ", "\n", "a\u{301}"] {
            let text = format!("{}{odd}{}", &plain[..at], &plain[at..]);
            assert!(!is_clean(&text), "{text:?}");
        }
        let text = format!("{}ж{}", &plain[..at], &plain[at..]);
        assert!(is_clean(&text), "{text:?}");
    }
}

#[test]
fn runs_of_plain_signs_change_nothing() {
    check("\u{600}ab", "\u{600}ab");
    check("a\u{301}\u{301}\u{301}bc\u{301}  d", "a\u{301}\u{301}\u{301}bc\u{301} d");
}

#[test]
fn white_space_folds() {
    check("  The \t ferry\u{a0}is\r\nback \u{3000}", "The ferry is back");
}

#[test]
fn colours_and_cursor_moves_go() {
    check("\x1b[31mred\x1b[0m and \x1b[2J\x1b[1;1Hhome", "red and home");
    check("\u{9b}31mred", "red");
    check("\x1b]0;new title\x07Ferry\x1b]8;;http://x\x1b\\ back", "Ferry back");
    check("\x1bPq#0;2;0\x1b\\ Ferry\x1b(B \x1b7back\x08\x07", "Ferry back");
}

#[test]
fn an_open_escape_swallows_nothing() {
    check("\x1b]0;The ferry is back", "0;The ferry is back");
    check("\x1b[", "");
    check("\x1b", "");
    check("\x1b[31é", "31é");
}

#[test]
fn bidi_controls_and_invisible_letters_go() {
    check("safe\u{202e}txt.exe\u{2066}\u{200f}", "safetxt.exe");
    check("pass\u{200b}\u{200b}word\u{feff}\u{ad}\u{2060}", "password");
    check("e\u{34f}\u{301}\u{17b4}", "e\u{301}");
    check("flag\u{e0041}\u{e007f}\u{fffe}\u{fdd0}", "flag");
}

#[test]
fn wrongly_decoded_quotes_are_put_right() {
    check("the minister\u{92}s \u{93}plan\u{94}", "the minister’s “plan”");
}

#[test]
fn joiners_stay_where_they_shape_letters() {
    check("👩\u{200d}🚀 ❤\u{fe0f} 1\u{fe0f}\u{20e3}", "👩\u{200d}🚀 ❤\u{fe0f} 1\u{fe0f}\u{20e3}");
    check("می\u{200c}خواهم क\u{94d}\u{200d}ष", "می\u{200c}خواهم क\u{94d}\u{200d}ष");
    check("pass\u{200d}word\u{fe0f}", "password");
}

#[test]
fn towers_of_accents_are_capped() {
    let tower = format!("z{}algo", "\u{301}".repeat(50));
    assert_eq!(line(&tower).chars().count(), "zalgo".len() + ACCENTS);
    check("\u{301}e\u{301}", "e\u{301}");
}

#[test]
fn clusters_of_the_languages_stay_whole() {
    for text in [
        "👨🏻\u{200d}👩🏽\u{200d}👧🏿\u{200d}👦🏼 👍🏽 ❤\u{fe0f}\u{200d}🔥",
        "🇹🇷🇩🇪 \u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}!",
        "שָׁלוֹם עֲלֵיכֶם",
        "की सङ्ग्रहालय क्षत्रिय राष्ट्रपति कार्त्स्न्यम्",
        "น้ำกำลังท่วมที่นี่",
        "한국어 \u{1112}\u{1161}\u{11ab}",
        "བོད་སྐད་",
    ] {
        check(text, text);
        assert!(is_harmless(text), "{text}");
    }
}

#[test]
fn towers_of_other_kinds_are_capped_too() {
    let longest = |unit: &str| {
        let text = line(&format!("a{}", unit.repeat(500)));
        text.graphemes(true).map(|cluster| cluster.chars().count()).max().unwrap_or(0)
    };
    for unit in ["👩\u{200d}", "क\u{94d}", "\u{1100}", "\u{600}", "\u{e33}", "ﾞ", "🏽"] {
        // A prefix takes the space along that ends it.
        assert!(longest(unit) <= CLUSTER + 1, "{unit:?}: {}", longest(unit));
    }
    assert_eq!(line("\u{f8ff}").chars().count(), 1, "an icon");
    assert_eq!(line(&"\u{e000}".repeat(50)).chars().count(), PRIVATE);
    check("\u{1f3f4}\u{e0067}\u{e0062}", "\u{1f3f4}");
}

#[test]
fn code_keeps_its_lines() {
    assert_eq!(block("\nif x:\r\n\treturn\x1b[1m 1\n\n"), "if x:\n    return 1");
}

#[test]
fn offsets_follow_their_words() {
    let raw = " The  \x1b[1mferry\x1b[0m  is";
    let (start, end) = (raw.find("ferry").unwrap(), raw.find("ferry").unwrap() + 5);
    let mut offsets = [start as u32, end as u32, raw.len() as u32];
    let mut text = raw.to_string();
    line_with_offsets(&mut text, &mut offsets);
    assert_eq!(&text[offsets[0] as usize..offsets[1] as usize], "ferry");
    assert_eq!(offsets[2] as usize, text.len());
}

fn is_safe(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

proptest! {
    #[test]
    fn the_result_is_safe_and_stays_as_it_is(raw in any::<String>()) {
        let safe = line(&raw);
        prop_assert!(safe.chars().all(is_safe));
        prop_assert_eq!(line(&safe), safe.clone());
        prop_assert!(block(&raw).chars().all(|c| c == '\n' || is_safe(c)));
    }

    #[test]
    fn what_piles_up_is_capped(raw in "[a ğ\u{301}\u{5b8}\u{94d}क\u{200d}👩🏽🇹\u{fe0f}\u{e33}กﾞ\u{1100}\u{1161}가\u{600}\u{e000}\u{e0067}\u{202e}]{0,200}") {
        let safe = line(&raw);
        prop_assert_eq!(line(&safe), safe.clone());
        prop_assert!(is_harmless(&safe));
        let longest = safe.graphemes(true).map(|cluster| cluster.chars().count()).max();
        prop_assert!(longest.unwrap_or(0) <= CLUSTER + 1, "{safe:?}");
    }

    #[test]
    fn offsets_stay_on_char_boundaries(raw in "[ a-ż\\x1b\\[\\]\u{200b}\u{301}🚀]{0,40}", cut in 0usize..40) {
        let cut = (0..=cut.min(raw.len())).rev().find(|&at| raw.is_char_boundary(at)).unwrap();
        let mut offsets = [cut as u32, raw.len() as u32];
        let mut text = raw.clone();
        line_with_offsets(&mut text, &mut offsets);
        prop_assert!(offsets[0] <= offsets[1]);
        prop_assert!(offsets.iter().all(|&at| text.is_char_boundary(at as usize)));
    }
}
