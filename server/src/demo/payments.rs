//! The money of a demonstration: who sends how much, and what banks tell of it.

use chrono::{DateTime, Utc};
use domain::{
    account_number::{Iban, NumberRange},
    id::VirtualAccountId,
    money::{Currency, Money},
    wallet::SenderParty,
};
use fastrand::Rng;
use service::{DepositTarget, SandboxDeposit};

use super::people::{filled, pick};

const REFERENCES: [&str; 14] = [
    "Savings",
    "Top up",
    "Invoice 20418",
    "Deposit",
    "Wallet funding",
    "Rent Nov",
    "INV-7731 part 2",
    "Überweisung",
    "Thank you!",
    "For the account",
    "Monthly transfer",
    "Virement épargne",
    "Kontoauffüllung",
    "入金",
];
/// Some pay from an account in somebody else's name.
const OTHERS: [&str; 6] = [
    "Blue Gum Superannuation Fund Pty Ltd ATF The Whitfield Family Trust",
    "J & M Carmody",
    "PAYROLL SERVICES INTL",
    "Frau Dr. Anneliese Kühn",
    "MR L OBRIEN",
    "Northlight Photographic Studios",
];
const BSBS: [&str; 6] = ["062-000", "033-088", "013-442", "083-170", "484-799", "733-123"];

/// An account that takes money.
#[derive(Clone, Debug)]
pub(super) struct Payee {
    pub account: VirtualAccountId,
    pub currency: Currency,
    /// The customer's name, who mostly pays in person.
    pub name: String,
    /// Tells apart whose bank account it is.
    pub number: usize,
}

/// What is peculiar about a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Oddity {
    None,
    /// To a number that nobody has.
    UnknownAccount,
    /// In another currency than the account takes.
    OtherCurrency,
    /// To somebody who was disabled.
    Disabled,
}

/// What payment `n` is like. Every kind comes early, so that few payments show all.
pub(super) const fn oddity(n: usize) -> Oddity {
    match n % 47 {
        5 => Oddity::UnknownAccount,
        9 => Oddity::OtherCurrency,
        13 | 29 => Oddity::Disabled,
        _ => Oddity::None,
    }
}

/// Payment `n`, for `payee`.
pub(super) fn payment(rng: &mut Rng, n: usize, payee: &Payee, oddity: Oddity, at: DateTime<Utc>) -> SandboxDeposit {
    let currency = match oddity {
        Oddity::OtherCurrency if payee.currency == Currency::AUD => Currency::NZD,
        Oddity::OtherCurrency => Currency::AUD,
        _ => payee.currency,
    };
    let to = match oddity {
        Oddity::UnknownAccount => nobody(rng, currency).unwrap_or(DepositTarget::VirtualAccount(payee.account)),
        _ => DepositTarget::VirtualAccount(payee.account),
    };
    let rail = match currency {
        Currency::AUD if rng.u8(0..3) == 0 => "direct_entry",
        Currency::AUD => "npp",
        _ => "other",
    };
    SandboxDeposit {
        to,
        amount: amount(rng, currency),
        sender: sender(rng, payee, currency),
        reference: (rng.u8(0..7) != 0).then(|| pick(rng, &REFERENCES).to_owned()),
        bank_reference: Some(format!("{}{:011}", rail.to_uppercase().replace('_', ""), 70_000_000_000 + n)),
        rail: Some(rail.to_owned()),
        // Banks tell a moment after they have it.
        received_at: Some(at - chrono::TimeDelta::milliseconds(rng.i64(400..9_000))),
    }
}

/// A valid number of the test range that is far from being issued.
fn nobody(rng: &mut Rng, currency: Currency) -> Option<DepositTarget> {
    let range = NumberRange::sandbox(currency)?;
    let size = range.size().ok()?;
    let number = range.number_at(size.checked_sub(rng.u64(1..5_000))?).ok()?;
    Some(DepositTarget::Numbers(number.fields()))
}

/// Mostly some hundreds, now and then a lot; round as people pay, or not.
fn amount(rng: &mut Rng, currency: Currency) -> Money {
    let whole = match rng.u8(0..20) {
        0..=8 => rng.i64(2..40) * 10,
        9..=15 => rng.i64(4..60) * 50,
        16..=18 => rng.i64(30..250) * 100,
        _ => rng.i64(30..400) * 1_000,
    };
    let factor = match currency {
        Currency::THB => 25,
        Currency::PHP => 40,
        _ => 1,
    };
    let cents = if rng.u8(0..4) == 0 { rng.i64(1..100) } else { 0 };
    Money::new(whole * factor * 100 + cents, currency)
}

/// Who sends it, as far as the bank tells: sometimes a name alone, sometimes nothing.
fn sender(rng: &mut Rng, payee: &Payee, currency: Currency) -> SenderParty {
    let told = rng.u8(0..25);
    if told == 0 {
        return SenderParty::default();
    }
    let name = match rng.u8(0..12) {
        0 => pick(rng, &OTHERS).to_owned(),
        1 | 2 => payee.name.to_uppercase(),
        _ => payee.name.clone(),
    };
    let mut sender = SenderParty { name: Some(name.chars().take(140).collect()), ..SenderParty::default() };
    if told == 1 {
        return sender;
    }
    // The same customer pays from the same account each time.
    let mut own = Rng::with_seed(payee.number as u64);
    match currency {
        Currency::AUD if told == 2 => sender.pay_id = Some(format!("payer{}@example.com", payee.number)),
        Currency::AUD => {
            sender.bsb = Some(pick(&mut own, &BSBS).to_owned());
            sender.account_number = Some(filled(&mut own, "1########"));
        }
        Currency::EUR => sender.iban = iban("DE", &filled(&mut own, "50010517##########")),
        Currency::GBP => sender.iban = iban("GB", &format!("NWBK{}", filled(&mut own, "560036########"))),
        Currency::NZD => sender.account_number = Some(filled(&mut own, "12-3113-0######-00")),
        _ => sender.account_number = Some(filled(&mut own, "4###########")),
    }
    sender
}

fn iban(country: &str, number: &str) -> Option<String> {
    Iban::with_check_digits(country, number).ok().map(|iban| iban.to_string())
}
