//! One customer: where it stands and why, what is known of it, its documents, review, wallets and history.

use leptos::{prelude::*, server_fn::ServerFn as _};

use super::{
    follow::follow,
    model::{CustomerDetail, DocumentView, FactSection, FlagView, Live, WalletLine, status_tone},
    review::{HistoryCard, ReviewCard},
    rpc::{DeleteCustomer, DisableCustomer, EnableCustomer, read_customer},
};
use crate::{
    page::{Title, page, parameter_of, problem_text, query_of},
    routes,
    session::Viewer,
    ui::{
        ActionForm, Amount, Badge, Banner, Button, ButtonSize, ButtonVariant, Card, Cell, Checklist, ChecklistItem,
        Column, Confirm, Crumb, Disclosure, EmptyState, Fact, Facts, FactsLayout, Flag, Glyph, Icon, Id, LinkButton,
        Nothing, PageHeader, Row, Stack, Table, Time, Toast, Toasts, Tone, WithAside,
    },
};

/// `/customers/:id`.
#[component]
pub fn CustomerPage() -> impl IntoView {
    let (viewer, toasts) = (Viewer::here(), Toasts::here());
    let (id, problem) = (parameter_of("id"), query_of("problem"));
    page(id, read_customer, move |model, _| {
        view! { <Customer model viewer=viewer.clone() toasts problem=problem()/> }.into_any()
    })
}

#[component]
fn Customer(model: CustomerDetail, viewer: Viewer, toasts: Option<Toasts>, problem: String) -> impl IntoView {
    let live = RwSignal::new(model.live.clone());
    let (id, name) = (model.id.clone(), model.name.clone());
    follow(id.clone(), live);
    let status = Signal::derive(move || live.read().status);
    let badge = view! {
        <Badge
            label=Signal::derive(move || status.get().code().to_owned())
            tone=Signal::derive(move || status_tone(status.get()))
            pulse=Signal::derive(move || status.get().is_moving())
            live=true
        />
    };
    let strip = model.clone();
    let may_edit = viewer.may_edit;
    let actions =
        may_edit.then(|| view! { <Actions id=id.clone() name=name.clone() live toasts/> }.into_any()).into_any();
    let needed_id = id.clone();
    let aside = view! { <Stack><Needed id=needed_id live may_edit/> <HistoryCard live/></Stack> };
    view! {
        <Title text=name.clone()/>
        <PageHeader
            title=name.clone() crumbs=vec![Crumb::new("Customers", routes::CUSTOMERS)] badge=badge.into_any() actions=actions
        />
        <Stack>
            {problem_of_page(&problem).map(|text| view! { <Banner tone=Tone::Critical>{text}</Banner> })}
            <Strip model=strip live/>
            {status
                .get_untracked()
                .is_moving()
                .then(|| {
                    view! {
                        <noscript inner_html="<p class=\"card-note\">Without script this page does not follow the review by itself. <a href=\"\">Load it again</a> to see where it stands.</p>"></noscript>
                    }
                })}
            <Reasons live/>
            <Sections/>
            <WithAside aside=aside.into_any()>
                <Stack>
                    <ReviewCard live/>
                    <Wallets id=id.clone() wallets=model.wallets may_edit/>
                    <Documents documents=model.documents may_see=model.may_see_documents/>
                    <Details sections=model.sections/>
                    {may_edit.then(|| view! { <Delete id name/> })}
                </Stack>
            </WithAside>
        </Stack>
    }
    .into_any()
}

fn problem_of_page(code: &str) -> Option<&'static str> {
    match code {
        "balance_not_zero" => Some("This customer was not deleted: a wallet still holds money. Move it out first."),
        code => problem_text(code),
    }
}

