//! A customer as text, the way a form or a JSON body gives it, and the one reading of it into [`CustomerDetails`].
//!
//! Every field error is returned at once. The same code runs in the browser, as hints, and on the server, as truth.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    contact::{Email, Phone},
    customer::{CustomerDetails, Subject},
    document::DocumentSlot,
    fault::FieldError,
    party::{Address, Company, Person},
};

mod reading;

use reading::Reading;
pub use reading::parse_date;

/// Longest name, line of an address, number and the like, in characters.
pub const TEXT_CHARS_MAX: usize = 140;
/// Longest note, in characters.
pub const NOTE_CHARS_MAX: usize = 500;
/// Most entries in `metadata`.
pub const METADATA_ENTRIES_MAX: usize = 50;
/// Longest key in `metadata`, in characters.
pub const METADATA_KEY_CHARS_MAX: usize = 40;
/// Most senders linked to a customer.
pub const SENDERS_MAX: usize = 500;
/// Most beneficial owners: each holds a quarter or more.
pub const OWNERS_MAX: usize = 4;

/// A customer as text. Blank is the same as absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CustomerInput {
    /// `individual` or `company`; where it is absent, whichever part is given.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The merchant's own id.
    pub reference: Option<String>,
    /// A note.
    pub description: Option<String>,
    /// What the account is for.
    pub account_usage_purpose: Option<String>,
    /// A person's part.
    pub individual: Option<PersonInput>,
    /// A company's part.
    pub company: Option<CompanyInput>,
    /// Where.
    pub address: AddressInput,
    /// E-mail.
    pub email: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// Ids of uploaded documents.
    pub documents: DocumentsInput,
    /// Ids of senders whose money is wanted.
    pub sender_ids: Vec<String>,
    /// The merchant's own notes for programs.
    pub metadata: BTreeMap<String, String>,
}

/// A person as text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PersonInput {
    /// Given names.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// `YYYY-MM-DD`.
    pub date_of_birth: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub nationality: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country_of_residence: Option<String>,
    /// The paper that proves it.
    pub identification: IdentificationInput,
}

/// A paper as text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IdentificationInput {
    /// `passport`, `national_id`, `driver_licence` or `residence_permit`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Its number.
    pub number: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub issuing_country: Option<String>,
    /// `YYYY-MM-DD`.
    pub expires_on: Option<String>,
}

/// An address as text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AddressInput {
    /// Street and number.
    pub line1: Option<String>,
    /// Flat, floor, building.
    pub line2: Option<String>,
    /// City.
    pub city: Option<String>,
    /// State.
    pub state: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
}

/// A company as text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CompanyInput {
    /// Registered name.
    pub name: Option<String>,
    /// Number in the register.
    pub registration_number: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub incorporation_country: Option<String>,
    /// `YYYY-MM-DD`.
    pub incorporation_date: Option<String>,
    /// What it does.
    pub nature_of_business: Option<String>,
    /// `https://…`.
    pub website: Option<String>,
    /// Who acts for it.
    pub authorized_person: PersonInput,
    /// Those who own a quarter or more.
    pub beneficial_owners: Vec<BeneficialOwnerInput>,
}

/// A beneficial owner as text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BeneficialOwnerInput {
    /// Full name.
    pub name: Option<String>,
    /// `YYYY-MM-DD`.
    pub date_of_birth: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub nationality: Option<String>,
    /// Whole percent.
    pub share: Option<u32>,
}

/// Ids of uploaded documents, by place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DocumentsInput {
    /// Proves who an individual is.
    pub id_proof: Option<String>,
    /// Proves where the customer is.
    pub address_proof: Option<String>,
    /// Proves that a company exists.
    pub registration_document: Option<String>,
    /// Proves who acts for a company.
    pub authorized_person_id_proof: Option<String>,
}

impl DocumentsInput {
    /// The text in a place.
    #[must_use]
    pub const fn get(&self, slot: DocumentSlot) -> Option<&String> {
        match slot {
            DocumentSlot::IdProof => self.id_proof.as_ref(),
            DocumentSlot::AddressProof => self.address_proof.as_ref(),
            DocumentSlot::RegistrationDocument => self.registration_document.as_ref(),
            DocumentSlot::AuthorizedPersonIdProof => self.authorized_person_id_proof.as_ref(),
        }
    }

    /// Puts text in a place, or empties it.
    pub fn set(&mut self, slot: DocumentSlot, document: Option<String>) {
        match slot {
            DocumentSlot::IdProof => self.id_proof = document,
            DocumentSlot::AddressProof => self.address_proof = document,
            DocumentSlot::RegistrationDocument => self.registration_document = document,
            DocumentSlot::AuthorizedPersonIdProof => self.authorized_person_id_proof = document,
        }
    }
}

