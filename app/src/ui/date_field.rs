//! A date in one native control: typed by its parts, pasted, or picked from the browser's calendar, in the order that
//! the person's own language uses. What it sends is always `YYYY-MM-DD`.

use super::field::{Field, described_by, read_on_mount};
use leptos::html::Input;
use leptos::prelude::*;

/// A day of the calendar. `value` is `YYYY-MM-DD`, or the empty text; `on_change` hears the same form.
///
/// A browser that holds half a date sends nothing; it says so itself before the form leaves.
#[component]
pub fn DateField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] hint: String,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] optional: bool,
    /// For a date of birth: the browser may fill it in.
    #[prop(optional)]
    birthday: bool,
    #[prop(optional, into)] on_change: Option<Callback<String>>,
) -> impl IntoView {
    let value = day_or_nothing(value);
    let element = NodeRef::<Input>::new();
    read_on_mount(move || element.get().map(|input| input.value()), value.clone(), on_change);
    let describedby = described_by(&name, !hint.is_empty(), optional, error);
    view! {
        <Field name=name.clone() label=label hint=hint error=error optional=optional>
            <div class="input-row" data-width="date">
                <input
                    class="input figures"
                    data-name="date-field"
                    node_ref=element
                    type="date"
                    min="1600-01-01"
                    max="9999-12-31"
                    id=name.clone()
                    name=name
                    value=value
                    autocomplete=if birthday { "bday" } else { "off" }
                    aria-describedby=describedby
                    aria-invalid=move || error.read().is_some().then_some("true")
                    on:input=move |event| {
                        if let Some(on_change) = on_change {
                            on_change.run(event_target_value(&event));
                        }
                    }
                />
            </div>
        </Field>
    }
    .into_any()
}

/// The text where it has the form of a day, which is all that a control for days takes; an address may say anything.
#[must_use]
pub fn day_or_nothing(text: String) -> String {
    let is_day = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() });
    if is_day { text } else { String::new() }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn only_a_day_reaches_the_control() {
        assert_eq!(day_or_nothing("2031-03-25".to_owned()), "2031-03-25");
        for text in ["", "yesterday", "2031-3-25", "2031-03-250", "25-03-2031", "２０３１"] {
            assert_eq!(day_or_nothing(text.to_owned()), "", "{text}");
        }
    }

    #[test]
    fn one_label_names_one_control() {
        let owner = Owner::new();
        let html = owner.with(|| {
            view! { <DateField name="expires_on" label="Expires on" value="2031-03-25" birthday=false/> }.to_html()
        });
        assert_eq!(html.matches("<label").count(), 1, "{html}");
        assert_eq!(html.matches("<input").count(), 1, "{html}");
        assert!(html.contains("value=\"2031-03-25\""), "{html}");
    }
}
