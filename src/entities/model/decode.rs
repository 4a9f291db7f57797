//! The best sequence of tags that makes whole names.
//!
//! Only steps that leave no name open are looked at: from a tag behind which none is open to one
//! that begins anew, and within a class from begin and inside to inside and end.

use super::labels::{CLASSES, OUTSIDE, Part, TAGS, parts, tag};

/// Tags behind which no name is open, and as many with which something begins.
const EDGES: usize = 1 + 2 * CLASSES.len();
/// [`EDGES`], rounded up to whole vector registers.
const LANES: usize = 32;

/// Scores of the steps that may be taken.
#[derive(Clone, Debug)]
pub struct Steps {
    /// From the [`end`] of each edge to the [`begin`] of each.
    apart: [[f32; LANES]; EDGES],
    /// In each class from begin and inside to inside and end.
    within: [[[f32; 2]; 2]; CLASSES.len()],
}

/// The tag of an edge that leaves no name open.
fn end(edge: usize) -> usize {
    at_edge(edge, Part::End)
}

/// The tag of an edge that begins something.
fn begin(edge: usize) -> usize {
    at_edge(edge, Part::Begin)
}

/// Edges are in order of their tags' numbers.
fn at_edge(edge: usize, part: Part) -> usize {
    match edge.checked_sub(1) {
        None => OUTSIDE,
        Some(n) if n % 2 == 0 => tag(n / 2, part),
        Some(n) => tag(n / 2, Part::Single),
    }
}

