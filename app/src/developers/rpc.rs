//! What the page for developers asks the server.

use leptos::prelude::*;

use super::view::{DevelopersView, MadeKey};
#[cfg(feature = "ssr")]
use super::view::{KeyLine, NewKeyInput};
use crate::{codec::JsonBody, error::AppError};
#[cfg(feature = "ssr")]
use crate::{cookies, routes, session::Here};

#[server(prefix = "/rpc", endpoint = "developers/page", output = JsonBody)]
pub async fn developers_page(#[server(default)] draft: String) -> Result<DevelopersView, AppError> {
    let here = Here::signed_in()?;
    let read = async {
        let (typed, errors) = here.kept_form::<NewKeyInput>(&draft).await?;
        let keys = here.reader().api_keys().await?;
        Ok(DevelopersView {
            keys: keys.into_iter().map(KeyLine::from).collect(),
            made: here.take_note(cookies::NEW_KEY).map(|secret| MadeKey { secret }),
            typed,
            problems: errors.into_iter().map(Into::into).collect(),
        })
    };
    here.answer(read.await)
}

/// Makes a key. Its secret is in this answer and nowhere else; without script it waits a minute for the next page.
#[server(prefix = "/rpc", endpoint = "developers/create_api_key", output = JsonBody)]
pub async fn create_api_key(#[server(default)] name: String) -> Result<MadeKey, AppError> {
    let here = Here::signed_in()?;
    let made = async { Ok(MadeKey { secret: here.key_manager()?.create_api_key(&name).await?.1 }) };
    let result: Result<MadeKey, service::Error> = made.await;
    if let Ok(made) = &result
        && here.is_plain_form()
    {
        here.leave_note(cookies::NEW_KEY, &made.secret);
        here.then_go_to(routes::DEVELOPERS);
    }
    here.answer_form(routes::DEVELOPERS, &[("name", &name)], result).await
}

#[server(prefix = "/rpc", endpoint = "developers/revoke_api_key", output = JsonBody)]
pub async fn revoke_api_key(#[server(default)] key_id: String) -> Result<(), AppError> {
    let here = Here::signed_in()?;
    let revoke = async {
        let key_id = key_id.parse().map_err(|_| service::Error::NotFound)?;
        here.key_manager()?.revoke_api_key(key_id).await
    };
    let result = revoke.await;
    if result.is_ok() {
        here.then_go_to(routes::DEVELOPERS);
    }
    here.answer(result)
}
