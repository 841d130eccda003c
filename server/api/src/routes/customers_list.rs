//! The listing of customers.

use axum::Json;
use domain::{customer::CustomerType, fault::FieldFault, standing::Status};
use service::{CustomerFilter, CustomerSort, Page};

use crate::{
    auth::Caller,
    models::{Customer, CustomerTypeWord},
    paging::{List, Paging},
    problem::Problem,
    query::{Edge, Query},
};

const SORTS: [(&str, CustomerSort); 4] = [
    ("-created_at", CustomerSort::Newest),
    ("created_at", CustomerSort::Oldest),
    ("name", CustomerSort::Name),
    ("-name", CustomerSort::NameDescending),
];
const Q_CHARS_MAX: usize = 200;

/// List customers
///
/// Newest first unless `sort` says otherwise. `q` finds words of three characters or more anywhere, shorter ones where a
/// word begins; all have to be found.
#[utoipa::path(
    get, path = "/customers", operation_id = "list_customers", tag = "Customers",
    params(
        ("q" = Option<String>, Query, description = "Words in the name, the reference, the e-mail or the id.", example = "marlowe"),
        ("status" = Option<String>, Query, description = "`PENDING_INFO`, `UNDER_REVIEW`, `APPROVED` or `SUSPENDED`; `ACTIVE` means `APPROVED`.", example = "APPROVED"),
        ("type" = Option<CustomerTypeWord>, Query, description = "A person or a company."),
        ("is_enabled" = Option<bool>, Query, description = "Your own switch."),
        ("is_wallet_ready" = Option<bool>, Query, description = "Whether nothing is missing."),
        ("created_from" = Option<String>, Query, description = "Created then or later: a time (RFC 3339) or a day.", example = "2026-03-01"),
        ("created_to" = Option<String>, Query, description = "Created before that time, or on that day at the latest.", example = "2026-03-31"),
        ("sort" = Option<String>, Query, description = "`-created_at` (the default), `created_at`, `name` or `-name`.", example = "name"),
        ("limit" = Option<u32>, Query, description = "How many, 1 to 200; 25 when absent.", minimum = 1, maximum = 200, example = 25),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before; good for the same filters only."),
    ),
    responses((status = 200, description = "A page of customers.", body = List<Customer>)),
)]
pub async fn list(caller: Caller, mut query: Query) -> Result<Json<List<Customer>>, Problem> {
    let filter = filter(&mut query);
    let sort = query.word("sort", &SORTS).unwrap_or_default();
    let paging = Paging::read(&mut query, "customers");
    query.finish()?;
    let reader = caller.reader();
    let Page { rows, next } = reader.customers(&filter, sort, &paging.request).await?;
    let organisation = reader.organisation().await?;
    let mut customers = Vec::with_capacity(rows.len());
    for row in rows {
        match reader.customer(row.id).await {
            Ok(customer) => customers.push(customer),
            // Deleted since the page was read.
            Err(service::Error::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Json(paging.list(Page { rows: customers, next }, |customer| Customer::of(&customer, &organisation))))
}

fn filter(query: &mut Query) -> CustomerFilter {
    let types = CustomerType::ALL.map(|kind| (kind.code(), kind));
    CustomerFilter {
        q: query.value("q", search),
        status: query.value("status", |text| {
            let words = || Status::ALL.map(Status::code).join(", ");
            Status::from_filter(text).ok_or_else(|| FieldFault::new("invalid", format!("Choose one of {}", words())))
        }),
        customer_type: query.word("type", &types),
        is_enabled: query.flag("is_enabled"),
        is_wallet_ready: query.flag("is_wallet_ready"),
        created_from: query.moment("created_from", Edge::Begin),
        created_to: query.moment("created_to", Edge::End),
    }
}

/// A text to search for, of a bounded length.
pub(super) fn search(text: &str) -> Result<String, FieldFault> {
    if text.chars().count() > Q_CHARS_MAX {
        return Err(FieldFault::new("too_long", format!("Keep to {Q_CHARS_MAX} characters")));
    }
    Ok(text.to_owned())
}
