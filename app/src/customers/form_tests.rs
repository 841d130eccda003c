//! Tests of the form as text.

use domain::{customer::CustomerType, requirements::requirements};

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn filled(pairs: &[(&str, &str)]) -> FormValues {
    let mut values = FormValues::default();
    for (name, value) in pairs {
        values.set(name, *value);
    }
    values
}

fn company() -> FormValues {
    filled(&[
        ("type", "company"),
        ("company_name", "Harbour Lane Coffee Pty Ltd"),
        ("registration_number", "51 824 753 556"),
        ("incorporation_country", "AU"),
        ("incorporation_date", "2014-07-01"),
        ("nature_of_business", "Roasts coffee\nand sells it"),
        ("website", "https://harbourlane.example"),
        ("first_name", "Noa"),
        ("last_name", "Whitcombe"),
        ("date_of_birth", "1979-02-11"),
        ("nationality", "NZ"),
        ("country_of_residence", "AU"),
        ("identification_type", "passport"),
        ("identification_number", "LM123456"),
        ("issuing_country", "NZ"),
        ("expires_on", "2031-09-30"),
        ("owner_1_name", "Noa Whitcombe"),
        ("owner_1_born_on", "1979-02-11"),
        ("owner_1_citizenship", "NZ"),
        ("owner_1_share", "60"),
        ("address_line1", "4 Harbour Lane"),
        ("city", "Hobart"),
        ("state", "TAS"),
        ("postal_code", "7000"),
        ("country", "AU"),
        ("email", "noa@harbourlane.example"),
        ("phone", "+61362345678"),
        ("account_usage_purpose", "collections"),
        ("reference", "hl-1"),
        ("description", "Wholesale"),
        ("id_proof_document_id", "document_0190a5c0000070008000000000000001"),
        ("address_proof_document_id", "document_0190a5c0000070008000000000000002"),
        ("registration_document_document_id", "document_0190a5c0000070008000000000000003"),
    ])
}

#[test]
fn a_customer_survives_being_shown_in_the_form_and_sent_again() {
    let input = company().to_input();
    let details = input.parse(day("2026-11-22")).unwrap();
    let shown = FormValues::of(&CustomerInput::from(&details));
    assert_eq!(shown, company());
    assert_eq!(shown.to_input(), input);
}

#[test]
fn what_belongs_to_the_other_type_is_left_out() {
    let mut values = company();
    values.set("type", "individual");
    let input = values.to_input();
    assert_eq!(input.company, None);
    assert_eq!(input.individual.unwrap().first_name.as_deref(), Some("Noa"));
    assert_eq!(input.documents.id_proof.as_deref(), Some("document_0190a5c0000070008000000000000001"));
    assert_eq!(input.documents.authorized_person_id_proof, None);
    assert_eq!(input.documents.registration_document, None);

    let input = company().to_input();
    assert_eq!(input.individual, None);
    assert_eq!(input.documents.id_proof, None);
    assert_eq!(
        input.documents.authorized_person_id_proof.as_deref(),
        Some("document_0190a5c0000070008000000000000001")
    );
}

#[test]
fn the_checklist_is_complete_when_the_domain_says_so() {
    let today = day("2026-11-22");
    assert!(company().checklist(today).iter().all(|item| item.done));
    for name in
        ["company_name", "expires_on", "postal_code", "id_proof_document_id", "registration_document_document_id"]
    {
        let mut values = company();
        values.set(name, " ");
        let lacking: Vec<_> = values.checklist(today).into_iter().filter(|item| !item.done).collect();
        assert_eq!(lacking.len(), 1, "{name}");
        assert_eq!(lacking[0].href, format!("#{}", name.trim_end_matches("_document_id")), "{name}");
    }
}

#[test]
fn what_cannot_be_read_is_no_tick() {
    let mut values = company();
    values.set("expires_on", "31 February");
    let lacking: Vec<_> = values.checklist(day("2026-11-22")).into_iter().filter(|item| !item.done).collect();
    assert_eq!(lacking.len(), 1);
    assert_eq!(lacking[0].label, "Expires on");
}

