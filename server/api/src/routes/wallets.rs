//! Wallets: issue, list, show.

use axum::{Json, response::Response};
use domain::{
    fault::FieldError,
    id::{CustomerId, WalletId},
    money::Currency,
    wallet::{CreditTo, WalletKind},
};
use service::{Page, WalletFilter};

use super::{BASE, Id};
use crate::{
    auth::Caller,
    idempotency::{Made, Once, content_of},
    json::{self, JsonObject},
    models::{Wallet, WalletRequest},
    paging::{List, Paging},
    problem::Problem,
    query::{NoQuery, Query},
};

/// Issue a wallet
///
/// With a virtual account of its own, whose number is allotted for good. Refused with every reason while the customer is
/// not wallet-ready, active and enabled.
#[utoipa::path(
    post, path = "/wallets", operation_id = "issue_wallet", tag = "Wallets", request_body = WalletRequest,
    responses((status = 201, description = "The wallet with its account.", body = Wallet, headers(("Location" = String, description = "Where it is.")))),
)]
pub async fn issue(caller: Caller, _: NoQuery, once: Once, JsonObject(body): JsonObject) -> Result<Response, Problem> {
    let content = content_of(&body);
    let (customer_id, currency, credit_to) = read(&json::read(body)?)?;
    once.run(&caller, &content, async |editor| {
        let wallet = editor.issue_wallet(customer_id, currency, credit_to).await.map_err(|error| match error {
            service::Error::NotFound => service::Error::field("customer_id", "not_found", "There is no such customer"),
            other => other,
        })?;
        let accounts = editor.virtual_accounts(wallet.id).await?;
        Made::created(format!("{BASE}/wallets/{}", wallet.id), &Wallet::of(&wallet, accounts))
    })
    .await
}

/// List wallets
///
/// Newest first.
#[utoipa::path(
    get, path = "/wallets", operation_id = "list_wallets", tag = "Wallets",
    params(
        ("customer_id" = Option<String>, Query, description = "Of this customer."),
        ("currency" = Option<String>, Query, description = "In this currency, ISO 4217.", example = "AUD"),
        ("kind" = Option<String>, Query, description = "`customer`, `payin` or `fees`.", example = "customer"),
        ("limit" = Option<u32>, Query, description = "How many, 1 to 200; 25 when absent.", minimum = 1, maximum = 200, example = 25),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before; good for the same filters only."),
    ),
    responses((status = 200, description = "A page of wallets.", body = List<Wallet>)),
)]
pub async fn list(caller: Caller, mut query: Query) -> Result<Json<List<Wallet>>, Problem> {
    let kinds = WalletKind::ALL.map(|kind| (kind.code(), kind));
    let filter = WalletFilter {
        customer_id: query.value("customer_id", str::parse),
        currency: query.value("currency", Currency::parse),
        kind: query.word("kind", &kinds),
    };
    let paging = Paging::read(&mut query, "wallets");
    query.finish()?;
    let reader = caller.reader();
    let Page { rows, next } = reader.wallets(&filter, &paging.request).await?;
    let mut wallets = Vec::with_capacity(rows.len());
    for row in rows {
        let accounts = reader.virtual_accounts(row.wallet.id).await?;
        wallets.push(Wallet::of(&row.wallet, accounts));
    }
    Ok(Json(paging.list(Page { rows: wallets, next }, |wallet| wallet)))
}

/// Show a wallet
///
/// With the balances that it has now, or that it had at a past moment.
#[utoipa::path(
    get, path = "/wallets/{id}", operation_id = "show_wallet", tag = "Wallets",
    params(
        ("id" = String, Path, description = "`wallet_…`"),
        ("at" = Option<String>, Query, description = "The balances right after this millisecond: a time (RFC 3339), not in the future and not before the wallet was issued. Accounts are those of now.", example = "2026-03-25T10:00:00Z"),
    ),
    responses((status = 200, description = "The wallet with its accounts.", body = Wallet)),
)]
pub async fn show(caller: Caller, mut query: Query, Id(id): Id<WalletId>) -> Result<Json<Wallet>, Problem> {
    let at = query.time("at");
    query.finish()?;
    let reader = caller.reader();
    let row = match at {
        Some(at) => reader.wallet_at(id, at).await?,
        None => reader.wallet(id).await?,
    };
    Ok(Json(Wallet::of(&row.wallet, reader.virtual_accounts(id).await?)))
}

fn read(request: &WalletRequest) -> Result<(CustomerId, Currency, CreditTo), Problem> {
    let mut errors = Vec::new();
    let customer_id = match request.customer_id.as_deref().map(str::parse::<CustomerId>) {
        Some(Ok(id)) => Some(id),
        Some(Err(fault)) => {
            errors.push(fault.at("customer_id"));
            None
        }
        None => {
            errors.push(FieldError::new("customer_id", "required", "Say whose wallet it is"));
            None
        }
    };
    let currency = match Currency::parse(request.currency.as_deref().unwrap_or_default()) {
        Ok(currency) if currency.has_wallets() => Some(currency),
        Ok(_) => {
            let codes = Currency::WALLETS.map(Currency::code).join(", ");
            errors.push(FieldError::new("currency", "unsupported", format!("Choose one of {codes}")));
            None
        }
        Err(fault) => {
            errors.push(fault.at("currency"));
            None
        }
    };
    let credit_to = CreditTo::from_code(request.credit_to.as_deref().unwrap_or(CreditTo::CustomerWallet.code()));
    if credit_to.is_none() {
        errors.push(FieldError::new("credit_to", "invalid", "Choose customer_wallet or payin_wallet"));
    }
    match (customer_id, currency, credit_to) {
        (Some(customer_id), Some(currency), Some(credit_to)) => Ok((customer_id, currency, credit_to)),
        _ => Err(Problem::invalid(errors)),
    }
}
