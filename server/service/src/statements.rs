//! Statements: what moved on a wallet in a period, between the balance before it and the balance at its end.
//!
//! A statement is closed by the last movement that was there when it was asked for, so what comes in while it is read
//! does not change it. It is read in portions, and no more than one is kept.

use ::statements::{Broken, Format, Head, Statement};
use chrono::{DateTime, Utc};
use domain::{
    fault::FieldError,
    id::{WalletId, WalletTransactionId},
    money::Money,
    wallet::WalletTransaction,
};

use crate::{Error, Reader};

/// Movements read at a time.
const LINES_AT_ONCE: u32 = 500;
/// Accounts that a statement names.
const ACCOUNTS_MAX: usize = 5;

/// A statement while it is read.
#[derive(Debug)]
pub struct WalletStatement {
    reader: Reader,
    head: Head,
    after: Option<WalletTransactionId>,
    /// The movement that closes it; nothing once all were read.
    last: Option<WalletTransactionId>,
}

/// A statement as a file while it is written.
#[derive(Debug)]
pub struct StatementFile {
    lines: WalletStatement,
    /// Nothing once the file has its end.
    file: Option<Statement>,
}

impl Reader {
    /// The statement of a wallet: from a moment, or from the wallet's issue, to right before a moment, or to now.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] for a period that ends before it begins, or has not begun.
    pub async fn statement(
        &self,
        wallet_id: WalletId,
        from: Option<DateTime<Utc>>,
        before: Option<DateTime<Utc>>,
    ) -> Result<WalletStatement, Error> {
        let made_at = self.purser.now();
        let organisation = self.organisation().await?.name;
        let row = self.wallet(wallet_id).await?;
        let from = from.unwrap_or(row.wallet.created_at);
        let before = before.unwrap_or(made_at + chrono::Duration::milliseconds(1));
        check(from, before, made_at)?;
        let accounts = self.virtual_accounts(wallet_id).await?;
        let mut reading = self.purser.read().await?;
        let organisation_id = self.organisation_id();
        let opening = reading.rows().standing_before(organisation_id, wallet_id, from).await?;
        let closing = reading.rows().standing_before(organisation_id, wallet_id, before).await?;
        let zero = Money::zero(row.wallet.currency());
        let is_empty =
            opening.map(|standing| standing.transaction_id) == closing.map(|standing| standing.transaction_id);
        let head = Head {
            holder: row.customer_name.unwrap_or_else(|| organisation.clone()),
            organisation,
            wallet_id,
            accounts: accounts.into_iter().map(|account| account.number).take(ACCOUNTS_MAX).collect(),
            from,
            before,
            opening: opening.map_or(zero, |standing| standing.ledger_balance),
            closing: closing.map_or(zero, |standing| standing.ledger_balance),
            made_at,
        };
        let last = closing.filter(|_| !is_empty).map(|standing| standing.transaction_id);
        Ok(WalletStatement { reader: self.clone(), head, after: None, last })
    }
}

fn check(from: DateTime<Utc>, before: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Error> {
    let mut errors = Vec::new();
    if from > now {
        errors.push(FieldError::new("from", "future", "Choose a moment that has come."));
    }
    if before <= from {
        errors.push(FieldError::new("to", "before_from", "Choose an end after the beginning of the period."));
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
}

impl WalletStatement {
    /// What stands above the lines.
    #[must_use]
    pub const fn head(&self) -> &Head {
        &self.head
    }

    /// The next movements, oldest first; none at the end.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn next(&mut self) -> Result<Vec<WalletTransaction>, Error> {
        let Some(last) = self.last else { return Ok(Vec::new()) };
        let (organisation_id, wallet_id) = (self.reader.organisation_id(), self.head.wallet_id);
        let mut reading = self.reader.purser.read().await?;
        let position = (self.head.from, self.after);
        let lines = reading.rows().statement_lines(organisation_id, wallet_id, position, last, LINES_AT_ONCE).await?;
        self.after = lines.last().map(|line| line.id);
        if self.after.is_none_or(|after| after == last) {
            self.last = None;
        }
        Ok(lines.into_iter().map(|line| self.reader.transaction_to_show((line, None)).0).collect())
    }

    /// The same as a file.
    ///
    /// # Errors
    /// When the file cannot be begun.
    pub fn into_file(self, format: Format) -> Result<StatementFile, Error> {
        let file = Statement::new(format, self.head.clone()).map_err(broken)?;
        Ok(StatementFile { lines: self, file: Some(file) })
    }
}

impl StatementFile {
    /// The next bytes; nothing at the end.
    ///
    /// # Errors
    /// When the database cannot be read, or the statement does not add up: then what was sent is no statement.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let Some(file) = &mut self.file else { return Ok(None) };
        let lines = self.lines.next().await?;
        if !lines.is_empty() {
            return file.write(&lines).map(Some).map_err(broken);
        }
        let end = self.file.take().map(Statement::finish).transpose();
        end.map_err(broken)
    }
}

fn broken(error: Broken) -> Error {
    Error::internal(error)
}
