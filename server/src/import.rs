//! `purser import FILE…`: bank files in, and what became of each payment out.

use std::{fmt::Write as _, io::Write as _, path::Path, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use domain::{account_number::AccountNumber, wallet::SenderParty};
use rails::{Account, Answer, AnswerStatus, BankTime, Format, Notice, OtherReferences, SkipReason, Skipped};
use service::{
    AlsoKnown, AnswerReport, BankNotice, BankReversal, ImportReport, Purser, ReversalReport, SettlementAnswer,
};

use crate::{admin::told, config::Config, open};

/// Takes the files in, each whole or not at all. One that is refused is told and does not keep the others out.
///
/// # Errors
/// When storage cannot be reached.
pub async fn run(config: &Config, files: &[PathBuf]) -> Result<ExitCode> {
    let purser = open::purser(config).await?;
    let mut code = ExitCode::SUCCESS;
    for file in files {
        match import(&purser, file).await {
            Ok(line) => writeln!(std::io::stdout(), "{}: {line}", file.display())?,
            Err(error) => {
                eprintln!("{}: {error:#}", file.display());
                code = ExitCode::FAILURE;
            }
        }
    }
    purser.close().await;
    Ok(code)
}

async fn import(purser: &Purser, file: &Path) -> Result<String> {
    let size = std::fs::metadata(file).context("cannot be read")?.len();
    if size > rails::FILE_BYTES_MAX as u64 {
        anyhow::bail!("has {size} bytes; at most {} are read", rails::FILE_BYTES_MAX);
    }
    let bytes = std::fs::read(file).context("cannot be read")?;
    let read = rails::read(&bytes)?;
    let notices: Vec<BankNotice> = read.notices.iter().map(bank_notice).collect();
    let reversals: Vec<BankReversal> = read.skipped.iter().filter_map(reversal_of).collect();
    let others = read.skipped.len() - reversals.len();
    let report = purser.import(&notices).await.map_err(told)?;
    let reversed = purser.import_reversals(&reversals).await.map_err(told)?;
    let answers: Vec<SettlementAnswer> =
        read.answers.iter().filter_map(answer_of).chain(read.skipped.iter().filter_map(debit_of)).collect();
    let answered = purser.import_answers(&answers).await.map_err(told)?;
    if matches!(read.format, Format::Pain002 { .. }) {
        let line = settled(&answered);
        let line = line.strip_prefix(", ").unwrap_or("says nothing new of a settlement");
        return Ok(format!("{}: {line}", read.format));
    }
    Ok(format!("{}: {}{}", read.format, summary(&report, &reversed, others), settled(&answered)))
}

fn summary(report: &ImportReport, reversed: &ReversalReport, others: usize) -> String {
    let mut line = format!(
        "{} credited, {} held, {} rejected, {} already known, {others} not deposits",
        report.credited.len(),
        report.held.len(),
        report.rejected.len(),
        report.known + reversed.known
    );
    if report.alike > 0 {
        let _ =
            write!(line, ", {} without a reference and alike one that is known (see docs/operating.md)", report.alike);
    }
    if report.replaced > 0 {
        let _ = write!(line, ", {} held ones replaced by what was told now", report.replaced);
    }
    if report.doubled > 0 {
        let _ = write!(line, ", {} FOUND TO HAVE BEEN CREDITED TWICE by earlier files", report.doubled);
    }
    if !reversed.reversed.is_empty() {
        let _ = write!(line, ", {} taken back", reversed.reversed.len());
    }
    if reversed.open > 0 {
        let _ = write!(line, ", {} taken back that no deposit fits (see purser admin reversals)", reversed.open);
    }
    line
}

fn settled(report: &AnswerReport) -> String {
    let mut line = String::new();
    for (count, what) in [
        (report.paid.len(), "settlements paid"),
        (report.failed.len(), "settlements failed, whose money is back"),
        (report.known, "settlements already known to have ended so"),
    ] {
        if count > 0 {
            let _ = write!(line, ", {count} {what}");
        }
    }
    for settlement in &report.contradicted {
        let (id, status) = (settlement.id, settlement.status.code());
        let _ = write!(line, ", {id} IS {status} AND THIS FILE SAYS OTHERWISE: ask the bank");
    }
    line
}

/// What a bank answers to an order, once it is certain.
fn answer_of(answer: &Answer) -> Option<SettlementAnswer> {
    let outcome = match answer.status {
        AnswerStatus::UnderWay => return None,
        AnswerStatus::Paid => Ok(answer.code.clone()),
        AnswerStatus::Refused => {
            let words = [answer.reason_code.clone(), answer.reason.clone()].into_iter().flatten();
            let words = words.collect::<Vec<_>>().join(": ");
            let words: String = words.chars().filter(|letter| !letter.is_control()).take(140).collect();
            Err(if words.is_empty() { answer.code.clone() } else { words })
        }
    };
    Some(SettlementAnswer { reference: answer.reference.clone(), amount: None, outcome })
}

/// A debit that names a payment of ours: it left the account.
fn debit_of(skipped: &Skipped) -> Option<SettlementAnswer> {
    let reference = skipped.end_to_end_id.clone()?;
    Some(SettlementAnswer { outcome: Ok(reference.clone()), reference, amount: Some(skipped.amount) })
}

/// A credit that the bank takes back.
fn reversal_of(skipped: &Skipped) -> Option<BankReversal> {
    let original_reference = skipped.bank_reference.clone().filter(|_| skipped.reason == SkipReason::ReversedCredit)?;
    Some(BankReversal { original_reference, also: also(&skipped.other_references), amount: skipped.amount })
}

fn bank_notice(notice: &Notice) -> BankNotice {
    let sender = &notice.sender;
    let mut accounts = readings(&notice.account);
    // A batch that the bank does not tell apart stands on the account it reports on, which is nobody's virtual account.
    accounts.dedup();
    BankNotice {
        bank_reference: notice.bank_reference.clone(),
        also: also(&notice.other_references),
        accounts,
        account_text: text(&notice.account),
        amount: notice.amount,
        sender: SenderParty {
            name: sender.name.clone(),
            bsb: sender.bsb.clone(),
            account_number: sender.account_number.clone(),
            iban: sender.iban.clone(),
            pay_id: sender.pay_id.clone(),
        },
        reference: notice.reference.clone(),
        received_at: notice.booked_at.map(instant),
    }
}

fn also(references: &OtherReferences) -> AlsoKnown {
    let OtherReferences { payment, own, batch, is_by_looks } = references.clone();
    AlsoKnown { references: payment, own, batch, is_by_looks }
}

/// Every account that the bank's text may mean, in canonical form.
fn readings(account: &Account) -> Vec<String> {
    match account {
        Account::Iban(iban) => AccountNumber::candidates(iban),
        Account::Other(other) => match &other.bsb {
            Some(bsb) => match AccountNumber::parse_au(bsb, &other.account_number) {
                Ok(number) => vec![number.canonical()],
                Err(_) => Vec::new(),
            },
            None => match &other.clearing {
                Some(clearing) => {
                    let mut found = AccountNumber::candidates(&format!("{} {}", clearing.member, other.id));
                    found.extend(AccountNumber::candidates(&other.id));
                    found
                }
                None => AccountNumber::candidates(&other.id),
            },
        },
        Account::Alias { .. } => Vec::new(),
    }
}

fn text(account: &Account) -> String {
    match account {
        Account::Iban(iban) => iban.clone(),
        Account::Other(other) => match &other.bsb {
            Some(bsb) => format!("{bsb} {}", other.account_number),
            None => other.id.clone(),
        },
        Account::Alias { id, .. } => id.clone(),
    }
}

/// A time without a zone is taken as UTC: the day is the bank's, and no better guess is to be had.
fn instant(time: BankTime) -> DateTime<Utc> {
    match time {
        BankTime::Instant(instant) => instant.to_utc(),
        BankTime::Local(local) => local.and_utc(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reversal_names_the_payment_that_it_takes_back() {
        let entry = |direction: &str, reversal: &str| {
            format!(
                "<Ntry><Amt Ccy=\"AUD\">125.00</Amt><CdtDbtInd>{direction}</CdtDbtInd>{reversal}<Sts>BOOK</Sts>\
                 <BookgDt><Dt>2026-05-04</Dt></BookgDt><AcctSvcrRef>NPP00001234</AcctSvcrRef></Ntry>"
            )
        };
        let (credit, reversal) = (entry("CRDT", ""), entry("DBIT", "<RvslInd>true</RvslInd>"));
        let debit = entry("DBIT", "");
        let camt = format!(
            "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.054.001.04\"><BkToCstmrDbtCdtNtfctn>\
             <GrpHdr><MsgId>M1</MsgId></GrpHdr><Ntfctn><Id>N1</Id><Acct><Id><Othr><Id>062000100000017</Id></Othr></Id></Acct>\
             {credit}{reversal}{debit}</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"
        );
        let mt940 = ":20:A\n:25:062000100000017\n:28C:1/1\n:60F:C260504AUD0,\n:61:2605040504C125,NTRFNONREF//NPP00001234\n\
                     :61:2605050505RC125,NTRFNONREF//NPP00001234\n:61:2605050505RD9,NTRFNONREF//NPP00001299\n:62F:C260505AUD0,\n";
        for (format, file) in [("camt.054", camt.as_str()), ("MT940", mt940)] {
            let read = rails::read(file.as_bytes()).unwrap();
            let reversals: Vec<BankReversal> = read.skipped.iter().filter_map(reversal_of).collect();
            let named: Vec<&str> = reversals.iter().map(|reversal| reversal.original_reference.as_str()).collect();
            assert_eq!(named, [read.notices[0].bank_reference.as_str()], "{format}");
            assert_eq!(reversals[0].amount, read.notices[0].amount, "{format}");
            assert_eq!(read.skipped.len(), 2, "{format}");
        }
    }

    #[test]
    fn what_a_bank_says_of_a_payment_of_ours_names_it() {
        let answers = "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.10\"><CstmrPmtStsRpt>\
             <GrpHdr><MsgId>M</MsgId></GrpHdr><OrgnlPmtInfAndSts><OrgnlPmtInfId>P</OrgnlPmtInfId>\
             <TxInfAndSts><OrgnlEndToEndId>S1</OrgnlEndToEndId><TxSts>ACSC</TxSts></TxInfAndSts>\
             <TxInfAndSts><OrgnlEndToEndId>S2</OrgnlEndToEndId><TxSts>ACSP</TxSts></TxInfAndSts>\
             <TxInfAndSts><OrgnlEndToEndId>S3</OrgnlEndToEndId><TxSts>RJCT</TxSts>\
             <StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>Closed</AddtlInf></StsRsnInf></TxInfAndSts>\
             </OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>";
        let read = rails::read(answers.as_bytes()).unwrap();
        let said: Vec<SettlementAnswer> = read.answers.iter().filter_map(answer_of).collect();
        let one = |reference: &str, amount, outcome| SettlementAnswer { reference: reference.into(), amount, outcome };
        assert_eq!(said, [one("S1", None, Ok("ACSC".into())), one("S3", None, Err("AC04: Closed".into()))]);

        let statement = "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt>\
             <GrpHdr><MsgId>M</MsgId></GrpHdr><Stmt><Id>S</Id><Acct><Id><Othr><Id>1</Id></Othr></Id></Acct><Ntry>\
             <Amt Ccy=\"AUD\">1.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><NtryDtls><TxDtls><Refs>\
             <EndToEndId>S1</EndToEndId></Refs></TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>";
        let read = rails::read(statement.as_bytes()).unwrap();
        let said: Vec<SettlementAnswer> = read.skipped.iter().filter_map(debit_of).collect();
        let amount = domain::money::Money::new(100, domain::money::Currency::AUD);
        assert_eq!(said, [one("S1", Some(amount), Ok("S1".into()))]);
    }
}
