//! Whatever is done to a customer in whatever order, its status moves along the edges of the graph and no other.
#![expect(clippy::unwrap_used, reason = "a fixture that cannot be made must fail the test")]

mod fixtures;

use domain::{
    customer::{Changed, Customer, CustomerDetails, Refused},
    review::Verdict,
    standing::{Reason, Standing, Status},
};
use fixtures::{company, customer_id, individual, moment, organisation_id};
use proptest::{prelude::*, test_runner::Config};

/// What can be done to a customer today.
#[derive(Clone, Debug)]
enum Verb {
    Complete,
    Empty,
    ChangeName(u8),
    ChangeNote(u8),
    Review { verdict: u8, revision_behind: i64 },
    Switch(bool),
    Delete,
}

fn any_verb() -> impl Strategy<Value = Verb> {
    prop_oneof![
        3 => Just(Verb::Complete),
        2 => Just(Verb::Empty),
        3 => any::<u8>().prop_map(Verb::ChangeName),
        2 => any::<u8>().prop_map(Verb::ChangeNote),
        5 => (0_u8..3, 0_i64..2).prop_map(|(verdict, revision_behind)| Verb::Review { verdict, revision_behind }),
        1 => any::<bool>().prop_map(Verb::Switch),
        1 => Just(Verb::Delete),
    ]
}

fn reasons() -> Vec<Reason> {
    vec![Reason::new("age", "The customer is younger than 18.")]
}

fn verdict(number: u8) -> Verdict {
    match number {
        0 => Verdict::Pass,
        1 => Verdict::Fail(reasons()),
        _ => Verdict::Refer(reasons()),
    }
}

fn incomplete() -> CustomerDetails {
    let mut details = individual();
    details.documents.address_proof = None;
    details
}

fn edited(details: &CustomerDetails, edit: impl FnOnce(&mut CustomerDetails)) -> CustomerDetails {
    let mut details = details.clone();
    edit(&mut details);
    details
}

fn unchanged(customer: Customer) -> Changed {
    Changed { customer, transitions: Vec::new(), is_review_due: false }
}

fn act(customer: Customer, verb: &Verb, second: i64) -> Result<Changed, Refused> {
    let at = moment(second);
    let now = customer.details.clone();
    match verb {
        Verb::Complete => customer.revise(individual(), at),
        Verb::Empty => customer.revise(edited(&now, |details| details.documents.address_proof = None), at),
        Verb::ChangeName(n) => {
            let line = Some(format!("{n} Harbour Street"));
            customer.revise(edited(&now, |details| details.address.line1 = line), at)
        }
        Verb::ChangeNote(n) => {
            customer.revise(edited(&now, |details| details.description = Some(format!("note {n}"))), at)
        }
        Verb::Review { verdict: number, revision_behind } => {
            let revision = customer.revision - revision_behind;
            customer.decide(revision, verdict(*number), at)
        }
        Verb::Switch(is_enabled) => customer.switch(*is_enabled, at).map(unchanged),
        Verb::Delete => Ok(unchanged(customer.delete(at))),
    }
}

/// What has to hold between a customer and what a verb made of it.
fn check(before: &Customer, verb: &Verb, changed: &Changed) {
    let (from, to) = (before.status(), changed.customer.status());
    assert!(from == to || from.may_become(to), "{verb:?}: {from:?} to {to:?}");
    let recorded: Vec<_> = changed.transitions.iter().map(|step| (step.from, step.to)).collect();
    if from == to {
        assert!(recorded.is_empty(), "{verb:?}: {recorded:?}");
        assert_eq!(before.standing.since(), changed.customer.standing.since(), "{verb:?}");
    } else {
        assert_eq!(recorded, [(Some(from), to)], "{verb:?}");
    }
    if matches!(verb, Verb::Review { .. }) {
        assert!(matches!(from, Status::UnderReview), "a review decided about {from:?}");
        assert!(!changed.is_review_due);
    } else if changed.is_review_due {
        assert_eq!(to, Status::UnderReview);
    }
    // Approved means that everything was there and that nothing was emptied since.
    if to != Status::PendingInfo {
        assert!(changed.customer.is_wallet_ready(), "{verb:?} left {to:?} incomplete");
    }
    if to == Status::UnderReview && from != to {
        assert!(changed.is_review_due, "{verb:?} went to review and queued none");
    }
    assert_eq!(changed.customer.is_active(false), to == Status::Approved && changed.customer.deleted_at.is_none());
    assert!(!changed.customer.is_active(true));
    let is_revised = before.details != changed.customer.details;
    assert!(!is_revised || changed.customer.revision == before.revision + 1, "{verb:?}");
}

