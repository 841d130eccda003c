//! The fields of the customer form, group by group. Labels are the contract's words, and each stands once.
//!
//! The company's group is hidden by the stylesheet unless `Company` is chosen, so that choosing works without script.

use domain::{
    customer::{AccountUsagePurpose, CustomerType},
    document::SIZE_BYTES_MAX,
    input::{NOTE_CHARS_MAX, OWNERS_MAX, TEXT_CHARS_MAX},
    party::IdentificationType,
};
use leptos::prelude::*;

use super::{
    country_field::CountryField,
    form::{FileControl, FormValues, owner_control},
    uploading::Uploads,
};
use crate::ui::{
    Choice, DateField, Disclosure, FieldGroup, FieldProblem, FieldRow, InputKind, InputWidth, RadioGroup, SelectField,
    TextArea, TextField, UploadField,
};

/// What every group needs: what to show, and what is wrong.
#[derive(Clone, Copy)]
pub struct FormView {
    pub values: StoredValue<FormValues>,
    pub problems: Signal<Vec<FieldProblem>>,
    pub uploads: Uploads,
    /// Nothing when the type can still be chosen.
    pub fixed_type: Option<CustomerType>,
}

impl FormView {
    fn value(self, name: &str) -> String {
        self.values.with_value(|values| values.get(name).to_owned())
    }

    /// What is wrong with a control.
    fn error(self, name: impl Into<String>) -> Signal<Option<String>> {
        let (name, problems) = (name.into(), self.problems);
        Signal::derive(move || {
            problems.read().iter().find(|problem| problem.field == name).map(|problem| problem.message.clone())
        })
    }
}

/// Individual or company; told and not asked where it is settled.
#[component]
pub fn TypeField(form: FormView) -> impl IntoView {
    if let Some(customer_type) = form.fixed_type {
        return view! { <input type="hidden" name="type" value=customer_type.code()/> }.into_any();
    }
    let options = CustomerType::ALL.map(|kind| Choice::new(kind.code(), kind.label())).to_vec();
    let chosen = form.values.with_value(|values| values.customer_type().code());
    view! {
        <RadioGroup name="type" legend="Customer type" options=options value=chosen inline=true error=form.error("type")/>
    }
    .into_any()
}

/// The company itself.
#[component]
pub fn CompanyFields(form: FormView) -> impl IntoView {
    let text_chars_max = limit(TEXT_CHARS_MAX);
    view! {
        <div class="company-only" data-name="company-fields">
            <FieldGroup title="Company">
                <TextField
                    name="company_name" label="Company name" value=form.value("company_name") error=form.error("company_name")
                    autocomplete="organization" maxlength=text_chars_max
                />
                <FieldRow>
                    <TextField
                        name="registration_number" label="Registration number" value=form.value("registration_number")
                        error=form.error("registration_number") figures=true maxlength=50
                    />
                    <DateField
                        name="incorporation_date" label="Incorporation date" value=form.value("incorporation_date")
                        error=form.error("incorporation_date") optional=true
                    />
                </FieldRow>
                <CountryField
                    name="incorporation_country" label="Incorporation country" value=form.value("incorporation_country")
                    error=form.error("incorporation_country")
                />
                <TextArea
                    name="nature_of_business" label="Nature of business" value=form.value("nature_of_business")
                    error=form.error("nature_of_business") hint="What the company does, in a sentence or two" rows=2
                />
                <TextField
                    name="website" label="Website" kind=InputKind::Url value=form.value("website") error=form.error("website")
                    optional=true autocomplete="url" maxlength=2048
                />
                <FileField form control=FileControl::RegistrationDocument hint="An extract of the company register"/>
                <OwnerFields form/>
            </FieldGroup>
        </div>
    }
    .into_any()
}

/// The natural person: the customer, or who acts for the company.
#[component]
pub fn PersonFields(form: FormView) -> impl IntoView {
    let text_chars_max = limit(TEXT_CHARS_MAX);
    view! {
        <section class="field-group" data-name="field-group">
            <h2 class="field-group-title individual-only">"Person"</h2>
            <h2 class="field-group-title company-only">"Authorised person"</h2>
            <FieldRow>
                <TextField
                    name="first_name" label="First name" value=form.value("first_name") error=form.error("first_name")
                    maxlength=text_chars_max
                />
                <TextField
                    name="last_name" label="Last name" value=form.value("last_name") error=form.error("last_name")
                    maxlength=text_chars_max
                />
            </FieldRow>
            <DateField name="date_of_birth" label="Date of birth" value=form.value("date_of_birth") error=form.error("date_of_birth")/>
            <FieldRow>
                <CountryField name="nationality" label="Nationality" value=form.value("nationality") error=form.error("nationality")/>
                <CountryField
                    name="country_of_residence" label="Country of residence" value=form.value("country_of_residence")
                    error=form.error("country_of_residence") optional=true
                />
            </FieldRow>
        </section>
        <FieldGroup title="Identification">
            <SelectField
                name="identification_type" label="Identification type" options=identification_types() blank="Choose one".to_owned()
                value=form.value("identification_type") error=form.error("identification_type") width=InputWidth::Medium
            />
            <FieldRow>
                <TextField
                    name="identification_number" label="Identification number" value=form.value("identification_number")
                    error=form.error("identification_number") figures=true maxlength=50
                />
                <DateField name="expires_on" label="Expires on" value=form.value("expires_on") error=form.error("expires_on")/>
            </FieldRow>
            <CountryField
                name="issuing_country" label="Issuing country" value=form.value("issuing_country") error=form.error("issuing_country")
            />
            <FileField form control=FileControl::IdProof hint="The page with the photo, all four corners in the picture"/>
        </FieldGroup>
    }
    .into_any()
}

