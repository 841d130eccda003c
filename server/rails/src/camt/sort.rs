//! Sorts bookings into credits to be made and the rest, which is listed with its reason.
//!
//! What was booked on the account is the truth: a booking of one payment counts with the booking's amount, whatever the
//! payment's details say about charges and foreign currencies. A booking of several is told apart into its payments only
//! if they all have amounts in the booking's currency that add up to it exactly, debits among them counted off.
//! Otherwise it becomes one notice of the booked amount on the statement account, marked as unitemised: the ledger then
//! agrees with the bank, nothing is guessed, and no other payment of the file has to wait for the bank to explain itself.

use domain::money::Money;

use super::account::RawAccount;
use super::entry::{Direction, Entry, Payment};
use super::identity::Identities;
use crate::notice::{Account, Notice, Sender, SkipReason, Skipped};
use crate::xml::Place;

/// Sorts the bookings of one notification.
pub(crate) struct Sorter<'a> {
    account: &'a RawAccount,
    identities: Identities<'a>,
    notices: &'a mut Vec<Notice>,
    skipped: &'a mut Vec<Skipped>,
}

impl<'a> Sorter<'a> {
    pub(crate) fn new(
        account: &'a RawAccount,
        identities: Identities<'a>,
        notices: &'a mut Vec<Notice>,
        skipped: &'a mut Vec<Skipped>,
    ) -> Self {
        Self { account, identities, notices, skipped }
    }

    /// Adds what the booking is to the notices or to the skipped.
    pub(crate) fn sort(&mut self, entry: &Entry) {
        self.identities.next_entry();
        if let Some(reason) = reason_to_skip(entry) {
            self.skip(reason, &entry.place, entry, None, entry.amount);
            return;
        }
        match itemise(entry) {
            Items::Whole => self.credit_whole(entry),
            Items::One(payment) => self.credit(entry, payment, entry.amount),
            Items::Several(payments) => {
                for (payment, amount) in payments {
                    self.sort_item(entry, payment, amount);
                }
            }
        }
    }

    fn sort_item(&mut self, entry: &Entry, payment: &Payment, amount: Money) {
        let reason = if payment.direction == Some(Direction::Debit) {
            SkipReason::Debit
        } else if payment.is_return {
            SkipReason::ReturnedPayment
        } else if amount.is_zero() {
            SkipReason::ZeroAmount
        } else {
            self.credit(entry, payment, amount);
            return;
        };
        self.skip(reason, &payment.place, entry, Some(payment), amount);
    }

    fn credit(&mut self, entry: &Entry, payment: &Payment, amount: Money) {
        let (bank_reference, other_references) = self.identities.give(entry, Some(payment), amount);
        let statement_account = self.account.resolve(None, amount.currency());
        let account = self.paid_account(payment, amount).unwrap_or_else(|| statement_account.clone());
        self.notices.push(Notice {
            bank_reference,
            other_references,
            entry_reference: entry.servicer_reference.clone(),
            account,
            statement_account,
            amount,
            booked_on: entry.booked.map(|(day, _)| day),
            booked_at: entry.booked.and_then(|(_, time)| time),
            value_on: entry.value_on,
            sender: sender(payment, amount),
            ultimate_sender_name: payment.ultimate_debtor.name.clone(),
            reference: payment_reference(payment),
            end_to_end_id: payment.references.end_to_end.clone(),
            is_unitemised: false,
        });
    }

    fn credit_whole(&mut self, entry: &Entry) {
        let (bank_reference, other_references) = self.identities.give(entry, None, entry.amount);
        let account = self.account.resolve(None, entry.amount.currency());
        self.notices.push(Notice {
            bank_reference,
            other_references,
            entry_reference: entry.servicer_reference.clone(),
            statement_account: account.clone(),
            account,
            amount: entry.amount,
            booked_on: entry.booked.map(|(day, _)| day),
            booked_at: entry.booked.and_then(|(_, time)| time),
            value_on: entry.value_on,
            sender: Sender::default(),
            ultimate_sender_name: None,
            reference: None,
            end_to_end_id: None,
            is_unitemised: !entry.payments.is_empty() || entry.batch_payments.is_some_and(|payments| payments > 1),
        });
    }

