//! From what is stored to what a page shows.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{
    customer::{Customer, CustomerDetails, Subject},
    fault::FieldError,
    id::{CustomerId, DraftId},
    input::CustomerInput,
    party::{Address, Company, Person},
    standing::{Reason, Status},
};
use service::{CustomerSort, DocumentRow, Error, PageRequest, Reader, Session, WalletFilter};

use super::history;
use crate::{
    customers::{
        form::{FileControl, FormValues, control_of},
        list_query::{ColumnKey, ListQuery},
        model::{
            CustomerDetail, CustomerList, DocumentView, FactSection, FlagView, FormModel, ListRow, Live, MissingView,
            ReviewView, WalletLine,
        },
    },
    ui::format,
};

/// Rows on one page of the list.
const ROWS_MAX: u32 = 50;
/// Wallets shown with a customer: one a currency, and there are eight of those.
const WALLETS_MAX: u32 = 50;

/// Under which name the choice of columns is kept.
pub const COLUMNS_PREFERENCE: &str = "customers.columns";

/// A page of the list.
///
/// # Errors
/// When it cannot be read.
pub async fn list(reader: &Reader, session: &Session, query: &ListQuery) -> Result<CustomerList, Error> {
    let columns = ColumnKey::chosen(reader.preference(COLUMNS_PREFERENCE).await?.as_deref());
    let filter = match query.filter() {
        Ok(filter) => filter,
        Err(problems) => return Ok(CustomerList { rows: Vec::new(), next: None, total: None, columns, problems }),
    };
    let request = PageRequest { limit: ROWS_MAX, after: key_of(&query.cursor) };
    let page = reader.customers(&filter, CustomerSort::from(query.order()), &request).await?;
    let total = if query.is_filtered() { None } else { Some(reader.customer_counts().await?.total()) };
    let is_organisation_suspended = session.organisation.suspended_at.is_some();
    let rows = page
        .rows
        .into_iter()
        .map(|row| ListRow {
            id: row.id.to_string(),
            customer_type: row.customer_type,
            is_active: row.status == Status::Approved && !is_organisation_suspended,
            name: row.name,
            status: row.status,
            is_enabled: row.is_enabled,
            is_wallet_ready: row.is_wallet_ready,
            created_at: row.created_at,
        })
        .collect();
    Ok(CustomerList { rows, next: page.next.as_deref().map(cursor_of), total, columns, problems: Vec::new() })
}

/// What the form starts with: what was typed before, else the customer, else nothing.
///
/// # Errors
/// When there is no such customer.
pub async fn form(reader: &Reader, today: NaiveDate, id: Option<&str>, draft: &str) -> Result<FormModel, Error> {
    let customer = match id {
        Some(id) => Some(reader.customer(parse_id(id)?).await?),
        None => None,
    };
    let stored = customer.as_ref().map(|customer| FormValues::of(&CustomerInput::from(&customer.details)));
    let kept = kept_draft(reader, draft).await?;
    let (mut values, errors) = match (kept, stored) {
        (Some(kept), _) => kept,
        (None, Some(stored)) => (stored, Vec::new()),
        (None, None) => (FormValues::default(), Vec::new()),
    };
    let customer_type =
        customer.as_ref().map_or_else(|| values.customer_type(), |customer| customer.details.subject.customer_type());
    values.set("type", customer_type.code());
    let mut documents = BTreeMap::new();
    for control in FileControl::ALL {
        let Ok(document_id) = values.get(control.id_name()).parse() else { continue };
        match reader.document(document_id).await {
            Ok(row) => drop(documents.insert(control.name().to_owned(), document_view(&row, control.label()))),
            Err(Error::NotFound) => values.set(control.id_name(), ""),
            Err(error) => return Err(error),
        }
    }
    let name = customer.as_ref().map(|customer| customer.details.name()).unwrap_or_default();
    let status = customer.as_ref().map(Customer::status);
    Ok(FormModel { id: id.map(str::to_owned), name, values, errors, documents, status, today })
}

