//! The frame around every page: rail, top bar, sandbox band, toasts; and the bare frame of sign-in and error pages.
//!
//! Works without script: below 900 px the rail is a `<details>` sheet, the person's menu is one everywhere, and signing
//! out is a form.

use crate::ui::{CopyButton, Glyph, Icon, SearchBox, ToastRegion, Toasts};
use leptos::prelude::*;

/// A link of the rail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavItem {
    pub label: &'static str,
    pub href: &'static str,
    pub glyph: Glyph,
    /// Stands below a gap: starts a new group.
    pub starts_group: bool,
}

/// Every section that the portal has, in the order of the rail; the caller takes away what a person may not see.
#[must_use]
pub fn sections() -> Vec<NavItem> {
    let item = |label, href, glyph, starts_group| NavItem { label, href, glyph, starts_group };
    vec![
        item("Overview", "/", Glyph::Home, false),
        item("Customers", "/customers", Glyph::People, true),
        item("Wallets", "/wallets", Glyph::Wallet, false),
        item("Wallet Transactions", "/wallet-transactions", Glyph::Swap, false),
        item("Deposits", "/payins/deposits", Glyph::Inbox, true),
        item("Developers", "/developers", Glyph::Code, true),
        item("Settings", "/settings", Glyph::Settings, false),
    ]
}

/// Who is looking, for the person's menu and the help.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Viewer {
    pub name: String,
    pub email: String,
    /// The role in its exact word: `ADMIN`.
    pub role: String,
    pub organisation_name: String,
    pub organisation_id: String,
    pub is_sandbox: bool,
}

/// The frame of a signed-in page. `path` is where the person is, and decides which section is current.
#[component]
pub fn Frame(
    viewer: Viewer,
    #[prop(default = sections())] items: Vec<NavItem>,
    #[prop(into)] path: Signal<String>,
    #[prop(default = "/search".to_owned(), into)] search_action: String,
    children: Children,
) -> impl IntoView {
    let toasts = Toasts::provide();
    close_popovers_from_outside();
    let organisation = viewer.organisation_name.clone();
    view! {
        <a class="skip-link" href="#main" rel="external">"Skip to content"</a>
        {viewer
            .is_sandbox
            .then(|| view! {
                <aside class="sandbox-band" data-name="sandbox" aria-label="Environment">
                    <strong>"SANDBOX"</strong>
                    " No real money moves here"
                </aside>
            })}
        <div class="frame" data-name="frame">
            <div class="rail">
                <Navigation organisation=organisation.clone() items=items.clone() path=path/>
            </div>
            <div class="frame-body">
                <header class="top-bar">
                    <Sheet organisation=organisation items=items path=path/>
                    <SearchBox action=search_action label="Search customers, wallets, transactions"/>
                    <Help organisation_id=viewer.organisation_id.clone()/>
                    <PersonMenu viewer=viewer/>
                </header>
                <main id="main" class="main" tabindex="-1">{children()}</main>
            </div>
        </div>
        <ToastRegion toasts=toasts/>
    }
    .into_any()
}

/// The frame of sign-in and error pages: the name, one column, nothing to distract.
#[component]
pub fn BareFrame(children: Children) -> impl IntoView {
    view! {
        <div class="bare" data-name="bare">
            <header class="bare-head"><Mark/><span>"Purser"</span></header>
            <main id="main" class="bare-main">{children()}</main>
        </div>
    }
    .into_any()
}

/// The sign of the product: a ledger's column with its total struck.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" width="24" height="24" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <rect class="mark-ground" width="24" height="24" rx="6"></rect>
            <path class="mark-lines" d="M9 18.5V5.5h3.8a3.7 3.7 0 0 1 0 7.4H9M6.2 16h6.6" fill="none"></path>
        </svg>
    }
}

