//! The customer form as text: what its controls are called, how they make a [`CustomerInput`], where an error of the
//! domain belongs, and what is still missing for a wallet. No view, no I/O: the same on both sides.
//!
//! One set of controls describes a natural person. For an individual it is the customer; for a company it is who acts
//! for it. Which one is meant is decided by the control `type`, and what belongs to the other type is left out.

use std::{collections::BTreeMap, sync::LazyLock};

use chrono::NaiveDate;
use domain::{
    country::Country,
    customer::CustomerType,
    document::DocumentSlot,
    fault::FieldError,
    input::{
        AddressInput, BeneficialOwnerInput, CompanyInput, CustomerInput, IdentificationInput, OWNERS_MAX, PersonInput,
    },
    requirements::requirements,
};
use serde::{Deserialize, Serialize};

use crate::ui::{ChecklistItem, FieldProblem};

/// The controls that hold text, in the order of the form. Those of documents and owners have names of their own making.
const CONTROLS: [&str; 27] = [
    "type",
    "company_name",
    "registration_number",
    "incorporation_country",
    "incorporation_date",
    "nature_of_business",
    "website",
    "first_name",
    "last_name",
    "date_of_birth",
    "nationality",
    "country_of_residence",
    "identification_type",
    "identification_number",
    "issuing_country",
    "expires_on",
    "address_line1",
    "address_line2",
    "city",
    "state",
    "postal_code",
    "country",
    "email",
    "phone",
    "account_usage_purpose",
    "reference",
    "description",
];

/// Every control with text, those of documents and owners too.
static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let files = FileControl::ALL.map(|control| control.id_name().to_owned());
    let owners = (1..=OWNERS_MAX)
        .flat_map(|number| ["name", "born_on", "citizenship", "share"].map(|field| owner_control(number, field)));
    CONTROLS.into_iter().map(str::to_owned).chain(files).chain(owners).collect()
});

/// Most characters taken from one control, so that a draft stays small. Every field's own limit is far below.
const VALUE_CHARS_MAX: usize = 4_000;

/// A file input of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum FileControl {
    /// Proves who the natural person is.
    IdProof,
    /// Proves where the customer is.
    AddressProof,
    /// Proves that a company exists.
    RegistrationDocument,
}

impl FileControl {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::IdProof, Self::AddressProof, Self::RegistrationDocument];

    /// The name of the file input.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::IdProof => "id_proof",
            Self::AddressProof => "address_proof",
            Self::RegistrationDocument => "registration_document",
        }
    }

    /// The name of the hidden input that holds the id of what was uploaded already.
    #[must_use]
    pub const fn id_name(self) -> &'static str {
        match self {
            Self::IdProof => "id_proof_document_id",
            Self::AddressProof => "address_proof_document_id",
            Self::RegistrationDocument => "registration_document_document_id",
        }
    }

    /// The words of the label.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::IdProof => "ID proof",
            Self::AddressProof => "Address proof",
            Self::RegistrationDocument => "Registration document",
        }
    }

    /// The file input of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|control| control.name() == name)
    }

    /// The place of a customer's papers that this file fills; none when the type has no such place.
    #[must_use]
    pub const fn slot(self, customer_type: CustomerType) -> Option<DocumentSlot> {
        match (self, customer_type) {
            (Self::IdProof, CustomerType::Individual) => Some(DocumentSlot::IdProof),
            (Self::IdProof, CustomerType::Company) => Some(DocumentSlot::AuthorizedPersonIdProof),
            (Self::AddressProof, _) => Some(DocumentSlot::AddressProof),
            (Self::RegistrationDocument, CustomerType::Company) => Some(DocumentSlot::RegistrationDocument),
            (Self::RegistrationDocument, CustomerType::Individual) => None,
        }
    }
}

/// The name of one of an owner's controls: `owner_2_share`. The first owner is number 1.
#[must_use]
pub fn owner_control(number: usize, field: &str) -> String {
    format!("owner_{number}_{field}")
}

/// What the controls hold, by name. Blank is the same as absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FormValues(BTreeMap<String, String>);

