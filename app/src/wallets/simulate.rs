//! Play money, in a sandbox: a form beside the account that it pays into.

use leptos::prelude::*;

use super::{rpc::SimulateDeposit, view::SimulateInput};
use crate::{
    page::problems_of,
    ui::{ActionForm, Button, Card, ErrorSummary, FieldProblem, FieldRow, InputKind, TextField, problem_of},
};

#[component]
pub fn SimulateCard(
    wallet_id: String,
    currency: String,
    action: ServerAction<SimulateDeposit>,
    /// What was refused without script.
    typed: SimulateInput,
    before: Vec<FieldProblem>,
) -> impl IntoView {
    let value = action.value();
    let problems = problems_of(move || value.get(), before);
    view! {
        <div class="wallet-sandbox">
        <Card title="Sandbox" note="Play money, as if a payer had sent it to this account">
            <ErrorSummary problems/>
            <ActionForm action=action attr:class="form">
                <input type="hidden" name="wallet_id" value=wallet_id/>
                <FieldRow>
                    <TextField
                        name="amount"
                        label="Amount"
                        kind=InputKind::Decimal
                        prefix=currency
                        figures=true
                        value=typed.amount
                        error=problem_of(problems, "amount")
                    />
                    <TextField
                        name="reference"
                        label="Reference"
                        optional=true
                        value=typed.reference
                        maxlength=140
                        error=problem_of(problems, "reference")
                    />
                </FieldRow>
                <FieldRow>
                    <TextField
                        name="sender_name"
                        label="Sender name"
                        optional=true
                        value=typed.sender_name
                        maxlength=140
                        error=problem_of(problems, "sender_name")
                    />
                    <TextField
                        name="sender_bsb"
                        label="Sender BSB"
                        kind=InputKind::Digits
                        figures=true
                        optional=true
                        value=typed.sender_bsb
                        maxlength=11
                        error=problem_of(problems, "sender_bsb")
                    />
                    <TextField
                        name="sender_account_number"
                        label="Sender account number"
                        kind=InputKind::Digits
                        figures=true
                        optional=true
                        value=typed.sender_account_number
                        maxlength=34
                        error=problem_of(problems, "sender_account_number")
                    />
                </FieldRow>
                <Button busy=action.pending()>"Simulate deposit"</Button>
            </ActionForm>
        </Card>
        </div>
    }
    .into_any()
}
