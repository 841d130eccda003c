//! Buttons, and links that look like them.
//!
//! One primary action a page. A button that changes something carries the verb.

use super::icon::{Glyph, Icon};
use leptos::prelude::*;

/// How much a button asks for attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonVariant {
    Primary,
    #[default]
    Secondary,
    /// No border until pointed at: for actions that repeat on every row.
    Quiet,
    /// For what cannot be undone.
    Danger,
}

impl ButtonVariant {
    const fn name(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Quiet => "quiet",
            Self::Danger => "danger",
        }
    }
}

/// How tall a button is: 28, 36 or 44 px. On touch none is lower than 44.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonSize {
    Small,
    #[default]
    Medium,
    Large,
}

impl ButtonSize {
    const fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
        }
    }
}

/// What pressing it does: send the form around it, or nothing by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    #[default]
    Submit,
    Plain,
}

/// A button. `busy` keeps the word, shows that work goes on and refuses a second press.
///
/// `name` and `value` are sent with the form, so one form can carry two buttons. Handlers pass through: `<Button on:click=…>`.
#[component]
pub fn Button(
    #[prop(optional)] variant: ButtonVariant,
    #[prop(optional)] size: ButtonSize,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional, into)] icon: Option<Glyph>,
    #[prop(optional, into)] name: Option<String>,
    #[prop(optional, into)] value: Option<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] busy: Signal<bool>,
    children: Children,
) -> impl IntoView {
    let kind = match kind {
        ButtonKind::Submit => "submit",
        ButtonKind::Plain => "button",
    };
    view! {
        <button
            class="button"
            data-name="button"
            data-variant=variant.name()
            data-size=size.name()
            type=kind
            name=name
            value=value
            disabled=move || disabled.get() || busy.get()
            aria-busy=move || busy.get().then_some("true")
        >
            {icon.map(|glyph| view! { <Icon glyph/> })}
            {children()}
        </button>
    }
}

/// A link that looks like a button, for going somewhere: `Add New Customer`.
#[component]
pub fn LinkButton(
    #[prop(into)] href: String,
    #[prop(optional)] variant: ButtonVariant,
    #[prop(optional)] size: ButtonSize,
    #[prop(optional, into)] icon: Option<Glyph>,
    children: Children,
) -> impl IntoView {
    view! {
        <a class="button" data-name="link-button" data-variant=variant.name() data-size=size.name() href=href>
            {icon.map(|glyph| view! { <Icon glyph/> })}
            {children()}
        </a>
    }
}

/// Puts buttons that belong together in a row, and lets them wrap.
#[component]
pub fn ButtonRow(children: Children) -> impl IntoView {
    view! { <div class="button-row" data-name="button-row">{children()}</div> }
}