impl FormValues {
    /// The name of every control that holds text.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(String::as_str)
    }

    /// What a control holds; the empty text when it holds nothing.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// Puts text into a control. A name that is none of the form's is left out, so that nobody can fill the database
    /// with drafts of their own making.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        if Self::names().any(|known| known == name) {
            let mut value = value.into();
            if let Some((cut, _)) = value.char_indices().nth(VALUE_CHARS_MAX) {
                value.truncate(cut);
            }
            self.0.insert(name.to_owned(), value);
        }
    }

    /// Only what belongs to the form, whatever came in.
    #[must_use]
    pub fn sifted(self) -> Self {
        let mut sifted = Self::default();
        for (name, value) in self.0 {
            sifted.set(&name, value);
        }
        sifted
    }

    /// The type chosen; an individual until somebody says otherwise.
    #[must_use]
    pub fn customer_type(&self) -> CustomerType {
        CustomerType::from_code(self.get("type")).unwrap_or(CustomerType::Individual)
    }

    /// The controls that show a customer.
    #[must_use]
    pub fn of(input: &CustomerInput) -> Self {
        let mut values = Self::default();
        let customer_type = input.kind.as_deref().and_then(CustomerType::from_code).unwrap_or(CustomerType::Individual);
        values.set("type", customer_type.code());
        let person = match (customer_type, &input.individual, &input.company) {
            (CustomerType::Individual, Some(person), _) => Some(person),
            (CustomerType::Company, _, Some(company)) => Some(&company.authorized_person),
            _ => None,
        };
        if let Some(person) = person {
            values.put_person(person);
        }
        if let (CustomerType::Company, Some(company)) = (customer_type, &input.company) {
            values.put_company(company);
        }
        let address = &input.address;
        values.put("address_line1", address.line1.as_ref());
        values.put("address_line2", address.line2.as_ref());
        values.put("city", address.city.as_ref());
        values.put("state", address.state.as_ref());
        values.put("postal_code", address.postal_code.as_ref());
        values.put("country", address.country.as_ref());
        values.put("email", input.email.as_ref());
        values.put("phone", input.phone.as_ref());
        values.put("account_usage_purpose", input.account_usage_purpose.as_ref());
        values.put("reference", input.reference.as_ref());
        values.put("description", input.description.as_ref());
        for control in FileControl::ALL {
            let document = control.slot(customer_type).and_then(|slot| input.documents.get(slot));
            values.put(control.id_name(), document);
        }
        values
    }

    /// The customer that the controls describe.
    #[must_use]
    pub fn to_input(&self) -> CustomerInput {
        self.to_input_over(&CustomerInput::default())
    }

    /// The same, keeping of `base` what the form has no controls for.
    #[must_use]
    pub fn to_input_over(&self, base: &CustomerInput) -> CustomerInput {
        let customer_type = self.customer_type();
        let mut input = CustomerInput {
            kind: Some(customer_type.code().to_owned()),
            reference: self.text("reference"),
            description: self.text("description"),
            account_usage_purpose: self.text("account_usage_purpose"),
            individual: None,
            company: None,
            address: AddressInput {
                line1: self.text("address_line1"),
                line2: self.text("address_line2"),
                city: self.text("city"),
                state: self.text("state"),
                postal_code: self.text("postal_code"),
                country: self.text("country"),
            },
            email: self.text("email"),
            phone: self.text("phone"),
            documents: domain::input::DocumentsInput::default(),
            sender_ids: base.sender_ids.clone(),
            metadata: base.metadata.clone(),
        };
        for control in FileControl::ALL {
            if let Some(slot) = control.slot(customer_type) {
                input.documents.set(slot, self.text(control.id_name()));
            }
        }
        match customer_type {
            CustomerType::Individual => input.individual = Some(self.person()),
            CustomerType::Company => input.company = Some(self.company()),
        }
        input
    }

    /// Everything a wallet needs from this type of customer, and whether it is there.
    #[must_use]
    pub fn checklist(&self, today: NaiveDate) -> Vec<ChecklistItem> {
        let lacking = self.to_input().missing(today);
        requirements(self.customer_type(), Country::parse(self.get("country")).ok())
            .map(|requirement| ChecklistItem {
                label: requirement.label.to_owned(),
                done: !lacking.iter().any(|missing| missing.path == requirement.path),
                href: format!("#{}", control_of(requirement.path)),
            })
            .collect()
    }

    /// What is wrong with what was typed, told of the controls.
    #[must_use]
    pub fn faults(&self, today: NaiveDate) -> Vec<FieldError> {
        self.to_input().parse(today).err().unwrap_or_default()
    }

    fn put(&mut self, name: &str, value: Option<&String>) {
        if let Some(value) = value {
            self.set(name, value.clone());
        }
    }

    fn put_person(&mut self, person: &PersonInput) {
        self.put("first_name", person.first_name.as_ref());
        self.put("last_name", person.last_name.as_ref());
        self.put("date_of_birth", person.date_of_birth.as_ref());
        self.put("nationality", person.nationality.as_ref());
        self.put("country_of_residence", person.country_of_residence.as_ref());
        self.put("identification_type", person.identification.kind.as_ref());
        self.put("identification_number", person.identification.number.as_ref());
        self.put("issuing_country", person.identification.issuing_country.as_ref());
        self.put("expires_on", person.identification.expires_on.as_ref());
    }

    fn put_company(&mut self, company: &CompanyInput) {
        self.put("company_name", company.name.as_ref());
        self.put("registration_number", company.registration_number.as_ref());
        self.put("incorporation_country", company.incorporation_country.as_ref());
        self.put("incorporation_date", company.incorporation_date.as_ref());
        self.put("nature_of_business", company.nature_of_business.as_ref());
        self.put("website", company.website.as_ref());
        for (index, owner) in company.beneficial_owners.iter().take(OWNERS_MAX).enumerate() {
            let control = |field| owner_control(index + 1, field);
            self.put(&control("name"), owner.name.as_ref());
            self.put(&control("born_on"), owner.date_of_birth.as_ref());
            self.put(&control("citizenship"), owner.nationality.as_ref());
            self.put(&control("share"), owner.share.map(|share| share.to_string()).as_ref());
        }
    }

    fn text(&self, name: &str) -> Option<String> {
        let text = self.get(name);
        (!text.trim().is_empty()).then(|| text.to_owned())
    }

    fn person(&self) -> PersonInput {
        PersonInput {
            first_name: self.text("first_name"),
            last_name: self.text("last_name"),
            date_of_birth: self.text("date_of_birth"),
            nationality: self.text("nationality"),
            country_of_residence: self.text("country_of_residence"),
            identification: IdentificationInput {
                kind: self.text("identification_type"),
                number: self.text("identification_number"),
                issuing_country: self.text("issuing_country"),
                expires_on: self.text("expires_on"),
            },
        }
    }

    fn company(&self) -> CompanyInput {
        CompanyInput {
            name: self.text("company_name"),
            registration_number: self.text("registration_number"),
            incorporation_country: self.text("incorporation_country"),
            incorporation_date: self.text("incorporation_date"),
            nature_of_business: self.text("nature_of_business"),
            website: self.text("website"),
            authorized_person: self.person(),
            beneficial_owners: self.owners(),
        }
    }

    /// The owners up to the last one with anything in it, so that an error's number is the row's number.
    fn owners(&self) -> Vec<BeneficialOwnerInput> {
        let mut owners: Vec<BeneficialOwnerInput> = (1..=OWNERS_MAX)
            .map(|number| {
                let text = |field| self.text(&owner_control(number, field));
                BeneficialOwnerInput {
                    name: text("name"),
                    date_of_birth: text("born_on"),
                    nationality: text("citizenship"),
                    // What is no number becomes a share that nobody can have, so that it is told and not dropped.
                    share: text("share")
                        .map(|share| share.trim().trim_end_matches('%').trim_end().parse().unwrap_or(0)),
                }
            })
            .collect();
        while owners.last().is_some_and(|owner| *owner == BeneficialOwnerInput::default()) {
            owners.pop();
        }
        owners
    }
}

