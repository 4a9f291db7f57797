//! Text into styled spans, and text into the columns there are.

use std::borrow::Cow;
use std::ops::Range;

use ratatui::style::Style;
use ratatui::text::Span;
use unicode_segmentation::UnicodeSegmentation;

use crate::page::columns;

/// A stretch of a text that has a style of its own: byte span, on char boundaries.
pub type Layer = (Range<usize>, Style);

/// Cuts a text where its style changes. Later layers lie over earlier ones; spans may overlap and
/// reach beyond the text.
pub fn styled<'a>(text: &'a str, base: Style, layers: &[Layer]) -> Vec<Span<'a>> {
    let ends = layers.iter().flat_map(|(span, _)| [span.start, span.end]);
    let mut cuts: Vec<usize> = ends.filter(|at| text.is_char_boundary(*at)).collect();
    cuts.extend([0, text.len()]);
    cuts.sort_unstable();
    cuts.dedup();
    let piece = |cut: &[usize]| {
        let over = layers.iter().filter(|(span, _)| span.start <= cut[0] && cut[1] <= span.end);
        let style = over.fold(base, |style, (_, layer)| style.patch(*layer));
        Span::styled(&text[cut[0]..cut[1]], style)
    };
    cuts.windows(2).map(piece).collect()
}

/// As much of a text as fits, with `…` for what does not.
pub fn fit(text: &str, width: usize) -> Cow<'_, str> {
    let (mut used, mut end) = (0, 0);
    for (at, grapheme) in text.grapheme_indices(true) {
        let taken = columns(grapheme);
        if used + taken > width {
            return if width == 0 { "".into() } else { format!("{}…", &text[..end]).into() };
        }
        used += taken;
        if used < width {
            end = at + grapheme.len();
        }
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_lie_over_one_another() {
        let base = Style::new();
        let layers = [(4..9, base.bold()), (7..12, base.underlined()), (20..30, base.italic())];
        let spans = styled("The ferry is back", base, &layers);
        let shown: Vec<(&str, Style)> = spans.iter().map(|s| (&*s.content, s.style)).collect();
        let expected = [
            ("The ", base),
            ("fer", base.bold()),
            ("ry", base.bold().underlined()),
            (" is", base.underlined()),
            (" back", base),
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_span_within_a_character_styles_nothing() {
        let spans = styled("é", Style::new(), &[(1..2, Style::new().bold())]);
        assert_eq!(spans, [Span::raw("é")]);
    }

    #[test]
    fn fits_with_an_ellipsis() {
        assert_eq!(fit("ferry", 5), "ferry");
        assert_eq!(fit("ferry", 4), "fer…");
        assert_eq!(fit("ferry", 1), "…");
        assert_eq!(fit("ferry", 0), "");
        assert_eq!(fit("渡し船", 5), "渡し…");
        assert_eq!(fit("渡し船", 4), "渡…");
        assert_eq!(fit("", 0), "");
    }
}
