//! Transfers: make, set aside, post, release, list, show.

use axum::{Json, response::Response};
use domain::{id::TransferId, transfer::TransferStatus};
use service::TransferFilter;

use super::{BASE, Id};
use crate::{
    auth::Caller,
    idempotency::{Made, Once, content_of},
    json::{self, JsonObject, NoBody},
    models::{Transfer, TransferRequest},
    paging::{List, Paging},
    problem::Problem,
    query::{NoQuery, Query},
};

/// Transfer money
///
/// From one wallet of the organisation to another in the same currency, customers' or its own. At once; or, with
/// `is_reserved`, set aside first, so that it is no longer available, and posted or released later. Never more than the
/// wallet has available.
#[utoipa::path(
    post, path = "/transfers", operation_id = "create_transfer", tag = "Transfers", request_body = TransferRequest,
    responses((status = 201, description = "The transfer.", body = Transfer, headers(("Location" = String, description = "Where it is.")))),
)]
pub async fn create(caller: Caller, _: NoQuery, once: Once, JsonObject(body): JsonObject) -> Result<Response, Problem> {
    let content = content_of(&body);
    let wanted = json::read::<TransferRequest>(body)?.read()?;
    once.run(&caller, &content, async |editor| {
        let transfer = editor.transfer(&wanted).await?;
        Made::created(format!("{BASE}/transfers/{}", transfer.id), &Transfer::from(transfer))
    })
    .await
}

/// List transfers
///
/// Newest first.
#[utoipa::path(
    get, path = "/transfers", operation_id = "list_transfers", tag = "Transfers",
    params(
        ("status" = Option<String>, Query, description = "`RESERVED`, `POSTED` or `RELEASED`.", example = "RESERVED"),
        ("from_wallet_id" = Option<String>, Query, description = "Out of this wallet."),
        ("limit" = Option<u32>, Query, description = "How many, 1 to 200; 25 when absent.", minimum = 1, maximum = 200, example = 25),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before; good for the same filters only."),
    ),
    responses((status = 200, description = "A page of transfers.", body = List<Transfer>)),
)]
pub async fn list(caller: Caller, mut query: Query) -> Result<Json<List<Transfer>>, Problem> {
    let statuses = TransferStatus::ALL.map(|status| (status.code(), status));
    let filter = TransferFilter {
        status: query.word("status", &statuses),
        from_wallet_id: query.value("from_wallet_id", str::parse),
    };
    let paging = Paging::read(&mut query, "transfers");
    query.finish()?;
    let page = caller.reader().transfers(&filter, &paging.request).await?;
    Ok(Json(paging.list(page, Transfer::from)))
}

/// Show a transfer
#[utoipa::path(
    get, path = "/transfers/{id}", operation_id = "show_transfer", tag = "Transfers", params(("id" = String, Path, description = "`transfer_…`")),
    responses((status = 200, description = "The transfer.", body = Transfer)),
)]
pub async fn show(caller: Caller, _: NoQuery, Id(id): Id<TransferId>) -> Result<Json<Transfer>, Problem> {
    Ok(Json(caller.reader().transfer(id).await?.into()))
}

/// Post a transfer
///
/// Moves what it has set aside. Again changes nothing; a released one is a conflict.
#[utoipa::path(
    post, path = "/transfers/{id}/post", operation_id = "post_transfer", tag = "Transfers", params(("id" = String, Path, description = "`transfer_…`")),
    responses((status = 200, description = "The transfer as it is now.", body = Transfer)),
)]
pub async fn post(
    caller: Caller,
    _: NoQuery,
    Id(id): Id<TransferId>,
    once: Once,
    _: NoBody,
) -> Result<Response, Problem> {
    once.run(&caller, b"", async |editor| Made::done(&Transfer::from(editor.post_transfer(id).await?))).await
}

/// Release a transfer
///
/// Makes what it has set aside available again. Again changes nothing; a posted one is a conflict.
#[utoipa::path(
    post, path = "/transfers/{id}/release", operation_id = "release_transfer", tag = "Transfers", params(("id" = String, Path, description = "`transfer_…`")),
    responses((status = 200, description = "The transfer as it is now.", body = Transfer)),
)]
pub async fn release(
    caller: Caller,
    _: NoQuery,
    Id(id): Id<TransferId>,
    once: Once,
    _: NoBody,
) -> Result<Response, Problem> {
    once.run(&caller, b"", async |editor| Made::done(&Transfer::from(editor.release_transfer(id).await?))).await
}
