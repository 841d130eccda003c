//! ISO 20022 `BankToCustomerStatementV08` (camt.053.001.08): one statement, an entry for each line.
//!
//! The order of elements and their lengths are those of the message definition. A name or text that is longer is cut.

use std::fmt::Write as _;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use domain::{account_number::AccountNumber, money::Money, wallet::SenderParty};
use quick_xml::escape::escape;

use crate::{Head, lines::Line};

/// `Max140Text`: names of parties, and unstructured remittance information.
const TEXT_CHARS_MAX: usize = 140;
/// `Max70Text`: names of accounts.
const NAME_CHARS_MAX: usize = 70;
/// `Max34Text`: other identifications of accounts.
const ACCOUNT_CHARS_MAX: usize = 34;

pub(crate) fn part(head: &Head, is_first: bool, lines: &[Line<'_>]) -> Vec<u8> {
    let mut xml = String::new();
    if is_first {
        begin(&mut xml, head);
    }
    for line in lines {
        entry(&mut xml, line);
    }
    xml.into_bytes()
}

pub(crate) fn end() -> Vec<u8> {
    b"</Stmt></BkToCstmrStmt></Document>\n".to_vec()
}

fn begin(xml: &mut String, head: &Head) {
    let wallet = head.wallet_id.uuid().simple().to_string();
    let (from, to) = (head.first_day().format("%Y%m%d"), head.last_day().format("%Y%m%d"));
    // `Max35Text`: the days, and the end of the wallet's id, which is the part by chance.
    let id = format!("{from}{to}-{}", &wallet[wallet.len() - 18..]);
    let made_at = time(head.made_at);
    xml.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt>");
    put(xml, format_args!("<GrpHdr><MsgId>{id}</MsgId><CreDtTm>{made_at}</CreDtTm></GrpHdr>"));
    put(xml, format_args!("<Stmt><Id>{id}</Id><CreDtTm>{made_at}</CreDtTm>"));
    let (begins_at, ends_at) = (time(head.from), time(head.last_moment()));
    put(xml, format_args!("<FrToDt><FrDtTm>{begins_at}</FrDtTm><ToDtTm>{ends_at}</ToDtTm></FrToDt>"));
    xml.push_str("<Acct>");
    match head.accounts.first() {
        Some(account) => account_id(xml, account),
        None => put(xml, format_args!("<Id><Othr><Id>{wallet}</Id></Othr></Id>")),
    }
    put(
        xml,
        format_args!(
            "<Ccy>{}</Ccy><Nm>{}</Nm><Ownr><Nm>{}</Nm></Ownr><Svcr><FinInstnId><Nm>{}</Nm></FinInstnId></Svcr></Acct>",
            head.currency().code(),
            text(&head.holder, NAME_CHARS_MAX),
            text(&head.holder, TEXT_CHARS_MAX),
            text(&head.organisation, TEXT_CHARS_MAX),
        ),
    );
    balance(xml, "OPBD", head.opening, head.first_day());
    balance(xml, "CLBD", head.closing, head.last_day());
}

fn balance(xml: &mut String, code: &str, balance: Money, day: NaiveDate) {
    put(xml, format_args!("<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"));
    amount(xml, balance);
    put(xml, format_args!("<Dt><Dt>{day}</Dt></Dt></Bal>"));
}

fn entry(xml: &mut String, line: &Line<'_>) {
    let transaction = line.transaction;
    let id = transaction.id.uuid().simple();
    let at = time(transaction.created_at);
    put(xml, format_args!("\n<Ntry><NtryRef>{id}</NtryRef>"));
    amount(xml, line.change);
    put(
        xml,
        format_args!("<Sts><Cd>BOOK</Cd></Sts><BookgDt><DtTm>{at}</DtTm></BookgDt><ValDt><DtTm>{at}</DtTm></ValDt>"),
    );
    put(
        xml,
        format_args!(
            "<AcctSvcrRef>{id}</AcctSvcrRef><BkTxCd><Prtry><Cd>{}</Cd></Prtry></BkTxCd>",
            transaction.source.code()
        ),
    );
    xml.push_str("<NtryDtls><TxDtls>");
    put(xml, format_args!("<Refs><AcctSvcrRef>{id}</AcctSvcrRef></Refs>"));
    amount(xml, line.change);
    if !line.change.is_negative() {
        debtor(xml, &transaction.sender);
    }
    if let Some(reference) = transaction.reference.as_deref().map(|reference| text(reference, TEXT_CHARS_MAX))
        && !reference.is_empty()
    {
        put(xml, format_args!("<RmtInf><Ustrd>{reference}</Ustrd></RmtInf>"));
    }
    xml.push_str("</TxDtls></NtryDtls></Ntry>");
}

/// Who sent the money, as far as the bank told.
fn debtor(xml: &mut String, sender: &SenderParty) {
    let name = sender.name.as_deref().map(|name| text(name, TEXT_CHARS_MAX)).filter(|name| !name.is_empty());
    let iban = sender.iban.as_deref().map(|iban| iban.replace(' ', "")).filter(|iban| is_iban(iban));
    let other =
        sender.account_text().map(|number| text(&number, ACCOUNT_CHARS_MAX)).filter(|number| !number.is_empty());
    if name.is_none() && iban.is_none() && other.is_none() {
        return;
    }
    xml.push_str("<RltdPties>");
    if let Some(name) = name {
        put(xml, format_args!("<Dbtr><Pty><Nm>{name}</Nm></Pty></Dbtr>"));
    }
    match (iban, other) {
        (Some(iban), _) => put(xml, format_args!("<DbtrAcct><Id><IBAN>{iban}</IBAN></Id></DbtrAcct>")),
        (None, Some(other)) => put(xml, format_args!("<DbtrAcct><Id><Othr><Id>{other}</Id></Othr></Id></DbtrAcct>")),
        (None, None) => {}
    }
    xml.push_str("</RltdPties>");
}

/// `IBAN2007Identifier`.
fn is_iban(text: &str) -> bool {
    let bytes = text.as_bytes();
    (5..=34).contains(&bytes.len())
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2..4].iter().all(u8::is_ascii_digit)
        && bytes[4..].iter().all(u8::is_ascii_alphanumeric)
}

fn account_id(xml: &mut String, account: &AccountNumber) {
    if let Some(iban) = account.fields().iban {
        put(xml, format_args!("<Id><IBAN>{iban}</IBAN></Id>"));
        return;
    }
    let number = text(&account.display(), ACCOUNT_CHARS_MAX);
    put(xml, format_args!("<Id><Othr><Id>{number}</Id></Othr></Id>"));
}

/// An amount is never negative; the word beside it says which way it goes.
fn amount(xml: &mut String, money: Money) {
    let decimal = money.to_decimal_string();
    let which = if money.is_negative() { "DBIT" } else { "CRDT" };
    let currency = money.currency().code();
    let decimal = decimal.trim_start_matches('-');
    put(xml, format_args!("<Amt Ccy=\"{currency}\">{decimal}</Amt><CdtDbtInd>{which}</CdtDbtInd>"));
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Text that XML 1.0 can hold, cut to so many characters, and escaped.
fn text(raw: &str, chars_max: usize) -> String {
    let fits = |c: &char| !matches!(c, '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}');
    let kept: String = raw.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(fits).collect();
    let cut: String = kept.trim().chars().take(chars_max).collect();
    escape(cut.trim_end()).into_owned()
}

fn put(xml: &mut String, what: std::fmt::Arguments<'_>) {
    // Writing to a text cannot fail.
    let _ = xml.write_fmt(what);
}
