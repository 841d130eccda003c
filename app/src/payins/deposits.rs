//! Every deposit with its outcome and its reason.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    rpc::{deposit_page, deposits_page},
    view::{DepositLine, DepositsQuery, DepositsView},
};
use crate::{
    page::{Again, Title, page, parameter_of},
    paging::Paging,
    routes,
    transactions::{FollowNewest, given},
    ui::{
        Align, Badge, Banner, Card, Cell, Choice, Column, Crumb, EmptyState, Fact, Facts, FactsLayout, FilterBar,
        FilterChip, Glyph, Id, LinkButton, Nothing, PageHeader, Pager, RadioGroup, Row, Stack, Table, Time, Tone,
    },
};

#[component]
pub fn DepositsPage() -> impl IntoView {
    let address = use_query_map();
    let query = Memo::new(move |_| {
        let address = address.read();
        let get = |name| address.get(name).unwrap_or_default();
        DepositsQuery {
            status: get("status"),
            customer_id: get("customer_id"),
            cursor: get("cursor"),
            trail: get("trail"),
        }
    });
    view! {
        <Title text="Deposits"/>
        <PageHeader title="Deposits"/>
        {page(move || query.get(), deposits_page, move |model, again| listing(query.get_untracked(), model, again))}
    }
    .into_any()
}

fn listing(query: DepositsQuery, model: DepositsView, again: Again) -> AnyView {
    let filters = query.filters();
    let paging = Paging { path: routes::DEPOSITS, filters: &filters, cursor: &query.cursor, trail: &query.trail };
    let (previous, next) = (paging.previous(), paging.next(model.next.as_deref()));
    let is_filtered = filters.iter().any(|(_, value)| !value.is_empty());
    let clear = is_filtered.then(|| routes::DEPOSITS.to_owned());
    let hidden =
        if query.customer_id.is_empty() { vec![] } else { vec![("customer_id".to_owned(), query.customer_id.clone())] };
    let statuses = std::iter::once(Choice::new("", "Any"))
        .chain(model.statuses.iter().map(|code| Choice::new(code, code)))
        .collect();
    let follow =
        query.cursor.is_empty().then(|| view! { <FollowNewest wallet_id="" newest=model.newest again=again/> });
    let count = model.rows.len();
    let table = if count == 0 {
        nothing(is_filtered || !query.cursor.is_empty())
    } else {
        view! {
            <DepositTable rows=model.rows/>
            <Pager summary=format!("{count} on this page, newest first") previous=previous next=next/>
        }
        .into_any()
    };
    view! {
        <Stack>
            <FilterBar action=routes::DEPOSITS hidden=hidden clear_href=clear>
                <FilterChip label="Status" value=query.status.clone()>
                    <RadioGroup name="status" legend="Status" options=statuses value=query.status/>
                </FilterChip>
            </FilterBar>
            {table}
        </Stack>
        {follow}
    }
    .into_any()
}

fn nothing(is_filtered: bool) -> AnyView {
    if is_filtered {
        let clear = view! { <LinkButton href=routes::DEPOSITS>"Clear filters"</LinkButton> }.into_any();
        return view! {
            <EmptyState title="No deposit fits" glyph=Glyph::Filter actions=clear>"No deposit has this status and customer."</EmptyState>
        }
        .into_any();
    }
    view! {
        <EmptyState title="No deposits yet" glyph=Glyph::Inbox>
            "Every payment that the bank tells of stands here, with what became of it: credited to a wallet, held because no account was found, or rejected with the reason."
        </EmptyState>
    }
    .into_any()
}

#[component]
fn DepositTable(rows: Vec<DepositLine>) -> impl IntoView {
    let columns = vec![
        Column::new("Deposit ID"),
        Column::new("Status"),
        Column::figures("Amount"),
        Column::new("Customer"),
        Column::new("Sender"),
        Column::new("Reference"),
        Column::new("Reason"),
        Column::new("Received At"),
    ];
    let rows = rows.into_iter().map(|line| view! { <Line line/> }).collect_view();
    view! { <Table label="Deposits" columns=columns>{rows}</Table> }.into_any()
}

