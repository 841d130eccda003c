//! A date as three fields, day, month and year, that take a whole date when one is pasted or filled in.
//!
//! Sent as `{name}_day`, `{name}_month` and `{name}_year`; `ui::format::joined_date` makes one text of them, and also
//! understands a whole date in the first, which is what arrives when somebody pastes with no script running.

use super::field::{FieldError, Hint, OptionalMark, described_by};
use super::format::{joined_date, whole_date};
use leptos::html::Input;
use leptos::prelude::*;

/// Three inputs under one question. `value` is `YYYY-MM-DD`, or the empty text; `on_change` hears the same form.
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
    let (day, month, year) = (
        NodeRef::<Input>::new(),
        NodeRef::<Input>::new(),
        NodeRef::<Input>::new(),
    );
    let boxes = Boxes {
        day,
        month,
        year,
        on_change,
    };
    let (sent_day, sent_month, sent_year) = parts(&value);
    let describedby = described_by(&name, !hint.is_empty(), optional, error);
    let legend_id = format!("{name}-legend");
    let invalid = move || error.read().is_some().then_some("true");
    Effect::new(move |told: Option<bool>| boxes.tell_if_changed(told.unwrap_or(false), &value));
    let auto = |part: &'static str| if birthday { part } else { "off" };
    view! {
        <fieldset
            class="field"
            data-name="date-field"
            data-invalid=invalid
            aria-describedby=describedby
        >
            <legend class="field-head">
                <span class="field-label" id=legend_id.clone()>{label}</span>
                <OptionalMark name=name.clone() optional=optional/>
            </legend>
            <Hint name=name.clone() hint=hint/>
            <FieldError name=name.clone() error=error/>
            <div class="date-parts">
                <div class="date-part">
                    <label class="date-label" id=format!("{name}-day-label") for=name.clone()>"Day"</label>
                    <input
                        class="input figures" node_ref=day type="text" inputmode="numeric" data-width="2"
                        id=name.clone() name=format!("{name}_day") value=sent_day autocomplete=auto("bday-day")
                        aria-labelledby=format!("{legend_id} {name}-day-label") aria-invalid=invalid
                        on:input=move |_| boxes.spread()
                    />
                </div>
                <div class="date-part">
                    <label class="date-label" for=format!("{name}-month")>"Month"</label>
                    <input
                        class="input figures" node_ref=month type="text" inputmode="numeric" data-width="2" maxlength="2"
                        id=format!("{name}-month") name=format!("{name}_month") value=sent_month
                        autocomplete=auto("bday-month") aria-invalid=invalid on:input=move |_| boxes.tell()
                    />
                </div>
                <div class="date-part">
                    <label class="date-label" for=format!("{name}-year")>"Year"</label>
                    <input
                        class="input figures" node_ref=year type="text" inputmode="numeric" data-width="4" maxlength="4"
                        id=format!("{name}-year") name=format!("{name}_year") value=sent_year
                        autocomplete=auto("bday-year") aria-invalid=invalid on:input=move |_| boxes.tell()
                    />
                </div>
            </div>
        </fieldset>
    }
    .into_any()
}

/// The three inputs and who hears of them.
#[derive(Clone, Copy)]
struct Boxes {
    day: NodeRef<Input>,
    month: NodeRef<Input>,
    year: NodeRef<Input>,
    on_change: Option<Callback<String>>,
}

impl Boxes {
    fn joined(self) -> Option<String> {
        let (day, month, year) = (self.day.get()?, self.month.get()?, self.year.get()?);
        Some(joined_date(&day.value(), &month.value(), &year.value()))
    }

    fn tell(self) {
        if let (Some(on_change), Some(joined)) = (self.on_change, untrack(|| self.joined())) {
            on_change.run(joined);
        }
    }

    /// A whole date in the first input goes to its three places.
    fn spread(self) {
        let inputs = untrack(|| Some((self.day.get()?, self.month.get()?, self.year.get()?)));
        if let Some((day_input, month_input, year_input)) = inputs {
            let typed = day_input.value();
            if let Some((year, month, day)) = whole_date(&typed) {
                day_input.set_value(day);
                month_input.set_value(month);
                year_input.set_value(year);
            }
        }
        self.tell();
    }

    fn tell_if_changed(self, told: bool, sent: &str) -> bool {
        match (told, self.joined()) {
            (false, Some(joined)) => {
                if joined != sent {
                    untrack(|| self.spread());
                }
                true
            }
            _ => told,
        }
    }
}

/// The three texts to show for `YYYY-MM-DD`; what is no date is shown whole in the first, so that nothing typed is lost.
fn parts(value: &str) -> (String, String, String) {
    let mut split = value.splitn(3, '-');
    match (split.next(), split.next(), split.next()) {
        (Some(year), Some(month), Some(day)) => (shown(day), shown(month), shown(year)),
        _ => (value.to_owned(), String::new(), String::new()),
    }
}

/// A part made of zeros stands for one that was left empty.
fn shown(part: &str) -> String {
    if part.chars().all(|digit| digit == '0') {
        String::new()
    } else {
        part.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_comes_back_as_typed() {
        assert_eq!(
            parts("1990-01-31"),
            ("31".into(), "01".into(), "1990".into())
        );
        assert_eq!(
            parts("1990-00-31"),
            ("31".into(), String::new(), "1990".into())
        );
        assert_eq!(
            parts("yesterday"),
            ("yesterday".into(), String::new(), String::new())
        );
        assert_eq!(parts(""), (String::new(), String::new(), String::new()));
    }
}
