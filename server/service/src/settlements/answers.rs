//! What banks say of settlements that they were told to pay: in an answer of theirs, or as a debit of a statement.

use domain::{
    money::Money,
    settlement::{Settlement, SettlementStatus},
};

use crate::{Actor, Error, Purser};

/// The bank says that it paid a settlement, or that it will not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettlementAnswer {
    /// By what the bank names it.
    pub reference: String,
    /// How much left the account, where the bank says so.
    pub amount: Option<Money>,
    /// The bank's id of the payment; or why it will not be paid.
    pub outcome: Result<String, String>,
}

/// What became of a bank's answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnswerReport {
    /// They are paid now.
    pub paid: Vec<Settlement>,
    /// They failed now: their money is back.
    pub failed: Vec<Settlement>,
    /// They had ended like that before.
    pub known: usize,
    /// The bank says something else than it did before, or another amount: somebody has to ask it.
    pub contradicted: Vec<Settlement>,
}

impl Purser {
    /// Takes in what a bank says of settlements. What names none of them is left out.
    ///
    /// # Errors
    /// When storage cannot be reached. What was taken in by then stays, and saying it again is safe.
    pub async fn import_answers(&self, answers: &[SettlementAnswer]) -> Result<AnswerReport, Error> {
        let operator = self.operator(Actor::System);
        let mut report = AnswerReport::default();
        for answer in answers {
            let found = self.read().await?.rows().settlement_of_reference(&answer.reference).await?;
            let Some(settlement) = found else { continue };
            let wanted = if answer.outcome.is_ok() { SettlementStatus::Paid } else { SettlementStatus::Failed };
            if settlement.status == wanted {
                report.known += 1;
                continue;
            }
            let is_ended = matches!(settlement.status, SettlementStatus::Paid | SettlementStatus::Failed);
            if is_ended || answer.amount.is_some_and(|amount| amount != settlement.net) {
                report.contradicted.push(settlement);
                continue;
            }
            if settlement.status == SettlementStatus::Pending {
                // Whoever answers was told. Somebody may have noted it just now.
                match operator.send_settlement(settlement.id).await {
                    Ok(_) | Err(Error::Conflict { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
            let ended = match &answer.outcome {
                Ok(bank_reference) => operator.confirm_settlement(settlement.id, bank_reference).await,
                Err(reason) => operator.fail_settlement(settlement.id, reason).await,
            };
            match ended {
                Ok(settlement) if wanted == SettlementStatus::Paid => report.paid.push(settlement),
                Ok(settlement) => report.failed.push(settlement),
                // Another import was first.
                Err(Error::Conflict { .. }) => report.known += 1,
                Err(error) => return Err(error),
            }
        }
        Ok(report)
    }
}
