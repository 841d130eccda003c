//! Which fields and documents are mandatory, as data, and what is still missing.
//!
//! One table serves the form in the browser, the server and the client library, so that they cannot disagree.

use serde::Serialize;

use crate::{
    country::Country,
    customer::{CustomerDetails, CustomerType, Subject},
    document::DocumentSlot,
    party::{Address, Identification, Person},
};

/// A mandatory field or document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Requirement {
    /// Dotted path, such as `individual.date_of_birth` or `documents.id_proof`.
    pub path: &'static str,
    /// The words on the form.
    pub label: &'static str,
    /// A field to fill or a file to upload.
    pub kind: RequirementKind,
    /// What to do, in one sentence.
    pub how: &'static str,
}

/// A field to fill or a file to upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RequirementKind {
    /// A field.
    Field,
    /// A file.
    Document,
}

/// When a row of the table applies.
#[derive(Clone, Copy)]
enum When {
    Always,
    CountryHasPostalCodes,
}

struct Row {
    customer_type: CustomerType,
    when: When,
    path: &'static str,
    label: &'static str,
    how: &'static str,
}

const fn row(customer_type: CustomerType, path: &'static str, label: &'static str, how: &'static str) -> Row {
    Row { customer_type, when: When::Always, path, label, how }
}

const fn postal_code(customer_type: CustomerType) -> Row {
    Row {
        customer_type,
        when: When::CountryHasPostalCodes,
        path: "address.postal_code",
        label: "Postal code",
        how: "Enter the postal code of the address",
    }
}

use CustomerType::{Company as C, Individual as I};

static TABLE: [Row; 35] = [
    row(I, "individual.first_name", "First name", "Enter the first name"),
    row(I, "individual.last_name", "Last name", "Enter the last name"),
    row(I, "individual.date_of_birth", "Date of birth", "Enter the date of birth"),
    row(I, "individual.nationality", "Nationality", "Choose the nationality"),
    row(I, "individual.identification.type", "Identification type", "Choose the kind of identification"),
    row(I, "individual.identification.number", "Identification number", "Enter the number of the identification"),
    row(
        I,
        "individual.identification.issuing_country",
        "Issuing country",
        "Choose the country that issued the identification",
    ),
    row(I, "individual.identification.expires_on", "Expires on", "Enter the day the identification expires"),
    row(I, "account_usage_purpose", "Account usage purpose", "Choose what the account is for"),
    row(I, "address.line1", "Address line 1", "Enter the street and number"),
    row(I, "address.city", "City", "Enter the city"),
    postal_code(I),
    row(I, "address.country", "Country", "Choose the country of the address"),
    row(I, "documents.id_proof", "ID proof", "Add an ID proof"),
    row(I, "documents.address_proof", "Address proof", "Add an address proof"),
    row(C, "company.name", "Company name", "Enter the registered name"),
    row(C, "company.registration_number", "Registration number", "Enter the number in the company register"),
    row(C, "company.incorporation_country", "Incorporation country", "Choose the country of the register"),
    row(C, "company.nature_of_business", "Nature of business", "Say what the company does"),
    row(C, "account_usage_purpose", "Account usage purpose", "Choose what the account is for"),
    row(C, "address.line1", "Address line 1", "Enter the street and number"),
    row(C, "address.city", "City", "Enter the city"),
    postal_code(C),
    row(C, "address.country", "Country", "Choose the country of the address"),
    row(C, "company.authorized_person.first_name", "First name", "Enter the first name of the authorised person"),
    row(C, "company.authorized_person.last_name", "Last name", "Enter the last name of the authorised person"),
    row(C, "company.authorized_person.date_of_birth", "Date of birth", "Enter the authorised person's date of birth"),
    row(C, "company.authorized_person.nationality", "Nationality", "Choose the authorised person's nationality"),
    row(
        C,
        "company.authorized_person.identification.type",
        "Identification type",
        "Choose the kind of the authorised person's identification",
    ),
    row(
        C,
        "company.authorized_person.identification.number",
        "Identification number",
        "Enter the number of the authorised person's identification",
    ),
    row(
        C,
        "company.authorized_person.identification.issuing_country",
        "Issuing country",
        "Choose the country that issued the authorised person's identification",
    ),
    row(
        C,
        "company.authorized_person.identification.expires_on",
        "Expires on",
        "Enter the day the authorised person's identification expires",
    ),
    row(C, "documents.registration_document", "Registration document", "Add the registration document"),
    row(C, "documents.address_proof", "Address proof", "Add an address proof"),
    row(
        C,
        "documents.authorized_person_id_proof",
        "ID proof of the authorised person",
        "Add an ID proof of the authorised person",
    ),
];

