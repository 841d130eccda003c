//! Deposits: list, show.

use axum::Json;
use domain::{deposit::DepositStatus, id::DepositId};
use service::DepositFilter;

use super::Id;
use crate::{
    auth::Caller,
    models::Deposit,
    paging::{List, Paging},
    problem::Problem,
    query::{NoQuery, Query},
};

/// List deposits
///
/// Newest first, each with what became of it.
#[utoipa::path(
    get, path = "/deposits", operation_id = "list_deposits", tag = "Deposits",
    params(
        ("status" = Option<String>, Query, description = "`CREDITED`, `HELD`, `REJECTED`, `RETURN_PENDING`, `RETURNED`, `RETURN_FAILED` or `REVERSED`.", example = "CREDITED"),
        ("customer_id" = Option<String>, Query, description = "For this customer."),
        ("settlement_id" = Option<String>, Query, description = "Paid out with this settlement."),
        ("limit" = Option<u32>, Query, description = "How many, 1 to 200; 25 when absent.", minimum = 1, maximum = 200, example = 25),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before; good for the same filters only."),
    ),
    responses((status = 200, description = "A page of deposits.", body = List<Deposit>)),
)]
pub async fn list(caller: Caller, mut query: Query) -> Result<Json<List<Deposit>>, Problem> {
    let statuses = DepositStatus::ALL.map(|status| (status.code(), status));
    let filter = DepositFilter {
        status: query.word("status", &statuses),
        customer_id: query.value("customer_id", str::parse),
        settlement_id: query.value("settlement_id", str::parse),
    };
    let paging = Paging::read(&mut query, "deposits");
    query.finish()?;
    let page = caller.reader().deposits(&filter, &paging.request).await?;
    Ok(Json(paging.list(page, Deposit::from)))
}

/// Show a deposit
#[utoipa::path(
    get, path = "/deposits/{id}", operation_id = "show_deposit", tag = "Deposits", params(("id" = String, Path, description = "`deposit_…`")),
    responses((status = 200, description = "The deposit.", body = Deposit)),
)]
pub async fn show(caller: Caller, _: NoQuery, Id(id): Id<DepositId>) -> Result<Json<Deposit>, Problem> {
    Ok(Json(caller.reader().deposit(id).await?.into()))
}
