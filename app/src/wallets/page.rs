//! One wallet: its balance, the account details to hand out, and its money as it comes in.

use leptos::prelude::*;

use super::{
    account::AccountCard,
    rpc::{SimulateDeposit, wallet_page},
    simulate::SimulateCard,
    view::{WalletLine, WalletView},
};
use crate::{
    page::{Again, Title, page, parameter_of, query_of},
    routes,
    session::Viewer,
    sum::Sum,
    transactions::{FollowNewest, TransactionTable},
    ui::{
        Banner, Card, Crumb, EmptyState, Fact, Facts, FactsLayout, FieldProblem, Glyph, Id, LinkButton, PageHeader,
        Stack, Tag, Time, Toast, Toasts, Tone,
    },
};

#[component]
pub fn WalletPage() -> impl IntoView {
    let (id, draft) = (parameter_of("id"), query_of("draft"));
    let viewer = Viewer::here();
    let can_simulate = viewer.is_sandbox && viewer.may_edit;
    let action = ServerAction::<SimulateDeposit>::new();
    page(
        move || (id(), draft()),
        |(id, draft)| wallet_page(id, draft),
        move |model, again| wallet(model, action, can_simulate, again),
    )
}

fn wallet(model: WalletView, action: ServerAction<SimulateDeposit>, can_simulate: bool, again: Again) -> AnyView {
    let line = model.wallet;
    let id = line.id.clone();
    let currency = line.ledger.currency.clone();
    let has_accounts = !model.accounts.is_empty();
    let accounts = model
        .accounts
        .into_iter()
        .map(|account| view! { <AccountCard account currency=currency.clone()/> })
        .collect_view();
    let before: Vec<FieldProblem> = model.problems.into_iter().map(Into::into).collect();
    let simulate = (can_simulate && has_accounts).then(|| {
        view! { <SimulateCard wallet_id=id.clone() currency=currency.clone() action=action typed=model.typed before=before/> }
    });
    let all = model
        .has_more
        .then(|| view! { <LinkButton href=routes::transactions_of_wallet(&id)>"Show all"</LinkButton> }.into_any());
    let statement = routes::wallet_statement(&id);
    let transactions = model.transactions;
    let table = if transactions.is_empty() {
        view! {
            <EmptyState title="No money yet" glyph=Glyph::Inbox>
                "Give a payer the account details. What they send shows here by itself, with who sent it."
            </EmptyState>
        }
        .into_any()
    } else {
        view! { <TransactionTable rows=transactions label="Transactions of this wallet"/> }.into_any()
    };
    view! {
        <Head line=line.clone()/>
        <Stack>
            <div class="wallet">
                <Balance line/>
                <div class="wallet-accounts">{accounts}</div>
                {simulate}
            </div>
            <Card title="Transactions" flush=true actions=all.unwrap_or_else(|| ().into_any())>
                {table}
            </Card>
            <Card title="Statement" note="Days in UTC. Left empty: from the wallet's first day, to now.">
                // As one text: the script has nothing to do here, so it need not know the controls.
                <form class="statement" method="get" action=statement inner_html="<label class=\"field-label\">From <input class=\"input figures\" type=\"date\" name=\"from\" min=\"1600-01-01\" max=\"9999-12-31\"></label><label class=\"field-label\">To <input class=\"input figures\" type=\"date\" name=\"to\" min=\"1600-01-01\" max=\"9999-12-31\"></label><label class=\"field-label\">Format <select class=\"input\" name=\"format\"><option value=\"pdf\">PDF</option><option value=\"csv\">CSV</option><option value=\"xlsx\">XLSX</option><option value=\"xml\">camt.053</option></select></label><button class=\"button\" data-variant=\"secondary\">Download statement</button>"></form>
            </Card>
        </Stack>
        <FollowNewest wallet_id=id newest=model.newest again=again/>
        <TellOutcome action again/>
    }
    .into_any()
}

#[component]
fn Head(line: WalletLine) -> impl IntoView {
    let currency = line.ledger.currency.clone();
    let title =
        if line.owner.is_empty() { format!("{currency} wallet") } else { format!("{} · {currency}", line.owner) };
    let badge = line.customer_id.is_none().then(|| view! { <Tag label="Organisation"/> }.into_any());
    view! {
        <Title text=format!("{title} · Wallet")/>
        <PageHeader title=title crumbs=vec![Crumb::new("Wallets", routes::WALLETS)] badge=badge.unwrap_or_else(|| ().into_any())/>
    }
    .into_any()
}

#[component]
fn Balance(line: WalletLine) -> impl IntoView {
    let customer = line.customer_id.map(|id| {
        view! { <Fact term="Customer"><a href=routes::customer(&id)>{line.owner}</a></Fact> }
    });
    let overdrawn = (line.available.minor < 0).then(|| {
        view! { <Banner tone=Tone::Caution>"A bank took back more than was here. What comes in makes it good first."</Banner> }
    });
    view! {
        <Card>
            {overdrawn}
            <div class="balance" data-name="balance">
                <p class="balance-label">"Balance"</p>
                <p class="balance-figure">{line.ledger.show_large()}</p>
            </div>
            <Facts layout=FactsLayout::Strip>
                <Fact term="Available">{line.available.show()}</Fact>
                {customer}
                <Fact term="Wallet ID"><Id value=line.id copy=true/></Fact>
                <Fact term="Created At"><Time at=line.created_at/></Fact>
            </Facts>
        </Card>
    }
    .into_any()
}

/// Says what became of play money, and shows it.
#[component]
fn TellOutcome(action: ServerAction<SimulateDeposit>, again: Again) -> impl IntoView {
    let toasts = Toasts::here();
    let value = action.value();
    let version = action.version();
    Effect::new(move |told: Option<usize>| {
        let version = version.get();
        if told.is_some_and(|told| told != version)
            && let (Some(Ok((amount, status))), Some(toasts)) = (value.get_untracked(), toasts)
        {
            toasts.show(outcome(&amount, &status));
            again.run(());
        }
        version
    });
    ().into_any()
}

fn outcome(amount: &Sum, status: &str) -> Toast {
    match status {
        "CREDITED" => Toast::done(format!("{} credited", amount.text())),
        "HELD" => Toast::failed(format!("{} is held: see Deposits", amount.text())),
        _ => Toast::failed(format!("{} was rejected: see Deposits", amount.text())),
    }
}
