//! An amount as pages carry it to the browser: digits and a code, no arithmetic.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ui::{Amount, format};

/// An amount of minor units with all that is needed to write it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    pub minor: i64,
    pub currency: String,
    /// Decimals of the currency.
    pub digits: u8,
}

impl Sum {
    /// As text for titles and toasts: `AUD 1,250.00`.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{} {}", self.currency, format::figure(self.minor, self.digits))
    }

    /// The same amount on the other side.
    #[must_use]
    pub fn negated(&self) -> Self {
        Self { minor: self.minor.saturating_neg(), ..self.clone() }
    }

    /// As a cell or a fact shows it.
    #[must_use]
    pub fn show(&self) -> AnyView {
        view! { <Amount minor=self.minor currency=self.currency.clone() digits=self.digits/> }.into_any()
    }

    /// The same, with a plus where money comes in.
    #[must_use]
    pub fn show_movement(&self) -> AnyView {
        view! { <Amount minor=self.minor currency=self.currency.clone() digits=self.digits plus=true/> }.into_any()
    }

    /// As large as a heading.
    #[must_use]
    pub fn show_large(&self) -> AnyView {
        view! { <Amount minor=self.minor currency=self.currency.clone() digits=self.digits hero=true/> }.into_any()
    }
}

#[cfg(feature = "ssr")]
impl From<domain::money::Money> for Sum {
    fn from(money: domain::money::Money) -> Self {
        let currency = money.currency();
        Self {
            minor: money.minor(),
            currency: currency.code().to_owned(),
            digits: u8::try_from(currency.exponent()).unwrap_or(0),
        }
    }
}
