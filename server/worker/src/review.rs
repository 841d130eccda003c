//! The review of a customer: the checks and the decision are one verb of `service`.

use service::{Error, Job, Purser};

pub(crate) async fn work(purser: &Purser, job: &Job) -> Result<(), Error> {
    purser.review(job).await
}
