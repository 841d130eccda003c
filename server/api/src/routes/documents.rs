//! Uploading and fetching documents.

use axum::{
    Json,
    http::{
        HeaderName, HeaderValue,
        header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
    },
    response::{IntoResponse, Response},
};
use domain::id::DocumentId;
use utoipa::ToSchema;

use super::{BASE, Id};
use crate::{
    auth::Caller,
    idempotency::{Made, Once},
    models::Document,
    problem::Problem,
    query::NoQuery,
    upload::Upload,
};

/// A file to upload.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the multipart body")]
pub struct UploadForm {
    /// A png, jpeg or pdf of at most 5 MB, judged by its content.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
}

/// Upload a document
///
/// The file is judged by its content: one that does not open, is blank, encrypted or of another kind is refused with the
/// reason. Name the id in a customer's `documents` afterwards.
#[utoipa::path(
    post, path = "/documents", operation_id = "upload_document", tag = "Documents", request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "The document.", body = Document, headers(("Location" = String, description = "Where it is.")))),
)]
pub async fn upload(caller: Caller, _: NoQuery, once: Once, upload: Upload) -> Result<Response, Problem> {
    // The boundary of a multipart body is another one each time; the file is what counts.
    let content = upload.content.clone();
    once.run(&caller, &content, async |editor| {
        let document = editor.upload_document(&upload.file_name, upload.content.clone()).await?;
        Made::created(format!("{BASE}/documents/{}", document.id), &Document::from(document))
    })
    .await
}

/// Show what is known of a document
#[utoipa::path(
    get, path = "/documents/{id}", operation_id = "show_document", tag = "Documents", params(("id" = String, Path, description = "`document_…`")),
    responses((status = 200, description = "The document.", body = Document)),
)]
pub async fn show(caller: Caller, _: NoQuery, Id(id): Id<DocumentId>) -> Result<Json<Document>, Problem> {
    Ok(Json(caller.reader().document(id).await?.into()))
}

/// Fetch a document's file
///
/// Every look is put on record.
#[utoipa::path(
    get, path = "/documents/{id}/content", operation_id = "fetch_document_content", tag = "Documents", params(("id" = String, Path, description = "`document_…`")),
    responses((status = 200, description = "The file, with its own content type.", content(
        (String = "image/png"), (String = "image/jpeg"), (String = "application/pdf"),
    ))),
)]
pub async fn content(caller: Caller, _: NoQuery, Id(id): Id<DocumentId>) -> Result<Response, Problem> {
    let (document, content) = caller.reader().document_content(id).await?;
    let mut response = content.into_response();
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    };
    set(CONTENT_TYPE, &document.media_type);
    set(CONTENT_DISPOSITION, &disposition(&document.file_name));
    // Somebody else's file: it may be looked at, and run nothing.
    set(CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox");
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    Ok(response)
}

/// The name in the two forms of RFC 6266: one that every client reads, and the exact one.
fn disposition(file_name: &str) -> String {
    let plain: String =
        file_name.chars().map(|c| if c.is_ascii_alphanumeric() || "._- ".contains(c) { c } else { '_' }).collect();
    let exact: String = url::form_urlencoded::byte_serialize(file_name.as_bytes()).collect();
    format!("inline; filename=\"{plain}\"; filename*=UTF-8''{}", exact.replace('+', "%20"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_header() {
        let shown = disposition("päss\"; x=\r\nport.pdf");
        assert_eq!(
            shown,
            "inline; filename=\"p_ss__ x___port.pdf\"; filename*=UTF-8''p%C3%A4ss%22%3B%20x%3D%0D%0Aport.pdf"
        );
        assert!(HeaderValue::try_from(shown).is_ok());
    }
}
