//! Statements of a wallet, as JSON or as a file, sent while they are read.

use axum::{
    body::{Body, Bytes},
    http::{
        HeaderMap, HeaderName, HeaderValue,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE, VARY, X_CONTENT_TYPE_OPTIONS},
    },
    response::Response,
};
use domain::id::WalletId;
use futures::{StreamExt as _, stream};
use service::{StatementFile, StatementFormat, WalletStatement};

use super::Id;
use crate::{
    accept,
    answer::chain,
    auth::Caller,
    models::Statement,
    problem::Problem,
    query::{Edge, Query},
};

const CAMT_053: StatementFormat = StatementFormat::Camt053;
/// JSON, which is no file, and the files.
const OFFERED: [(&str, Option<StatementFormat>); 6] = [
    ("application/json", None),
    (StatementFormat::Pdf.media_type(), Some(StatementFormat::Pdf)),
    (StatementFormat::Csv.media_type(), Some(StatementFormat::Csv)),
    (StatementFormat::Xlsx.media_type(), Some(StatementFormat::Xlsx)),
    (CAMT_053.media_type(), Some(CAMT_053)),
    ("text/xml", Some(CAMT_053)),
];

/// Show a wallet's statement
///
/// Every movement of a period between its two balances, in the format that `Accept` names: JSON, PDF, CSV, XLSX, or ISO
/// 20022 camt.053.001.08 as XML. What moves while it is read is not in it.
#[utoipa::path(
    get, path = "/wallets/{id}/statement", operation_id = "show_wallet_statement", tag = "Wallets",
    params(
        ("id" = String, Path, description = "`wallet_…`"),
        ("from" = Option<String>, Query, description = "From this day or time on, UTC; from the wallet's issue when absent.", example = "2026-03-01"),
        ("to" = Option<String>, Query, description = "To the end of this day or to before this time, UTC; to now when absent.", example = "2026-03-31"),
    ),
    responses(
        (status = 200, description = "The statement.", content(
            (Statement = "application/json"), (String = "application/pdf"), (String = "text/csv"),
            (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (String = "application/xml"),
        )),
    ),
)]
pub async fn show(
    caller: Caller,
    mut query: Query,
    Id(id): Id<WalletId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (from, before) = (query.moment("from", Edge::Begin), query.moment("to", Edge::End));
    query.finish()?;
    let Some(format) = accept::wanted(&headers, &OFFERED) else {
        let all: Vec<&str> = OFFERED.iter().map(|(media_type, _)| *media_type).collect();
        return Err(Problem::new("not_acceptable", format!("Accept one of {}.", all.join(", "))));
    };
    let statement = caller.reader().statement(id, from, before).await?;
    let name = format.map(|format| statement.head().file_name(format));
    let parts = match format {
        None => Parts::Json(Box::new(statement), Place::Begin),
        Some(format) => Parts::File(Box::new(statement.into_file(format)?)),
    };
    // The first part is read before anything is sent, so that a failure still has a status.
    let (first, rest) = parts.next().await?.unwrap_or_default();
    let rest = stream::try_unfold(rest, |parts| async move {
        match parts {
            Some(parts) => parts.next().await.inspect_err(|error| {
                tracing::error!(code = error.code(), cause = chain(error), "a statement was cut off");
            }),
            None => Ok(None),
        }
    });
    let body = stream::once(async { Ok::<_, service::Error>(first) }).chain(rest);
    let mut response = Response::new(Body::from_stream(body));
    let mut set = |header: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(header, value);
        }
    };
    set(CONTENT_TYPE, format.map_or("application/json", StatementFormat::content_type));
    set(VARY, "Accept");
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    if let Some(name) = name {
        set(CONTENT_DISPOSITION, &format!("attachment; filename=\"{name}\""));
    }
    Ok(response)
}

enum Parts {
    Json(Box<WalletStatement>, Place),
    File(Box<StatementFile>),
}

/// How far the JSON has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Begin,
    First,
    Later,
}

impl Parts {
    /// The next part and what remains; nothing at the end.
    async fn next(self) -> Result<Option<(Bytes, Option<Self>)>, service::Error> {
        match self {
            Self::File(mut file) => Ok(file.next().await?.map(|bytes| (Bytes::from(bytes), Some(Self::File(file))))),
            Self::Json(statement, Place::Begin) => {
                let bytes = Statement::begin(statement.head()).map_err(internal)?;
                Ok(Some((bytes.into(), Some(Self::Json(statement, Place::First)))))
            }
            Self::Json(mut statement, place) => {
                let lines = statement.next().await?;
                if lines.is_empty() {
                    return Ok(Some((Statement::end().into(), None)));
                }
                let bytes = Statement::lines(place == Place::First, lines).map_err(internal)?;
                Ok(Some((bytes.into(), Some(Self::Json(statement, Place::Later)))))
            }
        }
    }
}

fn internal(error: serde_json::Error) -> service::Error {
    service::Error::Internal(Box::new(error))
}
