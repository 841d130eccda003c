//! The lines as rows of a table, which CSV and XLSX share.

use chrono::SecondsFormat;
use domain::{money::Money, wallet::WalletTransaction};

use crate::{Broken, Head, csv};

/// A line with what it did to the balance.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'a> {
    pub(crate) transaction: &'a WalletTransaction,
    /// Negative for money that went out.
    pub(crate) change: Money,
    pub(crate) balance: Money,
}

pub(crate) const HEADERS: [&str; 10] = [
    "Created At",
    "Type",
    "Source",
    "Amount",
    "Balance After",
    "Currency",
    "Sender",
    "Sender Account",
    "Reference",
    "Transaction ID",
];

pub(crate) fn time(line: &Line<'_>) -> String {
    line.transaction.created_at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// What the statement is of, in one text.
pub(crate) fn about(head: &Head) -> String {
    let accounts: Vec<String> = head.accounts.iter().map(domain::account_number::AccountNumber::display).collect();
    let accounts = if accounts.is_empty() { String::new() } else { format!("; account {}", accounts.join(", ")) };
    let [from, to] = [head.from, head.last_moment()].map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true));
    format!("{}: {}{accounts}; {from} to {to}", head.organisation, head.holder)
}

pub(crate) fn csv(head: &Head, is_first: bool, lines: &[Line<'_>]) -> Result<Vec<u8>, Broken> {
    let mut records = Vec::with_capacity(lines.len() + 2);
    if is_first {
        records.push(HEADERS.map(str::to_owned).to_vec());
        records.push(balance("Opening balance", head, head.first_day().to_string(), head.opening, about(head)));
    }
    records.extend(lines.iter().map(record));
    csv::write(&records).map_err(Broken::Unwritten)
}

pub(crate) fn csv_end(head: &Head) -> Result<Vec<u8>, Broken> {
    let closing = balance("Closing balance", head, head.last_day().to_string(), head.closing, String::new());
    csv::write(&[closing]).map_err(Broken::Unwritten)
}

fn balance(what: &str, head: &Head, day: String, balance: Money, about: String) -> Vec<String> {
    let blank = String::new;
    let currency = head.currency().code().to_owned();
    let what = what.to_owned();
    let about = csv::harmless(about);
    vec![day, what, blank(), blank(), balance.to_decimal_string(), currency, blank(), blank(), about, blank()]
}

fn record(line: &Line<'_>) -> Vec<String> {
    let transaction = line.transaction;
    let text = |text: Option<String>| text.map(csv::harmless).unwrap_or_default();
    vec![
        time(line),
        transaction.kind.code().to_owned(),
        transaction.source.code().to_owned(),
        line.change.to_decimal_string(),
        line.balance.to_decimal_string(),
        line.change.currency().code().to_owned(),
        text(transaction.sender.name.clone()),
        text(transaction.sender.account_text()),
        text(transaction.reference.clone()),
        transaction.id.to_string(),
    ]
}
