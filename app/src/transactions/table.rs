//! The table of movements: on its own page and on a wallet's.

use leptos::prelude::*;

use super::view::TransactionLine;
use crate::{
    routes,
    ui::{Align, Badge, Cell, Column, Glyph, Id, Nothing, Row, Table, Time, Tone},
};

/// Movements, newest first, in the columns that the contract names.
#[component]
pub fn TransactionTable(rows: Vec<TransactionLine>, #[prop(into)] label: String) -> impl IntoView {
    let columns = vec![
        Column::new("Transaction ID"),
        Column::new("Customer"),
        Column::new("Type"),
        Column::figures("Amount"),
        Column::figures("Balance After"),
        Column::new("Sender"),
        Column::new("Sender Account"),
        Column::new("Reference"),
        Column::new("Created At"),
    ];
    let rows = rows.into_iter().map(|line| view! { <Line line/> }).collect_view();
    view! { <Table label=label columns=columns>{rows}</Table> }.into_any()
}

#[component]
fn Line(line: TransactionLine) -> impl IntoView {
    let customer = match (line.customer, line.customer_id) {
        (Some(name), Some(id)) => view! { <a href=routes::customer(&id)>{name}</a> }.into_any(),
        (Some(name), None) => name.into_any(),
        _ => view! { <Nothing/> }.into_any(),
    };
    let amount = signed(&line.kind, &line.amount).show_movement();
    let balance_after = line.balance_after.show();
    view! {
        <Row>
            <Cell label="Transaction ID"><Id value=line.id.clone() href=routes::transaction(&line.id) copy=true/></Cell>
            <Cell label="Customer" head=true>{customer}</Cell>
            <Cell label="Type"><KindBadge kind=line.kind/></Cell>
            <Cell label="Amount" align=Align::End>{amount}</Cell>
            <Cell label="Balance After" align=Align::End>{balance_after}</Cell>
            <Cell label="Sender">{given(line.sender, false)}</Cell>
            <Cell label="Sender Account">{given(line.sender_account, true)}</Cell>
            <Cell label="Reference">{given(line.reference, false)}</Cell>
            <Cell label="Created At"><Time at=line.created_at/></Cell>
        </Row>
    }
    .into_any()
}

/// What a movement did, in its exact word.
#[component]
pub fn KindBadge(#[prop(into)] kind: String) -> impl IntoView {
    let (tone, glyph) = match kind.as_str() {
        "CREDIT" => (Tone::Neutral, Glyph::ArrowDown),
        "DEBIT" => (Tone::Neutral, Glyph::ArrowUp),
        "RESERVE" => (Tone::Info, Glyph::Lock),
        _ => (Tone::Neutral, Glyph::Undo),
    };
    view! { <Badge label=kind tone=tone icon=Some(glyph)/> }
}

/// What leaves the available balance is negative.
pub fn signed(kind: &str, amount: &crate::sum::Sum) -> crate::sum::Sum {
    if matches!(kind, "DEBIT" | "RESERVE") { amount.negated() } else { amount.clone() }
}

/// What the bank told, or that it told nothing: never made up.
pub fn given(text: Option<String>, figures: bool) -> AnyView {
    match text {
        Some(text) if figures => view! { <span class="figures">{text}</span> }.into_any(),
        Some(text) => text.into_any(),
        None => view! { <Nothing word="Not given by the bank"/> }.into_any(),
    }
}
