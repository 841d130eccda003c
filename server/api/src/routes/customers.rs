//! One customer: create, show, change, delete, switch, and its review.

use axum::{Json, http::StatusCode, response::Response};
use domain::{fault::FieldError, id::CustomerId, input::CustomerInput};
use serde_json::Value;

use super::{BASE, Id};
use crate::{
    auth::Caller,
    idempotency::{Made, Once, content_of},
    json::{self, JsonObject, MergePatch, NoBody},
    merge_patch::merged,
    models::{self, Customer, READ_ONLY_FIELDS, Review},
    problem::Problem,
    query::NoQuery,
};

/// Create a customer
///
/// Only the name is needed; everything else may come later. When nothing is missing any more the review starts by
/// itself. Off for a new organisation until the operator switches `customer_creation` on.
#[utoipa::path(
    post, path = "/customers", operation_id = "create_customer", tag = "Customers", request_body = models::CustomerInput,
    responses((status = 201, description = "The new customer.", body = Customer, headers(("Location" = String, description = "Where it is.")))),
)]
pub async fn create(caller: Caller, _: NoQuery, once: Once, JsonObject(body): JsonObject) -> Result<Response, Problem> {
    refuse_read_only(&body)?;
    let content = content_of(&body);
    // `null` means absent, as it does in a change: the body is a change of nothing.
    let input: CustomerInput = json::read(merged(Value::Null, body))?;
    once.run(&caller, &content, async |editor| {
        let customer = editor.create_customer(&input).await?;
        Made::created(
            format!("{BASE}/customers/{}", customer.id),
            &Customer::of(&customer, &editor.organisation().await?),
        )
    })
    .await
}

/// Show a customer
#[utoipa::path(
    get, path = "/customers/{id}", operation_id = "show_customer", tag = "Customers", params(("id" = String, Path, description = "`customer_…`")),
    responses((status = 200, description = "The customer.", body = Customer)),
)]
pub async fn show(caller: Caller, _: NoQuery, Id(id): Id<CustomerId>) -> Result<Json<Customer>, Problem> {
    let reader = caller.reader();
    Ok(Json(Customer::of(&reader.customer(id).await?, &reader.organisation().await?)))
}

/// Change a customer
///
/// A JSON merge patch (RFC 7396): what is named is replaced, `null` removes, what is left out stays, lists are replaced
/// whole. Past `PENDING_INFO` nothing mandatory can be removed. A change of what identifies an `APPROVED` customer is
/// reviewed again.
#[utoipa::path(
    patch, path = "/customers/{id}", operation_id = "change_customer", tag = "Customers", params(("id" = String, Path, description = "`customer_…`")),
    request_body(content((models::CustomerInput = "application/merge-patch+json"), (models::CustomerInput = "application/json"))),
    responses((status = 200, description = "The customer as it is now.", body = Customer)),
)]
pub async fn change(
    caller: Caller,
    _: NoQuery,
    Id(id): Id<CustomerId>,
    MergePatch(patch): MergePatch,
) -> Result<Json<Customer>, Problem> {
    let editor = caller.editor()?;
    refuse_read_only(&patch)?;
    let customer = editor
        .change_customer(id, |current| {
            let current = serde_json::to_value(current)
                .map_err(|error| Problem::from(service::Error::Internal(Box::new(error))))?;
            json::read::<CustomerInput>(merged(current, patch.clone()))
        })
        .await?;
    Ok(Json(Customer::of(&customer, &editor.organisation().await?)))
}

/// Delete a customer
///
/// Refused while any balance is not zero. The record stays for the law's sake and is shown no more.
#[utoipa::path(
    delete, path = "/customers/{id}", operation_id = "delete_customer", tag = "Customers", params(("id" = String, Path, description = "`customer_…`")),
    responses((status = 204, description = "Deleted.")),
)]
pub async fn delete(caller: Caller, _: NoQuery, Id(id): Id<CustomerId>) -> Result<StatusCode, Problem> {
    caller.editor()?.delete_customer(id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Enable a customer
///
/// Enabling one that is enabled changes nothing.
#[utoipa::path(
    post, path = "/customers/{id}/enable", operation_id = "enable_customer", tag = "Customers", params(("id" = String, Path, description = "`customer_…`")),
    responses((status = 200, description = "The customer as it is now.", body = Customer)),
)]
pub async fn enable(
    caller: Caller,
    _: NoQuery,
    Id(id): Id<CustomerId>,
    once: Once,
    _: NoBody,
) -> Result<Response, Problem> {
    once.run(&caller, b"", async |editor| {
        let customer = editor.enable_customer(id).await?;
        Made::done(&Customer::of(&customer, &editor.organisation().await?))
    })
    .await
}

/// Disable a customer
///
/// Money for a disabled customer is rejected. Disabling one that is disabled changes nothing.
#[utoipa::path(
    post, path = "/customers/{id}/disable", operation_id = "disable_customer", tag = "Customers", params(("id" = String, Path, description = "`customer_…`")),
    responses((status = 200, description = "The customer as it is now.", body = Customer)),
)]
pub async fn disable(
    caller: Caller,
    _: NoQuery,
    Id(id): Id<CustomerId>,
    once: Once,
    _: NoBody,
) -> Result<Response, Problem> {
    once.run(&caller, b"", async |editor| {
        let customer = editor.disable_customer(id).await?;
        Made::done(&Customer::of(&customer, &editor.organisation().await?))
    })
    .await
}

/// Show the review of a customer
///
/// The checks of the last review, each with its outcome and what it looked at. None before the first review.
#[utoipa::path(
    get, path = "/customers/{id}/review", operation_id = "show_customer_review", tag = "Customers", params(("id" = String, Path, description = "`customer_…`")),
    responses((status = 200, description = "The last review.", body = Review)),
)]
pub async fn review(caller: Caller, _: NoQuery, Id(id): Id<CustomerId>) -> Result<Json<Review>, Problem> {
    let reader = caller.reader();
    Ok(Json(Review::of(&reader.customer(id).await?, reader.review(id).await?)))
}

fn refuse_read_only(body: &Value) -> Result<(), Problem> {
    let is_given = |name: &str| body.get(name).is_some();
    let errors: Vec<FieldError> = READ_ONLY_FIELDS
        .iter()
        .filter(|(name, _)| is_given(name))
        .map(|(name, instead)| FieldError::new(*name, "read_only", format!("Remove this. {instead}")))
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(errors)) }
}
