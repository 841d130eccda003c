//! `All Customers`: search, filters and order in the address, pages by key, columns as each person chose them.
//!
//! With script nothing reloads: the filters become links, and the old rows stay, dimmed, until the new ones are there.

use domain::{customer::CustomerType, standing::Status};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::{
    form_page::CreationOff,
    list_query::{ColumnKey, ListQuery},
    model::{CustomerList, ListRow, status_tone},
    rpc::read_customers,
};
use crate::{
    page::{Failure, Title, answers, problem_text, query_of},
    routes,
    session::Viewer,
    ui::{
        Badge, Banner, ButtonSize, ButtonVariant, Cell, Choice, Column, ColumnChoice, ColumnChooser, DateField,
        EmptyState, FieldRow, FilterBar, FilterChip, FilterSearch, Flag, Glyph, Id, LinkButton, PageHeader, Pager,
        RadioGroup, Row, RowLink, Stack, Table, TableSkeleton, Time, Tone, format::grouped,
    },
};

/// `/customers`.
#[component]
pub fn CustomersPage() -> impl IntoView {
    let viewer = Viewer::here();
    let map = use_query_map();
    let query = Memo::new(move |_| ListQuery::read(|name| map.read().get(name)));
    let list = answers(move || query.get(), read_customers);
    let (is_loading, set_loading) = signal(false);
    // Made here: the old rows read it while the new ones are on their way, and by then all that was made with them is gone.
    let is_loading = Signal::from(is_loading);
    // In the browser alone, so not by `set_pending`: on a server with many threads, what that watches may be read and
    // written at once, which ends what reads.
    Effect::new(move |before: Option<()>| {
        query.track();
        if before.is_some() {
            set_loading.set(true);
        }
    });
    let is_first = StoredValue::new(true);
    let problem = query_of("problem");
    let go = go_to();
    let may_add = viewer.may_edit && viewer.customer_creation;
    let actions = may_add.then(|| add_link().into_any()).into_any();
    view! {
        <Title text="All Customers"/>
        <PageHeader title="All Customers" actions=actions/>
        <Stack>
            {move || problem_text(&problem()).map(|text| view! { <Banner tone=Tone::Critical>{text}</Banner> })}
            {(viewer.may_edit && !viewer.customer_creation)
                .then(|| view! { <CreationOff organisation_id=viewer.organisation_id.clone()/> })}
            <Transition fallback=|| view! { <TableSkeleton/> }>
                {move || Suspend::new(async move {
                    let answer = list.await;
                    // The page may have been left meanwhile: then nobody reads it.
                    let _ = set_loading.try_set(false);
                    match answer.model::<CustomerList>() {
                        Ok(model) => {
                            // What was typed before the script ran stays.
                            if !is_first.try_update_value(|is_first| std::mem::replace(is_first, false)).unwrap_or(true) {
                                reset_filters();
                            }
                            view! { <List query=query.get_untracked() model may_add is_loading go/> }.into_any()
                        }
                        Err(error) => view! { <Failure error/> }.into_any(),
                    }
                })}
            </Transition>
        </Stack>
    }
    .into_any()
}

fn add_link() -> impl IntoView {
    view! {
        <LinkButton href=routes::CUSTOMERS_NEW variant=ButtonVariant::Primary icon=Glyph::Plus>"Add New Customer"</LinkButton>
    }
}

#[component]
fn List(
    query: ListQuery,
    model: CustomerList,
    may_add: bool,
    is_loading: Signal<bool>,
    go: Callback<String>,
) -> impl IntoView {
    let is_new = model.rows.is_empty() && !query.is_filtered() && query.cursor.is_empty();
    let problems = model.problems.clone();
    view! {
        <Filters query=query.clone() columns=model.columns.clone() go/>
        {problems.into_iter().map(|problem| view! { <Banner tone=Tone::Caution>{problem}</Banner> }).collect_view()}
        {if is_new {
            view! { <NoCustomers may_add/> }.into_any()
        } else if model.rows.is_empty() {
            view! { <NothingFound query/> }.into_any()
        } else {
            view! { <Rows query model is_loading/> }.into_any()
        }}
    }
    .into_any()
}

