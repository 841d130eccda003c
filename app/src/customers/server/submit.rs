//! The customer form as a browser sends it without script: text and files in one body, in any order. What is wrong is
//! kept with everything that was typed, and the browser is sent back to the form; the address never says any of it.

use axum::{
    Extension,
    extract::{
        Multipart, Path, RawForm,
        multipart::{MultipartError, MultipartRejection},
    },
    response::{IntoResponse, Redirect, Response},
};
use domain::{fault::FieldError, input::CustomerInput};
use service::{Editor, Error, Purser, Session};

use super::{
    files::{Taken, take, told, too_large},
    read::{self, COLUMNS_PREFERENCE, parse_id},
};
use crate::{
    customers::{
        form::{FileControl, FormValues},
        list_query::ColumnKey,
        model::Live,
    },
    routes,
    session::Here,
};

/// Longest text that is read from one field, in bytes; the form's own limits are lower.
const TEXT_BYTES_MAX: usize = 16 * 1024;

/// `POST /customers/new`.
pub async fn create(
    Extension(purser): Extension<Purser>,
    session: Option<Extension<Session>>,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    answer(&purser, session, None, form).await
}

/// `POST /customers/{id}/edit`.
pub async fn change(
    Extension(purser): Extension<Purser>,
    session: Option<Extension<Session>>,
    Path(id): Path<String>,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    answer(&purser, session, Some(id), form).await
}

/// `POST /customers/columns`: which columns the person wants to see.
pub async fn choose_columns(
    Extension(purser): Extension<Purser>,
    session: Option<Extension<Session>>,
    RawForm(body): RawForm,
) -> Response {
    let Some(Extension(session)) = session else {
        return Redirect::to(&routes::sign_in(routes::CUSTOMERS)).into_response();
    };
    let mut columns = Vec::new();
    let mut back = routes::CUSTOMERS.to_owned();
    for (name, value) in url::form_urlencoded::parse(&body) {
        match name.as_ref() {
            "column" if ColumnKey::ALL.iter().any(|column| column.code() == value) => columns.push(value.into_owned()),
            "return_to" if value.starts_with(routes::CUSTOMERS) => routes::local(&value).clone_into(&mut back),
            _ => {}
        }
    }
    if let Err(error) = purser.reader(&session.authority).set_preference(COLUMNS_PREFERENCE, &columns.join(",")).await {
        back = routes::with_problem(&back, &told(&error).code);
    }
    Redirect::to(&back).into_response()
}

/// Creates or changes the customer that the form describes; for a form with and without script alike.
///
/// # Errors
/// As the verb says.
pub async fn save(editor: &Editor, id: Option<&str>, values: &FormValues) -> Result<String, Error> {
    let customer = match id {
        None => editor.create_customer(&values.to_input()).await?,
        Some(id) => {
            let id = parse_id(id)?;
            let current = CustomerInput::from(&editor.customer(id).await?.details);
            editor.update_customer(id, &values.to_input_over(&current)).await?
        }
    };
    Ok(customer.id.to_string())
}

/// Turns the merchant's switch, and tells how the customer stands then.
///
/// # Errors
/// As the verb says.
pub async fn switch(here: &Here, id: &str, is_enabled: bool) -> Result<Live, Error> {
    let editor = here.editor()?;
    let customer_id = parse_id(id)?;
    if is_enabled {
        editor.enable_customer(customer_id).await?;
    } else {
        editor.disable_customer(customer_id).await?;
    }
    read::live(&editor, &here.session, id).await
}

/// Deletes a customer.
///
/// # Errors
/// As the verb says.
pub async fn delete(here: &Here, id: &str) -> Result<(), Error> {
    here.editor()?.delete_customer(parse_id(id)?).await
}

