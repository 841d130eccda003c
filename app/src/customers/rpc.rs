//! What the pages about customers ask the server.

use leptos::prelude::*;

use super::{
    form::FormValues,
    list_query::ListQuery,
    model::{CustomerDetail, CustomerList, FormModel, Live, Saved},
};
use crate::{codec::JsonBody, error::AppError};
#[cfg(feature = "ssr")]
use crate::{customers::server, routes, session::Here};

/// A page of the list.
#[server(prefix = "/rpc", endpoint = "read_customers", input = JsonBody, output = JsonBody)]
pub async fn read_customers(query: ListQuery) -> Result<CustomerList, AppError> {
    let here = Here::signed_in()?;
    here.answer(server::read::list(&here.reader(), &here.session, &query).await)
}

/// What the form starts with. `draft` names a refused one, which is shown again.
#[server(prefix = "/rpc", endpoint = "read_customer_form", input = JsonBody, output = JsonBody)]
pub async fn read_customer_form(id: Option<String>, draft: String) -> Result<FormModel, AppError> {
    let here = Here::signed_in()?;
    let model = match here.editor() {
        Ok(editor) => server::read::form(&editor, here.purser.today(), id.as_deref(), &draft).await,
        Err(error) => Err(error),
    };
    here.answer(model)
}

/// Creates the customer that the form describes, or changes the one with `id`.
#[server(prefix = "/rpc", endpoint = "save_customer", input = JsonBody, output = JsonBody)]
pub async fn save_customer(id: Option<String>, values: FormValues) -> Result<Saved, AppError> {
    let here = Here::signed_in()?;
    let saved = match here.editor() {
        Ok(editor) => server::submit::save(&editor, id.as_deref(), &values.sifted()).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(id) => Ok(Saved::Done { id }),
        Err(service::Error::Invalid(errors)) => Ok(Saved::Refused { errors }),
        Err(error) => here.answer(Err(error)),
    }
}

/// One customer with everything about it.
#[server(prefix = "/rpc", endpoint = "read_customer", input = JsonBody, output = JsonBody)]
pub async fn read_customer(id: String) -> Result<CustomerDetail, AppError> {
    let here = Here::signed_in()?;
    here.answer(server::read::detail(&here.reader(), &here.session, &id).await)
}

/// What changes while somebody looks at a customer.
#[server(prefix = "/rpc", endpoint = "follow_customer", input = JsonBody, output = JsonBody)]
pub async fn follow_customer(id: String) -> Result<Live, AppError> {
    let here = Here::signed_in()?;
    here.answer(server::read::live(&here.reader(), &here.session, &id).await)
}

/// Turns the merchant's switch on.
#[server(prefix = "/rpc", endpoint = "enable_customer", output = JsonBody)]
pub async fn enable_customer(id: String) -> Result<Live, AppError> {
    let here = Here::signed_in()?;
    let live = server::submit::switch(&here, &id, true).await;
    here.answer(live)
}

/// Turns the merchant's switch off.
#[server(prefix = "/rpc", endpoint = "disable_customer", output = JsonBody)]
pub async fn disable_customer(id: String) -> Result<Live, AppError> {
    let here = Here::signed_in()?;
    let live = server::submit::switch(&here, &id, false).await;
    here.answer(live)
}

/// Deletes a customer, and goes back to the list.
#[server(prefix = "/rpc", endpoint = "delete_customer", output = JsonBody)]
pub async fn delete_customer(id: String) -> Result<(), AppError> {
    let here = Here::signed_in()?;
    let deleted = server::submit::delete(&here, &id).await;
    if deleted.is_ok() {
        here.then_go_to(routes::CUSTOMERS);
    }
    here.answer(deleted)
}
