//! JSON bodies: read strictly, and told about by line, column or dotted path, never by what they hold.

use std::fmt;

use axum::{
    body::Body,
    extract::{FromRequest, Request},
    http::header::CONTENT_TYPE,
};
use domain::fault::FieldError;
use futures::StreamExt;
use serde::{
    Deserialize,
    de::{self, DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};

use crate::{ApiState, problem::Problem, upload::READ_ON_BYTES_MAX};

/// Longest JSON body, in bytes.
pub const JSON_BYTES_MAX: usize = 256 * 1024;

/// A JSON object from the body of a request with the content type `application/json`.
#[derive(Clone, Debug)]
pub struct JsonObject(pub Value);

/// A merge patch (RFC 7396): as [`JsonObject`], and `application/merge-patch+json` is accepted too.
#[derive(Clone, Debug)]
pub struct MergePatch(pub Value);

/// The body of a verb that needs none: empty, or an empty JSON object.
#[derive(Clone, Copy, Debug)]
pub struct NoBody;

impl FromRequest<ApiState> for JsonObject {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &ApiState) -> Result<Self, Problem> {
        read_object(request, &["application/json"]).await.map(Self)
    }
}

impl FromRequest<ApiState> for MergePatch {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &ApiState) -> Result<Self, Problem> {
        read_object(request, &["application/merge-patch+json", "application/json"]).await.map(Self)
    }
}

impl FromRequest<ApiState> for NoBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &ApiState) -> Result<Self, Problem> {
        let bytes = read_bytes(request.into_body()).await?;
        if bytes.is_empty() {
            return Ok(Self);
        }
        match parse(&bytes)? {
            Value::Object(fields) if fields.is_empty() => Ok(Self),
            Value::Object(fields) => Err(Problem::invalid(fields.keys().map(|name| unknown(name)).collect())),
            _ => Err(Problem::new("malformed", "Send no body, or an empty JSON object.")),
        }
    }
}

/// Reads JSON as `T`. Members that `T` does not have are refused, by their dotted path.
///
/// # Errors
/// 422 that names the first member whose type is wrong or that is not known.
pub fn read<T: DeserializeOwned>(value: Value) -> Result<T, Problem> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = dotted(error.path());
        Problem::invalid(vec![in_words(path, &error.inner().to_string())])
    })
}

/// JSON of any shape whose objects name each member once.
///
/// # Errors
/// 400 with line and column.
pub fn parse(bytes: &[u8]) -> Result<Value, Problem> {
    serde_json::from_slice::<Strict>(bytes)
        .map(|strict| strict.0)
        .map_err(|error| Problem::new("malformed", format!("The body is not JSON that can be read: {error}.")))
}

/// A member that is not known.
#[must_use]
pub fn unknown(path: &str) -> FieldError {
    FieldError::new(path, "unknown", "Remove this: there is no such field here")
}

async fn read_object(request: Request, content_types: &[&str]) -> Result<Value, Problem> {
    let given = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim();
    if !content_types.iter().any(|one| essence.eq_ignore_ascii_case(one)) {
        return Err(Problem::new(
            "unsupported_media_type",
            format!("Send the body as {}.", content_types.join(" or ")),
        ));
    }
    let bytes = read_bytes(request.into_body()).await?;
    match parse(&bytes)? {
        value @ Value::Object(_) => Ok(value),
        _ => Err(Problem::new("malformed", "The body is JSON, but not an object: begin with {.")),
    }
}

async fn read_bytes(body: Body) -> Result<Vec<u8>, Problem> {
    let mut stream = body.into_data_stream();
    let (mut bytes, mut total) = (Vec::new(), 0_usize);
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| Problem::new("malformed", "The body ended before it was complete."))?;
        total = total.saturating_add(chunk.len());
        if total <= JSON_BYTES_MAX {
            bytes.extend_from_slice(&chunk);
        } else if total > READ_ON_BYTES_MAX {
            break;
        }
    }
    if total > JSON_BYTES_MAX {
        return Err(Problem::new("too_large", format!("The body is longer than {JSON_BYTES_MAX} bytes.")));
    }
    Ok(bytes)
}

/// `a.0.b`, as field errors name it; `serde_path_to_error` writes `a[0].b`.
fn dotted(path: &serde_path_to_error::Path) -> String {
    path.to_string().replace('[', ".").replace(']', "")
}

/// What serde says, without what it quotes of the input.
fn in_words(path: String, said: &str) -> FieldError {
    if said.starts_with("unknown field") {
        return unknown(&path);
    }
    let Some((_, expected)) = said.rsplit_once("expected ") else {
        // A sentence of our own types, which quote nothing.
        return FieldError::new(path, "invalid", said);
    };
    let wanted = match expected {
        "a string" => "text in quotes",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "i64" | "u64" | "u32" | "u16" | "u8" => "a whole number, without quotes or decimals",
        _ => "an object",
    };
    FieldError::new(path, "wrong_type", format!("Give {wanted}"))
}

/// A value whose objects name each member once: two readers of one that does not could see different things.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let Strict(value) = members.next_value()?;
            if object.insert(name, value).is_some() {
                return Err(de::Error::custom("an object names a member twice"));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use domain::input::CustomerInput;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn first_error(value: Value) -> (String, String) {
        let problem = read::<CustomerInput>(value).unwrap_err();
        let error = problem.errors.first().unwrap().clone();
        (error.field, error.code)
    }

    #[test]
    fn what_cannot_be_read_is_told_by_place() {
        for (body, place) in [
            ("", "line 1 column 0"),
            ("{\"a\": 1,\n \"b\": }", "line 2 column 7"),
            ("{\"a\": 1} x", "line 1 column 10"),
            ("{\"a\": 1, \"a\": 2}", "an object names a member twice at line 1 column 16"),
        ] {
            let problem = parse(body.as_bytes()).unwrap_err();
            assert_eq!(problem.status.as_u16(), 400);
            assert!(problem.detail.contains(place), "{body}: {}", problem.detail);
        }
        assert!(parse(b"\"\xff\"").is_err());
        assert!(parse("[".repeat(100_000).as_bytes()).is_err(), "depth is bounded");
    }

    #[test]
    fn what_has_the_wrong_shape_is_told_by_dotted_path() {
        for (value, path, code) in [
            (json!({ "individual": { "frist_name": "Ada" } }), "individual.frist_name", "unknown"),
            (json!({ "reference": 7 }), "reference", "wrong_type"),
            (
                json!({ "individual": { "identification": { "number": true } } }),
                "individual.identification.number",
                "wrong_type",
            ),
            (
                json!({ "company": { "beneficial_owners": [{ "share": "40" }] } }),
                "company.beneficial_owners.0.share",
                "wrong_type",
            ),
            (json!({ "metadata": { "k": 1 } }), "metadata.k", "wrong_type"),
            (json!({ "address": "Main St" }), "address", "wrong_type"),
        ] {
            assert_eq!(first_error(value), (path.to_owned(), code.to_owned()));
        }
    }

    #[test]
    fn the_input_is_not_repeated() {
        let secret = "4111111111111111";
        for value in
            [json!({ "individual": secret }), json!({ "sender_ids": { secret: 1 } }), json!({ "email": [secret] })]
        {
            let problem = read::<CustomerInput>(value).unwrap_err();
            assert!(!format!("{} {:?}", problem.detail, problem.errors).contains(secret));
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered_and_what_is_read_is_what_serde_reads(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(value) = parse(&bytes) {
                prop_assert_eq!(value, serde_json::from_slice::<Value>(&bytes).unwrap());
            }
        }
    }
}
