//! What stands at the head of a page: where it is, what it is called, what can be done, and the ways through it.

use super::icon::{Glyph, Icon};
use leptos::prelude::*;

/// A step on the way to this page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    pub label: String,
    pub href: String,
}

impl Crumb {
    /// A page above this one.
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}

/// The title row of a page: breadcrumbs above it, a badge beside the title, the primary action at the right end.
///
/// `purpose` is one line that says what the page is for; give it when the page is empty, or on a form.
#[component]
pub fn PageHeader(
    #[prop(into)] title: String,
    #[prop(optional)] crumbs: Vec<Crumb>,
    #[prop(optional, into)] purpose: String,
    #[prop(optional, into)] badge: Option<AnyView>,
    #[prop(optional, into)] actions: Option<AnyView>,
) -> impl IntoView {
    view! {
        <header class="page-header" data-name="page-header">
            {(!crumbs.is_empty()).then(|| view! { <Breadcrumbs crumbs/> })}
            <div class="page-header-row">
                <div class="page-header-title">
                    <h1>{title}</h1>
                    {badge}
                </div>
                {actions.map(|actions| view! { <div class="button-row">{actions}</div> })}
            </div>
            {(!purpose.is_empty()).then(|| view! { <p class="page-purpose">{purpose}</p> })}
        </header>
    }
    .into_any()
}

/// The way to this page.
#[component]
pub fn Breadcrumbs(crumbs: Vec<Crumb>) -> impl IntoView {
    let crumbs = crumbs
        .into_iter()
        .map(|crumb| {
            view! {
                <li>
                    <a href=crumb.href>{crumb.label}</a>
                    <Icon glyph=Glyph::ChevronRight/>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav class="breadcrumbs" data-name="breadcrumbs" aria-label="Breadcrumbs">
            <ol>{crumbs}</ol>
        </nav>
    }
}

/// One of the views of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tab {
    pub label: String,
    pub href: String,
    pub current: bool,
    /// How many there are inside; empty when nobody would ask.
    pub count: String,
}

/// The views of an object, as links.
#[component]
pub fn Tabs(#[prop(into)] label: String, tabs: Vec<Tab>) -> impl IntoView {
    let tabs = tabs
        .into_iter()
        .map(|tab| {
            view! {
                <li>
                    <a href=tab.href aria-current=tab.current.then_some("page")>
                        {tab.label}
                        {(!tab.count.is_empty()).then(|| view! { " " <span class="tag">{tab.count}</span> })}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav class="tabs" data-name="tabs" aria-label=label>
            <ul>{tabs}</ul>
        </nav>
    }
}

/// Two columns: what is read or filled in, and a panel beside it that stays in sight. The panel comes below on a phone.
#[component]
pub fn WithAside(#[prop(into)] aside: AnyView, children: Children) -> impl IntoView {
    view! {
        <div class="with-aside">
            <div class="with-aside-main">{children()}</div>
            // Scrolls by itself where it is longer than the window, so the keyboard must reach it.
            <aside class="with-aside-panel" tabindex="0" aria-label="More on this page">{aside}</aside>
        </div>
    }
}

/// Puts blocks one below the other at the distance of a page.
#[component]
pub fn Stack(children: Children) -> impl IntoView {
    view! { <div class="stack">{children()}</div> }
}

/// The form of a page: one column, as wide as is good to fill in.
#[component]
pub fn FormColumn(children: Children) -> impl IntoView {
    view! { <div class="form-column">{children()}</div> }
}
