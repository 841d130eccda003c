//! The one reading of text into a customer's details: every fault is collected on the way.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::{
    AddressInput, BeneficialOwnerInput, CompanyInput, CustomerInput, DocumentsInput, METADATA_ENTRIES_MAX,
    METADATA_KEY_CHARS_MAX, NOTE_CHARS_MAX, OWNERS_MAX, PersonInput, SENDERS_MAX, TEXT_CHARS_MAX,
};
use crate::{
    contact::Website,
    country::Country,
    customer::{AccountUsagePurpose, CustomerType, Subject},
    document::{DocumentSlot, Documents},
    fault::{FieldError, FieldFault},
    party::{Address, BeneficialOwner, Company, Identification, IdentificationType, Person},
};

/// One reading of one input: collects every fault on the way.
pub(super) struct Reading {
    pub(super) today: NaiveDate,
    pub(super) errors: Vec<FieldError>,
}

impl Reading {
    pub(super) fn subject(&mut self, input: &CustomerInput) -> Subject {
        let kind = match (given(input.kind.as_ref()), &input.individual, &input.company) {
            (Some(kind), ..) => CustomerType::from_code(kind),
            (None, Some(_), None) => Some(CustomerType::Individual),
            (None, None, Some(_)) => Some(CustomerType::Company),
            (None, ..) => None,
        };
        match (kind, &input.individual, &input.company) {
            (Some(CustomerType::Individual), _, Some(_)) => {
                self.fault("company", "not_allowed", "Leave out the company part of an individual");
            }
            (Some(CustomerType::Company), Some(_), _) => {
                self.fault("individual", "not_allowed", "Leave out the individual part of a company");
            }
            _ => {}
        }
        match kind {
            Some(CustomerType::Company) => {
                Subject::Company(Box::new(self.company(&input.company.clone().unwrap_or_default())))
            }
            Some(CustomerType::Individual) => {
                let person = input.individual.clone().unwrap_or_default();
                self.required("individual.first_name", person.first_name.as_ref(), "Enter the first name");
                self.required("individual.last_name", person.last_name.as_ref(), "Enter the last name");
                Subject::Individual(self.person("individual", &person))
            }
            None => {
                self.fault("type", "invalid", "Choose individual or company");
                Subject::Individual(Person::default())
            }
        }
    }

    fn company(&mut self, input: &CompanyInput) -> Company {
        self.required("company.name", input.name.as_ref(), "Enter the company name");
        if input.beneficial_owners.len() > OWNERS_MAX {
            self.fault("company.beneficial_owners", "too_many", "Name at most 4 owners: each holds 25 % or more");
        }
        let owners = input.beneficial_owners.iter().take(OWNERS_MAX).enumerate().map(|(i, owner)| self.owner(i, owner));
        let beneficial_owners: Vec<BeneficialOwner> = owners.collect();
        let shares: u32 = beneficial_owners.iter().filter_map(|owner| owner.share).map(u32::from).sum();
        if shares > 100 {
            self.fault("company.beneficial_owners", "invalid", "The shares add up to more than 100 %");
        }
        Company {
            name: self.name("company.name", input.name.as_ref()).unwrap_or_default(),
            registration_number: self.code("company.registration_number", input.registration_number.as_ref()),
            incorporation_country: self.country("company.incorporation_country", input.incorporation_country.as_ref()),
            incorporation_date: self.past_date("company.incorporation_date", input.incorporation_date.as_ref(), 1600),
            nature_of_business: self.note("company.nature_of_business", input.nature_of_business.as_ref()),
            website: self.value("company.website", input.website.as_ref(), Website::parse),
            authorized_person: self.person("company.authorized_person", &input.authorized_person),
            beneficial_owners,
        }
    }

    fn owner(&mut self, index: usize, input: &BeneficialOwnerInput) -> BeneficialOwner {
        let at = |field: &str| format!("company.beneficial_owners.{index}.{field}");
        self.required(&at("name"), input.name.as_ref(), "Enter the owner's full name");
        let share = match input.share {
            Some(share) => {
                let share = u8::try_from(share).ok().filter(|share| (25..=100).contains(share));
                if share.is_none() {
                    self.fault(&at("share"), "invalid", "Enter a share from 25 to 100 percent");
                }
                share
            }
            None => None,
        };
        BeneficialOwner {
            name: self.name(&at("name"), input.name.as_ref()).unwrap_or_default(),
            date_of_birth: self.past_date(&at("date_of_birth"), input.date_of_birth.as_ref(), 1900),
            nationality: self.country(&at("nationality"), input.nationality.as_ref()),
            share,
        }
    }

