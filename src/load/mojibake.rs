//! Text that was read in the wrong charset and written down so: "â€™" for "’". Mended where it is
//! certain, left alone where a language could have meant it.

use encoding_rs::WINDOWS_1252;

/// Sequences that must be there to believe those that a language might have meant.
const SEVERAL: usize = 2;
/// How often a text may have gone through this.
const TIMES: usize = 2;

/// The text as it was meant, `None` where nothing is wrong with it. Carries byte offsets
/// of `text`, sorted, over to the result.
pub(super) fn mend(text: &str, offsets: &mut [u32]) -> Option<String> {
    let mut mended = once(text, offsets)?;
    for _ in 1..TIMES {
        match once(&mended, offsets) {
            Some(again) => mended = again,
            None => break,
        }
    }
    Some(mended)
}

/// In place.
pub(super) fn mend_in_place(text: &mut String) {
    if let Some(mended) = mend(text, &mut []) {
        *text = mended;
    }
}

/// A character that was taken apart, and what became of it.
struct Broken {
    start: usize,
    end: usize,
    meant: char,
}

fn once(text: &str, offsets: &mut [u32]) -> Option<String> {
    memchr::memchr(LEAD, text.as_bytes())?;
    let mut seen = Seen::default();
    pieces(text).for_each(|piece| seen.add(text, &piece));
    // Where every letter outside of ASCII is part of such a sequence, all of them are.
    let all = seen.other == 0 && (seen.sure > 0 || seen.broken >= SEVERAL) && seen.unlikely == 0;
    if seen.broken == 0 || (seen.sure == 0 && !all) {
        return None;
    }
    // They are looked for a second time: all of them would take more room than the text.
    let broken = pieces(text).filter_map(Piece::broken);
    Some(replaced(text, broken.filter(|broken| all || is_certain(text, broken)), offsets))
}

/// What a text is made of outside of ASCII.
#[derive(Default)]
struct Seen {
    broken: usize,
    sure: usize,
    unlikely: usize,
    other: usize,
}

impl Seen {
    fn add(&mut self, text: &str, piece: &Piece) {
        let Piece::Broken(broken) = piece else {
            self.other += 1;
            return;
        };
        self.broken += 1;
        self.sure += usize::from(is_certain(text, broken));
        self.unlikely += usize::from(!is_likely(broken));
    }
}

/// Letters that the first byte of a sequence turns into.
fn is_lead(c: char) -> bool {
    matches!(c, 'Â'..='ô')
}

/// The byte that each of them begins with.
const LEAD: u8 = 0xc3;

/// A sequence, or another character outside of ASCII.
enum Piece {
    Broken(Broken),
    Other,
}

impl Piece {
    fn broken(self) -> Option<Broken> {
        match self {
            Piece::Broken(broken) => Some(broken),
            Piece::Other => None,
        }
    }
}

fn pieces(text: &str) -> impl Iterator<Item = Piece> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = &text[at..];
            let first = rest.chars().next()?;
            let (start, sequence) = (at, is_lead(first).then(|| sequence(rest)).flatten());
            at += sequence.map_or(first.len_utf8(), |(length, _)| length);
            match sequence {
                Some((_, meant)) => return Some(Piece::Broken(Broken { start, end: at, meant })),
                None if !first.is_ascii() => return Some(Piece::Other),
                None => {}
            }
        }
    })
}

/// The character that a text begins with in pieces, and the length of the pieces.
fn sequence(text: &str) -> Option<(usize, char)> {
    let mut bytes = [0; 4];
    let lead = byte(text.chars().next()?)?;
    let count = match lead {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let mut length = 0;
    let mut letters = text.chars();
    for slot in &mut bytes[..count] {
        let letter = letters.next()?;
        *slot = byte(letter)?;
        length += letter.len_utf8();
    }
    let meant = std::str::from_utf8(&bytes[..count]).ok()?.chars().next()?;
    Some((length, meant))
}

/// The byte that became this letter.
fn byte(letter: char) -> Option<u8> {
    match u32::from(letter) {
        // Bytes that the charset has no letter for came through as they were.
        code @ 0x80..=0xff => u8::try_from(code).ok(),
        0..0x80 => None,
        _ => {
            let mut buffer = [0; 4];
            let (bytes, _, failed) = WINDOWS_1252.encode(letter.encode_utf8(&mut buffer));
            bytes.first().copied().filter(|_| !failed && bytes.len() == 1)
        }
    }
}

/// Sequences that no language writes: quotes, dashes and dots in three pieces, and "Ã" or "Â" before
/// a sign that follows no capital.
fn is_certain(text: &str, &Broken { start, end, meant }: &Broken) -> bool {
    let pieces = &text[start..end];
    let signs = matches!(meant, '\u{2010}'..='\u{203a}' | '€' | '™');
    let second = pieces.chars().nth(1);
    let after =
        |c: char| matches!(c, '©' | '¨' | '¤' | '¶' | '¼' | '±' | '§' | '¡' | '³' | '¢' | '®');
    let money = matches!(meant, '£' | '©' | '®' | '°') && pieces.starts_with('Â');
    (signs && pieces.chars().count() == 3)
        || (pieces.starts_with('Ã') && second.is_some_and(after))
        || money
}

/// What texts are made of, rather than letters of some far alphabet that two signs side by side
/// happen to spell.
fn is_likely(broken: &Broken) -> bool {
    matches!(broken.meant,
        '\u{80}'..='\u{24f}' | '\u{386}'..='\u{3ce}' | '\u{401}'..='\u{45f}'
        | '\u{490}'..='\u{491}' | '\u{5d0}'..='\u{5ea}' | '\u{60c}'..='\u{6d5}' | '\u{900}'..='\u{e7f}'
        | '\u{1e00}'..='\u{1eff}' | '\u{2010}'..='\u{203a}' | '\u{20ac}' | '\u{2122}'
        | '\u{3000}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{ff01}'..='\u{ff60}'
        | '\u{1f300}'..='\u{1faff}')
}

fn replaced(text: &str, broken: impl Iterator<Item = Broken>, offsets: &mut [u32]) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut from, mut carried) = (0, 0);
    for Broken { start, end, meant } in broken {
        out.push_str(&text[from..start]);
        carried += carry(&mut offsets[carried..], start, out.len(), from);
        let begins = out.len() as u32;
        out.push(meant);
        while offsets.get(carried).is_some_and(|offset| (*offset as usize) < end) {
            offsets[carried] = begins;
            carried += 1;
        }
        from = end;
    }
    let tail = out.len();
    out.push_str(&text[from..]);
    for offset in &mut offsets[carried..] {
        *offset = (tail + (*offset as usize).saturating_sub(from)).min(out.len()) as u32;
    }
    out
}