/// Edit, the switch, and the way to a wallet.
#[component]
fn Actions(id: String, name: String, live: RwSignal<Live>, toasts: Option<Toasts>) -> impl IntoView {
    let enable = ServerAction::<EnableCustomer>::new();
    let disable = ServerAction::<DisableCustomer>::new();
    let say = move |toast: Toast| {
        if let Some(toasts) = toasts {
            toasts.show(toast);
        }
    };
    let undo_id = id.clone();
    let disabled_text = format!("{name} is disabled. Money for this customer is rejected.");
    Effect::new(move |_| match disable.value().get() {
        Some(Ok(now)) => {
            live.set(now);
            let id = undo_id.clone();
            let undo = Callback::new(move |()| drop(enable.dispatch(EnableCustomer { id: id.clone() })));
            say(Toast::done(disabled_text.clone()).with_undo(undo));
        }
        Some(Err(error)) => say(Toast::failed(error.message)),
        None => {}
    });
    let enabled_text = format!("{name} is enabled.");
    Effect::new(move |_| match enable.value().get() {
        Some(Ok(now)) => {
            live.set(now);
            say(Toast::done(enabled_text.clone()));
        }
        Some(Err(error)) => say(Toast::failed(error.message)),
        None => {}
    });
    let is_enabled = Memo::new(move |_| live.read().is_enabled.on);
    let is_busy = Signal::derive(move || enable.pending().get() || disable.pending().get());
    let switch_id = id.clone();
    view! {
        <LinkButton href=routes::customer_edit(&id) icon=Glyph::Edit>"Edit"</LinkButton>
        {move || {
            let id = switch_id.clone();
            if is_enabled.get() {
                view! {
                    <ActionForm action=disable>
                        <input type="hidden" name="id" value=id/>
                        <Button icon=Glyph::Pause busy=is_busy>"Disable"</Button>
                    </ActionForm>
                }
                .into_any()
            } else {
                view! {
                    <ActionForm action=enable>
                        <input type="hidden" name="id" value=id/>
                        <Button icon=Glyph::Check busy=is_busy>"Enable"</Button>
                    </ActionForm>
                }
                .into_any()
            }
        }}
        <LinkButton href=routes::issue_wallet(&id) variant=ButtonVariant::Primary icon=Glyph::Wallet>"Issue wallet"</LinkButton>
    }
    .into_any()
}

/// The summary strip.
#[component]
fn Strip(model: CustomerDetail, live: RwSignal<Live>) -> impl IntoView {
    view! {
        <Facts layout=FactsLayout::Strip>
            <Fact term="Customer ID"><Id value=model.id.clone() full=true copy=true/></Fact>
            <Fact term="Customer Type">{model.customer_type.label()}</Fact>
            {model.reference.map(|reference| view! { <Fact term="Reference">{reference}</Fact> })}
            <Fact term="Is Active"><LiveFlag flag=Signal::derive(move || live.read().is_active.clone())/></Fact>
            <Fact term="Is Enabled"><LiveFlag flag=Signal::derive(move || live.read().is_enabled.clone())/></Fact>
            <Fact term="Is Wallet Ready"><LiveFlag flag=Signal::derive(move || live.read().is_wallet_ready.clone())/></Fact>
            <Fact term="Created At"><Time at=model.created_at/></Fact>
        </Facts>
    }
    .into_any()
}

/// A flag that may turn while somebody looks.
#[component]
fn LiveFlag(flag: Signal<FlagView>) -> impl IntoView {
    let flag = Memo::new(move |_| flag.get());
    move || {
        let FlagView { on, why_not } = flag.get();
        view! { <Flag on=on reasons=why_not/> }
    }
}

