//! Each check of a review passes, fails or refers when it should, and says what it saw.
#![expect(clippy::unwrap_used, reason = "a fixture that cannot be made must fail the test")]

mod fixtures;

use domain::{
    customer::{CustomerDetails, Subject},
    document::DocumentSlot,
    id::CustomerId,
    review::{Check, CheckKind, CheckOutcome, DocumentFact, Facts, Verdict, run, verdict},
};
use fixtures::{any_details, company, day, individual, today};
use proptest::prelude::*;
use uuid::Uuid;

fn facts() -> Facts {
    let seen = |slot| DocumentFact { slot, seen: Ok("png, 600 × 400 pixels".into()) };
    let documents = vec![seen(DocumentSlot::IdProof), seen(DocumentSlot::AddressProof)];
    Facts { today: today(), documents, duplicates: Vec::new() }
}

fn outcome(details: &CustomerDetails, facts: &Facts, kind: CheckKind) -> CheckOutcome {
    run(details, facts).into_iter().find(|check| check.kind == kind).unwrap().outcome
}

fn with_person(mut details: CustomerDetails, edit: impl FnOnce(&mut domain::party::Person)) -> CustomerDetails {
    match &mut details.subject {
        Subject::Individual(person) => edit(person),
        Subject::Company(company) => edit(&mut company.authorized_person),
    }
    details
}

#[test]
fn a_complete_customer_passes_every_check_with_a_sentence() {
    for details in [individual(), company()] {
        let checks = run(&details, &facts());
        let kinds: Vec<CheckKind> = checks.iter().map(|check| check.kind).collect();
        assert_eq!(kinds, CheckKind::ALL);
        for check in &checks {
            assert_eq!(check.outcome, CheckOutcome::Pass, "{check:?}");
            assert!(check.sentence.ends_with('.'), "{check:?}");
        }
        assert_eq!(verdict(&checks), Verdict::Pass);
    }
}

#[test]
fn an_identification_is_good_to_the_end_of_its_last_day() {
    use CheckOutcome::{Fail, Pass};
    for (expires_on, expected) in [("2026-11-21", Fail), ("2026-11-22", Pass), ("2026-11-23", Pass)] {
        for base in [individual(), company()] {
            let details = with_person(base, |person| person.identification.expires_on = Some(day(expires_on)));
            assert_eq!(outcome(&details, &facts(), CheckKind::IdentificationCurrent), expected, "{expires_on}");
        }
    }
    let unknown = with_person(individual(), |person| person.identification.expires_on = None);
    assert_eq!(outcome(&unknown, &facts(), CheckKind::IdentificationCurrent), CheckOutcome::Refer);
}

#[test]
fn one_may_hold_an_account_from_the_eighteenth_birthday_on() {
    use CheckOutcome::{Fail, Pass};
    for (born, expected) in [("2008-11-23", Fail), ("2008-11-22", Pass), ("2008-11-21", Pass), ("2026-11-22", Fail)] {
        for base in [individual(), company()] {
            let details = with_person(base, |person| person.date_of_birth = Some(day(born)));
            assert_eq!(outcome(&details, &facts(), CheckKind::Age), expected, "{born}");
        }
    }
    let unknown = with_person(individual(), |person| person.date_of_birth = None);
    assert_eq!(outcome(&unknown, &facts(), CheckKind::Age), CheckOutcome::Refer);
}

#[test]
fn a_paper_that_another_customer_shows_wants_a_person_to_look() {
    let other = CustomerId::from_uuid(Uuid::from_u128(77));
    let facts = Facts { duplicates: vec![other], ..facts() };
    let checks = run(&individual(), &facts);
    let check = checks.iter().find(|check| check.kind == CheckKind::DuplicateIdentification).unwrap();
    assert_eq!(check.outcome, CheckOutcome::Refer);
    assert_eq!(check.evidence[0].value, other.to_string());
    let Verdict::Refer(reasons) = verdict(&checks) else { panic!("{checks:?}") };
    assert_eq!(reasons[0].code, "duplicate_identification");
}

#[test]
fn a_file_that_cannot_be_read_fails_and_is_named() {
    let unreadable = DocumentFact { slot: DocumentSlot::AddressProof, seen: Err("The stored file is gone.".into()) };
    let facts = Facts { documents: vec![facts().documents.remove(0), unreadable], ..facts() };
    let checks = run(&individual(), &facts);
    let check = checks.iter().find(|check| check.kind == CheckKind::DocumentsReadable).unwrap();
    assert_eq!(check.outcome, CheckOutcome::Fail);
    assert!(check.sentence.contains("Address proof") && !check.sentence.contains("ID proof"), "{}", check.sentence);
    assert_eq!(check.evidence.len(), 2);
    assert_eq!(check.evidence[1].value, "The stored file is gone.");
    assert!(matches!(verdict(&checks), Verdict::Fail(_)));
}

#[test]
fn an_incomplete_customer_is_not_approved() {
    let mut details = individual();
    details.account_usage_purpose = None;
    let checks = run(&details, &facts());
    assert_eq!(checks[0].outcome, CheckOutcome::Refer);
    assert_eq!(checks[0].evidence[0].name, "Account usage purpose");
    assert!(matches!(verdict(&checks), Verdict::Refer(_)));
}

#[test]
fn a_field_that_lost_its_form_fails() {
    let details = with_person(individual(), |person| person.identification.number = Some("<script>".into()));
    assert_eq!(outcome(&details, &facts(), CheckKind::FieldFormats), CheckOutcome::Fail);
    let born_tomorrow = with_person(individual(), |person| person.date_of_birth = Some(day("2026-11-23")));
    assert_eq!(outcome(&born_tomorrow, &facts(), CheckKind::FieldFormats), CheckOutcome::Fail);
}

fn any_check() -> impl Strategy<Value = Check> {
    let kind = prop::sample::select(CheckKind::ALL.to_vec());
    let outcome = prop::sample::select(vec![CheckOutcome::Pass, CheckOutcome::Fail, CheckOutcome::Refer]);
    (kind, outcome).prop_map(|(kind, outcome)| Check { kind, outcome, sentence: "So.".into(), evidence: Vec::new() })
}

proptest! {
    #[test]
    fn any_fail_fails_else_any_refer_refers_else_it_passes(checks in prop::collection::vec(any_check(), 0..8)) {
        let count = |outcome| checks.iter().filter(|check| check.outcome == outcome).count();
        let (failed, referred) = (count(CheckOutcome::Fail), count(CheckOutcome::Refer));
        match verdict(&checks) {
            Verdict::Fail(reasons) => prop_assert!(failed > 0 && reasons.len() == failed),
            Verdict::Refer(reasons) => {
                prop_assert!(failed == 0 && reasons.len() == referred);
                prop_assert!(referred > 0 || checks.is_empty());
            }
            Verdict::Pass => prop_assert!(failed == 0 && referred == 0 && !checks.is_empty()),
        }
    }

    #[test]
    fn any_customer_can_be_reviewed_and_only_the_complete_pass(details in any_details()) {
        let checks = run(&details, &facts());
        if verdict(&checks) == Verdict::Pass {
            prop_assert!(domain::requirements::missing(&details).is_empty());
        }
    }
}
