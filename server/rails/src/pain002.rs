//! ISO 20022 `pain.002.001.NN`: a bank's answer to payment orders, about a message as a whole, a group of payments in it, or
//! single ones. What is said of a group holds for the payments in it of which nothing is said.

use crate::camt::{identifier, message::read_header, once, required, text};
use crate::notice::{Answer, AnswerStatus, BankFile, Format};
use crate::xml::Xml;
use crate::{FileError, PAYMENTS_MAX};

/// Reads the open `Document`.
pub(crate) fn read(xml: &mut Xml<'_>, format: Format) -> Result<BankFile, FileError> {
    let document = xml.place();
    let mut file = None;
    while let Some(name) = xml.child()? {
        let place = xml.place();
        if name != "CstmrPmtStsRpt" {
            return Err(xml.error("unexpected_element", "The Document of a pain.002 holds one CstmrPmtStsRpt only."));
        }
        once(&mut file, &place, read_message(xml, format)?)?;
    }
    required(file, &document, "CstmrPmtStsRpt")
}

fn read_message(xml: &mut Xml<'_>, format: Format) -> Result<BankFile, FileError> {
    let message = xml.place();
    let mut header = None;
    let mut answers = Vec::new();
    while let Some(name) = xml.child()? {
        let place = xml.place();
        match name {
            "GrpHdr" => once(&mut header, &place, read_header(xml)?)?,
            "OrgnlGrpInfAndSts" => read_answer(xml, &["OrgnlMsgId"], "GrpSts", &mut answers)?,
            "OrgnlPmtInfAndSts" => read_answer(xml, &["OrgnlPmtInfId"], "PmtInfSts", &mut answers)?,
            _ => xml.skip()?,
        }
    }
    let (message_id, created_at) = required(header, &message, "GrpHdr")?;
    Ok(BankFile { format, message_id, created_at, notices: Vec::new(), skipped: Vec::new(), answers })
}

/// Reads what is said of a message, a group or a payment, and of what is within it. `ids` are its names, the best first.
fn read_answer(xml: &mut Xml<'_>, ids: &[&str], status: &str, answers: &mut Vec<Answer>) -> Result<(), FileError> {
    let place = xml.place();
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut code = None;
    let (mut reason_code, mut reason) = (None, Vec::new());
    let mut within = Vec::new();
    while let Some(name) = xml.child()? {
        let here = xml.place();
        if let Some(rank) = ids.iter().position(|id| *id == name) {
            found.extend(identifier(xml)?.map(|id| (rank, id)));
        } else if name == status {
            once(&mut code, &here, xml.text()?)?;
        } else if name == "StsRsnInf" {
            read_reason(xml, &mut reason_code, &mut reason)?;
        } else if name == "TxInfAndSts" {
            read_answer(xml, &["OrgnlEndToEndId", "OrgnlInstrId"], "TxSts", &mut within)?;
        } else {
            xml.skip()?;
        }
    }
    found.sort();
    if let (Some(code), Some((_, reference))) = (code.filter(|code| !code.is_empty()), found.into_iter().next()) {
        let status = match code.as_str() {
            "ACSC" | "ACCC" => AnswerStatus::Paid,
            "RJCT" | "CANC" => AnswerStatus::Refused,
            _ => AnswerStatus::UnderWay,
        };
        let reason = (!reason.is_empty()).then(|| reason.join(" "));
        answers.push(Answer { reference, status, code, reason_code, reason, line: place.line });
    }
    answers.append(&mut within);
    if answers.len() > PAYMENTS_MAX {
        return Err(place.error("too_many_payments", format!("A file may hold {PAYMENTS_MAX} answers; split it.")));
    }
    Ok(())
}

fn read_reason(xml: &mut Xml<'_>, code: &mut Option<String>, reason: &mut Vec<String>) -> Result<(), FileError> {
    while let Some(name) = xml.child()? {
        match name {
            "Rsn" => {
                while let Some(name) = xml.child()? {
                    match name {
                        "Cd" | "Prtry" => *code = code.take().or(identifier(xml)?),
                        _ => xml.skip()?,
                    }
                }
            }
            "AddtlInf" => reason.extend(text(xml)?),
            _ => xml.skip()?,
        }
    }
    Ok(())
}
