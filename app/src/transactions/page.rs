//! The pages: all movements, and one.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    follow::FollowNewest,
    rpc::{transaction_page, transactions_page},
    table::{KindBadge, TransactionTable, given, signed},
    view::{TransactionLine, TransactionsQuery, TransactionsView},
};
use crate::{
    page::{Again, Title, page, parameter_of},
    paging::Paging,
    routes,
    ui::{
        ButtonSize, Card, Choice, Crumb, EmptyState, ErrorSummary, Fact, Facts, FactsLayout, Field, FieldProblem,
        FilterBar, FilterChip, FilterSearch, Glyph, Id, InputKind, LinkButton, Nothing, PageHeader, Pager, RadioGroup,
        Stack, TextField, Time, date_field::day_or_nothing, format,
    },
};

#[component]
pub fn TransactionsPage() -> impl IntoView {
    let address = use_query_map();
    let query = Memo::new(move |_| TransactionsQuery::of(&address.read()));
    view! {
        <Title text="Wallet Transactions"/>
        <PageHeader title="Wallet Transactions"/>
        {page(move || query.get(), transactions_page, move |model, again| listing(query.get_untracked(), model, again))}
    }
    .into_any()
}

fn listing(query: TransactionsQuery, model: TransactionsView, again: Again) -> AnyView {
    let filters = query.filters();
    let paging = Paging { path: routes::TRANSACTIONS, filters: &filters, cursor: &query.cursor, trail: &query.trail };
    let (previous, next) = (paging.previous(), paging.next(model.next.as_deref()));
    let problems: Vec<FieldProblem> = model.problems.iter().cloned().map(Into::into).collect();
    // A page further back shows what was: only the first one follows.
    let follow = query.cursor.is_empty().then(|| {
        view! { <FollowNewest wallet_id=query.wallet_id.clone() newest=model.newest.clone() again=again/> }
    });
    let rows = model.rows.clone();
    let count = rows.len();
    let table = if rows.is_empty() {
        nothing(&query)
    } else {
        view! {
            <TransactionTable rows=rows label="Wallet Transactions"/>
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
        {follow}
    }
    .into_any()
}

fn nothing(query: &TransactionsQuery) -> AnyView {
    if query.is_filtered() || !query.cursor.is_empty() {
        let set: Vec<&str> =
            query.filters().iter().filter(|(_, value)| !value.is_empty()).map(|(name, _)| word(name)).collect();
        let clear = view! { <LinkButton href=routes::TRANSACTIONS>"Clear filters"</LinkButton> }.into_any();
        return view! {
            <EmptyState title="No transaction fits" glyph=Glyph::Filter actions=clear>
                {format!("Nothing was found for this choice of {}.", set.join(", "))}
            </EmptyState>
        }
        .into_any();
    }
    let wallets = view! { <LinkButton href=routes::WALLETS>"Open wallets"</LinkButton> }.into_any();
    view! {
        <EmptyState title="No transactions yet" glyph=Glyph::Swap actions=wallets>
            "Every movement of money on a wallet stands here, with who sent it. The first comes with the first deposit: give a payer the account details of a wallet."
        </EmptyState>
    }
    .into_any()
}

fn word(filter: &str) -> &'static str {
    match filter {
        "wallet_id" => "wallet",
        "customer_id" => "customer",
        "type" => "type",
        "source" => "source",
        "currency" => "currency",
        "amount_min" | "amount_max" => "amount",
        "from" | "to" => "days",
        _ => "words",
    }
}

