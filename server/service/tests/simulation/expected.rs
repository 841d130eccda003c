//! What the model makes of a step.

use domain::{deposit::DepositStatus, transfer::TransferStatus, wallet::WalletKind};

use crate::{
    agreed::terms,
    model::{Answer, Model},
    run::Stage,
    step::Step,
};

/// Customers of a merchant, each with a wallet.
pub const CUSTOMERS: usize = 2;
/// A merchant's own wallets, which follow those of the customers.
pub const OWN: [WalletKind; 2] = [WalletKind::Payin, WalletKind::Fees];

const fn fees_wallet(merchant: usize) -> usize {
    merchant * (CUSTOMERS + OWN.len()) + CUSTOMERS + 1
}

pub fn pick(choice: u8, among: usize) -> Option<usize> {
    (among > 0).then(|| usize::from(choice) % among)
}

/// Every other payment of a file has the amount that its reference had before.
pub fn told_minor(minor: i64, reference: u8) -> i64 {
    if minor % 2 == 0 { 1 + i64::from(reference) } else { minor }
}

/// One of a merchant's customers' accounts, or nobody's.
pub fn own(merchant: usize, choice: u8) -> Option<usize> {
    let choice = usize::from(choice) % (CUSTOMERS + 1);
    (choice < CUSTOMERS).then(|| merchant * (CUSTOMERS + OWN.len()) + choice)
}

pub fn any_or_nobody(stage: &Stage, choice: u8) -> Option<usize> {
    let numbered = stage.numbered();
    numbered.get(usize::from(choice) % (numbered.len() + 1)).copied()
}

/// Lets the model take the step, and tells what it answers.
pub fn expected(model: &mut Model, stage: &Stage, step: &Step, number: usize) -> Answer {
    let deposits = model.deposits.len();
    match step {
        Step::Pay { merchant, account, minor, has_sender, reference } => {
            let merchant = usize::from(*merchant) % stage.merchants.len();
            model.pay(Some(merchant), own(merchant, *account), *minor, *has_sender, *reference)
        }
        Step::Import { account, minor, has_sender, reference } => {
            let minor = told_minor(*minor, *reference);
            model.pay(None, any_or_nobody(stage, *account), minor, *has_sender, *reference)
        }
        Step::Sweep => {
            model.sweep();
            for merchant in 0..stage.merchants.len() {
                model.collect(merchant, fees_wallet(merchant));
            }
            Ok(())
        }
        Step::Match { deposit, account } => pick(*deposit, deposits).map_or(Ok(()), |deposit| {
            let numbered = stage.numbered();
            model.match_deposit(deposit, numbered[usize::from(*account) % numbered.len()])
        }),
        Step::Return { deposit, has_receiver } => {
            pick(*deposit, deposits).map_or(Ok(()), |deposit| model.begin_return(deposit, *has_receiver))
        }
        Step::Confirm { deposit } => {
            pick(*deposit, deposits).map_or(Ok(()), |deposit| model.end_return(deposit, DepositStatus::Returned))
        }
        Step::Fail { deposit } => {
            pick(*deposit, deposits).map_or(Ok(()), |deposit| model.end_return(deposit, DepositStatus::ReturnFailed))
        }
        Step::Reverse { deposit, is_more, reference } => {
            if let Some(deposit) = pick(*deposit, deposits) {
                model.reverse(deposit, *is_more, *reference);
            }
            Ok(())
        }
        Step::Apply { reversal, deposit } => match (pick(*reversal, model.reversals.len()), pick(*deposit, deposits)) {
            (Some(reversal), Some(deposit)) => model.apply(reversal, deposit),
            _ => Ok(()),
        },
        Step::Transfer { from, to, minor, is_reserved } => {
            let wallets = stage.wallets.len();
            model.transfer(number, usize::from(*from) % wallets, usize::from(*to) % wallets, *minor, *is_reserved)
        }
        Step::Post { transfer } => pick(*transfer, model.transfers.len())
            .map_or(Ok(()), |transfer| model.settle(transfer, TransferStatus::Posted)),
        Step::Release { transfer } => pick(*transfer, model.transfers.len())
            .map_or(Ok(()), |transfer| model.settle(transfer, TransferStatus::Released)),
        Step::Switch { account } => {
            let numbered = stage.numbered();
            let account = &mut model.accounts[numbered[usize::from(*account) % numbered.len()]];
            account.is_enabled = !account.is_enabled;
            Ok(())
        }
        Step::Settle => {
            let (days, now) = (terms(), stage.world.purser.now());
            for merchant in 0..stage.merchants.len() {
                for date in days.dates_to_run(model.runs.get(&merchant).copied(), now).unwrap() {
                    let bound = days.due_before(date).unwrap() - now;
                    model.pay_out(merchant, date, model.now + bound.num_seconds());
                }
            }
            Ok(())
        }
        Step::EndSettlement { settlement, is_paid } => pick(*settlement, model.settlements.len())
            .map_or(Ok(()), |settlement| model.end_settlement(settlement, *is_paid)),
        Step::Waive { fee } => pick(*fee, model.fees.len()).map_or(Ok(()), |fee| model.waive(fee)),
        Step::Later(_) | Step::Crash { .. } | Step::Twice(_) => Ok(()),
    }
}
