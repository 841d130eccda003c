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

    /// The one in the middle.
    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    fn json(&self) -> Value {
        json!({ "median": self.median(), "low": self.quantile(0.0), "high": self.quantile(1.0), "samples": self.0.len() })
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
        let ratio = baseline.map(|(_, samples)| figure.median() / samples.median());
        let is_reached = match aim {
            Aim::RatioMin(least) => ratio.map(|ratio| ratio >= least),
            Aim::RatioMax(most) => ratio.map(|ratio| ratio <= most),
            Aim::Max(most) => Some(figure.median() <= most),
            Aim::None => None,
        };
        println!("{}", line(name, unit, figure, baseline, ratio, aim, is_reached, fsync_us));
        let (least, most) = match aim {
            Aim::RatioMin(least) => (Some(least), None),
            Aim::RatioMax(most) | Aim::Max(most) => (None, Some(most)),
            Aim::None => (None, None),
        };
        self.figures.push(json!({
            "engine": self.engine,
            "name": name,
            "unit": unit,
            "figure": figure.json(),
            "baseline": baseline.map(|(name, samples)| json!({ "name": name, "figure": samples.json() })),
            "ratio": ratio,
            "aim": { "at_least": least, "at_most": most, "of": if matches!(aim, Aim::Max(_)) { "figure" } else { "ratio" } },
            "is_reached": is_reached,
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

#[expect(clippy::too_many_arguments, reason = "one line of the table")]
fn line(
    name: &str,
    unit: &str,
    figure: &Samples,
    baseline: Option<(&str, &Samples)>,
    ratio: Option<f64>,
    aim: Aim,
    is_reached: Option<bool>,
    fsync_us: Option<f64>,
) -> String {
    let mut line = format!("{name:<44} {} {unit}", spread(figure));
    if let Some((name, samples)) = baseline {
        line += &format!("\n    against {name:<32} {} {unit}", spread(samples));
    }
    let aim = match aim {
        Aim::RatioMin(least) => format!("aim: at least {least}"),
        Aim::RatioMax(most) => format!("aim: at most {most}"),
        Aim::Max(most) => format!("aim: at most {most} {unit}"),
        Aim::None => String::new(),
    };
    let verdict = match is_reached {
        Some(true) => "reached",
        Some(false) => "MISSED",
        None => "",
    };
    let ratio = ratio.map(|ratio| format!("ratio {ratio:.2}")).unwrap_or_default();
    let fsync = fsync_us.map(|us| format!("fsync {us:.0} µs")).unwrap_or_default();
    let notes: Vec<String> =
        [ratio, aim, verdict.to_owned(), fsync].into_iter().filter(|note| !note.is_empty()).collect();
    if !notes.is_empty() {
        line += &format!("\n    {}", notes.join(" · "));
    }
    line
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
