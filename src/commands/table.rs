//! Columns for a terminal, plain lines for a pipe.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A column: how wide it may get, and on which side it stands.
#[derive(Clone, Copy, Debug)]
pub enum Column {
    Left(usize),
    Right,
}

/// Lines of a table. The last column is as wide as it likes. Two spaces part the columns: no text
/// of an article holds two in a row, so a program can take a line apart again.
pub fn lines(columns: &[Column], rows: &[Vec<String>], aligned: bool) -> Vec<String> {
    let width = |n: usize| {
        let widest = rows.iter().filter_map(|row| Some(row.get(n)?.width())).max().unwrap_or(0);
        match columns[n] {
            Column::Left(most) => widest.min(most),
            Column::Right => widest,
        }
    };
    let widths: Vec<_> = (0..columns.len()).map(width).collect();
    let line = |row: &Vec<String>| match aligned {
        true => aligned_line(columns, &widths, row),
        false => row.join("  "),
    };
    rows.iter().map(line).collect()
}

fn aligned_line(columns: &[Column], widths: &[usize], row: &[String]) -> String {
    let last = row.len().saturating_sub(1);
    let cell = |(n, text): (usize, &String)| match columns[n] {
        Column::Right => format!("{}{text}", " ".repeat(widths[n].saturating_sub(text.width()))),
        Column::Left(_) if n == last => text.clone(),
        Column::Left(_) => {
            let text = cut(text, widths[n]);
            let gap = " ".repeat(widths[n].saturating_sub(text.width()));
            text + &gap
        }
    };
    row.iter().enumerate().map(cell).collect::<Vec<_>>().join("  ")
}

/// A text at most `width` columns wide, with `…` where it was cut.
pub fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut room = width.saturating_sub(1);
    let mut cut = String::new();
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if wide > room {
            break;
        }
        room -= wide;
        cut.push(c);
    }
    cut + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let row = |cells: [&str; 3]| cells.map(String::from).to_vec();
        let rows = [row(["Anaïs Ünal", "7", "a"]), row(["日本", "12", "b c"])];
        let columns = [Column::Left(6), Column::Right, Column::Left(0)];
        assert_eq!(lines(&columns, &rows, true), ["Anaïs…   7  a", "日本    12  b c"]);
        assert_eq!(lines(&columns, &rows, false)[1], "日本  12  b c");
    }

    #[test]
    fn a_cut_fits() {
        assert_eq!(cut("日本語", 4), "日…");
        assert_eq!(cut("ferry", 5), "ferry");
        assert_eq!(cut("ferry", 0), "…");
    }
}