/// Scores of steps, without those that would leave a name open. `steps` has the score of each tag
/// behind each: row the first, column the second.
pub fn legal_steps(steps: &[f32]) -> Steps {
    let at = |from: usize, to: usize| steps[from * TAGS + to];
    let mut legal = Steps {
        apart: [[f32::NEG_INFINITY; LANES]; EDGES],
        within: [[[0.0; 2]; 2]; CLASSES.len()],
    };
    for (from, row) in legal.apart.iter_mut().enumerate() {
        for (to, score) in row[..EDGES].iter_mut().enumerate() {
            *score = at(end(from), begin(to));
        }
    }
    for (class, scores) in legal.within.iter_mut().enumerate() {
        for (from, row) in [Part::Begin, Part::Inside].into_iter().zip(scores) {
            for (to, score) in [Part::Inside, Part::End].into_iter().zip(row) {
                *score = at(tag(class, from), tag(class, to));
            }
        }
    }
    legal
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
pub fn names(scores: &[f32], steps: &Steps) -> Vec<Name> {
    let rows = scores.as_chunks::<TAGS>().0;
    let Some(first) = rows.first() else { return Vec::new() };
    let mut best = Best::at_start(first);
    let mut back: Vec<Back> = Vec::with_capacity(rows.len());
    for row in &rows[1..] {
        back.push(best.advance(row, steps));
    }
    spans(&trace(best.last(), &back))
}

/// Scores of the best sequences so far.
struct Best {
    /// By the edge they end with.
    whole: [f32; EDGES],
    /// By the class of the name that is open, behind its beginning and further in.
    open: [[f32; 2]; CLASSES.len()],
}

/// Where the best sequences came from.
struct Back {
    /// For each edge to begin with, the edge before it.
    apart: [u8; LANES],
    /// For each class, whether inside and end go on from inside.
    within: [[bool; 2]; CLASSES.len()],
}

impl Best {
    fn at_start(row: &[f32; TAGS]) -> Self {
        const NEVER: f32 = f32::NEG_INFINITY;
        let open = std::array::from_fn(|class| [row[tag(class, Part::Begin)], NEVER]);
        let ends_name = |edge: usize| edge % 2 == 1;
        let whole = std::array::from_fn(|n| if ends_name(n) { NEVER } else { row[end(n)] });
        Self { whole, open }
    }

    #[inline(always)]
    fn advance(&mut self, row: &[f32; TAGS], steps: &Steps) -> Back {
        let mut next = [f32::NEG_INFINITY; LANES];
        let mut from = [0u32; LANES];
        for (before, steps) in steps.apart.iter().enumerate() {
            let so_far = self.whole[before];
            for lane in 0..LANES {
                let score = so_far + steps[lane];
                let better = score > next[lane];
                next[lane] = if better { score } else { next[lane] };
                from[lane] = if better { before as u32 } else { from[lane] };
            }
        }
        let mut within = [[false; 2]; CLASSES.len()];
        self.whole[0] = next[0] + row[OUTSIDE];
        for (class, steps) in steps.within.iter().enumerate() {
            let [begin, inside] = self.open[class];
            let on = |to: usize| {
                let (short, long) = (begin + steps[0][to], inside + steps[1][to]);
                if long > short { (long, true) } else { (short, false) }
            };
            let (further, last) = (on(0), on(1));
            within[class] = [further.1, last.1];
            let row = |part: Part| row[tag(class, part)];
            let begin = next[1 + 2 * class] + row(Part::Begin);
            self.open[class] = [begin, further.0 + row(Part::Inside)];
            self.whole[1 + 2 * class] = last.0 + row(Part::End);
            self.whole[2 + 2 * class] = next[2 + 2 * class] + row(Part::Single);
        }
        Back { apart: from.map(|before| before as u8), within }
    }

    /// The tag that the best sequence ends with.
    fn last(&self) -> usize {
        let edge = (0..EDGES).max_by(|a, b| self.whole[*a].total_cmp(&self.whole[*b]));
        edge.map_or(OUTSIDE, end)
    }
}

fn trace(last: usize, back: &[Back]) -> Vec<usize> {
    let mut tags = vec![last];
    let mut tag = last;
    for pointers in back.iter().rev() {
        tag = pointers.before(tag);
        tags.push(tag);
    }
    tags.reverse();
    tags
}

impl Back {
    fn before(&self, at: usize) -> usize {
        let apart = |edge: usize| end(usize::from(self.apart[edge]));
        match parts(at) {
            None => apart(0),
            Some((class, Part::Begin)) => apart(1 + 2 * class),
            Some((class, Part::Single)) => apart(2 + 2 * class),
            Some((class, part)) => {
                let inside = self.within[class][usize::from(part == Part::End)];
                tag(class, if inside { Part::Inside } else { Part::Begin })
            }
        }
    }
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
    use super::super::labels::follows;
    use super::*;

    /// Every sequence of whole names over three tokens, scored one by one.
    fn best_by_hand(scores: &[[f32; TAGS]; 3], steps: &[f32]) -> f32 {
        let mut best = f32::NEG_INFINITY;
        let all = || 0..TAGS;
        for a in all().filter(|a| follows(None, Some(*a))) {
            for b in all().filter(|b| follows(Some(a), Some(*b))) {
                for c in all().filter(|c| follows(Some(b), Some(*c)) && follows(Some(*c), None)) {
                    let steps = steps[a * TAGS + b] + steps[b * TAGS + c];
                    best = best.max(scores[0][a] + scores[1][b] + scores[2][c] + steps);
                }
            }
        }
        best
    }

    #[test]
    fn the_best_sequence_of_all_is_found() {
        let value = |n: usize| ((n * 7919 % 127) as f32 - 63.0) / 16.0;
        let steps: Vec<f32> = (0..TAGS * TAGS).map(value).collect();
        for seed in 0..20 {
            let scores: [[f32; TAGS]; 3] =
                std::array::from_fn(|t| std::array::from_fn(|n| value(n * 31 + t * 97 + seed)));
            let legal = legal_steps(&steps);
            let mut best = Best::at_start(&scores[0]);
            let back = [best.advance(&scores[1], &legal), best.advance(&scores[2], &legal)];
            let tags = trace(best.last(), &back);
            let steps_of = steps[tags[0] * TAGS + tags[1]] + steps[tags[1] * TAGS + tags[2]];
            let score: f32 = (0..3).map(|t| scores[t][tags[t]]).sum::<f32>() + steps_of;
            assert!((score - best_by_hand(&scores, &steps)).abs() < 1e-4, "{tags:?}");
        }
    }

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
