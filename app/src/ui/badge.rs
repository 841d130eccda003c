//! Status and flags: icon and word first, colour third.

use super::icon::{Glyph, Icon};
use leptos::prelude::*;

/// What a state means for the person looking, independent of what it is called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    Positive,
    Caution,
    Critical,
    Info,
    #[default]
    Neutral,
}

impl Tone {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Positive => "positive",
            Self::Caution => "caution",
            Self::Critical => "critical",
            Self::Info => "info",
            Self::Neutral => "neutral",
        }
    }

    pub(super) const fn glyph(self) -> Glyph {
        match self {
            Self::Positive => Glyph::CheckCircle,
            Self::Caution => Glyph::Alert,
            Self::Critical => Glyph::CrossCircle,
            Self::Info => Glyph::Info,
            Self::Neutral => Glyph::Dash,
        }
    }
}

/// A state in its exact word. `pulse` says quietly that something is going on.
///
/// `live` gives it the role `status`, so that readers hear it change: for the one status a page is about.
#[component]
pub fn Badge(
    #[prop(into)] label: Signal<String>,
    #[prop(into)] tone: Signal<Tone>,
    /// Another icon than the tone's own.
    #[prop(optional, into)]
    icon: Signal<Option<Glyph>>,
    #[prop(optional, into)] pulse: Signal<bool>,
    #[prop(optional)] live: bool,
) -> impl IntoView {
    view! {
        <span
            class="badge"
            data-name="badge"
            data-tone=move || tone.get().name()
            data-pulse=move || pulse.get().then_some("true")
            role=live.then_some("status")
        >
            {move || {
                let glyph = icon.get().unwrap_or_else(|| if pulse.get() { Glyph::Clock } else { tone.get().glyph() });
                view! { <Icon glyph/> }
            }}
            <span>{move || label.get()}</span>
        </span>
    }
    .into_any()
}

/// Yes or no: a check or a dash for eyes, the word for readers.
///
/// With `reasons`, "Why not" unfolds a list of things to do; it works without script.
#[component]
pub fn Flag(
    on: bool,
    /// The flag's name, shown beside the sign; leave it out in a table, where the column says it.
    #[prop(optional, into)]
    label: String,
    #[prop(optional)] reasons: Vec<String>,
) -> impl IntoView {
    let glyph = if on { Glyph::Check } else { Glyph::Dash };
    let word = if on { "Yes" } else { "No" };
    let labelled = !label.is_empty();
    view! {
        <span class="flag" data-name="flag" data-on=if on { "true" } else { "false" }>
            <Icon glyph/>
            {labelled.then(|| view! { <span class="flag-label">{label}</span> })}
            <span class="visually-hidden">{if labelled { format!(": {word}") } else { word.to_owned() }}</span>
            {(!on && !reasons.is_empty()).then(|| view! { <WhyNot reasons/> })}
        </span>
    }
    .into_any()
}

/// The reasons behind a "no", folded away until asked for.
#[component]
pub fn WhyNot(#[prop(default = "Why not".to_owned(), into)] label: String, reasons: Vec<String>) -> impl IntoView {
    let reasons = reasons.into_iter().map(|reason| view! { <li>{reason}</li> }).collect_view();
    view! {
        <details name="popover" class="popover why-not" data-name="why-not">
            <summary>{label}</summary>
            <div class="popover-panel">
                <ul>{reasons}</ul>
            </div>
        </details>
    }
}

/// A small count or word beside a heading or a tab.
#[component]
pub fn Tag(#[prop(into)] label: String) -> impl IntoView {
    view! { <span class="tag" data-name="tag">{label}</span> }
}
