//! The overview page.

use leptos::prelude::*;

use super::{
    rpc::overview_page,
    view::{MoneyIn, OverviewView, StatusCount},
};
use crate::{
    page::{Title, page},
    routes,
    session::Viewer,
    sum::Sum,
    ui::{
        Banner, Bar, BarChart, ButtonVariant, Card, CopyButton, EmptyState, Glyph, Icon, LinkButton, PageHeader, Stack,
        StatRow, StatTile, Tone, format,
    },
};

#[component]
pub fn OverviewPage() -> impl IntoView {
    let viewer = Viewer::here();
    view! {
        <Title text="Overview"/>
        <PageHeader title="Overview"/>
        {page(|| (), |()| overview_page(), move |model, _| overview(model, viewer.clone()))}
    }
    .into_any()
}

fn overview(model: OverviewView, viewer: Viewer) -> AnyView {
    let is_empty = model.counts.iter().all(|count| count.count == 0);
    let can_begin = is_empty && viewer.may_edit && viewer.customer_creation;
    view! {
        <Stack>
            {(!viewer.customer_creation).then(|| view! { <CreationOff organisation_id=viewer.organisation_id.clone()/> })}
            {can_begin.then(|| view! { <Begin/> })}
            <Customers counts=model.counts.clone()/>
            {(!model.balances.is_empty()).then(|| view! { <Balances balances=model.balances/> })}
            <div class="overview-columns">
                <MoneyInCard charts=model.charts/>
                <Attention counts=model.counts held=model.held return_failed=model.return_failed/>
            </div>
        </Stack>
    }
    .into_any()
}

/// Creating customers is switched off: says whom to ask, and what to quote.
#[component]
pub fn CreationOff(organisation_id: String) -> impl IntoView {
    view! {
        <Banner tone=Tone::Info title="Creating customers is off for your organisation">
            "Ask the operator of this installation to switch it on, and quote the organisation id "
            <span class="quote-id"><span class="figures">{organisation_id.clone()}</span>
                <CopyButton text=organisation_id label="Copy organisation id" compact=true/></span>
        </Banner>
    }
    .into_any()
}

#[component]
fn Begin() -> impl IntoView {
    let add = view! {
        <LinkButton href=routes::CUSTOMERS_NEW variant=ButtonVariant::Primary icon=Glyph::Plus>"Add New Customer"</LinkButton>
    };
    view! {
        <EmptyState title="Begin with a customer" glyph=Glyph::People actions=add.into_any()>
            "Add a customer with their documents. Once they are approved, issue them a wallet: it comes with account details to hand out, and money that arrives shows here."
        </EmptyState>
    }
    .into_any()
}

#[component]
fn Customers(counts: Vec<StatusCount>) -> impl IntoView {
    let tiles = counts
        .into_iter()
        .map(|StatusCount { status, count }| {
            let href = routes::customers_of_status(&status);
            let note = meaning(&status);
            view! { <StatTile label=status href=href note=note>{format::grouped(&count.to_string())}</StatTile> }
        })
        .collect_view();
    view! {
        <section aria-labelledby="customers-by-status">
            <h2 id="customers-by-status" class="section-title">"Customers"</h2>
            <StatRow>{tiles}</StatRow>
        </section>
    }
    .into_any()
}

fn meaning(status: &str) -> &'static str {
    match status {
        "PENDING_INFO" => "Something is missing",
        "UNDER_REVIEW" => "Being reviewed",
        "APPROVED" => "Allowed all operations",
        _ => "Restricted from any operation",
    }
}

#[component]
fn Balances(balances: Vec<Sum>) -> impl IntoView {
    let tiles = balances
        .into_iter()
        .map(|sum| {
            let href = routes::with_query(routes::WALLETS, &[("currency", &sum.currency)]);
            view! { <StatTile label=format!("{} in wallets", sum.currency) href=href>{sum.show()}</StatTile> }
        })
        .collect_view();
    view! {
        <section aria-labelledby="balances">
            <h2 id="balances" class="section-title">"Balances"</h2>
            <StatRow>{tiles}</StatRow>
        </section>
    }
    .into_any()
}

#[component]
fn MoneyInCard(charts: Vec<MoneyIn>) -> impl IntoView {
    let charts = if charts.is_empty() {
        view! { <p class="quiet">"No money came in during the last 14 days."</p> }.into_any()
    } else {
        charts.into_iter().map(chart).collect_view().into_any()
    };
    view! { <Card title="Money in by day" note="The last 14 days, in UTC"><div class="charts">{charts}</div></Card> }
        .into_any()
}

fn chart(money_in: MoneyIn) -> AnyView {
    let bars = money_in
        .days
        .into_iter()
        .map(|day| Bar {
            value: u64::try_from(day.sum.minor).unwrap_or(0),
            text: format!("{} in {}", day.sum.text(), deposits(day.deposits)),
            short: String::new(),
            tick: day.label.split(' ').next().unwrap_or_default().to_owned(),
            label: day.label,
        })
        .collect::<Vec<_>>();
    view! { <BarChart title=money_in.title label_head="Day" value_head="Money in" bars=bars/> }.into_any()
}

fn deposits(count: i64) -> String {
    if count == 1 { "1 deposit".to_owned() } else { format!("{count} deposits") }
}

/// What somebody should look at, with the way there.
#[component]
fn Attention(counts: Vec<StatusCount>, held: i64, return_failed: i64) -> impl IntoView {
    let of = |status: &str| counts.iter().find(|count| count.status == status).map_or(0, |count| count.count);
    let items: Vec<_> = [
        (
            of("PENDING_INFO"),
            "with something missing",
            "Add what is missing to make them wallet ready.",
            routes::customers_of_status("PENDING_INFO"),
            true,
        ),
        (
            of("UNDER_REVIEW"),
            "under review",
            "Usually decided within a minute; what stays waits for the operator.",
            routes::customers_of_status("UNDER_REVIEW"),
            true,
        ),
        (
            held,
            "held",
            "No account was found for them. The operator matches or returns them.",
            routes::deposits_of_status("HELD"),
            false,
        ),
        (
            return_failed,
            "not returned",
            "Their senders could not be paid back. Tell the operator where the money should go.",
            routes::deposits_of_status("RETURN_FAILED"),
            false,
        ),
    ]
    .into_iter()
    .filter(|(count, ..)| *count > 0)
    .map(|(count, what, todo, href, are_customers)| {
        let title = format!("{} {what}", counted(count, are_customers));
        view! {
            <li class="attention-item">
                <Icon glyph=if are_customers { Glyph::People } else { Glyph::Inbox }/>
                <div>
                    <a href=href>{title}</a>
                    <p>{todo}</p>
                </div>
            </li>
        }
    })
    .collect();
    let content = if items.is_empty() {
        view! { <p class="quiet">"Nothing waits for anybody."</p> }.into_any()
    } else {
        view! { <ul class="attention">{items}</ul> }.into_any()
    };
    view! { <Card title="Needs attention">{content}</Card> }.into_any()
}

/// Deposits are counted up to 99.
fn counted(count: i64, are_customers: bool) -> String {
    let figure = format::grouped(&count.to_string());
    match (are_customers, count) {
        (true, 1) => "1 customer".to_owned(),
        (true, _) => format!("{figure} customers"),
        (false, 1) => "1 deposit".to_owned(),
        (false, 99..) => format!("{figure} or more deposits"),
        (false, _) => format!("{figure} deposits"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_words_for_people() {
        assert_eq!(counted(1, true), "1 customer");
        assert_eq!(counted(1_204, true), "1,204 customers");
        assert_eq!(counted(99, false), "99 or more deposits");
    }
}
