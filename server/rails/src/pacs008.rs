//! ISO 20022 `pacs.008.001.NN`: a bank passes its customers' payments on to the bank of those who are paid. Each payment in
//! it is a credit for the account that it names.
//!
//! What makes a payment that payment is its `UETR`, else the `TxId` and the bank that gave it, else a digest of what
//! describes it. A notification or statement that names the same `UETR` and amount tells of the same payment.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::money::Money;

use crate::camt::{
    Agent, Fields, Payment, RawAccount, agent, amount, bank_time, bounded, escape, identifier, is_reference, numbered,
    once, party, payment_reference, plain_day, read_remittance, required, sender, uetr_reference,
};
use crate::notice::{BankFile, BankTime, Format, Notice, OtherReferences, SkipReason, Skipped};
use crate::xml::Xml;
use crate::{FileError, PAYMENTS_MAX};

/// Reads the open `Document`.
pub(crate) fn read(xml: &mut Xml<'_>, format: Format) -> Result<BankFile, FileError> {
    let document = xml.place();
    let mut file = None;
    while let Some(name) = xml.child()? {
        let place = xml.place();
        if !is_message(name) {
            return Err(xml.error("unexpected_element", "The Document of a pacs.008 holds one FIToFICstmrCdtTrf only."));
        }
        once(&mut file, &place, read_message(xml, format)?)?;
    }
    required(file, &document, "FIToFICstmrCdtTrf")
}

/// Version 01 called it by the name of the message.
fn is_message(name: &str) -> bool {
    name == "FIToFICstmrCdtTrf" || name == "pacs.008.001.01"
}

fn read_message(xml: &mut Xml<'_>, format: Format) -> Result<BankFile, FileError> {
    let message = xml.place();
    let mut header = None;
    let mut transfers = 0;
    let mut notices = Vec::new();
    let mut skipped = Vec::new();
    let mut alike = HashMap::new();
    while let Some(name) = xml.child()? {
        let place = xml.place();
        match name {
            "GrpHdr" => once(&mut header, &place, read_group(xml)?)?,
            "CdtTrfTxInf" => {
                transfers += 1;
                if transfers > PAYMENTS_MAX {
                    let message = format!("A file may hold {PAYMENTS_MAX} payments; split it.");
                    return Err(place.error("too_many_payments", message));
                }
                // The schema has the header first: the bank and the day that it gives are those of all payments.
                let group = required(header.as_ref(), &message, "GrpHdr")?;
                match Transfer::read(xml)?.notice(group, &mut alike)? {
                    Ok(notice) => notices.push(*notice),
                    Err(nothing) => skipped.push(nothing),
                }
            }
            _ => xml.skip()?,
        }
    }
    let group = required(header, &message, "GrpHdr")?;
    if transfers == 0 {
        return Err(
            message.error("missing_element", "The element CdtTrfTxInf is missing: the file tells of no payment.")
        );
    }
    if let Some(stated) = group.payments.filter(|stated| *stated != transfers) {
        let text = format!("The file says that it has {stated} payments, and has {transfers}: it is not whole.");
        return Err(message.error("truncated", text));
    }
    Ok(BankFile {
        format,
        message_id: group.message_id,
        created_at: group.created_at,
        notices,
        skipped,
        answers: Vec::new(),
    })
}

/// What stands before the payments and is of all of them.
struct Group {
    message_id: String,
    created_at: Option<BankTime>,
    payments: Option<usize>,
    settled_on: Option<NaiveDate>,
    instructing: Agent,
}

fn read_group(xml: &mut Xml<'_>) -> Result<Group, FileError> {
    let header = xml.place();
    let (mut message_id, mut created_at, mut payments, mut settled_on) = (None, None, None, None);
    let mut instructing = Agent::default();
    while let Some(name) = xml.child()? {
        let place = xml.place();
        match name {
            "MsgId" => once(&mut message_id, &place, required(identifier(xml)?, &place, "MsgId")?)?,
            "CreDtTm" => once(&mut created_at, &place, bank_time(xml)?)?,
            "NbOfTxs" => {
                let text = xml.text()?;
                let number = text.parse().map_err(|_| place.error("invalid_code", "Expected a number of payments."))?;
                once(&mut payments, &place, number)?;
            }
            "IntrBkSttlmDt" => once(&mut settled_on, &place, plain_day(xml)?)?,
            "InstgAgt" => instructing = agent(xml)?,
            _ => xml.skip()?,
        }
    }
    Ok(Group { message_id: required(message_id, &header, "MsgId")?, created_at, payments, settled_on, instructing })
}

/// One payment.
struct Transfer {
    payment: Payment,
    amount: Option<Money>,
    settled_on: Option<NaiveDate>,
    accepted_at: Option<BankTime>,
    instructing: Option<Agent>,
    /// `TxId`, which the instructing bank gives and nobody changes.
    transaction: Option<String>,
    instruction: Option<String>,
}