/// One customer with everything about it.
///
/// # Errors
/// When there is no such customer.
pub async fn detail(reader: &Reader, session: &Session, id: &str) -> Result<CustomerDetail, Error> {
    let id = parse_id(id)?;
    let customer = reader.customer(id).await?;
    let mut documents = Vec::new();
    for (slot, document_id) in customer.details.documents.filled() {
        match reader.document(document_id).await {
            Ok(row) => documents.push(document_view(&row, slot.label())),
            Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    let wallets = wallets(reader, id).await?;
    let live = live_of(reader, session, &customer, &wallets).await?;
    let details = &customer.details;
    Ok(CustomerDetail {
        id: id.to_string(),
        customer_type: details.subject.customer_type(),
        name: details.name(),
        reference: details.reference.clone(),
        created_at: customer.created_at,
        sections: sections(details),
        documents,
        wallets,
        live,
        may_see_documents: session.role.sees_personal_data(),
    })
}

/// What may change by itself, or by the switch.
///
/// # Errors
/// When there is no such customer.
pub async fn live(reader: &Reader, session: &Session, id: &str) -> Result<Live, Error> {
    let id = parse_id(id)?;
    let customer = reader.customer(id).await?;
    let wallets = wallets(reader, id).await?;
    live_of(reader, session, &customer, &wallets).await
}

/// A key as the address carries it: a key may hold a piece of a name, and the trail has a sign of its own.
fn cursor_of(key: &str) -> String {
    use std::fmt::Write as _;
    key.bytes().fold(String::with_capacity(key.len() * 2), |mut cursor, byte| {
        // Writing to a string does not fail.
        let _ = write!(cursor, "{byte:02x}");
        cursor
    })
}

/// The key of a cursor; nothing where the address carries none.
fn key_of(cursor: &str) -> Option<String> {
    let bytes: Option<Vec<u8>> =
        cursor.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect();
    String::from_utf8(bytes?).ok().filter(|key| !key.is_empty())
}

/// The id of an address; what is none leads nowhere.
///
/// # Errors
/// [`Error::NotFound`].
pub fn parse_id(id: &str) -> Result<CustomerId, Error> {
    id.parse().map_err(|_| Error::NotFound)
}

async fn kept_draft(reader: &Reader, draft: &str) -> Result<Option<(FormValues, Vec<FieldError>)>, Error> {
    let Ok(draft_id) = draft.parse::<DraftId>() else { return Ok(None) };
    let draft = reader.form_draft(draft_id).await?;
    Ok(draft.and_then(|draft| {
        let values: FormValues = serde_json::from_str(&draft.body).ok()?;
        Some((values.sifted(), draft.errors))
    }))
}

async fn live_of(
    reader: &Reader,
    session: &Session,
    customer: &Customer,
    wallets: &[WalletLine],
) -> Result<Live, Error> {
    let review = reader.review(customer.id).await?.map(|row| ReviewView {
        is_current: row.revision == customer.revision,
        verdict: row.verdict,
        decided_at: row.decided_at,
        checks: row.checks,
    });
    let history = history::of(reader, session, customer.id, wallets).await?;
    let is_organisation_suspended = session.organisation.suspended_at.is_some();
    // What a role sees masked looks as if it were missing; the status knows better.
    let is_masked = !session.role.sees_personal_data();
    let lacking = if is_masked { Vec::new() } else { customer.missing() };
    let why_not_ready = match (is_masked, customer.status()) {
        (true, Status::PendingInfo) => {
            vec!["Something is missing. Ask an ADMIN of your organisation what it is.".to_owned()]
        }
        (true, _) => Vec::new(),
        (false, _) => sentences(&customer.why_not_wallet_ready()),
    };
    let flag = |why_not: Vec<String>| FlagView { on: why_not.is_empty(), why_not };
    Ok(Live {
        status: customer.status(),
        is_active: flag(sentences(&customer.why_not_active(is_organisation_suspended))),
        is_enabled: flag(sentences(&customer.why_not_enabled())),
        is_wallet_ready: flag(why_not_ready),
        reasons: sentences(customer.standing.reasons()),
        missing: lacking
            .iter()
            .map(|requirement| MissingView {
                label: requirement.label.to_owned(),
                control: control_of(requirement.path),
            })
            .collect(),
        review,
        history,
    })
}

async fn wallets(reader: &Reader, id: CustomerId) -> Result<Vec<WalletLine>, Error> {
    let filter = WalletFilter { customer_id: Some(id), ..WalletFilter::default() };
    let page = reader.wallets(&filter, &PageRequest { limit: WALLETS_MAX, after: None }).await?;
    let line = |wallet: domain::wallet::Wallet| WalletLine {
        id: wallet.id.to_string(),
        currency: wallet.currency().code().to_owned(),
        digits: u8::try_from(wallet.currency().exponent()).unwrap_or(2),
        ledger_minor: wallet.ledger_balance.minor(),
        available_minor: wallet.available_balance.minor(),
        created_at: wallet.created_at,
    };
    Ok(page.rows.into_iter().map(|row| line(row.wallet)).collect())
}

fn sentences(reasons: &[Reason]) -> Vec<String> {
    reasons.iter().map(|reason| reason.message.clone()).collect()
}

/// What the form and the pages show of a file.
#[must_use]
pub fn document_view(row: &DocumentRow, place: &str) -> DocumentView {
    DocumentView {
        id: row.id.to_string(),
        place: place.to_owned(),
        file_name: row.file_name.clone(),
        media_type: row.media_type.clone(),
        size_bytes: row.size_bytes,
        pages: row.pages,
        created_at: row.created_at,
    }
}

fn sections(details: &CustomerDetails) -> Vec<FactSection> {
    let mut sections = Vec::new();
    match &details.subject {
        Subject::Individual(person) => sections.extend(person_sections("Person", person)),
        Subject::Company(company) => {
            sections.push(company_section(company));
            sections.extend(person_sections("Authorised person", &company.authorized_person));
        }
    }
    sections.push(address_section(&details.address));
    sections.push(section(
        "Contact and account",
        [
            ("Email", details.email.as_ref().map(ToString::to_string)),
            ("Phone", details.phone.as_ref().map(ToString::to_string)),
            ("Account usage purpose", details.account_usage_purpose.map(|purpose| purpose.label().to_owned())),
            ("Reference", details.reference.clone()),
            ("Description", details.description.clone()),
        ],
    ));
    if !details.metadata.is_empty() {
        let facts = details.metadata.iter().map(|(key, value)| (key.clone(), Some(value.clone()))).collect();
        sections.push(FactSection { title: "Metadata".to_owned(), facts });
    }
    sections
}

fn person_sections(title: &str, person: &Person) -> [FactSection; 2] {
    let paper = &person.identification;
    [
        section(
            title,
            [
                ("First name", person.first_name.clone()),
                ("Last name", person.last_name.clone()),
                ("Date of birth", person.date_of_birth.map(|day| format::day(&day))),
                ("Nationality", person.nationality.map(|country| country.name().to_owned())),
                ("Country of residence", person.country_of_residence.map(|country| country.name().to_owned())),
            ],
        ),
        section(
            "Identification",
            [
                ("Identification type", paper.kind.map(|kind| kind.label().to_owned())),
                ("Identification number", paper.number.clone()),
                ("Issuing country", paper.issuing_country.map(|country| country.name().to_owned())),
                ("Expires on", paper.expires_on.map(|day| format::day(&day))),
            ],
        ),
    ]
}

fn company_section(company: &Company) -> FactSection {
    let mut section = section(
        "Company",
        [
            ("Company name", Some(company.name.clone())),
            ("Registration number", company.registration_number.clone()),
            ("Incorporation country", company.incorporation_country.map(|country| country.name().to_owned())),
            ("Incorporation date", company.incorporation_date.map(|day| format::day(&day))),
            ("Nature of business", company.nature_of_business.clone()),
            ("Website", company.website.as_ref().map(ToString::to_string)),
        ],
    );
    for (index, owner) in company.beneficial_owners.iter().enumerate() {
        let facts = [
            Some(owner.name.clone()),
            owner.share.map(|share| format!("{share} %")),
            owner.date_of_birth.map(|born| format!("born {}", format::day(&born))),
            owner.nationality.map(|country| country.name().to_owned()),
        ];
        let line = facts.into_iter().flatten().collect::<Vec<_>>().join(", ");
        section.facts.push((format!("Owner {}", index + 1), Some(line)));
    }
    section
}

fn address_section(address: &Address) -> FactSection {
    section(
        "Address",
        [
            ("Address line 1", address.line1.clone()),
            ("Address line 2", address.line2.clone()),
            ("City", address.city.clone()),
            ("State", address.state.clone()),
            ("Postal code", address.postal_code.clone()),
            ("Country", address.country.map(|country| country.name().to_owned())),
        ],
    )
}

fn section<const N: usize>(title: &str, facts: [(&str, Option<String>); N]) -> FactSection {
    FactSection {
        title: title.to_owned(),
        facts: facts.into_iter().map(|(term, fact)| (term.to_owned(), fact)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_the_address() {
        for key in ["0190a5c0", "0190a5c00000700080000000000000öykü ~ lane"] {
            assert_eq!(key_of(&cursor_of(key)).as_deref(), Some(key));
        }
        for nonsense in ["", "zz", "ä", "ff"] {
            assert_eq!(key_of(nonsense), None, "{nonsense}");
        }
    }
}
