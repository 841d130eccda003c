//! All wallets, with their balances.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    rpc::wallets_page,
    view::{WalletLine, WalletsQuery, WalletsView},
};
use crate::{
    page::{Title, page},
    paging::Paging,
    routes,
    session::Viewer,
    ui::{
        Align, ButtonVariant, Cell, Choice, Column, EmptyState, ErrorSummary, FieldProblem, FilterBar, FilterChip,
        Glyph, Id, LinkButton, PageHeader, Pager, RadioGroup, Row, Stack, Table, Tag, Time,
    },
};

#[component]
pub fn WalletsPage() -> impl IntoView {
    let address = use_query_map();
    let query = Memo::new(move |_| WalletsQuery::of(&address.read()));
    let actions = Viewer::here().may_edit.then(|| {
        view! { <LinkButton href=routes::WALLETS_NEW variant=ButtonVariant::Primary icon=Glyph::Plus>"Issue wallet"</LinkButton> }
            .into_any()
    });
    view! {
        <Title text="Wallets"/>
        <PageHeader title="Wallets" actions=actions.unwrap_or_else(|| ().into_any())/>
        {page(move || query.get(), wallets_page, move |model, _| listing(query.get_untracked(), model))}
    }
    .into_any()
}

fn listing(query: WalletsQuery, model: WalletsView) -> AnyView {
    let filters = query.filters();
    let paging = Paging { path: routes::WALLETS, filters: &filters, cursor: &query.cursor, trail: &query.trail };
    let (previous, next) = (paging.previous(), paging.next(model.next.as_deref()));
    let problems: Vec<FieldProblem> = model.problems.iter().cloned().map(Into::into).collect();
    let count = model.rows.len();
    let is_filtered = query.is_filtered() || !query.cursor.is_empty();
    let rows = model.rows.clone();
    let table = if rows.is_empty() {
        nothing(is_filtered)
    } else {
        view! {
            <WalletTable rows=rows/>
            <Pager summary=format!("{count} on this page, newest first") previous=previous next=next/>
        }
        .into_any()
    };
    view! {
        <Stack>
            <ErrorSummary problems=Signal::stored(problems)/>
            <Filters query=query model=model/>
            {table}
        </Stack>
    }
    .into_any()
}

fn nothing(is_filtered: bool) -> AnyView {
    if is_filtered {
        let clear = view! { <LinkButton href=routes::WALLETS>"Clear filters"</LinkButton> }.into_any();
        return view! {
            <EmptyState title="No wallet fits" glyph=Glyph::Filter actions=clear>"No wallet has this currency, kind and customer."</EmptyState>
        }
        .into_any();
    }
    let customers = view! { <LinkButton href=routes::CUSTOMERS>"Open customers"</LinkButton> }.into_any();
    view! {
        <EmptyState title="No wallets yet" glyph=Glyph::Wallet actions=customers>
            "A wallet holds one customer's money in one currency, and comes with a bank account number to hand out. Issue the first to a customer that is wallet ready, active and enabled."
        </EmptyState>
    }
    .into_any()
}

#[component]
fn Filters(query: WalletsQuery, model: WalletsView) -> impl IntoView {
    let hidden =
        if query.customer_id.is_empty() { vec![] } else { vec![("customer_id".to_owned(), query.customer_id.clone())] };
    let clear = query.is_filtered().then(|| routes::WALLETS.to_owned());
    let any = || std::iter::once(Choice::new("", "Any"));
    let currencies = any().chain(model.currencies.iter().map(|code| Choice::new(code, code))).collect();
    let kinds = [("customer", "Customers' own"), ("payin", "Payin"), ("fees", "Fees")];
    let kind = kinds.iter().find(|(code, _)| *code == query.kind).map(|(_, label)| *label).unwrap_or_default();
    let kinds = any().chain(kinds.iter().map(|(code, label)| Choice::new(*code, *label))).collect();
    let only = match (model.customer, query.customer_id.is_empty()) {
        (Some(name), _) => Some(format!("Only {name}")),
        (None, false) => Some("Only one customer".to_owned()),
        _ => None,
    };
    view! {
        <FilterBar action=routes::WALLETS hidden=hidden clear_href=clear>
            {only.map(|only| view! { <Tag label=only/> })}
            <FilterChip label="Currency" value=query.currency.clone()>
                <RadioGroup name="currency" legend="Currency" options=currencies value=query.currency/>
            </FilterChip>
            <FilterChip label="Kind" value=kind>
                <RadioGroup name="kind" legend="Kind" options=kinds value=query.kind/>
            </FilterChip>
        </FilterBar>
    }
    .into_any()
}

#[component]
fn WalletTable(rows: Vec<WalletLine>) -> impl IntoView {
    let columns = vec![
        Column::new("Wallet ID"),
        Column::new("Customer"),
        Column::figures("Balance"),
        Column::figures("Available"),
        Column::new("Created At"),
    ];
    let rows = rows
        .into_iter()
        .map(|wallet| {
            let owner = match wallet.customer_id {
                Some(id) => view! { <a href=routes::customer(&id)>{wallet.owner}</a> }.into_any(),
                None => view! { {wallet.owner} " " <Tag label="Organisation"/> }.into_any(),
            };
            view! {
                <Row>
                    <Cell label="Wallet ID"><Id value=wallet.id.clone() href=routes::wallet(&wallet.id) copy=true/></Cell>
                    <Cell label="Customer" head=true>{owner}</Cell>
                    <Cell label="Balance" align=Align::End>{wallet.ledger.show()}</Cell>
                    <Cell label="Available" align=Align::End>{wallet.available.show()}</Cell>
                    <Cell label="Created At"><Time at=wallet.created_at/></Cell>
                </Row>
            }
        })
        .collect_view();
    view! { <Table label="Wallets" columns=columns>{rows}</Table> }.into_any()
}
