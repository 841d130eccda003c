//! ISO 20022 `camt.054.001.NN`: the bank's notice that it booked debits and credits.
//!
//! Versions 02 to 13 differ, for what is read here, in where the status (`Sts`, later `Sts/Cd`), the parties (`Dbtr`,
//! later `Dbtr/Pty`), a payment's amount (`AmtDtls`, later `Amt`) and a bank's BIC (`BIC`, later `BICFI`) stand. Each is
//! looked for in both places: banks were seen to mix them.

use crate::camt::{Entry, Identities, RawAccount, Sorter, bank_time, identifier, once, required};
use crate::notice::{BankFile, BankTime, Format};
use crate::xml::Xml;
use crate::{FileError, Notice, Skipped};

/// Reads the open `Document`.
pub(crate) fn read(xml: &mut Xml<'_>, version: u8) -> Result<BankFile, FileError> {
    let document = xml.place();
    let mut file = None;
    while let Some(name) = xml.child()? {
        let place = xml.place();
        if name == "BkToCstmrDbtCdtNtfctn" {
            once(&mut file, &place, read_message(xml, version)?)?;
        } else {
            return Err(xml.error("unexpected_element", "A camt.054 Document holds one BkToCstmrDbtCdtNtfctn only."));
        }
    }
    required(file, &document, "BkToCstmrDbtCdtNtfctn")
}

fn read_message(xml: &mut Xml<'_>, version: u8) -> Result<BankFile, FileError> {
    let message = xml.place();
    let mut header = None;
    let mut has_notification = false;
    let mut notices = Vec::new();
    let mut skipped = Vec::new();
    let mut counted = 0;
    while let Some(name) = xml.child()? {
        let place = xml.place();
        match name {
            "GrpHdr" => once(&mut header, &place, read_header(xml)?)?,
            "Ntfctn" => {
                has_notification = true;
                read_notification(xml, &mut counted, &mut notices, &mut skipped)?;
            }
            _ => xml.skip()?,
        }
    }
    let (message_id, created_at) = required(header, &message, "GrpHdr")?;
    if !has_notification {
        return Err(message.error("missing_element", "The element Ntfctn is missing: the file tells of no account."));
    }
    Ok(BankFile { format: Format::Camt054 { version }, message_id, created_at, notices, skipped })
}

fn read_header(xml: &mut Xml<'_>) -> Result<(String, Option<BankTime>), FileError> {
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

/// Reads one account's notification. The schema has id and account before the entries, which rely on them.
fn read_notification(
    xml: &mut Xml<'_>,
    counted: &mut usize,
    notices: &mut Vec<Notice>,
    skipped: &mut Vec<Skipped>,
) -> Result<(), FileError> {
    let notification = xml.place();
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
    let id = required(id, &notification, "Id")?;
    let account = required(account.flatten(), &notification, "Acct/Id")?;
    if !is_at_entry {
        return Ok(());
    }
    let mut sorter = Sorter::new(&account, Identities::new(&account, &id), notices, skipped);
    sorter.sort(&Entry::read(xml, counted)?);
    while let Some(name) = xml.child()? {
        match name {
            "Ntry" => sorter.sort(&Entry::read(xml, counted)?),
            "Acct" | "Id" => {
                return Err(xml.error("repeated_element", "The account must come once, before the entries."));
            }
            _ => xml.skip()?,
        }
    }
    Ok(())
}
