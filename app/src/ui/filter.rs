//! Filters above a table. They live in the URL: one plain GET form, whose chips unfold without script.

use super::icon::{Glyph, Icon};
use leptos::prelude::*;

/// The form around the filters. `hidden` are the query parameters to keep, such as the sort.
///
/// With `clear_href`, "Clear filters" stands at the end; give it only when a filter is set.
#[component]
pub fn FilterBar(
    #[prop(into)] action: String,
    #[prop(optional)] hidden: Vec<(String, String)>,
    #[prop(default = None)] clear_href: Option<String>,
    /// What stands at the right end: columns, export.
    #[prop(optional, into)]
    tools: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    let hidden =
        hidden.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    view! {
        <div class="filter-bar" data-name="filter-bar">
            <form class="filters" method="get" action=action role="search" aria-label="Filters">
                {hidden}
                {children()}
                {clear_href.map(|href| view! { <a class="filter-clear" href=href>"Clear filters"</a> })}
            </form>
            {tools.map(|tools| view! { <div class="filter-tools">{tools}</div> })}
        </div>
    }
    .into_any()
}

/// The search field of a list.
#[component]
pub fn FilterSearch(
    #[prop(default = "q".to_owned(), into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: String,
) -> impl IntoView {
    view! {
        <div class="filter-search" data-name="filter-search">
            <Icon glyph=Glyph::Search/>
            <input class="input" type="search" name=name value=value aria-label=label.clone() placeholder=label autocomplete="off"/>
            <button class="visually-hidden" type="submit">"Search"</button>
        </div>
    }
    .into_any()
}

/// One filter: shut, it says what it is set to; open, it holds the controls (children) and "Apply".
#[component]
pub fn FilterChip(
    #[prop(into)] label: String,
    /// What it is set to, in words; empty when it is not set.
    #[prop(optional, into)]
    value: String,
    children: Children,
) -> impl IntoView {
    let set = !value.is_empty();
    view! {
        <details name="popover" class="popover filter-chip" data-name="filter-chip" data-set=set.then_some("true")>
            <summary>
                {if set { None } else { Some(view! { <Icon glyph=Glyph::Plus/> }) }}
                <span>{label}</span>
                {set.then(|| view! { <span class="filter-value">{value}</span> })}
            </summary>
            <div class="popover-panel">
                {children()}
                <button class="button" data-variant="primary" data-size="small" type="submit">"Apply"</button>
            </div>
        </details>
    }
    .into_any()
}

/// A column that can be shown or hidden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnChoice {
    pub key: String,
    pub label: String,
    pub shown: bool,
}

/// Which columns to show: a form in a fold, sent to `action` as repeated `column` values.
#[component]
pub fn ColumnChooser(
    #[prop(into)] action: String,
    #[prop(default = "post".to_owned(), into)] method: String,
    columns: Vec<ColumnChoice>,
    #[prop(optional)] hidden: Vec<(String, String)>,
) -> impl IntoView {
    let hidden =
        hidden.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    let boxes = columns
        .into_iter()
        .map(|column| {
            let id = format!("column-{}", column.key);
            view! {
                <div class="choice">
                    <input class="choice-input" type="checkbox" id=id.clone() name="column" value=column.key checked=column.shown/>
                    <label class="choice-label" for=id>{column.label}</label>
                </div>
            }
        })
        .collect_view();
    view! {
        <details name="popover" class="popover column-chooser" data-name="column-chooser" data-side="end">
            <summary class="button" data-variant="secondary" data-size="small">
                <Icon glyph=Glyph::Columns/>
                "Columns"
            </summary>
            <form class="popover-panel" method=method action=action>
                {hidden}
                <fieldset class="choices">
                    <legend class="visually-hidden">"Columns to show"</legend>
                    {boxes}
                </fieldset>
                <button class="button" data-variant="primary" data-size="small" type="submit">"Apply"</button>
            </form>
        </details>
    }
    .into_any()
}