impl Transfer {
    fn read(xml: &mut Xml<'_>) -> Result<Self, FileError> {
        let place = xml.place();
        let mut transfer = Self {
            payment: Payment::at(place),
            amount: None,
            settled_on: None,
            accepted_at: None,
            instructing: None,
            transaction: None,
            instruction: None,
        };
        while let Some(name) = xml.child()? {
            let here = xml.place();
            match name {
                "PmtId" => transfer.read_ids(xml)?,
                "IntrBkSttlmAmt" => once(&mut transfer.amount, &here, amount(xml)?)?,
                "IntrBkSttlmDt" => once(&mut transfer.settled_on, &here, plain_day(xml)?)?,
                "AccptncDtTm" => once(&mut transfer.accepted_at, &here, bank_time(xml)?)?,
                "InstgAgt" => transfer.instructing = Some(agent(xml)?),
                "Dbtr" => transfer.payment.debtor = party(xml)?,
                "DbtrAcct" => transfer.payment.debtor_account = RawAccount::read(xml)?,
                "DbtrAgt" => transfer.payment.debtor_bank = agent(xml)?,
                "UltmtDbtr" => transfer.payment.ultimate_debtor = party(xml)?,
                "CdtrAgt" => transfer.payment.creditor_bank = agent(xml)?,
                "CdtrAcct" => transfer.payment.creditor_account = RawAccount::read(xml)?,
                "RmtInf" => read_remittance(xml, &mut transfer.payment)?,
                _ => xml.skip()?,
            }
        }
        Ok(transfer)
    }

    fn read_ids(&mut self, xml: &mut Xml<'_>) -> Result<(), FileError> {
        let real = |id: Option<String>| id.filter(|id| is_reference(id));
        while let Some(name) = xml.child()? {
            match name {
                "EndToEndId" => self.payment.references.end_to_end = real(identifier(xml)?),
                "UETR" => self.payment.references.uetr = real(identifier(xml)?).map(|id| id.to_ascii_lowercase()),
                "TxId" => self.transaction = real(identifier(xml)?),
                "InstrId" => self.instruction = real(identifier(xml)?),
                _ => xml.skip()?,
            }
        }
        Ok(())
    }

    /// What it is for the account that it names; what is skipped, if it moves nothing.
    fn notice(
        self,
        group: &Group,
        alike: &mut HashMap<String, usize>,
    ) -> Result<Result<Box<Notice>, Skipped>, FileError> {
        let place = &self.payment.place;
        let amount = required(self.amount, place, "IntrBkSttlmAmt")?;
        let raw = required(self.payment.creditor_account.as_ref(), place, "CdtrAcct/Id")?;
        if amount.is_zero() {
            return Ok(Err(Skipped {
                reason: SkipReason::ZeroAmount,
                element: place.element.clone(),
                line: place.line,
                bank_reference: None,
                other_references: OtherReferences::default(),
                amount,
                end_to_end_id: None,
            }));
        }
        let bank = Some(&self.payment.creditor_bank).filter(|bank| bank.clearing.is_some());
        let account = raw.resolve(bank, amount.currency());
        let (bank_reference, other_references) = self.references(group, raw, amount, alike);
        Ok(Ok(Box::new(Notice {
            bank_reference,
            other_references,
            entry_reference: None,
            statement_account: account.clone(),
            account,
            amount,
            booked_on: self.settled_on.or(group.settled_on),
            booked_at: self.accepted_at,
            value_on: self.settled_on.or(group.settled_on),
            sender: sender(&self.payment, amount),
            ultimate_sender_name: self.payment.ultimate_debtor.name.clone(),
            reference: payment_reference(&self.payment),
            end_to_end_id: self.payment.references.end_to_end.clone(),
            is_unitemised: false,
        })))
    }

    fn references(
        &self,
        group: &Group,
        account: &RawAccount,
        amount: Money,
        alike: &mut HashMap<String, usize>,
    ) -> (String, OtherReferences) {
        let instructing = self.instructing.as_ref().unwrap_or(&group.instructing);
        let money = format!("{}{}", amount.currency().code(), amount.minor());
        let place = format!("{}/{money}", escape(&account.key()));
        if let Some(uetr) = &self.payment.references.uetr {
            return (uetr_reference(uetr, amount), OtherReferences::default());
        }
        let bank =
            instructing.bic.as_deref().or(instructing.clearing.as_ref().map(|clearing| clearing.member.as_str()));
        if let (Some(transaction), Some(bank)) = (&self.transaction, bank) {
            let reference = bounded(format!("{}+{}/{place}", escape(bank), escape(transaction)));
            return (reference, OtherReferences::default());
        }
        let mut digest = Fields::new();
        digest.add("IntrBkSttlmDt", self.settled_on.or(group.settled_on).map(|day| day.to_string()).as_deref());
        digest.add("InstgAgt", bank);
        digest.add("TxId", self.transaction.as_deref());
        digest.add("InstrId", self.instruction.as_deref());
        digest.add("EndToEndId", self.payment.references.end_to_end.as_deref());
        digest.add("Dbtr", self.payment.debtor.name.as_deref());
        digest.add("DbtrAcct", self.payment.debtor_account.as_ref().map(RawAccount::key).as_deref());
        for text in self.payment.structured.iter().chain(&self.payment.unstructured) {
            digest.add("RmtInf", Some(text));
        }
        (numbered(alike, bounded(format!("{}/{place}", digest.finish()))), OtherReferences::default())
    }
}
