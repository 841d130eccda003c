//! `All Customers` and `Wallet Transactions` as people have them: whole pages from the serving program, each in turns
//! with the first page of its listing. One far behind, filters, searches, what counts.

use std::time::Instant;

use anyhow::{Context, Result};
use axum::http::header;
use chrono::{TimeDelta, Utc};
use service::{CustomerFilter, CustomerSort, PageRequest, Reader, TransactionFilter};

use crate::{
    figures::{Aim, Report, Samples, micros},
    http::Client,
    installation::{Demonstration, Server},
    movements,
};

/// As many as a page of the portal has.
const ROWS: usize = 25;
const DEEP_PAGE: usize = 20_000;
/// Of these the slowest but two are within the 99th percentile.
const ROUNDS: usize = 200;
/// Not counted: they read from the disk what all later ones find in memory.
const WARMING_ROUNDS: usize = 10;
/// The way to the deep page is walked in strides of this many rows.
const STRIDE: usize = 10_000;
/// How much longer than the first page a look may take.
const PAGED: Aim = Aim::RatioMax(1.5);
const FILTERED: Aim = Aim::RatioMax(1.5);
const SEARCHED: Aim = Aim::RatioMax(3.0);
const COUNTED: Aim = Aim::RatioMax(5.0);
/// And all but a hundredth of them no longer than this, in microseconds.
const P99_US_MAX: f64 = 50_000.0;

/// A page to look at: what it is called, its address, how long it may take.
type Look = (String, String, Aim);

pub async fn customers(report: &mut Report, demonstration: &Demonstration, server: &Server) -> Result<()> {
    let reader = demonstration.purser.reader(&demonstration.authority());
    let deep_page = DEEP_PAGE.min(demonstration.customers * 8 / 10 / ROWS);
    let deep = customers_before(&reader, CustomerSort::Newest, deep_page).await?;
    let by_name = customers_before(&reader, CustomerSort::Name, deep_page).await?;
    let rare = format!("HX-{:06}", demonstration.customers / 3);
    let at = |query: String| format!("/customers?{query}");
    let look = |name: &str, query: &str, aim| (name.to_owned(), at(query.to_owned()), aim);
    let looks = [
        (format!("page {deep_page}"), at(format!("cursor={deep}")), PAGED),
        look("by name, first page", "sort=name", PAGED),
        (format!("by name, page {deep_page}"), at(format!("sort=name&cursor={by_name}")), PAGED),
        look("filter: APPROVED", "status=APPROVED", FILTERED),
        look("filter: SUSPENDED companies, enabled", "status=SUSPENDED&type=company&is_enabled=true", FILTERED),
        look("search: a common word (harbour)", "q=harbour", SEARCHED),
        look("search: common words (example com)", "q=example+com", SEARCHED),
        look("search: two words (harbour logistics)", "q=harbour+logistics", SEARCHED),
        (format!("search: one reference ({rare})"), at(format!("q={rare}")), SEARCHED),
        look("search: nobody (zzqqxx)", "q=zzqqxx", SEARCHED),
        look("search: a beginning (ng)", "q=ng", SEARCHED),
        look("search by name: a common word (harbour)", "sort=name&q=harbour", SEARCHED),
        (format!("search by name: one reference ({rare})"), at(format!("sort=name&q={rare}")), SEARCHED),
        ("count: the overview".to_owned(), "/".to_owned(), COUNTED),
    ];
    compare(report, server, "All Customers", "/customers", &looks).await
}

