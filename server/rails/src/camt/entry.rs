//! One booking (`Ntry`) with its payments (`TxDtls`), as written: what they mean is decided in `sort`.

use chrono::NaiveDate;
use domain::money::{Currency, Money};

use super::account::RawAccount;
use super::party::{Agent, Party, agent, party};
use super::value::{amount, amount_in, day, flag, identifier, once, required, text};
use crate::notice::BankTime;
use crate::xml::{Place, Xml};
use crate::{FileError, PAYMENTS_MAX};

/// A booking on the statement account.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) place: Place,
    pub(crate) amount: Money,
    pub(crate) direction: Direction,
    pub(crate) is_reversal: bool,
    pub(crate) is_booked: bool,
    pub(crate) booked: Option<(NaiveDate, Option<BankTime>)>,
    pub(crate) value_on: Option<NaiveDate>,
    pub(crate) servicer_reference: Option<String>,
    pub(crate) reference: Option<String>,
    /// The booking is a return of issued credit transfers, by its bank transaction code.
    pub(crate) is_return: bool,
    /// How many payments the bank says that it booked together.
    pub(crate) batch_payments: Option<u64>,
    pub(crate) payments: Vec<Payment>,
}

/// Which way the money went, seen from the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Credit,
    Debit,
}

/// All texts and references of one payment together; banks pass on 140 bytes, and up to 9,000 where extended.
const REMITTANCE_BYTES_MAX: usize = 16 * 1024;

/// How many ids of a payment are kept beside the well-known ones; more say nothing new.
const OTHER_REFERENCES_MAX: usize = 8;

/// One payment within a booking.
#[derive(Debug)]
pub(crate) struct Payment {
    pub(crate) place: Place,
    /// Its part of the booking, where the bank gives it in the booking's currency.
    pub(crate) amount: Option<Money>,
    pub(crate) direction: Option<Direction>,
    pub(crate) references: References,
    pub(crate) debtor: Party,
    pub(crate) debtor_account: Option<RawAccount>,
    pub(crate) debtor_bank: Agent,
    pub(crate) creditor_account: Option<RawAccount>,
    pub(crate) creditor_bank: Agent,
    pub(crate) ultimate_debtor: Party,
    pub(crate) structured: Vec<String>,
    pub(crate) unstructured: Vec<String>,
    pub(crate) is_return: bool,
}

