//! `Add New Customer`, and changing a customer: one form for both.
//!
//! It is a plain form that works without script. With script, files go up as soon as they are chosen, what is wrong is
//! told beside its field, the panel at the side ticks off what a wallet needs, and nothing reloads.

use chrono::NaiveDate;
use domain::{customer::CustomerType, fault::FieldError, standing::Status};
use leptos::{html, prelude::*};
use leptos_router::hooks::use_navigate;

use super::{
    fields::{AccountFields, AddressFields, CompanyFields, FormView, PersonFields, TypeField},
    form::{FormValues, control_of, problems},
    model::{FormModel, Saved},
    rpc::{read_customer_form, save_customer},
    uploading::Uploads,
};
use crate::{
    error::AppError,
    page::{Title, page, parameter_of, problem_text, query_of},
    routes,
    session::Viewer,
    ui::{
        Banner, Button, ButtonRow, ButtonSize, ButtonVariant, Checklist, CopyButton, Crumb, ErrorSummary, FieldProblem,
        FormColumn, LinkButton, PageHeader, Stack, Tone, UploadState, WithAside,
    },
};

/// `/customers/new`.
#[component]
pub fn NewCustomerPage() -> impl IntoView {
    let viewer = Viewer::here();
    let (draft, problem, go) = (query_of("draft"), query_of("problem"), go_to());
    let body = if !viewer.may_edit {
        view! { <RoleBanner role=viewer.role/> }.into_any()
    } else if viewer.customer_creation {
        page(
            draft,
            |draft| read_customer_form(None, draft),
            move |model, _| view! { <CustomerForm model problem=problem() go/> }.into_any(),
        )
    } else {
        view! { <CreationOff organisation_id=viewer.organisation_id/> }.into_any()
    };
    view! {
        <Title text="Add New Customer"/>
        <PageHeader
            title="Add New Customer" crumbs=vec![Crumb::new("Customers", routes::CUSTOMERS)]
            purpose="Only the name is needed to begin. The rest can be added later; the review starts by itself once nothing is missing."
        />
        {body}
    }
    .into_any()
}

/// `/customers/:id/edit`.
#[component]
pub fn EditCustomerPage() -> impl IntoView {
    let viewer = Viewer::here();
    if !viewer.may_edit {
        return view! { <Title text="Edit customer"/> <PageHeader title="Edit customer"/> <RoleBanner role=viewer.role/> }.into_any();
    }
    let (id, draft, problem, go) = (parameter_of("id"), query_of("draft"), query_of("problem"), go_to());
    page(
        move || (id(), draft()),
        |(id, draft)| read_customer_form(Some(id), draft),
        move |model: FormModel, _| {
            let title = format!("Edit {}", model.name);
            let here = routes::customer(model.id.as_deref().unwrap_or_default());
            let crumbs = vec![Crumb::new("Customers", routes::CUSTOMERS), Crumb::new(model.name.clone(), here)];
            view! {
                <Title text=title.clone()/>
                <PageHeader title=title crumbs=crumbs/>
                <CustomerForm model problem=problem() go/>
            }
            .into_any()
        },
    )
}

/// The way to another page of the portal.
fn go_to() -> Callback<String> {
    let navigate = use_navigate();
    Callback::new(move |address: String| navigate(&address, leptos_router::NavigateOptions::default()))
}

/// Says that customers cannot be created, whom to ask, and what to quote.
#[component]
pub fn CreationOff(organisation_id: String) -> impl IntoView {
    view! {
        <Banner tone=Tone::Caution title="Customer creation is off for your organisation">
            <p>"Ask the operator of this installation to switch it on, and quote your organisation id: "
                <span class="figures">{organisation_id.clone()}</span> " "
                <CopyButton text=organisation_id label="Copy organisation id" compact=true/></p>
        </Banner>
    }
    .into_any()
}

