//! Mentions a week as a row of bars.

const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Stands for a week without.
const NONE: char = '·';
const WEEK: i64 = 7 * 86_400;

/// A row of bars, one for a week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spark {
    pub bars: String,
    /// Weeks shown.
    pub weeks: usize,
    /// The first and the last of them, as Unix seconds of their Mondays.
    pub span: (i64, i64),
    /// The most in one of them: the height of the highest bar.
    pub most: u64,
}

/// The last `columns` weeks; `weeks` are the Mondays of those that have any, in order. `None` when
/// there is nothing to show, or no room.
pub fn sparkline(weeks: &[(i64, u64)], columns: usize) -> Option<Spark> {
    let (first, last) = (weeks.first()?.0, weeks.last()?.0);
    let all = usize::try_from((last - first) / WEEK).ok()?.saturating_add(1);
    let shown = all.min(columns);
    let from = last - (shown.checked_sub(1)? as i64) * WEEK;
    let mut counts = vec![0; shown];
    for (monday, count) in weeks.iter().filter(|(monday, _)| *monday >= from) {
        counts[((monday - from) / WEEK) as usize] = *count;
    }
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    let bars = counts.iter().map(|count| bar(*count, most)).collect();
    Some(Spark { bars, weeks: shown, span: (from, last), most })
}

fn bar(count: u64, most: u64) -> char {
    match count {
        0 => NONE,
        _ => BARS[((count * BARS.len() as u64).div_ceil(most) - 1) as usize],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bars(weeks: &[(i64, u64)], columns: usize) -> String {
        let weeks: Vec<_> = weeks.iter().map(|(week, count)| (week * WEEK, *count)).collect();
        sparkline(&weeks, columns).map(|spark| spark.bars).unwrap_or_default()
    }

    #[test]
    fn a_week_a_column_the_last_ones_where_there_are_more() {
        assert_eq!(bars(&[(2, 1), (3, 8), (5, 4)], 20), "▁█·▄");
        assert_eq!(bars(&[(2, 1), (3, 8), (5, 4)], 2), "·█");
        assert_eq!(bars(&[(7, 3)], 20), "█");
        assert_eq!(bars(&[(0, u64::from(u32::MAX)), (1, 1)], 9), "█▁");
        assert_eq!((bars(&[], 9), bars(&[(1, 1)], 0)), (String::new(), String::new()));
    }
}