async fn answer(
    purser: &Purser,
    session: Option<Extension<Session>>,
    id: Option<String>,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    let page = id.as_deref().map_or_else(|| routes::CUSTOMERS_NEW.to_owned(), routes::customer_edit);
    let Some(Extension(session)) = session else { return Redirect::to(&routes::sign_in(&page)).into_response() };
    let go = |address: String| Redirect::to(&address).into_response();
    let (Ok(editor), Ok(form)) = (purser.editor(&session.authority), form) else {
        let code = if session.role.may_edit() { "malformed" } else { "role" };
        return go(routes::with_problem(&page, code));
    };
    let (values, mut errors) = arrived(&editor, form).await;
    if errors.is_empty() {
        match save(&editor, id.as_deref(), &values).await {
            Ok(id) => return go(routes::customer(&id)),
            Err(Error::Invalid(found)) => errors = found,
            Err(error) => {
                let told = told(&error);
                errors.push(FieldError::new("", &told.code, told.message));
            }
        }
    } else if let Err(found) = values.to_input().parse(purser.today()) {
        // Files were refused: what else needs another look is told in the same breath.
        errors.extend(found);
    }
    let body = serde_json::to_string(&values).unwrap_or_default();
    match editor.save_form_draft(body, errors).await {
        Ok(draft) => go(routes::with_draft(&page, &draft.to_string())),
        Err(error) => go(routes::with_problem(&page, &told(&error).code)),
    }
}

/// Everything that the form holds. Files are stored as they come; what became of a refused one is told of its control.
async fn arrived(editor: &Editor, mut form: Multipart) -> (FormValues, Vec<FieldError>) {
    let mut values = FormValues::default();
    let mut errors = Vec::new();
    // A file that was sent replaces the one that was there, wherever in the body the hidden input with its id stands.
    let mut stored = Vec::new();
    loop {
        let field = match form.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => break,
            Err(error) => {
                errors.push(broken(&error));
                break;
            }
        };
        let name = field.name().unwrap_or_default().to_owned();
        let control = FileControl::from_name(&name);
        let found = match control {
            Some(_) => take(field).await,
            None => text_of(field).await.map(|text| {
                values.set(&name, text);
                Taken::Nothing
            }),
        };
        match (found, control) {
            (Ok(taken), Some(control)) => match store(editor, control, taken).await {
                Ok(document) => stored.extend(document.map(|document| (control, document))),
                Err(error) => errors.push(error),
            },
            (Ok(_), None) => {}
            (Err(error), _) => {
                errors.push(broken(&error));
                break;
            }
        }
    }
    for (control, document_id) in stored {
        values.set(control.id_name(), document_id);
    }
    (values, errors)
}

/// The id under which a file is kept; nothing when there was none.
async fn store(editor: &Editor, control: FileControl, taken: Taken) -> Result<Option<String>, FieldError> {
    let refused = |code: &str, name: &str, why: &str| {
        FieldError::new(
            format!("documents.{}", control.name()),
            code,
            format!("{}: {}", control.label(), named(name, why)),
        )
    };
    match taken {
        Taken::Nothing => Ok(None),
        Taken::TooLarge { name } => Err(refused("too_large", &name, &too_large())),
        Taken::Whole { name, bytes } => match editor.upload_document(&name, bytes).await {
            Ok(document) => Ok(Some(document.id.to_string())),
            Err(error) => {
                let told = told(&error);
                let why = told.errors.first().map_or(told.message.as_str(), |error| error.message.as_str());
                Err(refused(&told.code, &name, why))
            }
        },
    }
}

fn named(file_name: &str, why: &str) -> String {
    if file_name.is_empty() { why.to_owned() } else { format!("{file_name} was not taken. {why}") }
}

async fn text_of(mut field: axum::extract::multipart::Field<'_>) -> Result<String, MultipartError> {
    let mut bytes: Vec<u8> = Vec::new();
    while let Some(chunk) = field.chunk().await? {
        let room = TEXT_BYTES_MAX.saturating_sub(bytes.len());
        bytes.extend_from_slice(chunk.get(..room.min(chunk.len())).unwrap_or_default());
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn broken(error: &MultipartError) -> FieldError {
    let message = if error.status() == http::StatusCode::PAYLOAD_TOO_LARGE {
        "The files together are too large to be read. Choose files of at most 5 MB each."
    } else {
        "The form did not arrive whole. Check it and send it again."
    };
    FieldError::new("", "malformed", message)
}
