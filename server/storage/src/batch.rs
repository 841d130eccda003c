//! Many rows for one table, written the quickest way that each engine has and that keeps the rules of the table: lists of
//! rows in the embedded database, `COPY` on PostgreSQL.

use std::fmt::Write as _;

use crate::{
    Error,
    sql::{Conn, Driver, QueryBuilder, Value},
};

/// Values in a statement, of which the embedded database takes 32,766.
const VALUES_MAX: usize = 18_000;
/// Sent to a server at a time.
const PORTION_BYTES: usize = 256 * 1024;

/// Rows of one table, in the order in which they are written.
pub(crate) struct Batch<'q> {
    table: &'static str,
    columns: &'static [&'static str],
    values: Vec<Value<'q>>,
}

/// One row, value by value.
pub(crate) struct RowOf<'b, 'q>(&'b mut Vec<Value<'q>>);

impl<'q> Batch<'q> {
    pub(crate) const fn new(table: &'static str, columns: &'static [&'static str]) -> Self {
        Self { table, columns, values: Vec::new() }
    }

    /// Adds a row: `fill` pushes one value for each column.
    pub(crate) fn push(&mut self, fill: impl FnOnce(RowOf<'_, 'q>)) {
        fill(RowOf(&mut self.values));
        debug_assert!(
            self.values.len().is_multiple_of(self.columns.len()),
            "a row of {} has other columns",
            self.table
        );
    }

    /// Writes all rows.
    pub(crate) async fn write(self, conn: &mut Conn<'_>) -> Result<(), Error> {
        if self.values.is_empty() {
            return Ok(());
        }
        if conn.is_postgres() { self.copy(conn).await } else { self.insert(conn).await }
    }

    async fn insert(self, conn: &mut Conn<'_>) -> Result<(), Error> {
        let (table, columns) = (self.table, self.columns.join(", "));
        let width = self.columns.len();
        let mut values = self.values.into_iter();
        let rows_max = VALUES_MAX / width;
        let mut rows_left = values.len() / width;
        while rows_left > 0 {
            let rows = rows_left.min(rows_max);
            rows_left -= rows;
            let mut insert = QueryBuilder::of_many_values(format!("INSERT INTO {table} ({columns}) "), conn);
            insert.push_values(0..rows, |mut row, _| {
                for value in values.by_ref().take(width) {
                    row.push_bind(value);
                }
            });
            insert.build().execute(conn).await?;
        }
        Ok(())
    }

    async fn copy(self, conn: &mut Conn<'_>) -> Result<(), Error> {
        let statement = format!("COPY {} ({}) FROM STDIN", self.table, self.columns.join(", "));
        let mut text = String::new();
        let mut portions = Vec::new();
        for row in self.values.chunks(self.columns.len()) {
            for (at, value) in row.iter().enumerate() {
                if at > 0 {
                    text.push('\t');
                }
                push_value(value, &mut text);
            }
            text.push('\n');
            if text.len() >= PORTION_BYTES {
                portions.push(std::mem::take(&mut text));
            }
        }
        portions.push(text);
        let Driver::Postgres(connection) = &mut conn.driver else { return Ok(()) };
        let copied = async {
            let mut copy = connection.copy_in_raw(&statement).await?;
            for portion in portions {
                copy.send(portion.into_bytes()).await?;
            }
            copy.finish().await
        };
        let copied = Box::pin(copied).await;
        conn.note(copied).map(drop)
    }
}

impl<'q> RowOf<'_, 'q> {
    pub(crate) fn bind(self, value: impl Into<Value<'q>>) -> Self {
        self.0.push(value.into());
        self
    }
}

/// A value in the text format of `COPY`.
fn push_value(value: &Value<'_>, line: &mut String) {
    // Writing to a text cannot fail, here and below.
    let _ = match value {
        Value::Integer(Some(number)) => write!(line, "{number}"),
        Value::Boolean(truth) => write!(line, "{}", if *truth { 't' } else { 'f' }),
        Value::Id(Some(id)) => write!(line, "{id}"),
        Value::Text(Some(text)) => {
            push_text(text, line);
            Ok(())
        }
        Value::Bytes(Some(bytes)) => {
            push_bytes(bytes, line);
            Ok(())
        }
        Value::Integer(None) | Value::Id(None) | Value::Text(None) | Value::Bytes(None) => write!(line, "\\N"),
    };
}

/// A text in the text format of `COPY`. A server refuses the character U+0000 in any form.
pub(crate) fn push_text(text: &str, line: &mut String) {
    for c in text.chars() {
        line.push_str(match c {
            '\u{8}' => "\\b",
            '\t' => "\\t",
            '\n' => "\\n",
            '\u{b}' => "\\v",
            '\u{c}' => "\\f",
            '\r' => "\\r",
            '\\' => "\\\\",
            c => {
                line.push(c);
                continue;
            }
        });
    }
}

/// Bytes in the text format of `COPY`.
pub(crate) fn push_bytes(bytes: &[u8], line: &mut String) {
    line.push_str("\\\\x");
    for byte in bytes {
        let _ = write!(line, "{byte:02x}");
    }
}
