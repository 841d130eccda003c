//! What was typed, read into what the verbs take: every problem at once, named as the form names its fields.

use domain::{
    account_number::Bsb,
    fault::{FieldError, FieldFault},
    id::{CustomerId, VirtualAccountId},
    money::{Currency, Money},
    wallet::{CreditTo, SenderParty},
};
use service::{DepositTarget, Error, SandboxDeposit};

use super::view::{IssueInput, SimulateInput};

/// A currency and where its money goes.
pub struct Issue {
    pub currency: Currency,
    pub credit_to: CreditTo,
}

/// Who is meant: a suggestion and a pasted id hold the id, anything else is looked for.
#[derive(Debug, PartialEq, Eq)]
pub enum Wanted<'a> {
    Id(CustomerId),
    Words(&'a str),
}

impl IssueInput {
    /// # Errors
    /// Every field that cannot be read.
    pub fn read(&self) -> Result<Issue, Vec<FieldError>> {
        let currency = Currency::parse(&self.currency).map_err(|fault| fault.at("currency"));
        let credit_to = match self.credit_to.as_str() {
            "" => Ok(CreditTo::CustomerWallet),
            code => CreditTo::from_code(code)
                .ok_or_else(|| FieldError::new("credit_to", "invalid", "Choose where the money goes.")),
        };
        match (currency, credit_to) {
            (Ok(currency), Ok(credit_to)) => Ok(Issue { currency, credit_to }),
            (currency, credit_to) => Err(currency.err().into_iter().chain(credit_to.err()).collect()),
        }
    }

    /// # Errors
    /// When nothing was typed.
    pub fn wanted(&self) -> Result<Wanted<'_>, FieldError> {
        let text = self.customer.trim();
        if text.is_empty() {
            return Err(FieldError::new("customer", "required", "Choose a customer."));
        }
        let id = text.split_whitespace().find_map(|word| word.parse().ok());
        Ok(id.map_or(Wanted::Words(text), Wanted::Id))
    }
}

impl SimulateInput {
    /// # Errors
    /// Every field that cannot be read.
    pub fn read(&self, account_id: VirtualAccountId, currency: Currency) -> Result<SandboxDeposit, Vec<FieldError>> {
        let mut errors = Vec::new();
        let amount = Money::parse(&self.amount, currency).and_then(|amount| {
            let fault = || FieldFault::new("not_positive", "Enter an amount above zero.");
            if amount.is_positive() { Ok(amount) } else { Err(fault()) }
        });
        let bsb = match self.sender_bsb.trim() {
            "" => Ok(None),
            text => Bsb::parse(text).map(|bsb| Some(bsb.to_string())),
        };
        let amount = amount.map_err(|fault| errors.push(fault.at("amount"))).ok();
        let bsb = bsb.map_err(|fault| errors.push(fault.at("sender_bsb"))).ok();
        match (amount, bsb) {
            (Some(amount), Some(bsb)) => Ok(SandboxDeposit {
                to: DepositTarget::VirtualAccount(account_id),
                amount,
                sender: SenderParty {
                    name: text(&self.sender_name),
                    bsb,
                    account_number: text(&self.sender_account_number),
                    ..SenderParty::default()
                },
                reference: text(&self.reference),
                bank_reference: None,
                rail: None,
                received_at: None,
            }),
            _ => Err(errors),
        }
    }

    /// As the form sent it, to be kept.
    pub fn pairs(&self) -> [(&'static str, &str); 5] {
        [
            ("amount", &self.amount),
            ("sender_name", &self.sender_name),
            ("sender_bsb", &self.sender_bsb),
            ("sender_account_number", &self.sender_account_number),
            ("reference", &self.reference),
        ]
    }
}

/// The verb names the fields of a notice; the form has names of its own.
pub fn as_the_form_names_them(error: Error) -> Error {
    match error {
        Error::Invalid(errors) => Error::Invalid(
            errors
                .into_iter()
                .map(|error| FieldError { field: error.field.replace("sender.", "sender_"), ..error })
                .collect(),
        ),
        error => error,
    }
}

fn text(typed: &str) -> Option<String> {
    let typed = typed.trim();
    (!typed.is_empty()).then(|| typed.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "customer_01975fab0f3c7d0c9a4e1b2c3d4e5f60";

    fn account() -> VirtualAccountId {
        "va_01975fab0f3c7d0c9a4e1b2c3d4e5f60".parse().unwrap()
    }

    #[test]
    fn a_customer_is_known_by_a_suggestion_an_id_or_words() {
        let wanted = |customer: &str| {
            let input = IssueInput { customer: customer.to_owned(), ..IssueInput::default() };
            format!("{:?}", input.wanted().map_err(|error| error.code))
        };
        assert_eq!(wanted(ID), format!("Ok(Id({ID}))"));
        assert_eq!(wanted(&super::super::view::customer_text("Mara · Lindqvist", ID)), format!("Ok(Id({ID}))"));
        assert_eq!(wanted(" Mara Lind "), "Ok(Words(\"Mara Lind\"))");
        assert_eq!(wanted("  "), "Err(\"required\")");
    }

    #[test]
    fn everything_wrong_with_a_wallet_is_told_at_once() {
        let input = IssueInput { currency: "XAU".to_owned(), credit_to: "mine".to_owned(), ..IssueInput::default() };
        let fields: Vec<_> = input.read().err().unwrap().into_iter().map(|error| error.field).collect();
        assert_eq!(fields, ["currency", "credit_to"]);
    }

    #[test]
    fn what_the_sender_left_out_is_absent_and_not_empty() {
        let input = SimulateInput {
            amount: "1,250.00".to_owned(),
            sender_bsb: "062000".to_owned(),
            ..SimulateInput::default()
        };
        let deposit = input.read(account(), Currency::AUD).unwrap();
        assert_eq!(deposit.amount, Money::new(125_000, Currency::AUD));
        assert_eq!(deposit.sender, SenderParty { bsb: Some("062-000".to_owned()), ..SenderParty::default() });
        assert_eq!(deposit.reference, None);
    }

    #[test]
    fn play_money_needs_an_amount_above_zero_and_a_bsb_of_six_digits() {
        let input =
            SimulateInput { amount: "0.00".to_owned(), sender_bsb: "12".to_owned(), ..SimulateInput::default() };
        let fields: Vec<_> =
            input.read(account(), Currency::AUD).err().unwrap().into_iter().map(|error| error.field).collect();
        assert_eq!(fields, ["amount", "sender_bsb"]);
    }
}