    fn skip(&mut self, reason: SkipReason, place: &Place, entry: &Entry, payment: Option<&Payment>, amount: Money) {
        let concerns_a_payment =
            matches!(reason, SkipReason::Reversal | SkipReason::ReversedCredit | SkipReason::ReturnedPayment);
        // A reversal is found at its booking; when that is of one payment, that payment was meant.
        let payment = payment.or(match entry.payments.as_slice() {
            [only] => Some(only),
            _ => None,
        });
        let (bank_reference, other_references) =
            concerns_a_payment.then(|| self.identities.look_up(entry, payment, amount)).unzip();
        self.skipped.push(Skipped {
            reason,
            element: place.element.clone(),
            line: place.line,
            bank_reference,
            other_references: other_references.unwrap_or_default(),
            amount,
            end_to_end_id: payment
                .filter(|_| reason == SkipReason::Debit)
                .and_then(|payment| payment.references.end_to_end.clone()),
        });
    }

    /// The creditor's account, when the bank names one that is not the statement account over again.
    fn paid_account(&self, payment: &Payment, amount: Money) -> Option<Account> {
        let account = payment.creditor_account.as_ref()?;
        if account.key() == self.account.key() && payment.creditor_bank.clearing.is_none() {
            return None;
        }
        Some(account.resolve(Some(&payment.creditor_bank), amount.currency()))
    }
}

fn reason_to_skip(entry: &Entry) -> Option<SkipReason> {
    match (entry.direction, entry.is_reversal) {
        _ if !entry.is_booked => Some(SkipReason::NotBooked),
        (Direction::Debit, true) => Some(SkipReason::ReversedCredit),
        (Direction::Debit, false) => Some(SkipReason::Debit),
        (Direction::Credit, true) => Some(SkipReason::Reversal),
        (Direction::Credit, false) if entry.amount.is_zero() => Some(SkipReason::ZeroAmount),
        (Direction::Credit, false) if is_all_returns(entry) => Some(SkipReason::ReturnedPayment),
        (Direction::Credit, false) => None,
    }
}

fn is_all_returns(entry: &Entry) -> bool {
    entry.is_return || (!entry.payments.is_empty() && entry.payments.iter().all(|payment| payment.is_return))
}

/// How a booking divides into payments.
enum Items<'a> {
    Whole,
    One(&'a Payment),
    Several(Vec<(&'a Payment, Money)>),
}

fn itemise(entry: &Entry) -> Items<'_> {
    match entry.payments.as_slice() {
        [] => Items::Whole,
        [only] if is_itemised_in_part(entry) || only.direction == Some(Direction::Debit) => Items::Whole,
        [only] => Items::One(only),
        _ if accounts_for_all(entry) => Items::Several(
            entry.payments.iter().filter_map(|payment| payment.amount.map(|amount| (payment, amount))).collect(),
        ),
        _ => Items::Whole,
    }
}

/// Whether the bank says that it booked several payments, and gives one of them.
fn is_itemised_in_part(entry: &Entry) -> bool {
    entry.batch_payments.is_some_and(|payments| payments > 1) && !accounts_for_all(entry)
}

/// Whether the payments' amounts are all known and make up the booking's amount exactly.
fn accounts_for_all(entry: &Entry) -> bool {
    let sum = entry.payments.iter().try_fold(0_i64, |sum, payment| {
        let amount = payment.amount?.minor();
        match payment.direction {
            Some(Direction::Debit) => sum.checked_sub(amount),
            Some(Direction::Credit) | None => sum.checked_add(amount),
        }
    });
    sum == Some(entry.amount.minor())
}

/// Who paid, as far as the payment says.
pub(crate) fn sender(payment: &Payment, amount: Money) -> Sender {
    let institution = payment.debtor.institution.as_ref();
    let bank = if payment.debtor_bank.bic.is_some() || payment.debtor_bank.clearing.is_some() {
        Some(&payment.debtor_bank)
    } else {
        institution
    };
    let account = payment.debtor_account.as_ref().map(|account| account.resolve(bank, amount.currency()));
    let clearing = bank.and_then(|bank| bank.clearing.clone());
    let mut sender = Sender {
        name: payment.debtor.name.clone().or_else(|| institution.and_then(|bank| bank.name.clone())),
        bic: bank.and_then(|bank| bank.bic.clone()),
        pay_id: payment.debtor_account.as_ref().and_then(RawAccount::alias).map(str::to_owned),
        clearing,
        ..Sender::default()
    };
    match account {
        Some(Account::Iban(iban)) => sender.iban = Some(iban),
        Some(Account::Other(other)) => {
            sender.bsb = other.bsb;
            sender.account_number = Some(other.account_number);
        }
        Some(Account::Alias { .. }) | None => {}
    }
    sender
}

/// What the payer wrote.
pub(crate) fn payment_reference(payment: &Payment) -> Option<String> {
    let parts = if payment.structured.is_empty() { &payment.unstructured } else { &payment.structured };
    (!parts.is_empty()).then(|| parts.join(" "))
}
