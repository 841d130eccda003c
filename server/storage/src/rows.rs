//! The questions that can be asked of the database, and the small readers that all of them use.
//!
//! The questions themselves stand beside the writes of the same objects, one module each.

use chrono::{DateTime, Utc};
use domain::{fault::FieldFault, money::Currency};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    Error,
    sql::{Conn, Row},
};

/// The questions that can be asked, over one connection.
pub struct Rows<'a>(pub(crate) Conn<'a>);

/// A moment as it is stored.
pub(crate) fn millis(at: DateTime<Utc>) -> i64 {
    at.timestamp_millis()
}

/// A stored moment.
pub(crate) fn moment(row: &Row, column: &'static str) -> Result<DateTime<Utc>, Error> {
    let millis: i64 = row.try_get(column)?;
    DateTime::from_timestamp_millis(millis).ok_or_else(|| Error::corrupt(column, millis))
}

/// A stored moment that may be absent.
pub(crate) fn moment_maybe(row: &Row, column: &'static str) -> Result<Option<DateTime<Utc>>, Error> {
    let millis: Option<i64> = row.try_get(column)?;
    millis.map(|ms| DateTime::from_timestamp_millis(ms).ok_or_else(|| Error::corrupt(column, ms))).transpose()
}

/// A stored id.
pub(crate) fn id<T>(row: &Row, column: &'static str, make: impl Fn(Uuid) -> T) -> Result<T, Error> {
    Ok(make(row.try_get::<Uuid, _>(column)?))
}

/// A stored id that may be absent.
pub(crate) fn id_maybe<T>(row: &Row, column: &'static str, make: impl Fn(Uuid) -> T) -> Result<Option<T>, Error> {
    Ok(row.try_get::<Option<Uuid>, _>(column)?.map(make))
}

/// A stored word of a fixed list.
pub(crate) fn word<T>(row: &Row, column: &'static str, read: impl Fn(&str) -> Option<T>) -> Result<T, Error> {
    let code: String = row.try_get(column)?;
    read(&code).ok_or_else(|| Error::corrupt(column, code))
}

/// A stored currency.
pub(crate) fn currency(row: &Row, column: &'static str) -> Result<Currency, Error> {
    let code: String = row.try_get(column)?;
    Currency::parse(&code).map_err(|fault: FieldFault| Error::corrupt(column, fault))
}

/// A stored JSON value.
pub(crate) fn json<T: DeserializeOwned>(row: &Row, column: &'static str) -> Result<T, Error> {
    let text: String = row.try_get(column)?;
    serde_json::from_str(&text).map_err(|error| Error::corrupt(column, error))
}

/// A value as JSON text.
pub(crate) fn to_json<T: Serialize>(what: &'static str, value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::corrupt(what, error))
}
