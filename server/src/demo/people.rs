//! The customers of a demonstration. Number `n` of a seed is always the same one, whatever came before.

use std::{collections::BTreeMap, fmt::Write as _};

use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::{
    customer::{AccountUsagePurpose, CustomerDetails},
    document::DocumentSlot,
    fault::FieldError,
    id::DocumentId,
    input::{
        AddressInput, BeneficialOwnerInput, CompanyInput, CustomerInput, DocumentsInput, IdentificationInput,
        PersonInput,
    },
    party::IdentificationType,
};
use fastrand::Rng;

use super::places::{PLACES, Place};

/// The files that all customers of a demonstration show.
#[derive(Clone, Copy, Debug)]
pub(super) struct Papers {
    pub passport: DocumentId,
    pub licence: DocumentId,
    pub address_proof: DocumentId,
    pub registration: DocumentId,
}

/// What is to become of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Approved, and with luck given wallets.
    Approved,
    /// Approved, and switched off by the merchant later.
    Disabled,
    /// Something is missing.
    Incomplete,
    /// Shows the identification of the customer this many numbers earlier, so that a person has to look.
    Duplicate(usize),
    /// The identification has expired.
    Expired,
    /// Younger than 18.
    UnderAge,
}

/// Twenty customers have these fates, and the next twenty again. Every state comes early, so that few customers show all.
#[rustfmt::skip]
const FATES: [Fate; 20] = [
    Fate::Approved, Fate::Incomplete, Fate::Disabled, Fate::Duplicate(3), Fate::Expired, Fate::Approved, Fate::Approved,
    Fate::Incomplete, Fate::Approved, Fate::Approved, Fate::UnderAge, Fate::Approved, Fate::Approved, Fate::Approved,
    Fate::Incomplete, Fate::Approved, Fate::Approved, Fate::Duplicate(4), Fate::Approved, Fate::Approved,
];

const TRADES: [(&str, &str); 12] = [
    ("Harbour", "Freight forwarding and warehousing"),
    ("Bluegum", "Wholesale of building materials"),
    ("Kestrel", "Software for property managers"),
    ("Lantern", "Online marketplace for handmade goods"),
    ("Southern Cross", "Import and export of foodstuffs"),
    ("Meridian", "Market making in digital assets"),
    ("Ironbark", "Civil engineering consultancy"),
    ("Saltwater", "Boat building and repair"),
    ("Copperfield", "Payroll services for small businesses"),
    ("Northlight", "Photographic studios"),
    ("Wattle & Sons", "Family-owned nursery and garden supplies"),
    ("Tidewater", "Remittances for seasonal workers"),
];
const KINDS: [&str; 8] =
    ["Trading", "Holdings", "Logistics", "Digital", "Partners", "Import Export", "Labs", "International Services"];
const NOTES: [&str; 4] = [
    "Referred by a partner. Prefers to be called in the morning.",
    "Moved from the old platform; papers were checked there in March.",
    "Large single deposits are expected: proceeds of the sale of a house.",
    "Asked for statements in English.",
];

/// What becomes of customer `n`.
pub(super) fn fate(n: usize) -> Fate {
    match FATES[n % FATES.len()] {
        Fate::Duplicate(back) if back > n => Fate::Approved,
        fate => fate,
    }
}

