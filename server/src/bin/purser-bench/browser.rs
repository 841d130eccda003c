//! What a browser waits for: how many bytes the WebAssembly has as it is sent, and when a page answers to hands.

use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tokio::process::Command;

use crate::{
    figures::{Aim, Report, Samples},
    installation::Server,
};

const SCRIPT: &str = "end2end/interactive.mjs";
const MODULE: &str = "target/site/pkg/purser.wasm.br";

pub async fn measure(report: &mut Report, server: &Server) -> Result<()> {
    let size = std::fs::metadata(MODULE).with_context(|| format!("{MODULE}: `make build` makes it"))?.len();
    let mut samples = Samples::default();
    #[expect(clippy::cast_precision_loss, reason = "a size of some hundred thousand")]
    samples.push(size as f64 / 1000.0);
    report.add("WebAssembly as sent (brotli)", "kB", &samples, None, Aim::Max(400.0), None);

    let output = Command::new("node")
        .arg(SCRIPT)
        .arg(format!("http://{}", server.address))
        .env("PURSER_EMAIL", &server.email)
        .env("PURSER_PASSWORD", &server.password)
        .stdout(Stdio::piped())
        .output()
        .await
        .context("node cannot be started")?;
    ensure!(output.status.success(), "{SCRIPT}: {}", String::from_utf8_lossy(&output.stderr));
    let said: Value = serde_json::from_slice(&output.stdout).context("what the browser said")?;
    let read = |name: &str| {
        let mut samples = Samples::default();
        for value in said[name].as_array().into_iter().flatten().filter_map(Value::as_f64) {
            samples.push(value);
        }
        samples
    };
    let without = read("without_script_ms");
    for (name, field) in [("first visit", "cold_ms"), ("again, from its cache", "warm_ms")] {
        let name = format!("/customers interactive in Chromium, {name}");
        let baseline = Some(("the page loaded, without script", &without));
        report.add(&name, "ms", &read(field), baseline, Aim::None, None);
    }
    Ok(())
}
