//! Folding: case, accents and typographic signs out of the way, so that phrases compare.

use unicode_normalization::char::decompose_canonical;

/// The text in lower case without Latin and Greek accents, with plain quotes, dashes and spaces.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_onto(text, &mut folded);
    folded
}

/// As [`fold`], behind what is there.
pub fn fold_onto(text: &str, folded: &mut String) {
    for c in text.chars() {
        if c.is_ascii() {
            folded.push(c.to_ascii_lowercase());
        } else if let Some(c) = fold_char(c) {
            folded.push(c);
        }
    }
}

/// One character that is not ASCII; `None` for one that only adorns another.
pub fn fold_char(c: char) -> Option<char> {
    Some(match c {
        '’' | '‘' | 'ʼ' | '`' => '\'',
        '“' | '”' | '„' | '«' | '»' => '"',
        '–' | '—' | '‑' | '−' => '-',
        '…' => '.',
        '\u{a0}' | '\u{202f}' | '\u{2009}' => ' ',
        'ı' | 'İ' => 'i',
        'ß' => 's',
        'ø' | 'Ø' => 'o',
        'æ' | 'Æ' => 'a',
        'ł' | 'Ł' => 'l',
        'đ' | 'Đ' => 'd',
        'أ' | 'إ' | 'آ' => 'ا',
        // Arabic tatweel and short vowels, combining accents.
        '\u{640}' | '\u{64b}'..='\u{652}' | '\u{300}'..='\u{36f}' => return None,
        '\u{c0}'..='\u{24f}' | '\u{370}'..='\u{3ff}' | '\u{1e00}'..='\u{1fff}' => base(c),
        _ => c.to_lowercase().next().unwrap_or(c),
    })
}

/// The letter under its accents, in lower case.
fn base(c: char) -> char {
    let mut first = None;
    decompose_canonical(c, |part| {
        first.get_or_insert(part);
    });
    let letter = first.unwrap_or(c);
    letter.to_lowercase().next().unwrap_or(letter)
}

/// Scripts written without spaces between words.
pub fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{e7f}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

/// A number that stands for a word: equal words, equal numbers.
pub fn hash(word: &str) -> u32 {
    word.bytes().fold(FIRST, mix)
}

/// What hashes begin with.
pub const FIRST: u32 = 0x811c_9dc5;

/// The hash of one byte more.
pub fn mix(hash: u32, byte: u8) -> u32 {
    (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_case_accents_and_typographic_signs() {
        assert_eq!(fold("İLKE Haber’in “ÇAĞRISI”"), "ilke haber'in \"cagrisi\"");
        assert_eq!(fold("Lørdag – Straße"), "lordag - strase");
        assert_eq!(fold("Читайте ТАКЖЕ"), "читайте также");
        assert_eq!(fold("إقرأ أيضًا"), "اقرا ايضا");
        assert_eq!(fold("Φωτογραφία"), "φωτογραφια");
    }
}