    fn person(&mut self, path: &str, input: &PersonInput) -> Person {
        let at = |field: &str| format!("{path}.{field}");
        let paper = &input.identification;
        Person {
            first_name: self.name(&at("first_name"), input.first_name.as_ref()),
            last_name: self.name(&at("last_name"), input.last_name.as_ref()),
            date_of_birth: self.past_date(&at("date_of_birth"), input.date_of_birth.as_ref(), 1900),
            nationality: self.country(&at("nationality"), input.nationality.as_ref()),
            country_of_residence: self.country(&at("country_of_residence"), input.country_of_residence.as_ref()),
            identification: Identification {
                kind: self.choice(
                    &at("identification.type"),
                    paper.kind.as_ref(),
                    &IdentificationType::ALL,
                    IdentificationType::code,
                ),
                number: self.code(&at("identification.number"), paper.number.as_ref()),
                issuing_country: self.country(&at("identification.issuing_country"), paper.issuing_country.as_ref()),
                expires_on: self.date(&at("identification.expires_on"), paper.expires_on.as_ref()),
            },
        }
    }

    pub(super) fn address(&mut self, input: &AddressInput) -> Address {
        Address {
            line1: self.text("address.line1", input.line1.as_ref(), TEXT_CHARS_MAX),
            line2: self.text("address.line2", input.line2.as_ref(), TEXT_CHARS_MAX),
            city: self.text("address.city", input.city.as_ref(), TEXT_CHARS_MAX),
            state: self.text("address.state", input.state.as_ref(), TEXT_CHARS_MAX),
            postal_code: self.text("address.postal_code", input.postal_code.as_ref(), 16),
            country: self.country("address.country", input.country.as_ref()),
        }
    }

    pub(super) fn documents(&mut self, input: &DocumentsInput) -> Documents {
        let mut documents = Documents::default();
        for slot in DocumentSlot::ALL {
            let id = self.value(&format!("documents.{}", slot.code()), input.get(slot), str::parse);
            documents.set(slot, id);
        }
        documents
    }

    pub(super) fn sender_ids(&mut self, input: &[String]) -> Vec<crate::id::SenderId> {
        if input.len() > SENDERS_MAX {
            self.fault("sender_ids", "too_many", &format!("Keep to {SENDERS_MAX} senders"));
            return Vec::new();
        }
        let ids =
            input.iter().enumerate().map(|(i, text)| self.value(&format!("sender_ids.{i}"), Some(text), str::parse));
        ids.collect::<Vec<_>>().into_iter().flatten().collect()
    }

    pub(super) fn metadata(&mut self, input: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        if input.len() > METADATA_ENTRIES_MAX {
            self.fault("metadata", "too_many", &format!("Keep to {METADATA_ENTRIES_MAX} entries"));
            return BTreeMap::new();
        }
        for (key, value) in input {
            if key.trim().is_empty() || key.chars().count() > METADATA_KEY_CHARS_MAX {
                self.fault("metadata", "invalid", &format!("Use keys of 1 to {METADATA_KEY_CHARS_MAX} characters"));
            } else if value.chars().count() > NOTE_CHARS_MAX {
                self.fault(&format!("metadata.{key}"), "too_long", &format!("Keep to {NOTE_CHARS_MAX} characters"));
            } else if key.chars().chain(value.chars()).any(|c| c == '\0') {
                self.fault("metadata", "invalid", "Remove NUL characters");
            }
        }
        input.clone()
    }

    pub(super) fn purpose(&mut self, input: Option<&String>) -> Option<AccountUsagePurpose> {
        self.choice("account_usage_purpose", input, &AccountUsagePurpose::ALL, AccountUsagePurpose::code)
    }

    fn required(&mut self, path: &str, input: Option<&String>, message: &str) {
        if given(input).is_none() {
            self.fault(path, "required", message);
        }
    }

    fn country(&mut self, path: &str, input: Option<&String>) -> Option<Country> {
        self.value(path, input, Country::parse)
    }

