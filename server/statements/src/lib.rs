//! Statements of a wallet as files: CSV, XLSX, ISO 20022 camt.053 and PDF.
//!
//! Whoever has the lines hands them over in portions, oldest first, and sends on what comes back: however many lines
//! there are, no more than a portion is kept. A statement adds up or it is broken off: the opening balance and the lines
//! are the closing balance. Nothing here reads a file or a database.

#![expect(clippy::missing_errors_doc, reason = "one error, and it says what it is")]

mod camt;
pub mod csv;
mod lines;
mod pdf;
mod xlsx;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::{
    account_number::AccountNumber,
    id::WalletId,
    money::{Currency, Money},
    wallet::{TransactionType, WalletTransaction},
};

use crate::{lines::Line, pdf::Pdf, xlsx::Xlsx};

/// What a statement is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people, and for print.
    Pdf,
    /// For any program that reads tables.
    Csv,
    /// For spreadsheets.
    Xlsx,
    /// camt.053.001.08, for accounting programs.
    Camt053,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Pdf, Self::Csv, Self::Xlsx, Self::Camt053];

    /// The word for programs, which is the ending of the file's name too.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Camt053 => "xml",
        }
    }

    /// The media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Csv => "text/csv",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Camt053 => "application/xml",
        }
    }

    /// The media type with what belongs to it, for a header.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            other => other.media_type(),
        }
    }

    /// The format of a word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.code() == code)
    }
}

/// What stands above the lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Who makes the statement.
    pub organisation: String,
    /// Whose money it is.
    pub holder: String,
    /// Of which wallet.
    pub wallet_id: WalletId,
    /// The numbers whose money reaches the wallet.
    pub accounts: Vec<AccountNumber>,
    /// Where the period begins.
    pub from: DateTime<Utc>,
    /// Where it ends: this moment does not belong to it.
    pub before: DateTime<Utc>,
    /// What was posted before the period.
    pub opening: Money,
    /// What was posted by its end, or by now where it has not ended.
    pub closing: Money,
    /// When the statement was made.
    pub made_at: DateTime<Utc>,
}

impl Head {
    /// Its currency.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.opening.currency()
    }

    /// The day on which the period begins, in UTC.
    #[must_use]
    pub fn first_day(&self) -> NaiveDate {
        self.from.date_naive()
    }

    /// The last day that belongs to it.
    #[must_use]
    pub fn last_day(&self) -> NaiveDate {
        self.last_moment().date_naive()
    }

    /// The last moment that belongs to it.
    #[must_use]
    pub fn last_moment(&self) -> DateTime<Utc> {
        self.before.checked_sub_signed(TimeDelta::milliseconds(1)).unwrap_or(self.before).max(self.from)
    }

    /// A name for the file, without anything personal.
    #[must_use]
    pub fn file_name(&self, format: Format) -> String {
        format!("statement-{}-{}-{}.{}", self.wallet_id, self.first_day(), self.last_day(), format.code())
    }
}

/// Why there is no statement.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// Lines and balances contradict each other.
    #[error("the opening balance and the lines are not the closing balance")]
    DoesNotAddUp,
    /// A file could not be put together.
    #[error("the file could not be written")]
    Unwritten(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A statement while it is written.
#[derive(Debug)]
pub struct Statement {
    head: Head,
    balance: Money,
    form: Form,
    is_begun: bool,
}

#[derive(Debug)]
enum Form {
    Csv,
    Camt053,
    Xlsx(Box<Xlsx>),
    Pdf(Box<Pdf>),
}

impl Statement {
    /// A statement that has no lines yet.
    pub fn new(format: Format, head: Head) -> Result<Self, Broken> {
        let form = match format {
            Format::Csv => Form::Csv,
            Format::Camt053 => Form::Camt053,
            Format::Xlsx => Form::Xlsx(Box::default()),
            Format::Pdf => Form::Pdf(Box::new(Pdf::new()?)),
        };
        Ok(Self { balance: head.opening, head, form, is_begun: false })
    }

    /// The next lines, oldest first. Gives what can be sent already.
    pub fn write(&mut self, transactions: &[WalletTransaction]) -> Result<Vec<u8>, Broken> {
        let mut lines = Vec::with_capacity(transactions.len());
        for transaction in transactions {
            let change = match transaction.kind {
                TransactionType::Credit => transaction.amount,
                TransactionType::Debit => transaction.amount.checked_neg().map_err(|_| Broken::DoesNotAddUp)?,
                // What is set aside is no posting.
                TransactionType::Reserve | TransactionType::Release => continue,
            };
            self.balance = self.balance.checked_add(change).map_err(|_| Broken::DoesNotAddUp)?;
            lines.push(Line { transaction, change, balance: self.balance });
        }
        let is_first = !std::mem::replace(&mut self.is_begun, true);
        match &mut self.form {
            Form::Csv => lines::csv(&self.head, is_first, &lines),
            Form::Camt053 => Ok(camt::part(&self.head, is_first, &lines)),
            Form::Xlsx(xlsx) => xlsx.part(&self.head, is_first, &lines),
            Form::Pdf(pdf) => pdf.part(&self.head, is_first, &lines),
        }
    }

    /// The end of the file.
    pub fn finish(mut self) -> Result<Vec<u8>, Broken> {
        if self.balance != self.head.closing {
            return Err(Broken::DoesNotAddUp);
        }
        let mut bytes = if self.is_begun { Vec::new() } else { self.write(&[])? };
        bytes.extend(match self.form {
            Form::Csv => lines::csv_end(&self.head)?,
            Form::Camt053 => camt::end(),
            Form::Xlsx(xlsx) => xlsx.end(&self.head)?,
            Form::Pdf(pdf) => pdf.end(&self.head)?,
        });
        Ok(bytes)
    }
}
