//! Surfaces and what stands on them: cards, lists of facts, tiles with one figure, checklists, empty places.

use super::figures::CopyButton;
use super::icon::{Glyph, Icon};
use leptos::prelude::*;

/// A surface with a title. `flush` lets a table inside reach its edges; `actions` stand at the right end of the title.
#[component]
pub fn Card(
    #[prop(optional, into)] title: String,
    #[prop(optional, into)] note: String,
    #[prop(optional)] flush: bool,
    #[prop(optional, into)] actions: Option<AnyView>,
    #[prop(optional, into)] id: Option<String>,
    children: Children,
) -> impl IntoView {
    let has_head = !title.is_empty() || actions.is_some();
    view! {
        <section class="card" data-name="card" data-flush=flush.then_some("true") id=id>
            {has_head
                .then(|| {
                    view! {
                        <div class="card-head">
                            <div>
                                {(!title.is_empty()).then(|| view! { <h2 class="card-title">{title}</h2> })}
                                {(!note.is_empty()).then(|| view! { <p class="card-note">{note}</p> })}
                            </div>
                            {actions.map(|actions| view! { <div class="card-actions">{actions}</div> })}
                        </div>
                    }
                })}
            {children()}
        </section>
    }
    .into_any()
}

/// How a list of facts lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FactsLayout {
    /// Term at the left, fact at the right, a hairline between.
    #[default]
    List,
    /// Term above fact, side by side: the summary strip of a detail page.
    Strip,
}

/// Terms and facts. Its children are `Fact` and `CopyFact`.
#[component]
pub fn Facts(#[prop(optional)] layout: FactsLayout, children: Children) -> impl IntoView {
    let layout = match layout {
        FactsLayout::List => "list",
        FactsLayout::Strip => "strip",
    };
    view! { <dl class="facts" data-name="facts" data-layout=layout>{children()}</dl> }
}

/// One term with its fact.
#[component]
pub fn Fact(#[prop(into)] term: String, children: Children) -> impl IntoView {
    view! {
        <div class="fact">
            <dt>{term}</dt>
            <dd>{children()}</dd>
        </div>
    }
}

/// A fact made to be copied, in the tabular face: an account number.
#[component]
pub fn CopyFact(#[prop(into)] term: String, #[prop(into)] value: String) -> impl IntoView {
    let label = format!("Copy {term}");
    view! {
        <div class="fact fact-copy">
            <dt>{term}</dt>
            <dd>
                <span class="figures">{value.clone()}</span>
                <CopyButton text=value label=label compact=true/>
            </dd>
        </div>
    }
}

/// One figure with its name: customers by status, money in today. With `href` the whole tile leads there.
#[component]
pub fn StatTile(
    #[prop(into)] label: String,
    #[prop(optional, into)] note: String,
    #[prop(optional, into)] href: Option<String>,
    children: Children,
) -> impl IntoView {
    let label = match href {
        Some(href) => view! { <a class="row-link" href=href>{label}</a> }.into_any(),
        None => label.into_any(),
    };
    view! {
        <div class="stat" data-name="stat">
            <p class="stat-label">{label}</p>
            <p class="stat-value">{children()}</p>
            {(!note.is_empty()).then(|| view! { <p class="stat-note">{note}</p> })}
        </div>
    }
}

/// Puts tiles side by side.
#[component]
pub fn StatRow(children: Children) -> impl IntoView {
    view! { <div class="stat-row">{children()}</div> }
}

/// Something to do, done or not. `href` leads to where it is done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChecklistItem {
    pub label: String,
    pub done: bool,
    pub href: String,
}

/// What is needed and what of it is there, with a bar on top: `Needed for a wallet`.
#[component]
pub fn Checklist(
    #[prop(into)] title: String,
    #[prop(into)] items: Signal<Vec<ChecklistItem>>,
    /// Said instead of the count when everything is there.
    #[prop(optional, into)]
    complete: String,
) -> impl IntoView {
    let done = move || items.read().iter().filter(|item| item.done).count();
    let all = move || items.read().len();
    view! {
        <section class="checklist card" data-name="checklist" data-complete=move || (done() == all()).then_some("true")>
            <h2 class="card-title">{title.clone()}</h2>
            <progress max=all value=done aria-label=title></progress>
            <p class="checklist-count" aria-live="polite">
                {move || {
                    if done() == all() && !complete.is_empty() {
                        complete.clone()
                    } else {
                        format!("{} of {} complete", done(), all())
                    }
                }}
            </p>
            <ul class="checklist-items">
                {move || items.get().into_iter().map(|item| view! { <ChecklistLine item/> }).collect_view()}
            </ul>
        </section>
    }
    .into_any()
}

#[component]
fn ChecklistLine(item: ChecklistItem) -> impl IntoView {
    let label = if item.done || item.href.is_empty() {
        item.label.into_any()
    } else {
        view! { <a href=item.href rel="external">{item.label}</a> }.into_any()
    };
    view! {
        <li data-done=item.done.then_some("true")>
            <span class="checklist-sign">{item.done.then(|| view! { <Icon glyph=Glyph::Check/> })}</span>
            <span>
                {label} <span class="visually-hidden">{if item.done { ", complete" } else { ", missing" }}</span>
            </span>
        </li>
    }
}

/// A place with nothing in it yet: what would be here, and how to get it here.
#[component]
pub fn EmptyState(
    #[prop(into)] title: String,
    #[prop(default = Glyph::Inbox)] glyph: Glyph,
    #[prop(optional, into)] actions: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="empty" data-name="empty">
            <span class="empty-sign"><Icon glyph large=true/></span>
            <p class="empty-title">{title}</p>
            <div class="empty-text">{children()}</div>
            {actions.map(|actions| view! { <div class="button-row">{actions}</div> })}
        </div>
    }
    .into_any()
}

/// Grey lines where text will be.
#[component]
pub fn Skeleton(#[prop(default = 3)] lines: u8) -> impl IntoView {
    let lines = (0..lines).map(|_| view! { <span class="skeleton-line"></span> }).collect_view();
    view! { <div class="skeleton" data-name="skeleton" aria-hidden="true">{lines}</div> }
}
