//! JSON lines, in which nothing stands raw that a terminal would act on: what a program hands
//! through reads back the same, and printed it is harmless.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};

use crate::load::sanitize::{self, Pile};

/// One object, without the end of its line.
pub fn line(object: &impl Serialize) -> String {
    let mut line = Vec::with_capacity(256);
    write(&mut line, object).expect("plain structures with text keys always serialise");
    String::from_utf8(line).expect("the serialiser writes text")
}

/// Writes one object, as it goes.
pub fn write(out: &mut impl Write, object: &impl Serialize) -> io::Result<()> {
    let mut writer = Serializer::with_formatter(out, Harmless { pile: Pile::default() });
    Ok(object.serialize(&mut writer)?)
}

/// Compact, with more escapes than JSON asks for.
struct Harmless {
    pile: Pile,
}

impl Formatter for Harmless {
    fn begin_string<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.pile = Pile::default();
        CompactFormatter.begin_string(out)
    }

    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        text: &str,
    ) -> io::Result<()> {
        let mut written = 0;
        // Most text has nothing to look at closely.
        if sanitize::printable(text.as_bytes()) == text.len() {
            return out.write_all(text.as_bytes());
        }
        let mut at = 0;
        loop {
            at += self.pile.plain(&text[at..]);
            let Some(c) = text[at..].chars().next() else { break };
            if sanitize::is_to_escape(c, &mut self.pile) {
                out.write_all(&text.as_bytes()[written..at])?;
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(out, "\\u{unit:04x}")?;
                }
                written = at + c.len_utf8();
            }
            at += c.len_utf8();
        }
        out.write_all(&text.as_bytes()[written..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn what_a_terminal_acts_on_is_escaped() {
        let tower = format!("z{}", "\u{301}".repeat(50));
        let value =
            json!({"a\u{9b}31m": "x\u{7f}\u{202e}\u{e0041}\u{85}\n\x1b[2J", "tower": tower});
        let line = line(&value);
        assert!(sanitize::is_harmless(&line), "{line}");
        assert!(line.starts_with(r#"{"a\u009b31m":"x\u007f\u202e\udb40\udc41\u0085\n\u001b[2J""#));
        assert!(line.chars().filter(|c| *c == '\u{301}').count() < 10);
        assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), value);
    }

    #[test]
    fn towers_of_syllables_are_escaped() {
        let value = json!({ "ᄀ".repeat(60): "क्".repeat(60) });
        let line = line(&value);
        let raw = |sign: char| line.split("\\u").map(|run| run.matches(sign).count()).max();
        assert!(raw('ᄀ') <= Some(24) && raw('क') <= Some(24), "{line}");
        assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), value);
    }

    #[test]
    fn languages_stand_as_they_are_written() {
        let value = json!("Łódka 日本 👩\u{200d}🚀 राष्ट्र می\u{200c}خواهم น้ำ");
        assert_eq!(line(&value), value.to_string());
    }
}
