//! Files in and files out: one upload at a time for a form with script, and the stored file for who may look.

use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{
        Multipart, Path,
        multipart::{Field, MultipartError},
    },
    response::{IntoResponse, Response},
};
use domain::document::SIZE_BYTES_MAX;
use http::{
    HeaderName, HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
};
use serde_json::json;
use service::{DocumentRow, Error, Purser, Session};

use crate::{
    error::{AppError, chain},
    session::RequestId,
};

/// For pictures: nothing in the answer may run, load or link.
const PICTURE_POLICY: HeaderValue = HeaderValue::from_static(
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'self'",
);

/// For PDF: the browser's own viewer does not work in a sandbox; it runs no script of the site.
const PDF_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'",
);

/// What became of one file of a form.
pub enum Taken {
    /// The input was left empty.
    Nothing,
    /// The file, whole.
    Whole { name: String, bytes: Bytes },
    /// It was read to its end and is not kept.
    TooLarge { name: String },
}

/// `POST /uploads`: one file in `file`. Answers with the document, or with why it was refused.
pub async fn upload(
    Extension(purser): Extension<Purser>,
    session: Option<Extension<Session>>,
    request_id: Option<Extension<RequestId>>,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Response {
    let request_id = request_id.map(|Extension(id)| id.0).unwrap_or_default();
    let Some(Extension(session)) = session else { return problem(&AppError::signed_out(), &request_id) };
    let Ok(form) = form else {
        return problem(
            &AppError::new(400, "malformed", "Send one file in the field “file”, as multipart/form-data."),
            &request_id,
        );
    };
    match take_and_store(&purser, &session, form).await {
        Ok(document) => (StatusCode::CREATED, axum::Json(described(&document))).into_response(),
        Err(told) => problem(&told, &request_id),
    }
}

/// `GET /documents/{id}/content`: the file. That somebody looked is put on record.
pub async fn content(
    Extension(purser): Extension<Purser>,
    session: Option<Extension<Session>>,
    request_id: Option<Extension<RequestId>>,
    Path(id): Path<String>,
) -> Response {
    let request_id = request_id.map(|Extension(id)| id.0).unwrap_or_default();
    let Some(Extension(session)) = session else { return problem(&AppError::signed_out(), &request_id) };
    let Ok(id) = id.parse() else { return problem(&AppError::not_found(), &request_id) };
    match purser.reader(&session.authority).document_content(id).await {
        Ok((document, bytes)) => shown(&document, bytes),
        Err(error) => problem(&told(&error), &request_id),
    }
}

/// Reads a file of a form to its end, keeping at most what a document may weigh.
///
/// # Errors
/// When the body breaks off or is malformed.
pub async fn take(mut field: Field<'_>) -> Result<Taken, MultipartError> {
    let name = field.file_name().unwrap_or_default().to_owned();
    let mut content: Vec<u8> = Vec::new();
    let mut is_too_large = false;
    while let Some(chunk) = field.chunk().await? {
        if content.len().saturating_add(chunk.len()) > SIZE_BYTES_MAX {
            is_too_large = true;
            content = Vec::new();
        }
        if !is_too_large {
            content.extend_from_slice(&chunk);
        }
    }
    Ok(match (is_too_large, name.is_empty() && content.is_empty()) {
        (true, _) => Taken::TooLarge { name },
        // An input that nobody filled arrives as a file without a name.
        (false, true) => Taken::Nothing,
        (false, false) => Taken::Whole { name, bytes: Bytes::from(content) },
    })
}

/// Why a file over the limit was not taken.
#[must_use]
pub fn too_large() -> String {
    format!("This file is larger than {} MB. Choose a smaller one.", SIZE_BYTES_MAX / (1024 * 1024))
}

/// A failure as the caller may learn it; what broke goes to the log.
#[must_use]
pub fn told(error: &Error) -> AppError {
    let told = AppError::from(error);
    if told.status >= 500 {
        tracing::error!(code = %told.code, cause = %chain(error), "a file or form could not be answered");
    }
    told
}

/// The answer for programs (RFC 9457), which the script of the form reads too.
#[must_use]
pub fn problem(told: &AppError, request_id: &str) -> Response {
    let status = StatusCode::from_u16(told.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or("Error"),
        "status": status.as_u16(),
        "detail": told.message,
        "code": told.code,
        "errors": told.errors,
        "request_id": request_id,
    });
    let headers = [(CONTENT_TYPE, "application/problem+json"), (CACHE_CONTROL, "no-store")];
    (status, headers, body.to_string()).into_response()
}

async fn take_and_store(purser: &Purser, session: &Session, mut form: Multipart) -> Result<DocumentRow, AppError> {
    let editor = purser.editor(&session.authority).map_err(|error| told(&error))?;
    let broken = |error: MultipartError| {
        AppError::new(error.status().as_u16(), "malformed", "The file did not arrive whole. Choose it again.")
    };
    while let Some(field) = form.next_field().await.map_err(broken)? {
        if field.name() != Some("file") {
            continue;
        }
        return match take(field).await.map_err(broken)? {
            Taken::Nothing => Err(AppError::new(422, "required", "Choose a file.")),
            Taken::TooLarge { .. } => Err(AppError::new(413, "too_large", too_large())),
            Taken::Whole { name, bytes } => editor.upload_document(&name, bytes).await.map_err(|error| told(&error)),
        };
    }
    Err(AppError::new(400, "malformed", "Send one file in the field “file”."))
}

fn described(document: &DocumentRow) -> serde_json::Value {
    json!({
        "document_id": document.id,
        "media_type": document.media_type,
        "size_bytes": document.size_bytes,
        "pages": document.pages,
        "file_name": document.file_name,
    })
}

fn shown(document: &DocumentRow, bytes: Bytes) -> Response {
    let is_picture = document.media_type.starts_with("image/");
    let policy = if is_picture { PICTURE_POLICY } else { PDF_POLICY };
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_str(&document.media_type).unwrap_or(HeaderValue::from_static("application/octet-stream")),
    );
    headers.insert(CONTENT_DISPOSITION, disposition(&document.file_name));
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin"));
    response
}

/// `inline` with the name in both spellings of RFC 6266; what could end the quoted one is left out of it.
fn disposition(file_name: &str) -> HeaderValue {
    use std::fmt::Write as _;
    let plain: String =
        file_name.chars().map(|c| if c.is_ascii_alphanumeric() || " ._-()".contains(c) { c } else { '_' }).collect();
    let mut whole = String::new();
    for byte in file_name.bytes() {
        if byte.is_ascii_alphanumeric() || b"._-".contains(&byte) {
            whole.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(whole, "%{byte:02X}");
        }
    }
    HeaderValue::from_str(&format!("inline; filename=\"{plain}\"; filename*=UTF-8''{whole}"))
        .unwrap_or(HeaderValue::from_static("inline"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_place_in_the_header() {
        let header = disposition("pass\"; x=\r\n\u{e9}.png");
        assert_eq!(
            header.to_str().unwrap(),
            "inline; filename=\"pass__ x____.png\"; filename*=UTF-8''pass%22%3B%20x%3D%0D%0A%C3%A9.png"
        );
    }
}
