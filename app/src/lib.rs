//! The application: every page, its form and its server functions, compiled once for the server (`ssr`) and once
//! for the browser (`hydrate`). What a page may do on the server it does through the crate `service`, nothing else.

#![expect(
    clippy::must_use_candidate,
    clippy::needless_pass_by_value,
    reason = "components: one that no view uses is seen at once, and a view hands its properties over"
)]

pub mod codec;
#[cfg(feature = "ssr")]
pub mod cookies;
pub mod customers;
pub mod developers;
pub mod error;
pub mod layout;
pub mod overview;
pub mod page;
pub mod paging;
pub mod payins;
pub mod routes;
#[cfg(feature = "ssr")]
mod search;
pub mod session;
pub mod settings;
#[cfg(feature = "ssr")]
pub mod shell;
pub mod sign_in;
pub mod sum;
pub mod transactions;
pub mod ui;
pub mod wallets;

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    hooks::use_location,
    path,
};

use layout::{BareFrame, Frame};
use page::NotFound;
use session::Viewer;

/// The whole application below `<body>`; the same on both sides.
#[component]
#[must_use]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let viewer = Viewer::provide();
    view! {
        <Title formatter=document_title/>
        <Router>
            {match viewer {
                Some(viewer) => view! { <SignedIn viewer/> }.into_any(),
                None => view! { <BareFrame><Pages/></BareFrame> }.into_any(),
            }}
        </Router>
    }
}

/// The title of the document for the title of a page. `leptos_meta` 0.8.7 writes it into the server's document as it is,
/// so a customer's name could close the element and go on as markup: there it is escaped here, where all titles pass.
fn document_title(page: String) -> String {
    let title = format!("{page} · Purser");
    if cfg!(feature = "ssr") { title.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;") } else { title }
}

#[component]
fn SignedIn(viewer: Viewer) -> impl IntoView {
    let location = use_location();
    view! {
        <Frame
            viewer=viewer.for_frame()
            items=layout::sections()
            path=Signal::derive(move || location.pathname.get())
            search_action=routes::SEARCH
        >
            <Pages/>
        </Frame>
    }
    .into_any()
}

/// Every page and its address. All are rendered whole before anything is sent, so that status, cookies and redirects count.
#[component]
fn Pages() -> impl IntoView {
    view! {
        <FlatRoutes fallback=NotFound>
            <Route path=path!("/login") view=sign_in::SignInPage ssr=SsrMode::Async/>
            <Route path=path!("/") view=overview::OverviewPage ssr=SsrMode::Async/>
            <Route path=path!("/customers") view=customers::CustomersPage ssr=SsrMode::Async/>
            <Route path=path!("/customers/new") view=customers::NewCustomerPage ssr=SsrMode::Async/>
            <Route path=path!("/customers/:id") view=customers::CustomerPage ssr=SsrMode::Async/>
            <Route path=path!("/customers/:id/edit") view=customers::EditCustomerPage ssr=SsrMode::Async/>
            <Route path=path!("/wallets") view=wallets::WalletsPage ssr=SsrMode::Async/>
            <Route path=path!("/wallets/new") view=wallets::NewWalletPage ssr=SsrMode::Async/>
            <Route path=path!("/wallets/:id") view=wallets::WalletPage ssr=SsrMode::Async/>
            <Route path=path!("/wallet-transactions") view=transactions::TransactionsPage ssr=SsrMode::Async/>
            <Route path=path!("/wallet-transactions/:id") view=transactions::TransactionPage ssr=SsrMode::Async/>
            <Route path=path!("/payins/deposits") view=payins::DepositsPage ssr=SsrMode::Async/>
            <Route path=path!("/payins/deposits/:id") view=payins::DepositPage ssr=SsrMode::Async/>
            <Route path=path!("/developers") view=developers::DevelopersPage ssr=SsrMode::Async/>
            <Route path=path!("/settings") view=settings::SettingsPage ssr=SsrMode::Async/>
            <Route path=path!("/settings/audit-trail") view=settings::AuditTrailPage ssr=SsrMode::Async/>
        </FlatRoutes>
    }
    .into_any()
}

/// What is answered without the framework: signing in and out, files to download, forms with files. The server puts
/// [`service::Purser`], and [`service::Session`] where there is one, into the extensions of every request.
#[cfg(feature = "ssr")]
pub fn http_routes<S: Clone + Send + Sync + 'static>() -> axum::Router<S> {
    axum::Router::new()
        .merge(sign_in::http_routes())
        .merge(customers::http_routes())
        .merge(transactions::http_routes())
        .merge(wallets::http_routes())
        .merge(search::http_routes())
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    #[test]
    fn a_title_stays_text() {
        assert_eq!(
            super::document_title("</title><script>1</script> & Sons".to_owned()),
            "&lt;/title&gt;&lt;script&gt;1&lt;/script&gt; &amp; Sons · Purser"
        );
    }
}
