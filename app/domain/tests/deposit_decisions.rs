//! What becomes of a deposit, in the order of the checks: account, customer, switch, currency.
#![expect(clippy::unwrap_used, reason = "a fixture that cannot be made must fail the test")]

mod fixtures;

use domain::{
    account_number::{AccountNumber, NumberRange},
    customer::Customer,
    deposit::{Addressee, DepositNotice, Outcome, decide},
    id::{VirtualAccountId, WalletId},
    money::{Currency, Money},
    review::Verdict,
    standing::Reason,
    wallet::{CreditTo, ReadyCustomer, SenderParty, VirtualAccount},
};
use fixtures::{customer_id, individual, moment, organisation_id};
use uuid::Uuid;

fn notice(currency: Currency) -> DepositNotice {
    DepositNotice {
        rail: "npp".into(),
        bank_reference: "1".into(),
        amount: Money::new(1_000, currency),
        sender: SenderParty::default(),
        reference: None,
        received_at: moment(0),
    }
}

fn account(is_active: bool) -> VirtualAccount {
    let number: AccountNumber = NumberRange::sandbox(Currency::AUD).unwrap().number_at(0).unwrap();
    VirtualAccount {
        id: VirtualAccountId::from_uuid(Uuid::from_u128(5)),
        organisation_id: organisation_id(),
        wallet_id: WalletId::from_uuid(Uuid::from_u128(6)),
        customer_id: customer_id(),
        currency: Currency::AUD,
        account_name: "Elin Nordquist".into(),
        number,
        credit_to: CreditTo::CustomerWallet,
        is_active,
        created_at: moment(0),
    }
}

fn under_review() -> Customer {
    Customer::create(customer_id(), organisation_id(), individual(), moment(0)).customer
}

fn approved() -> Customer {
    under_review().decide(1, Verdict::Pass, moment(1)).unwrap().customer
}

fn suspended() -> Customer {
    let reasons = vec![Reason::new("age", "Too young.")];
    under_review().decide(1, Verdict::Fail(reasons), moment(1)).unwrap().customer
}

fn disabled() -> Customer {
    approved().switch(false, moment(2)).unwrap()
}

fn outcome_code(outcome: &Outcome) -> (&'static str, &str) {
    match outcome {
        Outcome::Credit => ("credit", ""),
        Outcome::Hold(reason) => ("hold", &reason.code),
        Outcome::Reject(reason) => ("reject", &reason.code),
    }
}

#[test]
fn an_unknown_account_is_held_and_never_rejected() {
    assert_eq!(outcome_code(&decide(&notice(Currency::AUD), None)), ("hold", "account_unknown"));
}

#[test]
fn the_first_reason_in_the_order_of_the_checks_decides() {
    let (aud, nzd) = (Currency::AUD, Currency::NZD);
    for (is_open, customer, is_organisation_suspended, currency, expected) in [
        (true, approved(), false, aud, ("credit", "")),
        (true, approved(), false, nzd, ("reject", "currency_mismatch")),
        (true, disabled(), false, aud, ("reject", "customer_disabled")),
        (true, disabled(), false, nzd, ("reject", "customer_disabled")),
        (true, disabled(), true, nzd, ("reject", "customer_not_active")),
        (true, approved(), true, aud, ("reject", "customer_not_active")),
        (true, suspended(), false, aud, ("reject", "customer_not_active")),
        (true, under_review(), false, aud, ("reject", "customer_not_active")),
        (true, approved().delete(moment(3)), false, aud, ("reject", "customer_not_active")),
        (false, approved(), false, aud, ("reject", "account_closed")),
        (false, suspended(), true, nzd, ("reject", "account_closed")),
    ] {
        let account = account(is_open);
        let addressee = Addressee { account: &account, customer: &customer, is_organisation_suspended };
        let outcome = decide(&notice(currency), Some(addressee));
        assert_eq!(outcome_code(&outcome), expected, "{:?} {is_organisation_suspended} {currency}", customer.status());
    }
}

#[test]
fn a_wallet_is_refused_with_every_reason() {
    let codes = |customer: &Customer, is_suspended| -> Vec<String> {
        let refused = ReadyCustomer::check(customer, is_suspended).err().unwrap_or_default();
        refused.into_iter().map(|reason| reason.code).collect()
    };
    assert!(codes(&approved(), false).is_empty());
    assert_eq!(codes(&disabled(), true), ["organisation_suspended", "disabled"]);
    assert_eq!(codes(&suspended(), false), ["suspended", "age"]);
    let mut details = individual();
    details.documents.id_proof = None;
    details.account_usage_purpose = None;
    let pending = Customer::create(customer_id(), organisation_id(), details, moment(0)).customer;
    assert_eq!(
        codes(&pending.switch(false, moment(1)).unwrap(), false),
        ["missing", "missing", "pending_info", "disabled"]
    );
}
