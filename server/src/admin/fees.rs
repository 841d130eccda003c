//! Fees from the shell: rules, and what is not asked for any more.

use std::io::Write as _;

use anyhow::Result;
use clap::Subcommand;
use domain::{
    fee::FeeRule,
    id::{FeeId, OrganisationId},
    money::Currency,
};
use service::{Actor, NewFeeRule, Purser};

use super::{currency, parsed, told};

#[derive(Subcommand)]
pub enum Charging {
    /// Set what an organisation is asked for each deposit in a currency from now on; all zero asks nothing
    SetFees {
        /// Whom
        #[arg(long, value_parser = parsed::<OrganisationId>)]
        organisation: OrganisationId,
        /// For deposits in which currency
        #[arg(long, value_parser = currency)]
        currency: Currency,
        /// For each deposit, in minor units
        #[arg(long, default_value_t = 0)]
        fixed: i64,
        /// Of its amount, beside that: 100 are one per cent
        #[arg(long, default_value_t = 0)]
        basis_points: i64,
        /// At least this, in minor units
        #[arg(long, default_value_t = 0)]
        minimum: i64,
        /// At most this, in minor units
        #[arg(long)]
        maximum: Option<i64>,
        /// The tax on it, which comes on top: 1000 are ten per cent
        #[arg(long, default_value_t = 0)]
        tax_basis_points: i64,
        /// Who you are
        #[arg(long)]
        by: String,
    },
    /// List the rules that count
    FeeRules,
    /// Ask no more for a deposit whose fee is owed
    WaiveFee {
        /// Its id
        #[arg(value_parser = parsed::<FeeId>)]
        fee: FeeId,
        /// Why
        #[arg(long)]
        reason: String,
        /// Who you are
        #[arg(long)]
        by: String,
    },
}

pub(super) async fn run(purser: &Purser, charging: Charging) -> Result<()> {
    let operator = purser.operator(Actor::System);
    let mut out = std::io::stdout();
    match charging {
        Charging::SetFees {
            organisation: organisation_id,
            currency,
            fixed,
            basis_points,
            minimum,
            maximum,
            tax_basis_points,
            by,
        } => {
            let new = NewFeeRule { organisation_id, currency, fixed, basis_points, minimum, maximum, tax_basis_points };
            writeln!(out, "{}", line(&operator.set_fee_rule(&new, &by).await.map_err(told)?))?;
        }
        Charging::FeeRules => {
            for rule in operator.fee_rules().await.map_err(told)? {
                writeln!(out, "{}", line(&rule))?;
            }
        }
        Charging::WaiveFee { fee, reason, by } => {
            let waived = operator.waive_fee(fee, &reason, &by).await.map_err(told)?;
            let (amount, tax, code) = (waived.amount.minor(), waived.tax.minor(), waived.amount.currency().code());
            writeln!(out, "{fee} is waived: {amount} {code} and {tax} {code} of tax for {}", waived.deposit_id)?;
        }
    }
    Ok(())
}

fn line(rule: &FeeRule) -> String {
    let code = rule.currency.code();
    let maximum = rule.maximum.map_or_else(String::new, |maximum| format!(", at most {maximum}"));
    format!(
        "{}  {code}  version {}: {} and {} basis points, at least {}{maximum}, tax {} basis points",
        rule.organisation_id, rule.version, rule.fixed, rule.basis_points, rule.minimum, rule.tax_basis_points
    )
}
