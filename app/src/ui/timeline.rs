//! Everything that happened to an object, newest first, with who and why.

use super::badge::Tone;
use super::figures::Time;
use super::icon::{Glyph, Icon};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

/// The list. Its children are `TimelineItem`.
#[component]
pub fn Timeline(children: Children) -> impl IntoView {
    view! { <ol class="timeline" data-name="timeline">{children()}</ol> }
}

/// One thing that happened. `children` are the why: a reason, the fields that changed.
#[component]
pub fn TimelineItem(
    #[prop(into)] title: String,
    at: DateTime<Utc>,
    /// Who or what did it.
    #[prop(optional, into)]
    by: String,
    #[prop(optional)] tone: Tone,
    #[prop(optional, into)] icon: Option<Glyph>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let glyph = icon.unwrap_or(match tone {
        Tone::Neutral => Glyph::Clock,
        tone => tone.glyph(),
    });
    view! {
        <li class="timeline-item" data-tone=tone.name()>
            <span class="timeline-sign"><Icon glyph/></span>
            <div class="timeline-body">
                <p class="timeline-title">{title}</p>
                <p class="timeline-by">
                    <Time at/>
                    {(!by.is_empty()).then(|| view! { <span>" by " {by}</span> })}
                </p>
                {children.map(|children| view! { <div class="timeline-why">{children()}</div> })}
            </div>
        </li>
    }
    .into_any()
}
