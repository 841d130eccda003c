//! The terms of settlement that the merchants of a history have.

use chrono::NaiveTime;
use domain::{
    account_number::AccountFields,
    money::Currency,
    settlement::{CalendarName, SettlementMode},
};
use service::{Actor, NewFeeRule, NewSettlementAccount, NewSettlementTerms};

use crate::world::{Merchant, World};

const FEE_FIXED: i64 = 3;
const FEE_PERCENT: i64 = 2;
const FEE_MAX: i64 = 15;
const AUD: Currency = Currency::AUD;
const CUTOFF: NaiveTime = NaiveTime::from_hms_opt(17, 0, 0).unwrap();
const ZONE: &str = "Pacific/Auckland";

/// What is agreed with both merchants.
pub fn terms() -> settling::Terms {
    settling::Terms {
        days: 1,
        cutoff: CUTOFF,
        zone: settling::zone(ZONE).unwrap(),
        calendar: settling::Calendar::of(CalendarName::Nz),
    }
}

/// Whether fees are kept back from what a merchant is paid.
pub const fn keeps_back(merchant: usize) -> bool {
    merchant == 0
}

/// What a deposit costs, and the tax on that.
pub fn fee_of(minor: i64) -> (i64, i64) {
    let fee = (FEE_FIXED + (minor * FEE_PERCENT + 50) / 100).min(FEE_MAX);
    (fee, (fee + 5) / 10)
}

/// The same, kept by the operator, with the accounts that are paid from and to.
pub async fn agree(world: &World, merchants: &[Merchant]) {
    let operator = world.purser.operator(Actor::System);
    for merchant in merchants {
        let rule = NewFeeRule {
            organisation_id: merchant.id(),
            currency: AUD,
            fixed: FEE_FIXED,
            basis_points: FEE_PERCENT * 100,
            minimum: 0,
            maximum: Some(FEE_MAX),
            tax_basis_points: 1_000,
        };
        operator.set_fee_rule(&rule, "one").await.unwrap();
    }
    for (number, merchant) in std::iter::once(None).chain(merchants.iter().map(Some)).enumerate() {
        let account = NewSettlementAccount {
            organisation_id: merchant.map(Merchant::id),
            currency: AUD,
            name: "Whoever".into(),
            numbers: AccountFields {
                bsb: Some("062-000".into()),
                account_number: Some("12345678".into()),
                ..AccountFields::default()
            },
            bank: merchant.is_none().then(|| "NAB".into()),
            user_id: None,
        };
        let asked = operator.request_settlement_account(&account, "one").await.unwrap();
        let account = operator.approve_settlement_account(asked.id, "other").await.unwrap();
        let Some(merchant) = merchant else { continue };
        let terms = NewSettlementTerms {
            organisation_id: merchant.id(),
            currency: AUD,
            days: 1,
            cutoff: CUTOFF,
            zone: ZONE.into(),
            calendar: CalendarName::Nz,
            minimum: 0,
            mode: if keeps_back(number - 1) { SettlementMode::Net } else { SettlementMode::Gross },
            account_id: account.id,
        };
        operator.set_settlement_terms(&terms, "one").await.unwrap();
    }
}
