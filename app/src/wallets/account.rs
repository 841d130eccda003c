//! Account details as a card made to be copied or handed to a payer.

use leptos::prelude::*;

use super::view::AccountView;
use crate::ui::{Banner, Card, CopyButton, CopyFact, Facts, Tone};

#[component]
pub fn AccountCard(account: AccountView, currency: String) -> impl IntoView {
    let lines: Vec<String> = account.facts.iter().map(|(term, value)| format!("{term}: {value}")).collect();
    let all = lines.join("\n");
    let facts = account.facts.into_iter().map(|(term, value)| view! { <CopyFact term value/> }).collect_view();
    let copy = view! { <CopyButton text=all label="Copy all account details"/> }.into_any();
    let note = if account.credits_payin { "Money goes to the organisation's Payin wallet" } else { "" };
    view! {
        <div class="account-card">
            <Card title=format!("Account details for {currency}") note=note actions=copy>
                {(!account.is_active)
                    .then(|| view! { <Banner tone=Tone::Critical>"This account is closed. Money sent to it goes back."</Banner> })}
                <Facts>{facts}</Facts>
            </Card>
        </div>
    }
    .into_any()
}
