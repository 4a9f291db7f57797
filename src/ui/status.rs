//! The status line: what there is and what goes on at the left, where the reader is at the right.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::text::fit;
use super::{Role, Theme};
use crate::app::search::Search;
use crate::app::{Action, App, Focus, Loading, Message};
use crate::library::search::How;
use crate::library::{Filter, Order, Progress};
use crate::page::columns;

/// Cells of the progress bar.
const BAR: usize = 10;
/// Columns of a source's name.
const NAME: usize = 24;

pub fn draw(buffer: &mut Buffer, area: Rect, app: &App, theme: &Theme) {
    if area.is_empty() {
        return;
    }
    let width = usize::from(area.width);
    let right = right(app, width.saturating_sub(wanted(app) + 1));
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
        Some(what) => loading(app, what, room, theme),
        None => Line::raw(summary(app, room)),
    }
}

/// "harbour ███░░░░░░░ 120 of 340 · 80/s", then what else there is to say; on a narrow screen the
/// bar before all else.
fn loading(app: &App, loading: &Loading, room: usize, theme: &Theme) -> Line<'static> {
    let progress = &loading.progress;
    let name = fit(&loading.name, NAME);
    let far = measure(progress);
    let rate = loading.rate(app.now).map(|rate| format!(" · {rate}/s")).unwrap_or_default();
    let forms = [
        (format!("{name} "), BAR, format!(" {far}{rate} · {}", parts(app)[0])),
        (format!("{name} "), BAR, format!(" {far}{rate}")),
        (format!("{name} "), BAR, format!(" {far}")),
        (String::new(), BAR, format!(" {far}")),
        (String::new(), BAR, percent(progress)),
        (String::new(), BAR / 2, percent(progress)),
    ];
    let bar = |cells| bar(progress, cells).unwrap_or_default();
    let taken = |(before, cells, after): &(String, usize, String)| {
        columns(before) + columns(&bar(*cells)) + columns(after)
    };
    let last = forms.len() - 1;
    let at = forms.iter().position(|form| taken(form) <= room).unwrap_or(last);
    let (before, cells, after) = &forms[at];
    let bar = Span::styled(bar(*cells), theme[Role::Progress]);
    Line::from(vec![Span::raw(before.clone()), bar, Span::raw(after.clone())])
}

/// How much of the whole is done, in cells; `None` while nobody knows the whole.
fn bar(progress: &Progress, cells: usize) -> Option<String> {
    let full = share(progress, cells)?;
    Some(format!("{}{}", "█".repeat(full), "░".repeat(cells - full)))
}

fn percent(progress: &Progress) -> String {
    share(progress, 100).map_or_else(|| measure(progress), |percent| format!(" {percent}%"))
}

/// How much of the whole is done, out of `parts`.
fn share(progress: &Progress, parts: usize) -> Option<usize> {
    let (done, total) = progress.bytes.or(progress.total.map(|total| (progress.done, total)))?;
    Some((u128::from(done.min(total)) * parts as u128 / u128::from(total.max(1))) as usize)
}

fn measure(progress: &Progress) -> String {
    match (progress.bytes, progress.total) {
        (Some((done, total)), _) => format!("{} of {} MB", done >> 20, total >> 20),
        (None, Some(total)) => format!("{} of {total}", progress.done),
        (None, None) => format!("{} so far", progress.done),
    }
}

/// What the list shows: "12 unread of 340 · unread · oldest first". What does not fit is left out,
/// from the end.
fn summary(app: &App, room: usize) -> String {
    let mut said = String::new();
    for part in parts(app) {
        let more = if said.is_empty() { part } else { format!("{said} · {part}") };
        if !said.is_empty() && columns(&more) > room {
            break;
        }
        said = more;
    }
    fit(&said, room).into_owned()
}

