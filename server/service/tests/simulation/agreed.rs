//! The terms of settlement that the merchants of a history have.

use chrono::NaiveTime;
use domain::{
    account_number::AccountFields,
    money::Currency,
    settlement::{CalendarName, SettlementMode},
};
use service::{Actor, NewSettlementAccount, NewSettlementTerms};

use crate::world::{Merchant, World};

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

/// The same, kept by the operator, with the accounts that are paid from and to.
pub async fn agree(world: &World, merchants: &[Merchant]) {
    let operator = world.purser.operator(Actor::System);
    for merchant in std::iter::once(None).chain(merchants.iter().map(Some)) {
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
            mode: SettlementMode::Gross,
            account_id: account.id,
        };
        operator.set_settlement_terms(&terms, "one").await.unwrap();
    }
}
