//! Fees: list.

use axum::Json;
use domain::{
    fee::FeeStatus,
    id::{DepositId, SettlementId},
    money::Currency,
};
use service::FeeFilter;

use crate::{
    auth::Caller,
    models::Fee,
    paging::{List, Paging},
    problem::Problem,
    query::Query,
};

/// List fees
///
/// What you owe for deposits, newest first.
#[utoipa::path(
    get, path = "/fees", operation_id = "list_fees", tag = "Settlements",
    params(
        ("status" = Option<String>, Query, description = "`DUE`, `COLLECTED`, `WITHHELD` or `WAIVED`.", example = "DUE"),
        ("currency" = Option<String>, Query, description = "ISO 4217.", example = "AUD"),
        ("deposit_id" = Option<String>, Query, description = "For this deposit."),
        ("settlement_id" = Option<String>, Query, description = "Kept back by this settlement."),
        ("limit" = Option<u32>, Query, description = "How many, 1 to 200; 25 when absent.", minimum = 1, maximum = 200, example = 25),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before; good for the same filters only."),
    ),
    responses((status = 200, description = "A page of fees.", body = List<Fee>)),
)]
pub async fn list(caller: Caller, mut query: Query) -> Result<Json<List<Fee>>, Problem> {
    let statuses = FeeStatus::ALL.map(|status| (status.code(), status));
    let filter = FeeFilter {
        status: query.word("status", &statuses),
        currency: query.value("currency", Currency::parse),
        deposit_id: query.value("deposit_id", str::parse::<DepositId>),
        settlement_id: query.value("settlement_id", str::parse::<SettlementId>),
    };
    let paging = Paging::read(&mut query, "fees");
    query.finish()?;
    let page = caller.reader().fees(filter, &paging.request).await?;
    Ok(Json(paging.list(page, Fee::from)))
}