#[component]
fn Filters(query: TransactionsQuery, model: TransactionsView) -> impl IntoView {
    let export = routes::with_query(routes::TRANSACTIONS_CSV, &query.filters());
    let tools = view! { <LinkButton href=export size=ButtonSize::Small icon=Glyph::Download attr:rel="external" attr:download="">"Export CSV"</LinkButton> };
    // The two that come by a link from elsewhere have no control of their own, and stay.
    let hidden = [("wallet_id", &query.wallet_id), ("customer_id", &query.customer_id)]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .collect();
    let clear = query.is_filtered().then(|| routes::TRANSACTIONS.to_owned());
    let kinds = any_of(model.kinds.iter().map(|kind| Choice::new(kind, kind)));
    let sources = any_of(model.sources.iter().map(|(code, label)| Choice::new(code, label)));
    let source_label = model
        .sources
        .iter()
        .find(|(code, _)| *code == query.source)
        .map(|(_, label)| label.clone())
        .unwrap_or_default();
    let currencies = any_of(model.currencies.iter().map(|code| Choice::new(code, code)));
    let only = match (model.customer, query.customer_id.is_empty(), query.wallet_id.is_empty()) {
        (Some(name), ..) => Some(format!("Only {name}")),
        (None, false, _) => Some("Only one customer".to_owned()),
        (None, true, false) => Some("Only one wallet".to_owned()),
        _ => None,
    };
    let amount = range(&query.amount_min, &query.amount_max);
    let days = range(&query.from, &query.to);
    view! {
        <FilterBar action=routes::TRANSACTIONS hidden=hidden clear_href=clear tools=tools.into_any()>
            <FilterSearch label="Search by sender, account or reference" value=query.q/>
            {only.map(|only| view! { <span class="tag">{only}</span> })}
            <FilterChip label="Type" value=query.kind.clone()>
                <RadioGroup name="type" legend="Type" options=kinds value=query.kind/>
            </FilterChip>
            <FilterChip label="Source" value=source_label>
                <RadioGroup name="source" legend="Source" options=sources value=query.source/>
            </FilterChip>
            <FilterChip label="Currency" value=query.currency.clone()>
                <RadioGroup name="currency" legend="Currency" options=currencies value=query.currency/>
            </FilterChip>
            <FilterChip label="Amount" value=amount>
                <TextField name="amount_min" label="At least" kind=InputKind::Decimal value=query.amount_min/>
                <TextField name="amount_max" label="At most" kind=InputKind::Decimal value=query.amount_max/>
            </FilterChip>
            <FilterChip label="Created" value=days>
                <DayField name="from" label="First day" value=query.from/>
                <DayField name="to" label="Last day" value=query.to/>
            </FilterChip>
        </FilterBar>
    }
    .into_any()
}

#[component]
fn DayField(name: &'static str, label: &'static str, value: String) -> impl IntoView {
    view! {
        <Field name=name label=label>
            <input class="input" type="date" id=name name=name value=day_or_nothing(value)/>
        </Field>
    }
}

fn any_of(choices: impl Iterator<Item = Choice>) -> Vec<Choice> {
    std::iter::once(Choice::new("", "Any")).chain(choices).collect()
}

/// Two ends in words: `12.50 to 99`, `from 12.50`, `up to 99`.
fn range(low: &str, high: &str) -> String {
    match (low.is_empty(), high.is_empty()) {
        (true, true) => String::new(),
        (false, true) => format!("from {low}"),
        (true, false) => format!("up to {high}"),
        (false, false) => format!("{low} to {high}"),
    }
}

#[component]
pub fn TransactionPage() -> impl IntoView {
    let id = parameter_of("id");
    page(id, transaction_page, |model, _| one(model))
}

fn one(line: TransactionLine) -> AnyView {
    let (front, _, back) = format::shortened(&line.id);
    let title = format!("{} {front}…{back}", line.kind);
    let amount = signed(&line.kind, &line.amount);
    let customer = match (line.customer, line.customer_id) {
        (Some(name), Some(id)) => view! { <a href=routes::customer(&id)>{name}</a> }.into_any(),
        _ => view! { <Nothing/> }.into_any(),
    };
    let crumbs = vec![Crumb::new("Wallet Transactions", routes::TRANSACTIONS)];
    view! {
        <Title text=title/>
        <PageHeader title="Wallet transaction" crumbs=crumbs badge=view! { <KindBadge kind=line.kind/> }.into_any()/>
        <Stack>
            <Card>
                <p>{amount.show_large()}</p>
                <Facts layout=FactsLayout::Strip>
                    <Fact term="Balance After">{line.balance_after.show()}</Fact>
                    <Fact term="Customer">{customer}</Fact>
                    <Fact term="Created At"><Time at=line.created_at/></Fact>
                </Facts>
            </Card>
            <Card title="Sender" note="As the bank told it">
                <Facts>
                    <Fact term="Sender">{given(line.sender, false)}</Fact>
                    <Fact term="Sender Account">{given(line.sender_account, true)}</Fact>
                    <Fact term="Reference">{given(line.reference, false)}</Fact>
                </Facts>
            </Card>
            <Card title="Where it stands">
                <Facts>
                    <Fact term="Transaction ID"><Id value=line.id full=true copy=true/></Fact>
                    <Fact term="Wallet"><a href=routes::wallet(&line.wallet_id)><span class="figures">{line.wallet_id.clone()}</span></a></Fact>
                    <Fact term="Source">{line.source}</Fact>
                    <Fact term="Source ID"><Id value=line.source_id full=true copy=true/></Fact>
                </Facts>
            </Card>
        </Stack>
    }
    .into_any()
}