pub async fn transactions(report: &mut Report, demonstration: &Demonstration, server: &Server) -> Result<()> {
    let reader = demonstration.purser.reader(&demonstration.authority());
    let count = demonstration.customers * movements::PER_CUSTOMER;
    let deep_page = DEEP_PAGE.min(count * 8 / 10 / ROWS);
    let deep = transactions_before(&reader, deep_page).await?;
    let (one, _) = reader.transactions(&TransactionFilter::default(), &request(1, None)).await?.rows.swap_remove(0);
    let until = (one.created_at - TimeDelta::days(10)).with_timezone(&Utc).date_naive();
    let (rare, paid) = (movements::reference(count / 2), one.amount.to_decimal_string());
    let customer = one.customer_id.context("a movement for a customer")?;
    let at = |query: String| format!("/wallet-transactions?{query}");
    let look = |name: &str, query: &str, aim| (name.to_owned(), at(query.to_owned()), aim);
    let looks = [
        (format!("page {deep_page}"), at(format!("cursor={deep}")), PAGED),
        ("filter: one wallet".to_owned(), at(format!("wallet_id={}", one.wallet_id)), FILTERED),
        ("filter: one customer".to_owned(), at(format!("customer_id={customer}")), FILTERED),
        look("filter: DEBIT", "type=DEBIT", FILTERED),
        look("filter: a source that never was", "source=adjustment", FILTERED),
        (format!("filter: until {until}"), at(format!("to={until}")), FILTERED),
        look("filter: AUD, 9,900 and more", "currency=AUD&amount_min=9900", FILTERED),
        (format!("filter: {paid} and nothing else"), at(format!("amount_min={paid}&amount_max={paid}")), FILTERED),
        look("search: a common word (savings)", "q=savings", SEARCHED),
        look("search: two words (monthly harbour)", "q=monthly+harbour", SEARCHED),
        (format!("search: one reference ({rare})"), at(format!("q={rare}")), SEARCHED),
        look("search: nobody (zzqqxx)", "q=zzqqxx", SEARCHED),
        look("search: a beginning (ng)", "q=ng", SEARCHED),
        ("count: the overview".to_owned(), "/".to_owned(), COUNTED),
    ];
    compare(report, server, "Wallet Transactions", "/wallet-transactions", &looks).await
}

/// Times each look in turns with the first page of its listing.
async fn compare(report: &mut Report, server: &Server, title: &str, first: &str, looks: &[Look]) -> Result<()> {
    let mut client = Client::connect(&server.address).await?;
    for (name, path, aim) in looks {
        let (mut figure, mut baseline) = (Samples::default(), Samples::default());
        for round in 0..WARMING_ROUNDS + ROUNDS {
            for (path, samples) in [(first, &mut baseline), (path, &mut figure)] {
                let began_at = Instant::now();
                client.get(path, &[(header::COOKIE, &server.cookie)]).await?;
                if round >= WARMING_ROUNDS {
                    samples.push(micros(began_at.elapsed()));
                }
            }
        }
        let aims = [*aim, Aim::P99Max(P99_US_MAX)];
        report.add_with(&format!("{title}, {name}"), "µs", &figure, Some(("its first page", &baseline)), &aims, None);
    }
    Ok(())
}

fn request(limit: usize, after: Option<String>) -> PageRequest {
    PageRequest { limit: u32::try_from(limit).unwrap_or(u32::MAX), after }
}

async fn customers_before(reader: &Reader, sort: CustomerSort, page: usize) -> Result<String> {
    walk(page, async |limit, after| {
        let page = reader.customers(&CustomerFilter::default(), sort, &request(limit, after)).await?;
        Ok((page.rows.len(), page.next))
    })
    .await
}

async fn transactions_before(reader: &Reader, page: usize) -> Result<String> {
    walk(page, async |limit, after| {
        let page = reader.transactions(&TransactionFilter::default(), &request(limit, after)).await?;
        Ok((page.rows.len(), page.next))
    })
    .await
}

/// With what key the page after so many begins.
async fn walk(
    page: usize,
    stride: impl AsyncFn(usize, Option<String>) -> Result<(usize, Option<String>)>,
) -> Result<String> {
    let mut left = page.saturating_sub(1) * ROWS;
    let mut after = None;
    while left > 0 {
        let (rows, next) = stride(left.min(STRIDE), after).await?;
        left -= rows.min(left);
        after = Some(next.context("there are enough rows for a deep page")?);
    }
    after.context("there is a page before the deep one")
}
