//! The settings page. All that it shows came with the session.

use leptos::prelude::*;

use crate::{
    page::{Title, problem_text, query_of},
    routes,
    session::Viewer,
    ui::{
        Badge, Banner, Button, ButtonVariant, Card, CopyFact, Fact, Facts, Glyph, LinkButton, PageHeader, Stack, Tag,
        Tone,
    },
};

#[component]
pub fn SettingsPage() -> impl IntoView {
    let viewer = Viewer::here();
    let problem = query_of("problem");
    let trail = view! { <LinkButton href=routes::AUDIT_TRAIL icon=Glyph::List>"Audit trail"</LinkButton> };
    view! {
        <Title text="Settings"/>
        <PageHeader title="Settings" actions=trail.into_any()/>
        {move || problem_text(&problem()).map(|text| view! { <Banner tone=Tone::Critical>{text}</Banner> })}
        <Stack>
            <Card title="Organisation" note="Quote the id when you ask the operator of this installation for anything">
                <Facts>
                    <Fact term="Name">{viewer.organisation_name.clone()}</Fact>
                    <CopyFact term="Organisation ID" value=viewer.organisation_id.clone()/>
                    <Fact term="Kind">{if viewer.is_sandbox { "Sandbox: no real money moves" } else { "Live" }}</Fact>
                </Facts>
            </Card>
            <Card title="Features" note="The operator of this installation switches them on and off">
                <Facts>
                    <Feature name="Customer creation" is_on=viewer.customer_creation what="Adding customers, here and by the API"/>
                    <Feature name="Sender validation" is_on=viewer.sender_validation what="Taking AUD transfers from listed senders only"/>
                </Facts>
            </Card>
            <Card title="You">
                <Facts>
                    <Fact term="Email">{viewer.email.clone()}</Fact>
                    <Fact term="Role"><Tag label=viewer.role.clone()/> " " {role_means(&viewer.role)}</Fact>
                </Facts>
                <form method="post" action=routes::LOGOUT_EVERYWHERE class="card-form">
                    <p class="quiet">"Ends every session of yours, on this and every other device."</p>
                    <Button variant=ButtonVariant::Secondary icon=Glyph::SignOut>"Sign out everywhere"</Button>
                </form>
            </Card>
        </Stack>
    }
    .into_any()
}

#[component]
fn Feature(name: &'static str, is_on: bool, what: &'static str) -> impl IntoView {
    let (word, tone) = if is_on { ("On", Tone::Positive) } else { ("Off", Tone::Neutral) };
    view! {
        <Fact term=name>
            <Badge label=word tone=tone/>
            " "
            {what}
            {(!is_on).then_some(". Ask the operator to switch it on, and quote the organisation id.")}
        </Fact>
    }
    .into_any()
}

fn role_means(role: &str) -> &'static str {
    match role {
        "ADMIN" => "may do everything in this organisation",
        "DEVELOPER" => "manages API keys and sees customer data masked",
        _ => "may look and export, and changes nothing",
    }
}
