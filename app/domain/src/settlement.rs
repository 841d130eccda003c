//! What is agreed about paying collected money out, and what became of a payment.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    account_number::AccountNumber,
    id::{DepositId, OrganisationId, SettlementAccountId, SettlementId, WalletId},
    money::{Currency, Money},
    standing::Reason,
};

/// Whether what an organisation owes is kept back from what it is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum SettlementMode {
    /// All that was collected is paid out; fees are asked for otherwise.
    Gross,
    /// Fees are kept back.
    Net,
}

impl SettlementMode {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Gross, Self::Net];

    /// The word as it is stored and told.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Gross => "GROSS",
            Self::Net => "NET",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.code() == code)
    }
}

/// What became of a settlement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum SettlementStatus {
    /// Its money was set aside, and the bank knows nothing of it yet.
    Pending,
    /// The bank was told to pay it.
    Sent,
    /// It was paid.
    Paid,
    /// The bank could not pay it; its money is back in the wallets.
    Failed,
}

impl SettlementStatus {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Sent, Self::Paid, Self::Failed];

    /// The word as it is stored and told.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Sent => "SENT",
            Self::Paid => "PAID",
            Self::Failed => "FAILED",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    /// Whether this may follow. The database holds the same rule.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        matches!((self, next), (Self::Pending, Self::Sent) | (Self::Sent, Self::Paid | Self::Failed))
    }
}

/// Whose business days count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum CalendarName {
    /// Australia: banks in Sydney or Melbourne.
    Au,
    /// New Zealand.
    Nz,
    /// Singapore.
    Sg,
    /// The payment system of the euro, TARGET.
    Target,
    /// England and Wales.
    Gb,
    /// The Federal Reserve.
    Us,
}

impl CalendarName {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Au, Self::Nz, Self::Sg, Self::Target, Self::Gb, Self::Us];

    /// The word as it is stored and told.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Au => "AU",
            Self::Nz => "NZ",
            Self::Sg => "SG",
            Self::Target => "TARGET",
            Self::Gb => "GB",
            Self::Us => "US",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.code() == code)
    }
}

/// A bank account for settlements: that an organisation is paid to or, of the house, that it is paid from. It counts when a
/// second person approved it, until it is revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettlementAccount {
    /// Its id.
    pub id: SettlementAccountId,
    /// Whose; the house's own are paid from.
    pub organisation_id: OrganisationId,
    /// In which currency.
    pub currency: Currency,
    /// The holder, as the bank knows them.
    pub name: String,
    /// The account.
    pub number: AccountNumber,
    /// The bank, by its BIC or, for the Australian file, its abbreviation.
    pub bank: Option<String>,
    /// The Direct Entry user, of an account that is paid from.
    pub user_id: Option<String>,
    /// Who asked for it.
    pub requested_by: String,
    /// When.
    pub requested_at: DateTime<Utc>,
    /// Who else approved it.
    pub approved_by: Option<String>,
    /// Who revoked it.
    pub revoked_by: Option<String>,
}

impl SettlementAccount {
    /// Whether money may be paid to or from it.
    #[must_use]
    pub const fn is_approved(&self) -> bool {
        self.approved_by.is_some() && self.revoked_by.is_none()
    }
}

/// What was agreed with an organisation for a currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettlementTerms {
    /// With whom.
    pub organisation_id: OrganisationId,
    /// Which version; the newest counts.
    pub version: i64,
    /// Business days until what came in is due: the `N` of `T+N`.
    pub days: u8,
    /// Until when on a business day money counts as of that day.
    pub cutoff: NaiveTime,
    /// The time zone of that, by its name in the IANA database.
    pub zone: String,
    /// Whose business days.
    pub calendar: CalendarName,
    /// Less than this is carried over; it gives the currency too.
    pub minimum: Money,
    /// Whether fees are kept back.
    pub mode: SettlementMode,
    /// Where it is paid to.
    pub account_id: SettlementAccountId,
}

/// A payout of what was collected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// Its id.
    pub id: SettlementId,
    /// Who is paid.
    pub organisation_id: OrganisationId,
    /// The business day of its run.
    pub date: NaiveDate,
    /// What became of it.
    pub status: SettlementStatus,
    /// Whether fees were kept back.
    pub mode: SettlementMode,
    /// What its deposits come to.
    pub gross: Money,
    /// What was kept back of it, without tax.
    pub fees: Money,
    /// The tax on that.
    pub tax: Money,
    /// What is paid.
    pub net: Money,
    /// How many deposits.
    pub deposits: i64,
    /// Where to.
    pub account_id: SettlementAccountId,
    /// By what the bank names it in its answers.
    pub reference: String,
    /// The bank's id of the payment, when it was paid.
    pub bank_reference: Option<String>,
    /// Why it was not.
    pub reason: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When the bank was told.
    pub sent_at: Option<DateTime<Utc>>,
    /// When it was paid, or was not.
    pub ended_at: Option<DateTime<Utc>>,
}

/// A deposit that a settlement pays out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettlementLine {
    /// Which.
    pub deposit_id: DepositId,
    /// From which wallet.
    pub wallet_id: WalletId,
    /// How much.
    pub amount: Money,
}

/// What was done on a business day for an organisation and currency, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettlementRun {
    /// For whom.
    pub organisation_id: OrganisationId,
    /// The business day.
    pub date: NaiveDate,
    /// The settlement, unless everything was carried over.
    pub settlement_id: Option<SettlementId>,
    /// What was settled.
    pub settled: Money,
    /// What was due and is left for the next run.
    pub carried: Money,
    /// How many deposits that is.
    pub carried_deposits: i64,
    /// Why.
    pub reason: Option<Reason>,
}

#[cfg(test)]
mod tests {
    use super::SettlementStatus::{self, Failed, Paid, Pending, Sent};

    #[test]
    fn a_settlement_is_sent_and_then_paid_or_not() {
        let legal: Vec<_> = SettlementStatus::ALL
            .into_iter()
            .flat_map(|from| SettlementStatus::ALL.map(|to| (from, to)))
            .filter(|(from, to)| from.may_become(*to))
            .collect();
        assert_eq!(legal, [(Pending, Sent), (Sent, Paid), (Sent, Failed)]);
    }
}