#[component]
fn RoleBanner(role: String) -> impl IntoView {
    view! {
        <Banner tone=Tone::Info title="You can look, but not change customers">
            {format!("Your role is {role}. Ask an ADMIN of your organisation to do this.")}
        </Banner>
    }
}

/// The state of the form in the browser.
#[derive(Clone, Copy)]
struct Filling {
    element: NodeRef<html::Form>,
    uploads: Uploads,
    today: NaiveDate,
    /// What the controls hold now.
    values: RwSignal<FormValues>,
    /// What is told beside the fields.
    beside: RwSignal<Vec<FieldProblem>>,
    /// What is told on top, since the form was last sent.
    summary: RwSignal<Vec<FieldProblem>>,
    /// It was sent while a file was still on its way.
    waiting: RwSignal<bool>,
    /// What was sent last: all that is wrong with it has been told.
    sent: StoredValue<FormValues>,
    /// A button is being pressed. What leaving a field tells would push the button away from under the pointer.
    pressing: StoredValue<bool>,
}

#[component]
fn CustomerForm(model: FormModel, problem: String, go: Callback<String>) -> impl IntoView {
    let told_before = problems_before(&model.errors, &problem);
    let filling = Filling {
        element: NodeRef::new(),
        uploads: Uploads::of(&model),
        today: model.today,
        values: RwSignal::new(model.values.clone()),
        beside: RwSignal::new(told_before.clone()),
        summary: RwSignal::new(told_before),
        waiting: RwSignal::new(false),
        sent: StoredValue::new(model.values.clone()),
        pressing: StoredValue::new(false),
    };
    let id = model.id.clone();
    let save = Action::new(move |values: &FormValues| save_customer(id.clone(), values.clone()));
    filling.follow(save, go);
    let is_busy = Signal::derive(move || save.pending().get() || filling.waiting.get());
    let form = FormView {
        values: StoredValue::new(model.values.clone()),
        problems: filling.beside.into(),
        uploads: filling.uploads,
        fixed_type: model.id.is_some().then(|| model.values.customer_type()),
    };
    let back = model.id.as_deref().map_or_else(|| routes::CUSTOMERS.to_owned(), routes::customer);
    let action = model.id.as_deref().map_or_else(|| routes::CUSTOMERS_NEW.to_owned(), routes::customer_edit);
    let verb = if model.id.is_some() { "Save changes" } else { "Create customer" };
    let checklist = Signal::derive(move || filling.now().checklist(filling.today));
    let aside = view! { <Checklist title="Needed for a wallet" items=checklist complete="Everything is there"/> };
    view! {
        <WithAside aside=aside.into_any()>
            <FormColumn>
                {edit_note(model.status)}
                <ErrorSummary problems=filling.summary/>
                <form
                    class="customer-form" data-name="customer-form" data-type=form.fixed_type.map(CustomerType::code)
                    method="post" action=action enctype="multipart/form-data" novalidate=true node_ref=filling.element
                    on:input=move |_| filling.read()
                    on:change=move |_| filling.read()
                    on:focusout=move |event| filling.left(&event)
                    on:submit=move |event| {
                        event.prevent_default();
                        filling.send(save);
                    }
                >
                    <TypeField form/>
                    <CompanyFields form/>
                    <PersonFields form/>
                    <AddressFields form/>
                    <AccountFields form/>
                    <Stack>
                        <p class="form-waiting" hidden=move || !filling.waiting.get()>"Waiting for a file to finish uploading"</p>
                        <ButtonRow on:mousedown=move |_| filling.pressing.set_value(true) on:click=move |_| filling.pressing.set_value(false)>
                            <Button variant=ButtonVariant::Primary size=ButtonSize::Large busy=is_busy>{verb}</Button>
                            <LinkButton href=back size=ButtonSize::Large>"Cancel"</LinkButton>
                        </ButtonRow>
                    </Stack>
                </form>
            </FormColumn>
        </WithAside>
    }
    .into_any()
}

