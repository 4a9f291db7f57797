//! Words per second of the tagger on articles of two lengths, and the time it takes to unpack its weights.

use divan::counter::ItemsCount;
use gazette::article::{Article, Paragraph};
use gazette::entities;
use gazette::entities::model::Model;
use gazette::entities::model::weights::Weights;

fn main() {
    divan::main();
}

/// Prose of the sample edition, over and over, for about so many words.
fn article(words: usize) -> Article {
    const PROSE: &str = include_str!("../assets/sample/ferry-returns.txt");
    let mut article = Article { language: Some("en".into()), ..Article::default() };
    let mut so_far = 0;
    for text in PROSE.lines().filter(|line| line.len() > 80).cycle() {
        if so_far >= words {
            break;
        }
        so_far += text.split_whitespace().count();
        article.paragraphs.push(Paragraph { text: text.into(), ..Paragraph::default() });
    }
    article
}

/// The counter is words: items per second are words per second.
#[divan::bench(args = [100, 1_000, 20_000])]
fn words(bencher: divan::Bencher, words: usize) {
    let article = article(words);
    let count: usize = article.paragraphs.iter().map(|p| p.text.split_whitespace().count()).sum();
    entities::tag(&article);
    bencher.counter(ItemsCount::new(count)).bench(|| entities::tag(&article));
}

#[divan::bench]
fn unpacking(bencher: divan::Bencher) {
    let bytes = include_bytes!("../assets/entities/tagger.bin");
    bencher.bench(|| Weights::read(bytes).map(Model::new).expect("the weights are whole"));
}
