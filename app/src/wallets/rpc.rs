//! What the pages of wallets ask the server.

use leptos::prelude::*;

use super::view::{NewWalletView, WalletView, WalletsQuery, WalletsView};
#[cfg(feature = "ssr")]
use super::{
    form::{Wanted, as_the_form_names_them},
    view::{AccountView, ChosenCustomer, IssueInput, SimulateInput, WalletLine, customer_text},
};
use crate::{codec::JsonBody, error::AppError, sum::Sum};
#[cfg(feature = "ssr")]
use crate::{paging, routes, session::Here, transactions::view::TransactionLine};

/// Movements on the page of a wallet; the rest is on the page of transactions.
#[cfg(feature = "ssr")]
const TRANSACTIONS_SHOWN: u32 = 20;
/// Customers suggested for a wallet; others are found by name, reference, e-mail or id.
#[cfg(feature = "ssr")]
const SUGGESTIONS_MAX: u32 = 200;
/// Customers named when words fit several.
#[cfg(feature = "ssr")]
const NAMED_MAX: u32 = 5;

#[server(prefix = "/rpc", endpoint = "wallets/page", output = JsonBody)]
pub async fn wallets_page(query: WalletsQuery) -> Result<WalletsView, AppError> {
    let here = Here::signed_in()?;
    here.answer(read_list(&here, &query).await)
}

#[server(prefix = "/rpc", endpoint = "wallets/one", output = JsonBody)]
pub async fn wallet_page(id: String, #[server(default)] draft: String) -> Result<WalletView, AppError> {
    let here = Here::signed_in()?;
    here.answer(read_one(&here, &id, &draft).await)
}

#[server(prefix = "/rpc", endpoint = "wallets/new", output = JsonBody)]
pub async fn new_wallet_page(
    #[server(default)] customer_id: String,
    #[server(default)] draft: String,
) -> Result<NewWalletView, AppError> {
    let here = Here::signed_in()?;
    here.answer(read_form(&here, &customer_id, &draft).await)
}

/// Issues a wallet and goes to its page.
#[server(prefix = "/rpc", endpoint = "wallets/issue", output = JsonBody)]
pub async fn issue_wallet(
    #[server(default)] customer: String,
    #[server(default)] currency: String,
    #[server(default)] credit_to: String,
) -> Result<String, AppError> {
    let here = Here::signed_in()?;
    let input = IssueInput { customer, currency, credit_to };
    let result = issue(&here, &input).await;
    if let Ok(id) = &result {
        here.then_go_to(&routes::wallet(id));
    }
    let typed = [("customer", input.customer.as_str()), ("currency", &input.currency), ("credit_to", &input.credit_to)];
    here.answer_form(routes::WALLETS_NEW, &typed, result).await
}

/// Lets play money arrive on the wallet's account. Answers with the amount and what became of it.
#[server(prefix = "/rpc", endpoint = "wallets/simulate_deposit", output = JsonBody)]
pub async fn simulate_deposit(
    wallet_id: String,
    #[server(default)] amount: String,
    #[server(default)] sender_name: String,
    #[server(default)] sender_bsb: String,
    #[server(default)] sender_account_number: String,
    #[server(default)] reference: String,
) -> Result<(Sum, String), AppError> {
    let here = Here::signed_in()?;
    let input = SimulateInput { amount, sender_name, sender_bsb, sender_account_number, reference };
    let result = simulate(&here, &wallet_id, &input).await;
    let page = routes::wallet(&wallet_id);
    if result.is_ok() && here.is_plain_form() {
        here.then_go_to(&page);
    }
    here.answer_form(&page, &input.pairs(), result).await
}

#[cfg(feature = "ssr")]
async fn read_list(here: &Here, query: &WalletsQuery) -> Result<WalletsView, service::Error> {
    use domain::{fault::FieldError, money::Currency, wallet::WalletKind};

    let reader = here.reader();
    let mut errors = Vec::new();
    let mut wrong = |field: &str| errors.push(FieldError::new(field, "invalid", "Choose one of the values offered."));
    let mut filter = service::WalletFilter::default();
    if !query.currency.is_empty() {
        filter.currency = Currency::parse(&query.currency).map_err(|_| wrong("currency")).ok();
    }
    if !query.kind.is_empty() {
        filter.kind = WalletKind::from_code(&query.kind).ok_or_else(|| wrong("kind")).ok();
    }
    if !query.customer_id.is_empty() {
        filter.customer_id = query.customer_id.parse().map_err(|_| wrong("customer_id")).ok();
    }
    let after = (!query.cursor.is_empty()).then(|| query.cursor.clone());
    let page = reader.wallets(&filter, &service::PageRequest { limit: paging::ROWS, after }).await?;
    let customer = match filter.customer_id {
        Some(id) => reader.customer(id).await.ok().map(|customer| customer.details.name()),
        None => None,
    };
    Ok(WalletsView {
        rows: page.rows.into_iter().map(WalletLine::from).collect(),
        next: page.next,
        currencies: Currency::WALLETS.iter().map(|currency| currency.code().to_owned()).collect(),
        problems: errors.into_iter().map(Into::into).collect(),
        customer,
    })
}

