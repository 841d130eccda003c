//! Labelled controls: one column, label above, hint under the label, error under the hint.
//!
//! A control's id is its name, so that an error summary can link to it. The label holds the label's words and nothing
//! else; "optional", the hint and the error are joined to the control by `aria-describedby`. No control is bound to a
//! signal: what is typed before the WebAssembly arrives must stay. `on_change` hears every change, and once after mount
//! when the browser already holds something else than the server sent.

use super::icon::{Glyph, Icon};
use leptos::html;
use leptos::prelude::*;

/// How wide a control is: as wide as what goes in, so that the width already says what is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputWidth {
    #[default]
    Full,
    /// About twenty characters: a city, a phone number.
    Medium,
    /// About ten characters: a postal code, an amount.
    Short,
}

impl InputWidth {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Medium => "medium",
            Self::Short => "short",
        }
    }
}

/// What is typed, which decides the keyboard on a phone and what the browser may fill in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputKind {
    #[default]
    Text,
    Email,
    Phone,
    Password,
    Url,
    /// Digits that are no quantity: an account number.
    Digits,
    /// A quantity with decimals: an amount.
    Decimal,
}

impl InputKind {
    const fn html(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Text => ("text", None),
            // The server says what is wrong, in the page and in its own words; the browser's bubble would come first.
            Self::Email => ("text", Some("email")),
            Self::Phone => ("tel", None),
            Self::Password => ("password", None),
            Self::Url => ("text", Some("url")),
            Self::Digits => ("text", Some("numeric")),
            Self::Decimal => ("text", Some("decimal")),
        }
    }
}

/// One of the values a person can choose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
    /// A second line, for radio buttons.
    pub hint: String,
}

impl Choice {
    /// A value and its words.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), hint: String::new() }
    }

    /// Adds a second line.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

/// Label, hint and error around any control whose id is `name`.
#[component]
pub fn Field(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: String,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] optional: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="field" data-name="field" data-invalid=move || error.read().is_some().then_some("true")>
            <div class="field-head">
                <label class="field-label" for=name.clone()>{label}</label>
                <OptionalMark name=name.clone() optional=optional/>
            </div>
            <Hint name=name.clone() hint=hint/>
            <FieldError name=name error=error/>
            {children()}
        </div>
    }
    .into_any()
}

/// A single line of text.
#[component]
pub fn TextField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] hint: String,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] optional: bool,
    #[prop(optional)] kind: InputKind,
    #[prop(optional)] width: InputWidth,
    /// The token of the HTML standard, such as `email` or `current-password`; `off` when nothing is said.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Set in the tabular face, for ids and account numbers.
    #[prop(optional)]
    figures: bool,
    #[prop(optional)] maxlength: Option<u32>,
    /// Stands in front of the input and belongs to it: a currency.
    #[prop(optional, into)]
    prefix: String,
    #[prop(optional)] autofocus: bool,
    #[prop(optional, into)] on_change: Option<Callback<String>>,
) -> impl IntoView {
    let element = NodeRef::<html::Input>::new();
    read_on_mount(move || element.get().map(|input| input.value()), value.clone(), on_change);
    let describedby = described_by(&name, !hint.is_empty(), optional, error);
    let (kind, inputmode) = kind.html();
    view! {
        <Field name=name.clone() label=label hint=hint error=error optional=optional>
            <div class="input-row" data-width=width.name()>
                {(!prefix.is_empty()).then(|| view! { <span class="input-prefix" aria-hidden="true">{prefix}</span> })}
                <input
                    class="input"
                    class:figures=figures
                    node_ref=element
                    type=kind
                    id=name.clone()
                    name=name
                    value=value
                    inputmode=inputmode
                    autocomplete=autocomplete
                    maxlength=maxlength
                    autofocus=autofocus
                    aria-describedby=describedby
                    aria-invalid=move || error.read().is_some().then_some("true")
                    on:input=move |event| tell(on_change, event_target_value(&event))
                />
            </div>
        </Field>
    }
    .into_any()
}

