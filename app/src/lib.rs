//! The application: every page, its form and its server functions, compiled once for the server (`ssr`) and once
//! for the browser (`hydrate`). What a page may do on the server it does through the crate `service`, nothing else.

#![expect(
    clippy::must_use_candidate,
    clippy::needless_pass_by_value,
    reason = "components: one that no view uses is seen at once, and a view hands its properties over"
)]

pub mod layout;
#[cfg(feature = "ssr")]
pub mod shell;
pub mod ui;

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

/// The whole application below `<body>`; the same on both sides.
#[component]
#[must_use]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=|page| format!("{page} · Purser")/>
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/") view=Overview ssr=SsrMode::Async/>
            </Routes>
        </Router>
    }
}

#[component]
fn Overview() -> impl IntoView {
    view! {
        <Title text="Overview"/>
        <main>
            <h1>"Overview"</h1>
        </main>
    }
    .into_any()
}

#[component]
fn NotFound() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text="Page not found"/>
        <main>
            <h1>"Page not found"</h1>
            <p>"Check the address, or go to the " <a href="/">"overview"</a> "."</p>
        </main>
    }
    .into_any()
}