/// The ids that the parties along the way gave to a payment; placeholders are left out.
#[derive(Debug, Default)]
pub(crate) struct References {
    pub(crate) servicer: Option<String>,
    pub(crate) end_to_end: Option<String>,
    pub(crate) uetr: Option<String>,
    /// The others, with their element's name, in the order of the file.
    pub(crate) others: Vec<(&'static str, String)>,
}

impl Payment {
    /// One of which nothing is known yet.
    pub(crate) fn at(place: Place) -> Self {
        Self {
            place,
            amount: None,
            direction: None,
            references: References::default(),
            debtor: Party::default(),
            debtor_account: None,
            debtor_bank: Agent::default(),
            creditor_account: None,
            creditor_bank: Agent::default(),
            ultimate_debtor: Party::default(),
            structured: Vec::new(),
            unstructured: Vec::new(),
            is_return: false,
        }
    }
}

impl Entry {
    /// Reads the open `Ntry`. `counted` is how many payments the file had so far, and is moved on.
    pub(crate) fn read(xml: &mut Xml<'_>, counted: &mut usize) -> Result<Self, FileError> {
        let place = xml.place();
        let mut total = None;
        let mut direction = None;
        let mut is_booked = None;
        let mut is_reversal = None;
        let mut booked = None;
        let mut value_day = None;
        let mut servicer_reference = None;
        let mut reference = None;
        let mut is_return = false;
        let mut batch_payments = None;
        let mut payments = Vec::new();
        while let Some(name) = xml.child()? {
            let here = xml.place();
            match name {
                "NtryRef" => reference = real(identifier(xml)?),
                "Amt" => once(&mut total, &here, amount(xml)?)?,
                "CdtDbtInd" => once(&mut direction, &here, read_direction(xml)?)?,
                "RvslInd" => once(&mut is_reversal, &here, flag(xml)?)?,
                "Sts" => once(&mut is_booked, &here, read_status(xml)?)?,
                "BookgDt" => once(&mut booked, &here, day(xml)?)?,
                "ValDt" => once(&mut value_day, &here, day(xml)?)?,
                "AcctSvcrRef" => once(&mut servicer_reference, &here, real(identifier(xml)?))?,
                "BkTxCd" => is_return = read_is_return(xml)?,
                "NtryDtls" => {
                    let currency = required(total, &place, "Amt")?.currency();
                    let batch = read_details(xml, currency, counted, &mut payments)?;
                    batch_payments = batch_payments.max(batch);
                }
                _ => xml.skip()?,
            }
        }
        count(counted, usize::from(payments.is_empty()), &place)?;
        Ok(Self {
            amount: required(total, &place, "Amt")?,
            direction: required(direction, &place, "CdtDbtInd")?,
            is_reversal: is_reversal.unwrap_or(false),
            is_booked: required(is_booked, &place, "Sts")?,
            booked: booked.flatten(),
            value_on: value_day.flatten().map(|(day, _)| day),
            servicer_reference: servicer_reference.flatten(),
            reference,
            is_return,
            batch_payments,
            payments,
            place,
        })
    }
}

/// Reads `NtryDtls`: the payments, and the number of them that `Btch` states.
fn read_details(
    xml: &mut Xml<'_>,
    currency: Currency,
    counted: &mut usize,
    payments: &mut Vec<Payment>,
) -> Result<Option<u64>, FileError> {
    let mut stated = None;
    while let Some(name) = xml.child()? {
        match name {
            "TxDtls" => {
                let place = xml.place();
                count(counted, 1, &place)?;
                payments.push(read_payment(xml, place, currency)?);
            }
            "Btch" => {
                while let Some(name) = xml.child()? {
                    if name == "NbOfTxs" {
                        // Informative only, and wrong in real files; what is no number is no reason to refuse money.
                        stated = xml.text()?.parse().ok();
                    } else {
                        xml.skip()?;
                    }
                }
            }
            _ => xml.skip()?,
        }
    }
    Ok(stated)
}

fn count(counted: &mut usize, more: usize, place: &Place) -> Result<(), FileError> {
    *counted += more;
    if *counted > PAYMENTS_MAX {
        return Err(place.error("too_many_payments", format!("A file may hold {PAYMENTS_MAX} payments; split it.")));
    }
    Ok(())
}

fn read_payment(xml: &mut Xml<'_>, place: Place, currency: Currency) -> Result<Payment, FileError> {
    let mut own = None;
    let mut direction = None;
    let mut detailed = None;
    let mut payment = Payment::at(place);
    while let Some(name) = xml.child()? {
        let here = xml.place();
        match name {
            "Refs" => read_references(xml, &mut payment.references)?,
            "Amt" => once(&mut own, &here, amount_in(xml, currency)?)?,
            "CdtDbtInd" => once(&mut direction, &here, read_direction(xml)?)?,
            "AmtDtls" => detailed = read_amount_details(xml, currency)?,
            "BkTxCd" => payment.is_return |= read_is_return(xml)?,
            "RltdPties" => read_parties(xml, &mut payment)?,
            "RltdAgts" => {
                while let Some(name) = xml.child()? {
                    match name {
                        "DbtrAgt" => payment.debtor_bank = agent(xml)?,
                        "CdtrAgt" => payment.creditor_bank = agent(xml)?,
                        _ => xml.skip()?,
                    }
                }
            }
            "RmtInf" => read_remittance(xml, &mut payment)?,
            "RtrInf" => {
                payment.is_return = true;
                xml.skip()?;
            }
            _ => xml.skip()?,
        }
    }
    // An own amount in a foreign currency stays unknown: the details beside it would be of the same payment abroad.
    payment.amount = own.unwrap_or(detailed);
    payment.direction = direction;
    Ok(payment)
}

/// Version 02 has no `Amt` in a payment; `TxAmt`, else `InstdAmt`, stands for it.
fn read_amount_details(xml: &mut Xml<'_>, currency: Currency) -> Result<Option<Money>, FileError> {
    let mut transaction = None;
    let mut instructed = None;
    while let Some(name) = xml.child()? {
        let slot = match name {
            "TxAmt" => &mut transaction,
            "InstdAmt" => &mut instructed,
            _ => {
                xml.skip()?;
                continue;
            }
        };
        while let Some(name) = xml.child()? {
            if name == "Amt" {
                *slot = amount_in(xml, currency)?;
            } else {
                xml.skip()?;
            }
        }
    }
    Ok(transaction.or(instructed))
}

fn read_references(xml: &mut Xml<'_>, references: &mut References) -> Result<(), FileError> {
    while let Some(name) = xml.child()? {
        let here = xml.place();
        match name {
            "AcctSvcrRef" => once(&mut references.servicer, &here, identifier(xml)?.unwrap_or_default())?,
            "EndToEndId" => once(&mut references.end_to_end, &here, identifier(xml)?.unwrap_or_default())?,
            "UETR" => once(&mut references.uetr, &here, identifier(xml)?.unwrap_or_default().to_ascii_lowercase())?,
            "TxId" => push(&mut references.others, "TxId", identifier(xml)?),
            "InstrId" => push(&mut references.others, "InstrId", identifier(xml)?),
            "ChqNb" => push(&mut references.others, "ChqNb", identifier(xml)?),
            "ClrSysRef" => push(&mut references.others, "ClrSysRef", identifier(xml)?),
            "Prtry" => {
                while let Some(name) = xml.child()? {
                    match name {
                        "Ref" => push(&mut references.others, "Prtry", identifier(xml)?),
                        _ => xml.skip()?,
                    }
                }
            }
            _ => xml.skip()?,
        }
    }
    references.servicer = real(references.servicer.take());
    references.end_to_end = real(references.end_to_end.take());
    references.uetr = real(references.uetr.take());
    Ok(())
}

fn push(others: &mut Vec<(&'static str, String)>, name: &'static str, value: Option<String>) {
    if let Some(value) = real(value).filter(|_| others.len() < OTHER_REFERENCES_MAX) {
        others.push((name, value));
    }
}

/// Leaves out what banks write into a reference when they have none.
fn real(reference: Option<String>) -> Option<String> {
    reference.filter(|reference| is_reference(reference))
}

/// Whether a reference is one, and not what banks write when they have none.
pub(crate) fn is_reference(reference: &str) -> bool {
    const NONE: [&str; 8] =
        ["NOTPROVIDED", "NONREF", "NOREF", "NONE", "NOTAVAILABLE", "NOTAPPLICABLE", "NA", "UNKNOWN"];
    let letters: String =
        reference.chars().filter(|letter| letter.is_alphanumeric()).map(|letter| letter.to_ascii_uppercase()).collect();
    letters.chars().any(|letter| letter != '0') && !NONE.contains(&letters.as_str())
}

fn read_parties(xml: &mut Xml<'_>, payment: &mut Payment) -> Result<(), FileError> {
    while let Some(name) = xml.child()? {
        match name {
            "Dbtr" => payment.debtor = party(xml)?,
            "DbtrAcct" => payment.debtor_account = RawAccount::read(xml)?,
            "UltmtDbtr" => payment.ultimate_debtor = party(xml)?,
            "CdtrAcct" => payment.creditor_account = RawAccount::read(xml)?,
            _ => xml.skip()?,
        }
    }
    Ok(())
}

/// Reads the open `RmtInf` into the payment.
pub(crate) fn read_remittance(xml: &mut Xml<'_>, payment: &mut Payment) -> Result<(), FileError> {
    let place = xml.place();
    while let Some(name) = xml.child()? {
        match name {
            "Ustrd" => payment.unstructured.extend(text(xml)?),
            "Strd" => {
                while let Some(name) = xml.child()? {
                    if name != "CdtrRefInf" {
                        xml.skip()?;
                        continue;
                    }
                    while let Some(name) = xml.child()? {
                        match name {
                            "Ref" => payment.structured.extend(real(identifier(xml)?)),
                            _ => xml.skip()?,
                        }
                    }
                }
            }
            _ => xml.skip()?,
        }
    }
    let bytes: usize = payment.structured.iter().chain(&payment.unstructured).map(String::len).sum();
    if bytes > REMITTANCE_BYTES_MAX {
        return Err(place.error(
            "text_too_long",
            format!("The remittance information has more than {REMITTANCE_BYTES_MAX} bytes."),
        ));
    }
    Ok(())
}

fn read_direction(xml: &mut Xml<'_>) -> Result<Direction, FileError> {
    let place = xml.place();
    match xml.text()?.as_str() {
        "CRDT" => Ok(Direction::Credit),
        "DBIT" => Ok(Direction::Debit),
        _ => Err(place.error("invalid_code", "Expected CRDT or DBIT.")),
    }
}

/// `BOOK` as text, up to version 06, or in `Cd`. Every other status, a bank's own too, is not booked.
fn read_status(xml: &mut Xml<'_>) -> Result<bool, FileError> {
    let place = xml.place();
    let mut code = None;
    let mut is_proprietary = false;
    while let Some(name) = xml.child()? {
        if name == "Cd" {
            let here = xml.place();
            once(&mut code, &here, xml.text()?)?;
        } else {
            is_proprietary = true;
            xml.skip()?;
        }
    }
    let code = code.unwrap_or_else(|| xml.closed_text());
    if code.is_empty() && !is_proprietary {
        return Err(place.error("invalid_code", "The status of the entry is empty."));
    }
    Ok(code == "BOOK")
}

/// Whether the bank transaction code says that issued credit transfers came back (`PMNT/ICDT/RRTN`).
fn read_is_return(xml: &mut Xml<'_>) -> Result<bool, FileError> {
    let mut family = None;
    let mut sub_family = None;
    while let Some(name) = xml.child()? {
        if name != "Domn" {
            xml.skip()?;
            continue;
        }
        while let Some(name) = xml.child()? {
            if name != "Fmly" {
                xml.skip()?;
                continue;
            }
            while let Some(name) = xml.child()? {
                match name {
                    "Cd" => family = identifier(xml)?,
                    "SubFmlyCd" => sub_family = identifier(xml)?,
                    _ => xml.skip()?,
                }
            }
        }
    }
    Ok(family.as_deref() == Some("ICDT") && sub_family.as_deref() == Some("RRTN"))
}