/// Why the customer stands where it does, when there is something to act on.
#[component]
fn Reasons(live: RwSignal<Live>) -> impl IntoView {
    let reasons = Memo::new(move |_| (live.read().status, live.read().reasons.clone(), live.read().is_referred()));
    move || {
        let (status, reasons, is_referred) = reasons.get();
        let title = match (status, is_referred) {
            (domain::standing::Status::UnderReview, true) => "A person has to look at this customer",
            (domain::standing::Status::Suspended, _) => "This customer is suspended",
            (domain::standing::Status::PendingInfo, _) => "More information is wanted",
            _ => "About this customer",
        };
        (!reasons.is_empty()).then(|| {
            view! {
                <Banner tone=status_tone(status) title=title>
                    <ul>{reasons.into_iter().map(|reason| view! { <li>{reason}</li> }).collect_view()}</ul>
                </Banner>
            }
        })
    }
}

/// The ways to the parts of this page.
#[component]
fn Sections() -> impl IntoView {
    let links = [
        ("Review", "#review"),
        ("Wallets", "#wallets"),
        ("Documents", "#documents"),
        ("Details", "#details"),
        ("History", "#history"),
    ]
    .map(|(label, href)| view! { <li><a href=href rel="external">{label}</a></li> })
    .collect_view();
    view! {
        <nav class="tabs" data-name="tabs" aria-label="On this page">
            <ul>{links}</ul>
        </nav>
    }
}

/// What is missing for a wallet, each leading to where it is added.
#[component]
fn Needed(id: String, live: RwSignal<Live>, may_edit: bool) -> impl IntoView {
    let items = Signal::derive(move || {
        let edit = routes::customer_edit(&id);
        let href = |control: &str| if may_edit { format!("{edit}#{control}") } else { String::new() };
        live.read()
            .missing
            .iter()
            .map(|missing| ChecklistItem { label: missing.label.clone(), done: false, href: href(&missing.control) })
            .collect::<Vec<_>>()
    });
    let is_any = Memo::new(move |_| !live.read().missing.is_empty());
    move || is_any.get().then(|| view! { <Checklist title="Needed for a wallet" items=items/> })
}

#[component]
fn Wallets(id: String, wallets: Vec<WalletLine>, may_edit: bool) -> impl IntoView {
    let transactions = routes::with_query(routes::TRANSACTIONS, &[("customer_id", &id)]);
    let actions =
        view! { <LinkButton href=transactions size=ButtonSize::Small icon=Glyph::Swap>"Transactions"</LinkButton> };
    let body = if wallets.is_empty() {
        let text = if may_edit { "Issue one to get account details to hand out." } else { "None was issued yet." };
        view! { <EmptyState title="No wallets yet" glyph=Glyph::Wallet><p>{text}</p></EmptyState> }.into_any()
    } else {
        let columns = vec![
            Column::new("Wallet ID"),
            Column::new("Currency"),
            Column::figures("Ledger"),
            Column::figures("Available"),
            Column::new("Created At"),
        ];
        let rows = wallets.into_iter().map(|wallet| view! { <WalletRow wallet/> }).collect_view();
        view! { <Table label="Wallets of this customer" columns=columns>{rows}</Table> }.into_any()
    };
    view! { <Card title="Wallets" id="wallets" flush=true actions=actions.into_any()>{body}</Card> }.into_any()
}

#[component]
fn WalletRow(wallet: WalletLine) -> impl IntoView {
    let (currency, digits) = (wallet.currency.clone(), wallet.digits);
    let (id, href, same_currency) = (wallet.id.clone(), routes::wallet(&wallet.id), currency.clone());
    view! {
        <Row>
            <Cell label="Wallet ID"><Id value=id href=href/></Cell>
            <Cell label="Currency" head=true>{wallet.currency.clone()}</Cell>
            <Cell label="Ledger" align=crate::ui::Align::End><Amount minor=wallet.ledger_minor currency=same_currency digits/></Cell>
            <Cell label="Available" align=crate::ui::Align::End><Amount minor=wallet.available_minor currency digits/></Cell>
            <Cell label="Created At"><Time at=wallet.created_at/></Cell>
        </Row>
    }
    .into_any()
}

