//! Figures: samples in turns, their median and spread, the cost of an fsync, the table and the JSON.

use std::{
    fs::File,
    io::Write as _,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use serde_json::{Value, json};

/// What was measured several times.
#[derive(Clone, Debug, Default)]
pub struct Samples(Vec<f64>);

impl Samples {
    /// One more.
    pub fn push(&mut self, value: f64) {
        self.0.push(value);
    }

    /// The value below which this part of the samples lies.
    pub fn quantile(&self, part: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an index into a list of some thousand samples"
        )]
        let index = ((sorted.len().saturating_sub(1)) as f64 * part).round() as usize;
        sorted.get(index).copied().unwrap_or(f64::NAN)
    }

    /// The last one.
    pub fn last(&self) -> f64 {
        self.0.last().copied().unwrap_or(f64::NAN)
    }

    /// The one in the middle.
    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    fn json(&self) -> Value {
        json!({
            "median": self.median(),
            "p99": self.quantile(0.99),
            "low": self.quantile(0.0),
            "high": self.quantile(1.0),
            "samples": self.0.len(),
        })
    }
}

/// What an aim asks of a figure.
#[derive(Clone, Copy, Debug)]
pub enum Aim {
    /// The figure divided by its baseline is at least this.
    RatioMin(f64),
    /// The figure divided by its baseline is at most this.
    RatioMax(f64),
    /// The figure itself is at most this.
    Max(f64),
    /// So are 99 of 100 samples of it.
    P99Max(f64),
    /// It is told for orientation.
    None,
}

/// All figures of a run.
#[derive(Debug, Default)]
pub struct Report {
    engine: &'static str,
    figures: Vec<Value>,
}

impl Report {
    /// From here on the figures are of this engine.
    pub fn on(&mut self, engine: &'static str) {
        println!("\n── {engine}\n");
        self.engine = engine;
    }

    /// Adds a figure with its baseline, and prints both.
    pub fn add(
        &mut self,
        name: &str,
        unit: &str,
        figure: &Samples,
        baseline: Option<(&str, &Samples)>,
        aim: Aim,
        fsync_us: Option<f64>,
    ) {
        self.add_with(name, unit, figure, baseline, &[aim], fsync_us);
    }

    /// The same, for a figure of which several things are asked.
    pub fn add_with(
        &mut self,
        name: &str,
        unit: &str,
        figure: &Samples,
        baseline: Option<(&str, &Samples)>,
        aims: &[Aim],
        fsync_us: Option<f64>,
    ) {
        let ratio = baseline.map(|(_, samples)| figure.median() / samples.median());
        let mut notes: Vec<String> = ratio.map(|ratio| format!("ratio {ratio:.2}")).into_iter().collect();
        let mut judged = Vec::new();
        for aim in aims {
            let (of, value, limit, is_most) = match aim {
                Aim::RatioMin(least) => ("ratio", ratio, *least, false),
                Aim::RatioMax(most) => ("ratio", ratio, *most, true),
                Aim::Max(most) => ("figure", Some(figure.median()), *most, true),
                Aim::P99Max(most) => ("p99", Some(figure.quantile(0.99)), *most, true),
                Aim::None => continue,
            };
            let is_reached = value.map(|value| if is_most { value <= limit } else { value >= limit });
            let verdict = if is_reached == Some(true) { "reached" } else { "MISSED" };
            let bound = if is_most { "at most" } else { "at least" };
            notes.push(match of {
                "p99" => format!("p99 {:.0}, aim: {bound} {limit:.0} {unit} {verdict}", figure.quantile(0.99)),
                "figure" => format!("aim: {bound} {limit} {unit} {verdict}"),
                _ => format!("aim: {bound} {limit} {verdict}"),
            });
            judged.push(json!({ "of": of, "bound": bound, "limit": limit, "is_reached": is_reached }));
        }
        notes.extend(fsync_us.map(|us| format!("fsync {us:.0} µs")));
        println!("{name:<44} {} {unit}", spread(figure));
        if let Some((name, samples)) = baseline {
            println!("    against {name:<32} {} {unit}", spread(samples));
        }
        if !notes.is_empty() {
            println!("    {}", notes.join(" · "));
        }
        self.figures.push(json!({
            "engine": self.engine,
            "name": name,
            "unit": unit,
            "figure": figure.json(),
            "baseline": baseline.map(|(name, samples)| json!({ "name": name, "figure": samples.json() })),
            "ratio": ratio,
            "aims": judged,
            "fsync_us": fsync_us,
        }));
    }

    /// Writes the JSON.
    pub fn write(&self, file: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(&json!({ "figures": self.figures }))?;
        std::fs::write(file, text + "\n").with_context(|| format!("{} cannot be written", file.display()))?;
        println!("{}", file.display());
        Ok(())
    }
}

fn spread(samples: &Samples) -> String {
    let digits = if samples.median() < 10.0 {
        3
    } else if samples.median() < 1000.0 {
        1
    } else {
        0
    };
    format!(
        "{:>10.digits$} ({:.digits$} to {:.digits$})",
        samples.median(),
        samples.quantile(0.0),
        samples.quantile(1.0)
    )
}

/// What it costs now to make a page last in this folder, in microseconds.
pub fn fsync_us(folder: &Path) -> Result<f64> {
    let path = folder.join("fsync");
    let mut file = File::create(&path)?;
    let mut samples = Samples::default();
    for _ in 0..21 {
        file.write_all(&[0x5a; 4096])?;
        let began_at = Instant::now();
        file.sync_data()?;
        samples.push(micros(began_at.elapsed()));
    }
    std::fs::remove_file(path)?;
    Ok(samples.median())
}

/// A duration in microseconds.
pub fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}