    /// A name has at least one letter or digit: there are companies called `360`, and none called `—`.
    fn name(&mut self, path: &str, input: Option<&String>) -> Option<String> {
        let text = self.text(path, input, TEXT_CHARS_MAX)?;
        if text.chars().any(char::is_alphanumeric) {
            return Some(text);
        }
        self.fault(path, "invalid", "Enter a name with at least one letter or digit");
        None
    }

    /// A number as printed on a paper: letters, digits and what stands between them.
    fn code(&mut self, path: &str, input: Option<&String>) -> Option<String> {
        let text = self.text(path, input, 50)?;
        let is_plain = text.chars().all(|c| c.is_alphanumeric() || " -/.".contains(c));
        if is_plain && text.chars().any(char::is_alphanumeric) {
            return Some(text);
        }
        self.fault(path, "invalid", "Use letters, digits, blanks, dots, dashes and slashes");
        None
    }

    pub(super) fn text(&mut self, path: &str, input: Option<&String>, chars_max: usize) -> Option<String> {
        let text = given(input)?;
        if text.chars().count() > chars_max {
            self.fault(path, "too_long", &format!("Keep to {chars_max} characters"));
            return None;
        }
        if text.chars().any(is_unprintable) {
            self.fault(path, "invalid", "Remove line breaks and invisible characters");
            return None;
        }
        Some(text.to_owned())
    }

    /// Longer text that may have line breaks.
    pub(super) fn note(&mut self, path: &str, input: Option<&String>) -> Option<String> {
        let text = given(input)?;
        if text.chars().count() > NOTE_CHARS_MAX {
            self.fault(path, "too_long", &format!("Keep to {NOTE_CHARS_MAX} characters"));
            return None;
        }
        if text.chars().any(|c| is_unprintable(c) && !matches!(c, '\n' | '\r' | '\t')) {
            self.fault(path, "invalid", "Remove invisible characters");
            return None;
        }
        Some(text.replace("\r\n", "\n").replace('\r', "\n"))
    }

    fn date(&mut self, path: &str, input: Option<&String>) -> Option<NaiveDate> {
        self.value(path, input, parse_date)
    }

    fn past_date(&mut self, path: &str, input: Option<&String>, year_min: i32) -> Option<NaiveDate> {
        let date = self.date(path, input)?;
        if date > self.today {
            self.fault(path, "in_future", "Enter a day that is not in the future");
            return None;
        }
        if date.year() < year_min {
            self.fault(path, "too_early", &format!("Enter a day from {year_min} on"));
            return None;
        }
        Some(date)
    }

    fn choice<T: Copy>(
        &mut self,
        path: &str,
        input: Option<&String>,
        all: &[T],
        code: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        let text = given(input)?;
        let found = all.iter().copied().find(|choice| code(*choice) == text);
        if found.is_none() {
            let words: Vec<&str> = all.iter().copied().map(&code).collect();
            self.fault(path, "invalid", &format!("Choose one of {}", words.join(", ")));
        }
        found
    }

    pub(super) fn value<T>(
        &mut self,
        path: &str,
        input: Option<&String>,
        parse: impl Fn(&str) -> Result<T, FieldFault>,
    ) -> Option<T> {
        match parse(given(input)?) {
            Ok(value) => Some(value),
            Err(fault) => {
                self.errors.push(fault.at(path));
                None
            }
        }
    }

    fn fault(&mut self, path: &str, code: &str, message: &str) {
        self.errors.push(FieldError::new(path, code, message));
    }
}

/// Reads `YYYY-MM-DD`.
///
/// # Errors
/// When the text is not a day of the calendar in that form.
pub fn parse_date(text: &str) -> Result<NaiveDate, FieldFault> {
    let fault = || FieldFault::new("invalid", "Enter a real day as year-month-day, such as 1990-03-25");
    let is_form = text.len() == 10
        && text.bytes().enumerate().all(|(i, b)| if matches!(i, 4 | 7) { b == b'-' } else { b.is_ascii_digit() });
    if !is_form {
        return Err(fault());
    }
    let number = |digits: &str| digits.parse().map_err(|_| fault());
    let year = text[..4].parse().map_err(|_| fault())?;
    NaiveDate::from_ymd_opt(year, number(&text[5..7])?, number(&text[8..])?).ok_or_else(fault)
}

fn given(input: Option<&String>) -> Option<&str> {
    input.map(|text| text.trim()).filter(|text| !text.is_empty())
}

/// Control characters, and the marks that turn the direction of text around and so can hide what it says.
fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}
