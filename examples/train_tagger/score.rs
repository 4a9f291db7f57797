//! Exact border and class, on tokens.

use gazette::entities::model::labels::CLASSES;

use crate::data::Example;
use crate::net::Net;

/// Prints F1 by class; gives back the one of all.
pub fn print(net: &Net, examples: &[Example]) -> f32 {
    let mut counts = [[0usize; 3]; CLASSES.len() + 1];
    let mut borders = [0usize; 3];
    for chunk in examples.chunks(64) {
        let batch: Vec<&Example> = chunk.iter().collect();
        for (number, names) in net.names(&batch) {
            let gold = &batch[number].gold;
            for name in &names {
                count(&mut counts, name.class, 1);
                let right = |g: &&(usize, usize, usize)| (g.0, g.1) == (name.from, name.to);
                if let Some(found) = gold.iter().find(right) {
                    borders[2] += 1;
                    if found.2 == name.class {
                        count(&mut counts, name.class, 2);
                    }
                }
            }
            gold.iter().for_each(|g| count(&mut counts, g.2, 0));
        }
    }
    let all = counts[CLASSES.len()];
    borders[..2].copy_from_slice(&all[..2]);
    let classes: Vec<String> = CLASSES
        .iter()
        .zip(&counts)
        .map(|(label, counts)| format!("{label:?} {:.1}", f1(counts)))
        .collect();
    println!("  F1 {:.2}  borders {:.2}  {}", f1(&all), f1(&borders), classes.join("  "));
    f1(&all)
}

fn count(counts: &mut [[usize; 3]], class: usize, what: usize) {
    counts[class][what] += 1;
    counts[CLASSES.len()][what] += 1;
}

/// Of wanted, found and right ones.
fn f1(counts: &[usize; 3]) -> f32 {
    200.0 * counts[2] as f32 / (counts[0] + counts[1]).max(1) as f32
}
