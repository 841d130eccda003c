//! ISO 20022 `pain.001.001.09`, customer credit transfer initiation: one group of payments, all on one day from one account.
//! Texts are in the letters of the standard's Latin set that every bank takes.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use domain::{account_number::AccountNumber, money::Currency};
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event},
};

use crate::{Debtor, FileFault, Instruction, instruction::plain};

const NAMESPACE: &str = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09";
/// Signs that the standard's Latin set has beside letters, digits and blanks.
const SIGNS: &str = "/-?:().,'+";
/// The longest identifier of a message or payment.
const ID_MAX: usize = 35;

/// Makes a file.
///
/// # Errors
/// Names the field that the message has no room for.
pub fn write(
    message_id: &str,
    made_at: DateTime<Utc>,
    date: NaiveDate,
    debtor: &Debtor,
    payments: &[Instruction],
) -> Result<String, FileFault> {
    let Some(first) = payments.first() else { return Err(FileFault::new("payments", "there are none")) };
    let currency = first.amount.currency();
    let mut sum: i64 = 0;
    for payment in payments {
        if payment.amount.currency() != currency || !payment.amount.is_positive() {
            return Err(FileFault::new(
                "amount",
                format!("all payments of a file are in {} and above zero", currency.code()),
            ));
        }
        sum = sum
            .checked_add(payment.amount.minor())
            .ok_or_else(|| FileFault::new("amount", "their sum is too large"))?;
    }
    let (count, sum) = (payments.len().to_string(), decimal(sum, currency));
    let id = identifier("message_id", message_id)?;
    let name = text("debtor.name", &debtor.name, 70)?;
    let mut xml = Xml::new();
    xml.open("Document", &[("xmlns", NAMESPACE)])?;
    xml.open("CstmrCdtTrfInitn", &[])?;
    xml.open("GrpHdr", &[])?;
    xml.leaf("MsgId", &id)?;
    xml.leaf("CreDtTm", &made_at.to_rfc3339_opts(SecondsFormat::Secs, true))?;
    xml.leaf("NbOfTxs", &count)?;
    xml.leaf("CtrlSum", &sum)?;
    xml.open("InitgPty", &[])?;
    xml.leaf("Nm", &name)?;
    xml.close("InitgPty")?;
    xml.close("GrpHdr")?;
    xml.open("PmtInf", &[])?;
    xml.leaf("PmtInfId", &id)?;
    xml.leaf("PmtMtd", "TRF")?;
    xml.leaf("BtchBookg", "true")?;
    xml.leaf("NbOfTxs", &count)?;
    xml.leaf("CtrlSum", &sum)?;
    if currency == Currency::EUR {
        xml.open("PmtTpInf", &[])?;
        xml.open("SvcLvl", &[])?;
        xml.leaf("Cd", "SEPA")?;
        xml.close("SvcLvl")?;
        xml.close("PmtTpInf")?;
    }
    xml.open("ReqdExctnDt", &[])?;
    xml.leaf("Dt", &date.to_string())?;
    xml.close("ReqdExctnDt")?;
    xml.open("Dbtr", &[])?;
    xml.leaf("Nm", &name)?;
    xml.close("Dbtr")?;
    xml.account("DbtrAcct", &debtor.account)?;
    xml.agent("DbtrAgt", &debtor.account, debtor.bank.as_deref())?;
    xml.leaf("ChrgBr", if currency == Currency::EUR { "SLEV" } else { "SHAR" })?;
    for payment in payments {
        xml.payment(payment, currency)?;
    }
    xml.close("PmtInf")?;
    xml.close("CstmrCdtTrfInitn")?;
    xml.close("Document")?;
    xml.end()
}

struct Xml(Writer<Vec<u8>>);

fn broken(error: impl std::fmt::Display) -> FileFault {
    FileFault::new("file", error.to_string())
}

impl Xml {
    fn new() -> Self {
        let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
        // Writing to memory cannot fail.
        let _ = writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        Self(writer)
    }

    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> Result<(), FileFault> {
        let start = BytesStart::new(name).with_attributes(attributes.iter().copied());
        self.0.write_event(Event::Start(start)).map_err(broken)
    }

    fn close(&mut self, name: &str) -> Result<(), FileFault> {
        self.0.write_event(Event::End(BytesEnd::new(name))).map_err(broken)
    }

    fn leaf(&mut self, name: &str, text: &str) -> Result<(), FileFault> {
        self.leaf_with(name, &[], text)
    }

    fn leaf_with(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) -> Result<(), FileFault> {
        self.open(name, attributes)?;
        self.0.write_event(Event::Text(BytesText::new(text))).map_err(broken)?;
        self.close(name)
    }