/// A native select. `blank` is the first option, which chooses nothing: `Choose a currency`.
#[component]
pub fn SelectField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    options: Vec<Choice>,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] blank: Option<String>,
    #[prop(optional, into)] hint: String,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] optional: bool,
    #[prop(optional)] width: InputWidth,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(optional, into)] on_change: Option<Callback<String>>,
) -> impl IntoView {
    let element = NodeRef::<html::Select>::new();
    read_on_mount(move || element.get().map(|select| select.value()), value.clone(), on_change);
    let describedby = described_by(&name, !hint.is_empty(), optional, error);
    let chosen = value;
    let options = options
        .into_iter()
        .map(|choice| {
            let selected = choice.value == chosen;
            view! { <option value=choice.value selected=selected>{choice.label}</option> }
        })
        .collect_view();
    view! {
        <Field name=name.clone() label=label hint=hint error=error optional=optional>
            <div class="input-row" data-width=width.name()>
                <select
                    class="input"
                    node_ref=element
                    id=name.clone()
                    name=name
                    autocomplete=autocomplete
                    aria-describedby=describedby
                    aria-invalid=move || error.read().is_some().then_some("true")
                    on:change=move |event| tell(on_change, event_target_value(&event))
                >
                    {blank.map(|blank| view! { <option value="">{blank}</option> })}
                    {options}
                </select>
                <span class="select-arrow"><Icon glyph=Glyph::ChevronDown/></span>
            </div>
        </Field>
    }
    .into_any()
}

/// A text input with suggestions that narrow while typing: countries, banks.
///
/// What is sent is the suggestion's `label` as typed or chosen, so the parser has to take a name as well as a code.
#[component]
pub fn SuggestField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    options: Vec<Choice>,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] hint: String,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] optional: bool,
    #[prop(optional)] width: InputWidth,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(optional, into)] on_change: Option<Callback<String>>,
) -> impl IntoView {
    let element = NodeRef::<html::Input>::new();
    read_on_mount(move || element.get().map(|input| input.value()), value.clone(), on_change);
    let describedby = described_by(&name, !hint.is_empty(), optional, error);
    let list = format!("{name}-list");
    let options =
        options.into_iter().map(|choice| view! { <option value=choice.label>{choice.value}</option> }).collect_view();
    view! {
        <Field name=name.clone() label=label hint=hint error=error optional=optional>
            <div class="input-row" data-width=width.name()>
                <input
                    class="input"
                    node_ref=element
                    type="text"
                    id=name.clone()
                    name=name
                    value=value
                    list=list.clone()
                    autocomplete=autocomplete
                    aria-describedby=describedby
                    aria-invalid=move || error.read().is_some().then_some("true")
                    on:input=move |event| tell(on_change, event_target_value(&event))
                />
                <datalist id=list>{options}</datalist>
            </div>
        </Field>
    }
    .into_any()
}

/// A box to tick, with its words beside it. Sends `value` (`true` unless said otherwise) when ticked and nothing when not.
#[component]
pub fn Checkbox(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(default = "true".to_owned(), into)] value: String,
    #[prop(optional)] checked: bool,
    #[prop(optional, into)] hint: String,
    /// Needed when several boxes share a name.
    #[prop(optional, into)]
    id: Option<String>,
    #[prop(optional, into)] on_change: Option<Callback<bool>>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.clone());
    let describedby = (!hint.is_empty()).then(|| format!("{id}-hint"));
    view! {
        <div class="choice" data-name="checkbox">
            <input
                class="choice-input"
                type="checkbox"
                id=id.clone()
                name=name
                value=value
                checked=checked
                aria-describedby=describedby
                on:change=move |event| {
                    if let Some(on_change) = on_change {
                        on_change.run(event_target_checked(&event));
                    }
                }
            />
            <label class="choice-label" for=id.clone()>{label}</label>
            <Hint name=id hint=hint/>
        </div>
    }
    .into_any()
}

