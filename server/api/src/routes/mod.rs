//! The routes under `/api/v1`: who calls, what is read, one verb, what is written.

mod customers;
mod customers_list;
mod deposits;
mod documents;
mod fees;
mod rails;
mod requirements;
mod sandbox;
mod settlements;
mod statements;
mod transactions;
mod transfers;
mod wallets;

use std::str::FromStr;

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{ApiState, openapi, problem::Problem};

/// Where these routes are mounted.
pub const BASE: &str = "/api/v1";

/// Every route, and its place in the reference.
pub fn all() -> OpenApiRouter<ApiState> {
    OpenApiRouter::with_openapi(openapi::frame())
        .routes(routes!(requirements::show))
        .routes(routes!(customers_list::list, customers::create))
        .routes(routes!(customers::show, customers::change, customers::delete))
        .routes(routes!(customers::enable))
        .routes(routes!(customers::disable))
        .routes(routes!(customers::review))
        .routes(routes!(documents::upload))
        .routes(routes!(documents::show))
        .routes(routes!(documents::content))
        .routes(routes!(wallets::list, wallets::issue))
        .routes(routes!(wallets::show))
        .routes(routes!(statements::show))
        .routes(routes!(transactions::list))
        .routes(routes!(transactions::show))
        .routes(routes!(transfers::list, transfers::create))
        .routes(routes!(transfers::show))
        .routes(routes!(transfers::post))
        .routes(routes!(transfers::release))
        .routes(routes!(deposits::list))
        .routes(routes!(deposits::show))
        .routes(routes!(settlements::list))
        .routes(routes!(settlements::show))
        .routes(routes!(settlements::file))
        .routes(routes!(fees::list))
        .routes(routes!(rails::tell))
        .routes(routes!(sandbox::deposit))
        .routes(routes!(sandbox::reverse))
        .routes(routes!(sandbox::review))
}

/// The id in the address. What is no id of that kind is nothing that could be found.
#[derive(Clone, Copy, Debug)]
pub struct Id<T>(pub T);

impl<T: FromStr, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(text) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Problem::not_found())?;
        text.parse().map(Self).map_err(|_| Problem::not_found())
    }
}
