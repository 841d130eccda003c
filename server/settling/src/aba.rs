//! The Australian banks' Direct Entry file ("ABA", Cemtex): fixed columns, 120 to a line, amounts in cents.
//!
//! Written as the strictest of the banks read it: letters, digits and blanks in names; lines end with CR LF; no balancing
//! line, for the bank debits the account in one sum; the code 50 for every payment.

use std::fmt::Write as _;

use chrono::NaiveDate;
use domain::{
    account_number::{AccountNumber, Bsb},
    money::{Currency, Money},
};

use crate::{Debtor, FileFault, Instruction, instruction::plain};

/// Columns of a line.
const COLUMNS: usize = 120;
/// Ten digits of cents.
const CENTS_MAX: i64 = 9_999_999_999;
/// Some banks take no more in one file.
pub const PAYMENTS_MAX: usize = 500;

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The bank's abbreviation.
    pub bank: String,
    /// Who pays.
    pub user_name: String,
    /// The number of the Direct Entry user.
    pub user_id: String,
    /// What the file is.
    pub description: String,
    /// When the bank shall work it.
    pub date: NaiveDate,
    /// Its lines.
    pub details: Vec<Detail>,
}

/// A line of a file: a credit, or a debit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// The branch of the account.
    pub bsb: String,
    /// The account.
    pub account: String,
    /// `13` for a debit, `50` to `57` for credits.
    pub code: u8,
    /// How much, in cents.
    pub cents: i64,
    /// The holder of the account.
    pub title: String,
    /// What they read on their statement.
    pub reference: String,
    /// The branch of the account that is paid from.
    pub trace_bsb: String,
    /// The account that is paid from.
    pub trace_account: String,
    /// Who pays, as those who are paid read it.
    pub remitter: String,
}

/// Makes a file.
///
/// # Errors
/// Names the field that the format has no room for.
pub fn write(
    debtor: &Debtor,
    description: &str,
    date: NaiveDate,
    payments: &[Instruction],
) -> Result<String, FileFault> {
    if payments.is_empty() || payments.len() > PAYMENTS_MAX {
        return Err(FileFault::new("payments", format!("a file has 1 to {PAYMENTS_MAX}, not {}", payments.len())));
    }
    let (own_bsb, own_account) = australian("debtor.account", &debtor.account)?;
    let bank = debtor.bank.as_deref().unwrap_or_default();
    if bank.len() != 3 || !bank.bytes().all(|letter| letter.is_ascii_uppercase()) {
        return Err(FileFault::new(
            "debtor.bank",
            "give the bank's abbreviation of three capital letters, such as NAB",
        ));
    }
    let user_id = debtor.user_id.as_deref().unwrap_or("000000");
    if user_id.len() != 6 || !is_digits(user_id) {
        return Err(FileFault::new("debtor.user_id", "give the six digits of the Direct Entry user"));
    }
    let user_name = name("debtor.name", &debtor.name, 26)?;
    let description = name("description", description, 12)?;
    let mut file = String::new();
    let date = date.format("%d%m%y");
    line(&mut file, &format!("0{:17}01{bank}{:7}{user_name:<26}{user_id}{description:<12}{date}{:40}", "", "", ""))?;
    let remitter = name("debtor.name", &debtor.name, 16)?;
    let mut total = 0;
    for payment in payments {
        let cents = cents(payment.amount)?;
        total += cents;
        let (bsb, account) = australian("creditor.account", &payment.creditor.account)?;
        let title = name("creditor.name", &payment.creditor.name, 32)?;
        let reference = name("end_to_end_id", &payment.end_to_end_id, 18)?;
        line(
            &mut file,
            &format!(
                "1{bsb}{account:>9} 50{cents:010}{title:<32}{reference:<18}{own_bsb}{own_account:>9}{remitter:<16}00000000"
            ),
        )?;
    }
    if total > CENTS_MAX {
        return Err(FileFault::new("amount", "the payments of a file come to more than ten digits of cents"));
    }
    let count = payments.len();
    line(&mut file, &format!("7999-999{:12}{total:010}{total:010}{:010}{:24}{count:06}{:40}", "", 0, "", ""))?;
    Ok(file)
}