#[component]
fn Filters(query: ListQuery, columns: Vec<ColumnKey>, go: Callback<String>) -> impl IntoView {
    let choices = ColumnKey::ALL
        .map(|column| ColumnChoice {
            key: column.code().to_owned(),
            label: column.label().to_owned(),
            shown: columns.contains(&column),
        })
        .to_vec();
    let export = query.href(routes::CUSTOMERS_CSV);
    let back = query.href(routes::CUSTOMERS);
    let tools = view! {
        <ColumnChooser action=routes::CUSTOMERS_COLUMNS columns=choices hidden=vec![("return_to".to_owned(), back)]/>
        <LinkButton href=export size=ButtonSize::Small icon=Glyph::Download attr:rel="external" attr:download="customers.csv">"Export"</LinkButton>
    };
    let hidden = if query.sort.is_empty() { Vec::new() } else { vec![("sort".to_owned(), query.sort.clone())] };
    let clear = query.is_filtered().then(|| routes::with_query(routes::CUSTOMERS, &[("sort", &query.sort)]));
    view! {
        <div on:submit=move |event| go_instead(&event, go)>
            <FilterBar action=routes::CUSTOMERS hidden=hidden clear_href=clear tools=tools.into_any()>
                <FilterSearch label="Search by name, id, reference or e-mail" value=query.q.clone()/>
                <StatusChip query=query.clone()/>
                <FlagChips query=query.clone()/>
                <FilterChip label="Created" value=query.created_words().into_owned()>
                    <FieldRow>
                        <DateField name="created_from" label="From" value=query.created_from.clone()/>
                        <DateField name="created_to" label="Until" value=query.created_to.clone()/>
                    </FieldRow>
                </FilterChip>
            </FilterBar>
        </div>
    }
    .into_any()
}

#[component]
fn StatusChip(query: ListQuery) -> impl IntoView {
    let statuses = std::iter::once(Choice::new("", "Any"))
        .chain(Status::ALL.map(|status| Choice::new(status.code(), status.code())))
        .collect();
    let types = std::iter::once(Choice::new("", "Any"))
        .chain(CustomerType::ALL.map(|kind| Choice::new(kind.code(), kind.label())))
        .collect();
    let status = query.status_word().to_owned();
    let type_label = CustomerType::from_code(&query.customer_type).map(CustomerType::label).unwrap_or_default();
    view! {
        <FilterChip label="Status" value=status.clone()>
            <RadioGroup name="status" legend="Status" options=statuses value=status/>
        </FilterChip>
        <FilterChip label="Type" value=type_label>
            <RadioGroup name="type" legend="Type" options=types value=query.customer_type/>
        </FilterChip>
    }
    .into_any()
}

#[component]
fn FlagChips(query: ListQuery) -> impl IntoView {
    let options = || vec![Choice::new("", "Any"), Choice::new("true", "Yes"), Choice::new("false", "No")];
    let word = |value: &str| match value {
        "true" => "Yes",
        "false" => "No",
        _ => "",
    };
    view! {
        <FilterChip label="Enabled" value=word(&query.is_enabled)>
            <RadioGroup name="is_enabled" legend="Enabled" options=options() value=query.is_enabled.clone()/>
        </FilterChip>
        <FilterChip label="Wallet ready" value=word(&query.is_wallet_ready)>
            <RadioGroup name="is_wallet_ready" legend="Wallet ready" options=options() value=query.is_wallet_ready.clone()/>
        </FilterChip>
    }
    .into_any()
}

#[component]
fn Rows(query: ListQuery, model: CustomerList, is_loading: Signal<bool>) -> impl IntoView {
    let columns = model.columns.clone();
    let headers = columns
        .iter()
        .map(|column| {
            let header = Column::new(column.label());
            match query.sorting_of(*column) {
                Some((sorted, href)) => header.sortable(href, sorted),
                None => header,
            }
        })
        .collect();
    let shown = model.rows.len();
    let (previous, next) = query.around(model.next.as_deref());
    let first = if query.cursor.is_empty() { None } else { Some(query.href(routes::CUSTOMERS)) };
    let rows = model
        .rows
        .into_iter()
        .map(|row| {
            let cells = columns.iter().map(|column| cell(*column, &columns, &row)).collect_view();
            view! { <Row>{cells}</Row> }
        })
        .collect_view();
    let summary = match model.total {
        Some(total) => format!("{shown} of {}", grouped(&total.to_string())),
        None => format!("{shown} on this page"),
    };
    view! {
        <Table label="All Customers" columns=headers loading=is_loading>{rows}</Table>
        <Pager summary=summary first=first previous=previous next=next/>
    }
    .into_any()
}

