//! Where panes lie on the screen.

use ratatui::layout::Rect;

/// Narrower screens show one pane at a time.
pub const TWO_PANES_FROM: u16 = 80;
/// Least and greatest share of the list, in percent.
pub const SPLIT: (u16, u16) = (15, 80);
/// Rows that an overlay keeps free for its selected line in full, with a line above it, so that it
/// covers none of the others.
const IN_FULL: u16 = 6;
/// Lists narrower than this put source and age on a line of their own.
const ONE_LINE_FROM: u16 = 64;

/// The screen, cut up. A pane that is not shown is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Panes {
    pub list: Rect,
    /// One column between the panes.
    pub divider: Rect,
    pub reading: Rect,
    pub status: Rect,
    /// Where an overlay lies when there is one.
    pub overlay: Rect,
}

/// What decides where panes lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrangement {
    pub width: u16,
    pub height: u16,
    /// Share of the list in percent.
    pub split: u16,
    /// The reading pane alone.
    pub zoom: bool,
    /// Which pane to show when there is room for one.
    pub reading_first: bool,
    pub over: Over,
}

/// What lies over the panes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Over {
    #[default]
    Nothing,
    /// The page of an entity, which wants room.
    Page,
    /// So many lines.
    Lines(usize),
}

impl Panes {
    pub fn lay(arrangement: &Arrangement) -> Self {
        let Arrangement { width, height, split, zoom, reading_first, over } = *arrangement;
        let body = Rect::new(0, 0, width, height.saturating_sub(1));
        let status = Rect::new(0, body.height, width, height - body.height);
        let overlay = match over {
            Over::Nothing => Rect::default(),
            Over::Page => wide(body),
            Over::Lines(lines) => overlay(body, lines),
        };
        let mut panes = Self { status, overlay, ..Self::default() };
        if zoom || (width < TWO_PANES_FROM && reading_first) {
            panes.reading = body;
        } else if width < TWO_PANES_FROM {
            panes.list = body;
        } else {
            let share = split.clamp(SPLIT.0, SPLIT.1);
            let left = (u32::from(width) * u32::from(share) / 100) as u16;
            panes.list = Rect { width: left, ..body };
            panes.divider = Rect { x: left, width: 1, ..body };
            panes.reading = Rect { x: left + 1, width: width - left - 1, ..body };
        }
        panes
    }

    /// True when list and reading pane are both on the screen.
    pub fn both(&self) -> bool {
        !self.list.is_empty() && !self.reading.is_empty()
    }

    /// Everything above the status line.
    pub fn above_status(&self) -> Rect {
        Rect::new(0, 0, self.status.width, self.status.y)
    }

    /// Columns and rows of the reading pane; while the list has the screen for itself, those it
    /// will have.
    pub fn reading_size(&self) -> (u16, u16) {
        let pane = if self.reading.is_empty() { self.list } else { self.reading };
        (pane.width, pane.height)
    }

    /// Lines of one row of the list: title with source and age beside or below it, then the
    /// snippet when there are hits to show.
    pub fn row_lines(&self, snippets: bool) -> u16 {
        1 + u16::from(self.list.width < ONE_LINE_FROM) + u16::from(snippets)
    }
}

/// All of the height, and as wide as a title is read with ease.
fn wide(body: Rect) -> Rect {
    let width = body.width.min(110);
    Rect { x: (body.width - width) / 2, width, ..body }
}

/// Centred, no higher than it need be, with a margin where there is room for one.
fn overlay(body: Rect, lines: usize) -> Rect {
    let width = body.width.min(76);
    let most = if body.height > 12 { body.height - 4 } else { body.height };
    let wanted = u16::try_from(lines).unwrap_or(most).saturating_add(2 + IN_FULL);
    let height = most.min(wanted);
    Rect::new((body.width - width) / 2, (body.height - height) / 2, width, height)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lay(width: u16, height: u16) -> Panes {
        let split = 40;
        let over = if width % 2 == 1 { Over::Page } else { Over::Lines(usize::from(height)) };
        Panes::lay(&Arrangement { width, height, split, zoom: false, reading_first: false, over })
    }

    #[test]
    fn a_short_list_lies_over_little() {
        let high = |lines| overlay(Rect::new(0, 0, 100, 40), lines);
        assert_eq!((high(2).y, high(2).height), (15, 10));
        assert_eq!((high(30).height, high(500).height, high(usize::MAX).height), (36, 36, 36));
    }

    #[test]
    fn wide_screens_have_two_panes() {
        let panes = lay(100, 30);
        assert_eq!((panes.list.width, panes.reading.x, panes.reading.width), (40, 41, 59));
        assert_eq!(panes.status.y, 29);
        assert!(panes.both());
    }

    #[test]
    fn narrow_screens_have_one() {
        assert!(!lay(79, 30).both());
        assert!(lay(79, 30).reading.is_empty());
    }

    #[test]
    fn every_size_fits() {
        for width in 0..130 {
            for height in 0..12 {
                let panes = lay(width, height);
                for pane in [panes.list, panes.reading, panes.status, panes.overlay] {
                    assert!(pane.right() <= width && pane.bottom() <= height);
                }
            }
        }
    }
}
