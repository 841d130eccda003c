//! Settlements: list, show, fetch the bank's file.

use axum::{
    Json,
    body::Body,
    http::{
        HeaderValue,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
    },
    response::Response,
};
use domain::{id::SettlementId, money::Currency, settlement::SettlementStatus};
use service::SettlementFilter;

use super::Id;
use crate::{
    auth::Caller,
    models::Settlement,
    paging::{List, Paging},
    problem::Problem,
    query::{NoQuery, Query},
};

/// List settlements
///
/// Newest first.
#[utoipa::path(
    get, path = "/settlements", operation_id = "list_settlements", tag = "Settlements",
    params(
        ("status" = Option<String>, Query, description = "`PENDING`, `SENT`, `PAID` or `FAILED`.", example = "PAID"),
        ("currency" = Option<String>, Query, description = "ISO 4217.", example = "AUD"),
        ("limit" = Option<u32>, Query, description = "How many, 1 to 200; 25 when absent.", minimum = 1, maximum = 200, example = 25),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before; good for the same filters only."),
    ),
    responses((status = 200, description = "A page of settlements.", body = List<Settlement>)),
)]
pub async fn list(caller: Caller, mut query: Query) -> Result<Json<List<Settlement>>, Problem> {
    let statuses = SettlementStatus::ALL.map(|status| (status.code(), status));
    let filter = SettlementFilter {
        status: query.word("status", &statuses),
        currency: query.value("currency", Currency::parse),
    };
    let paging = Paging::read(&mut query, "settlements");
    query.finish()?;
    let page = caller.reader().settlements(filter, &paging.request).await?;
    Ok(Json(paging.list(page, Settlement::from)))
}

/// Show a settlement
#[utoipa::path(
    get, path = "/settlements/{id}", operation_id = "show_settlement", tag = "Settlements", params(("id" = String, Path, description = "`settlement_…`")),
    responses((status = 200, description = "The settlement.", body = Settlement)),
)]
pub async fn show(caller: Caller, _: NoQuery, Id(id): Id<SettlementId>) -> Result<Json<Settlement>, Problem> {
    let (settlement, account) = caller.reader().settlement(id).await?;
    Ok(Json(Settlement::from(settlement).paid_to(account)))
}

/// Fetch a settlement's payment file
///
/// As it was made for the bank: Direct Entry (ABA) for AUD, ISO 20022 pain.001.001.09 otherwise.
#[utoipa::path(
    get, path = "/settlements/{id}/file", operation_id = "fetch_settlement_file", tag = "Settlements",
    params(("id" = String, Path, description = "`settlement_…`")),
    responses((status = 200, description = "The file.", content((String = "text/plain"), (String = "application/xml")))),
)]
pub async fn file(caller: Caller, _: NoQuery, Id(id): Id<SettlementId>) -> Result<Response, Problem> {
    let file = caller.reader().settlement_file(id).await?;
    let content_type = if file.format == "aba" { "text/plain; charset=us-ascii" } else { "application/xml" };
    let mut response = Response::new(Body::from(file.bytes));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(disposition) = HeaderValue::try_from(format!("attachment; filename=\"{}\"", file.name)) {
        headers.insert(CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}
