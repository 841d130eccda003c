//! Asking before what cannot be undone, and panels that open over a page.

use super::button::{Button, ButtonVariant, LinkButton};
use super::icon::{Glyph, Icon};
use leptos::html;
use leptos::prelude::*;

/// A question as a page or a card of its own: names the object, says the consequence, and the button carries the verb.
///
/// It posts to `action` without script. `hidden` travels along; `children` are further fields, such as a reason.
#[component]
pub fn Confirm(
    #[prop(into)] title: String,
    #[prop(into)] consequence: String,
    #[prop(into)] action: String,
    /// What the button says: `Suspend Mara Lindqvist`.
    #[prop(into)]
    verb: String,
    #[prop(into)] cancel_href: String,
    #[prop(default = true)] dangerous: bool,
    #[prop(optional)] hidden: Vec<(String, String)>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let variant = if dangerous { ButtonVariant::Danger } else { ButtonVariant::Primary };
    let hidden =
        hidden.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    view! {
        <form class="confirm card" data-name="confirm" method="post" action=action>
            <h2 class="card-title">{title}</h2>
            <p>{consequence}</p>
            {hidden}
            {children.map(|children| children())}
            <div class="button-row">
                <Button variant>{verb}</Button>
                <LinkButton href=cancel_href>"Cancel"</LinkButton>
            </div>
        </form>
    }
    .into_any()
}

/// A native dialog that follows `open`. Escape and the close button shut it; the focus returns to where it was.
#[component]
pub fn Dialog(#[prop(into)] title: String, open: RwSignal<bool>, children: Children) -> impl IntoView {
    let element = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let wanted = open.get();
        if let Some(dialog) = element.get() {
            match (wanted, dialog.open()) {
                // A dialog that is not in the page cannot be shown, and then there is nothing to see either way.
                (true, false) => drop(dialog.show_modal()),
                (false, true) => dialog.close(),
                _ => {}
            }
        }
    });
    let label = title.clone();
    view! {
        <dialog class="dialog" data-name="dialog" node_ref=element aria-label=label on:close=move |_| open.set(false)>
            <div class="dialog-head">
                <h2 class="card-title">{title}</h2>
                <button class="toast-close" type="button" aria-label="Close" on:click=move |_| open.set(false)>
                    <Icon glyph=Glyph::Cross/>
                </button>
            </div>
            {children()}
        </dialog>
    }
    .into_any()
}

/// Something that unfolds in place, without script: a form behind its button, the evidence behind a check.
///
/// `button` makes the summary look like one.
#[component]
pub fn Disclosure(
    #[prop(into)] summary: String,
    #[prop(optional)] open: bool,
    #[prop(optional)] button: bool,
    children: Children,
) -> impl IntoView {
    let class = if button { "button" } else { "disclosure-summary" };
    view! {
        <details class="disclosure" data-name="disclosure" open=open>
            <summary class=class data-variant="secondary" data-size="medium">
                {(!button).then(|| view! { <Icon glyph=Glyph::ChevronRight/> })}
                {summary}
            </summary>
            <div class="disclosure-body">{children()}</div>
        </details>
    }
    .into_any()
}