/// Where the customer is, and the paper that says so.
#[component]
pub fn AddressFields(form: FormView) -> impl IntoView {
    let text_chars_max = limit(TEXT_CHARS_MAX);
    let text = move |name: &'static str, label: &'static str, optional: bool, width: InputWidth, maxlength: u32| {
        view! {
            <TextField
                name=name label=label value=form.value(name) error=form.error(name) optional=optional width=width maxlength=maxlength
            />
        }
        .into_any()
    };
    view! {
        <FieldGroup title="Address">
            {text("address_line1", "Address line 1", false, InputWidth::Full, text_chars_max)}
            {text("address_line2", "Address line 2", true, InputWidth::Full, text_chars_max)}
            <FieldRow>
                {text("city", "City", false, InputWidth::Full, text_chars_max)}
                {text("state", "State", true, InputWidth::Full, text_chars_max)}
            </FieldRow>
            {text("postal_code", "Postal code", false, InputWidth::Short, 16)}
            <CountryField name="country" label="Country" value=form.value("country") error=form.error("country")/>
            <FileField form control=FileControl::AddressProof hint="A bill or bank statement that shows this address"/>
        </FieldGroup>
    }
    .into_any()
}

/// How to reach the customer, and what the account is for.
#[component]
pub fn AccountFields(form: FormView) -> impl IntoView {
    view! {
        <FieldGroup title="Contact and account">
            <SelectField
                name="account_usage_purpose" label="Account usage purpose" options=purposes() blank="Choose one".to_owned()
                value=form.value("account_usage_purpose") error=form.error("account_usage_purpose") width=InputWidth::Medium
            />
            <TextField
                name="email" label="Email" kind=InputKind::Email value=form.value("email") error=form.error("email") optional=true
                maxlength=254
            />
            <TextField
                name="phone" label="Phone" kind=InputKind::Phone value=form.value("phone") error=form.error("phone") optional=true
                hint="With the country code, such as +61 412 345 678" width=InputWidth::Medium maxlength=40
            />
            <TextField
                name="reference" label="Reference" value=form.value("reference") error=form.error("reference") optional=true
                hint="Your own id of this customer, used once" width=InputWidth::Medium maxlength=limit(TEXT_CHARS_MAX)
            />
            <TextArea
                name="description" label="Description" value=form.value("description") error=form.error("description") optional=true
                hint=format!("A note for your colleagues, at most {NOTE_CHARS_MAX} characters") rows=2
            />
        </FieldGroup>
    }
    .into_any()
}

/// A file input with what became of its file, and the id of the uploaded one.
#[component]
fn FileField(form: FormView, control: FileControl, hint: &'static str) -> impl IntoView {
    let upload = form.uploads.at(control);
    let from_form = form.error(control.name());
    let error = Signal::derive(move || upload.problem.get().or_else(|| from_form.get()));
    let hint = format!("{hint}. PNG, JPEG or PDF, {} MB at most", SIZE_BYTES_MAX / (1024 * 1024));
    view! {
        <UploadField
            name=control.name() label=control.label() hint=hint error=error state=upload.state
            on_pick=Callback::new(move |event| upload.pick(&event))
            on_remove=Callback::new(move |()| upload.remove())
        />
        <input type="hidden" name=control.id_name() value=move || upload.document_id.get()/>
    }
    .into_any()
}

/// Those who own a quarter or more. Their labels share no words with the fields of the person.
#[component]
fn OwnerFields(form: FormView) -> impl IntoView {
    let is_any = (1..=OWNERS_MAX).any(|number| !form.value(&owner_control(number, "name")).is_empty());
    let owners = (1..=OWNERS_MAX)
        .map(|number| {
            let name = move |field: &str| owner_control(number, field);
            let value = move |field: &str| form.value(&name(field));
            let error = move |field: &str| form.error(name(field));
            view! {
                <fieldset class="owner" data-name="owner">
                    <legend class="visually-hidden">{format!("Owner {number}")}</legend>
                    <FieldRow>
                        <TextField
                            name=name("name") label=format!("Owner {number} full name") value=value("name") error=error("name")
                            maxlength=limit(TEXT_CHARS_MAX)
                        />
                        <TextField
                            name=name("share") label=format!("Owner {number} share") value=value("share") error=error("share")
                            kind=InputKind::Digits width=InputWidth::Short prefix="%" maxlength=5
                        />
                    </FieldRow>
                    <FieldRow>
                        <DateField name=name("born_on") label=format!("Owner {number} born on") value=value("born_on") error=error("born_on")/>
                        <CountryField
                            name=name("citizenship") label=format!("Owner {number} citizenship") value=value("citizenship")
                            error=error("citizenship")
                        />
                    </FieldRow>
                </fieldset>
            }
        })
        .collect_view();
    view! {
        <Disclosure summary="Beneficial owners (25 % or more each)" open=is_any>
            {owners}
        </Disclosure>
    }
    .into_any()
}

fn identification_types() -> Vec<Choice> {
    IdentificationType::ALL.map(|kind| Choice::new(kind.code(), kind.label())).to_vec()
}

fn purposes() -> Vec<Choice> {
    AccountUsagePurpose::ALL.map(|purpose| Choice::new(purpose.code(), purpose.label())).to_vec()
}

/// A limit of the domain as the browser counts it.
fn limit(chars_max: usize) -> u32 {
    u32::try_from(chars_max).unwrap_or(u32::MAX)
}
