//! The audit trail: every change, by whomever, with before and after.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    rpc::audit_trail_page,
    view::{AuditLine, AuditQuery, AuditView},
};
use crate::{
    page::{Title, page},
    paging::Paging,
    routes,
    ui::{
        Cell, Column, Crumb, Disclosure, EmptyState, Glyph, Id, LinkButton, Nothing, PageHeader, Pager, Row, Stack,
        Table, Time,
    },
};

#[component]
pub fn AuditTrailPage() -> impl IntoView {
    let address = use_query_map();
    let query = Memo::new(move |_| {
        let address = address.read();
        let get = |name| address.get(name).unwrap_or_default();
        AuditQuery { object_id: get("object_id"), cursor: get("cursor"), trail: get("trail") }
    });
    view! {
        <Title text="Audit trail"/>
        <PageHeader title="Audit trail" crumbs=vec![Crumb::new("Settings", routes::SETTINGS)]/>
        {page(move || query.get(), audit_trail_page, move |model, _| trail(query.get_untracked(), model))}
    }
    .into_any()
}

fn trail(query: AuditQuery, model: AuditView) -> AnyView {
    let filters = [("object_id", query.object_id.as_str())];
    let paging = Paging { path: routes::AUDIT_TRAIL, filters: &filters, cursor: &query.cursor, trail: &query.trail };
    let (previous, next) = (paging.previous(), paging.next(model.next.as_deref()));
    let only = (!query.object_id.is_empty()).then(|| {
        view! {
            <p class="quiet">"Only " <span class="figures">{query.object_id.clone()}</span> ". " <a href=routes::AUDIT_TRAIL>"Show everything"</a></p>
        }
    });
    let count = model.rows.len();
    if count == 0 {
        return view! {
            <Stack>
                {only}
                <EmptyState title="Nothing on record here" glyph=Glyph::List actions=view! { <LinkButton href=routes::AUDIT_TRAIL>"Show everything"</LinkButton> }.into_any()>
                    "Every change of a customer, a wallet or a key stands here, with who made it and what it was before."
                </EmptyState>
            </Stack>
        }
        .into_any();
    }
    let columns = ["When", "Who", "Action", "Object", "What changed"].map(Column::new).to_vec();
    let rows = model.rows.into_iter().map(|line| view! { <Line line/> }).collect_view();
    view! {
        <Stack>
            {only}
            <Table label="Audit trail" columns=columns>{rows}</Table>
            <Pager summary=format!("{count} on this page, newest first") previous=previous next=next/>
        </Stack>
    }
    .into_any()
}

#[component]
fn Line(line: AuditLine) -> impl IntoView {
    let object = match line.href {
        Some(href) => view! { <Id value=line.object_id href=href copy=true/> }.into_any(),
        None => view! { <Id value=line.object_id copy=true/> }.into_any(),
    };
    let changes = if line.changes.is_empty() {
        view! { <Nothing/> }.into_any()
    } else {
        view! { <Changes changes=line.changes/> }.into_any()
    };
    view! {
        <Row>
            <Cell label="When"><Time at=line.at/></Cell>
            <Cell label="Who">{line.actor}</Cell>
            <Cell label="Action" head=true>{line.action}</Cell>
            <Cell label="Object">{object}</Cell>
            <Cell label="What changed">{changes}</Cell>
        </Row>
    }
    .into_any()
}

#[component]
fn Changes(changes: Vec<(String, String, String)>) -> impl IntoView {
    let summary = if changes.len() == 1 { "1 field".to_owned() } else { format!("{} fields", changes.len()) };
    let side = |text: String| if text.is_empty() { view! { <Nothing/> }.into_any() } else { text.into_any() };
    let lines = changes
        .into_iter()
        .map(|(field, before, after)| {
            view! { <li><span class="figures">{field}</span> ": " {side(before)} " → " {side(after)}</li> }
        })
        .collect_view();
    view! { <Disclosure summary=summary><ul class="changes">{lines}</ul></Disclosure> }.into_any()
}