impl CustomerInput {
    /// Reads everything. `today` bounds the dates that lie in the past.
    ///
    /// # Errors
    /// Every fault, with the dotted path of its field.
    pub fn parse(&self, today: NaiveDate) -> Result<CustomerDetails, Vec<FieldError>> {
        let mut read = Reading { today, errors: Vec::new() };
        let details = CustomerDetails {
            subject: read.subject(self),
            reference: read.text("reference", self.reference.as_ref(), TEXT_CHARS_MAX),
            description: read.note("description", self.description.as_ref()),
            account_usage_purpose: read.purpose(self.account_usage_purpose.as_ref()),
            address: read.address(&self.address),
            email: read.value("email", self.email.as_ref(), Email::parse),
            phone: read.value("phone", self.phone.as_ref(), Phone::parse),
            documents: read.documents(&self.documents),
            sender_ids: read.sender_ids(&self.sender_ids),
            metadata: read.metadata(&self.metadata),
        };
        if read.errors.is_empty() { Ok(details) } else { Err(read.errors) }
    }

    /// What is missing for a wallet, as far as the text can be read: what cannot be read counts as missing.
    #[must_use]
    pub fn missing(&self, today: NaiveDate) -> Vec<crate::requirements::Requirement> {
        let mut read = Reading { today, errors: Vec::new() };
        let details = CustomerDetails {
            subject: read.subject(self),
            account_usage_purpose: read.purpose(self.account_usage_purpose.as_ref()),
            address: read.address(&self.address),
            documents: read.documents(&self.documents),
            reference: None,
            description: None,
            email: None,
            phone: None,
            sender_ids: Vec::new(),
            metadata: BTreeMap::new(),
        };
        crate::requirements::missing(&details)
    }
}

impl From<&CustomerDetails> for CustomerInput {
    fn from(details: &CustomerDetails) -> Self {
        let (individual, company) = match &details.subject {
            Subject::Individual(person) => (Some(PersonInput::from(person)), None),
            Subject::Company(company) => (None, Some(CompanyInput::from(company.as_ref()))),
        };
        let mut documents = DocumentsInput::default();
        for (slot, id) in details.documents.filled() {
            documents.set(slot, Some(id.to_string()));
        }
        Self {
            kind: Some(details.subject.customer_type().code().to_owned()),
            reference: details.reference.clone(),
            description: details.description.clone(),
            account_usage_purpose: details.account_usage_purpose.map(|p| p.code().to_owned()),
            individual,
            company,
            address: AddressInput::from(&details.address),
            email: details.email.as_ref().map(ToString::to_string),
            phone: details.phone.as_ref().map(ToString::to_string),
            documents,
            sender_ids: details.sender_ids.iter().map(ToString::to_string).collect(),
            metadata: details.metadata.clone(),
        }
    }
}

impl From<&Person> for PersonInput {
    fn from(person: &Person) -> Self {
        let paper = &person.identification;
        Self {
            first_name: person.first_name.clone(),
            last_name: person.last_name.clone(),
            date_of_birth: person.date_of_birth.map(|d| d.to_string()),
            nationality: person.nationality.map(|c| c.code().to_owned()),
            country_of_residence: person.country_of_residence.map(|c| c.code().to_owned()),
            identification: IdentificationInput {
                kind: paper.kind.map(|k| k.code().to_owned()),
                number: paper.number.clone(),
                issuing_country: paper.issuing_country.map(|c| c.code().to_owned()),
                expires_on: paper.expires_on.map(|d| d.to_string()),
            },
        }
    }
}

impl From<&Company> for CompanyInput {
    fn from(company: &Company) -> Self {
        Self {
            name: Some(company.name.clone()),
            registration_number: company.registration_number.clone(),
            incorporation_country: company.incorporation_country.map(|c| c.code().to_owned()),
            incorporation_date: company.incorporation_date.map(|d| d.to_string()),
            nature_of_business: company.nature_of_business.clone(),
            website: company.website.as_ref().map(ToString::to_string),
            authorized_person: PersonInput::from(&company.authorized_person),
            beneficial_owners: company
                .beneficial_owners
                .iter()
                .map(|owner| BeneficialOwnerInput {
                    name: Some(owner.name.clone()),
                    date_of_birth: owner.date_of_birth.map(|d| d.to_string()),
                    nationality: owner.nationality.map(|c| c.code().to_owned()),
                    share: owner.share.map(u32::from),
                })
                .collect(),
        }
    }
}

impl From<&Address> for AddressInput {
    fn from(address: &Address) -> Self {
        Self {
            line1: address.line1.clone(),
            line2: address.line2.clone(),
            city: address.city.clone(),
            state: address.state.clone(),
            postal_code: address.postal_code.clone(),
            country: address.country.map(|c| c.code().to_owned()),
        }
    }
}
