//! A form that calls a server function: in place where the script runs, as an ordinary form where it does not.

use leptos::{ev::SubmitEvent, prelude::*, server_fn::ServerFn};
use serde::{
    Deserialize,
    de::value::{Error, MapDeserializer},
};

use super::browser;

/// The form of `action`; every field of its function is text. The framework's own reads nested and repeated names as
/// well, which no form here has, and brings a reader for them that is twenty times the size of this.
#[component]
pub fn ActionForm<S>(action: ServerAction<S>, children: Children) -> impl IntoView
where
    S: ServerFn + for<'de> Deserialize<'de> + Clone + Send + Sync + 'static,
    S::Output: Send + Sync + 'static,
    S::Error: Send + Sync + 'static,
{
    let submit = move |event: SubmitEvent| {
        if event.default_prevented() {
            return;
        }
        let fields = browser::fields_of(&event).into_iter();
        // What does not fit the function goes to the server as it is, which says what is wrong.
        if let Ok(input) = S::deserialize(MapDeserializer::<_, Error>::new(fields)) {
            event.prevent_default();
            action.dispatch(input);
        }
    };
    view! {
        <form method="post" action=S::url() on:submit=submit>
            {children()}
        </form>
    }
}
