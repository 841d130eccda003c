//! The list as CSV: the same filters, all rows, page by page, so that a million rows take no more memory than a page.

use axum::{
    Extension,
    body::{Body, Bytes},
    extract::RawQuery,
    response::{IntoResponse, Redirect, Response},
};
use futures::stream;
use http::{
    HeaderValue,
    header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE},
};
use service::{CustomerFilter, CustomerRow, CustomerSort, PageRequest, Purser, Reader, Session, csv};

use super::files::told;
use crate::{
    customers::list_query::{ColumnKey, ListQuery},
    error::chain,
    routes,
    ui::format,
};

/// Rows read at once.
const ROWS_AT_ONCE: u32 = 1_000;

/// Where the export stands.
enum Progress {
    /// After this key; nothing before the first page.
    After(Option<String>),
    Done,
}

struct Export {
    reader: Reader,
    filter: CustomerFilter,
    sort: CustomerSort,
    is_organisation_suspended: bool,
    progress: Progress,
}

/// `GET /customers.csv` with the parameters of the list.
pub async fn export(
    Extension(purser): Extension<Purser>,
    session: Option<Extension<Session>>,
    RawQuery(query): RawQuery,
) -> Response {
    let Some(Extension(session)) = session else {
        return Redirect::to(&routes::sign_in(routes::CUSTOMERS)).into_response();
    };
    let query = query_of(query.as_deref().unwrap_or_default());
    let Ok(filter) = query.filter() else { return Redirect::to(&query.href(routes::CUSTOMERS)).into_response() };
    let export = Export {
        reader: purser.reader(&session.authority),
        filter,
        sort: CustomerSort::from(query.order()),
        is_organisation_suspended: session.organisation.suspended_at.is_some(),
        progress: Progress::After(None),
    };
    // The first page is read before anything is sent, so that a failure still has a status.
    let (first, export) = match export.page().await {
        Ok(page) => page,
        Err(error) => return super::files::problem(&told(&error), ""),
    };
    let rest = stream::try_unfold(export, |export| async move {
        if matches!(export.progress, Progress::Done) {
            return Ok(None);
        }
        export.page().await.map(Some).map_err(|error| {
            tracing::error!(code = error.code(), cause = %chain(&error), "an export broke off");
            std::io::Error::other("the export broke off")
        })
    });
    let body = futures::StreamExt::chain(stream::once(async { Ok::<Bytes, std::io::Error>(first) }), rest);
    let mut response = Response::new(Body::from_stream(body));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present"));
    headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"customers.csv\""));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}

/// The parameters of a query string.
fn query_of(query: &str) -> ListQuery {
    ListQuery::read(|name| {
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    })
}

impl Export {
    /// The next page as CSV, with the header in front of the first.
    async fn page(mut self) -> Result<(Bytes, Self), service::Error> {
        let after = match std::mem::replace(&mut self.progress, Progress::Done) {
            Progress::After(after) => after,
            Progress::Done => return Ok((Bytes::new(), self)),
        };
        let is_first = after.is_none();
        let page = self.reader.customers(&self.filter, self.sort, &PageRequest { limit: ROWS_AT_ONCE, after }).await?;
        let text = written(&page.rows, is_first, self.is_organisation_suspended).map_err(service::Error::Internal)?;
        if page.next.is_some() {
            self.progress = Progress::After(page.next);
        }
        Ok((Bytes::from(text), self))
    }
}

fn written(
    rows: &[CustomerRow],
    is_first: bool,
    is_organisation_suspended: bool,
) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
    let header = is_first
        .then(|| ColumnKey::ALL.map(ColumnKey::label).into_iter().chain(["Reference"]).map(str::to_owned).collect());
    let records = rows.iter().map(|row| {
        let is_active = row.status == domain::standing::Status::Approved && !is_organisation_suspended;
        vec![
            row.id.to_string(),
            row.customer_type.code().to_owned(),
            csv::harmless(row.name.clone()),
            is_active.to_string(),
            row.status.code().to_owned(),
            row.is_enabled.to_string(),
            row.is_wallet_ready.to_string(),
            format::machine(row.created_at),
            csv::harmless(row.reference.clone().unwrap_or_default()),
        ]
    });
    csv::write(&header.into_iter().chain(records).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_stands_once() {
        let first = String::from_utf8(written(&[], true, false).unwrap()).unwrap();
        assert_eq!(
            first,
            "Customer ID,Customer Type,Customer Name,Is Active,Status,Is Enabled,Is Wallet Ready,Created At,Reference\r\n"
        );
        assert!(written(&[], false, false).unwrap().is_empty());
    }
}