proptest! {
    #![proptest_config(Config { cases: Config::default().cases * 2, ..Config::default() })]

    #[test]
    fn no_sequence_of_verbs_leaves_the_graph(is_complete in any::<bool>(), verbs in prop::collection::vec(any_verb(), 0..30)) {
        let details = if is_complete { individual() } else { incomplete() };
        let created = Customer::create(customer_id(), organisation_id(), details, moment(0));
        let steps: Vec<_> = created.transitions.iter().map(|step| (step.from, step.to)).collect();
        let begin = (None, Status::PendingInfo);
        let submit = (Some(Status::PendingInfo), Status::UnderReview);
        prop_assert_eq!(steps, if is_complete { vec![begin, submit] } else { vec![begin] });
        prop_assert_eq!(created.is_review_due, is_complete);
        let mut customer = created.customer;
        for (second, verb) in (1..).zip(&verbs) {
            let before = customer.clone();
            match act(customer, verb, second) {
                Ok(changed) => {
                    check(&before, verb, &changed);
                    customer = changed.customer;
                }
                // Whoever is refused keeps what was: the verb consumed a copy.
                Err(_) => customer = before,
            }
            if customer.deleted_at.is_some() {
                prop_assert!(!customer.is_active(false));
            }
        }
    }

    #[test]
    fn a_review_of_another_revision_decides_nothing(behind in 1_i64..100, number in 0_u8..3) {
        let customer = Customer::create(customer_id(), organisation_id(), individual(), moment(0)).customer;
        for revision in [customer.revision - behind, customer.revision + behind] {
            let refused = customer.clone().decide(revision, verdict(number), moment(1));
            prop_assert_eq!(refused.unwrap_err(), Refused::ReviewOutOfDate);
        }
    }
}

#[test]
fn stored_standings_come_back_as_they_were() {
    for status in Status::ALL {
        let restored = Standing::restored(status, moment(5), reasons());
        assert_eq!(restored.status(), status);
        assert_eq!(restored.since(), moment(5));
        let has_reasons = !matches!(status, Status::Approved);
        assert_eq!(restored.reasons().is_empty(), !has_reasons);
    }
}

fn approved() -> Customer {
    let customer = Customer::create(customer_id(), organisation_id(), individual(), moment(0)).customer;
    customer.decide(1, Verdict::Pass, moment(1)).unwrap().customer
}

#[test]
fn what_identifies_an_approved_customer_is_reviewed_again_and_a_note_is_not() {
    let note = approved().revise(edited(&individual(), |d| d.description = Some("VIP".into())), moment(2)).unwrap();
    assert_eq!((note.customer.status(), note.is_review_due), (Status::Approved, false));
    let moved = approved().revise(edited(&individual(), |d| d.address.city = Some("Perth".into())), moment(2)).unwrap();
    assert_eq!((moved.customer.status(), moved.is_review_due), (Status::UnderReview, true));
    assert_eq!(moved.transitions[0].cause, "edited");
}

#[test]
fn nothing_mandatory_goes_missing_past_pending_info() {
    let under_review = Customer::create(customer_id(), organisation_id(), individual(), moment(0)).customer;
    let suspended = under_review.clone().decide(1, Verdict::Fail(reasons()), moment(1)).unwrap().customer;
    for customer in [under_review, approved(), suspended] {
        let refused = customer.revise(incomplete(), moment(2)).unwrap_err();
        let Refused::WouldBeIncomplete(lacking) = refused else { panic!("{refused:?}") };
        assert_eq!(lacking.iter().map(|r| r.path).collect::<Vec<_>>(), ["documents.address_proof"]);
    }
}

#[test]
fn a_person_does_not_become_a_company() {
    assert_eq!(approved().revise(company(), moment(2)).unwrap_err(), Refused::TypeChanged);
}

#[test]
fn the_deleted_stay_as_they_are() {
    let deleted = approved().delete(moment(2));
    assert_eq!(deleted.clone().revise(individual(), moment(3)).unwrap_err(), Refused::Deleted);
    assert_eq!(deleted.clone().switch(false, moment(3)).unwrap_err(), Refused::Deleted);
    assert_eq!(deleted.clone().delete(moment(9)), deleted);
    assert!(!deleted.is_active(false));
    assert!(deleted.why_not_active(false).iter().any(|reason| reason.code == "deleted"));
}