    fn payment(&mut self, payment: &Instruction, currency: Currency) -> Result<(), FileFault> {
        let id = identifier("end_to_end_id", &payment.end_to_end_id)?;
        self.open("CdtTrfTxInf", &[])?;
        self.open("PmtId", &[])?;
        self.leaf("InstrId", &id)?;
        self.leaf("EndToEndId", &id)?;
        self.close("PmtId")?;
        self.open("Amt", &[])?;
        self.leaf_with("InstdAmt", &[("Ccy", currency.code())], &decimal(payment.amount.minor(), currency))?;
        self.close("Amt")?;
        self.agent("CdtrAgt", &payment.creditor.account, payment.creditor.bic.as_deref())?;
        self.open("Cdtr", &[])?;
        self.leaf("Nm", &text("creditor.name", &payment.creditor.name, 70)?)?;
        self.close("Cdtr")?;
        self.account("CdtrAcct", &payment.creditor.account)?;
        self.open("RmtInf", &[])?;
        self.leaf("Ustrd", &text("remittance", &payment.remittance, 140)?)?;
        self.close("RmtInf")?;
        self.close("CdtTrfTxInf")
    }

    fn account(&mut self, name: &str, account: &AccountNumber) -> Result<(), FileFault> {
        self.open(name, &[])?;
        self.open("Id", &[])?;
        match account {
            AccountNumber::Iban(iban) => self.leaf("IBAN", iban.electronic())?,
            other => {
                self.open("Othr", &[])?;
                self.leaf("Id", &own_number(other))?;
                self.close("Othr")?;
            }
        }
        self.close("Id")?;
        self.close(name)
    }

    /// The bank: by its BIC, else as the account's number names it within its country's clearing.
    fn agent(&mut self, name: &'static str, account: &AccountNumber, bic: Option<&str>) -> Result<(), FileFault> {
        let member = match account {
            AccountNumber::AuBsb { bsb, .. } => Some(("AUBSB", bsb.digits())),
            AccountNumber::UsRouting { routing, .. } => Some(("USABA", routing.to_string())),
            AccountNumber::NzAccount(number) => Some(("NZNCC", digits(number).chars().take(6).collect())),
            AccountNumber::Iban(_) | AccountNumber::Local { .. } => None,
        };
        self.open(name, &[])?;
        self.open("FinInstnId", &[])?;
        match (bic, member) {
            (Some(bic), _) => self.leaf("BICFI", &checked_bic(name, bic)?)?,
            (None, Some((system, member))) => {
                self.open("ClrSysMmbId", &[])?;
                self.open("ClrSysId", &[])?;
                self.leaf("Cd", system)?;
                self.close("ClrSysId")?;
                self.leaf("MmbId", &member)?;
                self.close("ClrSysMmbId")?;
            }
            // An IBAN names its bank; the standard wants the element all the same.
            (None, None) if matches!(account, AccountNumber::Iban(_)) => {
                self.open("Othr", &[])?;
                self.leaf("Id", "NOTPROVIDED")?;
                self.close("Othr")?;
            }
            (None, None) => return Err(FileFault::new("bic", "the account's number names no bank: give its BIC")),
        }
        self.close("FinInstnId")?;
        self.close(name)
    }

    fn end(self) -> Result<String, FileFault> {
        let mut text = String::from_utf8(self.0.into_inner()).map_err(broken)?;
        text.push('\n');
        Ok(text)
    }
}

fn own_number(account: &AccountNumber) -> String {
    match account {
        AccountNumber::AuBsb { account, .. } | AccountNumber::UsRouting { account, .. } => account.clone(),
        AccountNumber::NzAccount(number) => digits(number),
        AccountNumber::Iban(iban) => iban.electronic().to_owned(),
        AccountNumber::Local { number, .. } => number.clone(),
    }
}

fn digits(number: &impl std::fmt::Display) -> String {
    number.to_string().chars().filter(char::is_ascii_digit).collect()
}

fn checked_bic(field: &'static str, bic: &str) -> Result<String, FileFault> {
    let is_bic = matches!(bic.len(), 8 | 11)
        && bic.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && bic.bytes().take(6).all(|byte| byte.is_ascii_uppercase());
    if is_bic {
        Ok(bic.to_owned())
    } else {
        Err(FileFault::new(field, format!("“{bic}” is no BIC of 8 or 11 characters")))
    }
}

fn identifier(field: &'static str, id: &str) -> Result<String, FileFault> {
    let is_whole = !id.is_empty() && id.len() <= ID_MAX && plain(id, ID_MAX, SIGNS) == id && !id.starts_with('/');
    if is_whole {
        Ok(id.to_owned())
    } else {
        Err(FileFault::new(field, format!("“{id}” is no identifier of at most {ID_MAX} letters and digits")))
    }
}

fn text(field: &'static str, text: &str, max: usize) -> Result<String, FileFault> {
    let plain = plain(text, max, SIGNS);
    if plain.is_empty() { Err(FileFault::new(field, "it needs letters A to Z or digits")) } else { Ok(plain) }
}

fn decimal(minor: i64, currency: Currency) -> String {
    let digits = usize::try_from(currency.exponent()).unwrap_or(0);
    let text = format!("{minor:0width$}", width = digits + 1);
    let (whole, fraction) = text.split_at(text.len() - digits);
    if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
}
