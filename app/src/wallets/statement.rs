//! A wallet's statement as a file, sent while it is read.

use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{Path, Query},
    response::{IntoResponse, Redirect, Response},
};
use chrono::{DateTime, Days, NaiveTime, Utc};
use domain::{fault::FieldError, id::WalletId, input::parse_date};
use futures::{StreamExt as _, stream};
use http::{
    HeaderName, HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
};
use serde::Deserialize;
use service::{Error, Purser, Session, StatementFile, StatementFormat};

use crate::{error::chain, routes};

/// What the form on the wallet's page sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct StatementQuery {
    from: String,
    to: String,
    format: String,
}

/// `GET /wallets/{id}/statement?from=&to=&format=`: days that both belong to the period, and `pdf`, `csv`, `xlsx` or `xml`.
pub async fn statement(
    Extension(purser): Extension<Purser>,
    session: Option<Extension<Session>>,
    Path(id): Path<String>,
    Query(query): Query<StatementQuery>,
) -> Response {
    let Some(Extension(session)) = session else {
        return Redirect::to(&routes::sign_in(&routes::wallet(&id))).into_response();
    };
    match begin(&purser, &session, &id, &query).await {
        Ok(response) => response,
        Err(error) => refused(&error),
    }
}

async fn begin(purser: &Purser, session: &Session, id: &str, query: &StatementQuery) -> Result<Response, Error> {
    let wallet_id: WalletId = id.parse().map_err(|_| Error::NotFound)?;
    let (from, before, format) = read(query).map_err(Error::Invalid)?;
    let statement = purser.reader(&session.authority).statement(wallet_id, from, before).await?;
    let name = statement.head().file_name(format);
    let mut file = statement.into_file(format)?;
    // The first part is read before anything is sent, so that a failure still has a status.
    let first = file.next().await?.unwrap_or_default();
    let rest = stream::try_unfold(file, |mut file: StatementFile| async move {
        let part = file.next().await.map_err(|error| {
            tracing::error!(code = error.code(), cause = %chain(&error), "a statement was cut off");
            std::io::Error::other("the statement was cut off")
        })?;
        Ok(part.map(|bytes| (Bytes::from(bytes), file)))
    });
    let body = stream::once(async { Ok::<_, std::io::Error>(Bytes::from(first)) }).chain(rest);
    let mut response = Response::new(Body::from_stream(body));
    let mut set = |header: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(header, value);
        }
    };
    set(CONTENT_TYPE, format.content_type());
    set(CONTENT_DISPOSITION, &format!("attachment; filename=\"{name}\""));
    set(CACHE_CONTROL, "private, no-store");
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    Ok(response)
}

type Period = (Option<DateTime<Utc>>, Option<DateTime<Utc>>, StatementFormat);

fn read(query: &StatementQuery) -> Result<Period, Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut day = |field: &str, text: &str, days: u64| {
        if text.trim().is_empty() {
            return None;
        }
        let day = parse_date(text).ok().and_then(|day| day.checked_add_days(Days::new(days)));
        if day.is_none() {
            errors.push(FieldError::new(field, "invalid", "Give a day such as 2026-03-25."));
        }
        day.map(|day| day.and_time(NaiveTime::MIN).and_utc())
    };
    let (from, before) = (day("from", &query.from, 0), day("to", &query.to, 1));
    let format =
        if query.format.is_empty() { Some(StatementFormat::Pdf) } else { StatementFormat::from_code(&query.format) };
    match format {
        Some(format) if errors.is_empty() => Ok((from, before, format)),
        Some(_) => Err(errors),
        None => {
            errors.push(FieldError::new("format", "invalid", "Choose pdf, csv, xlsx or xml."));
            Err(errors)
        }
    }
}

/// In words: the browser's own controls send nothing that is refused but a period that ends before it begins.
fn refused(error: &Error) -> Response {
    let status = StatusCode::from_u16(error.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if status.is_server_error() {
        tracing::error!(code = error.code(), cause = %chain(error), "a statement could not be made");
    }
    let text = match error {
        Error::Invalid(errors) => {
            let lines: Vec<String> = errors.iter().map(|error| format!("{}: {}", error.field, error.message)).collect();
            lines.join("\n")
        }
        other => other.to_string(),
    };
    (status, [(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(from: &str, to: &str, format: &str) -> StatementQuery {
        StatementQuery { from: from.into(), to: to.into(), format: format.into() }
    }

    #[test]
    fn both_days_belong_to_the_period() {
        let (from, before, format) = read(&query("2026-03-01", "2026-03-31", "csv")).unwrap();
        assert_eq!(from.unwrap().to_rfc3339(), "2026-03-01T00:00:00+00:00");
        assert_eq!(before.unwrap().to_rfc3339(), "2026-04-01T00:00:00+00:00");
        assert_eq!(format, StatementFormat::Csv);
        assert_eq!(read(&query("", " ", "")).unwrap(), (None, None, StatementFormat::Pdf));
    }

    #[test]
    fn every_wrong_field_is_named() {
        let errors = read(&query("31.3.2026", "9999999-01-01", "doc")).unwrap_err();
        assert_eq!(errors.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), ["from", "to", "format"]);
    }
}
