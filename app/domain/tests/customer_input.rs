//! What is typed and sent is read the same way everywhere, and every fault is named by its field.
#![expect(clippy::unwrap_used, reason = "a fixture that cannot be made must fail the test")]

mod fixtures;

use domain::{
    customer::{CustomerType, Subject},
    input::{CustomerInput, PersonInput, parse_date},
    requirements::{self, RequirementKind, missing, requirements},
};
use fixtures::{any_details, company, day, individual, today};
use proptest::{prelude::*, test_runner::Config};
use serde_json::{Value, json};

/// JSON of any shape, with the names that a customer has mixed in.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,40}".prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[0-9+-]{4}-[0-9 ]{2}-[0-9]{2}".prop_map(Value::from),
    ];
    let name = prop::sample::select(vec![
        "type",
        "individual",
        "company",
        "address",
        "documents",
        "metadata",
        "sender_ids",
        "first_name",
        "last_name",
        "name",
        "date_of_birth",
        "identification",
        "number",
        "expires_on",
        "beneficial_owners",
        "share",
        "email",
        "phone",
        "country",
        "id_proof",
        "authorized_person",
        "website",
        "postal_code",
        "nationality",
        "description",
    ]);
    leaf.prop_recursive(4, 40, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(name.clone().prop_map(str::to_owned), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Text in every field of a person's form.
fn any_form() -> impl Strategy<Value = CustomerInput> {
    prop::collection::vec(prop::option::of(any::<String>()), 24).prop_map(|texts| {
        let mut texts = texts.into_iter();
        let mut next = || texts.next().flatten();
        let mut input = CustomerInput { kind: next(), reference: next(), description: next(), ..Default::default() };
        input.account_usage_purpose = next();
        (input.email, input.phone) = (next(), next());
        let address = &mut input.address;
        (address.line1, address.line2, address.city) = (next(), next(), next());
        (address.state, address.postal_code, address.country) = (next(), next(), next());
        input.documents.id_proof = next();
        input.sender_ids = next().into_iter().collect();
        input.metadata = next().map(|text| (text.clone(), text)).into_iter().collect();
        let mut person = PersonInput { first_name: next(), last_name: next(), ..Default::default() };
        (person.date_of_birth, person.nationality, person.country_of_residence) = (next(), next(), next());
        let paper = &mut person.identification;
        (paper.kind, paper.number, paper.issuing_country, paper.expires_on) = (next(), next(), next(), next());
        input.individual = Some(person);
        input
    })
}

proptest! {
    #![proptest_config(Config { cases: Config::default().cases * 2, ..Config::default() })]

    #[test]
    fn any_json_is_answered_and_never_panics(value in any_json()) {
        if let Ok(input) = serde_json::from_value::<CustomerInput>(value) {
            let _ = (input.parse(today()), input.missing(today()));
        }
    }

    #[test]
    fn any_text_in_a_form_is_answered_and_what_is_read_is_read_the_same_again(input in any_form()) {
        match input.parse(today()) {
            Ok(details) => prop_assert_eq!(CustomerInput::from(&details).parse(today()), Ok(details)),
            Err(errors) => {
                prop_assert!(!errors.is_empty());
                for error in errors {
                    prop_assert!(!error.field.is_empty() && !error.code.is_empty() && !error.message.is_empty());
                }
            }
        }
    }

    #[test]
    fn details_survive_being_written_into_a_form_and_read_back(details in any_details()) {
        prop_assert_eq!(CustomerInput::from(&details).parse(today()), Ok(details));
    }

    #[test]
    fn details_survive_being_stored(details in any_details()) {
        let stored = serde_json::to_string(&details).unwrap();
        prop_assert_eq!(serde_json::from_str::<domain::customer::CustomerDetails>(&stored).unwrap(), details);
    }

    #[test]
    fn form_and_server_agree_on_what_is_missing(details in any_details()) {
        prop_assert_eq!(CustomerInput::from(&details).missing(today()), missing(&details));
    }

    #[test]
    fn any_text_as_a_date_is_answered(text in "\\PC{0,14}") {
        if let Ok(date) = parse_date(&text) {
            prop_assert_eq!(date.to_string(), text);
        }
    }
}

fn set(input: &mut Value, path: &str, value: Value) {
    let pointer = format!("/{}", path.replace('.', "/"));
    if let Some(place) = input.pointer_mut(&pointer) {
        *place = value;
    } else {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        input.pointer_mut(parent).unwrap()[name] = value;
    }
}

fn errors_of(base: &CustomerInput, path: &str, value: Value) -> Vec<(String, String)> {
    let mut json = serde_json::to_value(base).unwrap();
    set(&mut json, path, value);
    let input: CustomerInput = serde_json::from_value(json).unwrap();
    let errors = input.parse(today()).err().unwrap_or_default();
    errors.into_iter().map(|error| (error.field, error.code)).collect()
}

#[test]
fn each_bad_field_of_a_person_is_named_with_its_code() {
    let base = CustomerInput::from(&individual());
    let long = "x".repeat(141);
    for (path, value, code) in [
        ("type", json!("person"), "invalid"),
        ("individual.first_name", json!("  "), "required"),
        ("individual.last_name", json!("—"), "invalid"),
        ("individual.last_name", json!(long), "too_long"),
        ("individual.first_name", json!("Eva\u{202e}nilE"), "invalid"),
        ("individual.first_name", json!("Eva\u{2028}Lin"), "invalid"),
        ("individual.date_of_birth", json!("25.03.1990"), "invalid"),
        ("individual.date_of_birth", json!("1990-02-30"), "invalid"),
        ("individual.date_of_birth", json!("+1990-3-25"), "invalid"),
        ("individual.date_of_birth", json!("1990- 3- 5"), "invalid"),
        ("individual.date_of_birth", json!("-990-03-25"), "invalid"),
        ("individual.date_of_birth", json!("2026-11-23"), "in_future"),
        ("individual.date_of_birth", json!("1899-12-31"), "too_early"),
        ("individual.nationality", json!("Utopia"), "invalid"),
        ("individual.identification.type", json!("Passport"), "invalid"),
        ("individual.identification.number", json!("PA<1234567"), "invalid"),
        ("individual.identification.number", json!("--"), "invalid"),
        ("individual.identification.expires_on", json!("2031"), "invalid"),
        ("account_usage_purpose", json!("fun"), "invalid"),
        ("address.line1", json!("1 Harbour Street\n2000 Sydney"), "invalid"),
        ("address.postal_code", json!("12345678901234567"), "too_long"),
        ("address.country", json!("XX"), "invalid"),
        ("email", json!("elin@"), "invalid"),
        ("phone", json!("0491 570 156"), "invalid"),
        ("description", json!("a\u{0}b"), "invalid"),
        ("description", json!("x".repeat(501)), "too_long"),
        ("documents.id_proof", json!("wallet_00000000000000000000000000000001"), "invalid"),
        ("reference", json!(long), "too_long"),
    ] {
        let errors = errors_of(&base, path, value.clone());
        assert_eq!(errors.len(), 1, "{path} {value}: {errors:?}");
        assert_eq!(errors[0].0, path, "{value}");
        let is_expected = errors[0].1 == code || (code == "invalid" && matches!(path, "email" | "phone"));
        assert!(is_expected, "{path} {value}: {errors:?}");
    }
}

#[test]
fn each_bad_field_of_a_company_is_named_with_its_code() {
    let base = CustomerInput::from(&company());
    let owner = |share: u32| json!({ "name": "Ada", "share": share });
    for (path, value, field, code) in [
        ("company.name", json!(""), "company.name", "required"),
        ("company.incorporation_date", json!("2030-01-01"), "company.incorporation_date", "in_future"),
        ("company.registration_number", json!("n°1"), "company.registration_number", "invalid"),
        ("company.beneficial_owners", json!([owner(24)]), "company.beneficial_owners.0.share", "invalid"),
        ("company.beneficial_owners", json!([owner(101)]), "company.beneficial_owners.0.share", "invalid"),
        ("company.beneficial_owners", json!([owner(60), owner(60)]), "company.beneficial_owners", "invalid"),
        ("company.beneficial_owners", json!([{ "share": 30 }]), "company.beneficial_owners.0.name", "required"),
        (
            "company.beneficial_owners",
            json!(vec![json!({ "name": "Ada" }); 5]),
            "company.beneficial_owners",
            "too_many",
        ),
        ("company.authorized_person.date_of_birth", json!("?"), "company.authorized_person.date_of_birth", "invalid"),
        ("individual", json!({ "first_name": "Ada" }), "individual", "not_allowed"),
        ("sender_ids", json!(["sender_1"]), "sender_ids.0", "invalid"),
        ("metadata", json!({ " ": "x" }), "metadata", "invalid"),
        ("metadata", json!({ "k": "x".repeat(501) }), "metadata.k", "too_long"),
        ("metadata", json!({ "k": "a\u{0}" }), "metadata", "invalid"),
    ] {
        assert_eq!(errors_of(&base, path, value), [(field.to_owned(), code.to_owned())], "{path}");
    }
}

#[test]
fn all_faults_are_told_at_once() {
    let input: CustomerInput = serde_json::from_value(json!({
        "individual": { "date_of_birth": "soon", "nationality": "??" },
        "address": { "country": "Oz" },
        "email": "nobody",
    }))
    .unwrap();
    let fields: Vec<String> = input.parse(today()).unwrap_err().into_iter().map(|error| error.field).collect();
    for field in [
        "individual.first_name",
        "individual.last_name",
        "individual.date_of_birth",
        "individual.nationality",
        "address.country",
        "email",
    ] {
        assert_eq!(fields.iter().filter(|told| *told == field).count(), 1, "{field}: {fields:?}");
    }
}

#[test]
fn a_field_that_nobody_knows_is_refused_and_not_dropped() {
    let refused = serde_json::from_value::<CustomerInput>(json!({ "individual": { "first_nmae": "Elin" } }));
    assert!(refused.unwrap_err().to_string().contains("first_nmae"));
}

#[test]
fn the_part_that_is_given_says_the_type() {
    let person = json!({ "individual": { "first_name": "Elin", "last_name": "Nordquist" } });
    let input: CustomerInput = serde_json::from_value(person).unwrap();
    assert!(matches!(input.parse(today()).unwrap().subject, Subject::Individual(_)));
    let company: CustomerInput = serde_json::from_value(json!({ "company": { "name": "3M" } })).unwrap();
    assert!(matches!(company.parse(today()).unwrap().subject, Subject::Company(_)));
    let both = json!({ "individual": {}, "company": { "name": "3M" } });
    let both: CustomerInput = serde_json::from_value(both).unwrap();
    assert_eq!(both.parse(today()).unwrap_err()[0].field, "type");
}

#[test]
fn line_breaks_of_every_kind_become_one_kind() {
    let mut input = CustomerInput::from(&individual());
    input.description = Some(" one\r\ntwo\rthree\r\r\nfour ".into());
    let details = input.parse(today()).unwrap();
    assert_eq!(details.description.as_deref(), Some("one\ntwo\nthree\n\nfour"));
}

#[test]
fn every_path_of_the_table_is_there_once_and_can_be_given() {
    for (customer_type, complete) in [(CustomerType::Individual, individual()), (CustomerType::Company, company())] {
        let mut paths: Vec<&str> = requirements(customer_type, None).map(|requirement| requirement.path).collect();
        let count = paths.len();
        for path in &paths {
            assert!(requirements::is_given(&complete, path), "{customer_type:?} {path}");
        }
        paths.sort_unstable();
        paths.dedup();
        assert_eq!(paths.len(), count, "{customer_type:?}");
        assert!(missing(&complete).is_empty());
    }
}

#[test]
fn each_mandatory_piece_is_missed_by_name_when_it_alone_is_left_out() {
    for complete in [individual(), company()] {
        let customer_type = complete.subject.customer_type();
        for requirement in requirements(customer_type, complete.address.country) {
            let mut json = serde_json::to_value(CustomerInput::from(&complete)).unwrap();
            set(&mut json, requirement.path, Value::Null);
            let input: CustomerInput = serde_json::from_value(json).unwrap();
            let lacking: Vec<&str> = input.missing(today()).iter().map(|lacking| lacking.path).collect();
            assert_eq!(lacking, [requirement.path], "{customer_type:?}");
            let is_document = requirement.path.starts_with("documents.");
            assert_eq!(requirement.kind == RequirementKind::Document, is_document);
        }
    }
}

#[test]
fn what_cannot_be_read_counts_as_missing() {
    let mut input = CustomerInput::from(&individual());
    input.individual.as_mut().unwrap().date_of_birth = Some("yesterday".into());
    let lacking: Vec<&str> = input.missing(today()).iter().map(|lacking| lacking.path).collect();
    assert_eq!(lacking, ["individual.date_of_birth"]);
}

#[test]
fn a_postal_code_is_wanted_where_the_country_has_them() {
    let asks = |code: Option<&str>| {
        let country = code.map(|code| domain::country::Country::parse(code).unwrap());
        requirements(CustomerType::Individual, country).any(|requirement| requirement.path == "address.postal_code")
    };
    assert!(asks(None) && asks(Some("AU")) && asks(Some("GB")));
    assert!(!asks(Some("AE")) && !asks(Some("HK")));
    let mut details = individual();
    details.address.postal_code = None;
    assert_eq!(missing(&details).len(), 1);
    details.address.country = Some(domain::country::Country::parse("AE").unwrap());
    assert!(missing(&details).is_empty());
}

#[test]
fn a_date_of_birth_may_be_today_and_not_tomorrow() {
    let mut input = CustomerInput::from(&individual());
    let born = |input: &mut CustomerInput, on: &str| {
        input.individual.as_mut().unwrap().date_of_birth = Some(on.into());
        input.parse(day("2026-11-22")).is_ok()
    };
    assert!(born(&mut input, "2026-11-22"));
    assert!(!born(&mut input, "2026-11-23"));
}
