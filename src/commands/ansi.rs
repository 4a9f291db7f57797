//! Styles as the escape sequences of a terminal, for output that is printed and not drawn.

use ratatui::style::{Color, Modifier, Style};

const ATTRIBUTES: [(Modifier, &str); 6] = [
    (Modifier::BOLD, "1"),
    (Modifier::DIM, "2"),
    (Modifier::ITALIC, "3"),
    (Modifier::UNDERLINED, "4"),
    (Modifier::REVERSED, "7"),
    (Modifier::CROSSED_OUT, "9"),
];

/// The text in a style; as it is when the style is none.
pub fn painted(text: &str, style: Style) -> String {
    let set = |modifier| style.add_modifier.contains(modifier);
    let attributes = ATTRIBUTES.iter().filter(|(modifier, _)| set(*modifier));
    let mut codes: Vec<_> = attributes.map(|(_, code)| (*code).to_owned()).collect();
    codes.extend(style.fg.and_then(|colour| code(colour, 30)));
    codes.extend(style.bg.and_then(|colour| code(colour, 40)));
    match codes.is_empty() || text.is_empty() {
        true => text.to_owned(),
        false => format!("\x1b[{}m{text}\x1b[0m", codes.join(";")),
    }
}

/// The code of a colour; `ground` is 30 for letters and 40 for what is behind them.
fn code(colour: Color, ground: u8) -> Option<String> {
    let number = match colour {
        Color::Reset => return None,
        Color::Rgb(r, g, b) => return Some(format!("{};2;{r};{g};{b}", ground + 8)),
        Color::Indexed(n) => return Some(format!("{};5;{n}", ground + 8)),
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 60,
        Color::LightRed => 61,
        Color::LightGreen => 62,
        Color::LightYellow => 63,
        Color::LightBlue => 64,
        Color::LightMagenta => 65,
        Color::LightCyan => 66,
        Color::White => 67,
    };
    Some((ground + number).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_become_codes() {
        assert_eq!(painted("a", Style::new().bold().cyan()), "\x1b[1;36ma\x1b[0m");
        assert_eq!(painted("a", Style::new().black().on_yellow()), "\x1b[30;43ma\x1b[0m");
        assert_eq!(painted("a", Style::new().fg(Color::Indexed(208))), "\x1b[38;5;208ma\x1b[0m");
        assert_eq!(painted("a", Style::new().bg(Color::Rgb(1, 2, 3))), "\x1b[48;2;1;2;3ma\x1b[0m");
        assert_eq!(painted("a", Style::new().fg(Color::White)), "\x1b[97ma\x1b[0m");
        assert_eq!(painted("a", Style::new()), "a");
        assert_eq!(painted("", Style::new().bold()), "");
    }
}