#[cfg(feature = "ssr")]
async fn read_one(here: &Here, id: &str, draft: &str) -> Result<WalletView, service::Error> {
    let reader = here.reader();
    let wallet_id = id.parse().map_err(|_| service::Error::NotFound)?;
    // Asked first: what comes in between is then seen as news.
    let newest = reader.newest_transaction(Some(wallet_id)).await?;
    let wallet = reader.wallet(wallet_id).await?;
    let accounts = reader.virtual_accounts(wallet_id).await?;
    let filter = service::TransactionFilter { wallet_id: Some(wallet_id), ..service::TransactionFilter::default() };
    let page = reader.transactions(&filter, &service::PageRequest { limit: TRANSACTIONS_SHOWN, after: None }).await?;
    let kept = here.kept_form::<SimulateInput>(draft).await?;
    Ok(WalletView {
        wallet: wallet.into(),
        accounts: accounts.into_iter().map(AccountView::from).collect(),
        transactions: page.rows.into_iter().map(TransactionLine::from).collect(),
        has_more: page.next.is_some(),
        newest: newest.map(|id| id.to_string()),
        typed: kept.0,
        problems: kept.1.into_iter().map(Into::into).collect(),
    })
}

#[cfg(feature = "ssr")]
async fn read_form(here: &Here, customer_id: &str, draft: &str) -> Result<NewWalletView, service::Error> {
    use domain::{money::Currency, standing::Status};

    let reader = here.reader();
    let (mut typed, errors) = here.kept_form::<IssueInput>(draft).await?;
    let wanted = match typed.wanted() {
        Ok(Wanted::Id(id)) => Some(id),
        _ => customer_id.parse().ok(),
    };
    let chosen = match wanted {
        Some(id) => Some(chosen(here, id).await?),
        None => None,
    };
    if let Some(chosen) = &chosen
        && typed.customer.is_empty()
    {
        typed.customer = customer_text(&chosen.name, &chosen.id);
    }
    let ready = service::CustomerFilter {
        status: Some(Status::Approved),
        is_enabled: Some(true),
        is_wallet_ready: Some(true),
        ..service::CustomerFilter::default()
    };
    let request = service::PageRequest { limit: SUGGESTIONS_MAX, after: None };
    let customers = reader.customers(&ready, service::CustomerSort::Newest, &request).await?;
    Ok(NewWalletView {
        typed,
        chosen,
        suggestions: customers.rows.iter().map(|row| customer_text(&row.name, &row.id.to_string())).collect(),
        currencies: Currency::WALLETS
            .iter()
            .map(|currency| (currency.code().to_owned(), currency.name().to_owned()))
            .collect(),
        problems: errors.into_iter().map(Into::into).collect(),
    })
}

#[cfg(feature = "ssr")]
async fn chosen(here: &Here, id: domain::id::CustomerId) -> Result<ChosenCustomer, service::Error> {
    let reader = here.reader();
    let customer = reader.customer(id).await?;
    let reasons = reader.why_no_wallet(id).await?;
    Ok(ChosenCustomer {
        id: id.to_string(),
        name: customer.details.name(),
        reasons: reasons.into_iter().map(|reason| reason.message).collect(),
    })
}

#[cfg(feature = "ssr")]
async fn issue(here: &Here, input: &IssueInput) -> Result<String, service::Error> {
    let editor = here.editor()?;
    let read = input.read();
    let found = match input.wanted() {
        Ok(Wanted::Id(id)) => Ok(id),
        Ok(Wanted::Words(words)) => find(here, words).await?,
        Err(error) => Err(error),
    };
    match (found, read) {
        (Ok(id), Ok(issue)) => Ok(editor.issue_wallet(id, issue.currency, issue.credit_to).await?.id.to_string()),
        (found, read) => {
            Err(service::Error::Invalid(found.err().into_iter().chain(read.err().into_iter().flatten()).collect()))
        }
    }
}

/// The one customer that words fit, or what to do when there is none or more than one.
#[cfg(feature = "ssr")]
async fn find(
    here: &Here,
    words: &str,
) -> Result<Result<domain::id::CustomerId, domain::fault::FieldError>, service::Error> {
    use domain::fault::FieldError;

    let filter = service::CustomerFilter { q: Some(words.to_owned()), ..service::CustomerFilter::default() };
    let request = service::PageRequest { limit: NAMED_MAX, after: None };
    let page = here.reader().customers(&filter, service::CustomerSort::Newest, &request).await?;
    Ok(match page.rows.as_slice() {
        [] => Err(FieldError::new(
            "customer",
            "not_found",
            "No customer fits this. Choose one of the suggestions, or paste a customer id.",
        )),
        [one] => Ok(one.id),
        several => {
            let names: Vec<_> = several.iter().map(|row| customer_text(&row.name, &row.id.to_string())).collect();
            let more = if page.next.is_some() { ", and more" } else { "" };
            Err(FieldError::new(
                "customer",
                "ambiguous",
                format!("Several customers fit this. Enter one of: {}{more}.", names.join("; ")),
            ))
        }
    })
}

#[cfg(feature = "ssr")]
async fn simulate(here: &Here, wallet_id: &str, input: &SimulateInput) -> Result<(Sum, String), service::Error> {
    let editor = here.editor()?;
    let wallet_id = wallet_id.parse().map_err(|_| service::Error::NotFound)?;
    let wallet = editor.wallet(wallet_id).await?.wallet;
    let accounts = editor.virtual_accounts(wallet_id).await?;
    let account =
        accounts.iter().find(|account| account.is_active).or(accounts.first()).ok_or(service::Error::NotFound)?;
    let deposit = input.read(account.id, wallet.currency()).map_err(service::Error::Invalid)?;
    let deposit = editor.simulate_deposit(&deposit).await.map_err(as_the_form_names_them)?;
    Ok((deposit.notice.amount.into(), deposit.status.code().to_owned()))
}
