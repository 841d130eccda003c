//! What the pages of settings ask the server.

use leptos::prelude::*;

use super::view::{AuditQuery, AuditView};
use crate::{codec::JsonBody, error::AppError};
#[cfg(feature = "ssr")]
use crate::{paging, session::Here};

#[server(prefix = "/rpc", endpoint = "settings/audit_trail", output = JsonBody)]
pub async fn audit_trail_page(query: AuditQuery) -> Result<AuditView, AppError> {
    let here = Here::signed_in()?;
    let read = async {
        let object_id = (!query.object_id.is_empty()).then_some(query.object_id.as_str());
        let after = (!query.cursor.is_empty()).then(|| query.cursor.clone());
        let page = here.reader().audit_trail(object_id, &service::PageRequest { limit: paging::ROWS, after }).await?;
        let rows = page.rows.into_iter().map(|row| super::view::AuditLine::of(row, &here.session));
        Ok(AuditView { rows: rows.collect(), next: page.next })
    };
    here.answer(read.await)
}