#[test]
fn nobody_is_asked_for_a_postal_code_where_there_are_none() {
    let mut values = company();
    values.set("country", "HK");
    values.set("postal_code", "");
    let checklist = values.checklist(day("2026-11-22"));
    assert!(checklist.iter().all(|item| item.done && item.label != "Postal code"));
}

#[test]
fn every_requirement_has_a_control() {
    let controls: Vec<String> =
        FormValues::names().map(str::to_owned).chain(FileControl::ALL.map(|file| file.name().to_owned())).collect();
    for customer_type in CustomerType::ALL {
        for requirement in requirements(customer_type, None) {
            let control = control_of(requirement.path);
            assert!(controls.contains(&control), "{} is at {control:?}", requirement.path);
        }
    }
}

#[test]
fn every_fault_finds_its_control() {
    let mut values = company();
    for name in FormValues::names().filter(|name| *name != "type") {
        values.set(name, "\u{202e}");
    }
    values.set("owner_1_share", "a half");
    let errors = values.to_input().parse(day("2026-11-22")).unwrap_err();
    assert!(errors.len() > 20, "{errors:?}");
    let controls: Vec<String> =
        FormValues::names().map(str::to_owned).chain(FileControl::ALL.map(|file| file.name().to_owned())).collect();
    for error in &errors {
        assert!(controls.contains(&control_of(&error.field)), "{}", error.field);
    }
    assert_eq!(control_of("metadata.colour"), "");
    assert_eq!(control_of("company.beneficial_owners.3.date_of_birth"), "owner_4_born_on");
    assert_eq!(control_of("company.beneficial_owners"), "owner_1_share");
}

#[test]
fn problems_stand_in_the_order_of_the_form_and_once_for_a_control() {
    let errors = [
        FieldError::new("email", "invalid", "Enter an email address."),
        FieldError::new("individual.first_name", "required", "Enter the first name"),
        FieldError::new("individual.first_name", "invalid", "Enter a name"),
    ];
    let problems = problems(&errors);
    assert_eq!(problems.iter().map(|problem| problem.field.as_str()).collect::<Vec<_>>(), ["first_name", "email"]);
    assert_eq!(problems[0].message, "Enter the first name");
}

#[test]
fn a_share_is_taken_with_its_sign_and_never_dropped() {
    for (typed, share) in [("60", 60), ("60 %", 60), ("a half", 0), ("25.5", 0)] {
        let values = filled(&[("type", "company"), ("owner_1_name", "Noa"), ("owner_1_share", typed)]);
        assert_eq!(values.to_input().company.unwrap().beneficial_owners[0].share, Some(share), "{typed}");
    }
}

#[test]
fn an_owner_after_an_empty_row_keeps_its_number() {
    let values =
        filled(&[("type", "company"), ("company_name", "Lane"), ("owner_2_share", "10"), ("owner_2_name", "Noa")]);
    let errors = values.faults(day("2026-11-22"));
    assert!(problems(&errors).iter().any(|problem| problem.field == "owner_2_share"), "{errors:?}");
}

#[test]
fn a_draft_holds_what_the_form_has_and_not_more() {
    let mut values = filled(&[("colour", "green"), ("city", "Hobart")]);
    values.set("description", "x".repeat(VALUE_CHARS_MAX + 5));
    assert_eq!(values.get("colour"), "");
    assert_eq!(values.get("description").len(), VALUE_CHARS_MAX);
    let draft: FormValues = serde_json::from_str(r#"{"colour":"green","city":"Hobart"}"#).unwrap();
    assert_eq!(draft.sifted(), filled(&[("city", "Hobart")]));
}

#[test]
fn what_the_form_has_no_controls_for_is_kept() {
    let base = CustomerInput { metadata: [("tier".to_owned(), "gold".to_owned())].into(), ..CustomerInput::default() };
    assert_eq!(company().to_input_over(&base).metadata, base.metadata);
}
