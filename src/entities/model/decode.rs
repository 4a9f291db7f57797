//! The best sequence of tags that makes whole names.

use super::labels::{OUTSIDE, Part, TAGS, follows, parts};

/// What no sequence may hold costs this much.
const NEVER: f32 = -1e4;

/// Scores of steps, with those that would leave a name open ruled out.
pub fn legal_steps(steps: &[f32]) -> Vec<f32> {
    let legal = |n: usize| follows(Some(n / TAGS), Some(n % TAGS));
    (0..TAGS * TAGS).map(|n| if legal(n) { steps[n] } else { NEVER }).collect()
}

/// A name in tokens, half-open, and its class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name {
    pub from: usize,
    pub to: usize,
    pub class: usize,
}

/// Names of the likeliest sequence; sorted, disjoint. `scores` has [`TAGS`] numbers a token.
#[inline(always)]
pub fn names(scores: &[f32], steps: &[f32]) -> Vec<Name> {
    let rows = scores.as_chunks::<TAGS>().0;
    let Some(first) = rows.first() else { return Vec::new() };
    let mut best = [0f32; TAGS];
    for tag in 0..TAGS {
        best[tag] = first[tag] + if follows(None, Some(tag)) { 0.0 } else { NEVER };
    }
    let mut back: Vec<[u8; TAGS]> = Vec::with_capacity(rows.len());
    for row in &rows[1..] {
        back.push(advance(&mut best, row, steps));
    }
    let last = (0..TAGS).filter(|tag| follows(Some(*tag), None));
    let tag = last.max_by(|a, b| best[*a].total_cmp(&best[*b])).unwrap_or(OUTSIDE);
    spans(&trace(tag, &back))
}

#[inline(always)]
fn advance(best: &mut [f32; TAGS], row: &[f32; TAGS], steps: &[f32]) -> [u8; TAGS] {
    let mut next = [f32::NEG_INFINITY; TAGS];
    let mut from = [0u32; TAGS];
    for (before, steps) in steps.as_chunks::<TAGS>().0.iter().enumerate() {
        let so_far = best[before];
        for tag in 0..TAGS {
            let score = so_far + steps[tag];
            let better = score > next[tag];
            next[tag] = if better { score } else { next[tag] };
            from[tag] = if better { before as u32 } else { from[tag] };
        }
    }
    for tag in 0..TAGS {
        best[tag] = next[tag] + row[tag];
    }
    from.map(|before| before as u8)
}

fn trace(last: usize, back: &[[u8; TAGS]]) -> Vec<usize> {
    let mut tags = vec![last];
    let mut tag = last;
    for pointers in back.iter().rev() {
        tag = usize::from(pointers[tag]);
        tags.push(tag);
    }
    tags.reverse();
    tags
}

fn spans(tags: &[usize]) -> Vec<Name> {
    let mut names = Vec::new();
    let mut from = 0;
    for (n, tag) in tags.iter().enumerate() {
        let Some((class, part)) = parts(*tag) else { continue };
        if matches!(part, Part::Begin | Part::Single) {
            from = n;
        }
        if matches!(part, Part::End | Part::Single) {
            names.push(Name { from, to: n + 1, class });
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::super::labels::tag;
    use super::*;

    #[test]
    fn an_open_name_is_closed_or_dropped() {
        let steps = legal_steps(&[0.0; TAGS * TAGS]);
        let mut scores = [[0f32; TAGS]; 3];
        scores[0][tag(0, Part::Begin)] = 5.0;
        scores[1][tag(0, Part::Inside)] = 5.0;
        scores[2][OUTSIDE] = 1.0;
        let found = names(scores.as_flattened(), &steps);
        assert_eq!(found, [Name { from: 0, to: 3, class: 0 }]);
        scores[2][OUTSIDE] = 20.0;
        let found = names(scores.as_flattened(), &steps);
        assert!(found.iter().all(|name| name.to < 3), "{found:?}");
    }

    #[test]
    fn nothing_has_no_names() {
        assert!(names(&[], &legal_steps(&[0.0; TAGS * TAGS])).is_empty());
    }
}
