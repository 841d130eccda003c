//! Short notes that something was done, with Undo where it can be undone.
//!
//! A toast with Undo stays until it is dismissed or its time is over, and its time stands still while the pointer or the
//! focus is in the region. The region is polite, but has no role `status`: that role belongs to the page's one status.

use super::badge::Tone;
use super::icon::{Glyph, Icon};
use leptos::prelude::*;
use std::time::Duration;

/// How long a toast stays; one with Undo stays longer, for people who move by keyboard.
const SHOWN_S: u64 = 6;
const SHOWN_WITH_UNDO_S: u64 = 20;
/// More than these at once and the oldest goes.
const TOASTS_MAX: usize = 4;

/// What to show.
#[derive(Clone)]
pub struct Toast {
    pub text: String,
    pub tone: Tone,
    pub undo: Option<Callback<()>>,
}

impl Toast {
    /// Says that something was done.
    pub fn done(text: impl Into<String>) -> Self {
        Self { text: text.into(), tone: Tone::Positive, undo: None }
    }

    /// Says that something went wrong.
    pub fn failed(text: impl Into<String>) -> Self {
        Self { text: text.into(), tone: Tone::Critical, undo: None }
    }

    /// Offers to take it back.
    #[must_use]
    pub fn with_undo(mut self, undo: Callback<()>) -> Self {
        self.undo = Some(undo);
        self
    }
}

#[derive(Clone)]
struct Shown {
    number: u64,
    toast: Toast,
}

/// Where toasts are shown from: `Toasts::here()` in any component below the frame.
#[derive(Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<Shown>>,
    count: StoredValue<u64>,
    held: RwSignal<bool>,
}

impl Toasts {
    /// Makes the place for toasts and puts it into the context; once, around all pages.
    #[must_use]
    pub fn provide() -> Self {
        let toasts = Self { shown: RwSignal::new(Vec::new()), count: StoredValue::new(0), held: RwSignal::new(false) };
        provide_context(toasts);
        toasts
    }

    /// The place for toasts of this page, if there is one.
    #[must_use]
    pub fn here() -> Option<Self> {
        use_context()
    }

    /// Shows a toast; a no-op on the server, where nobody would see it go.
    pub fn show(self, toast: Toast) {
        let number = self.count.with_value(|count| count.wrapping_add(1));
        self.count.set_value(number);
        let seconds = if toast.undo.is_some() { SHOWN_WITH_UNDO_S } else { SHOWN_S };
        self.shown.update(|shown| {
            shown.push(Shown { number, toast });
            if shown.len() > TOASTS_MAX {
                shown.remove(0);
            }
        });
        self.expire(number, seconds);
    }

    fn expire(self, number: u64, seconds: u64) {
        let wait = move || {
            if self.held.try_get_untracked() == Some(true) {
                self.expire(number, 2);
            } else {
                self.dismiss(number);
            }
        };
        if cfg!(feature = "hydrate") {
            set_timeout(wait, Duration::from_secs(seconds));
        }
    }

    fn dismiss(self, number: u64) {
        // The page may be gone by the time a toast ends.
        let _ = self.shown.try_update(|shown| shown.retain(|one| one.number != number));
    }
}

/// The corner where toasts appear.
#[component]
pub fn ToastRegion(toasts: Toasts) -> impl IntoView {
    view! {
        <section
            class="toasts"
            data-name="toasts"
            aria-label="Notifications"
            aria-live="polite"
            on:pointerenter=move |_| toasts.held.set(true)
            on:pointerleave=move |_| toasts.held.set(false)
            on:focusin=move |_| toasts.held.set(true)
            on:focusout=move |_| toasts.held.set(false)
        >
            <For each=move || toasts.shown.get() key=|shown| shown.number let:shown>
                <div class="toast" data-name="toast" data-tone=shown.toast.tone.name()>
                    <Icon glyph=shown.toast.tone.glyph()/>
                    <p>{shown.toast.text.clone()}</p>
                    {shown
                        .toast
                        .undo
                        .map(|undo| {
                            view! {
                                <button
                                    class="toast-undo" type="button"
                                    on:click=move |_| {
                                        undo.run(());
                                        toasts.dismiss(shown.number);
                                    }
                                >
                                    "Undo"
                                </button>
                            }
                        })}
                    <button class="toast-close" type="button" aria-label="Dismiss" on:click=move |_| toasts.dismiss(shown.number)>
                        <Icon glyph=Glyph::Cross/>
                    </button>
                </div>
            </For>
        </section>
    }
    .into_any()
}
