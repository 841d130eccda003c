//! Issuing a wallet: to whom, in which currency, and what is in the way.

use leptos::prelude::*;

use super::{
    rpc::{IssueWallet, new_wallet_page},
    view::{ChosenCustomer, NewWalletView},
};
use crate::{
    page::{Title, page, problems_of, query_of},
    routes,
    session::Viewer,
    ui::{
        ActionForm, Banner, Button, ButtonRow, ButtonVariant, Choice, Crumb, ErrorSummary, FieldProblem, FormColumn,
        InputWidth, LinkButton, PageHeader, RadioGroup, SelectField, SuggestField, Tone, problem_of,
    },
};

#[component]
pub fn NewWalletPage() -> impl IntoView {
    let (customer_id, draft) = (query_of("customer_id"), query_of("draft"));
    let viewer = Viewer::here();
    let action = ServerAction::<IssueWallet>::new();
    page(
        move || (customer_id(), draft()),
        |(customer_id, draft)| new_wallet_page(customer_id, draft),
        move |model, _| {
            view! {
                <Title text="Issue wallet"/>
                <PageHeader title="Issue wallet" crumbs=vec![Crumb::new("Wallets", routes::WALLETS)]/>
                {form(model, action, viewer.may_edit)}
            }
            .into_any()
        },
    )
}

fn form(model: NewWalletView, action: ServerAction<IssueWallet>, may_edit: bool) -> AnyView {
    if !may_edit {
        return view! {
            <Banner tone=Tone::Info title="Your role does not allow this">"Ask an administrator of your organisation to issue a wallet."</Banner>
        }
        .into_any();
    }
    let before: Vec<FieldProblem> = model.problems.into_iter().map(Into::into).collect();
    let value = action.value();
    let problems = problems_of(move || value.get(), before);
    let suggestions = model.suggestions.into_iter().map(|text| Choice::new("", text)).collect();
    let currencies =
        model.currencies.into_iter().map(|(code, name)| Choice::new(&code, format!("{code} – {name}"))).collect();
    let credit_to = if model.typed.credit_to.is_empty() { "customer_wallet".to_owned() } else { model.typed.credit_to };
    view! {
        <FormColumn>
            {model.chosen.map(|chosen| view! { <InTheWay chosen/> })}
            <ErrorSummary problems/>
            <ActionForm action=action attr:class="form">
                <SuggestField
                    name="customer" label="Customer" options=suggestions value=model.typed.customer
                    hint="A name, a reference, an e-mail or a customer id" error=problem_of(problems, "customer")
                />
                <SelectField
                    name="currency" label="Currency" options=currencies value=model.typed.currency blank="Choose a currency"
                    width=InputWidth::Medium error=problem_of(problems, "currency")
                />
                <RadioGroup
                    name="credit_to" legend="Money that comes in goes to" value=credit_to error=problem_of(problems, "credit_to")
                    options=vec![
                        Choice::new("customer_wallet", "The customer's wallet"),
                        Choice::new("payin_wallet", "The organisation's Payin wallet")
                            .with_hint("For collections. Each transaction still names the customer."),
                    ]
                />
                <ButtonRow>
                    <Button variant=ButtonVariant::Primary busy=action.pending()>"Issue wallet"</Button>
                    <LinkButton href=routes::WALLETS>"Cancel"</LinkButton>
                </ButtonRow>
            </ActionForm>
        </FormColumn>
    }
    .into_any()
}

/// What is to be done before this customer can have a wallet.
#[component]
fn InTheWay(chosen: ChosenCustomer) -> impl IntoView {
    if chosen.reasons.is_empty() {
        return ().into_any();
    }
    let reasons = chosen.reasons.into_iter().map(|reason| view! { <li>{reason}</li> }).collect_view();
    let actions = view! { <LinkButton href=routes::customer(&chosen.id)>"Open customer"</LinkButton> }.into_any();
    view! {
        <Banner tone=Tone::Caution title=format!("{} cannot have a wallet yet", chosen.name) actions=actions>
            <ul class="reasons">{reasons}</ul>
        </Banner>
    }
    .into_any()
}
