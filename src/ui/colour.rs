//! The language of styles: `bold cyan`, `underline`, `#ff8800 on-blue`, `208`, `default`.

use ratatui::style::{Color, Modifier, Style};

/// How many colours the terminal has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// Attributes alone.
    None,
    #[default]
    Sixteen,
    /// 256 colours.
    Palette,
    /// Any colour.
    True,
}

const ATTRIBUTES: &[(&str, Modifier)] = &[
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underline", Modifier::UNDERLINED),
    ("reverse", Modifier::REVERSED),
    ("strike", Modifier::CROSSED_OUT),
];

/// The sixteen colours in the terminal's order, with what a stock terminal shows for them.
const SIXTEEN: &[(&str, Color, [u8; 3])] = &[
    ("black", Color::Black, [0, 0, 0]),
    ("red", Color::Red, [205, 0, 0]),
    ("green", Color::Green, [0, 205, 0]),
    ("yellow", Color::Yellow, [205, 205, 0]),
    ("blue", Color::Blue, [0, 0, 238]),
    ("magenta", Color::Magenta, [205, 0, 205]),
    ("cyan", Color::Cyan, [0, 205, 205]),
    ("white", Color::Gray, [229, 229, 229]),
    ("bright-black", Color::DarkGray, [127, 127, 127]),
    ("bright-red", Color::LightRed, [255, 0, 0]),
    ("bright-green", Color::LightGreen, [0, 255, 0]),
    ("bright-yellow", Color::LightYellow, [255, 255, 0]),
    ("bright-blue", Color::LightBlue, [92, 92, 255]),
    ("bright-magenta", Color::LightMagenta, [255, 0, 255]),
    ("bright-cyan", Color::LightCyan, [0, 255, 255]),
    ("bright-white", Color::White, [255, 255, 255]),
];

/// Steps of the colour cube in the 256-colour palette.
const CUBE: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// Reads a style, cut down to a depth. Without colours a background becomes reverse, so that what
/// stood out still does.
///
/// # Errors
/// In words, naming the part that is not understood.
pub fn parse(spec: &str, depth: Depth) -> Result<Style, String> {
    let mut style = Style::new();
    for word in spec.split_whitespace() {
        if let Some((_, modifier)) = ATTRIBUTES.iter().find(|(name, _)| *name == word) {
            style = style.add_modifier(*modifier);
        } else if let Some(ground) = word.strip_prefix("on-") {
            match colour(ground).ok_or_else(|| unknown(word))? {
                Some(_) if depth == Depth::None => style = style.add_modifier(Modifier::REVERSED),
                wanted => style.bg = wanted.and_then(|wanted| degrade(wanted, depth)),
            }
        } else {
            let wanted = colour(word).ok_or_else(|| unknown(word))?;
            style.fg = wanted.and_then(|wanted| degrade(wanted, depth));
        }
    }
    Ok(style)
}

/// The colour of a name; `Some(None)` for `default`, which is the terminal's own.
fn colour(name: &str) -> Option<Option<Color>> {
    if name == "default" {
        return Some(None);
    }
    if let Some((_, colour, _)) = SIXTEEN.iter().find(|(known, ..)| *known == name) {
        return Some(Some(*colour));
    }
    if matches!(name, "gray" | "grey") {
        return Some(Some(Color::DarkGray));
    }
    if let Some(hex) = name.strip_prefix('#') {
        let digits = hex.len() == 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        let value = u32::from_str_radix(hex, 16).ok().filter(|_| digits)?;
        let [_, red, green, blue] = value.to_be_bytes();
        return Some(Some(Color::Rgb(red, green, blue)));
    }
    let digits = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| name.parse().ok()).flatten().map(|index| Some(Color::Indexed(index)))
}

