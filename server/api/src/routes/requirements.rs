//! What is mandatory, as data.

use axum::Json;
use domain::{country::Country, customer::CustomerType};

use crate::{
    auth::Caller,
    models::{CustomerRequirements, CustomerTypeWord},
    problem::Problem,
    query::Query,
};

/// The mandatory fields and documents
///
/// They depend on the type of the customer and, for the postal code, on the country of its address. A form can be built
/// from the answer; the same rules decide `is_wallet_ready` and `missing`.
#[utoipa::path(
    get, path = "/customer-requirements", operation_id = "show_customer_requirements", tag = "Customers",
    params(
        ("type" = CustomerTypeWord, Query, description = "A person or a company."),
        ("country" = Option<String>, Query, description = "Country of the address, ISO 3166-1 alpha-2.", example = "AU"),
    ),
    responses((status = 200, description = "What is mandatory.", body = CustomerRequirements)),
)]
pub async fn show(_: Caller, mut query: Query) -> Result<Json<CustomerRequirements>, Problem> {
    let words = CustomerType::ALL.map(|kind| (kind.code(), kind));
    let is_given = query.text("type").is_some();
    let customer_type = query.word("type", &words);
    if !is_given {
        query.fault("type", "required", "Choose individual or company");
    }
    let country = query.value("country", Country::parse);
    query.finish()?;
    let customer_type =
        customer_type.ok_or_else(|| Problem::field("type", "required", "Choose individual or company"))?;
    Ok(Json(CustomerRequirements::of(customer_type, country)))
}
