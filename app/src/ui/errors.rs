//! Telling people what is wrong: the summary above a form, banners above a page, a whole page when nothing else can be shown.

use super::badge::Tone;
use super::icon::Icon;
use leptos::html::Div;
use leptos::prelude::*;

/// One thing to fix. `field` is the name of the control it belongs to; empty when it belongs to none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldProblem {
    pub field: String,
    pub message: String,
}

impl FieldProblem {
    /// A message beside a field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// The message for one field among all problems, ready for a control's `error`.
#[must_use]
pub fn problem_of(problems: Signal<Vec<FieldProblem>>, field: &'static str) -> Signal<Option<String>> {
    Signal::derive(move || {
        problems.read().iter().find(|problem| problem.field == field).map(|problem| problem.message.clone())
    })
}

/// Everything to fix, each linking to its field. Takes the focus when problems appear, so that readers hear it.
#[component]
pub fn ErrorSummary(#[prop(into)] problems: Signal<Vec<FieldProblem>>) -> impl IntoView {
    let element = NodeRef::<Div>::new();
    Effect::new(move |before: Option<usize>| {
        let count = problems.read().len();
        if count > 0 && before.is_some_and(|before| before != count) {
            // Shown in the same flush; focus needs it visible first.
            request_animation_frame(move || {
                // The page may be gone by then.
                if let Some(Some(element)) = element.try_get_untracked() {
                    // A browser that will not move the focus still shows the summary.
                    drop(element.focus());
                }
            });
        }
        count
    });
    view! {
        <div
            class="error-summary"
            data-name="error-summary"
            role="alert"
            tabindex="-1"
            node_ref=element
            hidden=move || problems.read().is_empty()
        >
            <h2 class="error-summary-title">
                {move || match problems.read().len() {
                    1 => "One thing to fix".to_owned(),
                    count => format!("{count} things to fix"),
                }}
            </h2>
            <ul>
                {move || {
                    problems
                        .get()
                        .into_iter()
                        .map(|problem| {
                            let message = problem.message;
                            if problem.field.is_empty() {
                                view! { <li>{message}</li> }.into_any()
                            } else {
                                view! { <li><a href=format!("#{}", problem.field) rel="external">{message}</a></li> }.into_any()
                            }
                        })
                        .collect_view()
                }}
            </ul>
        </div>
    }
    .into_any()
}

/// A notice across the page or a card: what is so, and what to do. `Critical` interrupts readers, the others do not.
#[component]
pub fn Banner(
    tone: Tone,
    #[prop(optional, into)] title: String,
    /// Buttons or links at the end.
    #[prop(optional, into)]
    actions: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    let role = (tone == Tone::Critical).then_some("alert");
    view! {
        <div class="banner" data-name="banner" data-tone=tone.name() role=role>
            <Icon glyph=tone.glyph()/>
            <div class="banner-text">
                {(!title.is_empty()).then(|| view! { <p class="banner-title">{title}</p> })}
                <div>{children()}</div>
            </div>
            {actions.map(|actions| view! { <div class="banner-actions">{actions}</div> })}
        </div>
    }
    .into_any()
}

/// A page that says what happened, whether money or data is affected, what to do, and the number to quote.
#[component]
pub fn ErrorPage(
    #[prop(into)] title: String,
    /// Shown small above the title: `404`.
    #[prop(optional, into)]
    code: String,
    #[prop(optional, into)] request_id: String,
    /// Where to go from here.
    #[prop(optional, into)]
    actions: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="error-page" data-name="error-page">
            {(!code.is_empty()).then(|| view! { <p class="error-page-code figures">{code}</p> })}
            <h1>{title}</h1>
            <div class="prose">{children()}</div>
            {actions.map(|actions| view! { <div class="button-row">{actions}</div> })}
            {(!request_id.is_empty())
                .then(|| view! { <p class="error-page-request">"Request " <span class="figures">{request_id}</span></p> })}
        </section>
    }
    .into_any()
}
