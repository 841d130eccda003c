//! `Idempotency-Key`: a request that is sent again is answered again, and takes effect once.
//!
//! The verb notes the key in the unit of work that takes effect; the answer is kept right after. Between the two a
//! crash or a second request may come: then the verb, asked again, hands out the object that the first one made.

use axum::{
    body::Body,
    extract::FromRequestParts,
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{CONTENT_TYPE, LOCATION},
        request::Parts,
    },
    response::Response,
};
use serde::Serialize;
use serde_json::Value;
use service::{Editor, Idempotency};
use sha2::{Digest, Sha256};

use crate::{ApiState, auth::Caller, problem::Problem};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that an answer is the repetition of an earlier one.
const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
const KEY_CHARS_MAX: usize = 255;

/// A request that may be sent again.
#[derive(Clone, Debug)]
pub struct Once {
    key: Option<String>,
    route: String,
}

/// What a verb made, as it is answered and kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    status: StatusCode,
    location: Option<String>,
    body: String,
}

impl FromRequestParts<ApiState> for Once {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &ApiState) -> Result<Self, Problem> {
        let mut values = parts.headers.get_all(IDEMPOTENCY_KEY).iter();
        let key = values.next().map(|value| value.to_str().ok().filter(|key| is_key(key)).map(str::to_owned));
        if matches!(key, Some(None)) || values.next().is_some() {
            let detail = format!("Send one Idempotency-Key of 1 to {KEY_CHARS_MAX} visible ASCII characters.");
            return Err(Problem::new("malformed", detail));
        }
        Ok(Self { key: key.flatten(), route: format!("{} {}", parts.method, parts.uri.path()) })
    }
}

impl Once {
    /// Answers again what was answered before, or runs `verb` and keeps its answer. `content` is what the body says.
    ///
    /// # Errors
    /// 409 `idempotency_key_reused` when the key came with another request, and what `verb` refuses, which is not kept.
    pub async fn run<F>(
        self,
        caller: &Caller,
        content: &[u8],
        verb: impl FnOnce(Editor) -> F,
    ) -> Result<Response, Problem>
    where
        F: Future<Output = Result<Made, Problem>>,
    {
        let editor = caller.editor()?;
        let Some(key) = self.key else { return Ok(verb(editor).await?.into_response(false)) };
        let request_hash: [u8; 32] =
            Sha256::new_with_prefix(&self.route).chain_update([0]).chain_update(content).finalize().into();
        if let Some(kept) = kept(caller, &key, &request_hash).await? {
            return Ok(kept.into_response(true));
        }
        let editor = editor.with_idempotency(Idempotency { key: key.clone(), request_hash });
        let made = verb(editor).await?;
        // The same request may have come in twice at once, and the other one been answered by now.
        if let Some(kept) = kept(caller, &key, &request_hash).await? {
            return Ok(kept.into_response(true));
        }
        if let Err(error) = caller.reader().save_idempotent_answer(&key, made.status.as_u16(), &made.kept_text()).await
        {
            // It took effect, and a repetition hands out the same object: no reason to answer with an error.
            tracing::warn!(error = %error, "an answer could not be kept");
        }
        Ok(made.into_response(false))
    }
}

impl Made {
    /// 201 with a new object and where it is.
    ///
    /// # Errors
    /// When the object cannot be written as JSON, which does not happen.
    pub fn created(location: String, object: &impl Serialize) -> Result<Self, Problem> {
        Ok(Self { location: Some(location), ..Self::new(StatusCode::CREATED, object)? })
    }

    /// 200 with an object.
    ///
    /// # Errors
    /// When the object cannot be written as JSON, which does not happen.
    pub fn done(object: &impl Serialize) -> Result<Self, Problem> {
        Self::new(StatusCode::OK, object)
    }

    fn new(status: StatusCode, object: &impl Serialize) -> Result<Self, Problem> {
        let body =
            serde_json::to_string(object).map_err(|error| Problem::from(service::Error::Internal(Box::new(error))))?;
        Ok(Self { status, location: None, body })
    }

    /// The location on a line of its own, then the body: JSON has no line break.
    fn kept_text(&self) -> String {
        format!("{}\n{}", self.location.as_deref().unwrap_or_default(), self.body)
    }

    fn of_kept(status: u16, text: &str) -> Option<Self> {
        let (location, body) = text.split_once('\n')?;
        let location = Some(location.to_owned()).filter(|location| !location.is_empty());
        Some(Self { status: StatusCode::from_u16(status).ok()?, location, body: body.to_owned() })
    }

    fn into_response(self, is_replayed: bool) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(location) = self.location.and_then(|location| HeaderValue::try_from(location).ok()) {
            headers.insert(LOCATION, location);
        }
        if is_replayed {
            headers.insert(IDEMPOTENT_REPLAYED, HeaderValue::from_static("true"));
        }
        response
    }
}

/// What a JSON body says, however it is spaced and its members are ordered.
#[must_use]
pub fn content_of(value: &Value) -> Vec<u8> {
    let mut value = value.clone();
    value.sort_all_objects();
    value.to_string().into_bytes()
}

async fn kept(caller: &Caller, key: &str, request_hash: &[u8; 32]) -> Result<Option<Made>, Problem> {
    let Some(known) = caller.reader().idempotent_answer(key).await? else { return Ok(None) };
    if known.request_hash != request_hash {
        return Err(Problem::new(
            "idempotency_key_reused",
            "This Idempotency-Key was used for another request. Use a new one.",
        ));
    }
    Ok(known.answer.and_then(|(status, text)| Made::of_kept(status, &text)))
}

fn is_key(key: &str) -> bool {
    (1..=KEY_CHARS_MAX).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_kept_reads_back() {
        for made in [
            Made::created("/api/v1/customers/customer_1".to_owned(), &json!({ "name": "line\nbreak" })).unwrap(),
            Made::done(&json!({})).unwrap(),
        ] {
            assert_eq!(Made::of_kept(made.status.as_u16(), &made.kept_text()), Some(made));
        }
    }

    #[test]
    fn order_and_spacing_do_not_make_another_request() {
        let read = |text: &str| content_of(&crate::json::parse(text.as_bytes()).unwrap());
        assert_eq!(read(r#"{"a":1,"b":{"c":2,"d":3}}"#), read("{ \"b\": {\"d\":3, \"c\":2},\n \"a\": 1 }"));
        assert_ne!(read(r#"{"a":1}"#), read(r#"{"a":"1"}"#));
    }

    #[test]
    fn a_key_is_visible_ascii() {
        assert!(is_key("8e03978e-40d5-43dd-bc93-6894a57f9324") && is_key(&"k".repeat(255)));
        for key in ["", " ", "a b", "ключ", &"k".repeat(256)] {
            assert!(!is_key(key), "{key}");
        }
    }
}
