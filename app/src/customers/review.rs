//! The review of a customer, check by check, and everything that happened to it.

use domain::{
    review::{Check, CheckOutcome},
    standing::Status,
};
use leptos::prelude::*;

use super::model::{HistoryItem, Live, ReviewView, status_tone};
use crate::ui::{Badge, Card, Disclosure, EmptyState, Fact, Facts, Glyph, Time, Timeline, TimelineItem, Tone};

/// Each check as a row: outcome, one sentence, evidence to unfold.
#[component]
pub fn ReviewCard(live: RwSignal<Live>) -> impl IntoView {
    let shown = Memo::new(move |_| (live.read().status, live.read().review.clone()));
    let body = move || match shown.get() {
        (status, None) => view! { <NoReview status/> }.into_any(),
        (status, Some(review)) => view! { <Checks review is_moving=status.is_moving()/> }.into_any(),
    };
    view! { <Card title="Review" id="review">{body}</Card> }.into_any()
}

#[component]
fn NoReview(status: Status) -> impl IntoView {
    let text = match status {
        Status::UnderReview => "The checks are running. This usually takes about a second.",
        _ => "The review starts by itself once nothing is missing.",
    };
    view! { <EmptyState title="No review yet" glyph=Glyph::Shield><p>{text}</p></EmptyState> }.into_any()
}

#[component]
fn Checks(review: ReviewView, is_moving: bool) -> impl IntoView {
    let is_running_again = is_moving && !review.is_current;
    let note = match (review.is_current, is_moving) {
        (true, _) => None,
        (false, true) => Some("The customer was edited since; the checks are running again."),
        (false, false) => Some("The customer was edited since in something that is not reviewed."),
    };
    let checks = review.checks.into_iter().map(|check| view! { <CheckRow check/> }).collect_view();
    view! {
        <p class="review-when" aria-busy=is_running_again.then_some("true")>"Decided " <Time at=review.decided_at/></p>
        {note.map(|note| view! { <p class="review-note">{note}</p> })}
        <ul class="checks">{checks}</ul>
    }
    .into_any()
}

#[component]
fn CheckRow(check: Check) -> impl IntoView {
    let (word, tone) = match check.outcome {
        CheckOutcome::Pass => ("Passed", Tone::Positive),
        CheckOutcome::Fail => ("Failed", Tone::Critical),
        CheckOutcome::Refer => ("Referred", Tone::Caution),
    };
    let evidence = check
        .evidence
        .into_iter()
        .map(|evidence| view! { <Fact term=evidence.name><span class="fact-text">{evidence.value}</span></Fact> })
        .collect::<Vec<_>>();
    view! {
        <li class="check" data-name="check" data-outcome=check.outcome.code()>
            <Badge label=word.to_owned() tone=tone/>
            <div class="check-text">
                <p class="check-title">{check.kind.label()}</p>
                <p class="check-sentence">{check.sentence}</p>
                {(!evidence.is_empty()).then(|| view! { <Disclosure summary="Evidence"><Facts>{evidence}</Facts></Disclosure> })}
            </div>
        </li>
    }
    .into_any()
}

/// Everything that happened, newest first, with who and why.
#[component]
pub fn HistoryCard(live: RwSignal<Live>) -> impl IntoView {
    let history = Memo::new(move |_| live.read().history.clone());
    let items = move || history.get().into_iter().map(|item| view! { <HistoryLine item/> }).collect_view();
    view! { <Card title="History" id="history"><Timeline>{items}</Timeline></Card> }.into_any()
}

#[component]
fn HistoryLine(item: HistoryItem) -> impl IntoView {
    let notes = item.notes.into_iter().map(|note| view! { <p>{note}</p> }).collect_view();
    view! {
        <TimelineItem title=item.title at=item.at by=item.by tone=item.status.map(status_tone).unwrap_or_default()>
            {notes}
        </TimelineItem>
    }
    .into_any()
}
