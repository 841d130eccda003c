//! A payment that a bank is asked to make, and who asks.

use domain::{account_number::AccountNumber, money::Money};

/// Who pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Debtor {
    /// As the bank knows them.
    pub name: String,
    /// The account that is paid from.
    pub account: AccountNumber,
    /// The bank, by its BIC; in files for Australian banks by their abbreviation of three letters, such as `NAB`.
    pub bank: Option<String>,
    /// The number of a Direct Entry user, six digits, where the bank gave one.
    pub user_id: Option<String>,
}

/// Who is paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Creditor {
    /// The holder of the account.
    pub name: String,
    /// The account.
    pub account: AccountNumber,
    /// The bank's BIC, where the account's number does not name the bank.
    pub bic: Option<String>,
}

/// One payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// By what the bank names it in its answers.
    pub end_to_end_id: String,
    /// How much.
    pub amount: Money,
    /// Who is paid.
    pub creditor: Creditor,
    /// What they read on their statement.
    pub remittance: String,
}

/// Why a file cannot be made, or is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{field}: {message}", if *.line == 0 { String::new() } else { format!("line {}, ", .line) })]
pub struct FileFault {
    /// The line of the file, counted from 1; 0 when it was not made.
    pub line: usize,
    /// Which field.
    pub field: &'static str,
    /// What is wrong with it, and what would be right.
    pub message: String,
}

impl FileFault {
    pub(crate) fn new(field: &'static str, message: impl Into<String>) -> Self {
        Self { line: 0, field, message: message.into() }
    }

    pub(crate) fn at(self, line: usize) -> Self {
        Self { line, ..self }
    }
}

/// A text in the letters that every bank takes: others become blanks, several blanks one; cut off at `max`.
pub(crate) fn plain(text: &str, max: usize, also: &str) -> String {
    let letters =
        text.chars().map(|letter| if letter.is_ascii_alphanumeric() || also.contains(letter) { letter } else { ' ' });
    let words: String = letters.collect();
    let words = words.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().take(max).collect::<String>().trim_end().to_owned()
}