/// Settles the offsets up to `here`, where the result is `to` long; what lies after `from` moved
/// as a piece.
fn carry(offsets: &mut [u32], here: usize, to: usize, from: usize) -> usize {
    let passed = offsets.iter().take_while(|offset| (**offset as usize) <= here).count();
    let piece = to - (here - from);
    for offset in &mut offsets[..passed] {
        *offset = (piece + (*offset as usize).saturating_sub(from)) as u32;
    }
    passed
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a text looks like after it was read in the wrong charset.
    fn broken(text: &str) -> String {
        let wrong = |byte: &u8| match byte {
            0x81 | 0x8d | 0x8f | 0x90 | 0x9d => char::from(*byte).to_string(),
            byte => WINDOWS_1252.decode(&[*byte]).0.into_owned(),
        };
        text.as_bytes().iter().map(wrong).collect()
    }

    #[test]
    fn broken_text_is_mended() {
        for text in [
            "It’s back, “at last” – she said…",
            "Café crème à l’été",
            "Şişli'de çığ düştü",
            "Премьер-министр заявил",
            "Fähre fährt für Größe",
            "Łódź, Kraków",
            "値段は100円",
            "£5 and 20 °C",
            "Tối nay trời mưa ở Hà Nội",
        ] {
            let wrong = broken(text);
            assert_eq!(mend(&wrong, &mut []).as_deref(), Some(text), "{wrong}");
            assert_eq!(mend(&broken(&wrong), &mut []).as_deref(), Some(text), "twice");
        }
    }

    #[test]
    fn what_is_certain_is_mended_among_sound_text() {
        let mixed = "Der Bürgermeister sagte: â€žNeinâ€œ und ging.";
        assert_eq!(
            mend(mixed, &mut []).as_deref(),
            Some("Der Bürgermeister sagte: „Nein“ und ging.")
        );
    }

    #[test]
    fn text_that_only_looks_alike_is_left_alone() {
        for text in [
            "«RÉSUMÉ» et «À BIENTÔT»",
            "LE RÉSUMÉ» dit-il",
            "SÃO PAULO, NÃO ÀS DROGAS",
            "Ân và Ă, Â, Â§ 5",
            "Cô Ấy đã đến Hà Nội, ông ấy là người Â",
            "ÄÖÜ und Äpfel, Übergröße, Straße",
            "Île-de-France, Ô Canada, PÂTÉ",
            "It’s fine.",
            "Ðà Nẵng",
            "日本語のテキスト",
        ] {
            assert_eq!(mend(text, &mut []), None, "{text}");
        }
    }

    #[test]
    fn links_stay_on_their_words() {
        let wrong = broken("Sie fährt „heute“ nach Köln.");
        let at = |word: &str| wrong.find(word).unwrap() as u32;
        let mut offsets =
            [at("f"), at("hrt"), at("heute"), at("heute") + 5, at("nach"), wrong.len() as u32];
        let text = mend(&wrong, &mut offsets).unwrap();
        let words: Vec<&str> = [(0, 1), (2, 3), (4, 5)]
            .into_iter()
            .map(|(a, b)| &text[offsets[a] as usize..offsets[b] as usize])
            .collect();
        assert_eq!(words, ["fä", "heute", "nach Köln."]);
    }

    proptest::proptest! {
        #[test]
        fn offsets_stay_on_characters(text in "[a-câÃ€™œ©¤ÐŸ’é ]{0,30}", cuts in proptest::collection::vec(0_usize..30, 0..6)) {
            let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let mut offsets: Vec<u32> = cuts.iter().map(|cut| starts[cut % starts.len()] as u32).collect();
            offsets.sort_unstable();
            if let Some(mended) = mend(&text, &mut offsets) {
                for offset in offsets {
                    proptest::prop_assert!(mended.is_char_boundary(offset as usize));
                }
            }
        }
    }
}