fn unknown(word: &str) -> String {
    let names = SIXTEEN.iter().map(|(name, ..)| *name);
    let names = names.chain(ATTRIBUTES.iter().map(|(name, _)| *name)).chain(["default", "gray"]);
    let nearest = nearest(word.strip_prefix("on-").unwrap_or(word), names);
    format!(
        "`{word}` is no colour or attribute; the nearest is `{nearest}`, \
         and there are `#rrggbb`, 0 to 255 and `on-` for the background"
    )
}

/// The name most like what was written.
pub fn nearest<'a>(written: &str, names: impl Iterator<Item = &'a str>) -> &'a str {
    let likeness = |name: &str| strsim::jaro_winkler(name, written);
    names.max_by(|a, b| likeness(a).total_cmp(&likeness(b))).unwrap_or_default()
}

/// The nearest colour that a terminal of this depth has.
fn degrade(colour: Color, depth: Depth) -> Option<Color> {
    match (depth, colour) {
        (Depth::None, _) => None,
        (Depth::Sixteen, Color::Rgb(red, green, blue)) => Some(sixteen([red, green, blue])),
        (Depth::Sixteen, Color::Indexed(index)) => Some(sixteen(rgb(index))),
        (Depth::Palette, Color::Rgb(red, green, blue)) => Some(palette([red, green, blue])),
        _ => Some(colour),
    }
}

fn sixteen(wanted: [u8; 3]) -> Color {
    let nearest = SIXTEEN.iter().min_by_key(|(_, _, rgb)| distance(*rgb, wanted));
    nearest.map_or(Color::Reset, |(_, colour, _)| *colour)
}

/// Among the cube and the greys: the first sixteen are whatever the reader made of them.
fn palette(wanted: [u8; 3]) -> Color {
    let nearest = (16..=255).min_by_key(|index| distance(rgb(*index), wanted));
    nearest.map_or(Color::Reset, Color::Indexed)
}

/// What a stock terminal shows for a palette colour.
fn rgb(index: u8) -> [u8; 3] {
    match index {
        0..=15 => SIXTEEN[usize::from(index)].2,
        16..=231 => {
            let step = |by: u8| CUBE[usize::from((index - 16) / by % 6)];
            [step(36), step(6), step(1)]
        }
        232..=255 => [8 + (index - 232) * 10; 3],
    }
}

fn distance(a: [u8; 3], b: [u8; 3]) -> u32 {
    a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(spec: &str) -> Style {
        parse(spec, Depth::True).unwrap()
    }

    #[test]
    fn reads_colours_and_attributes() {
        assert_eq!(style("bold cyan"), Style::new().fg(Color::Cyan).add_modifier(Modifier::BOLD));
        assert_eq!(style("#ff8800 on-blue").fg, Some(Color::Rgb(255, 136, 0)));
        assert_eq!(style("#ff8800 on-blue").bg, Some(Color::Blue));
        assert_eq!(style("208").fg, Some(Color::Indexed(208)));
        assert_eq!(style("default on-default"), Style::new());
        assert_eq!(style(""), Style::new());
    }

    #[test]
    fn says_what_it_does_not_understand() {
        let error = parse("blod", Depth::True).unwrap_err();
        assert!(error.starts_with("`blod` is no colour or attribute; the nearest is `bold`"));
        for wrong in
            ["#ff88", "#gg0000", "#+12345", "256", "-1", "on-", "on-bold", "cyan,bold", "#é"]
        {
            assert!(parse(wrong, Depth::True).is_err(), "{wrong}");
        }
    }

    #[test]
    fn brings_colours_down_to_what_there_is() {
        let at = |spec, depth| parse(spec, depth).unwrap().fg;
        assert_eq!(at("#ff8700", Depth::Palette), Some(Color::Indexed(208)));
        assert_eq!(at("#0000f0", Depth::Sixteen), Some(Color::Blue));
        assert_eq!(at("196", Depth::Sixteen), Some(Color::LightRed));
        assert_eq!(at("cyan", Depth::Sixteen), Some(Color::Cyan));
        assert_eq!(at("cyan", Depth::None), None);
    }
}
