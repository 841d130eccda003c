//! What banks tell by themselves.

use axum::{
    Json,
    extract::{Path, State},
    http::HeaderMap,
};
use bytes::Bytes;
use futures::{StreamExt, stream};
use service::{Purser, Signature};

use crate::{
    ApiState,
    json::{self, JSON_BYTES_MAX},
    models::{Notice, NoticeOutcome, NoticeOutcomes, NoticeRequest},
    problem::Problem,
    query::NoQuery,
};

/// How many notices one request may bring.
const NOTICES_MAX: usize = 1_000;
/// Longest body, in bytes: a thousand notices with everything that fits into them.
const BYTES_MAX: usize = 8 * JSON_BYTES_MAX;
/// How many are worked at a time: they share their commits.
const AT_ONCE: usize = 32;

/// Tell of deposits
///
/// For banks, not merchants: instead of an API key the request is signed as Standard Webhooks, with a secret that
/// `purser admin create-rail-secret` made for the rail; one whose `webhook-timestamp` is more than five minutes off is
/// refused. The body is one notice, or `{"deposits": […]}` with up to 1,000. Each is worked by itself: 200 names the outcome
/// of every one, in their order. The same `bank_reference` on the same rail is known and credits nothing, so that a request
/// may be sent again. A notice with `reverses` takes an earlier payment back.
#[utoipa::path(
    post, path = "/rails/{rail}/deposits", operation_id = "tell_deposits", tag = "Rails", request_body = NoticeRequest,
    params(
        ("rail" = String, Path, description = "The rail that the bank speaks on.", example = "npp"),
        ("webhook-id" = String, Header, description = "The message's id."),
        ("webhook-timestamp" = String, Header, description = "Seconds since 1970."),
        ("webhook-signature" = String, Header, description = "`v1,` and the signature; several are separated by blanks."),
    ),
    responses((status = 200, description = "What became of each notice, in their order.", body = NoticeOutcomes)),
)]
pub async fn tell(
    State(state): State<ApiState>,
    Path(rail): Path<String>,
    _: NoQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<NoticeOutcomes>, Problem> {
    let purser = &state.purser;
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let signature = Signature {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signatures: header("webhook-signature"),
    };
    let content_type = header("content-type").split(';').next().unwrap_or_default().trim();
    if !content_type.eq_ignore_ascii_case("application/json") {
        return Err(Problem::new("unsupported_media_type", "Send the body as application/json."));
    }
    if body.len() > BYTES_MAX {
        return Err(Problem::new(
            "too_large",
            format!("The body is longer than {BYTES_MAX} bytes. Send fewer notices."),
        ));
    }
    if !purser.is_signed(&rail, signature, &body).await? {
        let detail = "Sign the request with a secret of this rail, as Standard Webhooks, within five minutes.";
        return Err(Problem::new("unauthenticated", detail));
    }
    let notices = NoticeRequest::split(json::parse(&body)?, NOTICES_MAX)?;
    let outcomes = stream::iter(notices)
        .map(|notice| one(purser, &rail, notice))
        .buffered(AT_ONCE)
        .collect::<Vec<NoticeOutcome>>()
        .await;
    Ok(Json(NoticeOutcomes { data: outcomes }))
}

async fn one(purser: &Purser, rail: &str, notice: serde_json::Value) -> NoticeOutcome {
    let bank_reference = notice["bank_reference"].as_str().map(str::to_owned);
    let outcome = async {
        Ok::<_, Problem>(match json::read::<NoticeRequest>(notice)?.read(rail)? {
            Notice::Payment(told) => purser.receive_rail_payment(rail, &told).await?,
            Notice::Reversal(told) => purser.receive_rail_reversal(&told).await?,
        })
    };
    match outcome.await {
        Ok(outcome) => NoticeOutcome::of(bank_reference, outcome),
        Err(problem) => NoticeOutcome::refused(bank_reference, &problem),
    }
}
