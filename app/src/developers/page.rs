//! The page for developers.

use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    rpc::{CreateApiKey, RevokeApiKey, developers_page},
    view::{DevelopersView, KeyLine, MadeKey},
};
use crate::{
    page::{Title, page, problem_text, problems_of, query_of},
    routes,
    session::Viewer,
    ui::{
        ActionForm, Banner, Button, ButtonRow, ButtonSize, ButtonVariant, Card, Cell, Column, CopyButton, EmptyState,
        ErrorSummary, FieldProblem, Glyph, LinkButton, Nothing, PageHeader, Row, Stack, Table, TextField, Time, Tone,
        problem_of,
    },
};

#[component]
pub fn DevelopersPage() -> impl IntoView {
    let (draft, problem, revoke) = (query_of("draft"), query_of("problem"), query_of("revoke"));
    let may_manage = Viewer::here().may_manage_keys;
    let create = ServerAction::<CreateApiKey>::new();
    let withdraw = ServerAction::<RevokeApiKey>::new();
    // A key made or revoked changes the list; a refusal leaves what was typed where it is.
    let (made, revoked) = (successes(create), successes(withdraw));
    let reference = view! {
        <LinkButton href=routes::API_DOCS icon=Glyph::Book attr:rel="external">"API reference"</LinkButton>
    };
    view! {
        <Title text="Developers"/>
        <PageHeader title="Developers" actions=reference.into_any()/>
        {move || problem_text(&problem()).map(|text| view! { <Banner tone=Tone::Critical>{text}</Banner> })}
        {page(
            move || (draft(), revoke(), made.get(), revoked.get()),
            |(draft, ..)| developers_page(draft),
            move |model, _| developers(model, create, withdraw, may_manage, &untrack(revoke)),
        )}
    }
    .into_any()
}

/// A number that changes each time the action has done what it is for.
fn successes<S>(action: ServerAction<S>) -> Memo<usize>
where
    S: ServerFn + Clone + Send + Sync + 'static,
    S::Output: Send + Sync + 'static,
    S::Error: Send + Sync + 'static,
{
    Memo::new(move |before: Option<&usize>| {
        let is_done = action.value().with(|answer| matches!(answer, Some(Ok(_))));
        if is_done { action.version().get() } else { before.copied().unwrap_or_default() }
    })
}

fn developers(
    model: DevelopersView,
    create: ServerAction<CreateApiKey>,
    withdraw: ServerAction<RevokeApiKey>,
    may_manage: bool,
    revoke: &str,
) -> AnyView {
    let asked = model.keys.iter().find(|key| key.id == revoke && key.revoked_at.is_none() && may_manage).cloned();
    let value = create.value();
    let kept = model.made.clone();
    let made = move || match value.get() {
        Some(Ok(made)) => Some(made),
        _ => kept.clone(),
    };
    let before = model.problems.into_iter().map(Into::into).collect();
    view! {
        <Stack>
            {asked.map(|key| view! { <AskRevoke key_line=key withdraw/> })}
            {move || made().map(|made| view! { <ShowOnce made/> })}
            {may_manage.then(|| view! { <CreateKey create typed=model.typed.name before=before/> })}
            <Card title="API keys" note="A key stands for your whole organisation. Keep it on a server, never in a page or an app." flush=true>
                <Keys keys=model.keys may_manage=may_manage/>
            </Card>
        </Stack>
    }
    .into_any()
}

#[component]
fn CreateKey(create: ServerAction<CreateApiKey>, typed: String, before: Vec<FieldProblem>) -> impl IntoView {
    let value = create.value();
    let problems = problems_of(move || value.get(), before);
    view! {
        <Card title="Create an API key">
            <ErrorSummary problems/>
            <ActionForm action=create attr:class="form">
                <TextField
                    name="name" label="Name" value=typed maxlength=80 hint="What will use it, such as Onboarding service"
                    error=problem_of(problems, "name")
                />
                <Button variant=ButtonVariant::Primary icon=Glyph::Plus busy=create.pending()>"Create key"</Button>
            </ActionForm>
        </Card>
    }
    .into_any()
}

/// The secret, the only time it can be seen.
#[component]
fn ShowOnce(made: MadeKey) -> impl IntoView {
    view! {
        <Banner tone=Tone::Positive title="Copy the key now. It is not shown again.">
            <p class="secret"><span class="figures" data-name="secret">{made.secret.clone()}</span>
                <CopyButton text=made.secret label="Copy the key"/></p>
        </Banner>
    }
    .into_any()
}

#[component]
fn AskRevoke(key_line: KeyLine, withdraw: ServerAction<RevokeApiKey>) -> impl IntoView {
    let (name, hint) = (key_line.name, key_line.hint);
    view! {
        <div class="confirm card" data-name="confirm">
            <h2 class="card-title">{format!("Revoke {name}")}</h2>
            <p>{format!("Every program that uses the key ending in {hint} is refused from now on. This cannot be undone.")}</p>
            <ActionForm action=withdraw>
                <input type="hidden" name="key_id" value=key_line.id/>
                <ButtonRow>
                    <Button variant=ButtonVariant::Danger busy=withdraw.pending()>{format!("Revoke {name}")}</Button>
                    <LinkButton href=routes::DEVELOPERS>"Cancel"</LinkButton>
                </ButtonRow>
            </ActionForm>
        </div>
    }
    .into_any()
}

#[component]
fn Keys(keys: Vec<KeyLine>, may_manage: bool) -> impl IntoView {
    if keys.is_empty() {
        return view! {
            <EmptyState title="No API keys yet" glyph=Glyph::Code>"Create one to let your own software onboard customers and follow money."</EmptyState>
        }
        .into_any();
    }
    let columns = ["Name", "Key", "Created At", "Last Used", "State"].map(Column::new).to_vec();
    let rows = keys
        .into_iter()
        .map(|key| {
            let used = match key.used_at {
                Some(at) => view! { <Time at/> }.into_any(),
                None => view! { <Nothing word="Never"/> }.into_any(),
            };
            let state = match key.revoked_at {
                Some(at) => view! { "Revoked " <Time at/> }.into_any(),
                None if may_manage => view! {
                    <LinkButton
                        href=routes::revoke_key(&key.id) variant=ButtonVariant::Quiet size=ButtonSize::Small
                        attr:aria-label=format!("Revoke {}", key.name)
                    >
                        "Revoke"
                    </LinkButton>
                }
                .into_any(),
                None => "Active".into_any(),
            };
            view! {
                <Row>
                    <Cell label="Name" head=true>{key.name}</Cell>
                    <Cell label="Key"><span class="figures">{format!("sk_…{}", key.hint)}</span></Cell>
                    <Cell label="Created At"><Time at=key.created_at/></Cell>
                    <Cell label="Last Used">{used}</Cell>
                    <Cell label="State">{state}</Cell>
                </Row>
            }
        })
        .collect_view();
    view! { <Table label="API keys" columns=columns>{rows}</Table> }.into_any()
}
