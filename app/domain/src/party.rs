//! People, companies and where they are: the fields of a customer, read and checked, each of which may still be absent.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::{contact::Website, country::Country};

/// Where somebody lives or works.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Address {
    /// Street and number.
    pub line1: Option<String>,
    /// Flat, floor, building.
    pub line2: Option<String>,
    /// City, town or suburb.
    pub city: Option<String>,
    /// State, province or region.
    pub state: Option<String>,
    /// Postal code, where the country has them.
    pub postal_code: Option<String>,
    /// Country.
    pub country: Option<Country>,
}

/// What kind of paper proves who somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentificationType {
    /// Passport.
    Passport,
    /// National identity card.
    NationalId,
    /// Driver licence.
    DriverLicence,
    /// Residence permit.
    ResidencePermit,
}

impl IdentificationType {
    /// All of them, in the order a form shows.
    pub const ALL: [Self; 4] = [Self::Passport, Self::NationalId, Self::DriverLicence, Self::ResidencePermit];

    /// The word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Passport => "passport",
            Self::NationalId => "national_id",
            Self::DriverLicence => "driver_licence",
            Self::ResidencePermit => "residence_permit",
        }
    }

    /// The words for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Passport => "Passport",
            Self::NationalId => "National ID",
            Self::DriverLicence => "Driver licence",
            Self::ResidencePermit => "Residence permit",
        }
    }
}

/// A paper that proves who somebody is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Identification {
    /// Its kind.
    #[serde(rename = "type")]
    pub kind: Option<IdentificationType>,
    /// Its number as printed, blanks at the ends removed.
    pub number: Option<String>,
    /// Who issued it.
    pub issuing_country: Option<Country>,
    /// Its last day.
    pub expires_on: Option<NaiveDate>,
}

impl Identification {
    /// Kind, country and normalised number: equal for two records exactly when they mean the same paper.
    #[must_use]
    pub fn fingerprint_input(&self) -> Option<String> {
        let number: String =
            self.number.as_deref()?.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
        (!number.is_empty()).then(|| {
            format!(
                "{}|{}|{number}",
                self.kind.map_or("", IdentificationType::code),
                self.issuing_country.map_or("", |c| c.code())
            )
        })
    }
}

/// A natural person: an individual customer, or the one who acts for a company.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Person {
    /// Given names.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Date of birth.
    pub date_of_birth: Option<NaiveDate>,
    /// Nationality.
    pub nationality: Option<Country>,
    /// Country of residence.
    pub country_of_residence: Option<Country>,
    /// The paper that proves it.
    pub identification: Identification,
}

impl Person {
    /// Both names, in the order they are spoken.
    #[must_use]
    pub fn full_name(&self) -> String {
        [self.first_name.as_deref(), self.last_name.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// Somebody who owns a company in the end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BeneficialOwner {
    /// Full name.
    pub name: String,
    /// Date of birth.
    pub date_of_birth: Option<NaiveDate>,
    /// Nationality.
    pub nationality: Option<Country>,
    /// Share in whole percent, 25 to 100.
    pub share: Option<u8>,
}

/// A company.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Company {
    /// Registered name.
    pub name: String,
    /// Number in the register of its country.
    pub registration_number: Option<String>,
    /// Where it is registered.
    pub incorporation_country: Option<Country>,
    /// When it was registered.
    pub incorporation_date: Option<NaiveDate>,
    /// What it does.
    pub nature_of_business: Option<String>,
    /// Its website.
    pub website: Option<Website>,
    /// Who acts for it.
    pub authorized_person: Person,
    /// Those who own 25 % or more.
    pub beneficial_owners: Vec<BeneficialOwner>,
}

/// Full years between a birth and a day. Someone born on 29 February has their birthday on 1 March in other years.
#[must_use]
pub fn age_in_years(born: NaiveDate, on: NaiveDate) -> i32 {
    let years = on.year().saturating_sub(born.year());
    if (on.month(), on.day()) < (born.month(), born.day()) { years.saturating_sub(1) } else { years }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_birthday_counts_from_its_day_on() {
        for (born, on, years) in [
            ("2000-06-15", "2018-06-14", 17),
            ("2000-06-15", "2018-06-15", 18),
            ("2004-02-29", "2022-02-28", 17),
            ("2004-02-29", "2022-03-01", 18),
            ("2000-01-01", "1999-01-01", -1),
        ] {
            assert_eq!(age_in_years(day(born), day(on)), years, "{born} on {on}");
        }
    }

    #[test]
    fn the_same_paper_is_known_however_it_is_written() {
        let paper = |number: &str| {
            Identification {
                kind: Some(IdentificationType::Passport),
                number: Some(number.into()),
                ..Default::default()
            }
            .fingerprint_input()
        };
        assert_eq!(paper("pa 123-4567"), paper("PA1234567"));
        assert_ne!(paper("PA1234567"), paper("PA1234568"));
        assert_eq!(paper(" - "), None);
    }
}
