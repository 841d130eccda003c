//! A file from a multipart body, read as it comes and bounded on the way.

use axum::{
    extract::{FromRequest, Multipart, Request, multipart::Field},
    http::{StatusCode, header::CONTENT_TYPE},
};
use bytes::Bytes;
use domain::document::SIZE_BYTES_MAX;

use crate::{ApiState, problem::Problem};

/// What is too large is still read up to here and thrown away: a program that is cut off while it sends would see a
/// broken connection instead of the answer.
pub const READ_ON_BYTES_MAX: usize = 4 * SIZE_BYTES_MAX;

const FILE_NAME_DEFAULT: &str = "document";

/// The one part named `file`.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The name it was sent with.
    pub file_name: String,
    /// What is in it.
    pub content: Bytes,
}

impl FromRequest<ApiState> for Upload {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, Problem> {
        let content_type =
            request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !content_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("multipart/form-data") {
            return Err(Problem::new(
                "unsupported_media_type",
                "Send the file as multipart/form-data, in a part named file.",
            ));
        }
        let mut parts =
            Multipart::from_request(request, state).await.map_err(|_| unreadable(StatusCode::BAD_REQUEST))?;
        let mut found: Option<Self> = None;
        while let Some(part) = parts.next_field().await.map_err(|error| unreadable(error.status()))? {
            match part.name() {
                Some("file") if found.is_none() => found = Some(read(part).await?),
                Some("file") => return Err(Problem::field("file", "repeated", "Send one file at a time")),
                name => {
                    let name = name.unwrap_or_default().to_owned();
                    return Err(Problem::field(&name, "unknown", "Remove this part: only file is known here"));
                }
            }
        }
        found.ok_or_else(|| Problem::field("file", "required", "Send the file in a part named file"))
    }
}

async fn read(mut part: Field<'_>) -> Result<Upload, Problem> {
    let file_name = part.file_name().unwrap_or(FILE_NAME_DEFAULT).to_owned();
    let (mut content, mut total) = (Vec::new(), 0_usize);
    while let Some(chunk) = part.chunk().await.map_err(|error| unreadable(error.status()))? {
        total = total.saturating_add(chunk.len());
        if total <= SIZE_BYTES_MAX {
            content.extend_from_slice(&chunk);
        }
    }
    if total > SIZE_BYTES_MAX { Err(too_large()) } else { Ok(Upload { file_name, content: content.into() }) }
}

fn unreadable(status: StatusCode) -> Problem {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large();
    }
    Problem::new("malformed", "The multipart body cannot be read: a boundary or the end is missing.")
}

fn too_large() -> Problem {
    Problem::new("too_large", "The file is larger than 5 MB. Send a smaller one.")
}
