//! The parts of a customer as the reference describes them. What is read and written is [`domain::input`], text in and
//! text out; a test holds the two together, name by name.
#![expect(dead_code, reason = "these types describe; values are of domain::input")]

use std::collections::BTreeMap;

use utoipa::ToSchema;

use super::words::{CustomerTypeWord, PurposeWord};

/// What may be said of a customer. Only the name is needed at first; `missing` of the answer lists what a wallet needs.
#[derive(ToSchema)]
#[schema(example = json!({
    "type": "individual",
    "reference": "crm-1042",
    "account_usage_purpose": "personal_savings",
    "individual": {
        "first_name": "Ada", "last_name": "Marlowe", "date_of_birth": "1990-03-25", "nationality": "AU",
        "identification": { "type": "passport", "number": "PA1234567", "issuing_country": "AU", "expires_on": "2031-08-14" }
    },
    "address": { "line1": "12 Wharf Street", "city": "Brisbane", "state": "QLD", "postal_code": "4000", "country": "AU" },
    "email": "ada@example.com"
}))]
pub struct CustomerInput {
    /// `individual` or `company`. May be left out where `individual` or `company` is given. For good.
    r#type: Option<CustomerTypeWord>,
    /// Your own id, unique in your organisation.
    #[schema(max_length = 140, example = "crm-1042")]
    reference: Option<String>,
    /// A note.
    #[schema(max_length = 500)]
    description: Option<String>,
    /// What the account is for.
    account_usage_purpose: Option<PurposeWord>,
    /// A person's part; only with the type `individual`.
    individual: Option<Person>,
    /// A company's part; only with the type `company`.
    company: Option<Company>,
    /// Where the customer lives or works.
    address: Option<Address>,
    /// E-mail.
    #[schema(format = Email, example = "ada@example.com")]
    email: Option<String>,
    /// Phone, E.164.
    #[schema(example = "+61412345678")]
    phone: Option<String>,
    /// Ids of uploaded documents, by place.
    documents: Option<Documents>,
    /// Ids of the senders whose money is wanted.
    sender_ids: Option<Vec<String>>,
    /// Your own notes: at most 50, keys of at most 40 characters, values of at most 500.
    metadata: Option<BTreeMap<String, String>>,
}

/// A person.
#[derive(ToSchema)]
pub struct Person {
    /// Given names.
    #[schema(max_length = 140, example = "Ada")]
    first_name: Option<String>,
    /// Family name.
    #[schema(max_length = 140, example = "Marlowe")]
    last_name: Option<String>,
    /// Date of birth.
    #[schema(format = Date, example = "1990-03-25")]
    date_of_birth: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[schema(example = "AU")]
    nationality: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[schema(example = "AU")]
    country_of_residence: Option<String>,
    /// The paper that proves it.
    identification: Option<Identification>,
}

/// A paper that proves who somebody is.
#[derive(ToSchema)]
pub struct Identification {
    /// `passport`, `national_id`, `driver_licence` or `residence_permit`.
    #[schema(example = "passport")]
    r#type: Option<String>,
    /// Its number as printed.
    #[schema(max_length = 50, example = "PA1234567")]
    number: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[schema(example = "AU")]
    issuing_country: Option<String>,
    /// Its last day.
    #[schema(format = Date, example = "2031-08-14")]
    expires_on: Option<String>,
}

/// An address.
#[derive(ToSchema)]
pub struct Address {
    /// Street and number.
    #[schema(max_length = 140, example = "12 Wharf Street")]
    line1: Option<String>,
    /// Flat, floor, building.
    #[schema(max_length = 140)]
    line2: Option<String>,
    /// City, town or suburb.
    #[schema(max_length = 140, example = "Brisbane")]
    city: Option<String>,
    /// State, province or region.
    #[schema(max_length = 140, example = "QLD")]
    state: Option<String>,
    /// Postal code, where the country has them.
    #[schema(max_length = 16, example = "4000")]
    postal_code: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[schema(example = "AU")]
    country: Option<String>,
}

/// A company.
#[derive(ToSchema)]
pub struct Company {
    /// Registered name.
    #[schema(max_length = 140, example = "Harbour Exchange Pty Ltd")]
    name: Option<String>,
    /// Number in the register of its country.
    #[schema(max_length = 50, example = "53 004 085 616")]
    registration_number: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[schema(example = "AU")]
    incorporation_country: Option<String>,
    /// When it was registered.
    #[schema(format = Date, example = "2015-07-01")]
    incorporation_date: Option<String>,
    /// What it does.
    #[schema(max_length = 140, example = "Digital-currency exchange")]
    nature_of_business: Option<String>,
    /// Its website.
    #[schema(example = "https://harbour.example")]
    website: Option<String>,
    /// Who acts for it.
    authorized_person: Option<Person>,
    /// Those who own 25 % or more, at most 4.
    #[schema(max_items = 4)]
    beneficial_owners: Option<Vec<BeneficialOwner>>,
}

/// Somebody who owns a quarter of a company or more.
#[derive(ToSchema)]
pub struct BeneficialOwner {
    /// Full name.
    #[schema(max_length = 140, example = "Ada Marlowe")]
    name: Option<String>,
    /// Date of birth.
    #[schema(format = Date, example = "1990-03-25")]
    date_of_birth: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[schema(example = "AU")]
    nationality: Option<String>,
    /// Whole percent.
    #[schema(minimum = 25, maximum = 100, example = 60)]
    share: Option<u32>,
}

/// Ids of uploaded documents, by place.
#[derive(ToSchema)]
pub struct Documents {
    /// Proves who an individual is.
    #[schema(example = "document_0199aa6a3c5e7d2f9b1c4e8a7d6f5b3c")]
    id_proof: Option<String>,
    /// Proves where the customer lives or works.
    address_proof: Option<String>,
    /// Proves that a company exists.
    registration_document: Option<String>,
    /// Proves who acts for a company.
    authorized_person_id_proof: Option<String>,
}

#[cfg(test)]
mod tests {
    use domain::input as read;
    use serde_json::{Value, to_value};
    use utoipa::PartialSchema;

    use super::*;

    fn described<T: PartialSchema>() -> Vec<String> {
        let schema = to_value(T::schema()).unwrap();
        let mut names: Vec<String> = schema["properties"].as_object().unwrap().keys().cloned().collect();
        names.sort_unstable();
        names
    }

    fn written(value: &impl serde::Serialize) -> Vec<String> {
        let Value::Object(members) = to_value(value).unwrap() else { panic!("an object is written") };
        let mut names: Vec<String> = members.keys().cloned().collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn the_reference_describes_what_is_read_and_written() {
        assert_eq!(described::<CustomerInput>(), written(&read::CustomerInput::default()));
        assert_eq!(described::<Person>(), written(&read::PersonInput::default()));
        assert_eq!(described::<Identification>(), written(&read::IdentificationInput::default()));
        assert_eq!(described::<Address>(), written(&read::AddressInput::default()));
        assert_eq!(described::<Company>(), written(&read::CompanyInput::default()));
        assert_eq!(described::<BeneficialOwner>(), written(&read::BeneficialOwnerInput::default()));
        assert_eq!(described::<Documents>(), written(&read::DocumentsInput::default()));
    }

    #[test]
    fn the_example_is_good_input() {
        let schema = to_value(CustomerInput::schema()).unwrap();
        let input: read::CustomerInput = serde_json::from_value(schema["example"].clone()).unwrap();
        let today = chrono::NaiveDate::from_ymd_opt(2026, 3, 25).unwrap();
        assert!(input.parse(today).is_ok());
    }
}
