//! The search of the top bar: a plain form, and `/` brings the focus there.

use super::icon::{Glyph, Icon};
use leptos::html::Input;
use leptos::prelude::*;

/// Searches everything by anything. Sends `q` to `action`.
#[component]
pub fn SearchBox(
    #[prop(into)] action: String,
    #[prop(default = "Search".to_owned(), into)] label: String,
    #[prop(optional, into)] value: String,
) -> impl IntoView {
    let element = NodeRef::<Input>::new();
    Effect::new(move |_| {
        let handle = window_event_listener(leptos::ev::keydown, move |event| {
            let elsewhere = event.key() == "/" && !event.ctrl_key() && !event.meta_key() && !event.alt_key();
            if elsewhere
                && !is_typing()
                && let Some(input) = element.get_untracked()
            {
                event.prevent_default();
                // A browser that will not move the focus leaves it where it was.
                drop(input.focus());
            }
        });
        on_cleanup(move || handle.remove());
    });
    view! {
        <form class="search-box" data-name="search" method="get" action=action role="search">
            <Icon glyph=Glyph::Search/>
            <input
                class="input" type="search" name="q" value=value node_ref=element autocomplete="off"
                aria-label=label.clone() placeholder=label aria-keyshortcuts="/"
            />
            <kbd aria-hidden="true">"/"</kbd>
        </form>
    }
    .into_any()
}

/// Whether keys go into a field right now.
fn is_typing() -> bool {
    document().active_element().is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            || element.has_attribute("contenteditable")
    })
}
