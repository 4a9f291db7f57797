//! The status line: what there is and what goes on at the left, where the reader is at the right.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::text::fit;
use super::{Role, Theme};
use crate::app::search::Search;
use crate::app::{Action, App, Message};
use crate::library::search::How;
use crate::library::{Filter, Order, Progress};
use crate::page::columns;

/// Cells of the progress bar.
const BAR: usize = 10;

pub fn draw(buffer: &mut Buffer, area: Rect, app: &App, theme: &Theme) {
    if area.is_empty() {
        return;
    }
    let right = right(app);
    let width = usize::from(area.width);
    // On a screen too narrow for both, what goes on is worth more than where the reader is.
    let right = if columns(&right) + 20 <= width { right } else { String::new() };
    let room = width.saturating_sub(columns(&right) + usize::from(!right.is_empty()));
    buffer.set_style(area, theme[Role::Status]);
    buffer.set_line(area.x, area.y, &left(app, room, theme), room as u16);
    let at = area.right() - columns(&right) as u16;
    buffer.set_line(at, area.y, &Line::raw(right), area.width);
}

fn left(app: &App, room: usize, theme: &Theme) -> Line<'static> {
    if let Some(Message { text, error }) = &app.status.message {
        let role = if *error { Role::StatusError } else { Role::Status };
        return Line::styled(fit(text, room).into_owned(), theme[role]);
    }
    match &app.status.loading {
        Some((name, progress)) => loading(app, name, progress, room, theme),
        None => Line::raw(fit(&summary(app), room).into_owned()),
    }
}

/// "harbour 120 of 340 ███·······", then what else there is to say.
fn loading(
    app: &App,
    name: &str,
    progress: &Progress,
    room: usize,
    theme: &Theme,
) -> Line<'static> {
    let mut parts = vec![Span::raw(format!("{name} "))];
    if let Some(bar) = bar(progress) {
        parts.push(Span::styled(bar, theme[Role::Progress]));
    }
    parts.push(Span::raw(format!(" {} · {}", measure(progress), summary(app))));
    let mut left = room;
    for part in &mut parts {
        let fitted = fit(&part.content, left).into_owned();
        left -= columns(&fitted).min(left);
        part.content = fitted.into();
    }
    Line::from(parts)
}

/// How much of the whole is done, in cells; `None` while nobody knows the whole.
fn bar(progress: &Progress) -> Option<String> {
    let (done, total) = progress.bytes.or(progress.total.map(|total| (progress.done, total)))?;
    let full = (u128::from(done.min(total)) * BAR as u128 / u128::from(total.max(1))) as usize;
    Some(format!("{}{}", "█".repeat(full), "░".repeat(BAR - full)))
}

fn measure(progress: &Progress) -> String {
    match (progress.bytes, progress.total) {
        (Some((done, total)), _) => format!("{} of {} MB", done >> 20, total >> 20),
        (None, Some(total)) => format!("{} of {total}", progress.done),
        (None, None) => format!("{} so far", progress.done),
    }
}

/// What the list shows: "12 unread of 340 · unread · oldest first".
fn summary(app: &App) -> String {
    let mut parts = vec![match &app.search {
        Some(search) => hits(search),
        None => counts(app),
    }];
    let filter = match app.view.filter {
        Filter::All => None,
        Filter::Unread => Some("unread"),
        Filter::Starred => Some("starred"),
    };
    let order = match app.view.order {
        Order::Newest => None,
        Order::Oldest => Some("oldest first"),
        Order::Best => app.search.is_some().then_some("best first"),
    };
    parts.extend(filter.into_iter().chain(order).map(str::to_owned));
    match app.view.sources.len() {
        0 => {}
        1 => parts.push("one source".to_owned()),
        several => parts.push(format!("{several} sources")),
    }
    parts.extend(app.status.index.clone());
    parts.join(" · ")
}

fn counts(app: &App) -> String {
    let counts = app.status.counts;
    match counts.articles {
        0 => "no articles".to_owned(),
        articles => format!("{} unread of {articles}", counts.unread),
    }
}

/// "12 hits for ferry", and how they were found.
pub fn hits(search: &Search) -> String {
    let Some(answer) = &search.hits else { return format!("searching for {}", search.text) };
    let hits = match answer.total {
        0 => "no hits".to_owned(),
        1 => "1 hit".to_owned(),
        total => format!("{total} hits"),
    };
    match &answer.how {
        How::Exactly => format!("{hits} for {}", search.text),
        How::InHidden => format!("{hits} for {}, in hidden paragraphs only", search.text),
        How::Corrected(words) => {
            format!("{hits} for {}, nothing for {}", words.join(" "), search.text)
        }
    }
}

/// Keys pressed so far, the place in the text, the way to the help.
fn right(app: &App) -> String {
    let place = (!app.panes.reading.is_empty()).then(|| app.reading.percent()).flatten();
    let help = app.keys.keys_of(Action::Help);
    let parts = [
        Some(app.pending()).filter(|keys| !keys.is_empty()),
        place.map(|percent| format!("{percent}%")),
        help.first().map(|key| format!("{key} help")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("  ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_fills_with_what_is_done() {
        let of = |done, total| bar(&Progress { done, total, ..Progress::default() });
        assert_eq!(of(0, Some(10)).as_deref(), Some("░░░░░░░░░░"));
        assert_eq!(of(5, Some(10)).as_deref(), Some("█████░░░░░"));
        assert_eq!(of(11, Some(10)).as_deref(), Some("██████████"));
        assert_eq!(of(0, Some(0)).as_deref(), Some("░░░░░░░░░░"));
        assert_eq!(of(7, None), None);
        let big = Progress { bytes: Some((u64::MAX, u64::MAX)), ..Progress::default() };
        assert_eq!(bar(&big).as_deref(), Some("██████████"));
    }
}
