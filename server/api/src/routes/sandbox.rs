//! What only a sandbox can do: play bank, and play reviewer.

use axum::response::Response;
use domain::id::{CustomerId, DepositId};

use super::{BASE, Id};
use crate::{
    auth::Caller,
    idempotency::{Made, Once, content_of},
    json::{self, JsonObject},
    models::{Customer, Deposit, SandboxDepositRequest, SandboxReversalRequest, SandboxReviewRequest},
    problem::Problem,
    query::NoQuery,
};

/// Simulate a deposit
///
/// Play money for an account, told as a bank would tell it and worked by the same rules. The same `bank_reference` on
/// the same rail answers 200 with the first deposit and credits nothing; with other content it is a conflict.
#[utoipa::path(
    post, path = "/sandbox/deposits", operation_id = "simulate_deposit", tag = "Sandbox", request_body = SandboxDepositRequest,
    responses(
        (status = 201, description = "The deposit and what became of it.", body = Deposit, headers(("Location" = String, description = "Where it is."))),
        (status = 200, description = "The deposit that this bank reference told of before.", body = Deposit),
    ),
)]
pub async fn deposit(
    caller: Caller,
    _: NoQuery,
    once: Once,
    JsonObject(body): JsonObject,
) -> Result<Response, Problem> {
    let content = content_of(&body);
    let wanted = json::read::<SandboxDepositRequest>(body)?.read()?;
    once.run(&caller, &content, async |editor| {
        let (deposit, is_new) = editor.receive_sandbox_deposit(&wanted).await?;
        let location = format!("{BASE}/deposits/{}", deposit.id);
        let shown = Deposit::from(deposit);
        if is_new { Made::created(location, &shown) } else { Made::done(&shown) }
    })
    .await
}

/// Simulate a reversal
///
/// The bank takes a deposit back, from wherever its money stands. A wallet may go below zero by it: `is_overdrawn` says so
/// until it is made good. Again changes nothing; what went back to its sender cannot be taken back.
#[utoipa::path(
    post, path = "/sandbox/deposits/{id}/reverse", operation_id = "simulate_reversal", tag = "Sandbox",
    request_body = SandboxReversalRequest, params(("id" = String, Path, description = "`deposit_…`")),
    responses((status = 200, description = "The deposit as it is now.", body = Deposit)),
)]
pub async fn reverse(
    caller: Caller,
    _: NoQuery,
    Id(id): Id<DepositId>,
    once: Once,
    JsonObject(body): JsonObject,
) -> Result<Response, Problem> {
    let content = content_of(&body);
    let reason = json::read::<SandboxReversalRequest>(body)?.read()?;
    once.run(&caller, &content, async |editor| {
        Made::done(&Deposit::from(editor.simulate_reversal(id, reason.as_deref()).await?))
    })
    .await
}

/// Simulate the end of a review
///
/// Decides a customer that is under review by hand, to try out what follows.
#[utoipa::path(
    post, path = "/sandbox/customers/{id}/review", operation_id = "simulate_review", tag = "Sandbox", request_body = SandboxReviewRequest,
    params(("id" = String, Path, description = "`customer_…`")),
    responses((status = 200, description = "The customer as it is now.", body = Customer)),
)]
pub async fn review(
    caller: Caller,
    _: NoQuery,
    Id(id): Id<CustomerId>,
    once: Once,
    JsonObject(body): JsonObject,
) -> Result<Response, Problem> {
    let content = content_of(&body);
    let outcome = json::read::<SandboxReviewRequest>(body)?.read()?;
    once.run(&caller, &content, async |editor| {
        let customer = editor.simulate_review(id, outcome).await?;
        Made::done(&Customer::of(&customer, &editor.organisation().await?))
    })
    .await
}
