//! Static word vectors, reduced to their principal components.

use std::error::Error;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use gazette::entities::model::hash;
use gazette::entities::model::words::Words;
use ndarray::{Array1, Array2, Axis};

/// The table of words and `width` numbers for each vector.
pub fn read(folder: &Path, width: usize) -> Result<(Words, Array2<f32>), Box<dyn Error>> {
    let vectors = reduce(read_npy(&folder.join("vectors300.f16.npy"))?, width);
    let mut text = String::new();
    GzDecoder::new(File::open(folder.join("words.tsv.gz"))?).read_to_string(&mut text)?;
    let word = |line: &str| {
        let (word, row) = line.rsplit_once('\t')?;
        Some((hash::of(word.bytes()), row.parse().ok()?))
    };
    Ok((Words::new(text.lines().filter_map(word).collect()), vectors))
}

/// A numpy file of half floats in rows.
fn read_npy(path: &Path) -> Result<Array2<f32>, Box<dyn Error>> {
    let bytes = std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let header = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let values: Vec<f32> =
        bytes[header..].as_chunks::<2>().0.iter().map(|b| half(u16::from_le_bytes(*b))).collect();
    let rows = values.len() / 300;
    Ok(Array2::from_shape_vec((rows, 300), values)?)
}

fn half(bits: u16) -> f32 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f32::from(bits & 1023));
    match exponent {
        0 => sign * fraction * 2f32.powi(-24),
        _ => sign * (1.0 + fraction / 1024.0) * 2f32.powi(exponent - 15),
    }
}

/// Principal components by iteration of the covariance on an orthogonal frame; scaled so that a
/// number is about a half.
fn reduce(mut vectors: Array2<f32>, width: usize) -> Array2<f32> {
    let mean = vectors.mean_axis(Axis(0)).unwrap_or_else(|| Array1::zeros(300));
    vectors -= &mean;
    let covariance = vectors.t().dot(&vectors);
    let mut frame =
        Array2::from_shape_fn((300, width), |(i, j)| ((i * 31 + j * 17) % 101) as f32 / 50.0 - 1.0);
    for _ in 0..60 {
        frame = covariance.dot(&frame);
        orthogonalise(&mut frame);
    }
    let mut reduced = vectors.dot(&frame);
    let power = reduced.iter().map(|v| v * v).sum::<f32>() / reduced.len() as f32;
    reduced *= 0.5 / power.sqrt();
    reduced
}

fn orthogonalise(frame: &mut Array2<f32>) {
    for j in 0..frame.ncols() {
        for k in 0..j {
            let other = frame.column(k).to_owned();
            let shared = frame.column(j).dot(&other);
            frame.column_mut(j).scaled_add(-shared, &other);
        }
        let len = frame.column(j).dot(&frame.column(j)).sqrt().max(1e-20);
        frame.column_mut(j).mapv_inplace(|v| v / len);
    }
}