#[component]
fn Line(line: DepositLine) -> impl IntoView {
    let customer = customer(line.customer_id, line.customer, line.account);
    let reason = match line.reason {
        Some(reason) => reason.into_any(),
        None => view! { <Nothing/> }.into_any(),
    };
    view! {
        <Row>
            <Cell label="Deposit ID"><Id value=line.id.clone() href=routes::deposit(&line.id) copy=true/></Cell>
            <Cell label="Status"><Badge label=line.status.clone() tone=tone(&line.status)/></Cell>
            <Cell label="Amount" align=Align::End>{line.amount.show()}</Cell>
            <Cell label="Customer" head=true>{customer}</Cell>
            <Cell label="Sender">{given(line.sender, false)}</Cell>
            <Cell label="Reference">{given(line.reference, false)}</Cell>
            <Cell label="Reason">{reason}</Cell>
            <Cell label="Received At"><Time at=line.received_at/></Cell>
        </Row>
    }
    .into_any()
}

/// Whose account was paid; the number itself where nobody has it.
fn customer(id: Option<String>, name: Option<String>, account: Option<String>) -> AnyView {
    match (id, name, account) {
        (Some(id), Some(name), _) => view! { <a href=routes::customer(&id)>{name}</a> }.into_any(),
        (Some(id), None, _) => view! { <Id value=id/> }.into_any(),
        (None, _, Some(account)) => view! { "Unknown: " <span class="figures">{account}</span> }.into_any(),
        _ => view! { <Nothing/> }.into_any(),
    }
}

#[component]
pub fn DepositPage() -> impl IntoView {
    page(parameter_of("id"), deposit_page, |model, _| one(model))
}

fn one(deposit: DepositLine) -> AnyView {
    let link = |id: Option<String>, href: fn(&str) -> String| match id {
        Some(id) => {
            let href = href(&id);
            view! { <a href=href><span class="figures">{id}</span></a> }.into_any()
        }
        None => view! { <Nothing/> }.into_any(),
    };
    let reason = deposit.reason.map(|reason| view! { <Banner tone=tone(&deposit.status)>{reason}</Banner> });
    let badge = view! { <Badge label=deposit.status.clone() tone=tone(&deposit.status)/> };
    view! {
        <Title text=format!("{} deposit of {}", deposit.status, deposit.amount.text())/>
        <PageHeader title="Deposit" crumbs=vec![Crumb::new("Deposits", routes::DEPOSITS)] badge=badge.into_any()/>
        <Stack>
            {reason}
            <Card>
                <p>{deposit.amount.show_large()}</p>
                <Facts layout=FactsLayout::Strip>
                    <Fact term="Customer">{customer(deposit.customer_id, deposit.customer, deposit.account)}</Fact>
                    <Fact term="Received At"><Time at=deposit.received_at/></Fact>
                    <Fact term="Deposit ID"><Id value=deposit.id copy=true/></Fact>
                </Facts>
            </Card>
            <Card title="Sender" note="As the bank told it">
                <Facts>
                    <Fact term="Sender">{given(deposit.sender, false)}</Fact>
                    <Fact term="Sender Account">{given(deposit.sender_account, true)}</Fact>
                    <Fact term="Reference">{given(deposit.reference, false)}</Fact>
                    <Fact term="Bank Reference"><span class="figures">{deposit.bank_reference}</span></Fact>
                    <Fact term="Rail">{deposit.rail}</Fact>
                </Facts>
            </Card>
            <Card title="Where it went">
                <Facts>
                    <Fact term="Wallet">{link(deposit.wallet_id, routes::wallet)}</Fact>
                    <Fact term="Wallet transaction">{link(deposit.wallet_transaction_id, routes::transaction)}</Fact>
                    {deposit.returned.map(|text| view! { <Fact term="Return">{text}</Fact> })}
                </Facts>
            </Card>
        </Stack>
    }
    .into_any()
}

fn tone(status: &str) -> Tone {
    match status {
        "CREDITED" => Tone::Positive,
        "HELD" => Tone::Caution,
        "REJECTED" | "RETURN_FAILED" => Tone::Critical,
        "RETURN_PENDING" => Tone::Info,
        _ => Tone::Neutral,
    }
}