/// One of a few: every choice in sight. `inline` puts them side by side.
#[component]
pub fn RadioGroup(
    #[prop(into)] name: String,
    #[prop(into)] legend: String,
    options: Vec<Choice>,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] hint: String,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] inline: bool,
    #[prop(optional, into)] on_change: Option<Callback<String>>,
) -> impl IntoView {
    let describedby = described_by(&name, !hint.is_empty(), false, error);
    let options = options
        .into_iter()
        .enumerate()
        .map(|(index, choice)| {
            // The first one carries the name as its id: an error summary links there.
            let id = if index == 0 { name.clone() } else { format!("{name}-{}", choice.value) };
            let hint_id = (!choice.hint.is_empty()).then(|| format!("{id}-choice-hint"));
            let checked = choice.value == value;
            view! {
                <div class="choice">
                    <input
                        class="choice-input"
                        type="radio"
                        id=id.clone()
                        name=name.clone()
                        value=choice.value
                        checked=checked
                        aria-describedby=hint_id.clone()
                        on:change=move |event| tell(on_change, event_target_value(&event))
                    />
                    <label class="choice-label" for=id>{choice.label}</label>
                    {hint_id.map(|id| view! { <p class="field-hint" id=id>{choice.hint}</p> })}
                </div>
            }
        })
        .collect_view();
    view! {
        <fieldset class="field" data-name="radio-group" data-inline=inline.then_some("true") aria-describedby=describedby>
            <legend class="field-label">{legend}</legend>
            <Hint name=name.clone() hint=hint/>
            <FieldError name=name.clone() error=error/>
            <div class="choices">{options}</div>
        </fieldset>
    }
    .into_any()
}

/// A heading with the fields that belong under it.
#[component]
pub fn FieldGroup(
    #[prop(into)] title: String,
    #[prop(optional, into)] note: String,
    #[prop(optional, into)] id: Option<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="field-group" data-name="field-group" id=id>
            <h2 class="field-group-title">{title}</h2>
            {(!note.is_empty()).then(|| view! { <p class="field-group-note">{note}</p> })}
            {children()}
        </section>
    }
}

/// Puts short fields beside each other where there is room.
#[component]
pub fn FieldRow(children: Children) -> impl IntoView {
    view! { <div class="field-row">{children()}</div> }
}

#[component]
pub(super) fn Hint(name: String, hint: String) -> impl IntoView {
    (!hint.is_empty()).then(|| view! { <p class="field-hint" id=format!("{name}-hint")>{hint}</p> })
}

#[component]
pub(super) fn OptionalMark(name: String, optional: bool) -> impl IntoView {
    optional.then(|| view! { <span class="field-optional" id=format!("{name}-optional")>"optional"</span> })
}

#[component]
pub(super) fn FieldError(name: String, error: Signal<Option<String>>) -> impl IntoView {
    view! {
        <p class="field-error" id=format!("{name}-error") hidden=move || error.read().is_none()>
            <Icon glyph=Glyph::Alert/>
            <span>{move || error.get().unwrap_or_default()}</span>
        </p>
    }
}

/// The ids that describe a control, for `aria-describedby`.
pub(crate) fn described_by(
    name: &str,
    has_hint: bool,
    optional: bool,
    error: Signal<Option<String>>,
) -> impl Fn() -> Option<String> + Clone + Send + Sync + 'static {
    let mut fixed = Vec::new();
    if optional {
        fixed.push(format!("{name}-optional"));
    }
    if has_hint {
        fixed.push(format!("{name}-hint"));
    }
    let fixed = fixed.join(" ");
    let error_id = format!("{name}-error");
    move || match (error.read().is_some(), fixed.is_empty()) {
        (true, true) => Some(error_id.clone()),
        (true, false) => Some(format!("{fixed} {error_id}")),
        (false, true) => None,
        (false, false) => Some(fixed.clone()),
    }
}

/// Tells `on_change` once, after mount, what the control holds if that is not what the server sent.
pub(super) fn read_on_mount(
    read: impl Fn() -> Option<String> + 'static,
    sent: String,
    on_change: Option<Callback<String>>,
) {
    if let Some(on_change) = on_change {
        Effect::new(move |told: Option<bool>| {
            let told = told.unwrap_or(false);
            match read() {
                Some(held) if !told => {
                    if held != sent {
                        untrack(|| on_change.run(held));
                    }
                    true
                }
                _ => told,
            }
        });
    }
}

fn tell(on_change: Option<Callback<String>>, value: String) {
    if let Some(on_change) = on_change {
        on_change.run(value);
    }
}
