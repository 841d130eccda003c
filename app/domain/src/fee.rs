//! What whoever runs the installation asks of an organisation for a deposit.

use serde::{Deserialize, Serialize};

use crate::{
    id::{DepositId, FeeId, OrganisationId, SettlementId},
    money::{Currency, Money},
};

/// One in ten thousand.
const BASIS: i128 = 10_000;

/// What became of a fee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum FeeStatus {
    /// It is owed.
    Due,
    /// It was taken from the Fees wallet.
    Collected,
    /// A settlement kept it back.
    Withheld,
    /// It is not asked for any more.
    Waived,
}

impl FeeStatus {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Due, Self::Collected, Self::Withheld, Self::Waived];

    /// The word as it is stored and told.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Due => "DUE",
            Self::Collected => "COLLECTED",
            Self::Withheld => "WITHHELD",
            Self::Waived => "WAIVED",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    /// Whether this may follow. A settlement that failed owes its fees again. The database holds the same rule.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Due, Self::Collected | Self::Withheld | Self::Waived) | (Self::Withheld, Self::Due)
        )
    }
}

/// What is asked for a deposit of an organisation in a currency, in minor units and basis points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeeRule {
    /// Of whom.
    pub organisation_id: OrganisationId,
    /// In which currency.
    pub currency: Currency,
    /// Which version; the newest counts.
    pub version: i64,
    /// For each deposit.
    pub fixed: i64,
    /// Of its amount, beside that.
    pub basis_points: i64,
    /// At least this.
    pub minimum: i64,
    /// At most this.
    pub maximum: Option<i64>,
    /// The tax on it, which comes on top.
    pub tax_basis_points: i64,
}

impl FeeRule {
    /// What a deposit costs, and the tax on that; each half a unit is rounded up. `None` when it costs nothing.
    #[must_use]
    pub fn charge(&self, amount: Money) -> Option<(Money, Money)> {
        let part = part_of(i128::from(amount.minor()), self.basis_points)?;
        let fee = part.checked_add(i128::from(self.fixed))?.max(i128::from(self.minimum));
        let fee = self.maximum.map_or(fee, |maximum| fee.min(i128::from(maximum)));
        let tax = part_of(fee, self.tax_basis_points)?;
        let money = |minor: i128| i64::try_from(minor).ok().map(|minor| Money::new(minor, amount.currency()));
        let (fee, tax) = (money(fee)?, money(tax)?);
        fee.is_positive().then_some((fee, tax))
    }
}

/// So many ten thousandths of an amount, half a unit rounded up.
fn part_of(amount: i128, basis_points: i64) -> Option<i128> {
    amount.checked_mul(i128::from(basis_points))?.checked_add(BASIS / 2)?.checked_div(BASIS)
}

/// What an organisation owes for a deposit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fee {
    /// Its id.
    pub id: FeeId,
    /// Who owes it.
    pub organisation_id: OrganisationId,
    /// For what.
    pub deposit_id: DepositId,
    /// By which version of the rule.
    pub rule_version: i64,
    /// How much, without tax.
    pub amount: Money,
    /// The tax on it.
    pub tax: Money,
    /// What became of it.
    pub status: FeeStatus,
    /// The settlement that kept it back.
    pub settlement_id: Option<SettlementId>,
    /// Why it was waived.
    pub reason: Option<String>,
    /// When it was charged.
    pub created_at: chrono::DateTime<chrono::Utc>,
    /// When it was collected, kept back or waived.
    pub ended_at: Option<chrono::DateTime<chrono::Utc>>,
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails, as it should")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::id::HOUSE;

    const fn rule(fixed: i64, basis_points: i64, minimum: i64, maximum: Option<i64>, tax: i64) -> FeeRule {
        let currency = Currency::AUD;
        FeeRule {
            organisation_id: HOUSE,
            currency,
            version: 1,
            fixed,
            basis_points,
            minimum,
            maximum,
            tax_basis_points: tax,
        }
    }

    fn charged(rule: FeeRule, minor: i64) -> Option<(i64, i64)> {
        rule.charge(Money::new(minor, Currency::AUD)).map(|(fee, tax)| (fee.minor(), tax.minor()))
    }

    #[test]
    fn a_fee_is_fixed_and_a_part_between_bounds_and_taxed() {
        for (rule, minor, wanted) in [
            (rule(70, 0, 0, None, 1_000), 5_000, Some((70, 7))),
            (rule(50, 0, 0, None, 1_000), 1, Some((50, 5))),
            (rule(0, 0, 0, None, 1_000), 5_000, None),
            (rule(0, 25, 0, None, 0), 10_000, Some((25, 0))),
            (rule(10, 25, 0, None, 0), 10_000, Some((35, 0))),
            // Half a unit is rounded up, less is not.
            (rule(0, 50, 0, None, 0), 100, Some((1, 0))),
            (rule(0, 49, 0, None, 0), 100, None),
            (rule(5, 0, 0, None, 1_000), 100, Some((5, 1))),
            (rule(4, 0, 0, None, 1_000), 100, Some((4, 0))),
            (rule(0, 1, 20, None, 0), 100, Some((20, 0))),
            (rule(0, 10_000, 0, Some(500), 0), 100_000, Some((500, 0))),
            (rule(900, 0, 0, Some(500), 0), 1, Some((500, 0))),
            (rule(0, 0, 30, Some(30), 0), 1, Some((30, 0))),
            (rule(0, 100, 0, Some(0), 0), 10_000, None),
            (
                rule(0, 10_000, 0, None, 10_000),
                1_000_000_000_000_000,
                Some((1_000_000_000_000_000, 1_000_000_000_000_000)),
            ),
        ] {
            assert_eq!(charged(rule, minor), wanted, "{rule:?} of {minor}");
        }
    }

    #[test]
    fn a_fee_ends_once_unless_its_settlement_failed() {
        use FeeStatus::{Collected, Due, Waived, Withheld};
        let legal: Vec<_> = FeeStatus::ALL
            .into_iter()
            .flat_map(|from| FeeStatus::ALL.map(|to| (from, to)))
            .filter(|(from, to)| from.may_become(*to))
            .collect();
        assert_eq!(legal, [(Due, Collected), (Due, Withheld), (Due, Waived), (Withheld, Due)]);
    }

    proptest! {
        #[test]
        fn a_larger_deposit_never_costs_less_and_every_fee_is_within_its_bounds(
            fixed in 0_i64..10_000, basis_points in 0_i64..=10_000, minimum in 0_i64..1_000, above in 0_i64..100_000,
            is_bounded in proptest::bool::ANY, tax in 0_i64..=10_000, minor in 1_i64..1_000_000_000_000, more in 0_i64..1_000_000,
        ) {
            let rule = rule(fixed, basis_points, minimum, is_bounded.then_some(minimum + above), tax);
            let (fee, taxed) = charged(rule, minor).unwrap_or((0, 0));
            let (larger, _) = charged(rule, minor + more).unwrap_or((0, 0));
            prop_assert!(fee <= larger);
            prop_assert!(fee >= minimum && fee <= rule.maximum.unwrap_or(i64::MAX));
            // The tax is off by half a unit at most.
            prop_assert!((i128::from(taxed) * BASIS - i128::from(fee) * i128::from(tax)).abs() <= BASIS / 2);
        }
    }
}