/// Customer `n` of a seed, created at `at`.
///
/// # Errors
/// Field errors, which would be a fault of this file.
pub(super) fn customer(
    seed: u64,
    n: usize,
    at: DateTime<Utc>,
    papers: &Papers,
) -> Result<CustomerDetails, Vec<FieldError>> {
    let mut rng = Rng::with_seed(seed ^ (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let place = place(&mut rng);
    let fate = fate(n);
    // Seven and the twenty fates have no factor in common: every state has companies in it.
    let is_company = matches!(n % 7, 2 | 5);
    let mut person = person(&mut rng, place, n, fate, at.date_naive());
    if let Fate::Duplicate(back) = fate {
        person.identification.number = Some(paper_number(n - back));
        person.identification.kind = Some(paper_kind(n - back).code().to_owned());
        person.identification.issuing_country = Some(issuer(seed, n - back).to_owned());
    }
    let full_name = format!("{} {}", text(person.first_name.as_ref()), text(person.last_name.as_ref()));
    let documents = documents(papers, is_company, person.identification.kind.as_deref());
    let (individual, company) = if is_company {
        (None, Some(company(&mut rng, place, n, person, at.date_naive())))
    } else {
        (Some(person), None)
    };
    let mut input = CustomerInput {
        kind: None,
        reference: Some(format!("HX-{:06}", n + 1)),
        description: (n % 9 == 4).then(|| pick(&mut rng, &NOTES).to_owned()),
        account_usage_purpose: Some(pick(&mut rng, &AccountUsagePurpose::ALL).code().to_owned()),
        individual,
        company,
        address: address(&mut rng, place),
        email: Some(format!("{}.{}@example.com", ascii(&full_name), n + 1)),
        phone: Some(filled(&mut rng, place.phone)),
        documents,
        sender_ids: Vec::new(),
        metadata: metadata(&mut rng, n),
    };
    if fate == Fate::Incomplete {
        lose_something(&mut input, n / 7);
    }
    input.parse(at.date_naive())
}

fn place(rng: &mut Rng) -> &'static Place {
    // A third of the customers live where the merchant does.
    if rng.u8(0..3) == 0 { &PLACES[0] } else { &PLACES[rng.usize(0..PLACES.len())] }
}

/// The country of the paper that customer `n` shows.
fn issuer(seed: u64, n: usize) -> &'static str {
    let mut rng = Rng::with_seed(seed ^ (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    place(&mut rng).country
}

fn paper_kind(n: usize) -> IdentificationType {
    IdentificationType::ALL[[0, 2, 0, 1, 0, 3, 2][n % 7]]
}

/// Two letters and seven digits, never the same for two customers of the first ten million.
fn paper_number(n: usize) -> String {
    let letter = |value: usize| char::from(b'A' + u8::try_from(value % 26).unwrap_or(0));
    format!("{}{}{:07}", letter(n / 3), letter(n / 11), (n * 7_919 + 1_234_567) % 10_000_000)
}

fn person(rng: &mut Rng, place: &Place, n: usize, fate: Fate, on: NaiveDate) -> PersonInput {
    let given = pick(rng, place.given);
    let first_name = if rng.u8(0..6) == 0 && given.is_ascii() {
        format!("{given} {}", pick(rng, place.given))
    } else {
        given.to_owned()
    };
    let age_days = if fate == Fate::UnderAge { rng.u64(15 * 366..17 * 365) } else { rng.u64(19 * 366..79 * 365) };
    let expires_on =
        if fate == Fate::Expired { on - Days::new(rng.u64(10..900)) } else { on + Days::new(rng.u64(120..3600)) };
    PersonInput {
        first_name: Some(first_name),
        last_name: Some(pick(rng, place.family).to_owned()),
        date_of_birth: Some((on - Days::new(age_days)).to_string()),
        nationality: Some(place.country.to_owned()),
        country_of_residence: Some(place.country.to_owned()),
        identification: IdentificationInput {
            kind: Some(paper_kind(n).code().to_owned()),
            number: Some(paper_number(n)),
            issuing_country: Some(place.country.to_owned()),
            expires_on: Some(expires_on.to_string()),
        },
    }
}

fn company(rng: &mut Rng, place: &Place, n: usize, authorized_person: PersonInput, on: NaiveDate) -> CompanyInput {
    let (word, trade) = TRADES[rng.usize(0..TRADES.len())];
    let family = pick(rng, place.family);
    let kind = pick(rng, &KINDS);
    let name = match rng.u8(0..4) {
        0 => format!("{family} {kind} {}", place.company),
        1 => format!("{word} {family} {}", place.company),
        2 if n.is_multiple_of(40) => {
            format!("{word} {family} & {} {kind} and Settlement Services {}", pick(rng, place.family), place.company)
        }
        _ => format!("{word} {kind} {}", place.company),
    };
    let owner = |rng: &mut Rng, share: u32| BeneficialOwnerInput {
        name: Some(format!("{} {family}", pick(rng, place.given))),
        date_of_birth: Some((on - Days::new(rng.u64(25 * 366..70 * 365))).to_string()),
        nationality: Some(place.country.to_owned()),
        share: Some(share),
    };
    let beneficial_owners = match rng.u8(0..3) {
        0 => Vec::new(),
        1 => vec![owner(rng, 100)],
        _ => vec![owner(rng, 60), owner(rng, 40)],
    };
    CompanyInput {
        name: Some(name),
        registration_number: Some(format!("{:03} {:03} {:03}", n % 997, rng.u16(100..999), rng.u16(100..999))),
        incorporation_country: Some(place.country.to_owned()),
        incorporation_date: Some((on - Days::new(rng.u64(400..15_000))).to_string()),
        nature_of_business: Some(trade.to_owned()),
        website: Some(format!("https://{}.example.com", ascii(word))),
        authorized_person,
        beneficial_owners,
    }
}

fn address(rng: &mut Rng, place: &Place) -> AddressInput {
    let (town, state) = place.towns[rng.usize(0..place.towns.len())];
    let code = filled(rng, place.postal_code);
    AddressInput {
        line1: Some(pick(rng, place.streets).replace("{}", &rng.u16(1..240).to_string())),
        line2: (rng.u8(0..8) == 0).then(|| format!("Level {}", rng.u8(1..40))),
        city: Some(town.to_owned()),
        state: (!state.is_empty()).then(|| state.to_owned()),
        postal_code: (!code.is_empty()).then_some(code),
        country: Some(place.country.to_owned()),
    }
}

fn documents(papers: &Papers, is_company: bool, paper: Option<&str>) -> DocumentsInput {
    let id_proof =
        if paper == Some(IdentificationType::DriverLicence.code()) { papers.licence } else { papers.passport };
    let mut documents = DocumentsInput::default();
    documents.set(DocumentSlot::AddressProof, Some(papers.address_proof.to_string()));
    if is_company {
        documents.set(DocumentSlot::RegistrationDocument, Some(papers.registration.to_string()));
        documents.set(DocumentSlot::AuthorizedPersonIdProof, Some(id_proof.to_string()));
    } else {
        documents.set(DocumentSlot::IdProof, Some(id_proof.to_string()));
    }
    documents
}

fn metadata(rng: &mut Rng, n: usize) -> BTreeMap<String, String> {
    let mut metadata = BTreeMap::new();
    if n.is_multiple_of(4) {
        metadata.insert("tier".to_owned(), pick(rng, &["standard", "plus", "institutional"]).to_owned());
    }
    if n.is_multiple_of(6) {
        metadata.insert("crm".to_owned(), format!("{:06x}", rng.u32(0..0x00ff_ffff)));
    }
    metadata
}

/// Leaves out what people leave out.
fn lose_something(input: &mut CustomerInput, turn: usize) {
    let person = match (&mut input.individual, &mut input.company) {
        (Some(person), _) => person,
        (None, Some(company)) => &mut company.authorized_person,
        (None, None) => return,
    };
    match turn % 6 {
        0 => input.documents.address_proof = None,
        1 => {
            person.identification = IdentificationInput::default();
            input.documents = DocumentsInput::default();
        }
        2 => {
            person.date_of_birth = None;
            input.account_usage_purpose = None;
        }
        3 => {
            input.documents.id_proof = None;
            input.documents.registration_document = None;
        }
        4 => input.address = AddressInput::default(),
        _ => {
            person.identification.expires_on = None;
            person.nationality = None;
            input.phone = None;
        }
    }
}

/// A pattern with its places filled.
pub(super) fn filled(rng: &mut Rng, pattern: &str) -> String {
    pattern
        .chars()
        .map(|c| match c {
            '#' => rng.digit(10),
            '@' => char::from(b'A' + rng.u8(0..26)),
            other => other,
        })
        .collect()
}

pub(super) fn pick<T: Copy>(rng: &mut Rng, some: &[T]) -> T {
    some[rng.usize(0..some.len())]
}

/// A name as an e-mail address has it; `customer` where nothing of it can be written so.
fn ascii(name: &str) -> String {
    let mut plain = String::new();
    for c in storage::fold(name).chars() {
        match c {
            'ł' => plain.push('l'),
            'ß' => plain.push_str("ss"),
            'ø' => plain.push('o'),
            'ı' => plain.push('i'),
            ' ' if !plain.is_empty() && !plain.ends_with('.') => plain.push('.'),
            c if c.is_ascii_alphanumeric() => plain.push(c),
            _ => {}
        }
    }
    let plain = plain.trim_end_matches('.');
    let mut short = String::new();
    // Writing to a string does not fail.
    let _ = write!(short, "{:.40}", if plain.is_empty() { "customer" } else { plain });
    short.trim_end_matches('.').to_owned()
}

fn text(maybe: Option<&String>) -> &str {
    maybe.map_or("", String::as_str)
}
