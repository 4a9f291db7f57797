//! The recipe: reads the data, learns for some rounds, writes the weights.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use gazette::entities::model::labels::TAGS;

use crate::data::{self, Annotated, Example, Noise};
use crate::net::{Dropout, Net};
use crate::random::Random;
use crate::soft::{self, Soft};
use crate::{score, vectors};

#[derive(Args)]
pub struct Options {
    /// Folder with worldwide/, vectors/ and the other sets
    #[arg(long)]
    data: PathBuf,
    /// The teacher's labels of worldwide/train.jsonl
    #[arg(long)]
    soft_train: Option<PathBuf>,
    /// How much the teacher's labels count there, from 0 to 1
    #[arg(long, default_value_t = 0.5)]
    trust: f32,
    /// More articles (from `cut`) with the teacher's labels: ARTICLES,LABELS
    #[arg(long, value_delimiter = ',')]
    more: Vec<PathBuf>,
    /// Numbers of a static vector
    #[arg(long, default_value_t = 96)]
    fixed: usize,
    /// Numbers of a learnt row
    #[arg(long, default_value_t = 96)]
    learnt: usize,
    /// Units of each direction
    #[arg(long, default_value_t = 128)]
    units: usize,
    #[arg(long, default_value_t = 10)]
    rounds: usize,
    #[arg(long, default_value_t = 32)]
    batch: usize,
    #[arg(long, default_value_t = 0.002)]
    rate: f32,
    /// Shares left out at random: of words, of their numbers, of the network's
    #[arg(long, value_delimiter = ',', default_value = "0.12,0.3,0.4")]
    dropout: Vec<f32>,
    /// Share of the stretches that come again in capitals, and in title case
    #[arg(long, default_value_t = 0.03)]
    noise: f32,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the weights go
    #[arg(long)]
    out: PathBuf,
}

/// Batches until the full rate.
const WARM_UP: f32 = 150.0;

pub fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let mut random = Random(options.seed);
    let (words, fixed) = vectors::read(&options.data.join("vectors"), options.fixed)?;
    if options.dropout.len() != 3 {
        return Err("--dropout wants three shares, apart by commas".into());
    }
    let dev = read(&options.data.join("worldwide/dev.jsonl"), None, 0.0, 0.0, None)?;
    let mut train = read(
        &options.data.join("worldwide/train.jsonl"),
        options.soft_train.as_deref(),
        options.trust,
        options.noise,
        Some(&mut random),
    )?;
    for pair in options.more.chunks(2) {
        let [articles, labels] = pair else { return Err("--more wants pairs of files".into()) };
        train.extend(read(articles, Some(labels), 1.0, options.noise, Some(&mut random))?);
    }
    let tokens: usize = train.iter().map(|e| e.words.len()).sum();
    println!("{} stretches, {tokens} tokens; {TAGS} tags", train.len());
    let mut net = Net::new(words, &fixed, options.learnt, options.units, &mut random);
    let mut best = 0.0;
    for round in 0..options.rounds {
        let start = Instant::now();
        let loss = learn(&mut net, &train, options, round, &mut random);
        println!("round {round}: loss {loss:.4}, {:.0} s", start.elapsed().as_secs_f32());
        let now = score::print(&net, &dev);
        if now > best || round + 1 == options.rounds {
            best = f32::max(best, now);
            fs::write(&options.out, net.weights().write())?;
        }
    }
    Ok(())
}

/// One round over all examples; the rate falls to nothing over the rounds.
fn learn(
    net: &mut Net,
    train: &[Example],
    options: &Options,
    round: usize,
    random: &mut Random,
) -> f32 {
    let &[word, input, output] = options.dropout.as_slice() else { return f32::NAN };
    let dropout = Dropout { word, input, output };
    let batches = batches(train, options.batch, random);
    let all = (batches.len() * options.rounds) as f32;
    let mut sum = 0.0;
    for (n, batch) in batches.iter().enumerate() {
        let at = (round * batches.len() + n) as f32;
        let rate = options.rate * f32::min((at + 1.0) / WARM_UP, 1.0) * (1.0 - at / all).max(0.01);
        sum += net.learn(batch, dropout, rate, random);
    }
    sum / batches.len() as f32
}

/// Examples of like length side by side, in random order.
fn batches<'a>(train: &'a [Example], size: usize, random: &mut Random) -> Vec<Vec<&'a Example>> {
    let mut order: Vec<&Example> = train.iter().collect();
    random.shuffle(&mut order);
    let mut batches: Vec<Vec<&Example>> = Vec::new();
    for pool in order.chunks_mut(size * 40) {
        pool.sort_by_key(|e| e.words.len());
        batches.extend(pool.chunks(size).map(<[&Example]>::to_vec));
    }
    random.shuffle(&mut batches);
    batches
}

/// Examples of a file; a share of `noise` comes again in capitals, and as many in title case.
fn read(
    path: &Path,
    labels: Option<&Path>,
    trust: f32,
    noise: f32,
    mut random: Option<&mut Random>,
) -> Result<Vec<Example>, Box<dyn Error>> {
    let articles: Vec<Annotated> = data::read(path)?;
    let soft: Option<Vec<Soft>> = labels.map(|labels| soft::read(labels, &articles)).transpose()?;
    let mut found = Vec::new();
    for (n, article) in articles.iter().enumerate() {
        let soft = soft.as_ref().map(|soft| &soft[n]);
        found.extend(data::examples(article, soft, trust, Noise::None));
        if let Some(random) = random.as_deref_mut() {
            for kind in [Noise::Capitals, Noise::Title] {
                let noisy = data::examples(article, soft, trust, kind);
                found.extend(noisy.into_iter().filter(|_| random.unit() < noise));
            }
        }
    }
    found.retain(|example| !example.words.is_empty());
    Ok(found)
}
