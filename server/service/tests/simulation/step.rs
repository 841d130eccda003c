//! What may happen.

use proptest::{prelude::*, strategy::Union};

/// One thing that somebody does. Numbers choose among what is there at that moment.
#[derive(Clone, Debug)]
pub enum Step {
    /// Play money for one of a merchant's accounts, or for nobody's.
    Pay {
        merchant: u8,
        account: u8,
        minor: i64,
        has_sender: bool,
        reference: u8,
    },
    /// A bank's file with one payment.
    Import {
        account: u8,
        minor: i64,
        has_sender: bool,
        reference: u8,
    },
    /// The worker's round.
    Sweep,
    /// Time passes.
    Later(u8),
    Match {
        deposit: u8,
        account: u8,
    },
    Return {
        deposit: u8,
        has_receiver: bool,
    },
    Confirm {
        deposit: u8,
    },
    Fail {
        deposit: u8,
    },
    /// The bank takes a deposit back, or tries to take more.
    Reverse {
        deposit: u8,
        is_more: bool,
        reference: u8,
    },
    Apply {
        reversal: u8,
        deposit: u8,
    },
    Transfer {
        from: u8,
        to: u8,
        minor: i64,
        is_reserved: bool,
    },
    Post {
        transfer: u8,
    },
    Release {
        transfer: u8,
    },
    Switch {
        account: u8,
    },
    /// Some days pass, and what is due is settled.
    Settle,
    /// The bank pays a settlement, or cannot.
    EndSettlement {
        settlement: u8,
        is_paid: bool,
    },
    /// The operator asks no more for a deposit.
    Waive {
        fee: u8,
    },
    /// The process dies after so many turns of this step, and somebody does it again.
    Crash {
        turns: u8,
        step: Box<Step>,
    },
    /// Two do this at once.
    Twice(Box<Step>),
}

pub fn any() -> impl Strategy<Value = Step> {
    prop_oneof![4 => one().boxed(), 1 => crash().boxed(), 1 => twice().boxed()]
}

/// Whatever means the same when it is done again: a switch does not.
fn lasting() -> impl Strategy<Value = Step> {
    one().prop_filter("a switch has no memory", |step| !matches!(step, Step::Switch { .. }))
}

fn crash() -> impl Strategy<Value = Step> {
    (0_u8..120, lasting()).prop_map(|(turns, step)| Step::Crash { turns, step: Box::new(step) })
}

fn twice() -> impl Strategy<Value = Step> {
    lasting().prop_map(|step| Step::Twice(Box::new(step)))
}

fn one() -> Union<BoxedStrategy<Step>> {
    let (number, flag) = (proptest::num::u8::ANY, proptest::bool::ANY);
    let money = || 1_i64..1_000;
    // Few references, so that the same one comes again.
    let reference = || 0_u8..60;
    Union::new_weighted(vec![
        (
            8,
            (number, number, money(), flag, reference())
                .prop_map(|(merchant, account, minor, has_sender, reference)| Step::Pay {
                    merchant,
                    account,
                    minor,
                    has_sender,
                    reference,
                })
                .boxed(),
        ),
        (
            5,
            (number, money(), flag, reference())
                .prop_map(|(account, minor, has_sender, reference)| Step::Import {
                    account,
                    minor,
                    has_sender,
                    reference,
                })
                .boxed(),
        ),
        (2, Just(Step::Sweep).boxed()),
        (2, (1_u8..8).prop_map(Step::Later).boxed()),
        (3, (number, number).prop_map(|(deposit, account)| Step::Match { deposit, account }).boxed()),
        (3, (number, flag).prop_map(|(deposit, has_receiver)| Step::Return { deposit, has_receiver }).boxed()),
        (2, number.prop_map(|deposit| Step::Confirm { deposit }).boxed()),
        (2, number.prop_map(|deposit| Step::Fail { deposit }).boxed()),
        (
            3,
            (number, prop::bool::weighted(0.2), reference())
                .prop_map(|(deposit, is_more, reference)| Step::Reverse { deposit, is_more, reference })
                .boxed(),
        ),
        (2, (number, number).prop_map(|(reversal, deposit)| Step::Apply { reversal, deposit }).boxed()),
        (
            6,
            (number, number, money(), flag)
                .prop_map(|(from, to, minor, is_reserved)| Step::Transfer { from, to, minor, is_reserved })
                .boxed(),
        ),
        (3, number.prop_map(|transfer| Step::Post { transfer }).boxed()),
        (3, number.prop_map(|transfer| Step::Release { transfer }).boxed()),
        (1, number.prop_map(|account| Step::Switch { account }).boxed()),
        (1, number.prop_map(|fee| Step::Waive { fee }).boxed()),
        (2, Just(Step::Settle).boxed()),
        (3, (number, flag).prop_map(|(settlement, is_paid)| Step::EndSettlement { settlement, is_paid }).boxed()),
    ])
}
