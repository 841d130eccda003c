//! BSB: the six digits of an Australian bank, state and branch.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::compact;
use crate::fault::FieldFault;

/// A BSB, six digits, shown `062-000`. Whether such a branch exists is not known here.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Bsb([u8; 6]);

impl Bsb {
    /// Reads six digits; blanks and dashes of any kind are ignored, leading zeros are kept.
    ///
    /// # Errors
    /// `required` for an empty text, `invalid` for anything but six digits.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        if text.trim().is_empty() {
            return Err(FieldFault::new("required", "Enter the BSB."));
        }
        compact(text)
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|digits| <[u8; 6]>::try_from(digits.as_bytes()).ok())
            .map(Self)
            .ok_or_else(|| FieldFault::new("invalid", "Enter a BSB of 6 digits, such as 062-000."))
    }

    /// The six digits without the hyphen.
    #[must_use]
    pub fn digits(self) -> String {
        self.0.iter().copied().map(char::from).collect()
    }
}

impl fmt::Display for Bsb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.digits();
        let (bank, branch) = digits.split_at(3);
        write!(f, "{bank}-{branch}")
    }
}

impl fmt::Debug for Bsb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bsb({self})")
    }
}

impl TryFrom<String> for Bsb {
    type Error = FieldFault;

    fn try_from(text: String) -> Result<Self, FieldFault> {
        Self::parse(&text)
    }
}

impl From<Bsb> for String {
    fn from(bsb: Bsb) -> Self {
        bsb.to_string()
    }
}
