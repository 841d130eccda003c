//! ISO 20022 `camt.052`, `camt.053` and `camt.054`: a bank's report of the day, its statement, and its notice that it booked
//! debits and credits. They have the same entries below other names.
//!
//! Versions 02 to 13 differ, for what is read here, in where the status (`Sts`, later `Sts/Cd`), the parties (`Dbtr`,
//! later `Dbtr/Pty`), a payment's amount (`AmtDtls`, later `Amt`) and a bank's BIC (`BIC`, later `BICFI`) stand. Each is
//! looked for in both places: banks were seen to mix them.

use super::RawAccount;
use super::entry::Entry;
use super::identity::{Alike, Identities};
use super::sort::Sorter;
use super::value::{bank_time, identifier, once, required};
use crate::notice::{BankFile, BankTime, Format};
use crate::xml::Xml;
use crate::{FileError, Notice, Skipped};

/// What the elements around the entries are called.
struct Names {
    message: &'static str,
    account: &'static str,
}

fn names(format: Format) -> Names {
    match format {
        Format::Camt052 { .. } => Names { message: "BkToCstmrAcctRpt", account: "Rpt" },
        Format::Camt053 { .. } => Names { message: "BkToCstmrStmt", account: "Stmt" },
        _ => Names { message: "BkToCstmrDbtCdtNtfctn", account: "Ntfctn" },
    }
}

/// Reads the open `Document`.
pub(crate) fn read(xml: &mut Xml<'_>, format: Format) -> Result<BankFile, FileError> {
    let names = names(format);
    let document = xml.place();
    let mut file = None;
    while let Some(name) = xml.child()? {
        let place = xml.place();
        if name == names.message {
            once(&mut file, &place, read_message(xml, format, &names)?)?;
        } else {
            let message = format!("The Document of a {format} holds one {} only.", names.message);
            return Err(xml.error("unexpected_element", message));
        }
    }
    required(file, &document, names.message)
}

fn read_message(xml: &mut Xml<'_>, format: Format, names: &Names) -> Result<BankFile, FileError> {
    let message = xml.place();
    let mut header = None;
    let mut has_account = false;
    let mut reading = Reading { notices: Vec::new(), skipped: Vec::new(), counted: 0, alike: Alike::of(format) };
    while let Some(name) = xml.child()? {
        let place = xml.place();
        match name {
            "GrpHdr" => once(&mut header, &place, read_header(xml)?)?,
            _ if name == names.account => {
                has_account = true;
                reading.read_account(xml)?;
            }
            _ => xml.skip()?,
        }
    }
    let (message_id, created_at) = required(header, &message, "GrpHdr")?;
    if !has_account {
        let missing = format!("The element {} is missing: the file tells of no account.", names.account);
        return Err(message.error("missing_element", missing));
    }
    Ok(BankFile {
        format,
        message_id,
        created_at,
        notices: reading.notices,
        skipped: reading.skipped,
        answers: Vec::new(),
    })
}

/// Reads the open `GrpHdr`: the id of the message, and when it was made.
pub(crate) fn read_header(xml: &mut Xml<'_>) -> Result<(String, Option<BankTime>), FileError> {
    let header = xml.place();
    let mut message_id = None;
    let mut created_at = None;
    while let Some(name) = xml.child()? {
        let place = xml.place();
        match name {
            "MsgId" => once(&mut message_id, &place, required(identifier(xml)?, &place, "MsgId")?)?,
            "CreDtTm" => once(&mut created_at, &place, bank_time(xml)?)?,
            _ => xml.skip()?,
        }
    }
    Ok((required(message_id, &header, "MsgId")?, created_at))
}

/// What was read so far.
struct Reading {
    notices: Vec<Notice>,
    skipped: Vec<Skipped>,
    /// How many payments, for there is a limit.
    counted: usize,
    alike: Alike,
}

impl Reading {
    /// Reads what is told of one account. The schema has id and account before the entries, which rely on them.
    fn read_account(&mut self, xml: &mut Xml<'_>) -> Result<(), FileError> {
        let here = xml.place();
        let mut id = None;
        let mut account = None;
        let mut is_at_entry = false;
        while let Some(name) = xml.child()? {
            let place = xml.place();
            match name {
                "Id" => id = identifier(xml)?,
                "Acct" => once(&mut account, &place, RawAccount::read(xml)?)?,
                "Ntry" => {
                    is_at_entry = true;
                    break;
                }
                _ => xml.skip()?,
            }
        }
        let id = required(id, &here, "Id")?;
        let account = required(account.flatten(), &here, "Acct/Id")?;
        if !is_at_entry {
            return Ok(());
        }
        let identities = Identities::new(&account, &id, &mut self.alike);
        let mut sorter = Sorter::new(&account, identities, &mut self.notices, &mut self.skipped);
        sorter.sort(&Entry::read(xml, &mut self.counted)?);
        while let Some(name) = xml.child()? {
            match name {
                "Ntry" => sorter.sort(&Entry::read(xml, &mut self.counted)?),
                "Acct" | "Id" => {
                    return Err(xml.error("repeated_element", "The account must come once, before the entries."));
                }
                _ => xml.skip()?,
            }
        }
        Ok(())
    }
}