/// The mandatory fields and documents for a type of customer with an address in `country`.
///
/// Without a country the postal code is listed: most countries have one.
pub fn requirements(customer_type: CustomerType, country: Option<Country>) -> impl Iterator<Item = Requirement> {
    TABLE
        .iter()
        .filter(move |row| row.customer_type == customer_type)
        .filter(move |row| match row.when {
            When::Always => true,
            When::CountryHasPostalCodes => country.is_none_or(Country::has_postal_codes),
        })
        .map(|row| Requirement {
            path: row.path,
            label: row.label,
            kind: if row.path.starts_with("documents.") { RequirementKind::Document } else { RequirementKind::Field },
            how: row.how,
        })
}

/// What a customer still lacks for a wallet, in the order of the form. Empty means wallet-ready.
#[must_use]
pub fn missing(details: &CustomerDetails) -> Vec<Requirement> {
    requirements(details.subject.customer_type(), details.address.country)
        .filter(|requirement| !is_given(details, requirement.path))
        .collect()
}

/// Whether the field or document at `path` has been given. An unknown path counts as not given.
#[must_use]
pub fn is_given(details: &CustomerDetails, path: &str) -> bool {
    if let Some(slot) = path.strip_prefix("documents.") {
        return DocumentSlot::from_code(slot).is_some_and(|slot| details.documents.get(slot).is_some());
    }
    if let Some(field) = path.strip_prefix("address.") {
        return is_address_given(&details.address, field);
    }
    match (&details.subject, path) {
        (_, "account_usage_purpose") => details.account_usage_purpose.is_some(),
        (Subject::Individual(person), _) => {
            path.strip_prefix("individual.").is_some_and(|field| is_person_given(person, field))
        }
        (Subject::Company(company), "company.name") => !company.name.is_empty(),
        (Subject::Company(company), "company.registration_number") => company.registration_number.is_some(),
        (Subject::Company(company), "company.incorporation_country") => company.incorporation_country.is_some(),
        (Subject::Company(company), "company.nature_of_business") => company.nature_of_business.is_some(),
        (Subject::Company(company), _) => path
            .strip_prefix("company.authorized_person.")
            .is_some_and(|field| is_person_given(&company.authorized_person, field)),
    }
}

fn is_address_given(address: &Address, field: &str) -> bool {
    match field {
        "line1" => address.line1.is_some(),
        "city" => address.city.is_some(),
        "postal_code" => address.postal_code.is_some(),
        "country" => address.country.is_some(),
        _ => false,
    }
}

fn is_person_given(person: &Person, field: &str) -> bool {
    match field {
        "first_name" => person.first_name.is_some(),
        "last_name" => person.last_name.is_some(),
        "date_of_birth" => person.date_of_birth.is_some(),
        "nationality" => person.nationality.is_some(),
        _ => field
            .strip_prefix("identification.")
            .is_some_and(|field| is_identification_given(&person.identification, field)),
    }
}

fn is_identification_given(identification: &Identification, field: &str) -> bool {
    match field {
        "type" => identification.kind.is_some(),
        "number" => identification.number.is_some(),
        "issuing_country" => identification.issuing_country.is_some(),
        "expires_on" => identification.expires_on.is_some(),
        _ => false,
    }
}