fn cell(column: ColumnKey, columns: &[ColumnKey], row: &ListRow) -> AnyView {
    let row = row.clone();
    let (href, name) = (routes::customer(&row.id), row.name.clone());
    let label = column.label();
    match column {
        ColumnKey::CustomerId => {
            let id = row.id.clone();
            view! { <Cell label=label><Id value=id href=href copy=true/></Cell> }.into_any()
        }
        ColumnKey::CustomerType => view! { <Cell label=label>{row.customer_type.label()}</Cell> }.into_any(),
        ColumnKey::CustomerName if columns.contains(&ColumnKey::CustomerId) => {
            view! { <Cell label=label head=true>{name}</Cell> }.into_any()
        }
        ColumnKey::CustomerName => {
            view! { <Cell label=label head=true><RowLink href=href>{name}</RowLink></Cell> }.into_any()
        }
        ColumnKey::IsActive => view! { <Cell label=label><Flag on=row.is_active/></Cell> }.into_any(),
        ColumnKey::Status => view! {
            <Cell label=label>
                <Badge label=row.status.code().to_owned() tone=status_tone(row.status) pulse=row.status.is_moving()/>
            </Cell>
        }
        .into_any(),
        ColumnKey::IsEnabled => view! { <Cell label=label><Flag on=row.is_enabled/></Cell> }.into_any(),
        ColumnKey::IsWalletReady => view! { <Cell label=label><Flag on=row.is_wallet_ready/></Cell> }.into_any(),
        ColumnKey::CreatedAt => view! { <Cell label=label><Time at=row.created_at/></Cell> }.into_any(),
    }
}

#[component]
fn NoCustomers(may_add: bool) -> impl IntoView {
    let actions = may_add.then(|| add_link().into_any()).into_any();
    view! {
        <EmptyState title="No customers yet" glyph=Glyph::People actions=actions>
            <p>"A customer is a person or a company you hold wallets for. Add one, and the review starts by itself once nothing is missing."</p>
        </EmptyState>
    }
    .into_any()
}

/// Says which filter left nothing.
#[component]
fn NothingFound(query: ListQuery) -> impl IntoView {
    let filters = query.in_words();
    let text = match filters.as_slice() {
        [] => "There is nothing after this page.".to_owned(),
        [one] => format!("No customer matches the filter: {one}."),
        several => format!("No customer matches all of these filters: {}.", several.join("; ")),
    };
    let all = routes::with_query(routes::CUSTOMERS, &[("sort", &query.sort)]);
    let actions = view! { <LinkButton href=all>"Show all customers"</LinkButton> };
    view! {
        <EmptyState title="Nothing found" glyph=Glyph::Search actions=actions.into_any()>
            <p>{text}</p>
        </EmptyState>
    }
    .into_any()
}

/// The way to another list.
fn go_to() -> Callback<String> {
    let navigate = use_navigate();
    Callback::new(move |address: String| {
        navigate(&address, leptos_router::NavigateOptions { scroll: false, ..Default::default() });
    })
}

/// Goes where the filter form leads without loading the page again.
fn go_instead(event: &leptos::ev::SubmitEvent, go: Callback<String>) {
    if let Some(query) = filters_of(event) {
        event.prevent_default();
        crate::ui::browser::close_popovers(None);
        go.run(query.href(routes::CUSTOMERS));
    }
}

/// What the filter form would send; nothing when another form was sent.
#[cfg(feature = "hydrate")]
fn filters_of(event: &leptos::ev::SubmitEvent) -> Option<ListQuery> {
    use wasm_bindgen::JsCast as _;
    let form = event.target()?.dyn_into::<leptos::web_sys::HtmlFormElement>().ok()?;
    let is_filters = form.class_list().contains("filters");
    let data = leptos::web_sys::FormData::new_with_form(&form).ok()?;
    is_filters.then(|| ListQuery::read(|name| data.get(name).as_string()))
}

/// Nobody sends a form on the server.
#[cfg(not(feature = "hydrate"))]
fn filters_of(_event: &leptos::ev::SubmitEvent) -> Option<ListQuery> {
    None
}

/// New rows came with new filters: the controls show these, whatever was touched before.
fn reset_filters() {
    #[cfg(feature = "hydrate")]
    request_animation_frame(|| {
        use wasm_bindgen::JsCast as _;
        let form = document().query_selector("form.filters").ok().flatten();
        if let Some(form) = form.and_then(|form| form.dyn_into::<leptos::web_sys::HtmlFormElement>().ok()) {
            form.reset();
        }
    });
}
