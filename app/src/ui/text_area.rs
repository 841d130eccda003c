//! The only place that makes a `<textarea>`.
//!
//! Leptos 0.8.23 writes the text of a `<textarea>` unescaped when it renders on the server, so text that a person typed
//! could close the element and go on as markup. Here the text is escaped first and given as the inner HTML, which the
//! browser decodes again; hydration leaves it alone, so what was typed before the WebAssembly arrived stays.

use super::field::{Field, InputWidth, described_by, read_on_mount};
use leptos::html::Textarea;
use leptos::prelude::*;

/// A labelled field for several lines of text.
#[component]
pub fn TextArea(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] hint: String,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] optional: bool,
    #[prop(optional)] width: InputWidth,
    #[prop(default = 3)] rows: u16,
    #[prop(optional, into)] on_change: Option<Callback<String>>,
) -> impl IntoView {
    let element = NodeRef::<Textarea>::new();
    read_on_mount(move || element.get().map(|area| area.value()), value.clone(), on_change);
    let describedby = described_by(&name, !hint.is_empty(), optional, error);
    view! {
        <Field name=name.clone() label=label hint=hint error=error optional=optional>
            <textarea
                class="input"
                data-width=width.name()
                node_ref=element
                id=name.clone()
                name=name
                rows=rows
                aria-describedby=describedby
                aria-invalid=move || error.read().is_some().then_some("true")
                on:input=move |event| {
                    if let Some(on_change) = on_change {
                        on_change.run(event_target_value(&event));
                    }
                }
                inner_html=inner(&value)
            ></textarea>
        </Field>
    }
}

/// The text as the inner HTML of a `<textarea>`: nothing in it can end the element.
fn inner(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 16);
    // A parser drops one newline after the start tag; a text that begins with one would lose it.
    if cfg!(feature = "ssr") {
        html.push('\n');
    }
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            other => html.push(other),
        }
    }
    html
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_stays_text() {
        let owner = Owner::new();
        let html = owner.with(|| {
            view! { <TextArea name="note" label="Note" value="</textarea><script>alert(1)</script>&amp;"/> }.to_html()
        });
        assert!(
            html.contains("\n&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;</textarea>"),
            "{html}"
        );
        assert!(!html.contains("<script>"), "{html}");
    }
}