/// What there is to say of the list, the most important first.
fn parts(app: &App) -> Vec<String> {
    let mut parts = vec![match &app.search {
        Some(search) => hits(search),
        None => counts(app),
    }];
    parts.extend(app.search.as_ref().and_then(fault));
    // Where names are asked for, that some are not known yet belongs to the answer.
    let asks = app.search.as_ref().is_some_and(|search| search.asks_for_names);
    let tagging = (app.status.untagged > 0).then(|| tagging(app.status.untagged));
    parts.extend(tagging.clone().filter(|_| asks));
    parts.extend(match app.view.filter {
        Filter::All => None,
        Filter::Unread => Some("unread".to_owned()),
        Filter::Starred => Some("starred".to_owned()),
    });
    parts.extend(match app.status.sources.as_slice() {
        _ if app.view.sources.is_empty() => None,
        [one] => Some(fit(one, NAME).into_owned()),
        several => Some(format!("{} sources", several.len())),
    });
    parts.extend(match app.view.order {
        Order::Oldest => Some("oldest first".to_owned()),
        Order::Best if app.search.is_some() => Some("best first".to_owned()),
        Order::Newest | Order::Best => None,
    });
    parts.extend(app.status.index.clone());
    parts.extend(tagging.filter(|_| !asks));
    if !app.state.tags.is_empty() && app.reading.article.is_some() {
        let tags: Vec<String> = app.state.tags.iter().map(|tag| format!("#{tag}")).collect();
        parts.push(tags.join(" "));
    }
    parts
}

/// "tagging 12,000 left"
fn tagging(left: u64) -> String {
    let digits = left.to_string();
    let groups = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy);
    format!("tagging {} left", groups.collect::<Vec<_>>().join(","))
}

fn counts(app: &App) -> String {
    let counts = app.status.counts;
    match counts.articles {
        0 => "no articles".to_owned(),
        articles => format!("{} unread of {articles}", counts.unread),
    }
}

/// What of the query was not understood, and where.
fn fault(search: &Search) -> Option<String> {
    let error = search.error.as_ref()?;
    let before = search.text.get(..error.start).unwrap_or(&search.text);
    Some(format!("column {}: {}", columns(before) + 1, error.message))
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

/// "3/44": the hit that is selected in the list or gone to in the text, out of all.
fn hit(app: &App) -> Option<String> {
    let reading = &app.reading;
    let in_text = reading.hit.map(|at| (at + 1, reading.hits.len()));
    let total = app.search.as_ref().and_then(|search| search.hits.as_ref()).map(|hits| hits.total);
    let in_list = app.list.position().zip(total);
    let (at, all) = if app.focus == Focus::Reading { in_text } else { in_list }?;
    Some(format!("{at}/{all}"))
}

/// Columns the left side takes: what goes on is worth more than where the reader is.
fn wanted(app: &App) -> usize {
    match (&app.status.message, &app.status.loading) {
        (Some(message), _) => columns(&message.text),
        (None, Some(_)) => 2 * BAR,
        (None, None) => columns(&parts(app)[0]),
    }
}

/// Keys pressed so far, the place in the text, the way to the help: as many of them as fit.
fn right(app: &App, room: usize) -> String {
    let place = (!app.panes.reading.is_empty()).then(|| app.reading.percent()).flatten();
    let help = app.keys.keys_of(Action::Help);
    let parts = [
        Some(app.pending()).filter(|keys| !keys.is_empty()),
        hit(app),
        place.map(|percent| format!("{percent}%")),
        help.first().map(|key| format!("{key} help")),
    ];
    let mut parts: Vec<String> = parts.into_iter().flatten().collect();
    while !parts.is_empty() && columns(&parts.join("  ")) > room {
        parts.pop();
    }
    parts.join("  ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_to_tag_is_said_in_thousands() {
        let said = [7, 999, 12_000, 1_234_567].map(tagging);
        let numbers = ["7", "999", "12,000", "1,234,567"].map(|n| format!("tagging {n} left"));
        assert_eq!(said, numbers);
    }

    #[test]
    fn a_bar_fills_with_what_is_done() {
        let of = |done, total| bar(&Progress { done, total, ..Progress::default() }, BAR);
        assert_eq!(of(0, Some(10)).as_deref(), Some("░░░░░░░░░░"));
        assert_eq!(of(5, Some(10)).as_deref(), Some("█████░░░░░"));
        assert_eq!(of(11, Some(10)).as_deref(), Some("██████████"));
        assert_eq!(of(0, Some(0)).as_deref(), Some("░░░░░░░░░░"));
        assert_eq!(of(7, None), None);
        let big = Progress { bytes: Some((u64::MAX, u64::MAX)), ..Progress::default() };
        assert_eq!(bar(&big, BAR).as_deref(), Some("██████████"));
    }
}
