//! ABA routing number: the nine digits of a bank in the United States, the last of them a check digit.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::compact;
use crate::fault::FieldFault;

/// The American Bankers Association's weights, for all nine digits; the weighted sum is a multiple of ten.
const WEIGHTS: [u32; 9] = [3, 7, 1, 3, 7, 1, 3, 7, 1];

/// A routing number with a correct check digit. Whether such a bank exists is not known here.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RoutingNumber([u8; 9]);

impl RoutingNumber {
    /// Reads nine digits; blanks and dashes are ignored.
    ///
    /// # Errors
    /// `required` for an empty text, `invalid` for anything but nine digits, `check_digit` when the last digit does not
    /// fit the others.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        if text.trim().is_empty() {
            return Err(FieldFault::new("required", "Enter the routing number."));
        }
        let digits = compact(text)
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|digits| <[u8; 9]>::try_from(digits.as_bytes()).ok())
            .ok_or_else(|| FieldFault::new("invalid", "Enter a routing number of 9 digits, such as 111000025."))?;
        if digits == [b'0'; 9] || !weighted_sum(&digits).is_multiple_of(10) {
            return Err(FieldFault::new("check_digit", "Check the routing number: its last digit does not fit."));
        }
        Ok(Self(digits))
    }
}

impl fmt::Display for RoutingNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|digit| write!(f, "{}", char::from(*digit)))
    }
}

impl fmt::Debug for RoutingNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RoutingNumber({self})")
    }
}

impl TryFrom<String> for RoutingNumber {
    type Error = FieldFault;

    fn try_from(text: String) -> Result<Self, FieldFault> {
        Self::parse(&text)
    }
}

impl From<RoutingNumber> for String {
    fn from(routing: RoutingNumber) -> Self {
        routing.to_string()
    }
}

/// At most 9 × 9 × 7, far from overflow.
fn weighted_sum(digits: &[u8; 9]) -> u32 {
    let value = |digit: u8| u32::from(digit).saturating_sub(u32::from(b'0'));
    digits.iter().zip(WEIGHTS).map(|(digit, weight)| value(*digit).saturating_mul(weight)).sum()
}
