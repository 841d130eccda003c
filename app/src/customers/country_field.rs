//! A country in a native select: typing a name jumps to it, and it works without script.

use std::fmt::Write as _;

use domain::country::Country;
use leptos::{html, prelude::*};

use crate::ui::{Field, Glyph, Icon, field::described_by};

/// A labelled choice of a country. Its value is the alpha-2 code.
///
/// The countries are written as one text, not as 250 views: a form has up to nine of these.
#[component]
pub fn CountryField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] hint: String,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] optional: bool,
    #[prop(default = "off")] autocomplete: &'static str,
) -> impl IntoView {
    let element = NodeRef::<html::Select>::new();
    let describedby = described_by(&name, !hint.is_empty(), optional, error);
    view! {
        <Field name=name.clone() label=label hint=hint error=error optional=optional>
            <div class="input-row">
                <select
                    class="input"
                    data-name="country"
                    node_ref=element
                    id=name.clone()
                    name=name
                    autocomplete=autocomplete
                    aria-describedby=describedby
                    aria-invalid=move || error.read().is_some().then_some("true")
                    inner_html=options(&value)
                ></select>
                <span class="select-arrow"><Icon glyph=Glyph::ChevronDown/></span>
            </div>
        </Field>
    }
    .into_any()
}

/// The options with one chosen; what is no country chooses none.
fn options(chosen: &str) -> String {
    let mut html = String::with_capacity(10 * 1024);
    html.push_str("<option value=\"\">Choose a country</option>");
    for country in Country::all() {
        let selected = if country.code() == chosen { " selected" } else { "" };
        // Writing to a string does not fail.
        let _ = write!(html, "<option value=\"{}\"{selected}>{}</option>", country.code(), escaped(country.name()));
    }
    html
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_country_is_chosen_and_nothing_else_gets_in() {
        let html = options("AU");
        assert!(html.contains("<option value=\"AU\" selected>Australia</option>"));
        assert_eq!(html.matches(" selected").count(), 1);
        assert_eq!(html.matches("<option").count(), Country::all().len() + 1);
        let hostile = options("\"><script>alert(1)</script>");
        assert_eq!(hostile, options(""));
    }
}