fn line(file: &mut String, text: &str) -> Result<(), FileFault> {
    if text.len() != COLUMNS {
        return Err(FileFault::new("line", format!("it has {} columns, not {COLUMNS}", text.len())));
    }
    let _ = write!(file, "{text}\r\n");
    Ok(())
}

fn name(field: &'static str, text: &str, max: usize) -> Result<String, FileFault> {
    let plain = plain(text, max, "");
    if plain.is_empty() {
        return Err(FileFault::new(field, "it needs letters A to Z or digits"));
    }
    Ok(plain)
}

fn cents(amount: Money) -> Result<i64, FileFault> {
    if amount.currency() != Currency::AUD {
        return Err(FileFault::new("amount", format!("it is in {}, and the file in AUD", amount.currency().code())));
    }
    if !(1..=CENTS_MAX).contains(&amount.minor()) {
        return Err(FileFault::new("amount", "it is none, or has more than ten digits of cents"));
    }
    Ok(amount.minor())
}

fn australian(field: &'static str, account: &AccountNumber) -> Result<(String, String), FileFault> {
    match account {
        AccountNumber::AuBsb { bsb, account } => Ok((bsb.to_string(), account.clone())),
        _ => Err(FileFault::new(field, "it is no Australian account: give a BSB and an account number")),
    }
}

/// Reads a file, and holds it to all rules of the format. Blanks at the end of lines may be missing, and so may the
/// carriage returns: banks' own programs write such files.
///
/// # Errors
/// Names line and field.
pub fn read(text: &str) -> Result<File, FileFault> {
    let mut lines =
        text.lines().enumerate().map(|(at, line)| (at + 1, line)).filter(|(_, line)| !line.trim().is_empty());
    let (at, first) = lines.next().ok_or_else(|| FileFault::new("file", "it is empty").at(1))?;
    let mut file = head(&Columns::of(first).map_err(|fault| fault.at(at))?).map_err(|fault| fault.at(at))?;
    let mut is_ended = false;
    for (at, text) in lines {
        let columns = Columns::of(text).map_err(|fault| fault.at(at))?;
        if is_ended {
            return Err(FileFault::new("record", "nothing may follow the file's total").at(at));
        }
        match columns.get(1, 1) {
            "1" => file.details.push(detail(&columns).map_err(|fault| fault.at(at))?),
            "7" => {
                total(&columns, &file).map_err(|fault| fault.at(at))?;
                is_ended = true;
            }
            other => return Err(FileFault::new("record", format!("“{other}” begins no record of this format")).at(at)),
        }
    }
    if !is_ended {
        return Err(FileFault::new("record", "the file stops before its total (a line that begins with 7)").at(at));
    }
    Ok(file)
}

/// A line by its columns, which are counted from 1.
struct Columns(String);

impl Columns {
    fn of(line: &str) -> Result<Self, FileFault> {
        if !line.bytes().all(|byte| (0x20..0x7F).contains(&byte)) {
            return Err(FileFault::new("line", "it has characters that are no letters, digits or signs of ASCII"));
        }
        if line.len() > COLUMNS {
            return Err(FileFault::new("line", format!("it has {} columns, not {COLUMNS}", line.len())));
        }
        Ok(Self(format!("{line:<COLUMNS$}")))
    }

    fn get(&self, from: usize, to: usize) -> &str {
        self.0.get(from - 1..to).unwrap_or_default()
    }

    fn text(&self, from: usize, to: usize) -> String {
        self.get(from, to).trim().to_owned()
    }

    fn blank(&self, field: &'static str, from: usize, to: usize) -> Result<(), FileFault> {
        if self.get(from, to).trim().is_empty() { Ok(()) } else { Err(FileFault::new(field, "it has to be blank")) }
    }