/// What an edit will lead to.
fn edit_note(status: Option<Status>) -> Option<AnyView> {
    let text = match status? {
        Status::Approved => {
            "Changing the person, the company, the address or a document starts a new review. Until it ends, the customer is not active."
        }
        Status::UnderReview => "A review is going on. Saving changes starts it again with what you enter.",
        Status::Suspended => {
            "This customer is suspended. Correct what the review found, then ask the operator to reinstate it."
        }
        Status::PendingInfo => return None,
    };
    Some(view! { <Banner tone=Tone::Info>{text}</Banner> }.into_any())
}

fn problems_before(errors: &[FieldError], problem: &str) -> Vec<FieldProblem> {
    let mut told = problems(errors);
    let sentence = match problem {
        "malformed" => Some("The form did not arrive whole. Fill it in and send it again."),
        code => problem_text(code),
    };
    told.extend(sentence.map(|sentence| FieldProblem::new("", sentence)));
    told
}

impl Filling {
    /// What the form would send now.
    fn now(self) -> FormValues {
        let mut values = self.values.get();
        for upload in self.uploads.all() {
            values.set(upload.control.id_name(), upload.document_id.get());
        }
        values
    }

    /// Takes over what the controls hold. What did not change sets nothing off: a browser also tells of a field that is
    /// left because its page is taken away, and what shows the values is then going too.
    fn read(self) {
        if let Some(typed) = self.element.get_untracked().and_then(|form| typed(&form)) {
            self.values.maybe_update(|values| {
                let is_new = *values != typed;
                *values = typed;
                is_new
            });
        }
    }

    /// A control was left: tells what is wrong with what is in it, and takes back what no longer is. That something is
    /// empty is told by the panel at the side, not here.
    fn left(self, event: &leptos::ev::FocusEvent) {
        if self.values.is_disposed() || self.pressing.try_update_value(std::mem::take).unwrap_or_default() {
            return;
        }
        let Some(name) = name_of(event) else { return };
        self.read();
        let faults = untrack(|| self.now()).faults(self.today);
        let fault = faults.iter().find(|fault| control_of(&fault.field) == name && fault.code != "required");
        let told = self.beside.with_untracked(|beside| beside.iter().find(|problem| problem.field == name).cloned());
        // The server may have found more in it than is found here.
        let is_as_sent =
            self.sent.with_value(|sent| self.values.with_untracked(|now| now.get(&name) == sent.get(&name)));
        if told.is_some() && is_as_sent {
            return;
        }
        if told.as_ref().map(|problem| &problem.message) != fault.map(|fault| &fault.message) {
            self.beside.update(|beside| {
                beside.retain(|problem| problem.field != name);
                beside.extend(fault.map(|fault| FieldProblem::new(name.clone(), fault.message.clone())));
            });
        }
    }

    fn send(self, save: Save) {
        if save.pending().get_untracked() {
            return;
        }
        self.read();
        self.summary.set(Vec::new());
        if untrack(|| self.uploads.is_any_on_its_way()) {
            self.waiting.set(true);
            return;
        }
        let values = untrack(|| self.now());
        self.sent.set_value(values.clone());
        let mut found = problems(&values.faults(self.today));
        let half = self.element.get_untracked().map(|form| half_dates(&form, values.customer_type()));
        found.extend(half.unwrap_or_default());
        if found.is_empty() {
            self.beside.set(Vec::new());
            drop(save.dispatch(values));
        } else {
            self.tell(found);
        }
    }

    /// Shows what is wrong, beside the fields and on top.
    fn tell(self, found: Vec<FieldProblem>) {
        self.beside.set(found.clone());
        self.summary.set(Vec::new());
        // In a flush of its own, so that the summary is seen to change and takes the focus.
        request_animation_frame(move || drop(self.summary.try_set(found)));
    }