/// The name of the control that a field belongs to: `individual.first_name` and `company.authorized_person.first_name`
/// are both typed into `first_name`. The empty text when no control is about it.
#[must_use]
pub fn control_of(path: &str) -> String {
    let person = ["individual.identification.", "company.authorized_person.identification."];
    if let Some(field) = person.iter().find_map(|prefix| path.strip_prefix(prefix)) {
        return match field {
            "type" | "number" => format!("identification_{field}"),
            other => other.to_owned(),
        };
    }
    if let Some(rest) = path.strip_prefix("company.beneficial_owners") {
        let mut parts = rest.trim_start_matches('.').split('.');
        let number =
            parts.next().and_then(|index| index.parse::<usize>().ok()).map_or(1, |index| index.saturating_add(1));
        return owner_control(
            number,
            match parts.next() {
                Some("date_of_birth") => "born_on",
                Some("nationality") => "citizenship",
                Some("name") => "name",
                _ => "share",
            },
        );
    }
    let control = match path {
        "company.name" => "company_name",
        "address.line1" => "address_line1",
        "address.line2" => "address_line2",
        "documents.authorized_person_id_proof" => "id_proof",
        _ => ["individual.", "company.authorized_person.", "company.", "address.", "documents."]
            .iter()
            .find_map(|prefix| path.strip_prefix(prefix))
            .unwrap_or(path),
    };
    let is_control = CONTROLS.contains(&control) || FileControl::from_name(control).is_some();
    if is_control { control.to_owned() } else { String::new() }
}

/// The same faults, each at its control, one for each control.
#[must_use]
pub fn problems(errors: &[FieldError]) -> Vec<FieldProblem> {
    let mut problems: Vec<FieldProblem> = Vec::new();
    for error in errors {
        let field = control_of(&error.field);
        if field.is_empty() || !problems.iter().any(|problem| problem.field == field) {
            problems.push(FieldProblem::new(field, error.message.clone()));
        }
    }
    let place = |problem: &FieldProblem| {
        FormValues::names().position(|name| {
            name == problem.field || FileControl::from_name(&problem.field).is_some_and(|file| file.id_name() == name)
        })
    };
    problems.sort_by_key(place);
    problems
}

#[cfg(test)]
#[path = "form_tests.rs"]
mod tests;
