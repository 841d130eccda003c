//! How long a submitted customer waits for the decision, while twenty a second are submitted and the worker runs; against
//! one customer alone.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use bytes::Bytes;
use documents::specimens;
use domain::standing::Status;
use service::Editor;
use tokio::{sync::oneshot, task::JoinSet, time::MissedTickBehavior};

use crate::{
    figures::{Aim, Report, Samples, fsync_us, micros},
    installation::{Place, Sandbox, person},
};

const PER_SECOND: u32 = 20;
const SECONDS: usize = 20;
const ALONE: usize = 15;
/// How often somebody looks whether the decision is there.
const LOOK: Duration = Duration::from_millis(4);
const PATIENCE: Duration = Duration::from_secs(60);

pub async fn measure(report: &mut Report, place: &Place) -> Result<()> {
    let sandbox = Sandbox::open(place, 1).await?;
    let (stop, stopped) = oneshot::channel::<()>();
    let working = tokio::spawn(worker::run(sandbox.purser.clone(), async {
        // A sender that went away means the same.
        let _ = stopped.await;
    }));
    let editor = sandbox.purser.editor(&sandbox.authority)?;
    let mut alone = Samples::default();
    for n in 0..ALONE {
        alone.push(submit(editor.clone(), n + 1).await?);
    }
    let mut together = Samples::default();
    let mut submitting = JoinSet::new();
    let mut clock = tokio::time::interval(Duration::from_secs(1) / PER_SECOND);
    clock.set_missed_tick_behavior(MissedTickBehavior::Burst);
    for n in 0..PER_SECOND as usize * SECONDS {
        clock.tick().await;
        submitting.spawn(submit(editor.clone(), 1_000 + n));
    }
    while let Some(done) = submitting.join_next().await {
        together.push(done??);
    }
    // Nobody hears it when the worker has ended.
    let _ = stop.send(());
    working.await?;
    sandbox.purser.close().await;
    let fsync = Some(fsync_us(&place.folder)?);
    for (part, quantile, aim) in [("half", 0.5, Aim::None), ("95 %", 0.95, Aim::None), ("99 %", 0.99, Aim::Max(1000.0))]
    {
        let (mut figure, mut baseline) = (Samples::default(), Samples::default());
        figure.push(together.quantile(quantile));
        baseline.push(alone.quantile(quantile));
        let name = format!("review decided, {PER_SECOND} a second, {part} within");
        report.add(&name, "ms", &figure, Some(("one customer alone", &baseline)), aim, fsync);
    }
    Ok(())
}

/// Uploads the papers, submits, and waits for the decision. The time from the submission to the decision, in
/// milliseconds.
async fn submit(editor: Editor, n: usize) -> Result<f64> {
    let mut ids = Vec::new();
    for paper in [specimens::PASSPORT, specimens::ADDRESS_PROOF] {
        ids.push(editor.upload_document(paper.file_name, Bytes::from_static(paper.bytes)).await?.id.to_string());
    }
    let input = person(10_000 + n, &ids[0], &ids[1])?;
    let began_at = Instant::now();
    let customer = editor.create_customer(&input).await?;
    loop {
        let status = editor.customer(customer.id).await?.status();
        if status != Status::UnderReview {
            ensure!(status == Status::Approved, "the bench's customers are approved, not {}", status.code());
            return Ok(micros(began_at.elapsed()) / 1000.0);
        }
        ensure!(began_at.elapsed() < PATIENCE, "no decision within {PATIENCE:?}");
        tokio::time::sleep(LOOK).await;
    }
}