    /// Sends what had to wait for a file, and follows what the server says.
    fn follow(self, save: Save, go: Callback<String>) {
        Effect::new(move |_| match save.value().get() {
            Some(Ok(Saved::Done { id })) => go.run(routes::customer(&id)),
            Some(Ok(Saved::Refused { errors })) => self.tell(problems(&errors)),
            Some(Err(error)) => self.tell(from_failure(&error)),
            None => {}
        });
        Effect::new(move |_| {
            if self.waiting.get() && !self.uploads.is_any_on_its_way() {
                self.waiting.set(false);
                let refused = untrack(|| self.refused_files());
                if refused.is_empty() { self.send(save) } else { self.tell(refused) }
            }
        });
        Effect::new(move |before: Option<()>| {
            if before.is_none() {
                self.after_mount();
            }
        });
    }

    fn refused_files(self) -> Vec<FieldProblem> {
        let refused = |upload: &super::uploading::Upload| matches!(*upload.state.read(), UploadState::Refused { .. });
        let problem = |upload: super::uploading::Upload| {
            let why = upload.problem.get().unwrap_or_default();
            FieldProblem::new(upload.control.name(), format!("{}: {why}", upload.control.label()))
        };
        self.uploads.all().into_iter().filter(refused).map(problem).collect()
    }

    /// What was typed and chosen before the script ran counts.
    #[cfg_attr(not(feature = "hydrate"), expect(clippy::unused_self, reason = "only a browser mounts"))]
    fn after_mount(self) {
        #[cfg(feature = "hydrate")]
        request_animation_frame(move || {
            if !self.values.is_disposed() {
                self.read();
                self.uploads.send_what_was_chosen_before();
            }
        });
    }
}

type Save = Action<FormValues, Result<Saved, AppError>>;

fn from_failure(error: &AppError) -> Vec<FieldProblem> {
    if error.is_signed_out() {
        return vec![FieldProblem::new(
            "",
            "Your session has ended. Sign in again in another tab, then send this form again: what you typed stays here.",
        )];
    }
    error.problems()
}

/// What the controls of a form hold.
#[cfg(feature = "hydrate")]
fn typed(form: &leptos::web_sys::HtmlFormElement) -> Option<FormValues> {
    let data = leptos::web_sys::FormData::new_with_form(form).ok()?;
    let mut values = FormValues::default();
    for name in FormValues::names() {
        if let Some(text) = data.get(name).as_string() {
            values.set(name, text);
        }
    }
    Some(values)
}

/// Dates of which only a part was entered. The browser keeps those to itself, so they would be lost without a word.
#[cfg(feature = "hydrate")]
fn half_dates(form: &leptos::web_sys::HtmlFormElement, customer_type: CustomerType) -> Vec<FieldProblem> {
    use wasm_bindgen::JsCast as _;
    let Ok(found) = form.query_selector_all("input[type=date]:invalid") else { return Vec::new() };
    (0..found.length())
        .filter_map(|at| found.item(at)?.dyn_into::<leptos::web_sys::Element>().ok())
        .filter(|input| {
            customer_type == CustomerType::Company || !matches!(input.closest(".company-only"), Ok(Some(_)))
        })
        .filter_map(|input| input.get_attribute("name"))
        .map(|name| FieldProblem::new(name, "Enter the whole date: day, month and year"))
        .collect()
}

/// The server has no controls.
#[cfg(not(feature = "hydrate"))]
fn half_dates(_form: &leptos::web_sys::HtmlFormElement, _customer_type: CustomerType) -> Vec<FieldProblem> {
    Vec::new()
}

/// The server has no controls.
#[cfg(not(feature = "hydrate"))]
fn typed(_form: &leptos::web_sys::HtmlFormElement) -> Option<FormValues> {
    None
}

/// The name of the control that an event is about.
fn name_of(event: &leptos::ev::FocusEvent) -> Option<String> {
    use leptos::wasm_bindgen::JsCast as _;
    let element = event.target()?.dyn_into::<leptos::web_sys::Element>().ok()?;
    element.get_attribute("name").filter(|name| !name.is_empty())
}