#[component]
fn Navigation(organisation: String, items: Vec<NavItem>, path: Signal<String>) -> impl IntoView {
    let links = items
        .into_iter()
        .map(|item| {
            let href = item.href;
            view! {
                <li class="nav-item" data-starts-group=item.starts_group.then_some("true")>
                    <a class="nav-link" href=href aria-current=move || is_current(href, &path.read()).then_some("page")>
                        <Icon glyph=item.glyph/>
                        <span>{item.label}</span>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav class="nav" aria-label="Sections">
            <p class="rail-organisation" title=organisation.clone()>
                <Mark/>
                <span>{organisation.clone()}</span>
            </p>
            <ul>{links}</ul>
        </nav>
    }
    .into_any()
}

/// The rail as a sheet, for narrow windows.
#[component]
fn Sheet(organisation: String, items: Vec<NavItem>, path: Signal<String>) -> impl IntoView {
    view! {
        <details name="popover" class="popover sheet" data-name="sheet">
            <summary class="icon-button" aria-label="Menu"><Icon glyph=Glyph::Menu large=true/></summary>
            <div class="sheet-panel">
                <Navigation organisation=organisation items=items path=path/>
            </div>
        </details>
    }
    .into_any()
}

#[component]
fn Help(organisation_id: String) -> impl IntoView {
    view! {
        <details name="popover" class="popover help" data-name="help" data-side="end">
            <summary class="icon-button" aria-label="Help"><Icon glyph=Glyph::Help large=true/></summary>
            <div class="popover-panel">
                <p class="popover-title">"Help"</p>
                <p>"Quote this organisation id when you ask the operator of this installation for help."</p>
                <p class="help-id"><span class="figures">{organisation_id.clone()}</span>
                    <CopyButton text=organisation_id label="Copy organisation id" compact=true/></p>
                <p class="help-keys"><kbd>"/"</kbd> " to search"</p>
            </div>
        </details>
    }
    .into_any()
}

#[component]
fn PersonMenu(viewer: Viewer) -> impl IntoView {
    let initials = initials(&viewer.name);
    view! {
        <details name="popover" class="popover person" data-name="person" data-side="end">
            <summary aria-label=format!("Account of {}", viewer.name)>
                <span class="person-sign" aria-hidden="true">{initials}</span>
                <span class="person-name" aria-hidden="true">{viewer.name.clone()}</span>
                <Icon glyph=Glyph::ChevronDown/>
            </summary>
            <div class="popover-panel">
                <p class="popover-title">{viewer.name}</p>
                <p class="person-email">{viewer.email}</p>
                <p class="person-role"><span class="tag">{viewer.role}</span> " at " {viewer.organisation_name}</p>
                <form method="post" action="/logout">
                    <button class="button" data-variant="secondary" data-size="medium" type="submit">
                        <Icon glyph=Glyph::SignOut/>
                        "Sign out"
                    </button>
                </form>
            </div>
        </details>
    }
    .into_any()
}

/// A press elsewhere, or Escape, shuts what is open; going to another page does too.
fn close_popovers_from_outside() {
    Effect::new(move |_| {
        let press = window_event_listener(leptos::ev::click, move |event| {
            let target = event.target();
            crate::ui::browser::close_popovers(target.as_ref());
        });
        let key = window_event_listener(leptos::ev::keydown, move |event| {
            if event.key() == "Escape" {
                crate::ui::browser::close_popovers(None);
            }
        });
        on_cleanup(move || {
            press.remove();
            key.remove();
        });
    });
}

/// Whether a page belongs to the section at `href`.
fn is_current(href: &str, path: &str) -> bool {
    match path.strip_prefix(href) {
        Some(rest) => rest.is_empty() || (href != "/" && rest.starts_with('/')),
        None => false,
    }
}

/// The first letters of the first and the last name.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).collect::<String>().to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_current_on_its_own_pages_only() {
        assert!(is_current("/", "/"));
        assert!(!is_current("/", "/customers"));
        assert!(is_current("/wallets", "/wallets/new"));
        assert!(!is_current("/wallets", "/wallets-old"));
        assert!(!is_current("/wallets", "/wallet-transactions"));
    }

    #[test]
    fn initials_are_of_the_first_and_the_last_name() {
        assert_eq!(initials("Mara van der Lindqvist"), "ML");
        assert_eq!(initials("Öykü"), "Ö");
        assert_eq!(initials(""), "");
    }
}
