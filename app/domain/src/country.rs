//! Countries and territories of ISO 3166-1.
//!
//! The codes and names are a table of our own: the crates that have it are either no longer kept (names of 2012 to 2018),
//! or carry a megabyte of subdivisions or formal names ("The United States Of America") that a form should not show.

mod table;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::fault::FieldFault;
use table::{COUNTRIES, WITHOUT_POSTAL_CODES};

/// A country or territory with an ISO 3166-1 code. Ordered as [`Country::all`] is, by name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country(u8);

static ALL: [Country; COUNTRIES.len()] = {
    let mut all = [Country(0); COUNTRIES.len()];
    let mut index: u8 = 0;
    while (index as usize) < all.len() {
        all[index as usize] = Country(index);
        index = index.saturating_add(1);
    }
    all
};

impl Country {
    /// Reads an alpha-2 or alpha-3 code in any case, blanks around it ignored.
    ///
    /// # Errors
    /// `required` for an empty text, `invalid` for anything that is no such code.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        let text = text.trim();
        if text.is_empty() {
            return Err(FieldFault::new("required", "Choose a country."));
        }
        Self::all()
            .iter()
            .find(|country| {
                let (alpha_2, alpha_3, _) = country.row();
                text.eq_ignore_ascii_case(alpha_2) || text.eq_ignore_ascii_case(alpha_3)
            })
            .copied()
            .ok_or_else(|| FieldFault::new("invalid", "Enter a two-letter country code, such as AU."))
    }

    /// All of them, sorted by name as a person would look for it (Åland under A).
    #[must_use]
    pub fn all() -> &'static [Self] {
        &ALL
    }

    /// The alpha-2 code, two capital letters.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.row().0
    }

    /// The alpha-3 code, as passports and cards bear it.
    #[must_use]
    pub fn alpha_3(self) -> &'static str {
        self.row().1
    }

    /// The short English name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().2
    }

    /// False where the post knows no postal codes, so that nobody is asked for one.
    #[must_use]
    pub fn has_postal_codes(self) -> bool {
        !WITHOUT_POSTAL_CODES.contains(&self.code())
    }

    fn row(self) -> table::Row {
        COUNTRIES[usize::from(self.0)]
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl TryFrom<String> for Country {
    type Error = FieldFault;

    fn try_from(text: String) -> Result<Self, FieldFault> {
        Self::parse(&text)
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.code().to_owned()
    }
}

impl std::str::FromStr for Country {
    type Err = FieldFault;

    fn from_str(text: &str) -> Result<Self, FieldFault> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests;
