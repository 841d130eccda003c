//! Money, ids and times as they stand in text and tables.

use super::browser::{copy_text, offset_minutes};
use super::format;
use super::icon::{Glyph, Icon};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

/// An amount with its currency, in tabular figures: `AUD 1,250.00`. A negative one has a true minus, and the word for readers.
///
/// `digits` is the number of decimals of the currency, two unless said otherwise. `plus` marks amounts that come in.
#[component]
pub fn Amount(
    minor: i64,
    #[prop(into)] currency: String,
    #[prop(default = 2)] digits: u8,
    #[prop(optional)] plus: bool,
    /// As large as a heading: the balance of a wallet.
    #[prop(optional)]
    hero: bool,
) -> impl IntoView {
    let sign = match minor {
        ..0 => "negative",
        0 => "zero",
        _ if plus => "incoming",
        _ => "positive",
    };
    let figure = format::figure(minor, digits);
    let figure = if plus && minor > 0 { format!("+{figure}") } else { figure };
    view! {
        <span class="amount" data-name="amount" data-sign=sign data-size=hero.then_some("hero")>
            {(minor < 0).then(|| view! { <span class="visually-hidden">"minus "</span> })}
            <span class="amount-currency">{currency}</span>
            " "
            <span class="amount-figure">{figure}</span>
        </span>
    }
    .into_any()
}

/// An id in the tabular face. All of it is in the page, the middle folded away, so copying and searching find the whole.
///
/// `full` shows all of it; `href` makes it the link that opens its row; `copy` adds a button for script to copy with.
#[component]
pub fn Id(
    #[prop(into)] value: String,
    #[prop(optional)] full: bool,
    #[prop(optional, into)] href: Option<String>,
    #[prop(optional)] copy: bool,
) -> impl IntoView {
    let (front, middle, back) = if full { (value.as_str(), "", "") } else { format::shortened(&value) };
    let folded = (!middle.is_empty()).then(|| view! { <span class="id-middle">{middle.to_owned()}</span> });
    let text = view! { {front.to_owned()} {folded} {back.to_owned()} };
    let title = value.clone();
    let shown = match href {
        Some(href) => view! { <a class="id-text row-link" href=href title=title>{text}</a> }.into_any(),
        None => view! { <span class="id-text" title=title>{text}</span> }.into_any(),
    };
    view! {
        <span class="id" data-name="id">
            {shown}
            {copy.then(|| view! { <CopyButton text=value.clone() label=format!("Copy {value}") compact=true/> })}
        </span>
    }
    .into_any()
}

/// A moment. UTC in the page as the server sent it; the browser's own time once the script runs. The title keeps UTC.
#[component]
pub fn Time(at: DateTime<Utc>) -> impl IntoView {
    let text = RwSignal::new(format::utc(at));
    Effect::new(move || text.set(format::local(at, offset_minutes(at))));
    view! {
        <time class="time" data-name="time" datetime=format::machine(at) title=format::exact(at)>
            {move || text.get()}
        </time>
    }
    .into_any()
}

/// Copies `text`. Not there until the script runs, because without it nothing would happen.
///
/// `label` says for readers what is copied; `compact` shows the sign alone.
#[component]
pub fn CopyButton(
    #[prop(into)] text: String,
    #[prop(default = "Copy".to_owned(), into)] label: String,
    #[prop(optional)] compact: bool,
) -> impl IntoView {
    let ready = RwSignal::new(false);
    let copied = RwSignal::new(false);
    Effect::new(move || ready.set(true));
    let copy = move |_| {
        copy_text(&text);
        copied.set(true);
        set_timeout(
            move || {
                copied.try_set(false);
            },
            std::time::Duration::from_secs(2),
        );
    };
    let word = move || if copied.get() { "Copied" } else { "Copy" };
    view! {
        <button
            class="copy"
            data-name="copy"
            data-compact=compact.then_some("true")
            data-copied=move || copied.get().then_some("true")
            type="button"
            hidden=move || !ready.get()
            aria-label=move || if copied.get() { "Copied".to_owned() } else { label.clone() }
            on:click=copy
        >
            {move || view! { <Icon glyph=if copied.get() { Glyph::Check } else { Glyph::Copy }/> }}
            {(!compact).then(|| view! { <span>{word}</span> })}
        </button>
    }
    .into_any()
}