    fn number(&self, field: &'static str, from: usize, to: usize) -> Result<i64, FileFault> {
        let text = self.get(from, to);
        let number = if is_digits(text) { text.parse().ok() } else { None };
        number.ok_or_else(|| FileFault::new(field, format!("“{text}” are not {} digits", to + 1 - from)))
    }

    fn needed(&self, field: &'static str, from: usize, to: usize) -> Result<String, FileFault> {
        let text = self.text(from, to);
        if text.is_empty() { Err(FileFault::new(field, "it may not be blank")) } else { Ok(text) }
    }

    fn bsb(&self, field: &'static str, from: usize, to: usize) -> Result<String, FileFault> {
        let text = self.get(from, to);
        let is_bsb = text.as_bytes().get(3) == Some(&b'-') && Bsb::parse(text).is_ok();
        if is_bsb {
            Ok(text.to_owned())
        } else {
            Err(FileFault::new(field, format!("“{text}” is no BSB such as 062-000")))
        }
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn head(columns: &Columns) -> Result<File, FileFault> {
    if columns.get(1, 1) != "0" {
        return Err(FileFault::new("record", "a file begins with a line that begins with 0"));
    }
    columns.blank("reserved", 18, 18)?;
    columns.number("sequence", 19, 20)?;
    columns.blank("reserved", 24, 30)?;
    let date = columns.get(75, 80);
    let date = if is_digits(date) { NaiveDate::parse_from_str(date, "%d%m%y").ok() } else { None };
    Ok(File {
        bank: columns.needed("bank", 21, 23)?,
        user_name: columns.needed("user_name", 31, 56)?,
        user_id: columns.number("user_id", 57, 62).map(|id| format!("{id:06}"))?,
        description: columns.text(63, 74),
        date: date.ok_or_else(|| FileFault::new("date", "it is no day such as 271126"))?,
        details: Vec::new(),
    })
}

fn detail(columns: &Columns) -> Result<Detail, FileFault> {
    let code = columns.number("code", 19, 20)?;
    if !matches!(code, 13 | 50..=57) {
        return Err(FileFault::new("code", format!("{code:02} is neither 13 nor 50 to 57")));
    }
    let account = columns.needed("account", 9, 17)?;
    if !account.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Err(FileFault::new("account", "an account has digits, letters and hyphens only"));
    }
    if !matches!(columns.get(18, 18), " " | "N" | "W" | "X" | "Y") {
        return Err(FileFault::new("indicator", "it is blank, N, W, X or Y"));
    }
    columns.number("withholding_tax", 113, 120)?;
    Ok(Detail {
        bsb: columns.bsb("bsb", 2, 8)?,
        account,
        code: u8::try_from(code).unwrap_or_default(),
        cents: columns.number("amount", 21, 30)?,
        title: columns.needed("title", 31, 62)?,
        reference: columns.text(63, 80),
        trace_bsb: columns.bsb("trace_bsb", 81, 87)?,
        trace_account: columns.needed("trace_account", 88, 96)?,
        remitter: columns.needed("remitter", 97, 112)?,
    })
}

fn total(columns: &Columns, file: &File) -> Result<(), FileFault> {
    if columns.get(2, 8) != "999-999" {
        return Err(FileFault::new("filler", "the total has 999-999 where others have a BSB"));
    }
    columns.blank("reserved", 9, 20)?;
    let sum = |is_debit: bool| -> i64 {
        file.details.iter().filter(|detail| (detail.code == 13) == is_debit).map(|detail| detail.cents).sum()
    };
    let (credits, debits) = (sum(false), sum(true));
    let count = i64::try_from(file.details.len()).unwrap_or(i64::MAX);
    for (field, from, to, found) in [
        ("net_total", 21, 30, (credits - debits).abs()),
        ("credit_total", 31, 40, credits),
        ("debit_total", 41, 50, debits),
        ("count", 75, 80, count),
    ] {
        let told = columns.number(field, from, to)?;
        if told != found {
            return Err(FileFault::new(field, format!("it says {told}, and the lines come to {found}")));
        }
    }
    if file.details.is_empty() {
        return Err(FileFault::new("count", "the file has no payment"));
    }
    Ok(())
}
