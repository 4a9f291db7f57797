//! Folding: case, accents and typographic signs out of the way, so that phrases compare.

use std::sync::LazyLock;

use unicode_normalization::char::decompose_canonical;

/// The text in lower case without Latin and Greek accents, with plain quotes, dashes and spaces.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_onto(text, &mut folded);
    folded
}

/// As [`fold`], behind what is there.
pub fn fold_onto(text: &str, folded: &mut String) {
    let mut rest = text;
    loop {
        let (ascii, foreign) = rest.split_at(ascii(rest));
        let from = folded.len();
        folded.push_str(ascii);
        folded[from..].make_ascii_lowercase();
        // Where one sign is not ASCII, the next may well be another.
        let mut signs = foreign.chars();
        loop {
            rest = signs.as_str();
            match signs.next() {
                Some(c) if !c.is_ascii() => folded.extend(fold_char(c)),
                Some(_) => break,
                None => return,
            }
        }
    }
}

/// The length in bytes of what is ASCII at the start of a text.
pub fn ascii(text: &str) -> usize {
    let bytes = text.as_bytes();
    let whole = bytes.chunks_exact(CHUNK).take_while(|chunk| chunk.is_ascii()).count() * CHUNK;
    whole + bytes[whole..].iter().take_while(|byte| byte.is_ascii()).count()
}

/// Bytes that are looked at together.
const CHUNK: usize = 16;

/// One character that is not ASCII; `None` for one that only adorns another.
pub fn fold_char(c: char) -> Option<char> {
    Some(match c {
        // Most of what is not Latin, at once.
        '\u{430}'..='\u{44f}' | '\u{4e00}'..='\u{9fff}' | '\u{3041}'..='\u{3096}' => c,
        '’' | '‘' | 'ʼ' | '`' => '\'',
        '“' | '”' | '„' | '«' | '»' => '"',
        '–' | '—' | '‑' | '−' => '-',
        '…' => '.',
        '：' => ':',
        '＝' => '=',
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
        '\u{c0}'..='\u{3ff}' => match BASES[c as usize - 0xc0] {
            '\0' => c.to_lowercase().next().unwrap_or(c),
            base => base,
        },
        '\u{1e00}'..='\u{1fff}' => base(c),
        _ => c.to_lowercase().next().unwrap_or(c),
    })
}

/// What [`base`] says of U+00C0 to U+03FF; nothing of the signs between Latin and Greek.
static BASES: LazyLock<Vec<char>> = LazyLock::new(|| {
    let of = |c: char| if ('\u{250}'..'\u{370}').contains(&c) { '\0' } else { base(c) };
    ('\u{c0}'..='\u{3ff}').map(of).collect()
});

/// The letter under its accents, in lower case.
fn base(c: char) -> char {
    let mut first = None;
    decompose_canonical(c, |part| {
        first.get_or_insert(part);
    });
    let letter = first.unwrap_or(c);
    letter.to_lowercase().next().unwrap_or(letter)
}

/// As `char::is_alphanumeric`, at once for the signs that most texts hold.
pub fn is_alphanumeric(c: char) -> bool {
    match c {
        '\0'..='\u{7f}' => c.is_ascii_alphanumeric(),
        '\u{c0}'..='\u{24f}' => !matches!(c, '×' | '÷'),
        '\u{400}'..='\u{481}' | '\u{48a}'..='\u{52f}' | '\u{4e00}'..='\u{9fff}' => true,
        '\u{2000}'..='\u{206f}' => false,
        _ => c.is_alphanumeric(),
    }
}

/// As `char::is_alphabetic`, at once for the signs that most texts hold.
pub fn is_alphabetic(c: char) -> bool {
    match c {
        '\0'..='\u{7f}' => c.is_ascii_alphabetic(),
        '\u{2000}'..='\u{206f}' => false,
        '\u{c0}'..='\u{24f}' | '\u{400}'..='\u{52f}' | '\u{4e00}'..='\u{9fff}' => {
            is_alphanumeric(c)
        }
        _ => c.is_alphabetic(),
    }
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
    fn letters_are_those_of_unicode() {
        for c in '\0'..=char::MAX {
            assert_eq!(is_alphanumeric(c), c.is_alphanumeric(), "{c:?}");
            assert_eq!(is_alphabetic(c), c.is_alphabetic(), "{c:?}");
        }
    }

    #[test]
    fn what_is_ascii_is_told() {
        for (text, length) in [("", 0), ("é", 0), ("ferry", 5), ("The ferry to Kos sails, é", 24)]
        {
            assert_eq!(ascii(text), length, "{text}");
        }
        assert_eq!(ascii(&"ferry ".repeat(9)), 54);
    }

    #[test]
    fn folds_case_accents_and_typographic_signs() {
        assert_eq!(fold("İLKE Haber’in “ÇAĞRISI”"), "ilke haber'in \"cagrisi\"");
        assert_eq!(fold("Lørdag – Straße"), "lordag - strase");
        assert_eq!(fold("Читайте ТАКЖЕ"), "читайте также");
        assert_eq!(fold("إقرأ أيضًا"), "اقرا ايضا");
        assert_eq!(fold("Φωτογραφία"), "φωτογραφια");
        assert_eq!(fold("写真：A＝B"), "写真:a=b");
    }
}