#[component]
fn Documents(documents: Vec<DocumentView>, may_see: bool) -> impl IntoView {
    let note = if may_see {
        "Every look at a document is put on record."
    } else {
        "Your role does not see documents. Ask an ADMIN of your organisation."
    };
    let body = if documents.is_empty() {
        view! { <EmptyState title="No documents yet" glyph=Glyph::Document><p>"Add an ID proof and an address proof by editing this customer."</p></EmptyState> }
            .into_any()
    } else {
        let items = documents.into_iter().map(|document| view! { <Document document may_see/> }).collect_view();
        view! { <ul class="documents">{items}</ul> }.into_any()
    };
    view! { <Card title="Documents" id="documents" note=note>{body}</Card> }.into_any()
}

#[component]
fn Document(document: DocumentView, may_see: bool) -> impl IntoView {
    let href = routes::document_content(&document.id);
    let alt = format!("{}: {}", document.place, document.file_name);
    let preview = match (may_see, document.is_picture()) {
        (false, _) => ().into_any(),
        (true, true) => view! {
            <a class="document-preview" href=href.clone() target="_blank" rel="noopener external">
                <img src=href.clone() alt=alt loading="lazy" width="320" height="220"/>
            </a>
        }
        .into_any(),
        (true, false) => view! {
            <PdfPreview href=href.clone() title=alt file_name=document.file_name.clone()/>
        }
        .into_any(),
    };
    let open = may_see.then(|| view! { <a class="document-open" href=href target="_blank" rel="noopener external">{format!("Open {}", document.file_name)}</a> });
    view! {
        <li class="document" data-name="document">
            <p class="document-place">{document.place.clone()}</p>
            <p class="document-facts">{document.summary()} ", uploaded " <Time at=document.created_at/></p>
            {preview}
            {open}
        </li>
    }
    .into_any()
}

/// A document that is read only once somebody unfolds it, because reading it is a look at it.
#[component]
fn PdfPreview(href: String, title: String, file_name: String) -> impl IntoView {
    let was_opened = RwSignal::new(false);
    let frame = move || {
        let (href, title) = (href.clone(), title.clone());
        was_opened.get().then(|| view! { <iframe class="document-frame" src=href title=title></iframe> })
    };
    view! {
        <details class="disclosure" data-name="disclosure" on:toggle=move |_| was_opened.set(true)>
            <summary class="disclosure-summary"><Icon glyph=Glyph::ChevronRight/>{format!("Preview of {file_name}")}</summary>
            <div class="disclosure-body">
                <noscript inner_html="Without script there is no preview. Open the document below."></noscript>
                {frame}
            </div>
        </details>
    }
    .into_any()
}

#[component]
fn Details(sections: Vec<FactSection>) -> impl IntoView {
    let sections = sections
        .into_iter()
        .map(|section| {
            let facts = section
                .facts
                .into_iter()
                .map(|(term, fact)| {
                    let fact = match fact {
                        Some(fact) => view! { <span class="fact-text">{fact}</span> }.into_any(),
                        None => view! { <Nothing word="Not given"/> }.into_any(),
                    };
                    view! { <Fact term=term>{fact}</Fact> }
                })
                .collect_view();
            view! {
                <section class="detail-section">
                    <h3 class="detail-title">{section.title}</h3>
                    <Facts>{facts}</Facts>
                </section>
            }
        })
        .collect_view();
    view! { <Card title="Details" id="details">{sections}</Card> }.into_any()
}

/// Deleting, asked before it is done.
#[component]
fn Delete(id: String, name: String) -> impl IntoView {
    view! {
        <Disclosure summary="Delete this customer" button=true>
            <Confirm
                title=format!("Delete {name}")
                consequence="The customer leaves every list, and money sent to its accounts is not credited any more. The record stays, as the law asks. This cannot be undone."
                action=DeleteCustomer::url() verb=format!("Delete {name}") cancel_href=routes::customer(&id) hidden=vec![("id".to_owned(), id.clone())]
            />
        </Disclosure>
    }
    .into_any()
}
